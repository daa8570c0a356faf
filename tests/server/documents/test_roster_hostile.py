"""Files that nobody means: whatever they hold, a value or one sentence comes of them."""

import random
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.documents.refusal import FileError
from server.documents.returned import write_back
from server.documents.roster import Roster, read_roster
from server.documents.words import Language, of_file, of_row
from tests.support.hostile import spoilt
from tests.support.workbooks import HEADER, inline, package, workbook, worksheet

pytestmark = pytest.mark.slow

STORED_ROWS = inline("题") + inline(*HEADER) + inline("张三", "1", "301") + inline("李四", "", "x")
PLAIN = worksheet(STORED_ROWS, '<mergeCells><mergeCell ref="A1:C1"/></mergeCells>')
MADE = workbook(("题",), HEADER, ("张三", 1, "301"), ("李四", 2.5, "三年级"), merged=["A1:C1"])
ROOM = 20_000_000
"""Bytes; the files here are of some thousand."""

ODD_TEXTS = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
    ),
    max_size=60,
)
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**25), 10**25),
    st.floats(allow_nan=False, allow_infinity=False),
    ODD_TEXTS,
    st.sampled_from(["三(1)班", "301", "=A1", "'1", "#N/A", "张三", "姓名", "学号", "班级", "+1"]),
    st.dates(),
    st.times(),
)


def taken(data: bytes) -> Roster | None:
    """What comes of a file; every sentence about it can be said."""
    said: list[str] = []
    roster = None
    try:
        roster = read_roster(data)
    except FileError as error:
        said += [of_file(error, language) for language in Language]
    else:
        reasons = [reason for row in roster.bad for reason in row.reasons]
        said += [of_row(reason, language) for reason in reasons for language in Language]
    assert all(said)
    return roster


@given(st.lists(st.lists(CELLS, max_size=5), max_size=8), st.lists(CELLS, max_size=3))
@example([[False], ["=0"]], [])
@settings(max_examples=40)
def test_any_cells_come_to_a_value_or_a_sentence(
    rows: list[list[object]], title: list[object]
) -> None:
    roster = taken(workbook(title, HEADER, *rows))
    if roster is not None and roster.bad:
        again = taken(write_back(roster, Language.ZH))
        assert again is not None
        assert len(again.pupils) + len(again.bad) == len(roster.bad)


@given(st.integers(0, 2**32))
@settings(max_examples=300)
def test_flipped_bytes_come_to_a_value_or_a_sentence(seed: int) -> None:
    dice = random.Random(seed)
    stored = dice.choice((MADE, package(PLAIN)))
    flipped = bytearray(stored)
    for _ in range(dice.randrange(1, 6)):
        flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
    taken(bytes(flipped))
    taken(stored[: dice.randrange(len(stored))])


@given(st.integers(0, 2**32))
@settings(max_examples=300)
def test_spoilt_xml_in_a_whole_package_comes_to_a_value_or_a_sentence(seed: int) -> None:
    dice = random.Random(seed)
    taken(package(spoilt(PLAIN.encode(), dice).decode(errors="replace")))


WORDS = st.sampled_from(
    [
        *("A1", "B2", "XFD1048576", "A1:XFD1048576", "A", "0", "-1", "1e9", "9" * 40, "nan", "inf"),
        *("s", "n", "b", "d", "e", "str", "inlineStr", "", "1048576", "_", "1_0", "\u0663"),
    ]
)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS, WORDS), max_size=6))
def test_claims_that_are_not_so_come_to_a_value_or_a_sentence(
    claims: list[tuple[str, str, str, str, str]],
) -> None:
    rows = "".join(
        f'<row r="{row}" spans="{span}"><c r="{cell}" t="{kind}" s="{row}"><v>{value}</v></c></row>'
        for row, span, cell, kind, value in claims
    )
    spans = "".join(f'<mergeCell ref="{span}"/>' for _, span, *_ in claims)
    tracemalloc.start()
    try:
        taken(package(worksheet(inline(*HEADER) + rows, f"<mergeCells>{spans}</mergeCells>")))
        assert tracemalloc.get_traced_memory()[1] < ROOM
    finally:
        tracemalloc.stop()
