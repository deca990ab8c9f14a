"""Driving times from hubs and nodes to everything they serve, with what is left uncertain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point
from shapely.geometry.base import BaseGeometry

from spatialplan.concepts.logistics_sites import CENTRES, TARGETS, TOWNSHIPS, Sites
from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.network.nearest import nearest_two
from spatialplan.network.od import PairPaths, pair_paths

__all__ = ["Entry", "Times", "measure_times", "nearest_entries"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Quickest ways from some places, the rows, to others.

    Attributes
    ----------
    rows, targets
        Positions among the sites of the rows, such as hubs and nodes, and of the columns: hubs,
        nodes, seats, stations, ports and townships.
    minutes, km, delta_min
        Of each pair, shape (rows, targets); nan where there is no way or no place. `delta_min` is
        what the accuracy of both places and of the roads leaves open.
    """

    rows: Ints
    targets: Ints
    minutes: Floats
    km: Floats
    delta_min: Floats
    _paths: PairPaths
    _pair: Ints

    def only(self, kept: Ints) -> Times:
        """Return the same for some of the rows."""
        return Times(
            rows=self.rows[kept],
            targets=self.targets,
            minutes=self.minutes[kept],
            km=self.km[kept],
            delta_min=self.delta_min[kept],
            _paths=self._paths,
            _pair=self._pair[kept],
        )

    def columns(self, at: Ints) -> Ints:
        """Return the columns of some sites."""
        place = {int(site): column for column, site in enumerate(self.targets)}
        return np.array([place[int(site)] for site in at], dtype=np.int64)

    def line(self, row: int, column: int) -> BaseGeometry | None:
        """Return the way of a pair in the plan's CRS; None where there is none."""
        pair = int(self._pair[row, column])
        return None if pair < 0 else self._paths.paths(np.array([pair]))[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The nearest of some points on the network: which, how far, and the way to it.

    `is_nearest` tells whether all the ground that is nearer is mapped; else another may be nearer,
    and the figures are upper bounds.
    """

    point: int
    minutes: float
    km: float
    delta_min: float
    is_nearest: bool
    line: BaseGeometry


def measure_times(network: StreetNetwork, sites: Sites) -> tuple[Times, Times]:
    """Search the quickest ways from hubs and nodes to all, and from county seats to transport.

    Returns
    -------
    tuple of Times
        With hubs and nodes as rows, and with county seats, whose ways to other places than
        stations and ports are not looked for.
    """
    centres, seats = sites.of(*CENTRES), sites.of("seats")
    rows = np.concatenate([centres, seats])
    targets = sites.of(*CENTRES, *TARGETS, TOWNSHIPS)
    own = sites.snaps.is_snapped
    wanted = own[rows][:, None] & own[targets][None, :] & (rows[:, None] != targets[None, :])
    wanted[len(centres) :] &= np.isin(targets, sites.of("stations", "ports"))
    pairs = np.argwhere(wanted)
    paths = pair_paths(network, sites.part(rows), sites.part(targets), pairs, by="time")
    pair = np.full(wanted.shape, -1, dtype=np.int64)
    pair[tuple(pairs[paths.reached].T)] = np.flatnonzero(paths.reached)
    accuracy = np.array([site.accuracy_m for site in sites.sites])
    places_m = np.hypot(accuracy[rows][:, None], accuracy[targets][None, :])
    minutes, km = _spread(paths.time_ms / 60_000, pair), _spread(paths.length_m / 1000, pair)
    delta_m = np.hypot(places_m, _spread(paths.road_m, pair))
    times = Times(
        rows=rows,
        targets=targets,
        minutes=minutes,
        km=km,
        delta_min=delta_m / 1000 * _pace(network, minutes, km),
        _paths=paths,
        _pair=pair,
    )
    number = np.arange(len(rows))
    return times.only(number[: len(centres)]), times.only(number[len(centres) :])


def nearest_entries(
    network: StreetNetwork, sites: Sites, places: Ints, points: Snaps
) -> list[Entry | None]:
    """Return the point of the network that each place reaches first; None where it reaches none.

    Parameters
    ----------
    points
        Such as motorway junctions; they lie on the network.
    """
    start = sites.part(places)
    xy = np.column_stack([points.x, points.y])
    found = nearest_two(network, *start, points, xy, "time")
    lines = found.paths(np.arange(len(places)), 0)
    minutes, km = found.time_ms[:, 0] / 60_000, found.length_m[:, 0] / 1000
    pace = _pace(network, minutes, km)
    entries: list[Entry | None] = []
    for k, point in enumerate(found.facility[:, 0].tolist()):
        if point < 0:
            entries.append(None)
            continue
        accuracy = np.hypot(sites.sites[int(places[k])].accuracy_m, found.road_m[k, 0])
        entries.append(
            Entry(
                point=point,
                minutes=float(minutes[k]),
                km=float(km[k]),
                delta_min=float(accuracy / 1000 * pace[k]),
                is_nearest=_is_mapped_around(network, start[1][k], xy[point]),
                line=lines[k],
            )
        )
    return entries


def _is_mapped_around(network: StreetNetwork, place: Floats, point: Floats) -> bool:
    """Whether the map covers all ground nearer to a place, in a straight line, than a point."""
    disc = Point(*place).buffer(float(np.hypot(*(place - point))))
    return bool(shapely.covers(network.extent, disc))


def _spread(values: Floats, pair: Ints) -> Floats:
    """Return the values of the pairs as a table, nan where there is no way."""
    table = np.full(pair.shape, np.nan)
    table[pair >= 0] = values[pair[pair >= 0]]
    return table


def _pace(network: StreetNetwork, minutes: Floats, km: Floats) -> Floats:
    """Return minutes for a kilometre along the ways, at the access speed where they have none."""
    leg = 60.0 / network.speeds.access_kmh
    return np.asarray(np.divide(minutes, km, out=np.full_like(km, leg), where=km > 0))
