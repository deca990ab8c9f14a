"""What joins places to the roads: access legs, and straight links of places beside each other.

A place reaches its road by a straight leg at the access speed of the speed table. Two places whose
straight line is no longer than their two legs need not go to the road at all: they are linked
directly, at that speed. A place without a road within the snap limit has no known leg, which counts
as none here, so that it is linked to a place at the very same spot and to nothing farther.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.network.routing import RoutingGraph, graph_with_points

__all__ = ["Joined", "Places", "direct_links", "join_places", "leg_cost"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
By = Literal["time", "length"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Places on a routing graph.

    Attributes
    ----------
    xy
        Where they are, in the network's CRS in metres, shape (k, 2); nan where unknown.
    snapped_xy
        Where their legs meet the road, shape (k, 2); nan where there is none.
    node
        Node of the routing graph, -1 where there is none, shape (k,).
    leg_m
        Length of the straight leg to the road, 0 where there is none, shape (k,).
    """

    xy: FloatArray
    snapped_xy: FloatArray
    node: IntArray
    leg_m: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Origins and destinations on one routing graph by travel ``time`` or ``length``."""

    graph: RoutingGraph
    by: By
    origins: Places
    destinations: Places

    def legs(self, places: Places) -> FloatArray:
        """Return the cost of the legs in whole milliseconds or millimetres, shape (k,)."""
        return leg_cost(self.graph.network, places.leg_m, self.by)


def join_places(
    network: StreetNetwork,
    origins: tuple[Snaps, FloatArray],
    destinations: tuple[Snaps, FloatArray],
    by: By,
) -> Joined:
    """Return the routing graph with both kinds of places on it.

    Parameters
    ----------
    origins, destinations
        The snapped places, and where they are in the network's CRS, shape (k, 2).
    """
    (a, a_xy), (b, b_xy) = origins, destinations
    both = Snaps(
        edge=np.concatenate([a.edge, b.edge]),
        along=np.concatenate([a.along, b.along]),
        offset_m=np.concatenate([a.offset_m, b.offset_m]),
        x=np.concatenate([a.x, b.x]),
        y=np.concatenate([a.y, b.y]),
    )
    graph = graph_with_points(network, both, by)
    node = graph.point_node
    return Joined(
        graph=graph,
        by=by,
        origins=_places(a, a_xy, node[: len(a.edge)]),
        destinations=_places(b, b_xy, node[len(a.edge) :]),
    )


def _places(snaps: Snaps, xy: FloatArray, node: IntArray) -> Places:
    return Places(
        xy=np.asarray(xy, dtype=float).reshape(-1, 2),
        snapped_xy=np.column_stack([snaps.x, snaps.y]),
        node=node,
        leg_m=np.where(snaps.is_snapped, snaps.offset_m, 0.0),
    )


def leg_cost(network: StreetNetwork, metres: FloatArray, by: By) -> FloatArray:
    """Return the cost of straight legs at the access speed, in whole milliseconds or millimetres.

    Unlike a road a leg may cost nothing: a village may have its station on the spot.
    """
    per_m = 3600.0 / network.speeds.access_kmh if by == "time" else 1000.0
    return np.rint(metres * per_m)


def direct_links(joined: Joined) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the pairs that need no road: origins, destinations, straight lines in metres.

    These are the pairs whose straight line is no longer than the sum of their two legs.
    """
    a, b = joined.origins, joined.destinations
    here = np.flatnonzero(np.isfinite(a.xy).all(axis=1))
    there = np.flatnonzero(np.isfinite(b.xy).all(axis=1))
    if len(here) == 0 or len(there) == 0:
        none = np.empty(0, dtype=np.int64)
        return none, none, np.empty(0)
    widest = float(b.leg_m[there].max())
    near = cKDTree(b.xy[there]).query_ball_point(a.xy[here], a.leg_m[here] + widest)
    origin = np.repeat(here, [len(found) for found in near])
    destination = there[np.concatenate(near).astype(np.int64)]
    straight_m = np.hypot(*(a.xy[origin] - b.xy[destination]).T)
    linked = straight_m <= a.leg_m[origin] + b.leg_m[destination]
    return origin[linked], destination[linked], straight_m[linked]
