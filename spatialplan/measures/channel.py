"""A line against the mapped roads: how much of it is road, of which class, and where it breaks.

The line is sampled at equal steps of at most `step_m`; a sample is on the road where an edge lies
within `reach_m` of it, and takes the class and the speed of the nearest edge:

    share = samples on the road / samples,    class share = samples of the class / samples on it
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from spatialplan.model.network import StreetNetwork

__all__ = ["Cover", "cover_by_roads"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What the roads are under a line.

    Attributes
    ----------
    length_m, on_road_m
        Of the line, and of what lies on mapped roads.
    time_min
        Driving time on the roads under it, at their own speeds; gaps are left out.
    class_m
        Metres by road class, the longest first.
    gaps
        The stretches without a road, in the CRS of the line, in its order.
    """

    length_m: float
    on_road_m: float
    time_min: float
    class_m: Mapping[str, float]
    gaps: tuple[BaseGeometry, ...]


def cover_by_roads(
    network: StreetNetwork, line: BaseGeometry, reach_m: float, *, step_m: float = 50.0
) -> Cover:
    """Return the road classes under a line, and the gaps where no road is mapped.

    Parameters
    ----------
    line
        LineString or MultiLineString in the network's CRS. The parts of a MultiLineString are
        taken one by one: that they do not meet is no gap here.
    reach_m
        How far a road may lie from the line: the positional accuracy of both.
    step_m
        Greatest distance of two samples; gaps are true to one step.
    """
    class_m: dict[str, float] = {}
    gaps: list[BaseGeometry] = []
    on_road_m = time_min = 0.0
    tree = STRtree(network.geometry)
    for part in shapely.get_parts(line):
        steps = max(int(np.ceil(part.length / step_m)), 1)
        middle = (np.arange(steps) + 0.5) / steps
        edge = _nearest(
            tree, shapely.line_interpolate_point(part, middle, normalized=True), reach_m
        )
        each = part.length / steps
        hit = edge[edge >= 0]
        on_road_m += len(hit) * each
        ms_per_m = network.time_ms[hit] / np.maximum(network.length_m[hit], 1e-3)
        time_min += float(ms_per_m.sum()) * each / 60_000
        for name, count in zip(*np.unique(network.road_class[hit].astype(str), return_counts=True),
                               strict=True):  # fmt: skip
            class_m[str(name)] = class_m.get(str(name), 0.0) + count * each
        gaps += [substring(part, low, high, normalized=True) for low, high in _runs(edge < 0)]
    order = sorted(class_m, key=lambda name: (-class_m[name], name))
    return Cover(
        length_m=float(line.length),
        on_road_m=on_road_m,
        time_min=time_min,
        class_m={name: class_m[name] for name in order},
        gaps=tuple(gaps),
    )


def _nearest(tree: STRtree, points: NDArray[np.object_], reach_m: float) -> NDArray[np.int64]:
    """Return the nearest edge of each point, the first of equal ones; -1 beyond the reach."""
    at, edge = tree.query_nearest(points, max_distance=max(reach_m, 1e-3))
    found = np.full(len(points), np.iinfo(np.int64).max)
    np.minimum.at(found, at, edge)
    return np.where(found < np.iinfo(np.int64).max, found, -1)


def _runs(mask: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Return where the runs of true samples begin and end, as shares of the line."""
    n = len(mask)
    turns = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(low / n, high / n) for low, high in list(pairwise(turns))[::2]]
