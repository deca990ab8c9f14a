"""Excel workbooks (xlsx, xlsm), read part by part.

The parts are read as they are, because workbooks of WPS and of web systems often break the rules
that full readers insist on, and because merged ranges, hidden rows and formulas that were never
calculated must all be known. Names of elements are compared without their namespace: the strict
variant of the format uses another.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from spatialplan.errors import DataError, SourceError
from spatialplan.io.tables.cell_text import list_some
from spatialplan.io.tables.grid import Span, table_from_cells
from spatialplan.io.tables.safe_xml import local_name, parse, refuse_entities
from spatialplan.io.tables.xlsx_values import Styles, number_as_shown, position, span, unescaped
from spatialplan.model.table import RawTable
from spatialplan.text import Text

__all__ = ["read_xlsx"]

MAX_BYTES = 2_000_000_000  # unpacked
DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, ET.ParseError, LookupError, ValueError,
    NotImplementedError,
    RuntimeError,  # a part with a password
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What all sheets share."""

    file: str
    parts: zipfile.ZipFile
    strings: tuple[str, ...]
    styles: Styles


@dataclass(slots=True)
class Sheet:
    """What is gathered while a sheet is read."""

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: int = 0
    uncalculated: list[str] = field(default_factory=list)


def read_xlsx(content: bytes, file: str) -> list[RawTable]:
    """Return one table for each worksheet, hidden ones too, in the workbook's order.

    Strings come back as Excel shows them: ``_x000D_`` and the like stand for characters that XML
    cannot hold. Formulas give the value that was last calculated.

    Raises
    ------
    SourceError
        When the file is damaged.
    DataError
        When a sheet is too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(info.file_size for info in parts.infolist()) > MAX_BYTES:
                raise zipfile.BadZipFile
            return _tables(parts, file)
    except DataError:
        raise
    except DAMAGE as error:
        raise SourceError(
            f"{file}：Excel 文件已损坏或不完整；请用 Excel 或 WPS 打开修复，另存后再导入",
            f"{file}: the workbook is damaged or incomplete; open it, save it anew and import that",
        ) from error


def _tables(parts: zipfile.ZipFile, file: str) -> list[RawTable]:
    book_part = _targets(parts, "", "officeDocument")[0][1]
    targets = dict(_targets(parts, book_part, "worksheet"))
    root = parse(parts.read(book_part))
    epoch_1904 = any(
        element.get("date1904", "") in {"1", "true"}
        for element in root
        if local_name(element) == "workbookPr"
    )
    book = Book(
        file=file,
        parts=parts,
        strings=_shared_strings(parts, book_part),
        styles=_styles(parts, book_part, epoch_1904=epoch_1904),
    )
    tables = []
    for element in root.iter():
        target = targets.get(_relation_id(element)) if local_name(element) == "sheet" else None
        if target is not None:
            state = element.get("state", "visible")
            tables.append(_table(book, target, element.get("name", ""), hidden=state != "visible"))
    return tables


def _relation_id(element: ET.Element) -> str:
    return next((v for k, v in element.attrib.items() if k.endswith("}id")), "")


def _targets(parts: zipfile.ZipFile, part: str, kind: str) -> list[tuple[str, str]]:
    """Return id and path of the parts that `part` points to, of one kind."""
    folder, name = posixpath.split(part)
    relations = parse(parts.read(posixpath.join(folder, "_rels", f"{name}.rels")))
    return [
        (
            element.get("Id", ""),
            posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))).lstrip("/"),
        )
        for element in relations
        if element.get("Type", "").endswith(f"/{kind}")
    ]


def _shared_strings(parts: zipfile.ZipFile, book_part: str) -> tuple[str, ...]:
    for _, path in _targets(parts, book_part, "sharedStrings"):
        root = parse(parts.read(path))
        return tuple(_rich_text(item) for item in root if local_name(item) == "si")
    return ()


def _styles(parts: zipfile.ZipFile, book_part: str, *, epoch_1904: bool) -> Styles:
    for _, path in _targets(parts, book_part, "styles"):
        return Styles.from_xml(parse(parts.read(path)), epoch_1904=epoch_1904)
    return Styles(shown=(), epoch_1904=epoch_1904)


def _rich_text(item: ET.Element) -> str:
    """Return the text of a string in one or several fonts, without its reading aids."""
    texts = []
    for child in item:
        name = local_name(child)
        if name == "t":
            texts.append(child.text or "")
        elif name == "r":
            texts.extend(t.text or "" for t in child if local_name(t) == "t")
    return unescaped("".join(texts))


def _table(book: Book, part: str, name: str, *, hidden: bool) -> RawTable:
    content = book.parts.read(part)
    refuse_entities(content)
    sheet = Sheet()
    row = -1
    for element in _elements(content):
        match local_name(element):
            case "row":
                row = _read_row(book, sheet, element, row)
            case "mergeCell":
                sheet.spans.append(span(element.get("ref", "")))
            case "col" if element.get("hidden") in {"1", "true"}:
                sheet.hidden_columns += 1
    return table_from_cells(book.file, name, sheet.cells, sheet.spans, _notes(sheet, hidden=hidden))


def _elements(content: bytes) -> Iterator[ET.Element]:
    """Yield elements as they end, and let go of each row after it was read."""
    for _, element in ET.iterparse(io.BytesIO(content)):  # noqa: S314 - entities were refused
        yield element
        if local_name(element) == "row":
            element.clear()


def _read_row(book: Book, sheet: Sheet, element: ET.Element, before: int) -> int:
    """Take in the cells of a row; return its position. Rows and cells may leave theirs out."""
    told = element.get("r", "")
    row = int(told) - 1 if told else before + 1
    column = -1
    filled = False
    for cell in element:
        ref = cell.get("r", "")
        column = position(ref)[1] if ref else column + 1
        text = _cell_text(book, sheet, cell, f"{ref or row + 1}")
        if text:
            sheet.cells[row, column] = text
            filled = True
    if filled and element.get("hidden") in {"1", "true"}:
        sheet.hidden_rows.append(row + 1)
    return row


def _cell_text(book: Book, sheet: Sheet, cell: ET.Element, ref: str) -> str:
    children: Mapping[str, ET.Element] = {local_name(child): child for child in cell}
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _rich_text(children["is"]) if "is" in children else ""
    value = children.get("v")
    text = "" if value is None else value.text or ""
    if not text:
        if "f" in children and (value is None or kind != "str"):
            sheet.uncalculated.append(ref)
        return ""
    match kind:
        case "s":
            return book.strings[int(text)]
        case "b":
            return "TRUE" if text == "1" else "FALSE"
        case "n":
            return number_as_shown(text, book.styles, cell.get("s", "0"))
        case _:  # a formula's string, an error such as #N/A, an ISO date
            return unescaped(text)


def _notes(sheet: Sheet, *, hidden: bool) -> list[Text]:
    notes = []
    if hidden:
        notes.append(Text("这张表是隐藏的，也已读取", "this sheet is hidden; it was read too"))
    if sheet.hidden_rows:
        rows, count = list_some(sheet.hidden_rows), len(sheet.hidden_rows)
        notes.append(
            Text(
                f"{count} 行是隐藏的（或被筛选掉），也已读取：第 {rows} 行",
                f"{count} rows are hidden or filtered out and were read too: {rows}",
            )
        )
    if sheet.hidden_columns:
        notes.append(Text("有隐藏的列，也已读取", "hidden columns were read too"))
    if sheet.uncalculated:
        cells, count = list_some(sheet.uncalculated), len(sheet.uncalculated)
        notes.append(
            Text(
                f"{count} 个公式没有算出的值，按空白读：{cells}；请用 Excel 打开、保存后再导入",
                f"{count} formulas hold no calculated value and were read as blank: {cells}; "
                "open the file in Excel, save it and import again",
            )
        )
    return notes
