"""Accessibility of every village: E2SFCA, gravity, cumulative opportunities, detour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatialplan.delivery.options import Options
from spatialplan.delivery.placing import Placed
from spatialplan.delivery.services import Served
from spatialplan.measures.accessibility import cumulative, detour, e2sfca, gravity
from spatialplan.measures.map_classes import map_classes
from spatialplan.model.delivery import Demand, Facility
from spatialplan.model.network import StreetNetwork
from spatialplan.model.verdict import VillageState
from spatialplan.network.od import cost_matrix

__all__ = ["BETA", "FLOOR_MIN", "REACH_MIN", "measure"]

REACH_MIN = 30.0  # the widest zone of E2SFCA (Luo & Qi 2009); beyond it nothing counts
BETA = 1.0  # of gravity: supply over minutes
FLOOR_MIN = 1.0  # a facility on the spot is as near as one a minute away
MS_PER_MIN = 60_000.0
UNKNOWN = (VillageState.NO_DATA, VillageState.UNROUTABLE)


def measure(
    network: StreetNetwork,
    demand: Sequence[Demand],
    facilities: Sequence[Facility],
    villages: Placed,
    stations: Placed,
    served: Served,
    options: Options,
) -> pd.DataFrame:
    """Return the measures by village id with their map classes, -1 without a value.

    Supply is the capacity where every facility has one, else 1; demand is the population where
    every village has one, else 1. Opportunities are counted within the first limit of time, or
    within `REACH_MIN`.
    """
    limit = next((x.value for x in options.limits if x.by == "time"), REACH_MIN)
    cost = cost_matrix(
        network, villages.snaps, villages.xy, stations.snaps, stations.xy,
        by="time", limit=max(REACH_MIN, limit) * MS_PER_MIN,
    ) / MS_PER_MIN  # fmt: skip
    # What the map cannot reach has no measure: a gap in the data is not the worst access.
    unknown = [states[0] in UNKNOWN for states in served.states]
    cost[np.array(unknown, dtype=bool)] = np.nan
    weight = _or_ones([village.population for village in demand])
    supply = _or_ones([facility.capacity for facility in facilities])
    straight = [np.nan if s is None else s.straight_m for s in served.nearest]
    length = [np.nan if s is None else s.distance_m for s in served.nearest]
    values = {
        "e2sfca": e2sfca(cost, weight, supply)[0],
        "gravity": gravity(cost, supply, BETA, FLOOR_MIN),
        "cumulative": cumulative(cost, supply, limit),
        "detour": detour(np.array(length, dtype=float), np.array(straight, dtype=float)),
    }
    columns: dict[str, NDArray[np.generic]] = {}
    for name, exact in values.items():
        columns[name] = _steady(exact)
        columns[f"{name}_class"] = map_classes(_steady(exact))[0]
    return pd.DataFrame(columns, index=pd.Index([village.id for village in demand], name="id"))


def _steady(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values to 12 significant digits: sums in another order fall into the same class."""
    size = np.abs(np.where(np.isfinite(values) & (values != 0), values, 1.0))
    scale = 10.0 ** (11 - np.floor(np.log10(size)))
    return np.asarray(np.round(values * scale) / scale)


def _or_ones(amounts: Sequence[float | None]) -> NDArray[np.float64]:
    """Return the amounts where all are known, else 1 for each."""
    if any(amount is None for amount in amounts):
        return np.ones(len(amounts))
    return np.array(amounts, dtype=float)
