"""A corridor as a round trip in one day: exact, by the stops that have a place on the roads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatialplan.checks.judging import judge
from spatialplan.concepts.regions_travel import usable_points
from spatialplan.concepts.routes_corridor import Corridor
from spatialplan.concepts.setting import Setting
from spatialplan.measures.tours import MOST_STOPS, Tour, largest_tour, shortest_tour
from spatialplan.model.verdict import State

__all__ = ["Day", "find_day"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Round trips through the stops of a corridor.

    Attributes
    ----------
    stops
        Those with a place near a road, each once.
    missing
        The others.
    whole
        The quickest round trip through `stops`; None where none joins them, or they are
        too many or fewer than two.
    fitting
        The round trip of most stops within the day; None as `whole`, or where no visit fits.
    delta_min
        Uncertainty of the time of `whole`.
    km
        Length of `fitting`.
    visit_min
        Stay at each stop.
    """

    stops: tuple[str, ...]
    missing: tuple[str, ...]
    too_many: bool
    whole: Tour | None
    fitting: Tour | None
    delta_min: float
    km: float
    visit_min: float
    state: State

    def names(self, setting: Setting, tour: Tour) -> list[str]:
        """Return the names of a tour's stops in order, the first of several again at the end."""
        names = [setting.context.name(self.stops[i]) for i in tour.stops]
        return [*names, *names[:1]] if len(names) > 1 else names


def find_day(setting: Setting, corridor: Corridor, visit_min: float, day_min: float) -> Day:
    """Return what of a corridor a round trip of one day can visit."""
    once = tuple(dict.fromkeys(corridor.stops))
    near = [key for key in once if len(usable_points(setting.context, key, corridor.snap_m))]
    missing = tuple(key for key in once if key not in near)
    if not 2 <= len(near) <= MOST_STOPS:
        return Day(
            stops=tuple(near),
            missing=missing,
            too_many=len(near) > MOST_STOPS,
            whole=None,
            fitting=None,
            delta_min=0.0,
            km=0.0,
            visit_min=visit_min,
            state=State.NO_DATA if len(near) > MOST_STOPS else _alone(corridor),
        )
    time, metres, delta = _tables(corridor, near)
    stay = np.full(len(near), visit_min)
    whole = shortest_tour(time, stay)
    fitting = largest_tour(time, stay, day_min)
    delta_min = 0.0 if whole is None else float(np.linalg.norm(_along(delta, whole)))
    return Day(
        stops=tuple(near),
        missing=missing,
        too_many=False,
        whole=whole,
        fitting=fitting,
        delta_min=delta_min,
        km=0.0 if fitting is None else float(_along(metres, fitting).sum()) / 1000,
        visit_min=visit_min,
        state=_state(corridor, whole, missing, day_min, delta_min),
    )


def _alone(corridor: Corridor) -> State:
    """Return why fewer than two stops lie by a road: the corridor's own state."""
    return State.NO_DATA if corridor.state is State.HOLDS else corridor.state


def _tables(corridor: Corridor, keys: list[str]) -> tuple[Floats, Floats, Floats]:
    """Return minutes, metres and uncertainty in minutes between the stops; inf without a drive."""
    n = len(keys)
    time, metres, delta = (np.full((n, n), np.inf) for _ in range(3))
    for i, a in enumerate(keys):
        for j, b in enumerate(keys):
            if (drive := corridor.drives.get((a, b))) is not None:
                time[i, j], metres[i, j] = drive.time_min, drive.distance_m
                delta[i, j] = drive.delta_min
    return time, metres, delta


def _along(table: Floats, tour: Tour) -> Floats:
    """Return the entries of a table along a round trip; none for a single stop."""
    order = np.array(tour.stops)
    return table[order, np.roll(order, -1)] if len(order) > 1 else np.empty(0)


def _state(
    corridor: Corridor, whole: Tour | None, missing: tuple[str, ...], day_min: float, delta: float
) -> State:
    """Return whether all stops fit in a day.

    The quickest drives obey the triangle inequality, so that a stop more never makes a round trip
    shorter: what is too long without a missing stop is too long with it.
    """
    fits = State.UNROUTABLE if whole is None else judge(whole.total_min, day_min, delta)
    # A leg to a stop without a road tells whether its place or its roads are unknown.
    return corridor.state if missing and fits is not State.FAILS else fits
