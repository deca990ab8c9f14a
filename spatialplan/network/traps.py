"""Which roads one cannot leave, or cannot enter: oneway signs that may be wrong.

A sound network is one strongly connected core in each of its pieces; what hangs on it by a oneway
road that points only towards it, or only away from it, is a trap.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from spatialplan.model.network import StreetNetwork

__all__ = ["find_traps", "trap_table"]

NO_EXIT, NO_ENTRY = 1, 2  # both: 3

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
Names = list[tuple[str, ...]]


def find_traps(network: StreetNetwork) -> tuple[IntArray, IntArray]:
    """Return the trap of each node or -1, and its state.

    What cannot be reached from the largest strongly connected component of its piece, or cannot
    reach it, is trapped; neighbours in the same state are one trap.
    """
    n = network.n_nodes
    tail = np.concatenate([network.source[network.forward], network.target[network.backward]])
    head = np.concatenate([network.target[network.forward], network.source[network.backward]])
    graph = csr_array((np.ones(len(tail)), (tail, head)), (n, n))
    _, label = connected_components(graph, connection="strong")
    size = np.bincount(label)[label]
    order = np.lexsort((-size, network.piece))
    core = order[np.unique(network.piece[order], return_index=True)[1]]
    core = core[size[core] > 1]
    state = np.zeros(n, dtype=np.int64)
    if len(core):
        searched = np.isin(network.piece, network.piece[core])
        entered, left = (
            np.isfinite(dijkstra(way, indices=core, unweighted=True, min_only=True))
            for way in (graph, graph.T.tocsr())
        )
        state[searched & ~left] += NO_EXIT
        state[searched & ~entered] += NO_ENTRY
    same = (state[tail] == state[head]) & (state[tail] > 0)
    joined = csr_array((np.ones(same.sum()), (tail[same], head[same])), (n, n))
    group = connected_components(joined, directed=False)[1].astype(np.int64)
    trap = np.full(n, -1, dtype=np.int64)
    trap[state > 0] = np.unique(group[state > 0], return_inverse=True)[1]
    return trap, state


def trap_table(
    network: StreetNetwork, trap: IntArray, state: IntArray, at_border: BoolArray, villages: Names
) -> gpd.GeoDataFrame:
    """Return one row per trap: its state, size, villages and the edges at its doors.

    Parameters
    ----------
    trap, state
        Of each node, as `find_traps` returns them.
    at_border
        Whether each node lies at the edge of the data.
    villages
        Ids of those in each trap.
    """
    size, held = int(trap.max()) + 1, trap >= 0
    a, b = trap[network.source], trap[network.target]
    label, edge, is_door = np.concatenate([a, b]), np.tile(np.arange(len(a)), 2), np.tile(a != b, 2)
    kept = (label >= 0) & (is_door | (np.arange(len(label)) < len(a)))
    label, edge, is_door = label[kept], edge[kept], is_door[kept]
    order = np.flatnonzero(is_door)[np.argsort(label[is_door], kind="stable")]
    doors = shapely.multilinestrings(network.geometry[edge[order]], indices=label[order])
    first = np.unique(trap[held], return_index=True)[1]
    table = {
        "state": state[held][first],
        "nodes": np.bincount(trap[held], minlength=size),
        "km": np.bincount(label, weights=network.length_m[edge], minlength=size) / 1000,
        "at_border": np.bincount(trap[held], weights=at_border[held], minlength=size) > 0,
        "villages": villages,
    }
    return gpd.GeoDataFrame(table, geometry=doors, crs=network.crs)
