"""Write a `CoverageResult` as one HTML page that prints on A4 and loads nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spatialplan import files
from spatialplan.model.basemap import Basemap
from spatialplan.model.coverage import CoverageResult
from spatialplan.outputs import coverage_summary, wording
from spatialplan.outputs.documents import (
    coverage_chain_rows,
    coverage_imports,
    coverage_rows,
    coverage_villages,
    page,
    report_outline,
)
from spatialplan.outputs.documents.coverage_words import words
from spatialplan.outputs.documents.page import Rows
from spatialplan.outputs.figures import coverage_bars, coverage_figure
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["FIRST_REQUESTS", "claim_rows", "method", "quotes", "write_coverage_report"]

FIRST_REQUESTS = 4  # on the first page; all of them come later


def write_coverage_report(
    result: CoverageResult, basemap: Basemap, path: Path, *, stamp: str, lang: Lang = "zh"
) -> None:
    """Write the report, the answer first; the same result and stamp make the same bytes.

    Parameters
    ----------
    stamp
        When the run was made, as it is to be shown.

    Raises
    ------
    OutputError
        When this machine has no CJK font for the figures, or the file cannot be written.
    """
    states = page.states(read_style().village_states, lang)
    chain_states = page.states(coverage_villages.chain_states(), lang)[1:]
    limits = range(len(result.limits))
    text = page.template("coverage_report.html.j2").render(
        lang=lang,
        t=words(lang),
        outline=report_outline.coverage_outline(result, lang),
        stamp=stamp,
        nothing=wording.NOTHING,
        result=result,
        title=result.plan.title.say(lang),
        style=read_style(),
        states=states,
        chain_states=chain_states,
        colours=states + page.states(read_style().states, lang),
        answer=coverage_summary.answer(result, lang),
        tiles=[_tiles(result, at, lang) for at in limits],
        areas=[coverage_rows.areas(result, at, lang) for at in limits],
        limits=[limit.label.say(lang) for limit in result.limits],
        causes=coverage_rows.cause_rows(result, lang),
        open=coverage_rows.open_rows(result, 0, lang),
        cut_off=coverage_rows.cut_off_rows(result, 0, lang),
        most=coverage_rows.MOST,
        chains=coverage_chain_rows.chains(result, lang),
        loads=coverage_rows.loads(result, lang),
        changes=_changes(result, lang),
        access=coverage_rows.accessibility(result, lang),
        claims=claim_rows(result, lang),
        quotes=quotes(result),
        imports=coverage_imports.table_rows(result, lang),
        row_states=page.states(coverage_imports.row_states(), lang),
        notes=[method(result, lang), *(note.say(lang) for note in result.notes)],
        sources=page.sources(result.sources, lang),
        **_requests(result, lang),
        **_figures(result, basemap, lang),
    )
    files.write_text(path, wording.clean(text))


def claim_rows(result: CoverageResult, lang: Lang) -> Rows:
    """Return the plan's claims on coverage with the numbers that they and their clauses have."""
    clauses = {clause.id: number for number, clause in enumerate(result.plan.clauses, start=1)}
    places = {
        claim.id: {"number": number, "clause": clauses[claim.clause]}
        for number, claim in enumerate(result.plan.claims, start=1)
    }
    return [row | places[row["id"]] for row in coverage_rows.claims(result, lang)]


def quotes(result: CoverageResult) -> dict[int, str]:
    """Return the clauses that those claims cite, by number."""
    cited = {row["clause"] for row in claim_rows(result, "zh")}
    return {
        number: clause.quote
        for number, clause in enumerate(result.plan.clauses, start=1)
        if number in cited
    }


def _changes(result: CoverageResult, lang: Lang) -> dict[str, Any] | None:
    """Return the scenario, the villages of each limit summed up."""
    changes = coverage_rows.changes(result, lang)
    if changes is None:
        return None
    keys = [kind["key"] for kind in changes["kinds"]]
    counts = [row | {"total": sum(row[key] for key in keys)} for row in changes["counts"]]
    return changes | {"counts": counts}


def _tiles(result: CoverageResult, at: int, lang: Lang) -> dict[str, Any]:
    within = words(lang)["villages_within"].format(result.limits[at].label.say(lang))
    return {"tally": coverage_rows.total_tally(result, at), "label": within}


def _requests(result: CoverageResult, lang: Lang) -> dict[str, Any]:
    wanted = coverage_summary.requests(result, lang)
    return {
        "requests": wanted,
        "first_requests": wanted[:FIRST_REQUESTS],
        "more_requests": max(len(wanted) - FIRST_REQUESTS, 0),
    }


def _figures(result: CoverageResult, basemap: Basemap, lang: Lang) -> dict[str, str]:
    return {
        "map": page.data_uri(coverage_figure.coverage_map_png(result, basemap, 0, lang)),
        "bars": page.data_uri(coverage_bars.bars_png(result, lang)),
    }


def method(result: CoverageResult, lang: Lang) -> str:
    """Return how the villages were judged, and by what."""
    limits = coverage_rows.joined((limit.label.say(lang) for limit in result.limits), lang)
    return words(lang)["method_note"].format(
        tier=coverage_summary.tier_name(result.tier, lang),
        mode=coverage_summary.mode_name(result.mode, lang),
        day=result.day,
        limits=limits,
    )
