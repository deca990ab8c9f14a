from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from spatialplan.measures.redundancy import find_cuts


def pieces(tail, head, n, gone=()):
    kept = np.setdiff1d(np.arange(len(tail)), gone)
    graph = coo_array((np.ones(len(kept)), (tail[kept], head[kept])), (n, n))
    return connected_components(graph, directed=False)[1]


def cut_by(tail, head, n, root, gone):
    """Return the nodes that lose the root when some links go, the slow and plain way."""
    was, now = pieces(tail, head, n), pieces(tail, head, n, gone)
    return frozenset(np.flatnonzero((was == was[root]) & (now != now[root])).tolist())


def cuts_of(links, n, root=0, marked=(), seed=0):
    tail, head = (np.array([link[end] for link in links], dtype=np.int64) for end in (0, 1))
    rng = np.random.default_rng(seed)
    return find_cuts(tail, head, n, root, np.array(marked, dtype=np.int64), rng), tail, head


def test_a_chain_behind_a_square() -> None:
    """0-1-2-3-0 is a square, 2-4-5 a spur, 6-7 a piece of its own."""
    links = [(0, 1), (1, 2), (2, 3), (3, 0), (2, 4), (4, 5), (6, 7)]
    found, *_ = cuts_of(links, 8, marked=[5])
    assert found.is_cut.tolist() == [False] * 4 + [True, True, False]
    assert found.below[4] == found.below[5] != 0
    assert (found.below[[0, 1, 2, 3, 6]] == 0).all()


def test_links_that_cut_off_nothing_marked_have_no_mark_below() -> None:
    found, *_ = cuts_of([(0, 1), (1, 2)], 3, marked=[1])
    assert found.is_cut.all()
    assert found.below[0] != 0
    assert found.below[1] == 0


def test_parallel_links_and_loops() -> None:
    found, *_ = cuts_of([(0, 1), (0, 1), (1, 1), (1, 2)], 3)
    assert found.is_cut.tolist() == [False, False, False, True]
    assert found.label[0] == found.label[1]


def test_a_root_without_links() -> None:
    found, *_ = cuts_of([(1, 2)], 3)
    assert not found.is_cut.any()


graphs = st.integers(2, 8).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), min_size=1, max_size=14),
        st.sets(st.integers(0, n - 1), max_size=4),
    )
)


@settings(max_examples=60, deadline=None)
@given(graphs, st.integers(0, 3))
def test_cuts_are_those_of_taking_links_away_one_by_one(graph, seed) -> None:
    n, links, marked = graph
    found, tail, head = cuts_of(links, n, marked=sorted(marked), seed=seed)
    lost = [cut_by(tail, head, n, 0, [i]) for i in range(len(links))]
    assert found.is_cut.tolist() == [bool(nodes) for nodes in lost]
    held = [nodes & marked for nodes in lost]
    for i, j in combinations(np.flatnonzero(found.is_cut), 2):
        assert (found.below[i] == found.below[j]) == (held[i] == held[j])


@settings(max_examples=40, deadline=None)
@given(graphs)
def test_equal_labels_are_cuts_in_pairs(graph) -> None:
    n, links, _ = graph
    found, tail, head = cuts_of(links, n)
    whole = pieces(tail, head, n)
    reached = [i for i in range(len(links)) if whole[tail[i]] == whole[0] and not found.is_cut[i]]
    for i, j in combinations(reached, 2):
        parts = pieces(tail, head, n, [i, j]).max() > whole.max()
        assert (found.label[i] == found.label[j]) == parts


def test_the_seed_does_not_matter() -> None:
    links = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 3)]
    one, *_ = cuts_of(links, 6, marked=[4, 5], seed=1)
    other, *_ = cuts_of(links, 6, marked=[4, 5], seed=2)
    assert one.is_cut.tolist() == other.is_cut.tolist() == [False] * 3 + [True] + [False] * 3


@pytest.mark.parametrize("side", [300])
def test_a_wide_grid_has_no_cut_and_its_spur_has_one(side) -> None:
    number = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel(), [0]])
    head = np.concatenate([number[:, 1:].ravel(), number[1:].ravel(), [side * side]])
    rng = np.random.default_rng(0)
    found = find_cuts(tail, head, side * side + 1, 5, np.array([side * side]), rng)
    assert np.flatnonzero(found.is_cut).tolist() == [len(tail) - 1]
