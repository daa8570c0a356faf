"""A look over a workbook before anybody builds it: small enough, whole, and what each sheet holds.

An .xlsx is a ZIP of XML (ECMA-376). A file of some kilobytes can unpack to gigabytes, claim a
million rows, merge every cell of a sheet or define entities; each of these is found here by one
pass of expat in constant memory, so that whoever builds the workbook afterwards may trust it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from server.documents.refusal import FileError, FileFault

MAX_BYTES = 10_000_000
"""20,000 pupils in ten columns are 1 MB."""
MAX_UNPACKED = 64_000_000
MAX_PARTS = 1_000
MAX_ELEMENTS = 1_000_000
"""20,000 rows of 25 cells; building as many strings takes some seconds, in a thread."""
MAX_TREE_ELEMENTS = 200_000
"""Of a part that is built as a whole, as styles are; WPS keeps tens of thousands of them."""
MAX_OTHER_ELEMENTS = 50_000
"""Of a sheet beside its cells: drop-down lists, links, rules of colour; 1 KB of memory each."""
MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_SPANS = 50_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CENTRAL = b"PK\x01\x02"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_STRICT = "http://purl.oclc.org/ooxml/"
_STREAMED = {f"{_MAIN}worksheet", f"{_MAIN}sst"}
_CHUNK = 65_536

Attributes = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Span:
    """Merged cells; rows and columns count from 1 and are both included."""

    top: int
    """First row."""
    bottom: int
    """Last row."""
    left: int
    """First column; with `top` the cell that has the value."""
    right: int
    """Last column."""


@dataclass(frozen=True, kw_only=True)
class Extent:
    """What one worksheet holds; formatted but empty cells count for nothing."""

    last_row: int
    """Of the cells that hold something; 0 if none does."""
    last_column: int
    """Likewise."""
    spans: tuple[Span, ...]
    """Its merged cells."""
    formulas: frozenset[tuple[int, int]]
    """Row and column of the formulas that were never calculated if their cell reads empty."""


def survey(data: bytes) -> dict[str, Extent]:
    """The extent of every worksheet, by the name of its part.

    Raises:
        FileError: it is no workbook, or more than one may send.
        Exception: whatever zipfile and expat say to bytes that are broken.
    """
    _expect_package(data)
    extents, left = {}, MAX_ELEMENTS
    with ZipFile(BytesIO(data)) as package:
        parts = package.infolist()
        _expect_workbook(parts)
        for part in parts:
            found = _Part(left)
            if _read(package, part, found) and found.is_worksheet:
                extents[part.filename] = found.extent()
            left -= found.elements
    return extents


def _expect_package(data: bytes) -> None:
    """Tell from its first bytes what it is, and count its parts before they are listed."""
    if not data:
        raise FileError(FileFault.EMPTY)
    if len(data) > MAX_BYTES:
        raise FileError(FileFault.TOO_BIG, most=MAX_BYTES // 1_000_000)
    if data.startswith(_OLE):
        raise FileError(FileFault.LOCKED if _ENCRYPTED in data else FileFault.OLD_XLS)
    if not data.startswith(b"PK"):
        raise FileError(FileFault.NOT_XLSX)
    if data.count(_CENTRAL) > MAX_PARTS:
        raise FileError(FileFault.TOO_MUCH)


def _expect_workbook(parts: list[ZipInfo]) -> None:
    """Judge the parts by their list alone; zipfile unpacks no more than the list says."""
    if not any(part.filename.endswith("workbook.xml") for part in parts):
        raise FileError(FileFault.NOT_XLSX)
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FileError(FileFault.TOO_MUCH)
    # Other methods reserve as much memory as the file tells them to; no spreadsheet uses them.
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise FileError(FileFault.BROKEN)


def _read(package: ZipFile, part: ZipInfo, into: "_Part") -> bool:
    """Read a part to its end; False if it is no XML, as pictures are not."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = into.start
    parser.StartDoctypeDeclHandler = _no_doctype
    with package.open(part) as source:
        try:
            while chunk := source.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            if part.filename.endswith((".xml", ".rels")):
                raise FileError(FileFault.BROKEN) from error
            return False
    return True


def _no_doctype(*_: object) -> None:
    """A workbook has no document type; entities that grow and files from elsewhere begin so."""
    raise FileError(FileFault.BROKEN)


class _Part:
    """The elements of one part as they go by."""

    def __init__(self, most: int) -> None:
        self.elements = 0
        self._most = most
        self.is_worksheet = False
        self._root = ""
        self._row = self._column = 0
        self._last_row = self._last_column = self._others = 0
        self._formula = self._is_text = False
        self._spans: list[Span] = []
        self._formulas: set[tuple[int, int]] = set()
        self._seen: dict[str, Callable[[Attributes], None]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        """One more element begins."""
        self.elements += 1
        if self.elements > self._most:
            raise FileError(FileFault.TOO_MUCH)
        if not self._root:
            self._begin(name)
        elif (seen := self._seen.get(name)) is not None:
            seen(attributes)
        elif self.is_worksheet:
            self._see_other()

    def extent(self) -> Extent:
        """What the worksheet was seen to hold."""
        self._close_formula()
        return Extent(
            last_row=self._last_row,
            last_column=self._last_column,
            spans=tuple(self._spans),
            formulas=frozenset(self._formulas),
        )

    def _begin(self, root: str) -> None:
        if root.startswith(_STRICT):
            raise FileError(FileFault.STRICT)
        self._root = root
        if root not in _STREAMED:
            self._most = min(self._most, MAX_TREE_ELEMENTS)
        self.is_worksheet = root == f"{_MAIN}worksheet"
        if self.is_worksheet:
            self._seen = {
                f"{_MAIN}row": self._see_row,
                f"{_MAIN}c": self._see_cell,
                f"{_MAIN}f": self._see_formula,
                f"{_MAIN}v": self._see_value,
                f"{_MAIN}is": self._see_value,
                f"{_MAIN}t": self._see_text,
                f"{_MAIN}mergeCell": self._see_span,
            }

    def _see_row(self, attributes: Attributes) -> None:
        row = int(attributes.get("r", self._row + 1))
        if row <= self._row:
            # Out of order: whoever reads row after row would lose it in silence.
            raise FileError(FileFault.BROKEN)
        self._close_formula()
        self._row, self._column = row, 0

    def _see_cell(self, attributes: Attributes) -> None:
        self._close_formula()
        self._is_text = attributes.get("t") == "str"
        place = attributes.get("r")
        self._column = coordinate_to_tuple(place)[1] if place else self._column + 1

    def _see_formula(self, _: Attributes) -> None:
        self._formula = True
        self._hold()

    def _see_value(self, _: Attributes) -> None:
        # A text may well be empty, as of =""; a number or an error may not.
        self._formula = self._formula and not self._is_text
        self._hold()

    def _see_text(self, _: Attributes) -> None:
        """The text of a cell, which `is` has told of."""

    def _see_other(self) -> None:
        self._others += 1
        if self._others > MAX_OTHER_ELEMENTS:
            raise FileError(FileFault.TOO_MUCH)

    def _hold(self) -> None:
        """The cell in which we are holds something."""
        if self._row > MAX_ROWS:
            raise FileError(FileFault.TOO_LONG, most=MAX_ROWS)
        if self._column > MAX_COLUMNS:
            raise FileError(FileFault.TOO_WIDE, most=MAX_COLUMNS)
        self._last_row = self._row
        self._last_column = max(self._last_column, self._column)

    def _close_formula(self) -> None:
        if self._formula:
            self._formulas.add((self._row, self._column))
        self._formula = False

    def _see_span(self, attributes: Attributes) -> None:
        if len(self._spans) >= MAX_SPANS:
            raise FileError(FileFault.TOO_MUCH)
        left, top, right, bottom = range_boundaries(attributes["ref"])
        if left is None or top is None or right is None or bottom is None:
            raise FileError(FileFault.BROKEN)
        self._spans.append(Span(top=top, bottom=bottom, left=left, right=right))
