"""Names of classes: the many ways in which people write one, and the one in which it is shown.

三(1)班, 三（１）班, 三年级1班, 三年一班, 3年1班, 3-1 and 301 are the same class; pure.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

NUMERALS = "一二三四五六七八九"
GRADES = range(1, 10)
"""Primary school has the grades 1 to 6, junior secondary school 7 to 9 (初一 to 初三)."""
PRIMARY = range(1, 7)
JUNIOR_SHIFT = 6
"""初一 is the seventh grade."""

_DIGIT = f"[1-9{NUMERALS}]"
_COUNT = rf"[0-9]{{1,2}}|[十{NUMERALS}]{{1,3}}"
_GRADE = rf"(?P<stage>小学|初中|初)?(?P<grade>{_DIGIT})"
_SPELT = re.compile(rf"{_GRADE}(?:年级|年)[(]?(?P<number>{_COUNT})[)]?班?")
_BRACKETS = re.compile(rf"{_GRADE}[(](?P<number>{_COUNT})[)]班?")
_DASH = re.compile(rf"{_GRADE}[-.](?P<number>{_COUNT})班?")
_TOGETHER = re.compile(
    rf"{_GRADE}(?P<number>(?<=[{NUMERALS}])[0-9]{{1,2}}|(?<=[1-9])[{NUMERALS}]|"
    rf"(?<=[{NUMERALS}])[{NUMERALS}])班?"
)
"""Grade and number side by side; 31 and 三十 could be one number or two, so they are neither."""
_DIGITS = re.compile(r"(?P<stage>)(?P<grade>[1-9])(?P<number>[0-9]{2})班?")
_FORMS = (_SPELT, _BRACKETS, _DASH, _TOGETHER, _DIGITS)

_GRADE_ALONE = re.compile(rf"{_GRADE}年级?|初[1-3一二三]")
_YEAR_OF_ENTRY = re.compile(r"(?:20)?[0-9]{2}级.*")

_LIKE = str.maketrans(
    {
        **dict.fromkeys("〔【[{", "("),
        **dict.fromkeys("〕】]}", ")"),
        **dict.fromkeys("‐‑‒–—―−_·・/", "-"),
        "級": "级",
    }
)


class ClassNameFault(StrEnum):
    """Why a text names no class."""

    UNKNOWN = "unknown"
    NO_NUMBER = "no_number"
    """A grade alone: 三年级."""
    YEAR_OF_ENTRY = "year_of_entry"
    """2023级1班: it depends on the year which grade that is."""


class ClassNameError(ValueError):
    """This names no class."""

    def __init__(self, text: str, fault: ClassNameFault) -> None:
        super().__init__(text)
        self.fault = fault
        """Why not."""


@dataclass(frozen=True, order=True)
class ClassName:
    """A class of a school, in the order in which a school lists them."""

    grade: int
    """1 to 9."""
    number: int
    """1 to 99."""

    def __str__(self) -> str:
        """The form of the house: 三(1)班."""
        return f"{NUMERALS[self.grade - 1]}({self.number})班"


def class_name(text: str) -> ClassName:
    """A class as people write it.

    Raises:
        ClassNameError: it names none, or it could be more than one.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).translate(_LIKE).split())
    for form in _FORMS:
        if (match := form.fullmatch(plain)) is not None:
            return _checked(text, match)
    raise ClassNameError(text, _fault(plain))


def _checked(text: str, match: re.Match[str]) -> ClassName:
    """What a form has found, if there is such a grade and such a number."""
    grade = _grade(match["stage"] or "", _value(match["grade"]))
    number = _value(match["number"])
    if grade not in GRADES or number < 1:
        raise ClassNameError(text, ClassNameFault.UNKNOWN)
    return ClassName(grade, number)


def _grade(stage: str, said: int) -> int:
    """The grade that is meant; 0 if the stage of school has no such grade."""
    match stage:
        case "初" | "初中" if said <= GRADES.stop - 1 - JUNIOR_SHIFT:
            return said + JUNIOR_SHIFT
        case "初":
            return 0
        case "小学" if said not in PRIMARY:
            return 0
        case "初中" if said in PRIMARY:
            return 0
        case _:
            return said


def _value(digits: str) -> int:
    """A number below 100 in figures or in Chinese numerals; 0 if it is neither."""
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return _numeral(tens, 1 if ten else 0) * 10 + _numeral(ones, 0)


def _numeral(digit: str, missing: int) -> int:
    return NUMERALS.find(digit) + 1 if digit else missing


def _fault(plain: str) -> ClassNameFault:
    if _GRADE_ALONE.fullmatch(plain):
        return ClassNameFault.NO_NUMBER
    if _YEAR_OF_ENTRY.fullmatch(plain):
        return ClassNameFault.YEAR_OF_ENTRY
    return ClassNameFault.UNKNOWN
