"""Lay villages and facilities onto the network, and say why one could not be laid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from spatialplan.model.delivery import Demand, Facility
from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.network.snap import snap_to_main

__all__ = ["Placed", "place", "to_wgs84", "transformer"]

WGS84 = "EPSG:4326"
SLACK_M = 150.0  # a place is driven to from the street behind the yard beside it
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Points on the network, in the caller's order.

    Attributes
    ----------
    xy
        In the network's CRS, nan where the position is unknown, shape (n, 2).
    snaps
        Where each meets a road.
    accuracy_m
        Positional accuracy, nan where unknown, shape (n,).
    in_extent
        Whether the point lies where roads are mapped, shape (n,).
    """

    xy: FloatArray
    snaps: Snaps
    accuracy_m: FloatArray
    in_extent: NDArray[np.bool_]

    @property
    def is_placed(self) -> NDArray[np.bool_]:
        """Whether the position is known, shape (n,)."""
        return np.asarray(np.isfinite(self.xy).all(axis=1))

    def take(self, rows: NDArray[np.int64]) -> Placed:
        """Return some of the points, in the order of `rows`."""
        s = self.snaps
        return Placed(
            xy=self.xy[rows],
            snaps=Snaps(
                edge=s.edge[rows],
                along=s.along[rows],
                offset_m=s.offset_m[rows],
                x=s.x[rows],
                y=s.y[rows],
            ),
            accuracy_m=self.accuracy_m[rows],
            in_extent=self.in_extent[rows],
        )

    def join(self, other: Placed) -> Placed:
        """Return these points, then the other ones."""
        a, b = self.snaps, other.snaps
        return Placed(
            xy=np.vstack([self.xy, other.xy]),
            snaps=Snaps(
                edge=np.concatenate([a.edge, b.edge]),
                along=np.concatenate([a.along, b.along]),
                offset_m=np.concatenate([a.offset_m, b.offset_m]),
                x=np.concatenate([a.x, b.x]),
                y=np.concatenate([a.y, b.y]),
            ),
            accuracy_m=np.concatenate([self.accuracy_m, other.accuracy_m]),
            in_extent=np.concatenate([self.in_extent, other.in_extent]),
        )


def place(
    network: StreetNetwork, things: Sequence[Demand] | Sequence[Facility], snap_m: float
) -> Placed:
    """Project things to the network's CRS and snap them no farther than `snap_m`."""
    nan = float("nan")
    lon = np.array([nan if t.lon is None else t.lon for t in things], dtype=float)
    lat = np.array([nan if t.lat is None else t.lat for t in things], dtype=float)
    xy = np.full((len(things), 2), nan)
    known = np.isfinite(lon) & np.isfinite(lat)
    if known.any():
        xy[known] = np.column_stack(
            transformer(WGS84, network.crs).transform(lon[known], lat[known])
        )
    xy[~np.isfinite(xy).all(axis=1)] = nan
    inside = np.zeros(len(things), dtype=bool)
    shapely.prepare(network.extent)
    inside[known] = shapely.intersects_xy(network.extent, xy[known, 0], xy[known, 1])
    return Placed(
        xy=xy,
        snaps=snap_to_main(network, xy[:, 0], xy[:, 1], snap_m, SLACK_M),
        accuracy_m=np.array(
            [nan if t.accuracy_m is None else t.accuracy_m for t in things], dtype=float
        ),
        in_extent=inside,
    )


@cache
def transformer(source: str, target: str) -> pyproj.Transformer:
    """Return the transformer between two CRS, x before y; making one is slow."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def to_wgs84(shapes: NDArray[np.object_], crs: str) -> NDArray[np.object_]:
    """Return shapes of `crs` in WGS-84 degrees."""

    def move(xy: FloatArray) -> FloatArray:
        return np.column_stack(transformer(crs, WGS84).transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(shapes, move), dtype=object)
