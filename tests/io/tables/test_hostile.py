"""Thousands of hostile tables, in real files: none crashes, none loses a row, none is changed.

What the formats themselves cannot carry is said here: a CSV file has no difference between no row
and no text at its end; an Excel cell that holds the empty text is empty, and trailing blank rows
and columns do not exist; XML cannot hold U+FFFE and U+FFFF.
"""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
import xlwt
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from spatialplan.errors import SpatialPlanError
from spatialplan.io.tables.headers import read_header
from spatialplan.io.tables.reading import read_tables
from spatialplan.model.table import RawTable, TableKind
from tests.io.tables import hostile
from tests.io.tables.hostile import Cells

SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
HEADING = "行政村名称"  # every real table has one: it tells the encoding


SOUND = hostile.xlsx_bytes([["行政村", "经度"], ["张家村", "112.9"]])


def thorough(count: int) -> settings:
    return settings(max_examples=count, deadline=None, suppress_health_check=SLOW)


def check_sorted(raw: RawTable) -> None:
    """Every row is header, aside or body; reading the header changes no cell."""
    assert len(raw.numbers) == len(raw.cells)
    assert len({len(row) for row in raw.cells}) <= 1
    assert list(raw.numbers) == sorted(set(raw.numbers))
    for kind in TableKind:
        found = read_header(raw, kind)
        assert sorted([*found.aside, *found.body]) == list(range(len(raw.cells)))
        assert set(found.header) <= set(found.aside)
        assert found.raw.cells == raw.cells
        assert found.raw.numbers == raw.numbers
        width = len(raw.cells[0]) if raw.cells else 0
        assert len(found.columns) == width
        assert all(0 <= column < width for column in found.meanings.values())


def check_table_or_line(path: Path) -> None:
    """The file gives sound tables, or one line that names it."""
    try:
        found = read_tables(path)
    except SpatialPlanError as error:
        said = error.text
    else:
        for raw in found:
            check_sorted(raw)
        return
    assert path.name in said.zh
    assert path.name in said.en
    assert "\n" not in said.zh + said.en


def trimmed(cells: Cells) -> list[tuple[str, ...]]:
    """Without blank rows and columns at the end."""
    height = max((r + 1 for r, row in enumerate(cells) if any(row)), default=0)
    width = max((c + 1 for row in cells for c, text in enumerate(row) if text), default=0)
    return [tuple(row[:width]) for row in cells[:height]]


def check_comes_back(folder: Path, cells: Cells, format_name: str) -> None:
    """Written and read, the cells are the same to the letter, and all rows are there."""
    name, to_bytes = hostile.WRITERS[format_name]
    (raw,) = read_tables(hostile.written(folder, name, to_bytes(cells)))
    wanted = trimmed(cells) if format_name == "xlsx" else list(map(tuple, cells))
    assert list(raw.cells) == wanted
    if format_name in {"xlsx", "json"}:
        assert raw.numbers == tuple(range(1, len(raw.cells) + 1))
    else:
        assert raw.encoding == (format_name if format_name != "tsv" else "GB18030")
    check_sorted(raw)


def under_heading(cells: Cells) -> Cells:
    width = len(cells[0]) if cells else 2
    rows = [[text.replace("\ufffe", "").replace("\uffff", "") for text in row] for row in cells]
    return [[HEADING, *[""] * (width - 1)], *rows]


@thorough(100)
@given(cells=hostile.tables())
@example(cells=[["sep=;", ""], ["", ""]])
@example(cells=[['"', "a\nb"], ["", '""\r']])
@example(cells=[])
def test_tables_come_back_to_the_letter_in_every_format(tmp_path: Path, cells: Cells) -> None:
    for format_name in hostile.WRITERS:
        check_comes_back(tmp_path, under_heading(cells), format_name)


@pytest.mark.parametrize("format_name", hostile.WRITERS)
def test_thousands_of_tables_come_back_to_the_letter(tmp_path: Path, format_name: str) -> None:
    rng = random.Random(format_name)
    for _ in range(300):
        cells = under_heading(hostile.random_table(rng))
        try:
            check_comes_back(tmp_path, cells, format_name)
        except BaseException:
            print(cells)  # noqa: T201 - pytest shows it with the failure
            raise


@thorough(200)
@given(lines=st.lists(st.lists(hostile.CELL, max_size=4).map(", ".join), max_size=8),
       suffix=st.sampled_from([".csv", ".txt", ".tsv"]))  # fmt: skip
def test_any_text_is_read_without_losing_a_character(
    tmp_path: Path, lines: list[str], suffix: str
) -> None:
    text = "行政村\n" + "\n".join(lines)
    path = hostile.written(tmp_path, f"表{suffix}", text.encode())
    (raw,) = read_tables(path)
    check_sorted(raw)
    kept = sorted(char for row in raw.cells for cell in row for char in cell)
    gone = set('\r\n"\t,;|，、 \u3000')  # what separates cells and rows
    assert [c for c in kept if c not in gone] == sorted(c for c in text if c not in gone)


@thorough(300)
@given(
    content=st.binary(max_size=60),
    start=st.sampled_from([b"", b"PK\x03\x04",  b"SQLite format 3\0",
                           b"\x00\x00\x27\x0a", b"<kml>", b"<table>", b"{", b"[", b"\xff\xfe", b"\xef\xbb\xbf"]),
    suffix=st.sampled_from([".csv", ".txt", ".xlsx", ".xls", ".json", ".geojson", ".gpkg", ".shp",
                            ".kml", ".kmz", ".pdf", ""]),
)  # fmt: skip
def test_any_bytes_give_a_table_or_one_line(
    tmp_path: Path, content: bytes, start: bytes, suffix: str
) -> None:
    path = hostile.written(tmp_path, f"表{suffix}", start + content)
    check_table_or_line(path)


@thorough(150)
@given(data=st.data())
def test_a_damaged_workbook_gives_a_table_or_one_line(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.sampled_from([len(content), len(content) // 2]))]
    path = hostile.written(tmp_path, "表.xlsx", bytes(content))
    check_table_or_line(path)


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_old_workbook_gives_a_table_or_one_line(tmp_path: Path, seed: int) -> None:
    """Its reader may stop the whole process: not this one."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("表")
    for row in range(20):
        sheet.write(row, 0, f"张家村{row}")
        sheet.write(row, 1, row * 1.5)
    stream = io.BytesIO()
    book.save(stream)
    content, rng = bytearray(stream.getvalue()), random.Random(seed)
    for at in rng.sample(range(len(content)), 8 * seed):
        content[at] = rng.randrange(256)
    check_table_or_line(hostile.written(tmp_path, "表.xls", bytes(content)))
