"""within and contains: depth in areas against accuracy, by hand."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, box

from spatialplan.model.verdict import Confidence, State

from .world import claim, degrees, feature, judge, metres

AREA = box(0, 0, 4000, 4000)


def inside(thing, *areas, accuracy_m=100.0, area_accuracy_m=0.1, predicate="within"):
    features = [feature("thing", thing, accuracy_m)]
    features += [feature(f"area{i}", area, area_accuracy_m) for i, area in enumerate(areas)]
    keys = [f.id for f in features[1:]]
    sides = ("thing", keys) if predicate == "within" else (keys, "thing")
    return judge(features, claim(predicate, *sides))


@pytest.mark.parametrize("predicate", ["within", "contains"])
@pytest.mark.parametrize(
    ("x", "state"),
    [(2000, "holds"), (3890, "holds"), (3950, "uncertain"), (4050, "uncertain"), (4110, "fails")],
)
def test_point_in_an_area(predicate, x, state):
    verdict = inside((x, 2000), AREA, predicate=predicate)
    assert verdict.state == state
    assert verdict.measure.value == pytest.approx(max(-2000, x - 4000), abs=1)
    assert (verdict.measure.unit, verdict.measure.threshold) == ("m", 0)
    assert verdict.parts[0].delta == pytest.approx(100)


def test_accuracy_of_the_area_counts():
    assert inside((3890, 2000), AREA, area_accuracy_m=200).state is State.UNCERTAIN
    assert inside((3700, 2000), AREA, area_accuracy_m=200).state is State.HOLDS


def test_accuracy_of_the_worst_area_counts():
    features = [
        feature("p", (2000, 100), 1.0),
        feature("a", AREA, 10.0),
        feature("b", box(9000, 0, 9500, 500), 500.0),
    ]
    assert judge(features, claim("within", "p", "a b")).state is State.UNCERTAIN


def test_outside_is_drawn_to_the_area():
    verdict = inside((5000, 2000), AREA)
    (mark,) = verdict.parts[0].marks
    assert metres(mark.geometry).hausdorff_distance(LineString([(5000, 2000), (4000, 2000)])) < 1
    assert "外 1000 米" in verdict.cause.zh
    assert inside((2000, 2000), AREA).parts[0].marks == ()


def test_area_half_outside_fails():
    verdict = inside(box(3000, 1000, 5000, 2000), AREA)
    assert (verdict.state, verdict.measure.value) == (State.FAILS, pytest.approx(1000, abs=1))
    assert verdict.parts[0].marks[0].geometry.length > 0


def test_area_in_a_hole_fails():
    hollow = AREA.difference(box(1000, 1000, 3000, 3000))
    assert inside(box(1000, 1000, 3000, 3000), hollow).state is State.FAILS
    assert inside((2000, 2000), hollow).state is State.FAILS


def test_line_inside():
    assert inside(LineString([(1000, 1000), (3000, 3000)]), AREA).state is State.HOLDS
    assert inside(LineString([(1000, 1000), (5000, 1000)]), AREA).state is State.FAILS


def test_union_of_areas_holds_across_their_common_border():
    halves = (box(0, 0, 2000, 4000), box(2000, 0, 4000, 4000))
    assert inside((2000, 2000), *halves).state is State.HOLDS
    assert inside(box(1000, 1000, 3000, 3000), *halves).state is State.HOLDS


@pytest.mark.parametrize("known_first", [True, False])
@pytest.mark.parametrize(("x", "state"), [(2000, "holds"), (3950, "uncertain"), (6000, "no_data")])
@pytest.mark.parametrize("gap", [None, (6000, 2000)])
def test_an_area_of_unknown_extent_leaves_the_outside_open(known_first, x, state, gap):
    areas = (AREA, gap) if known_first else (gap, AREA)
    assert inside((x, 2000), *areas).state == state


def test_area_known_as_a_point_only_is_no_data():
    verdict = inside((10, 10), (0, 0))
    assert verdict.state is State.NO_DATA
    assert "没有面状范围" in verdict.cause.zh


def test_unlocated_thing_is_no_data():
    assert inside(None, AREA).state is State.NO_DATA


def test_each_thing_counts_and_the_worst_is_shown():
    features = [
        feature("a", (2000, 2000)),
        feature("b", (2000, 500)),
        feature("c"),
        feature("area", AREA),
    ]
    verdict = judge(features, claim("within", "a b", "area"))
    assert (verdict.state, len(verdict.parts)) == (State.HOLDS, 2)
    assert verdict.measure.value == pytest.approx(-500, abs=1)
    assert judge(features, claim("within", "a b c", "area")).state is State.NO_DATA
    assert judge(features, claim("contains", "area", "a b c")).state is State.NO_DATA


def test_districts_lie_within_a_whole_made_of_them():
    whole = feature("whole", AREA, 200.0, districts=("1", "2"))
    part = feature("part", box(0, 0, 2000, 4000), 200.0, districts=("1",))
    other = dataclasses.replace(part, id="other", districts=("3",))
    sure = judge([whole, part], claim("within", "part", "whole"))
    assert (sure.state, sure.confidence, sure.measure.value) == (State.HOLDS, Confidence.HIGH, 0)
    assert judge([whole, other], claim("within", "other", "whole")).state is State.UNCERTAIN


def test_rough_area_just_inside_is_uncertain():
    assert inside(box(50, 50, 3900, 3900), AREA, accuracy_m=2000).state is State.UNCERTAIN


def test_on_the_border_of_something_exact_is_inside():
    thing = dataclasses.replace(feature("p"), geometry=degrees(Point(4000, 2000)), accuracy_m=0.0)
    area = feature("area", AREA, 0.0)
    assert judge([thing, area], claim("within", "p", "area")).state is not State.FAILS


def test_multipoint_has_to_be_inside_entirely():
    assert inside(MultiPoint([(1000, 1000), (9000, 1000)]), AREA).state is State.FAILS


@given(st.integers(-3000, 7000), st.integers(-3000, 7000), st.integers(1, 3000))
@settings(max_examples=30, deadline=None)
def test_a_larger_area_never_turns_holds_into_fails(x, y, wider):
    order = [State.FAILS, State.UNCERTAIN, State.HOLDS]
    small, large = inside((x, y), AREA), inside((x, y), AREA.buffer(wider, join_style="mitre"))
    assert order.index(large.state) >= order.index(small.state)
