"""Nearest and second-nearest facility of every village, its state for each limit, and the cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatialplan.delivery.causes import MS_PER_MIN, Causes, in_unit, reached_cause
from spatialplan.delivery.hidden import Hidden
from spatialplan.delivery.options import Options
from spatialplan.delivery.placing import Placed, to_wgs84
from spatialplan.measures.bounds import best_bounds
from spatialplan.measures.coverage import (
    CostBounds,
    Reason,
    coverage_states,
    nearest_delta,
)
from spatialplan.model.coverage import Service
from spatialplan.model.delivery import Demand, Facility
from spatialplan.model.limit import Limit
from spatialplan.model.network import StreetNetwork
from spatialplan.model.verdict import VillageState
from spatialplan.network.access import By
from spatialplan.network.nearest import NearestTwo, nearest_two
from spatialplan.text import Text

__all__ = ["Served", "serve"]

_NO_FACILITY = Text(
    "没有可用的服务点表，无法判定", "no table of facilities, so nothing to judge by"
)
_NONE_PLACED = Text(
    "服务点表里没有一个有坐标，无法判定", "no facility has coordinates, so nothing to judge by"
)
_MISSING_ROW = Text("无坐标：名录有此村，表中没有", "no coordinates: on the roster, in no table")
_MISSING_PLACE = Text("无坐标：表中此行没有可用坐标", "no coordinates: its row has no usable ones")


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One entry per village: states and causes by limit, and the two nearest facilities."""

    states: list[tuple[VillageState, ...]]
    causes: list[tuple[Text, ...]]
    nearest: list[Service | None]
    second: list[Service | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """The two nearest by one cost, bounds over all, and the uncertainty of the nearest."""

    found: NearestTwo
    bounds: CostBounds
    delta: NDArray[np.float64]


class _Unserved:
    """Says why a village reaches no facility."""

    def __init__(
        self,
        demand: Sequence[Demand],
        facilities: Sequence[Facility],
        serving: NDArray[np.int64],
        causes: Causes,
    ) -> None:
        self._demand, self._causes = demand, causes
        placed = [number for number, facility in enumerate(facilities) if facility.is_placed]
        self._among = serving[np.array(placed, dtype=np.int64)]
        self._names = [facilities[number].name for number in placed]
        self._nothing = _NONE_PLACED if facilities else _NO_FACILITY

    def of(self, row: int, state: VillageState) -> tuple[VillageState, Text]:
        """Return the state of a village that reaches none, and the cause."""
        village = self._demand[row]
        if not village.is_placed:
            return VillageState.NO_DATA, _MISSING_PLACE if village.origin else _MISSING_ROW
        if not self._names:
            return VillageState.NO_DATA, self._nothing
        off = self._causes.of_place(row)
        return off or (state, self._causes.of_none(row, self._among, self._names))


def serve(
    network: StreetNetwork,
    demand: Sequence[Demand],
    facilities: Sequence[Facility],
    points: Placed,
    serving: NDArray[np.int64],
    causes: Causes,
    options: Options,
) -> Served:
    """Return who serves each village, its states and why.

    Parameters
    ----------
    facilities
        Of the tier that serves villages, open on the day.
    points, serving
        Villages first, and which of the points the facilities are; `causes` counts alike.
    """
    villages, stations = points.take(np.arange(len(demand))), points.take(serving)
    searches = {
        by: _search(network, villages, stations, by, options)
        for by in dict.fromkeys(limit.by for limit in options.limits)
    }
    hidden = Hidden(
        network, [village.township for village in demand], villages,
        facilities, stations, [facility.township for facility in facilities],
    )  # fmt: skip
    unserved = _Unserved(demand, facilities, serving, causes)
    by_limit = [
        _judge(facilities, villages, searches[limit.by], limit, unserved, hidden)
        for limit in options.limits
    ]
    first = searches[options.limits[0].by]
    services = [
        _services(network, villages, stations, facilities, first.found, rank, options)
        for rank in (0, 1)
    ]
    return Served(
        states=[tuple(states[row] for states, _ in by_limit) for row in range(len(demand))],
        causes=[tuple(said[row] for _, said in by_limit) for row in range(len(demand))],
        nearest=services[0],
        second=services[1],
    )


def _search(
    network: StreetNetwork, villages: Placed, stations: Placed, by: By, options: Options
) -> _Search:
    found = nearest_two(network, villages.snaps, villages.xy, stations.snaps, stations.xy, by)
    access = network.speeds.access_kmh
    accuracy = (villages.accuracy_m, stations.accuracy_m)
    return _Search(
        found=found,
        bounds=best_bounds(
            network,
            (villages.snaps, villages.xy, villages.accuracy_m),
            (stations.snaps, stations.xy, stations.accuracy_m),
            found,
            by=by,
            limits=tuple(limit.cost for limit in options.limits if limit.by == by),
        ),
        delta=nearest_delta(found, 0, accuracy, access_kmh=access, by=by),
    )


def _judge(
    facilities: Sequence[Facility],
    villages: Placed,
    search: _Search,
    limit: Limit,
    unserved: _Unserved,
    hidden: Hidden,
) -> tuple[list[VillageState], list[Text]]:
    """Return the state of each village for one limit, and its cause."""
    found, sure = search.found, villages.snaps.is_snapped
    states, reasons = coverage_states(
        villages.is_placed, villages.in_extent, sure, search.bounds, limit.cost
    )
    beyond = np.flatnonzero(states == VillageState.NOT_COVERED)
    round_ = hidden.ways_round(beyond, limit)
    out: list[VillageState] = []
    said: list[Text] = []
    for row in range(len(states)):
        state, reason = states[row], reasons[row]
        if reason in (Reason.WITHIN, Reason.BEYOND, Reason.DOUBTFUL):
            hit = int(found.facility[row, 0])
            cause = reached_cause(
                facilities[hit].name, float(found.time_ms[row, 0]) / MS_PER_MIN,
                float(found.length_m[row, 0]), state, limit,
                in_unit(float(search.delta[row]), limit),
            )  # fmt: skip
        else:
            state, cause = unserved.of(row, state)
        maybe = None
        if state is VillageState.NOT_COVERED:
            maybe = hidden.of(row, limit) or round_.get(row)
        if maybe is not None:
            state = VillageState.UNCERTAIN
            cause = Text(f"{cause.zh}；但{maybe.zh}", f"{cause.en}; but {maybe.en}")
        out.append(state)
        said.append(cause)
    return out, said


def _services(
    network: StreetNetwork,
    villages: Placed,
    stations: Placed,
    facilities: Sequence[Facility],
    found: NearestTwo,
    rank: int,
    options: Options,
) -> list[Service | None]:
    """Return the nearest or second-nearest facility of each village with its path."""
    limit = options.limits[0]
    hit = np.flatnonzero(found.facility[:, rank] >= 0)
    lines = to_wgs84(shapely.simplify(found.paths(hit, rank), 1.0), network.crs)
    delta = nearest_delta(
        found, rank, (villages.accuracy_m, stations.accuracy_m),
        access_kmh=network.speeds.access_kmh, by=limit.by,
    )  # fmt: skip
    services: list[Service | None] = [None] * len(found.cost)
    for line, row in zip(lines, hit.tolist(), strict=True):
        at = int(found.facility[row, rank])
        services[row] = Service(
            facility=facilities[at].id,
            time_min=float(found.time_ms[row, rank]) / MS_PER_MIN,
            distance_m=float(found.length_m[row, rank]),
            straight_m=float(np.hypot(*(villages.xy[row] - stations.xy[at]))),
            delta=in_unit(float(delta[row]), limit),
            path=line,
        )
    return services
