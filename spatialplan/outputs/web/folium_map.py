"""Draw a `CheckResult` as one web page that needs no network.

The one swap from longitude, latitude to Leaflet's latitude, longitude happens in the modules
beside this one, which it assembles.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spatialplan import files
from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.outputs import themes
from spatialplan.outputs.style import read_style
from spatialplan.outputs.web import concepts as web_concepts
from spatialplan.outputs.web import data as web_data
from spatialplan.outputs.web import engine
from spatialplan.outputs.web import issues as web_issues
from spatialplan.outputs.web import names as web_names
from spatialplan.outputs.web import search as web_search
from spatialplan.outputs.web import tree as web_tree
from spatialplan.outputs.web.legend import legend
from spatialplan.outputs.web.pieces import pieces
from spatialplan.text import Lang

__all__ = ["render_map", "write_map"]

# Any: JSON made of words, numbers, lists and dictionaries.
Json = dict[str, Any]

SCRIPTS = ("plan_cards.js", "villages.js", "concept_panel.js", "plan_panel.js")


def write_map(
    result: CheckResult, basemap: Basemap, path: Path, *, stamp: str, lang: Lang = "zh"
) -> None:
    """Write the web map of a result as one HTML file.

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
    files.write_text(path, render_map(result, basemap, stamp=stamp, lang=lang))


def render_map(result: CheckResult, basemap: Basemap, *, stamp: str, lang: Lang = "zh") -> str:
    """Return the web map of a result as the text of one HTML page."""
    style = read_style()
    layers = {code: web_tree.page_layers(result, basemap, code) for code in web_data.LANGS}
    drawn = {layer.id: pieces(layer, style) for layer in layers[lang]}
    drawn, marks = web_tree.with_numbered_marks(drawn, layers)

    def say(code: Lang) -> Json:
        entries = legend(style, web_data.page_words(code), code)
        return web_data.what_is_said(result, style, entries, code, stamp) | {
            "tree": web_tree.rows(layers[code], drawn, result, code),
            "labels": web_names.names(layers[code], style),
            "concepts": web_concepts.said(result, code),
            "sketches": web_concepts.sketches(layers[code]),
            "where": web_search.districts_of(result.features, basemap),
            "places": web_tree.places(layers[code], code),
            "issues": web_issues.said(layers[code], code),
            "markWords": marks[code],
            "bounds": web_tree.bounds(result, basemap),
            "mapThemes": web_tree.theme_rows(
                themes.check_themes(result, layers[code], code), web_tree.bounds(result, basemap)
            ),
        }

    page = engine.Page(
        title=result.plan.title.say(lang),
        layers=layers[lang],
        drawn=drawn,
        scripts=SCRIPTS,
        crs=result.plan.crs,
    )
    return engine.render_page(page, web_data.in_both(say, lang), lang)
