"""Which roads came, went or changed between two extracts of one area.

Roads are compared by OSM id first. What of a way its id does not hold in the other extract is
*free*: a whole way that came or went, a part cut off or redrawn. A new way of which at least 90 %
runs within 15 m of free old roads was split off or drawn anew, and is no new road; one beside a
road that is still there (a second carriageway) is. Lengths are geodesic (Karney 2013).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from spatialplan.model.osm import OsmData, RoadWays

__all__ = ["MOVED_M", "ROAD_CHANGES", "WGS84", "compare_roads", "differ"]

WGS84 = "EPSG:4326"
SAME_ROAD_M = 15.0
SAME_SHARE = 0.9
DRAWN_M = 1.0  # vertices come and go along a road that stays where it is
SAMPLE_M = 10.0
MOVED_M = 20.0
MOVED_SHARE = 0.05
ROAD_CHANGES = (
    "opened",
    "closed",
    "renumbered",
    "reclassified",
    "renamed",
    "ref",
    "oneway",
    "moved",
)
DIRECTIONS = np.array(["backward", "both", "forward"], dtype=object)

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Objects = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Roads:
    """Ways as lines in WGS-84 and in metres; `tags` by the name of the change."""

    way_id: IntArray
    line: Objects
    metric: Objects
    km: FloatArray
    oneway: IntArray
    tags: Mapping[str, Objects]


def compare_roads(
    old: OsmData, new: OsmData, area: BaseGeometry, to_metres: pyproj.Transformer
) -> tuple[gpd.GeoDataFrame, dict[str, float]]:
    """Return the rows of the roads, the km of both extracts and what parts them."""
    return _compare(_roads(old, area, to_metres), _roads(new, area, to_metres))


def _roads(data: OsmData, area: BaseGeometry, to_metres: pyproj.Transformer) -> _Roads:
    """Return the ways that meet the common area: all, where it is what was asked for."""
    roads = data.roads
    way = np.repeat(np.arange(len(roads.way_id)), np.diff(roads.first))
    xy = np.column_stack([roads.lon, roads.lat])[roads.node]
    metric = np.column_stack(to_metres.transform(xy[:, 0], xy[:, 1]))
    line = _lines(xy, way)
    shapely.prepare(area)
    is_whole = shapely.equals(area, data.area)
    kept = np.flatnonzero(is_whole | shapely.intersects(area, line))
    tags = {"reclassified": roads.road_class, "renamed": roads.name, "ref": roads.ref}
    return _Roads(
        way_id=roads.way_id[kept],
        line=line[kept],
        metric=_lines(metric, way)[kept],
        km=_km(roads, xy, way)[kept],
        oneway=roads.oneway[kept].astype(np.int64),
        tags={change: values[kept] for change, values in tags.items()},
    )


def _lines(xy: FloatArray, way: IntArray) -> Objects:
    return np.asarray(shapely.linestrings(xy, indices=way), dtype=object)


def _km(roads: RoadWays, xy: FloatArray, way: IntArray) -> FloatArray:
    """Return the geodesic length of each way."""
    step = np.flatnonzero(way[1:] == way[:-1])
    a, b = xy[step], xy[step + 1]
    length = pyproj.Geod(ellps="WGS84").inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2]
    return np.bincount(way[step], weights=length, minlength=len(roads.way_id)) / 1000


def _compare(old: _Roads, new: _Roads) -> tuple[gpd.GeoDataFrame, dict[str, float]]:
    _, i, j = np.intersect1d(old.way_id, new.way_id, return_indices=True)
    redrawn = ~shapely.equals_exact(old.line[i], new.line[j], tolerance=0.0)
    left, taken = _free(old, i, new, j, redrawn), _free(new, j, old, i, redrawn)
    come_m, was = _unknown(new, taken, old, left)
    gone_m, _ = _unknown(old, left, new, taken)
    is_new, is_gone = ~np.isin(new.way_id, old.way_id), ~np.isin(old.way_id, new.way_id)
    opened = is_new & ((was < 0) | (come_m > (1 - SAME_SHARE) * shapely.length(new.metric)))
    closed = is_gone & (gone_m > (1 - SAME_SHARE) * shapely.length(old.metric))
    again = np.flatnonzero(is_new & ~opened)
    rows = [
        _road_rows("opened", new, np.flatnonzero(opened), km=come_m / 1000),
        _road_rows("closed", old, np.flatnonzero(closed), km=gone_m / 1000),
        _road_rows("renumbered", new, again, was=(old, was[again])),
        *_changed_tags(old, np.concatenate([i, was[again]]), new, np.concatenate([j, again])),
    ]
    unexplained_m, before_m = gone_m[i] + come_m[j], old.km[i] * 1000
    moved = shapely.hausdorff_distance(old.metric[i], new.metric[j]) > MOVED_M
    moved |= np.abs(new.km[j] * 1000 - before_m) > MOVED_SHARE * before_m
    moved &= redrawn & (unexplained_m > np.minimum(MOVED_M, MOVED_SHARE * before_m))
    said = [np.array([f"{km:.2f} km" for km in n], dtype=object) for n in (old.km[i], new.km[j])]
    k = np.flatnonzero(moved)
    rows.append(_road_rows("moved", new, j[k], was=(old, i[k]), said=(said[0][k], said[1][k])))
    table = gpd.GeoDataFrame(pd.concat(rows, ignore_index=True), crs=WGS84)
    sums = table.groupby("change")["km"].sum()
    km = {f"{change}_km": round(float(sums.get(change, 0.0)), 1) for change in ROAD_CHANGES}
    km |= {"before_km": round(float(old.km.sum()), 1), "after_km": round(float(new.km.sum()), 1)}
    rest = km["after_km"] - km["before_km"] - km["opened_km"] + km["closed_km"]
    return table, km | {"redrawn_km": round(rest, 1)}


def _free(own: _Roads, i: IntArray, other: _Roads, j: IntArray, redrawn: BoolArray) -> Objects:
    """Return what of each way its id does not hold in the other extract; None where nothing."""
    out = own.metric.copy()
    out[i] = None
    i, j = i[redrawn], j[redrawn]
    held = shapely.buffer(other.metric[j], DRAWN_M, quad_segs=2)
    out[i] = shapely.difference(own.metric[i], held)
    return out


def _unknown(
    own: _Roads, free: Objects, other: _Roads, other_free: Objects
) -> tuple[FloatArray, IntArray]:
    """Return how many metres of each free part are far from the other extract's free parts.

    And the way of the other that runs along most of it, of equal ones that of the same class; -1
    where there is none.
    """
    part, way = shapely.get_parts(free, return_index=True)
    count = np.ceil(shapely.length(part) / SAMPLE_M).astype(np.int64)
    of = np.repeat(np.arange(len(part)), count)
    step = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    sample = shapely.line_interpolate_point(part[of], (step + 0.5) / count[of], normalized=True)
    near, cover = STRtree(other_free).query(sample, predicate="dwithin", distance=SAME_ROAD_M)
    way, weight = way[of], (shapely.length(part)[of]) / count[of]
    weight[near] = 0.0
    pair, times = np.unique(np.stack([way[near], cover]), axis=1, return_counts=True)
    differs = own.tags["reclassified"][pair[0]] != other.tags["reclassified"][pair[1]]
    order = np.lexsort((pair[1], differs, -times, pair[0]))
    found, first = np.unique(pair[0][order], return_index=True)
    best = np.full(len(free), -1, dtype=np.int64)
    best[found] = pair[1][order][first]
    unknown_m = np.bincount(way, weights=weight, minlength=len(free)).astype(np.float64)
    return unknown_m, best


def _changed_tags(old: _Roads, a: IntArray, new: _Roads, b: IntArray) -> list[pd.DataFrame]:
    """Return rows for the pairs of an old and a new way whose tags differ."""
    # A way drawn the other way round, its oneway tag turned with it, is the same road.
    start, finish = (
        shapely.line_locate_point(old.metric[a], shapely.get_point(new.metric[b], end))
        for end in (0, -1)
    )
    before = np.where(start > finish, -old.oneway[a], old.oneway[a])
    pairs = {change: (old.tags[change][a], new.tags[change][b]) for change in old.tags}
    pairs["oneway"] = (DIRECTIONS[before + 1], DIRECTIONS[new.oneway[b] + 1])
    rows = []
    for change, (x, y) in pairs.items():
        k = np.flatnonzero(differ(x, y))
        rows.append(_road_rows(change, new, b[k], was=(old, a[k]), said=(x[k], y[k])))
    return rows


def differ(old: Objects, new: Objects) -> BoolArray:
    """Whether texts differ otherwise than in width, composition or blanks."""
    out = np.asarray(old != new, dtype=bool)
    pairs = zip(old[out], new[out], strict=True)
    out[out] = [_plain(one) != _plain(other) for one, other in pairs]
    return out


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _road_rows(
    change: str,
    roads: _Roads,
    index: IntArray,
    *,
    was: tuple[_Roads, IntArray] | None = None,
    said: tuple[Objects, Objects] | None = None,
    km: FloatArray | None = None,
) -> pd.DataFrame:
    blank = np.full(len(index), "", dtype=object)
    old_id = blank if was is None else "way/" + was[0].way_id[was[1]].astype(str).astype(object)
    columns = {
        "change": np.full(len(index), change, dtype=object),
        "osm_id": "way/" + roads.way_id[index].astype(str).astype(object),
        "was_id": old_id,
        "class": roads.tags["reclassified"][index],
        "name": roads.tags["renamed"][index],
        "was": said[0] if said else blank,
        "now": said[1] if said else blank,
        "km": (roads.km if km is None else km)[index],
        "geometry": roads.line[index],
    }
    return pd.DataFrame(columns)
