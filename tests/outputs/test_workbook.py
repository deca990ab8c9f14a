"""The workbook, read back: rows in are rows out, texts are texts, states have their colours."""

from __future__ import annotations

import dataclasses
import itertools
import time
import zipfile

import openpyxl
import pytest

from spatialplan.model.check_result import CheckResult
from spatialplan.outputs.documents.workbook import write_workbook
from spatialplan.outputs.documents.workbook_profiles import sheet_name
from spatialplan.outputs.style import read_style
from spatialplan.text import Text
from tests import sample

STAMP = "2026-11-22 10:00:00 +0800"
SHEETS = ["说明", "核查汇总", "布局结构", "论断", "明细", "要素", "村级状态", "路网疑点"]
# The second concept's name is cut to what a sheet's name may hold.
CONCEPT_SHEETS = ["环线产业圈", '枢纽<img src=x onerror="document.']


@pytest.fixture
def result() -> CheckResult:
    return sample.sample_result()


def _book(result, folder, lang="zh"):
    path = folder / "book.xlsx"
    write_workbook(result, path, stamp=STAMP, lang=lang)
    with path.open("rb") as file:
        return openpyxl.load_workbook(file)


def _rows(sheet):
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_sheets_and_rows(result, tmp_path):
    book = _book(result, tmp_path)
    assert book.sheetnames == SHEETS + CONCEPT_SHEETS
    assert [row["编号"] for row in _rows(book["论断"])] == ["c1", "c2", "c3", "c4", "c5"]
    assert [row["编号"] for row in _rows(book["要素"])] == [f.id for f in result.features]
    assert [row["区划代码"] for row in _rows(book["村级状态"])] == [v.code for v in result.villages]
    assert len(_rows(book["明细"])) == sum(len(v.parts) for v in result.verdicts)


def test_values_of_a_claim(result, tmp_path):
    row = _rows(_book(result, tmp_path)["论断"])[0]
    assert row["结论"] == "✓ 成立"
    assert (row["实测值"], row["单位"], row["限值"], row["限值来源"]) == (2310, "米", 3000, "假设")
    assert row["条款标题"] == "一、空间布局"
    assert row["条款原文"] == "形成环线产业圈，联通大学与园区"
    assert row["怎样会改变结论"] == "上限低于 2.31 公里时不成立"
    assert row["依据"] == "edge:12；edge:13"


def test_unlocated_features_have_a_row_without_place(result, tmp_path):
    rows = {row["编号"]: row for row in _rows(_book(result, tmp_path)["要素"])}
    assert rows["f3"]["定位状态"] == "未定位"
    assert rows["f3"]["经度"] is None
    assert rows["f3"]["位置精度（米）"] is None
    assert (rows["f7"]["经度"], rows["f7"]["纬度"]) == (112.9, 27.87)


def test_features_have_their_evidence(result, tmp_path):
    book = _book(result, tmp_path)
    rows = {row["编号"]: row for row in _rows(book["要素"])}
    assert [row["证据"] for row in rows.values()] == [
        "– 无数据", "≈ 可能", "– 无数据", "✓ 已证实", "✗ 相矛盾", "✓ 已证实", "? 图上未见",
        "– 无数据",
    ]  # fmt: skip
    probable, park = rows["f2"], rows["f4"]
    assert (probable["地图对象编号"], probable["地图对象名称"]) == ("node/7", sample.HOSTILE)
    assert (probable["名称相似度"], probable["与地图对象的距离（米）"]) == (0.875, 610)
    assert (park["证据说明"], park["地图对象名称"]) == ("同名园区在 12 米内", sample.FORMULA)
    assert rows["f5"]["证据说明"] == sample.HOSTILE
    assert rows["f1"]["名称相似度"] is None


def test_every_doubt_has_a_row(result, tmp_path):
    rows = _rows(_book(result, tmp_path)["路网疑点"])
    assert [(row["次序"], row["类型"], row["涉及的村数"]) for row in rows] == [
        (1, "缺口", 3), (2, "断头", 1), (3, "孤立路段", 0), (4, "单行可疑", 0),
    ]  # fmt: skip
    assert [row["涉及里程（公里）"] for row in rows] == [1.24, 0.009, 2.31, 0.4]
    assert [row["疑点"] for row in rows[1::2]] == [sample.HOSTILE, sample.FORMULA]
    assert (rows[1]["经度"], rows[1]["纬度"]) == (112.95, 27.84)
    many = _rows(_book(sample.many_issues(1000), tmp_path)["路网疑点"])
    assert [row["次序"] for row in many] == list(range(1, 1001))


def test_without_evidence_and_doubts_the_cells_are_empty(tmp_path):
    book = _book(sample.bare_result(), tmp_path)
    assert {row["证据"] for row in _rows(book["要素"])} == {""}
    assert _rows(book["路网疑点"]) == []


def test_summary_counts_with_totals(result, tmp_path):
    rows = list(_book(result, tmp_path)["核查汇总"].iter_rows(values_only=True))
    assert rows[0][:7] == (
        "布局结构", "✓ 成立", "✗ 不成立", "? 不确定", "⊘ 无法路由", "– 无数据", "合计"
    )  # fmt: skip
    assert rows[1][:7] == ("环线产业圈", 1, 1, 0, 0, 0, 2)
    assert rows[3][:7] == ("合计", 1, 1, 1, 1, 1, 5)
    assert rows[-1] == ("合计", 1, 1, 0, 0, 1, 3, 2)


def test_nothing_is_a_formula_or_a_link(result, tmp_path):
    signs = [
        dataclasses.replace(v, name=name)
        for v, name in zip(result.villages, ("+1+1", "-2", "@SUM(A1)"), strict=True)
    ]
    extra = dataclasses.replace(result.villages[0], name="\t=1+1")
    book = _book(dataclasses.replace(result, villages=(*signs, extra)), tmp_path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.hyperlink is None for cell in cells)
    names = [row["村（居）"] for row in _rows(book["村级状态"])]
    assert names == ["+1+1", "-2", "@SUM(A1)", "\t=1+1"]
    guarded = [cell for cell in cells if str(cell.value).startswith(("=", "+", "@", "\t"))]
    assert guarded
    assert all(cell.quotePrefix for cell in guarded)


def test_hostile_names_stay_whole(result, tmp_path):
    names = [row["名称"] for row in _rows(_book(result, tmp_path)["要素"])]
    assert sample.HOSTILE in names
    assert sample.FORMULA in names
    assert sample.LONG in names
    assert "样例县 😀\u202etxt" in names


def test_control_characters_are_removed_and_long_texts_cut(result, tmp_path):
    first = dataclasses.replace(result.verdicts[0], cause=Text("甲\x00乙\x0b丙\r\n丁", ""))
    second = dataclasses.replace(result.verdicts[1], cause=Text("长" * 40000, ""))
    changed = dataclasses.replace(result, verdicts=(first, second, *result.verdicts[2:]))
    rows = _rows(_book(changed, tmp_path)["论断"])
    assert rows[0]["原因"] == "甲乙丙\n丁"
    assert len(rows[1]["原因"]) == 32767


def test_states_are_coloured_as_in_the_style(result, tmp_path):
    book = _book(result, tmp_path)
    symbols = read_style().states
    cells = [cell for row in book["论断"].iter_rows() for cell in row if cell.row > 1]
    found = {str(c.value): c for c in cells if str(c.value).startswith(("✓", "✗", "?", "⊘", "–"))}
    for symbol in symbols.values():
        cell = found[f"{symbol.sign} {symbol.label.zh}"]
        assert cell.font.color.rgb == "FF" + symbol.color[1:].upper()
        assert cell.fill.fgColor.rgb not in ("00000000", "FFFFFFFF")


def test_tables_are_ready_to_use(result, tmp_path):
    book = _book(result, tmp_path)
    for name in SHEETS[2:]:
        sheet = book[name]
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet["A1"].font.bold


def test_codes_are_texts(result, tmp_path):
    codes = [row["区划代码"] for row in _rows(_book(result, tmp_path)["村级状态"])]
    assert all(isinstance(code, str) for code in codes)


def test_about_sheet_tells_source_stamp_and_version(result, tmp_path):
    rows = list(_book(result, tmp_path)["说明"].iter_rows(values_only=True))
    text = "\n".join(str(cell) for row in rows for cell in row)
    for said in (
        "样例规划",
        "样政发〔2026〕1号",
        STAMP,
        "0.1.0",
        "ODbL",
        "© OpenStreetMap",
        "±40 米",
    ):
        assert said in text


def test_english(result, tmp_path):
    book = _book(result, tmp_path, lang="en")
    assert book.sheetnames == [
        "About",
        "Summary",
        "Layout concepts",
        "Claims",
        "Parts",
        "Features",
        "Villages",
        "Road doubts",
        "Ring belt",
        'Hubs<img src=x onerror="documen',
    ]
    assert _rows(book["Claims"])[0]["Verdict"] == "✓ Holds"


def test_same_bytes_after_a_pause(result, tmp_path):
    write_workbook(result, tmp_path / "a.xlsx", stamp=STAMP)
    time.sleep(2.1)  # zip files keep time in steps of two seconds
    write_workbook(result, tmp_path / "b.xlsx", stamp=STAMP)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as file:
        assert b"2026-11-22T02:00:00Z" in file.read("docProps/core.xml")


def test_no_villages_and_no_places(result, tmp_path):
    bare = dataclasses.replace(
        result,
        villages=(),
        features=tuple(dataclasses.replace(f, geometry=None) for f in result.features),
        verdicts=tuple(dataclasses.replace(v, parts=()) for v in result.verdicts),
    )
    book = _book(bare, tmp_path)
    assert _rows(book["村级状态"]) == []
    assert _rows(book["明细"]) == []
    assert len(_rows(book["要素"])) == 8


# The layout concepts


def _table(sheet, title):
    """Return headings and rows of the table under a title, down to the next empty row."""
    lines = list(sheet.iter_rows(values_only=True))
    top = next(at for at, line in enumerate(lines) if line[0] == title)
    rows = itertools.takewhile(
        lambda line: any(cell is not None for cell in line), lines[top + 1 :]
    )
    head, *rest = rows
    wide = sum(cell is not None for cell in head)
    return list(head[:wide]), [list(row[:wide]) for row in rest]


def test_every_finding_has_a_row(result, tmp_path):
    rows = _rows(_book(result, tmp_path)["布局结构"])
    assert [row["布局结构"] for row in rows] == ["环线产业圈"] * 3 + [
        result.plan.concepts[1].name.zh
    ]
    assert [row["结论"] for row in rows] == ["✗ 不成立", "⊘ 无法路由", "✓ 成立", "– 无数据"]
    assert [row["实测值"] for row in rows] == [71.4, None, 2310, None]
    assert [row["单位"] for row in rows[:3]] == ["%", "", "米"]
    assert rows[2]["相关论断"] == "c1；c4"
    assert (rows[2]["问题"], rows[2]["回答"]) == (sample.HOSTILE, sample.FORMULA)


def test_each_concept_has_a_sheet_with_its_tables(result, tmp_path):
    sheet = _book(result, tmp_path)["环线产业圈"]
    assert sheet["A1"].value == "环线产业圈"
    assert sheet["A2"].value == "环线未闭合，西侧缺 6.2 公里。"
    assert sheet.freeze_panes == "B3"
    head, rows = _table(sheet, "各段状况")
    assert head == ["路段", "长度（公里）", "车道", "贯通", "备注"]
    assert rows[0] == ["北段", 1234.567, 4, "✓ 成立", "G320"]
    assert rows[1] == ["西段", "—", "—", "✗ 不成立", "—"]
    assert rows[2] == [sample.FORMULA, 0, 0, "? 不确定", sample.HOSTILE]
    assert rows[5][0] == "长度沿道路量取。"
    head, rows = _table(sheet, "两两行车时间")
    assert (len(head), len(rows)) == (13, 12)
    assert rows[3][1:6] == [21.75, 14.5, 7.25, "—", 7.25]
    text = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "车速为假设值。" in text


def test_numbers_are_shown_with_the_digits_of_their_column(result, tmp_path):
    sheet = _book(result, tmp_path)["环线产业圈"]
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row}
    assert cells[1234.567].number_format == "#,##0.00"
    assert cells[4].number_format == "#,##0"
    assert cells[21.75].number_format == "#,##0.0"
    assert cells[1234.567].data_type == "n"
    symbols = read_style().states
    assert cells["✗ 不成立"].font.color.rgb == "FF" + symbols["fails"].color[1:].upper()


def test_a_table_without_rows_says_so_and_hostile_headings_stay_text(result, tmp_path):
    sheet = _book(result, tmp_path)[CONCEPT_SHEETS[1]]
    assert sheet["A1"].value == result.plan.concepts[1].name.zh
    head, rows = _table(sheet, sample.HOSTILE)
    assert head == [sample.FORMULA + "（分钟）"]
    assert rows == [["没有。"]]


def test_the_first_sheet_has_the_answers(result, tmp_path):
    rows = list(_book(result, tmp_path)["说明"].iter_rows(values_only=True))
    assert ("布局结构", "环线产业圈：环线未闭合，西侧缺 6.2 公里。") in rows


def test_without_concepts_there_are_no_such_sheets(tmp_path):
    names = _book(sample.bare_result(), tmp_path).sheetnames
    assert names == [name for name in SHEETS if name != "布局结构"]


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("一核两翼", "一核两翼"), ("[a]:*?/\\b", "ab"), ("[]:*?/\\", "other"), ("''", "other"),
        ("要素", "要素 2"), ("ABOUT", "ABOUT 2"), ("长" * 40, "长" * 31), ("'环线'", "环线"),
    ],
)  # fmt: skip
def test_names_of_sheets_are_those_that_excel_takes(wanted, name):
    assert sheet_name(wanted, "other", {"要素", "about"}) == name


def test_cut_names_that_become_equal_are_numbered():
    assert sheet_name("长" * 40, "x", {"长" * 31}) == "长" * 29 + " 2"


def test_every_word_of_a_concept_is_guarded_against_being_computed(result, tmp_path):
    formula = Text(sample.FORMULA, sample.FORMULA)
    concept = dataclasses.replace(result.plan.concepts[0], name=formula)
    first = result.profiles[0]
    exhibit = dataclasses.replace(first.exhibits[0], title=formula, note=formula)
    profile = dataclasses.replace(first, answer=formula, exhibits=(exhibit,), notes=(formula,))
    plan = dataclasses.replace(result.plan, concepts=(concept, result.plan.concepts[1]))
    changed = dataclasses.replace(result, plan=plan, profiles=(profile,))
    sheet = _book(changed, tmp_path).worksheets[-1]
    formulas = [c for row in sheet.iter_rows() for c in row if str(c.value).startswith("=")]
    assert len(formulas) == 7, "title, answer, table, note of the table, two cells, note"
    assert all(cell.quotePrefix and cell.data_type == "s" for cell in formulas)
