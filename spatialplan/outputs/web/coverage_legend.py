"""The legend and the pieces of the pages of coverage and siting runs.

Villages, facilities and paths are many: the page draws them itself from what it is told, so their
pieces hold no features, only the pane and the legend they need.
"""

from __future__ import annotations

from collections.abc import Mapping

import shapely

from spatialplan.model.coverage import CoverageResult
from spatialplan.outputs.coverage_layers import MEASURES, SCALES, areas_frame
from spatialplan.outputs.layers import Layer
from spatialplan.outputs.style import Style, Symbol, class_span, class_symbols
from spatialplan.outputs.web import pieces as web_pieces
from spatialplan.outputs.web import shapes as web_shapes
from spatialplan.outputs.web import style as web_style
from spatialplan.outputs.web.legend import LegendEntry, basemap_entries, village_entries
from spatialplan.outputs.web.pieces import Piece
from spatialplan.outputs.web.style import Form, Options
from spatialplan.text import Lang

__all__ = ["coverage_legend", "pieces", "siting_legend"]

AREA_BUDGET = 12_000


def coverage_legend(
    result: CoverageResult, style: Style, words: Mapping[str, str], lang: Lang
) -> list[LegendEntry]:
    """Return every entry there can be on the page of a coverage run, in the legend's order."""
    network = words["network_section"]
    unused = style.tiers["station"]
    return [
        *village_entries(style, words["village_section"], lang),
        *_points("tier", style.tiers, network, lang),
        _entry("unused", network, words["unused"], web_style.symbol(unused, hollow=True)),
        *_lines("path", style.paths, network, lang),
        *_bands(result, style, words["area_section"], lang),
        *_points("change", style.changes, words["change_section"], lang),
        *_points("step", style.steps, words["change_section"], lang),
        *_lines("step", style.steps, words["change_section"], lang),
        *_classes(result, style, lang),
        *basemap_entries(style, words, lang),
    ]


def siting_legend(style: Style, words: Mapping[str, str], lang: Lang) -> list[LegendEntry]:
    """Return every entry there can be on the page of a siting run, in the legend's order."""
    link = style.siting["link"]
    points = {key: symbol for key, symbol in style.siting.items() if key != "link"}
    return [
        *_points("siting", points, words["siting_section"], lang),
        *_lines("siting", {"link": link}, words["siting_section"], lang),
        *basemap_entries(style, words, lang),
    ]


def _entry(
    key: str, section: str, label: str, options: Options, form: Form = "point"
) -> LegendEntry:
    return LegendEntry(id=key, section=section, label=label, form=form, style=options)


def _points(
    prefix: str, symbols: Mapping[str, Symbol], section: str, lang: Lang
) -> list[LegendEntry]:
    return [
        _entry(f"{prefix}:{key}", section, symbol.label.say(lang), web_style.symbol(symbol))
        for key, symbol in symbols.items()
    ]


def _lines(
    prefix: str, symbols: Mapping[str, Symbol], section: str, lang: Lang
) -> list[LegendEntry]:
    return [
        _entry(
            f"{prefix}:{key}:line", section, symbol.label.say(lang), web_style.path(symbol), "line"
        )
        for key, symbol in symbols.items()
    ]


def _bands(result: CoverageResult, style: Style, section: str, lang: Lang) -> list[LegendEntry]:
    """Return the bands by their labels in this run, the narrowest first."""
    areas = areas_frame(result, lang).sort_values("high", kind="stable")
    seen = areas.drop_duplicates(["unit", "band"])
    return [
        _entry(f"band:{unit}:{band}", section, label, web_style.band(style.bands[band]), "area")
        for unit, band, label in zip(seen["unit"], seen["band"], seen["label"], strict=True)
    ]


def _classes(result: CoverageResult, style: Style, lang: Lang) -> list[LegendEntry]:
    """Return the classes of each measure with the values that they hold, the highest first."""
    entries = []
    table = result.accessibility
    for measure, section in MEASURES.items():
        if measure not in table or not len(table):
            continue
        classes, values = table[f"{measure}_class"], table[measure] * SCALES[measure]
        symbols = class_symbols(style, int(classes.max()) + 1)
        for number in reversed(range(len(symbols))):
            held = values[classes == number]
            if len(held):
                entries.append(
                    _entry(
                        f"class:{measure}:{number}",
                        section.say(lang),
                        class_span(float(held.min()), float(held.max())),
                        web_style.symbol(symbols[number]),
                    )
                )
    return entries


def pieces(layer: Layer, style: Style) -> list[Piece]:
    """Return the pieces of a layer from the bottom to the top."""
    if layer.source == "areas":
        return [_band_piece(layer, style)]
    if layer.source == "catchments":
        return [_catchment_piece(layer, style)]
    if layer.source == "steps":
        return _step_pieces(layer, style)
    drawn = _drawn_by_page(layer)
    return [drawn] if drawn else web_pieces.pieces(layer, style)


def _drawn_by_page(layer: Layer) -> Piece | None:
    """Return the piece of a layer that the page fills itself, None for all others."""
    value = layer.value
    known: dict[str, tuple[Form, str, tuple[str, ...]]] = {
        "villages": ("point", "villages", (f"village:{value}",)),
        "accessibility": ("point", "issues", _class_ids(layer)),
        "changes": ("point", "changes", (f"change:{value}",)),
        "facilities": ("point", "points", (f"tier:{value}", "unused")),
        "paths": ("line", "lines", ("path:nearest:line",)),
        "siting": ("point", "villages", (f"siting:{value}",)),
        "existing": ("point", "points", ("siting:existing",)),
        "sites": ("point", "points", ("siting:proposed",)),
        "links": ("line", "lines", ("siting:link:line",)),
    }
    if layer.source not in known:
        return None
    form, pane, legend = known[layer.source]
    empty = web_shapes.collection([], [], [])
    return Piece(form=form, pane=pane, data=empty, styles={}, legend=legend)


def _class_ids(layer: Layer) -> tuple[str, ...]:
    if layer.source != "accessibility":
        return ()
    return tuple(f"class:{layer.value}:{number}" for number in sorted(set(layer.frame["class"])))


def _band_piece(layer: Layer, style: Style) -> Piece:
    frame = layer.frame
    ids = [str(number) for number in range(len(frame))]
    bands = frame["band"].tolist()
    shapes = web_shapes.thin(
        shapely.force_2d(frame.geometry.to_numpy()), web_shapes.BASE_TOLERANCE, AREA_BUDGET
    )
    return Piece(
        form="area",
        pane="base",
        data=web_shapes.collection(ids, [{}] * len(ids), shapes),
        styles={
            key: web_style.band(style.bands[band]) for key, band in zip(ids, bands, strict=True)
        },
        legend=tuple(dict.fromkeys(f"band:{layer.value}:{band}" for band in reversed(bands))),
        interactive=False,
    )


def _catchment_piece(layer: Layer, style: Style) -> Piece:
    ids = [str(number) for number in range(len(layer.frame))]
    shapes = web_shapes.thin(layer.frame.geometry.tolist(), web_shapes.BASE_TOLERANCE, AREA_BUDGET)
    return Piece(
        form="area",
        pane="base",
        data=web_shapes.collection(ids, [{}] * len(ids), shapes),
        styles=dict.fromkeys(ids, web_style.outline(style.paths["catchment"])),
        legend=("path:catchment:line",),
        interactive=False,
    )


def _step_pieces(layer: Layer, style: Style) -> list[Piece]:
    """Return the steps of a scenario: facilities as points, roads as lines."""
    found = []
    numbered = layer.frame.assign(number=[str(at) for at in range(len(layer.frame))])
    for form, frame in web_shapes.by_form(numbered).items():
        ids, symbols = frame["number"].tolist(), frame["symbol"].tolist()
        draw = web_style.symbol if form == "point" else web_style.path
        found.append(
            Piece(
                form=form,
                pane="changes",
                data=web_shapes.collection(
                    ids,
                    [
                        {"s": key, "label": label}
                        for key, label in zip(ids, frame["label"], strict=True)
                    ],
                    web_shapes.thin(
                        frame.geometry.tolist(), web_shapes.FINE_TOLERANCE, AREA_BUDGET
                    ),
                ),
                styles={
                    key: draw(style.steps[name]) for key, name in zip(ids, symbols, strict=True)
                },
                legend=tuple(
                    sorted({f"step:{n}" if form == "point" else f"step:{n}:line" for n in symbols})
                ),
            )
        )
    return found
