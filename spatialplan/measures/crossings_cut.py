"""Cut the decks of bridges out of a network, so that each can be closed by itself.

An edge that crosses a river usually begins and ends on land, among houses that stay reachable when
the bridge is closed. So it is split into approach, deck and approach; only the deck is closed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from spatialplan.measures.crossings import Spots
from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.network.build import whole_ms

__all__ = ["Decks", "cut_decks"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HALF_DECK_M = 0.5  # on either side of the cuts: what matters is that nothing is entered there
LEAST = 1e-6  # share of an edge that each approach keeps at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Decks:
    """A network whose decks are edges of their own, and places laid onto it.

    Attributes
    ----------
    network
        Edges keep their positions; of a crossing edge the first approach does. Nodes too: those
        that the cuts make come after all others.
    edge
        Position of each deck, shape (k,).
    bridge
        Number of the bridge of each deck, shape (k,).
    """

    network: StreetNetwork
    snaps: Snaps
    edge: Ints
    bridge: Ints


def cut_decks(network: StreetNetwork, snaps: Snaps, spots: Spots, bridge: Ints) -> Decks:
    """Return the network with the decks of crossing edges cut out.

    Parameters
    ----------
    snaps
        Places on the network. One on a deck is moved to its nearer end.
    spots
        Crossing edges, each once.
    bridge
        Number of the bridge of each, shape (k,).
    """
    edge, k = spots.edge, len(spots.edge)
    length = np.maximum(network.length_m[edge], HALF_DECK_M)
    low = np.clip(spots.low - HALF_DECK_M / length, LEAST, 1 - 3 * LEAST)
    high = np.clip(spots.high + HALF_DECK_M / length, low + LEAST, 1 - LEAST)
    deck = network.n_edges + np.arange(k)
    return Decks(
        network=_split(network, edge, low, high),
        snaps=_moved(snaps, edge, low, high, network.n_edges),
        edge=deck,
        bridge=np.asarray(bridge, dtype=np.int64),
    )


def _split(network: StreetNetwork, edge: Ints, low: Floats, high: Floats) -> StreetNetwork:
    """Return the network with each edge cut at two shares: approach in place, decks, approaches."""
    k, n = len(edge), network.n_nodes
    lines = network.geometry[edge]
    enter, leave = n + np.arange(k), n + k + np.arange(k)
    xy = shapely.get_coordinates(
        shapely.line_interpolate_point(
            np.concatenate([lines, lines]), np.concatenate([low, high]), normalized=True
        )
    ).reshape(-1, 2)
    source = np.concatenate([network.source, enter, leave])
    target = np.concatenate([network.target, leave, network.target[edge]])
    target[edge] = enter
    share = np.concatenate([np.ones(network.n_edges), high - low, 1 - high])
    share[edge] = low
    of = np.concatenate([np.arange(network.n_edges), edge, edge])
    geometry = network.geometry[of]
    cuts = ((edge, np.zeros(k), low), (network.n_edges + np.arange(k), low, high), (
        network.n_edges + k + np.arange(k), high, np.ones(k)))  # fmt: skip
    for at, begin, finish in cuts:
        geometry[at] = [
            substring(line, b, f, normalized=True)
            for line, b, f in zip(lines, begin, finish, strict=True)
        ]
    return replace(
        network,
        x=np.concatenate([network.x, xy[:, 0]]),
        y=np.concatenate([network.y, xy[:, 1]]),
        source=source.astype(np.int32),
        target=target.astype(np.int32),
        length_m=network.length_m[of] * share,
        time_ms=np.where(share < 1, whole_ms(network.time_ms[of] * share), network.time_ms[of]),
        forward=network.forward[of],
        backward=network.backward[of],
        road_class=network.road_class[of],
        name=network.name[of],
        ref=network.ref[of],
        geometry=geometry,
        piece=np.concatenate([network.piece, np.tile(network.piece[network.source[edge]], 2)]),
        accuracy_m=network.accuracy_m[of],
    )


def _moved(snaps: Snaps, edge: Ints, low: Floats, high: Floats, n_edges: int) -> Snaps:
    """Return the places on the edges and shares that the cuts leave them."""
    new_edge, along = snaps.edge.copy(), snaps.along.copy()
    on = np.flatnonzero(np.isin(snaps.edge, edge))
    order = np.argsort(edge)
    spot = order[np.searchsorted(edge, snaps.edge[on], sorter=order)]
    share, begin, finish = snaps.along[on], low[spot], high[spot]
    first = share <= (begin + finish) / 2
    along[on] = np.where(
        first,
        np.minimum(share / begin, 1.0),
        np.maximum((share - finish) / (1 - finish), 0.0),
    )
    new_edge[on] = np.where(first, snaps.edge[on], n_edges + len(edge) + spot)
    return replace(snaps, edge=new_edge.astype(np.int32), along=along)
