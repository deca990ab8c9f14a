"""Write a `CoverageResult` as an Excel workbook: every village a row, every number a number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from spatialplan.model.coverage import CoverageResult
from spatialplan.model.source import Provenance
from spatialplan.outputs import coverage_summary, wording
from spatialplan.outputs.documents import (
    coverage_areas,
    coverage_imports,
    coverage_legs,
    coverage_villages,
)
from spatialplan.outputs.documents.workbook_sheet import Lines
from spatialplan.outputs.documents.workbook_writer import write_book
from spatialplan.text import Lang, Text

__all__ = ["sources_page", "write_coverage_workbook"]


def write_coverage_workbook(
    result: CoverageResult, path: Path, *, stamp: str, lang: Lang = "zh"
) -> None:
    """Write the sheets, the answer first; the same result and stamp make the same bytes.

    Parameters
    ----------
    stamp
        When the run was made, as it is to be shown; its date is the file's creation date.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    change = coverage_areas.change_sheet(result, lang)
    pages = (
        _answer_page(result, stamp, lang),
        coverage_villages.villages_sheet(result, lang),
        coverage_villages.uncovered_sheet(result, lang),
        coverage_legs.legs_sheet(result, lang),
        coverage_areas.area_sheet(result, "township", lang),
        coverage_areas.area_sheet(result, "district", lang),
        coverage_areas.loads_sheet(result, lang),
        coverage_legs.access_sheet(result),
        *(() if change is None else (change,)),
        coverage_imports.imports_sheet(result, lang),
        sources_page(result.sources, result.notes, lang),
    )
    title = result.plan.title.say(lang)
    write_book(path, pages, title=title, version=result.version, stamp=stamp, lang=lang)


def _answer_page(result: CoverageResult, stamp: str, lang: Lang) -> Lines:
    zh = lang == "zh"
    between = "、" if zh else ", "
    rows = [("结论" if zh else "Answer", text) for text in coverage_summary.answer(result, lang)]
    limits = between.join(limit.label.say(lang) for limit in result.limits)
    cause = "原因（村数）" if zh else "Cause (villages)"
    said = "{}：{}（{}）" if zh else "{}: {} ({})"
    rows += [
        (cause, said.format(tally.label, between.join(map(str, tally.counts)), limits))
        for tally in coverage_summary.causes(result, lang)
    ]
    rows += [
        ("请补充" if zh else "To supply", text) for text in coverage_summary.requests(result, lang)
    ]
    rows += [
        ("规划" if zh else "Plan", result.plan.title.say(lang)),
        ("限值" if zh else "Limits", limits),
        ("出行方式" if zh else "Mode", coverage_summary.mode_name(result.mode, lang)),
        ("服务层级" if zh else "Tier", coverage_summary.tier_name(result.tier, lang)),
        ("以何日为准" if zh else "As of", result.day),
        ("计算时间" if zh else "Made", stamp),
        ("软件版本" if zh else "Version", f"spatialplan {result.version}"),
    ]
    return Lines(
        name=Text("结论", "Answer"),
        title=Text("村级服务覆盖：结论", "Coverage of villages: the answer"),
        rows=tuple((heading, wording.clean(text)) for heading, text in rows if text),
    )


def sources_page(sources: Sequence[Provenance], notes: Sequence[Text], lang: Lang) -> Lines:
    """Return the last sheet: what the result rests on, and its limits."""
    zh = lang == "zh"
    rows = [("说明" if zh else "Note", note.say(lang)) for note in notes]
    for source in sources:
        parts = (source.date, source.licence, source.attribution, source.accuracy.say(lang))
        said = " | ".join([source.title.say(lang), *(part for part in parts if part)])
        rows.append(("数据来源" if zh else "Source", said))
    return Lines(
        name=Text("数据来源与说明", "Sources and notes"),
        title=Text("数据来源与说明", "Sources and notes"),
        rows=tuple((heading, wording.clean(text)) for heading, text in rows),
    )
