"""Drive round a ring, both ways: the quickest way that keeps to it, one-ways honoured.

How it keeps to the ring stands in `spatialplan.measures.ring_search`.
Each waypoint may be passed on any carriageway beside it, and the tour ends on the carriageway where
it began: the least sum over all choices (dynamic programming over the waypoints).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from spatialplan.measures.ring_circuit import Circuit, turn_of
from spatialplan.measures.ring_search import Leg, Searched, search_ring
from spatialplan.measures.ring_stops import RingRoads, carriageways, vias
from spatialplan.model.network import StreetNetwork

__all__ = ["drive_round", "tour_metres", "tour_minutes"]


FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def drive_round(
    network: StreetNetwork,
    circuit: Circuit,
    at_m: FloatArray,
    over_gap: BoolArray,
    roads: RingRoads,
) -> tuple[list[Leg], list[Leg]]:
    """Return the legs clockwise and counter-clockwise, in the order of travel from waypoint 0.

    Parameters
    ----------
    at_m
        Chainage of the waypoints in metres, ascending, shape (k,).
    over_gap
        Whether a gap lies between each waypoint and the next, shape (k,).
    """
    stop_m, gap_after, leg_of = vias(at_m, over_gap, circuit.line.length)
    places, owner = carriageways(network, circuit, stop_m, roads.on_ring)
    # A place to pass that has no road beside it is passed over; a waypoint without one stays.
    kept = np.isin(np.arange(len(stop_m)), owner) | (np.diff(leg_of, prepend=-1) > 0)
    owner = (np.cumsum(kept) - 1)[owner]
    gap_after, leg_of = gap_after[kept], leg_of[kept]
    searched = search_ring(network, circuit, places, roads)
    count = len(leg_of)
    there = [(i, (i + 1) % count, i) for i in range(count)]
    back = [(b, a, gap) for a, b, gap in reversed(there)]
    clockwise = _forth(_drive(searched, there, owner, gap_after), circuit.centre, 1)
    counter = _forth(_drive(searched, back, owner, gap_after), circuit.centre, -1)
    waypoints = range(len(at_m))
    return (
        [_whole(clockwise, leg_of == k, (k, (k + 1) % len(at_m))) for k in waypoints],
        [_whole(counter, leg_of[::-1] == k, ((k + 1) % len(at_m), k)) for k in reversed(waypoints)],
    )


def _drive(
    searched: Searched, steps: list[tuple[int, int, int]], owner: IntArray, gap_after: BoolArray
) -> list[Leg]:
    """Return the cheapest closed tour of stops, leg by leg; `steps` are start, end, gap."""
    over = [bool(gap_after[gap]) for _, _, gap in steps]
    places = [(np.flatnonzero(owner == a), np.flatnonzero(owner == b)) for a, b, _ in steps]
    tables = [searched.cost(a, b, over_gap=gap) for (a, b), gap in zip(places, over, strict=True)]
    legs = []
    for (a, b), (i, j), gap in zip(places, _choose(tables), over, strict=True):
        if i < 0:
            legs.append(Leg(start=-1, end=-1, over_gap=gap))
        else:
            legs.append(searched.leg(int(a[i]), int(b[j]), over_gap=gap))
    return legs


def _forth(legs: list[Leg], centre: tuple[float, float], sense: int) -> list[Leg]:
    """Return the legs, without values where one goes round the centre the other way.

    `sense` is 1 clockwise, -1 counter-clockwise. A leg between neighbouring places turns by less
    than half a turn; one over a gap may turn by more, but forward.
    """
    kept = []
    for leg in legs:
        turn = 0.0 if leg.line is None else turn_of(leg.line, centre)
        least = (turn + 180) % 360 - 180
        expected = sense * (sense * least % 360) if leg.over_gap else least
        is_astray = abs(turn - expected) > 180
        kept.append(Leg(start=-1, end=-1, over_gap=leg.over_gap) if is_astray else leg)
    return kept


def _whole(legs: list[Leg], chosen: BoolArray, waypoints: tuple[int, int]) -> Leg:
    """Return the legs between two waypoints as one."""
    parts = [leg for leg, use in zip(legs, chosen.tolist(), strict=True) if use]
    start, end = waypoints
    time_min, length_m = tour_minutes(parts), tour_metres(parts)
    if time_min is None or length_m is None:
        return Leg(start=start, end=end, over_gap=parts[0].over_gap)
    on_ring = sum((leg.ring_share or 0.0) * (leg.length_m or 0.0) for leg in parts)
    lines = [shapely.get_coordinates(leg.line) for leg in parts if leg.line is not None]
    return Leg(
        start=start,
        end=end,
        over_gap=parts[0].over_gap,
        time_min=time_min,
        length_m=length_m,
        ring_share=on_ring / length_m if length_m > 0 else None,
        joined_m=sum(leg.joined_m for leg in parts),
        line=LineString(np.vstack(lines)) if lines else None,
    )


def tour_minutes(legs: Sequence[Leg]) -> float | None:
    """Return the time of all legs together in minutes; None when one cannot be driven."""
    times = [leg.time_min for leg in legs]
    return None if None in times else float(sum(t for t in times if t is not None))


def tour_metres(legs: Sequence[Leg]) -> float | None:
    """Return the length of all legs together in metres; None when one cannot be driven."""
    lengths = [leg.length_m for leg in legs]
    return None if None in lengths else float(sum(d for d in lengths if d is not None))


def _choose(tables: Sequence[FloatArray]) -> list[tuple[int, int]]:
    """Return the place left and the place reached by each leg of the cheapest closed tour.

    Where no tour closes each leg is chosen by itself; (-1, -1) where none can be driven.
    """
    best, chain = np.inf, None
    is_possible = all(table.size for table in tables)
    for first in range(tables[0].shape[0] if is_possible else 0):
        cost = np.where(np.arange(tables[0].shape[0]) == first, 0.0, np.inf)
        back = []
        for table in tables:
            whole = cost[:, None] + table
            back.append(np.argmin(whole, axis=0))
            cost = whole.min(axis=0)
        if cost[first] < best:
            best, chain = float(cost[first]), (first, back)
    if chain is None:
        return [_cheapest(table) for table in tables]
    at, picks = chain[0], []
    for before in reversed(chain[1]):
        picks.append((int(before[at]), at))
        at = int(before[at])
    return picks[::-1]


def _cheapest(table: FloatArray) -> tuple[int, int]:
    if not np.isfinite(table).any():
        return -1, -1
    a, b = np.unravel_index(int(np.argmin(table)), table.shape)
    return int(a), int(b)
