"""Geometry for a page: thinned, rounded, split by form, as GeoJSON dictionaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry

from spatialplan.outputs.web.style import Form

__all__ = ["anchor", "box_of", "by_form", "collection", "corners", "merge_lines", "rounded", "thin"]

# 1e-4 degrees are 11 m, a quarter of the embedded roads' ±40 m and under a pixel up to zoom 13.
BASE_TOLERANCE = 1e-4
# 2e-5 degrees are 2 m: features and paths keep their shape at the closest zoom.
FINE_TOLERANCE = 2e-5
# Beyond this tolerance (110 m) a line would visibly leave its road.
COARSEST_TOLERANCE = 1e-3
DECIMALS = 5

Shapes = Sequence[BaseGeometry]


def rounded(shapes: Shapes) -> list[BaseGeometry]:
    """Return the shapes in two dimensions with coordinates of five decimals, about a metre."""
    flat = shapely.force_2d(np.asarray(shapes, dtype=object))
    return list(shapely.transform(flat, lambda xy: np.round(xy, DECIMALS)))


def thin(shapes: Shapes, tolerance: float, budget: int) -> list[BaseGeometry]:
    """Simplify shapes by `tolerance` degrees, and further while they exceed `budget` vertices.

    Points stay. The tolerance doubles up to 1e-3 degrees, then the budget gives way.
    """
    whole = np.asarray(shapes, dtype=object)
    thinned = shapely.simplify(whole, tolerance)
    while shapely.get_num_coordinates(thinned).sum() > budget and tolerance < COARSEST_TOLERANCE:
        tolerance *= 2
        thinned = shapely.simplify(whole, tolerance)
    return rounded(list(thinned))


def merge_lines(shapes: Shapes) -> BaseGeometry:
    """Join lines end to end into one multi-line."""
    parts = shapely.get_parts(np.asarray(shapes, dtype=object))
    merged = shapely.line_merge(MultiLineString(list(parts)))
    return MultiLineString(list(shapely.get_parts(merged)))


def by_form(frame: gpd.GeoDataFrame) -> dict[Form, gpd.GeoDataFrame]:
    """Split a frame into ``area``, ``line`` and ``point`` rows; mixed collections are areas."""
    dimension = shapely.get_dimensions(frame.geometry.to_numpy())
    numbers: dict[Form, int] = {"area": 2, "line": 1, "point": 0}
    parts = {form: frame[dimension == number] for form, number in numbers.items()}
    return {form: part.reset_index(drop=True) for form, part in parts.items() if len(part)}


def collection(
    ids: Iterable[str], properties: Iterable[Mapping[str, Any]], shapes: Shapes
) -> dict[str, Any]:
    """Return a GeoJSON FeatureCollection of features with ids, properties and geometry."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": key,
                "properties": values,
                "geometry": shapely.geometry.mapping(shape),
            }
            for key, values, shape in zip(ids, properties, shapes, strict=True)
        ],
    }


def anchor(shape: BaseGeometry) -> tuple[float, float]:
    """Return latitude and longitude where a name or a popup is fastened.

    That is the point itself, the middle of the longest line, or a point inside the area.
    """
    if shape.geom_type in {"LineString", "MultiLineString"}:
        longest = max(shapely.get_parts(shape), key=lambda part: part.length)
        point = longest.interpolate(0.5, normalized=True)
    else:
        point = shape.representative_point()
    return round(point.y, DECIMALS), round(point.x, DECIMALS)


def box_of(shapes: Iterable[BaseGeometry]) -> list[list[float]] | None:
    """Return south-west and north-east corners as latitude, longitude; None without shapes."""
    found = [shape for shape in shapes if not shape.is_empty]
    if not found:
        return None
    return corners(shapely.total_bounds(found))


def corners(box: Iterable[float]) -> list[list[float]]:
    """Return west, south, east, north as south-west and north-east corners, latitude first."""
    min_x, min_y, max_x, max_y = (round(float(value), DECIMALS) for value in box)
    return [[min_y, min_x], [max_y, max_x]]
