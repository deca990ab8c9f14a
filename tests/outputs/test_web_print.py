"""The printed sheet of the web maps, read from the PDF that a browser makes of it."""

from __future__ import annotations

import dataclasses
import math
import re
import subprocess
import unicodedata
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyproj
import pytest
from shapely import box

from spatialplan.outputs.web import folium_map
from tests.sample import HOSTILE, sample_basemap, sample_result

SIZES = {"A4": (297, 210), "A3": (420, 297)}
POINTS_PER_MM = 72 / 25.4
METRES_PER_KM = 1000
RATIO = re.compile(r"1:(\d+)")
pytestmark = pytest.mark.usefixtures("poppler")


class Word(NamedTuple):
    """A word of a PDF: its text, its middle and its upper edge in points."""

    text: str
    x: float
    y: float
    top: float


def open_page(page: Any, path: Path, paper: str = "A4", **fields: str) -> None:
    """Open a page and go through the dialog up to the browser's own window."""
    page.goto(path.as_uri())
    page.wait_for_selector("#print-open")
    page.evaluate("window.print = () => { window.printed += 1; }; window.printed = 0")
    page.click("#print-open")
    page.check(f"input[name=print-paper][value={paper}]")
    for name, value in fields.items():
        page.fill(f"#print-{name}", value)
    page.click("#print-go")
    assert page.evaluate("window.printed") == 1


def make_pdf(page: Any, folder: Path) -> Path:
    path = folder / "sheet.pdf"
    page.pdf(path=path, prefer_css_page_size=True, print_background=True)
    return path


def read(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout


def plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def text_of(pdf: Path) -> str:
    """Return the words of a PDF column by column, without spaces."""
    return plain(read("pdftotext", pdf, "-"))


def words_of(pdf: Path) -> list[Word]:
    root = ET.fromstring(read("pdftotext", "-bbox", pdf, "-"))
    return [
        Word(
            node.text or "",
            (float(node.attrib["xMin"]) + float(node.attrib["xMax"])) / 2,
            (float(node.attrib["yMin"]) + float(node.attrib["yMax"])) / 2,
            float(node.attrib["yMin"]),
        )
        for node in root.iter("{http://www.w3.org/1999/xhtml}word")
    ]


def legend_on_screen(page: Any) -> list[str]:
    return page.evaluate(
        "[...document.querySelectorAll('.legend-body > *')].map(node => node.textContent)"
    )


# ---- the PDF ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "paper"), [("plan", "A4"), ("plan", "A3"), ("coverage", "A4"), ("siting", "A3")]
)
def test_the_pdf_is_one_sheet_with_all_its_parts(
    browser_page: Any, sample_pages: dict[str, Path], tmp_path: Path, name: str, paper: str
):
    open_page(browser_page, sample_pages[name], paper)
    entries = legend_on_screen(browser_page)
    said = browser_page.evaluate("SpatialPlan.data")
    pdf = make_pdf(browser_page, tmp_path)

    facts = read("pdfinfo", pdf)
    assert re.search(r"Pages:\s+1\n", facts)
    width, height = (
        float(part) for part in re.search(r"size:\s+(\S+) x (\S+) pts", facts).groups()
    )
    assert (width, height) == pytest.approx([side * POINTS_PER_MM for side in SIZES[paper]], abs=1)

    text = text_of(pdf)
    assert len(entries) > 8
    assert [entry for entry in entries if plain(entry) not in text] == []
    for part in (
        said["plan"]["title"], "图例", "北", "公里", "数据质量", "县区界仅供参考",
        "资料来源", said["attribution"] or "—", "审图号", "内部工作底图", "成图", "2026-11-2208:00", "打印日期",
    ):  # fmt: skip
        assert plain(part) in text, part
    assert RATIO.search(text)
    assert text.count("内部工作底图") == 2, "as a mark, and where the number would be"
    assert not re.search("复制链接|复制表格|整组开关|查找", text), "the panel is not on the sheet"


def test_places_left_out_are_counted(
    browser_page: Any, sample_pages: dict[str, Path], tmp_path: Path
):
    open_page(browser_page, sample_pages["plan"])
    lost = browser_page.evaluate("SpatialPlan.data.unlocated.length")
    villages = browser_page.evaluate("Object.values(SpatialPlan.data.villages)")
    bare = sum("at" not in village for village in villages)
    assert lost
    assert bare
    text = text_of(make_pdf(browser_page, tmp_path))
    assert f"{lost}个要素未定位,未画入图中。" in text
    assert f"{len(villages)}个村中{bare}个无坐标,未画入图中。" in text


def test_own_title_and_number_are_text_and_take_the_mark_away(
    browser_page: Any, sample_pages: dict[str, Path], tmp_path: Path
):
    title = "专题图" + HOSTILE[:60]
    open_page(browser_page, sample_pages["plan"], name=title, number="湘S(2026)123号")
    text = text_of(make_pdf(browser_page, tmp_path))
    assert plain(title) in text
    assert "审图号湘S(2026)123号" in text
    assert "内部工作底图" not in text
    assert browser_page.title() == "样例规划"


def test_an_open_popup_is_not_printed(
    browser_page: Any, sample_pages: dict[str, Path], tmp_path: Path
):
    open_page(browser_page, sample_pages["plan"])
    browser_page.evaluate("SpatialPlan.showFeature('f1')")
    assert browser_page.locator(".leaflet-popup-content").is_visible()
    text = text_of(make_pdf(browser_page, tmp_path))
    assert "位置来源" not in text
    assert browser_page.locator(".leaflet-popup-content").is_visible(), "and comes back"


def test_the_open_concept_is_named(
    browser_page: Any, sample_pages: dict[str, Path], tmp_path: Path
):
    open_page(browser_page, sample_pages["plan"])
    browser_page.click("#tab-concepts")
    head = browser_page.locator("[data-concept]").first
    head.click()
    name = head.locator(".concept-name").inner_text()
    assert plain(name) in text_of(make_pdf(browser_page, tmp_path))


def test_the_sheet_speaks_english(browser_page: Any, tmp_path: Path):
    path = tmp_path / "map.html"
    folium_map.write_map(sample_result(), sample_basemap(), path, stamp="now", lang="en")
    open_page(browser_page, path)
    text = text_of(make_pdf(browser_page, tmp_path))
    for part in ("Legend", "Internalworkingmap", "Dataquality", "Sources", "Printed", "km"):
        assert part in text, part
    assert not re.search("图例|审图号|公里", text)


# ---- scale --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_districts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A map with two names whose letters 甲 and 乙 stand on known places."""
    districts = gpd.GeoDataFrame(
        {"adcode": ["1", "2"], "name": ["东甲区", "西乙区"]},
        geometry=[box(112.95, 27.8, 113.05, 27.95), box(112.4, 27.75, 112.5, 27.9)],
        crs="EPSG:4326",
    )
    path = tmp_path_factory.mktemp("scale") / "map.html"
    ground = dataclasses.replace(sample_basemap(), districts=districts)
    folium_map.write_map(sample_result(), ground, path, stamp="now")
    return path


@pytest.mark.parametrize("paper", SIZES)
def test_the_scale_is_true_on_paper(
    browser_page: Any, two_districts: Path, tmp_path: Path, paper: str
):
    open_page(browser_page, two_districts, paper)
    places = {
        label["text"]: label["at"]
        for label in browser_page.evaluate("SpatialPlan.data.labels")
        if label["look"] == "district"
    }
    pdf = make_pdf(browser_page, tmp_path)
    words = words_of(pdf)

    # a known distance: between the middle letters of two names
    here, there = (
        next(word for word in words if letter in word.text and len(word.text) in {1, 3})
        for letter in "甲乙"
    )
    paper_points = math.hypot(here.x - there.x, here.y - there.y)
    (lat, lon), (lat2, lon2) = places["东甲区"], places["西乙区"]
    ground_m = pyproj.Geod(ellps="WGS84").inv(lon, lat, lon2, lat2)[2]
    metres_per_point = ground_m / paper_points

    # the bar, from the middle of its first figure to that of its last
    [unit] = [word for word in words if word.text == "公里"]
    figures = [word for word in words if abs(word.top - unit.top) < 3 and word.text.isdigit()]
    assert next(figure.text for figure in figures) == "0"
    assert len(figures) == 3
    bar_m = float(figures[-1].text) * METRES_PER_KM
    assert bar_m / (figures[-1].x - figures[0].x) == pytest.approx(metres_per_point, rel=0.015)

    # and the ratio
    ratio = int(RATIO.search(text_of(pdf))[1])
    assert ratio == pytest.approx(metres_per_point * POINTS_PER_MM * 1000, rel=0.015)
    assert float(f"{ratio:.2g}") == ratio, "a round number"


# ---- the page while it prints, and after --------------------------------------------------------

PARTS = (".print-head", "#map_plan", ".print-side", ".print-foot")


@pytest.mark.parametrize("paper", SIZES)
@pytest.mark.parametrize("name", ["plan", "coverage", "siting"])
def test_nothing_overlaps_and_nothing_is_cut(
    browser_page: Any, sample_pages: dict[str, Path], name: str, paper: str
):
    open_page(browser_page, sample_pages[name], paper, name="长题目" * 26)
    browser_page.evaluate("SpatialPlan.startPrint()")
    boxes = [
        browser_page.evaluate(
            f"(r => [r.left, r.top, r.right, r.bottom])"
            f"(document.querySelector('{part}').getBoundingClientRect())"
        )
        for part in (*PARTS, "#print-sheet")
    ]
    shapes = [box(*edges) for edges in boxes]
    sheet = shapes.pop()
    assert all(sheet.contains(shape) for shape in shapes)
    assert [a.intersection(b).area for a in shapes for b in shapes if a is not b] == [0] * 12
    assert shapes[1].area > 0.45 * sheet.area, "the map fills the sheet"
    cut = browser_page.evaluate(
        "[...document.querySelectorAll('#print-sheet, #print-sheet *:not(svg):not(svg *)')].filter("
        "n => n.clientWidth && (n.scrollWidth > n.clientWidth + 1 || n.scrollHeight > n.clientHeight + 1))"
        ".map(n => n.className)"
    )
    assert cut == []


def test_a_legend_of_any_length_is_whole(browser_page: Any, sample_pages: dict[str, Path]):
    open_page(browser_page, sample_pages["plan"])
    cut, columns = browser_page.evaluate(
        """() => {
            const cut = [], columns = [];
            for (let i = 0; i < 120; i += 1) {
                SpatialPlan.legend.appendChild(
                    SpatialPlan.el('div', 'legend-entry', {}, ['图例项' + i]));
                if (i > 60 && i % 10) { continue; }
                SpatialPlan.startPrint();
                const list = document.querySelector('.print-legend');
                const edge = list.getBoundingClientRect();
                const whole = [...list.querySelectorAll('.legend-entry')].every(entry => {
                    const box = entry.getBoundingClientRect();
                    return box.right <= edge.right + 1 && box.bottom <= edge.bottom + 1;
                });
                if (!whole) { cut.push(i); }
                columns.push(getComputedStyle(list).columnCount);
                SpatialPlan.endPrint();
            }
            return [cut, columns];
        }"""
    )
    assert cut == []
    assert columns[0] == "1"
    assert int(columns[-1]) > 2


@pytest.mark.parametrize("name", ["plan", "coverage", "siting"])
def test_the_map_comes_back_as_it_was(
    browser_page: Any, sample_pages: dict[str, Path], tmp_path: Path, name: str
):
    state = (
        "[SpatialPlan.map.getCenter(), SpatialPlan.map.getZoom(), SpatialPlan.map.getSize(),"
        " SpatialPlan.map.options.zoomSnap, SpatialPlan.map.getContainer().getAttribute('style'),"
        " document.documentElement.className, document.querySelectorAll('#print-sheet').length,"
        " document.querySelector('.leaflet-base-pane canvas').width]"
    )
    open_page(browser_page, sample_pages[name])
    browser_page.evaluate("SpatialPlan.settle(); SpatialPlan.map.setZoom(12.25, {animate: false})")
    before = browser_page.evaluate(state)
    make_pdf(browser_page, tmp_path)
    assert browser_page.evaluate(state) == before


def test_what_the_screen_shows_is_on_the_sheet(browser_page: Any, sample_pages: dict[str, Path]):
    browser_page.set_viewport_size({"width": 900, "height": 1200})  # far from the paper's form
    open_page(browser_page, sample_pages["plan"])
    bounds = "(b => [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()])"
    # the first view: all that it was fitted to, as large as it gets
    browser_page.evaluate("SpatialPlan.startPrint()")
    first = box(*browser_page.evaluate(f"{bounds}(SpatialPlan.map.getBounds())"))
    wanted = box(*browser_page.evaluate(f"{bounds}(L.latLngBounds(SpatialPlan.data.bounds))"))
    assert first.contains(wanted)
    (left, bottom, right, top), (left2, bottom2, right2, top2) = first.bounds, wanted.bounds
    assert max((right2 - left2) / (right - left), (top2 - bottom2) / (top - bottom)) > 0.8
    browser_page.evaluate("SpatialPlan.endPrint()")
    # a view of one's own: what stands beside the legend
    browser_page.evaluate("SpatialPlan.map.setView([27.85, 112.9], 14, {animate: false})")
    own = box(*browser_page.evaluate(
        "(m => [...Object.values(m.containerPointToLatLng([0, m.getSize().y])).reverse(),"
        " ...Object.values(m.containerPointToLatLng([500, 0])).reverse()])(SpatialPlan.map)"
    ))  # fmt: skip
    browser_page.evaluate("SpatialPlan.startPrint()")
    second = box(*browser_page.evaluate(f"{bounds}(SpatialPlan.map.getBounds())"))
    assert second.contains(own)
    assert not second.contains(wanted)


def test_canvases_are_sharper_on_paper(browser_page: Any, sample_pages: dict[str, Path]):
    open_page(browser_page, sample_pages["plan"])
    pixels = (
        "(c => c.width / parseFloat(c.style.width))"
        "(document.querySelector('.leaflet-base-pane canvas'))"
    )
    assert browser_page.evaluate(pixels) == 1
    browser_page.evaluate("SpatialPlan.startPrint()")
    assert browser_page.evaluate(pixels) == 2
    inked = (
        "(c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v))"
        "(document.querySelector('.leaflet-base-pane canvas'))"
    )
    assert browser_page.evaluate(inked), "and drawn on"


def test_a_phone_prints_the_same_sheet(chromium: Any, sample_pages: dict[str, Path]):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, offline=True)
    page = context.new_page()
    open_page(page, sample_pages["plan"])
    page.evaluate("SpatialPlan.startPrint()")
    size = page.evaluate("SpatialPlan.map.getSize()")
    assert size["x"] > size["y"] > 400
    context.close()


# ---- the dialog ---------------------------------------------------------------------------------


def test_escape_closes_the_dialog_alone(browser_page: Any, sample_pages: dict[str, Path]):
    browser_page.goto(sample_pages["plan"].as_uri())
    browser_page.wait_for_selector("#print-open")
    browser_page.evaluate("SpatialPlan.showFeature('f1')")
    browser_page.focus("#print-open")
    browser_page.keyboard.press("Enter")
    assert browser_page.locator("#print-dialog").is_visible()
    browser_page.keyboard.press("Escape")
    assert browser_page.locator("#print-dialog").is_hidden()
    assert browser_page.locator(".leaflet-popup-content").is_visible()
    assert browser_page.evaluate("document.activeElement.id") == "print-open"


def test_the_dialog_proposes_the_current_title(browser_page: Any, sample_pages: dict[str, Path]):
    browser_page.goto(sample_pages["coverage"].as_uri())
    browser_page.click("#print-open")
    assert "样例规划" in browser_page.get_attribute("#print-name", "placeholder")
    browser_page.click("#print-cancel")
    assert browser_page.locator("#print-dialog").is_hidden()
