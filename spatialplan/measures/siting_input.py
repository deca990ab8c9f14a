"""What the location models take: costs, weights, capacities that keep their contract."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatialplan.errors import DataError

__all__ = ["check_numbers", "within"]

FloatArray = NDArray[np.float64]


def within(cost: FloatArray, limit: float) -> NDArray[np.bool_]:
    """Return which pairs have a way within the limit, shape (n, m)."""
    return np.asarray(np.isfinite(cost) & (cost <= limit))


def check_numbers(
    cost: FloatArray,
    existing: int,
    capacity: FloatArray | None,
    weight: FloatArray,
    *,
    limit: float = 0.0,
    p: int = 0,
) -> None:
    """Raise DataError where numbers break the contract of the models."""
    if cost.ndim != 2:
        raise DataError(
            f"费用矩阵应是二维的，现为 {cost.ndim} 维",
            f"the costs have {cost.ndim} dimensions, not 2",
        )
    n, m = cost.shape
    given = [("费用", "costs", cost, cost.shape), ("权重", "weights", weight, (n,))]
    if capacity is not None:
        given.append(("容量", "capacities", capacity, (m,)))
    for zh, en, values, shape in given:
        if values.shape != shape:
            raise DataError(
                f"{zh}的形状是 {values.shape}，应为 {shape}",
                f"{en}: shape {values.shape}, not {shape}",
            )
        wrong = int((np.isnan(values) | (values < 0)).sum())
        if wrong:
            raise DataError(
                f"{zh}有 {wrong} 个是负数或缺失；请先改正",
                f"{en}: {wrong} are negative or missing; correct them first",
            )
    if not np.isfinite(weight).all():
        raise DataError("权重必须是有限的数", "weights must be finite")
    if not 0 <= existing <= m:
        raise DataError(
            f"现有站点数 {existing} 不在 0 至 {m} 之间", f"{existing} existing of {m} columns"
        )
    if np.isnan(limit) or limit < 0 or p < 0:
        raise DataError(
            f"限值 {limit} 与新建数 {p} 不能为负或缺失", f"limit {limit} or number {p} is negative"
        )
