"""Limits, villages and stations as JSON values, for coverage and siting alike."""

from __future__ import annotations

from spatialplan.model.delivery import Demand, Facility
from spatialplan.model.limit import Limit
from spatialplan.outputs.documents import json_values
from spatialplan.outputs.documents.json_values import Json
from spatialplan.text import Lang, Text

__all__ = ["both", "demand_values", "facility_values", "limit_values"]


def both(zh: list[str], en: list[str], lang: Lang | None) -> list[str | Json]:
    """Return sentences said in two languages as texts."""
    return [json_values.text(Text(*said), lang) for said in zip(zh, en, strict=True)]


def limit_values(limit: Limit, lang: Lang | None) -> Json:
    """Return a limit."""
    return {
        "key": limit.key,
        "value": json_values.number(limit.value),
        "unit": limit.unit,
        "label": json_values.text(limit.label, lang),
    }


def _degrees(value: float | None) -> float | None:
    return json_values.number(value, json_values.DECIMALS)


def demand_values(village: Demand) -> Json:
    """Return who a village is and where."""
    return {
        "id": village.id,
        "name": village.name,
        "township": village.township,
        "district": village.district,
        "district_code": village.district_code,
        "on_roster": village.on_roster,
        "lon": _degrees(village.lon),
        "lat": _degrees(village.lat),
        "accuracy_m": json_values.number(village.accuracy_m),
        "population": json_values.number(village.population),
        "parent": village.parent,
        "source": village.source,
        "origin": village.origin,
    }


def facility_values(facility: Facility) -> Json:
    """Return what a facility is and where."""
    return {
        "id": facility.id,
        "name": facility.name,
        "tier": str(facility.tier),
        "township": facility.township,
        "district": facility.district,
        "village": facility.village,
        "parent": facility.parent,
        "lon": _degrees(facility.lon),
        "lat": _degrees(facility.lat),
        "accuracy_m": json_values.number(facility.accuracy_m),
        "capacity": json_values.number(facility.capacity),
        "opened": facility.opened.isoformat() if facility.opened else None,
        "closed": facility.closed.isoformat() if facility.closed else None,
        "origin": facility.origin,
    }
