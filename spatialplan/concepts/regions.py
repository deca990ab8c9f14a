"""Measure a core with its wings, poles or zones: is it there, does it reach, does it hold, open."""

from __future__ import annotations

from spatialplan.concepts import gateways_boundary, regions_words
from spatialplan.concepts.gateways_boundary import find_boundary
from spatialplan.concepts.regions_cohesion import (
    cohesion_table,
    hold_together,
    link_names,
    matrix_table,
    region_links,
    seat_times,
)
from spatialplan.concepts.regions_core import (
    core_to_seats,
    core_to_townships,
    seat_table,
    township_table,
)
from spatialplan.concepts.regions_found import Found
from spatialplan.concepts.regions_members import find_regions
from spatialplan.concepts.regions_outward import (
    last_mark,
    open_outward,
    opening_table,
    targets_of,
)
from spatialplan.concepts.setting import Setting
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Exhibit, Profile
from spatialplan.model.verdict import Mark
from spatialplan.text import Text

__all__ = ["measure"]


def measure(setting: Setting, concept: Concept) -> Profile:
    """Return what is measured of a core and its regions."""
    found = _find(setting, concept)
    tables, marks = _shown(setting, found)
    return Profile(
        concept=concept.id,
        answer=regions_words.answer(setting, concept, found),
        findings=regions_words.findings(setting, concept, found),
        exhibits=tables,
        marks=marks,
        notes=regions_words.notes(setting, concept, found),
    )


def _find(setting: Setting, concept: Concept) -> Found:
    """Return all that is measured, before it is put in words."""
    snap_m = setting.parameter(concept, "snap_m").value
    cores, seats = concept.role("core"), concept.role("seats")
    regions = find_regions(setting, concept)
    # A core that is a seat itself need not be asked for twice.
    others = tuple(key for key in seats if key not in cores)
    members = [key for region in regions for key in region.members]
    places = setting.located(dict.fromkeys([*seats, *members]))
    times = seat_times(setting, places, snap_m)
    openings = open_outward(setting, targets_of(setting, concept, regions, cores[0]), snap_m)
    starts = [*cores[:1], *(opening.start for opening in openings)]
    starts += [region.stands_for for region in regions if region.is_pole]
    return Found(
        regions=regions,
        seats=core_to_seats(setting, cores, others, snap_m),
        townships=core_to_townships(setting, cores, snap_m),
        times=times,
        held=hold_together(setting, regions, times),
        links=region_links(setting, regions, snap_m),
        openings=openings,
        boundary=find_boundary(setting, starts, snap_m),
    )


def _shown(setting: Setting, found: Found) -> tuple[tuple[Exhibit, ...], tuple[Mark, ...]]:
    """Return tables and sketches."""
    through = [""] * len(found.openings)
    gates = []
    marks = [mark for answer in found.seats for mark in answer.marks]
    marks += [mark for opening in found.openings for mark in opening.answer.marks]
    marks += [mark for opening in found.openings for mark in last_mark(setting, opening)]
    if found.boundary is not None:
        table, through = gateways_boundary.gateway_table(setting, found.boundary, found.openings)
        gates = [table]
        marks += gateways_boundary.gateway_marks(setting, found.boundary)
    tables = [seat_table(setting, found.seats), township_table(setting, found.townships)]
    title = Text("驻地间行车时间", "Driving times between seats")
    names = [setting.context.name(key) for key in found.times.keys]
    tables.append(matrix_table(found.times, names, "seat-times", title))
    tables.append(cohesion_table(setting, found.held))
    if found.links is not None:
        title = Text("片区间行车时间（以代表点计）", "Driving times between the regions")
        names = link_names(setting, found.regions, found.links)
        tables.append(matrix_table(found.links, names, "region-times", title))
    if found.openings:
        tables.append(opening_table(setting, found.openings, through))
    return (*tables, *gates), tuple(dict.fromkeys(marks))
