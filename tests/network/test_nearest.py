"""The two nearest facilities: by hand, and against one search per village."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from spatialplan.model.network import Snaps
from spatialplan.network.nearest import nearest_two
from spatialplan.network.routing import graph_with_points, reach

from .lines import make_network, snap
from .test_routing import LOOP, network_of

LEG_MS = 200.0  # access at 18 km/h: a metre takes 200 ms
SNAP_M = 60.0


@st.composite
def worlds(draw):
    """Return roads (some one-way, some parallel), villages and facilities near and far from them.

    Facilities share spots with each other, with villages and with junctions.
    """
    spot = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda p: (100 * p[0], 100 * p[1]))
    road = st.tuples(spot, spot, st.booleans()).filter(lambda r: r[0] != r[1])
    roads = draw(st.lists(road, min_size=1, max_size=12))
    roads += [(a, b, not one_way) for a, b, one_way in roads[: draw(st.integers(0, 3))]]
    edges = [([a, b], one_way) for a, b, one_way in roads]
    if draw(st.booleans()):  # a bent edge parallel to the first
        a, b, one_way = roads[0]
        edges.append(([a, (a[0] + 30, a[1] + 70), b], one_way))
    place = st.one_of(spot, st.tuples(st.integers(-80, 380), st.integers(-80, 380)))
    pool = draw(st.lists(place, min_size=1, max_size=6))
    pick = st.one_of(place, st.sampled_from(pool))
    villages = draw(st.lists(pick, min_size=1, max_size=6))
    facilities = draw(st.lists(pick, min_size=0, max_size=6))
    return edges, np.array(villages, dtype=float), np.array(facilities, float).reshape(-1, 2)


def both(a: Snaps, b: Snaps) -> Snaps:
    return Snaps(**{k: np.concatenate([getattr(a, k), getattr(b, k)]) for k in Snaps.__slots__})


def brute_force(network, villages, facilities, by, limit_m=SNAP_M):
    """Return the costs of all pairs by one search per village, and the straight line's where due.

    The searches run with the direction of travel, on the same routing graph.
    """
    a, b = snap(network, villages, limit_m), snap(network, facilities, limit_m)
    graph = graph_with_points(network, both(a, b), by)
    per_m = LEG_MS if by == "time" else 1000.0
    out = np.full((len(villages), len(facilities)), np.inf)
    for i in range(len(villages)):
        found = reach(graph, np.array([i])).cost
        for j in range(len(facilities)):
            node = graph.point_node[len(villages) + j]
            legs = [float(s.offset_m[k]) if s.edge[k] >= 0 else 0.0 for s, k in ((a, i), (b, j))]
            if node >= 0 and a.edge[i] >= 0:
                out[i, j] = found[node] + sum(np.rint(leg * per_m) for leg in legs)
            straight = np.hypot(*(villages[i] - facilities[j]))
            if straight <= sum(legs):
                out[i, j] = min(out[i, j], np.rint(straight * per_m))
    return a, b, out


@pytest.mark.parametrize("by", ["time", "length"])
@given(world=worlds())
@settings(max_examples=100, deadline=None)
def test_both_equal_brute_force(by, world):
    edges, villages, facilities = world
    network = network_of(edges)
    a, b, expected = brute_force(network, villages, facilities, by)
    found = nearest_two(network, a, villages, b, facilities, by)
    for i, row in enumerate(expected):
        order = [j for j in np.argsort(row, kind="stable") if np.isfinite(row[j])][:2]
        assert found.facility[i].tolist() == order + [-1] * (2 - len(order))
        assert found.cost[i, : len(order)].tolist() == row[order].tolist()
        assert np.isinf(found.cost[i, len(order) :]).all()
        for rank in (0, 1):
            check_path(found, i, rank, villages, facilities, by)


def check_path(found, i, rank, villages, facilities, by):
    j, path = found.facility[i, rank], found.path(i, rank)
    figures = [found.time_ms[i, rank], found.length_m[i, rank], found.road_m[i, rank]]
    if j < 0:
        assert path is None
        assert np.isnan(figures).all()
        return
    assert path.coords[0] == pytest.approx(villages[i], abs=1e-5)
    assert path.coords[-1] == pytest.approx(facilities[j], abs=1e-5)
    assert path.length == pytest.approx(figures[1], abs=0.1)
    own = figures[0] if by == "time" else figures[1] * 1000
    assert own == pytest.approx(found.cost[i, rank], abs=0.5 if by == "time" else 30)


@given(world=worlds(), seed=st.integers(0, 100))
@settings(max_examples=50, deadline=None)
def test_order_of_rows_does_not_matter(world, seed):
    edges, villages, facilities = world
    network = network_of(edges)
    snapped = snap(network, villages, SNAP_M)
    plain = nearest_two(
        network, snapped, villages, snap(network, facilities, SNAP_M), facilities, "time"
    )
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(villages)), rng.permutation(len(facilities))
    mixed_villages, mixed = villages[rows], facilities[columns]
    other = nearest_two(
        network, snap(network, mixed_villages, SNAP_M), mixed_villages,
        snap(network, mixed, SNAP_M), mixed, "time",
    )  # fmt: skip
    assert np.array_equal(other.cost, plain.cost[rows])
    expected = brute_force(network, villages, facilities, "time")[2]
    for k, i in enumerate(rows):
        for rank in (0, 1):
            if other.facility[k, rank] >= 0:
                j = columns[other.facility[k, rank]]
                assert expected[i, j] == plain.cost[i, rank]


def two(network, villages, facilities, by="time", limit_m=SNAP_M):
    a, b = np.array(villages, dtype=float), np.array(facilities, dtype=float).reshape(-1, 2)
    return nearest_two(network, snap(network, a, limit_m), a, snap(network, b, limit_m), b, by)


def test_travel_is_from_the_village_to_the_facility():
    # Clockwise one-way ring of 400 m: ahead 50 m, behind 350 m the long way round.
    network = make_network(*LOOP, forward=[True] * 4, backward=[False] * 4)
    found = two(network, [(50, 0)], [(20, 0), (100, 0)])
    assert found.facility.tolist() == [[1, 0]]
    assert found.cost.tolist() == [[5000, 37_000]]
    assert found.length_m.tolist() == [[50, 370]]
    assert found.path(0, 1).equals(
        shapely.LineString([(50, 0), (100, 0), (100, 100), (0, 100), (0, 0), (20, 0)])
    )


def test_legs_count_at_the_access_speed():
    network = make_network([(0, 0), (500, 0)])
    found = two(network, [(100, 30)], [(300, -10), (150, 50)])
    # 30 + 10 m of legs and 200 m of road; 30 + 50 m of legs and 50 m of road: but the straight
    # line of 53.85 m is shorter than the two legs.
    assert found.facility.tolist() == [[1, 0]]
    straight = np.hypot(50, 20)
    assert found.cost.tolist() == [[np.rint(straight * LEG_MS), 40 * LEG_MS + 20_000]]
    assert found.length_m[0].tolist() == pytest.approx([straight, 240])
    assert found.path(0, 0).equals(shapely.LineString([(100, 30), (150, 50)]))
    assert found.path(0, 1).equals(shapely.LineString([(100, 30), (100, 0), (300, 0), (300, -10)]))


def test_facilities_at_one_spot_are_two_and_the_first_wins():
    network = make_network([(0, 0), (500, 0)])
    found = two(network, [(100, 0)], [(400, 0), (200, 0), (200, 0), (200, 0)])
    assert found.facility.tolist() == [[1, 2]]
    assert found.cost.tolist() == [[10_000, 10_000]]


def test_a_facility_on_the_spot_costs_nothing_and_has_a_path():
    network = make_network([(0, 0), (500, 0)])
    found = two(network, [(100, 0), (100, 40)], [(100, 40), (100, 0)])
    assert found.facility.tolist() == [[1, 0], [0, 1]]
    assert found.cost.tolist() == [[0, 8000], [0, 8000]]
    for i in (0, 1):
        assert found.path(i, 0).length == 0
        assert len(found.path(i, 0).coords) == 2


def test_places_without_a_road_are_linked_on_the_spot_only():
    network = make_network([(0, 0), (500, 0)])
    found = two(network, [(100, 900), (130, 900), (np.nan, 0)], [(100, 900), (200, 0)])
    assert found.facility.tolist() == [[0, -1], [-1, -1], [-1, -1]]
    assert found.cost[0, 0] == 0
    assert found.paths(np.arange(3), 0)[1:].tolist() == [None, None]


def test_no_facilities_and_no_villages():
    network = make_network([(0, 0), (500, 0)])
    none = two(network, [(100, 0)], [])
    assert none.facility.tolist() == [[-1, -1]]
    assert none.path(0, 0) is None
    a = np.empty((0, 2))
    empty = nearest_two(network, snap(network, []), a, snap(network, [(5, 0)]), a + 5, "time")
    assert empty.facility.shape == (0, 2)


def test_quickest_and_shortest_choose_differently():
    network = make_network([(0, 0), (100, 0)], [(0, 0), (0, 150)], road_class=["slow", "street"])
    assert two(network, [(0, 0)], [(100, 0), (0, 150)]).facility.tolist() == [[1, 0]]
    short = two(network, [(0, 0)], [(100, 0), (0, 150)], "length")
    assert short.facility.tolist() == [[0, 1]]
    assert short.cost.tolist() == [[100_000, 150_000]]
    assert short.time_ms.tolist() == [[20_000, 15_000]]


def test_worst_road_accuracy_is_that_of_the_path():
    network = make_network(
        [(0, 0), (100, 0)], [(100, 0), (200, 0)], [(200, 0), (300, 0)],
        accuracy_m=np.array([5.0, 40.0, 90.0]),
    )  # fmt: skip
    found = two(network, [(50, 0)], [(180, 0), (10, 0), (50, 0)])
    assert found.facility.tolist() == [[2, 1]]
    assert found.road_m.tolist() == [[0, 5]]
    assert two(network, [(50, 0)], [(180, 0)]).road_m[0, 0] == 40


def test_a_bent_road_is_drawn_both_ways():
    bends = [(0, 0), (100, 50), (200, -50), (300, 40), (400, 0)]
    network = make_network(bends)
    found = two(network, [(0, 0), (400, 0), (200, -50)], [(0, 0), (400, 0)])
    lines = [[list(line.coords) for line in found.paths(np.arange(3), rank)] for rank in (0, 1)]
    assert lines[1] == [bends, bends[::-1], bends[2::-1]]
    assert lines[0] == [[(0, 0)] * 2, [(400, 0)] * 2, bends[2:]]


def test_many_paths_at_once_equal_one_by_one():
    network = make_network(*LOOP, [(0, 0), (-100, 30), (-300, -40), (-500, 0)])
    villages = [(-450, 5), (30, 0), (70, 100), (1000, 1000), (100, 50)]
    found = two(network, villages, [(-480, 0), (100, 80)])
    rows = np.array([4, 0, 3, 2, 1, 0])
    for rank in (0, 1):
        lines = found.paths(rows, rank)
        for i, line in zip(rows, lines, strict=True):
            one = found.path(int(i), rank)
            assert (line is None and one is None) or line.equals_exact(one)
