"""Unroll a ring: chainage clockwise from due north, what each step of it is, gates, crossings.

Chainage runs over roads, small joins and gaps alike, so that it ends where it began after one turn
round the ring's centre.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from spatialplan.measures.ring import RingClosure

__all__ = ["GATES", "Circuit", "Stretch", "crossings", "turn_of", "unroll", "winding_number"]

GATES = (0.0, 90.0, 180.0, 270.0)  # north, east, south, west
ON_SECTION_M = 5.0  # a step farther than this from every section is a join between two of them
SAME_M = 1e-3
ONE_CROSSING_M = 300.0  # banks and islands nearer to each other along the ring are one crossing

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A run of the circuit from one chainage to another, in metres.

    `section` is the position of the section it lies on or joins, -1 in a gap; `gap` is the position
    of the gap, -1 outside.
    """

    begin_m: float
    end_m: float
    section: int
    gap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """A ring unrolled.

    Attributes
    ----------
    line
        Closed, clockwise from due north of the centre, in the sections' CRS.
    stretches
        In order; together they are the whole line.
    gates_m
        Chainage of the gates by `GATES`, in metres; the first is 0.
    road_m
        Length on each section, joins included, shape (sections,).
    joined_m
        Length of the joins, where no section is drawn.
    centre
        What the ring goes round.
    """

    line: LineString
    stretches: tuple[Stretch, ...]
    gates_m: tuple[float, ...]
    road_m: FloatArray
    joined_m: float
    centre: tuple[float, float]

    def in_gap(self, at_m: float) -> bool:
        """Whether a chainage lies inside a gap, its ends excluded."""
        return any(
            s.gap >= 0 and s.begin_m + SAME_M < at_m < s.end_m - SAME_M for s in self.stretches
        )


def unroll(ring: RingClosure, sections: Sequence[BaseGeometry]) -> Circuit | None:
    """Return the circuit of a ring by chainage; None where the ring has none.

    Parameters
    ----------
    sections
        The lines that the ring was made of, in its CRS.
    """
    if ring.circuit is None or winding_number(ring.circuit, (ring.centre.x, ring.centre.y)) != 1:
        return None
    centre = np.array([ring.centre.x, ring.centre.y])
    xy = _from_north(shapely.get_coordinates(ring.circuit), centre)
    step = np.hypot(*np.diff(xy, axis=0).T)
    section, gap, is_join = _kinds(xy, ring, sections)
    chain = np.concatenate([[0.0], np.cumsum(step)])
    own = np.bincount(section[gap < 0], step[gap < 0], len(sections)).astype(np.float64)
    return Circuit(
        line=LineString(xy),
        stretches=_runs(chain, section, gap),
        gates_m=tuple(_gate(xy, centre, chain, bearing) for bearing in GATES),
        road_m=own,
        joined_m=float(step[is_join].sum()),
        centre=(ring.centre.x, ring.centre.y),
    )


def winding_number(circuit: LineString, centre: tuple[float, float]) -> int:
    """Return how often a closed line goes round a centre, clockwise positive.

    The sum of the bearing's turns over a full turn (Alexander 1928); a ring has 1.

    Examples
    --------
    >>> square = LineString([(-1, 1), (1, 1), (1, -1), (-1, -1), (-1, 1)])
    >>> winding_number(square, (0, 0)), winding_number(square, (5, 0))
    (1, 0)
    """
    return round(turn_of(circuit, centre) / 360)


def turn_of(line: LineString, centre: tuple[float, float]) -> float:
    """Return by how many degrees the bearing from a centre turns along a line, clockwise.

    Examples
    --------
    >>> turn_of(LineString([(0, 1), (1, 0), (0, -1), (-1, 0)]), (0, 0))
    270.0
    """
    return float(_turns(shapely.get_coordinates(line), np.array(centre)).sum())


def crossings(circuit: Circuit, water: NDArray[np.object_]) -> list[tuple[float, int]]:
    """Return where a circuit crosses water: chainage in metres, and the position of the water.

    Lines are crossed at a point, areas in the middle of the part across; crossings within 300 m
    of each other along the ring are one, named after the water that is crossed longest.
    """
    hit = np.flatnonzero(shapely.intersects(water, circuit.line))
    parts, of = shapely.get_parts(shapely.intersection(water[hit], circuit.line), return_index=True)
    at = shapely.line_locate_point(circuit.line, shapely.centroid(parts))
    order = np.argsort(at, kind="stable")
    at, which, length = at[order], hit[of[order]], shapely.length(parts)[order]
    groups = np.cumsum(np.diff(at, prepend=-np.inf) > ONE_CROSSING_M)
    found = []
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        longest = rows[np.argmax(length[rows])]
        found.append((float(at[longest]), int(which[longest])))
    return found


def _turns(xy: FloatArray, centre: FloatArray) -> FloatArray:
    """Return by how many degrees the bearing from the centre turns at each step."""
    bearing = np.degrees(np.arctan2(*(xy - centre).T))
    return np.asarray((np.diff(bearing) + 180) % 360 - 180)


def _from_north(xy: FloatArray, centre: FloatArray) -> FloatArray:
    """Return a closed line's vertices, begun anew where it passes due north of the centre."""
    step, share = _passing(xy, centre, 0.0)
    start = xy[step] + share * (xy[step + 1] - xy[step])
    rest = np.vstack([xy[step + 1 : -1], xy[: step + 1]])
    moved = np.hypot(*np.diff(np.vstack([start, rest, start]), axis=0).T) > SAME_M
    kept = moved[:-1]
    kept[-1] &= moved[-1]
    return np.vstack([start, rest[kept], start])


def _passing(xy: FloatArray, centre: FloatArray, bearing: float) -> tuple[int, float]:
    """Return the step that passes a bearing clockwise, farthest out, and how far along it is."""
    turn = np.radians(bearing)
    east, north = (xy - centre).T
    across = east * np.cos(turn) - north * np.sin(turn)  # to the right of the ray
    ahead = east * np.sin(turn) + north * np.cos(turn)
    a, b = across[:-1], across[1:]
    share = np.where((a <= 0) & (b > 0), a / np.where(a == b, 1.0, a - b), np.nan)
    out = ahead[:-1] + share * (ahead[1:] - ahead[:-1])
    out = np.where(np.isnan(out) | (out <= 0), -np.inf, out)
    step = int(np.argmax(out))
    return step, float(share[step])


def _gate(xy: FloatArray, centre: FloatArray, chain: FloatArray, bearing: float) -> float:
    """Return the chainage at which the circuit passes a bearing; 0 for due north."""
    if bearing == 0.0:
        return 0.0
    step, share = _passing(xy, centre, bearing)
    return float(chain[step] + share * (chain[step + 1] - chain[step]))


def _kinds(
    xy: FloatArray, ring: RingClosure, sections: Sequence[BaseGeometry]
) -> tuple[IntArray, IntArray, NDArray[np.bool_]]:
    """Return of each step its section, -1 in a gap; its gap, -1 outside; whether it is a join."""
    middle = np.asarray(shapely.points((xy[:-1] + xy[1:]) / 2))
    ends = np.asarray(shapely.points(xy))
    apart = np.stack([shapely.distance(middle, section) for section in sections])
    section = np.argmin(apart, axis=0).astype(np.int64)
    gap = np.full(len(middle), -1, dtype=np.int64)
    for number, one in enumerate(ring.gaps):
        near = shapely.distance(ends, one.line) <= SAME_M
        gap[near[:-1] & near[1:] & (shapely.distance(middle, one.line) <= SAME_M)] = number
    section[gap >= 0] = -1
    return section, gap, (gap < 0) & (apart.min(axis=0) > ON_SECTION_M)


def _runs(chain: FloatArray, section: IntArray, gap: IntArray) -> tuple[Stretch, ...]:
    """Return the runs of steps of one section or one gap."""
    first = np.ones(len(section), dtype=bool)
    first[1:] = (section[1:] != section[:-1]) | (gap[1:] != gap[:-1])
    begin = np.flatnonzero(first)
    end = np.append(begin[1:], len(section))
    return tuple(
        Stretch(
            begin_m=float(chain[i]), end_m=float(chain[j]),
            section=int(section[i]), gap=int(gap[i]),
        )
        for i, j in zip(begin, end, strict=True)
    )  # fmt: skip
