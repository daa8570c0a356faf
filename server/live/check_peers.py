"""Peers of devices that only measure: they carry nothing, belong to no lesson and end soon."""

import asyncio
import itertools
from typing import Final

from recorder import requests as recorder
from server.live.plane import Plane, worker_peer
from server.media import requests as media
from server.programme.refusal import Refusal, RefusedError
from signaling.ids import LessonId, PeerId
from signaling.negotiation import agree_up, answer

CHECKS: Final = LessonId("checks")
"""Stands where a lesson's id does; no lesson has it, for theirs are UUIDs."""
PEERS: Final = 16
"""At once; one more is refused."""
SECONDS: Final = 12.0
"""How long a peer may take; browsers give up a path that does not work after about as long."""


class CheckPeers:
    """Opens such peers at the media worker; at most `PEERS`, each for `SECONDS`."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._open: dict[PeerId, asyncio.TimerHandle] = {}
        self._numbers = itertools.count(1)
        plane.join(CHECKS, self)

    async def open(self, offer: str) -> str:
        """The answer to an offer whose sections are to carry nothing.

        Raises:
            PeerError: it is no offer.
            RefusedError: enough others measure.
            UserError: there is no media now.
        """
        agreement = agree_up(offer, {})
        if len(self._open) >= PEERS:
            raise RefusedError(Refusal.CHECK_BUSY, seconds=int(SECONDS))
        peer = worker_peer(CHECKS, "check", PeerId(str(next(self._numbers))))
        # Counted before the worker is asked: others are asking too.
        timer = asyncio.get_running_loop().call_later(SECONDS, self._close, peer)
        self._open[peer] = timer
        try:
            transport = await self._plane.open_peer(CHECKS, peer, agreement)
        except BaseException:
            self._close(peer)
            raise
        return answer(agreement, transport, 1)

    def _close(self, peer: PeerId) -> None:
        timer = self._open.pop(peer, None)
        if timer is not None:
            timer.cancel()
            self._plane.worker.send(media.ClosePeer(peer=peer))

    def from_worker(self, notice: media.Notice) -> None:
        """A peer that is gone leaves room for another."""
        if isinstance(notice, media.PeerLost):
            self._close(notice.peer)

    def from_recorder(self, notice: recorder.Notice) -> None:
        """Nothing here is recorded."""

    def worker_changed(self, alive: bool) -> None:
        """What a dead worker had open is gone."""
        if not alive:
            for peer in list(self._open):
                self._close(peer)

    def recorder_changed(self, alive: bool) -> None:
        """Nothing here is recorded."""
