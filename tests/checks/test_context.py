"""The context: features in metres on the network, however few of them are located."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from shapely import LineString, MultiPoint, box

from spatialplan.checks.context import parameter, snap_limit_m
from spatialplan.model.plan import Concept, Origin, Parameter
from spatialplan.model.verdict import State
from spatialplan.text import Text

from .world import (
    ORIGIN,
    claim,
    context_of,
    feature,
    features_at,
    judge,
    network_of,
    plan_of,
)


def test_shapes_are_in_metres_of_the_plan():
    context = context_of(features_at(1.0, a=(1000, 500)))
    assert np.allclose(
        context.shapes["a"].coords[0], (ORIGIN[0] + 1000, ORIGIN[1] + 500), atol=0.01
    )
    there = context.to_wgs84(context.shapes["a"])
    assert np.allclose(there.coords[0], context.features["a"].geometry.coords[0], atol=1e-9)


@pytest.mark.parametrize("claims", [[], [claim("connected", "a", "b")]])
def test_nothing_located_is_no_reason_to_fail(claims):
    context = context_of([feature("a"), feature("b")], claims)
    assert context.shapes == {}
    assert context.access == {}


def test_no_claim_on_roads():
    context = context_of(features_at(1.0, a=(10, 10)), [claim("counts", "a", count=1)])
    assert context.is_located("a")


def test_parameters_of_the_claim_go_before_the_defaults():
    one = claim("connected", "a", "b", max_km=3)
    assert (parameter(one, "max_km").value, parameter(one, "max_km").origin) == (3, Origin.PLAN)
    assert (parameter(one, "snap_m").value, parameter(one, "snap_m").origin) == (
        1500,
        Origin.ASSUMED,
    )
    assert parameter(one, "max_min") is None


def test_points_of_each_feature_are_its_own():
    features = [feature("l", LineString([(0, 0), (1000, 0)])), feature("p", (5, 5)), feature("u"),
                feature("m", MultiPoint([(0, 0), (9, 9)])), feature("area", box(0, 0, 10, 10))]  # fmt: skip
    context = context_of(features)
    counts = {key: len(access.points) for key, access in context.access.items()}
    assert counts == {"l": 6, "p": 1, "m": 2, "area": 1}
    assert sorted(np.concatenate([a.points for a in context.access.values()])) == list(range(10))
    for key, access in context.access.items():
        for x, y in context.xy[access.points]:
            assert context.shapes[key].distance(MultiPoint([(x, y)])) < 0.01


def test_accuracy_of_the_roads_counts():
    features = features_at(30.0, a=(1000, 0), b=(9000, 0))
    (part,) = judge(
        features, claim("connected", "a", "b"), network=network_of(accuracy_m=40.0)
    ).parts
    assert part.delta == pytest.approx((30**2 + 30**2 + 40**2) ** 0.5)


def test_order_of_features_does_not_matter():
    features = features_at(1.0, a=(1000, 0), b=(9000, 0), c=(4000, 2000))
    one = claim("connected", "a", "b c")
    first, second = judge(features, one), judge(features[::-1], one)
    assert first.state is State.HOLDS
    assert [p.value for p in first.parts] == pytest.approx([p.value for p in second.parts])


def test_a_concept_may_look_farther_for_a_road_than_any_claim():
    concept = Concept(
        id="g", family="regions", theme="t", clause="c", name=Text("g", "g"),
        roles={"core": ("a",), "seats": ("a",)},
    )  # fmt: skip
    plan = plan_of([feature("a")], [claim("reaches", "a", "a", max_min=5)])
    assert snap_limit_m(plan) == 1500.0
    assert snap_limit_m(replace(plan, concepts=(concept,))) == 3000.0
    own = replace(concept, params={"snap_m": Parameter(value=700.0, origin=Origin.PLAN)})
    assert snap_limit_m(replace(plan, concepts=(own,))) == 1500.0
    assert snap_limit_m(replace(plan, claims=(), concepts=(own,))) == 700.0
