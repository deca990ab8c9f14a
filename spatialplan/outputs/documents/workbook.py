"""Write a `CheckResult` as an Excel workbook: rows in are rows out, texts stay texts."""

from __future__ import annotations

from pathlib import Path

from spatialplan.model.verdict import CheckResult
from spatialplan.outputs.documents import workbook_tables as tables
from spatialplan.outputs.documents.workbook_sheet import Lines
from spatialplan.outputs.documents.workbook_writer import write_book
from spatialplan.text import Lang, Text

__all__ = ["write_workbook"]


def write_workbook(result: CheckResult, path: Path, *, stamp: str, lang: Lang = "zh") -> None:
    """Write the seven sheets; the same result and stamp make the same bytes.

    Parameters
    ----------
    stamp
        When the run was made, as it is to be shown; its date is the file's creation date.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    about = Lines(
        name=Text("说明", "About"),
        title=Text("规划空间核查结果", "Spatial check of a plan: results"),
        rows=tuple(tables.about_rows(result, stamp=stamp, lang=lang)),
    )
    write_book(
        path,
        [about, *tables.sheets(result, lang)],
        title=result.plan.title.say(lang),
        version=result.version,
        stamp=stamp,
        lang=lang,
    )
