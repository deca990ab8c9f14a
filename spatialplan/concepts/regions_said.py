"""What was measured of a core and its regions, as clauses of a sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spatialplan.concepts.regions_cohesion import Held, Times
from spatialplan.concepts.regions_found import Found
from spatialplan.concepts.regions_members import joined, named
from spatialplan.concepts.regions_outward import Opening
from spatialplan.concepts.regions_travel import Answer
from spatialplan.concepts.setting import Setting
from spatialplan.model.plan import Concept
from spatialplan.model.verdict import State
from spatialplan.network.classes import class_name
from spatialplan.text import Text

__all__ = ["by_road", "gates_said", "held_said", "joined_pairs", "links_said", "open_said",
           "reach_said", "there_said"]  # fmt: skip


def there_said(setting: Setting, found: Found, concept: Concept) -> Text:
    """Say how many of the core and its regions are located."""
    keys = [*concept.role("core"), *(region.key for region in found.regions)]
    placed = len(setting.located(keys))
    if placed == len(keys):
        return Text(
            f"核心与各片区 {placed} 处均有位置", f"all {placed} cores and regions are located"
        )
    return Text(
        f"核心与各片区 {len(keys)} 处中 {placed} 处有位置",
        f"{placed} of {len(keys)} cores and regions are located",
    )


def by_road(answers: Sequence[Answer]) -> list[Answer]:
    """Return the answers by road, estimates left out."""
    return [one for one in answers if one.state is State.HOLDS]


def reach_said(setting: Setting, seats: Sequence[Answer]) -> Text:
    """Say which seats the core reaches."""
    if not seats:
        return Text("除核心外没有驻地可算", "there is no seat besides the core")
    known = by_road(seats)
    if not known:
        return Text(
            f"核心到 {len(seats)} 个驻地在已有路网上都算不出",
            f"none of {len(seats)} seats is joined to the core on the mapped roads",
        )
    far = max(known, key=lambda one: one.time_min or 0.0)
    name, minutes = setting.context.name(far.object), far.time_min
    if len(known) == len(seats):
        return Text(
            f"核心可达全部 {len(seats)} 个驻地，最远{name} {minutes:.0f} 分钟",
            f"the core reaches all {len(seats)} seats, the farthest, {name}, in {minutes:.0f} min",
        )
    return Text(
        f"核心到 {len(seats)} 个驻地只有 {len(known)} 个可算（最远{name} {minutes:.0f} 分钟），"
        "其余无位置或底图缺路",
        f"{len(known)} of {len(seats)} seats are reached from the core (the farthest, {name}, in "
        f"{minutes:.0f} min); the others lack a place or mapped roads",
    )


def held_said(setting: Setting, held: Sequence[Held]) -> Text:
    """Say which regions hang together."""
    asked = [one for one in held if one.figures.members >= 2]
    sure = [one for one in asked if one.state in (State.HOLDS, State.FAILS)]
    tight = [one.region.key for one in sure if one.state is State.HOLDS]
    open_ = len(asked) - len(sure)
    if not sure:
        return Text(
            f"有两县以上的片区 {len(asked)} 个，已有路网不足以判断是否内聚",
            f"whether the {len(asked)} regions of two counties or more hang together cannot be "
            "told from the mapped roads",
        )
    zh = f"有两县以上的片区 {len(asked)} 个，内聚 {len(tight)} 个"
    en = f"of {len(asked)} regions of two counties or more {len(tight)} hang together"
    if tight:
        names = named(setting, tight)
        zh, en = f"{zh}（{names.zh}）", f"{en} ({names.en})"
    if len(sure) > len(tight):
        zh, en = f"{zh}、松散 {len(sure) - len(tight)} 个", f"{en}, {len(sure) - len(tight)} do not"
    if open_:
        zh, en = f"{zh}、待定 {open_} 个", f"{en}, {open_} cannot be told"
    return Text(zh, en)


def joined_pairs(links: Times) -> tuple[int, int]:
    """Return how many directed pairs of regions are joined, and how many there are."""
    n = len(links.keys)
    return int(np.isfinite(links.time_min).sum()) - n, n * (n - 1)


def links_said(links: Times) -> Text:
    """Say how regions are linked with each other."""
    joined_, every = joined_pairs(links)
    off = links.time_min[~np.eye(len(links.keys), dtype=bool)]
    known = off[np.isfinite(off)]
    if len(known) == 0:
        return Text(
            f"{len(links.keys)} 处片区之间在已有路网上互不相连",
            f"none of {len(links.keys)} regions are joined on the mapped roads",
        )
    return Text(
        f"片区之间 {every} 个方向中 {joined_} 个可算，平均 {known.mean():.0f} 分钟、"
        f"最长 {known.max():.0f} 分钟",
        f"{joined_} of {every} directed pairs of regions are joined, in {known.mean():.0f} min on "
        f"average and {known.max():.0f} min at most",
    )


def open_said(openings: Sequence[Opening]) -> Text:
    """Say how many outward targets are reached."""
    known = [one for one in openings if one.answer.state is State.HOLDS]
    zh = f"{len(openings)} 个对外目标中 {len(known)} 个在已有路网上通达"
    en = f"{len(known)} of {len(openings)} outward targets are reached on the mapped roads"
    part = [one for one in openings if one not in known and one.last is not None]
    if part:
        zh += f"，{len(part)} 个只能算到路网尽头"
        en += f", {len(part)} as far as the roads are mapped"
    return Text(zh, en)


def gates_said(setting: Setting, found: Found) -> Text:
    """Say which gateways the boundary has."""
    boundary = found.boundary
    network = setting.context.network
    count = 0 if boundary is None else len(boundary.gateways)
    share = 0.0 if boundary is None else boundary.mapped_share
    if boundary is None or count == 0:
        return Text("市界上没有找到道路门户", "no road gateway was found on the boundary")
    edge = boundary.gateways.edge[boundary.gateways.lead]
    classes, size = np.unique(network.road_class[edge].astype(str), return_counts=True)
    order = np.argsort([-network.speeds.of(str(c)) for c in classes], kind="stable")
    kinds = [(class_name(str(classes[i])), int(size[i])) for i in order]
    zh = joined([f"{kind.zh} {n}" for kind, n in kinds], most=99).zh
    en = joined([f"{n} {kind.en}" for kind, n in kinds], most=99).en
    joined_ = int(np.isfinite(boundary.time_min[0]).sum())
    return Text(
        f"市界道路门户 {count} 处（{zh}），核心可达 {joined_} 处，市界 {share:.0%} 有路网",
        f"{count} road gateways ({en}), {joined_} of them reached from the core; roads are mapped "
        f"along {share:.0%} of the boundary",
    )
