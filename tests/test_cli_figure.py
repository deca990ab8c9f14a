"""figure as a user types it, on the embedded data and on tables."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import typer
from openpyxl import Workbook
from PIL import Image
from typer.testing import CliRunner

from spatialplan import cli_figure, figuring, loading, pipeline
from spatialplan.errors import OutputError
from spatialplan.io.plans import find_pack, list_packs, read_plan
from spatialplan.model.check_result import CheckResult
from spatialplan.outputs import profile_frames
from spatialplan.outputs.figures import canvas, map_plate, plate
from spatialplan.settings import Settings
from tests import sample
from tests.conftest import need
from tests.outputs.test_figures_maps import label_boxes, overlaps
from tests.outputs.test_figures_printing import texts

STAMP = "2026-11-22 10:00:00 +0800"


@pytest.fixture(autouse=True)
def _fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795300000")


def figure(*args: str | Path) -> Any:
    """Run the command on an application of its own."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    cli_figure.add_commands(app)
    return CliRunner().invoke(app, ["figure", *map(str, args)])


def error_line(done: Any, *words: str, code: int = 1) -> None:
    assert done.exit_code == code, (done.output, done.exception)
    said = done.stderr.replace("\n", " ").replace("│", " ")
    flat = re.sub(r"\s+", "", said)
    assert all(re.sub(r"\s+", "", word) in flat for word in words), said
    assert "Traceback" not in said
    assert done.stdout == ""


def test_overview_as_pdf_holds_its_words(tmp_path: Path) -> None:
    need(shutil.which("pdftotext") is not None, "pdftotext")
    done = figure("overview", "xiangtan", "--out", tmp_path / "图.pdf")
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() == str(tmp_path / "图.pdf")
    said = subprocess.run(
        ["pdftotext", str(tmp_path / "图.pdf"), "-"], capture_output=True, encoding="utf-8",
        check=True,
    ).stdout  # fmt: skip
    for part in ("空间核查图", "内部工作底图", "审图号", "论断核查 116 条", "规划要素", "局部放大 A",
                 "数据质量", "OpenStreetMap", "湘潭县", "制图时间 2026-11-21"):  # fmt: skip
        assert part in said.replace("\n", " "), part


def test_ring_as_svg_holds_its_words(tmp_path: Path) -> None:
    assert figure("ring", "xiangtan", "--out", tmp_path / "a.svg").exit_code == 0
    content = (tmp_path / "a.svg").read_bytes()
    assert any("西侧缺口 9.50 公里" in said for said in texts(content))
    assert ET.fromstring(content).get("width") == "174.00mm"


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        assert figure("scorecard", "yiyang", "--out", tmp_path / name).exit_code == 0
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_scorecard_as_png_in_english_on_paper(tmp_path: Path) -> None:
    done = figure("scorecard", "yiyang", "--out", tmp_path / "score", "--format", "png", "--dpi",
                  "100", "--paper", "a3", "--lang", "en")  # fmt: skip
    assert done.exit_code == 0, done.output
    image = Image.open(BytesIO((tmp_path / "score.png").read_bytes()))
    assert image.size == pytest.approx((420 / 25.4 * 100, 297 / 25.4 * 100), abs=2)
    assert image.info["dpi"] == pytest.approx((100, 100), abs=0.1)


def test_concept_by_its_chinese_name_into_a_folder(tmp_path: Path) -> None:
    done = figure(
        "concept", "yiyang", "--concept", "一核两翼三极", "--out", tmp_path, "--format", "svg"
    )
    assert done.exit_code == 0, done.output
    path = tmp_path / "yiyang_concept_core-wings-poles.svg"
    assert done.stdout.strip() == str(path)
    said = texts(path.read_bytes())
    assert any("一核两翼三极" in words for words in said)
    assert "边界门户" in said


def test_without_out_it_is_written_beside_the_other_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = figure("scorecard", "yiyang", "--format", "svg")
    assert done.stdout.strip() == str(Path("spatialplan-out") / "yiyang_scorecard.svg")
    assert (tmp_path / "spatialplan-out" / "yiyang_scorecard.svg").is_file()


def test_list_names_the_figures_and_the_concepts() -> None:
    done = figure("list", "xiangtan")
    assert done.exit_code == 0
    for name in ("overview", "scorecard", "ring", "concept", "coverage", "trade-off", "ring-belt"):
        assert name in done.stdout
    assert "--concept" not in figure("list").stdout.replace("用 --concept 指明", "")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("overveiw", "xiangtan"), ("没有图“overveiw”", "是否指 overview")),
        (("overview",), ("请写明规划",)),
        (("concept", "xiangtan"), ("请指明画哪一个", "ring-belt（环线产业圈）")),
        (("concept", "xiangtan", "--concept", "x"), ("没有布局结构“x”", "bay")),
        (("overview", "xiangtan", "--concept", "bay"), ("--concept",)),
        (("overview", "xiangtan", "--out", "图.jpg"), ("图.jpg", "png、svg、pdf")),
        (("overview", "xiangtan", "--format", "jpg"), ("“jpg”",)),
        (("overview", "xiangtan", "--out", "图.pdf", "--format", "png"), ("不一致",)),
        (("overview", "xiangtan", "--paper", "B5"), ("“B5”", "A4、A3、A1")),
        (("overview", "xiangtan", "--dpi", "5"), ("--dpi",)),
        (("overview", "xiangtan", "--lang", "fr"), ("--lang",)),
        (("overview", "xiangtan", "--villages", "村.xlsx"), ("--villages", "不用")),
        (("coverage", "xiangtan"), ("--villages",)),
        (("coverage", "xiangtan", "--villages", "村.xlsx", "--candidates", "x"), ("--candidates",)),
        (("trade-off", "xiangtan", "--villages", "村.xlsx", "--hubs", "x"), ("--hubs",)),
        (("trade-off", "xiangtan", "--villages", "村.xlsx", "--estimate"), ("--estimate",)),
        (("coverage", "xiangtan", "--villages", "村.xlsx", "--limit", "5斤"), ("5斤",)),
        (("coverage", "xiangtan", "--villages", "村.xlsx", "--as-of", "昨天"), ("昨天",)),
    ],
)  # fmt: skip
def test_wrong_usage_tells_what_can_be_written(
    args: tuple[str, ...], words: tuple[str, ...]
) -> None:
    error_line(figure(*args), *words, code=2)


def test_a_plan_without_ring_says_so_at_once() -> None:
    error_line(figure("ring", "yiyang"), "yiyang", "没有环线", "figure list yiyang")
    error_line(figure("ring", "yiyang", "--lang", "en"), "no ring", "figure list yiyang")


def test_an_unknown_plan_or_a_missing_table_is_one_line(tmp_path: Path) -> None:
    error_line(figure("overview", "atlantis"), "atlantis")
    error_line(figure("coverage", "xiangtan", "--villages", tmp_path / "无.xlsx"), "无.xlsx")


def test_a_picture_too_large_leaves_no_file(tmp_path: Path) -> None:
    done = figure(
        "scorecard", "yiyang", "--paper", "A1", "--dpi", "1200", "--out", tmp_path / "a.png"
    )
    error_line(done, "图片太大", "--dpi")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_keeps_the_old_one(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        figuring.write_figure(b"x", tmp_path)
    assert "文件夹" in caught.value.text.zh
    (tmp_path / "file").write_text("old", encoding="utf-8")
    with pytest.raises(OutputError):
        figuring.write_figure(b"x", tmp_path / "file" / "a.png")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "old"
    assert figuring.write_figure(b"new", tmp_path / "新" / "a.png").read_bytes() == b"new"


@pytest.mark.parametrize(
    "bad", ["../../etc/x", "a/b", "..\\up", sample.HOSTILE, "长" * 300, "\u202e"]
)
def test_ids_cannot_leave_the_folder(bad: str) -> None:
    plan = dataclasses.replace(sample.sample_plan(), id=bad)
    name = figuring.file_name(plan, figuring.Request(name="concept", concept=bad))
    assert Path(name).name == name
    assert not set(name) & set('/\\<>:"|?*\u202e')
    assert name.endswith(".png")
    assert len(name.encode()) <= 400


@pytest.mark.parametrize(
    ("name", "lang"), [("overview", "zh"), ("scorecard", "en"), ("concept", "en")]
)
def test_hostile_names_are_words_in_every_figure(name, lang) -> None:
    result, ground = sample.sample_result(), sample.sample_basemap()
    concept = next(iter(profile_frames.pairs(result)))[0].id
    for form in figuring.Form:
        request = figuring.Request(
            name=name, concept=concept, form=form, dpi=60, lang=lang, stamp=sample.HOSTILE
        )
        content = figuring.draw_check(result, ground, request)
        if form is figuring.Form.SVG:
            assert canvas.readable(sample.HOSTILE, 30)[:20] in "".join(texts(content))
            root = ET.fromstring(content)
            names = {node.tag.rpartition("}")[2] for node in root.iter()}
            assert not names & {"script", "img", "image", "foreignObject", "a"}
            assert not any(key.startswith("on") for node in root.iter() for key in node.attrib)


def _table(path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (header, *rows):
        sheet.append(row)
    book.save(path)
    return path


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Ten villages near Xiangtan in two townships, and two stations."""
    folder = tmp_path_factory.mktemp("tables")
    villages = [v for v in loading.load_inputs(read_plan(find_pack("xiangtan"))).villages
                if v.district == "湘潭县"][:12]  # fmt: skip
    rows: list[tuple[object, ...]] = [
        (v.name, v.township, v.district, 112.94 + n % 4 / 100, 27.78 - n // 4 / 100)
        for n, v in enumerate(villages)
    ]
    header = ("村名", "乡镇", "县区", "经度", "纬度")
    stations: list[tuple[object, ...]] = [("一站", villages[0].township, "湘潭县", 112.95, 27.775)]
    return (
        _table(folder / "村.xlsx", header, rows),
        _table(folder / "站.xlsx", ("站点名称", *header[1:]), stations),
    )


def test_coverage_and_trade_off_of_tables(tables: tuple[Path, Path], tmp_path: Path) -> None:
    villages, stations = tables
    given = ("--villages", villages, "--datum", "wgs84", "--limit", "5km")
    done = figure(
        "coverage", "xiangtan", *given, "--stations", stations, "--out", tmp_path / "c.svg"
    )
    assert done.exit_code == 0, done.output
    said = texts((tmp_path / "c.svg").read_bytes())
    assert any("分乡镇覆盖率（5 公里内）" in words for words in said)
    assert any("不是行政界线" in words for words in said)
    assert "村（居）957 个，5 公里内" in said
    done = figure("trade-off", "xiangtan", *given, "--sites", "2", "--out", tmp_path / "t.svg")
    assert done.exit_code == 0, done.output
    assert "本次建议 2 处" in texts((tmp_path / "t.svg").read_bytes())


@pytest.fixture(scope="module", params=list_packs())
def checked(request: pytest.FixtureRequest) -> tuple[CheckResult, object]:
    plan = read_plan(find_pack(request.param))
    inputs = loading.load_inputs(plan)
    claims_only = figuring.needed(plan, figuring.Request(name="overview"))
    return pipeline.check(claims_only, inputs, Settings()), loading.basemap(plan, inputs)


def test_no_label_of_a_city_lies_on_another(checked) -> None:
    result, ground = checked
    paper = "A1" if result.plan.id == "xiangtan" else "A4"
    with canvas.drawing():
        sheet = map_plate.overview(result, ground, plate.PAPERS[paper], stamp=STAMP, lang="zh")
        maps = label_boxes(sheet)
    assert len(maps) == 2  # the map and its detail
    assert sum(len(boxes) for boxes in maps) > 40
    assert sum(overlaps(boxes) for boxes in maps) == 0
    assert np.isfinite(np.vstack(maps)).all()


def test_a_figure_measures_the_concepts_it_shows_and_no_others() -> None:
    plan = read_plan(find_pack("xiangtan"))

    def kept(name: str, concept: str = "") -> list[str]:
        request = figuring.Request(name=name, concept=concept)
        return [found.id for found in figuring.needed(plan, request).concepts]

    assert kept("overview") == kept("scorecard") == []
    assert kept("ring") == ["ring-belt"]
    assert kept("concept", "bay") == ["bay"]
