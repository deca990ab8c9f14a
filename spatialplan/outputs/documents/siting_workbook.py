"""Write a `SitingResult` as an Excel workbook: what nothing can cover first, then the sites."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spatialplan.model.delivery import Demand
from spatialplan.model.siting import SitingResult
from spatialplan.outputs import siting_summary, wording
from spatialplan.outputs.documents.coverage_villages import frame_of
from spatialplan.outputs.documents.coverage_workbook import sources_page
from spatialplan.outputs.documents.workbook_sheet import Column, Lines, Sheet
from spatialplan.outputs.documents.workbook_writer import write_book
from spatialplan.outputs.figures.trade_off import is_proved
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang, Text

__all__ = ["write_siting_workbook"]

_ADDRESS = (
    Column("id", Text("编号", "Id"), 15),
    Column("name", Text("村（居）", "Village"), 22),
    Column("township", Text("乡镇街道", "Township"), 15),
    Column("district", Text("县市区", "District"), 11),
)


def write_siting_workbook(
    result: SitingResult, path: Path, *, stamp: str, lang: Lang = "zh"
) -> None:
    """Write the sheets, the answer first; the same result and stamp make the same bytes.

    Parameters
    ----------
    stamp
        When the run was made, as it is to be shown; its date is the file's creation date.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    pages = (
        _answer_page(result, stamp, lang),
        _unservable_sheet(result, lang),
        _sites_sheet(result),
        _service_sheet(result),
        _trade_off_sheet(result, lang),
        sources_page(result.sources, result.notes, lang),
    )
    title = result.plan.title.say(lang)
    write_book(path, pages, title=title, version=result.version, stamp=stamp, lang=lang)


def _answer_page(result: SitingResult, stamp: str, lang: Lang) -> Lines:
    zh = lang == "zh"
    weight = ("人口" if result.weighted else "每村为 1") if zh else (
        "population" if result.weighted else "1 for each village")  # fmt: skip
    rows = [("结论" if zh else "Answer", text) for text in siting_summary.answer(result, lang)]
    rows += [
        ("请补充" if zh else "To supply", text) for text in siting_summary.requests(result, lang)
    ]
    rows += [
        ("规划" if zh else "Plan", result.plan.title.say(lang)),
        ("模型" if zh else "Model", siting_summary.model_name(result, lang)),
        ("限值" if zh else "Limit", result.limit.label.say(lang)),
        ("权重" if zh else "Weights", weight),
        ("现有站点" if zh else "Existing", str(len(result.existing))),
        ("求解用时" if zh else "Solved in", f"{result.selection.seconds:.2f} s"),
        ("计算时间" if zh else "Made", stamp),
        ("软件版本" if zh else "Version", f"spatialplan {result.version}"),
    ]
    return Lines(
        name=Text("结论", "Answer"),
        title=Text("新增站点选址：结论", "Where to put new stations: the answer"),
        rows=tuple((heading, wording.clean(text)) for heading, text in rows if text),
    )


def _address(village: Demand) -> dict[str, Any]:
    return {
        "id": village.id,
        "name": village.name,
        "township": village.township,
        "district": village.district,
        "population": village.population,
        "lon": village.lon,
        "lat": village.lat,
    }


def _unservable_sheet(result: SitingResult, lang: Lang) -> Sheet:
    rows = [
        {**_address(lost.demand), "state": str(lost.state), "cause": lost.cause.say(lang)}
        for lost in result.unservable
    ]
    columns = (
        *_ADDRESS,
        Column("state", Text("状态", "State"), 11, read_style().village_states),
        Column("cause", Text("原因", "Cause"), 56),
        Column("population", Text("人口", "Population"), 9),
        Column("lon", Text("经度", "Longitude"), 11),
        Column("lat", Text("纬度", "Latitude"), 11),
    )
    return Sheet(
        name=Text("无法安排", "No site"),
        columns=columns,
        frame=frame_of(rows, columns),
        frozen=2,
    )


def _sites_sheet(result: SitingResult) -> Sheet:
    rows = [
        {
            "rank": site.rank,
            "name": site.name,
            "township": site.township,
            "district": site.district,
            "serves": len(site.serves),
            "adds": len(site.newly_covered),
            "weight": site.weight,
            "lon": site.lon,
            "lat": site.lat,
            "accuracy_m": site.accuracy_m,
            "id": site.id,
        }
        for site in result.sites
    ]
    columns = (
        Column("rank", Text("序", "Rank"), 7),
        Column("name", Text("位置", "Site"), 28),
        Column("township", Text("乡镇街道", "Township"), 15),
        Column("district", Text("县市区", "District"), 11),
        Column("serves", Text("服务村数", "Villages served"), 10),
        Column("adds", Text("新增覆盖村数", "Newly covered"), 11),
        Column("weight", Text("新增权重", "Weight added"), 11),
        Column("lon", Text("经度", "Longitude"), 11),
        Column("lat", Text("纬度", "Latitude"), 11),
        Column("accuracy_m", Text("位置精度（米）", "Accuracy (m)"), 10),
        Column("id", Text("编号", "Id"), 15),
    )
    return Sheet(
        name=Text("新增站点", "New sites"), columns=columns, frame=frame_of(rows, columns), frozen=2
    )


def _service_sheet(result: SitingResult) -> Sheet:
    """Return every village: what becomes of it, and the new site that serves it."""
    states, served = siting_summary.outcomes(result), siting_summary.served_by(result)
    names = {site.id: site.name for site in result.sites}
    rows = [
        {
            **_address(village),
            "state": states[village.id],
            "site": names.get(served.get(village.id, ""), ""),
            "site_id": served.get(village.id, ""),
        }
        for village in result.villages
    ]
    columns = (
        *_ADDRESS,
        Column("state", Text("结果", "Outcome"), 13, read_style().siting),
        Column("site", Text("由哪个新站服务", "New site that serves it"), 26),
        Column("site_id", Text("新站编号", "Site id"), 15),
        Column("population", Text("人口", "Population"), 9),
        Column("lon", Text("经度", "Longitude"), 11),
        Column("lat", Text("纬度", "Latitude"), 11),
    )
    return Sheet(
        name=Text("服务分配", "Assignment"),
        columns=columns,
        frame=frame_of(rows, columns),
        frozen=2,
    )


def _trade_off_sheet(result: SitingResult, lang: Lang) -> Sheet:
    frame = result.trade_off
    yes, no = ("是", "否") if lang == "zh" else ("yes", "no")
    proved = [yes if is_proved(gap) else no for gap in frame["gap"]]
    return Sheet(
        name=Text("权衡曲线", "Trade-off"),
        columns=(
            Column("sites", Text("新增站点数", "New sites"), 12),
            Column("covered", Text("覆盖的村数", "Villages covered"), 12),
            Column("weight", Text("覆盖的权重", "Weight covered"), 12),
            Column("percent", Text("所占份额（%）", "Share (%)"), 12),
            Column("gap_percent", Text("最优性差距（%）", "Gap (%)"), 12),
            Column("proved", Text("已证明最优", "Proved optimal"), 12),
        ),
        frame=frame.assign(
            percent=100 * frame["share"], gap_percent=100 * frame["gap"], proved=proved
        ),
    )
