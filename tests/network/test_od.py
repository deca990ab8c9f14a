"""Costs of all pairs and paths of chosen pairs, against one search per village."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from spatialplan.network import od
from spatialplan.network.nearest import nearest_two
from spatialplan.network.od import cost_matrix, pair_paths

from .lines import make_network, snap
from .test_nearest import SNAP_M, brute_force, worlds
from .test_routing import LOOP, network_of


@pytest.mark.parametrize("by", ["time", "length"])
@given(world=worlds(), limit=st.sampled_from([np.inf, 30_000.0, 5000.0, 0.0]))
@settings(max_examples=60, deadline=None)
def test_matrix_equals_brute_force(by, world, limit):
    edges, villages, facilities = world
    network = network_of(edges)
    a, b, expected = brute_force(network, villages, facilities, by)
    expected[expected > limit] = np.inf
    found = cost_matrix(network, a, villages, b, facilities, by=by, limit=limit)
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("by", ["time", "length"])
@given(world=worlds(), data=st.data())
@settings(max_examples=60, deadline=None)
def test_pairs_equal_brute_force(by, world, data):
    edges, villages, facilities = world
    network = network_of(edges)
    a, b, expected = brute_force(network, villages, facilities, by)
    every = np.argwhere(np.ones(expected.shape))
    chosen = data.draw(st.lists(st.sampled_from(range(len(every))))) if len(every) else []
    pairs = every[chosen]
    with pytest.MonkeyPatch.context() as patch:  # a bold guess, so that some need a second try
        patch.setattr(od, "_DETOUR_M", data.draw(st.sampled_from([0.0, 2000.0])))
        found = pair_paths(network, (a, villages), (b, facilities), pairs, by=by)
    assert np.array_equal(found.cost, expected[pairs[:, 0], pairs[:, 1]])
    assert np.array_equal(found.reached, np.isfinite(found.cost))
    own = found.time_ms if by == "time" else found.length_m * 1000
    lines = found.paths(np.arange(len(pairs)))
    for k, (i, j) in enumerate(pairs):
        if not found.reached[k]:
            assert lines[k] is None
            assert np.isnan([found.time_ms[k], found.length_m[k], found.road_m[k]]).all()
            continue
        assert own[k] == pytest.approx(found.cost[k], abs=0.5 if by == "time" else 30)
        assert lines[k].length == pytest.approx(found.length_m[k], abs=0.1)
        assert lines[k].coords[0] == pytest.approx(villages[i], abs=1e-5)
        assert lines[k].coords[-1] == pytest.approx(facilities[j], abs=1e-5)


@given(world=worlds())
@settings(max_examples=30, deadline=None)
def test_nearest_is_the_least_of_the_matrix(world):
    edges, villages, facilities = world
    network = network_of(edges)
    a, b = snap(network, villages, SNAP_M), snap(network, facilities, SNAP_M)
    matrix = cost_matrix(network, a, villages, b, facilities, by="time")
    found = nearest_two(network, a, villages, b, facilities, "time")
    assert np.array_equal(found.cost[:, 0], matrix.min(axis=1, initial=np.inf))


RING = {"forward": [True] * 4, "backward": [False] * 4}


@pytest.mark.parametrize("turned", [False, True])
def test_direction_holds_whichever_side_is_searched_from(turned):
    """One against three: the search starts at the one, ahead or against the direction of travel."""
    network = make_network(*LOOP, **RING)
    one, three = np.array([[50.0, 0]]), np.array([[20.0, 0], [100, 50], [50, 100]])
    a, b = (three, one) if turned else (one, three)
    cost = cost_matrix(network, snap(network, a), a, snap(network, b), b, by="length").ravel()
    assert cost.tolist() == ([30e3, 300e3, 200e3] if turned else [370e3, 100e3, 200e3])
    pairs = np.argwhere(np.ones((len(a), len(b))))
    found = pair_paths(network, (snap(network, a), a), (snap(network, b), b), pairs, by="length")
    assert found.cost.tolist() == cost.tolist()
    line = found.paths(np.array([1]))[0]
    ahead = [(50, 0), (100, 0), (100, 50)]
    back = [(100, 50), (100, 100), (0, 100), (0, 0), (20, 0), (50, 0)]
    assert line.equals_exact(shapely.LineString(back if turned else ahead), 1e-9)


def test_limit_includes_the_legs():
    network = make_network([(0, 0), (1000, 0)])
    a, b = np.array([[100.0, 20]]), np.array([[600.0, 10]])
    snaps = snap(network, a), snap(network, b)
    for limit, expected in ((530_000, 530_000.0), (529_999, np.inf)):
        cost = cost_matrix(network, snaps[0], a, snaps[1], b, by="length", limit=limit)
        assert cost.tolist() == [[expected]]
        pairs = pair_paths(
            network, (snaps[0], a), (snaps[1], b), np.array([[0, 0]]), by="length", limit=limit
        )
        assert pairs.cost.tolist() == [expected]


def test_batches_change_nothing(monkeypatch):
    network = make_network(*LOOP, **RING)
    a = np.column_stack([np.linspace(5, 95, 7), np.zeros(7)])
    b = np.column_stack([np.linspace(3, 97, 9), np.full(9, 100.0)])
    sides = (snap(network, a), a), (snap(network, b), b)
    pairs = np.argwhere(np.ones((7, 9)))[::-2]
    whole = cost_matrix(network, *sides[0], *sides[1], by="time")
    traced = pair_paths(network, *sides, pairs, by="time")
    monkeypatch.setattr(od, "_BATCH_BYTES", 1.0)
    assert np.array_equal(cost_matrix(network, *sides[0], *sides[1], by="time"), whole)
    again = pair_paths(network, *sides, pairs, by="time")
    assert np.array_equal(again.cost, traced.cost)
    rows = np.arange(len(pairs))
    for one, other in zip(traced.paths(rows), again.paths(rows), strict=True):
        assert one.equals_exact(other)


def test_a_long_way_round_is_found_and_another_piece_is_not():
    network = make_network(
        [(0, 0), (5000, 0), (5000, 50), (0, 50)], [(0, 90), (100, 90)], [(0, 50), (-10, 50)],
        backward=[True, True, False],
    )  # fmt: skip
    a, b = np.array([[0.0, 0], [-10, 50]]), np.array([[0.0, 50], [50, 90]])
    sides = (snap(network, a), a), (snap(network, b), b)
    found = pair_paths(network, *sides, np.argwhere(np.ones((2, 2))), by="length")
    assert found.cost.tolist() == [10_050_000, np.inf, np.inf, np.inf]
    assert found.paths(np.array([0]))[0].equals(network.geometry[0])
    short = pair_paths(network, *sides, np.array([[0, 0]]), by="length", limit=10_049_999)
    assert not short.reached[0]


def test_worst_road_of_a_pair():
    network = make_network(
        [(0, 0), (100, 0)], [(100, 0), (200, 0)], accuracy_m=np.array([5.0, 40.0])
    )
    a, b = np.array([[50.0, 0]]), np.array([[180.0, 0], [10, 0], [50, 0]])
    pairs = np.array([[0, 0], [0, 1], [0, 2]])
    found = pair_paths(network, (snap(network, a), a), (snap(network, b), b), pairs, by="time")
    assert found.road_m.tolist() == [40, 5, 0]
    assert found.time_ms.tolist() == [13_000, 4000, 0]


def test_nothing_to_nothing():
    network = make_network([(0, 0), (100, 0)])
    none, some = np.empty((0, 2)), np.array([[5.0, 0]])
    for a, b in ((none, some), (some, none), (none, none)):
        cost = cost_matrix(network, snap(network, a), a, snap(network, b), b, by="time")
        assert cost.shape == (len(a), len(b))
        pairs = pair_paths(
            network, (snap(network, a), a), (snap(network, b), b), np.empty((0, 2)), by="time"
        )
        assert len(pairs.cost) == len(pairs.paths(np.arange(0))) == 0
