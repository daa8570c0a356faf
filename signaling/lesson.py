"""The live lesson: commands in, events out; `state` for whoever comes late (sans-IO).

The owner asks a decider, journals the events it returns in order, calls `apply` for each with its
number and time, and tells those who `sees` says. Deciders change nothing and raise `UserError` or
`PeerError`. Times are lesson time in seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from signaling.events import Codec, EndReason, Event, Role, RoomPlan
from signaling.ids import DeviceId, LessonId, ParticipantId
from signaling.messages import Command, Hello, LessonState, Microphone, Offer, Report, Resume, Told
from signaling.session import Grants


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a lesson is meant to be; filled by the application from the planned lesson."""

    lesson: LessonId
    """The planned lesson."""
    title: str
    """What people call it."""
    planned_seconds: float
    """How long it should last once started."""
    rooms: tuple[RoomPlan, ...]
    """The classrooms that are expected, the host room among them."""
    overrun_seconds: float
    """How long after its planned end a started lesson is ended by itself."""


@dataclass(frozen=True, kw_only=True)
class NewIds:
    """Random things that a shell made in case a newcomer needs them."""

    participant: ParticipantId
    """For a pupil, viewer or inspector."""
    device: DeviceId
    """For the device."""
    secret_hash: str
    """`session.secret_hash` of the resume secret it will be given."""


class LiveLesson:
    """One running lesson: a fold over its events and the rules for new ones."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    @property
    def state(self) -> LessonState:
        """Everything, as nobody but the record sees it."""
        raise NotImplementedError

    def state_for(self, role: Role, participant: ParticipantId) -> LessonState:
        """What a device of this role and participant may see: the fold of its events alone."""
        raise NotImplementedError

    def apply(self, n: int, t: float, event: Event) -> None:
        """Take in the next event, as journalled; also rebuilds a lesson from its journal."""
        raise NotImplementedError

    # ------------------------------------------------- deciders

    def open(self, utc: str) -> list[Event]:
        """Open the lobby; `utc` is lesson time zero as an ISO 8601 instant."""
        raise NotImplementedError

    def resumed(self, away_s: float, torn_bytes: int, now: float) -> list[Event]:
        """A new owner takes the lesson up from its journal."""
        raise NotImplementedError

    def hello(self, who: Grants, hello: Hello, new: NewIds, now: float) -> list[Event]:
        """A device comes for the first time."""
        raise NotImplementedError

    def resume(self, who: Grants, resume: Resume, now: float) -> list[Event]:
        """A device comes back; it is then `resume.device`."""
        raise NotImplementedError

    def command(self, device: DeviceId, command: Command, now: float) -> list[Event]:
        """Everything that is asked for but `Offer` and `View`, which are not for the floor."""
        raise NotImplementedError

    def published(
        self, device: DeviceId, offer: Offer, codecs: Mapping[str, Codec], now: float
    ) -> list[Event]:
        """An upward offer: new, continued and ended sources; `codecs` is by section (mid).

        Call it before the peer is opened, to be refused in time, and again to get the events.
        """
        raise NotImplementedError

    def report(self, device: DeviceId, report: Report, now: float) -> list[Event]:
        """A device's measurements: at most one `Summary` a minute for each device."""
        raise NotImplementedError

    def tick(self, now: float) -> list[Event]:
        """Devices away after 5 s and gone after 60 s of silence; the end of an overrun lesson."""
        raise NotImplementedError

    def end(self, reason: EndReason, now: float) -> list[Event]:
        """The server ends the lesson; nothing if it has ended."""
        raise NotImplementedError

    # ------------------------------------------------- memory that is no fact

    def heard(self, device: DeviceId, now: float) -> None:
        """Any message came from a device. A closed socket needs no call: silence is what counts."""
        raise NotImplementedError

    def named(self, participant: ParticipantId, name: str) -> None:
        """What a participant is called, so that a barred name stays out; journals hold no names."""
        raise NotImplementedError

    # ------------------------------------------------- questions

    def deadline(self) -> float | None:
        """When `tick` has something to do at the earliest."""
        raise NotImplementedError

    def participant_of(self, device: DeviceId) -> ParticipantId | None:
        """Whose device it is, inspectors' and gone devices included; none if unknown."""
        raise NotImplementedError

    def role_of(self, device: DeviceId) -> Role | None:
        """What its link lets it be; none if unknown."""
        raise NotImplementedError

    def leads(self, device: DeviceId) -> bool:
        """Whether it may give the host's commands: a teacher's device of the host room."""
        raise NotImplementedError

    def microphone(self, device: DeviceId) -> Microphone:
        """What the device is told about its microphone and loudspeaker."""
        raise NotImplementedError

    def present(self) -> tuple[DeviceId, ...]:
        """Every device that has joined and not left, inspectors' included, in order of joining."""
        raise NotImplementedError


def sees(role: Role, participant: ParticipantId | None, event: Event) -> bool:
    """Whether a device of this role and participant may be told of an event: the one filter."""
    raise NotImplementedError


def told(n: int, t: float, event: Event) -> Told:
    """An event as it is told: without what only the journal keeps."""
    raise NotImplementedError
