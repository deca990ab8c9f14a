"""The process that reads an xls workbook: bytes from standard input, sheets as JSON to output."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spatialplan.io.tables.cell_text import text_of
from spatialplan.io.tables.grid import MAX_CELLS, MAX_COLUMNS

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

__all__ = ["LOCKED", "sheets_of"]

LOCKED = 3  # exit code for a workbook with a password


def sheets_of(content: bytes) -> list[dict[str, Any]]:
    """Return the worksheets of a workbook as plain data; sheets that are too large lack cells.

    Raises
    ------
    python_calamine.CalamineError
        When the workbook cannot be read; its subclass ``PasswordError`` when it has a password.
    """
    import python_calamine as calamine

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xls"  # only of a file by this name is a password told
        path.write_bytes(content)
        with calamine.CalamineWorkbook.from_path(path) as book:
            return [
                {"hidden": meta.visible is not calamine.SheetVisibleEnum.Visible}
                | _plain(book.get_sheet_by_index(index))
                for index, meta in enumerate(book.sheets_metadata)
                if meta.typ is calamine.SheetTypeEnum.WorkSheet
            ]


def _plain(sheet: CalamineSheet) -> dict[str, Any]:
    rows, columns = sheet.total_height, sheet.total_width
    small = columns <= MAX_COLUMNS and rows * columns <= MAX_CELLS
    return {
        "name": sheet.name,
        "rows": rows,
        "columns": columns,
        "merged": sheet.merged_cell_ranges or [],
        "cells": [
            (row, column, text_of(value))
            for row, values in enumerate(sheet.to_python(skip_empty_area=False) if small else ())
            for column, value in enumerate(values)
            if value not in {None, ""}
        ],
    }


def main() -> int:
    """Read, write, and return the exit code."""
    import python_calamine as calamine

    try:
        sheets = sheets_of(sys.stdin.buffer.read())
    except calamine.PasswordError:
        return LOCKED
    sys.stdout.write(json.dumps(sheets))  # ASCII, whatever the console's encoding
    return 0


if __name__ == "__main__":
    sys.exit(main())
