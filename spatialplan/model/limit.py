"""A limit of time or distance, as staff write it: 15min, 5km, 15分钟, 800米."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from spatialplan.errors import DataError
from spatialplan.text import Text

__all__ = ["Limit", "parse_limit"]

_UNITS: dict[str, tuple[Literal["time", "length"], float]] = {
    **dict.fromkeys(("min", "mins", "minute", "minutes", "分", "分钟"), ("time", 1.0)),
    **dict.fromkeys(("h", "hour", "hours", "小时", "时"), ("time", 60.0)),
    **dict.fromkeys(("m", "米"), ("length", 1.0)),
    **dict.fromkeys(("km", "公里", "千米"), ("length", 1000.0)),
}
_PATTERN = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]+|[\u4e00-\u9fff]+)\s*", re.IGNORECASE)
_KILOMETRE_M = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A threshold of network cost: `value` is in minutes (``time``) or metres (``length``)."""

    value: float
    by: Literal["time", "length"]

    def __post_init__(self) -> None:
        """Refuse what is no threshold."""
        if not (math.isfinite(self.value) and self.value > 0):
            raise DataError(
                f"限值 {self.value} 不是正数；请写成 15min 或 5km",
                f"the limit {self.value} is not positive; write 15min or 5km",
            )

    @property
    def cost(self) -> float:
        """The limit as routing cost: milliseconds or millimetres."""
        return self.value * (60_000.0 if self.by == "time" else 1000.0)

    @property
    def unit(self) -> str:
        """Unit of `value`: ``min`` or ``m``."""
        return "min" if self.by == "time" else "m"

    @property
    def label(self) -> Text:
        """The limit as readers write it."""
        if self.by == "time":
            return Text(f"{self.value:g} 分钟", f"{self.value:g} min")
        if self.value >= _KILOMETRE_M:
            km = self.value / _KILOMETRE_M
            return Text(f"{km:g} 公里", f"{km:g} km")
        return Text(f"{self.value:g} 米", f"{self.value:g} m")

    @property
    def key(self) -> str:
        """The limit as a column name: ``15min``, ``5000m``."""
        return f"{self.value:g}{self.unit}".replace(".", "_")


def parse_limit(text: str) -> Limit:
    """Return the limit that `text` writes.

    Raises
    ------
    DataError
        When it is no number with a unit of time or length.

    Examples
    --------
    >>> parse_limit("15分钟").cost, parse_limit("5 km").value
    (900000.0, 5000.0)
    """
    found = _PATTERN.fullmatch(text)
    known = _UNITS.get(found.group(2).lower()) if found else None
    if found is None or known is None:
        raise DataError(
            f"看不懂限值“{text}”；请写数字加单位，如 15min、1h、5km、800m、15分钟、5公里",
            f"cannot read the limit {text!r}; write a number and a unit: 15min, 1h, 5km, 800m",
        )
    by, factor = known
    return Limit(value=float(found.group(1)) * factor, by=by)
