"""Who serves whom: townships and villages given to the nearest hub or node, and catchments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatialplan.concepts.logistics_access import Access
from spatialplan.concepts.logistics_sites import TOWNSHIPS, VILLAGES, Site
from spatialplan.concepts.logistics_words import (
    gravest,
    minutes_column,
    number,
    place_state,
    site_names,
    text_column,
    unusable,
    way_state,
)
from spatialplan.measures.assignment import Assignment, assign, loads
from spatialplan.model.profile import Cell, Column, Exhibit, Finding
from spatialplan.model.verdict import Mark, State
from spatialplan.network.catchment import catchments
from spatialplan.network.isochrone_raster import as_multipolygon
from spatialplan.network.od import cost_matrix
from spatialplan.text import Text

__all__ = [
    "CATCHMENT_EDGES",
    "Service",
    "catchment_marks",
    "measure_service",
    "service_exhibits",
    "service_finding",
]

Floats = NDArray[np.float64]
CELL_M = 500.0  # catchments are sketches: true to a cell
CATCHMENT_EDGES = 200_000  # they are drawn of no larger network: the table says the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Townships and villages by the hub or node that is nearest in time.

    `is_open` tells of which townships the accuracy of the places leaves the nearest open, `crosses`
    of which it lies in another county.
    """

    access: Access
    towns: tuple[Site, ...]
    by_town: Assignment
    by_village: Assignment
    is_open: NDArray[np.bool_]
    crosses: NDArray[np.bool_]


def measure_service(access: Access) -> Service:
    """Give every township and placed village to its nearest hub or node."""
    at = access.sites.of(TOWNSHIPS)
    columns = access.times.columns(at)
    minutes, delta = access.times.minutes[:, columns], access.times.delta_min[:, columns]
    found = assign(minutes)
    towns = tuple(access.sites.sites[int(i)] for i in at)
    n = np.arange(len(towns))
    both = (found.first >= 0) & (found.second >= 0)
    spread = np.zeros(len(towns))
    spread[both] = np.hypot(delta[found.first, n], delta[found.second, n])[both]
    margin = np.full(len(towns), np.inf)
    margin[both] = found.second_cost[both] - found.first_cost[both]
    centres = access.centre_sites()
    own = np.array([town.district for town in towns], dtype=object)
    theirs = np.array([site.district for site in centres] + [""], dtype=object)[found.first]
    return Service(
        access=access,
        towns=towns,
        by_town=found,
        by_village=assign(_village_minutes(access)),
        is_open=both & (margin < spread),
        crosses=(found.first >= 0) & (own != theirs) & (own != "") & (theirs != ""),
    )


def _village_minutes(access: Access) -> Floats:
    """Return the minutes from each hub and node to each placed village; inf where no way leads."""
    sites, network = access.sites, access.setting.context.network
    start, goal = sites.part(access.times.rows), sites.part(sites.of(VILLAGES))
    if not len(goal[1]):
        return np.empty((len(access.times.rows), 0))
    return cost_matrix(network, *start, *goal, by="time") / 60_000


def service_finding(service: Service) -> Finding:
    """Answer whether every township has a hub or node that serves it."""
    question = Text(
        "谁服务谁，乡镇是否都有枢纽或节点服务？",
        "Who serves whom, and is every township served?",
    )
    centres, found = service.access.centre_sites(), service.by_town
    lost = unusable(centres)
    if len(lost) == len(centres) or not service.towns:
        zh, en = ("没有已定位的枢纽或节点", "no hub or node is located") if service.towns else (
            "没有有坐标的乡镇", "no township has coordinates"
        )  # fmt: skip
        return Finding(question=question, answer=Text(zh, en), state=State.NO_DATA)
    left = [town for town, centre in zip(service.towns, found.first, strict=True) if centre < 0]
    served = len(service.towns) - len(left)
    zh = f"{served}/{len(service.towns)} 处乡镇有节点可达"
    en = f"{served} of {len(service.towns)} townships served"
    if served:
        cost = found.first_cost[found.first >= 0]
        far = int(np.argmax(np.where(found.first >= 0, found.first_cost, -np.inf)))
        n_open, n_cross = int(service.is_open.sum()), int(service.crosses.sum())
        zh += (
            f"，平均 {cost.mean():.1f} 分钟，最远{service.towns[far].name} {cost.max():.1f} 分钟；"
            f"{n_cross} 处的最近节点在外县，{n_open} 处的归属因点位精度未定"
        )
        en += (
            f", {cost.mean():.1f} min on average, farthest {service.towns[far].name} "
            f"{cost.max():.1f} min; the nearest of {n_cross} lies in another county, that of "
            f"{n_open} is open within the accuracy"
        )
    for group, word, word_en in (
        (left, "未接上路网的乡镇", "townships not routed"),
        (lost, "未计入的节点", "hubs and nodes left out"),
    ):
        if group:
            said = site_names(group)
            zh, en = f"{zh}；{word}：{said.zh}", f"{en}; {word_en}: {said.en}"
    states = [State.UNROUTABLE if t.state is State.HOLDS else t.state for t in left]
    return Finding(
        question=question,
        answer=Text(zh, en),
        state=gravest([State.HOLDS, *states]),
        value=100.0 * served / len(service.towns),
        unit="%",
    )


def service_exhibits(service: Service) -> list[Exhibit]:
    """Return what each hub or node serves, and the township by township list."""
    if not service.towns or all(s.state is not State.HOLDS for s in service.access.centre_sites()):
        return []
    return [_by_centre(service), _by_town(service)]


def _by_centre(service: Service) -> Exhibit:
    found = service.by_town
    rows: list[tuple[Cell, ...]] = []
    load = loads(found)
    villages = loads(service.by_village)
    for k, site in enumerate(service.access.centre_sites()):
        if site.state is not State.HOLDS:
            rows.append((site.name, place_state(site.state), *[None] * 7, site.cause))
            continue
        own = found.first == k
        far = int(load.farthest[k])
        rows.append(
            (
                site.name,
                place_state(site.state),
                int(load.served[k]),
                number(load.mean[k]),
                number(load.worst[k]),
                service.towns[far].name if far >= 0 else None,
                int((own & service.crosses).sum()),
                int((own & service.is_open).sum()),
                int(villages.served[k]),
                None,
            )
        )
    n_placed = len(service.by_village.first)
    total = service.access.setting.n_villages
    return Exhibit(
        key="service",
        title=Text("各枢纽、节点的服务分工", "What each hub and node serves"),
        columns=(
            text_column("name", "枢纽或节点", "hub or node"),
            text_column("state", "状态", "state"),
            Column(key="towns", name=Text("服务乡镇", "townships served"), digits=0),
            minutes_column("mean", "平均用时", "mean time"),
            minutes_column("worst", "最远用时", "greatest time"),
            text_column("farthest", "最远乡镇", "farthest township"),
            Column(key="crossing", name=Text("其中在外县", "in other counties"), digits=0),
            Column(key="open", name=Text("其中归属未定", "not settled"), digits=0),
            Column(key="villages", name=Text("服务有坐标的村", "placed villages"), digits=0),
            text_column("cause", "原因", "cause"),
        ),
        rows=tuple(rows),
        note=Text(
            f"按用时最短归属；名录 {total} 村中 {n_placed} 村有坐标。未定位的节点不参与，"
            "其余节点的分担因此偏大。",
            f"By least time; {n_placed} of {total} villages have coordinates. Nodes without a "
            "place take no part, so that the others serve more than they would.",
        ),
    )


def _by_town(service: Service) -> Exhibit:
    found, centres = service.by_town, service.access.centre_sites()
    names = [*(site.name for site in centres), None]
    homes = [*(site.district or None for site in centres), None]
    rows = []
    for i, town in enumerate(service.towns):
        first, second = int(found.first[i]), int(found.second[i])
        state = town.state
        if state is State.HOLDS and first < 0:
            state = State.UNROUTABLE
        elif service.is_open[i]:
            state = State.UNCERTAIN
        extra = float(found.second_cost[i] - found.first_cost[i]) if second >= 0 else np.nan
        rows.append(
            (
                town.name,
                town.district or None,
                way_state(state),
                names[first],
                homes[first],
                number(found.first_cost[i]),
                names[second],
                number(extra),
                town.cause,
            )
        )
    return Exhibit(
        key="assignment",
        title=Text("各乡镇由谁服务", "Who serves each township"),
        columns=(
            text_column("township", "乡镇", "township"),
            text_column("county", "所在县（市、区）", "county"),
            text_column("state", "状态", "state"),
            text_column("first", "最近枢纽或节点", "nearest hub or node"),
            text_column("first-county", "其所在县（市、区）", "its county"),
            minutes_column("minutes", "用时", "time"),
            text_column("second", "备选", "next"),
            minutes_column("extra", "改由备选多用时", "extra time to the next"),
            text_column("cause", "原因", "cause"),
        ),
        rows=tuple(rows),
        note=Text(
            "“归属未定”：与备选之差小于点位精度所及。",
            "'Not settled': the lead over the next is within the accuracy of the places.",
        ),
    )


def catchment_marks(service: Service, access_m: float) -> list[Mark]:
    """Return the land that each hub or node is nearest to, within the plan's districts."""
    access = service.access
    setting, network = access.setting, access.setting.context.network
    at = access.times.rows[access.sites.snaps.is_snapped[access.times.rows]]
    if len(at) < 2 or network.n_edges > CATCHMENT_EDGES:
        return []
    _, areas = catchments(
        network,
        *access.sites.part(at),
        [access.sites.sites[int(i)].key for i in at],
        by="time",
        barriers=setting.water.geometry.to_numpy(),
        access_m=access_m,
        cell_m=CELL_M,
    )
    names = {access.sites.sites[int(i)].key: access.sites.name(int(i)) for i in at}
    area = setting.districts.union_all()
    clipped = [as_multipolygon(shapely.intersection(shape, area)) for shape in areas.geometry]
    marks = []
    for key, shape in zip(areas["facility"], clipped, strict=True):
        if key and not shape.is_empty:
            label = Text(f"{names[key]}最近范围", f"nearest to {names[key]}")
            geometry = setting.context.to_wgs84(shape)
            marks.append(Mark(role="catchment", geometry=geometry, label=label))
    return marks
