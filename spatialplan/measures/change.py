"""What changed between two extracts of one area: roads, places, points of interest, verdicts.

Roads are compared by OSM id first. What of a way its id does not hold in the other extract is
*free*: a whole way that came or went, a part cut off or redrawn. A new way of which at least 90 %
runs within 15 m of free old roads was split off or drawn anew, and is no new road; one beside a
road that is still there (a second carriageway) is. Points are met by id, then by name and category
within 100 m, for a node may have become an area.

Lengths are geodesic (Karney 2013); nearness is measured in a transverse Mercator projection about
the middle of the area, true to 0.1 % within 280 km of its meridian. What is new in the map need not
be new on the ground: it may have been mapped, or opened to the mode, only now.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from spatialplan.errors import DataError
from spatialplan.model.osm import OsmData, RoadWays
from spatialplan.model.source import Provenance
from spatialplan.model.verdict import State, Verdict

__all__ = ["OsmChange", "VerdictChange", "compare_osm", "verdict_changes"]

WGS84 = "EPSG:4326"
SAME_ROAD_M = 15.0
SAME_SHARE = 0.9
DRAWN_M = 1.0  # vertices come and go along a road that stays where it is
SAMPLE_M = 10.0
MOVED_M = 20.0
MOVED_SHARE = 0.05
SAME_POINT_M = 100.0
SAME_UNNAMED_M = 30.0  # a point without a name is met again only so near
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
POINT_CHANGES = ("come", "gone", "renumbered", "moved", "renamed", "recategorised")
DIRECTIONS = np.array(["backward", "both", "forward"], dtype=object)

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Objects = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmChange:
    """What changed from an old to a new extract; frames in WGS-84.

    Attributes
    ----------
    roads
        One row per way and change: ``change`` (one of `ROAD_CHANGES`; ``renumbered`` is the same
        road under another id), ``osm_id``, ``was_id``, ``class``, ``name``, ``was`` and ``now``
        (what changed, as text), ``km`` (opened and closed: of the part that is), ``geometry`` (the
        new one, of closed roads the old).
    points
        One row per place or POI and change: ``change`` (one of `POINT_CHANGES`), ``layer``
        (``places``, ``pois``), ``osm_id``, ``was_id``, ``category``, ``name``, ``was``, ``now``,
        ``moved_m``, ``geometry``.
    summary
        Numbers by change (``roads_opened``, ``pois_come``) and km to 0.1 (``opened_km``), with
        after_km = before_km + opened_km − closed_km + redrawn_km.
    """

    old: Provenance
    new: Provenance
    roads: gpd.GeoDataFrame
    points: gpd.GeoDataFrame
    summary: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChange:
    """A claim whose state or value differs; None where a run lacks the claim or the value."""

    claim_id: str
    old_state: State | None
    new_state: State | None
    old_value: float | None
    new_value: float | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Roads:
    """Ways as lines in WGS-84 and in metres; `tags` by the name of the change."""

    way_id: IntArray
    line: Objects
    metric: Objects
    km: FloatArray
    oneway: IntArray
    tags: Mapping[str, Objects]


def compare_osm(old: OsmData, new: OsmData) -> OsmChange:
    """Return what changed from `old` to `new` in the area that both cover.

    Raises
    ------
    DataError
        When the two were read for different modes, or have no area in common.
    """
    if old.mode != new.mode:
        raise DataError(
            f"两份数据按不同出行方式读取（{old.mode}、{new.mode}），请用同一方式",
            f"the extracts were read for different modes ({old.mode}, {new.mode}); use one",
        )
    area = shapely.intersection(old.area, new.area)
    if area.area == 0:
        raise DataError("两份数据的范围没有重叠", "the extracts have no area in common")
    centre = area.centroid
    local = f"+proj=tmerc +lat_0={centre.y} +lon_0={centre.x} +k=1 +ellps=WGS84 +units=m"
    to_metres = pyproj.Transformer.from_crs(WGS84, local, always_xy=True)
    roads, km = _compare_roads(_roads(old, area, to_metres), _roads(new, area, to_metres))
    points = pd.concat(
        [
            _compare_points("places", old.places, new.places, area, to_metres),
            _compare_points("pois", old.pois, new.pois, area, to_metres),
        ],
        ignore_index=True,
    )
    kinds = [*("roads_" + roads["change"]), *(points["layer"] + "_" + points["change"])]
    names = [f"roads_{change}" for change in ROAD_CHANGES]
    names += [f"{layer}_{change}" for layer in ("places", "pois") for change in POINT_CHANGES]
    return OsmChange(
        old=old.provenance,
        new=new.provenance,
        roads=roads,
        points=gpd.GeoDataFrame(points, crs=WGS84),
        summary={name: kinds.count(name) for name in names} | km,
    )


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


def _compare_roads(old: _Roads, new: _Roads) -> tuple[gpd.GeoDataFrame, dict[str, float]]:
    """Return the rows of the roads, the km of both extracts and what parts them."""
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
        k = np.flatnonzero(_differ(x, y))
        rows.append(_road_rows(change, new, b[k], was=(old, a[k]), said=(x[k], y[k])))
    return rows


def _differ(old: Objects, new: Objects) -> BoolArray:
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


def _compare_points(
    layer: str,
    old: gpd.GeoDataFrame,
    new: gpd.GeoDataFrame,
    area: BaseGeometry,
    to_metres: pyproj.Transformer,
) -> pd.DataFrame:
    """Return the rows of one layer of points."""
    label = "category" if layer == "pois" else "kind"
    old, new = (f[shapely.intersects(area, f.geometry.to_numpy())] for f in (old, new))
    both = [_columns(frame, label, to_metres) for frame in (old, new)]
    _, i, j = np.intersect1d(both[0]["osm_id"], both[1]["osm_id"], return_indices=True)
    gone = np.setdiff1d(np.arange(len(old)), i)
    come = np.setdiff1d(np.arange(len(new)), j)
    g, c = _met_again(both[0], gone, both[1], come)
    gone, come = np.setdiff1d(gone, g), np.setdiff1d(come, c)
    distance = shapely.distance(both[0]["metric"][i], both[1]["metric"][j])
    differs = {name: _differ(both[0][name][i], both[1][name][j]) for name in ("name", "kind")}
    none = np.empty(0, dtype=np.int64)
    cases: list[tuple[str, IntArray, IntArray, str]] = [
        ("come", none, come, ""),
        ("gone", gone, none, ""),
        ("renumbered", g, c, ""),
        ("moved", i[distance > MOVED_M], j[distance > MOVED_M], ""),
        ("renamed", i[differs["name"]], j[differs["name"]], "name"),
        ("recategorised", i[differs["kind"]], j[differs["kind"]], "kind"),
    ]
    rows = [_point_rows(layer, change, (both[0], a), (both[1], b), c) for change, a, b, c in cases]
    return pd.concat(rows, ignore_index=True)


def _columns(
    frame: gpd.GeoDataFrame, label: str, to_metres: pyproj.Transformer
) -> dict[str, Objects]:
    points = shapely.point_on_surface(frame.geometry.to_numpy())
    x, y = to_metres.transform(shapely.get_x(points), shapely.get_y(points))
    columns = {name: frame[name].to_numpy(dtype=object) for name in ("osm_id", "name", "kind")}
    columns["category"] = frame[label].to_numpy(dtype=object)
    metric = np.asarray(shapely.points(x, y), dtype=object)
    return columns | {"geometry": frame.geometry.to_numpy(), "metric": metric}


def _met_again(
    old: Mapping[str, Objects], gone: IntArray, new: Mapping[str, Objects], come: IntArray
) -> tuple[IntArray, IntArray]:
    """Return pairs of points of the same name and category, the nearest first, each point once."""
    tree = STRtree(new["metric"][come])
    a, b = tree.query(old["metric"][gone], predicate="dwithin", distance=SAME_POINT_M)
    a, b = gone[a], come[b]
    distance = shapely.distance(old["metric"][a], new["metric"][b])
    same = (old["name"][a] == new["name"][b]) & (old["category"][a] == new["category"][b])
    same &= (old["name"][a] != "") | (distance <= SAME_UNNAMED_M)
    order = np.flatnonzero(same)[np.lexsort((b[same], a[same], distance[same]))]
    a, b = a[order], b[order]
    pairs = [np.empty((2, 0), dtype=np.int64)]
    while len(a):
        nearest = [np.unique(side, return_index=True)[1] for side in (a, b)]
        first = np.intersect1d(nearest[0], nearest[1])
        pairs.append(np.stack([a[first], b[first]]))
        free = ~np.isin(a, a[first]) & ~np.isin(b, b[first])
        a, b = a[free], b[free]
    found = np.concatenate(pairs, axis=1)
    return found[0], found[1]


def _point_rows(
    layer: str,
    change: str,
    old: tuple[Mapping[str, Objects], IntArray],
    new: tuple[Mapping[str, Objects], IntArray],
    said: str,
) -> pd.DataFrame:
    """Return the rows of one change; of points that are gone the old ones are shown."""
    (columns, index), (before, a) = (old if change == "gone" else new), old
    blank = np.full(len(index), "", dtype=object)
    is_pair = len(a) == len(index) and change not in ("come", "gone")
    moved_m = np.zeros(len(index))
    if is_pair:
        moved_m = shapely.distance(before["metric"][a], columns["metric"][index])
    rows = {
        "change": np.full(len(index), change, dtype=object),
        "layer": np.full(len(index), layer, dtype=object),
        "osm_id": columns["osm_id"][index],
        "was_id": before["osm_id"][a] if is_pair else blank,
        "category": columns["category"][index],
        "name": columns["name"][index],
        "was": before[said][a] if said else blank,
        "now": columns[said][index] if said else blank,
        "moved_m": moved_m,
        "geometry": columns["geometry"][index],
    }
    return pd.DataFrame(rows)


def verdict_changes(old: Sequence[Verdict], new: Sequence[Verdict]) -> tuple[VerdictChange, ...]:
    """Return the claims whose state or value differs between two runs.

    In the order of `new`, then those that only `old` has. Values count as equal to nine digits.

    Examples
    --------
    >>> verdict_changes((), ())
    ()
    """
    before = {verdict.claim_id: verdict for verdict in old}
    after = {verdict.claim_id: verdict for verdict in new}
    rows = (
        _verdict_change(i, before.get(i), after.get(i)) for i in dict.fromkeys([*after, *before])
    )
    return tuple(
        row
        for row in rows
        if row.old_state != row.new_state or not _is_equal(row.old_value, row.new_value)
    )


def _verdict_change(claim_id: str, old: Verdict | None, new: Verdict | None) -> VerdictChange:
    return VerdictChange(
        claim_id=claim_id,
        old_state=old.state if old else None,
        new_state=new.state if new else None,
        old_value=old.measure.value if old else None,
        new_value=new.measure.value if new else None,
        unit=next(v.measure.unit for v in (new, old) if v is not None),
    )


def _is_equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9)
