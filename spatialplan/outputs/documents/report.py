"""Write a `CheckResult` as one HTML page that prints on A4 and loads nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spatialplan import files
from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.model.verdict import State
from spatialplan.outputs import layers, summary, wording
from spatialplan.outputs.documents import page, report_outline, report_rows
from spatialplan.outputs.documents.claim_evidence import evidence_rows
from spatialplan.outputs.documents.profile_report import concept_rows
from spatialplan.outputs.documents.report_words import words
from spatialplan.outputs.figures import figure
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["write_report"]


def write_report(
    result: CheckResult, basemap: Basemap, path: Path, *, stamp: str, lang: Lang = "zh"
) -> None:
    """Write the report; the same result and stamp make the same bytes.

    Parameters
    ----------
    stamp
        When the run was made, as it is to be shown.

    Raises
    ------
    OutputError
        When this machine has no CJK font for the figures, or the file cannot be written.
    """
    text = page.template("report.html.j2").render(
        lang=lang,
        t=words(lang),
        outline=report_outline.report_outline(result, lang),
        stamp=stamp,
        nothing=wording.NOTHING,
        result=result,
        title=result.plan.title.say(lang),
        style=read_style(),
        answer=summary.answer(result, lang),
        requests=summary.requests(result, lang),
        **_states(lang),
        **_claims(result, lang),
        **_concepts(result, lang),
        **_causes(result, lang),
        villages=_tally(summary.tally_villages(result, lang)),
        whys=evidence_rows(result, lang),
        unlocated=report_rows.unlocated(result, lang),
        sources=page.sources(result.sources, lang),
        clauses=report_rows.clauses(result),
        notes=[note.say(lang) for note in result.notes],
        evidence=_tally(summary.tally_evidence(result, lang)) if result.evidence else None,
        issues=report_rows.issues(result, lang),
        page_issues=layers.PAGE_ISSUES,
        overview=page.data_uri(figure.overview_png(result, basemap, lang)),
        scorecard=page.data_uri(figure.scorecard_png(result, lang)),
    )
    files.write_text(path, wording.clean(text))


def _tally(tallies: list[summary.Tally]) -> dict[str, Any]:
    return {"rows": tallies[:-1], "total": tallies[-1]}


def _states(lang: Lang) -> dict[str, Any]:
    """Return the states of claims, villages and evidence, and all colours that they bring."""
    claims = page.states(read_style().states, lang)
    villages = page.states(read_style().village_states, lang)
    return {
        "claim_states": claims,
        "village_states": villages,
        "evidence_states": page.states(read_style().evidence, lang),
        "colours": claims + villages,
    }


def _claims(result: CheckResult, lang: Lang) -> dict[str, Any]:
    """Return the scorecard, the claims that need attention, and all of them by theme."""
    rows = report_rows.verdict_rows(result, lang)
    return {
        "claims": _tally(summary.tally_themes(result, lang)),
        "attention": report_rows.by_state(rows, (State.FAILS, State.UNCERTAIN)),
        "themes": report_rows.by_theme(result, rows, lang),
        "claim_ids": {row["number"]: row["id"] for row in rows},
    }


def _concepts(result: CheckResult, lang: Lang) -> dict[str, Any]:
    """Return the layout concepts with their numbers, and their lines of the contents."""
    concepts = concept_rows(result, report_rows.clause_numbers(result), lang)
    return {
        "concepts": concepts,
        "toc": [
            {"id": f"concept-{concept['id']}", "title": concept["title"]} for concept in concepts
        ],
    }


def _causes(result: CheckResult, lang: Lang) -> dict[str, Any]:
    """Return why claims have no good answer, which places are wanted, what to do."""
    causes = report_rows.causes(result, lang)
    return {
        "causes": causes,
        "lacking": sum(len(row["claims"]) for row in causes if row["key"] == "no_place"),
        "wanted": report_rows.wanted(result, lang),
        "proposals": report_rows.proposals(result, lang),
    }
