"""A row of large numbers with their names, as a leader sees them first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from spatialplan.outputs.documents.docx_fields import element

__all__ = ["Tile", "add_tiles"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A number, what it counts, and its colour."""

    number: int
    label: str
    color: str


def add_tiles(document: Document, tiles: Sequence[Tile], width_mm: float) -> None:
    """Add the tiles side by side, each under a rule in its colour."""
    table = document.add_table(rows=1, cols=len(tiles))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    row = table.rows[0]
    row._tr.get_or_add_trPr().append(element("w:cantSplit"))  # noqa: SLF001
    for cell, tile in zip(row.cells, tiles, strict=True):
        cell.width = Mm(width_mm / len(tiles))
        color = tile.color.lstrip("#").upper()
        _frame(cell, color)
        _write(cell.paragraphs[0], str(tile.number), "Tile Number", color)
        _write(cell.add_paragraph(), tile.label, "Tile Text", color)


def _write(paragraph: Paragraph, text: str, style: str, color: str) -> None:
    paragraph.style = style
    paragraph.add_run(text).font.color.rgb = RGBColor.from_string(color)


def _frame(cell: _Cell, color: str) -> None:
    borders = element("w:tcBorders")
    borders.append(element("w:top", val="single", sz="24", space="0", color=color))
    for side in ("left", "bottom", "right"):
        borders.append(element(f"w:{side}", val="single", sz="4", space="0", color="CFD5DB"))
    margins = element("w:tcMar")  # a name of seven characters stays on its line
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w="10", type="dxa"))
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001
    properties.append(borders)
    properties.append(margins)
