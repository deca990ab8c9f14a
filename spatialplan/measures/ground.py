"""What is known of the ground that a table's points are held against: districts, roads, places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from spatialplan.measures.names import normalise_name
from spatialplan.model.network import StreetNetwork

__all__ = ["CITY", "FAR_M", "Ground", "place_stem"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

CITY = -1
"""Stands for the whole area where no district is stated."""
FAR_M = 3000.0
"""Distances to roads and boundaries are told up to here."""
ROAD_STEP_M = 25.0
BOUNDARY_STEP_M = 50.0
MARGIN_M = 5000.0
SUFFIX = re.compile(r"(?:村民委员会|村委会|社区居委会|居民委员会|居委会|社区|村)$")


# Not slotted: the cached properties need a dictionary.
@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """The plan's area as evidence of where points can lie.

    Attributes
    ----------
    districts
        ``adcode``, ``name`` and polygons, WGS-84.
    network
        In the plan's projected CRS, in which all distances are measured.
    places
        Named things with ``name`` and ``accuracy_m``, WGS-84; None where there are none.
    """

    districts: gpd.GeoDataFrame
    network: StreetNetwork
    places: gpd.GeoDataFrame | None = None

    @cached_property
    def areas(self) -> NDArray[np.object_]:
        """Polygons of the districts and, last, of their union (`CITY`), in metres."""
        shapes = self.districts.geometry.to_crs(self.network.crs).to_numpy()
        areas = np.array([*shapes, shapely.union_all(shapes)], dtype=object)
        shapely.prepare(areas)
        return areas

    @property
    def city(self) -> BaseGeometry:
        """Union of the districts, in metres."""
        shape: BaseGeometry = self.areas[CITY]
        return shape

    def project(self, lon: FloatArray, lat: FloatArray) -> FloatArray:
        """Return positions in metres, shape (n, 2)."""
        return np.column_stack(self._to_plan.transform(lon, lat))

    @cached_property
    def _to_plan(self) -> Transformer:
        return Transformer.from_crs("EPSG:4326", self.network.crs, always_xy=True)

    @cached_property
    def _roads(self) -> tuple[cKDTree, FloatArray]:
        """Points along the roads near the city and their accuracy; villages shun motorways."""
        lines = self.network.geometry
        near = shapely.dwithin(lines, self.city, MARGIN_M) & (shapely.length(lines) > 1.0)
        near &= ~np.array([str(c).startswith("motorway") for c in self.network.road_class], bool)
        xy, line = _points_along(lines[near], ROAD_STEP_M)
        return cKDTree(xy), self.network.accuracy_m[near][line]

    def road_distance(self, xy: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return how far the nearest road is and how accurate it is, in metres, shape (…).

        Measured to points every 25 m along the roads; infinite beyond `FAR_M`.
        """
        tree, accuracy_m = self._roads
        if not len(accuracy_m):
            return np.full(xy.shape[:-1], np.inf), np.ones(xy.shape[:-1])
        distance, nearest = tree.query(xy, distance_upper_bound=FAR_M)
        known = np.append(accuracy_m, 1.0)  # the tree answers its size where nothing is near
        return np.asarray(distance), np.asarray(known[nearest])

    @cached_property
    def _boundaries(self) -> tuple[cKDTree, ...]:
        return tuple(
            cKDTree(_points_along(np.array([area.boundary], dtype=object), BOUNDARY_STEP_M)[0])
            for area in self.areas
        )

    def depth(self, xy: FloatArray, area: IntArray) -> FloatArray:
        """Return how deep points lie inside areas, negative outside; at most `FAR_M` either way.

        Parameters
        ----------
        xy
            Positions in metres, shape (n, h, 2).
        area
            Position of each row's district, or `CITY`, shape (n,).
        """
        depth = np.empty(xy.shape[:-1])
        for position in np.unique(area):
            rows = area == position
            inside = shapely.contains_xy(self.areas[position], xy[rows, :, 0], xy[rows, :, 1])
            far, _ = self._boundaries[position].query(xy[rows], distance_upper_bound=FAR_M)
            depth[rows] = np.where(inside, 1.0, -1.0) * np.minimum(far, FAR_M)
        return depth

    def city_distance(self, xy: FloatArray) -> FloatArray:
        """Return how far points, shape (n, 2), lie outside the city, in metres; 0 inside."""
        distance = np.zeros(len(xy))
        outside = ~shapely.contains_xy(self.city, xy[:, 0], xy[:, 1])
        distance[outside] = shapely.distance(self.city, shapely.points(xy[outside]))
        return distance

    def district_at(self, xy: FloatArray) -> IntArray:
        """Return the position of the district that holds each point, shape (n, 2), else `CITY`."""
        found = np.full(len(xy), CITY)
        for position, area in enumerate(self.areas[:-1]):
            found[shapely.contains_xy(area, xy[:, 0], xy[:, 1])] = position
        return found

    def stated_district(self, text: str) -> int:
        """Return the position of the district that a text or code names, else `CITY`.

        “湘潭” may be the city as well as the county, so that a county's name needs its 县.
        """
        plain = normalise_name(text)
        named = [
            position
            for position, (code, name) in enumerate(
                zip(self.districts["adcode"], self.districts["name"], strict=True)
            )
            if name in plain
            or (name[-1] in "区市" and len(name) > 2 and plain == name[:-1])
            or (plain[:6] == str(code) and plain.isdecimal())
        ]
        return named[0] if len(named) == 1 else CITY

    @cached_property
    def known_places(self) -> Mapping[str, FloatArray]:
        """Columns x, y, accuracy in metres of the places by the stem of their name."""
        if self.places is None or self.places.empty:
            return {}
        kept = self.places[~self.places.geom_type.str.contains("LineString")]
        centre = shapely.centroid(kept.geometry.to_crs(self.network.crs).to_numpy())
        values = np.column_stack([shapely.get_coordinates(centre), kept["accuracy_m"]])
        found: dict[str, list[FloatArray]] = {}
        for name, value in zip(kept["name"], values.astype(float), strict=True):
            if len(stem := place_stem(str(name))) > 1:
                found.setdefault(stem, []).append(value)
        return {stem: np.array(rows) for stem, rows in found.items()}


def place_stem(name: str) -> str:
    """Return a village's name without its kind.

    Examples
    --------
    >>> place_stem("石鼓村村民委员会"), place_stem("石鼓村")
    ('石鼓', '石鼓')
    """
    return SUFFIX.sub("", SUFFIX.sub("", normalise_name(name)))


def _points_along(lines: NDArray[np.object_], step_m: float) -> tuple[FloatArray, IntArray]:
    """Return points every `step_m` or closer and the position of their line."""
    return shapely.get_coordinates(shapely.segmentize(lines, step_m), return_index=True)
