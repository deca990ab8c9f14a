"""Circles on the roads: where they join them, what is reached on foot and by car."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from spatialplan.checks.context import MAIN_SLACK_M
from spatialplan.concepts.circles_centres import Circle
from spatialplan.concepts.setting import Setting
from spatialplan.model.limit import Limit
from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.model.plan import Concept
from spatialplan.model.verdict import State
from spatialplan.network.service_area import service_areas
from spatialplan.network.snap import snap_to_main

__all__ = ["Ground", "Numbers", "Overlap", "lay_out", "numbers_of", "off_road", "overlaps", "snap"]

ACCESS_M = 500.0  # the depth of a block: ground farther from a mapped road is not drawn as reached
WALK_CELL_M, DRIVE_CELL_M = 100.0, 200.0  # areas come out within 1 % of those of half the cell
NOT_ON_FOOT = ("motorway", "ferry")
SQUARE_KM = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The parameters of a concept of circles."""

    walk_min: float
    drive_min: float
    walk_kmh: float
    bandwidth_m: float
    huff_beta: float
    snap_m: float

    @property
    def walk_m(self) -> float:
        """How far one walks in the walking time, in metres."""
        return self.walk_min * self.walk_kmh * 1000 / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The circles that have a centre, on the roads.

    Attributes
    ----------
    circles
        In the order of the concept.
    xy
        Their centres in the plan's CRS, shape (m, 2).
    snaps
        Where they join the road, unsnapped beyond the snap limit.
    on_foot
        The network as walked: no motorways, every other road in both directions.
    walk, drive
        From where each circle is reached on foot and by car, in the plan's CRS; empty where no road
        is near.
    """

    circles: tuple[Circle, ...]
    xy: NDArray[np.float64]
    snaps: Snaps
    on_foot: StreetNetwork
    walk: tuple[BaseGeometry, ...]
    drive: tuple[BaseGeometry, ...]

    def position(self, circle_id: str) -> int | None:
        """Return where a circle stands among those with a centre, None when it has none."""
        return next((i for i, c in enumerate(self.circles) if c.id == circle_id), None)

    def on_road(self) -> NDArray[np.int64]:
        """Return the positions of the circles that a road is near."""
        return np.flatnonzero(self.snaps.is_snapped)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two circles (positions on the ground) whose service areas overlap.

    Shares are of the smaller area; `apart_m` is between the centres, known to ± `delta_m`. On foot
    the state is *uncertain* where moving the centres within their accuracy would turn it.
    """

    one: int
    other: int
    walk_km2: float
    walk_share: float
    drive_km2: float
    drive_share: float
    apart_m: float
    delta_m: float
    on_foot: State


def numbers_of(setting: Setting, concept: Concept) -> Numbers:
    """Return the parameters of a concept, defaults where it is silent."""
    names = ("walk_min", "drive_min", "walk_kmh", "bandwidth_m", "huff_beta", "snap_m")
    return Numbers(**{name: setting.parameter(concept, name).value for name in names})


def snap(setting: Setting, xy: NDArray[np.float64], snap_m: float) -> Snaps:
    """Lay places onto the network as the checks do."""
    return snap_to_main(setting.context.network, xy[:, 0], xy[:, 1], snap_m, MAIN_SLACK_M)


def off_road(setting: Setting, x: float, y: float) -> State:
    """Tell a place too far from any road from one where no roads are mapped."""
    mapped = bool(shapely.intersects_xy(setting.context.network.extent, x, y))
    return State.UNROUTABLE if mapped else State.NO_DATA


def lay_out(setting: Setting, circles: Sequence[Circle], numbers: Numbers) -> Ground:
    """Return the circles with a centre on the roads, with their service areas.

    Water is a barrier: it is crossed on bridges only (see `network.service_area`).
    """
    placed = tuple(circle for circle in circles if circle.centre is not None)
    xy = shapely.get_coordinates([circle.centre for circle in placed]).reshape(-1, 2)
    network, snaps = setting.context.network, snap(setting, xy, numbers.snap_m)
    on_foot = _walked(network)
    walk = Limit(value=numbers.walk_m, by="length")
    drive = Limit(value=numbers.drive_min, by="time")
    ids = [circle.id for circle in placed]
    barriers = shapely.make_valid(setting.water.geometry.to_numpy())

    def areas(roads: StreetNetwork, limit: Limit, cell_m: float) -> tuple[BaseGeometry, ...]:
        if not snaps.is_snapped.any():
            return (shapely.MultiPolygon(),) * len(ids)
        found = service_areas(
            roads, snaps, xy, ids, [limit], barriers=barriers, access_m=ACCESS_M, cell_m=cell_m
        ).set_index("facility")
        return tuple(found.geometry.loc[ids])

    return Ground(
        circles=placed,
        xy=xy,
        snaps=snaps,
        on_foot=on_foot,
        walk=areas(on_foot, walk, WALK_CELL_M),
        drive=areas(network, drive, DRIVE_CELL_M),
    )


def overlaps(ground: Ground, numbers: Numbers) -> list[Overlap]:
    """Return the pairs of circles whose areas on foot or by car overlap, or may."""
    a, b = (ground.on_road()[at] for at in np.triu_indices(len(ground.on_road()), k=1))
    walk_km2, walk_share = _common(ground.walk, a, b)
    drive_km2, drive_share = _common(ground.drive, a, b)
    apart = np.hypot(*(ground.xy[a] - ground.xy[b]).T)
    accuracy = np.array([circle.accuracy_m for circle in ground.circles])
    delta = np.hypot(accuracy[a], accuracy[b])
    # Nobody walks farther than a straight line: circles twice that far apart never overlap.
    open_ = np.abs(apart - 2 * numbers.walk_m) <= delta
    return [
        Overlap(
            one=int(a[k]),
            other=int(b[k]),
            walk_km2=float(walk_km2[k]),
            walk_share=float(walk_share[k]),
            drive_km2=float(drive_km2[k]),
            drive_share=float(drive_share[k]),
            apart_m=float(apart[k]),
            delta_m=float(delta[k]),
            on_foot=State.UNCERTAIN if open_[k] else _overlaps(walk_km2[k]),
        )
        for k in np.flatnonzero((walk_km2 > 0) | (drive_km2 > 0) | open_)
    ]


def _overlaps(km2: float) -> State:
    return State.HOLDS if km2 > 0 else State.FAILS


def _common(
    areas: Sequence[BaseGeometry], a: NDArray[np.int64], b: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what pairs of areas have in common: km², and the share of the smaller."""
    shapes = np.array(areas, dtype=object)
    common = shapely.area(shapely.intersection(shapes[a], shapes[b]))
    smaller = np.minimum(shapely.area(shapes)[a], shapely.area(shapes)[b])
    return common / SQUARE_KM, common / np.where(smaller > 0, smaller, 1.0)


def _walked(network: StreetNetwork) -> StreetNetwork:
    open_to_feet = np.array(
        [not str(c).startswith(NOT_ON_FOOT) for c in network.road_class], dtype=bool
    )
    return replace(network, forward=open_to_feet, backward=open_to_feet)
