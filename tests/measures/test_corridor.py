"""Classes by chainage, and paths against drawn lines."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, affinity

from spatialplan.measures.corridor import class_runs, class_shares, line_agreement

edges = st.lists(st.tuples(st.sampled_from("abc"), st.floats(1, 500)), min_size=1, max_size=12)


def test_runs_join_edges_of_one_class() -> None:
    runs = class_runs(["a", "a", "b", "a"], np.array([100.0, 50, 30, 20]), 1000.0)
    assert [(r.road_class, r.start_m, r.end_m) for r in runs] == [
        ("a", 1000, 1150), ("b", 1150, 1180), ("a", 1180, 1200),
    ]  # fmt: skip


@given(edges)
def test_runs_and_shares_add_up(rows: list[tuple[str, float]]) -> None:
    names, length = [row[0] for row in rows], np.array([row[1] for row in rows])
    runs = class_runs(names, length)
    assert runs[0].start_m == 0
    assert runs[-1].end_m == pytest.approx(length.sum())
    assert all(a.end_m == b.start_m for a, b in pairwise(runs))
    assert all(a.road_class != b.road_class for a, b in pairwise(runs))
    shares = class_shares(names, length)
    assert sum(shares.values()) == pytest.approx(1)
    for name, share in shares.items():
        by_run = sum(r.end_m - r.start_m for r in runs if r.road_class == name)
        assert share == pytest.approx(by_run / length.sum())
    assert list(shares.values()) == sorted(shares.values(), reverse=True)


def test_nothing_has_no_runs_and_no_shares() -> None:
    assert class_runs([], np.empty(0)) == []
    assert class_shares([], np.empty(0)) == {}
    assert class_shares(["a"], np.array([0.0])) == {}


AXIS = LineString([(0, 0), (10_000, 0)])


def test_agreement_is_by_length() -> None:
    path = LineString([(0, 100), (6000, 100), (6000, 4100)])
    share, farthest = line_agreement(path, AXIS, 200.0)
    assert share == pytest.approx(6100 / 10_000, abs=0.01)
    assert farthest == pytest.approx(4100)


@pytest.mark.parametrize(("off", "share"), [(100, 1.0), (101, 0.0)])
def test_the_tolerance_itself_is_on_the_line(off: float, share: float) -> None:
    path = LineString([(0, off), (6000, off)])
    assert line_agreement(path, AXIS, 100.0) == (share, off)


def test_agreement_of_several_parts_skips_what_lies_between() -> None:
    path = MultiLineString([[(0, 0), (1000, 0)], [(1000, 900), (2000, 900)]])
    share, farthest = line_agreement(path, AXIS, 500.0)
    assert (share, farthest) == (0.5, 900.0)


@given(st.floats(0, 360), st.floats(-5000, 5000), st.floats(0, 3000), st.floats(0, 2000))
def test_agreement_moves_with_the_world_and_grows_with_the_tolerance(
    angle: float, shift: float, within: float, more: float
) -> None:
    path = LineString([(0, 0), (3000, 1500), (7000, -2500), (10_000, 0)])

    def turned(line: LineString) -> LineString:
        moved = affinity.translate(line, shift, -shift)
        return affinity.rotate(moved, angle, origin=(0, 0))

    share, farthest = line_agreement(path, AXIS, within)
    # Samples may fall on either side of the tolerance when turned: one sample in about 110.
    assert line_agreement(turned(path), turned(AXIS), within)[0] == pytest.approx(share, abs=0.03)
    assert line_agreement(turned(path), turned(AXIS), within)[1] == pytest.approx(farthest)
    assert line_agreement(path, AXIS, within + more)[0] >= share
