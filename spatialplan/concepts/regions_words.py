"""Put what was measured of a core and its regions into words: answer, findings, notes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spatialplan.checks.judging import GRAVITY
from spatialplan.concepts import regions_said
from spatialplan.concepts.regions_cohesion import Times
from spatialplan.concepts.regions_found import Found
from spatialplan.concepts.regions_members import named
from spatialplan.concepts.setting import Setting
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Finding
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["answer", "findings", "notes"]

SPARSE = 0.5  # share of the boundary with mapped roads below which the map itself is in doubt


def answer(setting: Setting, concept: Concept, found: Found) -> Text:
    """Return the sentence for a leader: there, reaching, holding, opening, gateways."""
    said = [
        regions_said.there_said(setting, found, concept),
        regions_said.reach_said(setting, found.seats),
    ]
    if any(held.figures.members >= 2 for held in found.held):
        said.append(regions_said.held_said(setting, found.held))
    elif found.links is not None:
        said.append(regions_said.links_said(found.links))
    if found.openings:
        said.append(regions_said.open_said(found.openings))
    if found.boundary is not None:
        said.append(regions_said.gates_said(setting, found))
    name = concept.name
    return Text(
        f"{name.zh}：{'；'.join(text.zh for text in said)}。",
        f"{name.en}: {'; '.join(text.en for text in said)}.",
    )


def findings(setting: Setting, concept: Concept, found: Found) -> tuple[Finding, ...]:
    """Return the answers to the questions of the family."""
    out = [_there(setting, concept, found), _reach(setting, concept, found)]
    if found.regions:
        out.append(_hold(setting, found))
    if found.links is not None:
        out.append(_linked(setting, found.links))
    poles = dict.fromkeys(opening.region for opening in found.openings)
    out += [_open(setting, pole, found) for pole in poles]
    if found.boundary is not None:
        out.append(_gates(setting, found))
    return tuple(out)


def notes(setting: Setting, concept: Concept, found: Found) -> tuple[Text, ...]:
    """Return the doubts that belong beside the numbers."""
    snap = setting.parameter(concept, "snap_m").value
    out = [
        Text(
            f"行车时间按速度表假设值计算，未计拥堵；地点到道路最远按 {snap:g} 米吸附。"
            "驻地为代表点，不是全县平均",
            f"Driving times follow the assumed speed table, without congestion; places lie up to "
            f"{snap:g} m from a road. A seat stands for its county, not for the average of it",
        )
    ]
    edge = [key for region in found.regions for key in region.doubtful]
    if edge:
        names = named(setting, list(dict.fromkeys(edge)))
        out.append(
            Text(
                f"{names.zh}离所在片区边界的距离小于位置误差，归属待核",
                f"{names.en}: nearer to the edge of the region than the place is accurate",
            )
        )
    if found.boundary is not None and found.boundary.mapped_share < SPARSE:
        share = found.boundary.mapped_share
        out.append(
            Text(
                f"市界只有 {share:.0%} 的长度有路网：底图缺路，里程和时间可能偏大，门户会有遗漏；"
                "用完整的 OSM 文件（--pbf）重算",
                f"Roads are mapped along {share:.0%} of the boundary only: lengths and times may "
                "be too large and gateways are missed; use a full OSM extract (--pbf)",
            )
        )
    poles = {region.key for region in found.regions if region.is_pole}
    given = [
        opening.answer.object
        for opening in found.openings
        if not any(
            opening.answer.object in claim.objects
            for claim in setting.claims_about((opening.region,), "connected", "reaches")
        )
    ]
    if poles and given:
        names = named(setting, list(dict.fromkeys(given)))
        out.append(
            Text(
                f"规划没有说{names.zh}由哪一极对接，按直线最近的极归入，待核",
                f"The plan does not say which pole opens towards {names.en}; taken with the "
                "nearest as the crow flies",
            )
        )
    return tuple(out)


def _there(setting: Setting, concept: Concept, found: Found) -> Finding:
    keys = [*concept.role("core"), *(region.key for region in found.regions)]
    gone = [key for key in keys if not setting.context.is_located(key)]
    said = regions_said.there_said(setting, found, concept)
    zh, en = said.zh, said.en
    if gone:
        names = named(setting, gone)
        zh, en = f"{zh}，未定位：{names.zh}", f"{en}; not located: {names.en}"
    claims = setting.claims_about(keys, "counts", "contains", "within", "present")
    return Finding(
        question=Text("核心与各片区是否都在", "Are the core and the regions there?"),
        answer=Text(zh, en),
        state=State.NO_DATA if gone else State.HOLDS,
        value=float(len(keys) - len(gone)),
        unit="count",
        claims=tuple(claim.id for claim in claims),
    )


def _worst(states: Sequence[State]) -> State:
    return next((state for state in GRAVITY if state in states), State.NO_DATA)


def _reach(setting: Setting, concept: Concept, found: Found) -> Finding:
    said = regions_said.reach_said(setting, found.seats)
    missed = [one.object for one in found.seats if one.state is not State.HOLDS]
    zh, en = said.zh, said.en
    if missed:
        names = named(setting, missed)
        zh, en = f"{zh}：{names.zh}", f"{en}: {names.en}"
    features = setting.context.features
    seats = {*concept.role("seats"), *(key for one in found.regions for key in one.members)}
    counties = {*seats, *(features[key].parent for key in seats)}
    known = np.isfinite(found.townships.time_min)
    zh += f"；有位置的乡镇 {len(known)} 个，可算 {known.sum()} 个"
    en += f"; {known.sum()} of {len(known)} placed townships are reached"
    if known.any():
        median = float(np.median(found.townships.time_min[known]))
        zh, en = f"{zh}，中位 {median:.0f} 分钟", f"{en}, the median in {median:.0f} min"
    return Finding(
        question=Text("核心能否通达各县和乡镇", "Does the core reach every county and township?"),
        answer=Text(zh, en),
        state=_worst([one.state for one in found.seats]),
        value=float(len(regions_said.by_road(found.seats))) if found.seats else None,
        unit="count",
        claims=tuple(
            claim.id
            for claim in setting.claims_about(concept.role("core"), "connected", "reaches")
            if counties & set(claim.objects)
        ),
    )


def _hold(setting: Setting, found: Found) -> Finding:
    asked = [one for one in found.held if one.figures.members >= 2]
    told = asked or found.held
    ratios = [one.figures.ratio for one in asked if one.figures.ratio is not None]
    states = [one.state for one in told]
    if asked:
        zh, en = "；".join(one.cause.zh for one in told), "; ".join(one.cause.en for one in told)
    else:
        zh = f"{len(found.held)} 个片区各只有一个县（市、区）驻地或没有，不计凝聚度"
        en = f"none of {len(found.held)} regions has two county seats: no cohesion"
    return Finding(
        question=Text("各片区内部是否比对外更近", "Are the regions nearer within than without?"),
        answer=Text(zh, en),
        state=_worst(states),
        value=max(ratios) if ratios else None,
        unit="ratio",
        claims=tuple(
            claim.id
            for claim in setting.claims_about([one.region.key for one in found.held], "contains")
        ),
    )


def _linked(setting: Setting, links: Times) -> Finding:
    joined_, every = regions_said.joined_pairs(links)
    alone = [
        key
        for i, key in enumerate(links.keys)
        if np.isfinite(links.time_min[i]).sum() == 1
        and np.isfinite(links.time_min[:, i]).sum() == 1
    ]
    said = regions_said.links_said(links)
    zh, en = said.zh, said.en
    if alone:
        names = named(setting, alone)
        zh, en = f"{zh}；与各处都不相连：{names.zh}", f"{en}; joined to none: {names.en}"
    return Finding(
        question=Text("片区之间是否互相联通", "Are the regions linked with each other?"),
        answer=Text(zh, en),
        state=State.HOLDS if joined_ == every else State.UNROUTABLE,
        value=joined_ / every,
        unit="share",
    )


def _open(setting: Setting, region: str, found: Found) -> Finding:
    own = [one for one in found.openings if one.region == region]
    name = setting.context.name(region)
    times = [one.answer.time_min for one in own if one.answer.state is State.HOLDS]
    known = [time for time in times if time is not None]
    return Finding(
        question=Text(f"{name}对外是否打开", f"Does {name} open outward?"),
        answer=Text(
            "；".join(one.answer.cause.zh for one in own),
            "; ".join(one.answer.cause.en for one in own),
        ),
        state=_worst([one.answer.state for one in own]),
        value=max(known) if len(known) == len(own) else None,
        unit="min",
        claims=tuple(
            claim.id
            for claim in setting.claims_about((region,), "connected", "reaches")
            if {one.answer.object for one in own} & set(claim.objects)
        ),
    )


def _gates(setting: Setting, found: Found) -> Finding:
    boundary = found.boundary
    count = 0 if boundary is None else len(boundary.gateways)
    said = regions_said.gates_said(setting, found)
    zh, en = said.zh, said.en
    if boundary is not None and boundary.gateways.doubtful:
        more = boundary.gateways.doubtful
        zh = f"{zh}；另有 {more} 处只擦过市界或止于界上，不计"
        en = f"{en}; {more} more only graze the boundary or end on it, and do not count"
    return Finding(
        question=Text("市界上有哪些道路门户", "Which gateways are on the boundary?"),
        answer=Text(zh, en),
        state=State.HOLDS if count else State.NO_DATA,
        value=float(count) if count else None,
        unit="count",
    )
