"""The location model of a siting run: who may be served from where, at what cost.

Rows are the villages whose place is known, columns the existing stations and then the candidates
that lie on a road, each in the order of their ids: so the order of the user's rows does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatialplan.delivery.placing import Placed, place
from spatialplan.delivery.sites_options import SitingOptions
from spatialplan.delivery.sites_words import LeftOut
from spatialplan.model.delivery import Demand, Facility
from spatialplan.model.network import StreetNetwork
from spatialplan.model.siting import Objective
from spatialplan.network.od import cost_matrix

__all__ = ["Problem", "build_problem"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """The model's rows and columns; `capacity` is None where nothing has one.

    `points` holds villages, existing stations and candidates, in this order.
    """

    rows: tuple[Demand, ...]
    existing: tuple[Facility, ...]
    candidates: tuple[Demand, ...]
    points: Placed
    cost: FloatArray
    weight: FloatArray
    capacity: FloatArray | None

    @property
    def columns(self) -> list[Demand | Facility]:
        """The existing stations, then the candidates."""
        return [*self.existing, *self.candidates]


def build_problem(
    network: StreetNetwork,
    demand: Sequence[Demand],
    existing: Sequence[Facility],
    offered: Sequence[Demand],
    options: SitingOptions,
    placed: Placed,
    weighted: bool,
) -> tuple[Problem, LeftOut]:
    """Return the model's input, and what cannot take part."""
    stations, spots = (place(network, things, options.snap_m) for things in (existing, offered))
    rows = _by_id(demand, placed.is_placed)
    old = _by_id(existing, stations.is_placed)
    new = _by_id(offered, spots.snaps.is_snapped)
    villages, columns = placed.take(rows), stations.take(old).join(spots.take(new))
    reach = np.inf if options.objective is Objective.PMEDIAN else options.limit.cost
    cost = cost_matrix(
        network, villages.snaps, villages.xy, columns.snaps, columns.xy,
        by=options.limit.by, limit=reach,
    )  # fmt: skip
    kept = [existing[i] for i in old]
    room = [f.capacity if weighted and f.capacity is not None else np.inf for f in kept]
    each = np.inf if options.capacity is None else options.capacity
    capacity = np.array([*room, *[each] * len(new)], dtype=float)
    people = [float(demand[i].population or 0.0) if weighted else 1.0 for i in rows]
    on_road = stations.snaps.is_snapped
    out = LeftOut(
        unplaced=[
            f.name for f, known in zip(existing, stations.is_placed, strict=True) if not known
        ],
        off_road=[existing[i].name for i in old if not on_road[i]],
        candidates=len(offered) - len(new),
        capacity_unused=not weighted and any(f.capacity is not None for f in kept),
    )
    problem = Problem(
        rows=tuple(demand[i] for i in rows),
        existing=tuple(kept),
        candidates=tuple(offered[i] for i in new),
        points=villages.join(columns),
        cost=cost,
        weight=np.array(people, dtype=float),
        capacity=capacity if np.isfinite(capacity).any() else None,
    )
    return problem, out


def _by_id(
    things: Sequence[Demand] | Sequence[Facility], usable: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the positions of the usable things in the order of their ids."""
    kept = np.flatnonzero(usable)
    return np.array(sorted(kept.tolist(), key=lambda i: things[i].id), dtype=np.int64)
