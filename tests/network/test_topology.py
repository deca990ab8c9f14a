"""Topology: every doubt is found where it was built in, and nothing else is."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra
from shapely import LineString, box

from spatialplan.io import base, osm_pbf
from spatialplan.io.osm_categories import read_categories
from spatialplan.model.network import SpeedTable, StreetNetwork
from spatialplan.model.osm import Mode
from spatialplan.network import contract, gaps
from spatialplan.network.build import network_from_lines
from spatialplan.network.topology import Points, TopologyReport, topology_report

WIDE = box(-50_000, -50_000, 50_000, 50_000)
CLASSES = ("residential", "motorway", "motorway_link", "links", "unknown", "", "road")
SPEEDS = SpeedTable(kmh=dict.fromkeys(CLASSES, 36.0), access_kmh=20.0, source="test")
Line = Sequence[tuple[float, float]]


def network(
    lines: Sequence[Line],
    *,
    oneway: Sequence[int] = (),
    road_class: dict[int, str] | None = None,
    extent: shapely.Geometry = WIDE,
    shift: float = 0.0,
) -> StreetNetwork:
    geometry = np.array([LineString(np.array(line) + shift) for line in lines], dtype=object)
    classes = ["residential"] * len(lines)
    for i, name in (road_class or {}).items():
        classes[i] = name
    blank = [""] * len(lines)
    return network_from_lines(
        geometry, road_class=classes, name=blank, ref=blank, accuracy_m=np.full(len(lines), 10.0),
        crs="EPSG:4547", extent=extent, speeds=SPEEDS, provenance=(),
        backward=~np.isin(np.arange(len(lines)), oneway),
    )  # fmt: skip


def block(x: float, y: float, size: float = 1000.0) -> list[Line]:
    """A square of four streets: no dead end, strongly connected."""
    corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
    return [(corners[i], corners[(i + 1) % 4]) for i in range(4)]


def points(*places: tuple[str, float, float]) -> Points:
    return Points(
        ids=[p[0] for p in places],
        x=np.array([p[1] for p in places], dtype=float),
        y=np.array([p[2] for p in places], dtype=float),
    )


def report(
    net: StreetNetwork, villages: Points | None = None, near_m: float = 80.0
) -> TopologyReport:
    return topology_report(net, points=villages, snap_m=500.0, near_m=near_m)


def coords(line: shapely.Geometry) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in shapely.get_coordinates(line).round(6)]


def test_sound_network_has_no_findings() -> None:
    found = report(network(block(0, 0)))
    assert len(found.pieces) == 1
    assert found.pieces["km"].tolist() == [4.0]
    assert found.pieces["share"].tolist() == [1.0]
    frame = found.to_frame()
    assert len(frame) == 0
    assert frame.crs == "EPSG:4547"
    assert list(frame.columns) == ["rank", "kind", "message_zh", "message_en", "value", "villages",
                                   "geometry"]  # fmt: skip


def test_piece_its_gap_and_its_villages() -> None:
    """A road of 2 km that ends 30 m short of the main network, with two of three villages."""
    lines = [*block(0, 0), [(1030.0, 500.0), (3030.0, 500.0)]]
    villages = points(
        ("甲村", 2000, 510), ("乙村", 500, 10), ("丙村", 3000, 600), ("丁村", 0, 9000)
    )
    found = report(network(lines), villages)
    piece = found.pieces.iloc[1]
    assert (piece["nodes"], piece["edges"], piece["km"]) == (2, 1, 2.0)
    assert piece["share"] == pytest.approx(1 / 3)
    assert (piece["x"], piece["y"]) == (2030, 500)
    assert piece["gap_m"] == pytest.approx(30)
    assert coords(piece["geometry"]) == [(1030, 500), (1000, 500)]
    assert piece["villages"] == ("甲村", "丙村")
    assert found.counts["villages_cut_off"] == 2
    assert found.counts["villages_unsnapped"] == 1
    frame = found.to_frame()
    assert frame["kind"].tolist() == ["gap"]  # not told again as a dead end
    row = frame.iloc[0]
    assert (row["rank"], row["villages"], row["value"]) == (1, 2, 2.0)
    assert (
        row["message_zh"]
        == "孤立路段共 2.0 公里，距主路网 30 米，疑为断口；涉及村庄 2 个：甲村、丙村"
    )
    assert "2 villages" in row["message_en"]


def test_gap_from_a_dead_end_of_the_main_network() -> None:
    """The main network's spur stops 20 m short of the middle of a piece's road."""
    lines = [*block(0, 0), [(1000.0, 0.0), (1480.0, 0.0)], [(1500.0, -300.0), (1500.0, 300.0)]]
    found = report(network(lines))
    assert found.pieces["gap_m"].iloc[1] == pytest.approx(20)
    assert coords(found.pieces.geometry.iloc[1]) == [(1500, 0), (1480, 0)]
    assert found.to_frame()["kind"].tolist() == ["gap"]


def test_far_piece_has_no_probable_gap() -> None:
    found = report(network([*block(0, 0), [(5000.0, 0.0), (6000.0, 0.0)]]))
    assert found.pieces["gap_m"].iloc[1] == pytest.approx(4000)
    assert found.to_frame()["kind"].tolist() == ["piece"]


def test_crossing_roads_are_no_gap() -> None:
    """A piece that passes over the main network is as far as its ends are."""
    found = report(network([*block(0, 0), [(500.0, -400.0), (500.0, 400.0)]]))
    assert found.pieces["gap_m"].iloc[1] == pytest.approx(400)


def test_motorway_is_not_a_road_to_join() -> None:
    lines = [
        *block(0, 0),
        [(1010.0, -5000.0), (1010.0, 5000.0)],
        [(1020.0, 500.0), (1100.0, 500.0)],
    ]
    found = report(network(lines, road_class={4: "motorway"}))
    gaps = found.pieces["gap_m"].tolist()
    assert np.isnan(gaps[1])
    assert gaps[2] == pytest.approx(20)
    assert len(found.dead_ends) == 0  # the motorway lies between
    lone = report(network([[(0.0, 0.0), (5000.0, 0.0)], [(0.0, 50.0), (9.0, 50.0)]],
                          road_class={0: "motorway"}))  # fmt: skip
    assert np.isnan(lone.pieces["gap_m"].iloc[1])
    assert lone.to_frame()["kind"].tolist() == ["piece"]


def hairpin(length: float, gap: float) -> list[Line]:
    """Two roads that point at each other across a gap, joined far off: 2 × length + gap round."""
    half = length / 2
    return [
        [(0.0, 0.0), (0.0, -half / 2), (half, -half / 2), (half, 0.0)],
        [(half, 0.0), (half, gap + half / 2), (0.0, gap + half / 2), (0.0, gap)],
    ]


@pytest.mark.parametrize(
    ("length", "gap", "detour"),
    [
        (700, 40, 1440),
        (1490, 20, 3000),
        (1600, 40, np.inf),
        (220, 40, None),
        (700, 81, None),
        (330, 75, None),
        (350, 75, 775),
    ],
)
def test_dead_ends_that_face_each_other(length: float, gap: float, detour: float | None) -> None:
    found = report(network(hairpin(length, gap))).dead_ends
    if detour is None:
        assert len(found) == 0
        return
    assert len(found) == 1  # two ends, one gap
    assert found["detour_m"].iloc[0] == pytest.approx(detour)
    assert found["gap_m"].iloc[0] == pytest.approx(gap)
    assert found["saved_km"].iloc[0] == pytest.approx((min(detour, 3000) - gap) / 1000)
    assert sorted(coords(found.geometry.iloc[0])) == [(0, 0), (0, gap)]


def test_dead_end_beside_the_middle_of_a_road() -> None:
    """The spur stops 10 m short of the far side of the block: 500 + 1000 + 490 m round."""
    lines = [*block(0, 0), [(1000.0, 500.0), (10.0, 500.0)]]
    lines[1:2] = [[(1000.0, 0.0), (1000.0, 500.0)], [(1000.0, 500.0), (1000.0, 1000.0)]]
    frame = report(network(lines)).dead_ends
    assert frame["gap_m"].tolist() == [10.0]
    assert frame["detour_m"].tolist() == [990.0 + 500 + 1000 + 500]
    assert coords(frame.geometry.iloc[0]) == [(10, 500), (0, 500)]


def test_stub_near_its_own_street_is_no_gap() -> None:
    lines = [
        [(0.0, 0.0), (500.0, 0.0)],
        [(500.0, 0.0), (1000.0, 0.0)],
        [(500.0, 0.0), (500.0, 60.0)],
    ]
    assert len(report(network(lines)).dead_ends) == 0


def test_dead_end_that_points_elsewhere_is_no_gap() -> None:
    """Roads side by side, joined at one end only, as on a slope; unless they all but touch."""
    for gap, count in ((40.0, 0), (11.0, 0), (9.0, 1)):
        lines = [[(0.0, 0.0), (700.0, 0.0)], [(700.0, 0.0), (700.0, gap), (0.0, gap)]]
        assert len(report(network(lines)).dead_ends) == count


def test_road_in_between_hides_what_lies_beyond() -> None:
    """The nearer road is 100 m round, so that nothing is gained; it would lie across the gap."""
    lines = hairpin(700, 40)
    assert len(report(network(lines)).dead_ends) == 1
    between = [(0.0, -100.0), (-60.0, -100.0), (-60.0, 20.0), (60.0, 20.0)]
    first = [[(0.0, 0.0), (0.0, -100.0)], [(0.0, -100.0), *lines[0][1:]]]
    assert len(report(network([*first, lines[1], between])).dead_ends) == 1  # to the one between
    found = report(network([*first, lines[1], between])).dead_ends
    assert coords(found.geometry.iloc[0]) == [(0, 40), (0, 20)]


def test_barrier_is_told_as_such() -> None:
    """A gate parts a road into two nodes at one place."""
    lines = hairpin(700, 0.0)
    ends = np.array([[0, 1], [1, 2]])
    geometry = np.array([LineString(line) for line in lines], dtype=object)
    blank = [""] * 2
    net = network_from_lines(
        geometry, road_class=["residential"] * 2, name=blank, ref=blank, ends=ends,
        accuracy_m=np.full(2, 10.0), crs="EPSG:4547", extent=WIDE, speeds=SPEEDS, provenance=(),
    )  # fmt: skip
    frame = report(net).to_frame()
    assert frame["kind"].tolist() == ["barrier"]
    assert frame["value"].tolist() == [1.4]
    piece = dataclasses.replace(net, target=np.array([1, 3], dtype=np.int32),
                                source=np.array([0, 2], dtype=np.int32), piece=np.array([0, 0, 1, 1]),
                                x=np.array([0.0, 350.0, 0.0, 5.0]), y=np.array([0.0, 0.0, 0.0, 700.0]))  # fmt: skip
    assert report(piece).to_frame()["kind"].tolist() == ["barrier"]


def test_ends_at_the_edge_of_the_data_are_no_gaps() -> None:
    tight = box(-100, -3000, 3000, 3000)
    assert len(report(network(hairpin(700, 40))).dead_ends) == 1
    found = report(network(hairpin(700, 40), extent=tight))
    assert len(found.dead_ends) == 0
    lines = [*block(0, 0), [(1030.0, 500.0), (2900.0, 500.0)], [(500.0, 1050.0), (500.0, 1200.0)]]
    frame = report(network(lines, extent=tight)).to_frame()
    assert frame["value"].tolist() == pytest.approx([0.15, 1.87])  # the longer goes on beyond: last
    held = report(network(lines, extent=tight), points(("甲村", 2000, 510))).to_frame()
    assert held["villages"].tolist() == [1, 0]  # unless it cuts a village off


def test_oneway_traps() -> None:
    """One can drive into the first spur and not out of it, out of the second and not into it."""
    spur_in = [(1000.0, 1000.0), (1000.0, 1300.0)]
    loop_in = [(1000.0, 1300.0), (1200.0, 1300.0)]
    spur_out = [(-400.0, 0.0), (0.0, 0.0)]
    net = network([*block(0, 0), spur_in, loop_in, spur_out], oneway=[4, 6])
    found = report(net, points(("甲村", 1100, 1310)))
    table = found.traps.sort_values("state").reset_index(drop=True)
    assert table["state"].tolist() == [1, 2]
    assert table["km"].tolist() == pytest.approx([0.5, 0.4])
    assert table["nodes"].tolist() == [2, 1]
    assert table["villages"].tolist() == [("甲村",), ()]
    assert coords(table.geometry[0]) == spur_in
    assert coords(table.geometry[1]) == spur_out
    assert found.counts["traps"] == 2
    frame = found.to_frame()
    assert frame["kind"].tolist() == ["oneway", "oneway"]
    assert frame["message_zh"][0].startswith("单行可疑：0.50 公里只进不出；涉及村庄 1 个：甲村")


def test_roundabout_and_oneway_pair_are_sound() -> None:
    ring = block(0, 0, 40)
    net = network([*ring, [(40.0, 0.0), (400.0, 0.0)], [(400.0, 0.0), (200.0, 50.0), (40.0, 40.0)]],
                  oneway=range(6))  # fmt: skip
    assert len(report(net).traps) == 0


def test_passage_that_meets_two_traps() -> None:
    """A oneway street whose both ends are sources: the street between is trapped both ways."""
    lines = [*block(0, 0), [(-500.0, 0.0), (0.0, 0.0)], [(-500.0, 0.0), (-500.0, 900.0)]]
    net = network(lines, oneway=[4, 5])  # out of the middle node into the main, and into a sink
    table = report(net).traps
    assert sorted(table["state"]) == [2, 3]
    assert table["km"].sum() == pytest.approx(0.5 + 0.9 + 0.9)  # the door between counts for both


def test_roads_without_class_loops_and_points() -> None:
    loop: Line = [(0.0, 0.0), (-100.0, 0.0), (-100.0, 100.0), (0.0, 0.0)]
    speck: Line = [(1000.0, 0.0), (1000.0, 0.001)]
    net = network([*block(0, 0), loop, speck], road_class={0: "unknown", 1: "", 2: "road"})
    found = report(net)
    assert found.counts["self_loops"] == 2
    assert found.counts["zero_length"] == 1
    assert found.unclassified["edge"].tolist() == [0, 1, 2]
    frame = found.to_frame()
    assert frame["kind"].tolist() == ["unclassified"] * 3
    assert frame["message_en"][0] == "road without a class: 1.00 km"


def test_order_of_importance() -> None:
    """Villages first, by number; then kilometres; a far piece after them; roads without class."""
    shift = [[(x + 20_000, y) for x, y in line] for line in hairpin(700, 40)]
    lines = [
        *block(0, 0),
        [(1000.0, 1000.0), (20_350.0, -3000.0), (20_350.0, 0.0)],  # joins the hairpin to the block
        *shift,
        [(-30.0, 500.0), (-6000.0, 500.0)],  # longest, no village
        [(500.0, -40.0), (500.0, -300.0)],  # one village
        [(0.0, 5000.0), (500.0, 5000.0), (500.0, 6000.0)],  # far off, two villages
        [(9000.0, 9000.0), (9000.0, 9900.0)],  # far off, no village
    ]
    villages = points(("甲", 500, -200), ("乙", 100, 5010), ("丙", 490, 5500), ("丁", 500, 0))
    frame = report(network(lines, road_class={0: "unknown"}), villages).to_frame()
    assert frame["kind"].tolist() == ["piece", "gap", "gap", "dead_end", "piece", "unclassified"]
    assert frame["villages"].tolist() == [2, 1, 0, 0, 0, 0]
    assert frame["rank"].tolist() == [1, 2, 3, 4, 5, 6]


def test_many_villages_are_named_in_part() -> None:
    places = points(*[(f"{i}村", 2000 + i, 510) for i in range(9)])
    frame = report(network([*block(0, 0), [(1030.0, 500.0), (3030.0, 500.0)]]), places).to_frame()
    assert frame["message_zh"][0].endswith("涉及村庄 9 个：0村、1村、2村、3村、4村…")
    assert frame["villages"][0] == 9


def random_lines(rng: np.random.Generator, count: int) -> list[Line]:
    """Streets of a grid with most of its streets left out, some shortened."""
    lines: list[Line] = []
    for _ in range(count):
        x, y = rng.integers(0, 12, 2) * 400.0
        step = (400.0, 0.0) if rng.random() < 0.5 else (0.0, 400.0)
        cut = 1.0 if rng.random() < 0.7 else 0.9
        lines.append([(x, y), (x + step[0] * cut, y + step[1] * cut)])
    return [list(map(tuple, line)) for line in {tuple(line) for line in lines}]


@pytest.mark.parametrize("seed", range(6))
def test_tiles_give_the_distances_of_the_whole(seed: int) -> None:
    rng = np.random.default_rng(seed)
    net = network(random_lines(rng, 160))
    whole = dijkstra(gaps._lengths(net))
    node = rng.integers(0, net.n_nodes, 60)
    edge = rng.integers(0, net.n_edges, 60)
    along = rng.random(60) * net.length_m[edge]
    expected = np.minimum(
        whole[node, net.source[edge]] + along,
        whole[node, net.target[edge]] + net.length_m[edge] - along,
    )
    for limit in (500.0, 3000.0):
        found = gaps._network_distance(net, node, edge, along, limit)
        np.testing.assert_allclose(found, np.where(expected <= limit, expected, np.inf))


@pytest.mark.parametrize("seed", range(4))
def test_order_and_place_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lines = random_lines(rng, 160)
    mixed = [lines[i] for i in rng.permutation(len(lines))]
    one, other = report(network(lines)), report(network(mixed, shift=7000.0))
    assert one.counts == other.counts
    a, b = one.to_frame(), other.to_frame()
    assert sorted(a["kind"]) == sorted(b["kind"])
    np.testing.assert_allclose(np.sort(a["value"]), np.sort(b["value"]))
    found = one.pieces
    tree = shapely.STRtree(network(lines).geometry)
    assert len(tree) == found["edges"].sum()
    assert found["km"].sum() == pytest.approx(network(lines).length_m.sum() / 1000)


@pytest.mark.parametrize("seed", range(3))
def test_gaps_are_the_least_between_ends_and_roads(seed: int) -> None:
    net = network(random_lines(np.random.default_rng(seed), 120))
    found = report(net).pieces
    main = net.geometry[net.piece[net.source] == 0]
    degree = np.bincount(np.concatenate([net.source, net.target]))
    ends = shapely.points(net.x, net.y)[(net.piece == 0) & (degree == 1)]
    for piece in found["piece"][1:]:
        own = shapely.points(net.x, net.y)[net.piece == piece]
        roads = net.geometry[net.piece[net.source] == piece]
        expected = shapely.distance(own[:, None], main[None, :]).min()
        if len(ends):
            expected = min(expected, shapely.distance(ends[:, None], roads[None, :]).min())
        assert found["gap_m"][piece] == pytest.approx(expected)
        assert found.geometry[piece].length == pytest.approx(expected)


def test_a_province_takes_seconds() -> None:
    """300,000 nodes and 40,000 dead ends: measured 3.5 s on 2 cores."""
    rng = np.random.default_rng(5)
    side = 500
    x, y = np.meshgrid(np.arange(side) * 150.0, np.arange(side) * 150.0)
    node = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    keep = rng.random(len(tail)) < 0.62
    xy = np.stack([x.ravel(), y.ravel()], axis=1)
    stubs = xy[rng.integers(0, side * side, 20_000)]
    ends = stubs + rng.uniform(-75, 75, stubs.shape)
    lines = np.concatenate([
        shapely.linestrings(np.stack([xy[tail[keep]], xy[head[keep]]], axis=1)),
        shapely.linestrings(np.stack([stubs, ends], axis=1)),
    ])  # fmt: skip
    blank = [""] * len(lines)
    net = network_from_lines(
        lines, road_class=["residential"] * len(lines), name=blank, ref=blank,
        accuracy_m=np.full(len(lines), 10.0), crs="EPSG:4547", extent=box(-9e3, -9e3, 9e4, 9e4),
        speeds=SPEEDS, provenance=(),
    )  # fmt: skip
    start = time.perf_counter()
    frame = report(net).to_frame()
    took = time.perf_counter() - start
    print(f"{net.n_nodes} nodes, {len(frame)} findings in {took:.1f} s")  # noqa: T201
    assert took < 60


def test_andorra(raw_data: Path) -> None:
    """62 pieces; the main one holds 96 % of the km."""
    categories = read_categories()
    area = box(1.40, 42.42, 1.80, 42.67)
    data = osm_pbf.read_osm(
        raw_data / "osm/andorra-2026-04-04.osm.pbf", area, Mode.DRIVE, categories=categories
    )
    metres = gpd.GeoSeries([area], crs="EPSG:4326").to_crs("EPSG:32631").iloc[0]
    net = contract.network_from_ways(
        data.roads, crs="EPSG:32631", extent=metres, speeds=base.read_speeds(), provenance=()
    )
    places = data.places.to_crs("EPSG:32631")
    villages = Points(
        ids=places["name"].tolist(), x=places.geometry.x.to_numpy(), y=places.geometry.y.to_numpy()
    )
    found = report(net, villages)
    graph = coo_array((np.ones(net.n_edges), (net.source, net.target)), (net.n_nodes,) * 2)
    assert found.counts["pieces"] == connected_components(graph, directed=False)[0]
    assert found.pieces["share"][0] > 0.9
    assert found.pieces["km"].sum() == pytest.approx(net.length_m.sum() / 1000)
    seen = sum(map(len, found.pieces["villages"])) + found.counts["villages_unsnapped"]
    assert seen == len(places)
    frame = found.to_frame()
    assert (frame["villages"][: found.counts["villages_cut_off"]] > 0).all()
    assert frame.geometry.is_valid.all()
    assert not frame.geometry.is_empty.any()
    ends = found.dead_ends
    own = shapely.points(net.x[ends["node"]], net.y[ends["node"]])
    assert shapely.distance(own, net.geometry[ends["edge"]]) == pytest.approx(ends["gap_m"])
    assert (ends["gap_m"] <= 80).all()
    same = ends[ends["piece"] == ends["to_piece"]]
    cost = dijkstra(gaps._lengths(net), indices=same["node"])
    row, edge = np.arange(len(same)), same["edge"].to_numpy()
    nearer = np.minimum(cost[row, net.source[edge]], cost[row, net.target[edge]])
    assert (nearer + net.length_m[edge] >= np.minimum(same["detour_m"], 3000) - 1e-6).all()
