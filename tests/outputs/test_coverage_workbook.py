"""The coverage and siting workbooks, read back: rows in are rows out, numbers are numbers."""

from __future__ import annotations

import dataclasses
import time

import openpyxl
import pytest

from spatialplan.outputs.documents.coverage_workbook import write_coverage_workbook
from spatialplan.outputs.documents.siting_workbook import write_siting_workbook
from spatialplan.outputs.style import read_style
from tests.coverage_sample import sample_coverage, sample_siting, without_positions
from tests.sample import FORMULA, HOSTILE, LONG

STAMP = "2026-11-22 10:00:00 +0800"
SHEETS = [
    "结论", "各村", "未覆盖", "三级链条", "乡镇汇总", "县市区汇总", "站点负荷", "可达性",
    "情景对比", "导入情况", "数据来源与说明",
]  # fmt: skip


def _book(result, folder, lang="zh", write=write_coverage_workbook):
    path = folder / "book.xlsx"
    write(result, path, stamp=STAMP, lang=lang)
    with path.open("rb") as file:
        return openpyxl.load_workbook(file)


def _values(sheet):
    """Return the cells of each row, empty ones as None."""
    return [tuple(None if c == "" else c for c in row) for row in sheet.iter_rows(values_only=True)]


def _rows(sheet):
    head, *rows = _values(sheet)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return _book(sample_coverage(change=True), tmp_path_factory.mktemp("book"))


def test_sheets(book, tmp_path):
    assert book.sheetnames == SHEETS
    plain = _book(sample_coverage(), tmp_path)
    assert plain.sheetnames == [name for name in SHEETS if name != "情景对比"]


def test_the_answer_is_the_first_line(book):
    rows = _values(book["结论"])
    assert rows[1][0] == "结论"
    assert rows[1][1].startswith("情景之前（现状）：名录 5 个村（居），15 分钟内")
    text = "\n".join(str(cell) for row in rows for cell in row)
    for said in (
        "请补充",
        "驾车",
        "2026-11-22",
        STAMP,
        "0.0-test",
        "太远：1、0（15 分钟、30 分钟）",
    ):
        assert said in text


def test_every_village_has_its_row_with_its_own_values(book):
    result = sample_coverage()
    rows = _rows(book["各村"])
    assert [row["编号"] for row in rows] == [v.demand.id for v in result.villages]
    assert [row["村（居）"] for row in rows] == [v.demand.name for v in result.villages]
    assert [row["15 分钟"] for row in rows] == [
        "✓ 已覆盖", "✗ 未覆盖", "? 不确定", "⊘ 无法路由", "– 无数据",
    ]  # fmt: skip
    assert [row["30 分钟"] for row in rows[:3]] == ["✓ 已覆盖"] * 3
    second = rows[1]
    assert (second["最近站点"], second["最近（分钟）"], second["最近（公里）"]) == (
        "站甲",
        21,
        10.5,
    )
    assert (second["位置误差 ±（分钟）"], second["人口"], second["经度"]) == (1.1, 200, 112.88)
    assert (second["三级链条"], second["薄弱环节（到）"], second["隶属相符"]) == (
        "✗ 不达标",
        "乡镇站",
        "否",
    )
    assert (second["全程（分钟）"], second["往返（小时）"], second["一个工作日内往返"]) == (
        18,
        0.6,
        "是",
    )
    assert second["原因类别（15 分钟）"] == "太远"
    assert rows[4]["最近（分钟）"] is None
    assert rows[4]["经度"] is None


def test_uncovered_villages_tell_how_much_they_are_over(book):
    rows = _rows(book["未覆盖"])
    assert [(row["限值"], row["状态"], row["超出限值"], row["单位"]) for row in rows] == [
        ("15 分钟", "✗ 未覆盖", 6, "分钟"), ("15 分钟", "? 不确定", 0.2, "分钟"),
    ]  # fmt: skip
    assert rows[0]["村（居）"] == HOSTILE


def test_uncovered_villages_are_sorted_by_district_township_and_excess(tmp_path):
    result = sample_coverage()
    near, far = result.villages[2], result.villages[1]
    names = [("丙", "乙镇", near), ("丁", "甲镇", near), ("戊", "甲镇", far), ("己", "乙镇", far)]
    villages = tuple(
        dataclasses.replace(
            v, demand=dataclasses.replace(v.demand, name=name, township=township, id=name)
        )
        for name, township, v in names
    )
    book = _book(dataclasses.replace(result, villages=villages), tmp_path)
    found = [row["村（居）"] for row in _rows(book["未覆盖"]) if row["限值"] == "15 分钟"]
    assert found == ["己", "丙", "戊", "丁"]


def test_legs(book):
    rows = _rows(book["三级链条"])
    assert len(rows) == 6
    assert (rows[2]["起"], rows[2]["止"], rows[2]["到达层级"]) == (HOSTILE, "站甲", "乡镇站")
    assert (rows[2]["状态"], rows[2]["薄弱环节"], rows[2]["限值"]) == ("✗ 不达标", "●", "15 分钟")
    assert (rows[3]["时间（分钟）"], rows[3]["里程（公里）"], rows[3]["限值"]) == (12, 9, None)


def test_areas_have_totals_for_each_limit(book):
    rows = _values(book["县市区汇总"])
    assert rows[1][:11] == ("15 分钟", "雨湖区", 5, 4, 1, 1, 1, 1, 1, 50, 2)
    assert rows[1][11:13] == (3, 15.2)
    assert rows[2][:9] == ("15 分钟", "合计", 5, 4, 1, 1, 1, 1, 1)
    assert rows[6][:10] == ("30 分钟", "合计", 5, 4, 3, 0, 0, 1, 1, 100)
    townships = _values(book["乡镇汇总"])
    assert [row[2] for row in townships[1:4]] == ["样例镇", HOSTILE, None]
    assert townships[1][-2:] == (1500, 100)


def test_loads_and_accessibility(book):
    rows = _rows(book["站点负荷"])
    assert [(row["参与计算"], row["超负荷"], row["超出容量"]) for row in rows] == [
        ("是", "是", 350), ("否", None, None), ("是", None, None),
    ]  # fmt: skip
    assert rows[1]["未参与的原因"] == "无坐标"
    access = _rows(book["可达性"])
    assert len(access) == 5
    title = "两步移动搜索（E2SFCA，每千人或千村）"
    assert access[0][title] == 800
    assert access[0][f"{title}等级（1 最低）"] == 3
    assert access[4][title] is None
    assert access[4][f"{title}等级（1 最低）"] is None


def test_small_accessibility_is_not_0(tmp_path):
    result = sample_coverage()
    table = result.accessibility.assign(e2sfca=[1.7321e-5, 2e-6, 0.0, 0.0, float("nan")])
    access = _rows(_book(dataclasses.replace(result, accessibility=table), tmp_path)["可达性"])
    values = [row["两步移动搜索（E2SFCA，每千人或千村）"] for row in access]
    assert values == [0.01732, 0.002, 0, 0, None]


def test_rows_beyond_the_roster_follow_the_total(tmp_path):
    result = sample_coverage()
    first = result.villages[0]
    off = dataclasses.replace(first, demand=dataclasses.replace(first.demand, on_roster=False))
    book = _book(dataclasses.replace(result, villages=(off, *result.villages[1:])), tmp_path)
    rows = _values(book["县市区汇总"])
    assert [row[1] for row in rows[1:4]] == ["雨湖区", "合计", "名录外（不计入合计）"]
    assert [row[2:5] for row in rows[1:4]] == [(4, 3, 0), (4, 3, 0), (1, 1, 1)]
    sheet = book["县市区汇总"]
    assert [sheet.cell(row, 2).font.bold for row in (2, 3, 4)] == [False, True, False]


def test_within_the_limit_nothing_is_over(tmp_path):
    result = sample_coverage()
    third = result.villages[2]
    near = dataclasses.replace(third, nearest=dataclasses.replace(third.nearest, time_min=14.2))
    villages = (*result.villages[:2], near, *result.villages[3:])
    rows = _rows(_book(dataclasses.replace(result, villages=villages), tmp_path)["未覆盖"])
    assert [(row["状态"], row["超出限值"]) for row in rows] == [("✗ 未覆盖", 6), ("? 不确定", None)]


def test_scenario(book):
    rows = _values(book["情景对比"])
    labels = read_style().changes
    assert [row[5] for row in rows[1:4]] == [
        labels["gains"].label.zh, labels["loses"].label.zh, labels["same"].label.zh,
    ]  # fmt: skip
    assert rows[2][6:12] == ("✓ 已覆盖", "✗ 未覆盖", 6, 22, 16, "分钟")
    assert rows[5][:5] == ("限值", "状态", "情景之前（村数）", "情景之后（村数）", "增减")
    assert rows[6][:5] == ("15 分钟", "✓ 已覆盖", 1, 1, 0)
    assert rows[3][8:11] == (None, None, None)
    assert [row[1] for row in rows[-2:]] == ["新增“站乙”", "封闭“湘江桥”"]


def test_imports_tell_every_row_that_is_not_plainly_accepted(book):
    rows = _values(book["导入情况"])
    assert rows[1][:8] == ("villages.xlsx［Sheet1］", "村", 4, 1, 1, 1, 1, 2)
    assert rows[4][:6] == ("villages.xlsx［Sheet1］", "WGS-84", 3, 100, 42, -12.5)
    assert [(row[1], row[2], row[3]) for row in rows[8:11]] == [
        (HOSTILE, 4, "↻ 已修正"), (FORMULA, 5, "? 存疑"), (LONG, 6, "✗ 被拒"),
    ]  # fmt: skip
    assert [(row[1], row[2]) for row in rows[13:]] == [
        ("表中重复", 3), ("表中重复", 5), ("名录上有，表中没有", None),
    ]  # fmt: skip


@pytest.mark.parametrize("write", [write_coverage_workbook, write_siting_workbook])
def test_nothing_is_a_formula_or_a_link(write, tmp_path):
    result = sample_siting() if write is write_siting_workbook else sample_coverage(change=True)
    cells = [
        cell for sheet in _book(result, tmp_path, write=write) for row in sheet.iter_rows()
        for cell in row
    ]  # fmt: skip
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.hyperlink is None for cell in cells)
    guarded = [cell for cell in cells if str(cell.value).startswith(("=", "+", "@"))]
    assert FORMULA in {cell.value for cell in guarded}
    assert all(cell.quotePrefix for cell in guarded if cell.value == FORMULA)


def test_states_have_sign_and_colour(book):
    for state, symbol in read_style().village_states.items():
        said = f"{symbol.sign} {symbol.label.zh}"
        cell = next(c for c in book["各村"]["E"] if c.value == said)
        assert cell.font.color.rgb == "FF" + symbol.color[1:].upper(), state


def test_print_setup(book):
    for name in SHEETS[1:-1]:
        sheet = book[name]
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1)  # 1 is what nothing means
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.freeze_panes is not None
    assert book["各村"].print_area == "'各村'!$A$1:$M$6"


def test_before_any_table_everything_is_no_data(tmp_path):
    bare = dataclasses.replace(without_positions(sample_coverage()), imports=(), facilities=())
    book = _book(bare, tmp_path)
    assert [row["15 分钟"] for row in _rows(book["各村"])] == ["– 无数据"] * 5
    for name in ("未覆盖", "三级链条", "站点负荷"):
        assert _rows(book[name]) == []


def test_english(tmp_path):
    book = _book(sample_coverage(change=True), tmp_path, "en")
    assert book.sheetnames == [
        "Answer", "Villages", "Not covered", "Chain", "By township", "By district",
        "Load of stations", "Accessibility", "Scenario", "Import", "Sources and notes",
    ]  # fmt: skip
    assert _rows(book["Villages"])[0]["15 min"] == "✓ Covered"


@pytest.mark.parametrize("write", [write_coverage_workbook, write_siting_workbook])
def test_same_bytes_after_a_pause(write, tmp_path):
    result = sample_siting() if write is write_siting_workbook else sample_coverage()
    write(result, tmp_path / "a.xlsx", stamp=STAMP)
    time.sleep(2.1)  # zip files keep time in steps of two seconds
    write(result, tmp_path / "b.xlsx", stamp=STAMP)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_siting_workbook(tmp_path):
    result = sample_siting()
    book = _book(result, tmp_path, write=write_siting_workbook)
    assert book.sheetnames == [
        "结论",
        "无法安排",
        "新增站点",
        "服务分配",
        "权衡曲线",
        "数据来源与说明",
    ]
    assert [row["原因"] for row in _rows(book["无法安排"])] == [
        lost.cause.zh for lost in result.unservable
    ]
    sites = _rows(book["新增站点"])
    assert [(row["序"], row["位置"], row["服务村数"]) for row in sites] == [
        (1, HOSTILE, 1), (2, FORMULA, 1),
    ]  # fmt: skip
    villages = _rows(book["服务分配"])
    assert [row["编号"] for row in villages] == [v.id for v in result.villages]
    assert [row["由哪个新站服务"] for row in villages] == [None, HOSTILE, FORMULA, None, None]
    labels = [row["结果"].split(" ")[-1] for row in villages]
    assert labels == ["原已覆盖", "新增覆盖", "新增覆盖", "无法安排", "无法安排"]
    curve = _rows(book["权衡曲线"])
    assert [row["新增站点数"] for row in curve] == [0, 1, 2]
    assert curve[0]["所占份额（%）"] == pytest.approx(33.33333)
    assert [row["已证明最优"] for row in curve] == ["是"] * 3
