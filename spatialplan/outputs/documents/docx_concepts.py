"""The layout concepts in the Word document of a check: answers, findings, tables."""

from __future__ import annotations

from typing import Any

from spatialplan.model.check_result import CheckResult
from spatialplan.model.profile import Strip
from spatialplan.outputs.documents.docx_claims import state_cell
from spatialplan.outputs.documents.docx_paper import Paper
from spatialplan.outputs.documents.docx_table import Cell, Grid, Row
from spatialplan.outputs.documents.profile_report import concept_rows
from spatialplan.outputs.documents.report_rows import clause_numbers
from spatialplan.outputs.documents.report_words import words
from spatialplan.outputs.figures import canvas, strip, strip_plot
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["write_concepts", "write_exhibits"]

_SIZES = {"": 8.5, "dense": 7.5, "densest": 6.5}


def write_concepts(paper: Paper, result: CheckResult, exhibits: str, lang: Lang) -> None:
    """Write each concept: its answer, the findings, the table that matters most.

    Parameters
    ----------
    exhibits
        Title of the part that has all tables.
    """
    t = words(lang)
    note = paper.write(t["unknown_note"] + t["exhibits_see"].format(exhibits), "Note")
    note.paragraph_format.keep_with_next = True
    concepts = concept_rows(result, clause_numbers(result), lang)
    for concept, profile in zip(concepts, result.profiles, strict=True):
        paper.heading(concept["title"], 2)
        paper.write(f"{concept['answer']} [{concept['clause']}]", "Lead")
        if concept["findings"]:
            paper.table(_findings_grid(concept, lang))
        for line in profile.strips:
            paper.figure(_strip_png(line, lang), line.title.say(lang))
        for exhibit in concept["main"]:
            _write_exhibit(paper, exhibit, lang)


def _strip_png(line: Strip, lang: Lang) -> bytes:
    with canvas.drawing():
        height = strip_plot.height_mm(line, lang)
        figure = canvas.new_figure(strip.WIDTH_MM, height)
        axes = canvas.add_axes(figure, 0, 0, strip.WIDTH_MM, height)
        strip_plot.draw_on(axes, line, lang)
        return canvas.png_bytes(figure)


def _findings_grid(concept: dict[str, Any], lang: Lang) -> Grid:
    t, symbols = words(lang), read_style().states
    keys = ("verdict", "question", "concept_answer", "value", "related")
    rows = [
        Row(
            cells=[
                state_cell(row, symbols, t),
                Cell(text=row["question"]),
                Cell(text=row["answer"]),
                Cell(text=row["value"]),
                Cell(text=t["comma"].join(str(claim["number"]) for claim in row["claims"]) or "—"),
            ]
        )
        for row in concept["findings"]
    ]
    said = t["comma"].join(
        f"{state['sign']} {state['label']} {state['count']}" for state in concept["counts"]
    )
    cells = [t["total"], str(len(rows)), said, "", ""]
    total = Row(cells=[Cell(text=text) for text in cells], kind="total")
    return Grid(
        caption=t["findings_of"].format(concept["name"]),
        heads=[Cell(text=t[key]) for key in keys],
        shares=(14, 21, 39, 13, 13),
        rows=[*rows, total],
    )


def write_exhibits(paper: Paper, result: CheckResult, lang: Lang) -> None:
    """Write the tables of each concept that its own part leaves out, and its notes."""
    for concept in concept_rows(result, clause_numbers(result), lang):
        if concept["more"] or concept["notes"]:
            paper.heading(concept["title"], 3)
        for exhibit in concept["more"]:
            _write_exhibit(paper, exhibit, lang)
        paper.write_list((f"• {note}" for note in concept["notes"]), "Note")


def _write_exhibit(paper: Paper, exhibit: dict[str, Any], lang: Lang) -> None:
    t, states = words(lang), read_style().states
    heads = [
        Cell(text=head["name"] + head["unit"], align="right" if head["look"] == "r" else "left")
        for head in exhibit["heads"]
    ]
    rows = []
    for cells in exhibit["rows"]:
        row = []
        for cell in cells:
            state = cell["look"].removeprefix("state s-")
            known = states.get(state)
            row.append(
                Cell(
                    text=cell["text"],
                    align="right" if cell["look"] == "r" else "left",
                    color=known.color if known else "",
                    bold=known is not None,
                )
            )
        rows.append(Row(cells=row))
    if not rows:
        paper.write(exhibit["title"] + t["colon"] + t["none"], "Note")
        return
    paper.table(
        Grid(
            caption=exhibit["title"],
            heads=heads,
            shares=[head["width"] for head in exhibit["heads"]],
            rows=rows,
            size=_SIZES[exhibit["density"]],
        )
    )
    if exhibit["left"]:
        paper.write(t["rows_left"].format(exhibit["left"]), "Note")
    if exhibit["note"]:
        paper.write(exhibit["note"], "Note")
