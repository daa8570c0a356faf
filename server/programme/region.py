"""Administrative regions by their six-digit codes (GB/T 2260); pure.

Two digits each for province, city and county; zeros stand for "all of it": 330000 is Zhejiang,
330800 Quzhou, 330802 the district Kecheng.
"""

import re
from enum import StrEnum
from typing import NewType

from server.programme.refusal import Refusal, RefusedError

RegionCode = NewType("RegionCode", str)

_CODE = re.compile(r"[1-9]\d(0000|(?!00)\d\d(00|(?!00)\d\d))", re.ASCII)


class Scope(StrEnum):
    """How far apart two schools of a pairing lie; derived, never typed."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    COUNTRY = "country"


def region(code: str) -> RegionCode:
    """A code as people type it.

    Raises:
        RefusedError: it has not the form of one.
    """
    trimmed = code.strip()
    if _CODE.fullmatch(trimmed) is None:
        raise RefusedError(Refusal.REGION_UNKNOWN, code=trimmed[:20])
    return RegionCode(trimmed)


def lies_in(inner: RegionCode, outer: RegionCode) -> bool:
    """Whether a region is another or a part of it."""
    return inner.startswith(own_digits(outer))


def scope(one: RegionCode, other: RegionCode) -> Scope:
    """The smallest kind of region that holds both schools."""
    match next((n for n in (6, 4, 2) if one[:n] == other[:n]), 0):
        case 6:
            return Scope.COUNTY
        case 4:
            return Scope.CITY
        case 2:
            return Scope.PROVINCE
        case _:
            return Scope.COUNTRY


def own_digits(code: RegionCode) -> str:
    """With what the codes of all its parts begin: the code without the pairs for "all of it"."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
