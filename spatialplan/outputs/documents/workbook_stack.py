"""Write a sheet of several tables, one under the other, each with its title and note."""

from __future__ import annotations

import math

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from spatialplan.model.profile import Cell, Column, Exhibit
from spatialplan.model.verdict import State
from spatialplan.outputs import profile_frames, wording
from spatialplan.outputs.documents.workbook_cells import CELL_LIMIT, Formats, set_print, write_cell
from spatialplan.outputs.documents.workbook_sheet import Stack
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang, Text

__all__ = ["write_stack"]

_NARROWEST, _WIDEST, _FIRST_WIDEST = 9.0, 36.0, 30.0
_LEAD_COLUMNS = 8  # the answer stands across so many
_LINE_PT, _MOST_LINES = 14.0, 12
_NO_ROWS = Text("没有。", "None.")


def write_stack(book: xlsxwriter.Workbook, formats: Formats, stack: Stack, lang: Lang) -> None:
    """Write the sheet: title and answer stay in view, then the tables, then the notes."""
    sheet = book.add_worksheet(stack.name)
    widths = _widths(stack, lang)
    for position, width in enumerate(widths):
        sheet.set_column(position, position, width)
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, _plain(stack.title), formats.stack_title)
    sheet.set_row(1, 36)
    sheet.merge_range(1, 0, 1, _LEAD_COLUMNS - 1, "", formats.lead)
    sheet.write_string(1, 0, _plain(stack.lead), formats.lead)
    row = 3
    for exhibit in stack.exhibits:
        for at, cells in enumerate(exhibit.rows, start=row + 2):
            sheet.set_row(at, _LINE_PT * _lines(cells, exhibit, widths, lang))
        row = _write_exhibit(sheet, formats, exhibit, row, lang) + 2
    for note in stack.notes:
        sheet.write_string(row, 0, _plain(note.say(lang)), formats.note)
        row += 1
    sheet.freeze_panes(2, 1)
    sheet.ignore_errors({"number_stored_as_text": "A1:Z1048576"})
    set_print(sheet, lang, landscape=True)


def _plain(text: str) -> str:
    return wording.clean(text)[:CELL_LIMIT]


def _write_exhibit(
    sheet: Worksheet, formats: Formats, exhibit: Exhibit, top: int, lang: Lang
) -> int:
    """Write title, headings, rows and note from row `top` on; return the last row."""
    sheet.write_string(top, 0, _plain(exhibit.title.say(lang)), formats.stack_heading)
    for position, column in enumerate(exhibit.columns):
        heading = profile_frames.heading(column, lang)
        sheet.write_string(top + 1, position, _plain(heading), formats.stack_column)
    sheet.set_row(top + 1, 30)
    last = top + 1
    for row in exhibit.rows:
        last += 1
        for position, (cell, column) in enumerate(zip(row, exhibit.columns, strict=True)):
            _write(sheet, formats, (last, position), cell, column, lang)
    if not exhibit.rows:
        last += 1
        sheet.write_string(last, 0, _NO_ROWS.say(lang), formats.note)
    if exhibit.note:
        last += 1
        sheet.write_string(last, 0, _plain(exhibit.note.say(lang)), formats.note)
    return last


def _write(
    sheet: Worksheet, formats: Formats, at: tuple[int, int], cell: Cell, column: Column, lang: Lang
) -> None:
    """Write a cell: states in their colour, numbers as numbers, — where nothing is known."""
    said = profile_frames.cell_text(cell, column, lang)
    value = profile_frames.cell_number(cell)
    if isinstance(cell, State):
        sheet.write_string(*at, said, formats.state(read_style().states[cell]))
    elif value is not None:
        chosen = formats.digits(0 if isinstance(cell, int) else column.digits)
        write_cell(sheet, formats, at, value, chosen)
    elif said == wording.NOTHING:
        sheet.write_string(*at, said, formats.unknown)
    else:
        write_cell(sheet, formats, at, said)


def _widths(stack: Stack, lang: Lang) -> list[float]:
    """Return the width of each column in characters, wide enough for most of every table."""
    wide: list[float] = []
    for exhibit in stack.exhibits:
        for at, column in enumerate(exhibit.columns):
            cells = [profile_frames.cell_text(row[at], column, lang) for row in exhibit.rows]
            head = _length(profile_frames.heading(column, lang)) / 2 + 3
            most = _FIRST_WIDEST if at == 0 else _WIDEST
            need = min(max([head, *(_length(cell) for cell in cells)]) + 2.0, most)
            wide += [_NARROWEST] * (at + 1 - len(wide))
            wide[at] = max(wide[at], need)
    return wide


def _lines(cells: tuple[Cell, ...], exhibit: Exhibit, widths: list[float], lang: Lang) -> int:
    """Return how many lines a row needs; not every program finds that out by itself."""
    texts = (
        profile_frames.cell_text(cell, column, lang)
        for cell, column in zip(cells, exhibit.columns, strict=True)
    )
    need = [
        math.ceil(_length(text) / (width - 1)) for text, width in zip(texts, widths, strict=False)
    ]
    return min(max(need, default=1), _MOST_LINES)


def _length(text: str) -> float:
    """Return the length in the characters of Excel's widths: Chinese ones count twice."""
    return float(sum(2 if char >= "\u2e80" else 1 for char in text))
