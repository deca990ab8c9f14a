"""The reports on coverage and siting, parsed: self-contained, escaped, true to the result."""

from __future__ import annotations

import base64
import dataclasses

import geopandas as gpd
import pytest

from spatialplan.model.basemap import Basemap
from spatialplan.model.coverage import CoverageResult
from spatialplan.model.verdict import VillageState
from spatialplan.outputs import coverage_summary, siting_summary
from spatialplan.outputs.documents import coverage_rows
from spatialplan.outputs.documents.coverage_report import FIRST_REQUESTS, write_coverage_report
from spatialplan.outputs.documents.coverage_words import words
from spatialplan.outputs.documents.siting_report import write_siting_report
from spatialplan.outputs.style import read_style
from tests.coverage_sample import CAUSES, sample_coverage, sample_siting, without_positions
from tests.outputs.test_report import Page, bare, printed
from tests.sample import FORMULA, HOSTILE, LONG, sample_basemap

STAMP = "2026-11-22 10:00:00 +0800"


def _source(result, folder, lang="zh", basemap=None) -> str:
    path = folder / "report.html"
    is_coverage = isinstance(result, CoverageResult)
    write = write_coverage_report if is_coverage else write_siting_report
    write(result, basemap or sample_basemap(), path, stamp=STAMP, lang=lang)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Page:
    return Page(_source(sample_coverage(change=True), tmp_path_factory.mktemp("report")))


def _table(page: Page, head: str) -> list[list[str]]:
    """Return the first table that has this heading, cells stripped."""
    for rows in page.tables:
        cells = [[" ".join(cell.split()) for cell in row] for row in rows]
        if head in cells[0]:
            return cells
    raise AssertionError(head)


def _check_english(page: Page) -> None:
    assert page.tags[0] == ("html", {"lang": "en"})
    for word in ("结论", "合计", "数据来源", "表1", "图1", "原因", "站点"):
        assert word not in page.text


@pytest.mark.parametrize("result", [sample_coverage(change=True), sample_siting()])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(result, lang, tmp_path):
    source = _source(result, tmp_path, lang)
    page = Page(source)
    if lang == "en":
        _check_english(page)
        assert source == _source(result, tmp_path, lang)
    assert page.open == []
    for tag, attributes in page.tags:
        assert tag not in {"script", "link", "iframe", "object", "embed", "base", "form"}
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("src", "data:").startswith("data:")
    assert "url(" not in source
    assert "<img src=x" not in source
    for hostile in (HOSTILE, FORMULA, LONG):
        assert hostile in page.text
    csp = [a for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in csp[0]["content"]
    images = [a["src"] for tag, a in page.tags if tag == "img"]
    assert len(images) == 2
    for image in images:
        content = base64.b64decode(image.removeprefix("data:image/png;base64,"))
        assert content.startswith(b"\x89PNG")


def test_the_answer_comes_first_and_requests_are_whole(page):
    result = sample_coverage(change=True)
    for sentence in coverage_summary.answer(result):
        assert page.text.index(sentence) < page.text.index("表1")
    contents = page.text.index("目　录")
    requests = coverage_summary.requests(result)
    assert len(requests) == 7
    for sentence in requests[:FIRST_REQUESTS]:
        assert page.text.index(sentence) < contents < page.text.index("表1")
    assert f"另有 {7 - FIRST_REQUESTS} 项，见“需要补充的资料”。" in page.text
    assert requests[6] in page.text[page.text.rindex("、需要补充的资料") :]


def test_sums_add_up_to_the_villages(page):
    result = sample_coverage(change=True)
    causes = _table(page, "15 分钟内")
    for at in (1, 2):
        assert sum(int(row[at]) for row in causes[1:-1]) == int(causes[-1][at])
    open_ones = sum(v.states[0] is not VillageState.COVERED for v in result.villages)
    assert causes[-1][:2] == ["合计", str(open_ones)]
    changes = _table(page, "新增覆盖")
    assert len(changes) == 1 + len(result.limits)
    for row in changes[1:]:
        assert sum(map(int, row[1:-1])) == int(row[-1])
    imports = _table(page, "坐标系")
    assert imports[-1][0] == "合计"
    for at in range(1, len(imports[0]) - 1):
        assert sum(int(row[at]) for row in imports[1:-1]) == int(imports[-1][at])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_figures_and_tables_are_numbered_without_gaps(tmp_path, lang):
    page = Page(_source(sample_coverage(change=True), tmp_path, lang=lang))
    for word in ("表", "图") if lang == "zh" else ("Table ", "Figure "):
        mine = [name for name in page.captions if name.startswith(word)]
        numbers = [int(name.removeprefix(word).split("　")[0]) for name in mine]
        assert numbers == list(range(1, len(mine) + 1))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("caption") == tags.count("table")
    assert tags.count("figcaption") == tags.count("figure")


def test_claims_on_coverage_lead_to_their_clauses(page):
    targets = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = {attributes["href"][1:] for _, attributes in page.tags if "href" in attributes}
    assert links <= targets
    assert "clause-2" in links
    assert "[2] “覆盖全市所有行政村”" in page.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_printed_page_holds_the_answer(tmp_path, lang, browser_page):
    result, path = sample_coverage(change=True), tmp_path / "report.html"
    write_coverage_report(result, sample_basemap(), path, stamp=STAMP, lang=lang)
    first, second = printed(path, browser_page)[:2]
    for sentence in coverage_summary.answer(result, lang):
        assert bare(sentence)[:30] in first
    for limit in result.limits:
        assert bare(limit.label.say(lang)) in first
    assert bare(words(lang)["contents"]) in second


def test_districts_have_totals_and_rates(page):
    rows = _table(page, "县市区")
    assert rows[0][-1] == "中位（分钟）"
    assert rows[1] == [
        "雨湖区",
        "1",
        "1",
        "1",
        "1",
        "1",
        "5",
        "4",
        "50.0%（1/2，另 3 个无结论）",
        "15.2",
    ]
    assert rows[2] == [
        "合计",
        "1",
        "1",
        "1",
        "1",
        "1",
        "5",
        "4",
        "50.0%（1/2，另 3 个无结论）",
        "15.2",
    ]


def test_rows_beyond_the_roster_follow_the_total(tmp_path):
    result = sample_coverage()
    first = result.villages[0]
    off = dataclasses.replace(first, demand=dataclasses.replace(first.demand, on_roster=False))
    page = Page(
        _source(dataclasses.replace(result, villages=(off, *result.villages[1:])), tmp_path)
    )
    rows = _table(page, "县市区")
    assert rows[2][:2] == ["合计", "0"]
    assert rows[3][:2] == ["名录外（不计入合计）", "1"]
    assert rows[2][8] == "0%（0/1，另 3 个无结论）"
    assert rows[3][8] == "100%（1/1）"


def test_parents_are_a_matter_of_the_chain(page):
    causes = _table(page, "15 分钟内")
    assert not any("隶属" in row[0] for row in causes)
    assert "隶属不符：2 个村" in page.text


def test_causes_and_uncovered_villages(page):
    causes = _table(page, "15 分钟内")
    assert ["太远", "1", "0"] in causes
    assert ["无坐标", "1", "1"] in causes
    rows = _table(page, "超出限值")
    assert rows[1] == ["雨湖区 · 2"]
    assert [row[1] for row in rows[2:-1]] == ["✗ 未覆盖", "? 不确定"]
    assert [row[3] for row in rows[2:-1]] == ["6 分钟", "0.2 分钟"]
    assert rows[-1] == ["合计 2"]
    assert rows[2][4] == CAUSES[1].zh
    assert any(CAUSES[3].zh in row[1] for table in page.tables for row in table if len(row) == 2)


def test_chain_tells_the_weakest_legs(page):
    rows = _table(page, "到达层级")
    assert rows[0][1:3] == ["✓ 达标", "✗ 不达标"]
    assert rows[1] == ["乡镇站", "1", "1", "1", "0", "0", "3", "6 分钟"]
    assert rows[2] == ["县级中心", "3", "0", "0", "0", "0", "0", "12 分钟"]
    assert rows[3] == ["全程", "1", "1", "1", "0", "2", "", "18 分钟"]
    assert "3 个村可在一个工作日内往返，0 个不能" in page.text


def test_overloaded_and_unused_stations(page):
    rows = _table(page, "容量")
    assert rows[1][1:] == ["3", "600 人", "250", "350"]
    assert ["乡镇站", "无坐标", "1"] in _table(page, "个数")


def test_scenario_tells_who_gains_and_who_loses(page):
    rows = _table(page, "之前")
    kinds = read_style().changes
    assert [(row[2], row[3], row[4]) for row in rows[1:]] == [
        (kinds["loses"].label.zh, "6 分钟", "22 分钟"),
        (kinds["gains"].label.zh, "21 分钟", "4 分钟"),
    ]
    assert "新增“站乙”" in page.text


def test_without_a_scenario_there_is_no_section_on_it(tmp_path):
    text = Page(_source(sample_coverage(), tmp_path)).text
    assert "情景" not in text


def test_claims_imports_and_notes(page):
    assert "5 个村中 1 个已覆盖，1 个未覆盖" in page.text
    assert "需补 1 个村的坐标" in page.text
    rows = _table(page, "坐标系")
    assert rows[1][1:] == ["4", "1", "1", "1", "1", "按 WGS-84 读：证据最合"]
    assert "路网范围之外一律无数据" in page.text
    assert "驾车，以 2026-11-22 为准" in page.text


def test_before_any_table_the_report_says_what_to_supply(tmp_path):
    unread = without_positions(sample_coverage())
    nothing = unread.accessibility.iloc[:0]
    unread = dataclasses.replace(
        unread, imports=(), facilities=(), verdicts=(), accessibility=nothing
    )
    empty = gpd.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:4326")
    basemap = Basemap(districts=empty, water=empty, roads=empty, rails=empty, places=empty)
    page = Page(_source(unread, tmp_path, basemap=basemap))
    assert "无数据 5 个（缺坐标、路网或站点资料，不等于没有服务）" in page.text
    assert page.text.index("spatialplan template villages") < page.text.index("表1")
    assert "本次没有站点。" in page.text
    assert "本次没有读入表。" in page.text
    assert "本次没有三级链条" in page.text


def test_long_lists_are_cut_and_say_so(tmp_path):
    result = sample_coverage()
    village = result.villages[1]
    many = tuple(
        dataclasses.replace(
            village,
            demand=dataclasses.replace(village.demand, id=str(n), name=f"村{n}"),
            nearest=dataclasses.replace(village.nearest, time_min=20.0 + n),
        )
        for n in range(40)
    )
    result = dataclasses.replace(result, villages=many)
    shown = coverage_rows.open_rows(result, 0, "zh")
    assert (shown["total"], shown["shown"]) == (40, coverage_rows.MOST)
    assert [row["name"] for row in shown["groups"][0]["rows"]] == [
        f"村{n}" for n in range(39, 29, -1)
    ]
    page = Page(_source(result, tmp_path))
    assert f"共 40 个，下表每个县市区列超出最多的 {coverage_rows.MOST} 个以内" in page.text
    assert "村39" in page.text
    assert "村20" not in page.text


def test_siting_names_first_what_cannot_be_covered(tmp_path):
    result = sample_siting()
    page = Page(_source(result, tmp_path))
    first, second, third, fourth = siting_summary.answer(result)
    assert first.startswith("1 个村所在处没有路网或路网不通，算不出来（雨湖区 1）")
    assert second.startswith("1 个村没有坐标，不能参与选址（雨湖区 1）")
    assert third == (
        "建议新增 2 处站点：15 分钟内覆盖的村由 1 个增到 3 个（共 5 个村），占可覆盖的 3 个村的 100%。"
    )
    assert fourth == "结果已证明为最优。"
    assert page.text.index(first) < page.text.index(third) < page.text.index("表1")
    assert page.text.index("无法安排的村及原因") < page.text.index("新增站点（增加最多的在前）")
    curve = _table(page, "占比")
    sites = _table(page, "新增覆盖")
    assert sites[-1][:4] == ["合计", f"{len(result.sites)} 处", "", "2"]
    assert sum(int(row[3]) for row in sites[1:-1]) == 2
    assert curve[1:] == [
        ["0", "1", "33.3%", "已证明最优"], ["1", "2", "66.7%", "已证明最优"],
        ["2", "3", "100%", "已证明最优"],
    ]  # fmt: skip


def test_an_answer_that_is_not_proved_says_its_gap():
    result = sample_siting()
    selection = dataclasses.replace(result.selection, optimal=False, value=40.0, bound=41.0,
                                    gap=0.025)  # fmt: skip
    said = siting_summary.answer(dataclasses.replace(result, selection=selection))[-1]
    assert said == "结果尚未证明为最优：目标值 40，已证明的界 41，差距 2.5%。"


def test_siting_without_sites(tmp_path):
    result = dataclasses.replace(sample_siting(), sites=(), links=(), unservable=())
    text = Page(_source(result, tmp_path)).text
    assert "不建议新增站点" in text
    assert "没有可增设的站点。" in text
    assert "没有：每个村都有能服务它的点。" in text
