"""Symbols that the renderers of every kind of run share: by state, by vocabulary, by class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.etree import ElementTree as ET

import geopandas as gpd

from spatialplan.outputs.qgis import qml
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang

__all__ = [
    "HOLLOW_RIM_MM",
    "RIM_MM",
    "SHRINK",
    "categories",
    "mm",
    "point",
    "present",
    "village_symbol",
    "villages",
]

_VILLAGE_MM = 1.7
RIM_MM, HOLLOW_RIM_MM = 0.25, 0.45
SHRINK = "max(0.62, min(1, (250000 / @map_scale) ^ 0.35))"  # symbols of small scales crowd less


def mm(symbol: Symbol) -> float:
    """Return the width of a symbol's line in millimetres."""
    return symbol.width_px * qml.MM_PER_PX


def present(vocabulary: Mapping[str, Symbol], frame: gpd.GeoDataFrame, column: str) -> list[str]:
    """Return the words that occur, in the vocabulary's order; all of them for an empty frame."""
    found = set(frame[column]) if len(frame) else set(vocabulary)
    return [word for word in vocabulary if word in found]


def categories(
    vocabulary: Mapping[str, Symbol],
    frame: gpd.GeoDataFrame,
    column: str,
    draw: Callable[[Symbol], ET.Element],
    lang: Lang,
) -> ET.Element:
    """Return a renderer by the words of a column, each under its label, with its sign if any."""
    return qml.categorized(
        column,
        [
            qml.Category(
                value=word,
                label=f"{vocabulary[word].sign} {vocabulary[word].label.say(lang)}".strip(),
                symbol=draw(vocabulary[word]),
            )
            for word in present(vocabulary, frame, column)
        ],
    )


def point(symbol: Symbol, overrides: qml.Overrides | None = None) -> ET.Element:
    """Return the point symbol of any vocabulary: filled, or hollow with a coloured rim."""
    shape, angle = ("triangle", 180.0) if symbol.shape == "wedge" else (symbol.shape, 0.0)
    fill, rim, rim_mm = qml.rgba(symbol.color), qml.WHITE, RIM_MM
    if symbol.hollow:
        fill, rim, rim_mm = rim, fill, HOLLOW_RIM_MM
    return qml.marker(
        shape, symbol.size_mm, fill, rim, rim_mm, angle=angle, overrides=overrides
    )  # fmt: skip


def village_symbol(symbol: Symbol) -> ET.Element:
    """Return a state's colour in the form of its sign: ✓ disc, ✗ cross, ? ring, ⊘ cut, – bar."""
    color, size = qml.rgba(symbol.color), _VILLAGE_MM
    if symbol.sign == "✗":
        return qml.marker("cross", size * 1.6, color, rim_mm=0.15, angle=45)
    if symbol.sign == "–":
        return qml.marker("line", size, color, color, size * 0.45, angle=90)
    disc = qml.marker("circle", size, color)
    if symbol.sign == "?":
        return qml.stacked(disc, qml.marker("circle", size * 0.5, qml.WHITE, rim_mm=0))
    if symbol.sign == "⊘":
        return qml.stacked(disc, qml.marker("line", size, color, rim_mm=size * 0.2, angle=45))
    return disc


def villages(frame: gpd.GeoDataFrame, value: str, lang: Lang) -> ET.Element:
    """Return the renderer of villages by state, or of those of one state where `value` names it."""
    states = read_style().village_states
    if value:
        return qml.single(village_symbol(states[value]))
    return categories(states, frame, "state", village_symbol, lang)
