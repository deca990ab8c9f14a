"""Read a reviewed list of changes, and find what is wrong with its form."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from spatialplan.editing.changes import ATTRIBUTES, MEASURES, NUMBER, Change, ChangeKind, Value
from spatialplan.io.problems import Problem

__all__ = ["change_problem", "read_changes"]

TEXTS = ("kind", "id", "name")
SHAPES = ("old_geometry", "new_geometry")
KEYS = frozenset({*TEXTS, *SHAPES, *MEASURES, "was", "accept", "old", "new"})
EDITABLE = frozenset({*ATTRIBUTES, "name_en"})


def change_problem(path: Path, id: str, zh: str, en: str, remedy: tuple[str, str]) -> Problem:
    """Return a problem of an entry of the list."""
    return Problem.error(path.name, id, zh, en, *remedy)


REMAKE = ("改正，或重新生成清单", "mend it, or make the list anew")


def read_changes(path: Path, raw: Mapping[str, Any]) -> tuple[list[Change], list[Problem]]:
    """Return the entries of well-formed rows, and every problem of the others."""
    rows = raw.get("change", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        zh, en = "change 不是 [[change]] 条目", "change is no list of [[change]]"
        return [], [change_problem(path, "", zh, en, REMAKE)]
    changes: list[Change] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, 1):
        id = row.get("id")
        where = id if isinstance(id, str) and id else f"第 {number} 条"
        wrong = [*_check_row(row)]
        problems += [change_problem(path, where, zh, en, REMAKE) for zh, en in wrong]
        if not wrong:
            changes.append(_change(row))
    return changes, problems


def _check_row(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the form of one entry, in both languages."""
    for key in sorted({*row} - KEYS):
        yield f"多出的项“{key}”", f"unknown key {key!r}"
    for key in (*TEXTS, *(k for k in ("was", *SHAPES) if k in row)):
        if not isinstance(row.get(key), str):
            yield f"“{key}”缺失或不是文字", f"{key!r} is missing or no text"
    for key in MEASURES:
        if key in row and not _is_number(row[key]):
            yield f"“{key}”不是数", f"{key!r} is no number"
    yield from _check_choices(row)
    for key in ("old", "new"):
        yield from _check_values(key, row.get(key, {}))
    for key in SHAPES:
        if isinstance(row.get(key), str) and _shape(row[key]) is None:
            yield f"{key} 不是 WKT 几何", f"{key} is no geometry in WKT"


def _check_choices(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if row.get("kind") not in [*ChangeKind]:
        kinds = "、".join(ChangeKind)
        yield f"kind 只能是 {kinds}", f"kind must be one of {', '.join(ChangeKind)}"
    if not isinstance(row.get("accept"), bool):
        yield "accept 只能是 true 或 false（不加引号）", "accept must be true or false, unquoted"


def _check_values(title: str, values: object) -> Iterator[tuple[str, str]]:
    if not isinstance(values, dict):
        yield f"“{title}”应为 [change.{title}] 表", f"{title!r} should be a table [change.{title}]"
        return
    for key, value in values.items():
        if key not in EDITABLE:
            yield f"要素没有属性“{key}”", f"features have no attribute {key!r}"
        elif key == NUMBER and not (value == "" or _is_number(value)):
            yield f"{title}.{key} 应为数", f"{title}.{key} should be a number"
        elif key != NUMBER and not isinstance(value, str):
            yield f"{title}.{key} 应为文字", f"{title}.{key} should be text"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _shape(text: str) -> BaseGeometry | None:
    try:
        return shapely.from_wkt(text)
    except GEOSException:
        return None


def _change(row: Mapping[str, Any]) -> Change:
    return Change(
        kind=ChangeKind(row["kind"]),
        id=row["id"],
        name=row["name"],
        was=row.get("was", ""),
        old=_values(row.get("old", {})),
        new=_values(row.get("new", {})),
        old_shape=_shape(row["old_geometry"]) if "old_geometry" in row else None,
        new_shape=_shape(row["new_geometry"]) if "new_geometry" in row else None,
        measures={key: float(row[key]) for key in MEASURES if key in row},
        accept=row["accept"],
    )


def _values(values: Mapping[str, Any]) -> dict[str, Value]:
    return {k: float(v) if k == NUMBER and v != "" else v for k, v in values.items()}
