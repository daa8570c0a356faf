"""A source: the thread that reads a feed, encodes it and hands frames to the loop."""

import asyncio
import random
import threading
import time
from collections import deque
from dataclasses import dataclass, replace

import av

from client.room.encoders import RATE, PictureEncoder, SoundEncoder, loudness
from client.room.feeds import Block, PictureFeed, Shot, SoundFeed
from client.room.payloads import Packetizer, packetizer
from client.room.rates import Shape, clamp, shape
from signaling.events import Codec, Kind

LATE_S = 0.5
"""A picture that is later than this is left out, a sound later than twice this."""
RETRY_S = 2.0
"""A feed that broke is opened again after this."""
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
    level: int | None = None
    """Sound: how loud, in −dBov."""
    begins: bool = False
    """Sound: whether the microphone was closed before."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a source does just now; replaced as a whole, so that a thread never sees half of it."""

    codec: Codec
    """In what to encode."""
    on: bool = False
    """Whether to encode at all; a closed microphone and a camera turned off are not."""
    bitrate: int = 1_500_000
    """Pictures: bits per second."""


class Handover:
    """Frames between an encoder's thread and the loop, at most 12 of them.

    When the loop does not keep up: of sound the oldest is dropped; of pictures all that wait are
    dropped and everything up to the next key frame, which is asked for.
    """

    def __init__(self, picture: bool) -> None:
        self._picture = picture
        self._loop = asyncio.get_running_loop()
        self._frames: deque[Encoded] = deque(maxlen=WAITING)
        self._some = asyncio.Event()
        self._broken = False

    def put(self, frame: Encoded) -> bool:
        """From the thread: pass a frame on; false when a key frame is needed instead."""
        if self._picture and len(self._frames) == WAITING:
            self._frames.clear()
            self._broken = True
        if self._broken and not frame.key:
            return False
        self._broken = False
        self._frames.append(frame)
        self._loop.call_soon_threadsafe(self._some.set)
        return True

    async def get(self) -> Encoded:
        """On the loop: the next frame."""
        while not self._frames:
            self._some.clear()
            await self._some.wait()
        return self._frames.popleft()


class Source:
    """One picture or one sound of the room; outlives the peers that carry it."""

    def __init__(self, name: str, kind: Kind, setting: Setting) -> None:
        self.name = name
        """Unique in the room: `camera`, `class_camera`, `screen`, `microphone`."""
        self.kind = kind
        """What it is."""
        self.handover = Handover(not kind.is_sound)
        """Its frames."""
        self.wanted = setting.bitrate
        """Pictures: bits per second where the way has room for them."""
        self.trouble: str | None = None
        """Why the feed can't be read just now."""
        self._setting = setting
        self._key = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def setting(self) -> Setting:
        """What it does just now."""
        return self._setting

    def set(
        self, on: bool | None = None, codec: Codec | None = None, bitrate: int | None = None
    ) -> None:
        """Change what it does, from the next frame on."""
        now = self._setting
        self._setting = replace(
            now,
            on=now.on if on is None else on,
            codec=codec or now.codec,
            bitrate=now.bitrate if bitrate is None else clamp(bitrate),
        )

    def want_key_frame(self) -> None:
        """Make the next picture one that can be decoded by itself."""
        self._key.set()

    def start(self, origin: float) -> None:
        """Begin to read the feed; its second 0 is this monotonic second."""
        self._thread = threading.Thread(
            target=self._run, args=(origin,), name=f"source-{self.name}", daemon=True
        )
        self._thread.start()

    async def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    def _run(self, origin: float) -> None:
        begun = 0.0
        while not self._stop.is_set():
            try:
                self._read(origin, begun)
            except (av.FFmpegError, OSError) as error:
                self.trouble = str(error)
            self._stop.wait(RETRY_S)
            # A feed that is opened again begins at 0; the source's own time never goes back.
            begun = time.monotonic() - origin

    def _read(self, origin: float, begun: float) -> None:
        """Read and encode until stopped; the feed's second 0 is the source's second `begun`."""
        raise NotImplementedError

    def _due(self, moment: float) -> float | None:
        """Wait for a moment; how late it is then, none when the source was stopped."""
        ahead = moment - time.monotonic()
        if self._stop.is_set() or (ahead > 0 and self._stop.wait(ahead)):
            return None
        self.trouble = None
        return time.monotonic() - moment


class EncodedPicture(Source):
    """A picture that is encoded here."""

    def __init__(self, name: str, kind: Kind, bitrate: int) -> None:
        super().__init__(name, kind, Setting(codec=Codec.H264, bitrate=clamp(bitrate)))
        self._encoder: PictureEncoder | None = None
        self._packets: tuple[Codec, Shape, Packetizer] | None = None
        self._next = 0.0

    def _encode(self, shot: Shot, setting: Setting, origin: float) -> None:
        screen = self.kind is Kind.SCREEN
        form = shape(shot.frame.width, shot.frame.height, setting.bitrate, screen)
        key = self._key.is_set()
        if shot.at < self._next and not key:
            return
        self._key.clear()
        # A tenth of slack: 30 pictures a second must not become 15 for a rounding error.
        self._next = max(self._next, shot.at - 1 / form.rate) + 0.9 / form.rate
        if self._encoder is None or self._encoder.codec is not setting.codec:
            self._encoder = PictureEncoder(setting.codec, screen)
        data, is_key = self._encoder.encode(shot.frame, shot.at, form, setting.bitrate, key)
        encoded = Encoded(
            codec=setting.codec,
            payloads=self._cutter(setting.codec, form).payloads(data, is_key),
            key=is_key,
            ticks=round(shot.at * 90_000),
            captured=origin + shot.at,
        )
        if data and not self.handover.put(encoded):
            self._key.set()

    def _cutter(self, codec: Codec, form: Shape) -> Packetizer:
        if self._packets is None or self._packets[:2] != (codec, form):
            # A number to begin with, not a secret.
            number = random.randrange(1 << 15)
            self._packets = (codec, form, packetizer(codec, number, (form.width, form.height)))
        return self._packets[2]


class PictureSource(EncodedPicture):
    """A camera, a class camera or a screen."""

    def __init__(self, name: str, kind: Kind, feed: PictureFeed, bitrate: int) -> None:
        super().__init__(name, kind, bitrate)
        self._feed = feed

    def _read(self, origin: float, begun: float) -> None:
        for shot in self._feed(origin + begun):
            shot = replace(shot, at=begun + shot.at)
            late = self._due(origin + shot.at)
            if late is None:
                return
            setting = self._setting
            if not setting.on:
                self._encoder = None  # what comes after a pause begins with a key frame
            elif late < LATE_S:
                self._encode(shot, setting, origin)


class SoundSource(Source):
    """The microphone; closed until the server says it is open."""

    def __init__(self, name: str, feed: SoundFeed) -> None:
        super().__init__(name, Kind.MICROPHONE, Setting(codec=Codec.OPUS))
        self._feed = feed
        self._encoder: SoundEncoder | None = None

    def _read(self, origin: float, begun: float) -> None:
        for block in self._feed(origin + begun):
            ticks = block.ticks + round(begun * RATE)
            block = replace(block, at=begun + block.at, ticks=ticks)
            late = self._due(origin + block.at)
            if late is None:
                return
            if not self._setting.on:
                self._encoder = None
            elif late < 2 * LATE_S:
                self._encode(block, origin)

    def _encode(self, block: Block, origin: float) -> None:
        begins = self._encoder is None
        if self._encoder is None:
            self._encoder = SoundEncoder()
        data = self._encoder.encode(block.samples)
        self.handover.put(
            Encoded(
                codec=Codec.OPUS,
                payloads=[data],
                key=True,
                ticks=block.ticks,
                captured=origin + block.at,
                level=loudness(block.samples),
                begins=begins,
            )
        )
