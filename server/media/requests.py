"""The boundary of the media worker: what the server asks, what the worker answers and tells.

One line each (`signaling.boundary`). An `id` has exactly one reply. Times are CLOCK_MONOTONIC (s).
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from server.media.allocation import Served
from server.media.link_notices import LayersWatched, LinkStep
from signaling.agreement import Agreement, Candidate, Transport
from signaling.events import STRICT, Codec
from signaling.ids import LessonId, PeerId, SourceId


@dataclass(frozen=True, kw_only=True, config=STRICT)
class OpenPeer:
    """Expect a device at a new peer, or take over a new agreement for a known one."""

    type: Literal["open_peer"] = "open_peer"
    id: int
    """Request id."""
    peer: PeerId
    """Chosen by the device, made unique by the server."""
    lesson: LessonId
    """Whose failure it would be."""
    agreement: Agreement
    """What the SDP settled."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ClosePeer:
    """Forget a peer; what it published has no packets any more. Unknown peers are fine."""

    type: Literal["close_peer"] = "close_peer"
    peer: PeerId
    """Which."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SlotBinding:
    """What one section of a down peer carries."""

    mid: str
    """The section."""
    source: SourceId | None
    """Whose packets; none stops them."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Bind:
    """Set slots of a down peer. A source nobody publishes yet is remembered."""

    type: Literal["bind"] = "bind"
    peer: PeerId
    """The down peer."""
    slots: tuple[SlotBinding, ...]
    """Those that change."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SetStills:
    """Send a down peer of each picture only a still at times, or every packet again."""

    type: Literal["set_stills"] = "set_stills"
    peer: PeerId
    """The down peer; an unknown one is fine: it has just gone."""
    on: bool
    """Whether it gets stills."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Want:
    """What one slot is to get of its source until it is bound anew; else the highest layer."""

    type: Literal["want"] = "want"
    peer: PeerId
    """The down peer; an unknown one is fine: it has just gone."""
    mid: str
    """The section."""
    layer: int | None
    """The layer, 0 for the lowest: it or, if it does not flow, the next lower; none: nothing."""
    temporal: int | None = None
    """The highest temporal layer; none: every frame."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Shown:
    """A picture that a viewer shows."""

    source: SourceId
    """Which."""
    rank: int = Field(ge=0, le=3)
    """How important it is to this viewer: an `allocation.Rank`."""
    rows: int = Field(ge=0)
    """Rows of pixels that it is shown with; 0 when it is not."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SetView:
    """What the viewer behind a down peer shows, and what its line may carry; else: all, without."""

    type: Literal["set_view"] = "set_view"
    peer: PeerId
    """The down peer; an unknown one is fine: it has just gone."""
    pictures: tuple[Shown, ...]
    """All that it may show; bound pictures that are not named pass."""
    budget: int | None = None
    """Link budget in bits per second; none if it is unknown."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SetGate:
    """Pass a source's packets on, to receivers and recorder alike, or drop them. New are shut."""

    type: Literal["set_gate"] = "set_gate"
    source: SourceId
    """Which."""
    open: bool
    """Whether they pass."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SetTap:
    """Hand a source's packets to the recorder, or stop."""

    type: Literal["set_tap"] = "set_tap"
    source: SourceId
    """Which."""
    handle: int | None
    """Its number on the tap; none stops it."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class AskKeyFrame:
    """Ask the publisher of a picture for a key frame; merged and limited by the worker."""

    type: Literal["ask_key_frame"] = "ask_key_frame"
    source: SourceId
    """Which."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ForgetSource:
    """A source has ended."""

    type: Literal["forget_source"] = "forget_source"
    source: SourceId
    """Which."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ReadLoad:
    """Ask how the worker stands."""

    type: Literal["read_load"] = "read_load"
    id: int
    """Request id."""


Request = Annotated[
    OpenPeer
    | ClosePeer
    | Bind
    | SetStills
    | Want
    | SetView
    | SetGate
    | SetTap
    | AskKeyFrame
    | ForgetSource
    | ReadLoad,
    Field(discriminator="type"),
]
"""Server to worker."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Ready:
    """The worker's sockets are open; its first message."""

    type: Literal["ready"] = "ready"
    addresses: tuple[str, ...]
    """`address:port` it listens on."""
    pump: Literal["compiled", "python"] = "python"
    """Which pump forwards its packets."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PeerOpened:
    """Reply to `OpenPeer`."""

    type: Literal["peer_opened"] = "peer_opened"
    id: int
    """The request's."""
    transport: Transport
    """Our end of it."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Failed:
    """Reply to a request that can't be carried out."""

    type: Literal["failed"] = "failed"
    id: int
    """The request's."""
    why: str
    """For the log."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Load:
    """Reply to `ReadLoad`: where peers are told to send, and counters since the start."""

    type: Literal["load"] = "load"
    id: int
    """The request's."""
    announced: tuple[Candidate, ...]
    """Where peers that come now are told to send."""
    peers: int
    """Open now."""
    received: int
    """RTP packets received and authenticated."""
    forwarded: int
    """RTP packets sent to receivers, retransmissions included."""
    tapped: int
    """RTP packets handed to the recorder."""
    dropped: int
    """Datagrams dropped: unknown sender, failed authentication, bounds, `unsent`."""
    unsent: int
    """Datagrams that the kernel's full buffer did not take."""
    waiting: int
    """Control datagrams that wait for their turn now."""
    late_s: float
    """Longest delay of the event loop in the last 5 to 10 s."""
    cpu_s: float
    """CPU seconds of the process, user and system."""
    rss: int
    """Bytes of resident memory."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PeerConnected:
    """ICE and DTLS are up."""

    type: Literal["peer_connected"] = "peer_connected"
    peer: PeerId
    """Which."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PeerQuiet:
    """Nothing authentic came from a connected peer for 15 s; it is kept until it is closed."""

    type: Literal["peer_quiet"] = "peer_quiet"
    peer: PeerId
    """Which."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PeerHeard:
    """Something came from a peer again that was told to be quiet."""

    type: Literal["peer_heard"] = "peer_heard"
    peer: PeerId
    """Which."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PeerLost:
    """A peer never connected, its handshake failed, or the device closed it; it is closed."""

    type: Literal["peer_lost"] = "peer_lost"
    peer: PeerId
    """Which."""
    why: str
    """`silent`, `handshake` or `closed`."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SourceFlows:
    """First packet of a source on a peer, or of a new codec."""

    type: Literal["source_flows"] = "source_flows"
    source: SourceId
    """Which."""
    peer: PeerId
    """From where."""
    codec: Codec
    """In what."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SourceStopped:
    """No packet of an open source for 2 s, though none was expected to stop."""

    type: Literal["source_stopped"] = "source_stopped"
    source: SourceId
    """Which."""
    since: float
    """When the last one came."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PeerReport:
    """One peer over the last 2 s."""

    peer: PeerId
    """Which."""
    way: Literal["up", "down"]
    """Whether it sends its media or gets it."""
    rtt_ms: float | None
    """By its reports on what we sent it (RFC 3550, 6.4.1); none before, and if it sends."""
    loss: float
    """0 to 1, in the direction of its media."""
    packets: int
    """RTP packets in that direction."""
    octets: int
    """Their bytes."""
    served: Served | None = None
    """What a peer that gets media is served."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Speaking:
    """A sound that is heard just now."""

    source: SourceId
    """Which."""
    level: float
    """Mean level of the last 300 ms in -dBov (RFC 6464): 0 is loudest, 127 is silence."""
    voice: bool
    """Whether that was a voice; else it is the breath after one."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Reports:
    """Every 2 s."""

    type: Literal["reports"] = "reports"
    peers: tuple[PeerReport, ...]
    """Those connected."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Levels:
    """Every 300 ms while anybody is heard, and once when nobody is."""

    type: Literal["levels"] = "levels"
    speaking: tuple[Speaking, ...]
    """Open sounds above the threshold, loudest first."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class TapFull:
    """The recorder did not keep up; packets of a source were not handed to it."""

    type: Literal["tap_full"] = "tap_full"
    source: SourceId
    """Which."""
    start: float
    """When the first was dropped."""
    end: float
    """When the source went on."""


Notice = Annotated[
    Ready
    | PeerOpened
    | Failed
    | Load
    | PeerConnected
    | PeerQuiet
    | PeerHeard
    | PeerLost
    | SourceFlows
    | SourceStopped
    | Reports
    | Levels
    | LinkStep
    | LayersWatched
    | TapFull,
    Field(discriminator="type"),
]
"""Worker to server: replies and notifications."""

REQUEST: TypeAdapter[Request] = TypeAdapter(Request)
NOTICE: TypeAdapter[Notice] = TypeAdapter(Notice)
