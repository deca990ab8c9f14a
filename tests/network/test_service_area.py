"""Service areas against worlds worked out by hand, and against brute force over road points."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box

from spatialplan.errors import DataError
from spatialplan.model.limit import Limit, parse_limit
from spatialplan.model.network import Snaps
from spatialplan.network.routing import graph_with_points, reach
from spatialplan.network.service_area import service_areas
from spatialplan.network.stretch import cut_edges, sample_roads

from .lines import make_network, snap

CELL = 50.0
LEG_MS_PER_M = 200.0  # 18 km/h


def areas_of(network, places, limits, *, barriers=(), access_m=500.0, cell_m=CELL, snap_m=1e4):
    """Return the bands as {(facility, limit): polygon}; facilities are named a, b, c, …"""
    shapes = np.empty(len(barriers), dtype=object)
    shapes[:] = barriers
    xy = np.array(places, dtype=float).reshape(-1, 2)
    frame = service_areas(
        network,
        snap(network, places, snap_m),
        xy,
        list("abcdefgh")[: len(xy)],
        [parse_limit(text) for text in limits],
        barriers=shapes,
        access_m=access_m,
        cell_m=cell_m,
    )
    assert frame.crs == network.crs
    assert frame.geometry.is_valid.all()
    assert set(frame.geom_type) == {"MultiPolygon"}
    assert not frame.duplicated(["facility", "limit"]).any()
    return {(row.facility, row.limit): row.geometry for row in frame.itertuples()}


def assert_same(area, expected, within_m):
    """The borders of the areas lie within some metres of each other."""
    assert shapely.hausdorff_distance(area, expected, densify=0.1) <= within_m


STRAIGHT = [(0, 0), (10_000, 0)]


def test_a_straight_road_makes_a_stadium_by_length():
    area = areas_of(make_network(STRAIGHT), [(5000, 0)], ["3km"])["a", "3000m"]
    # Discs of 500 m up to 2500 m away; farther on they shrink by as much as they move.
    expected = LineString([(2500, 0), (7500, 0)]).buffer(500)
    assert_same(area, expected, CELL / 2)
    assert area.area == pytest.approx(expected.area, rel=0.01)


def test_a_straight_road_makes_two_cones_by_time():
    area = areas_of(make_network(STRAIGHT), [(5000, 0)], ["5min"])["a", "5min"]
    # 300 s: 3000 m of road; the leg is half as fast, so discs shrink by half of what they move.
    ends = [Point(2000, 0), Point(3000, 0).buffer(500, 64), Point(7000, 0).buffer(500, 64)]
    expected = shapely.union_all(ends[1:]).union(box(3000, -500, 7000, 500))
    expected = shapely.convex_hull(shapely.union_all([expected, Point(2000, 0), Point(8000, 0)]))
    assert_same(area, expected, CELL)
    assert area.area == pytest.approx(expected.area, rel=0.01)


def test_an_end_of_the_road_is_rounded_by_the_leg():
    area = areas_of(make_network([(0, 0), (1000, 0)]), [(500, 0)], ["30min"])["a", "30min"]
    assert_same(area, LineString([(0, 0), (1000, 0)]).buffer(500), CELL / 2)


def test_the_leg_of_the_facility_counts():
    # 400 m off the road: 1000 m leave 600 m for the road and the leg beyond.
    area = areas_of(make_network(STRAIGHT), [(5000, 400)], ["1km"], access_m=300.0)["a", "1000m"]
    expected = LineString([(4700, 0), (5300, 0)]).buffer(300).union(Point(5000, 400).buffer(300))
    assert_same(area, expected, CELL)


def test_the_access_of_a_point_is_where_its_road_is():
    area = areas_of(make_network(STRAIGHT), [(5000, 400)], ["300m"])["a", "300m"]
    # The road is not reached within 300 m, the ground beside the facility is.
    assert_same(area, Point(5000, 400).buffer(300), CELL / 2)


def test_one_way_roads_are_travelled_towards_the_facility():
    network = make_network(STRAIGHT, backward=[0])
    area = areas_of(network, [(5000, 0)], ["2km"])["a", "2000m"]
    assert_same(area, LineString([(3500, 0), (5000, 0)]).buffer(500), CELL / 2)


def test_the_start_of_a_one_way_road_is_at_its_node():
    # The road leads away from the facility; its very start is the facility's own place.
    network = make_network([(0, 0), (1000, 0)], backward=[0])
    area = areas_of(network, [(0, 0)], ["300m"])["a", "300m"]
    assert_same(area, Point(0, 0).buffer(300), CELL / 2)


def test_a_motorway_is_joined_at_its_ends_only():
    network = make_network([(0, 0), (2000, 0)], [(2000, 0), (2000, 900)],
                           road_class=["motorway", "street"])  # fmt: skip
    area = areas_of(network, [(2000, 800)], ["1h"])["a", "60min"]
    assert_same(area, LineString([(2000, 0), (2000, 900)]).buffer(500), CELL / 2)


def test_mixed_limits_each_by_its_own_cost():
    network = make_network([(0, 0), (5000, 0)], [(5000, 0), (10_000, 0)],
                           road_class=["street", "slow"])  # fmt: skip
    found = areas_of(network, [(5000, 0)], ["4min", "3km", "8min"])
    assert list(found) == [
        ("", "8min"), ("a", "8min"), ("", "4min"), ("a", "4min"), ("", "3000m"), ("a", "3000m")
    ]  # fmt: skip
    low_x, _, high_x, _ = found["a", "3000m"].bounds
    assert (low_x, high_x) == pytest.approx((2000, 8000), abs=CELL / 2)
    low_x, _, high_x, _ = found["a", "4min"].bounds
    # 2400 m on the street; the slow road is as fast as the leg, 1200 m.
    assert (low_x, high_x) == pytest.approx((2600, 6200), abs=CELL)


def test_columns_of_the_bands():
    network = make_network(STRAIGHT)
    frame = service_areas(
        network, snap(network, [(5000, 0)]), np.array([[5000.0, 0.0]]), ["x"],
        [parse_limit("5km"), parse_limit("10min"), parse_limit("5min"), parse_limit("10min")],
        barriers=np.empty(0, dtype=object), access_m=500.0,
    )  # fmt: skip
    table = frame[["facility", "limit", "low", "high"]].to_numpy().tolist()
    assert table == [
        ["", "10min", 5.0, 10.0], ["x", "10min", 5.0, 10.0],
        ["", "5min", 0.0, 5.0], ["x", "5min", 0.0, 5.0],
        ["", "5000m", 0.0, 5000.0], ["x", "5000m", 0.0, 5000.0],
    ]  # fmt: skip


# Two streets along the banks of a river.
SOUTH, NORTH = [(0, 0), (4000, 0)], [(0, 400), (4000, 400)]
RIVER = LineString([(-2000, 210), (6000, 190)])
WATER = Polygon([(-2000, 150), (6000, 150), (6000, 230), (-2000, 230)])


@pytest.mark.parametrize("barrier", [RIVER, WATER, shapely.GeometryCollection([RIVER, WATER])])
def test_no_river_is_crossed_without_a_bridge(barrier):
    network = make_network(SOUTH, NORTH)
    found = areas_of(network, [(2000, 0)], ["5min"], barriers=[barrier])
    bank = box(-3000, -3000, 7000, 150) if barrier is not RIVER else Polygon(
        [(-3000, -3000), (7000, -3000), (7000, 187.5), (6000, 190), (-2000, 210), (-3000, 212.5)])  # fmt: skip
    for area in found.values():
        assert area.difference(bank).area < 1e-6
        # Up to the bank, without a strip left over.
        at_bank = box(1500, 50, 2500, 300).intersection(bank)
        assert area.covers(at_bank.buffer(-1e-6))


@pytest.mark.parametrize("barrier", [RIVER, WATER])
def test_over_a_bridge_the_other_bank_is_reached_and_the_water_is_not(barrier):
    network = make_network(
        [(0, 0), (2000, 0)], [(2000, 0), (4000, 0)], [(0, 400), (2000, 400)],
        [(2000, 400), (4000, 400)], [(2000, 0), (2000, 400)],
    )  # fmt: skip
    area = areas_of(network, [(2000, 0)], ["3min"], barriers=[barrier])["", "3min"]
    assert area.covers(Point(2000, 600))
    assert area.covers(Point(2000, 300))
    assert area.covers(Point(2500, 400))
    assert area.intersection(WATER).area < 1e-6 or barrier is RIVER
    # 180 s: 1800 m along the south bank; 400 m over the bridge and 1400 m along the north bank.
    south, north = (area.intersection(bank) for bank in (box(0, -9e3, 9e3, 150), box(0, 230, 9e3, 9e3)))  # fmt: skip
    assert south.bounds[2] == pytest.approx(3800, abs=CELL)
    assert north.bounds[2] == pytest.approx(3400, abs=CELL)
    without = areas_of(network, [(2000, 0)], ["3min"])["", "3min"]
    assert without.buffer(CELL).covers(area)


def test_a_lake_shades_only_what_lies_behind_it():
    lake = box(900, 100, 1100, 200)
    area = areas_of(make_network([(0, 0), (2000, 0)]), [(1000, 0)], ["1h"], barriers=[lake])
    area = area["a", "60min"]
    assert not area.intersects(lake.buffer(-1))
    assert area.covers(Point(700, 300))
    # Legs of 500 m from the side pass the lake up to 460 m off the road, and no farther.
    assert area.covers(Point(1000, 430))
    assert not area.covers(Point(1000, 485))
    assert area.covers(box(880, 50, 890, 200))


def test_land_between_cells_follows_the_land_beside_it():
    # A notch in the shore, narrower than a cell, that holds no cell's centre.
    lake = box(900, 100, 1100, 200).difference(box(1030, 100, 1070, 140))
    area = areas_of(make_network([(0, 0), (2000, 0)]), [(1000, 0)], ["1h"], barriers=[lake])
    assert area["a", "60min"].covers(box(1031, 90, 1069, 139))


def test_roads_in_water_serve_no_land():
    # A causeway drawn within the water area: the banks are reached from the ends alone.
    network = make_network([(0, 0), (3000, 0)])
    area = areas_of(network, [(0, 0)], ["1h"], barriers=[box(100, -300, 2900, 300)])
    area = area["a", "60min"]
    assert area.covers(Point(3200, 100))
    assert not area.intersects(box(1000, -600, 2000, 600))


def test_a_facility_without_a_road_has_empty_bands():
    network = make_network(STRAIGHT)
    found = areas_of(network, [(5000, 3000), (5000, 0)], ["5min"], snap_m=1000.0)
    assert found["a", "5min"].is_empty
    assert found["", "5min"].equals(found["b", "5min"])
    alone = areas_of(network, [(5000, 3000)], ["5min", "1km"], snap_m=1000.0)
    assert len(alone) == 4
    assert all(area.is_empty for area in alone.values())


def test_areas_end_where_the_data_end():
    network = make_network(STRAIGHT, extent=box(0, -100, 10_000, 9000))
    area = areas_of(network, [(5000, 0)], ["1km"])["a", "1000m"]
    assert area.bounds[1] == pytest.approx(-100)


def test_points_are_no_barriers():
    with pytest.raises(DataError, match="有 1 个点"):
        areas_of(make_network(STRAIGHT), [(0, 0)], ["1km"], barriers=[Point(0, 0), RIVER])


def test_bands_nest_and_the_dissolved_area_is_the_union():
    grid = [[(x, 0), (x, 3000)] for x in range(0, 3001, 1000)]
    grid += [[(0, y), (3000, y)] for y in range(0, 3001, 1000)]
    pieces = [(np.array(a) + (np.array(b) - a) * k / 3, np.array(a) + (np.array(b) - a) * (k + 1) / 3)
              for a, b in grid for k in range(3)]  # fmt: skip
    network = make_network(*[np.rint(piece).tolist() for piece in pieces])
    river = LineString([(-500, 1500), (1800, 1500), (1800, 3500)])
    found = areas_of(network, [(300, 0), (2900, 2000)], ["2min", "4min", "6min"], barriers=[river])
    for name in ("", "a", "b"):
        bands = [found[name, key] for key in ("2min", "4min", "6min")]
        for one, other in pairwise(bands):
            assert one.intersection(other).area < 1e-3
            assert one.area > 0
    for keys in (["2min"], ["2min", "4min"], ["2min", "4min", "6min"]):
        whole = {n: shapely.union_all([found[n, k] for k in keys]) for n in ("", "a", "b")}
        union = whole["a"].union(whole["b"])
        assert whole[""].buffer(0.01).covers(union)
        # Where two areas meet, the cells between them are told once instead of twice.
        assert whole[""].difference(union.buffer(CELL / 2)).area < 1e-3


# Brute force on random worlds.


@st.composite
def worlds(draw):
    """Return a network, one facility near it, a limit and a barrier."""
    spot = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda p: (p[0] * 100, p[1] * 100))
    roads = draw(st.lists(st.tuples(spot, spot).filter(lambda p: p[0] != p[1]), min_size=1,
                          max_size=8, unique=True))  # fmt: skip
    one_way = draw(st.lists(st.booleans(), min_size=len(roads), max_size=len(roads)))
    network = make_network(*roads, backward=[not way for way in one_way])
    place = draw(st.tuples(st.integers(-20, 420), st.integers(-20, 420)))
    anywhere = st.tuples(st.integers(-150, 550), st.integers(-150, 550))
    wall = draw(st.lists(anywhere, min_size=2, max_size=3, unique=True))
    limit = draw(st.one_of(st.integers(20, 90).map(lambda s: Limit(value=s / 60, by="time")),
                           st.integers(100, 800).map(lambda m: Limit(value=m, by="length"))))  # fmt: skip
    return network, place, LineString(wall), limit


def brute_cost(network, place, limit, spacing):
    """Return points along the roads and their costs to the facility, by a search with all on it.

    The points are those that the areas are made of: whether a leg passes the end of a barrier
    depends on where it starts.
    """
    own = snap(network, [place])
    stretches = cut_edges(graph_with_points(network, own, limit.by), own, limit.by)
    points = sample_roads(network, stretches, spacing)
    edge, low, high = stretches.edge, stretches.low, stretches.high
    at = points.stretch
    along = low[at] + points.share * (high - low)[at]
    every = Snaps(
        edge=np.append(own.edge, edge[at]).astype(np.int32),
        along=np.append(own.along, along),
        offset_m=np.append(own.offset_m, np.zeros(len(at))),
        x=np.append(own.x, points.x),
        y=np.append(own.y, points.y),
    )
    turned = dataclasses.replace(network, forward=network.backward, backward=network.forward)
    graph = graph_with_points(turned, every, limit.by)
    cost = reach(graph, np.array([0])).cost[graph.point_node[1:]]
    pace = LEG_MS_PER_M if limit.by == "time" else 1000.0
    xy = np.column_stack([points.x, points.y])
    return xy, cost + own.offset_m[0] * pace, float(own.offset_m[0]), pace


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_cells_in_the_area_cost_no_more_than_the_limit_and_others_more(world):
    network, place, wall, limit = world
    access, cell = 70.0, 20.0
    far = shapely.distance(wall, shapely.points([place]))[0]
    assume(far > 1)
    frame = service_areas(
        network, snap(network, [place]), np.array([place], dtype=float), ["a"], [limit],
        barriers=np.array([wall], dtype=object), access_m=access, cell_m=cell,
    )  # fmt: skip
    area = frame.geometry.iloc[1]
    assert frame.geometry.iloc[0].symmetric_difference(area).area < 1e-6
    steps = np.arange(-100, 520, cell) + cell / 2
    x, y = (axis.ravel() for axis in np.meshgrid(steps, steps))
    xy, cost, offset, pace = brute_cost(network, place, limit, cell / 2)
    legs = np.hypot(x[:, None] - xy[:, 0], y[:, None] - xy[:, 1])
    cells, roads = np.nonzero(legs <= access)
    ends = np.stack([np.column_stack([x[cells], y[cells]]), xy[roads]], axis=1)
    shapely.prepare(wall)
    shut = shapely.intersects(wall, shapely.linestrings(ends))
    legs[legs > access] = np.inf
    legs[cells[shut], roads[shut]] = np.inf
    total = (cost + legs * pace).min(axis=1)
    straight = np.hypot(x - place[0], y - place[1])
    beside = (straight <= min(offset, access)) & (straight * pace <= limit.cost)
    inside = shapely.contains_xy(area, x, y)
    # Where the wall passes, areas are drawn up to it. Each point on the road rounds by up to a half.
    by_wall = shapely.distance(wall, shapely.points(x, y)) <= 1.5 * cell
    slack = 300.0
    assert (total[inside & ~by_wall & ~beside] <= limit.cost + slack).all()
    sure = np.where(legs <= access - 0.01, cost + legs * pace, np.inf).min(axis=1)
    missed = (sure <= limit.cost - slack) & ~by_wall & ~inside
    assert not missed.any()


@settings(max_examples=40, deadline=None)
@given(worlds(), st.floats(1.05, 2.0))
def test_a_greater_limit_never_shrinks_the_area(world, factor):
    network, place, wall, limit = world
    greater = dataclasses.replace(limit, value=limit.value * factor)
    frame = service_areas(
        network, snap(network, [place]), np.array([place], dtype=float), ["a"], [limit, greater],
        barriers=np.array([wall], dtype=object), access_m=70.0, cell_m=20.0,
    )  # fmt: skip
    own = frame[frame["facility"] == "a"].set_index("limit").geometry
    alone = service_areas(
        network, snap(network, [place]), np.array([place], dtype=float), ["a"], [greater],
        barriers=np.array([wall], dtype=object), access_m=70.0, cell_m=20.0,
    )  # fmt: skip
    whole = alone.geometry.iloc[1]
    assert own[limit.key].difference(whole.buffer(0.01)).area < 1e-3
    both = shapely.union_all(own.to_numpy())
    assert both.symmetric_difference(whole).area < 1.0
