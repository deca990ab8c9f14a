"""Draw a `SitingResult` as one web page that needs no network: where next, and what it adds."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from spatialplan import files
from spatialplan.model.basemap import Basemap
from spatialplan.model.siting import Objective, SitingResult
from spatialplan.outputs import siting_summary, themes
from spatialplan.outputs.layers import Layer
from spatialplan.outputs.siting_layers import build_siting_layers, villages_frame
from spatialplan.outputs.style import read_recipe, read_style
from spatialplan.outputs.web import columns, coverage_legend, engine
from spatialplan.outputs.web import data as web_data
from spatialplan.outputs.web import names as web_names
from spatialplan.outputs.web import tree as web_tree
from spatialplan.outputs.web.pieces import BASEMAP, Piece
from spatialplan.text import Lang, Text

__all__ = ["render_siting_map", "write_siting_map"]

# Any: JSON made of words, numbers, lists and dictionaries.
Json = dict[str, Any]

SCRIPTS = ("columns.js", "villages.js", "siting_panel.js")
STATES = ("before", "newly", "left", "unservable")
_OBJECTIVES = {
    Objective.LSCP: Text(
        "用最少的新增点覆盖所有能覆盖的村", "fewest new sites that cover all that can be covered"
    ),
    Objective.MCLP: Text("给定点数下覆盖最多", "most covered by a given number of sites"),
    Objective.PMEDIAN: Text("给定点数下总路程最短", "least total way for a given number of sites"),
}
_ANSWER = Text(
    "新增 {sites} 处，{limit}内已覆盖的村由 {before} 个增至 {after} 个（共 {total} 个）；"
    "仍未覆盖 {left} 个，无法安排 {unservable} 个（缺坐标、缺路网或太远，原因逐村列出）。",
    "{sites} new sites raise the villages covered within {limit} from {before} to {after} of "
    "{total}; {left} are still not covered; for {unservable} no site can be found (no place, no "
    "roads, or too far).",
)
_PROVED = Text("此解已证明最优。", " The answer is proved optimal.")
_GAP = Text(
    "求解到时限为止，与最优值的差距不超过 {gap}。",
    " The solver stopped at its time limit within {gap} of the optimum.",
)


def write_siting_map(
    result: SitingResult, basemap: Basemap, path: Path, *, stamp: str, lang: Lang = "zh"
) -> None:
    """Write the web map of a siting run as one HTML file.

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
    files.write_text(path, render_siting_map(result, basemap, stamp=stamp, lang=lang))


def render_siting_map(
    result: SitingResult, basemap: Basemap, *, stamp: str, lang: Lang = "zh"
) -> str:
    """Return the web map of a siting run as the text of one HTML page."""
    layers = {
        code: [_page_layer(layer) for layer in build_siting_layers(result, basemap, code)]
        for code in web_data.LANGS
    }
    drawn = {layer.id: coverage_legend.pieces(layer, read_style()) for layer in layers[lang]}

    def say(code: Lang) -> Json:
        bounds = _bounds(result, basemap, code)
        return _said(result, layers[code], drawn, code) | {
            "made": web_data.page_words(code)["made_coverage"].format(
                version=result.version, stamp=stamp
            ),
            "bounds": bounds,
            "mapThemes": web_tree.theme_rows(
                themes.siting_themes(result, layers[code], code), bounds
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


def _title(result: SitingResult, lang: Lang) -> str:
    title = read_recipe("siting").title.say(lang)
    return title.replace("{plan}", result.plan.title.say(lang))


def _said(
    result: SitingResult, layers: list[Layer], drawn: dict[str, list[Piece]], lang: Lang
) -> Json:
    style, words = read_style(), web_data.page_words(lang)
    entries = coverage_legend.siting_legend(style, words, lang)
    return _told(result, lang) | {
        "ui": words,
        "plan": {
            "title": _title(result, lang),
            "number": result.limit.label.say(lang),
            "date": _OBJECTIVES[result.objective].say(lang),
            "issuer": "",
        },
        "states": web_data.vocabulary({key: style.siting[key] for key in STATES}, lang),
        "sources": web_data.source_facts(result.sources, words, lang),
        "legend": [asdict(entry) for entry in entries],
        "attribution": web_data.attribution(result.sources),
        "tree": [web_tree.row(layer, drawn[layer.id], lang) for layer in layers],
        "labels": web_names.names([x for x in layers if x.source in {*BASEMAP, "places"}], style),
        "places": web_tree.places(layers, lang),
    }


def _page_layer(layer: Layer) -> Layer:
    """Return a layer of villages under the name by which the page knows their states."""
    return replace(layer, source="siting") if layer.source == "villages" else layer


def _bounds(result: SitingResult, basemap: Basemap, lang: Lang) -> list[list[float]]:
    places = villages_frame(result, lang).geometry.dropna()
    return web_tree.view(basemap, [places])


def _told(result: SitingResult, lang: Lang) -> Json:
    """Return all that is told of sites, villages and the trade-off."""
    words, paths = columns.Words(), columns.Paths()
    states = siting_summary.outcomes(result)
    numbers = {village.id: at for at, village in enumerate(result.villages)}
    causes = {item.demand.id: item.cause.say(lang) for item in result.unservable}
    places = columns.places_of(result.villages, words)
    links = [[numbers[village], site, paths.number(line)] for village, site, line in result.links]
    sites = [_site(result, at, numbers) for at in range(len(result.sites))]
    served = {village: site["id"] for site in sites for village in site["serves"]}
    said: Json = {
        "answer": _answer(result, states, lang),
        "sites": sites,
        "existing": [
            {"id": f.id, "name": f.name, "township": f.township, "district": f.district,
             "origin": f.origin, "at": columns.place(f.lon, f.lat)}
            for f in result.existing
        ],
        "unservable": [[numbers[item.demand.id], item.cause.say(lang)]
                       for item in result.unservable],
        "links": links,
        "villages": places
        | {
            "state": [states[v.id] for v in result.villages],
            "site": [served.get(at, "") for at in range(len(result.villages))],
            "cause": [words.number(causes.get(v.id, "")) for v in result.villages],
        },
        "tradeOff": _trade_off(result),
    }  # fmt: skip
    lines, left = paths.encode([])
    notes = [note.say(lang) for note in result.notes]
    if left:
        notes.append(web_data.page_words(lang)["paths_left"].format(left=left, total=len(lines)))
    return said | {"paths": lines, "words": words.said, "notes": notes}


def _answer(result: SitingResult, states: dict[str, str], lang: Lang) -> str:
    counts = {state: sum(found == state for found in states.values()) for state in STATES}
    said = _ANSWER.say(lang).format(
        sites=len(result.sites),
        limit=result.limit.label.say(lang),
        before=len(set(result.covered_before)),
        after=len(set(result.covered_after)),
        total=len(result.villages),
        left=counts["left"],
        unservable=counts["unservable"],
    )
    if result.selection.optimal:
        return said + _PROVED.say(lang)
    return said + _GAP.say(lang).format(gap=f"{100 * result.selection.gap:.2g}%")


def _site(result: SitingResult, at: int, numbers: dict[str, int]) -> Json:
    site = result.sites[at]
    return {
        "id": site.id,
        "rank": site.rank,
        "name": site.name,
        "township": site.township,
        "district": site.district,
        "radius": columns.rounded(site.accuracy_m, 0),
        "serves": [numbers[key] for key in site.serves],
        "adds": len(site.newly_covered),
        "weight": columns.rounded(site.weight, 1),
        "at": columns.place(site.lon, site.lat),
    }


def _trade_off(result: SitingResult) -> list[list[float | int | None]]:
    frame = result.trade_off
    fields = (frame[name] for name in ("sites", "covered", "weight", "share", "gap"))
    return [
        [int(sites), int(covered), columns.rounded(weight, 1), columns.rounded(share, 4),
         columns.rounded(gap, 6)]
        for sites, covered, weight, share, gap in zip(*fields, strict=True)
    ]  # fmt: skip
