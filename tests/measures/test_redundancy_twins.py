from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import LineString, affinity

from spatialplan.measures.redundancy_twins import shares_label, twin_links

# Carriageways 0 and 1 run 30 m apart between nodes 0, 1 and 2, 3; link 2 follows on link 0; link 3
# runs beside them but is part of no cut with them.
LINES = [
    LineString([(0, 0), (1000, 0)]),
    LineString([(50, 30), (900, 30)]),
    LineString([(1000, 0), (2000, 0)]),
    LineString([(0, 60), (1000, 60)]),
]
ENDS = np.array([[0, 2], [1, 3], [2, 4], [5, 6]])
LABEL = np.array([7, 7, 7, 8], dtype=np.uint64)


def twins(lines=LINES, wanted=(0, 1, 2, 3), within_m=50.0, ends=ENDS):
    return twin_links(LABEL, ends, np.array(lines), np.array(wanted), within_m).tolist()


def test_the_carriageway_beside_is_the_twin_and_the_road_farther_on_is_not() -> None:
    assert twins() == [1, 0, -1, -1]
    assert shares_label(LABEL).tolist() == [True, True, True, False]


def test_carriageways_that_share_both_ends_are_twins_too() -> None:
    assert twins(ends=np.array([[0, 2], [0, 2], [2, 4], [5, 6]]))[:2] == [1, 0]


def test_too_far_apart() -> None:
    assert twins(within_m=20.0) == [-1] * 4


def test_beside_the_end_only_is_farther_on() -> None:
    """A link across a small junction shares no node and begins just off the other's end."""
    far = LineString([(0, 9000), (9, 9000)])
    lines = [LINES[0], LineString([(1010, 10), (1060, 10)]), far, far]
    assert twins(lines, (0, 1), 100.0)[:2] == [-1, -1]


@pytest.mark.parametrize("angle", [37.0, 90.0, 200.0])
def test_turned_and_moved(angle) -> None:
    moved = [
        affinity.translate(affinity.rotate(line, angle, origin=(0, 0)), 5e5, 3e6) for line in LINES
    ]
    assert twins(moved) == [1, 0, -1, -1]


def test_a_hairpin_is_one_road() -> None:
    lines = [LineString([(0, 0), (1000, 0)]), LineString([(1000, 0), (1000, 40), (0, 40)])]
    far = [LineString([(0, 9000), (9, 9000)])] * 2
    ends = np.array([[0, 1], [1, 2], [3, 4], [5, 6]])
    assert twins([*lines, *far], ends=ends)[:2] == [-1, -1]


def test_nothing_wanted() -> None:
    none = twin_links(LABEL[:0], ENDS[:0], shapely.points(np.empty((0, 2))), np.empty(0, int), 1.0)
    assert len(none) == 0
