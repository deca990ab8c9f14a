"""Mark the rows of an imported sheet: state, notes, place and village beside them, and colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from spatialplan.model.table import (
    ImportedRow,
    ImportedTable,
    ImportResult,
    Meaning,
    ReadTable,
    RowState,
)
from spatialplan.model.village import Village
from spatialplan.outputs.documents import import_cells as cells
from spatialplan.outputs.documents import import_words as words
from spatialplan.text import Lang, Text

__all__ = ["Marked", "Marker"]

_STATE, _NOTES, _LON, _LAT, _VILLAGE = words.OWN_COLUMNS
_WIDTHS = dict(zip(words.OWN_COLUMNS, (16, 60, 13, 13, 34), strict=True))
_PLACE = (Meaning.LON, Meaning.LAT, Meaning.X, Meaning.Y, Meaning.LONLAT)
_NAME = (Meaning.NAME, Meaning.CODE, Meaning.TOWNSHIP)
_HOW_TO = Text(
    "在原来的列里改正，保存后把本文件再导入一次；“行状态”等五列和这两张表由程序填写，导入时不读。",
    "Correct the original columns, save, and import this file again; the five columns added on the "
    "right and these sheets are written by the program and not read.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A sheet to mark, and the Excel row of each row of its table."""

    sheet: Worksheet
    rows: Sequence[int]


class Marker:
    """Writes what became of rows into sheets, for one import."""

    def __init__(self, result: ImportResult, villages: Sequence[Village], lang: Lang) -> None:
        self._result = result
        self._villages = {village.code: village for village in villages}
        self._lang = lang
        self._symbols = words.state_symbols()

    def mark_table(self, marked: Marked, table: ImportedTable, first: int) -> None:
        """Mark all rows of a table; `first` is the position of its first row in the import."""
        read, sheet = table.read, marked.sheet
        columns = self._columns(marked, read)
        if read.header:
            top = marked.rows[read.header[-1]]
            for title, column in columns.items():
                cells.put_header(cells.open_cell(sheet, top, column), title.say(self._lang))
                sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS[title]
            _frame(sheet, top, max((marked.rows[at] for at in read.body), default=top))
        for at, (position, row) in enumerate(zip(read.body, table.rows, strict=True), start=first):
            line = marked.rows[position]
            for title, column in columns.items():
                self._put(cells.open_cell(sheet, line, column), title, row)
            for column in self._concerned(read, row, at):
                cells.mark(sheet.cell(line, column), self._symbols[row.state].color)

    def _columns(self, marked: Marked, read: ReadTable) -> dict[Text, int]:
        """Return where our columns go: where a copy has them already, else to the right of all.

        Without a header nothing could tell our longitudes from the clerk's, so they are left out.
        """
        heads = [marked.rows[at] for at in (*read.header, *read.body)]
        top = min(heads, default=1)
        merged = [r.max_col for r in marked.sheet.merged_cells.ranges if r.max_row >= top]
        width = max(
            (at for texts in read.raw.cells for at, text in enumerate(texts, start=1) if text),
            default=0,
        )
        if read.raw.points is not None:
            width = max(width, marked.sheet.max_column)
        free = max([width, *merged]) + 1
        columns = {}
        for title in words.OWN_COLUMNS if read.header else (_STATE, _NOTES, _VILLAGE):
            known = [at for at, text in enumerate(read.columns, 1) if text in (title.zh, title.en)]
            columns[title] = known[0] if known else free
            free += not known
        return columns

    def _put(self, cell: Cell, title: Text, row: ImportedRow) -> None:
        """Write what a column of ours says of a row, and clear what an older copy said."""
        cell.value = None
        symbol = self._symbols[row.state]
        if title in (_LON, _LAT):
            value = row.lon if title is _LON else row.lat
            if value is not None:
                cell.value = round(value, 7)
                cell.number_format = "0.000000"
        elif title is _STATE:
            cells.put_text(cell, f"{symbol.sign} {symbol.label.say(self._lang)}")
            cell.font = Font(name="Microsoft YaHei", size=10, bold=True, color=symbol.color[1:])
            if row.state is not RowState.ACCEPTED:
                cells.mark(cell, symbol.color)
        elif title is _NOTES:
            cells.put_text(cell, words.joined(row.notes, self._lang))
            cell.alignment = Alignment(vertical="top", wrap_text=True)
        else:
            cells.put_text(cell, words.village_name(row.village, self._villages))

    def _concerned(self, read: ReadTable, row: ImportedRow, at: int) -> list[int]:
        """Return the columns that a row's state is about: its place, its name, or both."""
        if row.state is RowState.ACCEPTED:
            return []
        match = self._result.roster
        unsure = match is not None and not match.certain[at]
        about_place = [
            note for note in row.notes if match is None or note != match.how[at]
        ] or row.state is RowState.REJECTED
        wanted = (*(_PLACE if about_place else ()), *(_NAME if unsure else ()))
        return sorted(
            {read.meanings[meaning] + 1 for meaning in wanted if meaning in read.meanings}
        )

    def add_notes(self, book: Workbook, tables: Sequence[ImportedTable]) -> None:
        """Add the sheet that tells how the file was read, and the one of missing villages."""
        lang = self._lang
        lines = [("用法" if lang == "zh" else "How to", _HOW_TO.say(lang))]
        lines += [
            (f"{symbol.sign} {symbol.label.say(lang)}", _MEANS[state].say(lang))
            for state, symbol in self._symbols.items()
        ]
        for table in tables:
            lines += [("", ""), *words.table_lines(table, lang)]
        if about := words.roster_lines(self._result, lang):
            lines += [("", ""), *about]
        sheet = book.create_sheet(cells.free_name(book, words.OWN_SHEETS["notes"].say(lang)))
        colors = {f"{s.sign} {s.label.say(lang)}": s.color for s in self._symbols.values()}
        title = "导入结果与用法" if lang == "zh" else "Import: result and how to use this file"
        cells.write_lines(sheet, title, lines, colors)
        if self._result.roster is not None:
            self._add_missing(book, self._result.roster.missing)

    def _add_missing(self, book: Workbook, codes: Sequence[str]) -> None:
        name = words.OWN_SHEETS["missing"].say(self._lang)
        sheet = book.create_sheet(cells.free_name(book, name))
        for column, (title, width) in enumerate(_MISSING, start=1):
            cells.put_header(cells.open_cell(sheet, 1, column), title.say(self._lang))
            sheet.column_dimensions[get_column_letter(column)].width = width
        for row, code in enumerate(codes, start=2):
            village = self._villages.get(code)
            texts = (village.name, village.township, village.district) if village else ()
            for column, text in enumerate((code, *texts), start=1):
                cells.put_text(cells.open_cell(sheet, row, column), text)
        _frame(sheet, 1, len(codes) + 1)


_MEANS = {
    RowState.ACCEPTED: Text("读懂了，位置照用", "understood and used as it is"),
    RowState.REPAIRED: Text(
        "改动后采用，改了什么见说明", "used after a change that the notes tell"
    ),
    RowState.DOUBTFUL: Text("已采用，但请人核对", "used, but a person should look"),
    RowState.REJECTED: Text(
        "位置读不出或不可信，未采用；该行仍保留", "its place cannot be used; the row is kept"
    ),
}
_MISSING = (
    (Text("区划代码", "Division code"), 16),
    (Text("行政村", "Village"), 30),
    (Text("乡镇街道", "Township"), 20),
    (Text("县市区", "District"), 24),
)


def _frame(sheet: Worksheet, top: int, bottom: int) -> None:
    """Keep the header in view and let it filter, where the clerk has set nothing else."""
    if sheet.freeze_panes is None:
        sheet.freeze_panes = f"A{top + 1}"
    if not sheet.auto_filter.ref and not sheet.tables:  # a table has a filter of its own
        sheet.auto_filter.ref = f"A{top}:{get_column_letter(sheet.max_column)}{max(bottom, top)}"
