"""The parts of a QGIS project as XML: coordinate systems, layer tree, map layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree as ET

import geopandas as gpd
from pyproj import CRS

from spatialplan.outputs.qgis import forms, qml, qml_fields, qml_labels, qml_renderers
from spatialplan.outputs.qgis.forms import Link
from spatialplan.outputs.qgis.layers import Group, Node, ProjectLayer, datasource, flat
from spatialplan.text import Lang

__all__ = ["Stored", "add_crs", "add_layers", "add_node", "add_tree"]

# By source, the smallest scale at which its layers are drawn: farther off they would be a smear.
_SMALLEST: Mapping[str, int] = MappingProxyType(
    {
        "places": 1_500_000,
        "network_issues": 1_500_000,
        "villages": 2_500_000,
        "village_services": 2_500_000,
        "siting_villages": 2_500_000,
        "accessibility": 2_500_000,
    }
)
_CHECKED = {True: "Qt::Checked", False: "Qt::Unchecked"}
_GEOMETRY = {"point": "Point", "line": "Line", "area": "Polygon", None: "No geometry"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Where the tables of a project lie, and the CRS of their places."""

    gpkg: Path
    crs: str


@cache
def _crs(authid: str) -> CRS:
    return CRS.from_user_input(authid)


def add_crs(parent: ET.Element, authid: str) -> None:
    """Append a coordinate system; QGIS takes one without its WKT for invalid."""
    crs = _crs(authid)
    box = qml.child(parent, "spatialrefsys", nativeFormat="Wkt")
    qml.child(box, "wkt", crs.to_wkt("WKT2_2019"))
    code = crs.to_epsg()
    if code is not None:
        qml.child(box, "srid", str(code))
        qml.child(box, "authid", f"EPSG:{code}")
    qml.child(box, "description", crs.name)
    qml.child(box, "geographicflag", "true" if crs.is_geographic else "false")


def add_node(parent: ET.Element, layer: ProjectLayer, gpkg: Path, **options: str) -> None:
    """Append a layer to a layer tree; `options` are its custom properties."""
    element = qml.child(
        parent, "layer-tree-layer", id=layer.id, name=layer.name, providerKey="ogr",
        source=datasource(gpkg, layer.table, layer.subset), checked=_CHECKED[layer.visible],
        expanded="0", legend_exp="", legend_split_behavior="0", patch_size="-1,-1",
    )  # fmt: skip
    qml.option_map(qml.child(element, "customproperties"), options)


def _add_nodes(parent: ET.Element, nodes: Sequence[Node], gpkg: Path) -> None:
    for node in nodes:
        if isinstance(node, Group):
            folder = qml.child(
                parent, "layer-tree-group", name=node.name, checked=_CHECKED[node.visible],
                expanded="1" if node.expanded else "0",
            )  # fmt: skip
            _add_nodes(folder, node.children, gpkg)
        else:
            add_node(parent, node, gpkg, showFeatureCount="1")


def add_tree(parent: ET.Element, groups: Sequence[Group], gpkg: Path) -> ET.Element:
    """Append the project's layer tree with a feature count behind every layer, and return it."""
    root = qml.child(parent, "layer-tree-group")
    qml.option_map(qml.child(root, "customproperties"), {})
    _add_nodes(root, groups, gpkg)
    return root


def _add_style(element: ET.Element, layer: ProjectLayer, lang: Lang) -> None:
    """Append renderer and labels; QGIS does not look into the GeoPackage's own styles here."""
    if layer.shape is None or not isinstance(layer.frame, gpd.GeoDataFrame):
        return
    element.append(
        qml_renderers.renderer(layer.frame, layer.source, layer.shape, layer.value, lang)
    )
    labels = qml_labels.labeling(layer.source, layer.shape, layer.value)
    shown = labels is not None and layer.labels
    element.set("labelsEnabled", "1" if shown else "0")
    if labels is not None:
        element.append(labels)
    for tag in ("blendMode", "featureBlendMode"):
        qml.child(element, tag, "0")
    qml.child(element, "layerOpacity", "1")


def _add_layer(
    parent: ET.Element, layer: ProjectLayer, stored: Stored, links: Sequence[Link], lang: Lang
) -> None:
    smallest = _SMALLEST.get(layer.source) if layer.shape is not None else None
    element = qml.child(
        parent, "maplayer", type="vector", geometry=_GEOMETRY[layer.shape], labelsEnabled="0",
        hasScaleBasedVisibilityFlag="1" if smallest else "0",
        minScale=str(smallest or 100_000_000), maxScale="0", readOnly="0",
        simplifyDrawingHints="1", simplifyDrawingTol="1", simplifyMaxScale="1", simplifyLocal="1",
        simplifyAlgorithm="0", autoRefreshEnabled="0", styleCategories="AllStyleCategories",
    )  # fmt: skip
    qml.child(element, "id", layer.id)
    qml.child(element, "datasource", datasource(stored.gpkg, layer.table, layer.subset))
    qml.child(element, "layername", layer.name)
    if layer.shape is not None:
        add_crs(qml.child(element, "srs"), stored.crs)
    qml.child(element, "provider", "ogr", encoding="UTF-8")
    _add_style(element, layer, lang)
    qml_fields.add_fields(element, layer.source, layer.frame, lang)
    forms.add_form(element, layer, links, lang)


def add_layers(
    parent: ET.Element,
    groups: Sequence[Group],
    stored: Stored,
    links: Sequence[Link],
    lang: Lang,
) -> ET.Element:
    """Append every map layer of the tree with its style and form, and return their element."""
    box = qml.child(parent, "projectlayers")
    for layer in flat(groups):
        _add_layer(box, layer, stored, links, lang)
    return box
