"""Noding: which line ends, junctions and crossings become nodes, and which never do."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from spatialplan.errors import DataError
from spatialplan.network.noding import node_lines

from .lines import line_array, make_network

SECOND = [(110.0, 0), (200, 0)]


def node(*coords, level=None, tolerance=10.0):
    lines = line_array(*coords)
    levels = np.array(level or ["street"] * len(lines), dtype=object)
    return node_lines(lines, levels, np.broadcast_to(float(tolerance), len(lines)).copy())


def n_pieces(noded):
    """Return the number of connected pieces of the noded lines, by shared end coordinates."""
    ends = [(tuple(g.coords[0]), tuple(g.coords[-1])) for g in noded.geometry]
    names = {p: p for pair in ends for p in pair}

    def root(p):
        while names[p] != p:
            p = names[p]
        return p

    for a, b in ends:
        names[root(a)] = root(b)
    return len({root(p) for p in names})


def test_ends_join_at_the_tolerance_and_not_beyond():
    assert n_pieces(node([(0, 0), (100, 0)], SECOND, tolerance=10)) == 1
    assert n_pieces(node([(0, 0), (100, 0)], SECOND, tolerance=9.99)) == 2


def test_larger_tolerance_of_two_lines_decides():
    lines = line_array([(0, 0), (100, 0)], SECOND)
    level = np.array(["street", "street"], dtype=object)
    assert n_pieces(node_lines(lines, level, np.array([1.0, 10.0]))) == 1
    assert n_pieces(node_lines(lines, level, np.array([10.0, 1.0]))) == 1
    assert n_pieces(node_lines(lines, level, np.array([1.0, 1.0]))) == 2


def test_end_on_the_interior_splits_the_line():
    noded = node([(0, 0), (100, 0)], [(40, 50), (40, 0)])
    assert noded.origin.tolist() == [0, 0, 1]
    assert [round(g.length, 6) for g in noded.geometry] == [40, 60, 50]
    assert n_pieces(noded) == 1


def test_end_short_of_the_interior_joins_within_tolerance_only():
    near = node([(0, 0), (100, 0)], [(40, 50), (40, 8)], tolerance=10)
    far = node([(0, 0), (100, 0)], [(40, 50), (40, 8)], tolerance=7)
    assert near.origin.tolist() == [0, 0, 1]
    assert tuple(near.geometry[0].coords[-1]) == (40, 8)
    assert far.origin.tolist() == [0, 1]
    assert n_pieces(far) == 2


@pytest.mark.parametrize(
    ("level", "n_lines", "n_joined"),
    [
        (["street", "street"], 4, 1),
        (["motorway", "street"], 2, 2),
        (["motorway", "motorway"], 2, 2),
        (["link", "street"], 2, 2),
        (["link", "motorway"], 2, 2),
    ],
)
def test_only_streets_are_noded_where_they_cross(level, n_lines, n_joined):
    noded = node([(0, 0), (100, 0)], [(50, -50), (50, 50)], level=level)
    assert len(noded.geometry) == n_lines
    assert n_pieces(noded) == n_joined


@pytest.mark.parametrize(
    ("level", "n_joined"),
    [
        (["street", "motorway"], 2),
        (["motorway", "street"], 2),
        (["link", "motorway"], 1),
        (["motorway", "link"], 1),
        (["link", "street"], 1),
        (["street", "link"], 1),
        (["motorway", "motorway"], 1),
    ],
)
def test_motorway_meets_streets_through_links_only(level, n_joined):
    at_interior = node([(50, 80), (50, 1)], [(0, 0), (100, 0)], level=level)
    assert n_pieces(at_interior) == n_joined
    at_end = node([(0, 0), (99, 0)], [(100, 0), (200, 0)], level=level)
    assert n_pieces(at_end) == n_joined


def test_link_joins_motorway_and_street():
    noded = node(
        [(0, 0), (1000, 0)], [(0, 300), (1000, 300)], [(400, 2), (500, 297)],
        level=["motorway", "street", "link"],
    )  # fmt: skip
    assert noded.origin.tolist() == [0, 0, 1, 1, 2]
    assert n_pieces(noded) == 1


def test_parallel_carriageways_stay_apart():
    noded = node([(0, 0), (500, 0)], [(500, 15), (0, 15)], tolerance=10)
    assert len(noded.geometry) == 2
    assert [g.length for g in noded.geometry] == [500, 500]
    assert n_pieces(noded) == 2


def test_chains_of_near_ends_do_not_grow():
    # Five ends 8 m apart from each other: a chain would draw all of them to one place.
    lines = [[(8 * i, 0), (8 * i, 1000)] for i in range(5)]
    noded = node(*lines, tolerance=10)
    moved = [abs(g.coords[0][0] - 8 * o) for g, o in zip(noded.geometry, noded.origin, strict=True)]
    assert max(moved) <= 10


def test_no_lines_give_no_lines():
    noded = node()
    assert len(noded.geometry) == len(noded.origin) == 0


def test_one_line_stays_itself():
    noded = node([(0, 0), (30, 40)])
    assert noded.geometry[0].equals(LineString([(0, 0), (30, 40)]))


def test_closed_loop_keeps_its_length():
    noded = node([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])
    assert shapely.length(noded.geometry).sum() == 400


def test_line_shorter_than_the_tolerance_vanishes_but_joins_its_neighbours():
    noded = node([(0, 0), (100, 0)], [(100, 0), (105, 0)], [(105, 0), (200, 0)], tolerance=10)
    assert n_pieces(noded) == 1
    assert noded.origin.tolist() == [0, 2]


def test_three_streets_through_one_point_share_a_node():
    noded = node([(-50, 0), (50, 0)], [(0, -50), (0, 50)], [(-50, -50), (50, 50)])
    network = make_network(*[list(g.coords) for g in noded.geometry])
    assert network.n_edges == 6
    assert network.n_nodes == 7
    assert network.piece.max() == 0


def test_wrong_input_is_refused():
    with pytest.raises(DataError, match="等级"):
        node([(0, 0), (1, 0)], level=["bridge"])
    with pytest.raises(DataError):
        node_lines(line_array([(0, 0), (1, 0)]), np.array([], dtype=object), np.ones(1))


worlds = st.lists(
    st.tuples(*[st.integers(-20, 20)] * 4).filter(lambda c: c[:2] != c[2:]), min_size=1, max_size=8
)


@given(worlds)
@settings(max_examples=60, deadline=None)
def test_pieces_sum_to_the_lines_and_runs_agree(world):
    coords = [[(10 * a, 10 * b), (10 * c, 10 * d)] for a, b, c, d in world]
    noded = node(*coords, tolerance=0.5)
    again = node(*coords, tolerance=0.5)
    assert [g.wkb for g in noded.geometry] == [g.wkb for g in again.geometry]
    total = shapely.length(line_array(*coords)).sum()
    assert shapely.length(noded.geometry).sum() == pytest.approx(total, rel=0.02)
    for position, coord in enumerate(coords):
        own = shapely.length(noded.geometry[noded.origin == position]).sum()
        assert own == pytest.approx(LineString(coord).length, rel=0.2)


@given(worlds, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_of_streets_does_not_matter(world, random):
    coords = [[(10 * a, 10 * b), (10 * c, 10 * d)] for a, b, c, d in world]
    mixed = random.sample(coords, len(coords))
    one, other = node(*coords, tolerance=0.5), node(*mixed, tolerance=0.5)
    total = shapely.length(one.geometry).sum()
    assert shapely.length(other.geometry).sum() == pytest.approx(total, rel=1e-6)
    assert len(one.geometry) == len(other.geometry)


def test_a_ramp_that_ends_near_both_joins_the_nearer_kind_only():
    """A street bridges a motorway: the ramp's end, 10 m from one and 50 m from the other."""
    motorway, street = [(0, 0), (1000, 0)], [(500, -500), (500, 500)]
    for end, met in (((540, 10), "motorway"), ((510, 50), "street")):
        ramp = [end, (900, 300)]
        lines = line_array(motorway, street, ramp)
        level = np.array(["motorway", "street", "link"], dtype=object)
        noded = node_lines(lines, level, np.full(3, 70.0))
        cut = [["motorway", "street", "link"][i] for i in noded.origin]
        assert cut.count(met) == 2
        assert cut.count("street" if met == "motorway" else "motorway") == 1
