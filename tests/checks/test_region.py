"""coheres: members nearer to each other than to places outside."""

from __future__ import annotations

import pytest

from spatialplan.model.verdict import State

from .world import claim, feature, features_at, judge

PLACES = {"a": (0, 0), "b": (2000, 0), "far": (10_000, 0)}


def test_ratio_of_the_means():
    """2 minutes within; 10 and 8 to the outside: 2 / 9."""
    verdict = judge(features_at(**PLACES), claim("coheres", "a b", "far"))
    assert verdict.measure.value == pytest.approx(2 / 9, abs=1e-3)
    assert verdict.state is State.HOLDS
    assert judge(features_at(**PLACES), claim("coheres", "a far", "b")).state is State.FAILS


def test_a_ratio_within_its_uncertainty_is_open():
    features = features_at(800.0, **PLACES)
    verdict = judge(features, claim("coheres", "a b", "far", max_ratio=0.25))
    assert verdict.state is State.UNCERTAIN


def test_an_unknown_place_leaves_it_open():
    features = [*features_at(**PLACES), feature("lost")]
    assert judge(features, claim("coheres", "a b", "far lost")).state is State.NO_DATA
    island = features_at(**PLACES, island=(5000, 4000))
    assert judge(island, claim("coheres", "a b", "far island")).state is State.UNROUTABLE


def test_places_that_are_all_members_cannot_be_compared():
    verdict = judge(features_at(**PLACES), claim("coheres", "a b far", "a"))
    assert verdict.state is State.NO_DATA
