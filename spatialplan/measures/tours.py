r"""Round trips through a few stops within a day: exact, over every subset of the stops.

Dynamic programme of Held & Karp 1962 (J. SIAM 10: 196-210) for times that may differ by direction:
with s the first stop of a set S by number,

    D(S, j) = min over k in S \ {j} of D(S \ {j}, k) + t[k, j],    D({s}, s) = 0
    L(S) = min over j in S of D(S, j) + t[j, s]

L(S) is the quickest round trip through S; a round trip has no beginning of its own. All 2^n sets
are looked at, so that the largest set that fits a day is found and not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatialplan.errors import DataError

__all__ = ["MOST_STOPS", "Tour", "largest_tour", "shortest_tour"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_STOPS = 10  # 2^10 sets of stops: exact in milliseconds
SAME = 1e-9  # relative; sums of the same times in another order


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """A round trip: stops in order, the first not repeated, and what it takes in minutes."""

    stops: tuple[int, ...]
    drive_min: float
    visit_min: float

    @property
    def total_min(self) -> float:
        """Driving and visits together."""
        return self.drive_min + self.visit_min


def shortest_tour(time_min: Floats, visit_min: Floats) -> Tour | None:
    """Return the quickest round trip through all stops; None where no round trip joins them.

    Parameters
    ----------
    time_min
        Directed driving times between the stops, shape (n, n); inf or nan where there is no way.
    visit_min
        Stay at each stop, shape (n,).

    Raises
    ------
    DataError
        Of more than ten stops, of none, or where the shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> square = np.array([[0, 1, 2, 1], [1, 0, 1, 2], [2, 1, 0, 1], [1, 2, 1, 0.0]])
    >>> shortest_tour(square, np.full(4, 30.0)).total_min
    124.0
    """
    loops, path, times = _loops(time_min, visit_min)
    return _tour(len(loops) - 1, loops, path, times, visit_min)


def largest_tour(time_min: Floats, visit_min: Floats, day_min: float) -> Tour | None:
    """Return the round trip of most stops within a day, of these the quickest.

    Parameters
    ----------
    time_min, visit_min
        As for `shortest_tour`.
    day_min
        Most minutes of driving and visits; a tour of exactly so many fits.

    Returns
    -------
    Tour or None
        One stop alone is a tour without driving; None where not even one visit fits.
    """
    loops, path, times = _loops(time_min, visit_min)
    sets = np.arange(len(loops))
    inside = (sets[:, None] >> np.arange(len(visit_min))) & 1
    total = loops + inside @ visit_min
    size = inside.sum(axis=1)
    fits = np.flatnonzero((size > 0) & (total <= day_min * (1 + SAME)))
    if len(fits) == 0:
        return None
    best = fits[np.lexsort((fits, total[fits], -size[fits]))[0]]
    return _tour(int(best), loops, path, times, visit_min)


def _loops(time_min: Floats, visit_min: Floats) -> tuple[Floats, Floats, Floats]:
    """Return L of every set, D of every set and last stop, and the times with inf for unknown."""
    n = len(visit_min)
    if not 0 < n <= MOST_STOPS or time_min.shape != (n, n):
        raise DataError(
            f"环游只对 1 至 {MOST_STOPS} 个停靠点求精确解，现有 {n} 个（矩阵 {time_min.shape}）",
            f"exact tours take 1 to {MOST_STOPS} stops, not {n} (times {time_min.shape})",
        )
    times = np.where(np.isfinite(time_min), time_min, np.inf)
    path = np.full((1 << n, n), np.inf)
    loops = np.full(1 << n, np.inf)
    loops[0] = 0.0
    for s in range(n):
        path[1 << s, s] = 0.0
    # A larger number never is a subset of a smaller one.
    for stops in range(1, 1 << n):
        first = (stops & -stops).bit_length() - 1
        alone = stops == 1 << first
        loops[stops] = 0.0 if alone else (path[stops] + times[:, first]).min()
        step = (path[stops][:, None] + times).min(axis=0)
        for j in range(first + 1, n):
            if not stops >> j & 1:
                path[stops | 1 << j, j] = step[j]
    return loops, path, times


def _tour(stops: int, loops: Floats, path: Floats, times: Floats, visit_min: Floats) -> Tour | None:
    """Return the round trip of a set, read backwards from its last stop; None where there is none.

    It begins at the first stop by number.
    """
    if not np.isfinite(loops[stops]):
        return None
    first = (stops & -stops).bit_length() - 1
    order, onward, left = [], first, stops
    while left != 1 << first:
        onward = int(np.argmin(path[left] + times[:, onward]))
        order.append(onward)
        left ^= 1 << onward
    order.append(first)
    order.reverse()
    return Tour(
        stops=tuple(order),
        drive_min=float(loops[stops]),
        visit_min=float(visit_min[order].sum()),
    )
