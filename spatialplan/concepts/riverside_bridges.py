"""Crossings of the river: how many, where, of which class."""

from __future__ import annotations

import shapely

from spatialplan.concepts.riverside_scene import AXIS_LIMIT_M, MERGE_M, Bridge, Piece, Scene
from spatialplan.model.profile import Cell, Column, Exhibit, Finding
from spatialplan.model.verdict import Mark, State
from spatialplan.network.classes import class_name
from spatialplan.text import Text

__all__ = ["bridges"]

QUESTION = Text("两岸是否有过江通道相连", "Are the banks joined by crossings?")
COLUMNS = (
    Column(key="number", name=Text("序号", "No."), digits=0),
    Column(key="km", name=Text("轴线里程", "Km of the axis"), unit="km"),
    Column(key="name", name=Text("名称", "Name")),
    Column(key="class", name=Text("道路等级", "Road class")),
    Column(key="lines", name=Text("并行线数", "Parallel lines"), digits=0),
    Column(key="inside", name=Text("是否在规划区内", "In the plan's area")),
    Column(key="lon", name=Text("经度", "Longitude"), unit="°", digits=5),
    Column(key="lat", name=Text("纬度", "Latitude"), unit="°", digits=5),
    Column(key="basis", name=Text("判定依据", "Told by")),
    Column(key="state", name=Text("结论", "Verdict")),
)
INSIDE = {
    True: Text("区内", "inside"),
    False: Text("区外", "outside"),
    None: Text("未知", "unknown"),
}
FERRY = "ferry"
TUNNELS = ("隧", "tunnel", "túnel")


def bridges(scene: Scene) -> Piece:
    """Return the crossings of the river in the order of the axis."""
    if not scene.tells_bridges:
        said = Text("轴线精度不足，过江通道无法判定", "the axis is too coarse to tell crossings")
        return Piece(findings=(_untold(scene),), said=said)
    if not scene.bridges:
        none = _none(scene)
        return Piece(findings=(none,), said=none.answer)
    context = scene.setting.context
    exhibit = Exhibit(
        key="crossings",
        title=Text("过江通道", "Crossings of the river"),
        columns=COLUMNS,
        rows=tuple(_row(scene, number, b) for number, b in enumerate(scene.bridges, start=1)),
        note=Text(
            f"沿轴线 {MERGE_M:.0f} 米以内、同名同号或同等级的并行线并为一处。路网没有桥隧标签，"
            "不分桥与隧道。",
            f"Parallel lines of one name, number or class within {MERGE_M:.0f} m along the axis "
            "are one. The network does not tell bridges from tunnels.",
        ),
    )
    marks = []
    for number, bridge in enumerate(scene.bridges, start=1):
        lines = shapely.line_merge(
            shapely.union_all(context.network.geometry[scene.spots.edge[bridge.spots]])
        )
        label = bridge.label()
        text = Text(f"{number} 号通道{label.zh}", f"Crossing no. {number} {label.en}")
        marks.append(Mark(role="crossing", geometry=context.to_wgs84(lines), label=text))
    finding = _found(scene)
    return Piece(
        findings=(finding,),
        exhibits=(exhibit,),
        marks=tuple(marks),
        notes=(*_doubts(scene), *_dropped(scene)),
        said=finding.answer,
    )


def _untold(scene: Scene) -> Finding:
    name, metres = scene.name(scene.river_id), scene.river.accuracy_m
    zh = (
        f"“{name}”轴线精度 ±{metres:.0f} 米（超过 {AXIS_LIMIT_M:.0f} 米）且没有水面，"
        f"与轴线相交的 {scene.n_cuts} 条道路不能当作桥"
    )
    en = (
        f"the axis of {name} is known to ±{metres:.0f} m only (over {AXIS_LIMIT_M:.0f} m) and no "
        f"water is mapped: the {scene.n_cuts} roads that it cuts are not told to be bridges"
    )
    return Finding(question=QUESTION, answer=Text(zh, en), state=State.NO_DATA, unit="count")


def _none(scene: Scene) -> Finding:
    answer = Text(
        "已有路网中没有跨越轴线的道路，不等于现实中没有桥",
        "no mapped road crosses the axis, which does not mean that there is no bridge",
    )
    if scene.n_cuts:
        answer = Text(
            f"已有路网有 {scene.n_cuts} 条道路与轴线相交，但都没有到达对岸，不等于现实中没有桥",
            f"{scene.n_cuts} mapped roads cut the axis, none reaches the other bank, which does "
            "not mean that there is no bridge",
        )
    return Finding(question=QUESTION, answer=answer, state=State.UNROUTABLE, unit="count")


def _found(scene: Scene) -> Finding:
    certain = [bridge for bridge in scene.bridges if bridge.is_certain]
    inside = [bridge for bridge in certain if bridge.is_inside]
    zh, en = f"过江通道 {len(certain)} 处", f"{len(certain)} crossings"
    if any(bridge.is_inside is False for bridge in scene.bridges):
        zh, en = f"{zh}（规划区内 {len(inside)} 处）", f"{en} ({len(inside)} in the plan's area)"
    ferries = sum(bridge.road_class == FERRY for bridge in certain)
    if ferries:
        zh, en = f"{zh}，其中轮渡 {ferries} 处", f"{en}, {ferries} of them ferries"
    doubtful = len(scene.bridges) - len(certain)
    if doubtful:
        zh, en = f"{zh}，另有 {doubtful} 处存疑", f"{en}, {doubtful} more in doubt"
    return Finding(
        question=QUESTION,
        answer=Text(zh, en),
        state=State.HOLDS if certain else State.UNCERTAIN,
        value=float(len(certain)),
        unit="count",
    )


def _row(scene: Scene, number: int, bridge: Bridge) -> tuple[Cell, ...]:
    lon, lat = scene.setting.context.to_wgs84(bridge.at).coords[0]
    is_mapped = bool(scene.spots.is_mapped[bridge.spots].all())
    basis = (
        Text("水面", "mapped water") if is_mapped else Text("轴线两侧", "both sides of the axis")
    )
    return (
        number,
        bridge.km,
        bridge.name or None,
        _kind(bridge),
        len(bridge.spots),
        INSIDE[bridge.is_inside],
        lon,
        lat,
        basis,
        State.HOLDS if bridge.is_certain else State.UNCERTAIN,
    )


def _kind(bridge: Bridge) -> Text:
    """Return the class of the road, and that it is a tunnel where its name says so."""
    road = class_name(bridge.road_class)
    if any(word in bridge.name.lower() for word in TUNNELS):
        return Text(f"{road.zh}（隧道）", f"{road.en} (tunnel)")
    return road


def _doubts(scene: Scene) -> tuple[Text, ...]:
    """Tell which crossings stand on a jump of generalised roads."""
    network, notes = scene.setting.context.network, []
    for number, bridge in enumerate(scene.bridges, start=1):
        if not bridge.is_certain:
            km = float(network.length_m[scene.spots.edge[bridge.spots]].max()) / 1000
            notes.append(
                Text(
                    f"{number} 号过江通道由概括路网的一段 {km:.1f} 公里直线得出，是否有桥待核。",
                    f"Crossing no. {number} stands on a straight jump of {km:.1f} km in the "
                    "generalised roads; whether there is a bridge is to be checked.",
                )
            )
    return tuple(notes)


def _dropped(scene: Scene) -> tuple[Text, ...]:
    """Tell how many roads that the axis cuts do not lead across."""
    left = scene.n_cuts - len(scene.spots.edge)
    if not left:
        return ()
    return (
        Text(
            f"另有 {left} 条道路与轴线相交但没有到达对岸，未计为过江通道。",
            f"{left} more roads cut the axis without reaching the other bank and are not counted.",
        ),
    )
