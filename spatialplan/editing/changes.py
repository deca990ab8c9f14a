"""A list of changes to a pack's features: what a reviewer reads, fills in and accepts.

The file is TOML with one ``[[change]]`` per feature and ``accept = false``. It holds all that is
needed to apply it; `was` is the digest of the feature that the change was made against, so that a
pack that has changed since is noticed feature by feature.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan.editing.change_shapes import as_wkt, shape_word
from spatialplan.io.feature_lines import replace_file
from spatialplan.io.reviewed_files import keep_decisions, one_line, quote, sealed
from spatialplan.text import Text

__all__ = [
    "ATTRIBUTES",
    "MEASURES",
    "NUMBER",
    "REQUIRED",
    "WORDS",
    "Change",
    "ChangeKind",
    "Value",
    "describe",
    "digest",
    "write_changes",
]

NUMBER = "accuracy_m"
# What of a feature can be edited, in the order of the pack.
ATTRIBUTES = (
    "name", "kind", "role", "theme", "clause", "status", NUMBER, "source", "parent", "note",
)  # fmt: skip
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "name": "名称", "kind": "类型", "role": "作用", "theme": "主题", "clause": "条款",
        "status": "定位状态", NUMBER: "位置精度", "source": "来源", "parent": "上级",
        "note": "说明", "name_en": "英文名称",
    }
)  # fmt: skip
REQUIRED = ("name", "kind", "theme", "clause", "source")
MEASURES = ("moved_m", "hausdorff_m", "length_change_m", "area_change_m2")
FILL_IN: Mapping[str, str] = MappingProxyType(
    {
        "name": "必填：规划中的名称",
        "kind": "必填：要素类型",
        "theme": "必填：主题编号",
        "clause": "必填：条款编号",
        NUMBER: "必填：位置精度（米）",
        "source": "必填：位置从哪里来",
        "status": "留空则按精度定：200 米以内 located，以外 approximate",
    }
)
SHAPE_WORDS = {"point": "点", "line": "线", "area": "面"}
HEADER = """\
# 要素变更清单（尚未改动任何数据）
# 用法：逐条核对；认可的补齐标“必填”的各项，把 accept = false 改成 accept = true，
#       再运行 spatialplan absorb --accept 本文件 --plan 数据包文件夹。未认可的条目不起作用。
# kind：moved 移动或改形、added 新增、edited 改属性、deleted 删除。
# old、new 是改动前后的属性，old_geometry、new_geometry 是改动前后的几何（WGS-84 经纬度，度）。
# 只改 new 中的属性和 accept；几何要改请回到 QGIS 中改，再重新生成清单。
"""

Value = str | float


class ChangeKind(StrEnum):
    """What became of a feature; one that moved may have edited attributes too."""

    MOVED = "moved"
    ADDED = "added"
    EDITED = "edited"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One feature's change.

    Attributes
    ----------
    was
        Digest of the pack's feature before; empty for an added one.
    old, new
        Edited attributes by name. An empty text stands for none, or for one to be filled in.
    old_shape, new_shape
        In degrees; None without, and for what does not change its shape.
    measures
        How the shape changed, in metres and square metres; empty where nothing was there.
    hints
        What the reviewer should know, in Chinese like the file; not read back.
    """

    kind: ChangeKind
    id: str
    name: str
    was: str = ""
    old: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    new: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    old_shape: BaseGeometry | None = None
    new_shape: BaseGeometry | None = None
    measures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    hints: tuple[str, ...] = ()
    accept: bool = False


def digest(feature: Mapping[str, Any]) -> str:
    """Return a short digest of a feature's contents, whatever its spaces and order of keys.

    Examples
    --------
    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    text = json.dumps(feature, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def write_changes(changes: Sequence[Change], plan: str, path: Path) -> None:
    """Write a list of changes of the plan with this id, for review.

    Raises
    ------
    OutputError
        When the file cannot be written, or one that somebody worked on is there: what the user
        decided is not overwritten.
    """
    keep_decisions(path)
    entries = ["\n".join(_entry(change)) for change in changes]
    text = "\n".join([HEADER, f"plan = {quote(plan)}", *(f"\n{entry}" for entry in entries)])
    replace_file(path, sealed(f"{text}\n"))


def _entry(change: Change) -> Iterator[str]:
    """Yield the lines of one change; those of `accept` before the tables of attributes."""
    yield "[[change]]"
    yield f"# {one_line(describe(change).zh)}"
    for hint in change.hints:
        yield f"# 注意：{one_line(hint)}"
    yield f"kind = {quote(change.kind)}"
    yield f"id = {quote(change.id)}"
    yield f"name = {quote(change.name)}"
    if change.was:
        yield f"was = {quote(change.was)}"
    for key, value in change.measures.items():
        yield f"{key} = {float(value)!r}"
    for key, shape in (("old", change.old_shape), ("new", change.new_shape)):
        if shape is not None:
            yield f"{key}_geometry = {quote(as_wkt(shape))}"
    yield "accept = false"
    for title, values in (("old", change.old), ("new", change.new)):
        if values:
            yield f"[change.{title}]"
            yield from (_line(key, value, asks=title == "new") for key, value in values.items())


def _line(key: str, value: Value, *, asks: bool) -> str:
    said = quote(value) if isinstance(value, str) else repr(float(value))
    empty = asks and value == "" and key in FILL_IN
    return f"{key} = {said}" + (f"  # {FILL_IN[key]}" if empty else "")


def describe(change: Change) -> Text:
    """Return what happens to a feature, in one sentence."""
    name, shape = change.name, change.new_shape
    if change.kind is ChangeKind.DELETED:
        return Text(f"删除“{name}”", f"{name} is deleted")
    if change.kind is ChangeKind.ADDED:
        place = _place(shape)
        return Text(f"新增“{name}”：{place.zh}", f"{name} is added: {place.en}")
    parts = [] if shape is None else [_moved(change, shape)]
    if keys := _edited(change):
        words = "、".join(WORDS[key] for key in keys)
        parts.append(Text(f"改动{words}", f"{', '.join(keys)} edited"))
    return Text(f"“{name}”：{'；'.join(p.zh for p in parts)}",
                f"{name}: {'; '.join(p.en for p in parts)}")  # fmt: skip


def _edited(change: Change) -> list[str]:
    """Return the attributes that change, those aside that the reviewer has to fill in."""
    return [
        key
        for key, value in change.new.items()
        if value != change.old.get(key, "") and not (value == "" and key in FILL_IN)
    ]


def _place(shape: BaseGeometry | None) -> Text:
    if shape is None:
        return Text("未定位", "not located")
    if shape.geom_type == "Point":
        x, y = shapely.get_coordinates(shape)[0]
        return Text(f"经度 {x:.6f}，纬度 {y:.6f}", f"longitude {x:.6f}, latitude {y:.6f}")
    count, word = len(shapely.get_coordinates(shape)), shape_word(shape)
    return Text(f"{SHAPE_WORDS[word]}，{count} 个顶点", f"{word} of {count} vertices")


def _moved(change: Change, shape: BaseGeometry) -> Text:
    measures = change.measures
    if not measures:
        place = _place(shape)
        return Text(f"原未定位，现为{place.zh}", f"was unlocated, now {place.en}")
    if "moved_m" in measures:
        moved = measures["moved_m"]
        return Text(f"移动 {moved:.1f} 米", f"moved {moved:.1f} m")
    offset, length, area = (measures[key] for key in MEASURES[1:])
    size = (
        Text(f"，面积变化 {area:+.1f} 平方米", f", area {area:+.1f} m²") if area else Text("", "")
    )
    return Text(
        f"改形，最大偏移（豪斯多夫距离）{offset:.1f} 米，长度变化 {length:+.1f} 米{size.zh}",
        f"reshaped by {offset:.1f} m at most (Hausdorff), length {length:+.1f} m{size.en}",
    )
