"""The layout concepts as the report shows them: answers, findings, tables, strip diagrams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from spatialplan.model.check_result import CheckResult
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Cell, Column, Exhibit, Finding, Profile
from spatialplan.model.verdict import State
from spatialplan.outputs import profile_frames, wording
from spatialplan.outputs.documents.page import Rows
from spatialplan.outputs.documents.report_outline import chinese_number
from spatialplan.outputs.figures.strip import strip_svg
from spatialplan.outputs.style import read_style
from spatialplan.outputs.wording import ems
from spatialplan.text import Lang

__all__ = ["MOST_ROWS", "concept_rows", "essence"]

MOST_ROWS = 20  # of a table on paper; the workbook has all
# Widths of columns in ems: what a number needs at least, what a text gets at most.
_LEAST_EMS, _MOST_EMS = 3.4, 17.0
_DENSE_EMS, _DENSEST_EMS = 66.0, 92.0  # wider tables are set smaller
_MAIN_ROWS = 12  # a table beside the findings is short and not wide
# Of an answer on the first page: two lines, or one in English, whose other words are longer.
_ESSENCE_EMS = {"zh": 66.0, "en": 40.0}
_FIRST_EMS = 72.0


def concept_rows(result: CheckResult, clauses: Mapping[str, int], lang: Lang) -> Rows:
    """Return each concept as the template shows it, in the plan's order.

    ``main`` has the table that stands beside the findings, ``more`` those of the appendix.

    Parameters
    ----------
    clauses
        The number of each clause, by its id.
    """
    numbers = {claim.id: at for at, claim in enumerate(result.plan.claims, start=1)}
    return [
        _concept(concept, profile, lang)
        | {
            "title": _numbered(number, concept.name.say(lang), lang),
            "clause": clauses[concept.clause],
            "findings": [_finding(finding, numbers, lang) for finding in profile.findings],
        }
        for number, (concept, profile) in enumerate(profile_frames.pairs(result), start=1)
    ]


def _numbered(number: int, name: str, lang: Lang) -> str:
    return f"（{chinese_number(number)}）{name}" if lang == "zh" else f"({number}) {name}"


def essence(answer: str, name: str, lang: Lang) -> str:
    """Return as many clauses of an answer as the first page holds, without the name before it.

    Examples
    --------
    >>> essence("环线：未闭合；缺 9.5 公里；" + "绕行一周很久；" * 9, "环线", "zh")[:12]
    '未闭合；缺 9.5 公里'
    """
    colon, between, rest = ("：", "；", "……") if lang == "zh" else (": ", "; ", " …")
    clauses = answer.removeprefix(name + colon).rstrip("。.").split(between)
    said = wording.fitted(clauses[0], _FIRST_EMS)
    for clause in clauses[1:]:
        longer = said + between + clause
        if ems(longer) > _ESSENCE_EMS[lang]:
            said += rest
            break
        said = longer
    return said[:1].upper() + said[1:]


def _concept(concept: Concept, profile: Profile, lang: Lang) -> dict[str, object]:
    counts = profile_frames.tally_findings(profile)
    exhibits = [_exhibit(exhibit, lang) for exhibit in profile.exhibits]
    short = [
        at
        for at, exhibit in enumerate(exhibits)
        if not exhibit["density"] and 0 < len(profile.exhibits[at].rows) <= _MAIN_ROWS
    ][:1]
    return {
        "id": concept.id,
        "name": concept.name.say(lang),
        "answer": profile.answer.say(lang),
        "counts": [_state(State(key), lang) | {"count": n} for key, n in counts.items() if n],
        "strips": [
            # The drawing escapes its own texts: they enter it as text of XML elements.
            {"title": strip.title.say(lang), "svg": Markup(strip_svg(strip, lang))}  # noqa: S704
            for strip in profile.strips
        ],
        "essence": essence(profile.answer.say(lang), concept.name.say(lang), lang),
        "main": [exhibits[at] for at in short],
        "more": [exhibit for at, exhibit in enumerate(exhibits) if at not in short],
        "notes": [note.say(lang) for note in profile.notes],
    }


def _state(state: State, lang: Lang) -> dict[str, object]:
    symbol = read_style().states[state]
    return {"state": str(state), "sign": symbol.sign, "label": symbol.label.say(lang)}


def _finding(finding: Finding, numbers: Mapping[str, int], lang: Lang) -> dict[str, object]:
    return {
        **_state(finding.state, lang),
        "estimated": False,
        "question": finding.question.say(lang),
        "answer": finding.answer.say(lang),
        "value": wording.quantity(finding.value, finding.unit, lang),
        "claims": [{"id": claim, "number": numbers[claim]} for claim in finding.claims],
    }


def _exhibit(exhibit: Exhibit, lang: Lang) -> dict[str, object]:
    shown = exhibit.rows[:MOST_ROWS]
    rows = [
        [
            {"text": profile_frames.cell_text(cell, column, lang), "look": _look(exhibit, at, cell)}
            for at, (cell, column) in enumerate(zip(row, exhibit.columns, strict=True))
        ]
        for row in shown
    ]
    heads = [_head(exhibit, at, column, lang) for at, column in enumerate(exhibit.columns)]
    wide = _widths(heads, rows)
    total = sum(wide)
    shares = [{"share": f"{100 * width / total:.1f}%", "width": width} for width in wide]
    return {
        "title": exhibit.title.say(lang),
        "heads": [head | share for head, share in zip(heads, shares, strict=True)],
        "rows": rows,
        "left": len(exhibit.rows) - len(shown),
        "density": "densest" if total > _DENSEST_EMS else "dense" if total > _DENSE_EMS else "",
        "note": exhibit.note.say(lang) if exhibit.note else "",
    }


def _head(exhibit: Exhibit, at: int, column: Column, lang: Lang) -> dict[str, str]:
    """Return name, unit in brackets and class of a heading."""
    name = column.name.say(lang)
    unit = profile_frames.heading(column, lang).removeprefix(name)
    return {"name": name, "unit": unit, "look": _look(exhibit, at, None)}


def _look(exhibit: Exhibit, at: int, cell: Cell) -> str:
    """Return the class of a cell or heading: states in colour, columns of numbers to the right."""
    if isinstance(cell, State):
        return f"state s-{cell}"
    column = (row[at] for row in exhibit.rows)
    return "r" if any(profile_frames.cell_number(cell) is not None for cell in column) else ""


def _widths(
    heads: Sequence[Mapping[str, str]], rows: Sequence[Sequence[Mapping[str, str]]]
) -> list[float]:
    """Return about how many ems each column needs; names of columns may break into two lines."""
    wide = []
    for at, head in enumerate(heads):
        longest = max((ems(row[at]["text"]) for row in rows), default=0.0)
        least = max(ems(head["name"]) / 2, ems(head["unit"]), _LEAST_EMS)
        wide.append(min(max(longest, least), _MOST_EMS) + 1.0)
    return wide
