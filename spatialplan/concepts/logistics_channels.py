"""The channels of the plan, verified on the network: by their line, or through their stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan.checks.routes import Route, find_route
from spatialplan.concepts.logistics_words import (
    gravest,
    listed,
    minutes_column,
    number,
    text_column,
)
from spatialplan.concepts.setting import Setting
from spatialplan.measures.channel import Cover, cover_by_roads
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Exhibit, Finding
from spatialplan.model.verdict import Mark, Part, State
from spatialplan.network.classes import class_name
from spatialplan.text import Text

__all__ = [
    "Channel",
    "channel_exhibits",
    "channel_finding",
    "classes_said",
    "measure_channels",
]

ON_ROAD_M = 1.0  # a path lies on its roads
LINE_OFFSET_M = 150.0  # a drawn line lies within this of its roads, or its accuracy
GAP_SHOWN_M = 200.0  # shorter gaps are within the drawing
QUESTION = Text("物流通道是否连续？", "Are the channels continuous?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel as measured: HOLDS when whole, with the classes of road that make it up.

    `cover` is None where nothing could be laid onto roads; `time_min` is None unless the channel is
    whole.
    """

    name: str
    state: State
    cause: Text
    stops: tuple[str, ...]
    cover: Cover | None
    time_min: float | None
    marks: tuple[Mark, ...]


def measure_channels(setting: Setting, concept: Concept, snap_m: float) -> list[Channel]:
    """Measure every channel that the concept names."""
    return [_channel(setting, key, snap_m) for key in concept.role("channels")]


def _channel(setting: Setting, key: str, snap_m: float) -> Channel:
    context = setting.context
    shape = context.shapes.get(key)
    if shape is not None and "Line" in shape.geom_type:
        return _by_line(setting, key, shape)
    stops, stop_snap_m = _stops(setting, key, snap_m)
    if len(stops) < 2:
        name = context.name(key)
        return Channel(
            name=name,
            state=State.NO_DATA,
            cause=Text(
                f"“{name}”在规划中没有走向，也没有列出途经点",
                f"the plan gives {name} neither a line nor stops",
            ),
            stops=(),
            cover=None,
            time_min=None,
            marks=(),
        )
    return _through_stops(setting, key, stops, stop_snap_m)


def _stops(setting: Setting, key: str, snap_m: float) -> tuple[tuple[str, ...], float]:
    """Return what a channel joins in order, and the snap limit: of its claims, else its parts."""
    for claim in setting.claims_about([key], "continuous", "connected"):
        if len(claim.objects) > 1:
            given = claim.params.get("snap_m")
            return claim.objects, snap_m if given is None else given.value
    parts = [f.id for f in setting.context.features.values() if f.parent == key]
    return tuple(parts), snap_m


def _through_stops(setting: Setting, key: str, stops: Sequence[str], snap_m: float) -> Channel:
    context = setting.context
    legs = [find_route(context, a, b, snap_m, may_estimate=False) for a, b in pairwise(stops)]
    routes = [leg for leg in legs if isinstance(leg, Route)]
    broken = [leg for leg in legs if isinstance(leg, Part)]
    cover = _cover(setting, [route.mark.geometry for route in routes]) if routes else None
    time_min = None if broken else sum(route.time_min for route in routes)
    name = context.name(key)
    km = sum(route.distance_m for route in routes) / 1000
    if broken:
        cause = Text("；".join(p.cause.zh for p in broken), "; ".join(p.cause.en for p in broken))
    else:
        cause = Text(
            f"经 {len(stops)} 处途经点相连，共 {km:.1f} 公里、{time_min:.0f} 分钟",
            f"joined through {len(stops)} stops, {km:.1f} km, {time_min:.0f} min",
        )
    label = Text(f"{name} {km:.0f} 公里", f"{name} {km:.0f} km")
    marks = [Mark(role="channel", geometry=r.mark.geometry, label=label) for r in routes]
    return Channel(
        name=name,
        state=gravest([State.HOLDS, *(part.state for part in broken)]),
        cause=cause,
        stops=tuple(context.name(stop) for stop in stops),
        cover=cover,
        time_min=time_min,
        marks=(*marks, *(mark for part in broken for mark in part.marks)),
    )


def _cover(setting: Setting, lines: Sequence[BaseGeometry]) -> Cover:
    """Return the roads under WGS-84 paths."""
    moved = gpd.GeoSeries(lines, crs="EPSG:4326").to_crs(setting.context.plan.crs)
    whole = shapely.multilinestrings(moved.to_numpy())
    return cover_by_roads(setting.context.network, whole, ON_ROAD_M)


def _by_line(setting: Setting, key: str, shape: BaseGeometry) -> Channel:
    context = setting.context
    name, network = context.name(key), context.network
    reach_m = max(LINE_OFFSET_M, context.accuracy(key))
    cover = cover_by_roads(network, shape, reach_m)
    gaps = [gap for gap in cover.gaps if gap.length > GAP_SHOWN_M]
    beyond = [gap for gap in gaps if not shapely.intersects(network.extent, gap)]
    state = State.HOLDS
    if gaps:
        # A gap in the map is no gap on the ground.
        state = State.NO_DATA if len(beyond) == len(gaps) else State.UNCERTAIN
    gap_km = sum(gap.length for gap in gaps) / 1000
    cause = Text(
        f"线形 {cover.length_m / 1000:.1f} 公里，{len(gaps)} 处共 {gap_km:.1f} 公里图上无路"
        if gaps
        else f"线形 {cover.length_m / 1000:.1f} 公里，全线有路",
        f"a line of {cover.length_m / 1000:.1f} km, no road mapped on {gap_km:.1f} km of it",
    )
    label = Text(f"{name}", f"{name}")
    marks = [Mark(role="channel", geometry=context.to_wgs84(shape), label=label)]
    for gap in gaps:
        said = Text(
            f"图上无路 {gap.length / 1000:.1f} 公里", f"no road on {gap.length / 1000:.1f} km"
        )
        marks.append(Mark(role="gap", geometry=context.to_wgs84(gap), label=said))
    return Channel(
        name=name,
        state=state,
        cause=cause,
        stops=(),
        cover=cover,
        time_min=None if gaps else cover.time_min,
        marks=tuple(marks),
    )


def classes_said(cover: Cover) -> Text:
    """Return the classes of road with their shares, the longest first."""
    total = sum(cover.class_m.values())
    shares = [(class_name(c), 100 * m / total) for c, m in cover.class_m.items()]
    shown = [(name, share) for name, share in shares if share >= 1]
    return Text(
        "、".join(f"{name.zh} {share:.0f}%" for name, share in shown),
        ", ".join(f"{name.en} {share:.0f}%" for name, share in shown),
    )


def channel_finding(channels: Sequence[Channel], claims: tuple[str, ...]) -> Finding:
    """Answer whether the channels are continuous on the network."""
    if not channels:
        return Finding(
            question=QUESTION,
            answer=Text("规划未列物流通道", "the plan names no channel"),
            state=State.NO_DATA,
            claims=claims,
        )
    whole = [channel for channel in channels if channel.state is State.HOLDS]
    return Finding(
        question=QUESTION,
        answer=Text(
            f"{len(whole)}/{len(channels)} 条核得连续；" + "；".join(c.cause.zh for c in channels),
            f"{len(whole)} of {len(channels)} found continuous; "
            + "; ".join(c.cause.en for c in channels),
        ),
        state=gravest([channel.state for channel in channels]),
        value=float(len(whole)) if whole else None,
        claims=claims,
    )


def channel_exhibits(channels: Sequence[Channel]) -> list[Exhibit]:
    """Return one row for each channel; no table where the plan names none."""
    if not channels:
        return []
    rows = []
    for channel in channels:
        cover = channel.cover
        rows.append(
            (
                channel.name,
                channel.state,
                listed(channel.stops) if channel.stops else None,
                None if cover is None else number(cover.length_m / 1000),
                None if channel.time_min is None else number(channel.time_min),
                None if cover is None or not cover.class_m else classes_said(cover),
                channel.cause,
            )
        )
    return [
        Exhibit(
            key="channels",
            title=Text("物流通道核查", "Channels on the network"),
            columns=(
                text_column("name", "通道", "channel"),
                text_column("state", "状态", "state"),
                text_column("stops", "途经点", "stops"),
                minutes_column("km", "已核里程", "length verified", "km"),
                minutes_column("min", "全程用时", "time"),
                text_column("classes", "道路等级", "road classes"),
                text_column("cause", "说明", "remark"),
            ),
            rows=tuple(rows),
        )
    ]
