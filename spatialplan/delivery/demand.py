"""Who is served and who serves: the roster and the users' tables made demand and facilities."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from pyproj import Geod

from spatialplan.measures.coverage import UNKNOWN_M
from spatialplan.model.delivery import Demand, Facility, Tier
from spatialplan.model.table import (
    ImportedRow,
    ImportedTable,
    ImportResult,
    RowState,
    TableKind,
)
from spatialplan.model.village import Village

__all__ = ["demand_of", "facilities_of"]

_BEST = (RowState.ACCEPTED, RowState.REPAIRED, RowState.DOUBTFUL, RowState.REJECTED)
_GEOD = Geod(ellps="WGS84")
_TIER_OF = {TableKind.STATION: Tier.STATION, TableKind.HUB: Tier.HUB}


def _located(imported: ImportResult) -> Iterator[tuple[ImportedTable, ImportedRow]]:
    for table in imported.tables:
        for row in table.rows:
            yield table, row


def _origin(table: ImportedTable, row: ImportedRow) -> str:
    return f"{table.place} 第 {row.number} 行"


def demand_of(villages: Sequence[Village], imported: ImportResult | None) -> tuple[Demand, ...]:
    """Return every village of the roster, then every row that is not on it.

    A village that several rows name takes the best of them, and all of them in its origin; where
    they tell different places, its accuracy spans them. Without a table a village keeps the
    position that its roster gives, if any.
    """
    rows: dict[str, list[tuple[ImportedTable, ImportedRow]]] = {}
    strangers = []
    known = {village.code for village in villages}
    for table, row in _located(imported) if imported else ():
        if row.village in known:
            rows.setdefault(row.village, []).append((table, row))
        else:
            strangers.append((table, row))
    on_roster = [_of_roster(village, rows.get(village.code, [])) for village in villages]
    districts = {village.district: village.district_code for village in villages}
    others = [
        _stranger(number, table, row, districts)
        for number, (table, row) in enumerate(strangers, start=1)
    ]
    return (*on_roster, *others)


def _of_roster(village: Village, rows: Sequence[tuple[ImportedTable, ImportedRow]]) -> Demand:
    """Return a village of the roster with the best position its rows give."""
    ranked = sorted(rows, key=lambda pair: _rank(pair[1]))
    best = ranked[0] if ranked else None
    row = best[1] if best and best[1].lon is not None else None
    populations = [r.population for _, r in ranked if r.population is not None]
    parents = [r.parent for _, r in ranked if r.parent]
    return Demand(
        id=village.code,
        name=village.name,
        township=village.township,
        district=village.district,
        district_code=village.district_code,
        on_roster=True,
        lon=village.lon if row is None else row.lon,
        lat=village.lat if row is None else row.lat,
        accuracy_m=village.accuracy_m if row is None else _accuracy(row, [r for _, r in ranked]),
        population=populations[0] if populations else None,
        parent=parents[0] if parents else "",
        source=village.source if row is None else "用户表",
        origin="；".join(_origin(table, r) for table, r in ranked),
    )


def _rank(row: ImportedRow) -> tuple[int, float, float, float]:
    """Return what makes one row of a village better than another, whatever their order."""
    accuracy = math.inf if row.accuracy_m is None else row.accuracy_m
    return (_BEST.index(row.state), accuracy, row.lon or 0.0, row.lat or 0.0)


def _accuracy(best: ImportedRow, rows: Sequence[ImportedRow]) -> float | None:
    """Return the accuracy of the best row, no less than the distance to the other rows' places."""
    spread = max(
        float(_GEOD.inv(best.lon, best.lat, other.lon, other.lat)[2])
        for other in rows
        if other.lon is not None
    )
    if best.accuracy_m is None:
        return spread if spread > UNKNOWN_M else None
    return max(best.accuracy_m, spread)


def _stranger(
    number: int, table: ImportedTable, row: ImportedRow, districts: Mapping[str, str]
) -> Demand:
    """Return a row that is not on the roster."""
    return Demand(
        id=f"row:{number}",
        name=row.name,
        township=row.township,
        district=row.district,
        district_code=districts.get(row.district, ""),
        on_roster=False,
        lon=row.lon,
        lat=row.lat,
        accuracy_m=row.accuracy_m,
        population=row.population,
        parent=row.parent,
        source="用户表" if row.lon is not None else "",
        origin=_origin(table, row),
    )


def facilities_of(imported: ImportResult, villages: Sequence[Village]) -> tuple[Facility, ...]:
    """Return one facility for each row; a tier that the row names goes before the table's.

    Township and district that a row leaves out are those of its village.
    """
    by_code = {village.code: village for village in villages}
    facilities = []
    for number, (table, row) in enumerate(_located(imported), start=1):
        village = by_code.get(row.village)
        facilities.append(
            Facility(
                id=f"{imported.kind}:{number}",
                name=row.name or f"第 {row.number} 行",
                tier=Tier(row.tier) if row.tier else _TIER_OF[imported.kind],
                township=row.township or (village.township if village else ""),
                district=row.district or (village.district if village else ""),
                village=row.village,
                parent=row.parent,
                lon=row.lon,
                lat=row.lat,
                accuracy_m=row.accuracy_m,
                capacity=row.capacity,
                opened=row.opened,
                closed=row.closed,
                origin=_origin(table, row),
            )
        )
    return tuple(facilities)
