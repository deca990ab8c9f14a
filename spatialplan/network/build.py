"""Build a `StreetNetwork` from noded lines or from OSM-like edges with node ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from spatialplan.errors import DataError
from spatialplan.model.network import SpeedTable, StreetNetwork
from spatialplan.model.source import Provenance

__all__ = ["network_from_lines", "strong_pieces", "travel_time_ms", "whole_ms"]


def travel_time_ms(
    length_m: NDArray[np.float64], speed_kmh: NDArray[np.float64]
) -> NDArray[np.int32]:
    """Return travel times in whole milliseconds, at least 1, so that no edge is free.

    Examples
    --------
    >>> import numpy as np
    >>> travel_time_ms(np.array([1000.0, 0.0]), np.array([60.0, 60.0])).tolist()
    [60000, 1]
    """
    return whole_ms(length_m / speed_kmh * 3600.0)


def whole_ms(time_ms: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return times in whole milliseconds, at least 1."""
    return np.maximum(np.rint(time_ms), 1).astype(np.int32)


def network_from_lines(
    lines: NDArray[np.object_],
    *,
    road_class: Sequence[str],
    name: Sequence[str],
    ref: Sequence[str],
    accuracy_m: NDArray[np.float64],
    crs: str,
    extent: BaseGeometry,
    speeds: SpeedTable,
    provenance: tuple[Provenance, ...],
    forward: NDArray[np.bool_] | None = None,
    backward: NDArray[np.bool_] | None = None,
    ends: NDArray[np.int64] | None = None,
    speed_kmh: NDArray[np.float64] | None = None,
    time_ms: NDArray[np.float64] | None = None,
) -> StreetNetwork:
    """Return the network whose edges are the given noded lines.

    Parameters
    ----------
    lines
        LineStrings in the projected CRS `crs`, shape (m,); they meet only at their ends.
    road_class, name, ref, accuracy_m
        One per line; empty text where unknown.
    forward, backward
        Whether each line may be driven along and against its direction; both when omitted.
    ends
        Node ids of start and end, shape (m, 2). When omitted, equal coordinates (to 1 cm) are one
        node.
    speed_kmh
        Speed of each line; nan, or all when omitted, means the class's speed in `speeds`.
    time_ms
        Travel time of each line, instead of its length over its speed; rounded to milliseconds.

    Raises
    ------
    DataError
        When there is no line, or a class has no speed.
    """
    if len(lines) == 0:
        raise DataError("没有任何道路，无法建立路网", "there are no roads to build a network of")
    source, target, xy = _nodes(lines, ends)
    length = shapely.length(lines)
    table = {c: speeds.of(c) for c in sorted(set(road_class))}
    of_class = np.array([table[c] for c in road_class])
    speed = of_class if speed_kmh is None else np.where(np.isnan(speed_kmh), of_class, speed_kmh)
    both = np.ones(len(lines), dtype=bool)
    return StreetNetwork(
        crs=crs,
        x=xy[:, 0],
        y=xy[:, 1],
        source=source,
        target=target,
        length_m=length,
        time_ms=travel_time_ms(length, speed) if time_ms is None else whole_ms(time_ms),
        forward=both if forward is None else forward,
        backward=both if backward is None else backward,
        road_class=np.array(road_class, dtype=object),
        name=np.array(name, dtype=object),
        ref=np.array(ref, dtype=object),
        geometry=lines,
        piece=_labels(len(xy), source, target, "weak"),
        accuracy_m=np.asarray(accuracy_m, dtype=float),
        extent=extent,
        provenance=provenance,
        speeds=speeds,
    )


def _nodes(
    lines: NDArray[np.object_], ends: NDArray[np.int64] | None
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Return the node at the start and at the end of each line, and the nodes' coordinates."""
    xy, of = shapely.get_coordinates(lines, return_index=True)
    changes = np.flatnonzero(np.diff(of)) + 1
    starts, finishes = xy[np.append(0, changes)], xy[np.append(changes, len(xy)) - 1]
    if ends is None:
        cells = np.rint(np.vstack([starts, finishes]) * 100).astype(np.int64)
        _, node = np.unique(cells, axis=0, return_inverse=True)
    else:
        _, node = np.unique(ends.T.ravel(), return_inverse=True)
    source, target = node.ravel().astype(np.int32).reshape(2, -1)
    xy = np.empty((int(node.max()) + 1, 2))
    xy[target], xy[source] = finishes, starts
    return source, target, xy


def strong_pieces(network: StreetNetwork) -> NDArray[np.int32]:
    """Label the strongly connected pieces by size, shape (n,); 0 is the largest.

    Within a piece every node reaches every other along the permitted directions.
    """
    tail = np.concatenate([network.source[network.forward], network.target[network.backward]])
    head = np.concatenate([network.target[network.forward], network.source[network.backward]])
    return _labels(network.n_nodes, tail, head, "strong")


def _labels(
    n_nodes: int,
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    connection: Literal["weak", "strong"],
) -> NDArray[np.int32]:
    """Label the connected pieces by size: 0 is the largest."""
    graph = coo_array((np.ones(len(tail)), (tail, head)), (n_nodes, n_nodes))
    _, label = connected_components(graph, connection=connection)
    size = np.bincount(label)
    rank = np.empty(len(size), dtype=np.int32)
    rank[np.argsort(-size, kind="stable")] = np.arange(len(size), dtype=np.int32)
    return rank[label]
