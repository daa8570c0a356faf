"""A class group of a school, kept by numbers alone or by roster; pure.

By numbers a class is its name and how many there are, and nothing anywhere asks for more. By
roster it is also the names of its pupils, and how many there are is how many names. A class that
is closed keeps its lessons and rolls; its name is free for another.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.programme.class_names import ClassName, ClassNameError, class_name
from server.programme.organisation import Organisation
from server.programme.refusal import Refusal, RefusedError

LARGEST_CLASS = 120
"""Pupils; the fullest classes of a town have some eighty."""
LONGEST_TEXT = 20
"""Characters of what was typed that a refusal repeats."""


class Keeping(StrEnum):
    """What is kept of the pupils of a class."""

    NUMBERS = "numbers"
    """How many there are."""
    ROSTER = "roster"
    """Their names too."""


class Closing(StrEnum):
    """Why there is a class no more."""

    GRADUATED = "graduated"
    """Its pupils have left the top grade."""
    DISSOLVED = "dissolved"
    """Its pupils went into other classes or schools."""


@dataclass(frozen=True, kw_only=True)
class Closed:
    """That a class was closed."""

    at: datetime
    """When."""
    how: Closing
    """Why."""


@dataclass(frozen=True, kw_only=True)
class ClassGroup:
    """A class of a school: 三(1)班."""

    id: str
    """Random, for ever; it stays when the class rises into the next grade."""
    organisation: Organisation
    """Its school."""
    name: ClassName
    """Grade and number."""
    keeping: Keeping
    """What is kept of its pupils."""
    expected: int
    """How many belong to it: as told by numbers, as counted by roster."""
    class_teacher: str | None = None
    """The account of its class teacher, who is named in whatever concerns its pupils."""
    closed: Closed | None = None
    """That it was closed; none while it is taught."""

    @property
    def persons(self) -> frozenset[str]:
        """Who is named in it, for the rights that reach no further than that."""
        return frozenset() if self.class_teacher is None else frozenset({self.class_teacher})


def typed_name(text: str) -> ClassName:
    """A class as people write it.

    Raises:
        RefusedError: it names none.
    """
    try:
        return class_name(text)
    except ClassNameError as error:
        raise RefusedError(Refusal.CLASS_NAME_UNFIT, text=text.strip()[:LONGEST_TEXT]) from error


def check_open(group: ClassGroup) -> None:
    """Go on only if a class is not closed.

    Raises:
        RefusedError: it is.
    """
    if group.closed is not None:
        raise RefusedError(Refusal.CLASS_CLOSED, name=str(group.name))


def check_expected(expected: int) -> None:
    """Whether a class can be so large.

    Raises:
        RefusedError: it can't.
    """
    if not 0 <= expected <= LARGEST_CLASS:
        raise RefusedError(Refusal.CLASS_TOO_LARGE, most=LARGEST_CLASS)
