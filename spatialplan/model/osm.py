"""What is read of an OpenStreetMap source: roads, places, points of interest, boundaries, water."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from spatialplan.model.source import Provenance

__all__ = ["Mode", "OsmData", "ReadingChoice", "RoadWays"]


class Mode(StrEnum):
    """Who travels: it decides which ways are open, in which direction, and how fast."""

    DRIVE = "drive"
    TRUCK = "truck"
    WALK = "walk"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingChoice:
    """Which roads of a source count: for whom, with ferries or not, with toll roads or not."""

    mode: Mode = Mode.DRIVE
    ferries: bool = False
    tolls: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadWays:
    """Ways open to a mode, as drawn by the mappers: w ways over n distinct nodes.

    Way *i* visits the nodes ``node[first[i] : first[i + 1]]``, positions into `node_id`, `lon`,
    `lat`. Text arrays are empty text where the tag is absent.

    Attributes
    ----------
    way_id
        OSM ids, shape (w,).
    first
        Offsets into `node`, shape (w + 1,).
    node
        Node positions of all ways, chained.
    node_id, lon, lat
        The distinct nodes: OSM id and WGS-84 degrees, shape (n,).
    oneway
        1 open along the way only, -1 against it only, 0 both, for the mode; shape (w,).
    maxspeed_kmh
        From the tag, nan where absent; shape (w,).
    barred_node
        Nodes that a barrier closes to the mode, shape (n,).
    """

    way_id: NDArray[np.int64]
    first: NDArray[np.int64]
    node: NDArray[np.int64]
    node_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    road_class: NDArray[np.object_]
    name: NDArray[np.object_]
    ref: NDArray[np.object_]
    surface: NDArray[np.object_]
    junction: NDArray[np.object_]
    oneway: NDArray[np.int8]
    maxspeed_kmh: NDArray[np.float64]
    bridge: NDArray[np.bool_]
    tunnel: NDArray[np.bool_]
    layer: NDArray[np.int8]
    toll: NDArray[np.bool_]
    barred_node: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmData:
    """One source read for one area and one mode, WGS-84.

    Attributes
    ----------
    places
        ``osm_id`` (``node/1``), ``kind`` (city … hamlet), ``name``, ``name_zh``, ``name_en``,
        ``old_name``, ``alt_name``, ``population``; points.
    pois
        ``osm_id``, ``category``, ``kind`` (``amenity=post_office``), the same name columns; points
        (areas by an inner point).
    boundaries
        ``osm_id``, ``admin_level`` (4–8), ``name``, ``name_zh``, ``adcode``; polygons with holes.
    water
        ``osm_id``, ``class`` (river, lake, bank), ``name``; lines and polygons with holes.
    rails
        ``osm_id``, ``class``, ``name``; lines.
    restrictions
        Number of turn restrictions read; routing does not honour them and says so.
    counts
        Kept and dropped objects by reason.
    area
        What was asked for: beyond it there is no data.
    """

    mode: Mode
    roads: RoadWays
    places: gpd.GeoDataFrame
    pois: gpd.GeoDataFrame
    boundaries: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    rails: gpd.GeoDataFrame
    restrictions: int
    counts: Mapping[str, int]
    area: BaseGeometry
    provenance: Provenance
