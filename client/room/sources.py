"""A source: the thread that reads a feed, encodes it and hands frames to the loop."""

import asyncio
import threading
import time
from dataclasses import dataclass, replace

import av

from client.room.effort import Effort
from client.room.encoders import RATE, SoundEncoder, loudness
from client.room.feeds import Block, PictureFeed, Shot, SoundFeed
from client.room.handover import Encoded, Handover
from client.room.layers import WHOLE, layer_shape, whole_shape
from client.room.pace import Pace
from client.room.rates import Shape, clamp, shape
from client.room.rendition import Rendition
from signaling.events import Codec, Kind

LATE_S = 0.5
"""A picture that is later than this is left out, a sound later than twice this."""
RETRY_S = 2.0
"""A feed that broke is opened again after this."""
BEHIND = 2
"""Pictures that wait for their time to be sent; while they do, the next are left out."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a source does just now; replaced as a whole, so that a thread never sees half of it."""

    codec: Codec
    """In what to encode."""
    on: bool = False
    """Whether to encode at all; a closed microphone and a camera turned off are not."""
    bitrate: int = 1_500_000
    """Pictures: bits per second, of one piece."""
    layers: dict[str, int] | None = None
    """Bits per second of each layer that is sent, by rid, lowest first; none for one piece."""


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
        """Pictures, or each of their layers: bits per second where the way has room for them."""
        self.trouble: str | None = None
        """Why the feed can't be read just now."""
        self._setting = setting
        self._keys: set[str] = set()
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

    @property
    def layered(self) -> bool:
        """Whether it is to be sent in layers where the server takes them."""
        return False

    @property
    def rows(self) -> int:
        """Of the highest layer; 0 for what has none, and before it is known."""
        return 0

    @property
    def short(self) -> bool:
        """Whether its pictures come faster than this computer encodes them."""
        return False

    def divide(self, layers: dict[str, int] | None) -> None:
        """Send these layers from the next frame on, by rid, in bits per second; none: one piece."""
        self._setting = replace(self._setting, layers=layers)

    def want_key_frame(self, layer: str = WHOLE) -> None:
        """Make the next picture, or the next of a layer, one that can be decoded by itself."""
        self._keys.add(layer)

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
    """A picture that is encoded here, in one piece or in layers."""

    def __init__(self, name: str, kind: Kind, bitrate: int) -> None:
        super().__init__(name, kind, Setting(codec=Codec.H264, bitrate=clamp(bitrate)))
        self._renditions: dict[str, Rendition] = {}
        self._pace = Pace()
        self._effort = Effort()
        self._rows = 0
        self._next = 0.0
        self.narrow = False
        """Whether its packets wait for the way: then pictures are left out before they wait long;
        where they wait for a busy computer alone, they soon go on."""

    @property
    def layered(self) -> bool:
        """Whether it is to be sent in layers where the server takes them; a screen never is."""
        return self.kind in (Kind.CAMERA, Kind.CLASS_CAMERA)

    @property
    def rows(self) -> int:
        """Of the highest layer; 0 before the first picture."""
        return self._rows

    @property
    def short(self) -> bool:
        """Whether its pictures come faster than this computer encodes them."""
        return self._effort.short

    def _saw(self, shot: Shot) -> None:
        """Note how large pictures are and how often they come, whether or not they are sent."""
        self._pace.seen(shot.at)
        self._rows = whole_shape(shot.frame.width, shot.frame.height).height

    def _encode(self, shot: Shot, setting: Setting, origin: float) -> None:
        parts = self._parts(shot, setting)
        keys = {each for each in parts if each in self._keys}  # the loop adds to them meanwhile
        # What is not sent is not encoded, and begins with a key frame when it is sent again.
        self._renditions = {at: each for at, each in self._renditions.items() if at in parts}
        if not parts or (shot.at < self._next and not keys):
            return
        if self.narrow and self.handover.waits >= BEHIND * len(parts):
            return
        self._keys -= keys
        began, rate = time.monotonic(), max(form.rate for form, _ in parts.values())
        # A tenth of slack: 30 pictures a second must not become 15 for a rounding error.
        self._next = max(self._next, shot.at - 1 / rate) + 0.9 / rate
        for layer, (most, bitrate) in parts.items():
            form = replace(most, rate=self._pace.rate(most.rate))
            rendition = self._rendition(layer, setting.codec)
            frame = rendition.encode(shot, form, bitrate, layer in keys, origin)
            if frame is not None and not self.handover.put(frame):
                self.want_key_frame(layer)
        ended = time.monotonic()
        self._effort.took(ended, ended - began, began - origin - shot.at)

    def _parts(self, shot: Shot, setting: Setting) -> dict[str, tuple[Shape, int]]:
        """In what sizes, and with how many bits per second, a picture is sent; lowest first."""
        width, height = shot.frame.width, shot.frame.height
        if setting.layers is None:
            screen = self.kind is Kind.SCREEN
            return {WHOLE: (shape(width, height, setting.bitrate, screen), setting.bitrate)}
        return {
            rid: (layer_shape(width, height, rid), rate) for rid, rate in setting.layers.items()
        }

    def _rendition(self, layer: str, codec: Codec) -> Rendition:
        found = self._renditions.get(layer)
        if found is None or found.codec is not codec:
            found = self._renditions[layer] = Rendition(codec, self.kind is Kind.SCREEN, layer)
        return found


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
            self._saw(shot)
            setting = self._setting
            if not setting.on:
                self._renditions = {}  # what comes after a pause begins with a key frame
                self._effort.rests()
            elif late < LATE_S:
                self._encode(shot, setting, origin)
            else:
                self._effort.took(time.monotonic(), 0.0, late)


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
