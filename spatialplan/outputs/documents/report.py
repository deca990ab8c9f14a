"""Write a `CheckResult` as one HTML page that prints on A4 and loads nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from spatialplan import files
from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.model.plan import Status
from spatialplan.model.verdict import State
from spatialplan.outputs import layers, summary, wording
from spatialplan.outputs.documents import page
from spatialplan.outputs.documents.claim_evidence import evidence_rows
from spatialplan.outputs.documents.page import Rows
from spatialplan.outputs.documents.profile_report import concept_rows
from spatialplan.outputs.documents.report_words import words
from spatialplan.outputs.figures import figure
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["write_report"]

_FIRST_ISSUES = 10
# Worst first: what needs attention leads every table.
_ORDER = (State.FAILS, State.UNCERTAIN, State.UNROUTABLE, State.NO_DATA, State.HOLDS)


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
    claim_states = page.states(read_style().states, lang)
    village_states = page.states(read_style().village_states, lang)
    text = page.template("report.html.j2").render(
        lang=lang,
        t=words(lang),
        stamp=stamp,
        nothing=wording.NOTHING,
        result=result,
        title=result.plan.title.say(lang),
        style=read_style(),
        answer=summary.answer(result, lang),
        requests=summary.requests(result, lang),
        claims=_tally(summary.tally_themes(result, lang)),
        villages=_tally(summary.tally_villages(result, lang)),
        claim_states=claim_states,
        village_states=village_states,
        colours=claim_states + village_states,
        groups=_groups(result, lang),
        concepts=concept_rows(result, _clause_numbers(result), lang),
        whys=evidence_rows(result, lang),
        unlocated=_unlocated(result, lang),
        sources=page.sources(result.sources, lang),
        clauses=_clauses(result),
        notes=[note.say(lang) for note in result.notes],
        evidence_states=page.states(read_style().evidence, lang),
        evidence=_tally(summary.tally_evidence(result, lang)) if result.evidence else None,
        proposals=summary.proposals(result, lang),
        issues=_issues(result, lang),
        page_issues=layers.PAGE_ISSUES,
        overview=page.data_uri(figure.overview_png(result, basemap, lang)),
        scorecard=page.data_uri(figure.scorecard_png(result, lang)),
    )
    files.write_text(path, wording.clean(text))


def _clause_numbers(result: CheckResult) -> dict[str, int]:
    return {clause.id: number for number, clause in enumerate(result.plan.clauses, start=1)}


def _rows(result: CheckResult, lang: Lang) -> Rows:
    """Return one row per claim, worst first, else in the plan's order."""
    style = read_style()
    places = _clause_numbers(result)
    numbers = {claim.id: at for at, claim in enumerate(result.plan.claims, start=1)}
    rank = {state: position for position, state in enumerate(_ORDER)}
    rows = []
    for verdict in sorted(result.verdicts, key=lambda verdict: rank[verdict.state]):
        claim = result.claim(verdict.claim_id)
        symbol = style.states[verdict.state]
        rows.append(
            {
                "id": claim.id,
                "number": numbers[claim.id],
                "theme": claim.theme,
                "state": str(verdict.state),
                "sign": symbol.sign,
                "label": symbol.label.say(lang),
                "sentence": claim.sentence,
                "value": wording.measured(verdict.measure, lang),
                "threshold": wording.threshold(verdict.measure, lang),
                "cause": verdict.cause.say(lang),
                "change": verdict.would_change.say(lang),
                "confidence": style.confidences[verdict.confidence].label.say(lang),
                "estimated": verdict.estimated,
                "clause": places[claim.clause],
            }
        )
    return rows


def _groups(result: CheckResult, lang: Lang) -> dict[str, Any]:
    """Return the claims that need attention, those left open, and all by theme; each by state."""
    rows = _rows(result, lang)
    by_theme = [
        {
            "id": theme.id,
            "name": theme.name.say(lang),
            "states": _by_state([row for row in rows if row["theme"] == theme.id], _ORDER),
        }
        for theme in result.plan.themes
    ]
    return {
        "attention": _by_state(rows, (State.FAILS, State.UNCERTAIN)),
        "open": _by_state(rows, (State.UNROUTABLE, State.NO_DATA)),
        "themes": [group for group in by_theme if group["states"]],
    }


def _by_state(rows: Rows, states: Iterable[State]) -> Rows:
    """Return the rows of each of the states that has some."""
    found = ((str(state), [row for row in rows if row["state"] == state]) for state in states)
    return [{"state": state, "rows": mine} for state, mine in found if mine]


def _tally(tallies: list[summary.Tally]) -> dict[str, Any]:
    return {"rows": tallies[:-1], "total": tallies[-1]}


def _unlocated(result: CheckResult, lang: Lang) -> Rows:
    kinds = read_style().kinds
    themes = {theme.id: theme.name.say(lang) for theme in result.plan.themes}
    places = _clause_numbers(result)
    return [
        {
            "name": feature.name_en if lang == "en" and feature.name_en else feature.name,
            "kind": kinds[feature.kind].label.say(lang),
            "theme": themes[feature.theme],
            "looked": words(lang)["semicolon"].join(
                text for text in (feature.source, feature.note) if text
            ),
            "clause": places[feature.clause],
        }
        for feature in result.features
        if feature.status == Status.UNLOCATED
    ]


def _clauses(result: CheckResult) -> Rows:
    """Return the clauses that the report cites, with their numbers, under their headings."""
    cited = {claim.clause for claim in result.plan.claims}
    cited |= {f.clause for f in result.features if f.status == Status.UNLOCATED}
    cited |= {concept.clause for concept in result.plan.concepts}
    headings: Rows = []
    for number, clause in enumerate(result.plan.clauses, start=1):
        if clause.id not in cited:
            continue
        if not headings or headings[-1]["heading"] != clause.heading:
            headings.append({"heading": clause.heading, "quotes": []})
        headings[-1]["quotes"].append({"number": number, "text": clause.quote})
    return headings


def _issues(result: CheckResult, lang: Lang) -> Rows:
    """Return the doubts about the roads that a mapper would mend first."""
    frame = layers.issues_frame(result, lang).head(_FIRST_ISSUES)
    points = frame.geometry.representative_point()
    columns = (frame[name] for name in ("rank", "kind_label", "message", "value", "villages"))
    return [
        {
            "rank": rank,
            "kind": kind,
            "message": message,
            "length": wording.quantity(value_km * 1000, "m", lang),
            "villages": villages,
            "place": f"{point.x:.5f}, {point.y:.5f}",
        }
        for rank, kind, message, value_km, villages, point in zip(*columns, points, strict=True)
    ]
