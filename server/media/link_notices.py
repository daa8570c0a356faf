"""What the worker tells of lines: steps of the ladder, and layers that are watched."""

from typing import Literal

from pydantic.dataclasses import dataclass

from server.media.allocation import Reason, Step
from signaling.agreement import Rid
from signaling.events import STRICT
from signaling.ids import PeerId, SourceId


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LinkStep:
    """What a receiver gets now for what its path carries, when that has changed."""

    type: Literal["link_step"] = "link_step"
    peer: PeerId
    """Which."""
    step: Step
    """Of the ladder."""
    reason: Reason
    """Why it is not more."""
    available: int | None = None
    """Bits per second that the path carries; none before it is known."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LayersWatched:
    """Which layers of a picture somebody gets, when that has changed; before, all of them."""

    type: Literal["layers_watched"] = "layers_watched"
    peer: PeerId
    """Who publishes it."""
    source: SourceId
    """Which."""
    layers: tuple[Rid, ...]
    """Those to send, lowest first; none when nobody watches."""
