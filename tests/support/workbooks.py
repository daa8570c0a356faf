"""Spreadsheets as people send them: by openpyxl, and as other programs write their XML."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from server.documents.sheets import Sheet, Value

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/></Types>'
)
PARTS: Mapping[str, str] = {
    "[Content_Types].xml": TYPES,
    "_rels/.rels": (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="名册" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"/>',
}
"""The parts of a workbook with one sheet, but for that sheet; no shared strings."""

HEADER = ("姓名", "学号", "班级")


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def filled(sheet: Worksheet, rows: Iterable[Iterable[object]], merged: Iterable[str] = ()) -> None:
    """Write rows from the first on, and merge cells."""
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value  # type: ignore[assignment]
    for span in merged:
        sheet.merge_cells(span)


def workbook(*rows: Iterable[object], merged: Iterable[str] = (), title: str = "名册") -> bytes:
    """A workbook with one sheet."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    filled(sheet, rows, merged)
    return saved(book)


def cells(data: bytes) -> list[tuple[object, ...]]:
    """What the first sheet of a workbook holds, as openpyxl reads it."""
    return list(load_workbook(BytesIO(data)).worksheets[0].values)


def package(sheet: str, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """A workbook around a sheet's XML; `parts` come on top or instead."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in {**PARTS, "xl/worksheets/sheet1.xml": sheet, **(parts or {})}.items():
            archive.writestr(name, text)
    return out.getvalue()


def worksheet(rows: str, after: str = "", namespace: str = MAIN) -> str:
    """A sheet's XML around its rows."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def inline(*texts: str) -> str:
    """A row of texts in their cells, without places, as some programs write it."""
    return (
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
        + "</row>"
    )


def sheet_of(*rows: tuple[Value, ...], title: str = "名册") -> Sheet:
    """A sheet that was read, all its rows equally long."""
    width = max(map(len, rows))
    return Sheet(
        title=title,
        rows=tuple(row + (None,) * (width - len(row)) for row in rows),
        spans=(),
    )
