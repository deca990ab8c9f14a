"""The one sentence on a logistics concept, and the doubts beside its numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spatialplan.concepts.logistics_access import Access
from spatialplan.concepts.logistics_channels import Channel
from spatialplan.concepts.logistics_links import Trials
from spatialplan.concepts.logistics_service import CATCHMENT_EDGES, Service
from spatialplan.concepts.logistics_sites import Site
from spatialplan.concepts.logistics_words import listed, unusable
from spatialplan.model.plan import Concept
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["answer_of", "notes_of"]


def answer_of(
    access: Access, channels: Sequence[Channel], service: Service, tested: Trials | None
) -> Text:
    """Return what a leader should know: hubs, channels, nodes, service, closures."""
    parts = [
        *_hubs(access),
        *_channels(channels),
        *_nodes(access),
        *_service(service),
        *_closures(tested),
    ]
    return Text(
        "；".join(part.zh for part in parts) + "。", "; ".join(part.en for part in parts) + "."
    )


def _hubs(access: Access) -> list[Text]:
    centres = access.centre_sites()
    hubs = [row for row, site in enumerate(centres) if site.role == "hubs"]
    placed = [row for row in hubs if centres[row].state is State.HOLDS]
    if not placed:
        names = listed([centres[row].name for row in hubs])
        return [
            Text(
                f"枢纽（{names.zh}）尚未落到路网上，通达情况无法核查",
                f"the hubs ({names.en}) have no place on the network, their reach is not known",
            )
        ]
    return [_hub(access, row) for row in placed]


def _hub(access: Access, row: int) -> Text:
    """Return what one hub reaches: the motorway where the map can tell, and the county seats."""
    name, entry = access.centre_sites()[row].name, access.entries[row]
    seats = access.times.columns(access.sites.of("seats"))
    minutes = access.times.minutes[row, seats]
    zh, en = [], []
    if entry is not None and entry.is_nearest:
        zh.append(f"约 {entry.minutes:.0f} 分钟上高速")
        en.append(f"about {entry.minutes:.0f} min from a motorway")
    if np.isfinite(minutes).any():
        reached, longest = int(np.isfinite(minutes).sum()), float(np.nanmax(minutes))
        zh.append(f"{len(seats)} 个县（市）驻地中 {reached} 个可达，最远约 {longest:.0f} 分钟")
        en.append(
            f"reaches {reached} of {len(seats)} county seats, the farthest in {longest:.0f} min"
        )
    if not zh:
        return Text(f"{name}已上路网", f"{name} is on the network")
    return Text(f"{name}：" + "，".join(zh), f"{name}: " + ", ".join(en))


def _channels(channels: Sequence[Channel]) -> list[Text]:
    if not channels:
        return []
    whole = sum(channel.state is State.HOLDS for channel in channels)
    silent = sum(channel.cover is None and not channel.stops for channel in channels)
    counts = (
        (whole, "核得连续", "continuous"),
        (len(channels) - whole - silent, "图上未能贯通", "not joined on the map"),
        (silent, "规划未给走向、无法核查", "without a line or stops in the plan"),
    )
    zh = "，".join(f"{n} 条{word}" for n, word, _ in counts if n)
    en = ", ".join(f"{n} {word}" for n, _, word in counts if n)
    return [Text(f"{len(channels)} 条通道中 {zh}", f"of {len(channels)} channels {en}")]


def _nodes(access: Access) -> list[Text]:
    nodes = [site for site in access.centre_sites() if site.role == "nodes"]
    if not nodes:
        return []
    lost = unusable(nodes)
    zh = f"{len(nodes)} 处节点中 {len(nodes) - len(lost)} 处可上路网核查"
    en = f"{len(nodes) - len(lost)} of {len(nodes)} nodes can be looked at on the network"
    return [Text(zh, en)]


def _service(service: Service) -> list[Text]:
    cost = service.by_town.first_cost[service.by_town.first >= 0]
    if not len(cost):
        return []
    left = len(service.towns) - len(cost)
    rest = f"，其余 {left} 处图上无路或不相连、未能核查" if left else ""
    rest_en = f", {left} cannot be looked at: no roads or not joined on the map" if left else ""
    return [
        Text(
            f"{len(service.towns)} 处乡镇中 {len(cost)} 处有枢纽或节点可达，平均 "
            f"{cost.mean():.0f} 分钟、最远 {cost.max():.0f} 分钟{rest}",
            f"{len(cost)} of {len(service.towns)} townships are served, {cost.mean():.0f} min on "
            f"average, {cost.max():.0f} at most{rest_en}",
        )
    ]


def _closures(tested: Trials | None) -> list[Text]:
    if tested is None:
        return []
    cutting = [closed for closed in tested.closed if closed.lost]
    if not cutting:
        return [Text("所试路段、桥梁中断后均可绕行", "every link closed can be driven round")]
    most = max(len(closed.lost) for closed in cutting)
    return [
        Text(
            f"图上有 {len(cutting)} 处唯一通道待核实，一处中断最多使 {most} 处乡镇、节点失联",
            f"{len(cutting)} links are the only road on the map, one of them to {most} places",
        )
    ]


def notes_of(access: Access, concept: Concept) -> tuple[Text, ...]:
    """Return the doubts: places, classes of road, what a station is."""
    notes = []
    lost = unusable(access.centre_sites())
    if lost:
        causes = [site.cause for site in lost if site.cause is not None]
        notes.append(
            Text("；".join(c.zh for c in causes) + "。", "; ".join(c.en for c in causes) + ".")
        )
    rough = [site for site in access.centre_sites() if _is_rough(site)]
    if rough:
        said = listed([f"{s.name}（±{s.accuracy_m / 1000:g} 公里）" for s in rough])
        said_en = listed([f"{s.name} (±{s.accuracy_m / 1000:g} km)" for s in rough])
        notes.append(
            Text(
                f"点位只到所在园区或乡镇：{said.zh}，用时按该精度给出 ±。",
                f"Places known by their zone or township only: {said_en.en}.",
            )
        )
    notes += _road_notes(access)
    if access.setting.context.network.n_edges > CATCHMENT_EDGES:
        notes.append(
            Text(
                "路网较大，图上不绘各节点最近范围，见服务分工表。",
                "The network is large: catchments are not drawn, see the table of who serves whom.",
            )
        )
    if concept.role("stations"):
        notes.append(
            Text(
                "所列铁路车站是否办理货运，图上不能证实。",
                "Whether the stations handle freight cannot be told from the map.",
            )
        )
    return tuple(notes)


def _is_rough(site: Site) -> bool:
    return site.state is State.HOLDS and site.accuracy_m >= 1000


def _road_notes(access: Access) -> list[Text]:
    notes = []
    if not len(access.junctions.edge):
        notes.append(
            Text(
                "路网数据中没有标明高速公路，出入口不作判断。",
                "The road data tell no motorway apart: nothing is said of junctions.",
            )
        )
    elif any(entry is not None and not entry.is_nearest for entry in access.entries):
        notes.append(
            Text(
                "到高速出入口的“上限”：更近处路网不全，可能另有出入口。",
                "'At most' to a motorway junction: nearer ground is not all mapped and may have "
                "another junction.",
            )
        )
    if "unknown" in access.setting.context.network.road_class.astype(str):
        notes.append(
            Text(
                "部分地区只有不分等级的粗路网，用时可能偏长；图上不通不等于实地不通。",
                "Some areas have coarse roads without class only: times may be too long, and what "
                "is not joined on the map may be on the ground.",
            )
        )
    return notes
