"""classed: the share of the path on roads of at least a class."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spatialplan.model.verdict import State

from . import world
from .world import claim, feature, features_at, judge, network_of


def verdict_on(classes, share=50.0, rank=2.0, stops="a b"):
    features = [*features_at(a=(0, 0), b=(10_000, 0), c=(4000, 0)), feature("way")]
    one = claim("classed", "way", stops, max_rank=rank, share_pct=share)
    return judge(features, one, network=network_of(road_class=classes))


def test_share_of_the_length():
    """4 km of lane and 6 km of motorway: 60 % are of that class."""
    classes = ["lane", "motorway", "lane", "lane", "lane"]
    assert verdict_on(classes).measure.value == pytest.approx(60.0, abs=0.01)
    assert verdict_on(classes, share=59.9).state is State.HOLDS
    assert verdict_on(classes, share=60.1).state is State.FAILS


def test_the_class_itself_is_good_enough():
    classes = ["lane", "motorway", "lane", "lane", "lane"]
    assert verdict_on(classes, rank=1.0).state is State.HOLDS
    assert verdict_on(classes, rank=0.9).state is State.FAILS


def test_of_legs_that_hold_the_least_is_told():
    classes = ["lane", "motorway", "lane", "lane", "lane"]
    verdict = verdict_on(classes, share=0.0, stops="a c b")
    assert verdict.state is State.HOLDS
    assert verdict.measure.value == 0.0


def test_only_what_is_driven_of_a_road_counts():
    """From 3 to 10 km: one of lane, six of motorway."""
    features = [*features_at(a=(3000, 0), b=(10_000, 0)), feature("way")]
    roads = network_of(road_class=["lane", "motorway", "lane", "lane", "lane"])
    verdict = judge(features, claim("classed", "way", "a b"), network=roads)
    assert verdict.measure.value == pytest.approx(600 / 7, abs=0.1)


def test_the_worst_leg_decides():
    classes = ["lane", "motorway", "lane", "lane", "lane"]
    verdict = verdict_on(classes, stops="a c b")
    assert [part.value for part in verdict.parts] == [0.0, pytest.approx(100.0)]
    assert verdict.measure.value == 0.0
    assert verdict.state is State.FAILS


def test_roads_of_unknown_class_may_be_either(monkeypatch):
    speeds = replace(world.SPEEDS, kmh={**world.SPEEDS.kmh, "unknown": 60.0})
    monkeypatch.setattr(world, "SPEEDS", speeds)
    classes = ["unknown", "motorway", "lane", "lane", "lane"]
    assert verdict_on(classes, share=50).state is State.HOLDS
    assert verdict_on(classes, share=80).state is State.UNCERTAIN
    classes = ["unknown", "lane", "lane", "lane", "lane"]
    assert verdict_on(classes, share=80).state is State.FAILS


def test_a_leg_without_road_is_not_classed():
    features = [*features_at(a=(0, 0), island=(5000, 4000)), feature("way")]
    one = claim("classed", "way", "a island")
    assert judge(features, one).state is State.UNROUTABLE
