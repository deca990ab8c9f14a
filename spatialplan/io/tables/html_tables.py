"""Tables of web pages: what many systems hand out under the name of an Excel file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from spatialplan.errors import DataError
from spatialplan.io.tables.encoding import Decoded
from spatialplan.io.tables.grid import MAX_COLUMNS, Span, table_from_cells
from spatialplan.model.table import RawTable
from spatialplan.text import Text

__all__ = ["read_html"]

BLANKS = re.compile(r"[ \t\r\n]+")


def read_html(decoded: Decoded, file: str) -> list[RawTable]:
    """Return every table of a page, named by its order where there are several.

    Text is as a browser shows it: runs of blanks are one blank. Cells that span rows or columns are
    merged cells. A table within a table is one of its own.

    Raises
    ------
    DataError
        When the page has no table, or one is too large.
    """
    page = _Page()
    page.feed(decoded.text)
    page.close()
    found = [grid for grid in page.grids if grid.cells]
    if not found:
        raise DataError(
            f"{file}：是网页，里面没有表格；请导出为 xlsx 或 CSV",
            f"{file}: a web page without a table; export xlsx or CSV instead",
        )
    note = Text(
        "内容是网页表格（HTML），按网页读取", "the content is an HTML table and was read as such"
    )
    return [
        RawTable(
            file=table.file, sheet=table.sheet, numbers=table.numbers, cells=table.cells,
            merged=table.merged, encoding=decoded.encoding, notes=table.notes,
        )
        for number, grid in enumerate(found, start=1)
        for table in [
            table_from_cells(
                file, f"{number}" if len(found) > 1 else "", grid.cells, grid.spans,
                (*decoded.notes, note),
            )
        ]
    ]  # fmt: skip


@dataclass(slots=True)
class _Grid:
    """A table under way; `taken` tells until which row each column is covered from above."""

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)
    row: int = -1
    column: int = 0
    open: Span | None = None
    pieces: list[str] = field(default_factory=list)

    def start_cell(self, rows: int, columns: int) -> None:
        """Find the next free place."""
        self.end_cell()
        self.row = max(self.row, 0)
        while self.taken.get(self.column, -1) >= self.row:
            self.column += 1
        bottom, right = self.row + rows - 1, self.column + columns - 1
        self.open = Span(top=self.row, left=self.column, bottom=bottom, right=right)
        self.taken.update(dict.fromkeys(range(self.column, right + 1), bottom))
        self.column = right + 1

    def end_cell(self) -> None:
        """Keep the text of the cell that ends."""
        if self.open is None:
            return
        lines = (BLANKS.sub(" ", line).strip(" ") for line in "".join(self.pieces).split("\0"))
        self.cells[self.open.top, self.open.left] = "\n".join(lines)
        if (self.open.top, self.open.left) != (self.open.bottom, self.open.right):
            self.spans.append(self.open)
        self.open = None
        self.pieces.clear()


class _Page(HTMLParser):
    """Gathers tables; a line break within a cell is held as NUL until blanks are joined."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.grids: list[_Grid] = []
        self._open: list[_Grid] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open tables, rows and cells."""
        if tag == "table":
            self._open.append(_Grid())
            self.grids.append(self._open[-1])
        elif self._open:
            grid = self._open[-1]
            if tag == "tr":
                grid.end_cell()
                grid.row, grid.column = grid.row + 1, 0
            elif tag in {"td", "th"}:
                told = dict(attrs)
                grid.start_cell(_count(told.get("rowspan")), _count(told.get("colspan")))
            elif tag == "br":
                grid.pieces.append("\0")

    def handle_endtag(self, tag: str) -> None:
        """Close cells and tables."""
        if self._open and tag in {"td", "th", "tr", "table"}:
            self._open[-1].end_cell()
            if tag == "table":
                self._open.pop()

    def handle_data(self, data: str) -> None:
        """Keep the text of open cells."""
        if self._open and self._open[-1].open is not None:
            self._open[-1].pieces.append(data.replace("\0", "\ufffd"))


def _count(text: str | None) -> int:
    """Return a span of at least one row or column, at most what a table may have."""
    found = re.match(r"\s*(\d{1,9})", text or "")
    return min(max(int(found[1]), 1), MAX_COLUMNS) if found else 1
