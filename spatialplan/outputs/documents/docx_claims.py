"""The tables of claims and places in the Word document of a check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from spatialplan.model.check_result import CheckResult
from spatialplan.outputs import layers, summary, wording
from spatialplan.outputs.documents import page, report_rows
from spatialplan.outputs.documents.docx_paper import Paper
from spatialplan.outputs.documents.docx_table import Cell, Grid, Row
from spatialplan.outputs.documents.page import Rows
from spatialplan.outputs.documents.report_words import words
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang

__all__ = [
    "all_grid",
    "count_cell",
    "state_cell",
    "tally_grid",
    "unlocated_grid",
    "why_grid",
    "write_causes",
    "write_map_evidence",
]

Words = Mapping[str, str]


def state_cell(row: Mapping[str, Any], symbols: Mapping[str, Symbol], t: Words) -> Cell:
    """Return the cell of a state: sign and name in its colour."""
    return Cell(
        text=f"{row['sign']} {row['label']}",
        small=t["estimated"] if row["estimated"] else "",
        color=symbols[row["state"]].color,
        bold=True,
    )


def _against(row: Mapping[str, Any]) -> Cell:
    limit = row["threshold"]
    return Cell(text=row["value"], small="" if limit == wording.NOTHING else limit)


def count_cell(number: int) -> Cell:
    """Return the cell of a number of things; nought is quiet."""
    return Cell(text=str(number), align="center", color="" if number else "#b4bac0")


def tally_grid(
    caption: str, first: str, states: Rows, tallies: Sequence[summary.Tally], t: Words
) -> Grid:
    """Return a table of counts by state; the last tally is the total."""
    located = any(tally.located for tally in tallies)
    heads = [first, *(f"{state['sign']} {state['label']}" for state in states), t["total"]]
    heads += [t["located"]] if located else []
    rows = []
    for at, tally in enumerate(tallies, start=1):
        counts = [tally.counts[state["key"]] for state in states] + [tally.total]
        counts += [tally.located] if located else []
        cells = [Cell(text=tally.label), *map(count_cell, counts)]
        rows.append(Row(cells=cells, kind="total" if at == len(tallies) else "plain"))
    return Grid(
        caption=caption,
        heads=[Cell(text=heads[0]), *(Cell(text=name, align="center") for name in heads[1:])],
        shares=(26, *[74 / (len(heads) - 1)] * (len(heads) - 1)),
        rows=rows,
        size=8.5,
    )


def _claim_cell(row: Mapping[str, Any]) -> Cell:
    return Cell(text=f"{row['number']}. {row['sentence']} [{row['clause']}]")


def why_grid(caption: str, rows: Rows, t: Words) -> Grid:
    """Return claims with their numbers, causes and what would change the verdict."""
    symbols = read_style().states
    return Grid(
        caption=caption,
        heads=[
            Cell(text=t["verdict"]),
            Cell(text=t["claim"]),
            Cell(text=t["value"] + t["slash"] + t["threshold"]),
            Cell(text=t["cause"]),
            Cell(text=t["change"]),
        ],
        shares=(14, 27, 15, 26, 18),
        rows=[
            Row(
                cells=[
                    state_cell(row, symbols, t),
                    _claim_cell(row),
                    _against(row),
                    Cell(text=row["cause"]),
                    Cell(text=row["change"]),
                ]
            )
            for row in rows
        ],
    )


def all_grid(result: CheckResult, lang: Lang) -> Grid:
    """Return all claims under their themes, worst first, with the total."""
    t, symbols = words(lang), read_style().states
    rows: list[Row] = []
    for theme in report_rows.by_theme(result, report_rows.verdict_rows(result, lang), lang):
        mine = [row for state in theme["states"] for row in state["rows"]]
        rows.append(Row(cells=[Cell(text=f"{theme['name']} · {len(mine)}")], kind="group"))
        rows += [
            Row(
                cells=[
                    state_cell(row, symbols, t),
                    _claim_cell(row),
                    _against(row),
                    Cell(
                        text=row["cause"],
                        small=row["change"] if row["state"] in ("no_data", "unroutable") else "",
                    ),
                    Cell(text=row["confidence"]),
                ]
            )
            for row in mine
        ]
    total = summary.tally_themes(result, lang)[-1]
    said = t["comma"].join(
        f"{symbol.sign} {symbol.label.say(lang)} {total.counts[key]}"
        for key, symbol in symbols.items()
    )
    cells = [Cell(text=t["total"]), Cell(text=str(total.total)), Cell(text="")]
    rows.append(Row(cells=[*cells, Cell(text=said), Cell(text="")], kind="total"))
    return Grid(
        caption=t["all"],
        heads=[
            Cell(text=t["verdict"]),
            Cell(text=t["claim"]),
            Cell(text=t["value"] + t["slash"] + t["threshold"]),
            Cell(text=t["cause"]),
            Cell(text=t["confidence"]),
        ],
        shares=(14, 30, 16, 30, 10),
        rows=rows,
        size=8.5,
    )


def write_causes(paper: Paper, result: CheckResult, lang: Lang) -> None:
    """Write why claims have no good answer, which places are wanted, and what to do."""
    t = words(lang)
    causes = report_rows.causes(result, lang)
    if not causes:
        paper.write(t["none"])
        return
    total = sum(len(row["claims"]) for row in causes)
    rows = [
        Row(
            cells=[
                Cell(text=row["label"]),
                count_cell(len(row["claims"])),
                Cell(text=row["remedy"]),
            ]
        )
        for row in causes
    ]
    last = Row(cells=[Cell(text=t["total"]), count_cell(total), Cell(text="")], kind="total")
    paper.table(
        Grid(
            caption=t["causes"],
            heads=[
                Cell(text=t["cause_class"]),
                Cell(text=t["claims_count"], align="center"),
                Cell(text=t["remedy"]),
            ],
            shares=(42, 14, 44),
            rows=[*rows, last],
        )
    )
    wanted = report_rows.wanted(result, lang)
    if wanted:
        lacking = next(len(row["claims"]) for row in causes if row["key"] == "no_place")
        paper.table(_wanted_grid(wanted, t))
        paper.write(t["wanted_note"].format(shown=len(wanted), claims=lacking), "Note")
    paper.heading(t["proposals"], 3)
    for number, said in enumerate(report_rows.proposals(result, lang), start=1):
        paper.write(f"{number}. {said}")


def _wanted_grid(wanted: Rows, t: Words) -> Grid:
    return Grid(
        caption=t["wanted"],
        heads=[
            Cell(text=t["name"]),
            Cell(text=t["kind"]),
            Cell(text=t["claims_count"], align="center"),
            Cell(text=t["claims_are"]),
        ],
        shares=(44, 18, 12, 26),
        rows=[
            Row(
                cells=[
                    Cell(text=row["name"]),
                    Cell(text=row["kind"]),
                    count_cell(len(row["claims"])),
                    Cell(text=t["comma"].join(map(str, row["claims"]))),
                ]
            )
            for row in wanted
        ],
    )


def unlocated_grid(unlocated: Rows, t: Words) -> Grid:
    """Return the features without a place, with their number."""
    rows = [
        Row(
            cells=[
                Cell(text=str(number)),
                Cell(text=f"{row['name']} [{row['clause']}]"),
                Cell(text=row["kind"]),
                Cell(text=row["theme"]),
                Cell(text=row["looked"]),
            ]
        )
        for number, row in enumerate(unlocated, start=1)
    ]
    total = Row(
        cells=[Cell(text=text) for text in (t["total"], str(len(unlocated)), "", "", "")],
        kind="total",
    )
    heads = ("#", t["name"], t["kind"], t["theme"], t["looked"])
    return Grid(
        caption=t["unlocated"],
        heads=[Cell(text=head) for head in heads],
        shares=(8, 28, 13, 16, 35),
        rows=[*rows, total],
        size=8.5,
    )


def write_map_evidence(paper: Paper, result: CheckResult, lang: Lang) -> None:
    """Write what the map says of the features, and which roads to mend first."""
    t = words(lang)
    if result.evidence:
        states = page.states(read_style().evidence, lang)
        tallies = summary.tally_evidence(result, lang)
        paper.table(tally_grid(t["evidence"], t["theme"], states, tallies, t))
        paper.write(t["evidence_note"], "Note")
    found = report_rows.issues(result, lang)
    if not found["total"]:
        return
    said = t["issues_lead"].format(total=found["total"], shown=len(found["rows"]))
    drawn = found["total"] > layers.PAGE_ISSUES
    more = t["issues_drawn"].format(drawn=layers.PAGE_ISSUES) if drawn else ""
    paper.write(said + more)
    keys = ("rank", "kind", "message", "length", "villages", "place")
    heads = ("rank", "kind", "doubt", "length", "cut_off", "place")
    paper.table(
        Grid(
            caption=t["issues"],
            heads=[Cell(text=t[key]) for key in heads],
            shares=(8, 13, 35, 14, 11, 19),
            rows=[Row(cells=[Cell(text=str(row[key])) for key in keys]) for row in found["rows"]],
        )
    )
