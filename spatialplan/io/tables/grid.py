"""Cells at their places become a `RawTable`: padded, merged cells filled, sizes bounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spatialplan.errors import DataError
from spatialplan.model.table import RawTable
from spatialplan.text import Text

__all__ = ["MAX_CELLS", "MAX_COLUMNS", "Span", "check_size", "padded", "table_from_cells"]

MAX_COLUMNS = 1000
MAX_CELLS = 8_000_000  # about 1 GB of text objects


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A merged range, positions from 0, all four included."""

    top: int
    left: int
    bottom: int
    right: int


def check_size(place: str, rows: int, columns: int) -> None:
    """Refuse a table that no person made.

    Raises
    ------
    DataError
        When there are more than a thousand columns, or more cells than memory holds.
    """
    if columns > MAX_COLUMNS:
        raise DataError(
            f"{place}：有 {columns} 列，最多读 {MAX_COLUMNS} 列；请删去右侧多余的列后再导入",
            f"{place}: {columns} columns, at most {MAX_COLUMNS} are read; "
            "delete the stray columns on the right",
        )
    if rows * columns > MAX_CELLS:
        raise DataError(
            f"{place}：有 {rows} 行 × {columns} 列，太大；请删去远处的多余单元格，或分成几个文件",
            f"{place}: {rows} rows × {columns} columns are too many; "
            "delete stray cells far away, or split the file",
        )


def padded(place: str, rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Return rows of equal length, shorter ones filled with empty text.

    Raises
    ------
    DataError
        When the table is too large.
    """
    width = max((len(row) for row in rows), default=0)
    check_size(place, len(rows), width)
    return tuple((*row, *[""] * (width - len(row))) for row in rows)


def table_from_cells(
    file: str,
    sheet: str,
    cells: Mapping[tuple[int, int], str],
    spans: Sequence[Span] = (),
    notes: Sequence[Text] = (),
) -> RawTable:
    """Return the table that ends with the last cell that holds text, blank rows within kept.

    Parameters
    ----------
    cells
        Text by (row, column) from 0.
    spans
        Merged ranges. Their first cell's text is repeated as far as the table goes; a cell that
        holds text of its own keeps it.

    Raises
    ------
    DataError
        When the table is too large.
    """
    place = f"{file}［{sheet}］" if sheet else file
    filled = [key for key, text in cells.items() if text]
    height = max((row for row, _ in filled), default=-1) + 1
    width = max((column for _, column in filled), default=-1) + 1
    check_size(place, height, width)
    grid = [[""] * width for _ in range(height)]
    for row, column in filled:
        grid[row][column] = cells[row, column]
    merged = _fill_merged(grid, spans)
    return RawTable(
        file=file,
        sheet=sheet,
        numbers=tuple(range(1, height + 1)),
        cells=tuple(map(tuple, grid)),
        merged=frozenset(merged),
        notes=tuple(notes),
    )


def _fill_merged(grid: list[list[str]], spans: Sequence[Span]) -> set[tuple[int, int]]:
    """Repeat the text of merged cells in place; return the positions that were filled."""
    found: set[tuple[int, int]] = set()
    height, width = len(grid), len(grid[0]) if grid else 0
    for span in spans:
        if span.top >= height or span.left >= width or not grid[span.top][span.left]:
            continue
        text = grid[span.top][span.left]
        for row in range(span.top, min(span.bottom, height - 1) + 1):
            for column in range(span.left, min(span.right, width - 1) + 1):
                if not grid[row][column]:
                    grid[row][column] = text
                    found.add((row, column))
    return found
