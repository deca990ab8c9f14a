"""The templates, read back: headings that the reader knows, lists of the roster, prefilled rows."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

import openpyxl
import pytest

from spatialplan.errors import OutputError
from spatialplan.io.base import read_villages
from spatialplan.io.tables.headings import heading_of
from spatialplan.model.table import Meaning, TableKind
from spatialplan.outputs.documents.template import write_template
from tests.outputs import import_sample as sample

NAME = {TableKind.VILLAGE: "行政村点位", TableKind.STATION: "服务站点", TableKind.HUB: "县级中心"}
CHOSEN = re.compile(
    r"OFFSET\('名录勿改'!\$(\w)\$1,MATCH\((.+),'名录勿改'!\$(\w):\$\3,0\)-1,0,COUNTIF\('名录勿改'!\$\3:\$\3,\2\),1\)"
)


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    found = {}
    for kind in TableKind:
        path = folder / f"{kind}.xlsx"
        write_template(kind, read_villages("430300"), path)
        found[kind] = openpyxl.load_workbook(path)
    return found


def rules(sheet):
    """Return the validations by the heading of their column."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        [area] = rule.sqref.ranges
        assert area.min_row == 2
        found[sheet.cell(1, area.min_col).value] = (area.max_row, rule)
    return found


def headings(sheet):
    return [cell.value for cell in sheet[1]]


def test_villages_have_a_row_each(books):
    sheet = books[TableKind.VILLAGE][NAME[TableKind.VILLAGE]]
    assert headings(sheet) == [
        "区划代码", "县市区", "乡镇街道", "行政村", "经度", "纬度", "坐标系", "人口", "户数", "隶属站点", "备注",
    ]  # fmt: skip
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=2)]
    assert [row[:4] for row in rows] == [
        (v.code, v.district, v.township, v.name) for v in read_villages("430300")
    ]
    assert all(row[4:] == (None,) * 7 for row in rows)
    assert sheet["A2"].data_type == "s"
    assert sheet["J2"].number_format == "@"
    assert sheet.freeze_panes == "E2"
    assert rules(sheet).keys() == {"经度", "纬度", "坐标系", "人口", "户数"}
    assert all(last == 958 for last, _ in rules(sheet).values())


@pytest.mark.parametrize("kind", [TableKind.STATION, TableKind.HUB])
def test_stations_have_lists_and_limits(books, kind):
    sheet = books[kind][NAME[kind]]
    assert headings(sheet) == [
        "站点名称", "级别", "县市区", "乡镇街道", "行政村", "经度", "纬度", "坐标系", "容量", "隶属站点",
        "开通日期", "停用日期", "备注",
    ]  # fmt: skip
    assert all(cell.value is None for row in sheet.iter_rows(min_row=2) for cell in row)
    found = rules(sheet)
    assert found.keys() == set(headings(sheet)) - {"站点名称", "隶属站点", "备注"}
    assert all(last == 301 for last, _ in found.values())
    assert found["级别"][1].formula1 == '"村级服务点,乡镇运输服务站,县级物流集散中心"'
    assert found["坐标系"][1].formula1 == '"WGS84,CGCS2000,GCJ02（高德、腾讯）,BD09（百度）,不清楚"'
    limits = {key: (found[key][1].formula1, found[key][1].formula2) for key in ("经度", "纬度")}
    assert limits == {"经度": ("73", "135"), "纬度": ("3", "54")}
    assert found["开通日期"][1].type == "date"
    assert found["容量"][1].operator == "greaterThanOrEqual"
    assert (found["容量"][1].type, found["容量"][1].formula1) == ("decimal", "0")
    told = sheet.cell(1, headings(sheet).index("容量") + 1).comment.text
    assert told.startswith("可服务的人口数")
    assert told.endswith("例：3000")
    for _, rule in found.values():
        assert rule.promptTitle
        assert rule.prompt
        assert rule.error
        assert len(rule.formula1) <= 255


def test_lists_depend_on_each_other(books):
    book = books[TableKind.STATION]
    found, lists = rules(book["服务站点"]), book["名录勿改"]
    assert lists.sheet_state == "hidden"
    columns = {
        letter: [cell.value for cell in lists[letter] if cell.value is not None]
        for letter in "ABCDE"
    }
    villages = read_villages("430300")
    assert set(columns["A"]) == {v.district for v in villages}
    assert found["县市区"][1].formula1 == f"'名录勿改'!$A$1:$A${len(columns['A'])}"
    offered = {
        key: CHOSEN.fullmatch(found[key][1].formula1).groups() for key in ("乡镇街道", "行政村")
    }
    assert offered == {"乡镇街道": ("C", "$C2", "B"), "行政村": ("E", '$C2&"|"&$D2', "D")}
    want = {"乡镇街道": defaultdict(set), "行政村": defaultdict(set)}
    for v in villages:
        want["乡镇街道"][v.district].add(v.township)
        want["行政村"][f"{v.district}|{v.township}"].add(v.name)
    for heading, (values, _, keys) in offered.items():
        for key, names in want[heading].items():
            first, count = columns[keys].index(key), columns[keys].count(key)
            assert sorted(columns[values][first : first + count]) == sorted(names)


def test_a_township_named_in_two_parts_of_the_roster_stays_together(tmp_path):
    base = sample.villages()
    mixed = [base[0], replace(base[1], township="鹤岭镇"), base[2]]
    write_template(TableKind.STATION, mixed, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["名录勿改"]
    assert [cell.value for cell in sheet["D"]] == ["雨湖区|姜畲镇"] * 2 + ["雨湖区|鹤岭镇"]


@pytest.mark.parametrize("kind", TableKind)
def test_advice_comments_and_print(books, kind):
    sheet = books[kind][NAME[kind]]
    for cell in sheet[1]:
        assert cell.comment is not None
        assert cell.value == "备注" or "例：" in cell.comment.text
    advice = books[kind]["填写说明"]
    told = {row[0] for row in advice.iter_rows(values_only=True)}
    assert {f"“{heading}”" for heading in headings(sheet)} <= told
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"


@pytest.mark.parametrize("kind", TableKind)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_reader_knows_the_headings(tmp_path, kind, lang):
    write_template(kind, sample.villages(), tmp_path / "a.xlsx", lang)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    told = [heading_of(text, kind) for text in headings(sheet)]
    meanings = [heading.meaning if heading else None for heading in told]
    place = [Meaning.LON, Meaning.LAT, Meaning.DATUM]
    if kind is TableKind.VILLAGE:
        assert meanings == [
            Meaning.CODE, Meaning.DISTRICT, Meaning.TOWNSHIP, Meaning.NAME, *place,
            Meaning.POPULATION, Meaning.HOUSEHOLDS, Meaning.PARENT, None,
        ]  # fmt: skip
    else:
        assert meanings == [
            Meaning.NAME, Meaning.TIER, Meaning.DISTRICT, Meaning.TOWNSHIP, Meaning.VILLAGE, *place,
            Meaning.CAPACITY, Meaning.PARENT, Meaning.OPENED, Meaning.CLOSED, None,
        ]  # fmt: skip


def test_hostile_names_stay_text(tmp_path):
    odd = [replace(v, name=sample.FORMULA, township="http://x\x00") for v in sample.villages()[:1]]
    write_template(TableKind.VILLAGE, odd, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert (sheet["D2"].value, sheet["D2"].data_type) == (sample.FORMULA, "s")
    assert (sheet["C2"].value, sheet["C2"].hyperlink) == ("http://x", None)
    write_template(TableKind.STATION, odd, tmp_path / "b.xlsx")
    lists = openpyxl.load_workbook(tmp_path / "b.xlsx")["名录勿改"]
    assert (lists["C1"].value, lists["C1"].hyperlink) == ("http://x", None)
    assert (lists["E1"].value, lists["E1"].data_type) == (sample.FORMULA, "s")


def test_no_roster_same_bytes_and_no_folder(tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_template(TableKind.HUB, [], tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    write_template(TableKind.VILLAGE, [], tmp_path / "c.xlsx")
    assert openpyxl.load_workbook(tmp_path / "c.xlsx").worksheets[0].max_row == 1
    with pytest.raises(OutputError):
        write_template(TableKind.HUB, [], tmp_path / "no" / "a.xlsx")
