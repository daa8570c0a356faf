"""What is measured: our server or a peer's, as the load generator sees either."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bench.orders import AUDIO, EXTENSIONS, VIDEO
from signaling.agreement import Fingerprint, Transport


@dataclass(frozen=True, kw_only=True)
class Way:
    """How one peer of the generator reaches a server, and what they agreed on."""

    transport: Transport
    """The server's end."""
    layers: tuple[str, ...] = ()
    """Of a publisher's picture; empty: it has one."""
    video_type: int = VIDEO
    """Payload type of the picture."""
    audio_type: int = AUDIO
    """Payload type of the sound."""
    extensions: dict[str, int] = field(default_factory=lambda: EXTENSIONS)
    """Header extensions by URI."""


class Side(Protocol):
    """A server with its processes; rooms are numbered from 0, each with one publisher."""

    async def start(self, folder: Path) -> None:
        """Run it; recordings go into `folder`."""

    async def publish(self, room: int, fingerprint: Fingerprint) -> Way:
        """Expect the publisher of a room."""

    async def published(self, room: int) -> None:
        """It sends: wait until that is noticed, and record it."""

    async def watch(self, room: int, number: int, fingerprint: Fingerprint) -> Way:
        """Expect a receiver, the `number`-th of all, of what a room publishes."""

    async def finish(self) -> int:
        """Close all recordings; their bytes."""

    def cpu(self) -> tuple[float, float]:
        """CPU seconds so far, all threads: of what forwards, and of what records beside it."""

    def rss(self) -> int:
        """Resident memory of what forwards."""

    async def stop(self) -> None:
        """End it."""
