"""The shared visual system: symbols by kind, colours by state, map recipes, from ``maps/``."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from spatialplan import resources
from spatialplan.text import Text

__all__ = [
    "LayerSpec",
    "Recipe",
    "Style",
    "Symbol",
    "ThemeSpec",
    "class_span",
    "class_symbols",
    "read_recipe",
    "read_style",
    "read_themes",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """How one class of things is drawn; unused attributes keep their defaults.

    `size_mm` is the marker's diameter and `width_px` the line's width on the web; `dash` is an SVG
    dash pattern; `sign` is a character that tells the class without colour.
    """

    label: Text
    color: str = "#333333"
    fill: str = ""
    shape: str = "circle"
    size_mm: float = 3.0
    width_px: float = 1.6
    dash: str = ""
    sign: str = ""
    family: str = ""
    hollow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Symbols by vocabulary.

    `evidence` are the states of what the map says of a feature, `issues` the kinds of road doubts,
    `tiers` the facilities of the delivery network, `bands` service areas from the narrowest,
    `changes` what a scenario does to a village and `steps` what it changes itself, `classes` map
    classes from the lowest, `siting` what a siting run draws, `paths` lines of a coverage run.
    `sketches` draw layout concepts by the role of a mark; `tones` are the bands and `events` the
    points of strip diagrams.
    """

    families: Mapping[str, Symbol]
    kinds: Mapping[str, Symbol]
    statuses: Mapping[str, Symbol]
    states: Mapping[str, Symbol]
    village_states: Mapping[str, Symbol]
    evidence: Mapping[str, Symbol]
    issues: Mapping[str, Symbol]
    confidences: Mapping[str, Symbol]
    marks: Mapping[str, Symbol]
    sketches: Mapping[str, Symbol]
    tones: Mapping[str, Symbol]
    events: Mapping[str, Symbol]
    tiers: Mapping[str, Symbol]
    bands: Mapping[str, Symbol]
    changes: Mapping[str, Symbol]
    steps: Mapping[str, Symbol]
    classes: Mapping[str, Symbol]
    siting: Mapping[str, Symbol]
    paths: Mapping[str, Symbol]
    basemap: Mapping[str, Mapping[str, Symbol]]
    web_font: str
    desktop_font: str
    figure_fonts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSpec:
    """One entry of a recipe: which source, in which group, split by what."""

    id: str
    source: str
    group: Text
    label: Text
    by: str = ""
    visible: bool = True
    labels: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A map: its title and its layers from the bottom to the top."""

    id: str
    title: Text
    layers: tuple[LayerSpec, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeSpec:
    """One way of looking at a map: its title, the layers it shows, its words, its view.

    Attributes
    ----------
    family
        Family of layout concepts that the theme shows; empty for a theme of its own.
    layers
        Ids of layers from the bottom to the top, the ground's first; ``{theme}``, ``{concept}`` and
        the roles of a family stand for those of a layout concept. None for what the recipe shows.
    needs
        Layers without any of which there is no such theme: those of its own, unless it names them.
    text
        Whose words stand under the title.
    view
        ``plan`` or ``concept``.
    """

    id: str
    title: Text
    text: str
    view: str
    family: str = ""
    layers: tuple[str, ...] | None = None
    needs: tuple[str, ...] = ()


def _symbol(raw: Mapping[str, Any], color: str = "#333333") -> Symbol:
    return Symbol(
        label=Text(zh=raw["label"], en=raw["label_en"]),
        color=raw.get("color", color),
        fill=raw.get("fill", ""),
        shape=raw.get("shape", "circle"),
        size_mm=float(raw.get("size", 3.0)),
        width_px=float(raw.get("width", 1.6)),
        dash=raw.get("dash", ""),
        sign=raw.get("sign", ""),
        family=raw.get("family", ""),
        hollow=bool(raw.get("hollow", False)),
    )


def _symbols(raw: Mapping[str, Mapping[str, Any]]) -> dict[str, Symbol]:
    return {key: _symbol(value) for key, value in raw.items()}


@cache
def read_style() -> Style:
    """Read ``maps/style.toml``."""
    with (resources.maps_dir() / "style.toml").open("rb") as file:
        raw = tomllib.load(file)
    families = _symbols(raw["families"])
    return Style(
        families=families,
        kinds={
            key: _symbol(value, families[value["family"]].color)
            for key, value in raw["kinds"].items()
        },
        statuses=_symbols(raw["statuses"]),
        states=_symbols(raw["states"]),
        village_states=_symbols(raw["village_states"]),
        evidence=_symbols(raw["evidence"]),
        issues=_symbols(raw["issues"]),
        confidences=_symbols(raw["confidences"]),
        marks=_symbols(raw["marks"]),
        sketches=_symbols(raw["sketches"]),
        tones=_symbols(raw["tones"]),
        events=_symbols(raw["events"]),
        tiers=_symbols(raw["tiers"]),
        bands=_symbols(raw["bands"]),
        changes=_symbols(raw["changes"]),
        steps=_symbols(raw["steps"]),
        classes=_symbols(raw["classes"]),
        siting=_symbols(raw["siting"]),
        paths=_symbols(raw["paths"]),
        basemap={source: _symbols(classes) for source, classes in raw["basemap"].items()},
        web_font=raw["fonts"]["web"],
        desktop_font=raw["fonts"]["desktop"],
        figure_fonts=tuple(raw["fonts"]["figure"]),
    )


def read_recipe(recipe_id: str) -> Recipe:
    """Read ``maps/<recipe_id>.toml``."""
    with (resources.maps_dir() / f"{recipe_id}.toml").open("rb") as file:
        raw = tomllib.load(file)
    return Recipe(
        id=raw["id"],
        title=Text(zh=raw["title"], en=raw["title_en"]),
        layers=tuple(
            LayerSpec(
                id=item["id"],
                source=item["source"],
                group=Text(zh=item["group"], en=item["group_en"]),
                label=Text(zh=item["label"], en=item["label_en"]),
                by=item.get("by", ""),
                visible=item.get("visible", True),
                labels=item.get("labels", False),
            )
            for item in raw["layers"]
        ),
    )


def read_themes(recipe_id: str) -> tuple[ThemeSpec, ...]:
    """Read the themes of a map from ``maps/themes.toml``, in the order they are offered."""
    with (resources.maps_dir() / "themes.toml").open("rb") as file:
        raw = tomllib.load(file)
    return tuple(
        ThemeSpec(
            id=item["id"],
            title=Text(zh=item["title"], en=item["title_en"]),
            text=item["text"],
            view=item["view"],
            family=item.get("family", ""),
            layers=(*raw["ground"], *item["layers"]) if "layers" in item else None,
            needs=tuple(item.get("needs", item.get("layers", ()))),
        )
        for item in raw["themes"]
        if item["map"] == recipe_id
    )


def class_symbols(style: Style, count: int) -> list[Symbol]:
    """Return the symbols of `count` classes from the lowest, spread over those of the style."""
    ramp = [symbol for key, symbol in style.classes.items() if key != "none"]
    at = np.linspace(0, len(ramp) - 1, max(count, 2)).round().astype(int)[:count]
    return [ramp[number] for number in at]


def class_span(low: float, high: float) -> str:
    """Return the least and the greatest value of a class, three figures each."""
    return f"{low:.3g}" if math.isclose(low, high) else f"{low:.3g} – {high:.3g}"
