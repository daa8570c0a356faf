"""One participant's connection: hello first, heartbeat, rate, repeated requests (sans-IO).

The shell (`signaling.websocket`) feeds it texts and times and carries out its actions; what a
message means is decided by the lesson's owner, whose two ends are declared here as protocols.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from signaling.errors import TongkeError
from signaling.events import Role
from signaling.ids import LessonId, ParticipantId
from signaling.messages import (
    Answer,
    Closed,
    Command,
    Done,
    Hello,
    Refused,
    Report,
    ToDevice,
)


@dataclass(frozen=True, kw_only=True)
class Grants:
    """What a verified link lets its holder be; computed by the application at hello."""

    lesson: LessonId
    """Which lesson's door it opens."""
    role: Role
    """As what."""
    place: ParticipantId | None
    """The classroom it is a device of; none for pupils, viewers and inspectors."""
    name: str | None
    """What the link calls its holder; none if they say so themselves."""
    leads: bool
    """Whether it may give the host's commands."""


class Outlet(Protocol):
    """What the owner holds of a connection; `signaling.websocket` has it."""

    def tell(self, message: ToDevice) -> None:
        """Queue a message; never waits. A device too slow for its bounded queue is closed."""

    def close(self, closed: Closed) -> None:
        """Send this last message and end the connection; `detach` follows."""


class Attachment(Protocol):
    """What a connection holds of the owner after a good hello; `server.live` has it."""

    @property
    def zero(self) -> float:
        """Monotonic clock (s) at lesson time 0."""

    @property
    def answers(self) -> "Answers":
        """First answers to this device's requests; lives as long as the device."""

    def heard(self, now: float) -> None:
        """Any message came; `now` is the monotonic clock in seconds. Never waits."""

    async def receive(self, message: Command | Report) -> None:
        """Hand a message to the owner's bounded inbox, waiting while it is full."""

    def detach(self) -> None:
        """The connection is over; called exactly once."""


Attach = Callable[[Hello, Outlet], Awaitable[Attachment]]
"""Say hello to the owner; it tells `Welcome` by the outlet. Raises `TongkeError` to refuse."""


class Answers:
    """First answers to a device's requests: the last 64 ids, the oldest is forgotten first."""

    def begin(self, request: int) -> Done | Refused | Answer | bool:
        """True for a new id, its answer if there is one, False while it is being worked on."""
        raise NotImplementedError

    def note(self, answer: Done | Refused | Answer) -> None:
        """Keep the first answer to a request."""
        raise NotImplementedError


@dataclass(frozen=True)
class Send:
    """Send this text."""

    text: str
    """One message as JSON."""


@dataclass(frozen=True)
class Pass:
    """Hand this to the owner: first the hello, then commands and reports."""

    message: Hello | Command | Report
    """What the device asks for or reports."""


@dataclass(frozen=True)
class Close:
    """End the connection once everything before it is sent."""


Action = Send | Pass | Close


def secret_hash(secret: str) -> str:
    """SHA-256 of a resume secret, in hex: what the journal keeps of it."""
    raise NotImplementedError


def closed_by(error: TongkeError) -> Closed:
    """The last message of a connection that this error ends."""
    raise NotImplementedError
