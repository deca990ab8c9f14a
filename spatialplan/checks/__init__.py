"""One function per predicate: ``(context, claim) -> Verdict``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from spatialplan.checks import (
    carriage,
    circuit,
    classed,
    connection,
    containment,
    coverage,
    extent,
    presence,
    proximity,
    region,
)
from spatialplan.checks.context import Context
from spatialplan.model.plan import Claim
from spatialplan.model.verdict import Verdict

__all__ = ["CHECKS"]

CHECKS: Mapping[str, Callable[[Context, Claim], Verdict]] = MappingProxyType(
    {
        "present": presence.present,
        "counts": presence.counts,
        "connected": connection.connected,
        "reaches": connection.reaches,
        "near": connection.near,
        "along": proximity.along,
        "within": containment.within,
        "contains": containment.contains,
        "adjoins": proximity.adjoins,
        "gathers": proximity.gathers,
        "length": extent.length,
        "ring_closed": circuit.ring_closed,
        "continuous": extent.continuous,
        "classed": classed.classed,
        "carries": carriage.carries,
        "coheres": region.coheres,
        "covers": coverage.covers,
        "meets": proximity.meets,
        "both_sides": proximity.both_sides,
    }
)
