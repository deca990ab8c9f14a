"""Write a `CoverageResult` as a Word document: the answer on the first page."""

from __future__ import annotations

from pathlib import Path

from spatialplan import files
from spatialplan.model.basemap import Basemap
from spatialplan.model.coverage import CoverageResult
from spatialplan.outputs import coverage_summary
from spatialplan.outputs.documents import (
    coverage_chain_rows,
    coverage_imports,
    coverage_report,
    coverage_rows,
    docx_areas,
    docx_claims,
    docx_front,
    docx_services,
    page,
)
from spatialplan.outputs.documents.coverage_report import FIRST_REQUESTS
from spatialplan.outputs.documents.coverage_words import words
from spatialplan.outputs.documents.docx_paper import Paper
from spatialplan.outputs.documents.docx_tiles import Tile
from spatialplan.outputs.documents.report_outline import Part, coverage_outline
from spatialplan.outputs.figures import coverage_bars, coverage_figure
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["write_coverage_docx"]

_MOST_LEADS = 3  # more paragraphs of answer are set smaller, so that the first page holds them


def write_coverage_docx(
    result: CoverageResult, basemap: Basemap, path: Path, *, stamp: str, lang: Lang = "zh"
) -> None:
    """Write the report as a Word document; the same result and stamp make the same bytes.

    Parameters
    ----------
    stamp
        When the run was made, as it is to be shown.

    Raises
    ------
    OutputError
        When this machine has no CJK font for the figures, or the file cannot be written.
    """
    t = words(lang)
    title = result.plan.title.say(lang)
    paper = Paper(t, docx_front.head(result.plan, t["report"], lang), lang)
    parts = coverage_outline(result, lang)
    _write_front(paper, result, parts, stamp, lang)
    paper.heading(parts["areas_head"].title, new_page=True)
    first, *others = (coverage_rows.areas(result, at, lang) for at in range(len(result.limits)))
    paper.table(docx_areas.area_grid(first, lang))
    paper.write(t["rate_note"], "Note")
    for area in others:
        paper.table(docx_areas.area_grid(area, lang))
    paper.figure(coverage_bars.bars_png(result, lang), t["bars"])
    limit = result.limits[0].label.say(lang)
    chart = coverage_figure.coverage_map_png(result, basemap, 0, lang)
    paper.figure(chart, t["map"].format(limit))
    _write_services(paper, result, parts, lang)
    _write_end(paper, result, parts, lang)
    content = paper.to_bytes(title=f"{title} {t['report']}", stamp=stamp, version=result.version)
    files.write_bytes(path, content)


def _write_front(
    paper: Paper, result: CoverageResult, parts: dict[str, Part], stamp: str, lang: Lang
) -> None:
    """Write the first page, which stands alone, and the contents."""
    t = words(lang)
    docx_front.write_title(paper, result.plan, t, stamp=stamp, version=result.version, lang=lang)
    paper.heading(parts["answer"].title)
    answer = coverage_summary.answer(result, lang)
    for sentence in answer:
        paper.write(sentence, "Lead" if len(answer) <= _MOST_LEADS else "Small Lead")
    for at in range(len(result.limits)):
        tally = coverage_rows.total_tally(result, at)
        within = t["villages_within"].format(result.limits[at].label.say(lang))
        tiles = [Tile(number=tally.total, label=within, color="#1f3a5f")]
        tiles += [
            Tile(
                number=tally.counts[key],
                label=f"{symbol.sign} {symbol.label.say(lang)}",
                color=symbol.color,
            )
            for key, symbol in read_style().village_states.items()
        ]
        paper.tiles(tiles)
    requests = coverage_summary.requests(result, lang)
    left = len(requests) - FIRST_REQUESTS
    more = t["first_page_more"].format(left) if left > 0 else ""
    docx_front.write_supply(paper, t["supply"], requests[:FIRST_REQUESTS], more)
    paper.contents()


def _write_services(
    paper: Paper, result: CoverageResult, parts: dict[str, Part], lang: Lang
) -> None:
    """Write the villages that are not covered and why, the chain, the loads, the scenario."""
    paper.heading(parts["open_head"].title)
    docx_areas.write_open(paper, result, lang)
    paper.heading(parts["chain_head"].title)
    docx_services.write_chains(paper, coverage_chain_rows.chains(result, lang), lang)
    paper.heading(parts["loads_head"].title)
    docx_services.write_loads(paper, coverage_rows.loads(result, lang), lang)
    changes = coverage_rows.changes(result, lang)
    if changes is not None:
        paper.heading(parts["change_head"].title)
        docx_services.write_changes(paper, changes, lang)


def _write_end(paper: Paper, result: CoverageResult, parts: dict[str, Part], lang: Lang) -> None:
    """Write claims, what to supply, method and limits, sources, then the appendices."""
    t = words(lang)
    if "claims_head" in parts:
        paper.heading(parts["claims_head"].title)
        claims = coverage_report.claim_rows(result, lang)
        paper.table(docx_claims.why_grid(t["claims_head"], claims, t))
        paper.write(t["origin_note"], "Note")
        for number, text in coverage_report.quotes(result).items():
            paper.quote(number, f"“{text}”")
    paper.heading(parts["supply_head"].title)
    requests = coverage_summary.requests(result, lang)
    for number, request in enumerate(requests, start=1):
        paper.write(f"{number}. {request}")
    if not requests:
        paper.write(t["complete"])
    paper.heading(parts["method_head"].title)
    paper.write_list(
        [coverage_report.method(result, lang), *(note.say(lang) for note in result.notes)]
    )
    paper.heading(parts["sources"].title)
    paper.table(docx_front.sources_grid(page.sources(result.sources, lang), t))
    if "access_head" in parts:
        paper.heading(parts["access_head"].title, new_page=True)
        paper.table(docx_services.access_grid(coverage_rows.accessibility(result, lang), t))
        paper.write(t["access_note"], "Note")
    paper.heading(parts["imports_head"].title, new_page="access_head" not in parts)
    rows = coverage_imports.table_rows(result, lang)
    if rows:
        states = page.states(coverage_imports.row_states(), lang)
        paper.table(docx_services.imports_grid(rows, states, t))
    else:
        paper.write(t["imports_none"])
