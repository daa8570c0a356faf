"""Where one lesson happens: events are kept, told to everyone who may see them, and followed.

Whatever follows from the lesson's state (slots, gates, recording, microphones) is brought about
here, after every batch of events; nobody else tells a device.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from server.live import codecs
from server.live.chronicle import Chronicle
from server.live.consents import Consents, changed, with_decisions
from server.live.device import Device
from server.live.ladder import Note
from server.live.media import LessonMedia
from server.live.names import Names
from server.live.plane import Plane
from server.live.pulse import Moves, links, pulse_for
from server.live.recording import Recording
from server.live.slots import scene
from server.live.talking import Talking
from server.media.link_notices import LayersWatched
from server.media.requests import PeerHeard, PeerLost, PeerQuiet
from server.programme.consent import Standing
from signaling import events as ev
from signaling.errors import Code
from signaling.events import Event, LeaveReason
from signaling.ids import DeviceId, LessonId, ParticipantId, PeerId
from signaling.lesson import LiveLesson, sees
from signaling.messages import Closed, IceServer, Moved, OfferAgain, State, Told

JOINED = (ev.DeviceJoined, ev.DeviceBack, ev.InspectorJoined)
LEFT = (ev.DeviceLeft, ev.InspectorLeft, ev.PupilGaveUp, ev.PupilTurnedAway)


@dataclass(frozen=True, kw_only=True)
class Running:
    """What a running lesson is made of."""

    lesson: LiveLesson
    """The lesson, with its journal folded in."""
    chronicle: Chronicle
    """Keeps what happens."""
    names: Names
    """What people are called."""
    plane: Plane
    """Media worker and recorder that it begins with."""
    elsewhere: Callable[[LessonId], Plane]
    """Where a lesson goes on whose worker has died: the same pair if no other worker lives."""
    folder: Path
    """The lesson's folder."""
    zero: float
    """Monotonic clock (s) at lesson time 0."""
    clock: Callable[[], float]
    """The monotonic clock."""
    standings: Mapping[ParticipantId, Standing] = field(default_factory=dict)
    """How far the classes in the rooms had agreed to be recorded when it was opened."""
    relays: Callable[[], tuple[IceServer, ...]] = tuple
    """What a device may reach the media by if no direct way is open."""
    budgets: Mapping[ParticipantId, int] = field(default_factory=dict)
    """Bits per second that the lines of rooms may carry, those that are known; as of now."""
    note: Note = lambda steps: None
    """Takes what is to be kept of the lines of schools."""


class Stage:
    """One lesson with its devices, its media and its recording."""

    def __init__(self, running: Running) -> None:
        self.lesson = running.lesson
        """What is decided."""
        self.chronicle = running.chronicle
        """What is kept."""
        self.names = running.names
        """What people are called."""
        self.devices: dict[DeviceId, Device] = {}
        """Every device that is here, connected or not."""
        self.recording = Recording(self.lesson.plan.lesson, running.plane.new_handle)
        """What the recorder was told."""
        self.media = LessonMedia(
            self.lesson.plan.lesson, running.plane, self.recording, running.budgets
        )
        """What the worker was told."""
        self.standings: Mapping[ParticipantId, Standing] = running.standings
        """How far the classes in the rooms have agreed to be recorded."""
        self.moves = Moves(running.note)
        """What changes too often to be a fact."""
        self.talking = Talking()
        """Who talks, until a turn of it is a fact."""
        self.relays = running.relays
        """What a device may reach the media by if no direct way is open."""
        self._running = running
        for device in self.lesson.present():
            self.device(device)

    @property
    def now(self) -> float:
        """Lesson time."""
        return self._running.clock() - self._running.zero

    @property
    def zero(self) -> float:
        """Monotonic clock (s) at lesson time 0."""
        return self._running.zero

    def device(self, device: DeviceId) -> Device:
        """A device that the lesson knows."""
        if device not in self.devices:
            participant, role = self.lesson.participant_of(device), self.lesson.role_of(device)
            if participant is None or role is None:
                raise KeyError(device)
            waits = self.lesson.waits(device)
            self.devices[device] = Device(
                id=device, participant=participant, role=role, waits=waits
            )
        return self.devices[device]

    async def happen(self, events: Sequence[Event]) -> None:
        """Keep events, tell them, and do what follows from them."""
        if not events and not self.chronicle.losing:
            return
        was_losing = self.chronicle.losing
        complete = with_decisions(events, self.lesson.state, self._consents)
        for told in await self.chronicle.record(complete, self.now):
            self._tell(told)
        if self.chronicle.losing is not was_losing:
            await self.say_what_is_kept()
        self._let_in(events)
        self._leave(events)
        if any(isinstance(event, ev.PauseSet) for event in events):
            await self.say_what_is_kept()
        if any(isinstance(event, JOINED) for event in events):
            self.ask_for_codecs()
        if any(isinstance(event, ev.SeatingConfirmed) for event in events):
            await self.reconsider()
        self.follow()

    async def reconsider(self) -> None:
        """Ask again of every running source whether it may be recorded."""
        await self.happen(changed(self.lesson.state, self._consents))

    @property
    def _consents(self) -> Consents:
        return Consents(standings=self.standings, seated=self.lesson.seated)

    def follow(self) -> None:
        """Bring microphones, gates, recording and slots to where the lesson stands."""
        for device in self.devices.values():
            microphone = self.lesson.microphone(device.id)
            connected = device.outlet is not None and not device.waits
            if connected and microphone != device.microphone:
                device.microphone = microphone
                device.tell(microphone)
        self.media.sync(self.lesson.state, self.devices.values(), self.moves.speaking)

    def heard(self, device: Device, now: float) -> None:
        """Something came from a device at monotonic time `now`."""
        self.lesson.heard(device.id, now - self.zero)

    def connected(self, worker: PeerId) -> None:
        """A peer can be sent to from now on: what it was bound to before begins with a picture."""
        for device in self.devices.values():
            self.media.connected(device, worker, self.lesson.state)

    def peer_told(self, notice: PeerQuiet | PeerHeard | PeerLost | LayersWatched) -> None:
        """The worker hears nothing of a peer, hears it again, has lost it, or wants its layers."""
        for device in self.devices.values():
            if isinstance(notice, PeerLost):
                self.media.lost_peer(device, notice.peer)
            elif isinstance(notice, LayersWatched):
                self.media.watched(device, notice)
            else:
                self.media.note_quiet(device, notice)

    def bind(self, device: Device) -> None:
        """Bring one device's slots to what it shall receive."""
        self.media.bind(device, scene(self.lesson.state), self.moves.speaking)

    def bind_all(self) -> None:
        """Bring every device's slots to what it shall receive, because others are heard."""
        seen = scene(self.lesson.state)
        for device in self.devices.values():
            self.media.bind(device, seen, self.moves.speaking)

    def pulse(self) -> None:
        """Tell everyone what is no fact."""
        known = links(self.devices.values(), self.moves)
        for device in self.devices.values():
            if device.outlet is not None and not device.waits:
                device.tell(pulse_for(device, self.lesson, self.moves, known, self.recording))
            self.media.give_up_quiet(device)

    def ask_for_codecs(self) -> None:
        """Whoever sends what somebody here can't play, but could send otherwise, offers again."""
        for device in codecs.to_switch(self.lesson, self.lesson.state.sources):
            if device in self.devices:
                self.devices[device].tell(OfferAgain(direction="up", fresh=False))

    async def recorded(self, on: bool, reason: str) -> None:
        """Say whether bytes reach the disk, if that is news."""
        state = self.lesson.state
        if (state.recording, state.recording_reason) != (on, reason):
            await self.happen([ev.RecordingStateSet(on=on, reason=reason)])

    def send_on(self, url: str) -> None:
        """Tell every device that the lesson goes on at another server."""
        for device in self.devices.values():
            device.tell(Moved(url=url))

    async def say_what_is_kept(self) -> None:
        """Say whether bytes reach the disk, of all that stands in the way what weighs most."""
        if self.chronicle.losing:
            await self.recorded(False, "journal_lost")
        elif self.recording.running and self.lesson.state.paused:
            await self.recorded(False, "paused")
        elif self.recording.running:
            await self.recorded(*self.recording.standing)

    def close_all(self, code: Code, *, may_resume: bool) -> None:
        """End every connection with this word."""
        for device in self.devices.values():
            device.close(Closed(code=code, data={}, may_resume=may_resume))

    def _tell(self, told: Told) -> None:
        newcomer = _newcomer(told.event)
        for device in self.devices.values():
            if not self._hears(device, told.event):
                continue
            if newcomer is not None:
                self.names.tell(device, [newcomer])
            device.tell(told)

    def _hears(self, device: Device, event: Event) -> bool:
        """Whether a device is connected and may be told of an event."""
        here = device.outlet is not None and not device.waits
        return here and sees(device.role, device.participant, event)

    def _let_in(self, events: Sequence[Event]) -> None:
        """Whoever waited and may come in begins with the whole state."""
        for event in events:
            if isinstance(event, ev.PupilAdmitted):
                device = self.device(event.device)
                device.waits = False
                self.brief(device)

    def brief(self, device: Device) -> None:
        """Tell a device who is here and how the lesson stands."""
        self.introduce(device)
        device.tell(State(state=self.lesson.state_for(device.role, device.participant)))

    def introduce(self, device: Device) -> None:
        """Tell a device what everyone is called whom it may see."""
        state = self.lesson.state_for(device.role, device.participant)
        waiting = [one.participant for one in state.waiting]
        device.names.clear()
        self.names.tell(device, [*(one.participant for one in state.participants), *waiting])

    def _leave(self, events: Sequence[Event]) -> None:
        barred = {e.participant for e in events if isinstance(e, ev.ParticipantLeft) and e.barred}
        for event in events:
            if not isinstance(event, LEFT) or event.device in self.lesson.present():
                continue
            device = self.devices.pop(event.device, None)
            if device is not None:
                self.media.close(device)
                code = _sent_off(event, barred)
                if code is not None:
                    device.close(Closed(code=code, data={}, may_resume=False))


def _newcomer(event: Event) -> ParticipantId | None:
    """Whose name is to be told before an event."""
    if isinstance(event, ev.ParticipantJoined | ev.PupilWaits):
        return event.participant
    return None


def _sent_off(event: Event, barred: Collection[ParticipantId]) -> Code | None:
    """With what word a teacher sent a device away; none if it went by itself."""
    match event:
        case ev.PupilTurnedAway():
            return Code.TURNED_AWAY
        case ev.DeviceLeft(reason=LeaveReason.REMOVED):
            return Code.BARRED if event.participant in barred else Code.REMOVED
        case _:
            return None
