"""Guess which embedded plan a table belongs to, from the place names and codes in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from spatialplan.errors import DataError
from spatialplan.io.base import read_villages
from spatialplan.io.plans import find_pack, list_packs, read_plan
from spatialplan.io.tables.reading import read_tables

__all__ = ["guess_plan"]

_CODE_DIGITS = 12


def guess_plan(paths: Sequence[Path]) -> str:
    """Return the embedded plan that most cells of the tables point to.

    A cell points to a city by a code of its villages, or by the name of one of its districts,
    townships or villages.

    Raises
    ------
    DataError
        When nothing, or two cities alike, are pointed to.
    """
    cells = [
        text.strip()
        for path in paths
        for raw in read_tables(path)
        for row in raw.cells
        for text in row
        if text.strip()
    ]
    points: dict[str, int] = {}
    for name in list_packs():
        plan = read_plan(find_pack(name))
        roster = read_villages(plan.adcode) if plan.bounds is None else []
        words = {w for v in roster for w in (v.name, v.township, v.district)}
        codes = {village.code for village in roster}
        points[name] = sum(
            text in words or (len(text) == _CODE_DIGITS and text in codes) for text in cells
        )
    best = max(points, key=lambda name: points[name], default="")
    most = points.get(best, 0)
    if most == 0 or list(points.values()).count(most) > 1:
        raise DataError(
            f"看不出表属于哪个规划（{'、'.join(points)}）；请用 --pack 指明",
            f"cannot tell which plan the table belongs to ({', '.join(points)}); use --pack",
        )
    return best
