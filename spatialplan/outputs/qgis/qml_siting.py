"""Choose the QGIS symbols of a siting run; they mean what they mean on its web map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from xml.etree import ElementTree as ET

import geopandas as gpd

from spatialplan.outputs.qgis import qml, qml_symbols
from spatialplan.outputs.qgis.tables import Shape
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang

__all__ = ["RENDERERS"]

_NEW = "+"  # the sign of what the proposal adds, drawn in the shape of its own

Renderer = Callable[[gpd.GeoDataFrame, Shape, str, Lang], ET.Element]


def _village(symbol: Symbol) -> ET.Element:
    if symbol.sign == _NEW:
        return qml_symbols.point(symbol)
    return qml_symbols.village_symbol(symbol)


def _villages(frame: gpd.GeoDataFrame, _: Shape, value: str, lang: Lang) -> ET.Element:
    """Return the symbols by what becomes of villages, or those of one outcome."""
    outcomes = {key: symbol for key, symbol in read_style().siting.items() if symbol.sign}
    if value:
        return qml.single(_village(outcomes[value]))
    return qml_symbols.categories(outcomes, frame, "state", _village, lang)


def _point(key: str) -> Renderer:
    """Return the renderer of points that all have the symbol of `key`."""

    def render(_frame: gpd.GeoDataFrame, _: Shape, _value: str, _lang: Lang) -> ET.Element:
        symbol = read_style().siting[key]
        size = f"{qml.marker_mm(symbol.shape, symbol.size_mm):.2f} * {qml_symbols.SHRINK}"
        return qml.single(qml_symbols.point(symbol, {"size": size}))

    return render


def _links(_frame: gpd.GeoDataFrame, _: Shape, _value: str, _lang: Lang) -> ET.Element:
    link = read_style().siting["link"]
    return qml.single(qml.line(link.color, qml_symbols.mm(link), dash=qml.dash_of(link.dash)))


RENDERERS: Mapping[str, Renderer] = MappingProxyType(
    {
        "siting_villages": _villages,
        "sites": _point("proposed"),
        "existing": _point("existing"),
        "links": _links,
    }
)
