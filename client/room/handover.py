"""Encoded frames on their way from a source's thread to the loop."""

import asyncio
from collections import deque
from dataclasses import dataclass

from client.room.layers import WHOLE
from signaling.events import Codec

WAITING = 12
"""Frames between an encoder and the loop."""


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """One frame on its way to the server."""

    codec: Codec
    """In what."""
    payloads: list[bytes]
    """Cut for packets."""
    key: bool
    """Whether it can be decoded by itself."""
    ticks: int
    """RTP ticks since the source began."""
    captured: float
    """Monotonic seconds."""
    layer: str = WHOLE
    """Pictures: the rid of its layer."""
    level: int | None = None
    """Sound: how loud, in −dBov."""
    begins: bool = False
    """Sound: whether the microphone was closed before."""


class Handover:
    """Frames between an encoder's thread and the loop, at most 12 of them, or of each layer.

    When the loop does not keep up: of sound the oldest is dropped; of pictures all that wait are
    dropped and, of their layers, everything up to the next key frame, which is asked for.
    """

    def __init__(self, picture: bool) -> None:
        self._picture = picture
        self._loop = asyncio.get_running_loop()
        self._frames: deque[Encoded] = deque(maxlen=None if picture else WAITING)
        self._some = asyncio.Event()
        self._broken: set[str] = set()

    @property
    def waits(self) -> int:
        """Frames that wait."""
        return len(self._frames)

    @property
    def octets(self) -> int:
        """On the loop: of what waits."""
        return sum(len(payload) for frame in self._frames.copy() for payload in frame.payloads)

    def put(self, frame: Encoded) -> bool:
        """From the thread: pass a frame on; false when a key frame is needed instead."""
        if self._picture:
            self._make_room(frame.layer)
        if frame.layer in self._broken and not frame.key:
            return False
        self._broken.discard(frame.layer)
        self._frames.append(frame)
        self._loop.call_soon_threadsafe(self._some.set)
        return True

    def _make_room(self, layer: str) -> None:
        waiting = [each.layer for each in self._frames.copy()]  # the loop takes some meanwhile
        if waiting.count(layer) == WAITING:
            self._frames.clear()
            self._broken |= set(waiting)

    async def get(self) -> Encoded:
        """On the loop: the next frame."""
        while not self._frames:
            self._some.clear()
            await self._some.wait()
        return self._frames.popleft()
