"""The Word document of a siting run, read back: true to the result, safe, made the same twice."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from spatialplan.model.siting import SitingResult
from spatialplan.outputs import siting_summary
from spatialplan.outputs.documents import siting_rows
from spatialplan.outputs.documents.coverage_words import words
from spatialplan.outputs.documents.docx_siting import write_siting_docx
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang
from tests.coverage_sample import CAUSES, NAMES, sample_siting
from tests.sample import HOSTILE, sample_basemap

STAMP = "2026-11-22 10:00:00 +0800"
PAGE_BREAK = "w:pageBreakBefore"


def made(folder: Path, result: SitingResult | None = None, lang: Lang = "zh") -> bytes:
    path = folder / "sites.docx"
    write_siting_docx(result or sample_siting(), sample_basemap(), path, stamp=STAMP, lang=lang)
    return path.read_bytes()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return made(tmp_path_factory.mktemp("docx"))


@pytest.fixture(scope="module")
def report(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def text_of(document: Document) -> str:
    return "\n".join(
        "".join(t.text or "" for t in p.iter(qn("w:t")))
        for p in document.element.body.iter(qn("w:p"))
    )


def captions(document: Document) -> list[str]:
    return [p.text for p in document.paragraphs if p.style.name == "Caption"]


def tables(document: Document) -> dict[str, list[list[str]]]:
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


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_page_has_title_answer_numbers_requests_and_the_curve(
    tmp_path: Path, lang: Lang
) -> None:
    result, t = sample_siting(), words(lang)
    text = text_of(docx.Document(io.BytesIO(made(tmp_path, lang=lang))))
    front = text[: text.index(t["contents"])]
    assert front.startswith(result.plan.title.say(lang))
    assert t["siting_report"] in front
    said = [*siting_summary.answer(result, lang), *siting_summary.requests(result, lang)]
    at = [front.index(piece) for piece in said]
    assert at == sorted(at)
    assert t["trade_figure"] in front
    symbols = read_style().siting
    counts = {"proposed": 2, "before": 1, "newly": 2, "left": 0, "unservable": 2}
    for key, count in counts.items():
        label = f"{symbols[key].sign} {symbols[key].label.say(lang)}".strip()
        assert f"{count}\n{label}\n" in front, key


def test_the_parts_stand_in_the_order_of_the_page_that_is_printed(report: Document) -> None:
    heads = [p for p in report.paragraphs if p.style.name == "Heading 1"]
    assert [p.text for p in heads] == [
        "一、结论", "二、无法安排的村", "三、建议新增的站点", "四、建多少与覆盖多少",
        "五、方法与数据限制", "六、数据来源、许可与精度",
    ]  # fmt: skip
    broken = [p.text for p in heads if p._p.find(f".//{qn(PAGE_BREAK)}") is not None]
    assert broken == ["二、无法安排的村"]
    assert captions(report) == [
        "图1　新增站点数与覆盖的权衡曲线", "图2　建议新增站点的位置", "表1　无法安排的村及原因",
        "表2　新增站点（增加最多的在前）", "表3　权衡曲线", "表4　数据来源、许可与精度",
    ]  # fmt: skip


def test_sites_stand_by_rank_with_their_total(report: Document) -> None:
    head, *rows, total = tables(report)["新增站点（增加最多的在前）"]
    assert head == ["序", "位置", "服务村数", "新增覆盖", "新增权重", "经纬度"]
    assert [row[0] for row in rows] == ["1", "2"]
    assert rows[0][1].split("\n")[0] == HOSTILE
    assert rows[1][1].split("\n")[1] == "雨湖区 · 样例镇"
    assert [row[2:5] for row in rows] == [["1", "1", "1"]] * 2
    assert rows[0][5] == "112.88000, 27.86000"
    assert total == ["合计", "2 处", "", "2", "2", ""]


def test_the_total_counts_what_is_new_and_not_what_is_served(tmp_path: Path) -> None:
    result = sample_siting()
    first, second = result.sites
    served = dataclasses.replace(first, serves=(*first.serves, *result.covered_before))
    result = dataclasses.replace(result, sites=(served, second))
    *_, total = tables(docx.Document(io.BytesIO(made(tmp_path, result))))[
        "新增站点（增加最多的在前）"
    ]
    assert total == ["合计", "2 处", "", "2", "2", ""]


def test_what_cannot_be_served_is_named_with_its_cause_the_placed_first(report: Document) -> None:
    _, *rows = tables(report)["无法安排的村及原因"]
    assert [row[1] for row in rows] == [CAUSES[3].zh, CAUSES[4].zh]
    assert rows[0][0].split("\n")[0] == NAMES[3]


def test_the_trade_off_is_told_in_numbers(report: Document) -> None:
    _, *rows = tables(report)["权衡曲线"]
    assert [row[:2] for row in rows] == [["0", "1"], ["1", "2"], ["2", "3"]]
    assert [row[2] for row in rows] == ["33.3%", "66.7%", "100%"]
    assert {row[3] for row in rows} == {words("zh")["proved"]}


def test_method_and_notes_are_told(report: Document) -> None:
    text = text_of(report)
    assert siting_rows.method(sample_siting(), "zh") in text
    assert "位置精度未计入优化" in text


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    result = sample_siting()
    many = tuple(
        dataclasses.replace(result.sites[0], rank=at + 1, id=f"new:{at}") for at in range(41)
    )
    lost = tuple(result.unservable[0] for _ in range(31))
    result = dataclasses.replace(result, sites=many, unservable=lost)
    document = docx.Document(io.BytesIO(made(tmp_path, result)))
    text, found = text_of(document), tables(document)
    assert "建议 41 处，列 40 处" in text
    assert "共 31 个，列 30 个" in text
    assert len(found["新增站点（增加最多的在前）"]) == 1 + 40 + 1
    assert found["新增站点（增加最多的在前）"][-1][1:4] == ["41 处", "", "41"]
    assert len(found["无法安排的村及原因"]) == 1 + 30


def test_nothing_to_propose_and_nothing_lost_are_said(tmp_path: Path) -> None:
    result = sample_siting()
    result = dataclasses.replace(
        result, sites=(), links=(), unservable=(), covered_after=result.covered_before
    )
    document = docx.Document(io.BytesIO(made(tmp_path, result)))
    text = text_of(document)
    assert words("zh")["sites_none"] in text
    assert words("zh")["unservable_none"] in text
    assert set(tables(document)) == {"权衡曲线", "数据来源、许可与精度"}


def test_the_same_result_and_stamp_make_the_same_bytes(content: bytes, tmp_path: Path) -> None:
    assert made(tmp_path) == content


def test_names_stay_text(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = archive.read("word/document.xml").decode()
        links = archive.read("word/_rels/document.xml.rels").decode()
    assert "<img" not in body
    assert "&lt;img src=x" in body
    assert 'TargetMode="External"' not in links
