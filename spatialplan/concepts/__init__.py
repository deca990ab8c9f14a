"""One function per family of layout concepts: ``(setting, concept) -> Profile``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from spatialplan.concepts import circles, logistics, regions, ring, riverside, routes
from spatialplan.concepts.setting import Setting
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Profile

__all__ = ["MEASURES"]

MEASURES: Mapping[str, Callable[[Setting, Concept], Profile]] = MappingProxyType(
    {
        "ring": ring.measure,
        "riverside": riverside.measure,
        "circles": circles.measure,
        "logistics": logistics.measure,
        "regions": regions.measure,
        "routes": routes.measure,
    }
)
