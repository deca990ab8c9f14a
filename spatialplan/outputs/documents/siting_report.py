"""Write a `SitingResult` as one HTML page that prints on A4 and loads nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from spatialplan import files
from spatialplan.model.basemap import Basemap
from spatialplan.model.siting import SitingResult
from spatialplan.outputs import siting_summary, wording
from spatialplan.outputs.coverage_summary import percent
from spatialplan.outputs.documents import page
from spatialplan.outputs.documents.coverage_words import words
from spatialplan.outputs.documents.page import Rows
from spatialplan.outputs.documents.report_outline import outline
from spatialplan.outputs.figures import coverage_figure, trade_off
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["write_siting_report"]

_PARTS = ("answer", "unservable_head", "sites_head", "trade_head", "method_head", "sources")
_MOST_SITES, _MOST_LOST, _MOST_STEPS = 40, 30, 16


def write_siting_report(
    result: SitingResult, basemap: Basemap, path: Path, *, stamp: str, lang: Lang = "zh"
) -> None:
    """Write the report, the answer first; the same result and stamp make the same bytes.

    Parameters
    ----------
    stamp
        When the run was made, as it is to be shown.

    Raises
    ------
    OutputError
        When this machine has no CJK font for the figures, or the file cannot be written.
    """
    t = words(lang)
    text = page.template("siting_report.html.j2").render(
        lang=lang,
        t=t | {"report": t["siting_report"]},
        stamp=stamp,
        nothing=wording.NOTHING,
        result=result,
        title=result.plan.title.say(lang),
        style=read_style(),
        colours=page.states(read_style().siting, lang),
        answer=siting_summary.answer(result, lang),
        requests=siting_summary.requests(result, lang),
        tiles=_tiles(result, lang),
        sites=_sites(result),
        adds=sum(len(site.newly_covered) for site in result.sites),
        weight=f"{sum(site.weight for site in result.sites):,.6g}",
        outline=outline(_PARTS, (), t, lang),
        lost=_lost(result, lang),
        steps=_steps(result, lang),
        map=page.data_uri(coverage_figure.siting_map_png(result, basemap, lang)),
        curve=page.data_uri(trade_off.trade_off_png(result, lang)),
        notes=[_method(result, lang), *(note.say(lang) for note in result.notes)],
        sources=page.sources(result.sources, lang),
    )
    files.write_text(path, wording.clean(text))


def _tiles(result: SitingResult, lang: Lang) -> Rows:
    """Return the villages by what becomes of them, after the number of sites."""
    symbols = read_style().siting
    newly = len(result.covered_after) - len(result.covered_before)
    lost = len(result.unservable)
    counts = {
        "proposed": len(result.sites),
        "before": len(result.covered_before),
        "newly": newly,
        "left": len(result.villages) - len(result.covered_after) - lost,
        "unservable": lost,
    }
    return [
        {
            "key": key,
            "count": count,
            "sign": symbols[key].sign,
            "label": symbols[key].label.say(lang),
        }
        for key, count in counts.items()
    ]


def _sites(result: SitingResult) -> Rows:
    return [
        {
            "rank": site.rank,
            "name": site.name,
            "township": site.township,
            "district": site.district,
            "serves": len(site.serves),
            "adds": len(site.newly_covered),
            "weight": f"{site.weight:,.6g}",
            "place": f"{site.lon:.5f}, {site.lat:.5f}",
        }
        for site in result.sites[:_MOST_SITES]
    ]


def _lost(result: SitingResult, lang: Lang) -> Rows:
    """Return the first villages that cannot be covered, those with a place first."""
    lost = sorted(result.unservable, key=lambda found: not found.demand.is_placed)
    return [
        {
            "name": found.demand.name,
            "township": found.demand.township,
            "district": found.demand.district,
            "cause": found.cause.say(lang),
        }
        for found in lost[:_MOST_LOST]
    ]


def _steps(result: SitingResult, lang: Lang) -> Rows:
    """Return some steps of the trade-off, evenly spread, first and last among them."""
    frame = result.trade_off
    number = min(_MOST_STEPS, len(frame))
    chosen = np.unique(np.linspace(0, len(frame) - 1, number).round().astype(int))
    proved = words(lang)["proved"]
    columns = ("sites", "covered", "share", "gap")
    values = zip(*(frame[column].iloc[chosen] for column in columns), strict=True)
    return [
        {
            "sites": int(sites),
            "covered": int(covered),
            "share": percent(share, 1.0),
            "gap": proved if trade_off.is_proved(gap) else percent(gap, 1.0),
        }
        for sites, covered, share, gap in values
    ]


def _method(result: SitingResult, lang: Lang) -> str:
    zh = lang == "zh"
    said: dict[str, Any] = {
        "model": siting_summary.model_name(result, lang),
        "limit": result.limit.label.say(lang),
        "weight": ("人口" if result.weighted else "每村为 1") if zh
        else ("population" if result.weighted else "1 for each village"),
        "proof": siting_summary.proof(result, lang),
        "seconds": f"{result.selection.seconds:.2f}",
    }  # fmt: skip
    return words(lang)["siting_method"].format(**said)
