"""What both Word documents begin with and end on: title block, requests, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spatialplan.model.plan import Plan
from spatialplan.outputs.documents.docx_paper import Paper
from spatialplan.outputs.documents.docx_table import Cell, Grid, Row
from spatialplan.outputs.documents.page import Rows
from spatialplan.text import Lang

__all__ = ["head", "sources_grid", "write_supply", "write_title"]

_CIRCLED = ord("①")


def head(plan: Plan, report: str, lang: Lang) -> str:
    """Return what the header of each page says."""
    number = f"（{plan.number}）" if lang == "zh" else f" ({plan.number})"
    return f"{plan.title.say(lang)}{number if plan.number else ''}　{report}"


def write_title(
    paper: Paper, plan: Plan, t: Mapping[str, str], *, stamp: str, version: str, lang: Lang
) -> None:
    """Write the title block: title, what it is, number, issuer and dates, a red rule."""
    paper.write(plan.title.say(lang), "Title")
    paper.write(t["report"], "Subtitle")
    rows = (
        (("number", plan.number), ("issuer", plan.issuer), ("date", plan.date)),
        (("horizon", plan.horizon), ("checked", stamp), ("version", f"spatialplan {version}")),
    )
    lines = [[f"{t[key]}{t['colon']}{value}" for key, value in row if value] for row in rows]
    for line in filter(None, lines):
        last = paper.write("　".join(line), "Details")
    paper.underline(last)


def write_supply(paper: Paper, lead: str, requests: Sequence[str], more: str = "") -> None:
    """Write what the reader can supply; nothing where nothing is missing."""
    if not requests:
        return
    marks = (f"{chr(_CIRCLED + at)} {request}" for at, request in enumerate(requests))
    space = "" if paper.lang == "zh" else " "
    paper.write(f"{lead}{space}{'　'.join(marks)}{'　' if more else ''}{more}", "Request")


def sources_grid(sources: Rows, t: Mapping[str, str]) -> Grid:
    """Return the table of sources, licences and accuracies."""
    return Grid(
        caption=t["sources"],
        heads=[Cell(text=t[key]) for key in ("source", "source_date", "licence", "accuracy")],
        shares=(28, 14, 34, 24),
        rows=[
            Row(
                cells=[
                    Cell(text=source["title"]),
                    Cell(text=source["date"]),
                    Cell(text=source["licence"], small=source["attribution"]),
                    Cell(text=source["accuracy"]),
                ]
            )
            for source in sources
        ],
    )
