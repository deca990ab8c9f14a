"""Choose the QGIS symbols of each source: colour and shape mean what they mean on the web map."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as ET

import geopandas as gpd

from spatialplan.outputs.qgis import (
    qml,
    qml_coverage,
    qml_ruled,
    qml_siting,
    qml_sketches,
    qml_symbols,
    qml_townships,
    thematic,
)
from spatialplan.outputs.qgis.tables import Shape
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang, Text

__all__ = ["renderer"]

_MARK_MM = 3.2
_BAND_MM = 1.2
_GROUND = 0.75  # basemap lines are drawn thinner than on screens, so that they stay behind
_AREA_ALPHA = 0.12
_ESTIMATED_ALPHA = "0.6"  # of symbols whose evidence is a straight line times circuity
_ESTIMATED = Text("（估算）", " (estimated)")
_ADDED = Text("其他（新增类型）", "Others (added kinds)")


def _kind_symbol(kind: Symbol, shape: Shape, *, approximate: bool) -> ET.Element:
    """Return a kind's symbol: hollow or dashed where the place is approximate."""
    dash = qml.dash_of(read_style().statuses["approximate"].dash if approximate else kind.dash)
    if shape == "point":
        size = f"{qml.marker_mm(kind.shape, kind.size_mm):.2f} * {qml_symbols.SHRINK}"
        color, overrides = qml.rgba(kind.color), {"size": size}
        if approximate:
            rim_mm = qml_symbols.HOLLOW_RIM_MM
            return qml.marker(
                kind.shape, kind.size_mm, qml.WHITE, color, rim_mm, overrides=overrides
            )
        return qml.marker(kind.shape, kind.size_mm, color, qml.WHITE, overrides=overrides)
    if shape == "line":
        return qml.line(kind.color, qml_symbols.mm(kind), dash=dash, casing=True)
    edge = qml.area("", qml.rgba(kind.color), 0.3, dash=dash)
    return qml.stacked(qml.band(qml.rgba(kind.color, 0.12), _BAND_MM), edge)


def _features(frame: gpd.GeoDataFrame, shape: Shape, lang: Lang) -> ET.Element:
    """Return rules by kind and status, and one for kinds that somebody adds later."""
    style = read_style()
    vague = style.statuses["approximate"].label.say(lang)
    rules = []
    for kind in qml_symbols.present(style.kinds, frame, "kind"):
        symbol, label = style.kinds[kind], style.kinds[kind].label.say(lang)
        is_located = frame.loc[frame["kind"] == kind, "status"] == "located"
        for approximate in (False, True):
            if not (is_located != approximate).any() and (len(frame) or approximate):
                continue
            suffix = f"（{vague}）" if lang == "zh" else f" ({vague.lower()})"
            rules.append(
                qml_ruled.Rule(
                    condition=f'"kind" = \'{kind}\' AND "status" '
                    f"{'<>' if approximate else '='} 'located'",
                    label=label + (suffix if approximate else ""),
                    symbol=_kind_symbol(symbol, shape, approximate=approximate),
                    name=label,
                )
            )
    others = qml_ruled.Rule(
        condition=qml_ruled.OTHERS,
        label=_ADDED.say(lang),
        symbol=_kind_symbol(style.kinds["other"], shape, approximate=True),
    )
    return qml_ruled.ruled([*rules, others])


def _by_role(values: Mapping[str, str]) -> str:
    """Return an expression that picks a value by the mark's role, and none for other roles."""
    cases = " ".join(f"WHEN \"role\" = '{role}' THEN {value}" for role, value in values.items())
    return f"CASE {cases} END"


def _mark_symbol(color: str, shape: Shape) -> ET.Element:
    marks = read_style().marks
    if shape == "point":
        return qml.marker("circle", _MARK_MM, qml.rgba(color))
    if shape == "area":
        return qml.area(
            qml.rgba(color, _AREA_ALPHA), qml.rgba(color), qml_symbols.mm(marks["line"])
        )
    overrides = {
        "outlineWidth": _by_role(
            {role: f"{qml_symbols.mm(mark):.2f}" for role, mark in marks.items()}
        ),
        "customDash": _by_role(
            {role: f"'{qml.dash_of(mark.dash)}'" for role, mark in marks.items() if mark.dash}
        ),
    }
    return qml.line(color, qml_symbols.mm(marks["path"]), casing=True, overrides=overrides)


def _verdicts(frame: gpd.GeoDataFrame, shape: Shape, lang: Lang) -> ET.Element:
    """Return rules by state, with estimated evidence apart: it is paler."""
    style = read_style()
    rules = []
    for state in qml_symbols.present(style.states, frame, "state"):
        symbol = style.states[state]
        label = f"{symbol.sign} {symbol.label.say(lang)}".strip()
        mine = frame.loc[frame["state"] == state, "estimated"].astype(bool)
        for estimated in (False, True):
            if not (mine == estimated).any() and (len(frame) or estimated):
                continue
            drawn = _mark_symbol(symbol.color, shape)
            if estimated:
                drawn.set("alpha", _ESTIMATED_ALPHA)
            rules.append(
                qml_ruled.Rule(
                    condition=f"\"state\" = '{state}' AND "
                    f'{"" if estimated else "NOT "}coalesce("estimated", false)',
                    label=label + (_ESTIMATED.say(lang) if estimated else ""),
                    symbol=drawn,
                )
            )
    return qml_ruled.ruled(rules)


def _issue_symbol(symbol: Symbol, shape: Shape) -> ET.Element:
    """Return a kind's symbol; lines have the point symbol too, as most are too short to be seen."""
    mark = qml.marker(symbol.shape, symbol.size_mm, qml.rgba(symbol.color))
    if shape == "point":
        return mark
    line = qml.line(
        symbol.color, qml_symbols.mm(symbol), dash=qml.dash_of(symbol.dash), casing=True
    )
    return qml.with_middle(line, mark)


def _issues(frame: gpd.GeoDataFrame, shape: Shape, lang: Lang) -> ET.Element:
    def draw(kind: Symbol) -> ET.Element:
        return _issue_symbol(kind, shape)

    return qml_symbols.categories(read_style().issues, frame, "kind", draw, lang)


def _basemap_symbol(symbol: Symbol, shape: Shape, level: int = 0) -> ET.Element:
    if shape == "point":
        return qml.marker(symbol.shape, symbol.size_mm, qml.rgba(symbol.color), rim_mm=0.15)
    dash = qml.dash_of(symbol.dash)
    width = qml_symbols.mm(symbol) * _GROUND
    if shape == "line":
        return qml.line(symbol.color, width, dash=dash, level=level)
    fill = qml.rgba(symbol.fill) if symbol.fill else ""
    return qml.area(fill, qml.rgba(symbol.color), width, dash=dash)


def _basemap(frame: gpd.GeoDataFrame, source: str, shape: Shape, lang: Lang) -> ET.Element:
    """Return one symbol, or one per class with the widest roads on top."""
    classes = read_style().basemap[source]
    if set(classes) == {"default"}:
        return qml.single(_basemap_symbol(classes["default"], shape))
    column = "kind" if source == "places" else "class"
    words = qml_symbols.present(classes, frame, column)
    last = list(classes)[-1]  # the class of what is not known better
    if set(frame[column]) - set(words) and last not in words:
        words.append(last)
    by_width = sorted(classes, key=lambda word: classes[word].width_px)
    return qml.categorized(
        column,
        [
            qml.Category(
                value="" if word == last else word,
                label=classes[word].label.say(lang),
                symbol=_basemap_symbol(classes[word], shape, by_width.index(word)),
            )
            for word in words
        ],
        levels=source == "roads",
    )


def renderer(
    frame: gpd.GeoDataFrame, source: str, shape: Shape, value: str = "", lang: Lang = "zh"
) -> ET.Element:
    """Return the renderer of a source's rows of one shape.

    Parameters
    ----------
    value
        The state, tier or other value that a layer stands for; empty for all of them.
    """
    own = {
        "features": _features,
        "verdicts": _verdicts,
        "network_issues": _issues,
        "sketches": qml_sketches.renderer,
        "townships": qml_townships.renderer,
        thematic.SHARES: thematic.shares_renderer,
        thematic.LOADS: thematic.loads_renderer,
    }
    if source in own:
        return own[source](frame, shape, lang)
    if source == "villages":
        return qml_symbols.villages(frame, value, lang)
    runs = {**qml_coverage.RENDERERS, **qml_siting.RENDERERS}
    if source in runs:
        return runs[source](frame, shape, value, lang)
    return _basemap(frame, source, shape, lang)
