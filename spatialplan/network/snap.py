"""Lay points onto the nearest edge of the network, within a limit and told apart when beyond it."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.network.build import strong_pieces

__all__ = ["snap_points", "snap_to_main", "well_connected"]


def snap_points(
    network: StreetNetwork,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    limit_m: float,
    on_motorway: NDArray[np.bool_] | None = None,
    allowed: NDArray[np.bool_] | None = None,
) -> Snaps:
    """Snap points to edges, not to nodes, no farther than `limit_m`.

    Parameters
    ----------
    x, y
        Coordinates in the network's CRS in metres, shape (k,); nan stays unsnapped.
    limit_m
        Largest straight distance from a point to an edge.
    on_motorway
        Whether each point may snap to a motorway, shape (k,); none when omitted, for a motorway is
        entered at its junctions only, however near it passes.
    allowed
        Edges that may be snapped to, shape (m,); all when omitted.

    Returns
    -------
    Snaps
        In the order of the points. A point beyond the limit has edge -1.
    """
    edge = np.full(len(x), -1, dtype=np.int32)
    offset = np.full(len(x), np.nan)
    known = np.isfinite(x) & np.isfinite(y)
    anywhere = np.zeros(len(x), dtype=bool) if on_motorway is None else on_motorway
    is_open = ~np.array([str(c).startswith("motorway") for c in network.road_class], dtype=bool)
    usable = np.ones_like(is_open) if allowed is None else allowed
    for points, edges in ((known & anywhere, usable), (known & ~anywhere, usable & is_open)):
        where, choice = np.flatnonzero(points), np.flatnonzero(edges)
        found, nearest, gap = _nearest(network.geometry[choice], x[where], y[where], limit_m)
        edge[where[found]] = choice[nearest]
        offset[where[found]] = gap
    return _place(network, x, y, edge, offset)


def well_connected(network: StreetNetwork) -> NDArray[np.bool_]:
    """Return which edges lie in the largest part where every node reaches every other, shape (m,).

    Yards behind a barrier, car parks and roads that one-ways only enter are outside it.
    """
    main = strong_pieces(network) == 0
    return np.asarray(main[network.source] & main[network.target])


def snap_to_main(
    network: StreetNetwork,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    limit_m: float,
    slack_m: float,
    on_motorway: NDArray[np.bool_] | None = None,
) -> Snaps:
    """Snap points to the well connected network where it is hardly farther than the nearest edge.

    Parameters
    ----------
    slack_m
        How much farther the well connected network may be, in metres: a place is not cut off
        because a gated yard lies a few metres nearer than the street.
    """
    nearest = snap_points(network, x, y, limit_m, on_motorway)
    allowed = well_connected(network)
    main = snap_points(network, x, y, limit_m, on_motorway, allowed)
    better = main.is_snapped & (main.offset_m <= nearest.offset_m + slack_m)
    return Snaps(
        edge=np.where(better, main.edge, nearest.edge).astype(np.int32),
        along=np.where(better, main.along, nearest.along),
        offset_m=np.where(better, main.offset_m, nearest.offset_m),
        x=np.where(better, main.x, nearest.x),
        y=np.where(better, main.y, nearest.y),
    )


def _nearest(
    lines: NDArray[np.object_], x: NDArray[np.float64], y: NDArray[np.float64], limit_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return points within the limit, the nearest line of each, and how far it is."""
    (found, nearest), gap = STRtree(lines).query_nearest(
        shapely.points(x, y), max_distance=max(limit_m, 1.0), return_distance=True
    )
    # Several lines may be equally near (at a node): keep the one with the smallest position.
    order = np.lexsort((nearest, found))
    found, nearest, gap = found[order], nearest[order], gap[order]
    first = np.unique(found, return_index=True)[1]
    first = first[gap[first] <= limit_m]
    return found[first], nearest[first], gap[first]


def _place(
    network: StreetNetwork,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    edge: NDArray[np.int32],
    offset: NDArray[np.float64],
) -> Snaps:
    along = np.full(len(x), np.nan)
    snapped = np.full((len(x), 2), np.nan)
    hit = np.flatnonzero(edge >= 0)
    lines = network.geometry[edge[hit]]
    distance = shapely.line_locate_point(lines, shapely.points(x[hit], y[hit]))
    length = np.where(network.length_m[edge[hit]] > 0, network.length_m[edge[hit]], 1.0)
    along[hit] = np.clip(distance / length, 0.0, 1.0)
    snapped[hit] = shapely.get_coordinates(shapely.line_interpolate_point(lines, distance))
    return Snaps(edge=edge, along=along, offset_m=offset, x=snapped[:, 0], y=snapped[:, 1])
