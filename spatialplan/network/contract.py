"""Build a `StreetNetwork` from ways: cut at junctions, contracted where nothing branches.

The nodes that stay are those of osmnx's rules: where the number of neighbours is not two, where a
road ends, where one-way meets two-way or two one-way roads face each other, where a segment is
drawn twice, and one node of each closed ring that hangs on nothing. Barriers part a road: each side
ends there in a node of its own.

Contraction runs in two steps, each on whole arrays: segments of a way are joined to *pieces*, and
pieces to *chains* by following darts. Piece *i* is dart 2i along and dart 2i + 1 against its
direction; pointers to the previous dart are doubled until all have reached the start of the chain.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from spatialplan.errors import DataError
from spatialplan.model.network import SpeedTable, StreetNetwork
from spatialplan.model.osm import RoadWays
from spatialplan.model.source import Provenance
from spatialplan.network.build import network_from_lines

__all__ = ["network_from_ways"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

OSM_ACCURACY_M = 10.0  # of roads traced from satellite images or tracks
PASSING = 2  # segment ends at a node that a road merely passes
HILBERT_LEVEL = 16


def network_from_ways(
    roads: RoadWays,
    *,
    crs: str,
    extent: BaseGeometry,
    speeds: SpeedTable,
    provenance: tuple[Provenance, ...],
    classes: Collection[str] | None = None,
    largest_only: bool = False,
) -> StreetNetwork:
    """Return the routable network of ways.

    Parameters
    ----------
    crs
        Projected CRS of the network, in metres.
    extent
        Area in `crs` that the ways cover.
    speeds
        Speed by class, for ways without a speed limit. A tagged limit is driven at.
    classes
        Road classes to take; all when omitted.
    largest_only
        Whether to keep only the piece of most OSM nodes, as osmnx does by default.

    Returns
    -------
    StreetNetwork
        A two-way road is one edge. An edge that joins several ways has the class, name and ref
        that cover most of its length (unnamed parts aside), and the sum of their travel times.
        Nodes follow a Hilbert curve, edges their nodes.

    Raises
    ------
    DataError
        When there is no way to build of, or a class has no speed.
    """
    segments = _segments(roads, crs, classes)
    if largest_only:
        segments = segments.only(_in_largest(segments))
    if len(segments.tail) == 0:
        raise DataError("没有任何道路，无法建立路网", "there are no roads to build a network of")
    kmh = {name: speeds.of(name) for name in sorted(set(roads.road_class[np.unique(segments.way)]))}
    by_class = np.array([kmh.get(name, np.nan) for name in roads.road_class])
    speed = np.where(np.isnan(roads.maxspeed_kmh), by_class, roads.maxspeed_kmh)[segments.way]
    length = np.hypot(*(segments.xy[segments.head] - segments.xy[segments.tail]).T)
    chains = _chains(segments, _ends(segments))
    weight = np.add.reduceat(length, chains.piece_start)[chains.piece]
    time_ms = np.add.reduceat(length / speed * 3600.0, chains.piece_start)[chains.piece]
    chain_start = np.flatnonzero(np.diff(chains.chain, prepend=-1))
    way = segments.way[chains.piece_start][chains.piece]
    order, ends = _order(segments.xy, chains)
    return network_from_lines(
        chains.lines(segments)[order],
        road_class=_prevailing(roads.road_class[way], weight, chains.chain)[order].tolist(),
        name=_prevailing(roads.name[way], weight, chains.chain)[order].tolist(),
        ref=_prevailing(roads.ref[way], weight, chains.chain)[order].tolist(),
        accuracy_m=np.full(len(order), OSM_ACCURACY_M),
        crs=crs,
        extent=extent,
        speeds=speeds,
        provenance=provenance,
        backward=~chains.is_oneway[order],
        ends=ends,
        time_ms=np.add.reduceat(time_ms, chain_start)[order],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segments:
    """Straight pieces between neighbouring nodes of a way, in the order of the ways.

    A one-way segment runs from `tail` to `head`. `xy` is in metres.
    """

    tail: Ints
    head: Ints
    way: Ints
    is_oneway: Bools
    xy: Floats

    def only(self, kept: Bools) -> _Segments:
        """Return the chosen segments, on the same nodes."""
        return _Segments(
            tail=self.tail[kept],
            head=self.head[kept],
            way=self.way[kept],
            is_oneway=self.is_oneway[kept],
            xy=self.xy,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chains:
    """Edges of the network as runs of pieces, and pieces as runs of segments.

    Attributes
    ----------
    piece_start, piece_size
        First segment and number of segments of each piece.
    piece, is_turned, chain
        The pieces in the order of the chains: which, whether it is passed against its direction,
        and of which chain.
    is_oneway, source, target
        Of each chain; the nodes are positions in the segments' `xy`.
    """

    piece_start: Ints
    piece_size: Ints
    piece: Ints
    is_turned: Bools
    chain: Ints
    is_oneway: Bools
    source: Ints
    target: Ints

    def lines(self, segments: _Segments) -> NDArray[np.object_]:
        """Return the line of each chain."""
        size, start = self.piece_size[self.piece], self.piece_start[self.piece]
        step = _counting(size)
        turned = np.repeat(self.is_turned, size)
        at = np.repeat(start, size) + np.where(turned, np.repeat(size, size) - 1 - step, step)
        reached = np.where(turned, segments.tail[at], segments.head[at])
        chain = np.repeat(self.chain, size)
        first = np.flatnonzero(np.diff(chain, prepend=-1))
        node = np.insert(reached, first, self.source)
        of = np.insert(chain, first, np.arange(len(first)))
        lines: NDArray[np.object_] = shapely.linestrings(segments.xy[node], indices=of)
        return lines


def _counting(size: Ints) -> Ints:
    """Return 0, 1 … of each run, chained: ``[2, 3]`` gives ``[0, 1, 0, 1, 2]``."""
    return np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)


def _segments(roads: RoadWays, crs: str, classes: Collection[str] | None) -> _Segments:
    """Return the segments of the ways of some classes; ways drawn against traffic are turned."""
    size = np.diff(roads.first)
    way = np.repeat(np.arange(len(size)), size)
    step = _counting(size)
    turned = (roads.oneway == -1)[way]
    node = roads.node[roads.first[way] + np.where(turned, size[way] - 1 - step, step)]
    kept = (way[1:] == way[:-1]) & (node[1:] != node[:-1])
    if classes is not None:
        kept &= np.isin(roads.road_class, list(classes))[way[1:]]
    at = np.flatnonzero(kept)
    to_crs = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    xy = np.column_stack(to_crs.transform(roads.lon, roads.lat))
    ends = np.column_stack([node[at], node[at + 1]])
    barred = roads.barred_node[ends]
    copies = ends[barred]
    ends[barred] = len(xy) + np.arange(len(copies))
    return _Segments(
        tail=ends[:, 0],
        head=ends[:, 1],
        way=way[at],
        is_oneway=(roads.oneway != 0)[way[at]],
        xy=np.vstack([xy, xy[copies]]),
    )


def _labels(segments: _Segments) -> Ints:
    """Return the label of the weakly connected piece of each node."""
    n = len(segments.xy)
    graph = coo_array((np.ones(len(segments.tail)), (segments.tail, segments.head)), (n, n))
    labels: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def _in_largest(segments: _Segments) -> Bools:
    """Whether each segment belongs to the connected piece of most nodes."""
    label = _labels(segments)
    used = np.zeros(len(label), dtype=bool)
    used[segments.tail] = used[segments.head] = True
    largest: Bools = label[segments.tail] == np.bincount(label[used], minlength=1).argmax()
    return largest


def _ends(segments: _Segments) -> Bools:
    """Whether each node stays, by the rules told at the top of the module."""
    n = len(segments.xy)
    tail, head, way = segments.tail, segments.head, segments.is_oneway
    touches = np.bincount(tail, minlength=n) + np.bincount(head, minlength=n)
    inbound = np.bincount(head[way], minlength=n)
    outbound = np.bincount(tail[way], minlength=n)
    flows = ((inbound == 0) & (outbound == 0)) | ((inbound == 1) & (outbound == 1))
    passed = (touches == PASSING) & flows
    node = np.concatenate([tail, head])
    other = np.concatenate([head, tail])
    order = np.argsort(node, kind="stable")
    order = order[passed[node[order]]]
    pair = other[order].reshape(-1, PASSING)
    passed[node[order[::PASSING]]] = pair[:, 0] != pair[:, 1]
    label = _labels(segments)
    is_end: Bools = ~passed
    hanging = np.zeros(label.max() + 1, dtype=bool)
    hanging[label[is_end & (touches > 0)]] = True
    ring, first = np.unique(label, return_index=True)
    is_end[first[~hanging[ring]]] = True
    return is_end


def _chains(segments: _Segments, is_end: Bools) -> _Chains:
    """Join segments to pieces and pieces to chains at the nodes that do not stay."""
    tail, head, way = segments.tail, segments.head, segments.way
    starts = np.ones(len(tail), dtype=bool)
    starts[1:] = (way[1:] != way[:-1]) | (tail[1:] != head[:-1]) | is_end[tail[1:]]
    piece_start = np.flatnonzero(starts)
    piece_size = np.diff(np.append(piece_start, len(tail)))
    leaves = np.column_stack([tail[piece_start], head[piece_start + piece_size - 1]]).ravel()
    is_oneway = segments.is_oneway[piece_start]
    previous = _previous(leaves, is_end)
    root, rank = _roots(previous)
    last = np.arange(len(root))
    last = last[previous[last ^ 1] < 0]  # the last dart of a chain: its twin has none before
    # Each chain is met twice, once in each direction: a one-way chain is taken along its
    # direction, another from the end whose dart has the smaller number.
    taken = np.zeros(len(root), dtype=bool)
    along = np.where(is_oneway[last >> 1], root[last] % 2 == 0, root[last] < (last ^ 1))
    taken[root[last[along]]] = True
    darts = np.flatnonzero(taken[root])
    darts = darts[np.lexsort((rank[darts], root[darts]))]
    begins = np.flatnonzero(rank[darts] == 0)
    finishes = np.append(begins[1:], len(darts)) - 1
    return _Chains(
        piece_start=piece_start,
        piece_size=piece_size,
        piece=darts >> 1,
        is_turned=(darts & 1).astype(bool),
        chain=np.cumsum(rank[darts] == 0) - 1,
        is_oneway=is_oneway[darts[begins] >> 1],
        source=leaves[darts[begins]],
        target=leaves[darts[finishes] ^ 1],
    )


def _previous(leaves: Ints, is_end: Bools) -> Ints:
    """Return the dart before each dart, -1 at a node that stays; `leaves` is where each starts."""
    order = np.argsort(leaves, kind="stable")
    order = order[~is_end[leaves[order]]]
    one, other = order[::2], order[1::2]  # the two darts that leave a passed node
    previous = np.full(len(leaves), -1)
    previous[one], previous[other] = other ^ 1, one ^ 1
    return previous


def _roots(previous: Ints) -> tuple[Ints, Ints]:
    """Return the first dart of each dart's chain, and the steps from there to it."""
    root = np.where(previous < 0, np.arange(len(previous)), previous)
    rank = (previous >= 0).astype(np.int64)
    while (rank[root] > 0).any():
        rank += rank[root]
        root = root[root]
    return root, rank


def _prevailing(value: NDArray[np.object_], weight: Floats, group: Ints) -> NDArray[np.object_]:
    """Return the value that weighs most in each group; empty text only where there is no other."""
    code, text = pd.factorize(value, sort=True)
    weight = np.where(text[code] == "", 0.0, weight)
    order = np.lexsort((code, group))
    group, code, weight = group[order], code[order], weight[order]
    first = np.flatnonzero((np.diff(group, prepend=-1) != 0) | (np.diff(code, prepend=-1) != 0))
    total = np.add.reduceat(weight, first)
    best = np.lexsort((-total, group[first]))
    best = best[np.unique(group[first][best], return_index=True)[1]]
    found: NDArray[np.object_] = np.asarray(text, dtype=object)[code[first][best]]
    return found


def _order(xy: Floats, chains: _Chains) -> tuple[Ints, Ints]:
    """Return the order of the edges, and the numbers of their nodes along a Hilbert curve."""
    nodes = np.unique(np.concatenate([chains.source, chains.target]))
    points = gpd.GeoSeries.from_xy(*xy[nodes].T)
    curve = points.hilbert_distance(level=HILBERT_LEVEL).to_numpy()
    rank = np.empty(len(xy), dtype=np.int64)
    rank[nodes[np.lexsort((*xy[nodes].T, curve))]] = np.arange(len(nodes))
    ends = np.column_stack([rank[chains.source], rank[chains.target]])
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    return order, ends[order]
