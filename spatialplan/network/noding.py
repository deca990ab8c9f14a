"""Join loose road lines into a network: ends together, T-junctions, crossings of one level.

Generalised or digitised roads seldom share exact end points. Three rules, each within a stated
tolerance, restore the topology that the source lost:

1. ends of lines within the tolerance of each other become one node;
2. an end within the tolerance of another line's interior splits that line there (a T-junction);
3. lines of the ``street`` level that cross in their interiors are split at the crossing.

Levels keep grade separation as far as can be told without bridge tags: a ``motorway`` is joined
only to motorways and links and never crossed; a ``link`` is joined at its ends and never crossed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, STRtree
from shapely.ops import substring

from spatialplan.errors import DataError

__all__ = ["LEVELS", "NodedLines", "node_lines"]

LEVELS = ("motorway", "link", "street")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodedLines:
    """Lines that meet only at their ends.

    Attributes
    ----------
    geometry
        LineStrings in the input's CRS, shape (m,).
    origin
        Position of the input line each piece was cut from, shape (m,).
    """

    geometry: NDArray[np.object_]
    origin: NDArray[np.int64]


def node_lines(
    lines: NDArray[np.object_], level: NDArray[np.object_], tolerance_m: NDArray[np.float64]
) -> NodedLines:
    """Return the lines noded at ends, T-junctions and same-level crossings.

    Parameters
    ----------
    lines
        LineStrings in a projected CRS in metres, shape (n,).
    level
        One of `LEVELS` per line, shape (n,).
    tolerance_m
        Joining tolerance per line in metres, shape (n,); a join uses the larger of the two.

    Raises
    ------
    DataError
        When the shapes differ or a level is unknown.
    """
    if not len(lines) == len(level) == len(tolerance_m):
        raise DataError("线、等级、容差的个数不一致", "lines, level and tolerance differ in length")
    if unknown := sorted(set(level) - set(LEVELS)):
        raise DataError(f"未知的立交等级：{unknown}", f"unknown levels: {unknown}; use {LEVELS}")
    if len(lines) == 0:
        return NodedLines(geometry=np.empty(0, dtype=object), origin=np.empty(0, dtype=np.int64))
    joined = _join_ends(lines, level, tolerance_m)
    cuts = _junction_cuts(joined, level, tolerance_m)
    for position, found in _crossing_cuts(joined, level).items():
        cuts[position].extend(found)
    return _cut(joined, cuts)


def _ends(lines: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return both ends of each line, shape (2n, 2): all starts, then all ends."""
    starts = shapely.get_coordinates(shapely.get_point(lines, 0))
    finishes = shapely.get_coordinates(shapely.get_point(lines, -1))
    return np.vstack([starts, finishes])


def _join_ends(
    lines: NDArray[np.object_], level: NDArray[np.object_], tolerance_m: NDArray[np.float64]
) -> NDArray[np.object_]:
    """Move line ends onto the leader of their cluster (leader clustering, so no chains grow)."""
    ends = _ends(lines)
    reach = np.tile(tolerance_m, 2)
    end_level = np.tile(level, 2)
    tree = STRtree(np.asarray(shapely.points(ends)))
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    leader = np.full(len(ends), -1)
    busy = np.bincount(tree.query(shapely.points(ends), predicate="dwithin", distance=1.0)[0])
    for position in order[np.argsort(-busy[order], kind="stable")]:
        if leader[position] >= 0:
            continue
        near = tree.query(shapely.Point(ends[position]), "dwithin", distance=reach.max())
        gap = np.hypot(*(ends[near] - ends[position]).T)
        free = (leader[near] < 0) & (gap <= np.maximum(reach[near], reach[position]))
        leader[near[free & _may_join(end_level[near], end_level[position])]] = position
    target = ends[leader]
    moved = [_with_ends(line, target[i], target[i + len(lines)]) for i, line in enumerate(lines)]
    return np.array(moved, dtype=object)


def _may_join(level: NDArray[np.object_], other: NDArray[np.object_] | str) -> NDArray[np.bool_]:
    """Whether ends of one level join another: motorways and streets meet through links only."""
    motorway = (level == "motorway") != (other == "motorway")
    return np.asarray(~motorway | (level == "link") | (other == "link"))


def _with_ends(
    line: LineString, start: NDArray[np.float64], finish: NDArray[np.float64]
) -> LineString:
    coords = shapely.get_coordinates(line)
    coords[0], coords[-1] = start, finish
    return LineString(coords)


def _junction_cuts(
    lines: NDArray[np.object_], level: NDArray[np.object_], tolerance_m: NDArray[np.float64]
) -> defaultdict[int, list[tuple[float, tuple[float, float]]]]:
    """Return per line the (distance along, node) at which another line's end meets it."""
    ends = _ends(lines)
    owner = np.tile(np.arange(len(lines)), 2)
    reach = np.maximum(tolerance_m[owner], 1.0)
    tree = STRtree(lines)
    point, line = tree.query(shapely.points(ends), "dwithin", distance=reach.max())
    reach_pair = np.maximum(reach[point], tolerance_m[line])
    gap = shapely.distance(shapely.points(ends[point]), lines[line])
    keep = (owner[point] != line) & (gap <= reach_pair)
    keep &= _may_join(level[owner[point]], level[line])
    keep[keep] = _on_its_side(ends, level[owner], level[line[keep]], point[keep], gap[keep])
    cuts: defaultdict[int, list[tuple[float, tuple[float, float]]]] = defaultdict(list)
    for p, i in zip(point[keep], line[keep], strict=True):
        node = (float(ends[p, 0]), float(ends[p, 1]))
        cuts[int(i)].append((float(lines[i].project(shapely.Point(node))), node))
    return cuts


def _on_its_side(
    ends: NDArray[np.float64],
    end_level: NDArray[np.object_],
    line_level: NDArray[np.object_],
    point: NDArray[np.int64],
    gap: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Whether each meeting of an end and a line keeps motorway and street apart.

    Where a ramp ends near both, a bridge carries one over the other: the ramp belongs to the kind
    whose end it shares, else to the nearer one.
    """
    _, node = np.unique(ends, axis=0, return_inverse=True)
    size = int(node.max()) + 1
    nearest = {}
    for kind in ("motorway", "street"):
        distance = np.full(size, np.inf)
        np.minimum.at(distance, node[point], np.where(line_level == kind, gap, np.inf))
        np.minimum.at(distance, node, np.where(end_level == kind, 0.0, np.inf))
        nearest[kind] = distance
    street_side = nearest["street"] <= nearest["motorway"]
    of_other_kind = np.where(street_side[node[point]], "motorway", "street")
    return np.asarray(line_level != of_other_kind)


def _crossing_cuts(
    lines: NDArray[np.object_], level: NDArray[np.object_]
) -> defaultdict[int, list[tuple[float, tuple[float, float]]]]:
    """Return per line the (distance along, node) of its crossings with other streets."""
    streets = np.flatnonzero(level == "street")
    tree = STRtree(lines[streets])
    first, second = tree.query(lines[streets], predicate="crosses")
    keep = first < second
    first, second = streets[first[keep]], streets[second[keep]]
    places = shapely.intersection(lines[first], lines[second])
    cuts: defaultdict[int, list[tuple[float, tuple[float, float]]]] = defaultdict(list)
    for i, j, place in zip(first, second, places, strict=True):
        for part in shapely.get_parts(place):
            point = part if part.geom_type == "Point" else part.representative_point()
            node = (float(point.x), float(point.y))
            for line in (i, j):
                cuts[int(line)].append((float(lines[line].project(point)), node))
    return cuts


def _cut(
    lines: NDArray[np.object_],
    cuts: defaultdict[int, list[tuple[float, tuple[float, float]]]],
) -> NodedLines:
    pieces: list[LineString] = []
    origin: list[int] = []
    for position, line in enumerate(lines):
        for piece in _cut_line(line, sorted(cuts.get(position, []))):
            pieces.append(piece)
            origin.append(position)
    return NodedLines(geometry=np.array(pieces, dtype=object), origin=np.array(origin))


def _cut_line(line: LineString, cuts: list[tuple[float, tuple[float, float]]]) -> list[LineString]:
    """Cut a line at the given distances, each piece ending exactly on the cut's node."""
    coords = shapely.get_coordinates(line)
    stops = [(0.0, tuple(coords[0])), *cuts, (line.length, tuple(coords[-1]))]
    pieces = []
    for (begin, start), (finish, end) in pairwise(stops):
        if start == end and finish - begin < 1.0:
            continue
        body = shapely.get_coordinates(substring(line, begin, finish))[1:-1]
        piece = LineString([start, *map(tuple, body), end])
        if piece.length > 0:
            pieces.append(piece)
    return pieces
