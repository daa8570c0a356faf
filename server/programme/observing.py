"""Teachers who sit in a lesson to listen, a kind of their own in attendance; pure.

Who comes by their account was observed, with the times of their presence; whoever sat in a room
without a device of their own is added by hand. None of them is in the numbers of any roll.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.programme.refusal import Refusal, RefusedError

MOST = 100
"""Observing teachers of one lesson: an open lesson fills a hall."""


@dataclass(frozen=True, kw_only=True)
class Sat:
    """One line of who listened."""

    id: str
    """The participant they were in the live lesson; random if they were added by hand."""
    person: str | None
    """Their account; none if their name was typed."""
    name: str
    """What they are called."""
    added_by: str | None
    """The account of whoever added them; none if they came by their own."""
    at: datetime
    """When they came in, or were added."""


@dataclass(frozen=True, kw_only=True)
class Stay:
    """From when to when a participant was there."""

    begin: datetime
    """Their first hello."""
    end: datetime | None
    """Their last goodbye; none while they are there."""


@dataclass(frozen=True, kw_only=True)
class Observer:
    """A teacher who listened."""

    id: str
    """By which a line that was added by hand is taken back."""
    person: str | None
    """Their account; none if their name was typed."""
    name: str
    """What they are called."""
    stay: Stay | None
    """When; none if they were added by hand."""
    added_by: str | None
    """The account of whoever added them; none if they came by their own."""


def observers(lines: Iterable[Sat], stays: Mapping[str, Stay]) -> list[Observer]:
    """Who listened to a lesson, each once: whoever came twice was there from first to last.

    Args:
        lines: those of the lesson that were not taken back, oldest first.
        stays: when participants were there, as far as it is known.
    """
    grouped: defaultdict[str, list[Sat]] = defaultdict(list)
    for line in lines:
        grouped[line.person or line.id].append(line)
    return [_observer(group, stays) for group in grouped.values()]


def _observer(lines: Sequence[Sat], stays: Mapping[str, Stay]) -> Observer:
    came = [line for line in lines if line.added_by is None]
    told = (came or lines)[0]
    there = [stays.get(line.id, Stay(begin=line.at, end=None)) for line in came]
    return Observer(
        id=told.id,
        person=told.person,
        name=told.name,
        stay=_united(there) if there else None,
        added_by=told.added_by,
    )


def _united(stays: Sequence[Stay]) -> Stay:
    ends = [stay.end for stay in stays]
    known = [end for end in ends if end is not None]
    return Stay(
        begin=min(stay.begin for stay in stays),
        end=max(known) if len(known) == len(ends) else None,
    )


def check_new(
    found: Sequence[Observer], person: str | None, name: str, working: frozenset[str]
) -> None:
    """Whether one more may be added.

    Args:
        found: who is on the list.
        person: the account of the new one; none if the name was typed.
        name: what they are called.
        working: who teaches or helps in the lesson.

    Raises:
        RefusedError: they are on it already or work in the lesson, or the list is full.
    """
    if len(found) >= MOST:
        raise RefusedError(Refusal.OBSERVERS_TOO_MANY, most=MOST)
    if any(one.name == name if person is None else one.person == person for one in found):
        raise RefusedError(Refusal.OBSERVER_LISTED, name=name)
    if person in working:
        raise RefusedError(Refusal.OBSERVER_WORKS_HERE, name=name)
