"""The sheets of things with a place: features, villages, doubts about the roads."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from spatialplan.model.check_result import CheckResult
from spatialplan.outputs import layers
from spatialplan.outputs.documents.workbook_sheet import Column, Sheet
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang, Text

__all__ = ["features_sheet", "issues_sheet", "villages_sheet"]


def _with_places(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the rows with longitude and latitude of a point on each shape, without the shape."""
    points = gpd.GeoSeries(frame.geometry, crs=frame.crs).representative_point()
    return pd.DataFrame(frame.drop(columns=str(frame.geometry.name))).assign(
        lon=points.x.round(5), lat=points.y.round(5)
    )


def features_sheet(result: CheckResult, lang: Lang) -> Sheet:
    """Return every feature, located or not, and what the map says of it."""
    style = read_style()
    frame = _with_places(layers.features_frame(result, lang))
    frame = frame.assign(kind_name=[style.kinds[kind].label.say(lang) for kind in frame["kind"]])
    states = {"": Symbol(label=Text("", "")), **style.evidence}
    return Sheet(
        name=Text("要素", "Features"),
        columns=(
            Column("id", Text("编号", "Id"), 14),
            Column("name", Text("名称", "Name"), 28),
            Column("kind_name", Text("类别", "Kind"), 12),
            Column("role", Text("功能定位", "Role"), 20),
            Column("theme_name", Text("布局结构", "Theme"), 16),
            Column("parent_name", Text("所属", "Part of"), 18),
            Column("status", Text("定位状态", "Status"), 12, style.statuses),
            Column("accuracy_m", Text("位置精度（米）", "Accuracy (m)"), 12),
            Column("lon", Text("经度", "Longitude"), 12),
            Column("lat", Text("纬度", "Latitude"), 12),
            Column("source", Text("位置来源", "Source"), 36),
            Column("heading", Text("条款标题", "Clause"), 22),
            Column("quote", Text("条款原文", "Quote"), 40),
            Column("note", Text("备注", "Note"), 28),
            Column("evidence", Text("证据", "Evidence"), 12, states),
            Column("evidence_cause", Text("证据说明", "Why this evidence"), 36),
            Column("osm_id", Text("地图对象编号", "Map object"), 18),
            Column("osm_name", Text("地图对象名称", "Name on the map"), 24),
            Column("match_score", Text("名称相似度", "Likeness"), 10),
            Column("match_distance_m", Text("与地图对象的距离（米）", "Distance to it (m)"), 14),
        ),
        frame=frame,
        frozen=2,
    )


def villages_sheet(result: CheckResult, lang: Lang) -> Sheet:
    """Return every village of the roster with its state."""
    return Sheet(
        name=Text("村级状态", "Villages"),
        columns=(
            Column("code", Text("区划代码", "Code"), 15),
            Column("name", Text("村（居）", "Village"), 26),
            Column("township", Text("乡镇街道", "Township"), 16),
            Column("district", Text("县市区", "District"), 12),
            Column("state", Text("状态", "State"), 12, read_style().village_states),
            Column("time_min", Text("行车时间（分钟）", "Driving time (min)"), 12),
            Column("lon", Text("经度", "Longitude"), 12),
            Column("lat", Text("纬度", "Latitude"), 12),
            Column("accuracy_m", Text("位置精度（米）", "Accuracy (m)"), 12),
            Column("source", Text("位置来源", "Source"), 28),
            Column("cause", Text("原因", "Cause"), 44),
        ),
        frame=pd.DataFrame(layers.villages_frame(result, lang)),
        frozen=2,
    )


def issues_sheet(result: CheckResult, lang: Lang) -> Sheet:
    """Return every doubt about the mapped roads, the first to mend first."""
    return Sheet(
        name=Text("路网疑点", "Road doubts"),
        columns=(
            Column("rank", Text("次序", "Rank"), 8),
            Column("kind", Text("类型", "Kind"), 14, read_style().issues),
            Column("message", Text("疑点", "Doubt"), 60),
            Column("value", Text("涉及里程（公里）", "Roads concerned (km)"), 14),
            Column("villages", Text("涉及的村数", "Villages concerned"), 12),
            Column("lon", Text("经度", "Longitude"), 12),
            Column("lat", Text("纬度", "Latitude"), 12),
        ),
        frame=_with_places(layers.issues_frame(result, lang)),
    )
