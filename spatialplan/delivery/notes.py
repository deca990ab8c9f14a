"""What belongs in every output of a coverage run: limits, rules, and what was left out."""

from __future__ import annotations

from collections.abc import Sequence

from spatialplan.delivery.options import Options
from spatialplan.model.delivery import Demand, Facility, Tier
from spatialplan.model.network import StreetNetwork
from spatialplan.network.classes import speeds_said
from spatialplan.text import Text

__all__ = ["of_run"]

TIER_NAMES = {
    Tier.POINT: Text("村级服务点", "village points"),
    Tier.STATION: Text("乡镇站点", "township stations"),
    Tier.HUB: Text("县级中心", "county hubs"),
}


def of_run(
    network: StreetNetwork,
    demand: Sequence[Demand],
    facilities: Sequence[Facility],
    options: Options,
    tier: Tier,
) -> tuple[Text, ...]:
    """Return the notes of a run."""
    return (*_rules(network, options, tier), *_left_out(demand, facilities, options))


def _rules(network: StreetNetwork, options: Options, tier: Tier) -> list[Text]:
    """Return what was measured, and on what."""
    limits = "、".join(limit.label.zh for limit in options.limits)
    limits_en = ", ".join(limit.label.en for limit in options.limits)
    kmh = speeds_said(network)
    notes = [
        Text(
            f"覆盖按村到最近的{TIER_NAMES[tier].zh}的路网行程计，限值 {limits}（运行时指定）；"
            "含村和站点到道路的直线接驳段。限值落在位置精度之内的判为不确定。",
            f"Coverage is by the way on the roads from a village to the nearest of the "
            f"{TIER_NAMES[tier].en}, limits {limits_en} (as asked), straight legs to the road "
            "included. Within the positional accuracy of a limit a village is uncertain.",
        ),
        Text(
            f"路网 {network.n_nodes} 个节点、{network.n_edges} 条边；车速（{kmh.zh}；接驳 "
            f"{network.speeds.access_kmh:g}）。范围之外一律为无数据；路网断口不作服务缺口。",
            f"{network.n_nodes} nodes, {network.n_edges} edges; speeds ({kmh.en}; access "
            f"{network.speeds.access_kmh:g}). Beyond the roads there is no data; a gap in the map "
            "is no gap in service.",
        ),
    ]
    if options.workday_h is not None:
        notes.append(
            Text(
                f"当日往返按去程的两倍计，与工时 {options.workday_h:g} 小时比较；不含装卸和停留。",
                f"The round trip is twice the way there, against a working day of "
                f"{options.workday_h:g} h; stops are not included.",
            )
        )
    return notes


def _left_out(
    demand: Sequence[Demand], facilities: Sequence[Facility], options: Options
) -> list[Text]:
    """Return what did not take part."""
    notes = []
    closed = sum(not facility.is_open(options.day) for facility in facilities)
    if closed:
        notes.append(
            Text(
                f"{closed} 个站点在 {options.day} 未开放，未计入。",
                f"{closed} facilities are not open on {options.day} and left out.",
            )
        )
    known = sum(village.population is not None for village in demand)
    if 0 < known < len(demand):
        notes.append(
            Text(
                f"{len(demand) - known} 个村没有人口，按村数计，不按人口加权。",
                f"{len(demand) - known} villages have no population: counted, not weighted.",
            )
        )
    return notes
