"""What falls to each facility: the villages it is nearest to, against its capacity."""

from __future__ import annotations

from collections.abc import Sequence

from spatialplan.delivery.causes import Causes
from spatialplan.delivery.options import Options
from spatialplan.model.coverage import FacilityLoad, VillageService
from spatialplan.model.delivery import Facility
from spatialplan.text import Text

__all__ = ["facility_loads"]

_NOTHING = Text("", "")


def facility_loads(
    villages: Sequence[VillageService],
    facilities: Sequence[Facility],
    open_: Sequence[Facility],
    causes: Causes,
    options: Options,
) -> tuple[FacilityLoad, ...]:
    """Return one row for each facility, in the order given.

    Parameters
    ----------
    open_
        Those that are open, in the order in which `causes` counts them behind the villages.
    """
    at = {facility.id: len(villages) + number for number, facility in enumerate(open_)}
    weighted = any(village.demand.population is not None for village in villages)
    served: dict[str, list[VillageService]] = {}
    for village in villages:
        if village.nearest is not None:
            served.setdefault(village.nearest.facility, []).append(village)
    return tuple(
        _load(
            facility,
            served.get(facility.id, []),
            at.get(facility.id),
            causes,
            options,
            weighted=weighted,
        )
        for facility in facilities
    )


def _load(
    facility: Facility,
    served: Sequence[VillageService],
    at: int | None,
    causes: Causes,
    options: Options,
    *,
    weighted: bool,
) -> FacilityLoad:
    """Return the load of one facility.

    A capacity is in people, unless no village of the run has a population: then it is in villages.
    What cannot be compared has no residual.
    """
    why = None if at is None else causes.of_place(at)
    cause = _NOTHING if why is None else why[1]
    if at is None:
        cause = Text(f"{options.day} 未开放", f"not open on {options.day}")
    people = [village.demand.population for village in served]
    population = float(sum(p for p in people if p is not None)) if None not in people else None
    load = population if weighted else float(len(served))
    capacity = facility.capacity
    return FacilityLoad(
        facility=facility,
        used=at is not None and why is None,
        cause=cause,
        villages=len(served),
        population=population if served else None,
        residual=None if capacity is None or load is None else max(load - capacity, 0.0),
    )
