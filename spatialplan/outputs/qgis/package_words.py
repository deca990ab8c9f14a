"""What a GeoPackage says of its tables and columns, for readers of any program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from spatialplan.outputs.qgis import qml_fields
from spatialplan.outputs.qgis.tables import SHAPE_NAMES, PlainNames, SpatialTable
from spatialplan.outputs.style import read_recipe
from spatialplan.text import Lang, Text

__all__ = ["ColumnWords", "TableWords", "plain_words", "spatial_words"]

# What a name alone does not tell; the others' comment is their name.
_COMMENTS: Mapping[str, Text] = MappingProxyType(
    {
        "id": Text("稳定编号，关联各表时使用", "Stable id; tables are joined by it"),
        "accuracy_m": Text(
            "米。真实位置在此半径之内；空为未知",
            "Metres. The true place lies within this radius; empty is unknown",
        ),
        "source": Text("位置从何而来", "Where the place comes from"),
        "status": Text(
            "已定位、约略位置或未定位；未定位的不画", "Unlocated ones are not drawn"
        ),
        "quote": Text("规划原文，逐字引用", "The plan's words, verbatim"),
        "clause": Text("规划条款号", "Number of the plan's clause"),
        "state": Text(
            "五种状态互不混用：达到、未达到、不确定、无法路由、无数据",
            "Five states, never mixed: met, not met, uncertain, cannot be routed, no data",
        ),
        "cause": Text("结论的原因", "Why this state"),
        "origin": Text("阈值或行的出处", "Where the threshold or the row comes from"),
        "threshold": Text("判断所用的限值，单位见“单位”列", "The limit used; see the unit"),
        "would_change": Text("怎样的数据会使结论改变", "What data would turn the verdict"),
        "estimated": Text("真：按直线距离×绕行系数估算", "True: straight line times circuity"),
        "time_min": Text("分钟，沿路网", "Minutes along the roads"),
        "nearest_min": Text("分钟，沿路网；空为无法计算", "Minutes; empty: not computed"),
        "nearest_km": Text("公里，沿路网；空为无法计算", "km along roads; empty: not computed"),
        "population": Text("人；空为未知", "Persons; empty is unknown"),
        "parent": Text("上级要素的编号", "Id of the feature it belongs to"),
        "upper_id": Text("链路中上一级网点的编号", "Id of the next facility up the chain"),
        "value": Text("量得的数值，单位见“单位”列；空为未知", "See the unit; empty: unknown"),
        "match_score": Text("0—100，名称相似程度", "0–100, likeness of names"),
    }
)  # fmt: skip
_IN_GROUP = Text("{}：{}", "{}: {}")
_IN_BRACKETS = Text("{}（{}）", "{} ({})")
# Of columns that mean something else in one source than in the others.
_OWN_COMMENTS: Mapping[tuple[str, str], Text] = MappingProxyType(
    {
        ("siting_villages", "state"): Text(
            "原已覆盖、新增覆盖、仍未覆盖或无法安排",
            "Covered before, newly covered, still not covered, or no site for it",
        ),
        ("siting_villages", "cause"): Text(
            "无法安排的原因；其他的村为空", "Why no site can be found; empty for other villages"
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnWords:
    """A column's name, comment and the pairs of code and word of what it holds."""

    column: str
    alias: str
    comment: str
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableWords:
    """A table's title, what it holds, and its columns."""

    table: str
    title: str
    about: str
    columns: tuple[ColumnWords, ...]


def _columns(source: str, frame: pd.DataFrame, lang: Lang) -> tuple[ColumnWords, ...]:
    said = qml_fields.vocabularies(source, frame, lang)
    found = []
    for column in frame.columns:
        alias = qml_fields.alias(source, column, lang)
        if column == "geometry" or not alias:
            continue
        comment = _OWN_COMMENTS.get((source, column)) or _COMMENTS.get(column)
        found.append(
            ColumnWords(
                column=column,
                alias=alias,
                comment=comment.say(lang) if comment else alias,
                words=tuple((code, word) for word, code in said.get(column, ()) if code),
            )
        )
    return tuple(found)


def _once(titles: Sequence[tuple[str, str]], lang: Lang) -> dict[str, str]:
    """Return the title of each table, with the table's name where two have the same."""
    said = [title for _, title in titles]
    return {
        table: _IN_BRACKETS.say(lang).format(title, table) if said.count(title) > 1 else title
        for table, title in titles
    }


def spatial_words(
    tables: Sequence[SpatialTable], recipe_id: str, values: Mapping[str, Text], lang: Lang
) -> list[TableWords]:
    """Return what is said of spatial tables.

    Parameters
    ----------
    values
        The names of themes and concepts.
    """
    recipe = {spec.source: spec for spec in read_recipe(recipe_id).layers}
    shapes = {t.source: {x.shape for x in tables if x.source == t.source} for t in tables}
    titles = []
    for table in tables:
        spec = recipe.get(_RECIPE_SOURCES.get(table.source, table.source))
        label = _OWN.get(table.source) or (spec.label if spec else Text(table.name, table.name))
        name = values.get(table.value, label).say(lang)
        group = spec.group.say(lang) if spec and table.source not in _OWN else ""
        title = _IN_GROUP.say(lang).format(group, name) if group and group != name else name
        if len(shapes[table.source]) > 1:
            title = _IN_BRACKETS.say(lang).format(title, SHAPE_NAMES[table.shape].say(lang))
        titles.append((table.name, title))
    once = _once(titles, lang)
    return [
        TableWords(
            table=table.name,
            title=once[table.name],
            about=_about(len(table.frame), lang),
            columns=_columns(table.source, table.frame, lang),
        )
        for table in tables
    ]


_RECIPE_SOURCES = {"village_services": "villages", "siting_villages": "villages"}
_OWN: Mapping[str, Text] = MappingProxyType(
    {
        "facility_areas": Text("各网点的服务范围", "Service areas by facility"),
        "townships": Text(
            "乡镇范围（由村庄推算，非界线）", "Townships (from villages, no boundaries)"
        ),
        "legs": Text("配送链路分段", "Legs of the delivery chains"),
    }
)


def _about(rows: int, lang: Lang) -> str:
    return Text(f"写出时 {rows} 行", f"rows when written: {rows}").say(lang)


def plain_words(
    frames: Mapping[str, pd.DataFrame], names: PlainNames, lang: Lang
) -> list[TableWords]:
    """Return what is said of plain tables."""
    return [
        TableWords(
            table=table,
            title=names[table][1].say(lang),
            about=_about(len(frame), lang),
            columns=_columns(names[table][0], frame, lang),
        )
        for table, frame in frames.items()
    ]
