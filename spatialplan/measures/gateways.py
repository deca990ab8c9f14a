"""Gateways: where roads cross the boundary of an area for good, parallel carriageways as one.

Edges are cut at the boundary. A place where a piece inside meets a piece outside is a crossing.
Roads that hang together on one side without crossing are deep when they lead farther from the
boundary than it is accurate, else a pocket. A crossing is sure where deep roads inside meet deep
roads outside, directly or by a chain of pockets; of a chain the last crossing on the way out
counts. A road that only strays over the line, or whose mapped part ends right there, proves no
gateway. Sure crossings within the merging distance of each other (complete linkage, so that no
chain of streets grows into one; Sørensen 1948) are one gateway, named by its fastest class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from spatialplan.model.network import StreetNetwork

__all__ = ["Gateways", "find_gateways"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateways:
    """Sure crossings of an area's boundary, shape (n,), and the k gateways that they make.

    Gateways are numbered clockwise from north as seen from the area's centroid.

    Attributes
    ----------
    edge, along
        The edge that crosses, and at which share of its length, shape (n,).
    xy
        Where, in the network's CRS, shape (n, 2).
    gateway
        Which gateway each crossing belongs to, shape (n,).
    lead
        The crossing at which each gateway stands, its fastest road's, shape (k,).
    doubtful
        How many groups of crossings are not sure and not near a gateway.
    """

    edge: Ints
    along: Floats
    xy: Floats
    gateway: Ints
    lead: Ints
    doubtful: int

    def __len__(self) -> int:
        """Return the number of gateways."""
        return len(self.lead)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pieces:
    """Edges cut at the boundary: piece *i* joins vertices ``a[i]`` and ``b[i]`` along `edge`.

    Vertices below the network's number of nodes are its nodes, the others are cuts.
    """

    edge: Ints
    low: Floats
    high: Floats
    a: Ints
    b: Ints
    middle: Floats
    inside: Bools


def find_gateways(
    network: StreetNetwork, area: BaseGeometry, *, accuracy_m: float, merge_m: float
) -> Gateways:
    """Return the gateways of an area (definition: see the module).

    Parameters
    ----------
    area
        Polygon or multipolygon in the network's CRS.
    accuracy_m
        How accurate the boundary is: so deep on either side the roads must lead.
    merge_m
        Crossings no farther from each other are one gateway.
    """
    boundary = shapely.boundary(area)
    shapely.prepare([area, boundary])
    # What lies farther off is deep, and so is every nearer road that leads there.
    near = np.flatnonzero(shapely.dwithin(boundary, network.geometry, accuracy_m))
    pieces = _cut(network, near, area, boundary)
    label, deep = _sides(network, pieces, boundary, accuracy_m)
    vertex, edge, along = _crossings(network, pieces, len(label))
    sure = _is_sure(label[vertex], deep)
    lines = network.geometry[edge]
    xy = shapely.get_coordinates(shapely.line_interpolate_point(lines, along, normalized=True))
    xy = xy.reshape(len(vertex), 2)
    label = _merge(xy[sure], merge_m)
    lead = _leads(label, xy[sure], _speeds(network)[edge[sure]])
    clockwise = _clockwise(xy[sure][lead], area)
    return Gateways(
        edge=edge[sure],
        along=along[sure],
        xy=xy[sure],
        gateway=np.argsort(clockwise)[label],
        lead=lead[clockwise],
        doubtful=_apart(xy[~sure], xy[sure], merge_m),
    )


def _cut(network: StreetNetwork, near: Ints, area: BaseGeometry, boundary: BaseGeometry) -> _Pieces:
    """Return some edges, cut where they meet the boundary."""
    meet = near[shapely.intersects(boundary, network.geometry[near])]
    shared = shapely.intersection(network.geometry[meet], boundary)
    points, of = shapely.get_parts(shared, return_index=True)
    there = ~shapely.is_empty(points)
    edge, points = meet[of[there]], shapely.centroid(points[there])
    along = shapely.line_locate_point(network.geometry[edge], points, normalized=True)
    within = (along * network.length_m[edge] > 0) & ((1 - along) * network.length_m[edge] > 0)
    edge, along = edge[within], along[within]
    cut = network.n_nodes + np.arange(len(edge))
    owner = np.concatenate([near, edge])
    low = np.concatenate([np.zeros(len(near)), along])
    left = np.concatenate([network.source[near].astype(np.int64), cut])
    order = np.lexsort((low, owner))
    owner, low, left = owner[order], low[order], left[order]
    last = np.append(owner[1:] != owner[:-1], True)[: len(owner)]
    high = np.where(last, 1.0, np.roll(low, -1))
    right = np.where(last, network.target[owner], np.roll(left, -1))
    middle = shapely.line_interpolate_point(
        network.geometry[owner], (low + high) / 2, normalized=True
    )
    xy = shapely.get_coordinates(middle)
    inside = shapely.contains_xy(area, xy[:, 0], xy[:, 1])
    return _Pieces(edge=owner, low=low, high=high, a=left, b=right, middle=xy, inside=inside)


def _sides(
    network: StreetNetwork, pieces: _Pieces, boundary: BaseGeometry, accuracy_m: float
) -> tuple[Ints, Bools]:
    """Return what each vertex hangs together with outside and inside, and which of these is deep.

    Shapes (vertices, 2) and (labels,). What hangs together is as deep as its deepest node or
    piece's middle.
    """
    size = int(max(pieces.a.max(initial=-1), pieces.b.max(initial=-1))) + 1
    side = pieces.inside.astype(np.int64)
    a, b = 2 * pieces.a + side, 2 * pieces.b + side
    links = coo_array((np.ones(len(a)), (a, b)), (2 * size, 2 * size))
    n_labels, found = connected_components(links, directed=False) if size else (0, np.empty(0))
    far = ~shapely.dwithin(boundary, shapely.points(pieces.middle), accuracy_m)
    for vertex in (pieces.a, pieces.b):
        node = np.minimum(vertex, network.n_nodes - 1)
        ends = shapely.points(network.x[node], network.y[node])
        # A cut lies on the boundary itself.
        far |= (vertex < network.n_nodes) & ~shapely.dwithin(boundary, ends, accuracy_m)
    label: Ints = found.astype(np.int64)
    deep = np.bincount(label[a], weights=far, minlength=n_labels) > 0
    return label.reshape(size, 2), np.asarray(deep)


def _is_sure(label: Ints, deep: Bools) -> Bools:
    """Return which crossings lead from deep inside to deep outside, the last of each chain.

    Parameters
    ----------
    label
        What each crossing joins outside and inside, shape (n, 2).
    """
    outside, inside = label.T
    pockets = ~deep[outside] & ~deep[inside]
    links = coo_array(
        (np.ones(pockets.sum()), (outside[pockets], inside[pockets])), (len(deep), len(deep))
    )
    chain = connected_components(links, directed=False)[1]
    from_inside = np.zeros(len(deep), dtype=bool)
    from_inside[chain[outside[deep[inside]]]] = True
    return np.asarray(deep[outside] & (deep[inside] | from_inside[chain[inside]]))


def _crossings(
    network: StreetNetwork, pieces: _Pieces, n_vertices: int
) -> tuple[Ints, Ints, Floats]:
    """Return the vertices where inside meets outside, and an edge and share of each."""
    touched = np.zeros((n_vertices, 2), dtype=bool)
    for vertex in (pieces.a, pieces.b):
        touched[vertex, pieces.inside.astype(np.int64)] = True
    vertex = np.flatnonzero(touched.all(axis=1))
    ends = np.concatenate([pieces.a, pieces.b])
    edge = np.tile(pieces.edge, 2)
    along = np.concatenate([pieces.low, pieces.high])
    # Of several edges that meet there, the fastest stands for the crossing.
    order = np.lexsort((edge, -_speeds(network)[edge], ends))
    first = order[np.searchsorted(ends[order], vertex)]
    return vertex, edge[first], along[first]


def _speeds(network: StreetNetwork) -> Floats:
    """Return the speed of each edge's class in km/h."""
    names, which = np.unique(network.road_class.astype(str), return_inverse=True)
    return np.array([network.speeds.of(str(name)) for name in names])[which.ravel()]


def _merge(xy: Floats, merge_m: float) -> Ints:
    """Return the gateway of each crossing, from 0; none is wider than the merging distance."""
    if len(xy) < 2:
        return np.zeros(len(xy), dtype=np.int64)
    tree = linkage(xy, "complete")
    return np.asarray(fcluster(tree, merge_m, "distance"), dtype=np.int64) - 1


def _leads(label: Ints, xy: Floats, speed: Floats) -> Ints:
    """Return the crossing that stands for each gateway, by gateway.

    The fastest of each stands for it; of equals, the one nearest to their middle.
    """
    size = np.bincount(label)
    if len(size) == 0:
        return np.empty(0, dtype=np.int64)
    centre = np.column_stack([np.bincount(label, weights=xy[:, i]) / size for i in (0, 1)])
    off = np.hypot(*(xy - centre[label]).T)
    order = np.lexsort((xy[:, 1], xy[:, 0], off.round(3), -speed, label))
    return np.asarray(order[np.searchsorted(label[order], np.arange(len(size)))])


def _clockwise(xy: Floats, area: BaseGeometry) -> Ints:
    """Return the order of points clockwise from north round the centroid of an area."""
    centre = shapely.get_coordinates(shapely.centroid(area))[0]
    east, north = (xy - centre).T
    return np.lexsort((np.hypot(east, north), np.arctan2(east, north) % (2 * np.pi)))


def _apart(xy: Floats, sure: Floats, merge_m: float) -> int:
    """Return how many groups of crossings lie farther from every sure one than they merge."""
    gap = np.hypot(*(xy[:, None, :] - sure[None, :, :]).transpose(2, 0, 1))
    xy = xy[gap.min(axis=1, initial=np.inf) > merge_m]
    label = _merge(xy, merge_m)
    return len(np.unique(label))
