"""One participant's connection: hello first, heartbeat, rate, repeated requests (sans-IO).

The shell (`signaling.websocket`) feeds it texts and times and carries out its actions; what a
message means is decided by the lesson's owner, whose two ends are declared here as protocols.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from signaling import wire
from signaling.clock import stamp
from signaling.errors import Code, PeerError, TongkeError
from signaling.events import Role
from signaling.ids import LessonId, ParticipantId
from signaling.messages import (
    VERSION,
    Answer,
    Closed,
    Command,
    Done,
    FromDevice,
    Hello,
    Ping,
    Pong,
    Refused,
    Report,
    ToDevice,
)

OLDEST = max(1, VERSION - 1)
"""The oldest version of the language that is still spoken."""
SILENCE = 5.0
"""Seconds without any message after which a connection is dead."""
RATE = 50.0
"""Messages a second that a device may send for long."""
BURST = 100.0
"""Messages that it may send at once."""
ANSWERS_KEPT = 64
"""First answers that are kept for each device."""
HELPS_TO_RETURN = (Code.TOO_SLOW, Code.TOO_FAST, Code.SERVER_STOPPING)
"""What ends a connection though coming back, with `resume`, will do."""


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
    waits: bool = False
    """Whether a teacher is to let it in first: a pupil whose name the lesson does not know."""


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


Reply = Done | Refused | Answer

Attach = Callable[[Hello, Outlet], Awaitable[Attachment]]
"""Say hello to the owner; it tells `Welcome` by the outlet. Raises `TongkeError` to refuse."""


class Answers:
    """First answers to a device's requests: the last 64 ids, the oldest is forgotten first."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, Reply | None] = OrderedDict()

    def begin(self, request: int) -> Reply | bool:
        """True for a new id, its answer if there is one, False while it is being worked on."""
        if request in self._known:
            return self._known[request] or False
        self._known[request] = None
        if len(self._known) > ANSWERS_KEPT:
            self._known.popitem(last=False)
        return True

    def note(self, answer: Reply) -> None:
        """Keep the first answer to a request."""
        if answer.id in self._known and self._known[answer.id] is None:
            self._known[answer.id] = answer


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
    return hashlib.sha256(secret.encode()).hexdigest()


def closed_by(error: TongkeError) -> Closed:
    """The last message of a connection that this error ends."""
    return Closed(code=error.code, data=dict(error.data), may_resume=error.code in HELPS_TO_RETURN)


class Bucket:
    """How many messages a device may still send: `RATE` a second, `BURST` at once."""

    def __init__(self, now: float) -> None:
        self._left = BURST
        self._at = now

    def take(self, now: float) -> bool:
        """Whether one more is within the rate."""
        self._left = min(BURST, self._left + RATE * (now - self._at))
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Session:
    """One connection from its first text to its end; times are the monotonic clock in seconds.

    After `Pass(Hello)` the shell attaches to the owner and calls `attached`; only then it feeds the
    next text.
    """

    def __init__(self, now: float) -> None:
        self._heard = now
        self._bucket = Bucket(now)
        self._hello = False
        self._zero: float | None = None
        self._answers = Answers()
        self._over = False

    def attached(self, zero: float, answers: Answers) -> None:
        """The owner let the device in; `zero` is the monotonic clock at lesson time 0."""
        self._zero = zero
        self._answers = answers

    def receive(self, text: str | bytes, now: float) -> list[Action]:
        """One text came."""
        if self._over:
            return []
        self._heard = now
        try:
            if not self._bucket.take(now):
                raise PeerError(Code.TOO_FAST)
            return self._act(wire.from_device(text), now)
        except PeerError as error:
            return self.close(closed_by(error))

    def tell(self, message: ToDevice) -> list[Action]:
        """The owner has something to say."""
        if self._over:
            return []
        if isinstance(message, Reply):
            self._answers.note(message)
        return [Send(wire.write(message))]

    def close(self, closed: Closed) -> list[Action]:
        """Say why and end."""
        if self._over:
            return []
        self._over = True
        return [Send(wire.write(closed)), Close()]

    def tick(self, now: float) -> list[Action]:
        """End a connection that has been silent for too long, or never said hello."""
        if self._over or now < self._heard + SILENCE:
            return []
        if self._zero is None:
            return self.close(closed_by(PeerError(Code.HELLO_EXPECTED)))
        self._over = True
        return [Close()]

    def deadline(self) -> float | None:
        """When `tick` has something to do at the earliest."""
        return None if self._over else self._heard + SILENCE

    def _act(self, message: FromDevice, now: float) -> list[Action]:
        """What follows from a message."""
        if isinstance(message, Hello):
            return self._greet(message)
        if self._zero is None:
            raise PeerError(Code.HELLO_EXPECTED)
        if isinstance(message, Ping):
            pong = Pong(sent=message.sent, now=stamp(now - self._zero))
            return [Send(wire.write(pong))]
        if isinstance(message, Report):
            return [Pass(message)]
        return self._ask(message)

    def _greet(self, hello: Hello) -> list[Action]:
        """The first message, and only the first; in a version that we speak."""
        if self._hello:
            raise PeerError(Code.HELLO_REPEATED)
        if not OLDEST <= hello.version <= VERSION:
            raise PeerError(Code.VERSION_UNSUPPORTED, oldest=OLDEST, newest=VERSION)
        self._hello = True
        return [Pass(hello)]

    def _ask(self, command: Command) -> list[Action]:
        """A command: passed on once; asked again, its first answer is given again."""
        known = self._answers.begin(command.id)
        if isinstance(known, bool):
            return [Pass(command)] if known else []
        return [Send(wire.write(known))]
