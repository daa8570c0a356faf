"""Pupils of a roster, and how a name that was typed at home is matched with them; pure.

A name is matched, never listed: whoever types one learns at most whether it is one of them.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rostered:
    """A name on the roster of a class group that takes part in a lesson."""

    pupil: str
    """Whose."""
    name: str
    """As the school wrote it."""


_BETWEEN = str.maketrans("", "", "·•‧・.-'’")
"""What stands within some names and is typed in many ways: 阿依古丽·买买提."""


def match(typed: str, roster: Iterable[Rostered]) -> Rostered | None:
    """The one pupil of that name; none if nobody bears it, or more than one."""
    name = _plain(typed)
    found = {one.pupil: one for one in roster if _plain(one.name) == name}
    return next(iter(found.values())) if name and len(found) == 1 else None


def _plain(name: str) -> str:
    """A name without what the eye and the keyboard pass over."""
    text = unicodedata.normalize("NFKC", name).casefold().translate(_BETWEEN)
    return "".join(text.split())
