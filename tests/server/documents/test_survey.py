import struct
import tracemalloc
from io import BytesIO
from zipfile import ZIP_BZIP2, ZipFile

import pytest

from server.documents.refusal import FileError, FileFault
from server.documents.survey import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ELEMENTS,
    MAX_OTHER_ELEMENTS,
    MAX_ROWS,
    MAX_SPANS,
    MAX_TREE_ELEMENTS,
    MAX_UNPACKED,
    Extent,
    Span,
    survey,
)
from tests.support.workbooks import HEADER, MAIN, inline, package, workbook, worksheet

pytestmark = pytest.mark.slow

SHEET = "xl/worksheets/sheet1.xml"
ROOM = 40_000_000
"""Bytes that looking may take; a bomb of 64 MB that were held whole would pass it."""


def extent(data: bytes) -> Extent:
    return survey(data)[SHEET]


def fault(data: bytes) -> FileFault:
    with pytest.raises(FileError) as refused:
        survey(data)
    return refused.value.fault


def test_it_sees_how_far_a_sheet_goes() -> None:
    seen = extent(workbook(("名册",), HEADER, ("张三", "1", "301"), merged=["A1:C1", "B2:B3"]))
    assert (seen.last_row, seen.last_column) == (3, 3)
    assert seen.spans == (
        Span(top=1, bottom=1, left=1, right=3),
        Span(top=2, bottom=3, left=2, right=2),
    )


def test_formatted_empty_cells_count_for_nothing() -> None:
    empty = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    seen = extent(package(worksheet(inline("姓名", "班级") + empty)))
    assert (seen.last_row, seen.last_column) == (1, 2)


def test_formulas_are_found_but_for_those_that_gave_a_text() -> None:
    text = '<c r="A1" t="str"><f>B2</f><v></v></c>'
    first = f'<row r="1">{text}<c r="B1"><f>1+1</f></c><c r="C1"><f>1+1</f><v/></c></row>'
    last = '<row r="2"><c r="A2"><v>1</v></c><c r="D2" t="str"><f>1+1</f></c></row>'
    assert extent(package(worksheet(first + last))).formulas == {(1, 2), (1, 3), (2, 4)}


@pytest.mark.parametrize("rows", ['<row r="2"/><row r="1"/>', '<row r="1"/><row r="1"/>'])
def test_rows_out_of_order_are_refused_and_not_lost(rows: str) -> None:
    assert fault(package(worksheet(rows))) is FileFault.BROKEN


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (f"A{MAX_ROWS + 1}", FileFault.TOO_LONG),
        ("A1048576", FileFault.TOO_LONG),
        ("CW1", FileFault.TOO_WIDE),
        ("XFD1", FileFault.TOO_WIDE),
    ],
)
def test_a_cell_far_away_is_refused(cell: str, expected: FileFault) -> None:
    number = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    row = f'<row r="{number}"><c r="{cell}"><v>1</v></c></row>'
    assert fault(package(worksheet(row))) is expected


def test_the_last_row_and_column_are_allowed() -> None:
    row = f'<row r="{MAX_ROWS}"><c r="CV{MAX_ROWS}"><v>1</v></c></row>'
    seen = extent(package(worksheet(row)))
    assert (seen.last_row, seen.last_column) == (MAX_ROWS, MAX_COLUMNS)


def test_a_file_that_grows_a_thousandfold_takes_no_memory() -> None:
    bomb = package(worksheet("<row/>"), {"xl/sharedStrings.xml": b" " * (MAX_UNPACKED + 1)})
    assert len(bomb) < MAX_UNPACKED / 500
    assert refused_in_little_room(bomb) is FileFault.TOO_MUCH


def test_a_bomb_that_lies_about_its_size_is_cut_there() -> None:
    bomb = bytearray(package(worksheet("<row/>"), {"xl/x.xml": "<x>" + " " * 30_000_000 + "</x>"}))
    place = bomb.index(b"PK\x01\x02", bomb.rindex(b"xl/x.xml") - 46)
    bomb[place + 24 : place + 28] = struct.pack("<I", 100)
    tracemalloc.start()
    with pytest.raises(Exception, match=r"(?i)crc|broken"):
        survey(bytes(bomb))
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_more_elements_than_allowed_take_no_memory() -> None:
    many = f'<sst xmlns="{MAIN}">' + "<si/>" * (MAX_ELEMENTS + 1) + "</sst>"
    bomb = package(worksheet("<row/>"), {"xl/sharedStrings.xml": many})
    assert refused_in_little_room(bomb) is FileFault.TOO_MUCH


def test_a_part_that_is_built_whole_may_have_fewer() -> None:
    many = f'<styleSheet xmlns="{MAIN}">' + "<xf/>" * MAX_TREE_ELEMENTS + "</styleSheet>"
    assert fault(package(worksheet("<row/>"), {"xl/styles.xml": many})) is FileFault.TOO_MUCH


def refused_in_little_room(data: bytes) -> FileFault:
    tracemalloc.start()
    try:
        found = fault(data)
        assert tracemalloc.get_traced_memory()[1] < ROOM
    finally:
        tracemalloc.stop()
    return found


def test_entities_are_refused_before_they_grow() -> None:
    tenfold = [(n + 1, f"&a{n};" * 10) for n in range(9)]
    lines = "".join(f'<!ENTITY a{n} "{text}">' for n, text in tenfold)
    laugh = f'<!DOCTYPE x [<!ENTITY a0 "ha">{lines}]><worksheet xmlns="{MAIN}">&a9;</worksheet>'
    assert fault(package(laugh)) is FileFault.BROKEN
    outside = f'<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet xmlns="{MAIN}"/>'
    assert fault(package(outside)) is FileFault.BROKEN
    assert fault(package(worksheet("<row/>"), {"docProps/x.bin": laugh})) is FileFault.BROKEN


def test_a_sheet_may_have_few_things_beside_its_cells() -> None:
    cells = inline(*["张三"] * 10) * (MAX_OTHER_ELEMENTS // 10 + 1)
    links = '<hyperlink ref="A1:XFD1048576"/>' * (MAX_OTHER_ELEMENTS + 1)
    assert extent(package(worksheet(cells))).last_column == 10
    bomb = package(worksheet(inline("张三"), f"<hyperlinks>{links}</hyperlinks>"))
    assert refused_in_little_room(bomb) is FileFault.TOO_MUCH


def test_pictures_are_passed_by() -> None:
    survey(package(worksheet(inline("姓名")), {"xl/media/image1.png": b"\x89PNG\r\n" + bytes(99)}))


def test_a_part_that_should_be_xml_and_is_not_is_refused() -> None:
    assert fault(package("<worksheet>")) is FileFault.BROKEN


def test_too_many_merged_cells_are_refused() -> None:
    spans = '<mergeCell ref="A1:B1"/>' * (MAX_SPANS + 1)
    after = f"<mergeCells>{spans}</mergeCells>"
    assert fault(package(worksheet("<row/>", after))) is FileFault.TOO_MUCH


def test_a_file_too_big_is_refused_by_its_size() -> None:
    assert fault(b"PK" + bytes(MAX_BYTES)) is FileFault.TOO_BIG


def test_a_hundred_thousand_parts_are_refused_before_they_are_listed() -> None:
    assert fault(b"PK\x01\x02" * 100_000) is FileFault.TOO_MUCH


def test_other_ways_of_packing_are_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_BZIP2) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert fault(out.getvalue()) is FileFault.BROKEN


def test_a_part_that_may_have_fewer_takes_nothing_from_the_others() -> None:
    few = MAX_TREE_ELEMENTS // 4
    rows = "<row>" + "<c/>" * (MAX_TREE_ELEMENTS + 1) + "</row>"
    styles = f'<styleSheet xmlns="{MAIN}">' + "<xf/>" * few + "</styleSheet>"
    survey(package(worksheet(rows), {"xl/styles.xml": styles}))
