"""present and counts, by hand."""

from __future__ import annotations

import pytest

from spatialplan.model.evidence import EvidenceState
from spatialplan.model.plan import Origin
from spatialplan.model.verdict import Confidence, State

from .world import claim, evidence_of, feature, judge

CONFIRMED, PROBABLE, CONTRADICTED, NOT_FOUND, NO_DATA = EvidenceState


def find(state, distance_m=None, accuracy_m=1.0, at=(0, 0), **params):
    evidence = [evidence_of("f", state, distance_m)]
    return judge([feature("f", at, accuracy_m)], claim("present", "f", **params), evidence=evidence)


@pytest.mark.parametrize(
    ("evidence", "distance_m", "state"),
    [(CONFIRMED, 0.0, "holds"), (CONFIRMED, 1990.0, "holds"), (CONFIRMED, 2100.0, "fails"),
     (PROBABLE, 100.0, "uncertain"), (CONTRADICTED, 9000.0, "fails"), (NOT_FOUND, None, "no_data"),
     (NO_DATA, None, "no_data")],
)  # fmt: skip
def test_only_a_confirmed_match_holds(evidence, distance_m, state):
    verdict = find(evidence, distance_m)
    assert verdict.state == state
    assert verdict.measure.value == (distance_m if state != "no_data" else None)
    assert (verdict.measure.unit, verdict.measure.threshold) == ("m", 2000)
    assert verdict.measure.origin is Origin.ASSUMED


def test_a_rough_place_beyond_the_tolerance_is_uncertain():
    assert find(CONFIRMED, 2500.0, accuracy_m=3000.0).state is State.UNCERTAIN
    assert find(CONFIRMED, 3500.0, accuracy_m=3000.0).state is State.FAILS


def test_tolerance_of_the_claim_counts():
    assert find(CONFIRMED, 500.0, tolerance_m=400).state is State.FAILS
    assert find(CONFIRMED, 500.0, tolerance_m=600).state is State.HOLDS


def test_all_have_to_be_found():
    features = [feature("f", (1000, 0)), feature("g", (1000, 0))]
    evidence = [evidence_of("f", CONFIRMED, 3.0), evidence_of("g", NOT_FOUND)]
    verdict = judge(features, claim("present", "f g"), evidence=evidence)
    assert verdict.state is State.NO_DATA
    assert verdict.cause.zh.startswith("找到 1/2 处")


@pytest.mark.parametrize(
    ("located", "unlocated", "count", "state", "value"),
    [(3, 0, 3, "holds", 3), (2, 1, 3, "no_data", 2), (4, 0, 3, "fails", 4), (3, 1, 3, "fails", 4),
     (2, 0, 3, "no_data", 2), (0, 3, 3, "no_data", 0)],
)  # fmt: skip
def test_counts(located, unlocated, count, state, value):
    features = [feature(f"a{i}", (i, 0)) for i in range(located)]
    features += [feature(f"b{i}") for i in range(unlocated)]
    verdict = judge(features, claim("counts", [f.id for f in features], count=count))
    assert verdict.state == state
    assert (verdict.measure.value, verdict.measure.unit, verdict.measure.threshold) == (
        value,
        "count",
        count,
    )


def test_rough_places_make_a_count_less_sure():
    def grade(accuracy_m):
        return judge([feature("a", (0, 0), accuracy_m)], claim("counts", "a", count=1)).confidence

    assert [grade(a) for a in (100.0, 1000.0, 5000.0)] == list(Confidence)


def test_a_count_asks_for_the_places_that_are_missing_not_for_a_map():
    features = [feature("a", (0, 0)), feature("b"), feature("c")]
    verdict = judge(features, claim("counts", "a b c", count=3))
    assert verdict.state is State.NO_DATA
    assert verdict.would_change.zh == "补充 2 处位置：b、c"
    assert verdict.would_change.en == "locate 2 features: b, c"
