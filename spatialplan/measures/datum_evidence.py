r"""Tell by evidence which datum a table's degrees are in, where the ground can tell at all.

A wrong datum moves all points by one vector: GCJ-02 by about 650 m, BD-09 by 1.2 km. Each reading c
of the table gets a log-likelihood. With d the distance of a point to the nearest road of accuracy
a, t its depth inside the district that its row states, and r its distance to the mapped place of
its name, a point at x weighs

    log((1 + A h(d)) / (1 + A mean h))  +  log((1 - e) Φ(t / b) + e)  +  log(q g(r) π R² + 1 - q)

- roads: villages are A times denser on a road than far from it, h(d) = (1 + d² / (s² + a²))^-1.5.
  The mean is over `N_SHIFTS` shifts of the same point within 2.2 km, so that dense road nets, where
  any place is near a road, say little, and places without mapped roads say nothing. A and s are not
  known: the likelihood of the whole table is averaged over a grid of both (a Bayes factor).
- district: Φ is the normal distribution, b = 150 m the boundary's accuracy, e = 5 % rows whose
  stated district is wrong.
- name: g is the circular normal density of the place's accuracy and 300 m for the village's own
  extent, over a disc of R = 3 km; q = one half of like names are the same place.

Rivals keep the reading honest: *any other shift* (the mean likelihood over the shifts farther than
300 m from every reading), *a mixture* of two readings row by row (20–80 %), and the reading itself
*without its strongest* 3 km cell, so that no single valley decides. Points within 100 m of each
other count once.

Limit: where roads are not mapped and points lie far from boundaries, nothing can be told. That is
said, never guessed. The thresholds hold for the simulated tables of the tests, not for every sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr

from spatialplan.measures import datum, datum_words
from spatialplan.measures.datum import Datum
from spatialplan.measures.ground import FAR_M, Ground, place_stem
from spatialplan.model.table import DatumScore

__all__ = ["LEAN", "SURE", "Ground", "Weights", "district_term", "weigh_datums"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SURE = 7.0
"""Log-likelihood by which the best reading must beat the others: odds of 1,100 to 1."""
SURE_OF_SHIFT = 3.0
SURE_OF_ONE = 1.5
SURE_WITHOUT_CELL = 3.0
LEAN = 3.0
"""Log-likelihood from which a leaning is told: odds of 20 to 1."""
FEWEST = 10

N_SHIFTS = 48
SHIFT_M = 2200.0
APART_M = 300.0
UPLIFTS = (0.0, 0.5, 2.0, 8.0, 32.0)
SCALES_M = (60.0, 120.0, 240.0, 480.0)
WRONG_DISTRICT = 0.05
BOUNDARY_M = 150.0
SAME_NAME = 0.5
NAME_RADIUS_M = 3000.0
VILLAGE_M = 300.0
CELL_M = 3000.0
SAME_POINT_M = 100.0
SHARES = (0.2, 0.35, 0.5, 0.65, 0.8)
BEYOND_M = 20_000.0  # a point so far outside is a slip of the pen and tells nothing of the datum
LABELS = tuple(Datum)
PAIRS = ((0, 1), (0, 2), (1, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The evidence of one table.

    Attributes
    ----------
    score, inside_share, road_median_m
        Of WGS-84, GCJ-02 and BD-09, shape (3,).
    points
        Points that counted.
    shift, mixture, without_cell
        How far the best reading leads any other shift, the best mixture, and its own runner-up
        when its strongest cell is left out.
    partner
        The other datum of that best mixture.
    """

    score: FloatArray
    inside_share: FloatArray
    road_median_m: FloatArray
    points: int
    shift: float
    mixture: float
    partner: Datum
    without_cell: float

    @property
    def scores(self) -> tuple[DatumScore, ...]:
        """The evidence as it is told."""
        return tuple(
            DatumScore(
                key=str(key),
                label=datum_words.label_of(str(key)),
                points=self.points,
                inside_share=float(self.inside_share[position]),
                road_median_m=float(self.road_median_m[position]),
                score=float(self.score[position]),
            )
            for position, key in enumerate(LABELS)
        )

    @property
    def best(self) -> Datum:
        """The reading that explains the table best."""
        return LABELS[int(np.argmax(self.score))]

    @property
    def lead(self) -> float:
        """Log-likelihood by which the best reading leads the second."""
        ordered = np.sort(self.score)
        return float(ordered[-1] - ordered[-2])

    @property
    def is_mixed(self) -> bool:
        """Whether two datums row by row explain the table better than any single one."""
        return self.points >= FEWEST and self.mixture <= -SURE_OF_ONE

    @property
    def is_sure(self) -> bool:
        """Whether the evidence is overwhelming."""
        return (
            self.points >= FEWEST
            and self.lead >= SURE
            and self.shift >= SURE_OF_SHIFT
            and self.mixture >= SURE_OF_ONE
            and self.without_cell >= SURE_WITHOUT_CELL
        )

    @property
    def leaning(self) -> Datum | None:
        """What the evidence leans to; None when it tells nothing, or of a mixture."""
        return self.best if self.lead >= LEAN and not self.is_mixed else None

    @property
    def open(self) -> tuple[Datum, ...]:
        """The datums that are not ruled out for some rows."""
        if self.is_sure:
            return (self.best,)
        floor = self.score.max() - SURE
        return tuple(
            d
            for d, s in zip(LABELS, self.score, strict=True)
            if s >= floor or (d is self.partner and self.mixture < SURE_OF_ONE)
        )


def weigh_datums(
    ground: Ground, lon: FloatArray, lat: FloatArray, area: IntArray, names: Sequence[str]
) -> Weights:
    """Weigh the three readings of a table's degrees; the order of rows does not matter.

    Parameters
    ----------
    lon, lat
        Degrees as written, shape (n,).
    area
        Position of the stated district in the ground, or `ground.CITY`, shape (n,).
    names
        Names of the rows, empty where there is none.
    """
    readings = [ground.project(*datum.wgs84_from(d, lon, lat)) for d in LABELS]
    kept = _distinct(ground, readings[0], area)
    xy, is_rival = _shifted([reading[kept] for reading in readings])
    fixed = district_term(ground, xy, area[kept]) + _name_term(
        ground, xy, [names[row] for row in kept]
    )
    total = _road_terms(ground, xy) + fixed
    return _summary(ground, xy[:, :3], area[kept], total, is_rival)


def _distinct(ground: Ground, xy: FloatArray, area: IntArray) -> IntArray:
    """Return one row of each place, in an order that is not the table's."""
    order = np.lexsort((area, xy[:, 1], xy[:, 0]))
    order = order[ground.city_distance(xy[order]) <= BEYOND_M]
    cells = np.floor(xy[order] / SAME_POINT_M)
    first = np.unique(np.column_stack([cells, area[order]]), axis=0, return_index=True)[1]
    return order[np.sort(first)]


def _shifted(readings: Sequence[FloatArray]) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return the readings and shifts of them all, shape (n, 3 + m, 2), and which are rivals.

    The shifts fill a disc evenly (sunflower spiral, Vogel 1979) around the readings' mean.
    """
    base = readings[0]
    offsets = np.array([np.median(r - base, axis=0) for r in readings]) if len(base) else 0.0
    offsets = np.broadcast_to(offsets, (3, 2))
    turn = (np.arange(N_SHIFTS) + 0.5) / N_SHIFTS
    angle = np.arange(N_SHIFTS) * np.pi * (3.0 - np.sqrt(5.0))
    disc = SHIFT_M * np.sqrt(turn)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    shifts = disc + offsets.mean(axis=0)
    apart = np.linalg.norm(shifts[:, None] - offsets[None], axis=2).min(axis=1) > APART_M
    xy = np.concatenate([np.stack(readings, axis=1), base[:, None] + shifts[None]], axis=1)
    return xy, np.concatenate([np.zeros(3, dtype=bool), apart])


def _road_terms(ground: Ground, xy: FloatArray) -> FloatArray:
    """Return the roads' term for each uplift and scale, shape (g, n, h)."""
    distance, accuracy = ground.road_distance(xy)
    terms = []
    for scale in SCALES_M:
        near = (1.0 + distance**2 / (scale**2 + accuracy**2)) ** -1.5
        mean = near.mean(axis=1, keepdims=True)
        terms += [np.log((1.0 + uplift * near) / (1.0 + uplift * mean)) for uplift in UPLIFTS]
    return np.array(terms)


def district_term(ground: Ground, xy: FloatArray, area: IntArray) -> FloatArray:
    """Return the log-likelihood of points given their stated districts, shape (n, h).

    Parameters
    ----------
    xy
        Positions in metres, shape (n, h, 2).
    area
        Position of each row's district, or `ground.CITY`, shape (n,).
    """
    inside = ndtr(ground.depth(xy, area) / BOUNDARY_M)
    return np.asarray(np.log((1.0 - WRONG_DISTRICT) * inside + WRONG_DISTRICT))


def _name_term(ground: Ground, xy: FloatArray, names: Sequence[str]) -> FloatArray:
    """Return the names' term, 0 where no place of the name is mapped nearby."""
    term = np.zeros(xy.shape[:2])
    for row, name in enumerate(names):
        places = ground.known_places.get(place_stem(name))
        if places is None:
            continue
        gap_2 = ((xy[row, :, None] - places[None, :, :2]) ** 2).sum(axis=2)
        if gap_2.min() > NAME_RADIUS_M**2:
            continue
        spread_2 = places[:, 2] ** 2 + VILLAGE_M**2
        ratio = np.exp(-gap_2 / (2 * spread_2)) * NAME_RADIUS_M**2 / (2 * spread_2)
        term[row] = np.log(SAME_NAME * ratio.max(axis=1) + 1.0 - SAME_NAME)
    return term


def _summary(
    ground: Ground, xy: FloatArray, area: IntArray, total: FloatArray, is_rival: NDArray[np.bool_]
) -> Weights:
    score = _averaged(total.sum(axis=1))
    best = int(np.argmax(score[:3]))
    mixtures = [
        _averaged(
            np.array([
                np.logaddexp(np.log(s) + total[..., i], np.log1p(-s) + total[..., j]).sum(axis=1)
                for s in SHARES
            ]).ravel()
        )
        for i, j in PAIRS
    ]  # fmt: skip
    pair = PAIRS[int(np.argmax(mixtures))]
    other = pair[0] if pair[1] == best else pair[1]
    if not len(xy):
        inside, road = np.zeros(3), np.full(3, np.inf)
    else:
        inside = (ground.depth(xy, area) >= 0).mean(axis=0)
        road = np.median(ground.road_distance(xy)[0], axis=0)
    return Weights(
        score=score[:3],
        inside_share=inside,
        road_median_m=np.minimum(road, FAR_M),
        points=len(xy),
        shift=float(score[best] - _averaged(score[is_rival])),
        mixture=float(score[best] - max(mixtures)),
        partner=LABELS[other],
        without_cell=_without_cell(total[..., :3], xy[:, 0], best),
    )


def _averaged(logs: FloatArray) -> FloatArray:
    """Return the log of the mean likelihood over the first axis."""
    return np.asarray(logsumexp(logs, axis=0) - np.log(len(logs)))


def _without_cell(total: FloatArray, xy: FloatArray, best: int) -> float:
    """Return the least lead of a reading when the points of one cell are left out."""
    if not len(xy):
        return 0.0
    cell = np.unique(np.floor(xy / CELL_M), axis=0, return_inverse=True)[1].ravel()
    sums = np.zeros((len(total), cell.max() + 1, 3))
    for position in range(3):
        for level, values in enumerate(total[..., position]):
            sums[level, :, position] = np.bincount(cell, weights=values)
    left = _averaged(total.sum(axis=1)[:, None] - sums)
    others = np.delete(left, best, axis=1).max(axis=1)
    return float((left[:, best] - others).min())
