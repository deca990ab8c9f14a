"""Online basemaps of a project: layers that are off, last in the tree, and hold no token."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote
from xml.etree import ElementTree as ET

from spatialplan.outputs.qgis import qml
from spatialplan.outputs.qgis import xml as qgis_xml
from spatialplan.outputs.web.basemaps import SERVICES
from spatialplan.text import Lang, Text

__all__ = ["add_online_layers", "add_online_tree"]

_CRS = "EPSG:3857"
_GROUP = Text("在线底图（需联网，默认关闭）", "Online basemaps (need internet, off)")
_NAMES: Mapping[str, tuple[Text, ...]] = MappingProxyType(
    {
        "osm": (Text("OpenStreetMap", "OpenStreetMap"),),
        "tianditu": (
            Text("天地图矢量（请填密钥）", "Tianditu vector (fill in the key)"),
            Text("天地图矢量注记（请填密钥）", "Tianditu vector labels (fill in the key)"),
        ),
        "tianditu-image": (
            Text("天地图影像（请填密钥）", "Tianditu imagery (fill in the key)"),
            Text("天地图影像注记（请填密钥）", "Tianditu imagery labels (fill in the key)"),
        ),
    }
)
_KEY = "你的密钥"  # what users replace; a token is never written


def _layers() -> list[tuple[str, Text, str]]:
    """Return id, name and address of each layer, labels over what they label."""
    found = []
    for key, service in SERVICES.items():
        pairs = zip(service.templates, _NAMES[key], strict=True)
        for number, (template, name) in reversed(list(enumerate(pairs))):
            address = template.replace("{s}", service.parts[:1]).replace("{tk}", _KEY)
            escaped = quote(address, safe=":/?={}.")
            source = f"type=xyz&url={escaped}&zmax={service.max_zoom}&zmin=0"
            found.append((f"spatialplan_online_{key}_{number}", name, source))
    return found


def add_online_tree(parent: ET.Element, lang: Lang) -> None:
    """Append the folder of the online basemaps to a layer tree, unchecked and closed."""
    folder = qml.child(
        parent, "layer-tree-group", name=_GROUP.say(lang), checked="Qt::Unchecked", expanded="0"
    )
    for key, name, source in _layers():
        element = qml.child(
            folder, "layer-tree-layer", id=key, name=name.say(lang), providerKey="wms",
            source=source, checked="Qt::Unchecked", expanded="0", legend_exp="",
            legend_split_behavior="0", patch_size="-1,-1",
        )  # fmt: skip
        qml.option_map(qml.child(element, "customproperties"), {})


def add_online_layers(parent: ET.Element, lang: Lang) -> None:
    """Append the online basemaps to a project's layers."""
    for key, name, source in _layers():
        element = qml.child(
            parent, "maplayer", type="raster", hasScaleBasedVisibilityFlag="0", minScale="1e+08",
            maxScale="0", refreshOnNotifyEnabled="0", autoRefreshEnabled="0",
            styleCategories="AllStyleCategories",
        )  # fmt: skip
        qml.child(element, "id", key)
        qml.child(element, "datasource", source)
        qml.child(element, "layername", name.say(lang))
        qgis_xml.add_crs(qml.child(element, "srs"), _CRS)
        qml.child(element, "provider", "wms")
        pipe = qml.child(element, "pipe")
        qml.child(pipe, "rasterrenderer", type="singlebandcolordata", opacity="1", band="1",
                  alphaBand="-1", nodataColor="")  # fmt: skip
        qml.child(pipe, "brightnesscontrast", brightness="0", contrast="0", gamma="1")
        qml.child(pipe, "huesaturation", saturation="0", grayscaleMode="0")
        qml.child(pipe, "rasterresampler", maxOversampling="2")
