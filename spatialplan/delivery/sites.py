"""Where next: propose sites for the villages that no existing station covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from spatialplan import __version__
from spatialplan.delivery import sites_words
from spatialplan.delivery.hidden import Hidden
from spatialplan.delivery.placing import Placed, place
from spatialplan.delivery.sites_options import SitingOptions
from spatialplan.delivery.sites_problem import Problem, build_problem
from spatialplan.errors import DataError
from spatialplan.measures import siting
from spatialplan.model.delivery import Demand, Facility
from spatialplan.model.network import StreetNetwork
from spatialplan.model.plan import Plan
from spatialplan.model.siting import (
    Objective,
    ProposedSite,
    Selection,
    SitingResult,
    Unservable,
)
from spatialplan.model.source import Provenance
from spatialplan.network.od import cost_matrix
from spatialplan.text import Text

__all__ = ["SitingOptions", "propose_sites"]


def propose_sites(
    plan: Plan,
    network: StreetNetwork,
    demand: Sequence[Demand],
    existing: Sequence[Facility],
    candidates: Sequence[Demand] | None,
    options: SitingOptions,
    *,
    sources: Iterable[Provenance] = (),
    notes: Iterable[Text] = (),
) -> SitingResult:
    """Choose new sites by network cost from villages, with the existing stations kept.

    Parameters
    ----------
    existing
        Stations in service.
    candidates
        Places where a site may be opened; the villages themselves when None.
    sources, notes
        To be named in every output; what this run has to say follows the notes.

    Raises
    ------
    DataError
        When an id occurs twice.
    """
    for zh, en, things in (
        ("村", "villages", demand),
        ("站点", "stations", existing),
        ("候选点", "candidates", candidates or ()),
    ):
        _refuse_twins(zh, en, [thing.id for thing in things])
    weighted = options.weighted and all(village.population is not None for village in demand)
    offered = demand if candidates is None else candidates
    placed = place(network, demand, options.snap_m)
    problem, out = build_problem(network, demand, existing, offered, options, placed, weighted)
    found = _solve(problem, options)
    before = _served_before(problem, options)
    covers = _covers(problem, found, options)
    sites = _ranked(problem, found, covers, before)
    after = np.asarray(covers.any(axis=1))
    said = sites_words.notes(options, demand, weighted, out, found, sites, problem.capacity)
    said = (*_maybe_served(network, demand, placed, existing, sites, options), *said)
    return SitingResult(
        plan=plan,
        objective=options.objective,
        limit=options.limit,
        weighted=weighted,
        selection=found,
        sites=sites,
        existing=tuple(existing),
        villages=tuple(demand),
        covered_before=_ids(problem, before),
        covered_after=_ids(problem, after),
        unservable=_unservable(network, demand, placed, problem, found, options),
        links=_links(problem, found),
        trade_off=siting.trade_off(
            problem.cost, options.limit.cost, problem.weight, existing=len(problem.existing),
            time_limit_s=options.curve_time_limit_s,
        ),
        sources=tuple(sources),
        notes=(*notes, *said),
        version=__version__,
    )  # fmt: skip


def _maybe_served(
    network: StreetNetwork,
    demand: Sequence[Demand],
    placed: Placed,
    existing: Sequence[Facility],
    sites: Sequence[ProposedSite],
    options: SitingOptions,
) -> tuple[Text, ...]:
    """Say how many newly covered villages an existing station may serve unseen by the roads."""
    unseen = Hidden(
        network, [village.township for village in demand], placed,
        existing, place(network, existing, options.snap_m), [f.township for f in existing],
    )  # fmt: skip
    new = {key for site in sites for key in site.newly_covered}
    rows = [row for row, village in enumerate(demand) if village.id in new]
    doubts = [row for row in rows if unseen.of(row, options.limit) is not None]
    if not doubts:
        return ()
    names = "、".join(demand[row].name for row in doubts[:5])
    return (
        Text(
            f"新增覆盖的 {len(rows)} 个村中有 {len(doubts)} 个可能已由无坐标或路网接不上的现有站点"
            f"服务（{names}…），请先补资料再定点",
            f"of the {len(rows)} newly covered villages {len(doubts)} may already be served by "
            f"stations without a place or off the roads ({names} …): settle that first",
        ),
    )


def _refuse_twins(zh: str, en: str, ids: Sequence[str]) -> None:
    twice = sorted({id for id in ids if ids.count(id) > 1}) if len(set(ids)) < len(ids) else []
    if twice:
        shown = "、".join(twice[:5])
        raise DataError(
            f"{zh}有 {len(twice)} 个编号重复（{shown}）；请删去重复的行",
            f"{en}: {len(twice)} ids occur twice ({shown}); remove the duplicates",
        )


def _solve(problem: Problem, options: SitingOptions) -> Selection:
    k, room, seconds = len(problem.existing), problem.capacity, options.time_limit_s
    if options.objective is Objective.LSCP:
        return siting.lscp(
            problem.cost, options.limit.cost, existing=k, capacity=room, weight=problem.weight,
            time_limit_s=seconds,
        )  # fmt: skip
    p = options.p or 0
    if options.objective is Objective.MCLP:
        return siting.mclp(
            problem.cost, options.limit.cost, p, problem.weight, existing=k, capacity=room,
            time_limit_s=seconds,
        )  # fmt: skip
    return siting.pmedian(
        problem.cost, p, problem.weight, existing=k, capacity=room, time_limit_s=seconds
    )


def _served_before(problem: Problem, options: SitingOptions) -> NDArray[np.bool_]:
    """Return which rows the existing stations cover, within their capacities, shape (n,)."""
    k = len(problem.existing)
    found = siting.mclp(
        problem.cost[:, :k], options.limit.cost, 0, problem.weight, existing=k,
        capacity=None if problem.capacity is None else problem.capacity[:k],
        time_limit_s=options.time_limit_s,
    )  # fmt: skip
    return np.array(found.assigned, dtype=np.int64) >= 0


def _covers(problem: Problem, found: Selection, options: SitingOptions) -> NDArray[np.bool_]:
    """Return which rows the existing stations and then each new site cover, shape (n, 1 + s)."""
    within = problem.cost <= options.limit.cost
    if problem.capacity is not None:
        assigned = np.array(found.assigned, dtype=np.int64)
        within &= assigned[:, None] == np.arange(problem.cost.shape[1])
    old = within[:, : len(problem.existing)].any(axis=1)
    return np.column_stack([old, within[:, list(found.sites)]])


def _ranked(
    problem: Problem, found: Selection, covers: NDArray[np.bool_], before: NDArray[np.bool_]
) -> tuple[ProposedSite, ...]:
    """Return the sites from the one that adds the most, each after those before it."""
    left, rest = list(range(len(found.sites))), ~(before | covers[:, 0])
    assigned = np.array(found.assigned, dtype=np.int64)
    ranked: list[ProposedSite] = []
    while left:
        new = covers[:, 1:][:, left] & rest[:, None]
        gain = problem.weight @ new
        best = int(np.lexsort((np.arange(len(left)), -new.sum(axis=0), -gain))[0])
        column = found.sites[left.pop(best)]
        spot = problem.candidates[column - len(problem.existing)]
        ranked.append(
            ProposedSite(
                rank=len(ranked) + 1,
                id=spot.id,
                name=spot.name,
                township=spot.township,
                district=spot.district,
                lon=spot.lon or 0.0,
                lat=spot.lat or 0.0,
                accuracy_m=spot.accuracy_m,
                serves=_ids(problem, assigned == column),
                newly_covered=_ids(problem, new[:, best]),
                weight=float(gain[best]),
            )
        )
        rest = rest & ~new[:, best]
    return tuple(ranked)


def _ids(problem: Problem, rows: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(problem.rows[i].id for i in np.flatnonzero(rows))


def _links(problem: Problem, found: Selection) -> tuple[tuple[str, str, BaseGeometry], ...]:
    """Return straight lines of assignment, not routes; none where a village has its own site."""
    columns, links = problem.columns, []
    for village, column in zip(problem.rows, found.assigned, strict=True):
        if column >= 0:
            ends = [(t.lon or 0.0, t.lat or 0.0) for t in (village, columns[column])]
            if ends[0] != ends[1]:
                links.append((village.id, columns[column].id, LineString(ends)))
    return tuple(links)


def _unservable(
    network: StreetNetwork,
    demand: Sequence[Demand],
    placed: Placed,
    problem: Problem,
    found: Selection,
    options: SitingOptions,
) -> tuple[Unservable, ...]:
    """Return the villages that nothing can cover, in the order of the demand."""
    names = sites_words.Reasons(network, placed, options)
    at = {village.id: i for i, village in enumerate(demand)}
    rows = np.array(found.uncoverable, dtype=np.int64)
    points, n = problem.points, len(problem.rows)
    columns = points.take(np.arange(n, len(points.xy)))
    some = points.take(rows)
    far = cost_matrix(
        network, some.snaps, some.xy, columns.snaps, columns.xy, by=options.limit.by
    ) if len(rows) else np.empty((0, 0))  # fmt: skip
    labels = [column.name for column in problem.columns]
    causes = {i: names.of_place(i) for i in np.flatnonzero(~placed.is_placed).tolist()}
    for row, costs in zip(rows.tolist(), far, strict=True):
        i = at[problem.rows[row].id]
        causes[i] = names.of_row(i, costs, labels)
    if options.objective is Objective.LSCP:
        shut_out = {*np.flatnonzero(np.array(found.assigned, dtype=np.int64) < 0).tolist()}
        for row in sorted(shut_out - {*rows.tolist()}):
            causes[at[problem.rows[row].id]] = sites_words.SHUT_OUT
    return tuple(
        Unservable(demand=demand[i], state=causes[i][0], cause=causes[i][1]) for i in sorted(causes)
    )
