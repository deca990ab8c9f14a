"""carries: whether a line is a fair way between the objects, not merely connected to them.

A pair of objects is carried when a path along the line, for at least the least length, takes no
more than a stated multiple of the quickest path:

    detour = min over stretches p–q of the line of (t(a, p) + t(p, q) + t(q, b)) / t(a, b)

A quickest path that itself is absurdly long shows that roads are missing from the map, so it can
show nothing of the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import shapely
from numpy.typing import NDArray

from spatialplan.checks.context import LINE_STEP_M, Context, required
from spatialplan.checks.judging import conclude, judge, no_line
from spatialplan.checks.routes import find_route, refused
from spatialplan.model.plan import Claim, Parameter
from spatialplan.model.verdict import Part, State, Verdict
from spatialplan.network import routing
from spatialplan.text import Text

__all__ = ["carries"]

ABSURD = 2.5  # network / straight: roads are missing rather than winding


def carries(context: Context, claim: Claim) -> Verdict:
    """Judge whether the line is a fair way between the objects, for at least a share of the pairs.

    The value is the share of the pairs that are surely carried. A pair that cannot be told may fall
    either way: the claim is settled when neither way flips it.
    """
    least = required(claim, "min_share")
    parts = []
    for line in claim.subjects:
        if (gone := no_line(context, line)) is not None:
            parts.append(gone)
            continue
        pairs = [_pair(context, claim, line, a, b) for a, b in combinations(claim.objects, 2)]
        parts.append(_share_part(context, line, pairs, least))
    return conclude(context, claim, parts, unit="share", threshold=least)


def _pair(context: Context, claim: Claim, line: str, a: str, b: str) -> Part:
    """Return the detour of a pair by the line against its quickest path."""
    limit, snap = required(claim, "max_detour"), required(claim, "snap_m").value
    route = find_route(context, a, b, snap, may_estimate=False)
    if isinstance(route, Part):
        return route
    names = f"{context.name(a)}—{context.name(b)}"
    straight = float(shapely.distance(context.shapes[a], context.shapes[b]))
    if route.distance_m - route.delta_m > ABSURD * straight:
        times = route.distance_m / max(straight, 1.0)
        return refused(
            a, b, State.NO_DATA,
            f"{names} 图上最快路径为直线的 {times:.1f} 倍，疑缺路，不作判断",
            f"{names}: the quickest path on the map is {times:.1f} times the straight line; roads "
            "seem to be missing",
            route.mark,
        )  # fmt: skip
    via = _by_line_min(context, claim, line, (a, b))
    if via is None:
        return refused(
            a, b, State.UNROUTABLE, f"{names} 到不了“{context.name(line)}”",
            f"{names}: {context.name(line)} cannot be reached",
        )  # fmt: skip
    detour = max(via / max(route.time_min, 0.1), 1.0)
    # The shared ends move both ways alike; what is left is of the order of one of them.
    delta = detour * route.delta_min / max(route.time_min, 0.1)
    return Part(
        subject=a,
        object=b,
        state=judge(detour, limit.value, delta),
        value=detour,
        delta=delta,
        distance_m=route.distance_m,
        time_min=route.time_min,
        marks=(route.mark,),
        cause=Text(
            f"{names} 最快 {route.time_min:.0f} 分钟，经“{context.name(line)}” {via:.0f} 分钟"
            f"（{detour:.2f} 倍）",
            f"{names} {route.time_min:.0f} min at best, {via:.0f} min by {context.name(line)} "
            f"({detour:.2f} times)",
        ),
    )


def _by_line_min(context: Context, claim: Claim, line: str, pair: tuple[str, str]) -> float | None:
    """Return the least minutes of a pair by a stretch of the line; None when out of reach."""
    snap = required(claim, "snap_m").value
    points = context.access[line].points
    first, last, metres = _stretches(context, line, required(claim, "min_km").value * 1000)
    network, edge = context.network, context.snaps.edge[points]
    pace = network.time_ms[edge] / network.length_m[edge]
    along = metres * (pace[first] + pace[last]) / 2
    on_road = (edge[first] >= 0) & (edge[last] >= 0)
    out = _cost_ms(context, pair[0], points, snap, back=False)
    home = _cost_ms(context, pair[1], points, snap, back=True)
    ways = np.concatenate([out[first] + along + home[last], out[last] + along + home[first]])
    least = float(np.min(ways[np.tile(on_road, 2)], initial=np.inf))
    return least / 60_000 if np.isfinite(least) else None


def _stretches(
    context: Context, line: str, least_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return stretches of the line by the positions of their ends among its points, and lengths.

    Each is the shortest of at least `least_m` from its first point on, or the whole part of a line
    whose parts are all shorter.
    """
    xy = context.xy[context.access[line].points]
    parts = shapely.get_parts(context.shapes[line])
    lengths = shapely.length(parts)
    least_m = min(least_m, float(lengths.max()))
    dense = shapely.segmentize(context.shapes[line], LINE_STEP_M)
    of = shapely.get_coordinates(shapely.get_parts(dense), return_index=True)[1]
    gap = np.r_[0.0, np.hypot(*np.diff(xy, axis=0).T)]
    chainage = np.cumsum(np.where(np.r_[True, of[1:] != of[:-1]], 0.0, gap))
    last = np.searchsorted(chainage, chainage + least_m - 1e-6)
    first = np.flatnonzero(last < len(chainage))
    last = last[first]
    same = of[first] == of[last]
    first, last = first[same], last[same]
    return first, last, chainage[last] - chainage[first]


def _cost_ms(
    context: Context, key: str, points: NDArray[np.int64], snap_m: float, *, back: bool
) -> NDArray[np.float64]:
    """Return the cost from a feature to some points, or back from them, in milliseconds."""
    graph = context.quickest
    if back:
        graph = replace(graph, matrix=graph.matrix.T.tocsr())
    own = context.access[key].points
    own = own[context.snaps.offset_m[own] <= min(snap_m, context.access[key].limit_m)]
    per_m = 60_000 / (context.network.speeds.access_kmh * 1000 / 60)
    cost = routing.reach(graph, own).cost
    leg = float(np.min(context.snaps.offset_m[own], initial=np.inf)) * per_m
    node = graph.point_node[points]
    return np.where(node >= 0, cost[node], np.inf) + leg


def _share_part(context: Context, line: str, pairs: Sequence[Part], least: Parameter) -> Part:
    held = sum(pair.state is State.HOLDS for pair in pairs)
    failed = sum(pair.state is State.FAILS for pair in pairs)
    low, high = held / len(pairs), 1 - failed / len(pairs)
    if (low >= least.value) == (high >= least.value):
        state = judge(low, least.value, 0.0, at_most=False)
    elif any(pair.value is not None for pair in pairs):
        state = State.UNCERTAIN
    else:
        state = next(pair.state for pair in pairs)
    open_ = len(pairs) - held - failed
    causes = [pair.cause for pair in sorted(pairs, key=lambda p: p.value or np.inf)]
    zh = "；".join(cause.zh for cause in causes[:4])
    en = "; ".join(cause.en for cause in causes[:4])
    return Part(
        subject=line,
        object=None,
        state=state,
        value=low if held + failed else None,
        cause=Text(
            f"{len(pairs)} 对中 {held} 对可经“{context.name(line)}”往来、{failed} 对绕行过大、"
            f"{open_} 对未定：{zh}",
            f"of {len(pairs)} pairs {context.name(line)} carries {held}, {failed} would go too far "
            f"round, {open_} are open: {en}",
        ),
        marks=tuple(mark for pair in pairs for mark in pair.marks),
    )
