"""The strip diagram, parsed: everything is in it, in scale, and no leader crosses a label."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from spatialplan.model.profile import Strip, StripEvent
from spatialplan.outputs.figures.strip import strip_svg, tick_step
from spatialplan.outputs.figures.strip_labels import Label, placed, spread
from spatialplan.outputs.figures.strip_sheet import SIZE
from spatialplan.outputs.style import read_style
from spatialplan.outputs.wording import ems, fitted
from spatialplan.text import Text
from tests.sample import HOSTILE, LONG, sample_profiles

RING = sample_profiles()[0].strips[0]


def drawn(strip: Strip, lang: str = "zh") -> ElementTree:
    return ElementTree.fromstring(strip_svg(strip, lang))


def words(root: ElementTree) -> list[str]:
    return [element.text or "" for element in root.iter("text")]


def rects(root: ElementTree, fill: str) -> list[tuple[float, float]]:
    """Return left edge and width of the rectangles of a fill, but those of the key."""
    return [
        (float(r.get("x")), float(r.get("width")))
        for r in root.iter("rect")
        if r.get("fill") == fill and float(r.get("height")) > 3
    ]


def test_bands_are_in_scale():
    tones = read_style().tones
    root = drawn(RING)
    [(frame_x, frame_width)] = set(rects(root, "none"))
    [(x, width)] = rects(root, tones["gap"].fill)
    assert x == pytest.approx(frame_x + frame_width * 20 / 40, abs=0.02)
    assert width == pytest.approx(frame_width * 6.2 / 40, abs=0.02)
    assert len(rects(root, tones["section"].fill)) == 2
    assert len(rects(root, tones["major"].fill)) == 2


def test_labels_without_room_are_told_below_under_their_number():
    said = words(drawn(RING))
    assert "1" in said
    assert "1 一个很短却有很长名字的连接线" in said
    assert "快速路" in said
    assert "缺口 6.2 公里" in said


def test_a_ring_says_that_its_ends_meet_and_an_open_line_does_not():
    seam = "两端为同一处（环线）"
    assert seam in words(drawn(RING))
    open_line = drawn(dataclasses.replace(RING, closed=False))
    assert seam not in words(open_line)
    assert len(list(open_line.iter("path"))) == len(list(drawn(RING).iter("path"))) - 4


def test_the_key_names_what_occurs_and_nothing_else():
    said = words(drawn(RING))
    for symbol in (*read_style().tones.values(),):
        assert symbol.label.zh in said
    assert "桥梁" in said
    assert "停靠点" not in said


def test_hostile_words_are_text_and_long_ones_are_cut():
    source = strip_svg(RING)
    assert "<img" not in source
    assert "</script>" not in source
    assert HOSTILE in words(drawn(RING))
    assert any(text.startswith("长") and text.endswith("…") for text in words(drawn(RING)))


def test_it_is_accessible_loads_nothing_and_has_no_ids():
    root = drawn(RING, "en")
    assert root.get("role") == "img"
    assert root.get("aria-label") == "The ring unrolled"
    for element in root.iter():
        assert element.tag in {"svg", "rect", "path", "text"}
        assert not {"id", "href", "style", "class"} & set(element.attrib)
    assert "缺口" not in "".join(words(drawn(dataclasses.replace(RING, bands=()), "en")))


@pytest.mark.parametrize(
    "strip",
    [
        Strip(title=Text("空", "empty"), length_km=0.0, bands=()),
        Strip(title=Text("短", "short"), length_km=0.004, bands=RING.bands, events=RING.events),
        dataclasses.replace(RING, bands=(), events=()),
        dataclasses.replace(
            RING, events=(StripEvent(km=99.0, label=Text("", ""), kind="strange"),)
        ),
    ],
)
def test_odd_strips_are_drawn_within_the_sheet(strip: Strip):
    root = drawn(strip)
    _, _, width, height = map(float, root.get("viewBox").split())
    for rect in root.iter("rect"):
        assert 0 <= float(rect.get("x")) <= width
        assert float(rect.get("x")) + float(rect.get("width")) <= width
        assert float(rect.get("y")) + float(rect.get("height")) <= height
    for text in root.iter("text"):
        assert 0 <= float(text.get("y")) <= height


@given(st.floats(0.01, 1e5))
def test_ticks_are_round_and_few(length: float):
    step = tick_step(length)
    assert 2 < length / step <= 10.001
    assert f"{step:.0e}"[0] in "125"


def spans(labels: list[Label]) -> list[tuple[float, float]]:
    wide = [ems(label.text) * SIZE for label in labels]
    return [
        (label.x - w, label.x) if label.flipped else (label.x, label.x + w)
        for label, w in zip(labels, wide, strict=True)
    ]


PLACES = st.lists(st.tuples(st.floats(25, 168), st.integers(1, 14)), max_size=24).map(sorted)


@given(PLACES)
def test_labels_stay_on_the_sheet_and_never_share_a_place(places: list[tuple[float, int]]):
    labels = placed([x for x, _ in places], ["甲" * n for _, n in places], 174.0)
    taken = spans(labels)
    assert all(end <= 174.0 for _, end in taken)
    for at, label in enumerate(labels):
        for other in range(at):
            if labels[other].row == label.row:
                assert taken[other][1] <= taken[at][0] or taken[at][1] <= taken[other][0]


@given(PLACES)
def test_no_leader_crosses_a_label(places: list[tuple[float, int]]):
    labels = placed([x for x, _ in places], ["甲" * n for _, n in places], 174.0)
    for (start, end), label in zip(spans(labels), labels, strict=True):
        for other in labels:
            if other.row > label.row:
                assert not start + 0.01 < other.x < end - 0.01


STEPS = st.floats(0.5, 9)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30).map(sorted), STEPS)
def test_spread_places_keep_their_distance_and_their_order(at: list[float], step: float):
    found = spread(at, step, (0.0, 100.0))
    step = min(step, 100 / max(len(at) - 1, 1))
    assert found[0] >= -1e-9
    assert found[-1] <= 100 + 1e-9
    for one, other in itertools.pairwise(found):
        assert other - one >= step - 1e-9


def test_places_that_are_apart_do_not_move_and_others_move_alike():
    assert spread([3, 20, 50], 4, (0, 60)) == pytest.approx([3, 20, 50])
    assert spread([30, 30, 30], 4, (0, 60)) == pytest.approx([26, 30, 34])
    assert spread([59, 60], 4, (0, 60)) == pytest.approx([56, 60])


def test_many_labels_are_slanted_and_few_are_not():
    crowd = tuple(
        StripEvent(km=20 + at / 10, label=Text(f"地点{at}", f"place {at}"), kind="place")
        for at in range(20)
    )
    many = drawn(dataclasses.replace(RING, events=crowd))
    turned = [text for text in many.iter("text") if text.get("transform")]
    assert [text.text for text in turned] == [event.label.zh for event in crowd]
    assert not [text for text in drawn(RING).iter("text") if text.get("transform")]
    assert float(many.get("viewBox").split()[3]) < 100


def test_texts_are_measured_and_cut_by_their_width():
    assert ems("长" * 3 + "km") == pytest.approx(4.12)
    assert fitted(LONG, 5) == "长长长长…"
    assert fitted("  a\x00\n b ", 9) == "a b"
