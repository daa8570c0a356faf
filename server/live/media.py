"""One lesson's media: its devices' peers, and keeping worker and recorder at what is wished."""

import random
from collections.abc import Iterable, Mapping, Sequence

from recorder.requests import Request as RecorderRequest
from server.live.device import Device, Direction, Peer
from server.live.peer_names import worker_peer
from server.live.plane import Plane
from server.live.recording import Recording
from server.live.slots import Bindings, Scene, Viewer, bind, more_pairs, scene
from server.live.views import view
from server.live.wishes import changed, wishes
from server.media.link_notices import LayersWatched
from server.media.requests import (
    AskKeyFrame,
    Bind,
    ClosePeer,
    PeerHeard,
    PeerQuiet,
    SetStills,
    SetTap,
    SetView,
    Shown,
    SlotBinding,
)
from signaling.agreement import Agreement, Transport
from signaling.ids import LessonId, ParticipantId, PeerId, SourceId
from signaling.messages import Binding, Bound, LessonState, OfferAgain, SendLayers, Slot
from signaling.negotiation import SSRCS

_chance = random.SystemRandom()


class LessonMedia:
    """What the worker and the recorder were told of one lesson, and what they are still to be told.

    `sync` compares what the lesson wishes with what they know and tells them the difference; after
    one of them has died it knows nothing, and all is told anew.
    """

    def __init__(
        self,
        lesson: LessonId,
        plane: Plane,
        recording: Recording,
        budgets: Mapping[ParticipantId, int],
    ) -> None:
        self._lesson = lesson
        self._budgets = budgets
        self._plane = plane
        self._recording = recording
        self._gates: dict[SourceId, bool] = {}
        self._taps: dict[SourceId, int] = {}
        self._spoke: ParticipantId | None = None

    async def open(self, worker: PeerId, agreement: Agreement) -> Transport:
        """Have the worker expect a peer; raises `UserError` when there is no media now."""
        return await self._plane.open_peer(self._lesson, worker, agreement)

    def worker_name(self, device: Device, peer: PeerId) -> PeerId:
        """What the worker calls a device's peer."""
        return worker_peer(self._lesson, device.id, peer)

    def opened(
        self, device: Device, direction: Direction, peer: Peer, slots: tuple[Slot, ...]
    ) -> None:
        """A peer of a device is there; the one it had in this direction is closed."""
        before = device.peers.get(direction)
        if before is not None and before.worker == peer.worker:
            peer.bound, peer.stills = before.bound, before.stills
            peer.view, peer.is_quiet = before.view, before.is_quiet
        elif before is not None:
            self._plane.worker.send(ClosePeer(peer=before.worker))
        peer.slots = slots
        peer.asked_pairs = 0
        device.peers[direction] = peer

    def close(self, device: Device, directions: Iterable[Direction] = ("up", "down")) -> None:
        """A device's peers are needed no more."""
        for direction in directions:
            peer = device.peers.pop(direction, None)
            if peer is not None:
                self._plane.worker.send(ClosePeer(peer=peer.worker))

    def lost_peer(self, device: Device, worker: PeerId) -> None:
        """The worker has given a peer up; the device makes a new one, or does when it is back."""
        for direction, peer in list(device.peers.items()):
            if peer.worker == worker:
                del device.peers[direction]
                device.renew(direction)

    def note_quiet(self, device: Device, notice: PeerQuiet | PeerHeard) -> None:
        """If it is a peer of this device: whether the worker hears it."""
        for peer in device.peers.values():
            if peer.worker == notice.peer:
                peer.is_quiet = isinstance(notice, PeerQuiet)

    def give_up_quiet(self, device: Device) -> None:
        """Close what the worker hears nothing of, if the device says nothing either.

        One that is here by its media alone is told; it goes, and may come again.
        """
        if device.outlet is not None and not device.by_media:
            return
        for which in [which for which, peer in device.peers.items() if peer.is_quiet]:
            self.close(device, [which])
            device.renew(which)

    def worker_lost(self, devices: Iterable[Device]) -> None:
        """The worker has died with everything it knew."""
        self._tell_recorder(self._recording.worker_lost())
        for device in devices:
            device.had_peers |= device.peers.keys()
            device.peers.clear()

    def worker_back(self, devices: Iterable[Device]) -> None:
        """A new worker is there, to be told everything: whoever had peers makes new ones."""
        self._gates.clear()
        self._taps.clear()
        for device in devices:
            for direction in sorted(device.had_peers):
                device.tell(OfferAgain(direction=direction, fresh=True))
            device.had_peers.clear()

    def move(self, plane: Plane) -> None:
        """From now on another worker and another recorder are told."""
        self._plane = plane

    def recorder_back(self, state: LessonState, *, moved: bool) -> None:
        """A new recorder has the lesson open; `moved`: because the worker of the last has died."""
        if moved:
            self._tell_recorder(self._recording.moved(state))
        self._tell_recorder(self._recording.resume(state))

    def sync(
        self, state: LessonState, devices: Iterable[Device], loud: Sequence[ParticipantId]
    ) -> None:
        """Bring worker, recorder and every device's slots to what the lesson wishes now."""
        wished = wishes(state)
        for source in [s for s in self._gates if s not in wished.open]:
            del self._gates[source]
            self._taps.pop(source, None)
            self._plane.forget_source(source)
        self._tell_recorder(self._recording.follow(state, wished))
        self._sync_taps()
        for source, open_ in changed(self._gates, wished.open).items():
            self._plane.set_gate(self._lesson, source, open_)
            self._gates[source] = open_
        seen = scene(state)
        for device in devices:
            self.bind(device, seen, loud)

    def bind(self, device: Device, seen: Scene, loud: Sequence[ParticipantId]) -> None:
        """Bring one device's slots to what it shall receive."""
        peer = device.peers.get("down")
        if peer is None:
            return
        plays = device.microphone is None or device.microphone.loudspeaker
        viewer = Viewer(
            participant=device.participant,
            role=device.role,
            shown=device.shown,
            sizes=device.sizes,
            plays=plays,
            saves=device.saves,
        )
        self._sync_stills(peer, device.saves)
        wanted = bind(peer.slots, peer.bound, seen, viewer, loud)
        new = {mid: source for mid, source in wanted.items() if peer.bound.get(mid) != source}
        self._ask_for_pairs(device, peer, more_pairs(peer.slots, viewer, seen))
        if new:
            self._bind(device, peer, new)
        self._show(device, peer, view(peer.bound.values(), seen, viewer, self._speaker(loud)))

    def _bind(self, device: Device, peer: Peer, new: Bindings) -> None:
        peer.bound.update(new)
        slots = tuple(SlotBinding(mid=mid, source=source) for mid, source in new.items())
        self._plane.worker.send(Bind(peer=peer.worker, slots=slots))
        bindings = tuple(Binding(mid=mid, source=source) for mid, source in new.items())
        device.tell(Bound(peer=peer.id, bindings=bindings))

    def _show(self, device: Device, peer: Peer, pictures: tuple[Shown, ...]) -> None:
        """Tell the worker what a device shows, if that is news."""
        shows = SetView(
            peer=peer.worker, pictures=pictures, budget=self._budgets.get(device.participant)
        )
        if shows != peer.view and (pictures or peer.view is not None):
            peer.view = shows
            self._plane.worker.send(shows)

    def _speaker(self, loud: Sequence[ParticipantId]) -> ParticipantId | None:
        """Who speaks: whoever began first and has not given way to others since."""
        if loud and self._spoke not in loud:
            self._spoke = loud[0]
        return self._spoke

    def watched(self, device: Device, notice: LayersWatched) -> None:
        """If it publishes this picture: which of its layers it is to send."""
        if any(peer.worker == notice.peer for peer in device.peers.values()):
            device.tell(SendLayers(source=notice.source, layers=notice.layers))

    def connected(self, device: Device, worker: PeerId, state: LessonState) -> None:
        """If it is this device's down peer: it gets key frames of the pictures it is bound to."""
        peer = device.peers.get("down")
        if peer is None or peer.worker != worker:
            return
        bound = set(peer.bound.values())
        for source in state.sources:
            if source.source in bound and not source.kind.is_sound:
                self._plane.worker.send(AskKeyFrame(source=source.source))

    def shut(self) -> None:
        """Let nothing pass any more: the lesson ends."""
        for source in self._gates:
            self._plane.set_gate(self._lesson, source, False)
            self._gates[source] = False

    def _ask_for_pairs(self, device: Device, peer: Peer, pairs: int) -> None:
        if pairs > peer.asked_pairs:
            peer.asked_pairs = pairs
            device.tell(OfferAgain(direction="down", fresh=False, more_slots=pairs))

    def _sync_stills(self, peer: Peer, saves: bool) -> None:
        if peer.stills != saves:
            peer.stills = saves
            self._plane.worker.send(SetStills(peer=peer.worker, on=saves))

    def _sync_taps(self) -> None:
        handles = self._recording.handles
        for source in [s for s in self._taps if s not in handles]:
            del self._taps[source]
            self._plane.worker.send(SetTap(source=source, handle=None))
        for source, handle in changed(self._taps, handles).items():
            self._plane.worker.send(SetTap(source=source, handle=handle))
            self._taps[source] = handle

    def _tell_recorder(self, requests: Iterable[RecorderRequest]) -> None:
        for request in requests:
            self._plane.recorder.send(request)


def new_ssrcs() -> list[int]:
    """Enough random SSRCs for a down peer (RFC 3550, 8.1)."""
    return _chance.sample(range(1, 2**32), SSRCS)
