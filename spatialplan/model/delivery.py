"""Who is served and who serves: villages, points, stations and hubs of the delivery network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = ["Demand", "Facility", "Tier"]


class Tier(StrEnum):
    """The tiers of the delivery network, from the village up."""

    POINT = "point"
    STATION = "station"
    HUB = "hub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A village to be served.

    Attributes
    ----------
    id
        Unique in a run: the roster code, else ``row:…`` for a row that is not on the roster.
    on_roster
        Whether the official roster names it.
    lon, lat
        WGS-84 degrees, None where unknown.
    population
        None where unknown.
    parent
        Name of the station that the user's table says it belongs to, empty where none.
    source
        Where the position comes from; `origin` is file, sheet and row, empty for roster rows that
        no table names.
    """

    id: str
    name: str
    township: str
    district: str
    district_code: str
    on_roster: bool
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    population: float | None
    parent: str
    source: str
    origin: str

    @property
    def is_placed(self) -> bool:
        """Whether its position is known."""
        return self.lon is not None and self.lat is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """A point, station or hub that serves.

    Attributes
    ----------
    id
        Unique in a run.
    village
        Roster code of the village that a point belongs to, empty where unknown.
    capacity
        What it can serve, in the unit of the demand's population; None where unlimited or unknown.
    opened, closed
        First day of service, and first day without; None where not told.
    """

    id: str
    name: str
    tier: Tier
    township: str
    district: str
    village: str
    parent: str
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    capacity: float | None
    opened: date | None
    closed: date | None
    origin: str

    @property
    def is_placed(self) -> bool:
        """Whether its position is known."""
        return self.lon is not None and self.lat is not None

    def is_open(self, day: date) -> bool:
        """Whether it serves on a day."""
        return (self.opened is None or self.opened <= day) and (
            self.closed is None or day < self.closed
        )
