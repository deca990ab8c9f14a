"""along, gathers, meets, adjoins, both_sides: straight lines, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, box

from spatialplan.model.verdict import State

from .world import claim, feature, features_at, judge, metres

RIVER = LineString([(0, 0), (10_000, 0)])
FAR_RIVER = LineString([(0, 9000), (10_000, 9000)])


def run(predicate, subjects, objects, accuracy_m=1.0, /, **shapes_and_params):
    """Judge with keyword numbers as parameters and the rest as shapes."""
    numbers = {k: v for k, v in shapes_and_params.items() if isinstance(v, int | float)}
    shapes = {k: v for k, v in shapes_and_params.items() if k not in numbers}
    return judge(features_at(accuracy_m, **shapes), claim(predicate, subjects, objects, **numbers))


@pytest.mark.parametrize(
    ("y", "accuracy", "state"),
    [
        (900, 1, "holds"),
        (1100, 1, "fails"),
        (900, 100, "uncertain"),
        (1100, 100, "uncertain"),
        (800, 100, "holds"),
    ],
)
def test_along(y, accuracy, state):
    verdict = run("along", "p", "r", accuracy, p=(5000, y), r=RIVER, distance_m=1000)
    assert verdict.state == state
    assert verdict.measure.value == pytest.approx(y, abs=0.1)
    assert (verdict.measure.unit, verdict.measure.threshold) == ("m", 1000)
    (mark,) = verdict.parts[0].marks
    assert metres(mark.geometry).length == pytest.approx(y, abs=0.1)


def test_along_takes_the_nearest_line():
    verdict = run("along", "p", "f r", p=(5000, 500), r=RIVER, f=FAR_RIVER, distance_m=1000)
    assert (verdict.state, verdict.parts[0].object) == (State.HOLDS, "r")


@pytest.mark.parametrize(("y", "state"), [(500, "holds"), (1000, "uncertain"), (5000, "no_data")])
@pytest.mark.parametrize("objects", ["r x", "x r"])
def test_unlocated_line_leaves_along_open(y, state, objects):
    verdict = run("along", "p", objects, p=(5000, y), r=RIVER, x=None, distance_m=1000)
    assert verdict.state == state


def test_better_known_line_goes_before_a_rough_nearer_one():
    features = [feature("p", (5000, 800)), feature("rough", LineString([(0, 1500), (9000, 1500)]), 900.0),
                feature("r", RIVER)]  # fmt: skip
    assert judge(features, claim("along", "p", "rough r", distance_m=1000)).state is State.HOLDS


def test_line_lies_along_as_far_as_its_farthest_point():
    leaving = LineString([(0, 100), (5000, 3000)])
    assert run("along", "p", "r", p=leaving, r=RIVER, distance_m=1000).state is State.FAILS
    assert (
        run(
            "along", "p", "r", p=LineString([(0, 100), (5000, 300)]), r=RIVER, distance_m=1000
        ).state
        is State.HOLDS
    )


def test_one_subject_unlocated():
    assert (
        run("along", "p q", "r", p=(0, 0), q=None, r=RIVER, distance_m=100).state is State.NO_DATA
    )
    assert (
        run("along", "p q", "r", p=(0, 5000), q=None, r=RIVER, distance_m=100).state is State.FAILS
    )


@pytest.mark.parametrize(
    ("gap", "accuracy", "state"),
    [(0, 1, "holds"), (190, 1, "holds"), (210, 1, "fails"), (150, 100, "uncertain")],
)
def test_meets(gap, accuracy, state):
    branch = LineString([(5000, gap), (5000, 5000)])
    verdict = run("meets", "b", "r", accuracy, b=branch, r=RIVER)
    assert verdict.state == state
    assert verdict.measure.value == pytest.approx(gap, abs=0.1)
    assert (verdict.measure.unit, verdict.measure.threshold) == ("m", 200)


def test_meets_every_object():
    branch = LineString([(5000, 0), (5000, 5000)])
    assert run("meets", "b", "r f", b=branch, r=RIVER, f=FAR_RIVER).state is State.FAILS
    assert run("meets", "b", "r x", b=branch, r=RIVER, x=None).state is State.NO_DATA
    assert (
        run("meets", "b", "r", b=LineString([(5000, -9), (5000, 9)]), r=RIVER).parts[0].marks == ()
    )


@pytest.mark.parametrize(
    ("gap", "accuracy", "state"),
    [(0, 1, "holds"), (490, 1, "holds"), (600, 1, "fails"), (400, 100, "uncertain")],
)
def test_adjoins(gap, accuracy, state):
    verdict = run(
        "adjoins", "a", "b", accuracy, a=box(0, 0, 1000, 1000), b=box(1000 + gap, 0, 3000, 1000)
    )
    assert verdict.state == state
    assert verdict.measure.value == pytest.approx(gap, abs=0.1)
    assert (verdict.measure.unit, verdict.measure.threshold) == ("m", 500)


@pytest.mark.parametrize(
    ("x", "state"), [(1200, "holds"), (1495, "holds"), (1500, "uncertain"), (9000, "no_data")]
)
def test_a_point_cannot_show_that_areas_lie_apart(x, state):
    assert run("adjoins", "a", "p", a=box(0, 0, 1000, 1000), p=(x, 500)).state == state


def test_adjoins_unlocated():
    assert run("adjoins", "a", "b", a=box(0, 0, 10, 10), b=None).state is State.NO_DATA


@pytest.mark.parametrize(
    ("x", "accuracy", "state"),
    [(1000, 1, "holds"), (2000, 1, "fails"), (1450, 100, "uncertain"), (1550, 100, "uncertain")],
)
def test_gathers_about_a_placed_circle(x, accuracy, state):
    verdict = run("gathers", "c", "m", accuracy, c=(0, 0), m=(x, 0))
    assert verdict.state == state
    assert verdict.measure.value == pytest.approx(x, abs=0.1)
    assert (verdict.measure.unit, verdict.measure.threshold) == ("m", 1500)
    assert verdict.parts[0].delta == pytest.approx(accuracy * 2**0.5)


def test_circle_drawn_as_an_area_is_measured_from_its_middle():
    verdict = run("gathers", "c", "m", c=box(-1000, -1000, 1000, 1000), m=(1600, 0))
    assert (verdict.state, verdict.measure.value) == (State.FAILS, pytest.approx(1600, abs=1))


def test_unplaced_circle_is_centred_on_its_landmarks():
    verdict = run("gathers", "c", "m n o", 30.0, c=None, m=(0, 0), n=(600, 0), o=(0, 600))
    assert verdict.state is State.HOLDS
    assert verdict.measure.value == pytest.approx((400**2 + 200**2) ** 0.5, abs=0.1)
    centre_m = (3 * 30**2) ** 0.5 / 3
    assert verdict.parts[0].delta == pytest.approx((30**2 + centre_m**2) ** 0.5)


def test_unplaced_circle_with_one_landmark_has_no_centre():
    assert run("gathers", "c", "m", c=None, m=(0, 0)).state is State.NO_DATA


def test_unlocated_landmark_among_near_ones_is_no_data_and_among_far_ones_fails():
    assert run("gathers", "c", "m n", c=(0, 0), m=(100, 0), n=None).state is State.NO_DATA
    assert run("gathers", "c", "m n", c=(0, 0), m=(9000, 0), n=None).state is State.FAILS


def test_every_circle_counts():
    verdict = run("gathers", "c d", "m", c=(0, 0), d=(9000, 0), m=(100, 0))
    assert (verdict.state, len(verdict.parts)) == (State.FAILS, 2)


def banks(*ys, river=RIVER, accuracy_m=10.0, objects="r", **params):
    features = [feature("r", river, 1.0), feature("x")]
    features += [
        feature(f"p{i}", None if y is None else (5000, y), accuracy_m) for i, y in enumerate(ys)
    ]
    return judge(features, claim("both_sides", [f.id for f in features[2:]], objects, **params))


@pytest.mark.parametrize(
    ("ys", "state", "share"),
    [
        ((500, -500), "holds", 0.5),
        ((500, 600), "fails", 0),
        ((500, 600, 700, 800, -500), "holds", 0.2),  # exactly the least share
        ((500, 600, 700, 800, 900, -500), "fails", 1 / 6),
        ((500, 5), "uncertain", 0),  # one within its accuracy of the line
        ((500, 600, 700, -500, 5), "holds", 0.25),  # 1 of 5 whichever side the last is on
        ((500, None), "no_data", 0),
        ((500, -500, None), "holds", 0.5),  # a third of three, or more
        ((500, -500, None, None, None, None), "no_data", 0.5),  # a sixth, or a half
        ((None, None), "no_data", None),
        ((5, -5), "uncertain", None),
    ],
)
def test_both_sides(ys, state, share):
    verdict = banks(*ys)
    assert verdict.state == state
    value = verdict.measure.value
    assert value is None if share is None else value == pytest.approx(share, abs=1e-4)
    assert (verdict.measure.unit, verdict.measure.threshold) == ("share", 0.2)


def test_both_sides_of_an_unlocated_line_is_no_data():
    assert banks(500, -500, objects="x").state is State.NO_DATA
    assert banks(500, -500, objects="r x").state is State.NO_DATA


def test_both_sides_of_a_place_is_no_data():
    assert banks(500, -500, river=(5000, 0)).state is State.NO_DATA


def test_zone_across_the_river_is_of_neither_side():
    features = [
        feature("r", RIVER),
        feature("a", box(4000, -500, 5000, 3000)),
        feature("b", (5000, -2000)),
    ]
    assert judge(features, claim("both_sides", "a b", "r")).state is State.UNCERTAIN


def test_stretches_of_unknown_direction_do_not_decide_a_side():
    parts = MultiLineString([[(0, 0), (8000, 0)], [(20_000, 0), (15_000, 0)]])
    features = [feature("r", parts), feature("a", (17_000, 900)), feature("b", (4000, 900))]
    assert judge(features, claim("both_sides", "a b", "r")).state is State.UNCERTAIN


@given(
    st.lists(st.integers(-3000, 3000), min_size=2, max_size=6),
    st.floats(0.05, 0.5),
    st.floats(0, 0.4),
)
@settings(max_examples=25, deadline=None)
def test_a_lower_share_never_turns_holds_into_fails_and_order_does_not_matter(ys, share, less):
    order = [State.FAILS, State.UNCERTAIN, State.HOLDS]
    strict, mild = banks(*ys, min_share=share), banks(*ys, min_share=max(share - less, 0.0))
    assert order.index(mild.state) >= order.index(strict.state)
    assert banks(*reversed(ys), min_share=share).state == strict.state


@given(
    st.lists(st.tuples(*[st.integers(-4000, 4000)] * 2), min_size=1, max_size=5),
    st.floats(1, 3000),
    st.floats(0, 3000),
)
@settings(max_examples=25, deadline=None)
def test_a_larger_radius_never_turns_holds_into_fails(landmarks, radius, more):
    order = [State.FAILS, State.UNCERTAIN, State.HOLDS]
    shapes = {f"m{i}": at for i, at in enumerate(landmarks)}
    small, large = (
        run("gathers", "c", list(shapes), 50.0, c=(0, 0), radius_m=r, **shapes).state
        for r in (radius, radius + more)
    )
    assert order.index(large) >= order.index(small)
