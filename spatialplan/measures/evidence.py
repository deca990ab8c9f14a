"""Evidence: find each feature of a plan among the mapped objects, by name, kind and distance.

With s the similarity of names (`names.name_similarity`), d the distance to the feature's shape, a
the greater of the two accuracies and t the tolerance, three tests are passed or passed weakly:

========  =======================  ============================
test      passed                   weakly
========  =======================  ============================
name      s ≥ `confirm_score`      s ≥ `probable_score`
kind      `KIND_TAGS` allows it    another kind, or not known
distance  d ≤ max(a, t)            d ≤ max(3a, t)
========  =======================  ============================

No weak test: *confirmed*; one: *probable*; more, or d beyond: no match. Without a match, the only
place in the plan's area with an equal name (s ≥ `CONTRADICT_SCORE`) and a fitting kind, beyond
max(3a, t), *contradicts* the feature's place. Else it is *not found* where `MAPPED_OBJECTS` named
things are mapped within `MAPPED_M` of it, and there is *no data* where they are not. An unlocated
feature is *probable* at best: when its name is found at one place of the area (of its parent, when
that is an area) and the kind does not speak against it.

Equal matches that are not one place are homonyms: *probable*, all ids told. A coordinate is
proposed for a point or unlocated feature from its only match, when that passes name and kind and
betters the feature's accuracy. Limit: a match says that the map knows such a thing there, not that
it is built or at work.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from spatialplan.measures import candidates as found
from spatialplan.measures import evidence_words as words
from spatialplan.measures import names
from spatialplan.measures.candidates import Hits, MappedObjects
from spatialplan.model.evidence import Candidate, Evidence, EvidenceState, Proposed
from spatialplan.model.plan import Feature, Kind
from spatialplan.text import Text

__all__ = ["match_features"]

CONFIRM_SCORE = 0.88
PROBABLE_SCORE = 0.75
CONTRADICT_SCORE = 0.95  # to gainsay a place the names must be equal but for spelling
EQUAL_SCORE = 0.02  # matches this near in similarity are equally good
MAPPED_M = 2000.0
MAPPED_OBJECTS = 10
N_CANDIDATES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    """What features are held against; `extent` and `area` in metres."""

    objects: MappedObjects
    extent: BaseGeometry
    area: BaseGeometry
    tolerance_m: float
    confirm_score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """A feature, its shape and its parent's in metres, and what bears a like name."""

    feature: Feature
    shape: BaseGeometry | None
    parent: BaseGeometry | None
    hits: Hits


def match_features(
    features: Sequence[Feature],
    objects: gpd.GeoDataFrame,
    *,
    crs: str,
    extent: BaseGeometry,
    tolerance_m: float,
    confirm_score: float = CONFIRM_SCORE,
    probable_score: float = PROBABLE_SCORE,
    area: BaseGeometry | None = None,
    places: Collection[str] = (),
) -> list[Evidence]:
    """Return the evidence of each feature, in the order given.

    Parameters
    ----------
    features
        With district geometries resolved; WGS-84.
    objects
        Named things in WGS-84: places, points of interest, named roads, rails and water. Columns
        as in `candidates.objects_from_frame`.
    crs
        Projected, in metres.
    extent
        Where the objects were mapped, WGS-84; beyond it there is no data.
    area
        The plan's prefecture, WGS-84; `extent` when omitted. Unlocated features are looked for
        only there, and only what lies there contradicts.
    places
        Names of districts and towns that names begin with, beside the features' own districts.

    Raises
    ------
    CrsError
        When the objects have no CRS, or `crs` is not projected.
    """
    mapped = found.objects_from_frame(objects, crs)
    bounds = found.project([extent, extent if area is None else area], crs)
    shapely.prepare(bounds)
    world = _World(
        objects=mapped, extent=bounds[0], area=bounds[1],
        tolerance_m=tolerance_m, confirm_score=confirm_score,
    )  # fmt: skip
    shapes = found.project([f.geometry if f.is_located else None for f in features], crs)
    hits = found.find_hits(
        [f.name for f in features], [f.kind for f in features], shapes, mapped,
        cutoff=probable_score,
        places={*places, *(f.name for f in features if f.kind is Kind.DISTRICT)},
    )  # fmt: skip
    by_id = {f.id: shape for f, shape in zip(features, shapes, strict=True)}
    return [
        _judge(
            world,
            _Subject(feature=f, shape=s, parent=by_id.get(f.parent or ""), hits=h),
        )
        for f, s, h in zip(features, shapes, hits, strict=True)
    ]


def _judge(world: _World, subject: _Subject) -> Evidence:
    if subject.shape is None:
        return _judge_unlocated(world, subject)
    hits, feature = subject.hits, subject.feature
    accuracy = np.maximum(feature.accuracy_m or 0.0, world.objects.accuracy_m[hits.index])
    passed = hits.distance_m <= np.maximum(accuracy, world.tolerance_m)
    beyond = hits.distance_m > np.maximum(3 * accuracy, world.tolerance_m)
    strong = hits.score >= world.confirm_score
    weak = (~strong).astype(int) + (hits.fit < 1) + ~passed
    match = (weak <= 1) & ~beyond
    if match.any():
        best = match & (weak == weak[match].min())
        return _matched(world, subject, best, confirmed=bool(weak[best].min() == 0))
    inside = shapely.intersects(world.area, world.objects.shape[hits.index])
    against = (hits.score >= CONTRADICT_SCORE) & (hits.fit == 1) & beyond & inside
    places = found.tell_places_apart(hits.take(against), world.objects)
    if len(set(places)) == 1 and names.is_distinctive(feature.name):
        row = int(np.flatnonzero(against)[np.argmin(hits.distance_m[against])])
        return _evidence(
            world,
            subject,
            EvidenceState.CONTRADICTED,
            words.contradiction(world.objects, hits, row),
            row=row,
        )
    return _unmatched(world, subject)


def _judge_unlocated(world: _World, subject: _Subject) -> Evidence:
    hits, feature = subject.hits, subject.feature
    where = world.area
    if subject.parent is not None and shapely.get_dimensions(subject.parent) == 2:
        where = subject.parent
    inside = shapely.intersects(where, world.objects.shape[hits.index])
    inside |= feature.kind is Kind.OUTWARD_TARGET
    match = (hits.score >= world.confirm_score) & (hits.fit >= 0) & inside
    if match.any() and names.is_distinctive(feature.name):
        return _matched(
            world, subject, match & (hits.fit == hits.fit[match].max()), confirmed=False
        )
    return _evidence(world, subject, EvidenceState.NO_DATA, words.unlocated(feature))


def _matched(
    world: _World, subject: _Subject, best: NDArray[np.bool_], *, confirmed: bool
) -> Evidence:
    """Return the evidence of what matches best: one place, or homonyms."""
    hits = subject.hits
    rows = np.flatnonzero(best & (hits.score >= hits.score[best].max() - EQUAL_SCORE))
    rows = rows[np.lexsort((rows, np.nan_to_num(hits.distance_m[rows])))]
    place = found.tell_places_apart(hits.take(rows), world.objects)
    rows_of_places = rows[np.sort(np.unique(place, return_index=True)[1])]
    ids = tuple(world.objects.osm_id[hits.index[rows_of_places]])
    row = int(rows_of_places[0])
    if len(ids) > 1:
        cause = words.homonyms(subject.feature, len(ids))
        return _evidence(world, subject, EvidenceState.PROBABLE, cause, row=row, ids=ids)
    state = EvidenceState.CONFIRMED if confirmed else EvidenceState.PROBABLE
    row = _most_accurate(world, hits, rows)
    cause = words.match(
        subject.feature, world.objects, hits, row,
        tolerance_m=world.tolerance_m, confirm_score=world.confirm_score,
    )  # fmt: skip
    proposed = _proposal(world, subject, row)
    return _evidence(world, subject, state, cause, row=row, proposed=proposed)


def _most_accurate(world: _World, hits: Hits, rows: NDArray[np.intp]) -> int:
    """Return the best of several objects of one place: kind, then accuracy, then nearness."""
    accuracy = world.objects.accuracy_m[hits.index[rows]]
    is_line = shapely.get_dimensions(world.objects.shape[hits.index[rows]]) == 1
    return int(rows[np.lexsort((np.arange(len(rows)), accuracy, is_line, -hits.fit[rows]))[0]])


def _unmatched(world: _World, subject: _Subject) -> Evidence:
    """Return not found where things are mapped around the feature, else no data."""
    feature, shape = subject.feature, subject.shape
    if not world.extent.covers(shapely.point_on_surface(shape)):
        return _evidence(world, subject, EvidenceState.NO_DATA, words.outside(feature))
    n = len(world.objects.things.query(shape, predicate="dwithin", distance=MAPPED_M))
    if n < MAPPED_OBJECTS:
        cause = words.sparse(n, MAPPED_M, MAPPED_OBJECTS)
        return _evidence(world, subject, EvidenceState.NO_DATA, cause)
    return _evidence(world, subject, EvidenceState.NOT_FOUND, words.not_found(feature, n, MAPPED_M))


def _proposal(world: _World, subject: _Subject, row: int) -> Proposed | None:
    """Return the better coordinate of the only match, if it is one."""
    feature, objects = subject.feature, world.objects
    at, score = subject.hits.index[row], float(subject.hits.score[row])
    accuracy = float(objects.accuracy_m[at])
    is_point = subject.shape is None or subject.shape.geom_type == "Point"
    if (
        not is_point
        or feature.districts
        or subject.hits.fit[row] < 1
        or score < world.confirm_score
        or shapely.get_dimensions(objects.shape[at]) == 1
        or (feature.accuracy_m is not None and accuracy >= feature.accuracy_m)
    ):
        return None
    source = objects.source[at] or "OpenStreetMap（ODbL）"
    label = " ".join(part for part in (words.real_id(objects, at), f"“{objects.name[at]}”") if part)
    return Proposed(
        point=objects.point[at],
        accuracy_m=accuracy,
        source=f"{source} {label}，按名称匹配（相似度 {score:.2f}）",
    )


def _evidence(
    world: _World,
    subject: _Subject,
    state: EvidenceState,
    cause: Text,
    *,
    row: int | None = None,
    ids: tuple[str, ...] = (),
    proposed: Proposed | None = None,
) -> Evidence:
    rows = dict.fromkeys([*([] if row is None else [row]), *range(len(subject.hits.index))])
    candidates = tuple(_candidate(world, subject.hits, r) for r in list(rows)[:N_CANDIDATES])
    if row is None:
        return Evidence(feature=subject.feature.id, state=state, cause=cause, candidates=candidates)
    best = candidates[0]
    return Evidence(
        feature=subject.feature.id, state=state, cause=cause, osm_id=best.osm_id,
        osm_name=best.name, kind=best.kind, score=best.score, distance_m=best.distance_m,
        osm_ids=ids or (best.osm_id,), candidates=candidates, proposed=proposed,
    )  # fmt: skip


def _candidate(world: _World, hits: Hits, row: int) -> Candidate:
    objects, at, distance = world.objects, hits.index[row], float(hits.distance_m[row])
    return Candidate(
        osm_id=objects.osm_id[at],
        name=objects.name[at],
        matched=hits.matched[row],
        kind=objects.kind[at],
        score=float(hits.score[row]),
        distance_m=None if np.isnan(distance) else distance,
        kind_fits=(False, None, True)[hits.fit[row] + 1],
        point=objects.point[at],
    )
