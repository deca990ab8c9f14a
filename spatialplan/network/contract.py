"""Build a `StreetNetwork` from ways: cut at junctions, contracted where nothing branches.

Which nodes stay, and how the others are contracted, is told in `chains`. Barriers part a road: each
side ends there in a node of its own.
"""

from __future__ import annotations

from collections.abc import Collection

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from spatialplan.errors import DataError
from spatialplan.model.network import SpeedTable, StreetNetwork
from spatialplan.model.osm import RoadWays
from spatialplan.model.source import Provenance
from spatialplan.network import chains
from spatialplan.network.build import network_from_lines

__all__ = ["network_from_ways"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

OSM_ACCURACY_M = 10.0  # of roads traced from satellite images or tracks
HILBERT_LEVEL = 16


def network_from_ways(
    roads: RoadWays,
    *,
    crs: str,
    extent: BaseGeometry,
    speeds: SpeedTable,
    provenance: tuple[Provenance, ...],
    classes: Collection[str] | None = None,
    largest_only: bool = False,
) -> StreetNetwork:
    """Return the routable network of ways.

    Parameters
    ----------
    crs
        Projected CRS of the network, in metres.
    extent
        Area in `crs` that the ways cover.
    speeds
        Speed by class, for ways without a speed limit. A tagged limit is driven at.
    classes
        Road classes to take; all when omitted.
    largest_only
        Whether to keep only the piece of most OSM nodes, as osmnx does by default.

    Returns
    -------
    StreetNetwork
        A two-way road is one edge. An edge that joins several ways has the class, name and ref
        that cover most of its length (unnamed parts aside), and the sum of their travel times.
        Nodes follow a Hilbert curve, edges their nodes.

    Raises
    ------
    DataError
        When there is no way to build of, or a class has no speed.
    """
    segments = _segments(roads, crs, classes)
    if largest_only:
        segments = segments.only(chains.in_largest(segments))
    if len(segments.tail) == 0:
        raise DataError("没有任何道路，无法建立路网", "there are no roads to build a network of")
    kmh = {name: speeds.of(name) for name in sorted(set(roads.road_class[np.unique(segments.way)]))}
    by_class = np.array([kmh.get(name, np.nan) for name in roads.road_class])
    speed = np.where(np.isnan(roads.maxspeed_kmh), by_class, roads.maxspeed_kmh)[segments.way]
    length = np.hypot(*(segments.xy[segments.head] - segments.xy[segments.tail]).T)
    joined = chains.contract(segments)
    weight = np.add.reduceat(length, joined.piece_start)[joined.piece]
    time_ms = np.add.reduceat(length / speed * 3600.0, joined.piece_start)[joined.piece]
    chain_start = np.flatnonzero(np.diff(joined.chain, prepend=-1))
    way = segments.way[joined.piece_start][joined.piece]
    order, ends = _order(segments.xy, joined)
    return network_from_lines(
        joined.lines(segments)[order],
        road_class=_prevailing(roads.road_class[way], weight, joined.chain)[order].tolist(),
        name=_prevailing(roads.name[way], weight, joined.chain)[order].tolist(),
        ref=_prevailing(roads.ref[way], weight, joined.chain)[order].tolist(),
        accuracy_m=np.full(len(order), OSM_ACCURACY_M),
        crs=crs,
        extent=extent,
        speeds=speeds,
        provenance=provenance,
        backward=~joined.is_oneway[order],
        ends=ends,
        time_ms=np.add.reduceat(time_ms, chain_start)[order],
    )


def _segments(roads: RoadWays, crs: str, classes: Collection[str] | None) -> chains.Segments:
    """Return the segments of the ways of some classes; ways drawn against traffic are turned."""
    size = np.diff(roads.first)
    way = np.repeat(np.arange(len(size)), size)
    step = chains.counting(size)
    turned = (roads.oneway == -1)[way]
    node = roads.node[roads.first[way] + np.where(turned, size[way] - 1 - step, step)]
    kept = (way[1:] == way[:-1]) & (node[1:] != node[:-1])
    if classes is not None:
        kept &= np.isin(roads.road_class, list(classes))[way[1:]]
    at = np.flatnonzero(kept)
    to_crs = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    xy = np.column_stack(to_crs.transform(roads.lon, roads.lat))
    ends = np.column_stack([node[at], node[at + 1]])
    barred = roads.barred_node[ends]
    copies = ends[barred]
    ends[barred] = len(xy) + np.arange(len(copies))
    return chains.Segments(
        tail=ends[:, 0],
        head=ends[:, 1],
        way=way[at],
        is_oneway=(roads.oneway != 0)[way[at]],
        xy=np.vstack([xy, xy[copies]]),
    )


def _prevailing(value: NDArray[np.object_], weight: Floats, group: Ints) -> NDArray[np.object_]:
    """Return the value that weighs most in each group; empty text only where there is no other."""
    code, text = pd.factorize(value, sort=True)
    weight = np.where(text[code] == "", 0.0, weight)
    order = np.lexsort((code, group))
    group, code, weight = group[order], code[order], weight[order]
    first = np.flatnonzero((np.diff(group, prepend=-1) != 0) | (np.diff(code, prepend=-1) != 0))
    total = np.add.reduceat(weight, first)
    best = np.lexsort((-total, group[first]))
    best = best[np.unique(group[first][best], return_index=True)[1]]
    found: NDArray[np.object_] = np.asarray(text, dtype=object)[code[first][best]]
    return found


def _order(xy: Floats, joined: chains.Chains) -> tuple[Ints, Ints]:
    """Return the order of the edges, and the numbers of their nodes along a Hilbert curve."""
    nodes = np.unique(np.concatenate([joined.source, joined.target]))
    points = gpd.GeoSeries.from_xy(*xy[nodes].T)
    curve = points.hilbert_distance(level=HILBERT_LEVEL).to_numpy()
    rank = np.empty(len(xy), dtype=np.int64)
    rank[nodes[np.lexsort((*xy[nodes].T, curve))]] = np.arange(len(nodes))
    ends = np.column_stack([rank[joined.source], rank[joined.target]])
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    return order, ends[order]
