"""The report, parsed: it loads nothing, escapes everything and counts as the result does."""

from __future__ import annotations

import base64
import dataclasses
import shutil
import subprocess
import unicodedata
from functools import cache
from html.parser import HTMLParser

import geopandas as gpd
import pytest

from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.model.plan import Origin, Status
from spatialplan.model.verdict import Measure, State
from spatialplan.outputs import summary, wording
from spatialplan.outputs.documents.profile_report import MOST_ROWS
from spatialplan.outputs.documents.report import write_report
from spatialplan.outputs.documents.report_causes import cause_rows
from spatialplan.outputs.documents.report_outline import report_outline
from spatialplan.outputs.documents.report_words import words
from spatialplan.outputs.figures import figure
from spatialplan.text import Text
from tests import sample
from tests.conftest import need

STAMP = "2026-11-22 10:00:00 +0800"
VOID = {"meta", "img", "col", "br", "link"}
SVG = {"svg", "path", "rect", "text"}


class Page(HTMLParser):
    """Tags with attributes, texts of cells and of the whole page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[str]]] = []
        self.captions: list[str] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag in ("caption", "figcaption"):
            self.captions.append("")
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
        if self.open and self.open[-1] in ("caption", "figcaption"):
            self.captions[-1] += data

    def table(self, title: str) -> list[list[str]]:
        """The table under the caption with this title."""
        names = [name for name in self.captions if name[0] in "表T"]
        [at] = [at for at, name in enumerate(names) if name.split("　", 1)[1] == title]
        return self.tables[at]


def bare(text: str) -> str:
    """Text as found in a printed page, whatever its line breaks and forms of characters."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def printed(path, browser_page) -> list[str]:
    """The bare text of each page that the browser prints."""
    need(shutil.which("pdftotext") is not None, "pdftotext (poppler-utils)")
    browser_page.goto(path.as_uri())
    paper = path.with_suffix(".pdf")
    browser_page.pdf(path=paper, prefer_css_page_size=True, print_background=True)
    done = subprocess.run(
        ["pdftotext", paper, "-"], capture_output=True, check=True, encoding="utf-8"
    )
    return [bare(page) for page in done.stdout.split("\f")]


@pytest.fixture
def result() -> CheckResult:
    return sample.sample_result()


@cache
def _overview(lang: str) -> bytes:
    return figure.overview_png(sample.sample_result(), sample.sample_basemap(), lang)


def _source(result, folder, lang="zh", basemap=None) -> str:
    """The page; its map is drawn once for all tests that bring no basemap of their own."""
    path = folder / "report.html"
    picture = None if basemap else _overview(lang)
    with pytest.MonkeyPatch.context() as patch:
        if picture is not None:
            patch.setattr(figure, "overview_png", lambda *_: picture)
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
    contents = page.text.index("目　录")
    for sentence in (*summary.answer(result), *summary.requests(result)):
        assert page.text.index(sentence) < page.text.index("论断核查汇总") < contents
    assert contents < page.text.index("图1")
    assert "共 5 条：成立 1 条，不成立 1 条，不确定 1 条，无法路由 1 条，无数据 1 条" in page.text
    assert "共 3 个村（居），其中 2 个有坐标；已覆盖 1 个，未覆盖 1 个" in page.text


def test_tables_have_totals_and_every_claim_once(result, tmp_path):
    page = Page(_source(result, tmp_path))
    glance = page.table("布局结构逐项回答")
    assert [row[0] for row in glance[1:]] == [c.name.zh for c in result.plan.concepts]
    assert page.table("论断核查汇总")[-1] == ["合计", "1", "1", "1", "1", "1", "5"]
    attention = page.table("不成立与不确定的论断")
    assert [row[0].strip()[0] for row in attention[1:]] == ["✗", "?"]
    everything = page.table("全部论断及结论")
    assert len([row for row in everything if len(row) == 5]) == 1 + len(result.verdicts)
    assert everything[-1][0].startswith("合计 5：")
    villages = page.table("各县市区行政村状态")
    assert villages[-1] == ["合计", "1", "1", "0", "0", "1", "3", "2"]
    unlocated = page.table("未定位的规划要素")
    assert unlocated[1][1].startswith("未定位项目")
    assert unlocated[-1] == ["合计", "1"]
    evidence = page.table("要素证据汇总")
    assert evidence[1] == ["环线产业圈", "0", "1", "0", "0", "2", "3"]
    assert evidence[-1] == ["合计", "2", "1", "1", "1", "3", "8"]
    issues = page.table("路网数据质量：最先要补的路")
    assert issues[1] == [
        "1",
        "缺口",
        "孤立路段离主网 34 米",
        "1.24 公里",
        "3",
        "112.86000, 27.86000",
    ]
    assert [row[2] for row in issues[2::2]] == [sample.HOSTILE, sample.FORMULA]
    sources = page.table("数据来源、许可与精度")
    assert "ODbL 1.0" in sources[1][2]
    assert sources[1][3] == "±40 米"


def test_causes_add_up_to_the_claims_that_do_not_hold(result, tmp_path):
    page = Page(_source(result, tmp_path))
    causes = page.table("论断未成立的原因")
    holding = sum(verdict.state == "holds" for verdict in result.verdicts)
    assert causes[-1][:2] == ["合计", str(len(result.verdicts) - holding)]
    assert sum(int(row[1]) for row in causes[1:-1]) == int(causes[-1][1])
    found = {row.key: row.claims for row in cause_rows(result, "zh")}
    assert sorted(n for claims in found.values() for n in claims) == [
        number for number, verdict in enumerate(result.verdicts, 1) if verdict.state != "holds"
    ]


def test_a_place_is_wanted_by_the_claims_that_wait_for_it(result, tmp_path):
    waiting = dataclasses.replace(result.verdicts[2], state=State.NO_DATA)
    verdicts = (*result.verdicts[:2], waiting, *result.verdicts[3:])
    changed = dataclasses.replace(result, verdicts=verdicts)
    page = Page(_source(changed, tmp_path))
    assert page.table("最需要补位置的规划要素")[1:] == [["未定位项目", "重点项目", "1", "3"]]
    assert "共有 1 条论断缺位置" in page.text
    held = dataclasses.replace(waiting, state=State.HOLDS)
    verdicts = (*result.verdicts[:2], held, *result.verdicts[3:])
    page = Page(_source(dataclasses.replace(result, verdicts=verdicts), tmp_path))
    assert "最需要补位置" not in page.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_figures_and_tables_are_numbered_without_gaps(result, tmp_path, lang):
    page = Page(_source(result, tmp_path, lang))
    for word in ("表", "图") if lang == "zh" else ("Table ", "Figure "):
        mine = [name for name in page.captions if name.startswith(word)]
        numbers = [int(name.removeprefix(word).split("　")[0]) for name in mine]
        assert numbers == list(range(1, len(mine) + 1))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("caption") == tags.count("table")
    assert tags.count("figcaption") == tags.count("figure")


def test_contents_list_every_part_and_appendices_come_last(result, tmp_path):
    page = Linked(_source(result, tmp_path))
    parts = report_outline(result, "zh")
    heads = [
        attributes["id"] for tag, attributes in page.tags if tag == "h2" and "id" in attributes
    ]
    assert heads == [f"part-{key}" for key in parts]
    for key, part in parts.items():
        assert page.said[f"part-{key}"] == [part.title]
    marks = [part.title[:2] for part in parts.values()]
    assert marks[:3] == ["一、", "二、", "三、"]
    assert [part.appendix for part in parts.values()] == sorted(p.appendix for p in parts.values())
    lasts = [part.title[:3] for part in parts.values() if part.appendix]
    assert lasts == [f"附录{letter}" for letter in "ABCDEF"[: len(lasts)]]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_printed_page_holds_answer_and_scorecard(result, tmp_path, lang, browser_page):
    _source(result, tmp_path, lang)
    path = tmp_path / "report.html"
    first, second = printed(path, browser_page)[:2]
    for sentence in summary.answer(result, lang):
        assert bare(sentence)[:40] in first
    for tally in summary.tally_themes(result, lang):
        assert bare(tally.label) in first
    for concept in result.plan.concepts:
        assert bare(concept.name.say(lang))[:4] in first, "the rest may stand on the next line"
    assert bare(words(lang)["contents"]) in second


def test_proposals_and_doubts_are_said_in_a_sentence(result, tmp_path):
    text = Page(_source(result, tmp_path)).text
    assert "1 处可改进位置，运行 spatialplan refine 得到建议文件。" in text
    assert "共有 4 处路网疑点，下表为次序最前的 4 处" in text
    assert "网络地图只画" not in text


def test_of_many_doubts_the_first_ten_are_in_the_table(tmp_path):
    page = Page(_source(sample.many_issues(1000), tmp_path))
    issues = page.table("路网数据质量：最先要补的路")
    assert [row[0] for row in issues[1:]] == [str(rank) for rank in range(1, 11)]
    assert "共有 1000 处路网疑点，下表为次序最前的 10 处" in page.text
    assert "网络地图只画次序最前的 300 处。" in page.text


def test_without_evidence_and_doubts_nothing_is_said_of_them(tmp_path):
    page = Page(_source(sample.bare_result(), tmp_path))
    for said in ("地图证据", "要素证据汇总", "路网疑点", "可改进位置"):
        assert said not in page.text


def test_failed_claims_come_before_the_others(result, tmp_path):
    page = Page(_source(result, tmp_path))
    assert page.text.index("补齐西段") < page.text.rindex("全部论断及结论")


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
    drawn = sample.sample_basemap()
    assert _source(result, tmp_path, basemap=drawn) == _source(result, tmp_path, basemap=drawn)


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


# The scorecard


class Linked(Page):
    """A page that also tells what each link says and which rows stand under each id."""

    def __init__(self, text: str) -> None:
        self.said: dict[str, list[str]] = {}
        self.rows: dict[str, int] = {}
        self._ids: list[tuple[str, str | None]] = []
        super().__init__(text)

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        if tag not in VOID:
            self._ids.append((tag, dict(attrs).get("id")))
        if tag == "tr":
            for _, key in self._ids[:-1]:
                self.rows[key or ""] = self.rows.get(key or "", 0) + 1
        if tag == "a":
            self.said.setdefault(dict(attrs)["href"][1:], []).append("")

    def handle_endtag(self, tag):
        super().handle_endtag(tag)
        self._ids.pop()

    def handle_data(self, data):
        super().handle_data(data)
        if self.open and self.open[-1] == "a":
            target = [a["href"][1:] for t, a in self.tags if t == "a"][-1]
            self.said[target][-1] += data


def test_every_number_of_the_scorecard_leads_to_the_list_of_its_claims(result, tmp_path):
    page = Linked(_source(result, tmp_path))
    for tally in summary.tally_themes(result)[:-1]:
        for state, count in tally.counts.items():
            target = f"claims-{tally.key}-{state}"
            if count:
                assert page.said[target] == [str(count)]
                assert page.rows[target] == count
            else:
                assert target not in page.said
        assert page.said[f"claims-{tally.key}"] == [str(tally.total)]
    assert page.said["attention-fails"] == ["1"]
    assert page.rows["attention-fails"] == 1
    assert page.said["causes"] == ["1", "1"], "unroutable and no data: the causes tell why"


def test_every_claim_leads_to_its_clause_and_to_its_evidence(result, tmp_path):
    page = Linked(_source(result, tmp_path))
    targets = {attributes.get("id") for _, attributes in page.tags}
    for claim in result.plan.claims:
        assert f"claim-{claim.id}" in targets
        assert page.said[f"why-{claim.id}"] == ["依据"]
        assert f"why-{claim.id}" in targets
    assert set(page.said) <= targets
    assert page.said["clause-1"]


def test_the_evidence_of_a_claim_tells_method_parameters_places_and_parts(result, tmp_path):
    text = Page(_source(result, tmp_path)).text
    why = text[text.rindex("论断依据") :]
    first = why[why.index("1. 北环联通大学") : why.index("2. 环线闭合")]
    for said in ("3 公里（假设）", "±50 米", "±800 米", "≈ 可能 node/7", "edge:12；edge:13"):
        assert said in first
    assert "北环 — " not in first, "a verdict of one part says it itself"


def test_parts_are_shown_worst_first_and_the_others_are_counted(result, tmp_path):
    [part] = result.verdicts[0].parts
    bad = dataclasses.replace(part, state="fails", cause=Text("最差的", "worst"))
    first = dataclasses.replace(result.verdicts[0], parts=(*[part] * 9, bad))
    changed = dataclasses.replace(result, verdicts=(first, *result.verdicts[1:]))
    text = Page(_source(changed, tmp_path)).text
    why = text[text.index("1. 北环联通大学 返回") :]
    assert why.index("最差的") < why.index("，连通")
    assert "另有 2 项，见工作簿。" in why


# The layout concepts


def test_each_concept_answers_first_then_tells_findings_and_tables(result, tmp_path):
    page = Linked(_source(result, tmp_path))
    text = page.text
    for concept, profile in zip(result.plan.concepts, result.profiles, strict=True):
        name, entry = page.said[f"concept-{concept.id}"]
        assert name == concept.name.zh
        assert entry.endswith(f"）{concept.name.zh}")
        at = text.index(f"）{concept.name.zh}", text.index("表中“—”表示未知"))
        places = [text.index(profile.answer.zh, at)]
        places += [text.index(finding.question.zh, places[0]) for finding in profile.findings[:2]]
        places += [text.index(exhibit.title.zh, places[-1]) for exhibit in profile.exhibits[:1]]
        assert places == sorted(places)
        for exhibit in profile.exhibits:
            assert [name.split("　", 1)[1] for name in page.captions].count(exhibit.title.zh) == 1
    assert text.index("环线未闭合") < text.index("目　录"), "the answers are on the first page"


def test_findings_have_state_value_and_linked_claims(result, tmp_path):
    page = Linked(_source(result, tmp_path))
    findings = page.table("环线产业圈：逐问回答")
    assert [cell.strip() for cell in findings[1]] == [
        "✗\xa0不成立", "环线是否闭合", "闭合 71.4%，缺口 6.2 公里", "71.4%", "2",
    ]  # fmt: skip
    assert [row[3:] for row in findings[2:-1]] == [["—", "—"], ["2.31 公里", "1，4"]]
    assert findings[-1][0] == f"合计 {len(findings) - 2}"
    assert page.said["claim-c4"].count("4") == 1


def test_tables_have_units_in_the_heading_and_a_dash_for_the_unknown(result, tmp_path):
    page = Page(_source(result, tmp_path))
    sections = page.table("各段状况")
    assert sections[0] == ["路段", "长度（公里）", "车道", "贯通", "备注"]
    assert sections[1] == ["北段", "1,234.57", "4", "✓ 成立", "G320"]
    assert sections[2] == ["西段", "—", "—", "✗ 不成立", "—"]
    assert sections[3] == [sample.FORMULA, "0.00", "0", "? 不确定", sample.HOSTILE]
    assert "长度沿道路量取。" in page.text
    times = page.table("两两行车时间")
    assert times[0][1] == "地点1（分钟）"
    assert times[1][1:4] == ["—", "7.2", "14.5"]


def test_columns_of_a_table_fill_the_page(result, tmp_path):
    page = Page(_source(result, tmp_path))
    sums: list[float] = []
    for tag, attributes in page.tags:
        if tag == "colgroup":
            sums.append(0.0)
        elif tag == "col":
            sums[-1] += float(attributes["style"].removeprefix("width:").removesuffix("%"))
    assert len(sums) > 6
    assert sums == pytest.approx([100.0] * len(sums), abs=0.7)


def test_a_long_table_is_cut_on_paper_and_says_so(result, tmp_path):
    first = result.profiles[0]
    exhibit = first.exhibits[0]
    longer = dataclasses.replace(exhibit, rows=exhibit.rows * 10)
    profile = dataclasses.replace(first, exhibits=(longer,))
    page = Page(
        _source(dataclasses.replace(result, profiles=(profile, *result.profiles[1:])), tmp_path)
    )
    assert len(page.table(exhibit.title.zh)) == 1 + MOST_ROWS
    assert f"另有 {50 - MOST_ROWS} 行未列出，全部见工作簿。" in page.text


def test_the_strip_is_a_drawing_of_the_page_itself(result, tmp_path):
    page = Page(_source(result, tmp_path))
    drawn = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert [attributes["aria-label"] for attributes in drawn] == ["环线展开图"]
    assert "图3　环线展开图" in page.text
    assert {tag for tag, _ in page.tags} & SVG == SVG


def test_without_concepts_the_report_has_no_such_section(tmp_path):
    text = Page(_source(sample.bare_result(), tmp_path)).text
    for said in ("逐问回答", "布局结构逐项回答", "表中“—”表示未知"):
        assert said not in text


def test_a_finding_about_an_unknown_claim_is_an_error(result, tmp_path):
    first = result.profiles[0]
    finding = dataclasses.replace(first.findings[0], claims=("none",))
    profile = dataclasses.replace(first, findings=(finding,))
    with pytest.raises(KeyError, match="none"):
        _source(dataclasses.replace(result, profiles=(profile,)), tmp_path)


def test_a_phone_reads_the_report_without_scrolling_sideways(result, tmp_path, browser_page):
    _source(result, tmp_path)
    browser_page.set_viewport_size({"width": 390, "height": 844})
    browser_page.goto((tmp_path / "report.html").as_uri())
    assert browser_page.evaluate("document.documentElement.scrollWidth") == 390
    browser_page.click("#scores a[href='#claims-ring-fails']")
    colour = browser_page.evaluate(
        "getComputedStyle(document.querySelector('#claims-ring-fails td')).backgroundColor"
    )
    assert colour == "rgb(255, 244, 207)", "the list that was asked for is marked"
    top = browser_page.locator("#claims-ring-fails").bounding_box()["y"]
    assert 0 <= top < 844
