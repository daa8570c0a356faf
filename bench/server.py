"""Media worker and recorder as a server runs them, with the tap between them."""

import asyncio
import socket
import sys
import time
from pathlib import Path

from bench.boundary import Child
from bench.orders import camera, microphone
from recorder import requests as recording
from server.media import requests as media
from signaling.events import Codec, Kind
from signaling.ids import LessonId


class Server:
    """Worker and recorder with the tap between them."""

    def __init__(self) -> None:
        self._flows: dict[str, asyncio.Event] = {}
        self.worker = Child(media.REQUEST, media.NOTICE, self._worker_told)
        """The media worker."""
        self.recorder = Child(recording.REQUEST, recording.NOTICE, self._recorder_told)
        """The recorder."""

    async def start(self) -> None:
        """Run both, with a tap of the kernel's largest buffers."""
        tap = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in tap:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        await self.worker.start("server.media.worker", tap[0], "--listen", "127.0.0.1:0")
        await self.recorder.start("recorder.process", tap[1])
        for end in tap:
            end.close()

    def _worker_told(self, notice: media.Notice) -> None:
        match notice:
            case media.SourceFlows(source=source):
                self.flows(source).set()
            case media.PeerLost(peer=peer, why=why):
                print(f"peer {peer} was lost: {why}", file=sys.stderr)
            case _:
                pass

    def flows(self, source: str) -> asyncio.Event:
        """Set as soon as packets of a source come."""
        return self._flows.setdefault(source, asyncio.Event())

    def _recorder_told(self, notice: recording.Notice) -> None:
        match notice:
            case recording.WantKeyFrame(source=source):
                self.worker.send(media.AskKeyFrame(source=source))
            case recording.Failed(why=why):
                print(f"the recorder failed: {why}", file=sys.stderr)
            case _:
                pass

    async def load(self) -> media.Load:
        """The worker's counters."""
        number = next(self.worker.ids)
        return await self.worker.ask(media.ReadLoad(id=number), number, media.Load)

    async def record(self, room: int, folder: Path) -> None:
        """Open a room's gates and keep both of its sources."""
        lesson = LessonId(f"bench-{room}")
        (folder / lesson).mkdir()
        number = next(self.recorder.ids)
        order = recording.OpenLesson(
            id=number, lesson=lesson, folder=str(folder / lesson), zero=time.monotonic()
        )
        await self.recorder.ask(order, number, recording.LessonReady)
        for source, kind, codec, handle in (
            (camera(room), Kind.CAMERA, Codec.H264, 2 * room + 1),
            (microphone(room), Kind.MICROPHONE, Codec.OPUS, 2 * room + 2),
        ):
            self.recorder.send(
                recording.OpenSource(
                    lesson=lesson, source=source, handle=handle, kind=kind, codec=codec
                )
            )
            self.worker.send(media.SetTap(source=source, handle=handle))
            self.worker.send(media.SetGate(source=source, open=True))

    async def finish(self, room: int) -> int:
        """Close a room's recording; its bytes."""
        number = next(self.recorder.ids)
        order = recording.CloseLesson(id=number, lesson=LessonId(f"bench-{room}"), end=1e6)
        return (await self.recorder.ask(order, number, recording.LessonClosed)).written

    async def open_peer(self, order: media.OpenPeer) -> media.PeerOpened:
        """Expect a peer."""
        return await self.worker.ask(order, order.id, media.PeerOpened)
