"""What QGIS users read of a table: column names, words for codes, and the map tip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from xml.etree import ElementTree as ET

import pandas as pd

from spatialplan.model.predicates import PREDICATES
from spatialplan.outputs import wording
from spatialplan.outputs.qgis import coverage_fields, qml, qml_sketches, siting_fields
from spatialplan.outputs.qgis.tables import PARTS
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang, Text

__all__ = ["add_fields", "alias", "vocabularies"]

_ALIASES: Mapping[str, Text] = MappingProxyType(
    {
        "fid": Text("序号", "No."),
        "id": Text("编号", "Id"),
        "name": Text("名称", "Name"),
        "kind": Text("类型", "Kind"),
        "role": Text("作用", "Role"),
        "theme": Text("主题代码", "Theme id"),
        "theme_name": Text("主题", "Theme"),
        "clause": Text("条款", "Clause"),
        "heading": Text("条款标题", "Heading"),
        "quote": Text("规划原文", "Quote"),
        "status": Text("定位状态", "Status"),
        "accuracy_m": Text("位置精度（米）", "Accuracy (m)"),
        "source": Text("位置来源", "Source of the place"),
        "parent": Text("上级编号", "Parent id"),
        "parent_name": Text("上级要素", "Parent"),
        "note": Text("说明", "Note"),
        "claim": Text("论断编号", "Claim"),
        "sentence": Text("论断", "Sentence"),
        "predicate": Text("核查方法", "Predicate"),
        "state": Text("结论", "State"),
        "value": Text("测得值", "Value"),
        "unit": Text("单位", "Unit"),
        "threshold": Text("阈值", "Threshold"),
        "origin": Text("阈值来源", "Origin of the threshold"),
        "cause": Text("原因", "Cause"),
        "would_change": Text("什么会改变结论", "What would change it"),
        "confidence": Text("可信度", "Confidence"),
        "estimated": Text("是否估算", "Estimated"),
        "feature": Text("要素编号", "Feature, id"),
        "feature_name": Text("要素", "Feature"),
        "part": Text("在论断中", "Part in the claim"),
        "subjects": Text("主体", "Subjects"),
        "objects": Text("客体", "Objects"),
        "evidence": Text("证据编号", "Evidence"),
        "label": Text("标注", "Label"),
        "code": Text("区划代码", "Division code"),
        "township": Text("乡镇街道", "Township"),
        "district": Text("县市区", "District"),
        "time_min": Text("到服务点（分钟）", "Time to service (min)"),
        "lon": Text("经度", "Longitude"),
        "lat": Text("纬度", "Latitude"),
        "adcode": Text("行政区划代码", "Division code"),
        "class": Text("等级", "Class"),
        "ref": Text("路线编号", "Road number"),
        "title": Text("资料", "Title"),
        "date": Text("日期", "Date"),
        "licence": Text("许可", "Licence"),
        "attribution": Text("署名", "Attribution"),
        "accuracy": Text("精度", "Accuracy"),
        "osm_id": Text("地图对象编号", "Map object"),
        "osm_name": Text("地图对象名称", "Name on the map"),
        "match_score": Text("名称相似度", "Likeness of names"),
        "match_distance_m": Text("与地图对象的距离（米）", "Distance to the object (m)"),
        "evidence_cause": Text("证据说明", "Why this evidence"),
        "rank": Text("次序", "Rank"),
        "kind_label": Text("类型名称", "Kind in words"),
        "message": Text("疑点", "Doubt"),
        "villages": Text("涉及的村数", "Villages concerned"),
        **qml_sketches.ALIASES,
        **coverage_fields.ALIASES,
        **siting_fields.ALIASES,
    }
)
# Columns that mean something else in one source than in the others.
_OWN_ALIASES: Mapping[str, Mapping[str, Text]] = MappingProxyType(
    {
        "features": {"evidence": Text("证据", "Evidence")},
        "network_issues": {"value": Text("涉及里程（公里）", "Roads concerned (km)")},
        **qml_sketches.OWN_ALIASES,
        **coverage_fields.OWN_ALIASES,
        **siting_fields.OWN_ALIASES,
    }
)
_SAME = {"township_shares": "townships", "facility_loads": "facilities"}  # the same columns
_TITLES = ("name", "sentence", "title", "message", "village_name", "label", *qml_sketches.TITLES)
_TIPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "districts": ("name", "adcode"),
        "water": ("name",),
        "roads": ("name", "ref", "class"),
        "places": ("name", "kind", "accuracy_m", "source"),
        "villages": (
            "name", "state", "time_min", "cause", "township", "district", "accuracy_m", "source",
        ),
        "features": (
            "name", "kind", "role", "theme_name", "quote", "status", "accuracy_m", "source", "note",
            "evidence", "evidence_cause", "osm_id", "osm_name",
        ),
        "network_issues": ("message", "kind", "rank", "value", "villages"),
        "verdicts": (
            "sentence", "state", "cause", "value", "threshold", "unit", "confidence",
            "would_change", "label", "quote",
        ),
        "townships": (
            "name", "district", "total", "covered", "not_covered", "uncertain", "unroutable",
            "no_data", "note",
        ),
        **qml_sketches.TIPS,
        **coverage_fields.TIPS,
        **siting_fields.TIPS,
    }
)  # fmt: skip


def _words(symbols: Mapping[str, Symbol], lang: Lang) -> list[tuple[str, str]]:
    return [(symbol.label.say(lang), word) for word, symbol in symbols.items()]


def alias(source: str, column: str, lang: Lang) -> str:
    """Return what readers call a column; empty for columns without a name of ours."""
    own = _OWN_ALIASES.get(source, {}).get(column)
    name = own or _ALIASES.get(column) or coverage_fields.by_limit(column)
    return name.say(lang) if name else ""


def vocabularies(source: str, frame: pd.DataFrame, lang: Lang) -> dict[str, list[tuple[str, str]]]:
    """Return by column the pairs of what readers see and what is stored."""
    if source in coverage_fields.TIPS:
        return coverage_fields.vocabularies(source, frame, lang)
    if source in siting_fields.TIPS:
        return siting_fields.vocabularies(source, lang)
    style = read_style()
    said = {
        "status": _words(style.statuses, lang),
        "confidence": _words(style.confidences, lang),
        "predicate": [(spec.meaning.say(lang), word) for word, spec in PREDICATES.items()],
        "origin": [(name.say(lang), str(origin)) for origin, name in wording.ORIGINS.items()],
    }
    if source == "features":
        said["kind"] = _words(style.kinds, lang)
        said["evidence"] = [*_words(style.evidence, lang), (wording.NOTHING, "")]
    elif source == "feature_claims":
        said["state"] = _words(style.states, lang)
        said["part"] = [(name.say(lang), part) for part, name in PARTS.items()]
    elif source == "verdicts":
        said["state"] = _words(style.states, lang)
        said["role"] = _words(style.marks, lang)
    elif source == "villages":
        said["state"] = _words(style.village_states, lang)
    elif source == "places":
        said["kind"] = _words(style.basemap["places"], lang)
    elif source == "network_issues":
        said["kind"] = _words(style.issues, lang)
    elif source == "roads":
        said["class"] = _words(style.basemap["roads"], lang)
    return said | qml_sketches.vocabularies(source, lang)


def _escaped(column: str, *, coded: bool) -> str:
    """Return an expression for a value as text that is safe inside HTML."""
    value = f'represent_value("{column}")' if coded else f'to_string("{column}")'
    return f"replace(coalesce({value}, ''), map('&', '&amp;', '<', '&lt;', '>', '&gt;'))"


def _map_tip(source: str, columns: Iterable[str], coded: Iterable[str], lang: Lang) -> str:
    present, codes = set(columns), set(coded)
    first, *rest = [column for column in _TIPS.get(source, ()) if column in present] or [""]
    if not first:
        return ""
    rows = "".join(
        f"[% if(coalesce(to_string(\"{column}\"), '') = '', '', "
        f'\'<tr><td style="color:#6b7177;white-space:nowrap;vertical-align:top">'
        f"{alias(source, column, lang)}</td><td>' || {_escaped(column, coded=column in codes)} || "
        f"'</td></tr>') %]"
        for column in rest
    )
    return (
        '<div style="font-family:sans-serif;font-size:13px;max-width:340px">'
        f"<b>[% {_escaped(first, coded=False)} %]</b><table>{rows}</table></div>"
    )


def _add_widget(
    parent: ET.Element, pairs: list[tuple[str, str]] | None, digits: int | None
) -> None:
    """Append how a column's values are shown: words for codes, or numbers with some digits."""
    kind = "ValueMap" if pairs else "" if digits is None else "Range"
    config = qml.child(qml.child(parent, "editWidget", type=kind), "config")
    if pairs:
        qml.option_list(qml.child(config, "Option", type="Map"), "map", pairs)
    elif digits is not None:
        box = qml.child(config, "Option", type="Map")
        qml.child(box, "Option", type="int", name="Precision", value=str(digits))


def _digits(source: str) -> Mapping[str, int]:
    """Return by column how many digits of a number are shown."""
    runs = (coverage_fields, siting_fields)
    return next((run.DIGITS for run in runs if source in run.TIPS), {})


def add_fields(parent: ET.Element, source: str, frame: pd.DataFrame, lang: Lang = "zh") -> None:
    """Append aliases, value maps, the display name and the map tip of a table.

    Parameters
    ----------
    source
        The layer's source, or ``""`` for a table of another kind.
    """
    names = ["fid", *(column for column in frame.columns if column != "geometry")]
    source = _SAME.get(source, source)
    said = vocabularies(source, frame, lang)
    digits = _digits(source)
    configuration = qml.child(parent, "fieldConfiguration")
    for name in names:
        field = qml.child(configuration, "field", name=name, configurationFlags="None")
        _add_widget(field, said.get(name), digits.get(name))
    aliases = qml.child(parent, "aliases")
    for index, name in enumerate(names):
        said_name = alias(source, name, lang)
        qml.child(aliases, "alias", field=name, index=str(index), name=said_name)
    title = next((name for name in _TITLES if name in names), "")
    qml.child(parent, "previewExpression", f'"{title}"' if title else "")
    coded = {*said, *digits}
    qml.child(parent, "mapTip", _map_tip(source, names, coded, lang), enabled="1")
