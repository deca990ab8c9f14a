"""Which places and points of interest came, went or changed between two extracts of one area.

Points are met by id, then by name and category within 100 m, for a node may have become an area.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from spatialplan.measures.road_change import MOVED_M, differ

__all__ = ["POINT_CHANGES", "compare_points"]

SAME_POINT_M = 100.0
SAME_UNNAMED_M = 30.0  # a point without a name is met again only so near
POINT_CHANGES = ("come", "gone", "renumbered", "moved", "renamed", "recategorised")

IntArray = NDArray[np.int64]
Objects = NDArray[np.object_]


def compare_points(
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
    differs = {name: differ(both[0][name][i], both[1][name][j]) for name in ("name", "kind")}
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
