"""Columns and cells of the tables of circles."""

from __future__ import annotations

import math

from shapely.geometry.base import BaseGeometry

from spatialplan.concepts.circles_ground import SQUARE_KM
from spatialplan.model.profile import Column
from spatialplan.text import Text

__all__ = ["column", "km2", "known"]


def column(key: str, zh: str, en: str, unit: str = "", digits: int = 1) -> Column:
    """Return a column."""
    return Column(key=key, name=Text(zh, en), unit=unit, digits=digits)


def known(value: float) -> float | None:
    """Return a number; None for nan."""
    return float(value) if math.isfinite(value) else None


def km2(area: BaseGeometry) -> float | None:
    """Return an area; None for the empty one of a circle that no road is near."""
    return None if area.is_empty else area.area / SQUARE_KM
