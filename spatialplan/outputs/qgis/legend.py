"""The printed legend: every symbol once, in the order of the layer tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd

from spatialplan.outputs.qgis import qml, qml_renderers
from spatialplan.outputs.qgis import xml as qgis_xml
from spatialplan.outputs.qgis.layers import Group, ProjectLayer, flat
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["Entry", "add_legend_tree", "columns", "height_mm", "legend_entries"]

_COUNTED = ("villages", "village_services", "facilities", "changes")
_CLASSED = ("features", "sketches", "verdicts", "network_issues", "steps")
_ROWS_PER_COLUMN, _MOST_COLUMNS = 18, 4
_TITLE_MM, _ROW_MM, _UNEVEN_ROWS = 6.0, 3.95, 2
_SHAPE_ORDER = ("point", "line", "area")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A layer in the legend: its title, or the classes shown of it by position and label."""

    layer: ProjectLayer
    title: str
    classes: tuple[tuple[int, str], ...]


def _class_labels(layer: ProjectLayer, lang: Lang) -> list[str]:
    """Return what the legend says of the layer's classes; empty for a layer with one symbol."""
    if layer.shape is None or not isinstance(layer.frame, gpd.GeoDataFrame):
        return []
    renderer = qml_renderers.renderer(layer.frame, layer.source, layer.shape, layer.value, lang)
    kinds = read_style().kinds if layer.source == "features" else {}
    return [
        kinds[entry.get("value", "")].label.say(lang) if kinds else entry.get("label", "")
        for entry in renderer.iter("category")
    ]


def _drawn(group: Group) -> list[tuple[str, ProjectLayer]]:
    """Return title and layer of what is visible, points first.

    Of a basemap layer of two shapes only the areas are shown.
    """
    found = []
    for node in group.children:
        if not node.visible:
            continue
        layers = list(flat((node,)))
        classed = layers[0].source in _CLASSED
        found += [(node.name, layer) for layer in (layers if classed else layers[-1:])]
    mapped = [(title, layer) for title, layer in found if layer.shape is not None]
    if mapped and mapped[0][1].source == "features":
        mapped.sort(key=lambda item: _SHAPE_ORDER.index(item[1].shape or ""))
    return mapped


def legend_entries(groups: Sequence[Group], lang: Lang = "zh") -> dict[str, list[Entry]]:
    """Return the legend by group: visible layers, each class only where it first occurs."""
    seen: set[tuple[str | None, str]] = set()
    legend: dict[str, list[Entry]] = {}
    for group in groups:
        for title, layer in _drawn(group):
            labels = _class_labels(layer, lang)
            new = tuple(
                (position, label)
                for position, label in enumerate(labels)
                if (layer.shape, label) not in seen
            )
            seen.update((layer.shape, label) for label in labels)
            if new or not labels:
                entry = Entry(layer=layer, title=title, classes=new)
                legend.setdefault(group.name, []).append(entry)
    return legend


def _rows(legend: dict[str, list[Entry]]) -> int:
    """Return how many lines the legend has, headings included."""
    return len(legend) + sum(max(1, len(e.classes)) for es in legend.values() for e in es)


def columns(legend: dict[str, list[Entry]]) -> int:
    """Return in how many columns the legend stands."""
    return min(_MOST_COLUMNS, 1 + _rows(legend) // _ROWS_PER_COLUMN)


def height_mm(legend: dict[str, list[Entry]]) -> float:
    """Return about how high the legend stands on the page; columns are never quite even."""
    return _TITLE_MM + _ROW_MM * (_rows(legend) / columns(legend) + _UNEVEN_ROWS)


def add_legend_tree(parent: ET.Element, legend: dict[str, list[Entry]], gpkg: Path) -> None:
    """Append the legend as the layer tree that QGIS keeps for it."""
    tree = qml.child(parent, "layer-tree-group")
    for name, entries in legend.items():
        folder = qml.child(
            tree, "layer-tree-group", name=name, checked="Qt::Checked", expanded="1"
        )  # fmt: skip
        for entry in entries:
            qgis_xml.add_node(folder, entry.layer, gpkg, **_options(entry))
    qml.child(tree, "custom-order", enabled="0")


def _options(entry: Entry) -> dict[str, str]:
    if not entry.classes:
        count = {"showFeatureCount": "1"} if entry.layer.source in _COUNTED else {}
        return {"legend/title-label": entry.title, **count}
    order = ",".join(str(position) for position, _ in entry.classes)
    labels = {f"legend/label-{position}": label for position, label in entry.classes}
    return {"legend/title-style": "hidden", "legend/node-order": order, **labels}
