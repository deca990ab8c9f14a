"""Close and open roads of a network, for what-if scenarios. The given network stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from spatialplan.errors import DataError
from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.network.build import network_from_lines, travel_time_ms
from spatialplan.network.snap import snap_points

__all__ = ["close_roads", "find_roads", "open_roads", "part_near"]

Bools = NDArray[np.bool_]

JOIN_M = 100.0  # farthest that the end of a new road may lie from the road it joins
SAME_M = 0.01  # an end nearer than this to a node is at that node


def find_roads(
    network: StreetNetwork,
    *,
    name: str | None = None,
    ref: str | None = None,
    near: tuple[float, float] | None = None,
    radius_m: float = 200.0,
    only_bridge_over: BaseGeometry | None = None,
) -> Bools:
    """Return which edges meet all that is told of them, shape (m,).

    Parameters
    ----------
    name, ref
        Whole name or number, as the map has it; where the map has several, one of them.
    near
        x and y in the network's CRS, at most `radius_m` metres from the edge.
    only_bridge_over
        Water or a line in the network's CRS that the edge crosses.

    Raises
    ------
    DataError
        When nothing is told.
    """
    if name is None and ref is None and near is None and only_bridge_over is None:
        raise DataError(
            "没有说明是哪条路；请给出名称、编号或位置",
            "no road is told; give a name, a number or a position",
        )
    found = np.ones(network.n_edges, dtype=bool)
    for wanted, has in ((name, network.name), (ref, network.ref)):
        if wanted is not None:
            found &= _has(has, wanted)
    if near is not None:
        found &= shapely.dwithin(network.geometry, shapely.Point(near), radius_m)
    if only_bridge_over is not None:
        found &= shapely.intersects(network.geometry, only_bridge_over)
    return found


def _has(texts: NDArray[np.object_], wanted: str) -> Bools:
    """Return which texts, or which of their parts between semicolons, are the wanted one."""
    known, which = np.unique(texts.astype(str), return_inverse=True)
    hit = [wanted.strip() in [part.strip() for part in text.split(";")] for text in known]
    return np.asarray(np.array(hit, dtype=bool)[which])


def part_near(
    network: StreetNetwork, edges: Bools, near: tuple[float, float], radius_m: float
) -> tuple[StreetNetwork, Bools]:
    """Split some edges where they leave a circle; return the network and which parts lie inside.

    A closure is of the stretch that is closed, not of the whole road between two junctions.

    Parameters
    ----------
    edges
        Whether each edge is meant, shape (m,).
    near
        Middle of the circle in the network's CRS.
    """
    middle = shapely.Point(near)
    circle = middle.buffer(radius_m, quad_segs=64)
    meant = np.flatnonzero(np.asarray(edges))
    cuts = shapely.intersection(network.geometry[meant], circle.boundary)
    points, of = shapely.get_parts(cuts, return_index=True)
    crossing = ~shapely.is_empty(points)
    points, edge = shapely.centroid(points[crossing]), meant[of[crossing]]
    along = shapely.line_locate_point(network.geometry[edge], points, normalized=True)
    at = Snaps(
        edge=edge.astype(np.int32),
        along=along,
        offset_m=np.zeros(len(edge)),
        x=shapely.get_x(points),
        y=shapely.get_y(points),
    )
    table, _ = _split(network, at)
    inside = np.isin(table.index.to_numpy(), meant)
    halfway = shapely.line_interpolate_point(table["line"].to_numpy(), 0.5, normalized=True)
    inside &= shapely.contains(circle, halfway)
    return _built(network, table), inside


def close_roads(network: StreetNetwork, edges: Bools) -> StreetNetwork:
    """Return the network without some edges; nodes are numbered and pieces labelled anew.

    What lay on a closed road then belongs to the nearest open one, if any is near.

    Parameters
    ----------
    edges
        Whether each edge is closed, shape (m,).

    Raises
    ------
    DataError
        When no road would be left.
    """
    return _built(network, _edges(network)[~np.asarray(edges)])


def open_roads(
    network: StreetNetwork,
    lines: NDArray[np.object_],
    road_class: Sequence[str],
    names: Sequence[str],
) -> StreetNetwork:
    """Return the network with new two-way roads.

    A new road is joined at its two ends only, each by a straight piece to the nearest edge (of
    other roads than motorways, unless it is one), which is split there: where it crosses other
    roads there is no junction. Roads are opened in their order, so that one may join one before it.
    Its position is taken to be as accurate as that of the roads it joins.

    Parameters
    ----------
    lines
        LineStrings in the network's CRS.
    road_class, names
        One per line; the class gives the speed.

    Raises
    ------
    DataError
        When a line has no length, an end lies more than 100 m from any road, or a class has no
        speed.
    """
    for line, own_class, name in zip(lines, road_class, names, strict=True):
        network = _with_road(network, line, own_class, name)
    return network


def _with_road(
    network: StreetNetwork, line: LineString, road_class: str, name: str
) -> StreetNetwork:
    """Return the network with one more road."""
    if not line.length > 0:
        raise DataError(
            f"新开道路“{name}”没有长度；请给出至少两个不同的点",
            f"the new road {name!r} has no length; give two different points at least",
        )
    speed = network.speeds.of(road_class)
    xy = shapely.get_coordinates(line)[[0, -1]]
    on_motorway = np.full(2, road_class.startswith("motorway"))
    at = snap_points(network, xy[:, 0], xy[:, 1], np.inf, on_motorway)
    _check(at, name)
    joined = np.vstack([[at.x[0], at.y[0]], shapely.get_coordinates(line), [at.x[1], at.y[1]]])
    new = shapely.remove_repeated_points(LineString(joined), SAME_M)
    table, node = _split(network, at)
    row = pd.DataFrame(
        {
            "line": [new],
            "source": node[:1],
            "target": node[1:],
            "time_ms": travel_time_ms(np.array([new.length]), np.array([speed])),
            "forward": True,
            "backward": True,
            "road_class": road_class,
            "name": name,
            "ref": "",
            "accuracy_m": network.accuracy_m[at.edge].max(),
        }
    )
    return _built(network, pd.concat([table, row], ignore_index=True))


def _check(at: Snaps, name: str) -> None:
    """Raise where an end of a new road lies too far from every road, saying how far."""
    for end, (zh, en) in enumerate((("起点", "start"), ("终点", "end"))):
        far = at.offset_m[end]
        if not far <= JOIN_M:
            raise DataError(
                f"新开道路“{name}”的{zh}离最近的道路 {far:.0f} 米，超过 {JOIN_M:.0f} 米，"
                f"接不上路网；请把{zh}画到现有道路上",
                f"the {en} of the new road {name!r} is {far:.0f} m from the nearest road, more "
                f"than {JOIN_M:.0f} m; draw it up to a road",
            )


def _split(network: StreetNetwork, at: Snaps) -> tuple[pd.DataFrame, list[int]]:
    """Return the edges, split at snapped points, and the node at each point."""
    nodes: list[int] = []
    cuts: dict[int, list[tuple[float, int]]] = {}
    for point, (edge, along) in enumerate(zip(at.edge.tolist(), at.along.tolist(), strict=True)):
        ends = [(0.0, int(network.source[edge])), (1.0, int(network.target[edge]))]
        known = cuts.get(edge, ends)
        near = min(known, key=lambda cut: abs(cut[0] - along))
        if abs(near[0] - along) * network.length_m[edge] > SAME_M:
            near = (along, network.n_nodes + point)
            cuts[edge] = sorted([*known, near])
        nodes.append(near[1])
    table = _edges(network)
    pieces = [table.drop(index=list(cuts))]
    for edge, stops in cuts.items():
        for (low, tail), (high, head) in pairwise(stops):
            piece = table.loc[[edge]].assign(source=tail, target=head)
            line = substring(network.geometry[edge], low, high, normalized=True)
            time_ms = piece["time_ms"] * (high - low)
            pieces.append(piece.assign(line=np.array([line], dtype=object), time_ms=time_ms))
    return pd.concat(pieces).sort_index(kind="stable"), nodes


def _edges(network: StreetNetwork) -> pd.DataFrame:
    """Return the edges as a table."""
    return pd.DataFrame(
        {
            "line": network.geometry,
            "source": network.source,
            "target": network.target,
            "time_ms": network.time_ms,
            "forward": network.forward,
            "backward": network.backward,
            "road_class": network.road_class,
            "name": network.name,
            "ref": network.ref,
            "accuracy_m": network.accuracy_m,
        }
    )


def _built(network: StreetNetwork, edges: pd.DataFrame) -> StreetNetwork:
    """Return the network of a table of edges; all else is as in the given network."""
    return network_from_lines(
        edges["line"].to_numpy(dtype=object),
        road_class=edges["road_class"].tolist(),
        name=edges["name"].tolist(),
        ref=edges["ref"].tolist(),
        accuracy_m=edges["accuracy_m"].to_numpy(dtype=float),
        crs=network.crs,
        extent=network.extent,
        speeds=network.speeds,
        provenance=network.provenance,
        forward=edges["forward"].to_numpy(dtype=bool),
        backward=edges["backward"].to_numpy(dtype=bool),
        ends=edges[["source", "target"]].to_numpy(dtype=np.int64),
        time_ms=edges["time_ms"].to_numpy(dtype=float),
    )
