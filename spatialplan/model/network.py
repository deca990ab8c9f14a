"""The street network: nodes, edges with travel times, and what the map covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from spatialplan.errors import DataError
from spatialplan.model.source import Provenance

__all__ = ["Snaps", "SpeedTable", "StreetNetwork"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedTable:
    """Travel speed in km/h by road class; every one an editable assumption.

    `access_kmh` is the speed of the straight leg between a place and its road.
    """

    kmh: Mapping[str, float]
    access_kmh: float
    source: str

    def of(self, road_class: str) -> float:
        """Return the speed of a class in km/h; DataError when the table lacks it."""
        try:
            return self.kmh[road_class]
        except KeyError:
            known = "、".join(self.kmh)
            raise DataError(
                f"速度表没有道路等级“{road_class}”；已有：{known}",
                f"the speed table lacks road class {road_class!r}; it has: {', '.join(self.kmh)}",
            ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetNetwork:
    """A noded road network in a projected CRS.

    Edge *i* runs from node ``source[i]`` to node ``target[i]`` along ``geometry[i]``; it may be
    driven along its geometry where ``forward[i]`` and against it where ``backward[i]``.

    Attributes
    ----------
    x, y
        Node coordinates in metres, shape (n,).
    source, target
        Node positions, shape (m,).
    length_m, time_ms
        Length in metres and travel time in integer milliseconds (at least 1), shape (m,).
    road_class, name, ref
        Text arrays, shape (m,); empty text where unknown.
    geometry
        LineStrings in `crs`, shape (m,).
    piece
        Label of the weakly connected piece of each node, shape (n,); 0 is the largest.
    accuracy_m
        Positional accuracy of each edge in metres, shape (m,).
    extent
        Area in `crs` that the source covers: beyond it there is no data.
    """

    crs: str
    x: FloatArray
    y: FloatArray
    source: IntArray
    target: IntArray
    length_m: FloatArray
    time_ms: IntArray
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    road_class: NDArray[np.object_]
    name: NDArray[np.object_]
    ref: NDArray[np.object_]
    geometry: NDArray[np.object_]
    piece: IntArray
    accuracy_m: FloatArray
    extent: BaseGeometry
    provenance: tuple[Provenance, ...]
    speeds: SpeedTable

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.x)

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return len(self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snaps:
    """Points laid onto the network, in the caller's order.

    Attributes
    ----------
    edge
        Edge position, -1 where no edge lies within the limit, shape (k,).
    along
        Share of the edge's length from its source, in [0, 1], shape (k,).
    offset_m
        Straight distance from the point to the edge, nan where there is none, shape (k,).
    x, y
        The snapped position in metres, nan where there is none, shape (k,).
    """

    edge: IntArray
    along: FloatArray
    offset_m: FloatArray
    x: FloatArray
    y: FloatArray

    @property
    def is_snapped(self) -> NDArray[np.bool_]:
        """Whether each point lies within the limit of a road, shape (k,)."""
        return self.edge >= 0
