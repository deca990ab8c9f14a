"""Thematic layers of a coverage project: shares by township, loads of facilities; off at first."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree as ET

import geopandas as gpd

from spatialplan.outputs.qgis import qml, qml_ruled
from spatialplan.outputs.qgis.layers import Group, ProjectLayer
from spatialplan.outputs.qgis.tables import Shape
from spatialplan.outputs.style import class_symbols, read_style
from spatialplan.outputs.townships import SHARE_CLASSES, SHARE_EDGES
from spatialplan.text import Lang, Text

__all__ = ["LOADS", "SHARES", "loads_renderer", "shares_renderer", "thematic_groups"]

SHARES, LOADS = "township_shares", "facility_loads"
_GROUP = Text("专题图（默认关闭）", "Thematic maps (off)")
_SHARES = Text(
    "乡镇覆盖率（斜线：有结论的村不足一半）", "Share covered (hatched: fewer than half judged)"
)
_LOADS = Text("网点服务的村数（比例符号）", "Villages served (proportional)")
_SHARE = '"covered" / nullif("covered" + "not_covered", 0)'
# As in the figures: a share that stands on few villages is hatched.
_STYLE = 'if(2 * ("covered" + "not_covered") < "total", \'b_diagonal\', \'solid\')'
_ALPHA = 0.75
_SMALLEST_MM, _LARGEST_MM = 1.5, 12.0
_JUST = 1e-9  # QGIS counts both ends of a range as within it, and takes the first that fits


def thematic_groups(
    townships: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, lang: Lang
) -> tuple[Group, ...]:
    """Return the group of the thematic layers that have rows; none without any."""
    shapes: tuple[tuple[str, Text, str, Shape, gpd.GeoDataFrame], ...] = (
        (LOADS, _LOADS, "facilities", "point", facilities[facilities.geometry.notna()]),
        (SHARES, _SHARES, "townships", "area", townships),
    )
    layers = tuple(
        ProjectLayer(
            id=f"spatialplan_{source}_{shape}",
            name=name.say(lang),
            table=table,
            subset="",
            source=source,
            shape=shape,
            value="",
            frame=frame,
            visible=False,
            labels=False,
        )
        for source, name, table, shape, frame in shapes
        if len(frame)
    )
    if not layers:
        return ()
    return (Group(name=_GROUP.say(lang), children=layers, visible=False, expanded=False),)


def shares_renderer(_frame: gpd.GeoDataFrame, _shape: Shape, lang: Lang) -> ET.Element:
    """Return classes of the share covered of the villages with a certain answer, as in figures."""
    symbols = class_symbols(read_style(), len(SHARE_EDGES))
    edges = [*SHARE_EDGES, SHARE_EDGES[-1] + 2 * _JUST]
    return qml_ruled.graduated(
        _SHARE,
        [
            qml_ruled.Range(
                low=low,
                high=high - _JUST,
                label=label.say(lang),
                symbol=qml.area(
                    qml.rgba(symbol.color, _ALPHA),
                    qml.rgba(symbol.color),
                    0.2,
                    filled={"fillStyle": _STYLE},
                ),
            )
            for (low, high), label, symbol in zip(
                pairwise(edges), SHARE_CLASSES, symbols, strict=True
            )
        ],
    )


def loads_renderer(frame: gpd.GeoDataFrame, _shape: Shape, _lang: Lang) -> ET.Element:
    """Return circles whose area grows with the villages served."""
    most = max(float(frame["villages"].max()), 1.0) if len(frame) else 1.0
    color = read_style().tiers["station"].color
    size = f'max({_SMALLEST_MM:g}, sqrt(coalesce("villages", 0) / {most:.17g}) * {_LARGEST_MM:g})'
    symbol = qml.marker(
        "circle", _LARGEST_MM / 2, qml.rgba(color, _ALPHA), overrides={"size": size}
    )
    return qml.single(symbol)
