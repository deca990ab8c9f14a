"""The frames of a `CoverageResult` by village and by facility: states, services, paths, legs.

Web map, GeoPackage, QGIS project and workbook start from these frames, so their columns are a
contract. Geometry is WGS-84; lengths are km, times minutes, sentences in the reader's language;
`…_<key>` columns repeat for each limit, by its key (``15min``, ``5000m``).
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from spatialplan.model.coverage import (
    Chain,
    CoverageResult,
    FacilityLoad,
    Leg,
    Service,
    VillageService,
)
from spatialplan.outputs.layers import WGS84
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang, Text

__all__ = [
    "MEASURES",
    "SCALES",
    "accessibility_frame",
    "chain_frame",
    "facilities_frame",
    "paths_frame",
    "point",
    "villages_frame",
]

# Accessibility, in the order in which readers are shown them.
MEASURES = {
    "e2sfca": Text(
        "可达性指数（E2SFCA，每千人或千村）", "Accessibility (E2SFCA, per 1,000 people or villages)"
    ),
    "gravity": Text("引力模型", "Gravity"),
    "cumulative": Text("限值内网点数", "Facilities within the limit"),
    "detour": Text("绕行系数", "Detour index"),
}
# By what the measures are multiplied before they are shown: supply per head is too small to read.
SCALES = {"e2sfca": 1000.0, "gravity": 1.0, "cumulative": 1.0, "detour": 1.0}
_KILOMETRE_M = 1000.0

Row = dict[str, object]


def point(lon: float | None, lat: float | None) -> BaseGeometry | None:
    """Return a place as a point, None where it is unknown."""
    return None if lon is None or lat is None else shapely.Point(lon, lat)


def _km(metres: float | None) -> float | None:
    return None if metres is None else metres / _KILOMETRE_M


def _frame(
    rows: list[Row],
    shapes: Sequence[BaseGeometry | None],
    columns: list[str],
    *,
    numbers: Sequence[str] = (),
) -> gpd.GeoDataFrame:
    """Return rows with geometry; an empty frame has its columns, `numbers` are floats."""
    frame = pd.DataFrame(rows, columns=columns)
    for column in numbers:
        frame[column] = frame[column].astype(float)
    return gpd.GeoDataFrame(frame, geometry=list(shapes), crs=WGS84)


def _service(role: str, service: Service | None, names: dict[str, str]) -> Row:
    return {
        f"{role}_id": service.facility if service else "",
        f"{role}_name": names.get(service.facility, "") if service else "",
        f"{role}_min": service.time_min if service else None,
        f"{role}_km": _km(service.distance_m) if service else None,
    }


def _weakest(chain: Chain | None, lang: Lang) -> str:
    """Return the tier that the deciding leg leads to, as readers call it."""
    if chain is None or chain.weakest is None:
        return ""
    return read_style().tiers[chain.legs[chain.weakest].tier].label.say(lang)


def _chain(chain: Chain | None, lang: Lang) -> Row:
    return {
        "chain_state": str(chain.state) if chain else "",
        "chain_min": chain.time_min if chain else None,
        "chain_km": _km(chain.distance_m) if chain else None,
        "chain_cause": chain.cause.say(lang) if chain else "",
        "weakest": _weakest(chain, lang),
        "parents_match": chain.parents_match if chain else None,
        "round_trip_h": chain.round_trip_h if chain else None,
        "fits_workday": chain.fits_workday if chain else None,
    }


def _village(
    village: VillageService, result: CoverageResult, names: dict[str, str], lang: Lang
) -> Row:
    demand = village.demand
    row: Row = {
        "id": demand.id,
        "code": demand.id if demand.on_roster else "",
        "name": demand.name,
        "township": demand.township,
        "district": demand.district,
        "on_roster": demand.on_roster,
        "population": demand.population,
        "accuracy_m": demand.accuracy_m,
        "source": demand.source,
        "origin": demand.origin,
        "state": str(village.states[0]),
        "cause": village.causes[0].say(lang),
    }
    for limit, state, cause in zip(result.limits, village.states, village.causes, strict=True):
        row |= {f"state_{limit.key}": str(state), f"cause_{limit.key}": cause.say(lang)}
    row |= _service("nearest", village.nearest, names) | _service("second", village.second, names)
    return row | _chain(village.chain, lang)


def villages_frame(result: CoverageResult, lang: Lang = "zh") -> gpd.GeoDataFrame:
    """Return every village of the run, one row each; geometry is None where unplaced.

    ``id``, ``code`` (empty off the roster), ``name``, ``township``, ``district``, ``on_roster``,
    ``population``, ``accuracy_m``, ``source``, ``origin``; ``state`` and ``cause`` of the first
    limit and ``state_<key>``, ``cause_<key>`` of each; ``nearest_…`` and ``second_…`` ``id``,
    ``name``, ``min``, ``km``; ``chain_state``, ``chain_min``, ``chain_km``, ``chain_cause``,
    ``weakest`` (the tier that the deciding leg leads to), ``parents_match``, ``round_trip_h``,
    ``fits_workday``; each measure of accessibility (E2SFCA per 1,000 people or villages) and its
    ``…_class`` (-1 without value).
    """
    names = {load.facility.id: load.facility.name for load in result.facilities}
    rows = [_village(village, result, names, lang) for village in result.villages]
    frame = pd.DataFrame(rows)
    numbers = ["population", "accuracy_m", "chain_min", "chain_km", "round_trip_h"]
    numbers += [f"{role}_{unit}" for role in ("nearest", "second") for unit in ("min", "km")]
    for column in numbers:
        frame[column] = frame[column].astype(float)
    for column in ("parents_match", "fits_workday"):
        frame[column] = frame[column].astype("boolean")
    columns = [f"{measure}{end}" for measure in MEASURES for end in ("", "_class")]
    known = result.accessibility.reindex(index=frame["id"], columns=columns)
    for measure in MEASURES:
        frame[measure] = known[measure].to_numpy(dtype=float) * SCALES[measure]
        frame[f"{measure}_class"] = known[f"{measure}_class"].fillna(-1).to_numpy(dtype="int64")
    shapes = [point(v.demand.lon, v.demand.lat) for v in result.villages]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84)


def accessibility_frame(result: CoverageResult, lang: Lang = "zh") -> gpd.GeoDataFrame:
    """Return one row per village and measure that it has: ``measure``, ``value``, ``class``."""
    villages = villages_frame(result, lang)
    parts = [
        villages.loc[villages[f"{measure}_class"] >= 0, ["id", "name", "geometry"]].assign(
            measure=measure, value=villages[measure], **{"class": villages[f"{measure}_class"]}
        )
        for measure in MEASURES
    ]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=WGS84)


# ---- facilities, paths, legs ---------------------------------------------------------------------


def _facility(load: FacilityLoad, lang: Lang) -> Row:
    facility = load.facility
    return {
        "id": facility.id,
        "name": facility.name,
        "tier": str(facility.tier),
        "tier_name": read_style().tiers[facility.tier].label.say(lang),
        "township": facility.township,
        "district": facility.district,
        "used": load.used,
        "cause": load.cause.say(lang),
        "villages": load.villages,
        "population": load.population,
        "capacity": facility.capacity,
        "residual": load.residual,
        "opened": facility.opened.isoformat() if facility.opened else "",
        "closed": facility.closed.isoformat() if facility.closed else "",
        "accuracy_m": facility.accuracy_m,
        "origin": facility.origin,
    }


_FACILITY_NUMBERS = ("population", "capacity", "residual", "accuracy_m")
_FACILITY_COLUMNS = ["id", "name", "tier", "tier_name", "township", "district", "used", "cause",
                     "villages", "population", "capacity", "residual", "opened", "closed",
                     "accuracy_m", "origin", "upper_id", "upper_name"]  # fmt: skip


def _upper(result: CoverageResult) -> dict[str, str]:
    """Return the next facility up the chain of each, left out where the chains tell several."""
    found: dict[str, set[str]] = {}
    for village in result.villages:
        for leg in village.chain.legs[1:] if village.chain else ():
            if leg.start and leg.end:
                found.setdefault(leg.start, set()).add(leg.end)
    return {key: next(iter(ends)) for key, ends in found.items() if len(ends) == 1}


def facilities_frame(result: CoverageResult, lang: Lang = "zh") -> gpd.GeoDataFrame:
    """Return every facility, used or not, with its load; geometry is None where unplaced.

    ``tier`` is ``point``, ``station`` or ``hub``; ``population`` is the load, ``residual`` what
    exceeds ``capacity``; ``opened`` and ``closed`` are ISO dates or empty; ``upper_id`` and
    ``upper_name`` are the next one up the chain, empty where the chains tell none or several.
    """
    upper = _upper(result)
    names = {load.facility.id: load.facility.name for load in result.facilities}
    rows = [
        _facility(load, lang) | {"upper_id": above, "upper_name": names.get(above, "")}
        for load in result.facilities
        for above in [upper.get(load.facility.id, "")]
    ]
    shapes = [point(load.facility.lon, load.facility.lat) for load in result.facilities]
    return _frame(rows, shapes, _FACILITY_COLUMNS, numbers=_FACILITY_NUMBERS)


def paths_frame(result: CoverageResult, lang: Lang = "zh") -> gpd.GeoDataFrame:
    """Return the path of each village to its nearest facility; ``state`` is of the first limit."""
    served = [(v, v.nearest) for v in result.villages if v.nearest is not None]
    names = {load.facility.id: load.facility.name for load in result.facilities}
    rows: list[Row] = [
        {
            "village": village.demand.id,
            "village_name": village.demand.name,
            "facility": nearest.facility,
            "facility_name": names.get(nearest.facility, ""),
            "minutes": nearest.time_min,
            "km": _km(nearest.distance_m),
            "delta": nearest.delta,
            "state": str(village.states[0]),
            "cause": village.causes[0].say(lang),
        }
        for village, nearest in served
    ]
    columns = ["village", "village_name", "facility", "facility_name", "minutes", "km", "delta",
               "state", "cause"]  # fmt: skip
    return _frame(rows, [s.path for _, s in served], columns, numbers=("minutes", "km", "delta"))


def _leg(village: VillageService, chain: Chain, number: int, lang: Lang) -> Row:
    leg: Leg = chain.legs[number]
    return {
        "village": village.demand.id,
        "village_name": village.demand.name,
        "leg": number + 1,
        "start": leg.start,
        "end": leg.end,
        "tier": str(leg.tier),
        "minutes": leg.time_min,
        "km": _km(leg.distance_m),
        "limit": leg.limit.key if leg.limit else "",
        "state": str(leg.state),
        "weakest": chain.weakest == number,
        "cause": leg.cause.say(lang),
    }


def chain_frame(result: CoverageResult, lang: Lang = "zh") -> gpd.GeoDataFrame:
    """Return one row per leg of each village's chain; geometry is None where there is no path."""
    legs = [
        (village, village.chain, number)
        for village in result.villages
        if village.chain is not None
        for number in range(len(village.chain.legs))
    ]
    columns = ["village", "village_name", "leg", "start", "end", "tier", "minutes", "km", "limit",
               "state", "weakest", "cause"]  # fmt: skip
    return _frame(
        [_leg(village, chain, number, lang) for village, chain, number in legs],
        [chain.legs[number].path for _, chain, number in legs],
        columns,
        numbers=("minutes", "km"),
    )
