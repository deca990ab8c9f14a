"""Shares of villages by state, for townships, districts and the city: rows that add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatialplan.model.coverage import AreaShare, VillageService
from spatialplan.model.limit import Limit
from spatialplan.model.verdict import VillageState

__all__ = ["area_shares"]

FloatArray = NDArray[np.float64]
_STATES = tuple(VillageState)


def area_shares(
    villages: Sequence[VillageService], limits: Sequence[Limit], city: str
) -> list[AreaShare]:
    """Return how many villages of every area have which state, for each limit.

    Every village given counts once in its township, its district and the city, so that townships
    add up to districts and districts to the city, state by state. P50 and P90 are percentiles
    (linear interpolation) of the cost to the nearest facility among the villages that reach one.

    Parameters
    ----------
    villages
        With one state for each limit, in the order of the roster; areas follow that order.
    limits
        The limits of the run.
    city
        Name of the whole.

    Returns
    -------
    list of AreaShare
        By limit; within it townships, districts, the city.
    """
    levels = (
        ("township", [(v.demand.township, v.demand.district) for v in villages]),
        ("district", [(v.demand.district, v.demand.district) for v in villages]),
        ("city", [(city, "") for _ in villages]),
    )
    population = np.array(
        [np.nan if v.demand.population is None else v.demand.population for v in villages]
    )
    shares = []
    for k, limit in enumerate(limits):
        state = np.array([_STATES.index(v.states[k]) for v in villages], dtype=np.int64)
        cost = _costs(villages, limit)
        for level, names in levels:
            for (name, district), rows in _groups(names).items():
                figures = _figures(state[rows], cost[rows], population[rows])
                shares.append(
                    AreaShare(level=level, name=name, district=district, limit=limit, **figures)
                )
    return shares


def _costs(villages: Sequence[VillageService], limit: Limit) -> FloatArray:
    """Return the cost to the nearest facility in the limit's unit, nan where none is reached."""
    by_time = limit.by == "time"
    nearest = [village.nearest for village in villages]
    return np.array(
        [np.nan if s is None else s.time_min if by_time else s.distance_m for s in nearest]
    )


def _groups(names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], NDArray[np.int64]]:
    """Return the rows of each name, in the order in which names first appear."""
    rows: dict[tuple[str, str], list[int]] = {}
    for row, name in enumerate(names):
        rows.setdefault(name, []).append(row)
    return {name: np.array(found, dtype=np.int64) for name, found in rows.items()}


def _figures(state: NDArray[np.int64], cost: FloatArray, population: FloatArray) -> dict[str, Any]:
    """Return the figures of one area by field: whole numbers, floats, or None."""
    count = np.bincount(state, minlength=len(_STATES))
    known = cost[np.isfinite(cost)]
    p50, p90 = (float(p) for p in np.percentile(known, [50, 90])) if len(known) else (None, None)
    covered = state == _STATES.index(VillageState.COVERED)
    complete = not np.isnan(population).any()
    return {
        "total": len(state),
        **{str(s): int(n) for s, n in zip(_STATES, count, strict=True)},
        "p50": p50,
        "p90": p90,
        "population": float(population.sum()) if complete else None,
        "population_covered": float(population[covered].sum()) if complete else None,
    }
