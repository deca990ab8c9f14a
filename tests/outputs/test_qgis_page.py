"""The printed page: everything fits, scale bars are round, lines break where they must."""

from __future__ import annotations

import pytest

from spatialplan.outputs.qgis import page as qgis_page


@pytest.mark.parametrize("paper", qgis_page.PAPERS)
@pytest.mark.parametrize(
    "bounds", [(0, 0, 100_000, 10_000), (0, 0, 10_000, 100_000), (0, 0, 182, 130)]
)
def test_the_page_shows_all_of_the_bounds(
    bounds: tuple[float, float, float, float], paper: qgis_page.Paper
) -> None:
    text = "一段说明，" * 60
    page, bare = (qgis_page.plan_page(bounds, paper, text=said) for said in (text, ""))
    x, y, width, tall = page.map_box
    extent = page.extent
    assert extent[0] <= bounds[0] + 1e-6
    assert extent[3] >= bounds[3] - 1e-6
    assert (extent[2] - extent[0]) / (extent[3] - extent[1]) == pytest.approx(width / tall)
    assert page.text_box[1] >= y + tall + 3.5, "the grid's numbers stand below the map"
    assert page.text_box[3] >= qgis_page.text_height(text, width, 7.0) - 1e-6
    assert page.text_box[1] + page.text_box[3] < page.foot_box[1]
    assert page.side_box[0] >= x + width
    assert bare.map_box[3] > tall, "without words the map takes their room"
    long = qgis_page.plan_page(bounds, paper, text=text * 40)
    assert long.map_box[3] == pytest.approx(0.62 * page.side_box[3]), "words leave it so much"
    lines = (page.title_box, page.subtitle_box)
    assert lines[1][1] == lines[0][1] + lines[0][3]
    assert lines[1][1] + lines[1][3] <= y
    assert page.internal_box[0] >= lines[0][0] + lines[0][2]
    assert page.number_box[1] >= page.internal_box[1] + page.internal_box[3]


@pytest.mark.parametrize(
    ("width", "km"), [(100_000, 20), (29_000, 5), (9_000, 2), (700, 1), (300_000, 50)]
)
def test_grids_have_round_kilometres(width: float, km: float) -> None:
    assert qgis_page.grid_m((0, 0, width, width), 180) == km * 1000


def test_a_word_longer_than_a_line_is_broken() -> None:
    lines = qgis_page.wrapped("https://example.org/" + "a" * 200, 40, 7).split("\n")
    assert len(lines) > 5
    assert all(qgis_page.text_width(line, 7) <= 40 for line in lines)


def test_a_heading_stays_on_one_line() -> None:
    assert qgis_page.one_line("短标题", 200, 16) == ("短标题", 16)
    said, size = qgis_page.one_line("长" * 200, 200, 16)
    assert size == 8
    assert said.endswith("…")
    assert qgis_page.text_width(said, size) <= 200
    assert "\n" not in qgis_page.one_line("甲\n乙", 200, 16)[0]


@pytest.mark.parametrize(
    ("width", "km"), [(116_000, 10), (28_000, 2), (9_000, 1), (700, 0.05), (7692.30769, 1)]
)
def test_scale_bars_have_round_lengths(width: float, km: float) -> None:
    assert qgis_page.segment_km((0, 0, width, width)) == pytest.approx(km)


def test_long_chinese_lines_are_broken_where_newer_qgis_would_not() -> None:
    text = qgis_page.wrapped("规划中可作空间核查的论断共五条（已核）。word by word\n次段", 20, 7)
    lines = text.split("\n")
    assert lines[-1] == "次段"
    assert (
        "".join(lines).replace(" ", "") == "规划中可作空间核查的论断共五条（已核）。wordbyword次段"
    )
    assert all(len(line) <= 14 for line in lines)
    assert not any(line.startswith(("。", "）")) for line in lines)


@pytest.mark.parametrize(
    ("text", "size"), [("短标题", 17), ("长" * 60, 9), ("A long English title " * 5, 9.5)]
)
def test_long_titles_are_set_smaller(text: str, size: float) -> None:
    assert qgis_page.fitting_pt(text, 215, 17) == size
    assert "\n" not in qgis_page.wrapped(text, 215, size)


def test_lines_leave_room_for_wider_fonts() -> None:
    """A line that QGIS breaks once more leaves a few characters alone on the next."""
    text = "覆盖按村到最近乡镇站点的路网行程计，限值 15 分钟、30 分钟（运行时指定）；" * 3
    for line in qgis_page.wrapped(text, 92, 7).split("\n"):
        assert len(line.encode("gbk")) / 2 <= 92 / (7 * 25.4 / 72)


@pytest.mark.parametrize(("high", "lines"), [(100, 4), (7.2, 2), (1, 1)])
def test_what_a_box_cannot_hold_is_cut_and_told(high: float, lines: int) -> None:
    text = "一二三四五六七八\n甲乙丙丁\n子丑寅卯\n天地玄黄"
    said = qgis_page.shortened(text, (0, 0, 60, high), 7)
    assert said.count("\n") + 1 == lines
    assert said.endswith("…") == (lines < 4)
    assert qgis_page.text_height(said, 60, 7) <= max(high, 7 * 25.4 / 72 * 1.45) + 1e-6
