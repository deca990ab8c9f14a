"""Many villages in few bytes: columns instead of objects, each sentence and each path once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan.model.delivery import Demand
from spatialplan.outputs.web import shapes as web_shapes

__all__ = ["Paths", "Words", "place", "places_of", "rounded", "significant"]

Json = dict[str, Any]

# 1e-4 degrees are 11 m; a page of 2,400 villages then keeps about 35 vertices of each path.
PATH_TOLERANCE = 1e-4
PATH_BUDGET = 80_000
_SCALE = 10**web_shapes.DECIMALS


class Words:
    """Sentences by number, each kept once."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}

    def number(self, words: str) -> int:
        """Return the number of a sentence."""
        return self._at.setdefault(words, len(self._at))

    @property
    def said(self) -> list[str]:
        """The sentences in the order of their numbers."""
        return list(self._at)


class Paths:
    """Lines by number, each kept once, thinned together to what a page may hold."""

    def __init__(self) -> None:
        self._at: dict[bytes, int] = {}
        self._shapes: list[BaseGeometry] = []

    def number(self, shape: BaseGeometry | None) -> int | None:
        """Return the number of a line, None where there is none."""
        if shape is None or shape.is_empty:
            return None
        key = shapely.to_wkb(shape)
        if key not in self._at:
            self._at[key] = len(self._shapes)
            self._shapes.append(shape)
        return self._at[key]

    def encode(self, first: Sequence[int]) -> tuple[list[list[list[int]] | None], int]:
        """Return the lines, and how many are left out because the page would grow too large.

        Parameters
        ----------
        first
            Numbers of the lines to keep first, the most wanted ahead.

        Returns
        -------
        lines, left
            Each line as parts of ``[lon, lat, Δlon, Δlat, …]`` in 1e-5 degrees, None where left
            out.
        """
        if not self._shapes:
            return [], 0
        thinned = web_shapes.thin(self._shapes, PATH_TOLERANCE, PATH_BUDGET)
        order = list(dict.fromkeys((*first, *range(len(thinned)))))
        sizes = shapely.get_num_coordinates(np.asarray(thinned, dtype=object))
        fits = np.cumsum(sizes[order]) <= PATH_BUDGET
        kept = {number for number, is_kept in zip(order, fits, strict=True) if is_kept}
        lines = [_deltas(shape) if n in kept else None for n, shape in enumerate(thinned)]
        return lines, len(thinned) - len(kept)


def _deltas(shape: BaseGeometry) -> list[list[int]]:
    parts = shapely.get_parts(shape)
    lines = parts[shapely.get_dimensions(parts) == 1]
    found = []
    for line in lines:
        whole = np.round(shapely.get_coordinates(line) * _SCALE).astype(int)
        found.append(np.diff(whole, axis=0, prepend=0).ravel().tolist())
    return found


def rounded(value: float | None, digits: int) -> float | int | None:
    """Return a number with few digits, None where it is none."""
    if value is None or not np.isfinite(value):
        return None
    short = round(float(value), digits)
    return int(short) if short == int(short) else short


def significant(value: float | None, figures: int) -> float | int | None:
    """Return a number with few significant figures, None where it is none.

    Examples
    --------
    >>> significant(0.0173218, 3), significant(2.0, 3), significant(float("nan"), 3)
    (0.0173, 2, None)
    """
    if value is None or not np.isfinite(value):
        return None
    return rounded(float(f"{value:.{figures}g}"), 12)


def place(lon: float | None, lat: float | None) -> list[float] | None:
    """Return latitude and longitude with five decimals, None where unknown."""
    if lon is None or lat is None:
        return None
    return [round(lat, web_shapes.DECIMALS), round(lon, web_shapes.DECIMALS)]


def places_of(demands: Sequence[Demand], words: Words) -> Json:
    """Return what every page tells of its villages, one list per column."""
    return {
        "id": [d.id for d in demands],
        "name": [d.name for d in demands],
        "township": [words.number(d.township) for d in demands],
        "district": [words.number(d.district) for d in demands],
        "roster": [int(d.on_roster) for d in demands],
        "population": [rounded(d.population, 0) for d in demands],
        "radius": [rounded(d.accuracy_m, 0) for d in demands],
        "source": [words.number(d.source) for d in demands],
        "origin": [words.number(d.origin) for d in demands],
        "at": [place(d.lon, d.lat) for d in demands],
    }
