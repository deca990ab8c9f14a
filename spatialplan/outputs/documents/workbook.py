"""Write a `CheckResult` as an Excel workbook: rows in are rows out, texts stay texts."""

from __future__ import annotations

from pathlib import Path

from spatialplan.model.check_result import CheckResult
from spatialplan.outputs.documents import workbook_profiles
from spatialplan.outputs.documents import workbook_tables as tables
from spatialplan.outputs.documents.workbook_sheet import Lines, Sheet
from spatialplan.outputs.documents.workbook_writer import write_book
from spatialplan.text import Lang, Text

__all__ = ["write_workbook"]


def write_workbook(result: CheckResult, path: Path, *, stamp: str, lang: Lang = "zh") -> None:
    """Write the sheets, the last ones one for each layout concept that has tables.

    The same result and stamp make the same bytes.

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
    pages: list[Lines | Sheet] = [about, *tables.sheets(result, lang)]
    names = [page.name.say(lang) for page in pages]
    write_book(
        path,
        [*pages, *workbook_profiles.concept_sheets(result, names, lang)],
        title=result.plan.title.say(lang),
        version=result.version,
        stamp=stamp,
        lang=lang,
    )
