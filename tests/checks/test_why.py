"""The story of a verdict, and the values at which it turns."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from spatialplan.checks import CHECKS
from spatialplan.checks.why import explain, sensitivity_of
from spatialplan.model.verdict import State

from .world import claim, context_of, feature, features_at

PLACES = {"a": (0, 0), "b": (3000, 0)}


def turned(features, one, name):
    context = context_of(features, [one])
    verdict = CHECKS[one.predicate](context, one)
    return next(s for s in sensitivity_of(context, one, verdict) if s.name == name)


def test_a_limit_turns_at_the_measured_value_and_its_uncertainty():
    """3 km by road, ± √2 m: fails below 2.9986 km, holds above 3.0014 km."""
    found = turned(features_at(**PLACES), claim("connected", "a", "b", max_km=5.0), "max_km")
    assert found.above is None
    assert found.below is not None
    assert found.below.state == "uncertain"
    assert found.below.value == pytest.approx(3.0014, abs=5e-4)
    other = turned(features_at(**PLACES), claim("connected", "a", "b", max_km=1.0), "max_km")
    assert other.below is None
    assert other.above is not None
    assert other.above.value == pytest.approx(2.9986, abs=5e-4)


@settings(max_examples=25, deadline=None)
@given(limit=st.floats(0.2, 20.0))
def test_a_flip_is_where_the_check_itself_turns(limit):
    features, one = features_at(30.0, **PLACES), claim("connected", "a", "b", max_km=limit)
    context = context_of(features, [one])
    state = CHECKS["connected"](context, one).state
    found = turned(features, one, "max_km")
    for flip, step in ((found.below, -1), (found.above, 1)):
        if flip is None:
            continue
        for value, same in ((flip.value, False), (flip.value * (1 - step * 0.002), True)):
            moved = replace(
                one,
                params=MappingProxyType({"max_km": replace(one.params["max_km"], value=value)}),
            )
            assert (CHECKS["connected"](context, moved).state is state) is same


def test_a_default_that_decides_is_told():
    """b lies 800 m off its road: at a snap limit below that it cannot be routed."""
    features = features_at(a=(0, 0), b=(3000, 800))
    found = turned(features, claim("connected", "a", "b"), "snap_m")
    assert found.below is not None
    assert found.below.state == "unroutable"
    assert found.below.value == pytest.approx(800, rel=0.01)
    assert found.above is None
    assert found.high == 1500.0


def test_counts_are_varied_by_number():
    found = turned(features_at(**PLACES), claim("counts", "a b", count=2), "count")
    assert found.low == 0.0
    assert found.below is not None
    assert found.above is not None


def test_an_open_ring_turns_at_its_longest_gap():
    sides = {
        "north": LineString([(0, 4000), (4000, 4000), (4000, 2500)]),
        "south": LineString([(4000, 1500), (4000, 0), (0, 0), (0, 4000)]),
    }
    one = claim("ring_closed", list(sides), gap_m=100.0)
    found = turned([feature(key, line) for key, line in sides.items()], one, "gap_m")
    assert found.above is not None
    assert found.above.state == "holds"
    assert found.above.value == pytest.approx(1000, rel=0.05)


def test_the_story_names_features_and_roads():
    features, one = features_at(**PLACES), claim("connected", "a", "b", max_km=5.0)
    told = explain(context_of(features, [one]), one)
    assert told.verdict.state is State.HOLDS
    assert [(used.side, used.feature.id) for used in told.features] == [
        ("subject", "a"), ("object", "b")
    ]  # fmt: skip
    (route,) = told.routes
    assert (route.subject, route.object) == ("a", "b")
    (road,) = route.stretches
    assert road.road_class == "street"
    assert road.km == pytest.approx(3.0, abs=1e-3)  # of the first four kilometres of the street
    assert road.minutes == pytest.approx(3.0, abs=1e-3)
    assert told.clause.id == "c"


def test_only_the_routes_of_the_claim_are_told():
    features = features_at(**PLACES, c=(10_000, 0))
    first, second = claim("connected", "a", "c", id="x"), claim("connected", "a", "b", id="k")
    context = context_of(features, [first, second])
    CHECKS["connected"](context, first)
    assert [route.object for route in explain(context, second).routes] == ["b"]
