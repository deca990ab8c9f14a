"""DXF for CAD: a layer for each table, names as text in a Chinese font, metres of a zone."""

from __future__ import annotations

import importlib
import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan.exchange.colours import colours_of
from spatialplan.exchange.columns import columns_of
from spatialplan.exchange.kml import label_column
from spatialplan.exchange.ledger import Done, Ledger, Order
from spatialplan.exchange.names import plain_text, unique
from spatialplan.exchange.needed import need
from spatialplan.exchange.package import Package, Table
from spatialplan.exchange.reference import code_of, geometry_of, in_crs, zone_of
from spatialplan.exchange.shapes import layers_of

__all__ = ["write"]

_FONT, _STYLE, _TEXT_LAYER = "simsun.ttc", "SpatialPlan", "_注记"
_FORBIDDEN = str.maketrans(dict.fromkeys("<>/\\\":;?*|=,`'", "_"))
_LONGEST_NAME, _LONGEST_TEXT, _LAST_SIGN = 80, 250, 0xFFFF
_TEXTS_ACROSS = 400  # a text is this part of the drawing's width high
_METRES = 6  # as the format counts units
# Old enough for all CAD programs of offices and for QGIS 3.22, new enough for true colours.
_VERSION, _ENCODING = "R2004", "gbk"


def write(package: Package, order: Order) -> Done:
    """Write one .dxf with every layer."""
    need("ezdxf", "DXF")
    ledger = Ledger()
    crs = order.crs or zone_of(package.tables)
    layers = [in_crs(table, crs) for table in layers_of(package, ledger)]
    drawing = _empty_drawing()
    height = _text_height(layers)
    names = unique([_clean(table.title, _LONGEST_NAME) for table in layers], _LONGEST_NAME)
    for table, name in zip(layers, names, strict=True):
        drawing.layers.add(name)
        ledger.name(table, name, _tell_columns(table, ledger))
        _draw(drawing, table, name, height)
        _tell_shapes(table, ledger)
    path = order.folder / f"{order.stem}.dxf"
    path.write_bytes(_as_bytes(drawing))
    return ledger.done([path], code_of(crs))


@contextmanager
def _library() -> Iterator[Any]:
    """Yield ezdxf so set that the same data make the same bytes: no day, no random identity."""
    ezdxf: Any = importlib.import_module("ezdxf")
    previous = ezdxf.options.write_fixed_meta_data_for_testing
    ezdxf.options.write_fixed_meta_data_for_testing = True
    try:
        yield ezdxf
    finally:
        ezdxf.options.write_fixed_meta_data_for_testing = previous


def _empty_drawing() -> Any:
    with _library() as ezdxf:
        drawing = ezdxf.new(_VERSION, units=_METRES)
    drawing.encoding = _ENCODING
    drawing.styles.add(_STYLE, font=_FONT)
    return drawing


def _as_bytes(drawing: Any) -> bytes:
    buffer = io.StringIO(newline="")
    with _library():
        drawing.write(buffer)
    return buffer.getvalue().encode(_ENCODING, errors="dxfreplace")


def _clean(text: str, longest: int) -> str:
    """Return one line that CAD takes; ``%%`` and ``^`` would change how text is drawn."""
    return _basic(plain_text(text)).translate(_FORBIDDEN).strip()[:longest] or "0_"


def _text_height(layers: Sequence[Table]) -> float:
    everything = [shape for table in layers for shape in geometry_of(table)]
    bounds = shapely.total_bounds(np.array([*everything, None], dtype=object))
    across = max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    return float(max(across / _TEXTS_ACROSS, 1.0)) if math.isfinite(across) else 1.0


def _tell_columns(table: Table, ledger: Ledger) -> list[tuple[str, str]]:
    """Tell the columns that a drawing cannot hold; the name is drawn as text."""
    columns = columns_of(table)
    label = label_column(columns)
    others = [column.name for column in columns if column is not label]
    zh, en = "属性列不写入图形", "columns that are not drawn"
    zh, en = f"{zh}（{'、'.join(others)}）", f"{en} ({', '.join(others)})"
    ledger.add(table, zh, en, len(others) if len(table.frame) else 0, unit="列")
    if label is None:
        return []
    texts = [str(value) for value in label.cells if value is not None]
    zh, en = (
        "名称的控制字符、表情符号和过长部分去掉",
        "names are cut and cleared of control signs and emoji",
    )
    changed = sum(_text(text) != text for text in texts)
    ledger.add(table, zh, en, changed, column=label.name)
    return [(label.name, "TEXT")]


def _tell_shapes(table: Table, ledger: Ledger) -> None:
    shapes = geometry_of(table)
    nothing = sum(shape is None or shape.is_empty for shape in shapes)
    ledger.add(table, "没有位置，不写入", "rows without a place: not drawn", nothing, unit="行")
    holes = sum(len(p.interiors) for shape in shapes for p in _areas(shape))
    zh, en = "面内孔洞成为独立的闭合多段线", "holes are closed polylines of their own"
    ledger.add(table, zh, en, holes)


def _areas(shape: BaseGeometry | None) -> list[Any]:
    if shape is None:
        return []
    return [part for part in _members(shape) if part.geom_type == "Polygon"]


def _members(shape: BaseGeometry) -> list[Any]:
    if not hasattr(shape, "geoms"):
        return [] if shape.is_empty else [shape]
    return [member for part in shape.geoms for member in _members(part)]


def _text(text: str) -> str:
    clean = plain_text(text.replace("\n", " ")).replace("%%", "%").replace("^", " ")
    return _basic(clean)[:_LONGEST_TEXT]


def _basic(text: str) -> str:
    """Return the signs that a drawing can hold: as Chinese text, or by a number of four digits."""
    return "".join(sign for sign in text if ord(sign) <= _LAST_SIGN)


def _draw(drawing: Any, table: Table, name: str, height: float) -> None:
    space = drawing.modelspace()
    label = label_column(columns_of(table))
    rows = zip(geometry_of(table), colours_of(table), strict=True)
    for row, (shape, colour) in enumerate(rows):
        if shape is None or shape.is_empty:
            continue
        told = {"layer": name, "true_color": int(colour[1:], 16)}
        for member in _members(shape):
            _draw_one(space, member, told)
        said = label.cells[row] if label is not None else None
        if said is not None and _text(str(said)):
            place = shapely.point_on_surface(shape)
            text = space.add_text(
                _text(str(said)),
                height=height,
                dxfattribs=told | {"layer": name + _TEXT_LAYER, "style": _STYLE},
            )
            text.set_placement((place.x + height / 2, place.y + height / 2))
            if name + _TEXT_LAYER not in drawing.layers:
                drawing.layers.add(name + _TEXT_LAYER)


def _draw_one(space: Any, shape: Any, told: dict[str, Any]) -> None:
    if shape.geom_type == "Point":
        space.add_point(_place(shape.coords[0]), dxfattribs=told)
        return
    closed = shape.geom_type == "Polygon"
    for line in [shape.exterior, *shape.interiors] if closed else [shape]:
        places = [_place(place) for place in line.coords][: -1 if closed else None]
        if shape.has_z:
            space.add_polyline3d(places, close=closed, dxfattribs=told)
        else:
            flat = [place[:2] for place in places]
            space.add_lwpolyline(flat, close=closed, dxfattribs=told)


def _place(place: Sequence[float]) -> tuple[float, float, float]:
    height = place[2] if len(place) > 2 and not math.isnan(place[2]) else 0.0
    return (place[0], place[1], height)
