"""Which villages are covered: the five states, and how sure they are.

The cost *c* of a village to a facility is known to within ± δ, from the positional accuracy of the
village, of the facility and of the roads between. A village is covered when some facility is within
the limit for certain (c + δ), not covered when none can be (c − δ), and else uncertain. Both ask
for the best over *all* facilities, not for the nearest alone: the nearest may be vaguely placed and
the next one well. So another facility, a higher limit or a better path can only help.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from spatialplan.model.verdict import VillageState
from spatialplan.network.access import By
from spatialplan.network.nearest import NearestTwo

__all__ = [
    "UNKNOWN_M",
    "CostBounds",
    "Reason",
    "bounds_of",
    "combined_accuracy",
    "coverage_states",
    "known_accuracy",
    "nearest_delta",
    "uncertainty",
]

# A place whose accuracy nobody states: somewhere in its village (assumed).
UNKNOWN_M = 500.0

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class Reason(StrEnum):
    """Why a village has its state."""

    WITHIN = "within"
    BEYOND = "beyond"
    DOUBTFUL = "doubtful"
    UNPLACED = "unplaced"
    OUTSIDE = "outside"
    NO_ROAD = "no_road"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostBounds:
    """What the best facility of each village costs at most and at least, shapes (n,).

    Attributes
    ----------
    at_most
        Least c + δ of all facilities, inf where none is reached: within a limit, one of them is
        within it for certain.
    at_least
        Least c − δ of all facilities, inf where none is reached: beyond a limit, all of them are.
    by
        Position of the facility that `at_most` is of, -1 where none is reached.
    """

    at_most: FloatArray
    at_least: FloatArray
    by: IntArray


def combined_accuracy(
    village_m: FloatArray, facility_m: FloatArray, road_m: FloatArray
) -> FloatArray:
    """Return the root of the squares of three positional accuracies in metres.

    nan is unknown and counts as `UNKNOWN_M`; the greatest accuracy of the roads of a path is 0
    where it takes none.

    Examples
    --------
    >>> import numpy as np
    >>> combined_accuracy(np.array([30.0]), np.array([40.0]), np.array([0.0])).tolist()
    [50.0]
    """
    squares = [known_accuracy(metres) ** 2 for metres in (village_m, facility_m, road_m)]
    return np.asarray(np.sqrt(sum(squares)))


def known_accuracy(accuracy_m: FloatArray) -> FloatArray:
    """Return accuracies with `UNKNOWN_M` for those that nobody states."""
    return np.where(np.isnan(accuracy_m), UNKNOWN_M, accuracy_m)


def uncertainty(
    accuracy_m: FloatArray,
    time_ms: FloatArray,
    length_m: FloatArray,
    *,
    access_kmh: float,
    by: By,
) -> FloatArray:
    """Return δ: what a positional accuracy means for the cost, in milliseconds or millimetres.

    Metres become time at the pace of the path (its time over its length), no slower than the access
    speed: whoever stands that many metres off can be linked straight at that speed. A path of no
    length has the access speed's pace.

    Parameters
    ----------
    accuracy_m
        As `combined_accuracy` returns it, shape (k,).
    time_ms, length_m
        Of the path with its legs, shape (k,); nan without a path gives nan.

    Examples
    --------
    >>> import numpy as np
    >>> metres, minute, km = np.array([100.0]), np.array([60_000.0]), np.array([1000.0])
    >>> uncertainty(metres, minute, km, access_kmh=18.0, by="time").tolist()
    [6000.0]
    >>> uncertainty(metres, minute, km, access_kmh=18.0, by="length").tolist()
    [100000.0]
    """
    if by == "length":
        return np.where(np.isnan(length_m), np.nan, accuracy_m * 1000.0)
    access = 3600.0 / access_kmh
    pace = np.divide(time_ms, length_m, out=np.full(len(length_m), access), where=length_m > 0)
    return np.where(np.isnan(length_m), np.nan, accuracy_m * np.minimum(pace, access))


def bounds_of(cost: FloatArray, delta: FloatArray, facility: IntArray) -> CostBounds:
    """Return the bounds of one facility per village: a leg of a chain, or the nearest alone.

    Parameters
    ----------
    cost, delta
        In one unit, shape (n,); cost inf and delta nan where not reached.
    facility
        Its position, shape (n,).
    """
    return CostBounds(
        at_most=_at_most(cost, delta),
        at_least=np.where(np.isinf(cost), np.inf, cost - delta),
        by=np.where(np.isinf(cost), -1, facility),
    )


def _at_most(cost: FloatArray, delta: FloatArray) -> FloatArray:
    """Return c + δ; with a doubt the limit itself is uncertain, so the bound lies just above it."""
    sure = np.where(np.isinf(cost), np.inf, cost + delta)
    return np.where(delta > 0, np.nextafter(sure, np.inf), sure)


def coverage_states(
    placed: BoolArray,
    in_extent: BoolArray,
    snapped: BoolArray,
    bounds: CostBounds,
    limit: float,
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return the `VillageState` and the `Reason` of each village, shapes (n,).

    Parameters
    ----------
    placed
        Whether its position is known, shape (n,).
    in_extent
        Whether roads are mapped where it lies, shape (n,).
    snapped
        Whether a road lies within the snap limit, shape (n,).
    bounds
        Costs in the unit of the limit; inf where no facility is reached.
    limit
        In milliseconds or millimetres; a cost that equals it is within it.

    Notes
    -----
    A village that reaches a facility is judged wherever it lies: one on the spot needs no road.
    """
    reached = np.isfinite(bounds.at_least)
    reason = np.select(
        [
            ~placed,
            reached & (bounds.at_most <= limit),
            reached & (bounds.at_least > limit),
            reached,
            ~in_extent,
            ~snapped,
        ],
        list(range(6)),
        6,
    )
    return _STATES[reason], _REASONS[reason]


_CASES = (
    (VillageState.NO_DATA, Reason.UNPLACED),
    (VillageState.COVERED, Reason.WITHIN),
    (VillageState.NOT_COVERED, Reason.BEYOND),
    (VillageState.UNCERTAIN, Reason.DOUBTFUL),
    (VillageState.NO_DATA, Reason.OUTSIDE),
    (VillageState.UNROUTABLE, Reason.NO_ROAD),
    (VillageState.UNROUTABLE, Reason.DISCONNECTED),
)
_STATES = np.array([state for state, _ in _CASES], dtype=object)
_REASONS = np.array([reason for _, reason in _CASES], dtype=object)


def nearest_delta(
    found: NearestTwo,
    rank: int,
    accuracy_m: tuple[FloatArray, FloatArray],
    *,
    access_kmh: float,
    by: By,
) -> FloatArray:
    """Return δ of the nearest or second-nearest facility, nan where there is none, shape (n,).

    Parameters
    ----------
    rank
        0 for the nearest, 1 for the second-nearest.
    accuracy_m
        Of the villages, shape (n,), and of the facilities, shape (m,); nan where unknown.
    """
    village_m, facility_m = accuracy_m
    delta = np.full(len(found.cost), np.nan)
    hit = np.flatnonzero(found.facility[:, rank] >= 0)
    facility = found.facility[hit, rank]
    accuracy = combined_accuracy(village_m[hit], facility_m[facility], found.road_m[hit, rank])
    time_ms, length_m = found.time_ms[hit, rank], found.length_m[hit, rank]
    delta[hit] = uncertainty(accuracy, time_ms, length_m, access_kmh=access_kmh, by=by)
    return delta
