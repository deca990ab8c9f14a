"""Classes of a number for a map."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

__all__ = ["map_classes"]


def map_classes(
    values: NDArray[np.float64], k: int = 5
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the class of each value by quantiles, and the classes' upper bounds.

    Classes hold as nearly equal numbers of values as may be: a reader sees at once the fifth that
    is worst off. Equal values fall into one class, so few distinct values make fewer classes.

    Parameters
    ----------
    values
        Shape (n,); nan where there is none.

    Returns
    -------
    classes : numpy.ndarray
        0 for the lowest class, -1 where there is no finite value, shape (n,).
    breaks : numpy.ndarray
        Greatest value of each class, ascending; empty without values.

    Examples
    --------
    >>> import numpy as np
    >>> classes, breaks = map_classes(np.array([1.0, 9.0, np.nan, 2.0, 8.0]), k=2)
    >>> classes.tolist(), breaks.tolist()
    ([0, 1, -1, 0, 1], [2.0, 9.0])
    """
    known = np.isfinite(values)
    distinct = np.unique(values[known])
    if len(distinct) > k:
        from mapclassify import Quantiles

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # fewer classes are told by the result
            upper = np.unique(Quantiles(values[known], k=k).bins)
        # Bounds that are values of the sample, and only those that some value lies under.
        distinct = np.unique(distinct[np.searchsorted(distinct, upper, side="right") - 1])
    classes = np.full(len(values), -1, dtype=np.int64)
    classes[known] = np.searchsorted(distinct, values[known], side="left")
    return classes, np.asarray(distinct, dtype=np.float64)
