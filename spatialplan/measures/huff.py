"""Huff's model: the share of each place's custom that each centre draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatialplan.errors import DataError

__all__ = ["huff_shares"]

Floats = NDArray[np.float64]


def huff_shares(cost: Floats, attraction: Floats, beta: float, floor: float) -> Floats:
    """Return the probability that each place goes to each centre, shape (n, m).

        P[i, j] = S[j]·c[i, j]^−β / Σₖ S[k]·c[i, k]^−β

    after Huff 1963 (Land Economics 39: 81-90). Costs below `floor` count as it: the model has no
    answer at c = 0, and differences below the accuracy of the places, or below the time that it
    takes to park and walk in, must not hand all custom to the next door. The shares depend on the
    centres compared: one that is left out, beyond the area or not located, gives its custom to the
    others.

    Parameters
    ----------
    cost
        From place i to centre j in any one unit, shape (n, m); inf or nan where not reached.
    attraction
        S of each centre, such as its floor space or number of shops, shape (m,).
    beta
        Friction of distance, positive.
    floor
        In the unit of `cost`, positive.

    Returns
    -------
    numpy.ndarray
        Every row sums to 1, but for places that reach no centre of any attraction: these are nan.

    Raises
    ------
    DataError
        When an attraction is negative or missing, or `beta` or `floor` is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> cost = np.array([[10.0, 20.0], [np.inf, np.inf]])
    >>> huff_shares(cost, np.array([1.0, 1.0]), beta=2.0, floor=5.0).tolist()
    [[0.8, 0.2], [nan, nan]]
    """
    attraction = np.asarray(attraction, dtype=float)
    if not (np.isfinite(attraction) & (attraction >= 0)).all():
        raise DataError(
            "Huff 模型的吸引力不能为负或缺失；请补全",
            "attractions of Huff's model must not be negative or missing; fill them in",
        )
    if not (beta > 0 and floor > 0):
        raise DataError(
            f"Huff 模型的衰减指数（{beta}）和最小成本（{floor}）都要大于 0",
            f"beta ({beta}) and the floor ({floor}) of Huff's model must be positive",
        )
    draws = np.isfinite(cost) & (attraction > 0)
    near = np.maximum(np.where(draws, cost, floor), floor)
    # By the least cost of each row: far places would otherwise sink below the smallest number.
    least = np.where(draws, near, np.inf).min(axis=1, initial=np.inf, keepdims=True)
    pull = attraction * np.where(draws, least / near, 0.0) ** beta
    total = pull.sum(axis=1, keepdims=True)
    return np.where(total > 0, pull / np.where(total > 0, total, 1.0), np.nan)
