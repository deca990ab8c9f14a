"""Write a `SitingResult` as one HTML page that prints on A4 and loads nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

from spatialplan import files
from spatialplan.model.basemap import Basemap
from spatialplan.model.siting import SitingResult
from spatialplan.outputs import siting_summary, wording
from spatialplan.outputs.documents import page, siting_rows
from spatialplan.outputs.documents.coverage_words import words
from spatialplan.outputs.documents.report_outline import outline
from spatialplan.outputs.figures import coverage_figure, trade_off
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["write_siting_report"]


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
        tiles=siting_rows.tiles(result, lang),
        sites=siting_rows.sites(result),
        adds=sum(len(site.newly_covered) for site in result.sites),
        weight=siting_rows.weight(sum(site.weight for site in result.sites)),
        outline=outline(siting_rows.PARTS, (), t, lang),
        lost=siting_rows.lost(result, lang),
        steps=siting_rows.steps(result, lang),
        map=page.data_uri(coverage_figure.siting_map_png(result, basemap, lang)),
        curve=page.data_uri(trade_off.trade_off_png(result, lang)),
        notes=[siting_rows.method(result, lang), *(note.say(lang) for note in result.notes)],
        sources=page.sources(result.sources, lang),
    )
    files.write_text(path, wording.clean(text))
