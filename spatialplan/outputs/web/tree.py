"""The layers of the page: the recipe's and the extent of the roads, and their rows in the panel."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.model.plan import Kind
from spatialplan.outputs.layers import Layer, build_layers
from spatialplan.outputs.style import read_recipe, read_style
from spatialplan.outputs.themes import Theme
from spatialplan.outputs.web import data as web_data
from spatialplan.outputs.web import issues as web_issues
from spatialplan.outputs.web import shapes as web_shapes
from spatialplan.outputs.web.pieces import BASEMAP, Piece, class_symbol
from spatialplan.text import Lang, Text

__all__ = [
    "bounds",
    "page_layers",
    "places",
    "row",
    "rows",
    "theme_rows",
    "view",
    "with_extent",
    "with_numbered_marks",
]

Json = dict[str, Any]


def page_layers(result: CheckResult, basemap: Basemap, lang: Lang) -> list[Layer]:
    """Return the layers of the page from the bottom to the top."""
    recipe = read_recipe("overview")
    layers = [
        web_issues.first(layer) if layer.source == "network_issues" else layer
        for layer in build_layers(result, basemap, recipe, lang)
    ]
    return with_extent(layers, result.network_extent)


def with_extent(layers: list[Layer], network_extent: BaseGeometry) -> list[Layer]:
    """Return the layers with the extent of the roads, where there are some, on the basemap."""
    on_base = max((at + 1 for at, x in enumerate(layers) if x.source in BASEMAP), default=0)
    if network_extent.is_empty or not on_base:
        return layers
    extent = Layer(
        id="extent",
        source="extent",
        value="",
        group=layers[0].group,
        label=Text(web_data.page_words("zh")["extent"], web_data.page_words("en")["extent"]),
        frame=gpd.GeoDataFrame(geometry=[network_extent], crs="EPSG:4326"),
        visible=False,
        labels=False,
    )
    return [*layers[:on_base], extent, *layers[on_base:]]


def with_numbered_marks(
    drawn: dict[str, list[Piece]], layers: Mapping[Lang, list[Layer]]
) -> tuple[dict[str, list[Piece]], dict[Lang, list[str]]]:
    """Give each mark of evidence the number of its words instead of its words.

    What is drawn stands once in a page, but the page speaks two languages.

    Returns
    -------
    drawn, words
        The pieces by layer, and the words of the numbers by language.
    """
    numbers: dict[tuple[str, ...], int] = {}
    found = dict(drawn)
    for together in zip(*layers.values(), strict=True):
        if together[0].source == "verdicts":
            said = zip(*(layer.frame["label"] for layer in together), strict=True)
            marks = [numbers.setdefault(words, len(numbers)) for words in said]
            key = together[0].id
            found[key] = [_numbered(piece, marks) for piece in drawn[key]]
    words = {code: [pair[at] for pair in numbers] for at, code in enumerate(layers)}
    return found, words


def _numbered(piece: Piece, marks: list[int]) -> Piece:
    features = [
        {**one, "properties": {**one["properties"], "label": marks[int(one["id"][1:])]}}
        for one in piece.data["features"]
    ]
    return replace(piece, data={**piece.data, "features": features})


def rows(
    layers: list[Layer], drawn: dict[str, list[Piece]], result: CheckResult, lang: Lang
) -> list[Json]:
    """Return what the panel shows of each layer, themes in the plan's order.

    Each row has group, label, count, legend entries and the features it lists.
    """
    themes = {theme.id: number for number, theme in enumerate(result.plan.themes)}
    sources = {source: number for number, source in enumerate(layer.source for layer in layers)}
    order = sorted(layers, key=lambda x: (sources[x.source], themes.get(x.value, 0)))
    return [
        row(layer, drawn[layer.id], lang)
        | {
            "label": _label(layer, lang),
            "count": _count(layer, result),
            "members": layer.frame["id"].tolist() if layer.source == "features" else [],
        }
        for layer in order
    ]


def row(layer: Layer, drawn: list[Piece], lang: Lang) -> Json:
    """Return what the panel shows of a layer, without count and members.

    `base` layers share one canvas, which must keep their order.
    """
    return {
        "id": layer.id,
        "group": layer.group.say(lang),
        "label": layer.label.say(lang),
        "count": "",
        "on": layer.visible,
        "base": any(piece.pane == "base" for piece in drawn),
        "legend": list(dict.fromkeys(entry for piece in drawn for entry in piece.legend)),
        "members": [],
    }


def _label(layer: Layer, lang: Lang) -> str:
    if layer.source != "villages":
        return layer.label.say(lang)
    return read_style().village_states[layer.value].label.say(lang)


def _count(layer: Layer, result: CheckResult) -> str:
    """Return how many things a layer draws, and of how many where some have no place."""
    if layer.source == "features":
        there = sum(feature.theme == layer.value for feature in result.features)
    elif layer.source == "villages":
        there = sum(village.state == layer.value for village in result.villages)
    elif layer.source == "network_issues":
        there = len(result.network_issues)
    elif layer.source == "verdicts":
        return str(layer.frame["claim"].nunique())
    elif layer.source in {"places", "districts", "sketches"}:
        return str(len(layer.frame))
    else:
        return ""
    drawn = len(layer.frame)
    return str(drawn) if drawn == there else f"{drawn}/{there}"


def places(layers: list[Layer], lang: Lang) -> list[Json]:
    """Return what is known of each place of the basemap, in the order of its layer."""
    frame = next((layer.frame for layer in layers if layer.source == "places"), None)
    if frame is None:
        return []
    style = read_style()
    columns = (frame[name] for name in ("name", "kind", "accuracy_m", "source"))
    return [
        {
            "name": name,
            "kind": class_symbol(style, "places", kind)[1].label.say(lang),
            "accuracy": web_data.accuracy(accuracy_m, lang),
            "source": source,
            "at": web_shapes.anchor(shape),
            "radius": accuracy_m if math.isfinite(accuracy_m) else None,
        }
        for name, kind, accuracy_m, source, shape in zip(*columns, frame.geometry, strict=True)
    ]


def theme_rows(themes: Iterable[Theme], whole: list[list[float]]) -> list[dict[str, Any]]:
    """Return the themes as the page reads them; `whole` is the view of the whole plan."""
    return [
        asdict(theme) | {"box": whole if theme.box is None else web_shapes.corners(theme.box)}
        for theme in themes
    ]


def bounds(result: CheckResult, basemap: Basemap) -> list[list[float]]:
    """Return what the page shows first: the districts, or the features but far targets."""
    near = [
        feature.geometry
        for feature in result.features
        if feature.geometry is not None and feature.kind != Kind.OUTWARD_TARGET
    ]
    return view(basemap, [near, [result.network_extent]])


def view(basemap: Basemap, others: Iterable[Iterable[BaseGeometry]]) -> list[list[float]]:
    """Return the box of the districts, else of the first of the others with a shape, else China."""
    for shapes in (basemap.districts.geometry.dropna(), *others):
        found = web_shapes.box_of(shapes)
        if found:
            return found
    return [[17.0, 73.0], [54.0, 135.0]]
