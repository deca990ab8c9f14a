"""The tables of areas and of villages not covered in the Word document of a coverage run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spatialplan.model.coverage import CoverageResult
from spatialplan.outputs.documents import coverage_rows
from spatialplan.outputs.documents.coverage_words import words
from spatialplan.outputs.documents.docx_claims import count_cell, state_cell
from spatialplan.outputs.documents.docx_paper import Paper
from spatialplan.outputs.documents.docx_table import Cell, Grid, Row
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["area_grid", "where", "write_open"]

_SHARES = (14, 8.4, 8.4, 8.4, 9.4, 8.4, 7, 7.5, 20, 8.5)


def where(row: Mapping[str, Any]) -> str:
    """Return district and township, each once and only where known."""
    return " · ".join(dict.fromkeys(filter(None, (row["district"], row["township"]))))


def _area_grid(caption: str, first: str, rows: list[Row], unit: str, lang: Lang) -> Grid:
    t = words(lang)
    heads = [f"{s.sign} {s.label.say(lang)}" for s in read_style().village_states.values()]
    heads += [t["total"], t["located"], t["rate"], t["median_in"].format(unit)]
    return Grid(
        caption=caption,
        heads=[Cell(text=first), *(Cell(text=head, align="center") for head in heads)],
        shares=_SHARES,
        rows=rows,
        size=8.0,
    )


def _area_row(row: Mapping[str, Any], kind: str = "plain", *, small: str = "") -> Row:
    cells = [Cell(text=row["name"], small=small)]
    counts = (*(row["counts"][key] for key in read_style().village_states), row["total"])
    cells += map(count_cell, (*counts, row["located"]))
    cells += [
        Cell(text=row["rate"], small=row["of"], align="center"),
        Cell(text=row["median"], align="center"),
    ]
    return Row(cells=cells, kind="total" if kind == "total" else "plain")


def area_grid(area: Mapping[str, Any], lang: Lang) -> Grid:
    """Return the districts by state with their total, and the rows beyond the roster before it."""
    t = words(lang)
    *districts, total = area["rows"]
    rows = [_area_row(row) for row in districts]
    if area["beyond"]:
        rows.append(_area_row(area["beyond"]))
    rows.append(_area_row(total, "total"))
    caption = t["area_table"].format(area["limit"])
    return _area_grid(caption, t["district"], rows, area["unit"], lang)


def write_open(paper: Paper, result: CoverageResult, lang: Lang) -> None:
    """Write causes, townships, villages not covered by county, and those that are cut off."""
    t = words(lang)
    causes = coverage_rows.cause_rows(result, lang)
    limits = [limit.label.say(lang) for limit in result.limits]
    if causes:
        paper.table(_causes_grid(causes, limits, lang))
    area = coverage_rows.areas(result, 0, lang)
    if area["townships"]:
        rows = [_area_row(row, small=row["district"]) for row in area["townships"]]
        caption = t["township_table"].format(area["limit"])
        paper.table(_area_grid(caption, t["township"], rows, area["unit"], lang))
    found = coverage_rows.open_rows(result, 0, lang)
    if found["total"]:
        paper.table(_open_grid(found, lang))
        if found["shown"] < found["total"]:
            paper.write(t["open_more"].format(most=coverage_rows.MOST, **found), "Note")
    elif not causes:
        paper.write(t["none"])
    cut_off = coverage_rows.cut_off_rows(result, 0, lang)
    if cut_off["rows"]:
        paper.table(_cut_off_grid(cut_off["rows"], t))
        shown = len(cut_off["rows"])
        if shown < cut_off["total"]:
            paper.write(t["cut_off_more"].format(total=cut_off["total"], shown=shown), "Note")


def _causes_grid(causes: list[dict[str, Any]], limits: list[str], lang: Lang) -> Grid:
    t = words(lang)
    rows = [Row(cells=[Cell(text=row["label"]), *map(count_cell, row["counts"])]) for row in causes]
    sums = [sum(row["counts"][at] for row in causes) for at in range(len(limits))]
    rows.append(Row(cells=[Cell(text=t["total"]), *map(count_cell, sums)], kind="total"))
    heads = [Cell(text=t["within"].format(limit), align="center") for limit in limits]
    return Grid(
        caption=t["causes"],
        heads=[Cell(text=t["cause_class"]), *heads],
        shares=(50, *[50 / len(limits)] * len(limits)),
        rows=rows,
    )


def _open_grid(found: Mapping[str, Any], lang: Lang) -> Grid:
    t, symbols = words(lang), read_style().village_states
    rows: list[Row] = []
    for group in found["groups"]:
        rows.append(Row(cells=[Cell(text=f"{group['name']} · {group['total']}")], kind="group"))
        rows += [
            Row(
                cells=[
                    Cell(text=row["name"], small=row["township"]),
                    state_cell(row, symbols, t),
                    Cell(text=row["nearest"], small=row["cost"]),
                    Cell(text=row["beyond"]),
                    Cell(text=row["cause"]),
                ]
            )
            for row in group["rows"]
        ]
    cells = [t["total"], str(found["total"]), "", "", ""]
    rows.append(Row(cells=[Cell(text=text) for text in cells], kind="total"))
    return Grid(
        caption=t["open_table"].format(found["limit"]),
        heads=[Cell(text=t[key]) for key in ("village", "state", "nearest", "beyond", "cause")],
        shares=(22, 13, 24, 12, 29),
        rows=rows,
        size=8.5,
    )


def _cut_off_grid(found: list[dict[str, Any]], t: Mapping[str, str]) -> Grid:
    rows = [
        Row(cells=[Cell(text=row["name"], small=where(row)), Cell(text=row["cause"])])
        for row in found
    ]
    return Grid(
        caption=t["cut_off_table"],
        heads=[Cell(text=t["village"]), Cell(text=t["cause"])],
        shares=(34, 66),
        rows=rows,
        size=8.5,
    )
