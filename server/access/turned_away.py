"""Which refused sign-ins become lines of the audit log, so that no guesser fills the disk.

Repeats within a minute are one line that counts. There are so many lines an hour; what comes above
is counted in one more that says neither name nor address. Pure: time is an argument, in seconds
that never go back. Bounded by those lines, in memory alone: a server that starts anew counts anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

MINUTE = 60.0
HOUR = 3600.0
MOST_COUNTED = 1000
"""A line counts up to here and is then left alone: what is refused costs no more writing."""

Key = tuple[str, ...]
_REST: Key = ()


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A line as it stands."""

    id: str
    """Of the line."""
    times: int
    """How often, with this one."""
    until: float
    """When it counts no more."""
    rest: bool
    """Whether it stands for all above the bound, and so for nobody."""


class TurnedAways:
    """Counts refused sign-ins into lines."""

    def __init__(self, most_an_hour: int, fresh_id: Callable[[], str]) -> None:
        """Of lines there are at most `most_an_hour` and one for the rest."""
        self._most = most_an_hour
        self._fresh_id = fresh_id
        self._lines: dict[Key, Counted] = {}
        self._made = 0
        self._hour_ends = 0.0

    def count(self, key: Key, now: float) -> Counted | None:
        """The line that has now counted one more of `key`; none where it is full."""
        if now >= self._hour_ends:
            self._hour_ends, self._made = now + HOUR, 0
        key = key if self._fits(key, now) else _REST
        line = self._lines.get(key)
        if line is None or now >= line.until:
            line = self._begin(key, now)
        if line.times == MOST_COUNTED:
            return None
        self._lines[key] = counted = replace(line, times=line.times + 1)
        return counted

    def _fits(self, key: Key, now: float) -> bool:
        """Whether there is a line of it, or room for one."""
        line = self._lines.get(key)
        return (line is not None and now < line.until) or self._made < self._most

    def _begin(self, key: Key, now: float) -> Counted:
        self._lines = {known: line for known, line in self._lines.items() if now < line.until}
        rest = key == _REST
        if not rest:
            self._made += 1
        until = self._hour_ends if rest else now + MINUTE
        return Counted(id=self._fresh_id(), times=0, until=until, rest=rest)

    def __len__(self) -> int:
        return len(self._lines)
