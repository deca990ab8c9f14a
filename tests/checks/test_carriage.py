"""carries: a line as a way between places."""

from __future__ import annotations

import pytest
from shapely import LineString, MultiLineString

from spatialplan.model.verdict import State

from .world import claim, feature, features_at, judge, network_of

# A quick road along y = 0 and one round by y = 3 km, both from x = 0 to 10.
LOOP = (
    [(0, 0), (10_000, 0)],
    [(0, 0), (0, 3000), (10_000, 3000), (10_000, 0)],
    [(12_000, 5000), (12_000, 9000)],
)
ROUND = LineString([(0, 3000), (10_000, 3000)])


def verdict_of(line, limit=1.5, places=None, objects="a b", **params):
    places = places or {"a": (0, 0), "b": (10_000, 0)}
    features = [*features_at(**places), feature("line", line)]
    one = claim("carries", "line", objects, max_detour=limit, **params)
    return judge(features, one, network=network_of(LOOP, (True, True, True)))


def test_detour_by_the_line_is_measured():
    """10 km straight, 16 km by the line: 1.6 times."""
    assert verdict_of(ROUND, limit=1.5).state is State.FAILS
    assert verdict_of(ROUND, limit=1.7).state is State.HOLDS
    assert "1.60 倍" in verdict_of(ROUND, limit=1.7).cause.zh


def test_a_line_on_the_quickest_path_carries():
    verdict = verdict_of(LineString([(2000, 0), (8000, 0)]))
    assert verdict.state is State.HOLDS
    assert verdict.measure.value == 1.0


def test_a_line_that_only_touches_the_path_carries_nothing():
    """The spur leaves the path at once: a kilometre on it and back is two more."""
    roads = ([(0, 0), (5000, 0)], [(5000, 0), (10_000, 0)], [(5000, 0), (5000, 4000)])
    features = [
        *features_at(a=(0, 0), b=(10_000, 0)),
        feature("spur", LineString([(5000, 200), (5000, 4000)])),
    ]
    one = claim("carries", "spur", "a b", max_detour=1.1)
    verdict = judge(features, one, network=network_of(roads, (True,) * 3))
    assert verdict.state is State.FAILS


def test_the_share_of_the_pairs_decides():
    """c lies beside a: a–c does not gain by the line, a–b and c–b do."""
    places = {"a": (0, 0), "b": (10_000, 0), "c": (1500, 0)}
    line = LineString([(4000, 0), (9000, 0)])
    verdict = verdict_of(line, places=places, objects="a b c", min_share=0.5)
    assert verdict.measure.value == pytest.approx(2 / 3, abs=1e-4)
    assert verdict.state is State.HOLDS
    assert verdict_of(line, places=places, objects="a b c", min_share=0.9).state is State.FAILS


def test_a_pair_without_a_way_leaves_it_open():
    places = {"a": (0, 0), "b": (10_000, 0), "c": (12_000, 6000)}
    line = LineString([(4000, 0), (9000, 0)])
    verdict = verdict_of(line, places=places, objects="a b c", min_share=0.5)
    assert verdict.state is State.UNCERTAIN
    assert verdict.measure.value == pytest.approx(1 / 3, abs=1e-4)
    assert verdict_of(line, places=places, objects="a c").state is State.UNROUTABLE


def test_an_absurd_quickest_path_shows_nothing():
    """The places are 1 km apart across a missing bridge and 21 km by road."""
    roads = ([(0, 0), (10_000, 0), (10_000, 1000), (0, 1000)],)
    features = [
        *features_at(a=(0, 0), b=(0, 1000)),
        feature("line", LineString([(0, 0), (9000, 0)])),
    ]
    verdict = judge(features, claim("carries", "line", "a b"), network=network_of(roads, (True,)))
    assert verdict.state is State.NO_DATA
    assert "疑缺路" in verdict.cause.zh


def test_parts_of_a_line_are_not_joined_by_their_gap():
    """Two pieces of 400 m, 8 km apart, hold no kilometre; the longest piece counts instead."""
    line = MultiLineString([[(0, 3000), (400, 3000)], [(8400, 3000), (8800, 3000)]])
    verdict = verdict_of(line, limit=1.5)
    assert verdict.state is State.FAILS


@pytest.mark.parametrize("ends", [[(2000, 0), (8000, 0)], [(8000, 0), (2000, 0)]])
def test_the_line_is_driven_either_way(ends):
    verdict = verdict_of(LineString(ends), limit=1.1)
    assert verdict.state is State.HOLDS
    assert "1.00 倍" in verdict.cause.zh


def test_one_ways_count_to_the_line_and_from_it():
    """The way round leads from b to a only: a and b cannot go from one to the other by it."""
    roads = (LOOP[0], LOOP[1][::-1])
    features = [*features_at(a=(0, 0), b=(10_000, 0)), feature("line", ROUND)]
    one = claim("carries", "line", "a b", max_detour=2.0)
    both = judge(features, one, network=network_of(roads, (True, True)))
    assert both.state is State.HOLDS
    assert judge(features, one, network=network_of(roads, (True, False))).state is State.FAILS
