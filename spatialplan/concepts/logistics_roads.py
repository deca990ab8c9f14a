"""How far hubs and nodes lie from the trunk roads that the plan says they rely on."""

from __future__ import annotations

from spatialplan.checks.judging import best_of, judge
from spatialplan.checks.routes import Route, find_route
from spatialplan.concepts.logistics_words import gravest, minutes_column, number, text_column
from spatialplan.concepts.setting import Setting
from spatialplan.model.plan import Concept, Origin, Parameter
from spatialplan.model.profile import Exhibit, Finding
from spatialplan.model.verdict import Part, State
from spatialplan.text import Text

__all__ = ["measure_roads", "roads_exhibit", "roads_finding"]


def measure_roads(setting: Setting, concept: Concept, near: Parameter, snap_m: float) -> list[Part]:
    """Return for each hub and node the nearest of the roads: network distance in km, judged.

    Empty when the concept names no roads.
    """
    roads = concept.role("roads")
    keys = dict.fromkeys((*concept.role("hubs"), *concept.role("nodes")))
    if not roads:
        return []
    return [
        best_of([_pair(setting, key, road, near.value, snap_m) for road in roads]) for key in keys
    ]


def _pair(setting: Setting, key: str, road: str, near_km: float, snap_m: float) -> Part:
    context = setting.context
    route = find_route(context, key, road, snap_m, shortest=True, may_estimate=False)
    if not isinstance(route, Route):
        return route
    km, delta = route.distance_m / 1000, route.delta_m / 1000
    names = context.name(key), context.name(road)
    return Part(
        subject=key,
        object=road,
        state=judge(km, near_km, delta),
        value=km,
        delta=delta,
        distance_m=route.distance_m,
        time_min=route.time_min,
        cause=Text(
            f"{names[0]}到{names[1]}路网 {km:.1f} 公里（±{delta:.1f}）",
            f"{names[0]} is {km:.1f} km (±{delta:.1f}) from {names[1]} by road",
        ),
    )


def roads_finding(parts: list[Part], near: Parameter, claims: tuple[str, ...]) -> Finding:
    """Answer whether the hubs and nodes lie near the roads."""
    source = Text("假设", "assumed") if near.origin is Origin.ASSUMED else Text("规划", "plan")
    question = Text(
        f"枢纽与节点是否靠近所依托的干线（路网 {near.value:g} 公里内，{source.zh}）？",
        f"Are hubs and nodes near their trunk roads (within {near.value:g} km, {source.en})?",
    )
    by_state = {state: [p for p in parts if p.state is state] for state in State}
    known = [part for part in parts if part.value is not None]
    said = [
        (Text("靠近", "near"), by_state[State.HOLDS]),
        (Text("精度内未定", "open within the accuracy"), by_state[State.UNCERTAIN]),
        (Text("较远", "far"), by_state[State.FAILS]),
        (Text("无法路由", "cannot be routed"), by_state[State.UNROUTABLE]),
        (Text("无数据", "without data"), by_state[State.NO_DATA]),
    ]
    worst = max(known, key=lambda part: part.value or 0.0, default=None)
    tail = worst.cause if worst is not None else parts[0].cause
    zh = "、".join(f"{word.zh} {len(group)} 处" for word, group in said if group)
    en = ", ".join(f"{len(group)} {word.en}" for word, group in said if group)
    return Finding(
        question=question,
        answer=Text(f"{zh}；最远的{tail.zh}" if worst else f"{zh}；{tail.zh}", f"{en}; {tail.en}"),
        state=gravest([part.state for part in parts]),
        value=None if worst is None else worst.value,
        unit="" if worst is None else "km",
        claims=claims,
    )


def roads_exhibit(setting: Setting, parts: list[Part], near: Parameter) -> Exhibit:
    """Return one row for each hub and node."""
    context = setting.context
    source = (
        Text("假设，待核", "assumed") if near.origin is Origin.ASSUMED else Text("规划", "plan")
    )
    return Exhibit(
        key="trunk-roads",
        title=Text("枢纽与节点到所依托干线", "Hubs and nodes to their trunk roads"),
        columns=(
            text_column("name", "枢纽或节点", "hub or node"),
            text_column("state", "状态", "state"),
            text_column("road", "最近干线", "nearest trunk road"),
            minutes_column("km", "路网距离", "network distance", "km"),
            minutes_column("delta", "距离 ±", "distance ±", "km"),
            text_column("cause", "说明", "remark"),
        ),
        rows=tuple(
            (
                context.name(part.subject),
                part.state,
                context.name(part.object)
                if part.object is not None and part.value is not None
                else None,
                None if part.value is None else number(part.value),
                None if part.value is None else number(part.delta),
                part.cause,
            )
            for part in parts
        ),
        note=Text(
            f"阈值 {near.value:g} 公里（{source.zh}）。",
            f"Threshold {near.value:g} km ({source.en}).",
        ),
    )
