"""The tables of the workbook: which columns, in which order, under which headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from spatialplan.model.check_result import CheckResult
from spatialplan.model.plan import Plan
from spatialplan.outputs import layers, summary, wording
from spatialplan.outputs.documents import workbook_places, workbook_profiles
from spatialplan.outputs.documents.workbook_sheet import Column, Sheet
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang, Text

__all__ = ["about_rows", "sheets"]


_SIGN_NOTE = Text(
    "“在区域之内”一类论断的实测值为到边界的距离（米），界内为负，界外为正，限值为 0。",
    "The value of claims about lying inside an area is the distance to its edge in metres, "
    "negative inside and positive outside; the threshold is 0.",
)


def about_rows(result: CheckResult, *, stamp: str, lang: Lang) -> list[tuple[str, str]]:
    """Return the heading and text of each line of the first sheet."""
    zh = lang == "zh"
    plan = result.plan
    rows = [
        ("规划名称" if zh else "Plan", plan.title.say(lang)),
        ("文号" if zh else "Number", plan.number),
        ("发布机关" if zh else "Issued by", plan.issuer),
        ("发布日期" if zh else "Date", plan.date),
        ("规划期末" if zh else "Horizon", str(plan.horizon)),
        ("规划来源" if zh else "Plan source", plan.source),
        ("量算坐标系" if zh else "CRS of measures", plan.crs),
        ("核查时间" if zh else "Checked", stamp),
        ("软件版本" if zh else "Version", f"spatialplan {result.version}"),
    ]
    rows += [("结论" if zh else "Answer", text) for text in summary.answer(result, lang)]
    rows += workbook_profiles.answer_rows(result, lang)
    rows += [("请补充" if zh else "To supply", text) for text in summary.requests(result, lang)]
    rows += [("说明" if zh else "Note", text.say(lang)) for text in (*result.notes, _SIGN_NOTE)]
    for source in result.sources:
        parts = (source.date, source.licence, source.attribution, source.accuracy.say(lang))
        rows.append(
            (
                "数据来源" if zh else "Source",
                " | ".join([source.title.say(lang), *(part for part in parts if part)]),
            )
        )
    return [(heading, wording.clean(text)) for heading, text in rows if text]


def sheets(result: CheckResult, lang: Lang) -> list[Sheet]:
    """Return the sheets after the first one, in order."""
    return [
        _summary_sheet(result, lang),
        *workbook_profiles.findings_sheets(result, lang),
        _claims_sheet(result, lang),
        _parts_sheet(result, lang),
        workbook_places.features_sheet(result, lang),
        workbook_places.villages_sheet(result, lang),
        workbook_places.issues_sheet(result, lang),
    ]


def _tally_frame(tallies: Sequence[summary.Tally]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"label": tally.label, **tally.counts, "total": tally.total, "located": tally.located}
            for tally in tallies
        ]
    )


def _tally_columns(symbols: Mapping[str, Symbol]) -> tuple[Column, ...]:
    return tuple(
        Column(state, Text(f"{s.sign} {s.label.zh}", f"{s.sign} {s.label.en}"), 12)
        for state, s in symbols.items()
    )


def _summary_sheet(result: CheckResult, lang: Lang) -> Sheet:
    style = read_style()
    total = Column("total", Text("合计", "Total"), 10)
    villages = Sheet(
        name=Text("村级", "Villages"),
        columns=(
            Column("label", Text("县市区", "District"), 30),
            *_tally_columns(style.village_states),
            total,
            Column("located", Text("其中有坐标", "With coordinates"), 14),
        ),
        frame=_tally_frame(summary.tally_villages(result, lang)),
        totals=True,
    )
    return Sheet(
        name=Text("核查汇总", "Summary"),
        columns=(
            Column("label", Text("布局结构", "Theme"), 30),
            *_tally_columns(style.states),
            total,
        ),
        frame=_tally_frame(summary.tally_themes(result, lang)),
        totals=True,
        below=villages if result.villages else None,
    )


def _claims_sheet(result: CheckResult, lang: Lang) -> Sheet:
    style = read_style()
    frame = layers.claims_frame(result, lang)
    headings = {clause.id: clause.heading for clause in result.plan.clauses}
    origins = {str(origin): text.say(lang) for origin, text in wording.ORIGINS.items()}
    yes = "是" if lang == "zh" else "yes"
    frame = frame.assign(
        heading=frame["clause"].map(headings),
        origin=frame["origin"].map(origins).fillna(""),
        unit=[wording.unit_name(unit, lang) for unit in frame["unit"]],
        confidence=[style.confidences[c].label.say(lang) for c in frame["confidence"]],
        estimated=frame["estimated"].map({True: yes, False: ""}),
    )
    return Sheet(
        name=Text("论断", "Claims"),
        columns=(
            Column("claim", Text("编号", "Id"), 14),
            Column("theme_name", Text("布局结构", "Theme"), 16),
            Column("heading", Text("条款标题", "Clause"), 22),
            Column("quote", Text("条款原文", "Quote"), 40),
            Column("sentence", Text("论断", "Claim"), 36),
            Column("predicate", Text("谓词", "Predicate"), 12),
            Column("subjects", Text("主体", "Subjects"), 24),
            Column("objects", Text("客体", "Objects"), 24),
            Column("state", Text("结论", "Verdict"), 12, style.states),
            Column("value", Text("实测值", "Value"), 10),
            Column("unit", Text("单位", "Unit"), 10),
            Column("threshold", Text("限值", "Threshold"), 10),
            Column("origin", Text("限值来源", "Origin"), 10),
            Column("cause", Text("原因", "Cause"), 40),
            Column("would_change", Text("怎样会改变结论", "What would change it"), 36),
            Column("confidence", Text("可信度", "Confidence"), 10),
            Column("estimated", Text("估算", "Estimated"), 8),
            Column("evidence", Text("依据", "Evidence"), 28),
        ),
        frame=frame,
    )


def _parts_frame(result: CheckResult, lang: Lang) -> pd.DataFrame:
    names = _names(result.plan)
    units = {v.claim_id: wording.unit_name(v.measure.unit, lang) for v in result.verdicts}
    yes = "是" if lang == "zh" else "yes"
    rows = [
        {
            "claim": verdict.claim_id,
            "subject": names.get(part.subject, part.subject),
            "object": names.get(part.object or "", part.object or ""),
            "state": str(part.state),
            "value": part.value,
            "delta": part.delta,
            "unit": units[verdict.claim_id],
            "distance_m": part.distance_m,
            "time_min": part.time_min,
            "estimated": yes if part.estimated else "",
            "cause": part.cause.say(lang),
        }
        for verdict in result.verdicts
        for part in verdict.parts
    ]
    columns = "claim subject object state value delta unit distance_m time_min estimated cause"
    return pd.DataFrame(rows, columns=columns.split())


def _names(plan: Plan) -> dict[str, str]:
    return {feature.id: feature.name for feature in plan.features}


def _parts_sheet(result: CheckResult, lang: Lang) -> Sheet:
    return Sheet(
        name=Text("明细", "Parts"),
        columns=(
            Column("claim", Text("论断编号", "Claim"), 14),
            Column("subject", Text("主体", "Subject"), 28),
            Column("object", Text("客体", "Object"), 28),
            Column("state", Text("结论", "Verdict"), 12, read_style().states),
            Column("value", Text("实测值", "Value"), 10),
            Column("delta", Text("误差", "Uncertainty"), 10),
            Column("unit", Text("单位", "Unit"), 10),
            Column("distance_m", Text("路网距离（米）", "Network distance (m)"), 14),
            Column("time_min", Text("行车时间（分钟）", "Driving time (min)"), 14),
            Column("estimated", Text("估算", "Estimated"), 8),
            Column("cause", Text("原因", "Cause"), 48),
        ),
        frame=_parts_frame(result, lang),
        frozen=2,
    )
