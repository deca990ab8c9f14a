"""Snapping: the nearest edge within the limit, against brute force."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from spatialplan.network.snap import snap_points, snap_to_main, well_connected

from .lines import make_network, snap

coordinate = st.integers(-50, 50)
segments = st.lists(
    st.tuples(*[coordinate] * 4).filter(lambda c: c[:2] != c[2:]), min_size=1, max_size=8
)
places = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=10)


@given(segments, places, st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_snaps_to_the_nearest_edge_within_the_limit(world, points, limit):
    network = make_network(*[[c[:2], c[2:]] for c in world])
    snaps = snap(network, points, limit)
    for i, point in enumerate(points):
        gaps = shapely.distance(network.geometry, shapely.Point(point))
        assert snaps.is_snapped[i] == (gaps.min() <= limit)
        if not snaps.is_snapped[i]:
            assert np.isnan([snaps.offset_m[i], snaps.along[i], snaps.x[i], snaps.y[i]]).all()
            continue
        assert snaps.offset_m[i] == pytest.approx(gaps.min(), abs=1e-9)
        edge = network.geometry[snaps.edge[i]]
        assert gaps[snaps.edge[i]] == pytest.approx(gaps.min(), abs=1e-9)
        at = edge.interpolate(snaps.along[i], normalized=True)
        assert np.hypot(at.x - snaps.x[i], at.y - snaps.y[i]) < 1e-6
        assert np.hypot(snaps.x[i] - point[0], snaps.y[i] - point[1]) == pytest.approx(
            gaps.min(), abs=1e-6
        )


def test_ties_go_to_the_first_edge():
    network = make_network([(0, 0), (100, 0)], [(0, 20), (100, 20)], [(100, 0), (200, 0)])
    assert snap(network, [(50, 10), (100, 0)]).edge.tolist() == [0, 0]


def test_limit_itself_is_within():
    network = make_network([(0, 0), (100, 0)])
    snaps = snap(network, [(50, 30), (50, 30.000001)], 30.0)
    assert snaps.is_snapped.tolist() == [True, False]


@pytest.mark.parametrize("limit", [0.0, 0.5])
def test_small_limits_keep_what_lies_on_the_road(limit):
    network = make_network([(0, 0), (100, 0)])
    assert snap(network, [(50, 0), (50, 0.75)], limit).is_snapped.tolist() == [True, False]


def test_nan_stays_unsnapped_in_its_row():
    network = make_network([(0, 0), (100, 0)])
    snaps = snap(network, [(np.nan, 0), (25, 5), (10, np.nan), (np.inf, 0)])
    assert snaps.edge.tolist() == [-1, 0, -1, -1]
    assert snaps.along[1] == 0.25


def test_no_points():
    snaps = snap(make_network([(0, 0), (100, 0)]), [])
    assert len(snaps.edge) == len(snaps.x) == 0


def test_places_do_not_snap_to_motorways_but_motorway_lines_do():
    network = make_network(
        [(0, 0), (100, 0)], [(0, 50), (100, 50)], [(0, -60), (100, -60)],
        road_class=["motorway", "street", "motorway_link"],
    )  # fmt: skip
    x, y = np.array([50.0, 50.0, 50.0]), np.array([1.0, 1.0, -59.0])
    lines = np.array([False, True, False])
    snaps = snap_points(network, x, y, 200.0, lines)
    assert snaps.edge.tolist() == [1, 0, 1]
    assert snap_points(network, x, y, 20.0, lines).edge.tolist() == [-1, 0, -1]
    assert snap_points(network, x, y, 200.0).edge.tolist() == [1, 1, 1]


def test_only_motorways_leave_places_unsnapped():
    network = make_network([(0, 0), (100, 0)], road_class=["motorway"])
    assert snap(network, [(50, 1)]).edge.tolist() == [-1]


def test_a_yard_does_not_cut_a_place_off():
    """A gated yard 10 m away, the street 60 m away: the street, unless it is much farther."""
    network = make_network([(0, 0), (1000, 0)], [(1000, 0), (2000, 0)], [(400, 50), (420, 50)])
    x, y = np.array([410.0]), np.array([60.0])
    for slack_m, edge, offset_m in ((150.0, 0, 60.0), (20.0, 2, 10.0)):
        snaps = snap_to_main(network, x, y, 1500.0, slack_m)
        assert snaps.edge.tolist() == [edge]
        assert snaps.offset_m.tolist() == pytest.approx([offset_m])
    assert well_connected(network).tolist() == [True, True, False]


def test_a_road_that_one_ways_only_enter_is_not_well_connected():
    network = make_network([(0, 0), (100, 0)], [(100, 0), (200, 0)], backward=[True, False])
    assert well_connected(network).tolist() == [True, False]
