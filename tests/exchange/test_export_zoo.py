"""Every format on every shape and value: what reads back differs exactly where losses say so."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from spatialplan import exporting
from spatialplan.exchange.package import Loss, Package, read_package
from tests.exchange import reading, zoo

TABULAR = ["shp", "geojson", "fgb", "geoparquet", "gdb", "xlsx", "csv"]
BY_ROW = [*TABULAR, "kml", "kmz"]


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return read_package(zoo.write_zoo(tmp_path_factory.mktemp("zoo") / "动物园.gpkg"))


def source_rows(package: Package) -> dict[str, dict[int, dict[str, Any]]]:
    """What was put into the package, from the lists that made it and not from our reader."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    lists = {
        "name": zoo.TEXTS,
        "big_number_of_villages": zoo.INTS,
        "big_number_of_villagers": zoo.SMALL,
        "share": zoo.FLOATS,
        "is_covered": zoo.BOOLS,
        "day": zoo.DAYS,
        "seen": zoo.TIMES,
    }
    for table in package.tables:
        shapes = zoo.LAYERS.get(table.name, (None, [None] * 10))[1]
        found[table.name] = {
            row + 1: {"id": row + 1, "geometry": shape, **{n: v[row] for n, v in lists.items()}}
            for row, shape in enumerate(shapes)
        }
    return found


def differences(
    package: Package, folder: Path, format_id: str
) -> tuple[Counter[tuple[str, str]], set[str]]:
    """Count the cells that differ by table and column; and tell the tables that are missing."""
    found = reading.rows_of(folder, format_id)
    differ: Counter[tuple[str, str]] = Counter()
    missing = set()
    for table, rows in source_rows(package).items():
        if table not in found:
            missing.add(table)
            continue
        assert set(found[table]) == set(rows), table
        for id_, row in rows.items():
            for column, wanted in row.items():
                check = reading.same_place if column == "geometry" else reading.same
                if not check(wanted, found[table][id_][column], format_id):
                    differ[table, "" if column == "geometry" else column] += 1
    return differ, missing


def told(losses: tuple[Loss, ...]) -> Counter[tuple[str, str]]:
    counted: Counter[tuple[str, str]] = Counter()
    for loss in losses:
        counted[loss.table, loss.column] += loss.count
    return counted


@pytest.mark.parametrize("format_id", BY_ROW)
def test_what_differs_is_what_is_told(package: Package, tmp_path: Path, format_id: str) -> None:
    done = exporting.export(package, format_id, tmp_path)
    differ, missing = differences(package, tmp_path, format_id)
    losses = told(done.losses)
    for table in missing:
        assert losses.pop((table, "")) == len(source_rows(package)[table])
    assert losses == differ
    assert missing == (set() if format_id in TABULAR else {"plain"})
