"""Mix of uses: how evenly things are spread over categories."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatialplan.errors import DataError

__all__ = ["shannon_evenness"]

Floats = NDArray[np.float64]


def shannon_evenness(counts: Floats) -> Floats:
    """Return the evenness of each row's counts over all columns, in [0, 1], shape (n,).

        H = −Σ p ln p / ln K,    p = count / Σ count,    0 ln 0 = 0

    after Shannon 1948 (Bell System Technical Journal 27: 379-423), divided by its maximum as by
    Pielou 1966 (J. Theoretical Biology 13: 131-144). 0 is a single category, 1 all in equal number.

    K is the number of columns and the caller's choice. Give one column for each category that
    occurs anywhere in the area compared: a category which a place lacks and its neighbour has makes
    it less mixed, whereas one that the map of the whole area lacks tells nothing of any place. With
    the categories of each row alone, two shops of two kinds would be as mixed as a whole town.

    Parameters
    ----------
    counts
        Things by place and category, not negative, shape (n, K).

    Returns
    -------
    numpy.ndarray
        nan for a row without things, and for all where K is below 2: one category has no mix.

    Raises
    ------
    DataError
        When a count is negative or missing.

    Examples
    --------
    >>> import numpy as np
    >>> counts = np.array([[5.0, 5.0], [7.0, 0.0], [0.0, 0.0]])
    >>> shannon_evenness(counts).tolist()
    [1.0, 0.0, nan]
    """
    counts = np.asarray(counts, dtype=float)
    if not (np.isfinite(counts) & (counts >= 0)).all():
        raise DataError(
            "混合度的各类个数不能为负或缺失；请核对分类计数",
            "counts of a mix must not be negative or missing; check them",
        )
    total = counts.sum(axis=1)
    if counts.shape[1] < 2:
        return np.full(len(counts), np.nan)
    share = counts / np.where(total > 0, total, 1.0)[:, None]
    entropy = -(share * np.log(np.where(share > 0, share, 1.0))).sum(axis=1)
    evenness = np.clip(entropy / np.log(counts.shape[1]), 0.0, 1.0) + 0.0  # no minus zero
    return np.where(total > 0, evenness, np.nan)
