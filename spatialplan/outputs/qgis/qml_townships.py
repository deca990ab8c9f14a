"""The symbols of the outlines of townships: the one of the page stands out, the others fade."""

from __future__ import annotations

import uuid
from xml.etree import ElementTree as ET

import geopandas as gpd

from spatialplan.outputs.qgis import qml
from spatialplan.outputs.qgis.tables import Shape
from spatialplan.text import Lang, Text

__all__ = ["renderer"]

_THIS = Text("本页乡镇（范围为示意）", "This township (indicative)")
_OTHERS = Text("其他乡镇", "Other townships")
_INK, _GREY = "#23282d", "#8b9197"
_FADE = 0.62


def renderer(_frame: gpd.GeoDataFrame, _shape: Shape, lang: Lang) -> ET.Element:
    """Return a renderer that knows the atlas' page; without an atlas all are the others."""
    element = ET.Element("renderer-v2", {"type": "RuleRenderer", "enableorderby": "0"})
    rules = qml.child(element, "rules", key=_key("all"))
    symbols = qml.child(element, "symbols")
    this = "$id = @atlas_featureid"
    drawn = (
        (_THIS, this, qml.area("", qml.rgba(_INK), 0.6)),
        (_OTHERS, f"coalesce(NOT {this}, true)",
         qml.area(qml.rgba("#ffffff", _FADE), qml.rgba(_GREY), 0.15, dash="1.4;0.9")),
    )  # fmt: skip
    for position, (label, condition, symbol) in enumerate(drawn):
        number = str(position)
        qml.child(rules, "rule", key=_key(number), filter=condition, label=label.say(lang),
                  symbol=number)  # fmt: skip
        symbol.set("name", number)
        for layer in symbol.findall("layer"):  # the page's own outline is drawn last
            layer.set("pass", "1" if label is _THIS else "0")
        symbols.append(symbol)
    return element


def _key(name: str) -> str:
    return f"{{{uuid.uuid5(uuid.NAMESPACE_URL, f'spatialplan/townships/{name}')}}}"
