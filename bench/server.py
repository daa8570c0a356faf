"""Media worker and recorder as a server runs them, with the tap between them."""

import asyncio
import sys
import time
from pathlib import Path

from bench.agreed import downward, layers, numbered, upward
from bench.boundary import Child
from bench.footage import HEIGHT
from bench.orders import camera, microphone
from bench.sides import Way
from recorder import requests as recording
from server.live.plane import tap_pair
from server.media import requests as media
from server.media.allocation import Rank
from server.media.pumps import Serving, Wanted
from signaling.agreement import Agreement, Fingerprint
from signaling.events import Codec, Kind
from signaling.ids import LessonId, PeerId


class Server:
    """Worker and recorder with the tap between them: our side of a comparison.

    `together` rooms make one lesson. Not `wide`: receivers know no transport-wide feedback. Not
    `sound`: they get the picture alone.
    """

    def __init__(
        self,
        together: int = 1,
        pump: Wanted = "auto",
        *,
        wide: bool = True,
        sound: bool = True,
    ) -> None:
        self._together = together
        self._wanted = pump
        self._wide = wide
        self._sound = sound
        self.pump: Serving | None = None
        """Which pump serves, as the worker tells it; none before it has."""
        self._lessons: set[LessonId] = set()
        self._flows: dict[str, asyncio.Event] = {}
        self.worker = Child(media.REQUEST, media.NOTICE, self._worker_told)
        """The media worker."""
        self.recorder = Child(recording.REQUEST, recording.NOTICE, self._recorder_told)
        """The recorder."""

    async def start(self, folder: Path) -> None:
        """Run both, with a tap as the server makes it; recordings go into `folder`."""
        self._folder = folder
        tap = tap_pair(4 << 20)
        listen = ("--listen", "127.0.0.1:0", "--pump", self._wanted)
        await self.worker.start("server.media.worker", tap[0], *listen)
        await self.recorder.start("recorder.process", tap[1])
        for end in tap:
            end.close()

    def _worker_told(self, notice: media.Notice) -> None:
        match notice:
            case media.Ready(pump=pump):
                self.pump = pump
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

    def _lesson(self, room: int) -> LessonId:
        return LessonId(f"bench-{room // self._together}")

    async def publish(self, room: int, fingerprint: Fingerprint) -> Way:
        """Expect the publisher of a room."""
        return await self._open(f"up-{room}", room, upward(room, fingerprint))

    async def watch(self, room: int, number: int, fingerprint: Fingerprint) -> Way:
        """Expect a receiver, the `number`-th of all, of what a room publishes."""
        peer, base = f"down-{number}", 1_000_000 + 3 * number
        agreement = downward((base, base + 1, base + 2), fingerprint, wide=self._wide)
        way = await self._open(peer, room, agreement)
        slots = (
            media.SlotBinding(mid="0", source=camera(room)),
            media.SlotBinding(mid="1", source=microphone(room)),
        )
        kept = slots if self._sound else slots[:1]
        self.worker.send(media.Bind(peer=PeerId(peer), slots=kept))
        shown = media.Shown(source=camera(room), rank=Rank.CALLED, rows=HEIGHT)
        self.worker.send(media.SetView(peer=PeerId(peer), pictures=(shown,)))
        return way

    async def _open(self, peer: str, room: int, agreement: Agreement) -> Way:
        order = media.OpenPeer(
            id=next(self.worker.ids),
            peer=PeerId(peer),
            lesson=self._lesson(room),
            agreement=agreement,
        )
        opened = await self.worker.ask(order, order.id, media.PeerOpened)
        return Way(
            transport=opened.transport,
            layers=layers(agreement),
            extensions=numbered(agreement),
        )

    async def published(self, room: int) -> None:
        """Wait for both sources of a room, open their gates and keep them."""
        await self.flows(camera(room)).wait()
        await self.flows(microphone(room)).wait()
        lesson = self._lesson(room)
        if lesson not in self._lessons:
            await self._open_lesson(lesson)
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

    async def _open_lesson(self, lesson: LessonId) -> None:
        self._lessons.add(lesson)
        (self._folder / lesson).mkdir()
        number = next(self.recorder.ids)
        order = recording.OpenLesson(
            id=number, lesson=lesson, folder=str(self._folder / lesson), zero=time.monotonic()
        )
        await self.recorder.ask(order, number, recording.LessonReady)

    async def finish(self) -> int:
        """Close all recordings; their bytes."""
        written = 0
        for lesson in self._lessons:
            number = next(self.recorder.ids)
            order = recording.CloseLesson(id=number, lesson=lesson, end=1e6)
            closed = await self.recorder.ask(order, number, recording.LessonClosed)
            written += closed.written
        return written

    def cpu(self) -> tuple[float, float]:
        """CPU seconds of worker and recorder so far."""
        return self.worker.cpu(), self.recorder.cpu()

    def rss(self) -> int:
        """Resident memory of the worker."""
        return int(self.worker.usage.memory_info().rss)

    async def stop(self) -> None:
        """End both."""
        await self.worker.stop()
        await self.recorder.stop()
