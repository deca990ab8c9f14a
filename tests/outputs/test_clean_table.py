"""The clean GeoPackage, read back: every row, every original cell, placed where it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spatialplan.errors import OutputError
from spatialplan.model.table import TableKind
from spatialplan.outputs.documents.clean_table import write_clean
from tests.outputs import import_sample as sample


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "clean.gpkg"
    write_clean(sample.result(), path, villages=sample.villages())
    return path


def layer(path, name):
    return pyogrio.read_dataframe(path, layer=name)


def test_layers_version_and_no_leftovers(written):
    assert sorted(name for name, _ in pyogrio.list_layers(written)) == [
        "aside", "columns", "datum", "missing", "villages",
    ]  # fmt: skip
    with closing(sqlite3.connect(written)) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (10300,)
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert [path.name for path in written.parent.iterdir()] == ["clean.gpkg"]


def test_every_row_with_its_place_state_and_cells(written):
    rows = layer(written, "villages")
    assert rows.crs.to_epsg() == 4490
    assert rows["name"].tolist() == [cells[0] for cells in sample.ROWS]
    assert rows["state"].str[0].tolist() == ["✓", "✎", "?", "✗"]
    assert rows["notes"].tolist()[1:] == ["度分换算为度", "名录中没有这个村", "没有坐标"]
    assert rows["row_number"].tolist() == [3, 4, 5, 6]
    assert rows["village"].tolist() == list(sample.MATCHED)
    assert rows["village_code"].tolist() == list(sample.MATCHED)
    assert rows["village_name"].tolist() == ["泉塘子村委会", "光明村委会", "", "石坝村委会"]
    assert rows.geometry.isna().tolist() == [False, False, False, True]
    assert (rows.geometry.iloc[0].x, rows.geometry.iloc[0].y) == pytest.approx((112.801, 27.912))
    assert rows["population"].tolist()[0] == 120.0
    assert np.isnan(rows["lon"].iloc[3])
    assert rows["opened"].tolist() == ["", "2024-05-01", "", ""]
    assert rows["src_c03"].tolist() == [cells[2] for cells in sample.ROWS]
    assert rows["src_c06"].tolist()[1] == sample.FORMULA
    assert rows["src_c06"].tolist()[2] == sample.HOSTILE.replace("\x00", "\ufffd").replace(
        "\ud800", "\ufffd"
    )
    assert rows["src_c06"].tolist()[3] == "12.50"


def test_how_it_was_read(written):
    columns = layer(written, "columns")
    assert columns["heading"].tolist() == list(sample.HEADINGS)
    assert columns["meaning"].tolist() == ["名称", "乡镇街道", "区划代码", "经度", "纬度", ""]
    aside = layer(written, "aside")
    assert aside["why"].tolist() == ["标题", "表头", "合计行"]
    assert aside["content"].tolist()[2] == "合计 | 4"
    datum = layer(written, "datum")
    assert datum["key"].tolist() == ["wgs84", "gcj02"]
    assert datum["is_used"].tolist() == [1, 0]
    assert datum["inside_share"].tolist() == [1.0, 0.667]
    missing = layer(written, "missing")
    assert missing["code"].tolist() == ["430302101003", "430302101005"]
    assert missing["name"].tolist() == ["红星村委会", sample.FORMULA]


def test_aliases(written):
    with closing(sqlite3.connect(written)) as base:
        found = dict(
            base.execute(
                "SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'villages'"
            )
        )
        extensions = base.execute(
            "SELECT count(*) FROM gpkg_extensions WHERE extension_name = 'gpkg_schema'"
        ).fetchone()
    assert found["township"] == "乡镇街道"
    assert [found[f"src_c{number:02d}"] for number in range(1, 7)] == list(sample.HEADINGS)
    assert all(name.isascii() for name in found)
    assert extensions == (2,)


def test_sheets_share_the_columns_of_equal_headings(tmp_path):
    other = sample.raw_table("乙.csv", "")
    heads = ("村名", "村名", "编码", "经度", "纬度", "电话")
    other = replace(other, cells=(other.cells[0], heads, *other.cells[2:]))
    result = sample.result(sample.table(), sample.table(other), kind=TableKind.STATION)
    path = tmp_path / "two.gpkg"
    write_clean(result, path, "en")
    rows = layer(path, "stations")
    assert len(rows) == 8
    assert rows["file"].tolist() == ["村点.xlsx"] * 4 + ["乙.csv"] * 4
    columns = layer(path, "columns")
    assert columns["column_name"].tolist()[6:] == [
        "src_c01", "src_c07", "src_c03", "src_c04", "src_c05", "src_c08",
    ]  # fmt: skip
    assert rows["src_c07"].isna().tolist() == [True] * 4 + [False] * 4
    assert rows["src_c07"].tolist()[4:] == ["姜畲镇"] * 4
    assert len(layer(path, "missing")) == 0


def test_a_datum_without_scores_has_a_row(tmp_path):
    table = sample.table()
    table = replace(table, datum=replace(table.datum, key="EPSG:4547", scores=()))
    write_clean(sample.result(table), tmp_path / "a.gpkg")
    datum = layer(tmp_path / "a.gpkg", "datum")
    assert datum["key"].tolist() == ["EPSG:4547"]
    assert datum["score"].isna().all()


def test_no_place_at_all(tmp_path):
    table = sample.table()
    table = replace(table, rows=tuple(replace(row, lon=None, lat=None) for row in table.rows))
    write_clean(sample.result(table), tmp_path / "a.gpkg")
    assert layer(tmp_path / "a.gpkg", "villages").geometry.isna().all()


def test_an_older_file_stays_when_writing_fails(tmp_path):
    path = tmp_path / "no" / "a.gpkg"
    with pytest.raises(OutputError):
        write_clean(sample.result(), path)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.tuples(*[st.text(max_size=5)] * 6), min_size=12, max_size=20))
def test_hostile_cells_come_back_as_they_are(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("clean") / "a.gpkg"
    write_clean(sample.result(sample.table(sample.raw_table(rows=tuple(rows)))), path)
    found = layer(path, "villages")
    assert len(found) == len(rows)
    for number in range(6):
        wanted = [
            "".join(
                "\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in cells[number]
            )
            for cells in rows
        ]
        assert found[f"src_c{number + 1:02d}"].tolist() == wanted
