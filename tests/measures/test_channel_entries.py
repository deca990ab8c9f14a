from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, affinity, box

from spatialplan.measures.channel_entries import (
    boundary_exits,
    cluster,
    motorway_junctions,
    quarter,
)
from tests.checks.world import ORIGIN, network_of

ROADS = (
    [(-3000, 5000), (0, 5000)],  # motorway
    [(0, 5000), (3000, 5000)],  # motorway
    [(0, 0), (0, 5000)],  # ramp
    [(3000, 5000), (6000, 5000)],  # the street in which the motorway ends
    [(6000, 5000), (6000, 0)],  # a street far from it
)
NETWORK = network_of(ROADS, (True,) * 5, ["motorway", "motorway", "lane", "street", "street"])


def xy_of(snaps):
    return sorted(np.column_stack([snaps.x - ORIGIN[0], snaps.y - ORIGIN[1]]).round().tolist())


def test_junctions_are_where_motorway_meets_ramp_or_street() -> None:
    found = motorway_junctions(NETWORK)
    assert xy_of(found) == [[0, 5000], [3000, 5000]]
    node = np.where(found.along == 0, NETWORK.source[found.edge], NETWORK.target[found.edge])
    np.testing.assert_array_equal(NETWORK.x[node], found.x)
    assert (NETWORK.road_class[found.edge] == "motorway").all()


def test_no_motorway_no_junction() -> None:
    assert len(motorway_junctions(network_of()).edge) == 0


def exits(area, roads=ROADS):
    area = affinity.translate(area, *ORIGIN)
    return boundary_exits(network_of(roads, (True,) * len(roads)), area)


def test_roads_leave_by_the_way_they_run() -> None:
    found = exits(box(-1000, -1000, 1000, 6000))
    assert xy_of(found.at) == [[-1000, 5000], [1000, 5000]]
    order = np.argsort(found.xy[:, 0])
    assert quarter(found.outward[order]).tolist() == [3, 1]
    assert found.kmh == pytest.approx([60, 60], rel=1e-3)


def test_a_road_that_only_grazes_the_boundary_does_not_leave() -> None:
    """The wedge of outside land is 100 m wide where the road at y = 5000 passes it."""
    wedge = Polygon(
        [(-9000, 0), (9000, 0), (9000, 9000), (550, 9000), (500, 4000), (450, 9000), (-9000, 9000)]
    )
    assert len(exits(wedge, (ROADS[1],)).kmh) == 0


def test_a_boundary_without_roads() -> None:
    assert exits(box(20_000, 20_000, 21_000, 21_000)).xy.shape == (0, 2)


def test_quarters_meet_at_the_diagonals() -> None:
    assert quarter(np.array([[-1.0, 1.0], [1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]])).tolist() == [
        0, 1, 2, 3,
    ]  # fmt: skip


@given(st.floats(0, 360, exclude_max=True), st.floats(0.1, 1e6))
def test_a_quarter_turn_is_the_next_quarter(bearing, length) -> None:
    angle = np.radians([bearing, bearing + 90])
    here, there = quarter(length * np.column_stack([np.sin(angle), np.cos(angle)]))
    if abs((bearing + 45) % 90) > 1e-6 and abs((bearing + 45) % 90 - 90) > 1e-6:
        assert there == (here + 1) % 4


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=8), st.integers(1, 4))
def test_clusters_do_not_depend_on_where_the_points_lie(points, within) -> None:
    xy = np.array(points, dtype=float).reshape(-1, 2)
    moved = (xy + np.array([3.0e5, 3.0e6]))[:, ::-1] * np.array([-1, 1])
    assert cluster(xy, within).tolist() == cluster(moved, within).tolist()
