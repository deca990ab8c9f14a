"""Choose the QGIS symbols of a coverage run; they mean what they mean on its web map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from xml.etree import ElementTree as ET

import geopandas as gpd

from spatialplan.outputs.qgis import qml, qml_symbols
from spatialplan.outputs.qgis.tables import Shape
from spatialplan.outputs.style import Symbol, class_span, class_symbols, read_style
from spatialplan.text import Lang

__all__ = ["RENDERERS"]

_BAND_ALPHA = 0.85
_STEP_ALPHA = 0.15

Renderer = Callable[[gpd.GeoDataFrame, Shape, str, Lang], ET.Element]


def _if_used(yes: str, no: str) -> str:
    """Return an expression that leaves the symbol alone where there is no facility.

    The legend of an atlas hands it a township; a plain column would be read by its position there.
    """
    used = "map_get(attributes(), 'used')"
    return f"CASE WHEN {used} THEN {yes} WHEN NOT {used} THEN {no} END"


def _facilities(frame: gpd.GeoDataFrame, _: Shape, value: str, lang: Lang) -> ET.Element:
    """Return the symbols by tier, or those of one tier; what took no part is hollow."""
    tiers = read_style().tiers

    def draw(tier: Symbol) -> ET.Element:
        overrides = {
            "fillColor": _if_used(f"'{tier.color}'", "'#ffffff'"),
            "outlineColor": _if_used("'#ffffff'", f"'{tier.color}'"),
            "outlineWidth": _if_used(f"{qml_symbols.RIM_MM}", f"{qml_symbols.HOLLOW_RIM_MM}"),
        }
        return qml_symbols.point(tier, overrides)

    if not value:
        return qml_symbols.categories(tiers, frame, "tier", draw, lang)
    if frame["used"].all():
        return qml.single(draw(tiers[value]))
    label = tiers[value].label.say(lang)
    unused = f"{label}（未参与计算）" if lang == "zh" else f"{label} (took no part)"
    used = [("true", label, False)] if frame["used"].any() else []
    return qml.categorized(
        "used",
        [
            qml.Category(value=word, label=said, symbol=draw(replace(tiers[value], hollow=hollow)))
            for word, said, hollow in [*used, ("false", unused, True)]
        ],
    )


def _band_labels(frame: gpd.GeoDataFrame, band: str, lang: Lang) -> str:
    """Return what the rows of a band are called, minutes and kilometres where both are there."""
    said = list(dict.fromkeys(frame.loc[frame["band"] == band, "label"]))
    return " / ".join(said) or read_style().bands[band].label.say(lang)


def _areas(frame: gpd.GeoDataFrame, _shape: Shape, _value: str, lang: Lang) -> ET.Element:
    bands = read_style().bands
    return qml.categorized(
        "band",
        [
            qml.Category(
                value=word,
                label=_band_labels(frame, word, lang),
                symbol=qml.area(
                    qml.rgba(bands[word].fill, _BAND_ALPHA),
                    qml.rgba(bands[word].color),
                    qml_symbols.mm(bands[word]),
                    dash=qml.dash_of(bands[word].dash),
                ),
            )
            for word in qml_symbols.present(bands, frame, "band")
        ],
    )


def _catchments(_frame: gpd.GeoDataFrame, _shape: Shape, _value: str, _lang: Lang) -> ET.Element:
    edge = read_style().paths["catchment"]
    color, dash = qml.rgba(edge.color), qml.dash_of(edge.dash)
    return qml.single(qml.area("", color, qml_symbols.mm(edge), dash=dash))


def _lines_by_state(kind: str) -> Renderer:
    """Return the renderer of paths or legs: width and dash of their kind, colour of the state."""

    def render(frame: gpd.GeoDataFrame, _: Shape, _value: str, lang: Lang) -> ET.Element:
        style = read_style()
        width, dash = qml_symbols.mm(style.paths[kind]), qml.dash_of(style.paths[kind].dash)

        def draw(state: Symbol) -> ET.Element:
            return qml.line(state.color, width, dash=dash)

        return qml_symbols.categories(style.village_states, frame, "state", draw, lang)

    return render


def _accessibility(frame: gpd.GeoDataFrame, _: Shape, value: str, lang: Lang) -> ET.Element:
    """Return the classes of a measure with the values they hold, or of all measures in words."""
    values = frame.groupby("class")["value"]
    low, high = values.min(), values.max()
    numbers = sorted({int(number) for number in frame["class"]}, reverse=True)
    ramp = class_symbols(read_style(), max(numbers, default=-1) + 1)
    return qml.categorized(
        "class",
        [
            qml.Category(
                value=str(number),
                label=class_span(float(low[number]), float(high[number]))
                if value
                else ramp[number].label.say(lang),
                symbol=qml_symbols.point(ramp[number]),
            )
            for number in numbers
        ],
    )


def _changes(frame: gpd.GeoDataFrame, _: Shape, value: str, lang: Lang) -> ET.Element:
    kinds = read_style().changes
    if value:
        return qml.single(qml_symbols.point(kinds[value]))
    return qml_symbols.categories(kinds, frame, "kind", qml_symbols.point, lang)


def _steps(frame: gpd.GeoDataFrame, shape: Shape, _: str, lang: Lang) -> ET.Element:
    def draw(step: Symbol) -> ET.Element:
        width, dash = qml_symbols.mm(step), qml.dash_of(step.dash)
        if shape == "point":
            return qml_symbols.point(step)
        if shape == "line":
            return qml.line(step.color, width, dash=dash, casing=True)
        return qml.area(qml.rgba(step.color, _STEP_ALPHA), qml.rgba(step.color), width, dash=dash)

    return qml_symbols.categories(read_style().steps, frame, "symbol", draw, lang)


def _villages(frame: gpd.GeoDataFrame, _: Shape, value: str, lang: Lang) -> ET.Element:
    return qml_symbols.villages(frame, value, lang)


RENDERERS: Mapping[str, Renderer] = MappingProxyType(
    {
        "village_services": _villages,
        "facilities": _facilities,
        "areas": _areas,
        "facility_areas": _areas,
        "catchments": _catchments,
        "paths": _lines_by_state("nearest"),
        "legs": _lines_by_state("chain"),
        "accessibility": _accessibility,
        "changes": _changes,
        "steps": _steps,
    }
)
