"""Peers of devices that only measure: each gets back what it sends, and ends soon.

They belong to no lesson; nothing of it is recorded or reaches anybody else.
"""

import asyncio
import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from recorder import requests as recorder
from server.live.peer_names import worker_peer
from server.live.plane import Plane
from server.live.workers import Workers
from server.media import requests as media
from server.programme.refusal import Refusal, RefusedError
from signaling.agreement import Agreement
from signaling.ids import LessonId, PeerId, SourceId
from signaling.negotiation import agree_reflected, answer

CHECKS: Final = LessonId("checks")
"""Stands where a lesson's id does; no lesson has it, for theirs are UUIDs."""
CHECKING: Final = 16
"""Devices at once; one more is refused."""
SECONDS: Final = 16.0
"""How long one may take: browsers give up a path that does not work after 8, counting takes 6."""


@dataclass(frozen=True, kw_only=True)
class _Check:
    """One device that measures."""

    up: PeerId
    """By which it sends."""
    down: PeerId
    """By which it gets that back."""
    source: SourceId
    """What it sends."""
    timer: asyncio.TimerHandle
    """Ends it."""
    plane: Plane
    """Whose worker has it."""


class CheckPeers:
    """Opens such peers at the media workers: of at most `CHECKING` devices, each for `SECONDS`."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._open: dict[int, _Check] = {}
        self._numbers = itertools.count(1)
        for plane in workers.planes:
            plane.join(CHECKS, _Checks(self, plane))

    async def open(self, up: str, down: str) -> tuple[str, str]:
        """The answers to the offers of a device that sends and wants to get that back.

        Raises:
            PeerError: one is no offer.
            RefusedError: enough others measure.
            UserError: there is no media now.
        """
        number = next(self._numbers)
        source = SourceId(f"{CHECKS}/{number}")
        agreed = agree_reflected(up, down, source, 1 + secrets.randbelow(0xFFFFFFFF))
        if len(self._open) >= CHECKING:
            raise RefusedError(Refusal.CHECK_BUSY, seconds=int(SECONDS))
        # Counted before the worker is asked: others are asking too.
        check = self._open[number] = self._begin(number, source)
        try:
            return await self._answers(check, *agreed)
        except BaseException:
            self._close(number)
            raise

    def _begin(self, number: int, source: SourceId) -> _Check:
        timer = asyncio.get_running_loop().call_later(SECONDS, self._close, number)
        up, down = (worker_peer(CHECKS, "check", PeerId(f"{number}{way}")) for way in ("u", "d"))
        plane = self._workers.lend()
        return _Check(up=up, down=down, source=source, timer=timer, plane=plane)

    async def _answers(self, check: _Check, up: Agreement, down: Agreement) -> tuple[str, str]:
        plane = check.plane
        ours = await plane.open_peer(CHECKS, check.up, up)
        theirs = await plane.open_peer(CHECKS, check.down, down)
        plane.set_gate(CHECKS, check.source, True)
        slots = tuple(
            media.SlotBinding(mid=section.mid, source=check.source)
            for section in down.sections
            if section.active
        )
        plane.worker.send(media.Bind(peer=check.down, slots=slots))
        return answer(up, ours, 1), answer(down, theirs, 1)

    def _close(self, number: int) -> None:
        check = self._open.pop(number, None)
        if check is None:
            return
        check.timer.cancel()
        for peer in (check.up, check.down):
            check.plane.worker.send(media.ClosePeer(peer=peer))
        check.plane.forget_source(check.source)

    def lost(self, peer: PeerId) -> None:
        """A peer that is gone takes the other along, and leaves room for another device."""
        self._close_those(lambda check: peer in (check.up, check.down))

    def lost_all(self, plane: Plane) -> None:
        """What a dead worker had open is gone."""
        self._close_those(lambda check: check.plane is plane)

    def _close_those(self, gone: Callable[[_Check], bool]) -> None:
        for number in [number for number, check in self._open.items() if gone(check)]:
            self._close(number)


class _Checks:
    """What one worker tells of the peers that it was lent."""

    def __init__(self, peers: CheckPeers, plane: Plane) -> None:
        self._peers = peers
        self._plane = plane

    def from_worker(self, notice: media.Notice) -> None:
        """Gone or quiet is the same here: a check has no signaling that speaks for it."""
        if isinstance(notice, media.PeerLost | media.PeerQuiet):
            self._peers.lost(notice.peer)

    def from_recorder(self, notice: recorder.Notice) -> None:
        """Nothing here is recorded."""

    def worker_changed(self, alive: bool) -> None:
        """What a dead worker had open is gone."""
        if not alive:
            self._peers.lost_all(self._plane)

    def recorder_changed(self, alive: bool) -> None:
        """Nothing here is recorded."""
