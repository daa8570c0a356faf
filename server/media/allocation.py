"""What one receiver gets for what its path carries. Pure; the one table of the weak-link ladder.

Sound first, always. Then every picture that is shown gets its least quality, in the order of
`Rank`, and what is left raises them one after another in the same order. The least quality of a
screen is few frames that are sharp; that of a camera is its smallest layer with all its frames, of
which it gets fewer only where they have no room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final, NamedTuple

from signaling.ids import SourceId

RISE: Final = 1.16
"""How much more than needed there must be before anything gets better (7 % noise either way)."""
REST: Final = 3.0
"""Seconds from getting worse to getting better."""
LOSSY: Final = 0.05
"""Loss that is named as the reason for less rather than narrowness."""
ENOUGH_HEIGHT: Final = 0.9
"""Of the height shown: a layer that has it is as good as a larger one."""


class Rank(IntEnum):
    """Whose picture goes first."""

    CALLED = 0
    """The called or speaking one."""
    SCREEN = 1
    """A shared screen."""
    FAR_CLASS = 2
    """The class at the other end."""
    THUMBNAIL = 3
    """All others."""


class Step(StrEnum):
    """The ladder, as room and teacher see it."""

    STILLS = "stills"
    """Sound, and of screens a still at times."""
    LOW = "low"
    """Moving pictures, not all as good as they are shown: smaller, or with fewer frames."""
    HIGH = "high"
    """The first of the pictures as good as it is shown."""


class Reason(StrEnum):
    """Why it is not more; a sentence stands in the locale."""

    ENOUGH = "enough"
    """All that is shown is there."""
    NOTHING_SHOWN = "nothing_shown"
    """No picture is shown."""
    SAVES = "saves"
    """The device saves data."""
    BUDGET = "budget"
    """The school's link budget."""
    LOSS = "loss"
    """Much is lost on the way."""
    NARROW = "narrow"
    """The path carries no more."""


class Quality(NamedTuple):
    """One way to send a picture."""

    layer: int
    """0 for the smallest."""
    temporal: int
    """Highest temporal layer that is sent."""
    height: int
    """Rows of its picture."""
    bitrate: float
    """Bits per second, measured over some seconds; of a layer that does not flow, as it did."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture that a receiver has a slot for."""

    source: SourceId
    """Which."""
    rank: Rank
    """How important it is to this receiver."""
    shown: int
    """Rows of pixels that it is shown with; 0 when it is not."""
    qualities: tuple[Quality, ...]
    """From the least to the best."""

    def useful(self) -> tuple[Quality, ...]:
        """Those that show more than the one before at the size it is shown with."""
        enough = [q.height for q in self.qualities if q.height >= ENOUGH_HEIGHT * self.shown]
        limit = min(enough, default=max((q.height for q in self.qualities), default=0))
        return tuple(q for q in self.qualities if q.height <= limit) if self.shown else ()


@dataclass(frozen=True, kw_only=True)
class Demand:
    """All that decides what one receiver gets."""

    sound: float
    """Bits per second of all its sounds together."""
    pictures: tuple[Picture, ...]
    """All its slots' pictures."""
    target: float
    """Bits per second that its path carries."""
    patient: float = 0.0
    """The same of some seconds, if it was more: for that the first of the pictures stays."""
    budget: float | None = None
    """The school's link budget in bits per second."""
    loss: float = 0.0
    """Share lost on the way, 0 to 1."""
    copies: int = 0
    """How many packets of sound each one repeats."""
    saves: bool = False
    """Whether it saves data: sound and stills alone."""

    @property
    def repeated(self) -> float:
        """Bits per second of its sounds with all that is repeated of them."""
        return self.sound * (1 + self.copies)

    @property
    def room(self) -> float:
        """Bits per second that may be sent."""
        return self.target if self.budget is None else min(self.target, self.budget)

    @property
    def least(self) -> float:
        """Bits per second that may be sent as long as it is of the first picture."""
        carried = max(self.target, self.patient)
        return carried if self.budget is None else min(carried, self.budget)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one receiver gets."""

    rows: Mapping[SourceId, Quality | None]
    """Each picture's quality; none: nothing of it is sent."""
    stills: frozenset[SourceId] = frozenset()
    """Screens that are shown and get a still at times instead."""
    step: Step = Step.STILLS
    """Of the ladder."""
    reason: Reason = Reason.NOTHING_SHOWN
    """Why it is not more."""
    wanted: float = 0.0
    """Bits per second with everything as good as it is shown: what probes may look for."""
    fell: float = field(default=float("-inf"), compare=False)
    """When something last got worse for want of room."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """What one receiver gets, and what its path carries, for whoever watches."""

    estimate: int | None = None
    """Bits per second that its path carries; none while nothing is known of it."""
    queue: float = 0.0
    """Seconds that its last packets waited on the way at least."""
    step: Step | None = None
    """Of the ladder; none before its viewer told what it shows."""
    layers: tuple[int, ...] = ()
    """Of each moving picture that passes the layer, 0 for the lowest."""


def allocate(demand: Demand, before: Plan | None, now: float) -> Plan:
    """The plan for a demand, given the one in force.

    Worse at once, where the plan in force does not fit any more, but for the first picture's least
    quality, which stays until the path has not carried it for some seconds; better only where it
    would still fit with `RISE` less, and not within `REST` of getting worse. Other pictures, sizes
    or ranks are taken over at once.
    """
    room = demand.room - demand.repeated
    order = _ordered(demand)
    fell = float("-inf") if before is None else before.fell
    full = _granted(order, room, demand.least - demand.repeated)
    if before is None or not _same(order, before):
        return _planned(demand, order, full, fell)
    kept = _kept(order, before)
    if _cost(order, kept) > room and full != kept:
        return _planned(demand, order, full, now)
    sure = _granted(order, demand.room / RISE - demand.repeated)
    better = _key(order, sure) > _key(order, kept) and now - fell >= REST
    return _planned(demand, order, sure if better else kept, fell)


Levels = list[int]
"""For each picture in order, how many of its useful qualities it has been granted."""


def _ordered(demand: Demand) -> list[tuple[Picture, tuple[Quality, ...]]]:
    """The pictures by rank, the largest of equal ones first, each with what is of use."""
    ordered = sorted(demand.pictures, key=lambda picture: (picture.rank, -picture.shown))
    return [(picture, () if demand.saves else picture.useful()) for picture in ordered]


def _steps(order: Sequence[tuple[Picture, tuple[Quality, ...]]]) -> Iterator[tuple[int, int]]:
    """Place and level of each improvement, the most important first."""
    least = [_least(picture, useful) for picture, useful in order]
    for place, levels in enumerate(least):
        yield from ((place, level) for level in range(1, levels + 1))
    for place, (_, useful) in enumerate(order):
        yield from ((place, level) for level in range(least[place] + 1, len(useful) + 1))


def _least(picture: Picture, useful: Sequence[Quality]) -> int:
    """How many qualities of a picture, from the first on, come before others get more than none."""
    if picture.rank is Rank.SCREEN:
        return min(1, len(useful))
    return sum(each.layer == useful[0].layer for each in useful)


def _granted(
    order: Sequence[tuple[Picture, tuple[Quality, ...]]], room: float, least: float = 0.0
) -> Levels:
    """What fits: each improvement in turn, if there is room and the one below was granted.

    The first quality of the first picture may take `least` if that is more.
    """
    levels = [0] * len(order)
    for number, (place, level) in enumerate(_steps(order)):
        useful = order[place][1]
        had = useful[level - 2].bitrate if level > 1 else 0.0
        more = useful[level - 1].bitrate - had
        fits = more <= (max(room, least) if number == 0 else room)
        if levels[place] == level - 1 and fits:
            levels[place] = level
            room -= more
    return levels


def _key(order: Sequence[tuple[Picture, tuple[Quality, ...]]], levels: Levels) -> tuple[bool, ...]:
    """What is compared to tell the better of two: the first improvement that only one has."""
    return tuple(levels[place] >= level for place, level in _steps(order))


def _cost(order: Sequence[tuple[Picture, tuple[Quality, ...]]], levels: Levels) -> float:
    pairs = zip(order, levels, strict=True)
    return sum(useful[level - 1].bitrate for (_, useful), level in pairs if level)


def _same(order: Sequence[tuple[Picture, tuple[Quality, ...]]], before: Plan) -> bool:
    """Whether the plan in force is one for these pictures, in their sizes and order."""
    if [picture.source for picture, _ in order] != list(before.rows):
        return False
    rows = zip(order, before.rows.values(), strict=True)
    return all(row is None or any(_alike(row, q) for q in useful) for (_, useful), row in rows)


def _kept(order: Sequence[tuple[Picture, tuple[Quality, ...]]], before: Plan) -> Levels:
    """The levels of the plan in force; bitrates may have changed since."""
    rows = zip(order, before.rows.values(), strict=True)
    return [
        next((n for n, q in enumerate(useful, 1) if row is not None and _alike(row, q)), 0)
        for (_, useful), row in rows
    ]


def _alike(one: Quality, other: Quality) -> bool:
    return (one.layer, one.temporal) == (other.layer, other.temporal)


def _planned(
    demand: Demand,
    order: Sequence[tuple[Picture, tuple[Quality, ...]]],
    levels: Levels,
    fell: float,
) -> Plan:
    pairs = list(zip(order, levels, strict=True))
    rows = {p.source: useful[level - 1] if level else None for (p, useful), level in pairs}
    full = [len(useful) for _, useful in order]
    return Plan(
        rows=rows,
        stills=frozenset(
            p.source
            for (p, _), level in pairs
            if p.rank is Rank.SCREEN and p.shown and p.qualities and not level
        ),
        step=_step(order, levels),
        reason=_reason(demand, order, levels == full),
        wanted=demand.repeated + _cost(order, full),
        fell=fell,
    )


def _step(order: Sequence[tuple[Picture, tuple[Quality, ...]]], levels: Levels) -> Step:
    shown = [
        (level, len(useful)) for (_, useful), level in zip(order, levels, strict=True) if useful
    ]
    if not any(level for level, _ in shown):
        return Step.STILLS
    level, most = shown[0]
    return Step.HIGH if level == most else Step.LOW


def _reason(
    demand: Demand, order: Sequence[tuple[Picture, tuple[Quality, ...]]], complete: bool
) -> Reason:
    if not any(picture.shown and picture.qualities for picture, _ in order):
        return Reason.NOTHING_SHOWN
    if demand.saves:
        return Reason.SAVES
    if complete:
        return Reason.ENOUGH
    if demand.budget is not None and demand.budget <= demand.target:
        return Reason.BUDGET
    return Reason.LOSS if demand.loss > LOSSY else Reason.NARROW
