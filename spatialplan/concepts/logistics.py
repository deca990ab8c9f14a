"""Measure a logistics concept: hubs, channels and nodes (一枢纽、两通道、多节点)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spatialplan.concepts.logistics_access import Access, access_finding, hub_finding
from spatialplan.concepts.logistics_access_tables import access_exhibits, access_marks
from spatialplan.concepts.logistics_answer import answer_of, notes_of
from spatialplan.concepts.logistics_backup import backup_exhibits, backup_finding
from spatialplan.concepts.logistics_channels import (
    channel_exhibits,
    channel_finding,
    measure_channels,
)
from spatialplan.concepts.logistics_links import close_links
from spatialplan.concepts.logistics_links_said import links_exhibits, links_finding, links_marks
from spatialplan.concepts.logistics_od import matrix_exhibits, od_finding
from spatialplan.concepts.logistics_roads import measure_roads, roads_exhibit, roads_finding
from spatialplan.concepts.logistics_service import (
    catchment_marks,
    measure_service,
    service_exhibits,
    service_finding,
)
from spatialplan.concepts.logistics_sites import Sites, gather_sites
from spatialplan.concepts.logistics_through import (
    measure_through,
    through_exhibits,
    through_marks,
)
from spatialplan.concepts.logistics_times import measure_times, nearest_entries
from spatialplan.concepts.setting import Setting
from spatialplan.measures.channel_entries import motorway_junctions
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Exhibit, Finding, Profile

__all__ = ["measure"]


def measure(setting: Setting, concept: Concept) -> Profile:
    """Measure reach, channels, times between, who serves whom, and what closures leave."""
    snap_m = setting.parameter(concept, "snap_m").value
    sites = gather_sites(setting, concept, snap_m)
    access, seats = _accesses(setting, sites)
    transport = [role for role in ("stations", "ports") if concept.role(role)]
    channels = measure_channels(setting, concept, snap_m)
    through = measure_through(access)
    service = measure_service(access)
    tested = close_links(access)
    near, roads = _roads(setting, concept, snap_m)
    findings = (
        hub_finding(access, snap_m, _claims(setting, concept.role("hubs"), "reaches", "connected")),
        channel_finding(channels, _claims(setting, concept.role("channels"), "continuous")),
        access_finding(access, "hubs", transport),
        *([access_finding(seats, "seats", transport)] if len(seats.times.rows) else []),
        *near,
        od_finding(access),
        service_finding(service),
        backup_finding(service),
        links_finding(tested),
    )
    return Profile(
        concept=concept.id,
        answer=answer_of(access, channels, service, tested),
        findings=findings,
        exhibits=(
            *access_exhibits(access, seats),
            *channel_exhibits(channels),
            *through_exhibits(through),
            *matrix_exhibits(access),
            *service_exhibits(service),
            *backup_exhibits(service),
            *links_exhibits(tested, setting.context),
            *roads,
        ),
        marks=(
            *catchment_marks(service, snap_m),
            *(mark for channel in channels for mark in channel.marks),
            *through_marks(through, access),
            *access_marks(access, snap_m),
            *links_marks(tested, setting.context),
        ),
        notes=notes_of(access, concept),
    )


def _accesses(setting: Setting, sites: Sites) -> tuple[Access, Access]:
    """Return what hubs and nodes reach, and what county seats reach."""
    network = setting.context.network
    both = measure_times(network, sites)
    junctions = motorway_junctions(network)
    places = np.concatenate([times.rows for times in both])
    entries = nearest_entries(network, sites, places, junctions)
    n = len(both[0].rows)
    one, other = (
        Access(setting=setting, sites=sites, times=times, junctions=junctions, entries=own)
        for times, own in zip(both, (entries[:n], entries[n:]), strict=True)
    )
    return one, other


def _roads(
    setting: Setting, concept: Concept, snap_m: float
) -> tuple[tuple[Finding, ...], tuple[Exhibit, ...]]:
    """Return finding and table of the trunk roads; none where the plan names no road."""
    near = setting.parameter(concept, "near_km")
    parts = measure_roads(setting, concept, near, snap_m)
    if not parts:
        return (), ()
    claims = _claims(setting, (*concept.role("hubs"), *concept.role("nodes")), "near")
    return (
        (roads_finding(parts, near, claims),),
        (roads_exhibit(setting, parts, near),),
    )


def _claims(setting: Setting, keys: Sequence[str], *predicates: str) -> tuple[str, ...]:
    return tuple(claim.id for claim in setting.claims_about(keys, *predicates))
