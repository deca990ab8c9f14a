from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from spatialplan.measures.redundancy_links import (
    Links,
    costs_without,
    joined_roads,
    used_links,
)


def links_of(*rows):
    """Return links as (tail, head, cost, two-way)."""
    tail, head, cost, both = zip(*rows, strict=True)
    return Links(
        tail=np.array(tail), head=np.array(head), cost=np.array(cost, dtype=float),
        forward=np.ones(len(rows), dtype=bool), backward=np.array(both, dtype=bool),
    )  # fmt: skip


def use_of_links(roads, nodes):
    return np.bincount(used_links(roads, nodes)[1], minlength=roads.n_links)


# 0 - 1 - 2 with a long way round 0 - 3 - 2, and a one-way spur 2 > 4.
LINKS = links_of(
    (0, 1, 4, True), (1, 2, 6, True), (0, 3, 20, True), (3, 2, 20, True), (2, 4, 5, False)
)
NODES = np.array([1, 2, 3, 4, -1])


def test_costs_by_hand() -> None:
    roads = joined_roads(LINKS, 5, np.array([0]))
    assert costs_without(roads, NODES).tolist() == [4, 10, 20, 15, np.inf]
    assert costs_without(roads, NODES, np.array([0])).tolist() == [46, 40, 20, 45, np.inf]
    assert costs_without(roads, NODES, np.array([4])).tolist() == [4, 10, 20, np.inf, np.inf]
    assert costs_without(roads, NODES, np.array([0, 2])).tolist() == [np.inf] * 5


def test_one_ways_are_not_driven_against() -> None:
    roads = joined_roads(LINKS, 5, np.array([4]))
    assert costs_without(roads, np.array([2, 4])).tolist() == [np.inf, 0]


def test_the_nearest_of_several_origins_counts() -> None:
    roads = joined_roads(LINKS, 5, np.array([0, 3, 0]))
    assert costs_without(roads, NODES).tolist() == [4, 10, 0, 15, np.inf]


def test_use_counts_places_not_steps() -> None:
    roads = joined_roads(LINKS, 5, np.array([0]))
    assert use_of_links(roads, NODES).tolist() == [3, 2, 1, 0, 1]
    assert use_of_links(roads, np.array([2, 2, 0, -1])).tolist() == [2, 2, 0, 0, 0]


def test_which_place_takes_which_link() -> None:
    row, link = used_links(joined_roads(LINKS, 5, np.array([0])), NODES)
    pairs = sorted(zip(row.tolist(), link.tolist(), strict=True))
    assert pairs == [(0, 0), (1, 0), (1, 1), (2, 2), (3, 0), (3, 1), (3, 4)]


def test_a_link_of_no_cost_is_a_link() -> None:
    links = links_of((0, 1, 0, True), (1, 2, 3, True))
    roads = joined_roads(links, 3, np.array([0]))
    assert costs_without(roads, np.array([0, 1, 2])).tolist() == [0, 1, 4]


def test_a_better_parallel_link_closed_leaves_the_other() -> None:
    links = links_of((0, 1, 5, True), (1, 0, 3, True))
    roads = joined_roads(links, 2, np.array([0]))
    assert use_of_links(roads, np.array([1])).tolist() == [0, 1]
    assert costs_without(roads, np.array([1]), np.array([1])).tolist() == [5]


rows = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 9), st.booleans()),
    min_size=1, max_size=12,
)  # fmt: skip


@given(rows, st.integers(0, 11))
def test_closing_never_makes_the_way_shorter_nor_changes_what_does_not_use_it(rows, number) -> None:
    links, every = links_of(*rows), np.arange(6)
    roads = joined_roads(links, 6, np.array([0]))
    closed = np.array([number % len(rows)])
    base, after = costs_without(roads, every), costs_without(roads, every, closed)
    assert (after >= base).all()
    for node in every:
        if use_of_links(roads, np.array([node]))[closed[0]] == 0:
            assert after[node] == base[node]
