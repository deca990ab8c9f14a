"""The places of a logistics concept on the network: hubs, nodes, targets, townships, villages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from spatialplan.checks.context import MAIN_SLACK_M, Context
from spatialplan.concepts.setting import Setting
from spatialplan.model.network import Snaps
from spatialplan.model.plan import Concept
from spatialplan.model.verdict import State
from spatialplan.network.snap import snap_to_main
from spatialplan.text import Text

__all__ = ["CENTRES", "TARGETS", "Site", "Sites", "gather_sites"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CENTRES = ("hubs", "nodes")
TARGETS = ("seats", "stations", "ports")
TOWNSHIPS, VILLAGES = "townships", "villages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place: a feature of the plan, a township or a village.

    `district` is the county it lies in by its coordinates, empty where none. `cause` tells why it
    cannot be routed when `state` is not HOLDS.
    """

    key: str
    name: str
    role: str
    accuracy_m: float
    district: str
    state: State
    cause: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """All places of a concept: what they are, where (nan when unknown), and on which road."""

    sites: tuple[Site, ...]
    xy: Floats
    snaps: Snaps

    def of(self, *roles: str) -> Ints:
        """Return the positions of the places of some roles, whatever their state."""
        found = [i for i, site in enumerate(self.sites) if site.role in roles]
        return np.array(found, dtype=np.int64)

    def usable(self, *roles: str) -> Ints:
        """Return the positions of the places of some roles that lie on the network."""
        at = self.of(*roles)
        return at[self.snaps.is_snapped[at]]

    def part(self, at: Ints) -> tuple[Snaps, Floats]:
        """Return some places as the searches of the network take them."""
        snaps = self.snaps
        chosen = Snaps(
            edge=snaps.edge[at],
            along=snaps.along[at],
            offset_m=snaps.offset_m[at],
            x=snaps.x[at],
            y=snaps.y[at],
        )
        return chosen, self.xy[at]

    def name(self, at: int) -> str:
        """Return the name of a place."""
        return self.sites[at].name


def gather_sites(setting: Setting, concept: Concept, snap_m: float) -> Sites:
    """Lay the features of the concept, the townships and the placed villages onto the network.

    Townships and villages are those within the plan's districts. Of townships told by the map in
    several kinds the official seats (``township``) are taken where there are any.
    """
    rows = [*_features(setting, concept), *_townships(setting), *_villages(setting)]
    xy = np.array([row[3] for row in rows], dtype=float).reshape(-1, 2)
    network = setting.context.network
    snaps = snap_to_main(network, xy[:, 0], xy[:, 1], snap_m, MAIN_SLACK_M)
    district = _district_names(setting, xy)
    inside = shapely.intersects_xy(network.extent, xy[:, 0], xy[:, 1])
    sites = []
    for i, (key, name, role, _, accuracy_m) in enumerate(rows):
        state, cause = _state(name, xy[i], bool(inside[i]), bool(snaps.is_snapped[i]), snap_m)
        sites.append(
            Site(
                key=key,
                name=name,
                role=role,
                accuracy_m=accuracy_m,
                district=district[i],
                state=state,
                cause=cause,
            )
        )
    return Sites(sites=tuple(sites), xy=xy, snaps=snaps)


_Row = tuple[str, str, str, tuple[float, float], float]
_NOWHERE = (np.nan, np.nan)


def _features(setting: Setting, concept: Concept) -> Iterator[_Row]:
    context, seen = setting.context, set()
    for role in (*CENTRES, *TARGETS):
        for key in concept.role(role):
            group = "centres" if role in CENTRES else role
            if (group, key) not in seen:  # a hub that is named as a node too is one centre
                seen.add((group, key))
                xy, accuracy_m = _place(context, key)
                yield key, context.name(key), role, xy, accuracy_m


def _place(context: Context, key: str) -> tuple[tuple[float, float], float]:
    """Return where a feature is driven to, and how uncertain that is; a line by its middle."""
    if not context.is_located(key):
        return _NOWHERE, 0.0
    access = context.access[key]
    points = context.xy[access.points]
    middle = points[len(points) // 2]
    spread = float(np.hypot(*(points - middle).T).max())
    return (float(middle[0]), float(middle[1])), float(np.hypot(access.accuracy_m, spread))


def _townships(setting: Setting) -> Iterator[_Row]:
    frame = setting.townships
    official = frame["kind"].to_numpy() == "township"
    points = shapely.centroid(frame.geometry.to_numpy())
    inside = shapely.covers(_area(setting), points)
    kept = inside & official if (inside & official).any() else inside
    chosen = frame[kept]
    xy = shapely.get_coordinates(points[kept])
    accuracy = chosen["accuracy_m"].to_numpy(dtype=float)
    for i, name in enumerate(chosen["name"].astype(str)):
        yield f"township-{i}", name, TOWNSHIPS, (xy[i, 0], xy[i, 1]), float(accuracy[i])


def _villages(setting: Setting) -> Iterator[_Row]:
    frame = setting.villages
    xy = shapely.get_coordinates(frame.geometry.to_numpy())
    for i, (code, name, township, accuracy_m) in enumerate(
        zip(frame["code"], frame["name"], frame["township"], frame["accuracy_m"], strict=True)
    ):
        accuracy = float(accuracy_m or 0.0)
        yield str(code), f"{township}{name}", VILLAGES, (xy[i, 0], xy[i, 1]), accuracy


def _area(setting: Setting) -> BaseGeometry:
    area: BaseGeometry = setting.districts.union_all()
    shapely.prepare(area)
    return area


def _district_names(setting: Setting, xy: Floats) -> list[str]:
    """Return the county of each place, empty where it lies in none or nowhere."""
    names = setting.districts["name"].astype(str).tolist()
    out = np.full(len(xy), "", dtype=object)
    for name, polygon in zip(names, setting.districts.geometry, strict=True):
        shapely.prepare(polygon)
        out[shapely.intersects_xy(polygon, xy[:, 0], xy[:, 1])] = name
    return [str(name) for name in out]


def _state(
    name: str, xy: Floats, inside: bool, snapped: bool, snap_m: float
) -> tuple[State, Text | None]:
    """Return whether a place can be routed, and why not."""
    if np.isnan(xy).any():
        return State.NO_DATA, Text(f"“{name}”未定位", f"{name} is not located")
    if snapped:
        return State.HOLDS, None
    if not inside:
        return State.NO_DATA, Text(
            f"“{name}”在已有路网范围之外", f"{name} lies beyond the mapped roads"
        )
    return State.UNROUTABLE, Text(
        f"“{name}”距最近道路超过 {snap_m:.0f} 米", f"{name} is over {snap_m:.0f} m from any road"
    )
