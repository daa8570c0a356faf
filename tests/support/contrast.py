"""How far what a page shows stands out, measured in the browser by contrast.js."""

from pathlib import Path
from typing import Literal, TypedDict, cast

from tests.support.browsers import Page

MEASURE = Path(__file__).with_name("contrast.js").read_text()

Level = Literal["AA", "AAA"]


class Contrast(TypedDict):
    """One text, icon or edge of a control."""

    kind: Literal["text", "icon", "edge"]
    what: str
    text: str
    needed: float
    ratio: float


async def contrasts(page: Page, level: Level) -> list[Contrast]:
    """Everything visible, with the ratio that its level of WCAG 2.1 asks for."""
    return cast("list[Contrast]", await page.evaluate(f"({MEASURE.rstrip()})({level!r})"))


def too_faint(found: list[Contrast]) -> set[str]:
    """What does not stand out enough, in words."""
    return {
        f"{one['kind']} {one['what']} {one['text']!r}: {one['ratio']:.2f} of {one['needed']}"
        for one in found
        if one["ratio"] < one["needed"]
    }
