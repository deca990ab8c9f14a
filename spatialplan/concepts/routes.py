"""Measure tourism routes: is each corridor there and whole, how long, can it be done in a day."""

from __future__ import annotations

from collections.abc import Sequence

from spatialplan.concepts.regions_members import named
from spatialplan.concepts.routes_corridor import Corridor, find_corridor
from spatialplan.concepts.routes_day import Day, find_day
from spatialplan.concepts.routes_strip import unroll
from spatialplan.concepts.routes_tables import classes_said, corridor_table, day_table, leg_table
from spatialplan.concepts.setting import Setting
from spatialplan.measures.tours import MOST_STOPS
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Finding, Profile
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["measure"]

Days = list[tuple[Corridor, Day]]


def measure(setting: Setting, concept: Concept) -> Profile:
    """Return what is measured of the corridors of a concept."""
    snap_m = setting.parameter(concept, "snap_m").value
    hours = setting.parameter(concept, "day_hours").value
    visit = setting.parameter(concept, "visit_min").value
    corridors = [find_corridor(setting, key, snap_m) for key in concept.role("corridors")]
    days: Days = []
    if hours > 0:
        told = [corridor for corridor in corridors if corridor.stops]
        days = [(c, find_day(setting, c, visit, hours * 60)) for c in told]
    tables = [corridor_table(setting, corridors), leg_table(setting, corridors)]
    strips = [unroll(setting, corridor) for corridor in corridors]
    legs = [leg for corridor in corridors for leg in corridor.legs]
    return Profile(
        concept=concept.id,
        answer=_answer(setting, concept, corridors, days),
        findings=(
            _there(setting, corridors),
            *(_whole(setting, corridor) for corridor in corridors),
            *(_day(setting, corridor, day, hours) for corridor, day in days),
        ),
        exhibits=tuple([*tables, day_table(setting, days)] if days else tables),
        marks=tuple(dict.fromkeys(mark for leg in legs for mark in leg.answer.marks)),
        notes=_notes(setting, corridors, visit, hours),
        strips=tuple(strip for strip in strips if strip is not None),
    )


def _answer(setting: Setting, concept: Concept, corridors: Sequence[Corridor], days: Days) -> Text:
    whole = [corridor for corridor in corridors if corridor.is_whole]
    part = [corridor for corridor in corridors if corridor.measured and not corridor.is_whole]
    none = len(corridors) - len(whole) - len(part)
    zh = [f"{len(corridors)} 条线路中全程可算 {len(whole)} 条"]
    en = [f"{len(whole)} of {len(corridors)} corridors are measured whole"]
    if whole:
        lengths = [
            (setting.context.name(c.key), c.length_m or 0.0, c.time_min or 0.0) for c in whole
        ]
        zh[0] += "：" + "、".join(f"{n} {m / 1000:.0f} 公里 {t:.0f} 分钟" for n, m, t in lengths)
        en[0] += ": " + ", ".join(f"{n} {m / 1000:.0f} km, {t:.0f} min" for n, m, t in lengths)
    if part:
        names = named(setting, [corridor.key for corridor in part])
        zh.append(f"{len(part)} 条只算得一部分（{names.zh}）")
        en.append(f"{len(part)} only in part ({names.en})")
    if none:
        zh.append(f"{none} 条因停靠点未定位或底图缺路无法计算")
        en.append(f"{none} not at all for want of places or mapped roads")
    if days:
        done = sum(day.state is State.HOLDS for _, day in days)
        long = sum(day.state is State.FAILS for _, day in days)
        zh.append(f"可一日环游 {done} 条、不能 {long} 条、待定 {len(days) - done - long} 条")
        en.append(f"{done} fit a day's round trip, {long} do not, {len(days) - done - long} open")
    return Text(f"{concept.name.zh}：{'；'.join(zh)}。", f"{concept.name.en}: {'; '.join(en)}.")


def _there(setting: Setting, corridors: Sequence[Corridor]) -> Finding:
    told = [c for c in corridors if len(setting.located(c.stops)) >= 2]
    gone = [c.key for c in corridors if c not in told]
    zh = f"{len(corridors)} 条线路中 {len(told)} 条有两个以上可定位的停靠点"
    en = f"{len(told)} of {len(corridors)} corridors have two located stops or more"
    if gone:
        names = named(setting, gone)
        zh, en = f"{zh}；没有的：{names.zh}", f"{en}; not so: {names.en}"
    return Finding(
        question=Text("各线路是否都有停靠点", "Does each corridor have stops?"),
        answer=Text(zh, en),
        state=State.NO_DATA if gone else State.HOLDS,
        value=float(len(told)),
        unit="count",
    )


def _whole(setting: Setting, corridor: Corridor) -> Finding:
    name = setting.context.name(corridor.key)
    length = corridor.length_m
    return Finding(
        question=Text(f"{name}是否连续、多长", f"Is {name} continuous, and how long?"),
        answer=_whole_said(setting, corridor),
        state=corridor.state,
        value=length / 1000 if corridor.is_whole and length is not None else None,
        unit="km",
        claims=corridor.claims,
    )


def _whole_said(setting: Setting, corridor: Corridor) -> Text:
    if not corridor.stops:
        return Text("规划没有列出停靠点", "the plan tells no stops")
    if not corridor.legs:
        return Text("只有一个停靠点，不成线", "a single stop is no corridor")
    zh, en = [], []
    if corridor.measured:
        km, minutes = (corridor.length_m or 0.0) / 1000, corridor.time_min or 0.0
        if corridor.is_whole:
            zh.append(f"全程 {km:.1f} 公里、{minutes:.0f} 分钟")
            en.append(f"{km:.1f} km, {minutes:.0f} min in all")
        else:
            share = f"{len(corridor.measured)}/{len(corridor.legs)}"
            zh.append(f"只算得 {share} 段，共 {km:.1f} 公里、{minutes:.0f} 分钟，不是全程")
            en.append(f"only {share} legs, {km:.1f} km and {minutes:.0f} min, not the whole")
        if corridor.detour is not None:
            zh.append(f"绕行系数 {corridor.detour:.2f}")
            en.append(f"detour {corridor.detour:.2f}")
        classes = classes_said(setting, corridor)
        if classes is not None:
            zh.append(classes.zh)
            en.append(classes.en)
    gone = [key for key in dict.fromkeys(corridor.stops) if not setting.context.is_located(key)]
    if gone:
        names = named(setting, gone)
        zh.append(f"未定位：{names.zh}")
        en.append(f"not located: {names.en}")
    for leg in corridor.legs:
        if leg.drive is None and leg.straight_m is not None:
            zh.append(leg.answer.cause.zh)
            en.append(leg.answer.cause.en)
    return Text("；".join(dict.fromkeys(zh)), "; ".join(dict.fromkeys(en)))


def _day(setting: Setting, corridor: Corridor, day: Day, hours: float) -> Finding:
    name = setting.context.name(corridor.key)
    return Finding(
        question=Text(f"{name}能否一日环游", f"Can {name} be done in a day?"),
        answer=_day_said(setting, day, hours),
        state=day.state,
        value=day.whole.total_min / 60 if day.whole and not day.missing else None,
        unit="h",
    )


def _day_said(setting: Setting, day: Day, hours: float) -> Text:
    if len(day.stops) < 2:
        return Text(
            f"{len(day.stops) + len(day.missing)} 个停靠点中只有 {len(day.stops)} 个在已有路网旁，"
            "不成环游",
            f"{len(day.stops)} of {len(day.stops) + len(day.missing)} stops lie by a mapped road: "
            "no round trip",
        )
    if day.too_many:
        return Text(
            f"停靠点 {len(day.stops)} 个，超过精确求解的上限 {MOST_STOPS} 个，不作近似",
            f"{len(day.stops)} stops are more than the {MOST_STOPS} that are solved exactly; "
            "no approximation is given",
        )
    zh, en = [], []
    if day.whole is not None:
        total = day.whole.total_min / 60
        zh.append(f"走完 {len(day.stops)} 个可到的停靠点需 {total:.1f} 小时（一日 {hours:g} 小时）")
        en.append(f"{len(day.stops)} stops by a road take {total:.1f} h (a day has {hours:g} h)")
    else:
        zh.append(f"{len(day.stops)} 个停靠点在已有路网上不能连成环游")
        en.append(f"no round trip joins the {len(day.stops)} stops on the mapped roads")
    if day.fitting is None:
        zh.append("一日内一个停靠点也容不下")
        en.append("not even one visit fits a day")
    elif len(day.fitting.stops) < 2:
        zh.append("一日内任何两个都不能往返")
        en.append("no two of them make a round trip within a day")
    else:
        order, tour = day.names(setting, day.fitting), day.fitting
        few = len(tour.stops) < len(day.stops)
        zh.append(
            f"{f'一日内最多 {len(tour.stops)} 个：' if few else '最优次序：'}{'—'.join(order)}，"
            f"{tour.total_min / 60:.1f} 小时、{day.km:.0f} 公里"
        )
        en.append(
            f"{f'at most {len(tour.stops)} in a day: ' if few else 'best order: '}"
            f"{' – '.join(order)}, {tour.total_min / 60:.1f} h, {day.km:.0f} km"
        )
    if day.missing:
        names = named(setting, day.missing)
        zh.append(f"未计入：{names.zh}")
        en.append(f"left out: {names.en}")
    return Text("；".join(zh), "; ".join(en))


def _notes(
    setting: Setting, corridors: Sequence[Corridor], visit_min: float, hours: float
) -> tuple[Text, ...]:
    out = [
        Text(
            "行车时间按速度表假设值计算，未计拥堵、停车和转弯限制",
            "Driving times follow the assumed speed table, without congestion, parking or turns",
        )
    ]
    if hours > 0:
        out.append(
            Text(
                f"一日按 {hours:g} 小时、每个停靠点停留 {visit_min:g} 分钟，均为可改的参数；"
                "不含用餐和住地往返",
                f"A day of {hours:g} h with {visit_min:g} min at each stop, both editable; meals "
                "and the way from home are not included",
            )
        )
    own = [c.key for c in corridors if c.stops and not c.claims]
    if own:
        names = named(setting, own)
        out.append(
            Text(
                f"{names.zh}的停靠点取归属于它的要素，次序按规划列举，待核",
                f"{names.en}: stops are the features that belong to it, in the plan's order",
            )
        )
    return tuple(out)
