"""What a closed hub or node leaves: who takes over, how much later, and who is left without."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatialplan.concepts.logistics_service import Service
from spatialplan.concepts.logistics_words import (
    listed,
    minutes_column,
    number,
    place_state,
    text_column,
)
from spatialplan.measures.assignment import Closures, closures
from spatialplan.model.profile import Cell, Column, Exhibit, Finding
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["backup_exhibits", "backup_finding"]

QUESTION = Text(
    "任一枢纽或节点关闭，能否由其他节点接替？", "When a hub or node closes, can others take over?"
)


def backup_finding(service: Service) -> Finding:
    """Answer whether the townships of each hub and node could be served by another."""
    sites = service.access.centre_sites()
    placed = [k for k, site in enumerate(sites) if site.state is State.HOLDS]
    if len(placed) < 2 or not (service.by_town.first >= 0).any():
        return Finding(
            question=QUESTION,
            answer=Text(
                f"路网上的枢纽与节点 {len(placed)} 处，无从比较",
                f"{len(placed)} hubs and nodes on the network: nothing to compare",
            ),
            state=State.NO_DATA,
        )
    shut = closures(service.by_town)
    left = int(shut.unserved.sum())
    zh, en = [], []
    value = None
    if np.isfinite(shut.mean_extra).any():
        worst = int(np.nanargmax(shut.mean_extra))
        value = float(shut.mean_extra[worst])
        heir = _heirs(service, shut, worst)
        zh.append(
            f"影响最大的是{sites[worst].name}：所服务乡镇改由{heir.zh}，"
            f"平均多 {value:.1f} 分钟，最多多 {shut.worst_extra[worst]:.1f} 分钟"
        )
        en.append(
            f"{sites[worst].name} matters most: its townships go to {heir.en}, {value:.1f} min "
            f"more on average, {shut.worst_extra[worst]:.1f} at most"
        )
    if left:
        zh.append(f"{left} 处乡镇在图上无其他节点可达")
        en.append(f"on the map no other hub or node reaches {left} townships")
    return Finding(
        question=QUESTION,
        answer=Text("；".join(zh), "; ".join(en)),
        state=State.UNROUTABLE if left else State.HOLDS,
        value=value,
        unit="" if value is None else "min",
    )


def _heirs(service: Service, shut: Closures, centre: int) -> Text:
    """Return who takes over, the one with most townships first."""
    counts: NDArray[np.int64] = shut.heirs[centre]
    sites = service.access.centre_sites()
    order = [int(k) for k in np.argsort(-counts, kind="stable") if counts[k]]
    return listed([f"{sites[k].name}（{counts[k]}）" for k in order])


def backup_exhibits(service: Service) -> list[Exhibit]:
    """Return what follows from the closure of each hub and node."""
    sites = service.access.centre_sites()
    if not service.towns or all(site.state is not State.HOLDS for site in sites):
        return []
    shut = closures(service.by_town)
    rows: list[tuple[Cell, ...]] = []
    served = np.bincount(
        service.by_town.first[service.by_town.first >= 0], minlength=service.by_town.n_centres
    )
    for k, site in enumerate(sites):
        if site.state is not State.HOLDS:
            rows.append((site.name, place_state(site.state), *[None] * 5))
            continue
        heirs = _heirs(service, shut, k)
        rows.append(
            (
                site.name,
                place_state(site.state),
                int(served[k]),
                number(shut.mean_extra[k]),
                number(shut.worst_extra[k]),
                heirs if heirs.zh else None,
                int(shut.unserved[k]),
            )
        )
    return [
        Exhibit(
            key="closures",
            title=Text("逐一关闭枢纽、节点的影响", "Closing each hub or node in turn"),
            columns=(
                text_column("name", "关闭的枢纽或节点", "closed hub or node"),
                text_column("state", "状态", "state"),
                Column(key="served", name=Text("受影响乡镇", "townships affected"), digits=0),
                minutes_column("mean", "平均多用时", "mean extra time"),
                minutes_column("worst", "最多多用时", "greatest extra time"),
                text_column("heirs", "改由（乡镇数）", "taken over by (townships)"),
                Column(key="left", name=Text("无处接替", "left without"), digits=0),
            ),
            rows=tuple(rows),
        )
    ]
