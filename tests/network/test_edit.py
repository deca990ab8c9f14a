"""Roads closed and opened: what is reached changes, what was there stays."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from spatialplan.errors import DataError
from spatialplan.network.edit import close_roads, find_roads, open_roads, part_near
from spatialplan.network.routing import graph_with_points, reach

from .lines import line_array, make_network, snap

# Two streets, north and south of a river, and a bridge between them at x = 500.
NORTH = [(0, 300), (500, 300)], [(500, 300), (1000, 300)]
SOUTH = [(0, 0), (500, 0)], [(500, 0), (1000, 0)]
BRIDGE = [(500, 0), (500, 300)]
NAMES = ["北街", "北街", "南街", "南街", "一桥;G1"]


def town(**more):
    return make_network(*NORTH, *SOUTH, BRIDGE, name=NAMES, ref=["G320"] + [""] * 4, **more)


def cost(network, start, end, by="length"):
    """Return the network cost between two points in metres or seconds."""
    graph = graph_with_points(network, snap(network, [start, end], 50.0), by)
    return float(reach(graph, np.array([0])).cost[graph.point_node[1]]) / 1000


def test_closing_the_bridge_parts_the_banks_and_opening_it_joins_them():
    before = town()
    assert cost(before, (0, 0), (0, 300)) == 1300
    assert cost(before, (0, 0), (0, 300), "time") == 130
    closed = close_roads(before, find_roads(before, name="一桥"))
    assert closed.n_edges == 4
    assert sorted(np.bincount(closed.piece)) == [3, 3]
    assert cost(closed, (0, 0), (0, 300)) == np.inf
    assert cost(closed, (0, 0), (1000, 0)) == 1000
    again = open_roads(closed, line_array(BRIDGE), ["street"], ["一桥"])
    assert cost(again, (0, 0), (0, 300)) == 1300
    assert (again.piece == 0).all()
    assert again.n_nodes == before.n_nodes
    assert again.length_m.sum() == before.length_m.sum() == 2300
    assert before.n_edges == 5


def test_only_the_stretch_inside_the_circle_is_closed():
    world = town()
    north = find_roads(world, name="北街")
    cut, inside = part_near(world, north, (250, 300), 100.0)
    assert cut.length_m.sum() == pytest.approx(2300)
    assert cut.length_m[inside].sum() == pytest.approx(200, abs=0.1)
    closed = close_roads(cut, inside)
    assert cost(closed, (0, 300), (149, 300)) == pytest.approx(149, abs=0.01)
    assert cost(closed, (0, 300), (500, 300)) == np.inf
    assert cost(closed, (351, 300), (500, 300)) == pytest.approx(149, abs=0.01)


def test_a_circle_round_a_junction_closes_all_its_arms():
    cut, inside = part_near(town(), np.ones(5, dtype=bool), (500, 300), 50.0)
    assert cut.length_m[inside].sum() == pytest.approx(150, abs=0.1)


def test_a_closed_road_is_not_snapped_to():
    world = town()
    closed = close_roads(world, find_roads(world, name="一桥"))
    assert snap(world, [(510, 150)], 100.0).edge[0] == 4
    assert snap(closed, [(510, 150)], 100.0).edge[0] == -1


def test_closing_keeps_times_classes_and_directions():
    world = town(road_class=["slow"] + ["street"] * 4, forward=[0, 1, 1, 1, 1])
    world = dataclasses.replace(world, time_ms=np.arange(11, 16, dtype=np.int32))
    closed = close_roads(world, np.array([False, True, False, False, False]))
    assert closed.time_ms.tolist() == [11, 13, 14, 15]
    assert closed.road_class.tolist() == ["slow", "street", "street", "street"]
    assert closed.forward.tolist() == [False, True, True, True]
    assert closed.ref.tolist() == ["G320", "", "", ""]


def test_closing_all_roads_raises():
    world = town()
    with pytest.raises(DataError, match="没有任何道路"):
        close_roads(world, np.ones(5, dtype=bool))


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"name": "北街"}, [0, 1]),
        ({"name": " 南街 "}, [2, 3]),
        ({"name": "一桥"}, [4]),
        ({"name": "街"}, []),
        ({"ref": "G320"}, [0]),
        ({"name": "北街", "ref": "G320"}, [0]),
        ({"near": (0, 10)}, [2]),
        ({"near": (0, 0), "radius_m": 300.0}, [0, 2]),
        ({"near": (0, 0), "radius_m": 299.0}, [2]),
        ({"name": "北街", "near": (1000, 290), "radius_m": 20.0}, [1]),
        ({"only_bridge_over": LineString([(0, 150), (1000, 150)])}, [4]),
        ({"name": "北街", "only_bridge_over": LineString([(0, 150), (1000, 150)])}, []),
    ],
)
def test_roads_are_found_by_all_that_is_told(told, found):
    assert np.flatnonzero(find_roads(town(), **told)).tolist() == found


def test_finding_needs_something_told():
    with pytest.raises(DataError, match="名称、编号或位置"):
        find_roads(town())


def test_a_new_road_joins_at_its_ends_only_and_splits_there():
    # Its ends are drawn 30 m and 40 m short of the streets.
    world = close_roads(town(), np.arange(5) == 4)
    opened = open_roads(world, line_array([(250, 30), (250, 260)]), ["slow"], ["二桥"])
    assert opened.n_edges == 7
    assert opened.length_m.sum() == 2000 + 300
    assert cost(opened, (0, 0), (0, 300)) == 250 + 300 + 250
    assert cost(opened, (0, 0), (0, 300), "time") == 25 + 60 + 25
    assert opened.time_ms.sum() == world.time_ms.sum() + 60_000
    assert opened.name.tolist().count("二桥") == 1


def test_a_new_road_has_no_junction_where_it_crosses():
    # A world of three parallel streets; the new road joins the outer two and passes over the middle.
    world = make_network([(0, 0), (1000, 0)], [(0, 200), (1000, 200)], [(0, 400), (1000, 400)])
    opened = open_roads(world, line_array([(500, 0), (500, 400)]), ["street"], [""])
    assert cost(opened, (0, 0), (0, 400)) == 1400
    assert cost(opened, (0, 0), (0, 200)) == np.inf


def test_roads_may_join_roads_opened_before():
    world = make_network([(0, 0), (1000, 0)], [(0, 800), (1000, 800)], [(900, 400), (1000, 400)])
    lines = line_array([(500, 0), (500, 800)], [(500, 400), (900, 400)])
    opened = open_roads(world, lines, ["street", "street"], ["", ""])
    assert cost(opened, (0, 0), (1000, 400)) == 500 + 400 + 500
    with pytest.raises(DataError, match="的起点离最近的道路 400 米"):
        open_roads(world, lines[::-1], ["street", "street"], ["", ""])


def test_both_ends_on_one_edge():
    world = make_network([(0, 0), (1000, 0)])
    opened = open_roads(world, line_array([(200, 0), (500, 50), (800, 0)]), ["street"], [""])
    assert opened.n_edges == 4
    assert sorted(np.rint(opened.length_m)) == [200, 200, 600, 608]
    assert sorted(opened.time_ms[:3]) == [20_000, 20_000, 60_000]


def test_one_way_edges_stay_one_way_when_split():
    world = make_network([(0, 0), (1000, 0)], [(0, 90), (1000, 90)], backward=[0, 1])
    opened = open_roads(world, line_array([(500, 0), (500, 90)]), ["street"], [""])
    assert opened.backward.tolist() == [False, False, True, True, True]
    assert cost(opened, (0, 0), (500, 90)) == 590
    assert cost(opened, (1000, 0), (500, 90)) == np.inf


def test_new_roads_join_no_motorway_unless_they_are_one():
    world = make_network([(0, 0), (1000, 0)], [(0, 60), (1000, 60)],
                         road_class=["motorway", "street"])  # fmt: skip
    line = line_array([(200, 10), (800, 10)])
    assert open_roads(world, line, ["street"], [""]).road_class.tolist().count("motorway") == 1
    assert open_roads(world, line, ["motorway"], [""]).road_class.tolist().count("motorway") == 4


def test_an_end_too_far_from_roads_is_told_with_its_distance():
    with pytest.raises(DataError, match="“三桥”的终点离最近的道路 150 米") as caught:
        open_roads(town(), line_array([(0, 0), (500, -150)]), ["street"], ["三桥"])
    assert "150 m from the nearest road" in caught.value.text.en
    assert open_roads(town(), line_array([(0, 0), (500, -100)]), ["street"], [""]).n_edges == 6


def test_a_road_without_length_is_refused():
    with pytest.raises(DataError, match="没有长度"):
        open_roads(town(), line_array([(5, 0), (5, 0)]), ["street"], ["点"])


def test_an_unknown_class_is_refused():
    with pytest.raises(DataError, match="速度表没有道路等级"):
        open_roads(town(), line_array([(5, 0), (5, 300)]), ["path"], [""])


spot = st.tuples(st.integers(0, 1000), st.sampled_from([0, 10, 290, 300, 360]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(spot, spot).filter(lambda p: p[0] != p[1]), min_size=1, max_size=3))
def test_opening_conserves_length_and_never_lengthens_a_way(roads):
    world = town()
    lines = line_array(*roads)
    opened = open_roads(world, lines, ["street"] * len(lines), ["新"] * len(lines))
    old = opened.name != "新"
    assert opened.length_m[old].sum() == pytest.approx(world.length_m.sum())
    assert opened.length_m.sum() >= world.length_m.sum() + shapely.length(lines).sum() - 0.1
    for end in ((1000, 0), (0, 300), (1000, 300)):
        assert cost(opened, (0, 0), end) <= cost(world, (0, 0), end) + 0.01
    assert (opened.piece == 0).all()
