"""Whatever a table holds: rows in are rows out, nothing crashes, no text changes."""

from __future__ import annotations

import contextlib
import dataclasses
import random
from collections import Counter
from pathlib import Path

import pytest

from spatialplan.delivery.demand import demand_of, facilities_of
from spatialplan.errors import SpatialPlanError
from spatialplan.importing import rows as rows_
from spatialplan.importing.run import import_tables
from spatialplan.io.tables.headers import read_header
from spatialplan.io.tables.reading import read_tables
from spatialplan.measures.ground import Ground
from spatialplan.measures.positions import read_positions
from spatialplan.measures.roster import match_roster
from spatialplan.model.inputs import Inputs
from spatialplan.model.table import ImportedTable, ImportResult, RawTable, RowState, TableKind
from tests.io.tables.hostile import WRITERS, random_cell, random_table, written

HEADINGS = ["村名", "行政村", "乡镇", "县区", "编码", "经度", "纬度", "坐标", "人口", "容量", "开业时间",
            "精度", "坐标系", "级别", "隶属站点", "名称", "x", "y", "曾用名"]  # fmt: skip
TRUE = ["112.9", "27.8", "112°54′30″", "27°48′", "112.9,27.8", "3079000", "38490000", "gcj02", "村级",
        "430302001001", "2026-01-01", "1,234人", "50米"]  # fmt: skip


@pytest.fixture(scope="module")
def small(xiangtan: Inputs) -> Inputs:
    """Fewer villages, so that thousands of tables are quick."""
    return dataclasses.replace(xiangtan, villages=xiangtan.villages[:40])


def headed_table(rng: random.Random) -> list[list[str]]:
    """A table with a header that is understood, over cells half of which are true ones."""
    heads = rng.sample(HEADINGS, rng.randint(2, 7))
    rows = [
        [rng.choice(TRUE) if rng.random() < 0.5 else random_cell(rng)[:200] for _ in heads]
        for _ in range(rng.randint(1, 6))
    ]
    return [heads, *rows]


def assert_whole(table: ImportedTable, raw: RawTable) -> None:
    """Every row of the sheet is a data row or aside, as it was, under its number."""
    read = table.read
    assert sorted([*read.body, *read.aside]) == list(range(len(raw.cells)))
    assert read.raw.cells == raw.cells
    assert [row.cells for row in table.rows] == [raw.cells[at] for at in read.body]
    assert [row.number for row in table.rows] == [raw.numbers[at] for at in read.body]
    for row in table.rows:
        assert (row.lon is None) == (row.lat is None) == (row.state is RowState.REJECTED)
        assert row.notes or row.state is RowState.ACCEPTED
        assert all(note.zh and note.en for note in row.notes)


def assert_taken(result: ImportResult, inputs: Inputs) -> None:
    """Every row is found in the demand, or among the facilities."""
    if result.kind is TableKind.VILLAGE:
        origins = "；".join(d.origin for d in demand_of(inputs.villages, result)).split("；")
    else:
        origins = [f.origin for f in facilities_of(result, inputs.villages)]
    rows = [f"{t.place} 第 {row.number} 行" for t in result.tables for row in t.rows]
    assert Counter(filter(None, origins)) == Counter(rows)


@pytest.mark.parametrize("seed", range(5))
def test_thousands_of_tables(seed: int, small: Inputs) -> None:
    rng = random.Random(seed)
    ground = Ground(districts=small.districts, network=small.network, places=small.objects)
    for number in range(400):
        cells = headed_table(rng) if number % 2 else random_table(rng)
        numbers = tuple(range(rng.randint(1, 9), 99))[: len(cells)]
        raw = RawTable(file="表.csv", sheet="", numbers=numbers, cells=tuple(map(tuple, cells)))
        kind = list(TableKind)[number % 3]
        read = read_header(raw, kind)
        places, finding = read_positions(read, ground)
        match = match_roster(rows_.roster_queries(read, places, kind), small.villages)
        alike = [[] for _ in places]
        found = rows_.findings_of(places, match, 0, [""] * len(places), alike)
        rows = rows_.understand_rows(read, found, kind)
        table = ImportedTable(read=read, kind=kind, rows=rows, datum=finding)
        assert_whole(table, raw)
        assert_taken(ImportResult(kind=kind, tables=(table,), roster=None), small)


@pytest.mark.parametrize("form", WRITERS)
def test_files_of_every_format(form: str, small: Inputs, tmp_path: Path) -> None:
    rng = random.Random(form)
    name, write = WRITERS[form]
    imported = 0
    for number in range(20):
        cells = headed_table(rng) if number % 2 else random_table(rng)
        path = written(tmp_path, name, write(cells))
        kind = list(TableKind)[number % 3]
        with contextlib.suppress(SpatialPlanError):  # whatever else is raised fails the test
            assert_whole_import(path, kind, small)
            imported += 1
    assert imported >= 8


def assert_whole_import(path: Path, kind: TableKind, inputs: Inputs) -> None:
    """Every row of every sheet is in the result, and the roster adds up."""
    result = import_tables([path], kind, inputs)
    raws = {raw.sheet: raw for raw in read_tables(path)}
    for table in result.tables:
        assert_whole(table, raws.pop(table.read.raw.sheet))
    assert all(not read_header(raw, kind).body for raw in raws.values())
    assert_taken(result, inputs)
    if result.roster is not None:
        assert len(result.roster.village) == len(result.rows)
        named = {code for code in result.roster.village if code}
        assert named.isdisjoint(result.roster.missing)
        assert len(named) + len(result.roster.missing) == len(inputs.villages)
