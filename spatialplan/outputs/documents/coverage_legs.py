"""The workbook's sheets on the legs of chains and on the accessibility of villages."""

from __future__ import annotations

import pandas as pd

from spatialplan.model.coverage import CoverageResult
from spatialplan.outputs import coverage_summary
from spatialplan.outputs.coverage_frames import SCALES
from spatialplan.outputs.documents.coverage_villages import (
    ADDRESS,
    address,
    chain_states,
    frame_of,
    place_names,
)
from spatialplan.outputs.documents.workbook_sheet import Column, Sheet
from spatialplan.text import Lang, Text

__all__ = ["ACCESS", "access_sheet", "legs_sheet"]

ACCESS = {
    "e2sfca": Text("两步移动搜索（E2SFCA，每千人或千村）", "E2SFCA (per 1,000 people or villages)"),
    "gravity": Text("引力模型", "Gravity"),
    "cumulative": Text("累积机会", "Cumulative opportunities"),
    "detour": Text("绕行系数", "Detour index"),
}


def legs_sheet(result: CoverageResult, lang: Lang) -> Sheet:
    """Return every leg of every chain, in the order of the villages."""
    names = place_names(result)
    rows = [
        {
            **address(village),
            "start": names.get(leg.start, leg.start),
            "end": names.get(leg.end, leg.end),
            "tier": coverage_summary.tier_name(leg.tier, lang),
            "time_min": leg.time_min,
            "km": None if leg.distance_m is None else leg.distance_m / 1000,
            "limit": "" if leg.limit is None else leg.limit.label.say(lang),
            "state": str(leg.state),
            "weakest": ("●" if village.chain.weakest == at else ""),
            "cause": leg.cause.say(lang),
        }
        for village in result.villages
        if village.chain is not None
        for at, leg in enumerate(village.chain.legs)
    ]
    columns = (
        *ADDRESS,
        Column("tier", Text("到达层级", "To the tier"), 10),
        Column("start", Text("起", "From"), 20),
        Column("end", Text("止", "To"), 20),
        Column("state", Text("状态", "State"), 11, chain_states()),
        Column("time_min", Text("时间（分钟）", "Time (min)"), 9, digits=1),
        Column("km", Text("里程（公里）", "Distance (km)"), 9, digits=2),
        Column("limit", Text("限值", "Limit"), 9),
        Column("weakest", Text("薄弱环节", "Weakest"), 8),
        Column("cause", Text("原因", "Cause"), 44),
    )
    return Sheet(
        name=Text("三级链条", "Chain"), columns=columns, frame=frame_of(rows, columns), frozen=2
    )


def access_sheet(result: CoverageResult) -> Sheet:
    """Return the measures of accessibility of every village, with their map classes."""
    found = result.accessibility.reindex([village.demand.id for village in result.villages])
    measures = [key for key in ACCESS if key in found.columns]
    frame = pd.DataFrame([address(village) for village in result.villages])
    columns = [*ADDRESS]
    for key in measures:
        text = ACCESS[key]
        # significant figures: a fixed number of decimals would turn small values into 0
        frame[key] = [float(f"{value * SCALES[key]:.4g}") for value in found[key].astype(float)]
        columns.append(Column(key, text, 14))
        if f"{key}_class" in found.columns:
            classes = found[f"{key}_class"].to_numpy(dtype=float)
            frame[f"{key}_class"] = pd.Series(classes).where(classes >= 0) + 1
            title = Text(f"{text.zh}等级（1 最低）", f"{text.en} class (1 lowest)")
            columns.append(Column(f"{key}_class", title, 10))
    return Sheet(
        name=Text("可达性", "Accessibility"), columns=tuple(columns), frame=frame, frozen=2
    )
