"""Routes between features: one answer per pair, with the reason where there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPoint, Point, STRtree

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

    `delta_m` and `delta_min` are the uncertainty that the features' accuracy leaves; `edges` are
    positions in the network and `used_m` how much of each is used, empty for an estimate.
    """

    distance_m: float
    time_min: float
    delta_m: float
    delta_min: float
    estimated: bool
    mark: Mark
    edges: tuple[int, ...] = ()
    used_m: tuple[float, ...] = ()


def find_route(
    context: Context,
    subject: str,
    object_: str,
    snap_m: float,
    *,
    shortest: bool = False,
    may_estimate: bool = True,
) -> Route | Part:
    """Return the best route from subject to object, or a part that says why there is none.

    Parameters
    ----------
    shortest
        Whether the best route is the shortest; else it is the quickest.
    may_estimate
        Whether an estimate may stand in where no roads are mapped, if the settings ask for it. It
        never stands in where roads are mapped and do not connect, nor shows that they connect.
    """
    key = (subject, object_, snap_m, shortest, may_estimate)
    if key not in context.found:
        context.found[key] = _search(
            context, subject, object_, snap_m, shortest=shortest, may_estimate=may_estimate
        )
    found: Route | Part = context.found[key]
    return found


def _search(
    context: Context,
    subject: str,
    object_: str,
    snap_m: float,
    *,
    shortest: bool,
    may_estimate: bool,
) -> Route | Part:
    if (part := missing(context, subject, object_)) is not None:
        return part
    problem = _access_problem(context, subject, object_, snap_m)
    if problem is None:
        return _network_route(context, subject, object_, snap_m, shortest=shortest)
    if context.settings.estimate and may_estimate:
        return _estimate(context, subject, object_)
    return problem


def refused(subject: str, object_: str, state: State, zh: str, en: str, *marks: Mark) -> Part:
    """Return a part without a value."""
    return Part(
        subject=subject, object=object_, state=state, value=None, cause=Text(zh, en), marks=marks
    )


def _usable(context: Context, key: str, snap_m: float) -> NDArray[np.int64]:
    points, limit_m = context.access[key].points, context.access[key].limit_m
    return points[context.snaps.offset_m[points] <= min(snap_m, limit_m)]


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
        limit = min(snap_m, context.access[key].limit_m)
        return refused(
            subject, object_, State.UNROUTABLE,
            f"“{name}”距最近道路超过 {limit:.0f} 米", f"{name} is over {limit:.0f} m from any road",
        )  # fmt: skip
    return None


def _last_covered(context: Context, key: str) -> tuple[str, str]:
    """Return where the main road network ends towards a place beyond it."""
    network = context.network
    main = np.flatnonzero(network.piece == 0)
    at = context.shapes[key].representative_point()
    gap = np.hypot(network.x[main] - at.x, network.y[main] - at.y)
    last = main[np.argmin(gap)]
    lon, lat = context.to_wgs84(Point(network.x[last], network.y[last])).coords[0]
    km = gap.min() / 1000
    where = f"({lon:.3f}, {lat:.3f})"
    return (
        f"：路网最近止于 {where}，直线还差 {km:.0f} 公里",
        f": the roads end at {where}, {km:.0f} km short of it",
    )


def _network_route(
    context: Context, subject: str, object_: str, snap_m: float, *, shortest: bool
) -> Route | Part:
    graph = context.shortest if shortest else context.quickest
    access_m_per_min = context.network.speeds.access_kmh * 1000 / 60
    origins, goals = _usable(context, subject, snap_m), _usable(context, object_, snap_m)
    found = routing.reach(graph, origins)
    # Millimetres, or milliseconds at the speed of the access leg.
    per_m = 1000.0 if shortest else 60_000 / access_m_per_min
    cost = found.cost[graph.point_node[goals]] + context.snaps.offset_m[goals] * per_m
    goal = int(goals[np.argmin(cost)])
    path = routing.trace(graph, found, goal)
    if path is None:
        return _disconnected(context, subject, object_, origins, goals)
    starts = origins[graph.point_node[origins] == path.start]
    origin = int(starts[np.argmin(context.snaps.offset_m[starts])])
    offset = float(context.snaps.offset_m[origin] + context.snaps.offset_m[goal])
    distance = path.length_m + offset
    time_min = path.time_ms / 60_000 + offset / access_m_per_min
    roads_m = float(context.network.accuracy_m[list(path.edges)].max(initial=0.0))
    places_m = [context.access[key].accuracy_m for key in (subject, object_)]
    delta_m = float(np.linalg.norm([*places_m, roads_m]))
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
        edges=path.edges,
        used_m=path.used_m,
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
    here, there = (np.unique(edge_piece[context.snaps.edge[at]]) for at in (origins, goals))
    a, b = subject, object_
    if np.isin(here, there).any():
        return refused(
            a, b, State.UNROUTABLE,
            f"“{context.name(a)}”与“{context.name(b)}”之间受单行限制不可达",
            f"one-ways keep {context.name(b)} from being reached from {context.name(a)}",
        )  # fmt: skip
    first = network.geometry[np.isin(edge_piece, here)]
    second = network.geometry[np.isin(edge_piece, there)]
    (i, j), gap = STRtree(second).query_nearest(first, return_distance=True, all_matches=False)
    best = int(np.argmin(gap))
    line = context.to_wgs84(shapely.shortest_line(first[i[best]], second[j[best]]))
    at = line.interpolate(0.5, normalized=True)
    km = float(gap[best]) / 1000
    label = Text(f"路网缺口 {km:.2f} 公里", f"gap of {km:.2f} km in the roads")
    return refused(
        a, b, State.UNROUTABLE,
        f"“{context.name(a)}”与“{context.name(b)}”在已有路网中互不连通，最近缺口 {km:.2f} 公里，"
        f"在 ({at.x:.4f}, {at.y:.4f})",
        f"{context.name(a)} and {context.name(b)} lie on separate road pieces; the nearest gap is "
        f"{km:.2f} km at ({at.x:.4f}, {at.y:.4f})",
        Mark(role="gap", geometry=line, label=label),
    )  # fmt: skip


def _estimate(context: Context, subject: str, object_: str) -> Route:
    """Return geodesic distance times the stated circuity, marked as an estimate."""
    settings = context.settings
    line = shapely.shortest_line(_place(context, subject), _place(context, object_))
    wgs84 = context.to_wgs84(line)
    (lon_a, lat_a), (lon_b, lat_b) = wgs84.coords
    straight = GEOD.inv(lon_a, lat_a, lon_b, lat_b)[2]
    distance = straight * settings.circuity
    accuracy = np.hypot(context.access[subject].accuracy_m, context.access[object_].accuracy_m)
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


def _place(context: Context, key: str) -> MultiPoint:
    """Return the points a feature is entered at, as one geometry."""
    return MultiPoint(context.xy[context.access[key].points])
