"""Location quotient: how much more of a category a place has than the area it is part of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatialplan.errors import DataError

__all__ = ["location_quotient"]

Floats = NDArray[np.float64]


def location_quotient(counts: Floats, area: Floats) -> Floats:
    """Return the share of each category in each place by its share in the whole area.

        LQ[i, c] = (n[i, c] / Σ n[i]) / (N[c] / Σ N)

    after Haig 1926 (Quarterly J. of Economics 40: 402-434); 1 is the area's own share, 2 twice as
    much. A quotient of few things says little: show the counts beside it.

    Parameters
    ----------
    counts
        Things by place and category, not negative, shape (n, K).
    area
        Things of the whole area by category, shape (K,); it holds the places or stands beside them.

    Returns
    -------
    numpy.ndarray
        Shape (n, K); nan in a row without things and in a column that the area lacks.

    Raises
    ------
    DataError
        When a count is negative or missing.

    Examples
    --------
    >>> import numpy as np
    >>> location_quotient(np.array([[3.0, 1.0], [0.0, 0.0]]), np.array([10.0, 10.0])).tolist()
    [[1.5, 0.5], [nan, nan]]
    """
    counts, area = np.asarray(counts, dtype=float), np.asarray(area, dtype=float)
    if not all((np.isfinite(c) & (c >= 0)).all() for c in (counts, area)):
        raise DataError(
            "区位商的各类个数不能为负或缺失；请核对分类计数",
            "counts of a location quotient must not be negative or missing; check them",
        )
    total = counts.sum(axis=1, keepdims=True)
    expected = total * area / max(float(area.sum()), 1.0)
    return np.where(expected > 0, counts / np.where(expected > 0, expected, 1.0), np.nan)
