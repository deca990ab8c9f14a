"""Tables of a Word document: heads repeat on every page, rows are never split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from spatialplan.outputs.documents.docx_fields import element

__all__ = ["Cell", "Grid", "Row", "fill_table"]

Align = Literal["left", "center", "right"]
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_GROUP = "F3F6FA"
_STYLE_SIZE = 9.0  # of the styles of table text
_LINE = 1.33


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: its text, a second smaller line, and how it looks."""

    text: str
    small: str = ""
    color: str = ""
    bold: bool = False
    align: Align = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row; a ``group`` has one cell across the table, a ``total`` ends it."""

    cells: Sequence[Cell]
    kind: Literal["plain", "group", "total"] = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: its caption, the heads, the share of the width of each column, its rows."""

    caption: str
    heads: Sequence[Cell]
    shares: Sequence[float]
    rows: Sequence[Row]
    size: float = _STYLE_SIZE


def fill_table(table: Table, grid: Grid, width_mm: float) -> None:
    """Fill a table that has a row for the heads and for each of the rows."""
    table.style = "Report Table"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    has_total = bool(grid.rows) and grid.rows[-1].kind == "total"
    _set_look(table, has_total=has_total)
    whole = sum(grid.shares)
    widths = [width_mm * share / whole for share in grid.shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    head, *rows = table.rows
    _keep_whole(head, repeated=True)
    for cell, said, width in zip(head.cells, grid.heads, widths, strict=True):
        cell.width = Mm(width)
        _write(cell.paragraphs[0], said, grid.size, "Table Heading")
    for at, (target, row) in enumerate(zip(rows, grid.rows, strict=True)):
        following = at + 1 < len(rows) and grid.rows[at + 1].kind == "total"
        _fill_row(target, row, grid, widths)
        # A group stays with its first row, a total with the last one before it.
        for cell in target.cells if row.kind == "group" or following or at == 0 else ():
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = len(rows) > at + 1


def _fill_row(target: _Row, row: Row, grid: Grid, widths: Sequence[float]) -> None:
    _keep_whole(target, repeated=False)
    cells = list(target.cells)
    if row.kind == "group":
        merged = cells[0].merge(cells[-1])
        merged._tc.get_or_add_tcPr().append(  # noqa: SLF001
            element("w:shd", val="clear", color="auto", fill=_GROUP)
        )
        _write(merged.paragraphs[0], row.cells[0], grid.size, "Table Text", bold=True)
        return
    for cell, said, width in zip(cells, row.cells, widths, strict=True):
        cell.width = Mm(width)
        _write_cell(cell, said, grid.size, bold=row.kind == "total")


def _write_cell(cell: _Cell, said: Cell, size: float, *, bold: bool) -> None:
    _write(cell.paragraphs[0], said, size, "Table Text", bold=bold)
    if said.small:
        second = Cell(text=said.small, color="5D646B", align=said.align)
        _write(cell.add_paragraph(), second, size - 1, "Table Text")


def _write(
    paragraph: Paragraph, said: Cell, size: float, style: str, *, bold: bool = False
) -> None:
    # By its id: the library looks up a style's name through all styles, once for each cell.
    paragraph._p.style = style.replace(" ", "")  # noqa: SLF001
    if said.align != "left":
        paragraph.alignment = _ALIGN[said.align]
    run = paragraph.add_run(said.text)
    if size != _STYLE_SIZE:
        run.font.size = Pt(size)
        paragraph.paragraph_format.line_spacing = Pt(size * _LINE)
    if bold or said.bold:
        run.font.bold = True
    if said.color:
        run.font.color.rgb = RGBColor.from_string(said.color.lstrip("#").upper())


def _keep_whole(row: _Row, *, repeated: bool) -> None:
    """Keep a row on one page; a repeated one stands on top of every page of its table."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001
    properties.append(element("w:cantSplit"))
    if repeated:
        properties.append(element("w:tblHeader"))


def _set_look(table: Table, *, has_total: bool) -> None:
    properties = table._tbl.tblPr  # noqa: SLF001
    for old in properties.xpath("w:tblLook"):
        properties.remove(old)
    properties.append(
        element(
            "w:tblLook", val="0460" if has_total else "0420", firstRow="1",
            lastRow="1" if has_total else "0", firstColumn="0", lastColumn="0",
            noHBand="1", noVBand="1",
        )
    )  # fmt: skip
