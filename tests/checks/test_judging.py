"""From parts to verdicts: thresholds, gravity, the decisive number, confidence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatialplan.checks.judging import best_of, conclude, judge
from spatialplan.model.plan import Origin, Parameter
from spatialplan.model.verdict import Confidence, Part, State
from spatialplan.text import Text

from .world import claim, context_of, features_at

LIMIT = Parameter(value=100.0, origin=Origin.ASSUMED)
KIND = {
    "h": State.HOLDS,
    "f": State.FAILS,
    "u": State.UNCERTAIN,
    "r": State.UNROUTABLE,
    "n": State.NO_DATA,
}


def part(state, value=None, delta=0.0, **more):
    return Part(subject="a", object="b", state=KIND[state], value=value, delta=delta,
                cause=Text(f"{state}{value}", f"{state}{value}"), **more)  # fmt: skip


def whole(*parts, accuracy_m=1.0, **more):
    one = claim("near", "a", "b", max_km=1)
    context = context_of(features_at(accuracy_m, a=(0, 0), b=(10, 0)), [one])
    return conclude(context, one, parts, unit="m", threshold=LIMIT, **more)


@pytest.mark.parametrize(
    ("value", "delta", "at_most", "state"),
    [
        (80, 10, True, "h"), (95, 10, True, "u"), (105, 10, True, "u"), (120, 10, True, "f"),
        (90, 10, True, "u"), (110, 10, True, "u"), (89.9, 10, True, "h"), (110.1, 10, True, "f"),
        (100, 0, True, "h"), (100.1, 0, True, "f"), (99.9, 0, True, "h"),
        (80, 10, False, "f"), (95, 10, False, "u"), (120, 10, False, "h"),
        (100, 0, False, "h"), (99.9, 0, False, "f"), (100.1, 0, False, "h"),
    ],
)  # fmt: skip
def test_judge(value, delta, at_most, state):
    assert judge(value, 100, delta, at_most=at_most) is KIND[state]


@given(*[st.floats(0, 1000)] * 3, st.floats(0, 1000))
def test_raising_a_limit_never_turns_holds_into_fails(value, threshold, delta, more):
    order = [State.FAILS, State.UNCERTAIN, State.HOLDS]
    before, after = judge(value, threshold, delta), judge(value, threshold + more, delta)
    assert order.index(after) >= order.index(before)


@pytest.mark.parametrize(
    ("states", "answer"),
    [
        ("hhh", "h"), ("hhf", "f"), ("hun", "n"), ("hur", "r"), ("hu", "u"), ("fn", "f"), ("fr", "f"),
        ("nr", "n"), ("hn", "n"), ("hr", "r"), ("n", "n"),
    ],
)  # fmt: skip
def test_gravity(states, answer):
    assert whole(*[part(s) for s in states]).state is KIND[answer]
    assert whole(*[part(s) for s in reversed(states)]).state is KIND[answer]


@pytest.mark.parametrize(
    ("states", "answer"),
    [
        ("fh", "h"),
        ("fu", "u"),
        ("fn", "n"),
        ("fr", "r"),
        ("nh", "h"),
        ("un", "u"),
        ("ff", "f"),
        ("rh", "h"),
    ],
)
def test_alternatives(states, answer):
    assert best_of([part(s) for s in states]).state is KIND[answer]
    assert best_of([part(s) for s in reversed(states)]).state is KIND[answer]


def test_nearest_of_equal_alternatives_answers():
    assert best_of([part("h", 30.0), part("h", 20.0)]).value == 20
    assert best_of([part("f", 300.0), part("f", 200.0)]).value == 200


def test_alternative_of_better_state_goes_before_the_nearer():
    assert best_of([part("u", 95.0, 50.0), part("h", 96.0, 1.0)]).value == 96


def test_open_alternative_also_names_the_nearest_that_fails():
    best = best_of([part("f", 300.0), part("n"), part("f", 200.0)])
    assert best.cause.zh == "nNone；f200.0"


def test_decisive_number_is_of_the_parts_that_decide():
    verdict = whole(part("u", 150.0, 60.0), part("f", 140.0, 1.0), part("h", 10.0))
    assert (verdict.state, verdict.measure.value) == (State.FAILS, 140)
    assert "f140" in verdict.cause.zh


def test_measure_shows_threshold_unit_and_origin():
    measure = whole(part("h", 80.0)).measure
    assert (measure.value, measure.unit, measure.threshold, measure.origin) == (
        80,
        "m",
        100,
        Origin.ASSUMED,
    )


def test_unmeasured_verdict_shows_what_is_known():
    assert whole(part("n"), part("h", 80.0)).measure.value == 80
    assert whole(part("n")).measure.value is None


def test_cause_counts_the_parts():
    cause = whole(part("h", 1.0), part("n"), part("n")).cause
    assert cause.zh.startswith("共 3 项：1 项成立、2 项无数据")
    assert cause.en.startswith("3 parts: 1 hold, 2 without data")


@pytest.mark.parametrize(
    ("parts", "grade"),
    [
        ([part("h", 10.0, 30.0)], "high"),  # margin 90 of 30
        ([part("h", 50.0, 30.0)], "medium"),  # 50 of 30
        ([part("h", 60.0, 30.0)], "low"),  # 40 of 30
        (
            [part("h", 60.0, 0.1), part("h", 50.0, 30.0)],
            "medium",
        ),  # the least sure of those that hold
        ([part("f", 1000.0, 1.0), part("f", 120.0, 19.0)], "high"),  # one sure failure is enough
        ([part("u", 100.0, 30.0)], "low"),
        ([part("n")], "low"),
        ([part("r")], "low"),
        ([part("h", 1.0, 0.1, estimated=True)], "low"),
    ],
)
def test_confidence_by_margin(parts, grade):
    assert whole(*parts).confidence is Confidence(grade)


@pytest.mark.parametrize(("accuracy", "grade"), [(300, "high"), (301, "medium"), (2001, "low")])
def test_confidence_by_accuracy_where_there_is_no_margin(accuracy, grade):
    assert whole(part("h", 10.0), accuracy_m=accuracy).confidence is Confidence(grade)


def test_large_numbers_are_written_out():
    assert "12.48 公里" in whole(part("f", 12484.44)).would_change.zh


def test_estimate_of_one_part_marks_the_whole():
    assert whole(part("h", 1.0, estimated=True), part("h", 2.0)).estimated
    assert not whole(part("h", 1.0)).estimated
