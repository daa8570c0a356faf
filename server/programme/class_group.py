"""A class group of a school, kept by numbers alone or by roster; pure.

By numbers a class is its name and how many there are, and nothing anywhere asks for more. By
roster it is also the names of its pupils, and how many there are is how many names.
"""

from dataclasses import dataclass
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


def check_expected(expected: int) -> None:
    """Whether a class can be so large.

    Raises:
        RefusedError: it can't.
    """
    if not 0 <= expected <= LARGEST_CLASS:
        raise RefusedError(Refusal.CLASS_TOO_LARGE, most=LARGEST_CLASS)
