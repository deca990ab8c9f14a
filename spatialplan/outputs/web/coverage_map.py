"""Draw a `CoverageResult` as one web page that needs no network: the answer first, then why."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd

from spatialplan import files
from spatialplan.model.basemap import Basemap
from spatialplan.model.coverage import CoverageResult
from spatialplan.model.verdict import VillageState
from spatialplan.outputs import coverage_summary, themes
from spatialplan.outputs.coverage_frames import point
from spatialplan.outputs.coverage_layers import coverage_frames, draw_coverage
from spatialplan.outputs.layers import Layer
from spatialplan.outputs.style import read_recipe, read_style
from spatialplan.outputs.web import coverage_data, coverage_legend, engine
from spatialplan.outputs.web import data as web_data
from spatialplan.outputs.web import names as web_names
from spatialplan.outputs.web import tree as web_tree
from spatialplan.outputs.web.pieces import Piece
from spatialplan.text import Lang

__all__ = ["render_coverage_map", "write_coverage_map"]

# Any: JSON made of words, numbers, lists and dictionaries.
Json = dict[str, Any]

SCRIPTS = (
    "columns.js", "villages.js", "coverage_cards.js", "coverage_layers.js", "coverage_panel.js",
)  # fmt: skip
_BASE = frozenset({"districts", "water", "roads", "rails", "places"})


def write_coverage_map(
    result: CoverageResult, basemap: Basemap, path: Path, *, stamp: str, lang: Lang = "zh"
) -> None:
    """Write the web map of a coverage run as one HTML file.

    Parameters
    ----------
    stamp
        When and from what the map was made, in words; it is shown as it is. The same stamp and
        input make the same bytes.

    Raises
    ------
    OutputError
        When the file cannot be written or a file of the page is missing.
    """
    files.write_text(path, render_coverage_map(result, basemap, stamp=stamp, lang=lang))


def render_coverage_map(
    result: CoverageResult, basemap: Basemap, *, stamp: str, lang: Lang = "zh"
) -> str:
    """Return the web map of a coverage run as the text of one HTML page."""
    layers = {code: _layers(result, basemap, code) for code in web_data.LANGS}
    drawn = {layer.id: coverage_legend.pieces(layer, read_style()) for layer in layers[lang]}

    def say(code: Lang) -> Json:
        return _said(result, layers[code], drawn, code) | {
            "made": web_data.page_words(code)["made_coverage"].format(
                version=result.version, stamp=stamp
            ),
            "bounds": _bounds(result, basemap),
            "mapThemes": web_tree.theme_rows(
                themes.coverage_themes(result, layers[code], code), _bounds(result, basemap)
            ),
        }

    page = engine.Page(
        title=_title(result, lang),
        layers=layers[lang],
        drawn=drawn,
        scripts=SCRIPTS,
        crs=result.plan.crs,
    )
    return engine.render_page(page, web_data.in_both(say, lang), lang)


def _title(result: CoverageResult, lang: Lang) -> str:
    title = read_recipe("coverage").title.say(lang)
    return title.replace("{plan}", result.plan.title.say(lang))


def _said(
    result: CoverageResult, layers: list[Layer], drawn: dict[str, list[Piece]], lang: Lang
) -> Json:
    style, words = read_style(), web_data.page_words(lang)
    entries = coverage_legend.coverage_legend(result, style, words, lang)
    return coverage_data.told(result, lang) | {
        "ui": words,
        "plan": {
            "title": _title(result, lang),
            "number": coverage_summary.mode_name(result.mode, lang),
            "date": words["to_tier"].format(tier=style.tiers[result.tier].label.say(lang).lower()),
            "issuer": words["as_of"].format(day=result.day),
        },
        "states": web_data.vocabulary(style.village_states, lang),
        "tiers": {key: symbol.label.say(lang) for key, symbol in style.tiers.items()},
        "changes": web_data.vocabulary(style.changes, lang),
        "sources": web_data.source_facts(result.sources, words, lang),
        "legend": [asdict(entry) for entry in entries],
        "attribution": web_data.attribution(result.sources),
        "tree": [web_tree.row(layer, drawn[layer.id], lang) for layer in layers],
        "labels": web_names.names([x for x in layers if x.source in _BASE], style),
        "places": web_tree.places(layers, lang),
    }


def _layers(result: CoverageResult, basemap: Basemap, lang: Lang) -> list[Layer]:
    """Return the layers of the page: those of every limit, for the page can switch between them.

    Of service areas by time and by distance only those of the first limit are shown at first.
    """
    frames = coverage_frames(result, lang)
    villages = frames["villages"]
    by_limit = [villages.assign(state=villages[f"state_{limit.key}"]) for limit in result.limits]
    every = pd.concat(by_limit, ignore_index=True).drop_duplicates(["id", "state"])
    states = [str(state) for state in VillageState]
    ordered = every.sort_values("state", key=lambda s: s.map(states.index), kind="stable")
    layers = draw_coverage(basemap, frames | {"villages": ordered})
    return web_tree.with_extent(
        [
            replace(layer, visible=layer.value == result.limits[0].by)
            if layer.source == "areas"
            else layer
            for layer in layers
        ],
        result.network_extent,
    )


def _bounds(result: CoverageResult, basemap: Basemap) -> list[list[float]]:
    places = (point(v.demand.lon, v.demand.lat) for v in result.villages)
    near = [place for place in places if place is not None]
    return web_tree.view(basemap, [near, [result.network_extent]])
