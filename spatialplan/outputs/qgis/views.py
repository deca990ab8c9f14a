"""Map themes and bookmarks of a project: what is shown, and where to look."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

import geopandas as gpd
import shapely

from spatialplan.outputs.qgis import qml
from spatialplan.outputs.qgis import xml as qgis_xml
from spatialplan.outputs.qgis.document import Bookmark, Preset
from spatialplan.outputs.qgis.layers import Group, Node
from spatialplan.outputs.qgis.presets import preset_name

__all__ = ["add_bookmarks", "add_map_themes", "bookmarks"]

_MARGIN = 0.03


def bookmarks(areas: gpd.GeoDataFrame, group: str, crs: str) -> tuple[Bookmark, ...]:
    """Return a bookmark for each area with a name and an outline, in the areas' order."""
    shapes = areas.geometry.to_numpy()
    shown = areas[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))].to_crs(crs)
    found = []
    for name, shape in zip(shown["name"], shown.geometry, strict=True):
        west, south, east, north = shape.bounds
        pad = _MARGIN * max(east - west, north - south)
        bounds = (west - pad, south - pad, east + pad, north + pad)
        found.append(Bookmark(name=str(name), group=group, bounds=bounds))
    return tuple(found)


def add_bookmarks(root: ET.Element, marks: Sequence[Bookmark], crs: str) -> None:
    """Append the bookmarks, which QGIS lists in its browser and its bookmark panel."""
    box = qml.child(root, "Bookmarks")
    for number, mark in enumerate(marks):
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"spatialplan/bookmark/{number}")
        extent = shapely.box(*mark.bounds).normalize()
        element = qml.child(
            box, "Bookmark", id=f"{{{key}}}", name=mark.name, group=mark.group,
            extent=shapely.to_wkt(extent, rounding_precision=1),
        )  # fmt: skip
        qgis_xml.add_crs(element, crs)


def _folders(
    nodes: Sequence[Node], wanted: frozenset[str], above: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """Yield layer id and the id of each folder that has to be checked for it to show.

    QGIS names a folder by the names from the top down to it.
    """
    for node in nodes:
        if isinstance(node, Group):
            yield from _folders(node.children, wanted, (*above, node.name))
        elif node.id in wanted:
            for depth in range(1, len(above) + 1):
                yield node.id, "/".join(above[:depth])


def add_map_themes(root: ET.Element, presets: Sequence[Preset], tree: Sequence[Group]) -> None:
    """Append the themes by which QGIS switches layers on and off, under the titles of the web map.

    Parameters
    ----------
    tree
        The layers of the project, whose folders have to be checked too.
    """
    box = qml.child(root, "visibility-presets")
    for preset in presets:
        name = preset_name(preset, presets)
        theme = {"name": name, "has-expanded-info": "0", "has-checked-group-info": "1"}
        element = qml.child(box, "visibility-preset", **theme)
        for layer in preset.layers:
            qml.child(element, "layer", id=layer, visible="1", style="default")
        checked = qml.child(element, "checked-group-nodes")
        found = _folders(tree, frozenset(preset.layers))
        for folder in dict.fromkeys(folder for _, folder in found):
            qml.child(checked, "checked-group-node", id=folder)
