"""A lesson with an owner of three lines: decide, number, apply; and people who join it."""

from collections.abc import Mapping

from signaling.events import Codec, Event, Kind, Role, RoomPlan
from signaling.ids import DeviceId, LessonId, ParticipantId, PeerId
from signaling.lesson import LiveLesson, NewIds, Plan
from signaling.messages import Command, Hello, Offer, Resume, SourceOffer
from signaling.session import Grants, secret_hash

HOST = ParticipantId("host")
FAR = ParticipantId("far")
ALL_CODECS = (Codec.OPUS, Codec.H264, Codec.VP8, Codec.VP9)

PLAN = Plan(
    lesson=LessonId("lesson"),
    title="分数的意义",
    planned_seconds=2400,
    rooms=(RoomPlan(participant=HOST, host=True), RoomPlan(participant=FAR, host=False)),
    overrun_seconds=600,
)


def hello(name: str | None = None, *, loudspeaker: bool = True) -> Hello:
    """A first message that can do everything."""
    return Hello(
        version=1,
        token="token",
        name=name,
        encodes=ALL_CODECS,
        decodes=ALL_CODECS,
        loudspeaker=loudspeaker,
    )


def grants(
    role: Role,
    place: ParticipantId | None = None,
    name: str | None = None,
    *,
    waits: bool = False,
) -> Grants:
    """What a link of this role grants."""
    leads = role is Role.TEACHER and place == HOST
    return Grants(lesson=PLAN.lesson, role=role, place=place, name=name, leads=leads, waits=waits)


def secret(device: DeviceId) -> str:
    """The resume secret of a device of these tests."""
    return f"secret of {device}".ljust(32, ".")


def source(name: str, kind: Kind, *, mid: str | None = None, enabled: bool = True) -> SourceOffer:
    """One section of an upward offer."""
    return SourceOffer(mid=mid or name[:16], name=name, kind=kind, enabled=enabled)


CAMERA = source("camera", Kind.CAMERA)
MICROPHONE = source("microphone", Kind.MICROPHONE)
SCREEN = source("screen", Kind.SCREEN)


class Classroom:
    """A running lesson whose events are kept as a journal would keep them."""

    def __init__(self, plan: Plan = PLAN) -> None:
        self.lesson = LiveLesson(plan)
        self.kept: list[tuple[int, float, Event]] = []
        self.now = 0.0
        self.made = 0
        self.keep(self.lesson.open("2026-11-23T08:00:00+00:00"))

    def keep(self, events: list[Event]) -> list[Event]:
        """Number, keep and apply."""
        for event in events:
            line = (len(self.kept), self.now, event)
            self.kept.append(line)
            self.lesson.apply(*line)
        return events

    def pass_time(self, seconds: float) -> None:
        """Time passes and nobody looks."""
        self.now = round(self.now + seconds, 3)

    def tick(self, seconds: float = 0) -> list[Event]:
        """Time passes, then the owner looks after silence and overrun."""
        self.pass_time(seconds)
        return self.keep(self.lesson.tick(self.now))

    def join(
        self,
        role: Role,
        place: ParticipantId | None = None,
        *,
        name: str | None = None,
        loudspeaker: bool = True,
        waits: bool = False,
    ) -> DeviceId:
        """A device says hello for the first time."""
        self.made += 1
        device = DeviceId(f"d{self.made}")
        new = NewIds(
            participant=ParticipantId(f"p{self.made}"),
            device=device,
            secret_hash=secret_hash(secret(device)),
        )
        greeting = hello(name, loudspeaker=loudspeaker)
        who_comes = grants(role, place, waits=waits)
        self.keep(self.lesson.hello(who_comes, greeting, new, self.now))
        who = self.lesson.participant_of(device)
        if name is not None and who is not None:
            self.lesson.named(who, name)
        return device

    def knock(self, name: str | None = None) -> DeviceId:
        """A pupil comes whom the lesson does not know."""
        return self.join(Role.PUPIL, name=name, waits=True)

    def teacher(self) -> DeviceId:
        """The teacher's page of the host room."""
        return self.join(Role.TEACHER, HOST)

    def resume(self, device: DeviceId, role: Role, place: ParticipantId | None) -> list[Event]:
        """A device comes back with its secret."""
        proof = Resume(device=device, secret=secret(device), seen=-1)
        return self.keep(self.lesson.resume(grants(role, place), proof, self.now))

    def give(self, device: DeviceId, command: Command) -> list[Event]:
        """A device gives a command."""
        return self.keep(self.lesson.command(device, command, self.now))

    def publish(
        self, device: DeviceId, *sources: SourceOffer, codecs: Mapping[str, Codec] | None = None
    ) -> list[Event]:
        """A device offers these sources and no others."""
        offer = Offer(id=1, peer=PeerId("peer"), direction="up", sdp="v=0", sources=sources)
        chosen = {one.mid: Codec.OPUS if one.kind.is_sound else Codec.H264 for one in offer.sources}
        chosen.update(codecs or {})
        return self.keep(self.lesson.published(device, offer, chosen, self.now))

    def who(self, device: DeviceId) -> ParticipantId:
        """The participant of a device."""
        who = self.lesson.participant_of(device)
        assert who is not None
        return who

    def hears(self, device: DeviceId, *others: DeviceId) -> None:
        """These devices were heard just now."""
        for one in (device, *others):
            self.lesson.heard(one, self.now)
