"""The critical links as finding, table and marks."""

from __future__ import annotations

from collections.abc import Sequence

from shapely import Point
from shapely.geometry.base import BaseGeometry

from spatialplan.checks.context import Context
from spatialplan.concepts.logistics_links import Closed, Trials
from spatialplan.concepts.logistics_words import (
    listed,
    lon_lat,
    minutes_column,
    number,
    site_names,
    text_column,
)
from spatialplan.model.profile import Cell, Column, Exhibit, Finding
from spatialplan.model.verdict import Mark, State
from spatialplan.network.classes import class_name
from spatialplan.text import Text

__all__ = ["links_exhibits", "links_finding", "links_marks"]

SHOWN = 10
QUESTION = Text(
    "一处路段或桥梁中断，枢纽会失去哪些乡镇？",
    "When one link or bridge closes, which townships does the hub lose?",
)
KINDS = {
    "only": Text("唯一通道", "only road"),
    "twin": Text("唯一通道（双幅）", "only road, two carriageways"),
    "bridge": Text("过河桥", "bridge"),
}
_DOUBT = Text("周边路网不全，可能另有路", "not all mapped around: other roads may exist")


def links_finding(tested: Trials | None) -> Finding:
    """Answer what the closure of one link cuts off on the map.

    The map may lack the road that would replace it: a loss is never more than uncertain.
    """
    if tested is None:
        return Finding(
            question=QUESTION,
            answer=Text("没有已上路网的枢纽，无从核查", "no hub on the network to look from"),
            state=State.NO_DATA,
        )
    cutting = [closed for closed in tested.closed if closed.lost]
    slowest = max(tested.closed, key=_worst, default=None)
    if slowest is not None and not len(slowest.extra_min):
        slowest = None
    zh, en = [], []
    if cutting:
        first = cutting[0]
        zh.append(
            f"图上有 {len(cutting)} 处唯一通道，最关键的{_what(first).zh}中断将使枢纽失去"
            f"{site_names(first.lost).zh}；图上未见的替代路须核实"
        )
        en.append(
            f"{len(cutting)} links are the only road on the map; the gravest, {_what(first).en}, "
            f"would cut off {site_names(first.lost).en}; roads not mapped may replace them"
        )
    else:
        zh.append(f"所试 {tested.n_tested} 处关闭后均有替代路")
        en.append(f"all of the {tested.n_tested} links closed can be driven round")
    if slowest is not None:
        zh.append(f"可绕行的以{_what(slowest).zh}影响最大，最多多 {_worst(slowest):.1f} 分钟")
        en.append(f"of those with a way round {_what(slowest).en} costs most, up to "
                  f"{_worst(slowest):.1f} min")  # fmt: skip
    return Finding(
        question=QUESTION,
        answer=Text("；".join(zh), "; ".join(en)),
        state=State.UNCERTAIN if cutting else State.HOLDS,
        value=float(max((len(closed.lost) for closed in cutting), default=0)),
    )


def _worst(closed: Closed) -> float:
    return float(closed.extra_min.max(initial=0.0))


def _what(closed: Closed) -> Text:
    """Return what a link is called: its road, and the river it crosses."""
    word = class_name(closed.road_class)
    name = f"“{closed.name}”" if closed.name else ""
    river = Text(f"跨{closed.river}的" if closed.river else "", f" over {closed.river}"
                 if closed.river else "")  # fmt: skip
    return Text(f"{river.zh}{word.zh}{name}", f"{word.en} {closed.name}".strip() + river.en)


def _middle(line: BaseGeometry) -> Point:
    """Return a point on the line, halfway along its longest part."""
    part = max(getattr(line, "geoms", [line]), key=lambda piece: float(piece.length))
    return Point(part.interpolate(0.5, normalized=True))


def links_exhibits(tested: Trials | None, context: Context) -> list[Exhibit]:
    """Return the most critical links, and the bridges."""
    if tested is None:
        return []
    cutting = [closed for closed in tested.closed if closed.lost]
    bridges = [closed for closed in tested.closed if closed.kind == "bridge"]
    rivers = listed(tested.rivers)
    tables = [
        _table(
            "links",
            Text("最关键的唯一通道", "The most critical only roads"),
            cutting[:SHOWN],
            context,
            Text(
                f"自枢纽出发，共 {tested.n_candidates} 处唯一通道或过河桥，各按使用处数取前列，"
                f"关闭 {tested.n_tested} 处逐一重算。“唯一”仅指图上；失联相同的前后路段并为一行。",
                f"From the hub; of {tested.n_candidates} only roads and bridges the most used, "
                f"{tested.n_tested} in all, were closed in turn. 'Only' is said of the map; links "
                "in one run share a row.",
            ),
        ),
        _table(
            "bridges",
            Text("逐一关闭过河桥的影响", "Closing each bridge in turn"),
            bridges,
            context,
            Text(
                f"只计规划中已定位的河流（{rivers.zh}）上、枢纽最快路径所经的桥；"
                "图上不分桥梁与隧道。",
                f"Bridges on the quickest ways from the hub over {rivers.en}; tunnels are not told "
                "apart.",
            ),
        ),
    ]
    return [table for table in tables if table.rows]


def _table(
    key: str, title: Text, closed: Sequence[Closed], context: Context, note: Text
) -> Exhibit:
    rows = [(rank, *_row(one, context)) for rank, one in enumerate(closed, start=1)]
    return Exhibit(
        key=key,
        title=title,
        columns=(
            Column(key="rank", name=Text("序号", "rank"), digits=0),
            text_column("kind", "类别", "kind"),
            text_column("road", "道路", "road"),
            text_column("where", "位置（经度，纬度）", "where (longitude, latitude)"),
            minutes_column("km", "路段长", "length", "km"),
            Column(key="towns-lost", name=Text("失联乡镇", "townships cut off"), digits=0),
            Column(key="nodes-lost", name=Text("失联节点", "nodes cut off"), digits=0),
            text_column("lost", "失联的是", "cut off"),
            Column(key="later", name=Text("须绕行处数", "places later"), digits=0),
            minutes_column("mean", "平均多用时", "mean extra time"),
            minutes_column("worst", "最多多用时", "greatest extra time"),
            text_column("doubt", "存疑", "doubt"),
        ),
        rows=tuple(rows),
        note=note,
    )


def _row(closed: Closed, context: Context) -> tuple[Cell, ...]:
    at = context.to_wgs84(_middle(closed.line))
    towns = sum(site.role == "townships" for site in closed.lost)
    extra = closed.extra_min
    doubt = _DOUBT if closed.is_doubtful else None
    return (
        KINDS[closed.kind],
        _what(closed),
        lon_lat(at),
        number(closed.line.length / 1000) if closed.kind != "bridge" else None,
        towns,
        len(closed.lost) - towns,
        site_names(closed.lost) if closed.lost else None,
        len(closed.later),
        number(extra.mean()) if len(extra) else None,
        number(extra.max()) if len(extra) else None,
        doubt,
    )


def links_marks(tested: Trials | None, context: Context) -> list[Mark]:
    """Return the most critical links, and the bridges as points, for their decks are short."""
    marks: list[Mark] = []
    for closed in () if tested is None else tested.closed:
        said = Text(
            f"失联 {len(closed.lost)} 处、绕行 {len(closed.later)} 处",
            f"{len(closed.lost)} cut off, {len(closed.later)} later",
        )
        if closed.kind != "bridge" and len(marks) >= SHOWN:
            continue
        shape = _middle(closed.line) if closed.kind == "bridge" else closed.line
        what = _what(closed)
        label = Text(f"{KINDS[closed.kind].zh}·{what.zh}：{said.zh}", f"{what.en}: {said.en}")
        marks.append(Mark(role="crossing", geometry=context.to_wgs84(shape), label=label))
    return marks
