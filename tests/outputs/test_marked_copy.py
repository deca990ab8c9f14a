"""Marked-up copies, read back: every cell as it was, and beside it what became of the row."""

from __future__ import annotations

import warnings
from dataclasses import replace

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table

from spatialplan.io.tables.reading import read_tables
from spatialplan.model.table import Meaning, TableKind
from spatialplan.outputs import wording
from spatialplan.outputs.documents import import_words
from spatialplan.outputs.documents.marked_copy import write_marked_copy
from tests.outputs import import_sample as sample

OWN = ["行状态", "问题与处理", "采用经度", "采用纬度", "匹配的村"]


@pytest.fixture
def original(tmp_path):
    """The workbook that the sample's table was read from, with what clerks do to sheets."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "点位"
    for texts in (sample.TITLE, sample.HEADINGS, *sample.ROWS, sample.TOTAL):
        sheet.append([wording.clean(text) or None for text in texts])
    sheet["F4"].data_type = "s"  # a text that looks like a formula
    sheet["F8"] = "=SUM(D3:D6)"
    sheet["D3"] = 112.801
    sheet.merge_cells("A1:F1")
    sheet["A3"].font = Font(name="楷体", size=14, bold=True)
    sheet["B4"].fill = PatternFill("solid", fgColor="FFCCFF")
    sheet["D3"].number_format = "0.0000"
    sheet.column_dimensions["A"].width = 33
    sheet.row_dimensions[3].height = 40
    sheet.conditional_formatting.add("D3:D6", CellIsRule(operator="lessThan", formula=["100"]))
    other = book.create_sheet("别的表")
    other["B2"] = "不动"
    book.create_sheet("藏着").sheet_state = "hidden"
    path = tmp_path / "in" / "村点.xlsx"
    path.parent.mkdir()
    book.save(path)
    return path


def load(path):
    return openpyxl.load_workbook(path)


def headings(sheet, row=2):
    return [cell.value for cell in sheet[row]]


def test_a_workbook_keeps_all_it_has(original, tmp_path):
    before = original.read_bytes()
    [path] = write_marked_copy(sample.result(), {"村点.xlsx": original}, tmp_path)
    assert original.read_bytes() == before
    assert path == tmp_path / "村点_标注.xlsx"
    old, new = load(original), load(path)
    assert new.sheetnames == ["点位", "别的表", "藏着", "导入说明", "缺失的村"]
    assert new["藏着"].sheet_state == "hidden"
    assert new["别的表"]["B2"].value == "不动"
    was, now = old["点位"], new["点位"]
    for row in was.iter_rows():
        for cell in row:
            copy = now[cell.coordinate]
            assert (copy.value, copy.data_type) == (cell.value, cell.data_type)
            assert copy.number_format == cell.number_format
            assert repr(copy.font) == repr(cell.font)
    assert now["F4"].data_type == "s"
    assert (now["F8"].value, now["F8"].data_type) == ("=SUM(D3:D6)", "f")
    assert [str(found) for found in now.merged_cells.ranges] == ["A1:F1"]
    assert now.column_dimensions["A"].width == 33
    assert now.row_dimensions[3].height == 40
    assert now["B4"].fill.fgColor.rgb == "00FFCCFF"
    assert len(now.conditional_formatting) == 1


def test_marks_beside_the_rows(original, tmp_path):
    [path] = write_marked_copy(
        sample.result(), {"村点.xlsx": original}, tmp_path, villages=sample.villages()
    )
    sheet = load(path)["点位"]
    assert headings(sheet) == [*sample.HEADINGS, *OWN]
    rows = [[cell.value for cell in row[6:]] for row in sheet.iter_rows(min_row=3, max_row=6)]
    assert rows == [
        ["✓ 采用", None, 112.801, 27.912, "泉塘子村委会（姜畲镇）430302101001"],
        ["✎ 修正后采用", "度分换算为度", 112.8, 27.92, "光明村委会（姜畲镇）430302101002"],
        ["? 存疑，请核对", "名录中没有这个村", 112.83, 27.93, None],
        ["✗ 位置不能用", "没有坐标", None, None, "石坝村委会（姜畲镇）430302101004"],
    ]
    assert [cell.value for cell in sheet[1][6:]] == [None] * 5
    assert [cell.value for cell in sheet[7][6:]] == [None] * 5
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref == "A2:K6"


def _filled(sheet, row):
    return {cell.column_letter for cell in sheet[row] if cell.fill.fill_type == "solid"}


def test_colours_of_the_cells_concerned(original, tmp_path):
    [path] = write_marked_copy(sample.result(), {"村点.xlsx": original}, tmp_path)
    sheet = load(path)["点位"]
    assert _filled(sheet, 3) == set()
    assert _filled(sheet, 4) == {"B", "D", "E", "G"}  # B is the clerk's own colour
    assert _filled(sheet, 5) == {"A", "B", "C", "G"}  # the name is in doubt, not the place
    assert _filled(sheet, 6) == {"D", "E", "G"}
    colors = [sheet.cell(row, 7).fill.fgColor.rgb for row in (4, 5, 6)]
    assert len(set(colors)) == 3
    assert len({symbol.color for symbol in import_words.state_symbols().values()}) == 4
    assert len({symbol.sign for symbol in import_words.state_symbols().values()}) == 4


def test_colours_go_by_the_row_of_the_whole_import(original, tmp_path):
    first = sample.table(sample.raw_table("甲.csv", "", sample.ROWS[:1]))
    paths = write_marked_copy(
        sample.result(first, sample.table()), {"村点.xlsx": original}, tmp_path
    )
    sheet = load(paths[1])["点位"]
    assert _filled(sheet, 5) == {"A", "B", "C", "G"}
    assert _filled(sheet, 6) == {"D", "E", "G"}


def test_accepted_rows_have_no_colour(original, tmp_path):
    result = sample.result()
    result = replace(result, roster=replace(result.roster, certain=(False,) * 4))
    [path] = write_marked_copy(result, {"村点.xlsx": original}, tmp_path)
    assert _filled(load(path)["点位"], 3) == set()
    assert _filled(load(path)["点位"], 6) == {"A", "B", "C", "D", "E", "G"}


def test_notes_and_missing_villages(original, tmp_path):
    [path] = write_marked_copy(
        sample.result(), {"村点.xlsx": original}, tmp_path, villages=sample.villages()
    )
    book = load(path)
    lines = [(row[0], row[1]) for row in book["导入说明"].iter_rows(values_only=True)]
    said = dict(lines)
    assert said["表"] == "村点.xlsx［点位］"
    assert said["表头所在行"] == "2"
    assert (
        said["认出的列"]
        == "名称 ← 村名，乡镇街道 ← 乡镇，区划代码 ← 编码，经度 ← 经度，纬度 ← 纬度"
    )
    assert said["数据行"] == "4：✓ 采用 1，✎ 修正后采用 1，? 存疑，请核对 1，✗ 位置不能用 1"
    assert said["坐标系"] == "按证据判为 WGS84"
    assert ("　判别得分", "gcj02：3 个点，66.7% 在所写县区内，离路中位数 40 米，得分 -9.8") in lines
    assert ("未当作数据的行", "第 7 行：合计行") in lines
    assert said["名录中缺失的村"] == "2"
    assert said["对不上名录的行"] == "1：村点.xlsx［点位］ 5"
    missing = list(book["缺失的村"].iter_rows(values_only=True))
    assert missing[1] == ("430302101003", "红星村委会", "姜畲镇", "雨湖区")
    assert missing[2][1] == sample.FORMULA
    assert book["缺失的村"]["B3"].data_type == "s"


def test_english(original, tmp_path):
    [path] = write_marked_copy(sample.result(), {"村点.xlsx": original}, tmp_path, "en")
    book = load(path)
    assert path.name == "村点_marked.xlsx"
    assert book.sheetnames[-2:] == ["Import notes", "Missing villages"]
    assert headings(book["点位"])[6:8] == ["Row state", "Problems and repairs"]


def test_a_copy_of_a_copy_marks_it_anew(original, tmp_path):
    [first] = write_marked_copy(sample.result(), {"村点.xlsx": original}, tmp_path)
    raw = sample.raw_table("村点_标注.xlsx")
    wider = tuple((*row, *([""] * 5)) for row in raw.cells)
    wider = (wider[0], (*sample.HEADINGS, *OWN), *wider[2:])
    table = sample.table(replace(raw, cells=wider))
    [second] = write_marked_copy(sample.result(table), {first.name: first}, tmp_path)
    assert second.name == "村点_标注_2.xlsx"
    a, b = load(first), load(second)
    assert a.sheetnames == b.sheetnames
    assert headings(b["点位"]) == [*sample.HEADINGS, *OWN]
    b["点位"].merge_cells("G3:H4")  # over our own columns
    b.save(second)
    [third] = write_marked_copy(
        sample.result(sample.table(replace(raw, file=second.name, cells=wider))),
        {second.name: second}, tmp_path,
    )  # fmt: skip
    assert third.name == "村点_标注_3.xlsx"
    assert load(third)["点位"]["G4"].value == "✎ 修正后采用"


def test_other_formats_become_a_workbook_with_their_cells(tmp_path):
    source = tmp_path / "村点.csv"
    source.write_bytes("村名,乡镇\n".encode("gb18030"))
    result = sample.result(sample.table(sample.raw_table("村点.csv", "")))
    [path] = write_marked_copy(result, {"村点.csv": source}, tmp_path / ".")
    sheet = load(path)["数据"]
    assert headings(sheet) == [*sample.HEADINGS, *OWN]
    assert sheet["C3"].value == "430302101001"
    assert sheet["C5"].value == "007"
    assert sheet["D3"].value == 112.801
    assert (sheet["F4"].value, sheet["F4"].data_type) == (sample.FORMULA, "s")
    assert sheet["F4"].quotePrefix
    assert sheet["F5"].value == "坏字符 <b>&"
    assert sheet["F6"].value == "12.50"


def test_a_text_that_names_an_error_stays_text(tmp_path):
    rows = (("#N/A", "#REF!", "TRUE", "1e5", "-0", "1234567890123"),)
    result = sample.result(sample.table(sample.raw_table("a.csv", "", rows)))
    [path] = write_marked_copy(result, {}, tmp_path)
    cells = load(path)["数据"][3][:6]
    assert [(cell.value, cell.data_type) for cell in cells] == [(text, "s") for text in rows[0]]


def test_places_of_features_are_kept_beside_their_cells(tmp_path):
    raw = sample.raw_table("点.gpkg", "layer", sample.ROWS[:2])
    raw = replace(raw, cells=raw.cells[1:], numbers=(0, 1, 2, 3), crs="EPSG:4490",
                  points=(None, (112.5, 27.25), None, None))  # fmt: skip
    table = sample.table(sample.raw_table(rows=sample.ROWS[:2]))
    read = replace(table.read, raw=raw, header=(0,), body=(1, 2), aside={})
    [path] = write_marked_copy(sample.result(replace(table, read=read)), {}, tmp_path)
    sheet = load(path)["layer"]
    assert headings(sheet, 1) == [*sample.HEADINGS, "经度", "纬度", "坐标系", *OWN]
    assert [cell.value for cell in sheet[2][6:9]] == [112.5, 27.25, "EPSG:4490"]
    assert [cell.value for cell in sheet[3][6:9]] == [None] * 3
    assert sheet["J2"].value == "✓ 采用"


def test_two_files_of_one_stem_and_several_sheets(original, tmp_path):
    tables = [
        sample.table(sample.raw_table("村点.csv", "")),
        sample.table(sample.raw_table("村点.xlsx", "点位")),
        sample.table(sample.raw_table("村点.csv", "x" * 40)),
    ]
    paths = write_marked_copy(sample.result(*tables), {"村点.xlsx": original}, tmp_path)
    assert [path.name for path in paths] == ["村点_标注.xlsx", "村点_标注_2.xlsx"]
    book = load(paths[0])
    assert book.sheetnames[:2] == ["数据", "x" * 31]
    assert [book[name]["G3"].value for name in book.sheetnames[:2]] == ["✓ 采用"] * 2
    lines = [row[1] for row in book["导入说明"].iter_rows(values_only=True)]
    assert "村点.xlsx［点位］" not in lines
    assert "2：" not in lines
    unknown = [
        row for row in book["导入说明"].iter_rows(values_only=True) if row[0] == "对不上名录的行"
    ]
    assert unknown[0][1].startswith("3：村点.csv 5、村点.xlsx［点位］ 5")


def test_a_sheet_without_header_gets_no_places(tmp_path):
    raw = sample.raw_table()
    raw = replace(raw, cells=sample.ROWS, numbers=(1, 2, 3, 4))
    table = sample.table()
    read = replace(table.read, raw=raw, header=(), columns=("",) * 6, body=(0, 1, 2, 3), aside={})
    [path] = write_marked_copy(sample.result(replace(table, read=read)), {}, tmp_path)
    sheet = load(path)["点位"]
    assert [cell.value for cell in sheet[1][6:]] == ["✓ 采用", None, "430302101001"]


def test_a_file_that_openpyxl_cannot_hold_becomes_a_plain_workbook(tmp_path):
    book = xlwt.Workbook()
    book.add_sheet("点位").write(0, 0, "x")
    old = tmp_path / "村点.xlsx"  # an old workbook under a new name
    book.save(str(old))
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x05\x06" + b"\0" * 18)
    tables = [sample.table(), sample.table(sample.raw_table("坏.xlsx"))]
    paths = write_marked_copy(
        sample.result(*tables), {"村点.xlsx": old, "坏.xlsx": broken}, tmp_path
    )
    assert [load(path)["点位"]["A3"].value for path in paths] == ["泉塘子村"] * 2
    assert [path.name for path in paths] == ["村点_标注.xlsx", "坏_标注.xlsx"]


def test_filters_and_frozen_panes_of_the_clerk_stay(original, tmp_path):
    book = load(original)
    book["点位"].freeze_panes = "C4"
    book["点位"].auto_filter.ref = "A2:F6"
    book.save(original)
    [path] = write_marked_copy(sample.result(), {"村点.xlsx": original}, tmp_path)
    sheet = load(path)["点位"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C4", "A2:F6")


def test_a_table_keeps_its_own_filter(original, tmp_path):
    book = load(original)
    book["点位"].add_table(Table(displayName="t", ref="A2:F6"))
    book.save(original)
    [path] = write_marked_copy(sample.result(), {"村点.xlsx": original}, tmp_path)
    sheet = load(path)["点位"]
    assert (list(sheet.tables), sheet.auto_filter.ref) == (["t"], None)


def test_stations_have_no_sheet_of_villages(original, tmp_path):
    result = sample.result(sample.table(kind=TableKind.STATION), kind=TableKind.STATION)
    [path] = write_marked_copy(result, {"村点.xlsx": original}, tmp_path)
    assert "缺失的村" not in load(path).sheetnames


def test_the_copy_reads_back_as_the_same_rows(original, tmp_path):
    [path] = write_marked_copy(sample.result(), {"村点.xlsx": original}, tmp_path)
    [before] = [raw for raw in read_tables(original) if raw.sheet == "点位"]
    [after] = [raw for raw in read_tables(path) if raw.sheet == "点位"]
    assert after.numbers == before.numbers
    assert [row[:6] for row in after.cells] == list(before.cells)
    assert list(after.cells[1][6:]) == OWN


_texts = st.text(max_size=8) | st.sampled_from(
    [
        "=1+1",
        "+1",
        "@x",
        "-5",
        "007",
        "12.50",
        "1e9",
        "430302101001",
        "#N/A",
        "\ud800",
        "\x0b",
        "'x",
    ]
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(*[_texts] * 6), min_size=1, max_size=6), st.text(max_size=34))
def test_hostile_cells_come_back_as_they_are(tmp_path_factory, rows, name):
    folder = tmp_path_factory.mktemp("copy")
    raw = sample.raw_table("a.csv", name, tuple(rows))
    [path] = write_marked_copy(sample.result(sample.table(raw)), {}, folder)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sheet = load(path).worksheets[0]
    for line, texts in enumerate(rows, start=3):
        for cell, text in zip(sheet[line][:6], texts, strict=True):
            value = "" if cell.value is None else str(cell.value)
            assert cell.data_type != "f"
            if not set(text) & set("\r\n_") and text.isprintable():
                assert value == text


def test_repeated_meanings_do_not_matter(original, tmp_path):
    table = sample.table()
    read = replace(table.read, meanings={Meaning.LONLAT: 5})
    [path] = write_marked_copy(
        sample.result(replace(table, read=read)), {"村点.xlsx": original}, tmp_path
    )
    assert _filled(load(path)["点位"], 6) == {"F", "G"}
