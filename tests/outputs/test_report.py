"""The report, parsed: it loads nothing, escapes everything and counts as the result does."""

from __future__ import annotations

import base64
import dataclasses
from html.parser import HTMLParser

import geopandas as gpd
import pytest

from spatialplan.model.basemap import Basemap
from spatialplan.model.plan import Origin, Status
from spatialplan.model.verdict import CheckResult, Measure
from spatialplan.outputs import summary, wording
from spatialplan.outputs.documents.report import write_report
from tests import sample

STAMP = "2026-11-22 10:00:00 +0800"
VOID = {"meta", "img", "col", "br", "link"}


class Page(HTMLParser):
    """Tags with attributes, texts of cells and of the whole page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[str]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" in self.open:
            return
        self.text += data
        if self.open and {"td", "th"} & set(self.open):
            self.tables[-1][-1][-1] += data


@pytest.fixture
def result() -> CheckResult:
    return sample.sample_result()


def _source(result, folder, lang="zh", basemap=None) -> str:
    path = folder / "report.html"
    write_report(result, basemap or sample.sample_basemap(), path, stamp=STAMP, lang=lang)
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_loaded_from_elsewhere(result, tmp_path, lang):
    source = _source(result, tmp_path, lang)
    page = Page(source)
    assert page.open == []
    for tag, attributes in page.tags:
        assert tag not in {"script", "link", "iframe", "object", "embed", "base", "form"}
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("src", "data:").startswith("data:")
        assert attributes.get("href", "#").startswith("#")
    assert "url(" not in source
    assert "@import" not in source
    csp = [a for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in csp[0]["content"]


def test_links_point_to_clauses_that_are_there(result, tmp_path):
    page = Page(_source(result, tmp_path))
    targets = {a["id"] for _, a in page.tags if "id" in a}
    links = {a["href"][1:] for _, a in page.tags if "href" in a}
    assert links
    assert links <= targets


def test_hostile_text_is_shown_not_run(result, tmp_path):
    source = _source(result, tmp_path)
    page = Page(source)
    assert sample.HOSTILE in page.text
    assert sample.FORMULA in page.text
    assert "<img src=x" not in source
    assert "</script>" not in source


def test_answer_comes_first_with_the_counts_of_the_result(result, tmp_path):
    page = Page(_source(result, tmp_path))
    first = page.text.index(summary.answer(result)[0])
    assert first < page.text.index("图1")
    for sentence in (*summary.answer(result), *summary.requests(result)):
        assert sentence in page.text
    assert "共 5 条：成立 1 条，不成立 1 条，不确定 1 条，无法路由 1 条，无数据 1 条" in page.text
    assert "共 3 个村（居），其中 2 个有坐标；已覆盖 1 个，未覆盖 1 个" in page.text


def test_tables_have_totals_and_every_claim_once(result, tmp_path):
    tables = Page(_source(result, tmp_path)).tables
    totals, attention, still_open, everything, villages, unlocated, evidence, issues, sources = (
        tables
    )
    assert totals[-1] == ["合计", "1", "1", "1", "1", "1", "5"]
    assert [row[0].split("\n")[0].strip()[0] for row in attention[1:]] == ["✗", "?"]
    assert [row[0].strip()[0] for row in still_open[1:]] == ["⊘", "–"]
    assert len([row for row in everything if len(row) == 5]) == 1 + len(result.verdicts)
    assert villages[-1] == ["合计", "1", "1", "0", "0", "1", "3", "2"]
    assert unlocated[1][1].startswith("未定位项目")
    assert unlocated[-1] == ["合计", "1"]
    assert evidence[1] == ["环线产业圈", "0", "1", "0", "0", "2", "3"]
    assert evidence[-1] == ["合计", "2", "1", "1", "1", "3", "8"]
    assert issues[1] == [
        "1",
        "缺口",
        "孤立路段离主网 34 米",
        "1.24 公里",
        "3",
        "112.86000, 27.86000",
    ]
    assert [row[2] for row in issues[2::2]] == [sample.HOSTILE, sample.FORMULA]
    assert "ODbL 1.0" in sources[1][2]
    assert sources[1][3] == "±40 米"


def test_proposals_and_doubts_are_said_in_a_sentence(result, tmp_path):
    text = Page(_source(result, tmp_path)).text
    assert "1 处可改进位置，运行 spatialplan refine 得到建议文件。" in text
    assert "共有 4 处路网疑点，下表为次序最前的 4 处" in text
    assert "网络地图只画" not in text


def test_of_many_doubts_the_first_ten_are_in_the_table(tmp_path):
    page = Page(_source(sample.many_issues(1000), tmp_path))
    assert [row[0] for row in page.tables[-2][1:]] == [str(rank) for rank in range(1, 11)]
    assert "共有 1000 处路网疑点，下表为次序最前的 10 处" in page.text
    assert "网络地图只画次序最前的 300 处。" in page.text


def test_without_evidence_and_doubts_nothing_is_said_of_them(tmp_path):
    page = Page(_source(sample.bare_result(), tmp_path))
    assert len(page.tables) == 7
    for words in ("地图证据", "要素证据汇总", "路网疑点", "可改进位置"):
        assert words not in page.text


def test_failed_claims_come_before_the_others(result, tmp_path):
    page = Page(_source(result, tmp_path))
    assert page.text.index("不成立与不确定的论断") < page.text.index("未能判断的论断（")
    assert page.text.index("补齐西段") < page.text.index("分布局结构的全部结论")


def test_title_block_and_figures(result, tmp_path):
    page = Page(_source(result, tmp_path))
    for said in ("样例规划", "样政发〔2026〕1号", "样例市人民政府", "2026-01-01", STAMP):
        assert said in page.text
    images = [a["src"] for tag, a in page.tags if tag == "img"]
    assert len(images) == 2
    for image in images:
        content = base64.b64decode(image.removeprefix("data:image/png;base64,"))
        assert content.startswith(b"\x89PNG")


def test_english_has_no_chinese_fixed_words(result, tmp_path):
    page = Page(_source(result, tmp_path, "en"))
    assert "The plan makes 5 claims" in page.text
    for word in ("规划文号", "核查结论", "合计", "数据来源", "条款出处", "表1", "图1"):
        assert word not in page.text
    assert page.tags[0] == ("html", {"lang": "en"})


def test_same_bytes_twice(result, tmp_path):
    assert _source(result, tmp_path) == _source(result, tmp_path)


def test_bare_result_does_not_crash(result, tmp_path):
    features = tuple(
        dataclasses.replace(f, geometry=None, status=Status.UNLOCATED) for f in result.features
    )
    verdicts = tuple(dataclasses.replace(v, parts=(), marks=()) for v in result.verdicts)
    bare = dataclasses.replace(
        result, features=features, verdicts=verdicts, villages=(), sources=(), notes=()
    )
    empty = gpd.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:4326")
    basemap = Basemap(districts=empty, water=empty, roads=empty, rails=empty, places=empty)
    page = Page(_source(bare, tmp_path, basemap=basemap))
    assert "村级服务覆盖" not in page.text
    assert "8 个未定位规划要素" in page.text


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (2310.0, "m", "2.31 公里"),
        (57.0, "m", "57 米"),
        (22.04, "min", "22 分钟"),
        (82.83, "%", "82.8%"),
        (0.2, "share", "20%"),
        (4.0, "count", "4 个"),
        (1.59, "ratio", "1.59 倍"),
        (1234567.0, "m", "1,234.57 公里"),
        (None, "m", "—"),
        (float("nan"), "m", "—"),
        (3.0, "件", "3 件"),
    ],
)
def test_quantities_are_said_as_readers_write_them(value, unit, said):
    assert wording.quantity(value, unit, "zh") == said


def test_depth_in_an_area_is_said_in_words():
    inside = Measure(value=-1768.0, unit="m", threshold=0.0, origin=Origin.PLAN)
    outside = Measure(value=300.0, unit="m", threshold=0.0, origin=Origin.PLAN)
    assert wording.measured(inside, "zh") == "界内 1.77 公里"
    assert wording.measured(outside, "en") == "300 m outside"
    assert wording.threshold(inside, "zh") == "界内（规划）"


@pytest.mark.parametrize(
    ("stamp", "said"),
    [
        ("2026-11-22 10:00:00 +0800", "2026-11-22T02:00:00+00:00"),
        ("2026-11-22", "2026-11-22T00:00:00+00:00"),
        ("核查于 2026-11-22", "2026-11-22T00:00:00+00:00"),
        ("2026-99-99", "1980-01-01T00:00:00+00:00"),
        ("", "1980-01-01T00:00:00+00:00"),
    ],
)
def test_stamps_are_moments(stamp, said):
    assert wording.moment(stamp).isoformat() == said
