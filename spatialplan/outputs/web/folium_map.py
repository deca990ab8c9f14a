"""Draw a `CheckResult` as one web page that needs no network.

The one swap from longitude, latitude to Leaflet's latitude, longitude happens in the modules
beside this one, which it assembles.
"""

from __future__ import annotations

from pathlib import Path

from spatialplan import files
from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.outputs.style import read_style
from spatialplan.outputs.web import concepts as web_concepts
from spatialplan.outputs.web import data as web_data
from spatialplan.outputs.web import engine
from spatialplan.outputs.web import issues as web_issues
from spatialplan.outputs.web import names as web_names
from spatialplan.outputs.web import tree as web_tree
from spatialplan.outputs.web.legend import legend
from spatialplan.outputs.web.pieces import pieces
from spatialplan.text import Lang

__all__ = ["render_map", "write_map"]

SCRIPTS = ("plan_cards.js", "concept_panel.js", "plan_panel.js")


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
    layers = web_tree.page_layers(result, basemap, lang)
    drawn = {layer.id: pieces(layer, style) for layer in layers}
    entries = legend(style, web_data.page_words(lang), lang)
    said = web_data.what_is_said(result, style, entries, lang, stamp) | {
        "tree": web_tree.rows(layers, drawn, result, lang),
        "labels": web_names.names(layers, style),
        "concepts": web_concepts.said(result, lang),
        "sketches": web_concepts.sketches(layers),
        "places": web_tree.places(layers, lang),
        "issues": web_issues.said(layers, lang),
        "bounds": web_tree.bounds(result, basemap),
    }
    title = result.plan.title.say(lang)
    page = engine.Page(title=title, layers=layers, drawn=drawn, scripts=SCRIPTS)
    return engine.render_page(page, said, lang)
