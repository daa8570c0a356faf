"""What a new roster changes in a school's old one; pure.

A child is known again by the number of the school or the district, else by name and class. So an
imported file keeps who is there already, with whatever was declared of them, and a second import
of the same file changes nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from server.programme.class_names import ClassName


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A row of the new roster."""

    name: str
    """Family name and given name."""
    number_hash: str | None
    """The keyed hash of a number that is the child's alone; none where the file has none."""
    class_name: ClassName
    """In which class."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A pupil of the old roster, or one who has left it."""

    id: str
    """Random, for ever."""
    entry: Entry
    """What is kept of them."""
    left: bool
    """Whether they are on it no more."""
    class_closed: bool = False
    """Whether their class is closed: its name may be another's by now."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an import does."""

    new: tuple[Entry, ...]
    """Who was not there."""
    changed: Mapping[str, Entry]
    """By id, what somebody is from now on: in another class, with a number, back again."""
    same: int
    """Of how many nothing changes."""
    missing: tuple[str, ...]
    """Ids of those of a class of the file who are not in it, whom an earlier one left out too."""


def compare(before: Sequence[Kept], entries: Sequence[Entry]) -> Change:
    """What changes when the classes of a file are to hold whom the file names."""
    known = _known(before, entries)
    found = {one.id for one in known.values()}
    wanted = {one.id: _with_number(entries[at], one) for at, one in known.items()}
    changed = {
        one.id: wanted[one.id]
        for one in known.values()
        if one.left or one.class_closed or wanted[one.id] != one.entry
    }
    classes = {entry.class_name for entry in entries}
    return Change(
        new=tuple(entry for at, entry in enumerate(entries) if at not in known),
        changed=changed,
        same=len(known) - len(changed),
        missing=tuple(
            one.id
            for one in before
            if not one.class_closed and one.id not in found and one.entry.class_name in classes
        ),
    )


def _known(before: Sequence[Kept], entries: Sequence[Entry]) -> dict[int, Kept]:
    """Who of those before stands in which row: by number first, then by name and class.

    Whoever's class is closed is known by number alone.
    """
    numbered = {one.entry.number_hash: one for one in before if one.entry.number_hash}
    known = {
        at: numbered[entry.number_hash]
        for at, entry in enumerate(entries)
        if entry.number_hash in numbered
    }
    taken = {one.id for one in known.values()}
    waiting: defaultdict[tuple[ClassName, str], list[Kept]] = defaultdict(list)
    # Whoever is on the roster comes before whoever has left it.
    for one in sorted(before, key=lambda one: (one.left, one.id), reverse=True):
        if one.id not in taken and not one.class_closed:
            waiting[_name(one.entry)].append(one)
    for at, entry in enumerate(entries):
        if at not in known and waiting[_name(entry)]:
            known[at] = waiting[_name(entry)].pop()
    return known


def _name(entry: Entry) -> tuple[ClassName, str]:
    return entry.class_name, entry.name


def _with_number(entry: Entry, kept: Kept) -> Entry:
    """A file without numbers takes none away."""
    return replace(entry, number_hash=entry.number_hash or kept.entry.number_hash)
