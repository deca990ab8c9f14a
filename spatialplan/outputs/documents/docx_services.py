"""Chains, loads, scenario, accessibility and imports in the Word document of a coverage run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from spatialplan.outputs.documents import coverage_villages
from spatialplan.outputs.documents.coverage_words import words
from spatialplan.outputs.documents.docx_areas import where
from spatialplan.outputs.documents.docx_claims import count_cell, state_cell
from spatialplan.outputs.documents.docx_paper import Paper
from spatialplan.outputs.documents.docx_table import Cell, Grid, Row
from spatialplan.outputs.documents.page import Rows
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["access_grid", "imports_grid", "write_chains", "write_changes", "write_loads"]

Words = Mapping[str, str]


def _heads(names: Sequence[str]) -> list[Cell]:
    return [Cell(text=names[0]), *(Cell(text=name, align="center") for name in names[1:])]


def _center(text: object) -> Cell:
    return Cell(text=str(text), align="center")


def write_chains(paper: Paper, chains: Mapping[str, Any] | None, lang: Lang) -> None:
    """Write the legs of the chain, the whole chain last, and the longest that fail."""
    t = words(lang)
    if chains is None:
        paper.write(t["chain_none"])
        return
    paper.table(_legs_grid(chains["legs"], lang))
    if chains["fits"] or chains["late"]:
        paper.write(t["workday"].format(fits=chains["fits"], late=chains["late"]))
    if chains["foreign"]:
        paper.write(t["foreign"].format(chains["foreign"]))
    if chains["rows"]:
        paper.table(_worst_grid(chains["rows"], t))
        shown = len(chains["rows"])
        if shown < chains["total"]:
            paper.write(t["chain_more"].format(total=chains["total"], shown=shown), "Note")


def _legs_grid(legs: Rows, lang: Lang) -> Grid:
    t = words(lang)
    states = {key: s for key, s in coverage_villages.chain_states().items() if key}
    names = [f"{symbol.sign} {symbol.label.say(lang)}" for symbol in states.values()]
    rows = [
        Row(
            cells=[
                Cell(text=row["name"]),
                *(count_cell(row["counts"][key]) for key in states),
                _center(row["weakest"]),
                _center(row["longest"]),
            ],
            kind="total" if row is legs[-1] else "plain",
        )
        for row in legs
    ]
    return Grid(
        caption=t["chain_table"],
        heads=_heads([t["leg"], *names, t["weakest_of"], t["longest"]]),
        shares=(16, *[11] * len(states), 14, 15),
        rows=rows,
        size=8.5,
    )


def _worst_grid(found: Rows, t: Words) -> Grid:
    symbols = read_style().village_states
    return Grid(
        caption=t["chain_worst"],
        heads=[Cell(text=t[key]) for key in ("village", "state", "whole", "weakest_of", "cause")],
        shares=(24, 13, 18, 13, 32),
        rows=[
            Row(
                cells=[
                    Cell(text=row["name"], small=where(row)),
                    state_cell(row, symbols, t),
                    Cell(text=row["cost"]),
                    Cell(text=row["weakest"]),
                    Cell(text=row["cause"]),
                ]
            )
            for row in found
        ],
        size=8.5,
    )


def write_loads(paper: Paper, loads: Mapping[str, Any], lang: Lang) -> None:
    """Write the overloaded stations, and those that took no part."""
    t = words(lang)
    if not loads["facilities"]:
        paper.write(t["loads_empty"])
    elif loads["rows"]:
        paper.table(_loads_grid(loads["rows"], t))
        shown = len(loads["rows"])
        if shown < loads["total"]:
            paper.write(t["loads_more"].format(total=loads["total"], shown=shown), "Note")
    elif loads["known"]:
        paper.write(t["loads_none"].format(loads["known"]))
    else:
        paper.write(t["loads_unknown"])
    if loads["unused"]:
        rows = [
            Row(cells=[Cell(text=row["tier"]), Cell(text=row["cause"]), _center(row["count"])])
            for row in loads["unused"]
        ]
        total = sum(row["count"] for row in loads["unused"])
        cells = [Cell(text=t["total"]), Cell(text=""), _center(total)]
        paper.table(
            Grid(
                caption=t["unused"],
                heads=[Cell(text=t["station"]), Cell(text=t["cause"]), _center(t["count"])],
                shares=(20, 64, 16),
                rows=[*rows, Row(cells=cells, kind="total")],
            )
        )


def _loads_grid(found: Rows, t: Words) -> Grid:
    keys = ("served", "load", "capacity", "excess")
    return Grid(
        caption=t["loads_table"],
        heads=_heads([t[key] for key in ("station", *keys)]),
        shares=(36, 14, 18, 16, 16),
        rows=[
            Row(
                cells=[
                    Cell(text=row["name"], small=where(row)),
                    *(_center(row[key]) for key in keys),
                ]
            )
            for row in found
        ],
    )


def write_changes(paper: Paper, changes: Mapping[str, Any], lang: Lang) -> None:
    """Write the scenario: its steps, the changes by limit, who gains and who loses."""
    t = words(lang)
    paper.write(changes["title"])
    for number, step in enumerate(changes["steps"], start=1):
        paper.write(f"{number}. {step}")
    kinds = changes["kinds"]
    rows = []
    for row in changes["counts"]:
        counts = [row[kind["key"]] for kind in kinds]
        rows.append(Row(cells=[Cell(text=row["limit"]), *map(count_cell, (*counts, sum(counts)))]))
    paper.table(
        Grid(
            caption=t["change_table"],
            heads=_heads([t["limit"], *(kind["label"] for kind in kinds), t["total"]]),
            shares=(16, *[84 / (len(kinds) + 1)] * (len(kinds) + 1)),
            rows=rows,
        )
    )
    if changes["rows"]:
        paper.table(_gains_grid(changes["rows"], t))
        shown = len(changes["rows"])
        if shown < changes["total"]:
            paper.write(t["gains_more"].format(total=changes["total"], shown=shown), "Note")


def _gains_grid(found: Rows, t: Words) -> Grid:
    states = read_style().village_states
    colors = {"gains": states["covered"].color, "loses": states["not_covered"].color}
    return Grid(
        caption=t["gains_table"],
        heads=[Cell(text=t[key]) for key in ("village", "limit", "change", "before", "after")],
        shares=(34, 14, 18, 17, 17),
        rows=[
            Row(
                cells=[
                    Cell(text=row["name"], small=where(row)),
                    Cell(text=row["limit"]),
                    Cell(text=row["label"], color=colors[row["kind"]], bold=True),
                    Cell(text=row["before"]),
                    Cell(text=row["after"]),
                ]
            )
            for row in found
        ],
    )


def access_grid(found: Rows, t: Words) -> Grid:
    """Return the range of each measure of accessibility."""
    keys = ("measure", "valued", "lowest", "median", "highest")
    return Grid(
        caption=t["access_table"],
        heads=_heads([t[key] for key in keys]),
        shares=(36, 16, 16, 16, 16),
        rows=[
            Row(
                cells=[
                    Cell(text=row["name"]),
                    _center(row["valued"]),
                    *map(_center, row["values"]),
                ]
            )
            for row in found
        ],
    )


def imports_grid(found: Rows, states: Rows, t: Words) -> Grid:
    """Return the rows of each table that was read, by state, with the total."""
    names = [t["rows"], *(f"{state['sign']} {state['label']}" for state in states)]
    keys = ["total", *(state["key"] for state in states)]
    rows = [
        Row(
            cells=[
                Cell(text=row["place"], small=row["kind"]),
                *(count_cell(row[key]) for key in keys),
                Cell(text=row["datum"]),
            ]
        )
        for row in found
    ]
    sums = [count_cell(sum(row[key] for row in found)) for key in keys]
    cells = [Cell(text=t["total"]), *sums, Cell(text="")]
    return Grid(
        caption=t["imports_table"],
        heads=[*_heads([t["file"], *names]), Cell(text=t["datum"])],
        shares=(22, *[8] * len(keys), 38),
        rows=[*rows, Row(cells=cells, kind="total")],
        size=8.5,
    )
