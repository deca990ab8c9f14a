"""Gateways of the plan's area: where roads cross its boundary, how far, towards what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point

from spatialplan.concepts.regions_core import entry_snaps
from spatialplan.concepts.regions_outward import Opening
from spatialplan.concepts.regions_travel import usable_points
from spatialplan.concepts.setting import Setting
from spatialplan.measures.gateways import Gateways, find_gateways
from spatialplan.model.network import Snaps
from spatialplan.model.profile import Cell, Column, Exhibit
from spatialplan.model.verdict import Mark
from spatialplan.network.classes import class_name
from spatialplan.network.od import pair_paths
from spatialplan.text import Text

__all__ = ["Boundary", "find_boundary", "gateway_marks", "gateway_table", "used_towards"]

Floats = NDArray[np.float64]
BOUNDARY_M = 200.0  # accuracy of district boundaries
MERGE_M = 300.0  # two carriageways, a frontage road: one gateway
SECTOR_COS = 0.5**0.5  # a gateway serves a target it lies towards, within 45 degrees


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """The gateways of the plan's area and the time to each.

    Attributes
    ----------
    starts
        The places that drives start from: the core first, then the poles'.
    time_min
        Minutes from each start to each gateway, nan where there is no way, shape (starts, k).
    mapped_share
        Share of the boundary's length along which roads are mapped.
    """

    gateways: Gateways
    starts: tuple[str, ...]
    time_min: Floats
    mapped_share: float


def find_boundary(setting: Setting, starts: Sequence[str], snap_m: float) -> Boundary | None:
    """Return the gateways on the boundary of the plan's districts; None without districts."""
    area = shapely.union_all(setting.districts.geometry.to_numpy())
    if area.is_empty:
        return None
    network = setting.context.network
    found = find_gateways(network, area, accuracy_m=BOUNDARY_M, merge_m=MERGE_M)
    line = shapely.boundary(area)
    mapped = shapely.length(shapely.intersection(line, network.extent)) / shapely.length(line)
    keys = tuple(dict.fromkeys(starts))
    return Boundary(
        gateways=found,
        starts=keys,
        time_min=_times(setting, keys, found, snap_m),
        mapped_share=float(mapped),
    )


def _times(setting: Setting, starts: Sequence[str], found: Gateways, snap_m: float) -> Floats:
    """Return minutes from each start to each gateway, shape (starts, gateways)."""
    out = np.full((len(starts), len(found)), np.nan)
    entries = [usable_points(setting.context, key, snap_m) for key in starts]
    points = np.concatenate([np.empty(0, dtype=np.int64), *entries])
    if out.size == 0 or len(points) == 0:
        return out
    goals = Snaps(
        edge=found.edge.astype(np.int32),
        along=found.along,
        offset_m=np.zeros(len(found.edge)),
        x=found.xy[:, 0],
        y=found.xy[:, 1],
    )
    pairs = np.stack(np.meshgrid(np.arange(len(points)), np.arange(len(found.edge))), axis=-1)
    costs = pair_paths(
        setting.context.network,
        entry_snaps(setting, points),
        (goals, found.xy),
        pairs.reshape(-1, 2),
        by="time",
    ).cost.reshape(len(found.edge), len(points))
    owner = np.repeat(np.arange(len(starts)), [len(entry) for entry in entries])
    for row in range(len(starts)):
        # A carriageway that leads in is not reached from inside; the one beside it is.
        least = np.full(len(found), np.inf)
        np.minimum.at(least, found.gateway, costs[:, owner == row].min(axis=1, initial=np.inf))
        out[row] = np.where(np.isfinite(least), least / 60_000, np.nan)
    return out


def used_towards(setting: Setting, boundary: Boundary, opening: Opening) -> tuple[int, bool] | None:
    """Return the gateway used towards a target, and whether a path shows it; None if unknown.

    With a path it is the one at which the path leaves the area for the last time. Without, it is
    the reachable gateway nearest to the target among those within 45 degrees of its direction.
    """
    gates = boundary.gateways
    xy = gates.xy[gates.lead]
    if len(xy) == 0 or not setting.context.is_located(opening.answer.object):
        return None
    if opening.answer.drive is not None:
        return _on_path(setting, gates, opening)
    if not setting.context.is_located(opening.start):
        return None
    start = setting.shape(opening.start).representative_point()
    goal = setting.shape(opening.answer.object).representative_point()
    ahead, way = xy - (start.x, start.y), np.array([goal.x - start.x, goal.y - start.y])
    cosine = ahead @ way / np.maximum(np.hypot(*ahead.T) * np.hypot(*way), 1.0)
    time = boundary.time_min[boundary.starts.index(opening.start)]
    rest = np.hypot(*(xy - (goal.x, goal.y)).T)
    rest = np.where((cosine >= SECTOR_COS) & np.isfinite(time), rest, np.inf)
    best = int(np.argmin(rest))
    return (best, False) if np.isfinite(rest[best]) else None


def _on_path(setting: Setting, gates: Gateways, opening: Opening) -> tuple[int, bool] | None:
    """Return the gateway where the path last leaves the area; None when none is near."""
    drive = opening.answer.drive
    if drive is None:
        return None
    area = shapely.union_all(setting.districts.geometry.to_numpy())
    cuts = shapely.get_parts(shapely.intersection(drive.line, shapely.boundary(area)))
    if len(cuts) == 0:
        return None
    along = shapely.line_locate_point(drive.line, shapely.centroid(cuts))
    last = cuts[int(np.argmax(along))].centroid
    gap = np.hypot(*(gates.xy - (last.x, last.y)).T)
    best = int(np.argmin(gap))
    return (int(gates.gateway[best]), True) if gap[best] <= MERGE_M + BOUNDARY_M else None


def _label(setting: Setting, boundary: Boundary, position: int) -> Text:
    """Return a gateway's number, road and class in words."""
    kind, road = _road(setting, boundary, position)
    space = f" {road}" if road else ""
    number = position + 1
    return Text(f"门户 {number}：{kind.zh}{space}", f"Gateway {number}: {kind.en}{space}")


def gateway_table(
    setting: Setting, boundary: Boundary, openings: Sequence[Opening]
) -> tuple[Exhibit, list[str]]:
    """Return the table of gateways, and for each opening in words the gateway it uses."""
    used = [used_towards(setting, boundary, opening) for opening in openings]
    towards: dict[int, list[str]] = {}
    for opening, found in zip(openings, used, strict=True):
        if found is not None:
            sign = "" if found[1] else "*"
            name = f"{setting.context.name(opening.answer.object)}{sign}"
            towards.setdefault(found[0], []).append(name)
    starts = [setting.context.name(key) for key in boundary.starts]
    times = [
        Column(key=f"from-{i + 1}", name=Text(f"自{name}", f"from {name}"), unit="min")
        for i, name in enumerate(starts)
    ]
    table = Exhibit(
        key="gateways",
        title=Text("市界门户", "Gateways on the boundary"),
        columns=(
            Column(key="number", name=Text("编号", "No."), digits=0),
            Column(key="class", name=Text("道路等级", "Class")),
            Column(key="road", name=Text("编号与路名", "Number and name")),
            Column(key="district", name=Text("所在县区", "District")),
            Column(key="lon", name=Text("经度", "Longitude"), digits=4),
            Column(key="lat", name=Text("纬度", "Latitude"), digits=4),
            *times,
            Column(key="towards", name=Text("通往", "Towards")),
        ),
        rows=tuple(
            _row(setting, boundary, i, towards.get(i, [])) for i in range(len(boundary.gateways))
        ),
        note=Text(
            f"只计路网在界内、界外都延伸 {BOUNDARY_M:.0f} 米以上的过界处，"
            f"{MERGE_M:.0f} 米内并为一处，自北顺时针编号；"
            f"市界 {boundary.mapped_share:.0%} 的长度有路网，其余没有数据。带 * 的按方位指认，"
            "其余按路径；时间为空的不与主路网相连",
            f"Crossings with mapped roads over {BOUNDARY_M:.0f} m on either side, within "
            f"{MERGE_M:.0f} m as one, clockwise from north. Roads are mapped along "
            f"{boundary.mapped_share:.0%} of the boundary. "
            "* by bearing, the others by path; no time where not joined to the start",
        ),
    )
    return table, [_through(found) for found in used]


def _through(found: tuple[int, bool] | None) -> str:
    if found is None:
        return ""
    return f"{found[0] + 1}{'' if found[1] else '*'}"


def _row(
    setting: Setting, boundary: Boundary, position: int, towards: list[str]
) -> tuple[Cell, ...]:
    kind, road = _road(setting, boundary, position)
    here = _place(boundary, position)
    lon, lat = setting.context.to_wgs84(here).coords[0]
    times = boundary.time_min[:, position]
    district = int(np.argmin(shapely.distance(setting.districts.geometry.to_numpy(), here)))
    return (
        position + 1,
        kind,
        road or None,
        str(setting.districts["name"].iloc[district]),
        lon,
        lat,
        *(float(t) if np.isfinite(t) else None for t in times),
        "、".join(dict.fromkeys(towards)) or None,
    )


def gateway_marks(setting: Setting, boundary: Boundary) -> tuple[Mark, ...]:
    """Return a point at each gateway."""
    return tuple(
        Mark(
            role="gateway",
            geometry=setting.context.to_wgs84(_place(boundary, i)),
            label=_label(setting, boundary, i),
        )
        for i in range(len(boundary.gateways))
    )


def _place(boundary: Boundary, position: int) -> Point:
    return Point(boundary.gateways.xy[boundary.gateways.lead[position]])


def _road(setting: Setting, boundary: Boundary, position: int) -> tuple[Text, str]:
    """Return the class of a gateway's road, and its number and name."""
    network, gates = setting.context.network, boundary.gateways
    edge = gates.edge[gates.lead[position]]
    road = [part for part in (str(network.ref[edge]), str(network.name[edge])) if part]
    return class_name(str(network.road_class[edge])), " ".join(road)
