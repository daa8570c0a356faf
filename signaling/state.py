"""The fold: events in, the lesson as it stands out (pure, mutable inside, cheap).

It never refuses an event: a journal may have a gap, so whatever names something unknown is passed
over. It holds besides what only the server knows: secrets' hashes and when a device was heard.
"""

from collections import deque
from collections.abc import Iterator
from functools import singledispatchmethod

from signaling import events as ev
from signaling import messages as ms
from signaling.events import Audience, Event, Layout, LeaveReason, Mode, Phase, Role, Switch
from signaling.ids import DeviceId, ParticipantId, SourceId
from signaling.seats import Member, Seat, Source

CHAT_KEPT = 200
"""Lines of chat in a state; the oldest is forgotten."""

WHISPERS_KEPT = 20
"""Private lines of each receiving room in a state; the oldest is forgotten."""

SWITCHES_AT_FIRST = {
    Switch.CHAT: False,
    Switch.CAMERA: True,
    Switch.MICROPHONE: True,
    Switch.SHARING: False,
}


class Fold:
    """A lesson after some of its events."""

    def __init__(self) -> None:
        self.n = -1
        self.phase = Phase.LOBBY
        self.started: float | None = None
        self.planned_seconds = 0.0
        self.mode = Mode.LECTURE
        self.called: ParticipantId | None = None
        self.called_since: float | None = None
        self.locked = False
        self.paused = False
        self.banned = False
        self.switches = dict(SWITCHES_AT_FIRST)
        self.layout = Layout.EQUAL
        self.members: dict[ParticipantId, Member] = {}
        self.sources: dict[SourceId, Source] = {}
        self.hands: dict[ParticipantId, float] = {}
        self.chat: deque[ms.ChatState] = deque(maxlen=CHAT_KEPT)
        self.recording = False
        self.recording_reason = ""
        self.seats: dict[DeviceId, Seat] = {}
        self.waiting: dict[ParticipantId, Seat] = {}
        self.known: set[ParticipantId] = set()
        self.barred: set[ParticipantId] = set()
        self.seated: set[ParticipantId] = set()
        self._last = dict.fromkeys(Audience, -1)
        self._last_of_room: dict[ParticipantId, int] = {}
        self._whispers: dict[ParticipantId, deque[ms.WhisperState]] = {}
        self._last_of_line: dict[ParticipantId, int] = {}

    def apply(self, n: int, t: float, event: Event) -> None:
        """Take in event number `n` of lesson time `t`."""
        self.n = n
        self._last[event.audience] = n
        if isinstance(event, ev.ConsentDecided | ev.LinkStepped):
            self._last_of_room[event.participant] = n
        if isinstance(event, ev.ChatSent):
            self.chat.append(ms.ChatState(n=n, t=t, participant=event.participant, text=event.text))
        if isinstance(event, ev.Whispered):
            self._whisper(n, t, event)
        self._take(event, t)

    def seats_here(self) -> Iterator[Seat]:
        """Devices that have joined and not left, in order of joining."""
        return (seat for seat in self.seats.values() if seat.here)

    def last_seen(self, staff: bool, participant: ParticipantId | None) -> int:
        """Number of the last event that this audience was told of."""
        seen = [self._last[Audience.ALL]]
        if staff:
            seen += [self._last[Audience.STAFF], self._last[Audience.ROOM]]
            seen += [] if participant is None else [self._last_of_line.get(participant, -1)]
        elif participant is not None:
            seen.append(self._last_of_room.get(participant, -1))
        return max(seen)

    def whispers_of(self, room: ParticipantId | None) -> tuple[ms.WhisperState, ...]:
        """The private lines that a room's teachers may read, in order; none: everyone's."""
        member = self.members.get(room) if room is not None else None
        everyones = room is None or (member is not None and member.host)
        lines = [
            line
            for who, kept in self._whispers.items()
            if everyones or who == room
            for line in kept
        ]
        return tuple(sorted(lines, key=lambda line: line.n))

    def _whisper(self, n: int, t: float, event: ev.Whispered) -> None:
        line = ms.WhisperState(
            n=n, t=t, participant=event.participant, by_host=event.by_host, text=event.text
        )
        self._whispers.setdefault(event.participant, deque(maxlen=WHISPERS_KEPT)).append(line)
        self._last_of_line |= {event.participant: n, event.host: n}

    # ------------------------------------------------- one method for each event

    @singledispatchmethod
    def _take(self, event: Event, t: float) -> None:
        """Events that change nothing here: measurements, gaps, chat."""

    @_take.register
    def _(self, event: ev.LessonOpened, t: float) -> None:
        self.planned_seconds = event.planned_seconds
        self.members.clear()
        self.seats.clear()
        self.waiting.clear()
        for room in event.rooms:
            self.members[room.participant] = Member(
                participant=room.participant, role=Role.ROOM, host=room.host, planned=True
            )

    @_take.register
    def _(self, event: ev.Resumed, t: float) -> None:
        for seat in self.seats_here():
            seat.since = t
            if not seat.away:
                seat.heard = max(seat.heard, t - event.away_s)

    @_take.register
    def _(self, event: ev.LessonStarted, t: float) -> None:
        self.phase = Phase.LIVE
        self.started = t

    @_take.register
    def _(self, event: ev.LessonEnded, t: float) -> None:
        self.phase = Phase.ENDED

    @_take.register
    def _(self, event: ev.ParticipantJoined, t: float) -> None:
        who = event.participant
        self.known.add(who)
        self.members.setdefault(who, Member(participant=who, role=event.role, host=event.host))

    @_take.register
    def _(self, event: ev.ParticipantLeft, t: float) -> None:
        if event.barred:
            self.barred.add(event.participant)
        member = self.members.get(event.participant)
        for seat in list(member.seats if member else ()):
            self._rise(seat.device, event.reason)
        if member and not member.planned:
            del self.members[event.participant]

    @_take.register
    def _(self, event: ev.DeviceJoined, t: float) -> None:
        self._sit(event, event.role, event.loudspeaker, t)

    @_take.register
    def _(self, event: ev.PupilWaits, t: float) -> None:
        self._rise(event.device, LeaveReason.LEFT)
        if before := self.waiting.get(event.participant):
            self._rise(before.device, LeaveReason.LEFT)
        seat = _seat(event, Role.PUPIL, event.loudspeaker, t, waits=True)
        self.seats[event.device] = self.waiting[event.participant] = seat

    @_take.register
    def _(self, event: ev.PupilAdmitted, t: float) -> None:
        self._rise(event.device, LeaveReason.LEFT)

    @_take.register
    def _(self, event: ev.PupilTurnedAway, t: float) -> None:
        self._rise(event.device, LeaveReason.REMOVED)

    @_take.register
    def _(self, event: ev.PupilGaveUp, t: float) -> None:
        self._rise(event.device, event.reason)

    @_take.register
    def _(self, event: ev.InspectorJoined, t: float) -> None:
        who = event.participant
        self.members.setdefault(who, Member(participant=who, role=Role.INSPECTOR))
        self._sit(event, Role.INSPECTOR, False, t)

    @_take.register
    def _(self, event: ev.InspectorLeft, t: float) -> None:
        self._rise(event.device, LeaveReason.LINK_LOST)
        self.members.pop(event.participant, None)

    @_take.register
    def _(self, event: ev.DeviceAway, t: float) -> None:
        if seat := self.seats.get(event.device):
            seat.away = True
            seat.missed = event.heard_at
            seat.heard = max(seat.heard, event.heard_at)

    @_take.register
    def _(self, event: ev.DeviceBack, t: float) -> None:
        if seat := self.seats.get(event.device):
            seat.away = False
            seat.heard = seat.since = t

    @_take.register
    def _(self, event: ev.DeviceLeft, t: float) -> None:
        self._rise(event.device, event.reason)

    @_take.register
    def _(self, event: ev.AudioMasterSet, t: float) -> None:
        if member := self.members.get(event.participant):
            member.master = event.device

    @_take.register
    def _(self, event: ev.SourcePublished, t: float) -> None:
        known = self.sources.get(event.source)
        self.sources[event.source] = Source(
            source=event.source,
            kind=event.kind,
            device=event.device,
            codec=event.codec,
            recorded=known is not None and known.recorded,
            consent="" if known is None else known.consent,
        )

    @_take.register
    def _(self, event: ev.SourceCodecChanged, t: float) -> None:
        if source := self.sources.get(event.source):
            source.codec = event.codec

    @_take.register
    def _(self, event: ev.SourceEnabled, t: float) -> None:
        if source := self.sources.get(event.source):
            source.on = event.on

    @_take.register
    def _(self, event: ev.SourceEnded, t: float) -> None:
        self.sources.pop(event.source, None)

    @_take.register
    def _(self, event: ev.ConsentDecided, t: float) -> None:
        if source := self.sources.get(event.source):
            source.recorded, source.consent = event.allowed, event.reason

    @_take.register
    def _(self, event: ev.SeatingConfirmed, t: float) -> None:
        self.seated.add(event.participant)

    @_take.register
    def _(self, event: ev.ModeSet, t: float) -> None:
        self.mode = event.mode

    @_take.register
    def _(self, event: ev.MutedAll, t: float) -> None:
        self.mode = Mode.LECTURE

    @_take.register
    def _(self, event: ev.Called, t: float) -> None:
        self.called, self.called_since = event.participant, t

    @_take.register
    def _(self, event: ev.SentBack, t: float) -> None:
        self.called = self.called_since = None

    @_take.register
    def _(self, event: ev.HandRaised, t: float) -> None:
        self.hands.setdefault(event.participant, t)

    @_take.register
    def _(self, event: ev.HandLowered, t: float) -> None:
        self.hands.pop(event.participant, None)

    @_take.register
    def _(self, event: ev.LockSet, t: float) -> None:
        self.locked = event.on

    @_take.register
    def _(self, event: ev.SwitchSet, t: float) -> None:
        self.switches[event.switch] = event.on

    @_take.register
    def _(self, event: ev.PauseSet, t: float) -> None:
        self.paused = event.on

    @_take.register
    def _(self, event: ev.BanSet, t: float) -> None:
        self.banned = event.on

    @_take.register
    def _(self, event: ev.LayoutSet, t: float) -> None:
        self.layout = event.layout

    @_take.register
    def _(self, event: ev.RecordingStateSet, t: float) -> None:
        self.recording, self.recording_reason = event.on, event.reason

    @_take.register
    def _(self, event: ev.Summary, t: float) -> None:
        if seat := self.seats.get(event.device):
            seat.summed = t

    def _sit(
        self, event: ev.DeviceJoined | ev.InspectorJoined, role: Role, loudspeaker: bool, t: float
    ) -> None:
        """A device takes its seat, or again the one it had; of nobody we know it has none."""
        self._rise(event.device, LeaveReason.LEFT)
        member = self.members.get(event.participant)
        if member is None:
            return
        seat = _seat(event, role, loudspeaker, t)
        self.seats[event.device] = seat
        member.seats.append(seat)

    def _rise(self, device: DeviceId, reason: LeaveReason) -> None:
        """A device leaves its seat."""
        seat = self.seats.get(device)
        if seat is None or not seat.here:
            return
        seat.here, seat.away, seat.left = False, False, reason
        if seat.waits:
            del self.waiting[seat.participant]
        elif member := self.members.get(seat.participant):
            member.seats.remove(seat)


def _seat(
    event: ev.DeviceJoined | ev.PupilWaits | ev.InspectorJoined,
    role: Role,
    loudspeaker: bool,
    t: float,
    *,
    waits: bool = False,
) -> Seat:
    """The seat of a device that has come."""
    return Seat(
        device=event.device,
        participant=event.participant,
        role=role,
        secret_hash=event.secret_hash,
        loudspeaker=loudspeaker,
        encodes=event.encodes,
        decodes=event.decodes,
        came=t,
        heard=t,
        since=t,
        waits=waits,
    )
