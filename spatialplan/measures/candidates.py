"""Candidates of evidence: mapped objects whose names are like a feature's, how far, what kind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from spatialplan.errors import CrsError
from spatialplan.measures import names
from spatialplan.model.evidence import KIND_TAGS
from spatialplan.model.plan import Kind

__all__ = [
    "Hits",
    "MappedObjects",
    "find_hits",
    "kind_fits",
    "objects_from_frame",
    "project",
    "tell_places_apart",
]

SAME_PLACE_M = 500.0  # a station's node, building and stop area; or the sum of the accuracies
NAME_COLUMNS = ("name", "name_zh", "old_name", "alt_name", "name_alt", "ref")
# What a mapper's point for a settlement can be off, in metres; of other things `POINT_M`.
SETTLEMENT_M = {
    "city": 2000.0, "town": 800.0, "township": 1500.0, "suburb": 800.0, "borough": 800.0,
    "quarter": 500.0, "neighbourhood": 300.0, "village": 300.0, "hamlet": 200.0,
}  # fmt: skip
POINT_M = 50.0
WGS84 = "EPSG:4326"

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Objects = NDArray[np.object_]


@dataclass(frozen=True, kw_only=True)
class MappedObjects:
    """Named objects as arrays of one length; `shape` in metres, `point` in WGS-84 degrees.

    `labels` are all their names; label *j* is borne by ``bearer[first[j] : first[j + 1]]``.
    """

    crs: str
    osm_id: Objects
    name: Objects
    kind: Objects
    category: Objects
    source: Objects
    accuracy_m: Floats
    shape: Objects
    point: Objects
    labels: list[str]
    first: Ints
    bearer: Ints

    @cached_property
    def things(self) -> STRtree:
        """The objects that are no lines: how densely an area is mapped."""
        return STRtree(self.shape[shapely.get_dimensions(self.shape) != 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """Objects whose names are like a feature's, the best first.

    `distance_m` is nan for an unlocated feature; `fit` is 1 where the kind fits, 0 where that is
    not known, -1 where it does not; `matched` is the name that is alike.
    """

    index: Ints
    score: Floats
    matched: Objects
    distance_m: Floats
    fit: Ints

    def take(self, rows: NDArray[np.bool_] | Ints) -> Hits:
        """Return some of the hits."""
        return Hits(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def project(shapes: Sequence[BaseGeometry | None] | Objects, crs: str) -> Objects:
    """Return WGS-84 shapes in a projected CRS; None stays.

    Raises
    ------
    CrsError
        When `crs` is not projected in metres.
    """
    target = pyproj.CRS.from_user_input(crs)
    if not target.is_projected:
        raise CrsError(
            f"坐标系 {crs} 不是以米为单位的投影坐标系", f"{crs} is not projected in metres"
        )
    array = np.array([*shapes, None], dtype=object)[:-1]  # None keeps numpy from unpacking shapes
    return np.asarray(gpd.GeoSeries(array, crs=WGS84).to_crs(target).to_numpy(), dtype=object)


def objects_from_frame(frame: gpd.GeoDataFrame, crs: str) -> MappedObjects:
    """Return the named, located rows of a frame as arrays.

    Parameters
    ----------
    frame
        ``name``, ``kind`` and, where there, ``osm_id``, ``category``, ``name_zh``, ``old_name``,
        ``alt_name``, ``name_alt``, ``ref``, ``accuracy_m``, ``source``. Names in one cell are
        parted by ``;`` or ``|``.

    Raises
    ------
    CrsError
        When the frame has no CRS.
    """
    if frame.crs is None:
        raise CrsError(
            "地名对象没有坐标系；请按 WGS-84 给出", "the objects have no CRS; give WGS-84"
        )
    wgs84 = frame.to_crs(WGS84)
    shape = np.asarray(wgs84.geometry.to_numpy(), dtype=object)
    kept = ~(shapely.is_missing(shape) | shapely.is_empty(shape))
    table, shape = pd.DataFrame(wgs84.drop(columns=wgs84.geometry.name))[kept], shape[kept]
    point = shapely.point_on_surface(shape)
    kind = _texts(table, "kind")
    labels, first, bearer = _labels(table)
    return MappedObjects(
        crs=crs, osm_id=_ids(table, point), name=_texts(table, "name"), kind=kind,
        category=_texts(table, "category"), source=_texts(table, "source"),
        accuracy_m=_accuracy(table, kind), shape=project(shape, crs), point=point,
        labels=labels, first=first, bearer=bearer,
    )  # fmt: skip


def _texts(table: pd.DataFrame, column: str) -> Objects:
    """Return a column as texts, empty where absent."""
    if column not in table:
        return np.full(len(table), "", dtype=object)
    values = table[column].astype(object)
    return values.where(values.notna(), "").astype(str).to_numpy(dtype=object)


def _ids(table: pd.DataFrame, point: Objects) -> Objects:
    """Return the ids; where a source has none, a label of name and place that stays the same."""
    lon, lat = shapely.get_x(point), shapely.get_y(point)
    given = zip(_texts(table, "osm_id"), _texts(table, "name"), lon, lat, strict=True)
    return np.array([id or f"{name}@{x:.5f},{y:.5f}" for id, name, x, y in given], dtype=object)


def _accuracy(table: pd.DataFrame, kind: Objects) -> Floats:
    usual = np.array(
        [SETTLEMENT_M.get(k.removeprefix("place="), POINT_M) for k in kind], dtype=float
    )
    if "accuracy_m" not in table:
        return usual
    stated = pd.to_numeric(table["accuracy_m"], errors="coerce").to_numpy(dtype=float)
    return np.where(stated > 0, stated, usual)


def _labels(table: pd.DataFrame) -> tuple[list[str], Ints, Ints]:
    """Return the distinct names, and by offsets the rows that bear each."""
    bearers: dict[str, dict[int, None]] = {}
    for column in NAME_COLUMNS:
        for row, text in enumerate(_texts(table, column)):
            for name in text.replace("；", ";").replace("|", ";").split(";") if text else ():
                if name := name.strip():
                    bearers.setdefault(name, {})[row] = None
    counts = [len(rows) for rows in bearers.values()]
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    bearer = np.array([row for rows in bearers.values() for row in rows], dtype=np.int64)
    return list(bearers), first, bearer


def find_hits(
    titles: Sequence[str],
    kinds: Sequence[Kind],
    shapes: Objects,
    objects: MappedObjects,
    *,
    cutoff: float,
    places: Collection[str],
) -> list[Hits]:
    """Return for each name the objects at least `cutoff` alike: by fit, score, distance, id."""
    pairs = names.similar_pairs(titles, objects.labels, cutoff=cutoff, places=places)
    counts = objects.first[pairs.right + 1] - objects.first[pairs.right]
    pair = np.repeat(np.arange(len(counts)), counts)
    step = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
    at = objects.bearer[objects.first[pairs.right[pair]] + step]
    label = np.array([*objects.labels, None], dtype=object)[:-1]
    table = Hits(
        index=at, score=pairs.score[pair], matched=label[pairs.right[pair]],
        distance_m=np.full(len(at), np.nan), fit=np.zeros(len(at), dtype=np.int64),
    )  # fmt: skip
    starts = np.searchsorted(pairs.left[pair], np.arange(len(titles) + 1))
    return [
        _settle(
            _without_other_ranks(table.take(np.arange(*starts[i : i + 2])), titles[i], objects),
            kinds[i],
            shapes[i],
            objects,
        )
        for i in range(len(titles))
    ]


def _without_other_ranks(hits: Hits, title: str, objects: MappedObjects) -> Hits:
    """Drop what only matches by a name without rank, while its main name has another rank.

    湘潭 is a name of 湘潭市, and yet 湘潭县 is not meant.
    """
    by_other_name = np.flatnonzero(hits.matched != objects.name[hits.index])
    kept = np.ones(len(hits.index), dtype=bool)
    for row in by_other_name:
        rank = names.rank_of(objects.name[hits.index[row]])
        told = names.rank_of(hits.matched[row])
        kept[row] = told or not rank or names.rank_of(title) in (0, rank)
    return hits.take(kept)


def _settle(hits: Hits, kind: Kind, shape: BaseGeometry | None, objects: MappedObjects) -> Hits:
    """Keep each object's best name; add distance and fit; sort."""
    order = np.lexsort((hits.matched.astype(str), -hits.score, hits.index))
    hits = hits.take(order)
    hits = hits.take(np.flatnonzero(np.diff(hits.index, prepend=-1)))
    if shape is not None:
        hits.distance_m[:] = shapely.distance(shape, objects.shape[hits.index])
    tags = zip(objects.kind[hits.index], objects.category[hits.index], strict=True)
    fits = [kind_fits(kind, tag, category) for tag, category in tags]
    hits.fit[:] = [0 if fit is None else 2 * fit - 1 for fit in fits]
    ids = objects.osm_id[hits.index].astype(str)
    return hits.take(np.lexsort((ids, hits.distance_m, -hits.score.round(6), -hits.fit)))


@lru_cache(maxsize=10_000)
def kind_fits(kind: Kind, tag: str, category: str = "") -> bool | None:
    """Return whether an object can be such a feature; None when the table does not tell.

    Examples
    --------
    >>> kind_fits(Kind.STATION, "railway=station"), kind_fits(Kind.STATION, "highway=bus_stop")
    (True, False)
    >>> kind_fits(Kind.CORRIDOR, "highway=primary"), kind_fits(Kind.MARKET, "shop=mall")
    (None, True)
    """
    allowed = KIND_TAGS.get(kind)
    if allowed is None or not tag:
        return None
    return not allowed.isdisjoint({tag, f"{tag.partition('=')[0]}=*", category or tag})


def tell_places_apart(hits: Hits, objects: MappedObjects) -> Ints:
    """Return the place of each hit as a number: objects near each other are one place.

    Near is within `SAME_PLACE_M` or the sum of both accuracies, from one to the next: the pieces
    of a road are one place.
    """
    shape, accuracy = objects.shape[hits.index], objects.accuracy_m[hits.index]
    reach = max(SAME_PLACE_M, 2 * float(accuracy.max(initial=0.0)))
    a, b = STRtree(shape).query(shape, predicate="dwithin", distance=reach)
    near = shapely.distance(shape[a], shape[b]) <= np.maximum(
        SAME_PLACE_M, accuracy[a] + accuracy[b]
    )
    joined = csr_array((np.ones(near.sum()), (a[near], b[near])), (len(shape),) * 2)
    return connected_components(joined, directed=False)[1].astype(np.int64)
