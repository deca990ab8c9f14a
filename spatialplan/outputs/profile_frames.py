"""Turn the profiles of layout concepts into frames and words that every output shares.

Whatever the family, a profile is answers, tables and sketches; nothing here knows a family.
Geometry is WGS-84.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from spatialplan.model.check_result import CheckResult
from spatialplan.model.families import FAMILIES
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Cell, Column, Exhibit, Profile
from spatialplan.model.verdict import State
from spatialplan.outputs import wording
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang, Text

__all__ = [
    "SPOTTED",
    "cell_number",
    "cell_text",
    "concepts_frame",
    "family_name",
    "findings_frame",
    "heading",
    "pairs",
    "sketches_frame",
    "tally_findings",
    "values_frame",
]

WGS84 = "EPSG:4326"
# Lines of these roles are often too short to be seen on a map: they get a symbol too.
SPOTTED = frozenset({"gap", "missing_link", "crossing"})
_FINDINGS = [
    "concept", "concept_name", "number", "question", "answer", "state", "value", "unit", "claims",
]  # fmt: skip
_VALUES = [
    "concept", "concept_name", "exhibit", "exhibit_title", "row", "row_name", "field",
    "field_name", "value_text", "value_number", "unit",
]  # fmt: skip


def pairs(result: CheckResult) -> Iterator[tuple[Concept, Profile]]:
    """Yield each concept that was measured with its profile, in the plan's order."""
    for profile in result.profiles:
        yield result.plan.concept(profile.concept), profile


def family_name(concept: Concept, lang: Lang) -> str:
    """Return what the concept's family measures, up to the colon of its description."""
    meaning = FAMILIES[concept.family].meaning.say(lang)
    return meaning.split("：" if lang == "zh" else ":", 1)[0]


def cell_number(cell: Cell) -> float | None:
    """Return a cell as a number; None where it is text, a state or not known.

    Examples
    --------
    >>> cell_number(3), cell_number("3"), cell_number(None), cell_number(float("nan"))
    (3.0, None, None, None)
    """
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not math.isfinite(cell):
        return None
    return float(cell)


def cell_text(cell: Cell, column: Column, lang: Lang) -> str:
    """Return a cell as readers see it under its heading; — where it is not known.

    Examples
    --------
    >>> column = Column(key="length", name=Text("长度", "Length"), unit="km", digits=2)
    >>> cell_text(1234.5, column, "zh"), cell_text(4, column, "zh"), cell_text(None, column, "zh")
    ('1,234.50', '4', '—')
    >>> cell_text(State.FAILS, column, "zh")
    '✗ 不成立'
    """
    if isinstance(cell, State):
        symbol = read_style().states[cell]
        return f"{symbol.sign} {symbol.label.say(lang)}"
    if isinstance(cell, Text):
        return cell.say(lang) or wording.NOTHING
    if isinstance(cell, str):
        return cell or wording.NOTHING
    value = cell_number(cell)
    if value is None:
        return wording.NOTHING
    said = f"{value:,.{0 if isinstance(cell, int) else column.digits}f}"
    return said.lstrip("-") if float(said.replace(",", "")) == 0 else said


def heading(column: Column, lang: Lang) -> str:
    """Return the heading of a column with its unit in brackets."""
    name, unit = column.name.say(lang), wording.unit_name(column.unit, lang)
    if not unit:
        return name
    return f"{name}（{unit}）" if lang == "zh" else f"{name} ({unit})"


def tally_findings(profile: Profile) -> dict[str, int]:
    """Return how many findings of a profile are in each state, every state once."""
    found = Counter(str(finding.state) for finding in profile.findings)
    return {str(state): found[str(state)] for state in State}


def concepts_frame(result: CheckResult, lang: Lang = "zh") -> pd.DataFrame:
    """Return one row per concept: its name, clause, answer and notes, and its findings counted."""
    rows = [
        {
            "concept": concept.id,
            "concept_name": concept.name.say(lang),
            "family": concept.family,
            "family_name": family_name(concept, lang),
            "theme": concept.theme,
            "clause": concept.clause,
            "quote": result.plan.clause(concept.clause).quote,
            "answer": profile.answer.say(lang),
            **tally_findings(profile),
            "note": "\n".join(note.say(lang) for note in profile.notes),
        }
        for concept, profile in pairs(result)
    ]
    texts = ["concept", "concept_name", "family", "family_name", "theme", "clause", "quote"]
    columns = [*texts, "answer", *(str(state) for state in State), "note"]
    return pd.DataFrame(rows, columns=columns).astype({str(state): "int64" for state in State})


def findings_frame(result: CheckResult, lang: Lang = "zh") -> pd.DataFrame:
    """Return one row per finding of every concept; ``number`` counts from 1 in each concept."""
    rows = [
        {
            "concept": concept.id,
            "concept_name": concept.name.say(lang),
            "number": number,
            "question": finding.question.say(lang),
            "answer": finding.answer.say(lang),
            "state": str(finding.state),
            "value": cell_number(finding.value),
            "unit": finding.unit,
            "claims": "；".join(finding.claims),
        }
        for concept, profile in pairs(result)
        for number, finding in enumerate(profile.findings, start=1)
    ]
    return pd.DataFrame(rows, columns=_FINDINGS).astype({"number": "int64", "value": "float64"})


def values_frame(result: CheckResult, lang: Lang = "zh") -> pd.DataFrame:
    """Return every cell of every exhibit as one row, a column's unit beside it.

    ``value_number`` is set where the cell is a number, at full precision; ``value_text`` is the
    cell as readers see it, — where it is not known. ``row`` counts from 1 and ``row_name`` is the
    first cell of the row.
    """
    rows = [
        {"concept": concept.id, "concept_name": concept.name.say(lang), **value}
        for concept, profile in pairs(result)
        for exhibit in profile.exhibits
        for value in _values(exhibit, lang)
    ]
    types = {"row": "int64", "value_number": "float64"}
    return pd.DataFrame(rows, columns=_VALUES).astype(types)


def _values(exhibit: Exhibit, lang: Lang) -> Iterator[dict[str, object]]:
    for number, row in enumerate(exhibit.rows, start=1):
        name = cell_text(row[0], exhibit.columns[0], lang)
        for column, cell in zip(exhibit.columns, row, strict=True):
            yield {
                "exhibit": exhibit.key,
                "exhibit_title": exhibit.title.say(lang),
                "row": number,
                "row_name": name,
                "field": column.key,
                "field_name": column.name.say(lang),
                "value_text": cell_text(cell, column, lang),
                "value_number": cell_number(cell),
                "unit": column.unit,
            }


def sketches_frame(result: CheckResult, lang: Lang = "zh") -> gpd.GeoDataFrame:
    """Return the marks of all concepts, one row each, in the order in which they are drawn.

    Areas come before lines before points, and within them the roles as the style lists them.
    ``mark`` is the concept's id and the mark's place among its marks, from 1. Rows of one concept
    stay together, in the plan's order.
    """
    labels = read_style().sketches
    rows: list[dict[str, object]] = []
    shapes = []
    for concept, profile in pairs(result):
        for number in _drawing_order(profile):
            mark = profile.marks[number]
            rows.append(
                {
                    "concept": concept.id,
                    "concept_name": concept.name.say(lang),
                    "mark": f"{concept.id}-{number + 1}",
                    "role": mark.role,
                    "role_name": labels[mark.role].label.say(lang),
                    "label": mark.label.say(lang),
                }
            )
            shapes.append(mark.geometry)
    columns = ["concept", "concept_name", "mark", "role", "role_name", "label"]
    frame = pd.DataFrame(rows, columns=columns)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84)


def _drawing_order(profile: Profile) -> list[int]:
    """Return the places of the marks from the lowest to the topmost."""
    roles = list(read_style().sketches)
    ranks = [roles.index(mark.role) for mark in profile.marks]
    dimensions = shapely.get_dimensions([mark.geometry for mark in profile.marks])
    order: list[int] = np.lexsort((np.asarray(ranks), -np.asarray(dimensions))).tolist()
    return order
