from functools import partial
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from server.documents.refusal import FileError, FileFault
from server.documents.roster import read_roster
from server.documents.survey import MAX_BYTES, MAX_COLUMNS, MAX_ROWS
from tests.support.workbooks import (
    HEADER,
    PARTS,
    STRICT,
    inline,
    package,
    saved,
    workbook,
    worksheet,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GOOD = workbook(HEADER, ("张三", "1", "三(1)班"))


def zipped(name: str) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr(name, "<x/>")
    return out.getvalue()


def with_cell(row: int, column: int) -> bytes:
    book = Workbook()
    book.worksheets[0].cell(row, column, "甲")
    return saved(book)


def with_sheets(count: int) -> bytes:
    book = Workbook()
    for _ in range(count - 1):
        book.create_sheet()
    return saved(book)


FILES = {
    "nothing": (b"", FileFault.EMPTY),
    "old Excel": (OLE + bytes(600), FileFault.OLD_XLS),
    "a password": (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), FileFault.LOCKED),
    "csv": ("姓名,学号,班级\r\n张三,1,301\r\n".encode("gbk"), FileFault.NOT_XLSX),
    "a web page named xlsx": (b"<html><table><tr><td>1</td></tr></table>", FileFault.NOT_XLSX),
    "a text document": (zipped("word/document.xml"), FileFault.NOT_XLSX),
    "binary Excel": (zipped("xl/workbook.bin"), FileFault.NOT_XLSX),
    "strict": (package(worksheet("", namespace=STRICT)), FileFault.STRICT),
    "half a download": (GOOD[: len(GOOD) // 2], FileFault.BROKEN),
    "a package without its list": (zipped("xl/workbook.xml"), FileFault.BROKEN),
    "too many bytes": (b"PK" + bytes(MAX_BYTES), FileFault.TOO_BIG),
    "a bomb": (package(worksheet(" " * 64_000_000)), FileFault.TOO_MUCH),
    "a row too many": (with_cell(MAX_ROWS + 1, 1), FileFault.TOO_LONG),
    "a column too many": (with_cell(1, MAX_COLUMNS + 1), FileFault.TOO_WIDE),
    "too many sheets": (with_sheets(51), FileFault.TOO_MANY_SHEETS),
    "no header": (workbook(("张三", "301"), ("李四", "301")), FileFault.NO_HEADER),
    "an empty workbook": (workbook(), FileFault.NO_HEADER),
    "no class": (workbook(("姓名", "学号"), ("张三", "1")), FileFault.NO_CLASS_COLUMN),
    "two lists": (workbook((*HEADER, *HEADER)), FileFault.COLUMN_TWICE),
    "nobody": (workbook(("名册",), HEADER), FileFault.NO_ROWS),
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_cannot_be_taken_is_told_by_its_fault(what: str) -> None:
    data, fault = FILES[what]
    with pytest.raises(FileError) as refused:
        read_roster(data)
    assert refused.value.fault is fault


def test_every_fault_has_such_a_file() -> None:
    assert {fault for _, fault in FILES.values()} == set(FileFault)


@pytest.mark.parametrize("part", [*PARTS, "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("text", ["", "<x>", "<x/>", "<!DOCTYPE x><x/>", "\x00"])
def test_a_part_that_is_another_is_refused_or_not_needed(part: str, text: str) -> None:
    rows = inline(*HEADER) + inline("张三", "1", "三(1)班")
    read = partial(read_roster, package(worksheet(rows), {part: text}))
    if part in ("_rels/.rels", "xl/styles.xml") and text == "<x/>":
        assert len(read().pupils) == 1
    else:
        with pytest.raises(FileError):
            read()
