"""Tables of what circles offer: points by category, mix, density core."""

from __future__ import annotations

import numpy as np

from spatialplan.concepts.circles_cells import column, known
from spatialplan.concepts.circles_ground import SQUARE_KM
from spatialplan.concepts.circles_measured import Measured
from spatialplan.concepts.circles_pois import Core
from spatialplan.model.profile import Cell, Column, Exhibit
from spatialplan.text import Text

__all__ = ["core_table", "offer_table"]

LEAST_FOR_QUOTIENT = 5  # a single shop more or less would turn the quotient of fewer


def offer_table(measured: Measured) -> Exhibit:
    """Return the points of interest within a walk by category; without rows when none is mapped."""
    offer = measured.offer
    title = Text("步行范围内的业态", "What is offered within a walk")
    if offer is None:
        return Exhibit(key="offer", title=title, columns=(), rows=())
    rows: list[tuple[Cell, ...]] = []
    for i, circle in enumerate(measured.ground.circles):
        if measured.ground.walk[i].is_empty:
            continue
        counts = tuple(int(n) for n in offer.counts[i])
        strongest = _strongest(measured, i)
        rows.append((circle.name, *counts, sum(counts), known(offer.per_km2[i]),
                     known(offer.evenness[i]), *strongest))  # fmt: skip
    whole = tuple(int(n) for n in offer.city)
    rows.append((Text("全市", "whole city"), *whole, sum(whole), None, offer.city_evenness, None,
                 None))  # fmt: skip
    return Exhibit(
        key="offer",
        title=title,
        columns=(
            column("circle", "商圈", "Circle"),
            *(Column(key=f"n-{k}", name=name) for k, name in enumerate(offer.names)),
            column("total", "合计", "Total"),
            column("density", "密度", "Density", "1/km²", 0),
            column("mix", "混合度", "Mix", "", 2),
            column("strong", "比全市突出的业态", "Strongest against the city"),
            column("quotient", "区位商", "Location quotient", "", 2),
        ),
        rows=tuple(rows),
        note=Text(
            f"混合度为香农均匀度，按全市出现的 {len(offer.names)} 类计，0 为单一、1 为均匀；"
            f"个数少时偏低。突出业态至少 {LEAST_FOR_QUOTIENT} 个。"
            "只计有名称的兴趣点，地图没有画的不等于没有。",
            f"Mix is Shannon's evenness over the {len(offer.names)} categories that occur in the "
            "city: 0 one only, 1 all alike; few points make it low. Strongest among categories of "
            f"{LEAST_FOR_QUOTIENT} and more. Named points only; what is not "
            "mapped may still exist.",
        ),
    )


def _strongest(measured: Measured, i: int) -> tuple[Cell, Cell]:
    """Return the category of the greatest location quotient in a circle, and the quotient."""
    offer = measured.offer
    if offer is None or not (offer.counts[i] >= LEAST_FOR_QUOTIENT).any():
        return None, None
    k = int(np.argmax(np.where(offer.counts[i] >= LEAST_FOR_QUOTIENT, offer.quotient[i], 0.0)))
    return offer.names[k], float(offer.quotient[i, k])


def core_table(measured: Measured) -> Exhibit:
    """Return the density core of each circle against its centre."""
    return Exhibit(
        key="cores",
        title=Text("商业密度中心与规划中心", "Density cores against the plan's centres"),
        columns=(
            column("circle", "商圈", "Circle"),
            column("state", "规划中心在核心内", "Centre within the core"),
            column("points", "搜索范围内商业点", "Commercial points searched"),
            column("peak", "峰值密度", "Peak density", "1/km²", 0),
            column("offset", "峰值距规划中心", "Peak from the centre", "m", 0),
            column("delta", "不确定度", "Uncertainty", "m", 0),
            column(
                "outside", "中心在核心外（负为内）", "Centre outside (negative: inside)", "m", 0
            ),
            column("area", "核心面积", "Area of the core", "km²", 2),
            column("summit", "有自己的峰", "A peak of its own"),
        ),
        rows=tuple(_core_row(core) for core in measured.cores),
        note=Text(
            f"四次核，带宽 {measured.numbers.bandwidth_m:g} 米；商业、餐饮两类；"
            "核心为峰值一半以上的范围。",
            f"Quartic kernel of {measured.numbers.bandwidth_m:g} m over commerce and food; the "
            "core is where the density is at least half of the peak.",
        ),
    )


def _core_row(core: Core) -> tuple[Cell, ...]:
    if core.area is None:
        return (core.circle.name, core.state, core.points, *(None,) * 6)
    own = Text("是", "yes") if core.is_summit else Text("否，向外更密", "no, denser beyond")
    return (
        core.circle.name, core.state, core.points, core.per_km2, core.offset_m, core.delta_m,
        core.outside_m, core.area.area / SQUARE_KM, own,
    )  # fmt: skip
