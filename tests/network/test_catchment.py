"""Network Voronoi: roads split at equal cost by hand, and land that follows its roads."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from spatialplan.model.network import Snaps
from spatialplan.network.catchment import catchments
from spatialplan.network.routing import graph_with_points, reach

from .lines import make_network, snap

CELL = 50.0


def split(network, places, *, by="time", barriers=(), access_m=500.0, snap_m=1e4, cell_m=CELL):
    """Return the edge table and the polygons by facility; facilities are named a, b, c, …"""
    shapes = np.empty(len(barriers), dtype=object)
    shapes[:] = barriers
    xy = np.array(places, dtype=float).reshape(-1, 2)
    edges, polygons = catchments(
        network,
        snap(network, places, snap_m),
        xy,
        list("abcdefgh")[: len(xy)],
        by=by,
        barriers=shapes,
        access_m=access_m,
        cell_m=cell_m,
    )
    assert edges.crs == polygons.crs == network.crs
    assert polygons.geometry.is_valid.all()
    assert polygons["facility"].is_unique
    assert edges.length.sum() == pytest.approx(network.length_m.sum())
    return edges, polygons.set_index("facility").geometry


def spans(edges):
    """Return (facility, edge, x and y of the start, of the end) of each part."""
    rows = []
    for row in edges.itertuples():
        ends = shapely.get_coordinates(row.geometry)[[0, -1]]
        rows.append((row.facility, row.edge, *np.rint(ends.ravel() * 100) / 100))
    return rows


def test_two_facilities_share_a_road_at_its_middle():
    edges, land = split(make_network([(0, 0), (1000, 0)]), [(100, 0), (700, 0)])
    assert spans(edges) == [("a", 0, 0, 0, 400, 0), ("b", 0, 400, 0, 1000, 0)]
    assert land["a"].covers(Point(350, 450))
    assert land["b"].covers(Point(450, 450))
    assert land["a"].intersection(land["b"]).area < 1e-6
    whole = LineString([(0, 0), (1000, 0)]).buffer(500)
    assert shapely.union_all(land.to_numpy()).symmetric_difference(whole).area < 0.03 * whole.area


def test_time_and_length_part_roads_of_two_speeds_elsewhere():
    network = make_network([(0, 0), (600, 0)], [(600, 0), (1200, 0)],
                           road_class=["slow", "street"])  # fmt: skip
    by_length, _ = split(network, [(0, 0), (1200, 0)], by="length")
    assert spans(by_length) == [("a", 0, 0, 0, 600, 0), ("b", 1, 600, 0, 1200, 0)]
    # 120 s + 60 s: they meet after 90 s of each, on the slow road 450 m from its start.
    by_time, _ = split(network, [(0, 0), (1200, 0)])
    assert spans(by_time) == [
        ("a", 0, 0, 0, 450, 0), ("b", 0, 450, 0, 600, 0), ("b", 1, 600, 0, 1200, 0)
    ]  # fmt: skip


def test_the_leg_of_a_facility_counts():
    # b lies 200 m off the road: by length the border moves 100 m towards it.
    edges, land = split(make_network([(0, 0), (1000, 0)]), [(0, 0), (1000, 200)], by="length")
    assert spans(edges) == [("a", 0, 0, 0, 600, 0), ("b", 0, 600, 0, 1000, 0)]
    assert land["b"].covers(Point(1000, 200))


def test_one_way_roads_belong_to_whom_they_lead_to():
    network = make_network([(0, 0), (1000, 0)], backward=[0])
    edges, _ = split(network, [(100, 0), (700, 0)])
    assert spans(edges) == [
        ("a", 0, 0, 0, 100, 0), ("b", 0, 100, 0, 700, 0), ("", 0, 700, 0, 1000, 0)
    ]  # fmt: skip


def test_unreachable_roads_are_rows_without_a_facility():
    network = make_network([(0, 0), (1000, 0)], [(0, 3000), (1000, 3000)])
    edges, land = split(network, [(0, 0)])
    assert spans(edges) == [("a", 0, 0, 0, 1000, 0), ("", 1, 0, 3000, 1000, 3000)]
    assert land[""].covers(Point(500, 3300))
    assert not land["a"].intersects(land[""])


def test_land_near_an_unreachable_road_goes_to_a_reachable_one():
    network = make_network([(0, 0), (1000, 0)], [(300, 100), (700, 100)])
    _, land = split(network, [(0, 0)])
    assert land["a"].covers(box(350, 120, 650, 400))
    # Beyond 500 m of the reachable road only the other is near.
    assert land[""].covers(Point(500, 560))


def test_land_takes_the_cheapest_road_not_the_nearest():
    # Two dead ends face each other; the land between goes by cost, leg included.
    network = make_network([(0, 0), (1000, 0)], [(0, 600), (1000, 600)])
    _, land = split(network, [(0, 0), (1000, 600)], by="length")
    # At (200, y): a costs 200 + y on the south road, b 800 + (600 − y): equal at y = 600.
    assert land["a"].covers(Point(200, 450))
    assert land["b"].covers(Point(800, 150))
    assert land["a"].covers(Point(480, 200))


def test_a_facility_without_a_road_has_no_catchment():
    edges, land = split(make_network([(0, 0), (1000, 0)]), [(0, 5000), (0, 0)], snap_m=1000.0)
    assert spans(edges) == [("b", 0, 0, 0, 1000, 0)]
    assert land.index.tolist() == ["b"]


def test_without_any_facility_on_the_road_nothing_has_one():
    edges, land = split(make_network([(0, 0), (1000, 0)]), [(0, 5000)], snap_m=1000.0)
    assert spans(edges) == [("", 0, 0, 0, 1000, 0)]
    assert land.index.tolist() == [""]


def test_of_facilities_at_one_spot_the_nearer_to_the_road_takes_all():
    edges, _ = split(make_network([(0, 0), (1000, 0)]), [(500, 90), (500, 0), (500, 0)])
    assert spans(edges) == [("b", 0, 0, 0, 1000, 0)]


def test_no_land_across_a_river():
    river = LineString([(-900, 110), (1900, 90)])
    water = box(300, -200, 400, -100)
    _, land = split(make_network([(0, 0), (1000, 0)]), [(0, 0)], barriers=[river, water])
    north = shapely.Polygon([(-900, 110), (1900, 90), (1900, 900), (-900, 900)])
    assert land["a"].intersection(north).area < 1e-6
    assert land["a"].intersection(water).area < 1e-6
    assert land["a"].covers(box(100, 0, 900, 90))


def test_land_ends_where_the_data_end():
    network = make_network([(0, 0), (1000, 0)], extent=box(0, -100, 1000, 9000))
    _, land = split(network, [(0, 0)])
    assert land["a"].bounds[1] == pytest.approx(-100)


@pytest.mark.parametrize("turn", [1, -1])
def test_no_part_is_shorter_than_a_centimetre(turn):
    # They meet 4 mm from the node between the edges.
    network = make_network([(0, 0), (500, 0)][::turn], [(500, 0), (999.992, 0)][::turn])
    edges, _ = split(network, [(0, 0), (999.992, 0)], by="length")
    assert edges[["facility", "edge"]].to_numpy().tolist() == [["a", 0], ["b", 1]]


def test_edges_shorter_than_a_centimetre_stay():
    network = make_network([(0, 0), (0.008, 0)], [(0.008, 0), (500, 0)],
                           ends=np.array([[0, 1], [1, 2]]))  # fmt: skip
    edges, _ = split(network, [(0, 0), (500, 0)])
    assert sorted(edges["edge"]) == [0, 1, 1]


@st.composite
def worlds(draw):
    spot = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda p: (p[0] * 100, p[1] * 100))
    roads = draw(st.lists(st.tuples(spot, spot).filter(lambda p: p[0] != p[1]), min_size=1,
                          max_size=8, unique=True))  # fmt: skip
    one_way = draw(st.lists(st.booleans(), min_size=len(roads), max_size=len(roads)))
    near = st.tuples(st.integers(-20, 420), st.integers(-20, 420))
    places = draw(st.lists(near, min_size=1, max_size=4))
    network = make_network(*roads, backward=[not way for way in one_way])
    return network, places, draw(st.sampled_from(["time", "length"]))


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_each_part_belongs_to_the_cheapest_facility_by_brute_force(world):
    network, places, by = world
    edges, _ = split(network, places, by=by, access_m=60.0, cell_m=60.0)
    own = snap(network, places)
    middle = shapely.line_interpolate_point(edges.geometry.to_numpy(), 0.5, normalized=True)
    xy = shapely.get_coordinates(middle)
    edge = edges["edge"].to_numpy()
    along = shapely.line_locate_point(network.geometry[edge], middle, normalized=True)
    every = Snaps(
        edge=np.append(own.edge, edge).astype(np.int32),
        along=np.append(own.along, along),
        offset_m=np.append(own.offset_m, np.zeros(len(edge))),
        x=np.append(own.x, xy[:, 0]),
        y=np.append(own.y, xy[:, 1]),
    )
    turned = dataclasses.replace(network, forward=network.backward, backward=network.forward)
    graph = graph_with_points(turned, every, by)
    pace = 200.0 if by == "time" else 1000.0
    cost = np.array([
        reach(graph, np.array([k])).cost[graph.point_node[len(places):]] + own.offset_m[k] * pace
        for k in range(len(places))
    ])  # fmt: skip
    named = edges["facility"].map({name: k for k, name in enumerate("abcd")})
    reached = np.isfinite(cost).any(axis=0)
    assert (named.notna().to_numpy() == reached).all()
    chosen = cost[named[reached].astype(int), np.flatnonzero(reached)]
    assert (chosen <= cost[:, reached].min(axis=0) + 10).all()


@settings(max_examples=30, deadline=None)
@given(worlds(), st.lists(st.integers(0, 500), min_size=4, max_size=4))
def test_land_never_overlaps_and_lies_within_reach_of_roads(world, wall):
    network, places, by = world
    river = LineString([wall[:2], wall[2:]]) if wall[:2] != wall[2:] else LineString()
    _, land = split(network, places, by=by, barriers=[river], access_m=60.0, cell_m=20.0)
    shapes = land.to_numpy()
    assert shapely.area(shapes).sum() == pytest.approx(shapely.union_all(shapes).area, abs=1e-3)
    near = shapely.union_all([*network.geometry, *shapely.points(places)]).buffer(60 + 20)
    assert all(near.covers(shape) for shape in shapes)
