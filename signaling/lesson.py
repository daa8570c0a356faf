"""The live lesson: commands in, events out; `state` for whoever comes late (sans-IO).

The owner asks a decider, journals the events it returns in order, calls `apply` for each with its
number and time, and tells those who `sees` says. Deciders change nothing and raise `UserError` or
`PeerError`. Times are lesson time in seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from signaling import admission, audience, commands, departure, floor, publishing
from signaling import events as ev
from signaling.admission import NewIds
from signaling.audience import sees, told
from signaling.clock import stamp
from signaling.errors import Code, UserError
from signaling.events import Codec, EndReason, Event, Phase, Role, RoomPlan
from signaling.ids import DeviceId, LessonId, ParticipantId
from signaling.messages import Command, Hello, LessonState, Microphone, Offer, Report, Resume
from signaling.seats import Seat
from signaling.session import Grants
from signaling.state import Fold

__all__ = ["LiveLesson", "NewIds", "Plan", "sees", "told"]

SUMMARY_EVERY = 60.0
"""Seconds between two summaries of one device."""


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


class LiveLesson:
    """One running lesson: a fold over its events and the rules for new ones."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._fold = Fold()
        self._names: dict[ParticipantId, str] = {}
        self._state: LessonState | None = None

    @property
    def state(self) -> LessonState:
        """Everything, as nobody but the record sees it."""
        if self._state is None:
            self._state = audience.whole(self._fold)
        return self._state

    def state_for(self, role: Role, participant: ParticipantId) -> LessonState:
        """What a device of this role and participant may see: the fold of its events alone."""
        return audience.seen_by(self._fold, role, participant)

    def apply(self, n: int, t: float, event: Event) -> None:
        """Take in the next event, as journalled; also rebuilds a lesson from its journal."""
        self._fold.apply(n, t, event)
        self._state = None

    # ------------------------------------------------- deciders

    def open(self, utc: str) -> list[Event]:
        """Open the lobby; `utc` is lesson time zero as an ISO 8601 instant."""
        return [
            ev.LessonOpened(
                lesson=self.plan.lesson,
                utc=utc,
                planned_seconds=self.plan.planned_seconds,
                rooms=self.plan.rooms,
            )
        ]

    def resumed(self, away_s: float, torn_bytes: int, now: float) -> list[Event]:
        """A new owner takes the lesson up from its journal."""
        return departure.restarted(self._fold, away_s, torn_bytes, now)

    def hello(self, who: Grants, hello: Hello, new: NewIds, now: float) -> list[Event]:
        """A device comes for the first time."""
        names = (self._names.get(who, "") for who in self._fold.barred)
        return admission.join(self._fold, who, hello, new, names)

    def resume(self, who: Grants, resume: Resume, now: float) -> list[Event]:
        """A device comes back; it is then `resume.device`. Call `heard` after it."""
        return admission.come_back(self._fold, who, resume)

    def command(self, device: DeviceId, command: Command, now: float) -> list[Event]:
        """Everything that is asked for but `Offer` and `View`, which are not for the floor."""
        return commands.decide(self._fold, self._seat(device), command, now)

    def published(
        self, device: DeviceId, offer: Offer, codecs: Mapping[str, Codec], now: float
    ) -> list[Event]:
        """An upward offer: new, continued and ended sources; `codecs` is by section (mid).

        Call it before the peer is opened, to be refused in time, and again to get the events.
        """
        return publishing.offered(self._fold, self._seat(device), offer, codecs)

    def report(self, device: DeviceId, report: Report, now: float) -> list[Event]:
        """A device's measurements: at most one `Summary` a minute for each device."""
        seat = self._fold.seats.get(device)
        if seat is None or not seat.here or not self._is_seen(seat) or self._over:
            return []
        if seat.summed is not None and now < seat.summed + SUMMARY_EVERY:
            return []
        return [
            ev.Summary(
                participant=seat.participant,
                device=device,
                rtt_ms=report.rtt_ms,
                clock_offset_ms=report.clock_offset_ms,
                loss=report.loss,
            )
        ]

    def tick(self, now: float) -> list[Event]:
        """Devices away after 5 s and gone after 60 s of silence; the end of an overrun lesson."""
        overrun = self._overrun_at()
        if overrun is not None and now >= overrun:
            return self.end(EndReason.OVERRUN, now)
        return departure.silent(self._fold, now)

    def end(self, reason: EndReason, now: float) -> list[Event]:
        """The server ends the lesson; nothing if it has ended."""
        return commands.finish(self._fold, reason, None, now)

    # ------------------------------------------------- memory that is no fact

    def heard(self, device: DeviceId, now: float) -> None:
        """Any message came from a device. A closed socket needs no call: silence is what counts."""
        if seat := self._fold.seats.get(device):
            seat.heard = seat.since = max(seat.since, stamp(now))

    def named(self, participant: ParticipantId, name: str) -> None:
        """What a participant is called, so that a barred name stays out; journals hold no names."""
        self._names[participant] = name

    # ------------------------------------------------- questions

    def deadline(self) -> float | None:
        """When `tick` has something to do at the earliest."""
        if self._over:
            return None
        times = (self._overrun_at(), departure.next_silence(self._fold))
        return min((time for time in times if time is not None), default=None)

    def participant_of(self, device: DeviceId) -> ParticipantId | None:
        """Whose device it is, inspectors' and gone devices included; none if unknown."""
        seat = self._fold.seats.get(device)
        return seat.participant if seat else None

    def role_of(self, device: DeviceId) -> Role | None:
        """What its link lets it be; none if unknown."""
        seat = self._fold.seats.get(device)
        return seat.role if seat else None

    def waits(self, device: DeviceId) -> bool:
        """Whether a teacher is to let it in first; then it may have nothing of the lesson."""
        seat = self._fold.seats.get(device)
        return seat is not None and seat.here and seat.waits

    def leads(self, device: DeviceId) -> bool:
        """Whether it may give the host's commands: a teacher's device of the host room."""
        seat = self._fold.seats.get(device)
        return seat is not None and commands.leads(self._fold, seat)

    def microphone(self, device: DeviceId) -> Microphone:
        """What the device is told about its microphone and loudspeaker."""
        seat = self._fold.seats.get(device)
        member = self._fold.members.get(seat.participant) if seat else None
        if seat is None or member is None:
            return Microphone(open=False, loudspeaker=False)
        if seat.role is Role.INSPECTOR:
            return Microphone(open=False, loudspeaker=True)
        master = member.master == device
        is_open = master and floor.microphone_open(self.state, seat.participant)
        return Microphone(open=is_open, loudspeaker=master)

    @property
    def seated(self) -> frozenset[ParticipantId]:
        """Rooms of which the host said that who is not to be recorded sits out of view."""
        return frozenset(self._fold.seated)

    def present(self) -> tuple[DeviceId, ...]:
        """Every device that has come and not left, in order; inspectors' and who waits included."""
        return tuple(seat.device for seat in self._fold.seats_here())

    def encodes(self, device: DeviceId) -> tuple[Codec, ...]:
        """What a device can send, as it said at hello."""
        seat = self._fold.seats.get(device)
        return seat.encodes if seat else ()

    def decodes(self, device: DeviceId) -> tuple[Codec, ...]:
        """What a device can play, as it said at hello."""
        seat = self._fold.seats.get(device)
        return seat.decodes if seat else ()

    @staticmethod
    def _is_seen(seat: Seat) -> bool:
        """Whether it is neither a silent inspector's nor waits to be let in."""
        return seat.role is not Role.INSPECTOR and not seat.waits

    @property
    def _over(self) -> bool:
        """Whether the lesson has ended."""
        return self._fold.phase is Phase.ENDED

    def _overrun_at(self) -> float | None:
        """When a started lesson is ended by itself."""
        fold = self._fold
        if fold.phase is not Phase.LIVE or fold.started is None:
            return None
        return fold.started + fold.planned_seconds + self.plan.overrun_seconds

    def _seat(self, device: DeviceId) -> Seat:
        """A device that is here."""
        seat = self._fold.seats.get(device)
        if seat is None or not seat.here:
            raise UserError(Code.NO_SUCH_DEVICE)
        return seat
