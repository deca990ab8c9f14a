"""The printed legend: every symbol once, in the order of the layer tree."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd

from spatialplan.outputs.qgis import qml, qml_renderers, qml_ruled
from spatialplan.outputs.qgis import xml as qgis_xml
from spatialplan.outputs.qgis.items import unevaluated
from spatialplan.outputs.qgis.layers import Group, Node, ProjectLayer, flat
from spatialplan.outputs.qgis.page import text_width
from spatialplan.text import Lang

__all__ = ["Entry", "Fit", "Legend", "add_legend_tree", "fit", "legend_entries", "themed"]

_COUNTED = ("villages", "village_services", "siting_villages", "facilities", "changes", "sites",
            "existing")  # fmt: skip
_CLASSED = ("features", "sketches", "verdicts", "network_issues", "steps")
_SIZES, _MOST_COLUMNS = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0), 4
_SAVING_SIZES = (7.0, 6.5, 6.0)
_PLAIN_PT = 7.0
# at that size: heading, line, how many lines columns differ by, symbol, gap between columns
_TITLE_MM, _ROW_MM, _UNEVEN_ROWS, _SYMBOL_MM, _BETWEEN_MM = 6.0, 3.95, 2, 6.4, 2.0
_COUNT, _LONGEST_MM = "［9999］", 48.0
_SHAPE_ORDER = ("point", "line", "area")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A layer in the legend: its title, or the classes shown of it by position and label."""

    layer: ProjectLayer
    title: str
    classes: tuple[tuple[int, str], ...]


# By group.
Legend = dict[str, list[Entry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How a legend finds room: the size of its letters, its columns, about how high it stands."""

    size_pt: float
    columns: int
    height_mm: float


def themed(nodes: Sequence[Group], shown: Collection[str]) -> tuple[Group, ...]:
    """Return the groups with only the layers of these ids, all of them visible."""
    return tuple(group for group in (_kept(node, shown) for node in nodes) if group.children)


def _kept(group: Group, shown: Collection[str]) -> Group:
    children: list[Node] = []
    for node in group.children:
        if isinstance(node, Group):
            inner = _kept(node, shown)
            children += [inner] if inner.children else []
        elif node.id in shown:
            children.append(replace(node, visible=True))
    return replace(group, children=tuple(children), visible=True)


def _class_labels(layer: ProjectLayer, lang: Lang) -> list[str]:
    """Return what the legend says of the layer's classes; empty for a layer with one symbol."""
    if layer.shape is None or not isinstance(layer.frame, gpd.GeoDataFrame):
        return []
    renderer = qml_renderers.renderer(layer.frame, layer.source, layer.shape, layer.value, lang)
    return [
        entry.get("description", "") or entry.get("label", "")
        for entry in (*renderer.iter("category"), *renderer.iter("rule"))
        if entry.get("filter") != qml_ruled.OTHERS
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


def legend_entries(groups: Sequence[Group], lang: Lang = "zh") -> Legend:
    """Return the legend by group: visible layers, each class only where it first occurs."""
    seen: set[tuple[str | None, str]] = set()
    legend: Legend = {}
    for group in groups:
        for title, layer in _drawn(group):
            labels = _class_labels(layer, lang)
            new = tuple(
                (position, label)
                for position, label in enumerate(labels)
                if (layer.shape, label) not in seen and label not in labels[:position]
            )
            seen.update((layer.shape, label) for label in labels)
            if new or not labels:
                entry = Entry(layer=layer, title=title, classes=new)
                legend.setdefault(group.name, []).append(entry)
    return legend


def _rows(legend: Legend) -> int:
    """Return how many lines the legend has, headings included."""
    return len(legend) + sum(max(1, len(e.classes)) for es in legend.values() for e in es)


def _widest(legend: Legend, size_pt: float) -> float:
    """Return about how wide a column is, in millimetres."""
    lines = [0.0]
    for group, entries in legend.items():
        lines.append(text_width(_short(group), size_pt + 0.5))
        for entry in entries:
            count = _COUNT if entry.layer.source in _COUNTED else ""
            labels = [label for _, label in entry.classes] or [_short(entry.title) + count]
            symbol = _SYMBOL_MM * size_pt / _PLAIN_PT
            lines += [symbol + text_width(_short(label), size_pt) for label in labels]
    return max(lines)


def fit(
    legend: Legend, width_mm: float, height_mm: float, rows: int, *, saving: bool = False
) -> Fit:
    """Return the largest letters at which a legend finds room, in columns of about `rows` lines.

    Parameters
    ----------
    saving
        Whether something else wants the room, so that letters are no larger than needed.
    """
    fits = []
    for size_pt in _SAVING_SIZES if saving else _SIZES:
        part, widest = size_pt / _PLAIN_PT, _widest(legend, size_pt)
        most = int((width_mm + _BETWEEN_MM) / (widest + _BETWEEN_MM))
        columns = max(1, min(most, _MOST_COLUMNS, math.ceil(_rows(legend) / rows)))
        uneven = _UNEVEN_ROWS if columns > 1 else 0.5
        height = part * (_TITLE_MM + _ROW_MM * (_rows(legend) / columns + uneven))
        fits.append(Fit(size_pt=size_pt, columns=columns, height_mm=height))
    return next((one for one in fits if one.height_mm <= height_mm), fits[-1])


def _short(text: str) -> str:
    """Return a line of the legend, cut where it is longer than any column is wide."""
    kept = text
    while text_width(kept, _PLAIN_PT) > _LONGEST_MM:
        kept = kept[:-1]
    return unevaluated(text if kept == text else f"{kept[:-1]}…")


def add_legend_tree(
    parent: ET.Element, legend: Legend, gpkg: Path, *, counted: bool = True
) -> None:
    """Append the legend as the layer tree that QGIS keeps for it; counts are those of all rows."""
    tree = qml.child(parent, "layer-tree-group")
    for name, entries in legend.items():
        folder = qml.child(
            tree, "layer-tree-group", name=_short(name), checked="Qt::Checked", expanded="1"
        )  # fmt: skip
        for entry in entries:
            qgis_xml.add_node(folder, entry.layer, gpkg, **_options(entry, counted=counted))
    qml.child(tree, "custom-order", enabled="0")


def _options(entry: Entry, *, counted: bool) -> dict[str, str]:
    if not entry.classes:
        count = {"showFeatureCount": "1"} if counted and entry.layer.source in _COUNTED else {}
        return {"legend/title-label": _short(entry.title), **count}
    order = ",".join(str(position) for position, _ in entry.classes)
    labels = {f"legend/label-{position}": _short(label) for position, label in entry.classes}
    return {"legend/title-style": "hidden", "legend/node-order": order, **labels}
