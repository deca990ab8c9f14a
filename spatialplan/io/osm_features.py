"""Collect what is no road while a file is read: places, points of interest, bounds, water, rail.

Objects come with a function that gives their shape as hexadecimal WKB, called only when they are
taken; shapes are built for all at once at the end. A closed way of a kind that covers ground is a
polygon. Relations come assembled, with holes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from spatialplan.io import osm_tags
from spatialplan.io.osm_categories import Sorter
from spatialplan.io.osm_tags import Tags

__all__ = ["WAY_KEYS", "FeatureCollector"]

WGS84 = "EPSG:4326"
PLACE_KINDS = frozenset(
    {"city", "borough", "suburb", "quarter", "neighbourhood", "town", "village", "hamlet",
     "isolated_dwelling"}
)  # fmt: skip
ADMIN_LEVELS = frozenset({"4", "5", "6", "7", "8"})
RAILS = frozenset({"rail", "light_rail", "subway", "narrow_gauge", "tram", "monorail"})
WATERCOURSES = frozenset({"river", "canal"})
WAY_KEYS = ("railway", "waterway", "natural", "water", "landuse", "place")
NAMES = ("name", "name_zh", "name_en", "old_name", "alt_name")
RING_POINTS = 4  # a closed line of fewer points bounds no area

Shape = Callable[[], str]
Kinds = Mapping[str, str]  # those tags of an object that tell what it is


@dataclass(slots=True)
class _Layer:
    """Rows of one kind; the first column is ``osm_id``."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)

    def add(self, shape: str, *values: Any) -> None:
        self.rows.append(values)
        self.shapes.append(shape)

    def table(self) -> tuple[pd.DataFrame, NDArray[np.object_]]:
        table = pd.DataFrame(self.rows, columns=list(self.columns))
        return table, shapely.from_wkb(np.array(self.shapes, dtype=object))


@dataclass(slots=True, kw_only=True)
class FeatureCollector:
    """Places, points of interest, boundaries, water and rails of a file.

    `counts` holds the objects taken by layer, and those left out by reason.
    """

    sorter: Sorter
    counts: Counter[str] = field(default_factory=Counter)
    _places: _Layer = field(
        default_factory=lambda: _Layer(("osm_id", "kind", *NAMES, "population"))
    )
    _pois: _Layer = field(default_factory=lambda: _Layer(("osm_id", "category", "kind", *NAMES)))
    _boundaries: _Layer = field(
        default_factory=lambda: _Layer(("osm_id", "admin_level", "name", "name_zh", "adcode"))
    )
    _water: _Layer = field(default_factory=lambda: _Layer(("osm_id", "class", "name")))
    _rails: _Layer = field(default_factory=lambda: _Layer(("osm_id", "class", "name")))

    def add_node(self, node_id: int, kinds: Kinds, tags: Tags, shape: Shape) -> None:
        """Take a node as a place, a point of interest, or both."""
        self._add_named(f"node/{node_id}", kinds, tags, shape)

    def add_way(self, way_id: int, kinds: Kinds, tags: Tags, shape: Shape) -> bool:
        """Take a way as a line of water or rail, a lake, a place, a point of interest.

        Boundaries are taken of relations only: their member ways carry the same tags. Returns
        whether the way is any of these.
        """
        osm_id = f"way/{way_id}"
        rail = kinds.get("railway", "")
        if rail in RAILS:
            self._put(self._rails, shape, osm_id, rail, osm_tags.chinese_name(tags))
        water = "river" if kinds.get("waterway", "") in WATERCOURSES else _water_area(kinds)
        if water:
            self._put(self._water, shape, osm_id, water, osm_tags.chinese_name(tags))
        named = self._add_named(osm_id, kinds, tags, shape)
        return named or bool(water) or rail in RAILS

    def add_relation(self, relation_id: int, tags: Kinds, shape: Shape) -> None:
        """Take the assembled area of a relation."""
        osm_id = f"relation/{relation_id}"
        name, zh = tags.get("name", ""), osm_tags.chinese_name(tags)
        if _is_boundary(tags):
            level = int(tags["admin_level"])
            self._put(self._boundaries, shape, osm_id, level, name, zh, osm_tags.adcode(tags))
        if water := _water_area(tags):
            self._put(self._water, shape, osm_id, water, zh)
        self._add_named(osm_id, tags, tags, shape)

    def wants_relation(self, tags: Kinds) -> bool:
        """Whether a relation would be taken for anything, were its area assembled."""
        return (
            _is_boundary(tags)
            or bool(_water_area(tags))
            or tags.get("place", "") in PLACE_KINDS
            or self.sorter.sort(tags) is not None
        )

    def _add_named(self, osm_id: str, kinds: Kinds, tags: Tags, shape: Shape) -> bool:
        """Take an object as a place, a point of interest, or both; tell whether it is either."""
        kind = kinds.get("place", "")
        if kind in PLACE_KINDS:
            population = _population(tags.get("population", ""))
            self._put(self._places, shape, osm_id, kind, *_names(tags), population)
        elif kind:
            self.counts["places_other_kind"] += 1
        sorted_as = self.sorter.sort(kinds)
        if sorted_as:
            self._put(self._pois, shape, osm_id, *sorted_as, *_names(tags))
        return bool(kind or sorted_as)

    def _put(self, layer: _Layer, shape: Shape, *values: Any) -> None:
        if drawn := shape():
            layer.add(drawn, *values)
        else:
            self.counts["features_missing_nodes"] += 1

    def finish(self, area: BaseGeometry) -> dict[str, gpd.GeoDataFrame]:
        """Return the layers by their names in `OsmData`, cut down to what meets the area."""
        shapely.prepare(area)
        places, shapes = self._places.table()
        shapes = _polygons(shapes)
        own = _has_own_node(places, shapes)
        self.counts["places_with_own_node"] = int(own.sum())
        layers = {"places": (places[~own], _inner_points(shapes[~own]))}
        pois, shapes = self._pois.table()
        layers["pois"] = (pois, _inner_points(_polygons(shapes)))
        layers["boundaries"] = self._boundaries.table()
        water, shapes = self._water.table()
        still = (water["class"] != "river").to_numpy(dtype=bool)
        shapes[still] = _polygons(shapes[still])
        is_open = still & (shapely.get_dimensions(shapes) == 1)
        self.counts["water_open_lines"] = int(is_open.sum())
        layers["water"] = (water[~is_open], shapes[~is_open])
        layers["rails"] = self._rails.table()
        return {name: self._settle(name, *layer, area) for name, layer in layers.items()}

    def _settle(
        self, name: str, table: pd.DataFrame, shapes: NDArray[np.object_], area: BaseGeometry
    ) -> gpd.GeoDataFrame:
        """Drop repeated objects and those outside the area, and count them."""
        repeated = table["osm_id"].duplicated().to_numpy(dtype=bool)
        inside = shapely.intersects(area, shapes).astype(bool)
        kept = inside & ~repeated
        self.counts[name] = int(kept.sum())
        self.counts[f"{name}_outside"] = int((~inside & ~repeated).sum())
        self.counts[f"{name}_duplicate"] = int(repeated.sum())
        frame = gpd.GeoDataFrame(table, geometry=shapes, crs=WGS84)
        return frame[kept].reset_index(drop=True)


def _water_area(tags: Kinds) -> str:
    """Return the class of an area of water: bank (of a river), lake, or empty text for none."""
    if tags.get("natural", "") == "water":
        return "bank" if tags.get("water", "") in ("river", "canal", "oxbow") else "lake"
    if tags.get("waterway", "") == "riverbank":
        return "bank"
    return "lake" if tags.get("landuse", "") in ("reservoir", "basin") else ""


def _is_boundary(tags: Kinds) -> bool:
    """Whether a relation bounds a province, prefecture, county or township."""
    is_admin = tags.get("boundary", "") == "administrative"
    return is_admin and tags.get("admin_level", "") in ADMIN_LEVELS


def _names(tags: Tags) -> tuple[str, ...]:
    return (
        tags.get("name", ""),
        osm_tags.chinese_name(tags),
        tags.get("name:en", ""),
        tags.get("old_name", ""),
        osm_tags.alternative_names(tags),
    )


def _population(value: str) -> float:
    digits = re.sub(r"[,\s]", "", value)
    return float(digits) if digits.isdecimal() else float("nan")


def _polygons(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return closed lines as polygons, and whatever is invalid made valid."""
    shapes = shapes.copy()
    ring = shapely.is_closed(shapes) & (shapely.get_num_points(shapes) >= RING_POINTS)
    ring &= shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING
    points, of = shapely.get_coordinates(shapes[ring], return_index=True)
    shapes[ring] = shapely.polygons(shapely.linearrings(points, indices=of))
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    return shapes


def _inner_points(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return a point inside each polygon, on each line, or the point itself."""
    points: NDArray[np.object_] = shapely.point_on_surface(shapes)
    return points


def _has_own_node(places: pd.DataFrame, shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Whether a place drawn as an area holds the node of the same place."""
    is_node = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    areas, nodes = np.flatnonzero(~is_node), np.flatnonzero(is_node)
    area, node = STRtree(shapes[nodes]).query(shapes[areas], predicate="covers")
    name = places["name"].to_numpy(dtype=object)
    same = name[areas[area]] == name[nodes[node]]
    found = np.zeros(len(places), dtype=bool)
    found[areas[area[same]]] = True
    return found
