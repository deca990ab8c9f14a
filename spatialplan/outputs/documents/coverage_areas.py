"""The workbook's sheets of a coverage run by area and by station, and of a scenario."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from spatialplan.model.coverage import CoverageChange, CoverageResult
from spatialplan.model.verdict import VillageState
from spatialplan.outputs import coverage_summary, wording
from spatialplan.outputs.coverage_summary import AreaTally
from spatialplan.outputs.documents.coverage_villages import frame_of, yes_no
from spatialplan.outputs.documents.workbook_sheet import Column, Sheet
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang, Text

__all__ = ["area_sheet", "change_sheet", "loads_sheet"]

_LEVELS = {
    "township": Text("乡镇汇总", "By township"),
    "district": Text("县市区汇总", "By district"),
}
_OFF_ROSTER = Text("名录外（不计入合计）", "Not on the roster (not in the total)")
_KINDS = ("gains", "loses", "farther", "nearer", "other", "same")  # what changes comes first


def area_sheet(result: CoverageResult, level: Literal["township", "district"], lang: Lang) -> Sheet:
    """Return the villages of each area by state: a table with totals for each limit."""
    sheet: Sheet | None = None
    for at in reversed(range(len(result.limits))):
        columns = _area_columns(result, at, level)
        rows = [
            _area_row(result, at, tally, lang)
            for tally in coverage_summary.tally_areas(result, at, level)
        ]
        beyond = coverage_summary.tally_strangers(result, at)
        if beyond is not None:
            heading = {"district": _OFF_ROSTER.say(lang), "township": ""}
            rows.append(_area_row(result, at, beyond, lang) | heading)
        sheet = Sheet(
            name=_LEVELS[level],
            columns=columns,
            frame=frame_of(rows, columns),
            frozen=3 if level == "township" else 2,
            totals=True,
            after=0 if beyond is None else 1,
            below=sheet,
        )
    if sheet is None:
        raise ValueError("a coverage run has at least one limit")
    return sheet


def _area_columns(result: CoverageResult, at: int, level: str) -> tuple[Column, ...]:
    unit = result.limits[at].unit
    township = (Column("township", Text("乡镇街道", "Township"), 16),)
    return (
        Column("limit", Text("限值", "Limit"), 9),
        Column("district", Text("县市区", "District"), 12),
        *(township if level == "township" else ()),
        Column("total", Text("村（居）数", "Villages"), 9),
        Column("located", Text("其中有坐标", "With coordinates"), 9),
        *(
            Column(key, Text(f"{s.sign} {s.label.zh}", f"{s.sign} {s.label.en}"), 11)
            for key, s in read_style().village_states.items()
        ),
        Column("rate", Text("有结论的村中已覆盖（%）", "Covered of those judged (%)"), 12),
        Column("judged", Text("有结论（个）", "Judged"), 9),
        Column("unjudged", Text("无结论（个）", "Without answer"), 9),
        Column("p50", _cost_title("中位", "Median", unit), 11, digits=1),
        Column("p90", _cost_title("90% 分位", "90th percentile", unit), 11, digits=1),
        Column("population", Text("人口", "Population"), 10),
        Column("population_covered", Text("已覆盖人口", "People covered"), 10),
    )


def _cost_title(zh: str, en: str, unit: str) -> Text:
    return Text(
        f"到最近站点{zh}（{wording.unit_name(unit, 'zh')}）",
        f"{en} to the nearest ({wording.unit_name(unit, 'en')})",
    )


def _area_row(result: CoverageResult, at: int, tally: AreaTally, lang: Lang) -> dict[str, Any]:
    share = tally.share
    total = "合计" if lang == "zh" else "Total"
    is_total = not (tally.name or tally.district)
    return {
        "limit": result.limits[at].label.say(lang),
        "district": total if is_total else tally.district,
        "township": "" if is_total else tally.name,
        "total": tally.total,
        "located": tally.located,
        **tally.counts,
        "rate": 100 * tally.counts[VillageState.COVERED] / tally.judged if tally.judged else None,
        "judged": tally.judged,
        "unjudged": tally.total - tally.judged,
        "p50": None if share is None else share.p50,
        "p90": None if share is None else share.p90,
        "population": None if share is None else share.population,
        "population_covered": None if share is None else share.population_covered,
    }


def loads_sheet(result: CoverageResult, lang: Lang) -> Sheet:
    """Return every point, station and hub: whether it took part, and what falls to it."""
    rows = [
        {
            "tier": coverage_summary.tier_name(load.facility.tier, lang),
            "id": load.facility.id,
            "name": load.facility.name,
            "township": load.facility.township,
            "district": load.facility.district,
            "used": yes_no(load.used, lang),
            "cause": load.cause.say(lang),
            "villages": load.villages,
            "population": load.population,
            "capacity": load.facility.capacity,
            "residual": load.residual,
            "overloaded": yes_no(None if load.residual is None else load.residual > 0, lang),
            "parent": load.facility.parent,
            "opened": "" if load.facility.opened is None else load.facility.opened.isoformat(),
            "closed": "" if load.facility.closed is None else load.facility.closed.isoformat(),
            "lon": load.facility.lon,
            "lat": load.facility.lat,
            "accuracy_m": load.facility.accuracy_m,
            "origin": load.facility.origin,
        }
        for load in result.facilities
    ]
    columns = (
        Column("tier", Text("层级", "Tier"), 10),
        Column("name", Text("站点", "Facility"), 24),
        Column("township", Text("乡镇街道", "Township"), 15),
        Column("district", Text("县市区", "District"), 10),
        Column("used", Text("参与计算", "Took part"), 8),
        Column("cause", Text("未参与的原因", "Why not"), 26),
        Column("villages", Text("最近者为本站的村数", "Villages it is nearest to"), 10),
        Column("population", Text("对应人口", "Their population"), 10),
        Column("capacity", Text("容量", "Capacity"), 9),
        Column("residual", Text("超出容量", "Beyond capacity"), 9),
        Column("overloaded", Text("超负荷", "Overloaded"), 8),
        Column("parent", Text("表中所属", "Parent in the table"), 18),
        Column("opened", Text("启用日期", "Opened"), 11),
        Column("closed", Text("停用日期", "Closed"), 11),
        Column("lon", Text("经度", "Longitude"), 11),
        Column("lat", Text("纬度", "Latitude"), 11),
        Column("accuracy_m", Text("位置精度（米）", "Accuracy (m)"), 10),
        Column("id", Text("编号", "Id"), 14),
        Column("origin", Text("出处（文件、表、行）", "Origin"), 30),
    )
    return Sheet(
        name=Text("站点负荷", "Load of stations"),
        columns=columns,
        frame=frame_of(rows, columns),
        frozen=2,
        printed=12,
    )


def change_sheet(result: CoverageResult, lang: Lang) -> Sheet | None:
    """Return before and after a scenario by village and limit, what changes first.

    Totals by state stand below, then the steps.
    """
    if result.change is None:
        return None
    limits = {limit.key: limit for limit in result.limits}
    found = pd.DataFrame(result.change.frame.drop(columns=result.change.frame.geometry.name))
    kinds = {kind: symbol.label.say(lang) for kind, symbol in read_style().changes.items()}
    frame = found.assign(
        label=[limits[key].label.say(lang) for key in found["limit"]],
        unit=[wording.unit_name(limits[key].unit, lang) for key in found["limit"]],
        difference=found["cost_after"] - found["cost_before"],
        kind_name=[kinds[kind] for kind in found["kind"]],
    ).sort_values("kind", key=lambda kind: kind.map(_KINDS.index), kind="stable")
    states = read_style().village_states
    return Sheet(
        name=Text("情景对比", "Scenario"),
        columns=(
            Column("id", Text("编号", "Id"), 15),
            Column("name", Text("村（居）", "Village"), 26),
            Column("township", Text("乡镇街道", "Township"), 15),
            Column("district", Text("县市区", "District"), 10),
            Column("label", Text("限值", "Limit"), 9),
            Column("kind_name", Text("变化", "Change"), 10),
            Column("before", Text("之前", "Before"), 11, states),
            Column("after", Text("之后", "After"), 11, states),
            *_change_costs(),
            Column("unit", Text("单位", "Unit"), 7),
        ),
        frame=frame,
        frozen=2,
        below=_change_totals(result, lang, _steps_sheet(result.change, lang)),
    )


def _change_costs() -> tuple[Column, ...]:
    # Minutes and metres stand in one column, the unit beside them.
    return (
        Column("cost_before", Text("之前（到最近站点）", "Before (to the nearest)"), 10, digits=1),
        Column("cost_after", Text("之后（到最近站点）", "After (to the nearest)"), 10, digits=1),
        Column("difference", Text("相差", "Difference"), 9, digits=1),
    )


def _change_totals(result: CoverageResult, lang: Lang, below: Sheet) -> Sheet:
    """Return the villages of the roster by state before and after, for each limit."""
    rows = []
    for limit in result.limits:
        before, after = coverage_summary.change_states(result, limit)
        rows += [
            {
                "limit": limit.label.say(lang),
                "state": state,
                "before": before[state],
                "after": after[state],
                "more": after[state] - before[state],
            }
            for state in before
        ]
    columns = (
        Column("limit", Text("限值", "Limit"), 15),
        Column("state", Text("状态", "State"), 26, read_style().village_states),
        Column("before", Text("情景之前（村数）", "Before (villages)"), 15),
        Column("after", Text("情景之后（村数）", "After (villages)"), 10),
        Column("more", Text("增减", "Change"), 9),
    )
    return Sheet(
        name=Text("情景合计", "Scenario totals"),
        columns=columns,
        frame=frame_of(rows, columns),
        below=below,
    )


def _steps_sheet(change: CoverageChange, lang: Lang) -> Sheet:
    steps = [
        {"step": number, "what": step.say(lang)}
        for number, step in enumerate(change.steps, start=1)
    ]
    columns = (
        Column("step", Text("步骤", "Step"), 15),
        Column("what", Text("情景内容", "What the scenario does"), 20),
    )
    return Sheet(name=Text("情景", "Scenario"), columns=columns, frame=frame_of(steps, columns))
