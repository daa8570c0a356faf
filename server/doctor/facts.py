"""What doctor looks at: facts, gathered in this folder and judged in `findings`."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["own", "given", "proxy"]


@dataclass(frozen=True, kw_only=True)
class Announced:
    """An address and port of the media plane."""

    address: str
    """An IP address."""
    port: int
    """A UDP port."""


@dataclass(frozen=True, kw_only=True)
class Device:
    """What a device measured of its path to us."""

    device: str
    """Random, one for each page."""
    who: str
    """What people call it, or its browser and address."""
    host: str
    """The host and port its browser asked for."""
    https: bool
    """Whether the page came by HTTPS."""
    websocket: bool
    """Whether a websocket passed."""
    udp: bool
    """Whether media's packets passed."""
    rtt_ms: float | None
    """Round trip."""
    up_kbps: float | None
    """What it can send."""
    down_kbps: float | None
    """What it can receive."""
    clock_ms: float | None
    """How far its clock is ahead of ours."""
    tcp: bool = False
    """Whether they passed by TCP, because UDP is shut."""
    relay: bool = False
    """Whether they came up by a relay."""
    loss_up: float | None = None
    """Share of what it sent that was lost, 0 to 1."""
    loss_down: float | None = None
    """Share of what it was sent that was lost."""


@dataclass(frozen=True, kw_only=True)
class Running:
    """What the running server says of itself."""

    version: str
    """Its version."""
    host: str
    """The address its web port listens on."""
    bases: tuple[str, ...]
    """What links may begin with."""
    certificate: Kind
    """Whose certificate it shows."""
    setup_port: int | None
    """Port of the set-up page, if there is one."""
    worker: bool
    """Whether the media worker answers."""
    recorder: bool
    """Whether the recorder answers."""
    listening: tuple[Announced, ...]
    """Where the media worker listens."""
    announced: tuple[Announced, ...]
    """Where devices are told to send."""
    public: bool
    """Whether they are told addresses outside a NAT instead of our own."""
    lessons: int
    """Running now."""
    devices: tuple[Device, ...]
    """Those that measured under our link, the newest last."""


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What browsers are shown."""

    kind: Kind
    """Whose it is."""
    ends: float
    """Seconds since 1970; 0 where a proxy has it."""
    names: frozenset[str]
    """Host names and addresses in it."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What other sources of time say."""

    ntp: str | None
    """The time server that was asked."""
    ntp_s: float | None
    """How far it is ahead of us; none if it did not answer."""
    synchronised: bool | None
    """Whether this machine keeps its clock by the network; none if it can't say."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """The disk, and what the last week's lessons took of it."""

    free: int
    """Bytes."""
    kept_free: int
    """Bytes at which recording stops."""
    week: int
    """Bytes of the lessons of the last seven days."""
    days: float
    """Of those seven, how many have had lessons behind them; 1 at least."""
    free_words: str
    """`free` for people."""
    week_words: str
    """`week` for people."""


@dataclass(frozen=True, kw_only=True)
class Freed:
    """What the disk gets back by itself because recordings are over their time."""

    soon: int
    """Bytes within 7 days."""
    later: int
    """Bytes within 30 days."""
    soon_words: str
    """`soon` for people."""
    later_words: str
    """`later` for people."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """The processor."""

    cores: int
    """How many."""
    load: float
    """Share of all of them that was in use."""
