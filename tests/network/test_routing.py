"""Routing against networkx on independently built graphs, and by hand."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from spatialplan.model.network import Snaps
from spatialplan.network.routing import graph_with_points, reach, trace

from .lines import make_network, snap

MS_PER_M = 100.0  # 36 km/h


@st.composite
def worlds(draw):
    """Return edges of a directed world (path, both ways or one) and points near it."""
    spot = st.tuples(st.integers(0, 4), st.integers(0, 4))
    edges = []
    for _ in range(draw(st.integers(1, 12))):
        a, b, bend = draw(spot), draw(spot), draw(spot)
        one_way = draw(st.booleans())
        path = [a, b] if a != b and draw(st.booleans()) else [a, bend, (bend[0] + 0.5, bend[1]), b]
        path = [(100.0 * x, 100.0 * y) for x, y in path]
        if LineString(path).length > 0:
            edges.append((path, one_way))
    assume(edges)
    near = st.tuples(st.integers(-20, 420), st.integers(-20, 420))
    points = draw(st.lists(st.one_of(near, spot.map(lambda p: (100 * p[0], 100 * p[1]))),
                           min_size=2, max_size=5))  # fmt: skip
    return edges, points


def network_of(edges):
    return make_network(
        *[path for path, _ in edges],
        forward=[True] * len(edges),
        backward=[not one_way for _, one_way in edges],
    )


def reference(network, snaps):
    """Return a networkx graph with the points, built from geometry alone, and the points' names."""
    graph = nx.DiGraph()
    names = [None] * len(snaps.edge)

    def link(u, v, metres):
        if u != v:
            old = graph.get_edge_data(u, v, {"metres": np.inf})["metres"]
            graph.add_edge(u, v, metres=min(old, metres))

    for e, line in enumerate(network.geometry):
        ends = [tuple(np.round(line.coords[i], 2)) for i in (0, -1)]
        graph.add_nodes_from(ends)
        stops = [(0.0, ends[0]), (line.length, ends[1])]
        for i in np.flatnonzero(snaps.edge == e):
            at = snaps.along[i] * line.length
            name = (
                ends[0] if at < 0.01 else ends[1] if line.length - at < 0.01 else (e, round(at, 1))
            )
            names[i] = name
            stops.insert(1, (at, name))
        stops.sort(key=lambda stop: stop[0])
        for (a, u), (b, v) in pairwise(stops):
            if network.forward[e]:
                link(u, v, b - a)
            if network.backward[e]:
                link(v, u, b - a)
    return graph, names


def between(network, snaps, a, b, by="time"):
    graph = graph_with_points(network, snaps, by)
    found = reach(graph, np.array([a]))
    return found.cost[graph.point_node[b]], trace(graph, found, b)


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_times_and_lengths_equal_networkx(world):
    edges, points = world
    network = network_of(edges)
    snaps = snap(network, points)
    graph, names = reference(network, snaps)
    quick, short = (graph_with_points(network, snaps, by) for by in ("time", "length"))
    for a in range(len(points)):
        metres = nx.single_source_dijkstra_path_length(graph, names[a], weight="metres")
        times, lengths = reach(quick, np.array([a])), reach(short, np.array([a]))
        for b in range(len(points)):
            time, length = times.cost[quick.point_node[b]], lengths.cost[short.point_node[b]]
            if names[b] not in metres:
                assert np.isinf([time, length]).all()
                assert trace(quick, times, b) is None
                continue
            # One class of road: time follows length; each arc is rounded by half a unit.
            assert time == pytest.approx(metres[names[b]] * MS_PER_M, abs=40)
            assert length == pytest.approx(metres[names[b]] * 1000, abs=40)
            check_path(network, snaps, a, b, trace(short, lengths, b), metres[names[b]])


def check_path(network, snaps, a, b, path, metres):
    assert path.length_m == pytest.approx(metres, abs=0.05)
    assert path.time_ms == pytest.approx(path.length_m * MS_PER_M, abs=40)
    if path.geometry.is_empty:
        assert np.hypot(snaps.x[a] - snaps.x[b], snaps.y[a] - snaps.y[b]) < 0.03
        return
    assert path.geometry.length == pytest.approx(path.length_m, rel=1e-6, abs=1e-6)
    first, last = path.geometry.coords[0], path.geometry.coords[-1]
    assert np.hypot(first[0] - snaps.x[a], first[1] - snaps.y[a]) < 0.03
    assert np.hypot(last[0] - snaps.x[b], last[1] - snaps.y[b]) < 0.03
    assert shapely.covers(shapely.union_all(network.geometry).buffer(0.01), path.geometry)


@given(worlds(), st.tuples(*[st.integers(0, 4)] * 4).filter(lambda c: c[:2] != c[2:]))
@settings(max_examples=30, deadline=None)
def test_another_road_never_lengthens_a_route(world, road):
    edges, points = world
    network = network_of(edges)
    snaps = snap(network, points)
    extra = [(100.0 * road[0], 100.0 * road[1]), (100.0 * road[2], 100.0 * road[3])]
    larger = network_of([*edges, (extra, False)])
    assert (costs(larger, snaps) <= costs(network, snaps)).all()


def reverse(network):
    return dataclasses.replace(
        network,
        source=network.target,
        target=network.source,
        forward=network.forward,
        backward=network.backward,
        geometry=shapely.reverse(network.geometry),
    )


def costs(network, snaps):
    graph = graph_with_points(network, snaps)
    return np.array(
        [reach(graph, np.array([a])).cost[graph.point_node] for a in range(len(snaps.edge))]
    )


@given(worlds())
@settings(max_examples=30, deadline=None)
def test_reversing_all_edges_transposes_and_twice_changes_nothing(world):
    edges, points = world
    network = network_of(edges)
    snaps = snap(network, points)
    turned = dataclasses.replace(snaps, along=1 - snaps.along)
    once = costs(network, snaps)
    back = costs(reverse(network), turned)
    assert np.allclose(back, once.T, atol=40)
    assert np.array_equal(costs(reverse(reverse(network)), snaps), once)


LOOP = ([(0, 0), (100, 0)], [(100, 0), (100, 100)], [(100, 100), (0, 100)], [(0, 100), (0, 0)])


def test_two_points_of_one_edge():
    network = make_network([(0, 0), (100, 0)])
    cost, path = between(network, snap(network, [(20, 5), (70, -5)]), 0, 1)
    assert cost == 5000
    assert path.length_m == pytest.approx(50)
    assert (path.time_ms, path.edges) == (5000, (0,))
    assert path.geometry.equals(LineString([(20, 0), (70, 0)]))


def test_one_way_backwards_goes_round():
    network = make_network(*LOOP, forward=[True] * 4, backward=[False] * 4)
    snaps = snap(network, [(70, 0), (20, 0)])
    cost, path = between(network, snaps, 0, 1)
    assert cost == 35_000
    assert path.edges == (0, 1, 2, 3, 0)
    assert path.length_m == 350
    assert between(network, snaps, 1, 0)[0] == 5000


def test_one_way_backwards_without_a_way_round_is_not_reached():
    network = make_network([(0, 0), (100, 0)], forward=[True], backward=[False])
    cost, path = between(network, snap(network, [(70, 0), (20, 0)]), 0, 1)
    assert np.isinf(cost)
    assert path is None


def test_points_at_one_place_of_a_one_way_are_together():
    network = make_network([(0, 0), (100, 0)], forward=[True], backward=[False])
    snaps = snap(network, [(50, 9), (50, -9)])
    for a, b in ((0, 1), (1, 0), (0, 0)):
        cost, path = between(network, snaps, a, b)
        assert cost == 0
        assert (path.length_m, path.edges, path.geometry.is_empty) == (0, (), True)


def test_point_at_a_junction_may_leave_by_any_street():
    # The point snaps to the end of a one-way street that leads to the junction.
    network = make_network(
        [(0, 0), (100, 0)], [(100, 0), (200, 0)], forward=[True, True], backward=[False, True]
    )
    snaps = snap(network, [(100, 0), (200, 0)])
    assert snaps.edge[0] == 0
    assert between(network, snaps, 0, 1)[0] == 10_000
    assert between(network, snaps, 1, 0)[0] == 10_000


def test_parallel_edges_take_the_least_not_the_sum():
    network = make_network([(0, 0), (50, 200), (100, 0)], [(0, 0), (100, 0)], [(100, 0), (200, 0)])
    cost, path = between(network, snap(network, [(0, 0), (200, 0)]), 0, 1)
    assert cost == 20_000
    assert path.edges == (1, 2)


def test_self_loop_is_driven_the_shorter_way():
    network = make_network([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)], [(0, 0), (-100, 0)])
    cost, path = between(network, snap(network, [(-100, 0), (0, 60)]), 0, 1)
    assert cost == 16_000
    assert path.geometry.length == pytest.approx(160)


def test_quickest_and_shortest_differ():
    # Straight on at 18 km/h, or round by 36 km/h: 100 m in 20 s, or 150 m in 15 s.
    network = make_network(
        [(0, 0), (100, 0)], [(0, 0), (50, 55.9017), (100, 0)], road_class=["slow", "street"]
    )
    snaps = snap(network, [(0, 0), (100, 0)])
    assert between(network, snaps, 0, 1, "time")[1].length_m == pytest.approx(150, abs=0.01)
    short = between(network, snaps, 0, 1, "length")[1]
    assert (short.length_m, short.time_ms) == (100, 20_000)


def test_unsnapped_points_neither_start_nor_end_a_route():
    network = make_network([(0, 0), (100, 0)])
    snaps = snap(network, [(10, 0), (10, 500), (90, 0)], 50.0)
    graph = graph_with_points(network, snaps)
    assert graph.point_node[1] == -1
    found = reach(graph, np.array([0, 1]))
    assert trace(graph, found, 1) is None
    assert found.cost[graph.point_node[2]] == 8000
    nothing = reach(graph, np.array([1]))
    assert np.isinf(nothing.cost).all()
    assert trace(graph, nothing, 2) is None


def test_limit_cuts_off():
    network = make_network([(0, 0), (100, 0)])
    graph = graph_with_points(network, snap(network, [(0, 0), (60, 0)]))
    node = graph.point_node[1]
    assert reach(graph, np.array([0]), limit=6000).cost[node] == 6000
    assert np.isinf(reach(graph, np.array([0]), limit=5999).cost[node])


def test_nearest_of_several_origins_and_where_it_starts():
    network = make_network([(0, 0), (100, 0)])
    graph = graph_with_points(network, snap(network, [(0, 0), (70, 0), (100, 0)]))
    found = reach(graph, np.array([0, 1]))
    path = trace(graph, found, 2)
    assert path.time_ms == 3000
    assert path.start == graph.point_node[1]


def test_network_without_points():
    network = make_network([(0, 0), (100, 0)])
    none = Snaps(edge=np.array([], dtype=np.int32), along=np.array([]), offset_m=np.array([]),
                 x=np.array([]), y=np.array([]))  # fmt: skip
    assert graph_with_points(network, none).matrix.shape == (2, 2)


def test_path_is_chained_without_doubled_vertices():
    network = make_network(*LOOP)
    _, path = between(network, snap(network, [(50, 0), (100, 50)]), 0, 1)
    assert list(path.geometry.coords) == [(50, 0), (100, 0), (100, 50)]
    assert Point(path.geometry.coords[0]).equals(Point(50, 0))
