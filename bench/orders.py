"""What the bench and its load generator tell each other: one JSON object per line."""

from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from signaling.agreement import Fingerprint, Transport
from signaling.events import STRICT
from signaling.ids import SourceId
from signaling.rtp.extensions import ABS_SEND_TIME, AUDIO_LEVEL, MID, TRANSPORT_CC

UFRAG, PASSWORD = "benchbench", "benchbenchbenchbenchbench"
"""Of every peer of the generator."""
VIDEO, VIDEO_RTX, AUDIO = 96, 97, 111
"""Payload types."""
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
"""Header extension that names the layer (RFC 8852)."""
EXTENSIONS = {MID: 1, ABS_SEND_TIME: 2, TRANSPORT_CC: 3, AUDIO_LEVEL: 4, RID: 5}
"""Header extension ids."""
LAYERS = {"q": 180, "h": 360, "f": 720}
"""Names of a picture's layers, lowest first, and their heights."""
BASELINE = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Join:
    """Connect a peer: a publisher begins to send, a subscriber to count."""

    type: Literal["join"] = "join"
    peer: str
    """Its name."""
    room: int
    """Which lesson."""
    publishes: bool
    """Whether it is the room's publisher."""
    layers: tuple[str, ...] = ()
    """Of a publisher: the layers that were agreed; empty: the picture has one."""
    video_type: int = VIDEO
    """Payload type of the picture."""
    audio_type: int = AUDIO
    """Payload type of the sound."""
    extensions: dict[str, int] = field(default_factory=lambda: EXTENSIONS)
    """Header extensions that were agreed."""
    remb: bool = False
    """Of a receiver: it also tells a bandwidth."""
    each: int = 1
    """Of a receiver: every so many turns a packet is decrypted and recognised; 1: all are."""
    transport: Transport
    """The server's end."""
    since: float
    """CLOCK_MONOTONIC when its joining began."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Measure:
    """Count what is sent in the next seconds."""

    type: Literal["measure"] = "measure"
    seconds: float
    """How long."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Hashed:
    """First line of the generator: the certificate of all its peers."""

    type: Literal["hashed"] = "hashed"
    fingerprint: Fingerprint
    """Its hash."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Joined:
    """A publisher sends, or a subscriber got its first picture."""

    type: Literal["joined"] = "joined"
    peer: str
    """Which."""
    seconds: float
    """Since its joining began."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Measured:
    """What came of a `Measure`."""

    type: Literal["measured"] = "measured"
    expected: int
    """Packets sent, times their receivers."""
    received: int
    """Packets received, none counted twice."""
    delays_ms: tuple[float, float]
    """Median and 99th percentile from sending to arriving."""
    worst_ms: float = 0.0
    """The latest of all."""
    forwarded: int = 0
    """Packets received, those of newcomers too."""
    lowered: int = 0
    """Those of them that were of a lower layer than the best that is sent."""
    nacks: int = 0
    """Packets asked for again."""
    wide_feedbacks: int = 0
    """Messages of transport-wide feedback sent by receivers."""
    late_ms: float
    """99th percentile of how late the generator's own clock ticked."""
    cores: float
    """CPU seconds of the generator per second."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Broken:
    """A peer could not connect."""

    type: Literal["broken"] = "broken"
    why: str
    """For whoever runs the bench."""


ORDER: TypeAdapter[Join | Measure] = TypeAdapter(
    Annotated[Join | Measure, Field(discriminator="type")]
)
RESULT: TypeAdapter[Hashed | Joined | Measured | Broken] = TypeAdapter(
    Annotated[Hashed | Joined | Measured | Broken, Field(discriminator="type")]
)


def camera(room: int) -> SourceId:
    """The picture of a room."""
    return SourceId(f"room{room}/camera")


def microphone(room: int) -> SourceId:
    """The sound of a room."""
    return SourceId(f"room{room}/microphone")
