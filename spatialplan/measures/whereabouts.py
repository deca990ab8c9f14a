"""Whether a row can lie there: far off, outside the city, in another district, on another row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from spatialplan.measures.ground import CITY, Ground
from spatialplan.text import Text

__all__ = ["place_doubts", "place_problems"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MARGIN_M = 5000.0
FAR_OFF_M = 50_000.0  # no survey of a city errs so far: a digit is wrong, or the row is another's
BOUNDARY_M = 300.0  # twice the accuracy of the boundaries
SAME_DEGREES = 1e-7
MOST_NAMED = 3


def place_problems(
    ground: Ground, lon: FloatArray, lat: FloatArray, accuracy_m: FloatArray
) -> list[Text | None]:
    """Return for each row why its place cannot be used: more than 50 km outside the city.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees, shape (n,).
    accuracy_m
        A row is refused only beyond its accuracy, shape (n,).
    """
    if not len(lon):
        return []
    outside = ground.city_distance(ground.project(lon, lat))
    refused = outside > FAR_OFF_M + accuracy_m
    return [
        _far_off(metres) if bad else None
        for metres, bad in zip(outside.tolist(), refused.tolist(), strict=True)
    ]


def place_doubts(
    ground: Ground,
    lon: FloatArray,
    lat: FloatArray,
    accuracy_m: FloatArray,
    area: IntArray,
    numbers: Sequence[int],
) -> list[tuple[Text, ...]]:
    """Return the doubts of each row, in the rows' order.

    Parameters
    ----------
    lon, lat
        WGS-84 degrees, shape (n,).
    accuracy_m
        A row is in doubt only beyond its accuracy, shape (n,).
    area
        Position of the stated district, or `CITY`, shape (n,).
    numbers
        Row numbers as the user sees them.
    """
    doubts: list[list[Text]] = [[] for _ in numbers]
    if not doubts:
        return []
    xy = ground.project(lon, lat)
    outside = ground.city_distance(xy)
    for row in np.flatnonzero(outside > MARGIN_M + accuracy_m).tolist():
        doubts[row].append(_far(outside[row]))
    depth = ground.depth(xy[:, None], area)[:, 0]
    astray = (area != CITY) & (depth < -(accuracy_m + BOUNDARY_M))
    found = ground.district_at(xy)
    for row in np.flatnonzero(astray & (outside <= MARGIN_M + accuracy_m)).tolist():
        doubts[row].append(_other_district(ground, int(area[row]), int(found[row])))
    for row, others in _same_place(lon, lat).items():
        doubts[row].append(_same(sorted(numbers[other] for other in others)))
    return [tuple(row) for row in doubts]


def _same_place(lon: FloatArray, lat: FloatArray) -> dict[int, list[int]]:
    """Return the other rows of each row that shares its place."""
    key = np.round(np.column_stack([lon, lat]) / SAME_DEGREES)
    group = np.unique(key, axis=0, return_inverse=True)[1].ravel()
    order = np.argsort(group, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(group[order])) + 1)
    return {
        int(row): [int(other) for other in part if other != row]
        for part in parts
        if len(part) > 1
        for row in part
    }


def _far_off(metres: float) -> Text:
    km = metres / 1000
    return Text(
        f"坐标在本市之外 {km:.0f} 公里，疑为录入错误",
        f"the coordinates lie {km:.0f} km outside the city, probably a slip in typing",
    )


def _far(metres: float) -> Text:
    km = metres / 1000
    return Text(
        f"点位在本市之外 {km:.0f} 公里，请核对",
        f"the point lies {km:.0f} km outside the city; check it",
    )


def _other_district(ground: Ground, stated: int, found: int) -> Text:
    names = ground.districts["name"].to_numpy()
    if found == CITY:
        return Text(
            f"表中写的是{names[stated]}，点位落在本市之外，请核对",
            f"stated in {names[stated]}, but the point lies outside the city; check it",
        )
    return Text(
        f"表中写的是{names[stated]}，点位落在{names[found]}，请核对",
        f"stated in {names[stated]}, but the point lies in {names[found]}; check it",
    )


def _same(numbers: Sequence[int]) -> Text:
    named = "、".join(str(number) for number in numbers[:MOST_NAMED])
    english = ", ".join(str(number) for number in numbers[:MOST_NAMED])
    more, more_en = ("等", " and others") if len(numbers) > MOST_NAMED else ("", "")
    return Text(
        f"与第 {named} 行{more}坐标完全相同，请核对",
        f"same coordinates as row {english}{more_en}; check it",
    )
