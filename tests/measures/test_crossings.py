"""Crossings of a river: bridges told from bank roads, and what the loss of each costs.

::

    y km      a         d                   b
      1  -----+---------+---------+---------+----     streets at 60 km/h: a kilometre a minute
              |                   |
      0  ~~~~~|~~~~~~~~~~~~~~~~~~~|~~~~~~~~~~~~~>     the river flows east
              |                   |
     -1  -----+----k----+---------+--------------
         x    2    3    5         8         9
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, affinity, box

from spatialplan.measures.crossings import find_spots, group_spots
from spatialplan.measures.crossings_cut import cut_decks
from spatialplan.measures.crossings_loss import close_in_turn
from spatialplan.measures.river import river_of
from spatialplan.model.network import SpeedTable
from spatialplan.network.build import network_from_lines
from spatialplan.network.snap import snap_points

SPEEDS = SpeedTable(
    kmh={"street": 60.0, "street_link": 60.0, "lane": 60.0}, access_kmh=30.0, source=""
)
AXIS = LineString([(-1000, 0), (11_000, 0)])
NORTH = [[(0, 1000), (2000, 1000)], [(2000, 1000), (8000, 1000)], [(8000, 1000), (10_000, 1000)]]
SOUTH = [[(x, -y) for x, y in road] for road in NORTH]
WEST, EAST = [(2000, -1000), (2000, 1000)], [(8000, -1000), (8000, 1000)]
ROADS = [*NORTH, *SOUTH, WEST, EAST]
A, B, K, C = (2000, 1000), (9000, 1000), (3000, -1000), (5000, -1000)


def shapes(*items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def network_of(roads, move=lambda shape: shape, **more):
    lines = shapes(*[move(LineString(road)) for road in roads])
    n = len(roads)
    values = {"road_class": ["street"] * n, "name": [""] * n, "ref": [""] * n, **more}
    return network_from_lines(
        lines, accuracy_m=np.full(n, values.pop("accuracy", 0.0)), crs="EPSG:4547",
        extent=box(-1e7, -1e7, 1e7, 1e7), speeds=SPEEDS, provenance=(), **values,
    )  # fmt: skip


def river(water=(), accuracy_m=50.0, move=lambda shape: shape):
    return river_of(move(AXIS), shapes(*map(move, water)), accuracy_m)


def crossing(network, stream):
    return find_spots(network, stream).edge.tolist()


def test_bridges_are_found_in_the_order_of_the_river() -> None:
    network = network_of([EAST, *NORTH, WEST, *SOUTH])
    spots = find_spots(network, river())
    assert spots.edge.tolist() == [4, 0]
    assert spots.chainage_m.tolist() == [3000, 9000]
    assert np.column_stack([spots.x, spots.y]).tolist() == [[2000, 0], [8000, 0]]
    assert spots.low.tolist() == spots.high.tolist() == [0.5, 0.5]
    assert spots.straight_m.tolist() == [2000, 2000]


@pytest.mark.parametrize(
    "road",
    [
        [(3000, 900), (3000, -20), (3400, -20), (3400, 900)],  # over the line and back
        [(3000, 900), (3000, -500), (3400, -500), (3400, 900)],  # over the river and back
        [(3000, 900), (3000, -40)],  # ends within the accuracy of the axis
        [(3000, 30), (6000, -30)],  # a bank road that the axis, being inexact, cuts
    ],
)
def test_a_road_that_the_axis_cuts_need_not_cross(road) -> None:
    network = network_of([*ROADS, road])
    assert crossing(network, river()) == [6, 7]
    assert find_spots(network_of([road]), river()).edge.tolist() == []


def test_a_bridge_in_several_edges_crosses_once() -> None:
    """Its piece over the axis begins and ends on piers within the accuracy."""
    parts = [[(5000, -900), (5000, -30)], [(5000, -30), (5000, 20)], [(5000, 20), (5000, 900)]]
    assert crossing(network_of(parts), river()) == [1]
    # Without the northern part it is a jetty.
    assert crossing(network_of(parts[:2]), river()) == []


def test_mapped_water_decides_where_there_is_some() -> None:
    bed = box(-2000, -300, 12_000, 300)
    jetty = [(5000, -900), (5000, 200)]  # past the accuracy of the axis, short of the bank
    network = network_of([*ROADS, jetty])
    assert crossing(network, river()) == [6, 8, 7]
    assert crossing(network, river([bed])) == [6, 7]
    spots = find_spots(network, river([bed]))
    assert spots.is_mapped.all()


def test_a_bridge_by_way_of_an_island() -> None:
    bed = box(-2000, -300, 12_000, 300).difference(box(4000, -50, 6000, 50))
    parts = [[(5000, -900), (5000, -40)], [(5000, -40), (5000, 900)]]
    assert crossing(network_of(parts), river([bed])) == [1]


def test_no_road_at_all_near_the_river() -> None:
    network = network_of(NORTH)
    spots = find_spots(network, river())
    assert spots.edge.shape == spots.x.shape == spots.straight_m.shape == (0,)
    assert group_spots(network, spots, 150.0).shape == (0,)


def test_carriageways_and_ramps_are_one_bridge() -> None:
    def at(x):
        return [(x, -1000), (x, 1000)]

    roads = [at(1000), at(1060), at(1140), at(1160), at(1200), at(5000), at(5040)]
    network = network_of(
        roads,
        road_class=["street", "street", "street_link", "street", "lane", "street", "street"],
        name=["", "", "", "", "", "一桥", "二桥"],
    )
    spots = find_spots(network, river())
    # The fourth is 160 m from the first; the fifth is a lane; the last two have names of their own.
    assert group_spots(network, spots, 150.0).tolist() == [0, 0, 0, 1, 2, 3, 4]
    assert group_spots(network, spots, 30.0).tolist() == [0, 1, 2, 2, 3, 4, 5]


def test_a_bridge_with_one_name_has_one_number_whatever_its_classes() -> None:
    roads = [[(x, -1000), (x, 1000)] for x in (1000, 1020, 1040)]
    network = network_of(roads, road_class=["street", "lane", "street"], ref=["G1", "G1", "S2"])
    assert group_spots(network, find_spots(network, river()), 150.0).tolist() == [0, 0, 1]


def test_decks_are_cut_out_and_nothing_else_changes() -> None:
    network = network_of(ROADS)
    spots = find_spots(network, river())
    snaps = snap_points(
        network, np.array([2000.0, 2000, 2000, 5000]), np.array([-900.0, 900, 0.1, 1e3]), 5
    )
    decks = cut_decks(network, snaps, spots, np.array([0, 1]))
    cut = decks.network
    assert decks.edge.tolist() == [8, 9]
    assert cut.n_edges == 8 + 2 * 2
    assert cut.n_nodes == network.n_nodes + 4
    np.testing.assert_allclose(cut.length_m, shapely.length(cut.geometry), atol=1e-6)
    assert cut.length_m.sum() == pytest.approx(network.length_m.sum())
    starts = shapely.get_coordinates(shapely.get_point(cut.geometry, 0))
    ends = shapely.get_coordinates(shapely.get_point(cut.geometry, -1))
    np.testing.assert_allclose(starts, np.column_stack([cut.x, cut.y])[cut.source], atol=1e-6)
    np.testing.assert_allclose(ends, np.column_stack([cut.x, cut.y])[cut.target], atol=1e-6)
    # Every place is where it was; the one on the deck has moved to its nearer end.
    at = shapely.line_interpolate_point(
        cut.geometry[decks.snaps.edge], decks.snaps.along, normalized=True
    )
    expected = [(2000, -900), (2000, 900), (2000, 0.5), (5000, 1000)]
    np.testing.assert_allclose(shapely.get_coordinates(at), expected, atol=1e-3)
    assert not np.isin(decks.snaps.edge, decks.edge).any()


def trips_of(network, stream, origins, destinations, move=lambda shape: shape):
    """Return the trips between points, each a place of its own."""
    xy = np.array([move(shapely.Point(p)).coords[0] for p in [*origins, *destinations]])
    snaps = snap_points(network, xy[:, 0], xy[:, 1], 500.0)
    spots = find_spots(network, stream)
    number = group_spots(network, spots, 150.0)
    decks = cut_decks(network, snaps, spots, number)
    first = np.arange(len(origins))
    last = len(origins) + np.arange(len(destinations))
    count = int(number.max(initial=-1)) + 1
    return close_in_turn(
        decks, [np.array([i]) for i in first], [np.array([i]) for i in last], count
    )


def test_criticality_by_hand() -> None:
    trips = trips_of(network_of(ROADS), river(), [A, B, C], [K, C])
    np.testing.assert_allclose(trips.time_min, [[3, 8, 2], [5, 6, 0]], atol=0.01)
    np.testing.assert_allclose(trips.length_m, [[3e3, 8e3, 2e3], [5e3, 6e3, 0]], atol=1)
    assert trips.uses.astype(int).tolist() == [[[1, 0, 0], [1, 0, 0]], [[0, 1, 0], [0, 1, 0]]]
    west, east = trips.extra_min
    np.testing.assert_allclose(west, [[10, 0, 0], [6, 0, 0]], atol=0.01)
    np.testing.assert_allclose(east, [[0, 2, 0], [0, 6, 0]], atol=0.01)


def test_the_only_bridge_cuts_off() -> None:
    trips = trips_of(network_of(ROADS[:-1]), river(), [A, C], [K])
    assert trips.extra_min[0, 0].tolist() == [np.inf, 0]
    assert trips.line(0, 0, closed=0) is None


def test_what_is_not_reached_anyway_has_nothing_to_lose() -> None:
    trips = trips_of(network_of(ROADS[:-2]), river(), [A], [K])
    assert np.isinf(trips.time_min).all()
    assert trips.extra_min.shape == (0, 1, 1)
    island = [(5000, 3000), (6000, 3000)]
    trips = trips_of(network_of([*ROADS, island]), river(), [(5500, 3000)], [K])
    assert np.isinf(trips.time_min[0, 0])
    assert np.isnan(trips.extra_min).all()


def test_lines_of_trips_with_a_bridge_closed() -> None:
    trips = trips_of(network_of(ROADS), river(), [A], [K])
    usual, around = trips.line(0, 0), trips.line(0, 0, closed=0)
    assert usual is not None
    assert around is not None
    assert usual.length == pytest.approx(3000)
    assert around.length == pytest.approx(13_000)
    assert around.coords[0] == pytest.approx(A)
    assert around.coords[-1] == pytest.approx(K)
    assert trips.line(0, 0, closed=1).equals(usual)


def test_one_ways_count() -> None:
    n = len(ROADS)
    backward = np.ones(n, dtype=bool)
    backward[6] = False  # the western bridge leads north only
    network = network_of(ROADS, forward=np.ones(n, dtype=bool), backward=backward)
    trips = trips_of(network, river(), [A], [K])
    np.testing.assert_allclose(trips.time_min, [[13]], atol=0.01)
    back = trips_of(network, river(), [K], [A])
    np.testing.assert_allclose(back.time_min, [[3]], atol=0.01)


def test_legs_to_the_road_count_on_both_ends() -> None:
    trips = trips_of(network_of(ROADS), river(), [(2000, 1100)], [(3000, -1200)])
    # 300 m of legs at 30 km/h are 0.6 min.
    np.testing.assert_allclose(trips.time_min, [[3.6]], atol=0.01)
    np.testing.assert_allclose(trips.length_m, [[3300]], atol=1)


def test_the_best_point_of_a_place_counts() -> None:
    network = network_of(ROADS)
    xy = np.array([A, B, K], dtype=float)
    snaps = snap_points(network, xy[:, 0], xy[:, 1], 500.0)
    spots = find_spots(network, river())
    decks = cut_decks(network, snaps, spots, np.array([0, 1]))
    trips = close_in_turn(decks, [np.array([0, 1])], [np.array([2])], 2)
    np.testing.assert_allclose(trips.time_min, [[3]], atol=0.01)
    # Closed in the west, the eastern point takes over: 8 min instead of 13.
    np.testing.assert_allclose(trips.closed_min[:, 0, 0], [8, 3], atol=0.01)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(2, 47).map(lambda k: 200 * k), min_size=1, max_size=5, unique=True),
    st.randoms(use_true_random=False),
    st.integers(0, 359),
    st.integers(-(10**6), 10**6),
)
def test_properties_of_closures(bridges, random, degrees, shift) -> None:
    """Closing never helps; order and motion do not matter; each bridge counts once."""

    def move(shape):
        return affinity.translate(affinity.rotate(shape, degrees, origin=(0, 0)), shift, -shift)

    stops = sorted({0, 10_000, *bridges})
    banks = [[(a, y), (b, y)] for y in (1000, -1000) for a, b in pairwise(stops)]
    roads = [*banks, *([(x, -1000), (x, 1000)] for x in bridges)]
    shuffled = random.sample(roads, len(roads))
    origins, destinations = [(0, 1000), (9900, 1000)], [(300, -1000), (9000, -1000)]
    one = trips_of(network_of(roads), river(), origins, destinations)
    two = trips_of(network_of(shuffled, move), river(move=move), origins, destinations, move)
    assert len(one.extra_min) == len(two.extra_min) == len(bridges)
    assert (one.closed_min >= one.time_min - 1e-9).all()
    np.testing.assert_allclose(two.time_min, one.time_min, atol=2e-3)
    np.testing.assert_allclose(two.closed_min, one.closed_min, atol=2e-3)
    if len(bridges) > 1:
        assert np.isfinite(one.closed_min).all()
    else:
        assert np.isinf(one.closed_min).all()
