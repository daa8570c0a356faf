"""What the bench and its load generator tell each other: one JSON object per line."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from signaling.agreement import Agreement, Fingerprint, Payload, Section, Transport
from signaling.events import STRICT, Codec
from signaling.ids import SourceId
from signaling.rtp.codecs import CLOCK_RATES
from signaling.rtp.extensions import ABS_SEND_TIME, AUDIO_LEVEL, MID, TRANSPORT_CC

UFRAG, PASSWORD = "benchbench", "benchbenchbenchbenchbench"
"""Of every peer of the generator."""
VIDEO, VIDEO_RTX, AUDIO = 96, 97, 111
"""Payload types."""
EXTENSIONS = {MID: 1, ABS_SEND_TIME: 2, TRANSPORT_CC: 3, AUDIO_LEVEL: 4}
"""Header extension ids."""
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

_FEEDBACK = ("nack", "nack pli", "ccm fir", "goog-remb", "transport-cc")


def camera(room: int) -> SourceId:
    """The picture of a room."""
    return SourceId(f"room{room}/camera")


def microphone(room: int) -> SourceId:
    """The sound of a room."""
    return SourceId(f"room{room}/microphone")


def upward(room: int, fingerprint: Fingerprint) -> Agreement:
    """What a publisher of the bench and the server have agreed on."""
    return Agreement(
        direction="up",
        sections=(
            _video(EXTENSIONS, _FEEDBACK, camera(room), (1000 + room, 2000 + room)),
            _audio(EXTENSIONS, microphone(room), (3000 + room,)),
        ),
        remote_ufrag=UFRAG,
        remote_password=PASSWORD,
        fingerprints=(fingerprint,),
    )


def downward(ssrcs: tuple[int, int, int], fingerprint: Fingerprint) -> Agreement:
    """What a subscriber of the bench and the server have agreed on: one picture, one sound."""
    extensions = {uri: EXTENSIONS[uri] for uri in (MID, ABS_SEND_TIME)}
    return Agreement(
        direction="down",
        sections=(
            _video(extensions, _FEEDBACK[:4], None, ssrcs[:2]),
            _audio(extensions, None, ssrcs[2:]),
        ),
        remote_ufrag=UFRAG,
        remote_password=PASSWORD,
        fingerprints=(fingerprint,),
    )


def _video(
    extensions: dict[str, int],
    feedback: tuple[str, ...],
    source: SourceId | None,
    ssrcs: tuple[int, ...],
) -> Section:
    payload = Payload(
        codec=Codec.H264,
        number=VIDEO,
        rtx=VIDEO_RTX,
        clock_rate=CLOCK_RATES[Codec.H264],
        parameters=BASELINE,
    )
    extensions = {uri: number for uri, number in extensions.items() if uri != AUDIO_LEVEL}
    return Section(
        mid="0",
        kind="video",
        active=True,
        payloads=(payload,),
        extensions=extensions,
        feedback=feedback,
        source=source,
        ssrcs=ssrcs,
        msid="pair0 video",
        reduced_rtcp=True,
    )


def _audio(extensions: dict[str, int], source: SourceId | None, ssrcs: tuple[int, ...]) -> Section:
    payload = Payload(
        codec=Codec.OPUS,
        number=AUDIO,
        rtx=None,
        clock_rate=CLOCK_RATES[Codec.OPUS],
        parameters="minptime=10;useinbandfec=1",
    )
    return Section(
        mid="1",
        kind="audio",
        active=True,
        payloads=(payload,),
        extensions=extensions,
        feedback=("transport-cc",) if TRANSPORT_CC in extensions else (),
        source=source,
        ssrcs=ssrcs,
        msid="pair0 audio",
        reduced_rtcp=True,
    )
