"""The Word documents, read back: true to the result, numbered, safe, made the same twice."""

from __future__ import annotations

import dataclasses
import io
import re
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from spatialplan.model.verdict import State
from spatialplan.outputs import coverage_summary, summary
from spatialplan.outputs.documents.coverage_words import words as coverage_words
from spatialplan.outputs.documents.docx_coverage import write_coverage_docx
from spatialplan.outputs.documents.docx_report import write_docx
from spatialplan.outputs.documents.report_outline import coverage_outline, report_outline
from spatialplan.outputs.documents.report_words import words
from spatialplan.outputs.style import read_style
from tests import sample
from tests.coverage_sample import sample_coverage

STAMP = "2026-11-22 10:00:00 +0800"


def _report(folder, result=None, lang="zh") -> bytes:
    path = folder / "report.docx"
    found = result or sample.sample_result()
    write_docx(found, sample.sample_basemap(), path, stamp=STAMP, lang=lang)
    return path.read_bytes()


def _coverage(folder, result=None, lang="zh") -> bytes:
    path = folder / "coverage.docx"
    found = result or sample_coverage(change=True)
    write_coverage_docx(found, sample.sample_basemap(), path, stamp=STAMP, lang=lang)
    return path.read_bytes()


@cache
def _made(make, lang="zh") -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return make(Path(folder), lang=lang)


@pytest.fixture(scope="module")
def content() -> bytes:
    return _made(_report)


@pytest.fixture(scope="module")
def report(content):
    return docx.Document(io.BytesIO(content))


@pytest.fixture(scope="module")
def coverage():
    return docx.Document(io.BytesIO(_made(_coverage)))


def _text(document) -> str:
    """All that a reader sees but headers: paragraphs, cells, links, in their order."""
    lines = [
        "".join(t.text or "" for t in p.iter(qn("w:t")))
        for p in document.element.body.iter(qn("w:p"))
    ]
    return "\n".join(lines)


def _captions(document) -> list[str]:
    return [p.text for p in document.paragraphs if p.style.name == "Caption"]


def _tables(document) -> dict[str, list[list[str]]]:
    """The tables under their captions, without the number."""
    found, caption = {}, ""
    for child in document.element.body:
        if child.tag == qn("w:p"):
            paragraph = docx.text.paragraph.Paragraph(child, document)
            caption = paragraph.text if paragraph.style.name == "Caption" else caption
        elif child.tag == qn("w:tbl") and caption:
            rows = docx.table.Table(child, document).rows
            found[caption.split("　", 1)[1]] = [[cell.text for cell in row.cells] for row in rows]
            caption = ""
    return found


def _headings(document) -> list[tuple[int, str]]:
    found = []
    for paragraph in document.paragraphs:
        name = paragraph.style.name
        if name.startswith("Heading "):
            found.append((int(name.removeprefix("Heading ")), paragraph.text))
    return found


# Order and numbers


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_page_has_title_number_answer_supply_and_scorecard(lang):
    result = sample.sample_result()
    text = _text(docx.Document(io.BytesIO(_made(_report, lang))))
    contents = text.index(words(lang)["contents"])
    title, number = result.plan.title.say(lang), result.plan.number
    said = [title, number, STAMP, *summary.answer(result, lang), *summary.requests(result, lang)]
    places = [text.index(sentence) for sentence in (*said, words(lang)["summary"])]
    assert places == sorted(places)
    assert places[-1] < contents


def test_parts_come_in_their_order_with_every_concept_and_all_failing_claims(report):
    result = sample.sample_result()
    headings = _headings(report)
    parts = report_outline(result, "zh", evidence=False)
    assert [text for level, text in headings if level == 1] == [p.title for p in parts.values()]
    assert [text for level, text in headings if level == 2] == [
        f"（{number}）{concept.name.zh}"
        for number, concept in zip("一二", result.plan.concepts, strict=True)
    ]
    text = _text(report)
    for profile in result.profiles:
        assert f"{profile.answer.zh} [" in text
        for finding in profile.findings:
            assert finding.answer.zh in text
    attention = _tables(report)["不成立与不确定的论断"]
    wanted = [v for v in result.verdicts if v.state in (State.FAILS, State.UNCERTAIN)]
    assert len(attention) == 1 + len(wanted)
    for verdict in wanted:
        sentence = result.claim(verdict.claim_id).sentence
        [row] = [row for row in attention if sentence in row[1]]
        assert verdict.cause.zh in row[3]
        assert row[0].startswith(read_style().states[verdict.state].sign)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("make", [_report, _coverage])
def test_captions_are_numbered_without_gaps_by_fields(make, lang):
    document = docx.Document(io.BytesIO(_made(make, lang)))
    captions = _captions(document)
    for word, things in (
        ("表" if lang == "zh" else "Table ", len(document.tables)),
        ("图" if lang == "zh" else "Figure ", len(document.inline_shapes)),
    ):
        mine = [caption for caption in captions if caption.startswith(word)]
        numbers = [int(re.match(r"\d+", caption.removeprefix(word)).group()) for caption in mine]
        assert numbers == list(range(1, len(mine) + 1))
        tiles = sum(table.style.name != "Report Table" for table in document.tables)
        assert len(mine) == things - (tiles if word[0] in "表T" else 0)
        code = f"SEQ {word.strip()} "
        fields = [e.text for e in document.element.body.iter(qn("w:instrText"))]
        assert sum(code in field for field in fields) == len(mine)


def test_every_table_has_a_repeated_head_and_unsplit_rows(report, coverage):
    for document in (report, coverage):
        tables = [table for table in document.tables if table.style.name == "Report Table"]
        assert len(tables) >= 10
        for table in tables:
            assert len(table.rows) > 1
            rows = [row._tr.trPr for row in table.rows]
            assert [row.find(qn("w:tblHeader")) is not None for row in rows] == [
                at == 0 for at in range(len(rows))
            ]
            assert all(row.find(qn("w:cantSplit")) is not None for row in rows)


# What the tables say


def test_totals_equal_the_data(report):
    result, tables = sample.sample_result(), _tables(report)
    scores = tables["论断核查汇总"]
    total = summary.tally_themes(result)[-1]
    assert scores[-1] == ["合计", *map(str, total.counts.values()), str(total.total)]
    for at in range(1, len(scores[0])):
        assert sum(int(row[at]) for row in scores[1:-1]) == int(scores[-1][at])
    everything = tables["全部论断及结论"]
    assert everything[-1][:2] == ["合计", str(len(result.verdicts))]
    for claim in result.plan.claims:
        assert any(claim.sentence in row[1] for row in everything)
    causes = tables["论断未成立的原因"]
    assert int(causes[-1][1]) == sum(v.state is not State.HOLDS for v in result.verdicts)
    assert sum(int(row[1]) for row in causes[1:-1]) == int(causes[-1][1])
    villages = tables["各县市区行政村状态"]
    tally = summary.tally_villages(result)[-1]
    assert villages[-1] == [
        "合计", *map(str, tally.counts.values()), str(tally.total), str(tally.located),
    ]  # fmt: skip


def test_every_exhibit_is_there_once(report):
    tables = _tables(report)
    for profile in sample.sample_result().profiles:
        for exhibit in profile.exhibits:
            if exhibit.rows:
                rows = tables[exhibit.title.zh]
                assert len(rows) == 1 + len(exhibit.rows)
                assert rows[0][0] == exhibit.columns[0].name.zh
    assert [row[0] for row in tables["各段状况"]][3] == sample.FORMULA
    strips = [s.title.zh for p in sample.sample_result().profiles for s in p.strips]
    assert strips
    for title in strips:
        assert any(caption.endswith(title) for caption in _captions(report))


def test_clauses_stand_at_the_end_with_the_numbers_that_are_cited(report):
    result, text = sample.sample_result(), _text(report)
    for number, clause in enumerate(result.plan.clauses, start=1):
        quote = f"[{number}] “{clause.quote}”"
        assert text.index(f"[{number}]") < text.index(quote)
        assert text.index(quote) > text.rindex("附录")


def test_wide_tables_lie_across_and_the_page_is_upright_again(report):
    sizes = [(s.page_width.mm, s.page_height.mm) for s in report.sections]
    assert [(round(w), round(h)) for w, h in sizes] == [(210, 297), (297, 210), (210, 297)]
    first = report.sections[0]
    margins = (first.top_margin, first.bottom_margin, first.left_margin, first.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]


# Fonts, fields, safety


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_style_in_use_names_its_chinese_font(lang):
    document = docx.Document(io.BytesIO(_made(_report, lang)))
    used = {paragraph.style.name for paragraph in document.paragraphs}
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    used |= {paragraph.style.name for cell in cells for paragraph in cell.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "Caption", "Table Text", "toc 1"} <= used
    for name in used:
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in {"宋体", "仿宋", "黑体", "楷体"}, name
        assert fonts.get(qn("w:eastAsiaTheme")) is None
    for run in document.element.body.iter(qn("w:rFonts")):
        raise AssertionError(f"fonts stand in styles only: {run.attrib}")


def test_fonts_have_substitutes(content):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        table = file.read("word/fontTable.xml").decode()
    for name in ("宋体", "仿宋", "黑体", "楷体"):
        assert re.search(f'<w:font w:name="{name}"><w:altName w:val="[^"]+,[^"]+"/>', table), name


def test_contents_and_page_numbers_are_fields(report, coverage):
    for document, parts in (
        (report, report_outline(sample.sample_result(), "zh", evidence=False)),
        (coverage, coverage_outline(sample_coverage(change=True), "zh")),
    ):
        codes = [e.text.strip() for e in document.element.body.iter(qn("w:instrText"))]
        assert [code for code in codes if code.startswith("TOC ")] == ['TOC \\o "1-2" \\h \\z \\u']
        marks = [e.get(qn("w:fldCharType")) for e in document.element.body.iter(qn("w:fldChar"))]
        assert marks.count("begin") == marks.count("separate") == marks.count("end") == len(codes)
        entries = [p for p in document.paragraphs if p.style.name == "toc 1" and p.text]
        assert [entry.text for entry in entries] == [part.title for part in parts.values()]
        names = {e.get(qn("w:name")) for e in document.element.body.iter(qn("w:bookmarkStart"))}
        links = {e.get(qn("w:anchor")) for e in document.element.body.iter(qn("w:hyperlink"))}
        assert links
        assert links <= names
        foot = document.sections[0].footer._element
        assert [e.text.strip() for e in foot.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]
        head = document.sections[0].header.paragraphs[0].text
        assert "样例规划（样政发〔2026〕1号）" in head


def test_ids_of_bookmarks_and_pictures_are_unique(report, coverage):
    for document in (report, coverage):
        for tag, name in (("w:bookmarkStart", qn("w:id")), ("wp:docPr", "id")):
            ids = [e.get(name) for e in document.element.body.iter(qn(tag))]
            assert ids
            assert len(set(ids)) == len(ids)


def test_hostile_names_are_text(report, coverage):
    for document in (report, coverage):
        text = _text(document)
        for hostile in (sample.HOSTILE, sample.FORMULA):
            assert hostile in text
        relations = [rel.is_external for rel in document.part.rels.values()]
        assert not any(relations)
    assert sample.LONG in _text(coverage)


def test_control_characters_are_left_out_and_turned_directions_end(tmp_path):
    result = sample.sample_result()
    verdict = result.verdicts[1]
    cause = dataclasses.replace(verdict.cause, zh="缺\x00口\x0b\ud800断\ufffe \u202e反\u2067向")
    changed = dataclasses.replace(verdict, cause=cause)
    verdicts = (result.verdicts[0], changed, *result.verdicts[2:])
    made = _report(tmp_path, dataclasses.replace(result, verdicts=verdicts))
    assert "缺口断 \u202e反\u2067向\u202c\u2069" in _text(docx.Document(io.BytesIO(made)))


@pytest.mark.parametrize("make", [_report, _coverage])
def test_same_bytes_twice_and_the_stamp_is_their_date(tmp_path, make):
    first, second = _made(make), make(tmp_path)
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as file:
        assert {info.date_time for info in file.infolist()} == {(2026, 11, 22, 2, 0, 0)}
        assert file.testzip() is None
    core = docx.Document(io.BytesIO(first)).core_properties
    assert (core.created.isoformat()[:19], core.modified.isoformat()[:19]) == (
        "2026-11-22T02:00:00",
    ) * 2
    assert core.title.startswith("样例规划")


@pytest.mark.parametrize(("make", "say"), [(_report, words), (_coverage, coverage_words)])
def test_english_has_no_chinese_fixed_words(make, say):
    text = _text(docx.Document(io.BytesIO(_made(make, "en"))))
    assert say("en")["report"] in text
    for word in ("合计", "数据来源", "条款出处", "表1", "图1", "附录", "目　录", "结论"):
        assert word not in text


def test_a_bare_result_makes_a_document(tmp_path):
    text = _text(docx.Document(io.BytesIO(_report(tmp_path, sample.bare_result()))))
    for absent in ("布局结构明细表", "地图证据"):
        assert absent not in text
    assert "附录A　全部论断及结论" in text


# Coverage


def test_the_answer_on_coverage_comes_first(coverage):
    result, text = sample_coverage(change=True), _text(coverage)
    contents = text.index("目　录")
    for sentence in coverage_summary.answer(result):
        assert text.index(sentence) < contents
    for sentence in coverage_summary.requests(result):
        assert sentence in text
    levels = [text for level, text in _headings(coverage) if level == 1]
    assert levels == [part.title for part in coverage_outline(result, "zh").values()]


def test_coverage_by_county_and_causes_add_up(coverage):
    result, tables = sample_coverage(change=True), _tables(coverage)
    limit = result.limits[0].label.zh
    areas = tables[f"各县市区行政村状态（{limit}）"]
    assert areas[1][:8] == ["雨湖区", "1", "1", "1", "1", "1", "5", "4"]
    assert areas[-1][:8] == ["合计", "1", "1", "1", "1", "1", "5", "4"]
    causes = tables["未覆盖、不能判断的原因（村数）"]
    for at in range(1, len(causes[0])):
        assert sum(int(row[at]) for row in causes[1:-1]) == int(causes[-1][at])
    villages = tables[f"未覆盖与不确定的村（{limit}）"]
    assert villages[1][0] == "雨湖区 · 2"
    assert [row[1] for row in villages[2:-1]] == ["✗ 未覆盖", "? 不确定"]
    assert villages[-1][:2] == ["合计", "2"]
    claims = tables["规划中关于覆盖的论断"]
    assert len(claims) == 1 + len(result.verdicts)
    assert "[2]" in claims[1][1]
    assert "[2] “覆盖全市所有行政村”" in _text(coverage)


def test_rows_beyond_the_roster_are_in_the_areas_but_not_in_the_total(tmp_path):
    result = sample_coverage()
    first = result.villages[0]
    off = dataclasses.replace(first, demand=dataclasses.replace(first.demand, on_roster=False))
    changed = dataclasses.replace(result, villages=(off, *result.villages[1:]))
    document = docx.Document(io.BytesIO(_coverage(tmp_path, changed)))
    rows = _tables(document)[f"各县市区行政村状态（{result.limits[0].label.zh}）"]
    assert [row[:2] for row in rows[-2:]] == [["名录外（不计入合计）", "1"], ["合计", "0"]]
    assert "情景" not in _text(document)
