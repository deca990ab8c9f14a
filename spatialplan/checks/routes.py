"""Routes between features: one answer per pair, with the reason where there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point, STRtree

from spatialplan.checks.context import Context
from spatialplan.checks.judging import missing
from spatialplan.model.verdict import Mark, Part, State
from spatialplan.network import routing
from spatialplan.text import Text

__all__ = ["Route", "find_route", "refused"]

GEOD = pyproj.Geod(ellps="GRS80")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A drivable connection of two features, straight legs to the road included.

    `delta_m` and `delta_min` are the uncertainty that the features' accuracy leaves.
    """

    distance_m: float
    time_min: float
    delta_m: float
    delta_min: float
    estimated: bool
    mark: Mark


def find_route(context: Context, subject: str, object_: str, snap_m: float) -> Route | Part:
    """Return the quickest route from subject to object, or a part that says why there is none."""
    if (part := missing(context, subject, object_)) is not None:
        return part
    problem = _access_problem(context, subject, object_, snap_m)
    if problem is None:
        found = _network_route(context, subject, object_, snap_m)
        if isinstance(found, Route):
            return found
        problem = found
    if context.settings.estimate:
        return _estimate(context, subject, object_)
    return problem


def refused(subject: str, object_: str, state: State, zh: str, en: str, *marks: Mark) -> Part:
    """Return a part without a value."""
    return Part(
        subject=subject, object=object_, state=state, value=None, cause=Text(zh, en), marks=marks
    )


def _usable(context: Context, key: str, snap_m: float) -> NDArray[np.int64]:
    points = context.access[key].points
    near = context.snaps.is_snapped[points] & (context.snaps.offset_m[points] <= snap_m)
    return points[near]


def _access_problem(context: Context, subject: str, object_: str, snap_m: float) -> Part | None:
    """Say which of the two has no road near it, and whether roads are mapped there at all."""
    for key in (subject, object_):
        if len(_usable(context, key, snap_m)):
            continue
        name, xy = context.name(key), context.xy[context.access[key].points]
        if not shapely.intersects_xy(context.network.extent, xy[:, 0], xy[:, 1]).any():
            zh, en = _last_covered(context, key)
            return refused(
                subject, object_, State.NO_DATA,
                f"“{name}”在已有路网范围之外{zh}", f"{name} lies beyond the mapped roads{en}",
            )  # fmt: skip
        return refused(
            subject, object_, State.UNROUTABLE,
            f"“{name}”距最近道路超过 {snap_m:.0f} 米", f"{name} is over {snap_m:.0f} m from any road",
        )  # fmt: skip
    return None


def _last_covered(context: Context, key: str) -> tuple[str, str]:
    """Return where the main road network ends towards a place beyond it."""
    network = context.network
    main = np.flatnonzero(network.piece == 0)
    at = context.shapes[key].representative_point()
    gap = np.hypot(network.x[main] - at.x, network.y[main] - at.y)
    last = main[np.argmin(gap)]
    point = context.to_wgs84(Point(network.x[last], network.y[last]))
    km = gap.min() / 1000
    where = f"({point.x:.3f}, {point.y:.3f})"
    return (
        f"：路网最近止于 {where}，直线还差 {km:.0f} 公里",
        f": the roads end at {where}, {km:.0f} km short of it",
    )


def _network_route(context: Context, subject: str, object_: str, snap_m: float) -> Route | Part:
    origins = _usable(context, subject, snap_m)
    goals = _usable(context, object_, snap_m)
    found = routing.reach(context.graph, origins)
    time_ms = found.time_ms[context.graph.point_node[goals]]
    if not np.isfinite(time_ms).any():
        return _disconnected(context, subject, object_, origins, goals)
    goal = int(goals[np.argmin(time_ms)])
    path = routing.trace(context.graph, found, goal)
    if path is None:
        return _disconnected(context, subject, object_, origins, goals)
    start = path.geometry.coords[0] if not path.geometry.is_empty else tuple(context.xy[goal])
    origin = int(
        origins[np.argmin(np.hypot(*(_snapped(context, origins) - np.array(start)).T))]
    )
    offset = float(context.snaps.offset_m[origin] + context.snaps.offset_m[goal])
    access_m_per_min = context.network.speeds.access_kmh * 1000 / 60
    distance = path.length_m + offset
    time_min = path.time_ms / 60_000 + offset / access_m_per_min
    used = context.network.accuracy_m[list(path.edges)]
    accuracies = (context.access[subject].accuracy_m, context.access[object_].accuracy_m,
                  float(used.max(initial=0.0)))  # fmt: skip
    delta_m = float(np.hypot(np.hypot(*accuracies[:2]), accuracies[2]))
    pace = time_min / distance if distance > 0 else 1 / access_m_per_min
    label = Text(
        f"{context.name(subject)}—{context.name(object_)} {distance / 1000:.2f} 公里",
        f"{context.name(subject)} – {context.name(object_)} {distance / 1000:.2f} km",
    )
    line = _with_legs(context, path.geometry, origin, goal)
    return Route(
        distance_m=distance,
        time_min=time_min,
        delta_m=delta_m,
        delta_min=delta_m * pace,
        estimated=False,
        mark=Mark(role="path", geometry=context.to_wgs84(line), label=label),
    )


def _snapped(context: Context, points: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.column_stack([context.snaps.x[points], context.snaps.y[points]])


def _with_legs(context: Context, line: LineString, origin: int, goal: int) -> LineString:
    """Return the path with its straight legs from and to the places."""
    body = shapely.get_coordinates(line)
    if len(body) == 0:
        body = _snapped(context, np.array([goal]))
    return LineString(np.vstack([context.xy[origin], body, context.xy[goal]]))


def _disconnected(
    context: Context,
    subject: str,
    object_: str,
    origins: NDArray[np.int64],
    goals: NDArray[np.int64],
) -> Part:
    """Name the two pieces of road and draw the shortest gap between them."""
    network = context.network
    edge_piece = network.piece[network.source]
    here = edge_piece[context.snaps.edge[origins[0]]]
    there = edge_piece[context.snaps.edge[goals[0]]]
    a, b = subject, object_
    if here == there:
        return refused(
            a, b, State.UNROUTABLE,
            f"“{context.name(a)}”与“{context.name(b)}”之间受单行限制不可达",
            f"one-ways keep {context.name(b)} from being reached from {context.name(a)}",
        )  # fmt: skip
    first, second = network.geometry[edge_piece == here], network.geometry[edge_piece == there]
    (i, j), gap = STRtree(second).query_nearest(first, return_distance=True, all_matches=False)
    best = int(np.argmin(gap))
    line = context.to_wgs84(shapely.shortest_line(first[i[best]], second[j[best]]))
    at = line.interpolate(0.5, normalized=True)
    km = float(gap[best]) / 1000
    label = Text(f"路网缺口 {km:.2f} 公里", f"gap of {km:.2f} km in the roads")
    return refused(
        a, b, State.UNROUTABLE,
        f"“{context.name(a)}”与“{context.name(b)}”所在路网互不连通，最近缺口 {km:.2f} 公里，"
        f"在 ({at.x:.4f}, {at.y:.4f})",
        f"{context.name(a)} and {context.name(b)} lie on separate road pieces; the nearest gap is "
        f"{km:.2f} km at ({at.x:.4f}, {at.y:.4f})",
        Mark(role="gap", geometry=line, label=label),
    )  # fmt: skip


def _estimate(context: Context, subject: str, object_: str) -> Route:
    """Return geodesic distance times the stated circuity, marked as an estimate."""
    settings = context.settings
    line = shapely.shortest_line(
        _place(context, subject), _place(context, object_)
    )
    wgs84 = context.to_wgs84(line)
    (lon_a, lat_a), (lon_b, lat_b) = wgs84.coords
    straight = GEOD.inv(lon_a, lat_a, lon_b, lat_b)[2]
    distance = straight * settings.circuity
    accuracy = np.hypot(
        context.access[subject].accuracy_m, context.access[object_].accuracy_m
    )
    # The circuity itself varies by about a fifth from place to place.
    delta = float(np.hypot(accuracy, 0.2 * distance))
    per_min = settings.estimate_kmh * 1000 / 60
    label = Text(
        f"估算 {distance / 1000:.1f} 公里（直线 × {settings.circuity}）",
        f"estimate {distance / 1000:.1f} km (straight × {settings.circuity})",
    )
    return Route(
        distance_m=distance,
        time_min=distance / per_min,
        delta_m=delta,
        delta_min=delta / per_min,
        estimated=True,
        mark=Mark(role="estimate", geometry=wgs84, label=label),
    )


def _place(context: Context, key: str) -> shapely.Geometry:
    """Return the points a feature is entered at, as one geometry."""
    return shapely.multipoints(context.xy[context.access[key].points])
