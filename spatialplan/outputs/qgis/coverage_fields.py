"""What QGIS users read of the tables of a coverage run: column names, words for codes, digits."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from spatialplan.model.limit import Limit
from spatialplan.outputs.coverage_frames import MEASURES
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang, Text

__all__ = ["ALIASES", "DIGITS", "OWN_ALIASES", "TIPS", "by_limit", "vocabularies"]

Words = list[tuple[str, str]]

_INDEX_DIGITS = 4
ALIASES: Mapping[str, Text] = MappingProxyType(
    {
        "on_roster": Text("名录内", "On the roster"),
        "population": Text("人口", "Population"),
        "nearest_id": Text("最近网点编号", "Nearest, id"),
        "nearest_name": Text("最近网点", "Nearest"),
        "nearest_min": Text("到最近网点（分钟）", "To the nearest (min)"),
        "nearest_km": Text("到最近网点（公里）", "To the nearest (km)"),
        "second_id": Text("次近网点编号", "Second, id"),
        "second_name": Text("次近网点", "Second nearest"),
        "second_min": Text("到次近网点（分钟）", "To the second (min)"),
        "second_km": Text("到次近网点（公里）", "To the second (km)"),
        "chain_state": Text("链路结论", "Chain"),
        "chain_min": Text("链路全程（分钟）", "Whole chain (min)"),
        "chain_km": Text("链路全程（公里）", "Whole chain (km)"),
        "chain_cause": Text("链路原因", "Chain, cause"),
        "weakest": Text("最弱一段通往", "Weakest leg, to"),
        "parents_match": Text("隶属相符", "Parents match"),
        "round_trip_h": Text("往返（小时）", "Round trip (h)"),
        "fits_workday": Text("一个工作日内可往返", "Fits the working day"),
        **MEASURES,
        **{
            f"{measure}_class": Text(f"{name.zh}：级别", f"{name.en}: class")
            for measure, name in MEASURES.items()
        },
        "upper_id": Text("上级网点编号", "Facility above, id"),
        "upper_name": Text("上级网点", "Facility above"),
        "tier": Text("网点层级", "Tier"),
        "tier_name": Text("层级名称", "Tier in words"),
        "used": Text("参与计算", "Took part"),
        "capacity": Text("容量", "Capacity"),
        "residual": Text("超出容量", "Beyond capacity"),
        "opened": Text("启用日期", "Opened"),
        "closed": Text("停用日期", "Closed"),
        "facility": Text("网点编号", "Facility, id"),
        "facility_name": Text("网点", "Facility"),
        "village": Text("村编号", "Village, id"),
        "village_name": Text("村", "Village"),
        "limit": Text("限值", "Limit"),
        "low": Text("从", "From"),
        "high": Text("到", "To"),
        "band": Text("圈层代码", "Band"),
        "minutes": Text("时间（分钟）", "Time (min)"),
        "km": Text("路程（公里）", "Distance (km)"),
        "delta": Text("位置误差（分钟或米）", "Positional error (min or m)"),
        "leg": Text("第几段", "Leg"),
        "start": Text("起点编号", "Start, id"),
        "end": Text("终点编号", "End, id"),
        "measure": Text("指标", "Measure"),
        "before": Text("情景前", "Before"),
        "after": Text("情景后", "After"),
        "cost_before": Text("情景前（分钟或米）", "Before (min or m)"),
        "cost_after": Text("情景后（分钟或米）", "After (min or m)"),
        "symbol": Text("措施", "Step"),
        "level": Text("层级", "Level"),
        "total": Text("村数", "Villages"),
        "covered": Text("已覆盖", "Covered"),
        "not_covered": Text("未覆盖", "Not covered"),
        "uncertain": Text("不确定", "Uncertain"),
        "unroutable": Text("无法路由", "Cannot be routed"),
        "no_data": Text("无数据", "No data"),
        "p50": Text("到最近网点的中位数（分钟或米）", "Median to the nearest (min or m)"),
        "p90": Text("到最近网点的九成分位（分钟或米）", "90th percentile (min or m)"),
        "population_covered": Text("已覆盖人口", "Population covered"),
    }
)
_FROM_TABLE = Text("来自表格的行", "Row of the table")
_UNIT = Text("量纲", "By time or length")
_CHANGE = Text("变化", "Change")
# Columns that mean something else in one source than in the others.
OWN_ALIASES: Mapping[str, Mapping[str, Text]] = MappingProxyType(
    {
        "village_services": {"origin": _FROM_TABLE, "id": Text("村编号", "Id")},
        "facilities": {
            "origin": _FROM_TABLE,
            "villages": Text("服务的村数", "Villages served"),
            "population": Text("服务的人口", "Population served"),
        },
        "areas": {"name": Text("网点", "Facility"), "unit": _UNIT},
        "facility_areas": {"name": Text("网点", "Facility"), "unit": _UNIT},
        "legs": {"weakest": Text("决定链路的一段", "Decides the chain")},
        "accessibility": {
            "class": Text("级别（0 最低）", "Class (0 lowest)"),
            "value": Text("数值", "Value"),
        },
        "changes": {"kind": _CHANGE, "kind_label": Text("变化名称", "Change in words")},
        "shares": {"name": Text("地区", "Area")},
    }
)
DIGITS: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("nearest_min", "second_min", "chain_min", "minutes", "delta"), 1),
        **dict.fromkeys(("cost_before", "cost_after", "p50", "p90", "round_trip_h"), 1),
        **dict.fromkeys(("nearest_km", "second_km", "chain_km", "km"), 2),
        **dict.fromkeys((*MEASURES, "value"), _INDEX_DIGITS),
    }
)
TIPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "village_services": (
            "name", "state", "cause", "nearest_name", "nearest_min", "nearest_km", "chain_state",
            "chain_cause", "township", "district", "population", "accuracy_m", "source", "origin",
        ),
        "facilities": (
            "name", "tier", "used", "cause", "villages", "population", "capacity", "residual",
            "township", "district", "opened", "closed", "accuracy_m", "origin",
        ),
        "areas": ("label",),
        "facility_areas": ("name", "label"),
        "catchments": ("name",),
        "paths": ("village_name", "facility_name", "minutes", "km", "state", "cause"),
        "legs": ("village_name", "leg", "tier", "minutes", "km", "limit", "state", "cause"),
        "accessibility": ("name", "measure", "value", "class"),
        "changes": (
            "name", "kind", "limit", "before", "after", "cost_before", "cost_after", "township",
        ),
        "steps": ("label", "symbol"),
        "shares": (),
    }
)  # fmt: skip
_YES: tuple[tuple[Text, str], ...] = (
    (Text("是", "yes"), "true"),
    (Text("否", "no"), "false"),
)
_BOOLEANS = ("on_roster", "used", "parents_match", "fits_workday")
_UNITS = {"time": Text("时间", "time"), "length": Text("路程", "length")}
_LEVELS = {
    "township": Text("乡镇街道", "township"),
    "district": Text("县市区", "district"),
    "city": Text("全市", "city"),
}


def _limit(key: str) -> Text:
    """Return the limit of a key such as ``15min`` or ``2_5min`` as readers write it."""
    number = key.replace("_", ".")
    if number.endswith("min"):
        return Limit(value=float(number.removesuffix("min")), by="time").label
    return Limit(value=float(number.removesuffix("m")), by="length").label


def by_limit(column: str) -> Text | None:
    """Return what readers call a column of one limit, None for other columns.

    Examples
    --------
    >>> by_limit("state_15min").zh, by_limit("cause_5000m").en, by_limit("state")
    ('结论（15 分钟）', 'Cause (5 km)', None)
    """
    said = {"state": Text("结论", "State"), "cause": Text("原因", "Cause")}
    word, _, key = column.partition("_")
    if word not in said or not key[:1].isdigit():
        return None
    limit = _limit(key)
    return Text(f"{said[word].zh}（{limit.zh}）", f"{said[word].en} ({limit.en})")


def _words(symbols: Mapping[str, Symbol], lang: Lang) -> Words:
    return [(symbol.label.say(lang), word) for word, symbol in symbols.items()]


def _said(texts: Mapping[str, Text], lang: Lang) -> Words:
    return [(text.say(lang), word) for word, text in texts.items()]


def vocabularies(source: str, frame: pd.DataFrame, lang: Lang) -> dict[str, Words]:
    """Return by column the pairs of what readers see and what is stored."""
    style = read_style()
    states = _words(style.village_states, lang)
    yes = [(text.say(lang), word) for text, word in _YES]
    said = {
        **{name: states for name in frame.columns if name.startswith("state")},
        **dict.fromkeys(("chain_state", "before", "after"), states),
        **dict.fromkeys(_BOOLEANS, yes),
        "tier": _words(style.tiers, lang),
        "unit": _said(_UNITS, lang),
        "measure": _said(MEASURES, lang),
        "symbol": _words(style.steps, lang),
        "level": _said(_LEVELS, lang),
    }
    if "limit" in frame:
        keys = dict.fromkeys(frame["limit"])
        said["limit"] = [(_limit(key).say(lang), key) for key in keys if key]
    if source == "changes":
        said["kind"] = _words(style.changes, lang)
    if source == "legs":
        said["weakest"] = yes
    return said
