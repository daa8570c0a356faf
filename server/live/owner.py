"""The owner of one running lesson: everything that happens to it goes through this one task."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from functools import singledispatchmethod

from recorder import requests as recorder
from server.live import items, welcome
from server.live.attachment import DeviceAttachment
from server.live.device import Device
from server.live.inbox import Inbox
from server.live.keeping import Keeping
from server.live.offers import Offers, agreed_codecs
from server.live.plane import Plane
from server.live.pulse import PULSE_SECONDS
from server.live.recording import gap_event
from server.live.stage import Running, Stage
from server.media import requests as media
from server.media.link_notices import LayersWatched, LinkStep
from server.programme.consent import Standing
from signaling.errors import Code, TongkeError, UserError
from signaling.events import EndReason, Event, LessonEnded, Phase
from signaling.ids import ParticipantId
from signaling.lesson import LiveLesson
from signaling.messages import Answer, Command, Done, Offer, Refused, Report, View
from signaling.session import Attachment

log = logging.getLogger(__name__)

SEAL_AGAIN_SECONDS = 1.0
"""After so long the end is tried again on a disk that did not take it."""


class Owner:
    """Runs one lesson from its lobby to its end.

    A bug ends `run` with its exception; a new owner then takes the lesson up from its journal.
    """

    def __init__(self, running: Running) -> None:
        self._running = running
        self._id = running.lesson.plan.lesson
        self._inbox: Inbox[items.Item] = Inbox()
        self._stage = Stage(running)
        self._next_pulse = 0.0
        self._keeping = Keeping(running, self._stage, self.from_recorder, self._inbox.post)
        self._joining: set[items.Join] = set()
        self._gone = False
        self._end: list[Event] = []

    @property
    def lesson(self) -> LiveLesson:
        """The lesson as it stands."""
        return self._stage.lesson

    # ------------------------------------------------- from outside, on the same loop

    async def join(self, item: items.Join) -> Attachment:
        """Let a device in; raises `TongkeError` when it is refused."""
        if self._gone:
            raise UserError(Code.SERVER_STOPPING)
        self._joining.add(item)
        try:
            await self._inbox.put(item)
            return await item.done
        finally:
            self._joining.discard(item)

    def end(self, reason: EndReason) -> None:
        """Have the lesson ended."""
        self._inbox.post(items.EndAsked(reason=reason))

    def leaves_in(self, seconds: float | None) -> None:
        """In how many seconds the classroom goes to its next lesson; none if that is far off."""
        self._stage.moves.hands_over_at = None if seconds is None else self._stage.now + seconds

    def agree(self, standings: Mapping[ParticipantId, Standing]) -> None:
        """How far the classes in the rooms have agreed to be recorded, from now on."""
        self._inbox.post(items.ConsentsChanged(standings=standings))

    def stop(self, successor: str | None) -> None:
        """The server stops: end every connection, and send it on if there is where to."""
        if successor is not None:
            self._stage.send_on(successor)
        self._stage.close_all(Code.SERVER_STOPPING, may_resume=True)

    def from_worker(self, notice: media.Notice) -> None:
        """The worker tells something: a move is noted, a fact waits its turn."""
        if not isinstance(notice, media.Levels | media.Reports | LinkStep):
            self._inbox.post(items.FromWorker(notice=notice))
            return
        state = self.lesson.state
        if isinstance(notice, media.Levels):
            self._stage.talking.take(notice, state, self._stage.now)
        ours = frozenset(p.participant for p in state.participants)
        if self._stage.moves.take(notice, ours):
            self._stage.bind_all()

    def from_recorder(self, notice: recorder.Notice) -> None:
        """The recorder tells something: progress is noted, a fact waits its turn."""
        if isinstance(notice, recorder.Progress):
            self._stage.recording.progress(notice)
        else:
            self._inbox.post(items.FromRecorder(notice=notice))

    def worker_changed(self, alive: bool) -> None:
        """The media worker has died, or a new one is there."""
        self._inbox.post(items.WorkerChanged(alive=alive))

    def recorder_changed(self, alive: bool) -> None:
        """The recorder has died, or a new one is there."""
        self._inbox.post(items.RecorderChanged(alive=alive))

    # ------------------------------------------------- the task

    async def run(self, first: Sequence[Event]) -> None:
        """Run the lesson until it has ended; `first` is what happens before anything else."""
        self._keeping.plane.join(self._id, self)
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                self._offers = Offers(self.lesson, self._stage.media, tasks, self._inbox.post)
                await self._happen(first)
                while self.lesson.state.phase is not Phase.ENDED:
                    await self._turn()
        except BaseException:
            self._go(Code.SERVER_STOPPING, may_resume=True)
            raise
        self._go(Code.LESSON_OVER, may_resume=False)
        await self._seal()

    async def _seal(self) -> None:
        """The end makes a journal whole: on a full disk it is written once there is room again."""
        while self._stage.chronicle.losing:
            await asyncio.sleep(SEAL_AGAIN_SECONDS)
            await self._stage.chronicle.record(self._end, self._stage.now)

    def _go(self, code: Code, *, may_resume: bool) -> None:
        """This owner is no more; whoever still waits for it is told."""
        self._gone = True
        for device in self._stage.devices.values():
            self._stage.media.close(device)
        self._keeping.plane.leave(self._id)
        for item in self._inbox.drain():
            self._turn_away(item, code)
        for waiting in list(self._joining):
            waiting.refuse(UserError(code))
        self._stage.close_all(code, may_resume=may_resume)

    async def _turn(self) -> None:
        deadline = self.lesson.deadline()
        wake = self._next_pulse if deadline is None else min(deadline, self._next_pulse)
        item = await self._inbox.get(max(0.0, wake - self._stage.now))
        if item is not None:
            await self._take(item)
        now = self._stage.now
        if deadline is not None and now >= deadline:
            await self._happen(self.lesson.tick(now))
        if now >= self._next_pulse and self.lesson.state.phase is not Phase.ENDED:
            self._next_pulse = now + PULSE_SECONDS
            steps = self._stage.moves.ladder.due(self._stage.devices.values(), now)
            self._stage.pulse()
            # Even if nothing is new, what could not be kept may be told of now.
            await self._stage.happen([*steps, *self._stage.talking.due(now)])

    async def _happen(self, events: Sequence[Event]) -> None:
        if any(isinstance(event, LessonEnded) for event in events):
            self._end = [event for event in events if isinstance(event, LessonEnded)]
            await self._finish_recording()
            events = [*self._stage.talking.rest(), *events]
        await self._stage.happen(events)
        self._keeping.ask(self._tasks)

    # ------------------------------------------------- one method for each kind of item

    @singledispatchmethod
    async def _take(self, item: items.Item) -> None:
        raise TypeError(f"{item!r} is nothing that happens to a lesson")

    @_take.register
    async def _(self, item: items.Join) -> None:
        try:
            bearers = self._stage.names.bearers(item.pupil.pupil) if item.pupil else frozenset()
            entry = welcome.decide(self.lesson, item, bearers, self._stage.now)
        except TongkeError as error:
            item.refuse(error)
            return
        await welcome.name(self._stage, item, entry)
        await self._happen(entry.events)
        device = self._stage.device(entry.device)
        if device.outlet is not None:
            device.close(welcome.taken_over(self._stage.now - device.since))
        if item.done.cancelled():
            return
        device.outlet, device.since = item.outlet, self._stage.now
        device.microphone, device.by_media = None, item.by_media
        welcome.tell(self._stage, item, device, entry)
        heard = self._stage.heard
        item.done.set_result(
            DeviceAttachment(device, item.outlet, self._inbox, self._stage.zero, heard)
        )
        self._stage.follow()

    @_take.register
    async def _(self, item: items.Said) -> None:
        device = self._stage.devices.get(item.device)
        if device is None:
            return
        try:
            await self._said(device, item.message)
        except TongkeError as error:
            _refuse(device, item.message, error)

    @_take.register
    async def _(self, item: items.PeerReady) -> None:
        device = self._stage.devices.get(item.device)
        if device is None:
            return
        try:
            await self._peer_ready(device, item)
        except TongkeError as error:
            _refuse(device, item.offer, error)

    @_take.register
    async def _(self, item: items.FromWorker) -> None:
        match item.notice:
            case media.PeerQuiet() | media.PeerHeard() | media.PeerLost() | LayersWatched():
                self._stage.peer_told(item.notice)
            case media.PeerConnected():
                self._stage.connected(item.notice.peer)
            case media.TapFull():
                log.warning("lesson=%s the recorder did not keep up", self._id)
            case _:
                pass

    @_take.register
    async def _(self, item: items.FromRecorder) -> None:
        match item.notice:
            case recorder.Gap():
                await self._happen([gap_event(item.notice)])
            case recorder.SpaceStep():
                self._stage.recording.step = item.notice.step
                await self._stage.say_what_is_kept()
            case recorder.DiskSlow():
                self._stage.recording.slow = item.notice.slow
                await self._stage.say_what_is_kept()
            case recorder.Failed():
                log.error("lesson=%s not recorded: %s", self._id, item.notice.why)
                self._stage.recording.lost()
                await self._stage.recorded(False, "recorder_lost")
            case _:
                pass

    @_take.register
    async def _(self, item: items.WorkerChanged) -> None:
        devices = list(self._stage.devices.values())
        if item.alive:
            self._stage.media.worker_back(devices)
            self._stage.follow()
        else:
            self._stage.moves.worker_lost()
            self._stage.media.worker_lost(devices)
            self._go_on_at(self._running.elsewhere(self._id))

    @_take.register
    async def _(self, item: items.RecorderChanged) -> None:
        if item.alive:
            self._keeping.ask_anew(self._tasks)
        elif self._stage.recording.running:
            self._stage.recording.lost()
            await self._stage.recorded(False, "recorder_lost")

    @_take.register
    async def _(self, item: items.RecorderReady) -> None:
        if item.step is None:
            await self._stage.recorded(False, "recorder_lost")
            return
        self._keeping.opened = True
        self._stage.recording.step = item.step
        self._stage.media.recorder_back(self.lesson.state, moved=item.moved)
        await self._stage.say_what_is_kept()
        self._stage.follow()

    @_take.register
    async def _(self, item: items.ConsentsChanged) -> None:
        self._stage.standings = item.standings
        await self._stage.reconsider()

    @_take.register
    async def _(self, item: items.EndAsked) -> None:
        await self._happen(self.lesson.end(item.reason, self._stage.now))

    # ------------------------------------------------- what devices say

    async def _said(self, device: Device, message: Command | Report) -> None:
        now = self._stage.now
        if device.waits and isinstance(message, Offer | View):
            raise UserError(Code.NOT_ALLOWED)
        match message:
            case Report():
                device.rtt_ms, device.loss = message.rtt_ms, message.loss
                await self._happen(self.lesson.report(device.id, message, now))
            case Offer():
                self._offers.take(device, message, now)
            case View():
                device.show(message)
                device.answer(Done(id=message.id))
                self._stage.bind(device)
            case _:
                await self._happen(self.lesson.command(device.id, message, now))
                device.answer(Done(id=message.id))

    async def _peer_ready(self, device: Device, item: items.PeerReady) -> None:
        if isinstance(item.answer, UserError):
            raise item.answer
        offer, codecs = item.offer, agreed_codecs(item.peer.agreement)
        if offer.direction == "up":
            events = self.lesson.published(device.id, offer, codecs, self._stage.now)
            self._stage.media.opened(device, "up", item.peer, ())
            await self._happen(events)
        else:
            self._stage.media.opened(device, "down", item.peer, item.slots)
        device.answer(Answer(id=offer.id, peer=offer.peer, sdp=item.answer, slots=item.slots))
        self._stage.bind(device)

    # ------------------------------------------------- the recording

    def _go_on_at(self, plane: Plane) -> None:
        """The worker has died; others live: everyone and the recording go to one of them."""
        old = self._keeping.plane
        if plane is old:
            return  # its own worker is replaced
        old.leave(self._id)
        plane.join(self._id, self)
        self._stage.media.move(plane)
        self._keeping.go_on_at(plane, self._tasks)
        self._stage.media.worker_back(list(self._stage.devices.values()))
        self._stage.follow()

    async def _finish_recording(self) -> None:
        """Nothing passes any more; the files are finished and their gaps told before the end."""
        self._stage.media.shut()
        closed = await self._keeping.finish()
        if closed is None:
            return
        for item in self._inbox.drain():
            if isinstance(item, items.FromRecorder):
                await self._take(item)
            else:
                self._turn_away(item, Code.LESSON_OVER)
        on, why = self._stage.recording.standing
        unfinished = "recorder_lost" if on else why
        await self._stage.recorded(False, "ended" if closed else unfinished)

    def _turn_away(self, item: items.Item, code: Code) -> None:
        """Whatever still waits comes too late for this owner."""
        over = UserError(code)
        match item:
            case items.Join():
                item.refuse(over)
            case items.Said() if item.device in self._stage.devices:
                _refuse(self._stage.devices[item.device], item.message, over)
            case _:
                pass


def _refuse(device: Device, message: Command | Report, error: TongkeError) -> None:
    if not isinstance(message, Report):
        device.answer(Refused(id=message.id, code=error.code, data=dict(error.data)))
