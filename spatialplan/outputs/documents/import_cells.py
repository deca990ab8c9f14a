"""Cells of a workbook that is changed in place: text that is never computed, colours, sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from spatialplan.model.table import RawTable
from spatialplan.outputs import wording

__all__ = [
    "add_raw_sheet",
    "free_name",
    "mark",
    "open_cell",
    "put_header",
    "put_text",
    "tint",
    "write_lines",
]

_CELL_LIMIT = 32767  # characters an Excel cell can hold
_NAME_LIMIT = 31
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t")
_WHOLE_DIGITS, _DIGITS = 11, 15  # longer whole numbers are shown as 4.3E+11, longer ones rounded
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)
_HEADER, _HEADER_TEXT = "1F3A5F", "FFFFFF"


def open_cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return a cell to write to; one that a merged range hides is freed first."""
    cell = sheet.cell(row, column)
    if isinstance(cell, Cell):
        return cell
    for found in [found for found in sheet.merged_cells.ranges if cell.coordinate in found]:
        sheet.unmerge_cells(str(found))
    return open_cell(sheet, row, column)


def put_text(cell: Cell, text: str) -> None:
    """Write text as text: not a formula, not an error value, without illegal characters."""
    cell.value = wording.clean(text)[:_CELL_LIMIT]
    if text:
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(_FORMULA_SIGNS)


def tint(color: str, share: float = 0.18) -> str:
    """Return a light tint of a colour ``#rrggbb``, as the workbook writes colours."""
    channels = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return "".join(f"{round(255 - (255 - channel) * share):02X}" for channel in channels)


def mark(cell: Cell | MergedCell, color: str) -> None:
    """Fill a cell with a light tint of a colour."""
    cell.fill = PatternFill("solid", fgColor=tint(color))


def put_header(cell: Cell, text: str) -> None:
    """Write a heading of our own, in the look of all our workbooks."""
    put_text(cell, text)
    cell.font = Font(name="Microsoft YaHei", size=10, bold=True, color=_HEADER_TEXT)
    cell.fill = PatternFill("solid", fgColor=_HEADER)
    cell.alignment = Alignment(vertical="center", wrap_text=True)


def free_name(book: Workbook, wanted: str) -> str:
    """Return a sheet name that Excel takes and the workbook does not have."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", wording.clean(wanted)).strip("' ") or "数据"
    taken = {name.casefold() for name in book.sheetnames} | {"history"}
    name, number = plain[:_NAME_LIMIT], 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[: _NAME_LIMIT - len(str(number)) - 1]}_{number}"
    return name


def add_raw_sheet(book: Workbook, raw: RawTable) -> Worksheet:
    """Add a sheet with the cells of a table, row for row from the first.

    Places that the file holds as geometry stand in columns behind the cells, with their CRS, so
    that the sheet can be imported alone.
    """
    sheet: Worksheet = book.create_sheet(free_name(book, raw.sheet))
    for row, texts in enumerate(raw.cells, start=1):
        for column, text in enumerate(texts, start=1):
            _put_value(open_cell(sheet, row, column), text)
    width = max(map(len, raw.cells), default=0)
    for row, texts in enumerate(_places(raw), start=1):
        for column, text in enumerate(texts, start=width + 1):
            _put_value(open_cell(sheet, row, column), text)
    return sheet


def _places(raw: RawTable) -> Iterator[tuple[str, ...]]:
    """Yield for each row the x, y and CRS of its geometry, after a row of headings."""
    if raw.points is None or not raw.cells:
        return
    degrees = all(abs(x) <= 180 and abs(y) <= 90 for x, y in filter(None, raw.points))
    yield (*(("经度", "纬度") if degrees else ("X坐标", "Y坐标")), "坐标系")
    for point in raw.points[1:]:
        yield ("", "", "") if point is None else (f"{point[0]!r}", f"{point[1]!r}", raw.crs)


def _put_value(cell: Cell, text: str) -> None:
    """Write a number as a number where Excel shows it as it is written, all else as text."""
    number = _number(text)
    if number is not None:
        cell.value = number
    elif text:
        put_text(cell, text)


def _number(text: str) -> float | None:
    digits = sum(char.isdigit() for char in text)
    if not _NUMBER.fullmatch(text) or digits > (_DIGITS if "." in text else _WHOLE_DIGITS):
        return None
    value = float(text) if "." in text else int(text)
    return value if str(value) == text else None


def write_lines(
    sheet: Worksheet,
    title: str,
    lines: Iterable[tuple[str, str]],
    colors: Mapping[str, str],
) -> None:
    """Write a title and lines of heading and text; `colors` fill the headings that have one."""
    top = open_cell(sheet, 1, 1)
    put_text(top, title)
    top.font = Font(name="Microsoft YaHei", size=15, bold=True, color=_HEADER)
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 100
    sheet.sheet_view.showGridLines = False
    for row, (heading, text) in enumerate(lines, start=2):
        left, right = open_cell(sheet, row, 1), open_cell(sheet, row, 2)
        put_text(left, heading)
        put_text(right, text)
        left.font = Font(name="Microsoft YaHei", size=10, bold=True)
        right.font = Font(name="Microsoft YaHei", size=10)
        left.alignment = right.alignment = Alignment(vertical="top", wrap_text=True)
        if heading in colors:
            mark(left, colors[heading])
