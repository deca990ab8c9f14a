"""The point of each geometry, and what to tell where it is not one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from spatialplan.io.tables.cell_text import list_some
from spatialplan.text import Text

__all__ = ["points_of"]

Point = tuple[float, float]


def points_of(geometries: Sequence[object]) -> tuple[tuple[Point | None, ...], tuple[Text, ...]]:
    """Return x, y of each geometry and notes, rows counted from 1.

    A geometry that is no point gives a point on it (``shapely.point_on_surface``: inside an area,
    on a line). Missing, empty and unbounded geometries give None.
    """
    shapes = np.asarray(geometries, dtype=object)
    if not len(shapes):
        return (), ()
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    places = shapes.copy()
    places[~single] = None
    other = np.flatnonzero(~single & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    usable = other[np.isfinite(shapely.bounds(shapes[other])).all(axis=1)]
    places[usable] = shapely.point_on_surface(shapes[usable])
    xy = np.column_stack([shapely.get_x(places), shapely.get_y(places)])
    found = np.atleast_1d(np.isfinite(xy).all(axis=1))
    points = tuple(
        (float(x), float(y)) if ok else None for x, y, ok in zip(*xy.T, found, strict=True)
    )
    notes = []
    if len(usable):
        rows = list_some(usable + 1)
        notes.append(
            Text(
                f"{len(usable)} 个图形不是点，取其内部一点（第 {rows} 个）",
                f"{len(usable)} shapes are no points, a point on them is used (no. {rows})",
            )
        )
    if not found.all():
        rows = list_some(np.flatnonzero(~found) + 1)
        zh, en = f"个图形为空（第 {rows} 个）", f"shapes are empty (no. {rows})"
        notes.append(Text(f"{int((~found).sum())} {zh}", f"{int((~found).sum())} {en}"))
    return points, tuple(notes)
