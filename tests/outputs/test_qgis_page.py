"""The printed page: everything fits, scale bars are round, lines break where they must."""

from __future__ import annotations

import pytest

from spatialplan.outputs.qgis import page as qgis_page


@pytest.mark.parametrize(
    ("bounds", "height"),
    [((0, 0, 100_000, 10_000), 110), ((0, 0, 10_000, 100_000), 152), ((0, 0, 182, 130), 130)],
)
def test_the_page_shows_all_of_the_bounds(
    bounds: tuple[float, float, float, float], height: float
) -> None:
    page = qgis_page.plan_page(bounds)
    x, y, width, tall = page.map_box
    extent = page.extent
    assert tall == height
    assert extent[0] <= bounds[0] + 1e-6
    assert extent[3] >= bounds[3] - 1e-6
    assert (extent[2] - extent[0]) / (extent[3] - extent[1]) == pytest.approx(width / tall)
    assert page.text_box[1] >= y + tall
    assert page.side_box[0] >= x + width


@pytest.mark.parametrize(("width", "km"), [(116_000, 10), (28_000, 2), (9_000, 1), (700, 0.05)])
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
