"""What the fold holds of each device, participant and source; more than anybody is told."""

from dataclasses import dataclass, field

from signaling.events import Codec, Kind, LeaveReason, Role
from signaling.ids import DeviceId, ParticipantId, SourceId


@dataclass(slots=True, kw_only=True)
class Seat:
    """One device, here or gone; kept so that it may resume."""

    device: DeviceId
    """Which."""
    participant: ParticipantId
    """Whose."""
    role: Role
    """What its link lets it be."""
    secret_hash: str
    """SHA-256 of its resume secret, in hex."""
    loudspeaker: bool
    """Whether it may be its participant's audio master."""
    encodes: tuple[Codec, ...]
    """What it can send."""
    decodes: tuple[Codec, ...]
    """What it can play."""
    came: float
    """Lesson time when it took this seat."""
    heard: float
    """Lesson time when it was last heard."""
    since: float
    """Lesson time from which its silence counts: `heard`, or a restart of the server."""
    here: bool = True
    """Whether it has joined and not left."""
    away: bool = False
    """Whether nothing was heard of it for a while."""
    missed: float = 0.0
    """Until when it had been heard when it was called away."""
    left: LeaveReason | None = None
    """Why it left last."""
    summed: float | None = None
    """Lesson time of its last summary."""
    waits: bool = False
    """Whether it has not been let in; then it is no participant's device yet."""


@dataclass(slots=True, kw_only=True)
class Member:
    """One participant that is here or is a planned room."""

    participant: ParticipantId
    """Who."""
    role: Role
    """As what."""
    host: bool = False
    """Whether it is the host room."""
    planned: bool = False
    """Whether the plan expects it; then it stays when it has left."""
    seats: list[Seat] = field(default_factory=list)
    """Its devices that are here, in order of joining."""
    master: DeviceId | None = None
    """The device with microphone and loudspeaker."""


@dataclass(slots=True, kw_only=True)
class Source:
    """One picture or sound that is published."""

    source: SourceId
    """Which."""
    kind: Kind
    """What it is."""
    device: DeviceId
    """Who sends it."""
    codec: Codec
    """In what."""
    on: bool = True
    """Whether it shows or sounds."""
    recorded: bool = False
    """Whether consent lets it be recorded."""
    consent: str = ""
    """Why, or why not."""
