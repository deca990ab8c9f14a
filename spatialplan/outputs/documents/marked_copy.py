"""Write marked-up copies of imported files: what became of each row, beside the row.

A copy of a workbook keeps the cells, formats and sheets of the original; another file becomes a
workbook with its cells. The clerk corrects the copy and imports it again, so the added columns and
sheets have names of their own (`import_words`), and a copy of a copy marks it anew.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from spatialplan import files
from spatialplan.model.table import ImportedTable, ImportResult
from spatialplan.model.village import Village
from spatialplan.outputs.documents import import_cells as cells
from spatialplan.outputs.documents import import_words as words
from spatialplan.outputs.documents.import_marks import Marked, Marker
from spatialplan.text import Lang, Text

__all__ = ["write_marked_copy"]

_ENDING = Text("_标注", "_marked")
# What openpyxl raises over workbooks that other programs write and it cannot hold.
_UNREADABLE = (
    InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError,
    AttributeError, IndexError,
)  # fmt: skip


def write_marked_copy(
    result: ImportResult,
    sources: Mapping[str, Path],
    folder: Path,
    lang: Lang = "zh",
    villages: Sequence[Village] = (),
) -> list[Path]:
    """Write ``<stem>_标注.xlsx`` for each imported file; the files themselves are only read.

    Parameters
    ----------
    sources
        Path of each imported file by its name, as the tables state it.
    villages
        The roster, to name villages; without it they are given by code.

    Returns
    -------
    Paths of the copies. A name that a source or another copy has is never taken: a copy of
    ``a_标注.xlsx`` is ``a_标注_2.xlsx``.

    Raises
    ------
    OutputError
        When a copy cannot be written.
    """
    taken = {path.name.casefold() for path in sources.values()}
    marker = Marker(result, villages, lang)
    written = []
    for file in dict.fromkeys(table.read.raw.file for table in result.tables):
        path = folder / _copy_name(file, taken, lang)
        taken.add(path.name.casefold())
        tables = [(table, first) for table, first in _placed(result) if table.read.raw.file == file]
        book, sheets = _open([table for table, _ in tables], sources.get(file))
        for (table, first), sheet in zip(tables, sheets, strict=True):
            marker.mark_table(sheet, table, first)
        marker.add_notes(book, [table for table, _ in tables])
        with files.aside(path) as temporary:
            book.save(temporary)
        written.append(path)
    return written


def _placed(result: ImportResult) -> Iterator[tuple[ImportedTable, int]]:
    """Yield the tables, each with the position of its first row among the rows of all."""
    first = 0
    for table in result.tables:
        yield table, first
        first += len(table.rows)


def _copy_name(file: str, taken: set[str], lang: Lang) -> str:
    """Return a free name; the number goes on from that of the copy that was imported."""
    stem = Path(file).stem
    said = f"{_ENDING.zh}|{_ENDING.en}"
    match = re.fullmatch(rf"(?P<stem>.+?)(?:{said})(?:_(?P<number>\d{{1,6}}))?", stem)
    number = int(match["number"] or 1) if match else 0
    base = (match["stem"] if match else stem) + _ENDING.say(lang)
    while True:
        number += 1
        name = f"{base}.xlsx" if number == 1 else f"{base}_{number}.xlsx"
        if name.casefold() not in taken:
            return name


def _open(tables: Sequence[ImportedTable], source: Path | None) -> tuple[Workbook, list[Marked]]:
    """Return the original workbook, else one with the cells of the tables, and their sheets."""
    raws = [table.read.raw for table in tables]
    names = [raw.sheet for raw in raws]
    book = _original(source)
    if book is not None and set(names) <= {sheet.title for sheet in book.worksheets}:
        for text in words.OWN_SHEETS.values():
            for name in {text.zh, text.en} & (set(book.sheetnames) - set(names)):
                del book[name]
        return book, [Marked(sheet=book[raw.sheet], rows=raw.numbers) for raw in raws]
    book = Workbook()
    book.remove(book.worksheets[0])
    return book, [
        Marked(sheet=cells.add_raw_sheet(book, raw), rows=range(1, len(raw.cells) + 1))
        for raw in raws
    ]


def _original(source: Path | None) -> Workbook | None:
    """Return a workbook as it is, None where the file is none or cannot be held."""
    if source is None or not zipfile.is_zipfile(source):
        return None
    with source.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of parts that openpyxl does not carry over
        try:
            return openpyxl.load_workbook(file, rich_text=True)
        except _UNREADABLE:
            return None
