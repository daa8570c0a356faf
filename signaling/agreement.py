"""What an offer and our answer have agreed on: input of the media worker, without any SDP."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from signaling.events import STRICT, Codec
from signaling.ids import SourceId

PayloadNumber = Annotated[int, Field(ge=0, le=127)]
Rid = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,16}$")]
"""What a layer is called: letters and digits that fit a one-byte header (RFC 8851, 8852)."""
Ssrc = Annotated[int, Field(ge=0, le=0xFFFFFFFF)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Payload:
    """One codec of a media section."""

    codec: Codec
    """What it is."""
    number: PayloadNumber
    """Its payload type in this section."""
    rtx: PayloadNumber | None
    """The payload type of its retransmissions (RFC 4588)."""
    clock_rate: int
    """RTP ticks per second."""
    parameters: str
    """The format parameters of the answer, as they stand after `a=fmtp:<pt> `."""
    red: PayloadNumber | None = None
    """The payload type of redundant sound made of it (RFC 2198)."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Section:
    """One media section (RFC 8829, m= line)."""

    mid: str
    """Its name."""
    kind: Literal["audio", "video"]
    """What it carries."""
    active: bool
    """False when the section was refused or stopped."""
    payloads: tuple[Payload, ...]
    """Up: the one chosen codec. Down: every codec the device plays, preferred first."""
    extensions: dict[str, int]
    """Header extension URI to its id here (RFC 8285)."""
    feedback: tuple[str, ...]
    """Of `nack`, `nack pli`, `ccm fir`, `goog-remb`, `transport-cc`, those agreed."""
    source: SourceId | None
    """Up: what it carries."""
    ssrcs: tuple[Ssrc, ...]
    """Up: those the offer declares, may be empty. Down: ours, media first, then RTX for video."""
    msid: str
    """Down: `<stream> <track>` of our answer. Sections of one slot pair share the stream."""
    stopped: bool = False
    """Whether the device gave the section up for good; the answer refuses it with port 0."""
    reduced_rtcp: bool = False
    """Whether RTCP may come without a report in front (RFC 5506)."""
    layers: tuple[Rid, ...] = ()
    """Up: the layers agreed (RFC 8853), in the device's order, lowest first; empty for one."""
    rows: int = 0
    """Up: of its highest layer, sent or not, as its device says; 0 where it does not."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Fingerprint:
    """Hash of a DTLS certificate (RFC 8122)."""

    algorithm: str
    """`sha-256` and stronger."""
    value: str
    """Upper-case hex pairs joined by colons."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Agreement:
    """Everything about a peer that its SDP has settled."""

    direction: Literal["up", "down"]
    """Who sends: the device (`up`) or the server (`down`)."""
    sections: tuple[Section, ...]
    """In order of the offer; all in one bundle, RTCP multiplexed."""
    remote_ufrag: str
    """The device's ICE user name fragment."""
    remote_password: str
    """Its ICE password."""
    fingerprints: tuple[Fingerprint, ...]
    """Of the device's certificate."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Candidate:
    """An address of ours (RFC 8839), type host; of TCP the passive end (RFC 6544)."""

    address: str
    """IPv4 or IPv6."""
    port: int
    """Its port."""
    transport: Literal["udp", "tcp"] = "udp"
    """What it takes."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Transport:
    """Our end of a peer; what the answer needs besides the agreement."""

    ufrag: str
    """Our ICE user name fragment."""
    password: str
    """Our ICE password."""
    fingerprint: Fingerprint
    """Of our certificate."""
    candidates: tuple[Candidate, ...]
    """Where we listen, preferred first."""
