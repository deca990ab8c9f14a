"""Every predicate of the vocabulary has its check, and every check answers for nothing located."""

from __future__ import annotations

import pytest

from spatialplan.checks import CHECKS
from spatialplan.model.predicates import PREDICATES
from spatialplan.model.verdict import Confidence, State

from .world import claim, feature, judge

NUMBERS = {"max_km": 5, "max_min": 5, "count": 2, "length_km": 3, "distance_m": 10}


def bare_claim(predicate):
    spec = PREDICATES[predicate]
    params = {n: NUMBERS[n] for n, p in spec.params.items() if p.default is None and not p.optional}
    return claim(predicate, "a b", "c d" if spec.takes_objects else "", **params)


def test_checks_are_the_vocabulary():
    assert set(CHECKS) == set(PREDICATES)


@pytest.mark.parametrize("predicate", PREDICATES)
def test_nothing_located_is_no_data(predicate):
    verdict = judge([feature(key) for key in "abcd"], bare_claim(predicate))
    assert verdict.state is State.NO_DATA
    assert verdict.confidence is Confidence.LOW
    assert verdict.claim_id == "k"
    assert verdict.parts
    assert verdict.cause.zh
    assert verdict.would_change.zh
    assert not verdict.estimated


@pytest.mark.parametrize("predicate", PREDICATES)
def test_unlocated_features_among_located_never_hold(predicate):
    features = [feature("a", (10, 10)), feature("b"), feature("c", (20, 10)), feature("d")]
    assert judge(features, bare_claim(predicate)).state is not State.HOLDS


@pytest.mark.parametrize("predicate", PREDICATES)
def test_every_text_is_in_both_languages(predicate):
    verdict = judge([feature(key, (10, 10)) for key in "abcd"], bare_claim(predicate))
    for text in (verdict.cause, verdict.would_change, *(p.cause for p in verdict.parts)):
        assert text.zh
        assert text.en


@pytest.mark.parametrize("predicate", ["connected", "reaches", "near", "along", "meets", "adjoins"])
def test_a_claim_about_itself_is_no_data(predicate):
    one = bare_claim(predicate)
    own = claim(predicate, "a", "a", **{name: p.value for name, p in one.params.items()})
    assert judge([feature("a", (10, 10))], own).state is State.NO_DATA
