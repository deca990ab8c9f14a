"""Building: nodes, parallel edges, times, pieces, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from spatialplan.errors import DataError
from spatialplan.network.build import travel_time_ms

from .lines import make_network

SQUARE = ([(0, 0), (100, 0)], [(100, 0), (100, 100)], [(100, 100), (0, 0)])


def test_shared_coordinates_are_one_node():
    network = make_network(*SQUARE)
    assert (network.n_nodes, network.n_edges) == (3, 3)
    at = {(network.x[i], network.y[i]) for i in range(3)}
    assert at == {(0, 0), (100, 0), (100, 100)}
    assert [(network.x[s], network.y[s]) for s in network.source] == [(0, 0), (100, 0), (100, 100)]


def test_coordinates_within_a_centimetre_are_one_node():
    assert make_network([(0, 0), (10, 0)], [(10.004, 0), (20, 0)]).n_nodes == 3
    assert make_network([(0, 0), (10, 0)], [(10.02, 0), (20, 0)]).n_nodes == 4


def test_parallel_edges_are_kept():
    network = make_network([(0, 0), (100, 0)], [(0, 0), (50, 40), (100, 0)])
    assert (network.n_nodes, network.n_edges) == (2, 2)
    assert network.source[0] == network.source[1]


def test_many_parallel_edges_still_connect():
    network = make_network(*[[(0, 0), (100, i), (200, 0)] for i in range(256)])
    assert network.piece.tolist() == [0, 0]


def test_node_ids_decide_over_coordinates():
    ends = np.array([[7, 8], [9, 10]], dtype=np.int64)
    network = make_network([(0, 0), (100, 0)], [(100, 0), (200, 0)], ends=ends)
    assert network.n_nodes == 4
    assert network.piece.max() == 1
    joined = np.array([[7, 8], [8, 10]], dtype=np.int64)
    assert make_network([(0, 0), (100, 0)], [(100, 0), (200, 0)], ends=joined).n_nodes == 3


def test_times_follow_class_and_length():
    network = make_network([(0, 0), (100, 0)], [(0, 0), (0, 100)], road_class=["street", "slow"])
    assert network.time_ms.tolist() == [10_000, 20_000]
    assert network.time_ms.dtype == np.int32


def test_speed_of_a_line_goes_before_its_class():
    speed = np.array([72.0, np.nan])
    network = make_network([(0, 0), (100, 0)], [(0, 0), (0, 100)], speed_kmh=speed)
    assert network.time_ms.tolist() == [5_000, 10_000]


def test_time_is_rounded_and_at_least_a_millisecond():
    times = travel_time_ms(np.array([0.0, 0.001, 1.0006]), np.array([36.0, 36.0, 36.0]))
    assert times.tolist() == [1, 1, 100]
    assert times.dtype == np.int32


def test_pieces_are_labelled_by_size():
    network = make_network(
        [(0, 0), (10, 0)],
        [(1000, 0), (1010, 0)], [(1010, 0), (1020, 0)], [(1020, 0), (1030, 0)],
        [(500, 0), (510, 0)], [(510, 0), (520, 0)],
    )  # fmt: skip
    piece = {float(network.x[i]): int(network.piece[i]) for i in range(network.n_nodes)}
    assert [piece[x] for x in (1000, 1030, 500, 520, 0, 10)] == [0, 0, 1, 1, 2, 2]


def test_one_ways_still_hang_together_as_a_piece():
    network = make_network(
        [(0, 0), (10, 0)], [(20, 0), (10, 0)], forward=[True, True], backward=[False, False]
    )
    assert network.piece.tolist() == [0, 0, 0]


def test_unknown_class_and_no_roads_are_refused():
    with pytest.raises(DataError, match="footway"):
        make_network([(0, 0), (1, 0)], road_class=["footway"])
    with pytest.raises(DataError, match="道路"):
        make_network()
