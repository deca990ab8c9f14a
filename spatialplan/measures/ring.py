"""Tell whether road sections form one closed ring, and where its gaps are.

The sections are sampled into a graph of roads and joins, and looked at from the ring's centre: a
walk along them that comes back to where it began after one full turn is a circuit (see
`spatialplan.measures.winding`). Where there is none, the gaps of the least sum that complete one
are taken, each a straight line from an open road end to the road on the other side.

    closure = 1 − Σ gaps / perimeter,    perimeter = Σ road round the circuit + Σ gaps

after the ring measure of ``docs/method.md``. The ring may have any shape that goes round its
centre: off-centre, elongated, with spurs, with parallel carriageways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from shapely import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import polylabel

from spatialplan.errors import DataError
from spatialplan.measures import winding

__all__ = ["Gap", "RingClosure", "ring_closure"]

STEP_M = 25.0
GRID_M = 0.01  # lines nearer to each other than this touch
FACE_SHARE = 1 / 3  # a face at least this large among all the roads span is the ring's inside


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A break of the ring: the shortest line across it and the bearing of its middle."""

    line: LineString
    length_m: float
    bearing_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RingClosure:
    """The ring as found: share closed in [0, 1], gaps from the longest, bearings covered.

    `circuit` runs once round the centre, clockwise, over roads, joins and gaps; None where even
    with the gaps no circuit is found, as of a straight road.
    """

    closure: float
    gaps: tuple[Gap, ...]
    bearings_deg: float
    perimeter_m: float
    centre: Point
    circuit: LineString | None

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
        Largest distance between roads that counts as joined.

    Raises
    ------
    DataError
        When there is no line.
    """
    lines = shapely.get_parts(np.array(sections, dtype=object))
    lines = lines[shapely.length(lines) > 0]
    if len(lines) == 0:
        raise DataError("环线没有任何线段", "the ring has no lines")
    # Lines that cross or touch share a sample there.
    lines = shapely.get_parts(shapely.union_all(lines, grid_size=GRID_M))
    total = float(shapely.length(lines).sum())
    centre, is_thin = _centre(lines, total, join_m)
    step = min(STEP_M, max(total / 400, 0.1))  # a short ring is sampled finer
    graph = _without_shortcuts(winding.sample_lines(lines, (centre.x, centre.y), step, join_m))
    cycle = [] if is_thin else winding.find_circuit(graph)
    jumps = []
    if not cycle:
        jumps = [winding.farthest_jump(graph)] if is_thin else winding.least_jumps(graph)
        cycle = winding.find_circuit(winding.with_jumps(graph, jumps), jumps[0].start)
    gaps = [_gap(graph.xy, jump, centre) for jump in jumps]
    gap_sum = sum(gap.length_m for gap in gaps)
    perimeter = winding.walk_length(graph.xy, cycle) if cycle else total + gap_sum
    return RingClosure(
        closure=1.0 - gap_sum / perimeter,
        gaps=tuple(sorted(gaps, key=lambda gap: -gap.length_m)),
        bearings_deg=winding.bearings_deg(graph),
        perimeter_m=perimeter,
        centre=centre,
        circuit=LineString(graph.xy[cycle]) if cycle and not is_thin else None,
    )


def _centre(lines: NDArray[np.object_], total_m: float, join_m: float) -> tuple[Point, bool]:
    """Return the innermost point of what the roads enclose, else the middle of their hull.

    Also whether the roads cannot be a ring: so straight that nothing lies between them and their
    chord, or so short that joins alone would lead round.
    """
    hull = MultiLineString(list(lines)).convex_hull
    faces = shapely.get_parts(shapely.polygonize(lines))
    if len(faces):
        widest = faces[np.argmax(shapely.area(faces))]
        if widest.area > hull.area * FACE_SHARE:
            return polylabel(widest, tolerance=np.sqrt(widest.area) / 100), False
    is_thin = hull.area < total_m * total_m / 1000 or hull.length < 4 * join_m
    return hull.centroid, bool(is_thin)


def _without_shortcuts(graph: winding.WindingGraph) -> winding.WindingGraph:
    """Return the graph with joins only where a road ends, or to a road that it does not touch.

    Else the bends of a mountain road would be cut across wherever they come near each other.
    """
    length = np.hypot(*(graph.xy[graph.tail] - graph.xy[graph.head]).T)
    is_road = graph.cost <= length * (1 + winding.JOIN_COST) / 2
    tail, head = graph.tail[is_road], graph.head[is_road]
    size = len(graph.xy)
    touching = connected_components(
        csr_array((np.ones(len(tail)), (tail, head)), (size, size)), directed=False
    )[1]
    neighbours = np.unique(np.column_stack([tail, head]), axis=0)
    is_end = np.bincount(neighbours[:, 0], minlength=size) == 1
    kept = is_road | (touching[graph.tail] != touching[graph.head])
    kept |= is_end[graph.tail] | is_end[graph.head]
    return replace(graph, tail=graph.tail[kept], head=graph.head[kept], cost=graph.cost[kept])


def _gap(xy: NDArray[np.float64], jump: winding.Jump, centre: Point) -> Gap:
    line = LineString(xy[[jump.start, jump.finish]])
    middle = line.interpolate(0.5, normalized=True)
    bearing = np.degrees(np.arctan2(middle.x - centre.x, middle.y - centre.y)) % 360
    return Gap(line=line, length_m=float(line.length), bearing_deg=float(bearing))
