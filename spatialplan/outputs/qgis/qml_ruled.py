"""QGIS renderers beyond categories, as XML: by rules, and graduated by a number."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from spatialplan.outputs.qgis import qml

__all__ = ["OTHERS", "Range", "Rule", "graduated", "ruled"]

OTHERS = "ELSE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Rows of a condition, `OTHERS` for those of no other rule, and how they are drawn.

    `name` is what the printed legend calls them: rules of the same name are drawn there once.
    """

    condition: str
    label: str
    symbol: ET.Element
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Rows with a value from `low` to below `high`."""

    low: float
    high: float
    label: str
    symbol: ET.Element


def _key(number: int) -> str:
    return f"{{{uuid.uuid5(uuid.NAMESPACE_URL, f'spatialplan/rule/{number}')}}}"


def ruled(rules: Iterable[Rule]) -> ET.Element:
    """Return a renderer by rules, each with one symbol."""
    renderer = ET.Element(
        "renderer-v2", {"type": "RuleRenderer", "symbollevels": "0", "enableorderby": "0"}
    )
    box, symbols = qml.child(renderer, "rules", key=_key(0)), qml.child(renderer, "symbols")
    for number, rule in enumerate(rules):
        qml.child(
            box, "rule", key=_key(number + 1), filter=rule.condition, label=rule.label,
            description=rule.name or rule.label, symbol=str(number),
        )  # fmt: skip
        rule.symbol.set("name", str(number))
        symbols.append(rule.symbol)
    return renderer


def graduated(expression: str, ranges: Iterable[Range]) -> ET.Element:
    """Return a renderer by the value of an expression; rows without a value are not drawn."""
    renderer = ET.Element(
        "renderer-v2",
        {"type": "graduatedSymbol", "attr": expression, "symbollevels": "0",
         "enableorderby": "0", "graduatedMethod": "GraduatedColor"},
    )  # fmt: skip
    box, symbols = qml.child(renderer, "ranges"), qml.child(renderer, "symbols")
    for number, one in enumerate(ranges):
        qml.child(
            box, "range", lower=f"{one.low:.15f}", upper=f"{one.high:.15f}", label=one.label,
            symbol=str(number), render="true",
        )  # fmt: skip
        one.symbol.set("name", str(number))
        symbols.append(one.symbol)
    return renderer
