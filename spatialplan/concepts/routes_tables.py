"""Tables of corridors: whole, by leg, and as round trips in a day."""

from __future__ import annotations

from collections.abc import Sequence

from spatialplan.concepts.regions_members import joined
from spatialplan.concepts.routes_corridor import Corridor, Leg, shares_of
from spatialplan.concepts.routes_day import Day
from spatialplan.concepts.setting import Setting
from spatialplan.model.profile import Cell, Column, Exhibit
from spatialplan.network.classes import class_name
from spatialplan.text import Text

__all__ = ["classes_said", "corridor_table", "day_table", "leg_table"]

LEAST_SHARE = 0.005  # smaller shares would read 0 %


def classes_said(setting: Setting, corridor: Corridor) -> Text | None:
    """Return the shares of the road classes in words; None where nothing is measured."""
    shares = shares_of(setting, corridor)
    if not shares:
        return None
    names = [(class_name(name), share) for name, share in shares.items() if share >= LEAST_SHARE]
    return Text(
        "、".join(f"{name.zh} {share:.0%}" for name, share in names),
        ", ".join(f"{name.en} {share:.0%}" for name, share in names),
    )


def corridor_table(setting: Setting, corridors: Sequence[Corridor]) -> Exhibit:
    """Return length, time, detour, classes and agreement of each corridor."""
    return Exhibit(
        key="corridors",
        title=Text("各线路", "Corridors"),
        columns=(
            Column(key="corridor", name=Text("线路", "Corridor")),
            Column(key="state", name=Text("结论", "State")),
            Column(key="stops", name=Text("停靠点", "Stops"), unit="count"),
            Column(key="placed", name=Text("有位置", "Located"), unit="count"),
            Column(key="legs", name=Text("可算路段", "Legs measured")),
            Column(key="km", name=Text("可算里程", "Length measured"), unit="km"),
            Column(key="min", name=Text("行车时间", "Driving time"), unit="min"),
            Column(key="detour", name=Text("绕行系数", "Detour"), unit="ratio", digits=2),
            Column(key="classes", name=Text("等级构成", "Classes")),
            Column(key="plan-share", name=Text("与规划线相符", "On the plan line"), unit="share"),
            Column(
                key="plan-covered", name=Text("规划线被覆盖", "Plan line covered"), unit="share"
            ),
            Column(
                key="plan-far", name=Text("偏离规划线最远", "Farthest off the plan line"), unit="km"
            ),
            Column(key="within", name=Text("相符容差", "Tolerance"), unit="km"),
        ),
        rows=tuple(_corridor_row(setting, corridor) for corridor in corridors),
        note=Text(
            "里程、时间按最快路径，绕行系数为最短路径与直线之比（同“连续”论断）；"
            "可算路段不足时，里程和时间只是已算部分，不是全程。“与规划线相符”为最快路径落在规划示意线"
            "容差（线位与路网精度合成）内的长度比例，“规划线被覆盖”反之，只在全程可算时给出",
            "Length and time are of the quickest path; detour is the shortest path over the "
            "straight line, as the claim judges it. With legs missing they are of the measured "
            "part only. On the plan line: share of the quickest path within the tolerance "
            "(accuracy of line and roads) of the drawn line; plan line covered: the reverse, of "
            "whole corridors only",
        ),
    )


def _corridor_row(setting: Setting, corridor: Corridor) -> tuple[Cell, ...]:
    agreement, length = corridor.agreement, corridor.length_m
    return (
        setting.context.name(corridor.key),
        corridor.state,
        len(corridor.stops),
        len(setting.located(corridor.stops)),
        f"{len(corridor.measured)}/{len(corridor.legs)}" if corridor.legs else None,
        None if length is None else length / 1000,
        corridor.time_min,
        corridor.detour,
        classes_said(setting, corridor),
        agreement.share if agreement else None,
        agreement.covered if agreement else None,
        agreement.farthest_m / 1000 if agreement else None,
        agreement.within_m / 1000 if agreement else None,
    )


def leg_table(setting: Setting, corridors: Sequence[Corridor]) -> Exhibit:
    """Return every leg of every corridor."""
    return Exhibit(
        key="legs",
        title=Text("逐段", "Legs"),
        columns=(
            Column(key="corridor", name=Text("线路", "Corridor")),
            Column(key="from", name=Text("起", "From")),
            Column(key="to", name=Text("讫", "To")),
            Column(key="state", name=Text("结论", "State")),
            Column(key="straight", name=Text("直线", "Straight"), unit="km"),
            Column(key="km", name=Text("最快路径", "Quickest path"), unit="km"),
            Column(key="min", name=Text("行车时间", "Driving time"), unit="min"),
            Column(key="shortest", name=Text("最短路径", "Shortest path"), unit="km"),
            Column(key="detour", name=Text("绕行系数", "Detour"), unit="ratio", digits=2),
            Column(key="estimated", name=Text("估算", "Estimated")),
            Column(key="cause", name=Text("说明", "Cause")),
        ),
        rows=tuple(
            _leg_row(setting, corridor, leg) for corridor in corridors for leg in corridor.legs
        ),
    )


def _leg_row(setting: Setting, corridor: Corridor, leg: Leg) -> tuple[Cell, ...]:
    context, answer = setting.context, leg.answer
    return (
        context.name(corridor.key),
        context.name(answer.subject),
        context.name(answer.object),
        answer.state,
        None if leg.straight_m is None else leg.straight_m / 1000,
        None if answer.distance_m is None else answer.distance_m / 1000,
        answer.time_min,
        None if leg.shortest is None else leg.shortest.distance_m / 1000,
        leg.detour,
        Text("是", "yes") if answer.estimated else None,
        answer.cause,
    )


def day_table(setting: Setting, days: Sequence[tuple[Corridor, Day]]) -> Exhibit:
    """Return the round trips of a day."""
    return Exhibit(
        key="day-tours",
        title=Text("一日环游", "Round trips in a day"),
        columns=(
            Column(key="corridor", name=Text("线路", "Corridor")),
            Column(key="state", name=Text("能否一日游完", "All in a day")),
            Column(key="stops", name=Text("可到停靠点", "Stops by a road"), unit="count"),
            Column(key="all", name=Text("全部停靠点", "All stops"), unit="count"),
            Column(key="whole", name=Text("走完可到各点", "All of them"), unit="min"),
            Column(key="delta", name=Text("误差", "Uncertainty"), unit="min"),
            Column(key="most", name=Text("一日内最多", "Most in a day"), unit="count"),
            Column(key="drive", name=Text("其中行车", "Driving"), unit="min"),
            Column(key="visit", name=Text("其中停留", "Visits"), unit="min"),
            Column(key="km", name=Text("里程", "Length"), unit="km"),
            Column(key="order", name=Text("次序", "Order")),
            Column(key="one-way", name=Text("单程含停留", "One way with visits"), unit="min"),
            Column(key="missing", name=Text("未计的停靠点", "Stops left out")),
        ),
        rows=tuple(_day_row(setting, corridor, day) for corridor, day in days),
        note=Text(
            "环游从任一停靠点出发并回到该点；次序与最多点数为精确解（Held–Karp，逐个子集），"
            "只含可到的停靠点",
            "A round trip begins and ends at any of its stops; order and number are exact "
            "(Held-Karp over every subset) for the stops that have a place by a road",
        ),
    )


def _one_way(corridor: Corridor, day: Day) -> float | None:
    """Return minutes along a whole corridor with all visits, without the way back."""
    if not corridor.is_whole or corridor.time_min is None:
        return None
    return corridor.time_min + day.visit_min * len(dict.fromkeys(corridor.stops))


def _day_row(setting: Setting, corridor: Corridor, day: Day) -> tuple[Cell, ...]:
    fit = day.fitting
    order = day.names(setting, fit) if fit else []
    missing = [setting.context.name(key) for key in day.missing]
    return (
        setting.context.name(corridor.key),
        day.state,
        len(day.stops),
        len(day.stops) + len(day.missing),
        day.whole.total_min if day.whole else None,
        day.delta_min if day.whole else None,
        len(fit.stops) if fit else None,
        fit.drive_min if fit else None,
        fit.visit_min if fit else None,
        day.km if fit else None,
        " → ".join(order) or None,
        _one_way(corridor, day),
        joined(missing, most=99) if missing else None,
    )
