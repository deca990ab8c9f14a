"""Count a coverage run by state: areas, chains, and before and after a scenario.

Totals are of the roster; rows that are not on it are counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spatialplan.model.coverage import AreaShare, CoverageResult, VillageService
from spatialplan.model.limit import Limit
from spatialplan.model.verdict import VillageState
from spatialplan.outputs.style import read_style

__all__ = [
    "AreaTally",
    "change_counts",
    "change_states",
    "counted",
    "state_counts",
    "strangers",
    "tally_areas",
    "tally_chains",
    "tally_strangers",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaTally:
    """Villages of an area by state for one limit; name and district are empty for the total.

    `share` has the figures of the run for the same area where it has any.
    """

    name: str
    district: str
    counts: dict[str, int]
    located: int
    share: AreaShare | None

    @property
    def total(self) -> int:
        """Number of villages."""
        return sum(self.counts.values())

    @property
    def judged(self) -> int:
        """Villages with a certain answer."""
        return self.counts[VillageState.COVERED] + self.counts[VillageState.NOT_COVERED]


def counted(result: CoverageResult) -> tuple[VillageService, ...]:
    """Return the villages that totals are of: those of the roster, all where none is on it."""
    listed = tuple(village for village in result.villages if village.demand.on_roster)
    return listed or result.villages


def strangers(result: CoverageResult) -> tuple[VillageService, ...]:
    """Return the rows beyond the roster, empty where there is no roster."""
    if len(counted(result)) == len(result.villages):
        return ()
    return tuple(village for village in result.villages if not village.demand.on_roster)


def state_counts(states: Iterable[str]) -> dict[str, int]:
    """Return how often each state occurs, also those that do not."""
    found = Counter(str(state) for state in states)
    return {str(state): found[str(state)] for state in VillageState}


def tally_areas(result: CoverageResult, at: int, level: str) -> list[AreaTally]:
    """Return the counts of each ``township`` or ``district`` for one limit, then the total.

    Areas come in the order of the roster and count its villages only, see `tally_strangers`; `at`
    is the position of the limit.
    """
    by_township = level == "township"
    groups: dict[tuple[str, str], list[VillageService]] = {}
    for village in counted(result):
        place = village.demand
        key = (place.district, place.township if by_township else place.district)
        groups.setdefault(key, []).append(village)
    order = list(dict.fromkeys(district for district, _ in groups))
    shares = [share for share in result.shares if share.limit == result.limits[at]]
    own = {
        (share.district if by_township else share.name, share.name): share
        for share in shares
        if share.level == level
    }
    rows = [
        _tally(groups[key], at, key, own.get(key))
        for key in sorted(groups, key=lambda key: order.index(key[0]))
    ]
    city = next((share for share in shares if share.level == "city"), None)
    return [*rows, _tally(counted(result), at, ("", ""), city)]


def tally_strangers(result: CoverageResult, at: int) -> AreaTally | None:
    """Return the counts of the rows beyond the roster for one limit, None where there are none."""
    found = strangers(result)
    return _tally(found, at, ("", ""), None) if found else None


def _tally(
    villages: Sequence[VillageService], at: int, key: tuple[str, str], share: AreaShare | None
) -> AreaTally:
    # The figures of a run are of all rows: where some are not on the roster, they are of others.
    same = share is not None and share.total == len(villages)
    return AreaTally(
        name=key[1],
        district=key[0],
        counts=state_counts(village.states[at] for village in villages),
        located=sum(village.demand.is_placed for village in villages),
        share=share if same else None,
    )


def tally_chains(result: CoverageResult) -> dict[str, int] | None:
    """Return the villages by state of their chain, None where the run has no chain.

    A village without a chain has no data.
    """
    if all(village.chain is None for village in result.villages):
        return None
    return state_counts(
        VillageState.NO_DATA if village.chain is None else village.chain.state
        for village in counted(result)
    )


def _changes(result: CoverageResult, limit: Limit, column: str) -> list[str]:
    """Return a column of the comparison for one limit, of the villages that totals are of."""
    if result.change is None:
        return []
    frame = result.change.frame
    ids = {village.demand.id for village in counted(result)}
    kept = frame.loc[(frame["limit"] == limit.key) & frame["id"].isin(ids), column]
    return [str(value) for value in kept]


def change_counts(result: CoverageResult, limit: Limit) -> dict[str, int]:
    """Return the villages by kind of change for one limit; all zero without a scenario."""
    found = Counter(_changes(result, limit, "kind"))
    return {kind: found[kind] for kind in read_style().changes}


def change_states(result: CoverageResult, limit: Limit) -> tuple[dict[str, int], dict[str, int]]:
    """Return the villages by state before and after the scenario for one limit."""
    before, after = (state_counts(_changes(result, limit, name)) for name in ("before", "after"))
    return before, after
