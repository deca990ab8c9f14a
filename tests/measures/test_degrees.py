"""Angles and numbers from text: every writing, hostile text, and what must be refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spatialplan.measures.degrees import NOTHING, Axis, Cell, parse_cell, parse_pair
from spatialplan.text import Text

SEEN = 112.9451  # 112°56′42.36″


@pytest.mark.parametrize(
    "text",
    [
        "112.9451", "１１２．９４５１", "112。9451", "112·9451", "+112.9451", " 112.9451 ", "112,9451",
        "112.9451°", "112.9451 度", "112.9451度", "E112.9451°", "112.9451E", "112.9451°E", "e 112.9451",
        "东经112.9451", "东经：112.9451°", "112.9451东经", "经度:112.9451", "经度=112.9451", "lng:112.9451",
        "1.129451E2", "1.129451e+02", "112.94510000",
        "112°56′42.36″", "112°56′42.36″E", "E112°56′42.36″", "东经112°56′42.36″", "112º56′42.36″",
        "112度56分42.36秒", "东经112度56分42.36秒", "112-56-42.36", "112 56 42.36", "112:56:42.36",
        "112：56：42.36", "112.56.42.36", "112°56'42.36\"", "112°56'42.36''", "112°56′42.36′′",
        "112°56’42.36”", "112°56‘42.36“", "112° 56' 42.36\" E", "112 ° 56 ′ 42.36 ″", "112d56'42.36\"",
        "112°56'42.36", "112°56′42″.36", "１１２°５６′４２．３６″", "112\u00a056\u00a042.36", "\ufeff112°56′42.36″",
        "112°56.706′", "112°56.706", "112 56.706", "112:56.706", "112-56.706", "112度56.706分",
    ],
)  # fmt: skip
def test_every_writing_of_one_place(text):
    cell = parse_cell(text)
    assert isinstance(cell, Cell), cell
    assert cell.value == pytest.approx(SEEN, abs=1e-9)


def test_decimal_degrees_are_the_very_number():
    assert parse_cell("112.94510000000001").value == 112.94510000000001


@pytest.mark.parametrize(
    ("text", "metres"),
    [("112.9", 5566), ("112.9451", 5.566), ("112°56′42″", 15.46), ("112°56.7′", 92.8), ("112", 55660)],
)  # fmt: skip
def test_precision_is_half_of_the_last_place(text, metres):
    assert parse_cell(text).half_place * 111_320 == pytest.approx(metres, rel=1e-3)


@pytest.mark.parametrize(
    "text",
    ["", " ", "无", "暂无", "不详", "/", "-", "--", "——", "0", "0.0", "0.000000", "#N/A", "N/A", "null",
     "０", "\\", "？", "无坐标", "0°0′0″", "\u3000", "0,0", "0 0",
     "无，无", "0.000000,0.000000", "（0，0）"],
)  # fmt: skip
def test_nothing_is_no_error(text):
    assert parse_cell(text) is NOTHING
    assert parse_pair(text) is NOTHING


@pytest.mark.parametrize(
    "text",
    ["abc", "石鼓村", "112 56", "112.9451.3.2.1", "约112.9451", "112°56′42.36″N E", "1e99", "9" * 50,
     "112°56.5′42″", "东经", "112..9", "1125°56′42″", "2024-13-45-3", "112.9451 27.8291", "=A1+B1"],
)  # fmt: skip
def test_what_cannot_be_read_says_so(text):
    reason = parse_cell(text)
    assert isinstance(reason, Text)
    assert "请核对" in reason.zh


@pytest.mark.parametrize("text", ["112°61′42″", "112-56-60", "112°56′75.2″", "112°60.5′"])
def test_sixty_minutes_are_refused(text):
    assert "满 60" in parse_cell(text).zh


@pytest.mark.parametrize(
    ("text", "axis", "sign"),
    [("N27.8", Axis.LAT, 1), ("27.8S", Axis.LAT, -1), ("南纬27.8", Axis.LAT, -1), ("112.9W", Axis.LON, -1),
     ("27°49′44″N", Axis.LAT, 1), ("西经112.9", Axis.LON, -1), ("27.8", Axis.UNSAID, 1)],
)  # fmt: skip
def test_hemispheres_decide(text, axis, sign):
    cell = parse_cell(text)
    assert (cell.axis, cell.value > 0) == (axis, sign > 0)


@pytest.mark.parametrize(
    ("text", "value"),
    [("386,512", 386_512), ("3,078,123.5", 3_078_123.5), ("27,829", 27.829), ("386512.25米", 386_512.25),
     ("112945100", 112_945_100), ("1125642.36", 1_125_642.36), ("38386512.3", 38_386_512.3)],
)  # fmt: skip
def test_large_numbers_stay_numbers(text, value):
    assert parse_cell(text).value == value


@pytest.mark.parametrize(
    "text",
    [
        "112.9451,27.8291", "112.9451，27.8291", "112.9451、27.8291", "112.9451;27.8291", "112.9451/27.8291",
        "112.9451 27.8291", "112.9451\n27.8291", "112.9451\t27.8291", "(112.9451, 27.8291)", "[112.9451,27.8291]",
        "（112.9451，27.8291）", "经度：112.9451 纬度：27.8291", "经度112.9451纬度27.8291", "东经112.9451北纬27.8291",
        "E112.9451 N27.8291", "112.9451E27.8291N", "E:112.9451,N:27.8291", "POINT(112.9451 27.8291)",
        "POINT Z (112.9451 27.8291 45)", '{"lng":112.9451,"lat":27.8291}', "lng=112.9451&lat=27.8291".replace("&", ";"),
        "112.9451,27.8291,45.2", "112,9451 27,8291", "112,9451,27,8291", "112.9451°,27.8291°",
        "112°56′42.36″,27°49′44.76″", "E112°56′42.36″N27°49′44.76″", "112°56′42.36″E27°49′44.76″N",
        "东经112度56分42.36秒北纬27度49分44.76秒", "112 56 42.36 27 49 44.76", "112-56-42.36,27-49-44.76",
        "112:56:42.36 27:49:44.76", "112°56.706′ 27°49.746′", "112°56'42.36\" 27°49'44.76\"",
    ],
)  # fmt: skip
def test_both_numbers_in_one_cell(text):
    pair = parse_pair(text)
    assert not isinstance(pair, Text), pair
    assert [c.value for c in pair] == [
        pytest.approx(SEEN, abs=1e-9),
        pytest.approx(27.8291, abs=1e-9),
    ]


def test_order_of_a_pair_is_kept_and_letters_are_told():
    first, second = parse_pair("N27°49′44″ E112°56′42″")
    assert (first.axis, second.axis) == (Axis.LAT, Axis.LON)


@pytest.mark.parametrize(
    "text", ["112.9451", "112.9,无", "112.9 27.8 113.1 27.9", "村口", "1,2,3,4,5"]
)
def test_pairs_that_are_none(text):
    assert isinstance(parse_pair(text), Text)


def dms(value, places):
    """Write degrees in minutes and seconds, with rounding carried."""
    units = round(value * 3600 * 10**places)
    whole, seconds = divmod(units, 60 * 10**places)
    return whole // 60, whole % 60, f"{seconds / 10**places:.{places}f}"


STYLES = [
    "{d}°{m}′{s}″", "{d}度{m}分{s}秒", "{d}-{m}-{s}", "{d} {m} {s}", "{d}:{m}:{s}", "{d}°{m}'{s}\"",
    "{d}°{m:02d}'{s}''", "东经{d}°{m}′{s}″", "{d}°{m}′{s}″E", "{d}.{m}.{s}",
]  # fmt: skip


@settings(deadline=None)
@given(st.floats(73, 135), st.integers(1, 5), st.sampled_from(STYLES))
def test_degrees_minutes_seconds_come_back(value, places, style):
    degrees, minutes, seconds = dms(value, places)
    cell = parse_cell(style.format(d=degrees, m=minutes, s=seconds))
    assert abs(cell.value - value) <= cell.half_place * (1 + 1e-9) + 1e-12
    assert cell.half_place == pytest.approx(0.5 * 10.0**-places / 3600)


@settings(deadline=None)
@given(
    st.floats(73, 135),
    st.integers(3, 12),
    st.sampled_from(["{}", "{}°", "E{}", "{}E", "东经{}", "经度：{} "]),
)
def test_decimals_come_back(value, places, style):
    cell = parse_cell(style.format(f"{value:.{places}f}"))
    assert abs(cell.value - value) <= cell.half_place * (1 + 1e-9) + 1e-12


@settings(deadline=None)
@given(
    st.floats(73, 135), st.floats(4, 53), st.integers(1, 4), st.sampled_from(STYLES[:2] + STYLES[5:7]),
    st.sampled_from([",", "，", " ", ";", "\n", ""]),
)  # fmt: skip
def test_pairs_come_back(lon, lat, places, style, between):
    texts = [style.format(d=d, m=m, s=s) for d, m, s in (dms(lon, places), dms(lat, places))]
    pair = parse_pair(between.join(texts))
    for cell, value in zip(pair, (lon, lat), strict=True):
        assert abs(cell.value - value) <= cell.half_place * (1 + 1e-9) + 1e-12


HOSTILE = st.text(max_size=60) | st.text(
    alphabet="0123456789.,-:°′″'\"NESW 度分秒东经北纬()eE+/;", max_size=40
)


@settings(max_examples=400, deadline=None)
@given(HOSTILE)
def test_no_text_raises(text):
    assert isinstance(parse_cell(text), Cell | Text)
    pair = parse_pair(text)
    assert isinstance(pair, Text) or len(pair) == 2
