"""What a coverage run is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from spatialplan.model.limit import Limit
from spatialplan.model.osm import Mode

__all__ = ["Options"]

SNAP_M = 1500.0  # as far as a village may lie from a road, as in the checks of plans


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Limits and rules of a coverage run.

    Attributes
    ----------
    limits
        Of the village towards its nearest facility; the first one decides what is best, and the
        leg of the chain that leaves the village.
    station_limit, hub_limit
        Of the legs point to station and station to hub; None asks for a path only.
    allow_crossing
        Whether a township may be served from another, and a county from another.
    workday_h
        Hours that hub to village and back must fit into; None does not ask.
    day
        Facilities that are not open on this day are left out.
    """

    limits: tuple[Limit, ...]
    day: date
    station_limit: Limit | None = None
    hub_limit: Limit | None = None
    allow_crossing: bool = False
    workday_h: float | None = None
    mode: Mode = Mode.DRIVE
    snap_m: float = SNAP_M
