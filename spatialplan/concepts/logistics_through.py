"""The network's own through routes by the hub: north to south and east to west.

No statement of the plan: where its channels have no line, this shows what the roads offer. Towards
each quarter of the compass, of the roads that leave the plan's districts in that direction and on
that side of the hub those of the highest speed are taken, and of these the one reached first. The
way there stays on roads that touch the districts: else it would leave by one road and be told of
another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point
from shapely.geometry.base import BaseGeometry

from spatialplan.concepts.logistics_access import Access
from spatialplan.concepts.logistics_channels import classes_said
from spatialplan.concepts.logistics_words import lon_lat, minutes_column, number, text_column
from spatialplan.measures.channel import Cover, cover_by_roads
from spatialplan.measures.channel_entries import boundary_exits, quarter
from spatialplan.model.network import StreetNetwork
from spatialplan.model.profile import Exhibit
from spatialplan.model.verdict import Mark, State
from spatialplan.network.classes import class_name
from spatialplan.network.od import pair_paths
from spatialplan.text import Text

__all__ = ["Leg", "measure_through", "through_exhibits", "through_marks"]

QUARTERS = (Text("北", "north"), Text("东", "east"), Text("南", "south"), Text("西", "west"))
SIDES = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, -1.0], [-1.0, 0.0]])
ROUTES = ((Text("南北", "north to south"), 0, 2), (Text("东西", "east to west"), 1, 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """From the hub to the boundary in one direction; place and road where it leaves."""

    hub: str
    quarter: int
    minutes: float
    km: float
    road_class: str
    ref: str
    where: BaseGeometry
    line: BaseGeometry
    cover: Cover


def measure_through(access: Access) -> dict[int, Leg]:
    """Return the leg in each quarter from the first hub on the network; none without a hub."""
    hubs = access.sites.usable("hubs")[:1]
    area = access.setting.districts.union_all()
    shapely.prepare(area)
    network = access.setting.context.network
    inside = shapely.intersects(area, network.geometry)
    if len(hubs) == 0 or not inside.any():
        return {}
    snaps, xy = access.sites.part(hubs)
    if not inside[snaps.edge[0]]:
        return {}
    number = np.cumsum(inside) - 1
    start = (replace(snaps, edge=number[snaps.edge].astype(np.int32)), xy)
    network = _only(network, inside)
    exits = boundary_exits(network, area)
    n = len(exits.xy)
    pairs = np.column_stack([np.zeros(n, dtype=np.int64), np.arange(n)])
    paths = pair_paths(network, start, (exits.at, exits.xy), pairs, by="time")
    cost = paths.cost
    direction = quarter(exits.outward)
    ahead = ((exits.xy - xy[0]) * SIDES[direction]).sum(axis=1) > 0
    chosen = []
    for side in range(4):
        ours = np.flatnonzero((direction == side) & ahead & np.isfinite(cost))
        if len(ours):
            best = np.lexsort((cost[ours], -np.rint(exits.kmh[ours])))[0]
            chosen.append(int(ours[best]))
    lines = paths.paths(np.array(chosen, dtype=np.int64))
    legs = {}
    for k, at in enumerate(chosen):
        edge = int(exits.at.edge[at])
        legs[int(direction[at])] = Leg(
            hub=access.sites.name(int(hubs[0])),
            quarter=int(direction[at]),
            minutes=float(paths.time_ms[at]) / 60_000,
            km=float(paths.length_m[at]) / 1000,
            road_class=str(network.road_class[edge]),
            ref=str(network.ref[edge] or network.name[edge]),
            where=access.setting.context.to_wgs84(Point(*exits.xy[at])),
            line=lines[k],
            cover=cover_by_roads(network, lines[k], 1.0),
        )
    return legs


def _only(network: StreetNetwork, kept: NDArray[np.bool_]) -> StreetNetwork:
    """Return the network of some edges, on the same nodes and pieces."""
    columns = ("source", "target", "length_m", "time_ms", "forward", "backward", "road_class",
               "name", "ref", "geometry", "accuracy_m")  # fmt: skip
    return replace(network, **{name: getattr(network, name)[kept] for name in columns})


def through_exhibits(legs: dict[int, Leg]) -> list[Exhibit]:
    """Return the four directions and the two routes that they make."""
    if not legs:
        return []
    rows = [_row(side, legs.get(side)) for side in range(4)]
    rows += [_whole(name, legs.get(a), legs.get(b)) for name, a, b in ROUTES]
    hub = next(iter(legs.values())).hub
    return [
        Exhibit(
            key="through",
            title=Text("路网自身的对外通道（非规划表述）", "Through routes of the network itself"),
            columns=(
                text_column("direction", "方向", "direction"),
                text_column("state", "状态", "state"),
                text_column("road", "出境道路", "road at the boundary"),
                text_column("where", "出境处（经度，纬度）", "where (longitude, latitude)"),
                minutes_column("min", "用时", "time"),
                minutes_column("km", "里程", "distance", "km"),
                text_column("classes", "道路等级", "road classes"),
            ),
            rows=tuple(rows),
            note=Text(
                f"自{hub}至规划范围边界；每个方向取朝该方向出境的道路中车速最高者，同级取最快到达者。"
                "规划未给通道走向，此表仅供参考，不作通道结论。",
                f"From {hub} to the edge of the plan's districts, by the fastest class of road "
                "that leaves on each side. No statement of the plan, and no verdict on it.",
            ),
        )
    ]


def _row(side: int, leg: Leg | None) -> tuple[Text | State | str | int | float | None, ...]:
    if leg is None:
        return (QUARTERS[side], State.NO_DATA, None, None, None, None, None)
    name = class_name(leg.road_class)
    ref = f" {leg.ref}" if leg.ref else ""
    return (
        QUARTERS[side],
        State.HOLDS,
        Text(f"{name.zh}{ref}", f"{name.en}{ref}"),
        lon_lat(leg.where),
        number(leg.minutes),
        number(leg.km),
        classes_said(leg.cover),
    )


def _whole(
    name: Text, one: Leg | None, other: Leg | None
) -> tuple[Text | State | str | int | float | None, ...]:
    """Return the row of both directions of a route together."""
    title = Text(f"{name.zh}贯通", f"{name.en}, whole")
    if one is None or other is None:
        return (title, State.NO_DATA, None, None, None, None, None)
    minutes, km = one.minutes + other.minutes, one.km + other.km
    return (title, State.HOLDS, None, None, number(minutes), number(km), None)


def through_marks(legs: dict[int, Leg], access: Access) -> list[Mark]:
    """Return the legs as lines, labelled as the network's own."""
    marks = []
    for leg in legs.values():
        side = QUARTERS[leg.quarter]
        label = Text(
            f"路网自身通道·向{side.zh}（非规划） {leg.minutes:.0f} 分钟",
            f"network's own way {side.en} (not the plan's), {leg.minutes:.0f} min",
        )
        geometry = access.setting.context.to_wgs84(leg.line)
        marks.append(Mark(role="channel", geometry=geometry, label=label))
    return marks
