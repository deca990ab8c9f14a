"""What a siting run has to say: why a village cannot be covered, what was left out, how sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spatialplan.delivery.causes import Causes, in_unit
from spatialplan.delivery.placing import Placed
from spatialplan.delivery.sites_options import SitingOptions
from spatialplan.model.delivery import Demand
from spatialplan.model.network import StreetNetwork
from spatialplan.model.siting import Objective, ProposedSite, Selection
from spatialplan.model.verdict import VillageState
from spatialplan.text import Text

__all__ = ["SHUT_OUT", "LeftOut", "Reasons", "notes"]

LOW_ACCURACY_M = 500.0
SHOWN = 10
Reason = tuple[VillageState, Text]
SHUT_OUT: Reason = (
    VillageState.NOT_COVERED,
    Text(
        "容量不足：所有能到的站点和候选点都已满",
        "capacities: every site that could serve it is full",
    ),
)
_NOTHING = Text("没有现有站点，也没有可用的候选点", "there is no station and no candidate")
_TOO_MANY = Text(
    "容量不足：本村人口超过每个能到的站点和候选点的容量",
    "capacities: it has more people than any site that it reaches can serve",
)


class LeftOut(NamedTuple):
    """What cannot take part in the model.

    `unplaced` and `off_road` are names of existing stations, `candidates` is how many of them lie
    on no road; `capacity_unused` is whether stations have capacities that do not count.
    """

    unplaced: Sequence[str]
    off_road: Sequence[str]
    candidates: int
    capacity_unused: bool


class Reasons:
    """Why villages cannot be covered, by their position in the demand."""

    def __init__(self, network: StreetNetwork, placed: Placed, options: SitingOptions) -> None:
        self._causes = Causes(network, placed, options.snap_m)
        self._limit = options.limit

    def of_place(self, village: int) -> Reason:
        """Return why a village is not on the network, of one that is not."""
        return self._causes.of_place(village) or SHUT_OUT

    def of_row(self, village: int, cost: NDArray[np.float64], names: Sequence[str]) -> Reason:
        """Return why no site covers a village.

        Parameters
        ----------
        cost
            To every existing station and candidate, without a limit, shape (m,).
        names
            Of these.
        """
        off = self._causes.of_place(village)
        if off is not None:
            return off
        if not len(cost):
            return VillageState.NO_DATA, _NOTHING
        best = int(np.argmin(cost))
        if not np.isfinite(cost[best]):
            gap = self._causes.of_gap(village, None)
            said = Text(f"没有站点或候选点能到：{gap.zh}", f"no station or candidate: {gap.en}")
            return VillageState.UNROUTABLE, said
        if cost[best] <= self._limit.cost:
            return VillageState.NOT_COVERED, _TOO_MANY
        value, digits = (
            in_unit(float(cost[best]), self._limit),
            1 if self._limit.by == "time" else 0,
        )
        unit = "分钟" if self._limit.by == "time" else "米"
        return VillageState.NOT_COVERED, Text(
            f"太远：最近的站点或候选点“{names[best]}”要 {value:.{digits}f} {unit}，"
            f"限值 {self._limit.label.zh}",
            f"too far: the nearest station or candidate, {names[best]}, is {value:.{digits}f} "
            f"{self._limit.unit} away; the limit is {self._limit.label.en}",
        )


def notes(
    options: SitingOptions,
    demand: Sequence[Demand],
    weighted: bool,
    out: LeftOut,
    found: Selection,
    sites: Sequence[ProposedSite],
    capacity: NDArray[np.float64] | None,
) -> tuple[Text, ...]:
    """Return what a reader must know beside the answer."""
    return (
        *_of_proof(options, found, sites),
        *_of_service(options),
        *_of_weight(options, demand, weighted),
        *_of_left_out(out),
        *_of_capacity(out, weighted, capacity),
        *_of_accuracy(sites),
    )


def _of_proof(
    options: SitingOptions, found: Selection, sites: Sequence[ProposedSite]
) -> Iterator[Text]:
    if not found.optimal:
        yield Text(
            f"到时限 {options.time_limit_s:g} 秒未能证明最优：与已证明的界相差 {found.gap:.2%}",
            f"not proved optimal within {options.time_limit_s:g} s: the gap to the proved bound is "
            f"{found.gap:.2%}",
        )
    if options.p is not None and len(sites) < options.p:
        yield Text(
            f"要求新建 {options.p} 处，{len(sites)} 处已够：再多也不改善",
            f"{options.p} sites were asked for, {len(sites)} do: more would not improve it",
        )


def _of_service(options: SitingOptions) -> Iterator[Text]:
    if options.objective is Objective.PMEDIAN:
        yield Text(
            "p 中位：先让尽可能多的村（按权重）有路可达，再求总费用最小；"
            "孤立路网片上的村会占用站点",
            "p-median: as much weight as possible is reached by road first, then the total cost is "
            "least; villages on isolated pieces of road take sites",
        )


def _of_weight(options: SitingOptions, demand: Sequence[Demand], weighted: bool) -> Iterator[Text]:
    if options.weighted and not weighted:
        lacking = sum(village.population is None for village in demand)
        yield Text(
            f"{len(demand)} 个村中有 {lacking} 个没有人口数，所以每村按 1 计，不按人口加权",
            f"{lacking} of {len(demand)} villages have no population, so each counts as 1",
        )


def _of_left_out(out: LeftOut) -> Iterator[Text]:
    if out.unplaced:
        yield Text(
            f"{len(out.unplaced)} 个现有站点无坐标，不能服务任何村：{_few(out.unplaced)}",
            f"{len(out.unplaced)} stations have no coordinates and serve no village: "
            f"{_few(out.unplaced)}",
        )
    if out.off_road:
        yield Text(
            f"{len(out.off_road)} 个现有站点离道路太远，只能服务同一地点的村：{_few(out.off_road)}",
            f"{len(out.off_road)} stations are too far from a road and serve only a village at the "
            f"same spot: {_few(out.off_road)}",
        )
    if out.candidates:
        yield Text(
            f"{out.candidates} 个候选点无坐标或离道路太远，未参加选址",
            f"{out.candidates} candidates have no coordinates or are too far from a road: left out",
        )


def _of_capacity(
    out: LeftOut, weighted: bool, capacity: NDArray[np.float64] | None
) -> Iterator[Text]:
    if out.capacity_unused:
        yield Text(
            "现有站点的容量以人计，而村不按人口计，所以现有站点的容量未计入",
            "capacities of stations are in people but villages are not: they are not counted",
        )
    if capacity is not None:
        unit = Text("人", "people") if weighted else Text("村", "villages")
        yield Text(
            f"容量以{unit.zh}计；一村只归一处；新建数与覆盖的关系曲线未计容量",
            f"capacities are in {unit.en}; a village goes wholly to one site; the trade-off curve "
            "disregards capacities",
        )


def _of_accuracy(sites: Sequence[ProposedSite]) -> Iterator[Text]:
    yield Text(
        "选址按点位坐标计算，未计位置精度；限值附近的村请用覆盖核查看是否存疑",
        "sites are chosen by the coordinates as given, without their accuracy; see the coverage "
        "run for villages near the limit",
    )
    vague = [s.name for s in sites if s.accuracy_m is None or s.accuracy_m > LOW_ACCURACY_M]
    if vague:
        yield Text(
            f"{len(vague)} 处建议站点的位置精度低于 {LOW_ACCURACY_M:g} 米或未知，请先核实："
            f"{_few(vague)}",
            f"{len(vague)} proposed sites rest on points less accurate than {LOW_ACCURACY_M:g} m, "
            f"or of unknown accuracy; check them first: {_few(vague)}",
        )


def _few(names: Sequence[str]) -> str:
    more = "……" if len(names) > SHOWN else ""
    return "、".join(names[:SHOWN]) + more
