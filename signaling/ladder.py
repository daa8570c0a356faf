"""How a device finds its way back to the lesson (pure).

A live link is pinged every 2 s and given up after 5 s of silence. Without one, a new attempt begins
every second though the one before still hangs, two at most; the first that is answered wins and
the other is dropped; each is given up after 2 s. So it goes on for the length of the lesson. Before
the first answer ever, attempts go one at a time and wait 5 s: nothing can be resumed yet, and a
second hello would make a second participant.
"""

from dataclasses import dataclass

PING_SECONDS = 2.0
"""Between two pings of a live link."""
SILENCE_SECONDS = 5.0
"""Without any message, after which a live link is given up."""
ATTEMPT_EVERY_SECONDS = 1.0
"""Between the beginnings of two attempts."""
ATTEMPT_SECONDS = 2.0
"""After which an attempt is given up."""
FIRST_ATTEMPT_SECONDS = 5.0
"""After which an attempt is given up while the device was never welcomed."""
ATTEMPTS_AT_ONCE = 2
"""How many may hang."""


@dataclass(frozen=True)
class Dial:
    """Open a connection and say hello on it, with `resume` if there is a secret."""

    attempt: int
    """Its number, from 0."""


@dataclass(frozen=True)
class Drop:
    """Close a connection and listen to it no more."""

    attempt: int
    """Its number."""


@dataclass(frozen=True)
class Ping:
    """Send a ping on the live link."""


@dataclass(frozen=True)
class Lost:
    """There is no live link any more: say so."""


Step = Dial | Drop | Ping | Lost


class Ladder:
    """The recovery ladder of one device; times are its own clock in seconds.

    `known` says that it has a secret to resume with from the start.
    """

    def __init__(self, now: float, *, known: bool = False) -> None:
        self._live: int | None = None
        self._attempts: dict[int, float] = {}
        self._heard_at = 0.0
        self._ping_at = 0.0
        self._dial_at = now
        self._next = 0
        self._known = known

    @property
    def live(self) -> int | None:
        """The attempt whose link answered; none while there is none."""
        return self._live

    def tick(self, now: float) -> list[Step]:
        """What is due."""
        return self._search(now) if self._live is None else self._watch(self._live, now)

    def answered(self, attempt: int, now: float) -> list[Step]:
        """The hello of an attempt was answered with `welcome`; what else hangs is dropped."""
        if self._live is not None or self._attempts.pop(attempt, None) is None:
            return []
        others: list[Step] = [Drop(other) for other in self._attempts]
        self._attempts.clear()
        self._live = attempt
        self._known = True
        self._heard_at = self._ping_at = now
        return others

    def heard(self, attempt: int, now: float) -> None:
        """Any message came on the live link."""
        if attempt == self._live:
            self._heard_at = now

    def failed(self, attempt: int, now: float) -> list[Step]:
        """A connection closed or could not be opened."""
        self._attempts.pop(attempt, None)
        if attempt != self._live:
            return []
        self._live = None
        return [Lost(), *self._search(now)]

    def hurry(self, now: float) -> list[Step]:
        """The network seems to be back: do not wait."""
        if self._live is not None:
            return []
        self._dial_at = now
        return self._search(now)

    def deadline(self) -> float:
        """When `tick` has something to do at the earliest."""
        if self._live is not None:
            return min(self._ping_at, self._heard_at + SILENCE_SECONDS)
        ends = [begun + self._patience for begun in self._attempts.values()]
        return min([self._dial_at, *ends] if len(ends) < self._at_once else ends)

    @property
    def _patience(self) -> float:
        return ATTEMPT_SECONDS if self._known else FIRST_ATTEMPT_SECONDS

    @property
    def _at_once(self) -> int:
        return ATTEMPTS_AT_ONCE if self._known else 1

    def _watch(self, live: int, now: float) -> list[Step]:
        """Ping, or give the live link up."""
        if now >= self._heard_at + SILENCE_SECONDS:
            self._live = None
            return [Drop(live), Lost(), *self._search(now)]
        if now < self._ping_at:
            return []
        self._ping_at = now + PING_SECONDS
        return [Ping()]

    def _search(self, now: float) -> list[Step]:
        """Give up what hangs for too long and begin the next attempt if it is time."""
        late = [one for one, begun in self._attempts.items() if now >= begun + self._patience]
        for attempt in late:
            del self._attempts[attempt]
        steps: list[Step] = [Drop(attempt) for attempt in late]
        if now >= self._dial_at and len(self._attempts) < self._at_once:
            self._attempts[self._next] = now
            steps.append(Dial(self._next))
            self._next += 1
            self._dial_at = now + ATTEMPT_EVERY_SECONDS
        return steps
