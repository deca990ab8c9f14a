"""length and continuous, by hand."""

from __future__ import annotations

import pytest
from shapely import LineString, MultiLineString, box

from spatialplan.model.verdict import Confidence, State
from spatialplan.settings import Settings

from .world import claim, feature, features_at, judge

LINE = LineString([(0, 0), (10_000, 0)])


def run_length(km, accuracy_m=50.0, shape=LINE, pct=10):
    one = claim("length", "l", length_km=km, tolerance_pct=pct)
    return judge([feature("l", shape, accuracy_m)], one)


@pytest.mark.parametrize(
    ("stated", "state"),
    [(10, "holds"), (10.9, "holds"), (9.3, "holds"), (11.1, "uncertain"), (9.1, "uncertain"),
     (11.5, "fails"), (8.9, "fails"), (20, "fails")],
)  # fmt: skip
def test_length_within_the_tolerance(stated, state):
    # 10 km ± 0.1 against the stated length ± 10 %.
    verdict = run_length(stated)
    assert verdict.state == state
    assert verdict.measure.value == pytest.approx(10, abs=0.001)
    assert (verdict.measure.unit, verdict.measure.threshold) == ("km", stated)
    assert verdict.parts[0].delta == pytest.approx(0.1)


def test_default_tolerance_is_ten_percent():
    one = claim("length", "l", length_km=10.8)
    assert judge([feature("l", LINE, 1.0)], one).state is State.HOLDS


def test_agreement_is_sure_and_the_brink_is_not():
    assert run_length(10).confidence is Confidence.HIGH  # 1 km inside the tolerance, ± 0.1
    assert run_length(10.9).confidence is Confidence.MEDIUM  # 0.19 km inside
    assert run_length(20).confidence is Confidence.HIGH


def test_lengths_of_several_lines_add_up():
    features = [
        feature("k", LineString([(0, 0), (4000, 0)])),
        feature("l", MultiLineString([LINE.coords])),
    ]
    verdict = judge(features, claim("length", "k l", length_km=14))
    assert verdict.measure.value == pytest.approx(14, abs=0.001)
    assert verdict.parts[0].delta == pytest.approx(0.004)


@pytest.mark.parametrize("shape", [None, (0, 0), box(0, 0, 2500, 2500)])
def test_length_needs_a_line(shape):
    features = [feature("k", LINE), feature("l", shape)]
    assert judge(features, claim("length", "k l", length_km=10)).state is State.NO_DATA


STOPS = {
    "a": (1000, 0),
    "b": (9000, 0),
    "n": (4000, 3000),
    "i": (6000, 4000),
    "x": None,
    "z": (30_000, 0),
}


def run_stops(stops, accuracy_m=1.0, settings=None, **params):
    one = claim("continuous", "a", stops, **params)
    return judge(features_at(accuracy_m, **STOPS), one, settings=settings or Settings())


def test_straight_corridor_has_no_detour():
    verdict = run_stops("a b")
    assert verdict.state is State.HOLDS
    assert (verdict.measure.value, verdict.measure.unit) == (1.0, "ratio")
    assert "1 段相连，共 8.0 公里" in verdict.cause.zh


@pytest.mark.parametrize(
    ("accuracy", "limit", "state"),
    [(1, 1.45, "holds"), (1, 1.40, "fails"), (300, 1.45, "uncertain"), (300, 1.2, "fails")],
)
def test_detour_against_its_limit(accuracy, limit, state):
    # a to n: 3 km + 3 km by road, 3√2 km straight: √2.
    verdict = run_stops("a n", accuracy, max_detour=limit)
    assert verdict.state == state
    assert verdict.measure.value == pytest.approx(2**0.5, abs=0.001)
    assert verdict.measure.threshold == limit
    assert verdict.parts[0].delta == pytest.approx(2**0.5 * accuracy * 2**0.5 / 4242.64, rel=0.001)


def test_stops_are_joined_in_order():
    verdict = run_stops("a n b", max_detour=1.45)
    assert [(p.subject, p.object) for p in verdict.parts] == [("a", "n"), ("n", "b")]
    # n to b: 8 km by road, √34 km straight: 1.372.
    assert verdict.parts[1].value == pytest.approx(8 / 34**0.5, abs=0.001)
    assert verdict.measure.value == pytest.approx(2**0.5, abs=0.001)
    assert "共 14.0 公里" in verdict.cause.zh


@pytest.mark.parametrize(
    ("stops", "state"),
    [("a x", "no_data"), ("a i", "unroutable"), ("a z", "no_data"), ("a b i", "unroutable")],
)
def test_broken_corridor(stops, state):
    assert run_stops(stops).state == state


def test_stops_within_their_accuracy_hold_only_when_the_path_is_as_short():
    features = [
        feature("a", (4000, 1000), 1000.0),
        feature("b", (4800, 0), 1000.0),
        feature("c", (4000, 0), 1.0),
    ]
    # 1.8 km by road, within 2 × 1.4 km of accuracy.
    assert judge(features, claim("continuous", "c", "a b")).state is State.HOLDS
    # The island's ends: 4 km apart by a road of 4 km, but known to ± 2.8 km only.
    wide = [
        feature("a", (4000, 4000), 2000.0),
        feature("b", (8000, 4000), 2000.0),
        feature("c", (0, 0)),
    ]
    assert judge(wide, claim("continuous", "c", "a b")).state is State.HOLDS
    far = [
        feature("a", (4000, 3000), 2500.0),
        feature("b", (9000, 0), 2500.0),
        feature("c", (0, 0)),
    ]
    verdict = judge(far, claim("continuous", "c", "a b", max_detour=1.1))
    assert verdict.state is State.UNCERTAIN
    assert verdict.measure.value is None


def test_estimate_says_nothing_of_a_detour():
    assert run_stops("a z", settings=Settings(estimate=True)).state is State.NO_DATA
