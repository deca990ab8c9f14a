"""Split each layer into pieces of one form, each with its GeoJSON, its styles and its pane."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import Point
from shapely.geometry.base import BaseGeometry

from spatialplan.outputs.layers import Layer
from spatialplan.outputs.profile_frames import SPOTTED
from spatialplan.outputs.style import Style, Symbol
from spatialplan.outputs.web import shapes as web_shapes
from spatialplan.outputs.web import style as web_style
from spatialplan.outputs.web.style import Form, Options

__all__ = ["BASEMAP", "Piece", "class_symbol", "pieces"]

BASEMAP = frozenset({"districts", "water", "roads", "rails", "extent"})
# Vertices a source may bring to a page; beyond it lines are thinned further.
LINE_BUDGET = 30_000
EVIDENCE_BUDGET = 24_000
SKETCH_BUDGET = 5_000  # for each concept and form; service areas have most
SKETCH_PANES: Mapping[Form, str] = {
    "area": "sketch_areas",
    "line": "sketches",
    "point": "sketch_points",
}
# An area narrower than 0.03 degrees (3 km) is lost at the overview: it gets its symbol too. One
# wider than 0.15 degrees (15 km) is a district or more.
SMALL_AREA, LARGE_AREA = 0.03, 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Things of one layer that share form and pane.

    `styles` gives Leaflet options by feature id; `legend` the legend entries they need.
    """

    form: Form
    pane: str
    data: dict[str, Any]
    styles: dict[str, Options]
    legend: tuple[str, ...]
    interactive: bool = True


def pieces(layer: Layer, style: Style) -> list[Piece]:
    """Return the pieces of a layer from the bottom to the top."""
    if layer.source == "extent":
        return [_extent(layer)]
    makers = {
        "features": _features,
        "verdicts": _evidence,
        "villages": _villages,
        "places": _places,
        "network_issues": _issues,
        "sketches": _sketches,
    }
    return list(makers.get(layer.source, _basemap)(layer, style))


def class_symbol(style: Style, source: str, name: str) -> tuple[str, Symbol]:
    """Return the key and symbol of a basemap class; an unlisted class takes the last one."""
    symbols = style.basemap[source]
    key = name if name in symbols else "default" if "default" in symbols else list(symbols)[-1]
    return key, symbols[key]


def _features(layer: Layer, style: Style) -> Iterator[Piece]:
    parts = web_shapes.by_form(layer.frame)
    if "area" in parts:
        yield _feature_piece(parts["area"], style, "area", "areas")
    if "line" in parts:
        yield _feature_piece(parts["line"], style, "line", "lines")
    points = parts.get("point", layer.frame.iloc[:0])
    small = _small(parts["area"]) if "area" in parts else layer.frame.iloc[:0]
    for frame in (small, points):
        if len(frame):
            yield _feature_piece(frame, style, "point", "points")


def _small(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    found = areas[_widest(areas) < SMALL_AREA]
    return found.set_geometry(found.geometry.representative_point())


def _widest(frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the longer side of each bounding box in degrees."""
    bounds = shapely.bounds(frame.geometry.to_numpy())
    sides: NDArray[np.float64] = np.maximum(
        bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]
    )
    return sides


def _feature_piece(frame: gpd.GeoDataFrame, style: Style, form: Form, pane: str) -> Piece:
    ids, kinds, statuses = frame["id"].tolist(), frame["kind"].tolist(), frame["status"].tolist()
    shapes = web_shapes.thin(frame.geometry.tolist(), web_shapes.FINE_TOLERANCE, LINE_BUDGET)
    large = (_widest(frame) > LARGE_AREA).tolist()
    return Piece(
        form=form,
        pane=pane,
        data=web_shapes.collection(ids, [{"f": key} for key in ids], shapes),
        styles={
            key: web_style.feature(
                style.kinds[kind], style.statuses[status], form, is_large=is_large
            )
            for key, kind, status, is_large in zip(ids, kinds, statuses, large, strict=True)
        },
        legend=(
            *sorted({f"kind:{kind}:{form}" for kind in kinds}),
            *sorted({f"status:{status}" for status in statuses}),
        ),
    )


def _evidence(layer: Layer, style: Style) -> Iterator[Piece]:
    numbered = layer.frame.assign(mark=np.arange(len(layer.frame)))
    for form, frame in web_shapes.by_form(numbered).items():
        ids = [f"m{number}" for number in frame["mark"]]
        states, roles = frame["state"].tolist(), frame["role"].tolist()
        shapes = web_shapes.thin(
            frame.geometry.tolist(), web_shapes.FINE_TOLERANCE, EVIDENCE_BUDGET
        )
        said = zip(frame["claim"], frame["label"], strict=True)
        yield Piece(
            form=form,
            pane="evidence",
            data=web_shapes.collection(
                ids, [{"c": claim, "label": label} for claim, label in said], shapes
            ),
            styles={
                key: web_style.evidence(style.states[state], style.marks[role], form)
                for key, state, role in zip(ids, states, roles, strict=True)
            },
            legend=(
                *sorted({f"state:{state}" for state in states}),
                *sorted({f"mark:{role}" for role in roles}),
            ),
        )


def _villages(layer: Layer, style: Style) -> Iterator[Piece]:
    codes = layer.frame["code"].tolist()
    options = web_style.village(style.village_states[layer.value])
    yield Piece(
        form="point",
        pane="villages",
        data=web_shapes.collection(
            codes,
            [{"v": code} for code in codes],
            web_shapes.rounded(layer.frame.geometry.tolist()),
        ),
        styles=dict.fromkeys(codes, options),
        legend=(f"village:{layer.value}",),
    )


def _places(layer: Layer, style: Style) -> Iterator[Piece]:
    ids = [str(number) for number in range(len(layer.frame))]
    found = [class_symbol(style, "places", kind) for kind in layer.frame["kind"]]
    yield Piece(
        form="point",
        pane="places",
        data=web_shapes.collection(
            ids, [{"p": key} for key in ids], web_shapes.rounded(layer.frame.geometry.tolist())
        ),
        styles={
            key: web_style.basemap(symbol, "point")
            for key, (_, symbol) in zip(ids, found, strict=True)
        },
        legend=tuple(sorted({f"places:{kind}:point" for kind, _ in found})),
    )


def _issues(layer: Layer, style: Style) -> Iterator[Piece]:
    """Yield the shapes, and over them a symbol for each: most gaps are too short to be seen."""
    numbered = layer.frame.assign(position=np.arange(len(layer.frame)))
    for form, frame in web_shapes.by_form(numbered).items():
        if form != "point":
            yield _issue_piece(frame, style, form)
    spots = [Point(web_shapes.anchor(shape)[::-1]) for shape in numbered.geometry]
    yield _issue_piece(numbered.set_geometry(spots, crs=numbered.crs), style, "point")


def _issue_piece(frame: gpd.GeoDataFrame, style: Style, form: Form) -> Piece:
    ids, kinds = frame["position"].astype(str).tolist(), frame["kind"].tolist()
    shapes = web_shapes.thin(frame.geometry.tolist(), web_shapes.FINE_TOLERANCE, LINE_BUDGET)
    return Piece(
        form=form,
        pane="issues",
        data=web_shapes.collection(ids, [{"i": key} for key in ids], shapes),
        styles={
            key: web_style.issue(style.issues[kind], form)
            for key, kind in zip(ids, kinds, strict=True)
        },
        legend=tuple(sorted({f"issue:{kind}:{form}" for kind in kinds})),
    )


def _sketches(layer: Layer, style: Style) -> Iterator[Piece]:
    """Yield the sketches of a layout concept, and a symbol over each line that may be short."""
    parts = web_shapes.by_form(layer.frame)
    for form, frame in parts.items():
        yield _sketch_piece(frame, style, form)
    lines = parts.get("line", layer.frame.iloc[:0])
    short = lines[lines["role"].isin(SPOTTED)]
    if len(short):
        spots = [Point(web_shapes.anchor(shape)[::-1]) for shape in short.geometry]
        yield _sketch_piece(short.set_geometry(spots, crs=short.crs), style, "point")


def _sketch_piece(frame: gpd.GeoDataFrame, style: Style, form: Form) -> Piece:
    ids, roles = frame["mark"].tolist(), frame["role"].tolist()
    shapes = web_shapes.thin(frame.geometry.tolist(), web_shapes.FINE_TOLERANCE, SKETCH_BUDGET)
    return Piece(
        form=form,
        pane=SKETCH_PANES[form],
        data=web_shapes.collection(ids, [{"s": key} for key in ids], shapes),
        styles={
            key: web_style.sketch(style.sketches[role], form)
            for key, role in zip(ids, roles, strict=True)
        },
        legend=tuple(sorted({f"sketch:{role}:{form}" for role in roles})),
    )


def _extent(layer: Layer) -> Piece:
    shapes = web_shapes.thin(layer.frame.geometry.tolist(), web_shapes.BASE_TOLERANCE, LINE_BUDGET)
    return Piece(
        form="area",
        pane="base",
        data=web_shapes.collection(["extent"], [{}], shapes),
        styles={"extent": web_style.extent()},
        legend=("extent",),
        interactive=False,
    )


def _basemap(layer: Layer, style: Style) -> Iterator[Piece]:
    for form, frame in web_shapes.by_form(layer.frame).items():
        plain = pd.Series("default", index=frame.index)
        keys = frame.get("class", plain).map(
            lambda name: class_symbol(style, layer.source, name)[0]
        )
        # the first class of the style is the most important: it is drawn last, on top
        present = [
            key for key in reversed(list(style.basemap[layer.source])) if (keys == key).any()
        ]
        joined = [_joined(frame.geometry[keys == key].tolist(), form) for key in present]
        shapes = web_shapes.thin(joined, web_shapes.BASE_TOLERANCE, LINE_BUDGET)
        yield Piece(
            form=form,
            pane="base",
            data=web_shapes.collection(present, [{}] * len(present), shapes),
            styles={
                key: web_style.basemap(style.basemap[layer.source][key], form) for key in present
            },
            legend=tuple(f"{layer.source}:{key}:{form}" for key in reversed(present)),
            interactive=False,
        )


def _joined(shapes: list[BaseGeometry], form: Form) -> BaseGeometry:
    """Return one geometry, which a canvas draws in one stroke."""
    return web_shapes.merge_lines(shapes) if form == "line" else shapely.geometrycollections(shapes)
