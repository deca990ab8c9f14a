"""Whether a region hangs together: travel time among its members against time to all others.

For the members A of a region among places with directed travel times t:

    W = mean t[i, j]  over i ≠ j, both in A
    B = mean t[i, k]  over ordered pairs with exactly one end in A, both directions
    C = W / B

C is the ratio of the average distance within a cluster to the average distance between clusters
(``wb.ratio`` of cluster statistics, Hennig, R package *fpc*), taken for one region at a time. Below
1 the members are nearer to each other than to the places outside: the region hangs together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatialplan.errors import DataError

__all__ = ["Cohesion", "cohesion"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohesion:
    """Cohesion of one region.

    Attributes
    ----------
    members
        Number of places in the region.
    within, between
        Mean times in the unit of the matrix over the pairs that are known; None without any.
    ratio
        Within over between; None where either is missing or the places outside are at no distance.
    delta
        Uncertainty of the ratio that the given uncertainties of the times leave.
    pairs_within, pairs_between
        How many ordered pairs are known, and how many there are.
    """

    members: int
    within: float | None
    between: float | None
    ratio: float | None
    delta: float
    pairs_within: tuple[int, int]
    pairs_between: tuple[int, int]

    @property
    def is_whole(self) -> bool:
        """Whether every pair is known, so that the means leave nothing out."""
        return all(known == every for known, every in (self.pairs_within, self.pairs_between))


def cohesion(time: Floats, member: Bools, delta: Floats | None = None) -> Cohesion:
    """Return the cohesion of a region (formula and source: see the module).

    Parameters
    ----------
    time
        Directed travel times, shape (n, n); nan or inf where unknown. The diagonal is not used.
    member
        Which places belong to the region, shape (n,).
    delta
        Uncertainty of each time, same shape; none when omitted. The mean of a group of pairs is
        taken to be as uncertain as its pairs on average, which is the most it can be.

    Raises
    ------
    DataError
        When the shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> time = np.array([[0, 10, 40], [10, 0, 40], [40, 40, 0.0]])
    >>> cohesion(time, np.array([True, True, False])).ratio
    0.25
    """
    n = len(member)
    if time.shape != (n, n):
        raise DataError(
            f"时间矩阵为 {time.shape}，应为 {n} × {n}",
            f"the matrix of times is {time.shape}, not {n} × {n}",
        )
    inside = member[:, None] & member[None, :] & ~np.eye(n, dtype=bool)
    across = member[:, None] != member[None, :]
    known = np.isfinite(time)
    doubt = np.zeros_like(time) if delta is None else delta
    within, within_delta = _mean(time, doubt, inside & known)
    between, between_delta = _mean(time, doubt, across & known)
    ratio, ratio_delta = None, 0.0
    if within is not None and between:
        ratio = within / between
        ratio_delta = float(np.hypot(within_delta, ratio * between_delta)) / between
    return Cohesion(
        members=int(member.sum()),
        within=within,
        between=between,
        ratio=ratio,
        delta=ratio_delta,
        pairs_within=(int((inside & known).sum()), int(inside.sum())),
        pairs_between=(int((across & known).sum()), int(across.sum())),
    )


def _mean(time: Floats, delta: Floats, pairs: Bools) -> tuple[float | None, float]:
    """Return the mean over some pairs and the mean of their uncertainties; None without any."""
    if not pairs.any():
        return None, 0.0
    return float(time[pairs].mean()), float(delta[pairs].mean())
