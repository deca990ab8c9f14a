"""Cells of a workbook: their formats, what is written into them, how a sheet is printed."""

from __future__ import annotations

import math

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from spatialplan.outputs import wording
from spatialplan.outputs.style import Symbol
from spatialplan.text import Lang

__all__ = ["CELL_LIMIT", "Formats", "set_print", "write_cell"]

CELL_LIMIT = 32767  # characters an Excel cell can hold
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t")
_FONT = "Microsoft YaHei"
_HEADER, _HEADER_TEXT, _LINE, _TOTAL = "#1f3a5f", "#ffffff", "#d5d9de", "#eef1f5"
_QUIET = "#5d646b"


class Formats:
    """The cell formats of one workbook, made once each."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        base = {"font_name": _FONT, "font_size": 10, "valign": "top"}
        cell = {**base, "border": 1, "border_color": _LINE}
        self._cell = cell
        self.title = book.add_format({**base, "font_size": 15, "bold": True, "font_color": _HEADER})
        self.label = book.add_format({**cell, "bold": True, "bg_color": _TOTAL})
        header = {
            **cell,
            "bold": True,
            "text_wrap": True,
            "valign": "vcenter",
            "font_color": _HEADER_TEXT,
            "bg_color": _HEADER,
        }
        self.header = book.add_format(header)
        self.text = book.add_format({**cell, "text_wrap": True})
        self.guarded = book.add_format({**cell, "text_wrap": True, "quote_prefix": True})
        self.number = book.add_format(cell)
        self.total = book.add_format({**cell, "bold": True, "bg_color": _TOTAL})
        words = {**base, "quote_prefix": True}  # a name may begin with =
        self.stack_title = book.add_format(
            {**words, "font_size": 15, "bold": True, "font_color": _HEADER}
        )
        self.stack_heading = book.add_format({**words, "font_size": 11, "bold": True})
        self.stack_column = book.add_format({**header, "quote_prefix": True})
        self.lead = book.add_format({**words, "font_size": 11, "text_wrap": True})
        self.note = book.add_format({**words, "font_color": _QUIET})
        self.unknown = book.add_format({**cell, "align": "right", "font_color": _QUIET})
        self._states: dict[str, Format] = {}
        self._digits: dict[int, Format] = {}

    def state(self, symbol: Symbol) -> Format:
        """Return the format of a state: its colour on a light tint of itself."""
        if symbol.color not in self._states:
            self._states[symbol.color] = self._book.add_format(
                {
                    **self._cell,
                    "bold": True,
                    "font_color": symbol.color,
                    "bg_color": _tint(symbol.color),
                }
            )
        return self._states[symbol.color]

    def digits(self, digits: int) -> Format:
        """Return the format of a number with so many digits after the point."""
        if digits not in self._digits:
            shown = "#,##0" + ("." + "0" * digits if digits else "")
            self._digits[digits] = self._book.add_format({**self._cell, "num_format": shown})
        return self._digits[digits]


def _tint(color: str, share: float = 0.14) -> str:
    channels = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    mixed = (round(255 - (255 - channel) * share) for channel in channels)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def write_cell(
    target: Worksheet,
    formats: Formats,
    at: tuple[int, int],
    value: object,
    chosen: Format | None = None,
) -> None:
    """Write a text as text, a number as number; nothing where the value is missing."""
    row, column = at
    if isinstance(value, str):
        text = wording.clean(value)[:CELL_LIMIT]
        plain = formats.guarded if text.startswith(_FORMULA_SIGNS) else formats.text
        target.write_string(row, column, text, chosen or plain)
    elif isinstance(value, int | float) and math.isfinite(value):
        target.write_number(row, column, round(value, 5), chosen or formats.number)
    else:
        target.write_blank(row, column, None, chosen or formats.text)


def set_print(target: Worksheet, lang: Lang, *, landscape: bool) -> None:
    """Print on A4, as wide as a page, with page numbers."""
    target.set_paper(9)  # A4
    if landscape:
        target.set_landscape()
    target.fit_to_pages(1, 0)
    target.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    pages = "第 &P 页，共 &N 页" if lang == "zh" else "Page &P of &N"
    target.set_footer(f"&C&9{pages}")
