"""Which station a village belongs to, and which hub a station: by name, by area, by nearness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatialplan.delivery.placing import Placed
from spatialplan.measures.names import normalise_name
from spatialplan.model.delivery import Demand, Facility
from spatialplan.model.network import StreetNetwork
from spatialplan.network.access import By
from spatialplan.network.nearest import nearest_two

__all__ = ["Area", "Asker", "Parent", "area_key", "area_of", "find_parents", "points_of"]

IntArray = NDArray[np.int64]
# Name and rank of an area, and the key of the wider one it lies in; empty where not told.
Area = tuple[str, str, str]
_ENDINGS = ("街道办事处", "办事处", "街道", "镇", "乡", "县", "区", "市")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who looks for a parent: the name its table gives, and the area that must match."""

    parent: str
    area: Area


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The facility that serves the next leg, by position; -1 where there is none.

    `how` is ``roster`` (the point of that village), ``named``, ``own`` (of the same area),
    ``crossing`` (of another), ``unknown`` (the areas are not told), ``missing`` (the name that is
    `wanted` is in no table) or ``none``.
    """

    facility: int
    how: str
    wanted: str = ""


def area_key(text: str) -> str:
    """Return a township's or county's name without its rank, for comparison.

    Examples
    --------
    >>> area_key("姜畲镇") == area_key(" 姜畲 "), area_key("雨湖路街道")
    (True, '雨湖路')
    """
    plain = normalise_name(text)
    return plain.removesuffix(_rank(plain))


def _rank(plain: str) -> str:
    return next((e for e in _ENDINGS if plain.endswith(e) and len(plain) > len(e) + 1), "")


def area_of(township: str | None, district: str) -> Area:
    """Return the area of a station (a township of a county) or, without one, of a hub (a county).

    A township may be written with an old rank; a county may not: 湘潭县 lies in 湘潭市.
    """
    if township is not None:
        return area_key(township), "", area_key(district)
    plain = normalise_name(district)
    return area_key(district), _rank(plain), ""


def _is_same(a: Area, b: Area) -> bool:
    """Whether two areas are told and do not contradict each other."""
    return (
        bool(a[0])
        and a[0] == b[0]
        and all(not x or not y or x == y for x, y in zip(a, b, strict=True))
    )


def points_of(
    network: StreetNetwork,
    demand: Sequence[Demand],
    at: Placed,
    points: Sequence[Facility],
    placed: Placed,
    by: By,
) -> list[Parent]:
    """Return the point of each village: its own by the roster, else the nearest.

    Of several of its own it is the one closest in a straight line, on the network if any is.
    """
    own: dict[str, list[int]] = {}
    for number, point in enumerate(points):
        if point.village:
            own.setdefault(point.village, []).append(number)
    others = [number for number, village in enumerate(demand) if village.id not in own]
    reached = _nearest(network, at, others, placed, range(len(points)), by)
    found = [
        Parent(facility=_closest(at, number, placed, own.get(village.id, [])), how="roster")
        for number, village in enumerate(demand)
    ]
    for number, hit in zip(others, reached, strict=True):
        facility = hit if hit >= 0 else _closest(at, number, placed, range(len(points)))
        is_known = bool(at.is_placed[number]) and facility >= 0
        found[number] = (
            Parent(facility=facility, how="crossing")
            if is_known
            else Parent(facility=-1, how="none")
        )
    return found


def find_parents(
    network: StreetNetwork,
    askers: Sequence[Asker],
    at: Placed,
    facilities: Sequence[Facility],
    areas: Sequence[Area],
    placed: Placed,
    by: By,
) -> list[Parent]:
    """Return the parent of each asker.

    The facility that its table names goes first; then the nearest of its own area; then, where its
    area has none, the nearest of all. One that is of another area is known to be so only where
    every facility tells an area that some asker has: else the one that does not may be the own.

    Parameters
    ----------
    areas
        Of each facility: its township for stations, its county for hubs.
    """
    names: dict[str, list[int]] = {}
    for number, one in enumerate(facilities):
        names.setdefault(normalise_name(one.name), []).append(number)
    found: list[Parent | None] = [_named(asker, names, areas) for asker in askers]
    groups: dict[Area, list[int]] = {}
    for number, asker in enumerate(askers):
        if found[number] is None:
            groups.setdefault(asker.area, []).append(number)
    asked = {asker.area for asker in askers}
    is_told = all(any(_is_same(area, other) for other in asked) for area in set(areas))
    for area, members in groups.items():
        own = [number for number, other in enumerate(areas) if _is_same(area, other)]
        choice = own or list(range(len(facilities)))
        reached = _nearest(network, at, members, placed, choice, by)
        stranger = "crossing" if is_told and area[0] else "unknown"
        for number, hit in zip(members, reached, strict=True):
            facility = hit if hit >= 0 else _closest(at, number, placed, choice)
            how = "own" if own else stranger
            if facility < 0 or not (own or at.is_placed[number]):
                facility, how = -1, "none"
            found[number] = Parent(facility=facility, how=how)
    return [parent or Parent(facility=-1, how="none") for parent in found]


def _named(asker: Asker, names: Mapping[str, list[int]], areas: Sequence[Area]) -> Parent | None:
    """Return the facility that the table names; of several with one name that of the own area."""
    if not asker.parent:
        return None
    hits = names.get(normalise_name(asker.parent), [])
    own = [hit for hit in hits if _is_same(areas[hit], asker.area)]
    if not hits:
        return Parent(facility=-1, how="missing", wanted=asker.parent)
    return Parent(facility=(own or hits)[0], how="named")


def _nearest(
    network: StreetNetwork,
    at: Placed,
    members: Sequence[int],
    placed: Placed,
    choice: Sequence[int],
    by: By,
) -> list[int]:
    """Return the position of the nearest of the chosen facilities for each member, or -1."""
    if not members or not choice:
        return [-1] * len(members)
    here, there = at.take(np.array(members)), placed.take(np.array(choice))
    near = nearest_two(network, here.snaps, here.xy, there.snaps, there.xy, by)
    return [choice[hit] if hit >= 0 else -1 for hit in near.facility[:, 0].tolist()]


def _closest(at: Placed, member: int, placed: Placed, choice: Sequence[int]) -> int:
    """Return the chosen facility closest in a straight line, to say why it is not reached.

    One on the network goes before one that is off it, and that before one without a place; -1
    where nothing can be chosen.
    """
    if not choice:
        return -1
    chosen = np.array(choice)
    gap_m = np.hypot(*(placed.xy[chosen] - at.xy[member]).T)
    gap_m[np.isnan(gap_m)] = np.inf
    rank = np.where(placed.snaps.is_snapped[chosen], 0, np.where(placed.is_placed[chosen], 1, 2))
    return int(chosen[np.lexsort((gap_m, rank))[0]])
