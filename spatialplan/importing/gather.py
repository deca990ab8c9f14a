"""Gather what a delivery question needs: demand and facilities of the users' tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spatialplan.delivery.demand import demand_of, facilities_of
from spatialplan.errors import DataError
from spatialplan.importing.run import import_tables
from spatialplan.model.delivery import Demand, Facility, Tier
from spatialplan.model.inputs import Inputs
from spatialplan.model.table import ImportResult, TableKind

__all__ = ["Gathered", "gather", "read_candidates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Demand and facilities of a run, and the imports they come from."""

    demand: tuple[Demand, ...]
    facilities: tuple[Facility, ...]
    imports: tuple[ImportResult, ...]


def gather(
    inputs: Inputs,
    villages: Sequence[Path],
    stations: Sequence[Path],
    hubs: Sequence[Path],
    datum: str | None = None,
) -> Gathered:
    """Import the tables of a run; without a table of villages the roster is the demand.

    Raises
    ------
    DataError
        When a table given as villages holds stations.
    """
    imports = []
    facilities: list[Facility] = []
    told: ImportResult | None = None
    for kind, paths in (
        (TableKind.VILLAGE, villages),
        (TableKind.STATION, stations),
        (TableKind.HUB, hubs),
    ):
        if not paths:
            continue
        imported = import_tables(paths, kind, inputs, datum=datum)
        imports.append(imported)
        if kind is TableKind.VILLAGE:
            _refuse_stations(imported)
            told = imported
        else:
            facilities.extend(facilities_of(imported, inputs.villages))
    return Gathered(
        demand=demand_of(inputs.villages, told),
        facilities=tuple(facilities),
        imports=tuple(imports),
    )


def _refuse_stations(imported: ImportResult) -> None:
    """Stop when a table given as villages says itself that most of its rows are stations or hubs.

    Village points are not refused: a village may be told by its own.
    """
    for table in imported.tables:
        tiers = [row.tier for row in table.rows]
        above = sum(tier in (Tier.STATION, Tier.HUB) for tier in tiers)
        if 2 * above > len(tiers):
            raise DataError(
                f"{table.place} 的 {len(tiers)} 行里有 {above} 行的级别是站点或县级中心，"
                "不是村表；请改用 --stations 或 --hubs 给出",
                f"{above} of the {len(tiers)} rows of {table.place} are stations or hubs by their "
                "tier, not villages; give the table with --stations or --hubs",
            )


def read_candidates(
    inputs: Inputs, paths: Sequence[Path], datum: str | None = None
) -> tuple[Demand, ...]:
    """Import a table of candidate sites; each row is one, on the roster or not."""
    imported = import_tables(paths, TableKind.STATION, inputs, datum=datum)
    return tuple(
        Demand(
            id=f"candidate:{number}", name=f.name, township=f.township, district=f.district,
            district_code="", on_roster=bool(f.village), lon=f.lon, lat=f.lat,
            accuracy_m=f.accuracy_m, population=None, parent="", source="用户表", origin=f.origin,
        )
        for number, f in enumerate(facilities_of(imported, inputs.villages), start=1)
    )  # fmt: skip
