"""The rows of the report's tables, the same for the page and for the Word document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from spatialplan.model.check_result import CheckResult
from spatialplan.model.plan import Feature, Status
from spatialplan.model.verdict import State
from spatialplan.outputs import layers, summary, wording
from spatialplan.outputs.documents.page import Rows
from spatialplan.outputs.documents.report_causes import cause_rows, wanted_places
from spatialplan.outputs.documents.report_words import words
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = [
    "ORDER",
    "by_state",
    "by_theme",
    "causes",
    "clause_numbers",
    "clauses",
    "feature_name",
    "issues",
    "proposals",
    "unlocated",
    "verdict_rows",
    "wanted",
]

_FIRST_ISSUES = 10
_MOST_WANTED = 10
# Worst first: what needs attention leads every table.
ORDER = (State.FAILS, State.UNCERTAIN, State.UNROUTABLE, State.NO_DATA, State.HOLDS)


def clause_numbers(result: CheckResult) -> dict[str, int]:
    """Return the number of each clause by its id."""
    return {clause.id: number for number, clause in enumerate(result.plan.clauses, start=1)}


def feature_name(feature: Feature, lang: Lang) -> str:
    """Return the name of a feature; its own where it has no English one."""
    return feature.name_en if lang == "en" and feature.name_en else feature.name


def verdict_rows(result: CheckResult, lang: Lang) -> Rows:
    """Return one row per claim, worst first, else in the plan's order."""
    style = read_style()
    places = clause_numbers(result)
    numbers = {claim.id: at for at, claim in enumerate(result.plan.claims, start=1)}
    rows = []
    for verdict in sorted(result.verdicts, key=lambda verdict: ORDER.index(verdict.state)):
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


def by_state(rows: Rows, states: Iterable[State]) -> Rows:
    """Return the rows of each of the states that has some."""
    found = ((str(state), [row for row in rows if row["state"] == state]) for state in states)
    return [{"state": state, "rows": mine} for state, mine in found if mine]


def by_theme(result: CheckResult, rows: Rows, lang: Lang) -> Rows:
    """Return the rows by theme, in the plan's order, and each theme's by state."""
    groups = [
        {
            "id": theme.id,
            "name": theme.name.say(lang),
            "states": by_state([row for row in rows if row["theme"] == theme.id], ORDER),
        }
        for theme in result.plan.themes
    ]
    return [group for group in groups if group["states"]]


def causes(result: CheckResult, lang: Lang) -> Rows:
    """Return why claims have no good answer: class, number of claims, what to do."""
    return [
        {"key": row.key, "label": row.label, "remedy": row.remedy, "claims": row.claims}
        for row in cause_rows(result, lang)
    ]


def wanted(result: CheckResult, lang: Lang) -> Rows:
    """Return the features without a place that most claims wait for."""
    kinds = read_style().kinds
    return [
        {
            "name": feature_name(place.feature, lang),
            "kind": kinds[place.feature.kind].label.say(lang),
            "claims": place.claims,
        }
        for place in wanted_places(result, _MOST_WANTED)
    ]


def proposals(result: CheckResult, lang: Lang) -> list[str]:
    """Return what to do, in sentences: what fails, what is vague, what is not known."""
    t = words(lang)
    said = [
        t["propose_mend"].format(
            claim=row["sentence"], cause=row["cause"].rstrip("。."), change=row["change"]
        )
        for row in verdict_rows(result, lang)
        if row["state"] == State.FAILS
    ]
    said += [
        t["propose_cause"].format(number=len(row["claims"]), cause=row["label"], do=row["remedy"])
        for row in causes(result, lang)
        if row["key"] != "not_met"
    ]
    better = summary.proposals(result, lang)
    return [*said, better] if better else said


def unlocated(result: CheckResult, lang: Lang) -> Rows:
    """Return the features without a place, and where they were looked for."""
    kinds = read_style().kinds
    themes = {theme.id: theme.name.say(lang) for theme in result.plan.themes}
    places = clause_numbers(result)
    return [
        {
            "name": feature_name(feature, lang),
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


def clauses(result: CheckResult) -> Rows:
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


def issues(result: CheckResult, lang: Lang) -> dict[str, Any]:
    """Return the doubts about the roads that a mapper would mend first, and how many there are."""
    frame = layers.issues_frame(result, lang).head(_FIRST_ISSUES)
    points = frame.geometry.representative_point()
    columns = (frame[name] for name in ("rank", "kind_label", "message", "value", "villages"))
    rows = [
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
    return {"rows": rows, "total": len(result.network_issues)}
