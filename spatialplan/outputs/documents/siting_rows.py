"""What the report of a siting run shows in its tables, for the page and the Word document."""

from __future__ import annotations

from typing import Any

import numpy as np

from spatialplan.model.siting import SitingResult
from spatialplan.outputs import siting_summary
from spatialplan.outputs.coverage_summary import percent
from spatialplan.outputs.documents.coverage_words import words
from spatialplan.outputs.documents.page import Rows
from spatialplan.outputs.figures import trade_off
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["PARTS", "lost", "method", "sites", "steps", "tiles", "weight"]

PARTS = ("answer", "unservable_head", "sites_head", "trade_head", "method_head", "sources")
_MOST_SITES, _MOST_LOST, _MOST_STEPS = 40, 30, 16


def tiles(result: SitingResult, lang: Lang) -> Rows:
    """Return the villages by what becomes of them, after the number of sites."""
    symbols = read_style().siting
    newly = len(result.covered_after) - len(result.covered_before)
    unservable = len(result.unservable)
    counts = {
        "proposed": len(result.sites),
        "before": len(result.covered_before),
        "newly": newly,
        "left": len(result.villages) - len(result.covered_after) - unservable,
        "unservable": unservable,
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


def weight(value: float) -> str:
    """Return a weight, of villages or of people, as tables show it.

    Examples
    --------
    >>> weight(12345.0), weight(2.5)
    ('12,345', '2.5')
    """
    return f"{value:,.6g}"


def sites(result: SitingResult) -> Rows:
    """Return the first proposed sites."""
    return [
        {
            "rank": site.rank,
            "name": site.name,
            "township": site.township,
            "district": site.district,
            "serves": len(site.serves),
            "adds": len(site.newly_covered),
            "weight": weight(site.weight),
            "place": f"{site.lon:.5f}, {site.lat:.5f}",
        }
        for site in result.sites[:_MOST_SITES]
    ]


def lost(result: SitingResult, lang: Lang) -> Rows:
    """Return the first villages that cannot be covered, those with a place first."""
    found = sorted(result.unservable, key=lambda item: not item.demand.is_placed)
    return [
        {
            "name": item.demand.name,
            "township": item.demand.township,
            "district": item.demand.district,
            "cause": item.cause.say(lang),
        }
        for item in found[:_MOST_LOST]
    ]


def steps(result: SitingResult, lang: Lang) -> Rows:
    """Return some steps of the trade-off, evenly spread, first and last among them."""
    frame = result.trade_off
    number = min(_MOST_STEPS, len(frame))
    chosen = np.unique(np.linspace(0, len(frame) - 1, number).round().astype(int))
    proved = words(lang)["proved"]
    columns = ("sites", "covered", "share", "gap")
    values = zip(*(frame[column].iloc[chosen] for column in columns), strict=True)
    return [
        {
            "sites": int(new),
            "covered": int(covered),
            "share": percent(share, 1.0),
            "gap": proved if trade_off.is_proved(gap) else percent(gap, 1.0),
        }
        for new, covered, share, gap in values
    ]


def method(result: SitingResult, lang: Lang) -> str:
    """Return the model, the limit, the weights and how good the answer is proved to be."""
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
