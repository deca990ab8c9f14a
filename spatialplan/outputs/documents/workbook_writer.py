"""Write tables as an Excel workbook: rows in are rows out, texts stay texts."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from spatialplan import files
from spatialplan.outputs import wording
from spatialplan.outputs.documents import workbook_stack
from spatialplan.outputs.documents.workbook_cells import (
    CELL_LIMIT,
    Formats,
    set_print,
    write_cell,
)
from spatialplan.outputs.documents.workbook_sheet import Column, Lines, Sheet, Stack
from spatialplan.text import Lang

__all__ = ["write_book"]


def write_book(
    path: Path,
    pages: Sequence[Lines | Sheet | Stack],
    *,
    title: str,
    version: str,
    stamp: str,
    lang: Lang,
) -> None:
    """Write the pages in order; the same pages and stamp make the same bytes.

    Names are written as strings, so a name that begins with ``=`` is shown and never computed,
    also after a user edits the cell.

    Parameters
    ----------
    title
        Title of the document, as file managers show it.
    version
        Of the program that made the result.
    stamp
        When the run was made, as it is to be shown; its date is the file's creation date.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties(
            {
                "title": wording.clean(title),
                "comments": f"spatialplan {version}",
                "created": wording.moment(stamp).replace(tzinfo=None),
            }
        )
        formats = Formats(book)
        for page in pages:
            if isinstance(page, Lines):
                _write_lines(book, formats, page, lang)
            elif isinstance(page, Stack):
                workbook_stack.write_stack(book, formats, page, lang)
            else:
                _write_sheet(book, formats, page, lang)
    files.write_bytes(path, buffer.getvalue())


def _write_lines(book: xlsxwriter.Workbook, formats: Formats, page: Lines, lang: Lang) -> None:
    sheet = book.add_worksheet(page.name.say(lang))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 96)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, page.title.say(lang), formats.title)
    for line, (heading, text) in enumerate(page.rows, start=1):
        sheet.write_string(line, 0, heading, formats.label)
        sheet.write_string(line, 1, text[:CELL_LIMIT], formats.text)
    set_print(sheet, lang, landscape=False)


def _write_sheet(book: xlsxwriter.Workbook, formats: Formats, sheet: Sheet, lang: Lang) -> None:
    target = book.add_worksheet(sheet.name.say(lang))
    top, wide = 0, 0
    for table in _stack(sheet):
        for position, column in enumerate(table.columns[wide:], start=wide):
            target.set_column(position, position, column.width)
        wide = max(wide, len(table.columns))
        last = _write_table(target, formats, table, top, lang)
        top = last + 2
    if sheet.below is None and not sheet.totals:
        target.autofilter(0, 0, max(last, 1), len(sheet.columns) - 1)
    target.freeze_panes(1, sheet.frozen)
    target.repeat_rows(0)
    target.ignore_errors({"number_stored_as_text": "A1:Z1048576"})
    set_print(target, lang, landscape=True)
    if sheet.printed:
        target.print_area(0, 0, last, sheet.printed - 1)


def _stack(sheet: Sheet) -> list[Sheet]:
    """Return the sheet's table and those below it, from the top."""
    return [sheet, *(_stack(sheet.below) if sheet.below else ())]


def _write_table(target: Worksheet, formats: Formats, sheet: Sheet, top: int, lang: Lang) -> int:
    """Write one table from row `top` on and return its last row."""
    target.set_row(top, 30)
    last = top + len(sheet.frame)
    for position, column in enumerate(sheet.columns):
        target.write_string(top, position, column.title.say(lang), formats.header)
        values = sheet.frame[column.key].tolist()
        if column.symbols is not None:
            _write_states(target, formats, column, values, (top + 1, position), lang)
        else:
            for row, value in enumerate(values, start=top + 1):
                chosen = formats.total if sheet.totals and row == last - sheet.after else None
                shown = value
                if column.digits is not None and isinstance(value, float):
                    shown = round(value, column.digits)
                write_cell(target, formats, (row, position), shown, chosen)
    return last


def _write_states(
    target: Worksheet,
    formats: Formats,
    column: Column,
    values: Iterable[str],
    corner: tuple[int, int],
    lang: Lang,
) -> None:
    symbols = column.symbols or {}
    for row, value in enumerate(values, start=corner[0]):
        symbol = symbols[value]
        text = f"{symbol.sign} {symbol.label.say(lang)}".strip()
        target.write_string(row, corner[1], text, formats.state(symbol))
