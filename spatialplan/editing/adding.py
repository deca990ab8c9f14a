"""Make a list of changes that adds the features of a vector file to a pack."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan.editing.change_checks import place_box
from spatialplan.editing.change_shapes import Box, distance_outside_m, gathered
from spatialplan.editing.changes import NUMBER, Change, ChangeKind
from spatialplan.editing.feature_ids import new_id
from spatialplan.editing.layer_fit import check_fit, crs_notes, known_crs, to_degrees
from spatialplan.editing.pack_features import read_features
from spatialplan.editing.package_rows import Told
from spatialplan.editing.vector_files import VectorLayer, read_layer
from spatialplan.errors import DataError
from spatialplan.model.plan import Kind, Plan
from spatialplan.text import Text

__all__ = ["AddedLayer", "Given", "layer_changes"]

NAME_COLUMNS = ("名称", "要素名称", "标准名称", "name", "mc", "nam", "title", "text", "label")
OTHER_DATUM = re.compile(r"gcj|bd-?09|amap|baidu|tencent|高德|百度|腾讯|火星", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the user says of all features of the file."""

    theme: str
    kind: str
    clause: str
    source: str
    accuracy_m: float
    layer: str | None = None
    name_column: str | None = None
    crs: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedLayer:
    """What a file adds to a pack: ``rows == len(changes) + sum(one.rows for one in told)``."""

    plan: str
    changes: tuple[Change, ...]
    told: tuple[Told, ...]
    rows: int


def layer_changes(path: Path, folder: Path, given: Given) -> AddedLayer:
    """Return the features of a file as changes to a pack.

    Raises
    ------
    DataError
        When theme, kind, clause, accuracy or source are not of the pack, or no column holds names.
    CrsError
        When the CRS is missing, or the layer does not lie around the plan.
    SourceError, PackError
        When the file or the pack cannot be read.
    """
    pack = read_features(folder)
    _check_given(given, pack.plan)
    layer = read_layer(path, given.layer)
    names = _names(path, layer, given.name_column)
    crs, around = _crs(layer, given, pack.plan)
    shapes, told = _in_degrees(layer, crs)
    told = [*_doubts(path, layer, crs, given), *told]
    limit = None if given.kind == Kind.OUTWARD_TARGET else around
    changes: list[Change] = []
    taken, seen = {*pack.spans}, Counter(names)
    old = {f.name: f.id for f in pack.plan.features}
    earlier: set[tuple[str, bytes]] = set()
    for number, (name, shape) in enumerate(zip(names, shapes, strict=True), 1):
        key = (name, shapely.to_wkb(shape) if shape is not None else b"")
        why = _refused(name, shape, limit) or (_REPEATED if key in earlier else None)
        if why is not None or shape is None:
            told.append(Told(where=_where(layer, number, name), what=why or _EMPTY, rows=1))
            continue
        earlier.add(key)
        hints = [f"与已有要素“{old[name]}”同名"] if name in old else []
        hints += [f"文件中有 {seen[name]} 个“{name}”"] if seen[name] > 1 else []
        changes.append(_change(name, shape, given, new_id(name, given.kind, taken), hints))
        taken.add(changes[-1].id)
    return AddedLayer(plan=pack.plan.id, changes=tuple(changes), told=tuple(told), rows=len(names))


_EMPTY = Text("没有几何，未取", "no geometry: not taken")
_REPEATED = Text("与前面一行名称、几何都相同，未取", "the same as an earlier row: not taken")


def _change(name: str, shape: BaseGeometry, given: Given, id: str, hints: Sequence[str]) -> Change:
    return Change(
        kind=ChangeKind.ADDED, id=id, name=name, new_shape=shape, hints=tuple(hints),
        new={
            "name": name, "kind": given.kind, "theme": given.theme, "clause": given.clause,
            "status": "", NUMBER: float(given.accuracy_m), "source": given.source,
        },
    )  # fmt: skip


def _check_given(given: Given, plan: Plan) -> None:
    known: tuple[tuple[str, str, Collection[str]], ...] = (
        ("--kind", given.kind, [str(kind) for kind in Kind]),
        ("--theme", given.theme, [theme.id for theme in plan.themes]),
        ("--clause", given.clause, [clause.id for clause in plan.clauses]),
    )
    for option, value, values in known:
        if value not in values:
            some = "、".join(values)
            raise DataError(
                f"{option} 的值“{value}”不存在；可用：{some}",
                f"{option} {value!r} does not exist; known: {some}",
            )
    if not (given.accuracy_m > 0 and np.isfinite(given.accuracy_m)):
        raise DataError(
            f"--accuracy 应大于 0，却是 {given.accuracy_m:g}；请给出位置精度（米）",
            f"--accuracy must be above 0, is {given.accuracy_m:g}; give it in metres",
        )
    if not given.source.strip():
        raise DataError(
            "--source 为空；请写明数据来源", "--source is empty; say where data is from"
        )


def _names(path: Path, layer: VectorLayer, column: str | None) -> list[str]:
    """Return the name of each row, from the column given or the one that is called so."""
    lower = {name.strip().lower(): name for name in layer.columns}
    found = column if column is not None else next(
        (lower[name] for name in NAME_COLUMNS if name in lower), None
    )  # fmt: skip
    if found not in layer.columns:
        shown = "、".join(layer.columns) or "（无）"
        raise DataError(
            f"{path.name}：找不到名称列；请用 --name-column 指明，现有列：{shown}",
            f"{path.name}: no column of names; give --name-column, there are: {shown}",
        )
    return [text.strip() for text in layer.columns[str(found)]]


def _crs(layer: VectorLayer, given: Given, plan: Plan) -> tuple[pyproj.CRS, Box]:
    """Return the CRS of a layer that lies around the plan."""
    drawn = [shape for shape in layer.shapes if shape is not None and not shape.is_empty]
    if not drawn:
        raise DataError(
            f"图层“{layer.name}”没有一个有几何的要素（{len(layer.shapes)} 行）；请检查文件",
            f"layer {layer.name!r} has no feature with geometry ({len(layer.shapes)} rows)",
        )
    xy = np.array([shapely.get_coordinates(shape)[0] for shape in drawn])
    around = place_box(plan)
    crs = known_crs(layer.crs, given.crs, xy, plan.crs, around)
    if given.kind != Kind.OUTWARD_TARGET:
        check_fit(xy, crs, plan.crs, around)
    return crs, around


def _in_degrees(
    layer: VectorLayer, crs: pyproj.CRS
) -> tuple[list[BaseGeometry | None], list[Told]]:
    """Return flat geometries in degrees, and how many lost their heights."""
    flat: list[BaseGeometry | None] = []
    for shape in layer.shapes:
        if shape is None or shape.is_empty:
            flat.append(None)
        else:
            one = shapely.transform(gathered([shape]), lambda xy: to_degrees(xy, crs))
            flat.append(shapely.set_precision(one, 1e-7, mode="pointwise"))
    heights = sum(shape is not None and shape.has_z for shape in layer.shapes)
    if not heights:
        return flat, []
    what = Text(f"{heights} 个要素的高程未取", f"{heights} features lose their heights")
    return flat, [Told(where=layer.name, what=what)]


def _doubts(path: Path, layer: VectorLayer, crs: pyproj.CRS, given: Given) -> Iterator[Told]:
    for note in (*layer.notes, *crs_notes(crs, layer.crs, given.crs)):
        yield Told(where=layer.name, what=note)
    said = " ".join([path.name, layer.name, *layer.columns, given.source])
    if found := OTHER_DATUM.search(said):
        yield Told(where=layer.name, what=Text(
            f"名称中有“{found[0]}”：坐标可能是 GCJ-02 或 BD-09，未换算，可能偏 500 米左右，请核对",
            f"{found[0]!r} is named: coordinates may be GCJ-02 or BD-09 and some 500 m off; they "
            "were not converted, check them",
        ))  # fmt: skip


def _where(layer: VectorLayer, number: int, name: str) -> str:
    return f"{layer.name} 第 {number} 条" + (f"“{name}”" if name else "")


def _refused(name: str, shape: BaseGeometry | None, around: Box | None) -> Text | None:
    """Return why a row cannot become a feature."""
    if shape is None or shape.is_empty:
        return _EMPTY
    if not name:
        return Text("没有名称，未取", "no name: not taken")
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return Text("坐标不能换算为经纬度，未取", "its coordinates are not on the earth: not taken")
    if not shape.is_valid:
        why = shapely.is_valid_reason(shape)
        return Text(
            f"几何无效（{why}），未取；请在 QGIS 中修复", f"invalid geometry ({why}): not taken"
        )
    outside = 0.0 if around is None else distance_outside_m(shape, around)
    if outside > 0:
        km = outside / 1000
        return Text(f"在规划区周边之外 {km:.0f} 公里，未取", f"{km:.0f} km off the plan: not taken")
    return None
