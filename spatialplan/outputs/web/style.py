"""Leaflet path options from the shared style: how each thing is drawn on the web map."""

from __future__ import annotations

from typing import Any, Literal

from spatialplan.outputs.style import Symbol

__all__ = [
    "FORMS",
    "Form",
    "Options",
    "band",
    "basemap",
    "evidence",
    "extent",
    "feature",
    "issue",
    "outline",
    "path",
    "sketch",
    "symbol",
    "village",
]

Form = Literal["point", "line", "area"]
# Any: Leaflet's options hold numbers, words and null.
Options = dict[str, Any]

FORMS: tuple[Form, ...] = ("point", "line", "area")
PIXELS_PER_MM = 3.78
PAPER = "#ffffff"
NEUTRAL = "#4a4f54"
VILLAGE_RADIUS = 4.0
MARK_RADIUS = 5.0


def _line(color: str, width: float, dash: str, opacity: float = 0.95) -> Options:
    return {"color": color, "weight": width, "dashArray": dash or None, "opacity": opacity}


def _point(shape: str, radius: float, fill: str, weight: float = 1.0) -> Options:
    return {
        "shape": shape,
        "radius": round(radius, 1),
        "color": PAPER,
        "weight": weight,
        "fillColor": fill,
        "fillOpacity": 1,
    }


def feature(symbol: Symbol, status: Symbol, form: Form, *, is_large: bool = False) -> Options:
    """Return how a plan feature is drawn: hollow or dashed where its place is not exact.

    A large area is drawn by its edge alone: whole districts lie under many others, and their fills
    would add up to mud.
    """
    if form == "line":
        return _line(symbol.color, symbol.width_px, status.dash or symbol.dash)
    if form == "area":
        edge = _line(symbol.color, 1.1 if is_large else 1.5, status.dash, 0.6 if is_large else 0.9)
        fill = 0.05 if status.hollow else 0.1
        return {**edge, "fill": not is_large, "fillColor": symbol.color, "fillOpacity": fill}
    drawn = _point(symbol.shape, symbol.size_mm * PIXELS_PER_MM / 2, symbol.color)
    if status.hollow:
        drawn |= {"color": symbol.color, "weight": 1.8, "dashArray": "3 1.5", "fillColor": PAPER}
    return drawn


def village(state: Symbol) -> Options:
    """Return how a village of one state is drawn; the state's sign is the symbol's shape."""
    return _point(state.sign, VILLAGE_RADIUS, state.color, 0.8)


def evidence(state: Symbol, mark: Symbol, form: Form) -> Options:
    """Return how evidence is drawn: colour by the verdict's state, dash and width by its role."""
    if form == "point":
        drawn = _point("circle", MARK_RADIUS, PAPER, mark.width_px)
        return drawn | {"color": state.color}
    edge = _line(state.color, mark.width_px, mark.dash)
    return edge if form == "line" else {**edge, "fillColor": state.color, "fillOpacity": 0.12}


def issue(symbol: Symbol, form: Form) -> Options:
    """Return how a doubt about the roads is drawn: points by shape, lines by dash."""
    if form == "point":
        return _point(symbol.shape, symbol.size_mm * PIXELS_PER_MM / 2, symbol.color)
    edge = _line(symbol.color, symbol.width_px, symbol.dash)
    return edge if form == "line" else {**edge, "fillColor": symbol.color, "fillOpacity": 0.12}


def sketch(drawn: Symbol, form: Form) -> Options:
    """Return how a sketch of a layout concept is drawn: shape, dash and colour by its role.

    Round ends would fill the gaps of a wide dashed line.
    """
    if form == "point":
        return symbol(drawn)
    edge = _line(drawn.color, drawn.width_px, drawn.dash)
    if drawn.dash:
        edge["lineCap"] = "butt"
    return edge if form == "line" else {**edge, "fillColor": drawn.fill, "fillOpacity": 0.16}


def symbol(drawn: Symbol, *, hollow: bool = False) -> Options:
    """Return how a point of any other vocabulary is drawn; hollow ones by their edge alone."""
    radius = drawn.size_mm * PIXELS_PER_MM / 2
    if hollow or drawn.hollow:
        edge = {"color": drawn.color, "weight": 1.6}
        return _point(drawn.shape, radius, PAPER) | edge
    return _point(drawn.shape, radius, drawn.color)


def band(drawn: Symbol) -> Options:
    """Return how a band of service areas is drawn: a wash that roads and water show through."""
    edge = _line(drawn.color, drawn.width_px, drawn.dash, 0.8)
    return {**edge, "fillColor": drawn.fill, "fillOpacity": 0.72}


def outline(drawn: Symbol) -> Options:
    """Return how an area is drawn by its edge alone."""
    return {**_line(drawn.color, drawn.width_px, drawn.dash, 0.85), "fill": False}


def path(drawn: Symbol) -> Options:
    """Return how a line of any other vocabulary is drawn."""
    return _line(drawn.color, drawn.width_px, drawn.dash)


def basemap(symbol: Symbol, form: Form) -> Options:
    """Return how a class of the basemap is drawn."""
    if form == "point":
        return _point(symbol.shape, symbol.size_mm * PIXELS_PER_MM / 2, symbol.color, 0.8)
    edge = _line(symbol.color, symbol.width_px, symbol.dash, 1)
    fill = symbol.fill or symbol.color
    return edge if form == "line" else {**edge, "fillColor": fill, "fillOpacity": 1}


def extent() -> Options:
    """Return how the extent of the road data is drawn."""
    return {**_line(NEUTRAL, 1.2, "2 4", 0.9), "fill": False}
