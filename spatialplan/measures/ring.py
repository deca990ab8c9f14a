"""Closure of a ring: is a set of road sections one circuit, and where are its gaps?

The sections are sampled and looked at from the ring's centre. Going round by bearing, two
neighbouring samples are joined when they belong to one piece of road (parts nearer to each other
than the joining distance are one piece). Where bearings are empty, or the piece changes, there is
a gap; its length is the shortest straight line between the road on either side.

    closure = 1 − Σ gaps / perimeter,    perimeter = Σ road round the circuit + Σ gaps

after the ring measure of ``docs/method.md``. The circuit is assumed star-shaped as seen from the
centre, which holds for urban ring roads; spurs that leave the ring outwards do no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import LineString, Point, STRtree
from shapely.geometry.base import BaseGeometry

from spatialplan.errors import DataError

__all__ = ["Gap", "RingClosure", "ring_closure"]

STEP_M = 25.0
N_BINS = 720  # half-degree bearings
LOOK_BINS = 60  # how far each side is searched for the ends of a gap: 30 degrees


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A break of the ring: the shortest line across it and the bearing of its middle."""

    line: LineString
    length_m: float
    bearing_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RingClosure:
    """The ring as found: share closed in [0, 1], gaps from the longest, bearings covered."""

    closure: float
    gaps: tuple[Gap, ...]
    bearings_deg: float
    perimeter_m: float
    centre: Point

    @property
    def is_closed(self) -> bool:
        """Whether the circuit has no gap."""
        return not self.gaps


def ring_closure(sections: Sequence[BaseGeometry], join_m: float) -> RingClosure:
    """Return the closure of a ring made of road sections.

    Parameters
    ----------
    sections
        Lines in a projected CRS in metres.
    join_m
        Largest distance between road ends that counts as joined.

    Raises
    ------
    DataError
        When there is no line.
    """
    lines = shapely.get_parts(np.array(sections, dtype=object))
    lines = lines[shapely.length(lines) > 0]
    if len(lines) == 0:
        raise DataError("环线没有任何线段", "the ring has no lines")
    centre = _centre(lines)
    xy, piece = _samples(lines, join_m)
    bearing = np.degrees(np.arctan2(xy[:, 0] - centre.x, xy[:, 1] - centre.y)) % 360
    bins = np.floor(bearing * N_BINS / 360).astype(int) % N_BINS
    held = np.zeros((N_BINS, piece.max() + 1), dtype=bool)
    held[bins, piece] = True
    gaps = _gaps(held, xy, bins, join_m)
    road = _circuit_length(held, xy, bins, centre)
    gap_sum = sum(gap.length_m for gap in gaps)
    return RingClosure(
        closure=1.0 - gap_sum / (road + gap_sum),
        gaps=tuple(sorted(gaps, key=lambda gap: -gap.length_m)),
        bearings_deg=float(held.any(axis=1).sum() * 360 / N_BINS),
        perimeter_m=road + gap_sum,
        centre=centre,
    )


def _centre(lines: NDArray[np.object_]) -> Point:
    min_x, min_y, max_x, max_y = shapely.total_bounds(lines)
    return Point((min_x + max_x) / 2, (min_y + max_y) / 2)


def _samples(
    lines: NDArray[np.object_], join_m: float
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return points along all lines, shape (k, 2), and the piece each belongs to, shape (k,)."""
    dense = shapely.segmentize(lines, STEP_M)
    xy, owner = shapely.get_coordinates(dense, return_index=True)
    first, second = STRtree(lines).query(lines, predicate="dwithin", distance=join_m)
    graph = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), (len(lines),) * 2)
    _, piece = connected_components(graph, directed=False)
    return xy, piece[owner]


def _gaps(
    held: NDArray[np.bool_], xy: NDArray[np.float64], bins: NDArray[np.int64], join_m: float
) -> list[Gap]:
    """Return the gap between each pair of neighbouring bearings that share no piece."""
    filled = np.flatnonzero(held.any(axis=1))
    gaps = []
    for here, there in zip(filled, np.roll(filled, -1), strict=True):
        step = int(there - here) % N_BINS or N_BINS
        if step < N_BINS and (held[here] & held[there]).any() and step <= LOOK_BINS // 4:
            continue
        line = _shortest(xy, bins, int(here), int(there), step)
        if line is None or line.length <= join_m:
            continue
        middle = ((here + step / 2) * 360 / N_BINS) % 360
        gaps.append(Gap(line=line, length_m=float(line.length), bearing_deg=float(middle)))
    return gaps


def _shortest(
    xy: NDArray[np.float64], bins: NDArray[np.int64], here: int, there: int, step: int
) -> LineString | None:
    """Return the shortest line from the road before a break to the road after it."""
    behind = (here - bins) % N_BINS < LOOK_BINS
    ahead = ((bins - there) % N_BINS < LOOK_BINS) & ~(behind & (step > N_BINS - LOOK_BINS))
    if not behind.any() or not ahead.any():
        return None
    tree = STRtree(shapely.points(xy[ahead]))
    (start, finish), gap = tree.query_nearest(
        shapely.points(xy[behind]), return_distance=True, all_matches=False
    )
    best = int(np.argmin(gap))
    return LineString([xy[behind][start[best]], xy[ahead][finish[best]]])


def _circuit_length(
    held: NDArray[np.bool_], xy: NDArray[np.float64], bins: NDArray[np.int64], centre: Point
) -> float:
    """Return the length of road round the circuit: the median radius of each bearing, chained."""
    radius = np.full(N_BINS, np.nan)
    distance = np.hypot(xy[:, 0] - centre.x, xy[:, 1] - centre.y)
    order = np.argsort(bins, kind="stable")
    filled, first = np.unique(bins[order], return_index=True)
    radius[filled] = [np.median(part) for part in np.split(distance[order], first[1:])]
    angle = np.radians((np.arange(N_BINS) + 0.5) * 360 / N_BINS)
    x, y = radius * np.sin(angle), radius * np.cos(angle)
    step = np.hypot(np.roll(x, -1) - x, np.roll(y, -1) - y)
    return float(np.nansum(step))
