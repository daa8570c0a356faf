"""What a walk asks of a route, and who may ask it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from tests.support.walk_requests import Sent
from tests.support.walk_rights import May
from tests.support.walked import World

Route = tuple[str, str]
"""A method, and a path as the router has it."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request of a route, and who may make it."""

    may: May
    """Whether it is answered."""
    at: Mapping[str, str] = field(default_factory=dict)
    """What the route names: keys of the world's ids."""
    query: Mapping[str, str] | None = None
    """What stands behind the question mark."""
    ticket: bool = False
    """Whether the link stands there too."""
    json: Sent | None = None
    """The body."""
    data: bytes | None = None
    """A body that is a file."""
    ready: Callable[[World], Awaitable[None]] | None = None
    """Makes the request possible (again)."""
    lesson: str = "held"
    """To which lesson links belong."""
    good: frozenset[int] = frozenset({200})
    """The statuses of those who may."""
    most: int = 100
    """Of those who may, how many ask: passwords take a while."""


ROLL: Mapping[str, object] = {"expected": 24, "present": 22, "on_leave": 1}
HELD = {"lesson": "held"}
"""A lesson that was held."""
