"""Write a `SitingResult` as a Word document: the answer on the first page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from spatialplan import files
from spatialplan.model.basemap import Basemap
from spatialplan.model.siting import SitingResult
from spatialplan.outputs import siting_summary
from spatialplan.outputs.documents import docx_front, page, siting_rows
from spatialplan.outputs.documents.coverage_words import words
from spatialplan.outputs.documents.docx_areas import where
from spatialplan.outputs.documents.docx_paper import Paper
from spatialplan.outputs.documents.docx_table import Cell, Grid, Row
from spatialplan.outputs.documents.docx_tiles import Tile
from spatialplan.outputs.documents.report_outline import Part, outline
from spatialplan.outputs.figures import coverage_figure, trade_off
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["write_siting_docx"]

_MOST_LEADS = 3  # more paragraphs of answer are set smaller, so that the first page holds them
_BESIDE_CONTENTS_MM = 150.0

Words = Mapping[str, str]
Parts = Mapping[str, Part]


def write_siting_docx(
    result: SitingResult, basemap: Basemap, path: Path, *, stamp: str, lang: Lang = "zh"
) -> None:
    """Write the report as a Word document; the same result and stamp make the same bytes.

    Parameters
    ----------
    stamp
        When the run was made, as it is to be shown.

    Raises
    ------
    OutputError
        When this machine has no CJK font for the figures, or the file cannot be written.
    """
    t = words(lang) | {"report": words(lang)["siting_report"]}
    paper = Paper(t, docx_front.head(result.plan, t["report"], lang), lang)
    parts = outline(siting_rows.PARTS, (), t, lang)
    _write_front(paper, result, (t, parts), stamp, lang)
    png = coverage_figure.siting_map_png(result, basemap, lang)
    paper.figure(png, t["sites_map"], most_mm=_BESIDE_CONTENTS_MM)
    paper.heading(parts["unservable_head"].title, new_page=True)
    _write_lost(paper, result, t, lang)
    paper.heading(parts["sites_head"].title)
    _write_sites(paper, result, t)
    paper.heading(parts["trade_head"].title)
    _write_steps(paper, result, t, lang)
    paper.heading(parts["method_head"].title)
    paper.write_list([siting_rows.method(result, lang), *(n.say(lang) for n in result.notes)])
    paper.heading(parts["sources"].title)
    paper.table(docx_front.sources_grid(page.sources(result.sources, lang), t))
    title = f"{result.plan.title.say(lang)} {t['report']}"
    content = paper.to_bytes(title=title, stamp=stamp, version=result.version)
    files.write_bytes(path, content)


def _write_front(
    paper: Paper, result: SitingResult, said: tuple[Words, Parts], stamp: str, lang: Lang
) -> None:
    """Write the first page, which stands alone, and the contents."""
    t, parts = said
    docx_front.write_title(paper, result.plan, t, stamp=stamp, version=result.version, lang=lang)
    paper.heading(parts["answer"].title)
    answer = siting_summary.answer(result, lang)
    for sentence in answer:
        paper.write(sentence, "Lead" if len(answer) <= _MOST_LEADS else "Small Lead")
    symbols = read_style().siting
    paper.tiles(
        [
            Tile(
                number=tile["count"],
                label=f"{tile['sign']} {tile['label']}".strip(),
                color=symbols[tile["key"]].color,
            )
            for tile in siting_rows.tiles(result, lang)
        ]
    )
    docx_front.write_supply(paper, t["supply"], siting_summary.requests(result, lang))
    paper.figure(trade_off.trade_off_png(result, lang), t["trade_figure"])
    paper.contents()


def _write_lost(paper: Paper, result: SitingResult, t: Words, lang: Lang) -> None:
    """Write the villages that nothing can cover and why."""
    rows, total = siting_rows.lost(result, lang), len(result.unservable)
    if not rows:
        paper.write(t["unservable_none"])
        return
    if len(rows) < total:
        paper.write(t["unservable_more"].format(total=total, shown=len(rows)), "Note")
    paper.table(
        Grid(
            caption=t["unservable_table"],
            heads=[Cell(text=t["village"]), Cell(text=t["cause"])],
            shares=(36, 64),
            rows=[
                Row(cells=[Cell(text=row["name"], small=where(row)), Cell(text=row["cause"])])
                for row in rows
            ],
        )
    )


def _number(text: object) -> Cell:
    return Cell(text=str(text), align="right")


def _write_sites(paper: Paper, result: SitingResult, t: Words) -> None:
    """Write the proposed sites, what they add in all at the end."""
    found, total = siting_rows.sites(result), len(result.sites)
    if not found:
        paper.write(t["sites_none"])
        return
    if len(found) < total:
        paper.write(t["sites_more"].format(total=total, shown=len(found)), "Note")
    rows = [
        Row(
            cells=[
                _number(row["rank"]),
                Cell(text=row["name"], small=where(row)),
                *(_number(row[key]) for key in ("serves", "adds", "weight", "place")),
            ]
        )
        for row in found
    ]
    adds = sum(len(site.newly_covered) for site in result.sites)
    weight = siting_rows.weight(sum(site.weight for site in result.sites))
    count = Cell(text=t["sites_total"].format(total))
    ends = [Cell(text=t["total"]), count, *map(_number, ("", adds, weight, ""))]
    names = ("serves", "adds", "weight", "place")
    heads = [Cell(text=t["rank"], align="right"), Cell(text=t["site"])]
    paper.table(
        Grid(
            caption=t["sites_table"],
            heads=[*heads, *(_number(t[name]) for name in names)],
            shares=(8, 37, 11, 11, 11, 22),
            rows=[*rows, Row(cells=ends, kind="total")],
        )
    )


def _write_steps(paper: Paper, result: SitingResult, t: Words, lang: Lang) -> None:
    """Write some steps of the trade-off in numbers; its curve is on the first page."""
    rows, total = siting_rows.steps(result, lang), len(result.trade_off)
    if len(rows) < total:
        paper.write(t["trade_more"].format(total=total, shown=len(rows)), "Note")
    keys = ("sites", "covered", "share", "gap")
    names = ("new_sites", "covered_villages", "share", "gap")
    paper.table(
        Grid(
            caption=t["trade_table"],
            heads=[_number(t[name]) for name in names],
            shares=(25, 25, 25, 25),
            rows=[Row(cells=[_number(row[key]) for key in keys]) for row in rows],
        )
    )
