"""Ways to network: hand-drawn worlds, properties on random worlds, and osmnx on Andorra."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import osmnx as ox
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from spatialplan.errors import DataError
from spatialplan.io.base import read_speeds
from spatialplan.io.osm_categories import read_categories
from spatialplan.io.osm_pbf import read_osm
from spatialplan.model.network import SpeedTable, StreetNetwork
from spatialplan.model.osm import Mode, RoadWays
from spatialplan.network.contract import network_from_ways
from tests.osm_files import write_roads

CRS = "EPSG:25831"  # Andorra and about
TO_METRES = pyproj.Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
EXTENT = box(0, 0, 1e6, 1e7)
SPEEDS = SpeedTable(
    kmh={"primary": 60.0, "residential": 30.0, "service": 15.0}, access_kmh=20.0, source="test"
)
Way = tuple[Sequence[int], dict]


def make_ways(nodes: dict[int, tuple[float, float]], ways: Sequence[Way], barred=()) -> RoadWays:
    """Lay out ways over nodes at (column, row) of a grid of a thousandth of a degree."""
    ids = sorted(nodes)
    place = {id_: at for at, id_ in enumerate(ids)}
    n = len(ways)

    def column(key, default, dtype):
        return np.array([tags.get(key, default) for _, tags in ways], dtype=dtype)

    return RoadWays(
        way_id=np.arange(n, dtype=np.int64) + 100,
        first=np.concatenate([[0], np.cumsum([len(refs) for refs, _ in ways])]).astype(np.int64),
        node=np.array([place[ref] for refs, _ in ways for ref in refs], dtype=np.int64),
        node_id=np.array(ids, dtype=np.int64),
        lon=np.array([1.5 + nodes[id_][0] / 1000 for id_ in ids]),
        lat=np.array([42.5 + nodes[id_][1] / 1000 for id_ in ids]),
        road_class=column("highway", "residential", object),
        name=column("name", "", object),
        ref=column("ref", "", object),
        surface=column("surface", "", object),
        junction=column("junction", "", object),
        oneway=column("oneway", 0, np.int8),
        maxspeed_kmh=column("maxspeed", np.nan, float),
        bridge=np.zeros(n, dtype=bool),
        tunnel=np.zeros(n, dtype=bool),
        layer=np.zeros(n, dtype=np.int8),
        toll=np.zeros(n, dtype=bool),
        barred_node=np.isin(ids, list(barred)),
    )


def build(roads: RoadWays, **options) -> StreetNetwork:
    return network_from_ways(roads, crs=CRS, extent=EXTENT, speeds=SPEEDS, provenance=(), **options)


LINE = {i: (i, 0) for i in range(1, 10)}
CROSS = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 1), 5: (1, -1), 6: (3, 0)}


def shape_of(network: StreetNetwork) -> list[tuple[int, ...]]:
    """Per edge: number of points of its line, forward, backward; sorted."""
    points = shapely.get_num_points(network.geometry)
    flags = zip(points, network.forward, network.backward, strict=True)
    return sorted((int(n), int(f), int(b)) for n, f, b in flags)


class TestContraction:
    def test_a_line_of_several_ways_is_one_edge(self) -> None:
        a = {"highway": "primary", "name": "甲路", "ref": "X1"}
        b = {"highway": "residential", "name": "乙路", "maxspeed": 36.0}
        roads = make_ways(
            LINE, [([1, 2, 3], a), ([6, 5, 4, 3], b), ([6, 7], {"highway": "service"})]
        )
        network = build(roads)
        assert (network.n_nodes, network.n_edges) == (2, 1)
        assert shape_of(network) == [(7, 1, 1)]
        unit = network.length_m[0] / 6
        assert unit == pytest.approx(82.1, abs=0.2)
        assert network.road_class[0] == "residential"  # three of six units
        assert network.name[0] == "乙路"
        assert network.ref[0] == "X1"  # no other part has any
        hours = unit / 1000 * (2 / 60 + 3 / 36 + 1 / 15)
        assert network.time_ms[0] == pytest.approx(hours * 3.6e6, abs=2)
        x = shapely.get_coordinates(network.geometry[0])[:, 0]
        assert (np.diff(x) > 0).all() or (np.diff(x) < 0).all()

    def test_junctions_and_dead_ends_stay(self) -> None:
        network = build(make_ways(CROSS, [([1, 2, 3, 6], {}), ([4, 2, 5], {})]))
        assert (network.n_nodes, network.n_edges) == (5, 4)
        assert shape_of(network) == [(2, 1, 1)] * 3 + [(3, 1, 1)]

    @pytest.mark.parametrize(
        ("first", "second", "nodes", "edges"),
        [
            (0, 0, 2, [(3, 1, 1)]),
            (1, 1, 2, [(3, 1, 0)]),
            (-1, -1, 2, [(3, 1, 0)]),
            (1, 0, 3, [(2, 1, 0), (2, 1, 1)]),  # one-way meets two-way
            (1, -1, 3, [(2, 1, 0), (2, 1, 0)]),  # both lead in
            (-1, 1, 3, [(2, 1, 0), (2, 1, 0)]),  # both lead out
        ],
    )
    def test_where_directions_change(self, first, second, nodes, edges) -> None:
        network = build(
            make_ways(LINE, [([1, 2], {"oneway": first}), ([2, 3], {"oneway": second})])
        )
        assert network.n_nodes == nodes
        assert shape_of(network) == edges

    def test_a_oneway_edge_runs_with_the_traffic(self) -> None:
        network = build(make_ways(LINE, [([1, 2], {"oneway": -1}), ([3, 2], {"oneway": 1})]))
        x = shapely.get_coordinates(network.geometry[0])[:, 0]
        assert (np.diff(x) < 0).all()
        assert network.x[network.source[0]] > network.x[network.target[0]]

    def test_a_free_ring_keeps_one_node(self) -> None:
        for oneway in (0, 1, -1):
            ring = make_ways(
                CROSS, [([1, 4, 3], {"oneway": oneway}), ([3, 5, 1], {"oneway": oneway})]
            )
            network = build(ring)
            assert (network.n_nodes, network.n_edges) == (1, 1)
            assert network.source[0] == network.target[0]
            assert network.geometry[0].is_ring

    def test_a_loop_at_the_end_of_a_road(self) -> None:
        network = build(make_ways(CROSS, [([1, 2], {}), ([2, 4, 3, 5, 2], {"oneway": 1})]))
        assert (network.n_nodes, network.n_edges) == (2, 2)
        assert sorted(shape_of(network)) == [(2, 1, 1), (5, 1, 0)]

    def test_parallel_roads_stay_apart(self) -> None:
        network = build(
            make_ways(CROSS, [([1, 4, 3], {}), ([1, 5, 3], {}), ([1, 3], {}), ([3, 6], {})])
        )
        assert (network.n_nodes, network.n_edges) == (3, 4)

    def test_a_segment_drawn_twice_is_kept_twice(self) -> None:
        network = build(make_ways(LINE, [([1, 2, 3, 4], {}), ([2, 3], {"highway": "primary"})]))
        assert (network.n_nodes, network.n_edges) == (4, 4)

    def test_repeated_nodes_and_empty_ways_make_no_edge(self) -> None:
        network = build(
            make_ways(LINE, [([1, 1, 2, 2, 3, 3], {}), ([4, 4], {}), ([5], {}), ([], {})])
        )
        assert (network.n_nodes, network.n_edges) == (2, 1)

    def test_different_nodes_at_one_spot_do_not_join(self) -> None:
        nodes = {**LINE, 20: (2, 0)}
        network = build(make_ways(nodes, [([1, 2], {}), ([20, 3], {})]))
        assert (network.n_nodes, network.n_edges) == (4, 2)
        zero = build(make_ways(nodes, [([1, 2], {}), ([2, 20], {})]))
        assert (zero.n_nodes, zero.n_edges) == (2, 1)
        alone = build(make_ways(nodes, [([2, 20], {})]))
        assert alone.time_ms.tolist() == [1]  # no edge is free

    def test_a_barrier_parts_the_road(self) -> None:
        network = build(make_ways(LINE, [([1, 2, 3, 4, 5], {})], barred=[3]))
        assert (network.n_nodes, network.n_edges) == (4, 2)
        assert shape_of(network) == [(3, 1, 1)] * 2
        assert network.piece.max() == 1
        crossing = build(make_ways(CROSS, [([1, 2, 3], {}), ([4, 2, 5], {})], barred=[2]))
        assert (crossing.n_nodes, crossing.n_edges) == (8, 4)
        at_end = build(make_ways(LINE, [([1, 2], {}), ([2, 3], {})], barred=[1]))
        assert (at_end.n_nodes, at_end.n_edges) == (2, 1)

    def test_classes_and_the_largest_piece(self) -> None:
        roads = make_ways(
            LINE, [([1, 2], {}), ([4, 5, 6, 7], {}), ([7, 8, 9], {"highway": "service"})]
        )
        assert build(roads).n_edges == 2
        only = build(roads, classes=["residential"])
        assert sorted(shape_of(only)) == [(2, 1, 1), (4, 1, 1)]
        assert set(only.road_class) == {"residential"}
        assert shape_of(build(roads, largest_only=True)) == [(6, 1, 1)]
        assert build(roads, largest_only=True).road_class.tolist() == ["residential"]

    def test_nodes_follow_a_curve_and_edges_their_nodes(self) -> None:
        network = build(make_ways(CROSS, [([1, 2, 3], {}), ([4, 2, 5], {})]))
        assert (np.diff(network.source) >= 0).all()
        assert np.array_equal(
            shapely.get_coordinates(shapely.get_point(network.geometry, -1)),
            np.column_stack([network.x, network.y])[network.target],
        )

    def test_nothing_to_build_of(self) -> None:
        with pytest.raises(DataError, match="没有任何道路"):
            build(make_ways(LINE, [([1, 1], {})]))
        with pytest.raises(DataError, match="没有任何道路"):
            build(make_ways(LINE, [([1, 2], {})]), classes=["motorway"], largest_only=True)
        with pytest.raises(DataError, match="raceway"):
            build(make_ways(LINE, [([1, 2], {"highway": "raceway"})]))


@st.composite
def worlds(draw) -> tuple[dict, list[Way]]:
    """A few ways over twelve nodes of a grid: loops, parallels, repeated nodes, one-ways."""
    nodes = {i: (i % 4 + (i % 3) / 10, i // 4) for i in range(12)}
    refs = st.lists(st.integers(0, 11), min_size=2, max_size=6)
    tags = st.fixed_dictionaries(
        {
            "oneway": st.sampled_from([-1, 0, 0, 1]),
            "highway": st.sampled_from(["primary", "residential", "service"]),
            "maxspeed": st.sampled_from([np.nan, np.nan, 20.0, 50.0]),
        }
    )
    ways = draw(st.lists(st.tuples(refs, tags), min_size=1, max_size=8))
    return nodes, [way for way in ways if len(set(way[0])) > 1] or [([0, 1], {})]


def key(x: float, y: float) -> tuple[float, float]:
    return round(float(x), 2), round(float(y), 2)


def plain_graph(roads: RoadWays) -> nx.MultiDiGraph:
    """The graph of all segments, uncontracted, with times in milliseconds."""
    x, y = TO_METRES.transform(roads.lon, roads.lat)
    graph = nx.MultiDiGraph()
    for way in range(len(roads.way_id)):
        kmh = roads.maxspeed_kmh[way]
        kmh = SPEEDS.of(roads.road_class[way]) if np.isnan(kmh) else kmh
        nodes = roads.node[roads.first[way] : roads.first[way + 1]]
        for a, b in pairwise(nodes):
            time = float(np.hypot(x[a] - x[b], y[a] - y[b])) / kmh * 3600
            if roads.oneway[way] >= 0:
                graph.add_edge(key(x[a], y[a]), key(x[b], y[b]), time=time)
            if roads.oneway[way] <= 0:
                graph.add_edge(key(x[b], y[b]), key(x[a], y[a]), time=time)
    return graph


def contracted_graph(network: StreetNetwork) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    names = [key(x, y) for x, y in zip(network.x, network.y, strict=True)]
    for i, (u, v) in enumerate(zip(network.source, network.target, strict=True)):
        if network.forward[i]:
            graph.add_edge(names[u], names[v], time=int(network.time_ms[i]))
        if network.backward[i]:
            graph.add_edge(names[v], names[u], time=int(network.time_ms[i]))
    return graph


def all_times(graph: nx.MultiDiGraph) -> dict:
    return dict(nx.all_pairs_dijkstra_path_length(graph, weight="time"))


class TestProperties:
    @settings(deadline=None, max_examples=60)
    @given(worlds())
    def test_times_equal_those_of_the_plain_graph(self, world) -> None:
        roads = make_ways(*world)
        plain, found = all_times(plain_graph(roads)), all_times(contracted_graph(build(roads)))
        for origin, times in found.items():
            for destination in found:
                here = times.get(destination, np.inf)
                there = plain[origin].get(destination, np.inf)
                assert here == there or abs(here - there) <= 0.5 * len(found) + 1

    @settings(deadline=None, max_examples=60)
    @given(worlds())
    def test_no_length_is_lost(self, world) -> None:
        roads = make_ways(*world)
        network = build(roads)
        plain = plain_graph(roads)
        x, y = TO_METRES.transform(roads.lon, roads.lat)
        way = np.repeat(np.arange(len(roads.way_id)), np.diff(roads.first))
        inner = way[1:] == way[:-1]
        a, b = roads.node[:-1][inner], roads.node[1:][inner]
        assert network.length_m.sum() == pytest.approx(np.hypot(x[a] - x[b], y[a] - y[b]).sum())
        joined = contracted_graph(network)
        total = sum(time for *_, time in plain.edges(data="time"))
        assert sum(t for *_, t in joined.edges(data="time")) == pytest.approx(
            total, abs=joined.number_of_edges() + 1
        )

    @settings(deadline=None, max_examples=40)
    @given(worlds(), st.lists(st.integers(0, 11), min_size=2, max_size=4, unique=True))
    def test_more_roads_never_lengthen_a_route(self, world, refs) -> None:
        nodes, ways = world
        before = all_times(contracted_graph(build(make_ways(nodes, ways))))
        after = all_times(contracted_graph(build(make_ways(nodes, [*ways, (refs, {})]))))
        for origin in before.keys() & after.keys():
            for destination in before[origin].keys() & after.keys():
                slack = len(before) + len(after)
                assert after[origin][destination] <= before[origin][destination] + slack

    @settings(deadline=None, max_examples=40)
    @given(worlds())
    def test_how_ways_are_drawn_does_not_matter(self, world) -> None:
        """Turning a way and its direction, or the order of the ways, changes no time."""
        nodes, ways = world
        turned = [(refs[::-1], {**tags, "oneway": -tags.get("oneway", 0)}) for refs, tags in ways]
        times = all_times(contracted_graph(build(make_ways(nodes, ways))))
        assert all_times(contracted_graph(build(make_ways(nodes, turned)))) == times
        assert all_times(contracted_graph(build(make_ways(nodes, ways[::-1])))) == times

    @settings(deadline=None, max_examples=40)
    @given(worlds())
    def test_against_all_traffic(self, world) -> None:
        """Where every one-way is turned, routes lead back; turned twice, all is as before."""
        nodes, ways = world
        roads = make_ways(nodes, ways)
        against = replace(roads, oneway=-roads.oneway)
        there = all_times(contracted_graph(build(roads)))
        back = all_times(contracted_graph(build(against)))
        assert {(a, b, t) for a, ts in there.items() for b, t in ts.items()} == {
            (b, a, t) for a, ts in back.items() for b, t in ts.items()
        }
        twice = build(replace(against, oneway=-against.oneway))
        assert np.array_equal(twice.time_ms, build(roads).time_ms)
        assert all(a.equals(b) for a, b in zip(twice.geometry, build(roads).geometry, strict=True))


MAIN = ("motorway", "trunk", "primary", "secondary", "tertiary")
STREETS = (*MAIN, *(f"{name}_link" for name in MAIN), "unclassified", "residential",
           "living_street")  # fmt: skip
WITH_SERVICE = (*STREETS, "service")
WITH_TRACKS = (*WITH_SERVICE, "road", "track")


def great_circle_km(network: StreetNetwork, directions: np.ndarray) -> float:
    """Length of all directed edges on osmnx's sphere."""
    xy, of = shapely.get_coordinates(network.geometry, return_index=True)
    lon, lat = np.radians(TO_METRES.transform(*xy.T, direction="INVERSE"))
    inner = of[1:] == of[:-1]
    a = (
        np.sin(np.diff(lat) / 2) ** 2
        + np.cos(lat[1:]) * np.cos(lat[:-1]) * np.sin(np.diff(lon) / 2) ** 2
    )
    length = 2 * 6_371_009 * np.arcsin(np.sqrt(a))
    return float((length * inner * directions[of[1:]]).sum() / 1000)


def osmnx_graph(pbf: Path, folder: Path, classes: Sequence[str]) -> nx.MultiDiGraph:
    xml = write_roads(pbf, folder / "roads.osm", classes)
    return ox.graph_from_xml(xml, simplify=False, retain_all=False)


def planar_times(graph: nx.MultiDiGraph, roads: RoadWays) -> None:
    """Give each unsimplified edge of osmnx our travel time."""
    speeds = read_speeds()
    kmh = {
        int(way): speeds.of(name) if np.isnan(limit) else float(limit)
        for way, name, limit in zip(roads.way_id, roads.road_class, roads.maxspeed_kmh, strict=True)
    }
    ids = list(graph)
    x, y = TO_METRES.transform(
        [graph.nodes[n]["x"] for n in ids], [graph.nodes[n]["y"] for n in ids]
    )
    place = dict(zip(ids, zip(x, y, strict=True), strict=True))
    for u, v, data in graph.edges(data=True):
        metres = np.hypot(place[u][0] - place[v][0], place[u][1] - place[v][1])
        data["travel_time"] = float(metres) / kmh[data["osmid"]] * 3600
    for node, at in place.items():
        graph.nodes[node]["at"] = key(*at)


@pytest.mark.parametrize(
    ("date", "classes", "counts"),
    [
        ("2026-04-04", STREETS, (1974, 3764, 823.2)),
        ("2026-04-04", WITH_SERVICE, (3838, 7752, 998.8)),
        ("2026-04-04", WITH_TRACKS, (4650, 9665, 1626.2)),
        ("2025-01-19", WITH_SERVICE, (3734, 7620, 997.4)),
    ],
)
def test_osmnx_makes_the_same_graph(raw_data: Path, tmp_path: Path, date, classes, counts) -> None:
    """Nodes, directed edges, length, and 1,000 random routes.

    Ours are planar lengths in UTM on the ellipsoid, osmnx's great circles on a sphere: 0.07 % apart
    here. On osmnx's own sphere our lines agree to 0.01 %.
    """
    pbf = raw_data / f"osm/andorra-{date}.osm.pbf"
    data = read_osm(pbf, box(0, 40, 3, 44), categories=read_categories(), access=False)
    network = network_from_ways(
        data.roads, crs=CRS, extent=EXTENT, speeds=read_speeds(), provenance=(),
        classes=classes, largest_only=True,
    )  # fmt: skip
    directions = network.forward.astype(int) + network.backward
    raw = osmnx_graph(pbf, tmp_path, classes)
    planar_times(raw, data.roads)
    theirs = ox.simplify_graph(raw)
    km = sum(length for *_, length in theirs.edges(data="length")) / 1000
    assert (len(theirs), len(theirs.edges), round(km, 1)) == counts
    assert (network.n_nodes, directions.sum()) == counts[:2]
    assert (network.length_m * directions).sum() / 1000 == pytest.approx(km, rel=1e-3)
    assert great_circle_km(network, directions) == pytest.approx(km, rel=1e-4)

    rng = np.random.default_rng(20260404)
    names = {data["at"]: node for node, data in theirs.nodes(data=True)}
    assert len(names) == len(theirs)
    ours = contracted_graph(network)
    assert set(ours) == set(names)
    places = sorted(names)
    for origin in rng.choice(len(places), 25, replace=False):
        times, paths = nx.single_source_dijkstra(ours, places[origin], weight="time")
        expected = nx.single_source_dijkstra_path_length(
            theirs, names[places[origin]], weight="travel_time"
        )
        for destination in rng.choice(len(places), 40, replace=False):
            node = names[places[destination]]
            assert (places[destination] in times) == (node in expected)
            if node in expected:
                slack = len(paths[places[destination]])  # a millisecond of rounding per edge
                assert abs(times[places[destination]] - expected[node]) <= slack


@pytest.mark.parametrize("mode", list(Mode))
def test_every_mode_builds(raw_data: Path, mode) -> None:
    pbf = raw_data / "osm/andorra-2026-04-04.osm.pbf"
    data = read_osm(pbf, box(1.5, 42.4, 1.6, 42.6), mode, categories=read_categories())
    speeds = read_speeds(mode)
    network = network_from_ways(
        data.roads, crs=CRS, extent=EXTENT, speeds=speeds, provenance=(data.provenance,)
    )
    kmh = network.length_m / network.time_ms * 3600
    assert (network.time_ms >= 1).all()
    if mode is Mode.WALK:
        assert kmh == pytest.approx(4.8, rel=0.01)
        assert network.forward.all()
        assert network.backward.all()
    assert (network.piece == 0).mean() > 0.9


def test_speeds_of_the_modes() -> None:
    drive, truck, walk = (read_speeds(mode) for mode in Mode)
    assert truck.of("primary") == pytest.approx(0.85 * drive.of("primary"))
    assert truck.access_kmh == pytest.approx(0.85 * drive.access_kmh)
    assert walk.of("footway") == walk.of("primary") == walk.access_kmh == 4.8
    assert drive.of("ferry") == truck.of("ferry") == walk.of("ferry")
    with pytest.raises(DataError, match="footway"):
        drive.of("footway")
