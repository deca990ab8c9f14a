"""Tables of whom circles reach, and of how they overlap and compete."""

from __future__ import annotations

from spatialplan.concepts.circles_cells import column
from spatialplan.concepts.circles_centres import LEVELS
from spatialplan.concepts.circles_measured import Measured
from spatialplan.concepts.circles_reach import KINDS, LIMITS_MIN
from spatialplan.concepts.setting import Setting
from spatialplan.model.profile import Cell, Column, Exhibit
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["competition_table", "overlap_table", "reach_table"]

ANY = Text("任一商圈", "any circle")
REACHED = {
    State.HOLDS: Text("可达", "reached"),
    State.UNCERTAIN: Text("不确定", "uncertain"),
    State.FAILS: Text("不可达", "not reached"),
    State.UNROUTABLE: Text("无法路由", "cannot be routed"),
    State.NO_DATA: Text("无路网", "no roads mapped"),
}


def overlap_table(measured: Measured) -> Exhibit:
    """Return the pairs of circles whose service areas overlap."""
    circles = measured.ground.circles
    return Exhibit(
        key="overlaps",
        title=Text("服务范围重叠", "Overlap of service areas"),
        columns=(
            column("one", "商圈", "Circle"),
            column("other", "与", "And"),
            column("apart", "中心直线距离", "Centres apart", "m", 0),
            column("delta", "不确定度", "Uncertainty", "m", 0),
            column("state", "步行范围重叠", "Overlap on foot"),
            column("walk", "步行重叠", "On foot", "km²", 2),
            column("walk_share", "占较小者", "Of the smaller", "%", 0),
            column("drive", "驾车重叠", "By car", "km²", 0),
            column("drive_share", "占较小者", "Of the smaller", "%", 0),
        ),
        rows=tuple(
            (circles[it.one].name, circles[it.other].name, it.apart_m, it.delta_m, it.on_foot,
             it.walk_km2, it.walk_share * 100, it.drive_km2, it.drive_share * 100)
            for it in measured.overlaps
        ),
        note=Text("未列出的商圈两两不重叠。", "Pairs not listed do not overlap."),
    )  # fmt: skip


def competition_table(measured: Measured) -> Exhibit:
    """Return the shares of custom; without rows when fewer than two circles compete."""
    found, title = measured.competition, Text("客流竞争（Huff 模型）", "Competition after Huff")
    if found is None:
        return Exhibit(key="competition", title=title, columns=(), rows=())
    circles = [measured.ground.circles[i] for i in found.columns]
    return Exhibit(
        key="competition",
        title=title,
        columns=(
            column("circle", "商圈", "Circle"),
            column("level", "级别", "Level"),
            column("attraction", "吸引力", "Attraction", "", 0),
            column("share", "客流份额", "Share of custom", "%", 1),
            column("first", "居首的村镇", "First choice of"),
        ),
        rows=tuple(
            (c.name, LEVELS[c.level], float(s), float(p * 100), int(n))
            for c, s, p, n in zip(circles, found.attraction, found.shares, found.first, strict=True)
        ),
        note=Text(
            f"需求点 {found.n_places} 个，其中 {found.n_reached} 个通路网，权重相同；"
            "份额是参与各商圈之间的，合计 100%。",
            f"{found.n_places} places of demand, {found.n_reached} of them by road, all of one "
            "weight; shares are among these circles and sum to 100 %.",
        ),
    )


def reach_table(setting: Setting, measured: Measured) -> Exhibit:
    """Return the villages and townships within the limits of each circle and of any."""
    ground = measured.ground
    served: list[tuple[Cell, int | None]] = [
        (ground.circles[int(i)].name, int(i)) for i in ground.on_road()
    ]
    if len(served) > 1:
        served.append((ANY, None))
    rows: list[tuple[Cell, ...]] = []
    for name, at in served:
        for limit in LIMITS_MIN:
            tallies = [measured.reach.tally(kind, limit, at) for kind in KINDS]
            rows.append((name, int(limit), *(t[state] for t in tallies for state in REACHED)))
    placed, total = len(setting.villages), setting.n_villages
    snap_m = measured.numbers.snap_m
    n_seats = int(measured.reach.of_kind("township").sum())
    return Exhibit(
        key="reach",
        title=Text("辐射：到商圈的行车时间", "Reach: driving time to the circles"),
        columns=(
            column("circle", "商圈", "Circle"),
            column("limit", "时限", "Limit", "min", 0),
            *(
                Column(
                    key=f"{kind}-{state}",
                    name=Text(f"{name.zh}{said.zh}", f"{name.en.capitalize()} {said.en}"),
                )
                for kind, name in KINDS.items()
                for state, said in REACHED.items()
            ),
        ),
        rows=tuple(rows),
        note=Text(
            f"村 {total} 个，有坐标 {placed} 个，其余 {total - placed} 个无坐标、不计；"
            f"乡镇为有坐标的 {n_seats} 个驻地。“不确定”为时限落在位置精度之内；"
            f"“无法路由”为离已画道路超过 {snap_m:.0f} 米或不连通，“无路网”为在路网范围之外。",
            f"{placed} of {total} villages have coordinates, the other {total - placed} are not "
            f"counted; {n_seats} township seats with coordinates. Uncertain: the limit lies within "
            f"the accuracy. Cannot be routed: over {snap_m:.0f} m from a mapped road, or cut off.",
        ),
    )
