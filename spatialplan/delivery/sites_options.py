"""What a siting run is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from spatialplan.errors import DataError
from spatialplan.measures import siting
from spatialplan.model.limit import Limit
from spatialplan.model.siting import Objective

__all__ = ["SitingOptions"]

SNAP_M = 1500.0  # as far as a village may lie from a road, as in the coverage run


@dataclass(frozen=True, slots=True, kw_only=True)
class SitingOptions:
    """What a siting run is asked for.

    Attributes
    ----------
    p
        Number of new sites; needed by MCLP and p-median, unused by LSCP, which finds it.
    weighted
        Whether villages count by population, if every village has one.
    capacity
        Of a new site: people where villages count by population, else villages; None is unlimited.
    snap_m
        How far a place may lie from a road.
    time_limit_s, curve_time_limit_s
        For the model, and for each point of the trade-off curve.
    """

    objective: Objective
    limit: Limit
    p: int | None = None
    weighted: bool = True
    capacity: float | None = None
    snap_m: float = SNAP_M
    time_limit_s: float = siting.TIME_LIMIT_S
    curve_time_limit_s: float = siting.CURVE_TIME_LIMIT_S

    def __post_init__(self) -> None:
        """Refuse what no model can do."""
        if self.objective is not Objective.LSCP and self.p is None:
            raise DataError(
                f"目标 {self.objective} 需要新建站点数；请用 -p 给出",
                f"objective {self.objective} needs the number of new sites; give it with -p",
            )
        if self.p is not None and self.p < 0:
            raise DataError(f"新建站点数 {self.p} 不能为负", f"{self.p} new sites is negative")
        if self.capacity is not None and not self.capacity > 0:
            raise DataError(
                f"新站点容量 {self.capacity} 不是正数", f"capacity {self.capacity} is not positive"
            )
