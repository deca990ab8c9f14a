"""The names written on the map: what, where, how important, from which zoom on."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan.outputs import wording
from spatialplan.outputs.layers import Layer
from spatialplan.outputs.profile_frames import SPOTTED
from spatialplan.outputs.style import Style
from spatialplan.outputs.web import shapes as web_shapes
from spatialplan.outputs.web.pieces import class_symbol
from spatialplan.outputs.web.style import PIXELS_PER_MM

__all__ = ["names"]

Name = dict[str, Any]

# Larger ranks win the room; features are ranked between by their symbol's size.
DISTRICT_RANK, ROAD_RANK, WATER_RANK, PLACE_RANK, VILLAGE_RANK = 95, 64, 62, 30, 10
# (least symbol size in mm, zoom from which names of that size are shown)
ZOOM_BY_SIZE = ((4.2, 7.5), (3.6, 9.0), (3.0, 10.5), (0.0, 11.5))
MIN_ZOOM, LINE_ZOOM, PLACE_ZOOM, VILLAGE_ZOOM = 6.5, 8.5, 10.0, 13.0
GAP_PX = 3.0
SHIELDS_PER_ROAD = 3
# Sketches that carry their name first, and how long a name may be.
SKETCH_RANK, SKETCH_ZOOM, SKETCH_EMS = 72.0, 8.5, 18.0
TELLING = SPOTTED | {"core", "gateway"}


def names(layers: list[Layer], style: Style) -> list[Name]:
    """Return the candidates of the page's labels; the page chooses those that fit."""
    has_districts = any(layer.source == "districts" for layer in layers)
    found: list[Name] = []
    for layer in layers:
        if layer.source == "districts":
            found += _plain(layer, "district", DISTRICT_RANK, MIN_ZOOM)
        elif layer.source == "water" and "name" in layer.frame:
            found += _longest(layer, "name", "water", WATER_RANK, 1)
        elif layer.source == "roads" and "ref" in layer.frame:
            found += _longest(layer, "ref", "ref", ROAD_RANK, SHIELDS_PER_ROAD)
        elif layer.source == "places" and layer.labels:
            found += _places(layer, style)
        elif layer.source == "villages":
            found += _plain(layer, "minor", VILLAGE_RANK, VILLAGE_ZOOM, gap=7.0)
        elif layer.source == "sketches" and layer.labels:
            found += _sketches(layer, style)
        elif layer.source == "features" and layer.labels:
            frame = layer.frame
            # the basemap names the districts already
            found += _features(layer, frame[~(frame["kind"].eq("district") & has_districts)], style)
    return found


def _name(layer: Layer, text: str, shape: BaseGeometry, **more: object) -> Name:
    return {"text": text, "at": web_shapes.anchor(shape), "owner": layer.id, **more}


def _plain(layer: Layer, look: str, rank: float, zoom: float, gap: float = 0.0) -> list[Name]:
    return [
        _name(layer, text, shape, look=look, rank=rank, min=zoom, gap=gap)
        for text, shape in zip(layer.frame["name"], layer.frame.geometry, strict=True)
    ]


def _places(layer: Layer, style: Style) -> list[Name]:
    columns = zip(layer.frame["name"], layer.frame["kind"], layer.frame.geometry, strict=True)
    return [
        _name(
            layer, text, shape, look="place", rank=PLACE_RANK, min=PLACE_ZOOM,
            gap=class_symbol(style, "places", kind)[1].size_mm * PIXELS_PER_MM / 2 + GAP_PX,
        )
        for text, kind, shape in columns
    ]  # fmt: skip


def _longest(layer: Layer, column: str, look: str, rank: float, most: int) -> list[Name]:
    """Return up to `most` names along the longest pieces of each named line."""
    frame = layer.frame[shapely.get_dimensions(layer.frame.geometry.to_numpy()) == 1]
    named = frame[frame[column].fillna("").astype(str) != ""]
    found: list[Name] = []
    for text, group in named.groupby(column, sort=True):
        merged = shapely.line_merge(
            shapely.multilinestrings(shapely.get_parts(group.geometry.to_numpy()))
        )
        lines = shapely.get_parts(merged)
        order = np.argsort(-shapely.length(lines), kind="stable")[:most]
        found += [
            _name(layer, str(text), lines[at], look=look, rank=rank - turn, min=LINE_ZOOM, gap=0.0)
            for turn, at in enumerate(order)
        ]
    return found


def _features(layer: Layer, frame: gpd.GeoDataFrame, style: Style) -> list[Name]:
    found = []
    for text, kind, shape in zip(frame["name"], frame["kind"], frame.geometry, strict=True):
        symbol = style.kinds[kind]
        is_point = shape.geom_type in {"Point", "MultiPoint"}
        zoom = next(zoom for size, zoom in ZOOM_BY_SIZE if symbol.size_mm >= size)
        found.append(
            _name(
                layer,
                text,
                shape,
                look="feature" if symbol.size_mm >= ZOOM_BY_SIZE[1][0] else "minor",
                rank=40 + symbol.size_mm * 5,
                min=zoom,
                gap=symbol.size_mm * PIXELS_PER_MM / 2 + GAP_PX if is_point else 0.0,
                color=symbol.color,
            )
        )
    return found


def _sketches(layer: Layer, style: Style) -> list[Name]:
    found = []
    columns = zip(layer.frame["role"], layer.frame["label"], layer.frame.geometry, strict=True)
    for role, label, shape in columns:
        symbol, telling = style.sketches[role], role in TELLING
        found.append(
            _name(
                layer,
                wording.fitted(label, SKETCH_EMS),
                shape,
                look="sketch" if telling else "sketch-minor",
                rank=SKETCH_RANK + (symbol.size_mm if telling else -6.0),
                min=SKETCH_ZOOM if telling else SKETCH_ZOOM + 2,
                gap=symbol.size_mm * PIXELS_PER_MM / 2 + GAP_PX,
                color=symbol.color,
            )
        )
    return [name for name in found if name["text"]]
