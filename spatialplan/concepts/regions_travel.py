"""Drives from one feature to many: one search for all of them, with the reason where there is none.

The numbers are those of `spatialplan.checks.routes.find_route`, which answers a single pair; where
no drive is found, that function says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from shapely import LineString

from spatialplan.checks.context import Context
from spatialplan.checks.routes import Route, find_route
from spatialplan.model.verdict import Mark, Part, State
from spatialplan.network import routing
from spatialplan.network.access import Places
from spatialplan.network.paths import Routes, follow, routes_of
from spatialplan.text import Text

__all__ = ["Answer", "Drive", "answer_of", "answers", "drives", "usable_points"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """The best drive from subject to object, straight legs to the road included.

    Attributes
    ----------
    delta_m, delta_min
        Uncertainty that the accuracy of both places and of the roads leaves.
    edge, edge_m
        Edges of the network in the order of travel, and how many metres of each are driven.
    line
        In the plan's CRS.
    access_m
        Straight legs to the road: at the start and at the end.
    """

    subject: str
    object: str
    distance_m: float
    time_min: float
    delta_m: float
    delta_min: float
    edge: Ints
    edge_m: Floats
    line: LineString
    access_m: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether and how one drives from subject to object.

    The state is HOLDS for a drive on the mapped roads. An estimate has numbers, and the state that
    the map gives without it: an estimate never shows that places are joined.
    """

    subject: str
    object: str
    state: State
    cause: Text
    drive: Drive | None = None
    distance_m: float | None = None
    time_min: float | None = None
    delta_min: float = 0.0
    estimated: bool = False
    marks: tuple[Mark, ...] = ()


def usable_points(context: Context, key: str, snap_m: float) -> Ints:
    """Return the entry points of a feature that lie near enough to a road; none if unlocated."""
    if not context.is_located(key):
        return np.empty(0, dtype=np.int64)
    way = context.access[key]
    return way.points[context.snaps.offset_m[way.points] <= min(snap_m, way.limit_m)]


def drives(
    context: Context, subject: str, objects: Sequence[str], snap_m: float, *, shortest: bool = False
) -> list[Drive | None]:
    """Return the best drive from a feature to each of some others, None where there is none.

    Parameters
    ----------
    snap_m
        Farthest that a place may lie from a road.
    shortest
        Whether the best drive is the shortest; else it is the quickest.
    """
    origins = usable_points(context, subject, snap_m)
    if len(origins) == 0:
        return [None] * len(objects)
    graph = context.shortest if shortest else context.quickest
    found = routing.reach(graph, origins)
    goals = [_goal(context, found.cost, key, snap_m, shortest=shortest) for key in objects]
    rows = np.array([row for row, goal in enumerate(goals) if goal >= 0], dtype=np.int64)
    ends = np.array([goal for goal in goals if goal >= 0], dtype=np.int64)
    routes, root = _routes(graph, found, graph.point_node[ends])
    starts = np.array([_start(context, graph, origins, node) for node in root], dtype=np.int64)
    places = _places(context, graph)
    lines = routes.lines(np.arange(len(rows)), places, starts, places, ends)
    out: list[Drive | None] = [None] * len(objects)
    for k, row in enumerate(rows.tolist()):
        first, last = context.snaps.offset_m[[starts[k], ends[k]]].tolist()
        out[row] = _drive(context, (subject, objects[row]), (routes, k), (first, last), lines[k])
    return out


def answers(context: Context, subject: str, objects: Sequence[str], snap_m: float) -> list[Answer]:
    """Return the quickest drive from a feature to each of some others, or why there is none."""
    found = drives(context, subject, objects, snap_m)
    return [
        answer_of(context, (subject, key), drive, snap_m)
        for key, drive in zip(objects, found, strict=True)
    ]


def answer_of(
    context: Context, pair: tuple[str, str], drive: Drive | None, snap_m: float
) -> Answer:
    """Return a drive between two features as an answer; without one, why there is none."""
    return _told(context, drive) if drive else _refused(context, *pair, snap_m)


def _goal(context: Context, cost: Floats, key: str, snap_m: float, *, shortest: bool) -> int:
    """Return the entry point of a feature that is reached best; -1 where none is."""
    points = usable_points(context, key, snap_m)
    if len(points) == 0:
        return -1
    graph = context.shortest if shortest else context.quickest
    # Millimetres, or milliseconds at the speed of the access leg.
    per_m = 1000.0 if shortest else 3600.0 / context.network.speeds.access_kmh
    whole = cost[graph.point_node[points]] + context.snaps.offset_m[points] * per_m
    best = int(np.argmin(whole))
    return int(points[best]) if np.isfinite(whole[best]) else -1


def _routes(graph: routing.RoutingGraph, found: routing.Reach, nodes: Ints) -> tuple[Routes, Ints]:
    """Return the routes to some nodes and the node at which each begins."""
    row, near_goal, near_start = follow(found.previous, nodes)
    root = nodes.copy()
    last = np.append(row[1:] != row[:-1], True)[: len(row)]
    root[row[last]] = near_start[last]
    turn = np.lexsort((-np.arange(len(row)), row))
    return routes_of(graph, row[turn], near_start[turn], near_goal[turn], len(nodes)), root


def _start(context: Context, graph: routing.RoutingGraph, origins: Ints, node: int) -> int:
    """Return the entry point nearest to the road among those that share a node."""
    there = origins[graph.point_node[origins] == node]
    return int(there[np.argmin(context.snaps.offset_m[there])])


def _places(context: Context, graph: routing.RoutingGraph) -> Places:
    snaps = context.snaps
    return Places(
        xy=context.xy,
        snapped_xy=np.column_stack([snaps.x, snaps.y]),
        node=graph.point_node,
        leg_m=np.where(snaps.is_snapped, snaps.offset_m, 0.0),
    )


def _drive(
    context: Context,
    keys: tuple[str, str],
    route: tuple[Routes, int],
    access_m: tuple[float, float],
    line: LineString,
) -> Drive:
    routes, k = route
    graph, network = routes.graph, context.network
    arc = routes.arc[routes.first[k] : routes.first[k + 1]]
    edge = graph.edge[arc].astype(np.int64)
    edge_m = network.length_m[edge] * np.abs(graph.finish[arc] - graph.begin[arc])
    distance = float(edge_m.sum()) + sum(access_m)
    access_m_per_min = network.speeds.access_kmh * 1000 / 60
    time_min = float(graph.time_ms[arc].sum()) / 60_000 + sum(access_m) / access_m_per_min
    roads_m = float(network.accuracy_m[edge].max(initial=0.0))
    delta_m = float(np.linalg.norm([*(context.access[key].accuracy_m for key in keys), roads_m]))
    pace = time_min / distance if distance > 0 else 1 / access_m_per_min
    return Drive(
        subject=keys[0],
        object=keys[1],
        distance_m=distance,
        time_min=time_min,
        delta_m=delta_m,
        delta_min=delta_m * pace,
        edge=edge,
        edge_m=edge_m,
        line=line,
        access_m=access_m,
    )


def _told(context: Context, drive: Drive) -> Answer:
    names = f"{context.name(drive.subject)}—{context.name(drive.object)}"
    km, minutes = drive.distance_m / 1000, drive.time_min
    label = Text(
        f"{names} {km:.1f} 公里、{minutes:.0f} 分钟", f"{names} {km:.1f} km, {minutes:.0f} min"
    )
    return Answer(
        subject=drive.subject,
        object=drive.object,
        state=State.HOLDS,
        cause=label,
        drive=drive,
        distance_m=drive.distance_m,
        time_min=drive.time_min,
        delta_min=drive.delta_min,
        marks=(Mark(role="path", geometry=context.to_wgs84(drive.line), label=label),),
    )


def _refused(context: Context, subject: str, object_: str, snap_m: float) -> Answer:
    """Return why there is no drive, with an estimate where the settings ask for one."""
    # A route would have been found by the search before: this can only be a refusal.
    why = cast("Part", find_route(context, subject, object_, snap_m, may_estimate=False))
    guess = find_route(context, subject, object_, snap_m)
    if not isinstance(guess, Route):
        return Answer(
            subject=subject, object=object_, state=why.state, cause=why.cause, marks=why.marks
        )
    km, minutes = guess.distance_m / 1000, guess.time_min
    return Answer(
        subject=subject,
        object=object_,
        state=why.state,
        cause=Text(
            f"{why.cause.zh}；估算 {km:.0f} 公里、{minutes:.0f} 分钟",
            f"{why.cause.en}; estimated {km:.0f} km, {minutes:.0f} min",
        ),
        distance_m=guess.distance_m,
        time_min=guess.time_min,
        delta_min=guess.delta_min,
        estimated=True,
        marks=(*why.marks, guess.mark),
    )
