"""Compare the shape that a feature has in the pack with the shape it got elsewhere, in metres."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely import GeometryCollection
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from spatialplan.model.plan import Plan

__all__ = [
    "SAME_M",
    "as_geojson",
    "as_wkt",
    "distance_outside_m",
    "gathered",
    "is_same",
    "measure_change",
    "shape_word",
    "surroundings",
]

SAME_M = 0.02  # what a coordinate may shift by transformations to and fro
DECIMALS = 7  # a centimetre
WGS84 = "EPSG:4326"
AROUND_M = 50_000.0
SHAPES = ("point", "line", "area")

Box = tuple[float, float, float, float]


def gathered(shapes: Iterable[BaseGeometry]) -> BaseGeometry:
    """Return one flat geometry of all parts; a single part stands for itself."""
    parts = shapely.get_parts(shapely.force_2d(np.array([*shapes], dtype=object)))
    flat = shapely.get_parts(parts)  # the members of a collection may be multi-part
    if len(flat) == 1:
        one: BaseGeometry = flat[0]
        return one
    makers = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
    dimensions = shapely.get_dimensions(flat)
    groups: list[BaseGeometry] = [makers[d](flat[dimensions == d]) for d in np.unique(dimensions)]
    return groups[0] if len(groups) == 1 else GeometryCollection(groups)


def shape_word(shape: BaseGeometry) -> str:
    """Return ``point``, ``line`` or ``area``: what a geometry is in a table of its own."""
    return SHAPES[max(0, int(shapely.get_dimensions(shape)))]


def as_wkt(shape: BaseGeometry) -> str:
    """Return a geometry as WKT in degrees, to the centimetre."""
    return shapely.to_wkt(shape, rounding_precision=DECIMALS, trim=True)


def as_geojson(shape: BaseGeometry) -> dict[str, Any]:
    """Return a geometry as plain GeoJSON, lists for coordinates."""
    plain: dict[str, Any] = json.loads(json.dumps(mapping(shape)))
    return plain


def _in_metres(shape: BaseGeometry, crs: str) -> BaseGeometry:
    to = pyproj.Transformer.from_crs(WGS84, crs, always_xy=True)

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to.transform(*xy.T))

    projected: BaseGeometry = shapely.transform(shape, moved)
    return projected


def is_same(a: BaseGeometry | None, b: BaseGeometry | None, crs: str) -> bool:
    """Whether two places in degrees are one within `SAME_M`, measured in `crs`.

    The order of parts and the direction of lines do not matter, holes and gaps do.
    """
    if a is None or b is None:
        return a is b
    a, b = gathered([a]), gathered([b])
    if a.geom_type != b.geom_type:
        return False
    if shapely.equals_exact(a, b, 1e-9):
        return True
    one, other = _in_metres(a, crs), _in_metres(b, crs)
    if shapely.equals_exact(one, other, SAME_M):
        return True
    slack = SAME_M * (1 + len(shapely.get_coordinates(one)))
    return (
        bool(shapely.hausdorff_distance(one, other) <= SAME_M)
        and abs(one.length - other.length) <= slack
        and abs(one.area - other.area) <= slack * max(1.0, one.length)
    )


def measure_change(old: BaseGeometry, new: BaseGeometry, crs: str) -> dict[str, float]:
    """Return how far a point moved, or how a line or area changed: metres and square metres."""
    one, other = _in_metres(old, crs), _in_metres(new, crs)
    if one.geom_type == other.geom_type == "Point":
        return {"moved_m": round(float(shapely.distance(one, other)), 1)}
    return {
        "hausdorff_m": round(float(shapely.hausdorff_distance(one, other)), 1),
        "length_change_m": round(float(other.length - one.length), 1),
        "area_change_m2": round(float(other.area - one.area), 1),
    }


def surroundings(plan: Plan, districts: Sequence[BaseGeometry]) -> Box:
    """Return the box in degrees within which a feature may lie.

    It holds the plan's own area and everything that the plan places, with 50 km around.
    """
    shapes = [f.geometry for f in plan.features if f.geometry is not None]
    shapes += [shapely.box(*plan.bounds)] if plan.bounds is not None else [*districts]
    bounds = shapely.total_bounds(_in_metres(GeometryCollection(shapes), plan.crs))
    west, south, east, north = bounds + np.array([-1, -1, 1, 1]) * AROUND_M
    back = pyproj.Transformer.from_crs(plan.crs, WGS84, always_xy=True)
    found: Box = back.transform_bounds(west, south, east, north)
    return found


def distance_outside_m(shape: BaseGeometry, around: Box) -> float:
    """Return how far the farthest vertex of a geometry in degrees lies outside a box; 0 inside."""
    x, y = shapely.get_coordinates(shape).T
    west, south, east, north = around
    near_x, near_y = np.clip(x, west, east), np.clip(y, south, north)
    return float(pyproj.Geod(ellps="GRS80").inv(x, y, near_x, near_y)[2].max())
