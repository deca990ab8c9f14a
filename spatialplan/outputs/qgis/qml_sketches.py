"""QGIS symbols and words of layout concepts: their sketches and their tables."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from xml.etree import ElementTree as ET

import geopandas as gpd

from spatialplan.outputs.profile_frames import SPOTTED
from spatialplan.outputs.qgis import qml, qml_symbols
from spatialplan.outputs.qgis.tables import Shape
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang, Text

__all__ = ["ALIASES", "OWN_ALIASES", "TIPS", "TITLES", "renderer", "vocabularies"]

_FILL_ALPHA = 0.16

ALIASES: Mapping[str, Text] = MappingProxyType(
    {
        "concept": Text("布局结构代码", "Concept id"),
        "concept_name": Text("布局结构", "Concept"),
        "family": Text("类型代码", "Family id"),
        "family_name": Text("类型", "Family"),
        "answer": Text("回答", "Answer"),
        "mark": Text("图形编号", "Mark id"),
        "role_name": Text("图形类型", "Kind of mark"),
        "number": Text("次序", "Number"),
        "question": Text("问题", "Question"),
        "claims": Text("相关论断", "Claims"),
        "exhibit": Text("表代码", "Table id"),
        "exhibit_title": Text("表名", "Table"),
        "row": Text("行次", "Row"),
        "row_name": Text("行名", "Row name"),
        "field": Text("列代码", "Column id"),
        "field_name": Text("列名", "Column"),
        "value_text": Text("值（文字）", "Value as text"),
        "value_number": Text("值（数字）", "Value as number"),
    }
)
OWN_ALIASES: Mapping[str, Mapping[str, Text]] = MappingProxyType(
    {
        "sketches": {"role": Text("图形类型代码", "Kind of mark, id")},
        "concepts": {state: symbol.label for state, symbol in read_style().states.items()},
    }
)
TITLES = ("question", "row_name", "concept_name")
TIPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"sketches": ("label", "role_name", "concept_name")}
)


def vocabularies(source: str, lang: Lang) -> dict[str, list[tuple[str, str]]]:
    """Return by column the pairs of what readers see and what is stored."""
    style = read_style()
    if source == "sketches":
        return {"role": [(s.label.say(lang), role) for role, s in style.sketches.items()]}
    if source == "findings":
        return {"state": [(s.label.say(lang), state) for state, s in style.states.items()]}
    return {}


def _symbol(symbol: Symbol, shape: Shape, *, spotted: bool) -> ET.Element:
    if shape == "point":
        return qml_symbols.point(symbol)
    width, dash = qml_symbols.mm(symbol), qml.dash_of(symbol.dash)
    if shape == "area":
        fill = qml.rgba(symbol.fill, _FILL_ALPHA)
        return qml.area(fill, qml.rgba(symbol.color), width, dash=dash)
    line = qml.line(symbol.color, width, dash=dash, casing=True)
    return qml.with_middle(line, qml_symbols.point(symbol)) if spotted else line


def renderer(frame: gpd.GeoDataFrame, shape: Shape, lang: Lang) -> ET.Element:
    """Return the renderer of sketches by role; short lines also have a symbol at their middle."""
    roles = read_style().sketches
    return qml.categorized(
        "role",
        [
            qml.Category(
                value=role,
                label=roles[role].label.say(lang),
                symbol=_symbol(roles[role], shape, spotted=role in SPOTTED),
            )
            for role in qml_symbols.present(roles, frame, "role")
        ],
    )
