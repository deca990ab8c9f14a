"""All that is measured of a core and its regions, before it is put in words."""

from __future__ import annotations

from dataclasses import dataclass

from spatialplan.concepts.gateways_boundary import Boundary
from spatialplan.concepts.regions_cohesion import Held, Times
from spatialplan.concepts.regions_core import Townships
from spatialplan.concepts.regions_members import Region
from spatialplan.concepts.regions_outward import Opening
from spatialplan.concepts.regions_travel import Answer

__all__ = ["Found"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was measured of a concept of the family.

    Attributes
    ----------
    regions
        Wings before poles.
    seats
        From the core to each seat that is not the core itself.
    times
        Between all seats and members that are located.
    links
        Between the places that stand for the regions; None below two.
    boundary
        Gateways of the plan's area; None where it has no districts.
    """

    regions: list[Region]
    seats: list[Answer]
    townships: Townships
    times: Times
    held: list[Held]
    links: Times | None
    openings: list[Opening]
    boundary: Boundary | None
