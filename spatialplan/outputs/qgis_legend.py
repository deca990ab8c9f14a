"""The printed legend: every symbol once, in the order of the layer tree."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd

from spatialplan.outputs import qgis_xml, qml, qml_renderers
from spatialplan.outputs.qgis_layers import Group, Node, ProjectLayer
from spatialplan.text import Lang

__all__ = ["add_legend_tree"]

_HIDDEN = {"legend/title-style": "hidden"}


def _class_labels(layer: ProjectLayer, lang: Lang) -> list[str]:
    """Return the labels of the layer's classes; empty for a layer with one symbol."""
    if layer.shape is None or not isinstance(layer.frame, gpd.GeoDataFrame):
        return []
    renderer = qml_renderers.renderer(layer.frame, layer.source, layer.shape, layer.value, lang)
    return [entry.get("label", "") for entry in renderer.iter("category")]


def _members(node: Node) -> tuple[Node, ...]:
    """Return what the legend shows of a node: of a basemap layer of two shapes only the areas."""
    if not isinstance(node, Group):
        return (node,)
    layers = [child for child in node.children if isinstance(child, ProjectLayer)]
    return tuple(layers) if layers[-1].source in ("features", "verdicts") else (layers[-1],)


def _add_layer(
    parent: ET.Element, layer: ProjectLayer, title: str, gpkg: Path, new: list[int] | None
) -> None:
    if new is None:
        count = {"showFeatureCount": "1"} if layer.source == "villages" else {}
        qgis_xml.add_node(parent, layer, gpkg, **{"legend/title-label": title}, **count)
    elif new:
        order = ",".join(str(position) for position in new)
        qgis_xml.add_node(parent, layer, gpkg, **_HIDDEN, **{"legend/node-order": order})


def add_legend_tree(
    parent: ET.Element, groups: Sequence[Group], gpkg: Path, lang: Lang = "zh"
) -> None:
    """Append the layer tree of a legend: visible layers, each class where it first occurs."""
    tree = qml.child(parent, "layer-tree-group")
    seen: set[tuple[str, str]] = set()
    for group in groups:
        shown = [node for node in group.children if node.visible]
        if not shown:
            continue
        folder = qml.child(
            tree, "layer-tree-group", name=group.name, checked="Qt::Checked", expanded="1"
        )
        for node in shown:
            for layer in _members(node):
                if not isinstance(layer, ProjectLayer) or layer.shape is None:
                    continue
                labels = _class_labels(layer, lang)
                keys = [(layer.shape, label) for label in labels]
                new = [position for position, key in enumerate(keys) if key not in seen]
                seen.update(keys)
                title = node.name if layer.source != "features" else layer.name
                _add_layer(folder, layer, title, gpkg, new if labels else None)
    qml.child(tree, "custom-order", enabled="0")
