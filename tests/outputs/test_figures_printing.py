"""PNG, SVG and PDF: at their size on paper, with text as text, the same bytes twice."""

from __future__ import annotations

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from PIL import Image

from spatialplan.errors import OutputError
from spatialplan.outputs.figures import canvas, lettering
from spatialplan.outputs.figures.printing import Form, Print, print_figure
from tests.conftest import need
from tests.sample import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"


def _figure(words: str = "湘潭市 Ring ✓"):
    sheet = canvas.new_figure(100, 50)
    axes = canvas.add_axes(sheet, 0, 0, 100, 50)
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 50)
    axes.text(10, 10, canvas.readable(words), fontsize=9)
    lettering.rimmed(axes, "带边的字", (50, 30), rim_pt=1.8, fontsize=9)
    axes.plot([0, 100], [0, 50], color="#d55e00")
    return sheet


def _printed(form: Form, **more) -> bytes:
    with canvas.drawing():
        return print_figure(_figure(), Print(form=form, **more))


def texts(svg: bytes) -> list[str]:
    """Return the texts of an SVG."""
    return ["".join(node.itertext()) for node in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(("dpi", "enlarge"), [(300, 1.0), (150, 2.0)])
def test_a_png_has_its_size_on_paper_and_states_its_resolution(dpi, enlarge):
    image = Image.open(BytesIO(_printed(Form.PNG, dpi=dpi, enlarge=enlarge)))
    assert image.size == pytest.approx(
        (100 * enlarge / 25.4 * dpi, 50 * enlarge / 25.4 * dpi), abs=1.5
    )
    assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)


def test_enlarging_draws_everything_larger():
    def height_of_letters(enlarge: float) -> int:
        with canvas.drawing():
            sheet = canvas.new_figure(40, 20)
            sheet.text(0.2, 0.3, "环", fontsize=20)
            png = print_figure(sheet, Print(dpi=100, enlarge=enlarge))
        box = Image.eval(Image.open(BytesIO(png)).convert("L"), lambda v: 255 - v).getbbox()
        assert box is not None
        return box[3] - box[1]

    assert height_of_letters(2.0) == pytest.approx(2 * height_of_letters(1.0), abs=3)


def test_an_svg_has_its_size_and_its_words_and_loads_nothing():
    svg = _printed(Form.SVG, enlarge=2.0, title="题名 & <x>")
    root = ET.fromstring(svg)
    assert (root.get("width"), root.get("height")) == ("200.00mm", "100.00mm")
    assert {"湘潭市 Ring ✓", "带边的字"} <= set(texts(svg))
    assert root.findtext(f"{SVG}title") == "题名 & <x>"
    assert b"DOCTYPE" not in svg
    for node in root.iter():
        for key, value in node.attrib.items():
            assert not key.endswith("href") or value.startswith("#")
    families = re.findall(r"font-family: ([^;\"]+)", svg.decode())
    assert families
    assert all("Microsoft YaHei" in one and one.endswith("sans-serif") for one in families)


def test_hostile_words_are_words_in_an_svg():
    with canvas.drawing():
        svg = print_figure(_figure(HOSTILE), Print(form=Form.SVG, title=HOSTILE))
    assert canvas.readable(HOSTILE) in texts(svg)
    names = {node.tag.rpartition("}")[2] for node in ET.fromstring(svg).iter()}
    assert not names & {"script", "img", "image", "foreignObject", "a"}


def test_a_pdf_has_its_size_its_words_and_its_fonts(tmp_path: Path):
    need(shutil.which("pdftotext") is not None, "pdftotext")
    path = tmp_path / "图.pdf"
    path.write_bytes(_printed(Form.PDF, enlarge=2.0, title="题名", stamp="2019-03-04 10:00:00"))

    def run(*args: str) -> str:
        return subprocess.run(args, capture_output=True, encoding="utf-8", check=True).stdout

    said = run("pdftotext", "-layout", str(path), "-")
    assert "湘潭市 Ring" in said
    assert said.count("带边的字") == 1
    info = run("pdfinfo", str(path))
    width, height = map(float, re.findall(r"Page size:\s+([\d.]+) x ([\d.]+)", info)[0])
    assert (width, height) == pytest.approx((200 / 25.4 * 72, 100 / 25.4 * 72), abs=0.1)
    assert "2019" in re.findall(r"CreationDate:.*", info)[0]
    assert "matplotlib" not in info.lower()
    once = tmp_path / "once.pdf"
    once.write_bytes(_printed(Form.PDF))
    (small,), (large,) = (
        re.findall(r'yMin="([\d.]+)".* yMax="([\d.]+)">带边的字', run("pdftotext", "-bbox", str(file), "-"))
        for file in (once, path)
    )  # fmt: skip
    heights = [float(high) - float(low) for low, high in (small, large)]
    assert heights[1] == pytest.approx(2 * heights[0], rel=0.02)
    fonts = run("pdffonts", str(path)).splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts), fonts


@pytest.mark.parametrize("form", list(Form))
def test_same_bytes_twice_and_matplotlib_as_it_was(form: Form):
    before = dict(mpl.rcParams)
    assert _printed(form, stamp="2026-11-22") == _printed(form, stamp="2026-11-22")
    assert dict(mpl.rcParams) == before


def test_a_picture_too_large_to_draw_is_refused():
    with pytest.raises(OutputError) as caught:
        _printed(Form.PNG, dpi=1200, enlarge=6.0)
    assert "--dpi" in caught.value.text.zh
    assert "--dpi" in caught.value.text.en


def test_lines_break_between_words_and_before_no_closing_mark():
    lines = canvas.wrapped("the ring is open: 6.2 km", 6).split("\n")
    assert " ".join(lines) == "the ring is open: 6.2 km"
    assert all(canvas.ems(line) <= 6 for line in lines)
    chinese = canvas.wrapped("未闭合，闭合度八成，西侧缺口（九公里）。", 4).split("\n")
    assert "".join(chinese) == "未闭合，闭合度八成，西侧缺口（九公里）。"
    assert not any(line.startswith(tuple("，。）")) for line in chinese)
    assert not any(line.endswith("（") for line in chinese)
    assert canvas.wrapped("无" * 9, 4) == "无无无无\n无无无无\n无"
    assert canvas.wrapped("a" * 20, 4).replace("\n", "") == "a" * 20
