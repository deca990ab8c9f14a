"""Plan, clause, theme, feature, claim: what the document says, as data.

Geometry is WGS-84 / CGCS2000 (longitude, latitude in degrees); the difference of the two is below
a metre and far below every accuracy stated here. `Plan.crs` is the projected CRS in which the plan
is measured.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType

from shapely.geometry.base import BaseGeometry

from spatialplan.text import Text

__all__ = [
    "Claim",
    "Clause",
    "Concept",
    "Feature",
    "Kind",
    "Origin",
    "Parameter",
    "Plan",
    "Status",
    "Theme",
]


class Status(StrEnum):
    """How well the place of a feature is known."""

    LOCATED = "located"
    APPROXIMATE = "approximate"
    UNLOCATED = "unlocated"


class Origin(StrEnum):
    """Who says a number: the plan itself, or an assumption that the user can edit."""

    PLAN = "plan"
    ASSUMED = "assumed"


class Kind(StrEnum):
    """What a feature is; symbols and labels of each kind are in ``maps/style.toml``."""

    # areas
    DISTRICT = "district"
    CORE = "core"
    WING = "wing"
    POLE = "pole"
    FUNCTIONAL_AREA = "functional_area"
    DEVELOPMENT_AREA = "development_area"
    DEVELOPMENT_ZONE = "development_zone"
    INDUSTRIAL_PARK = "industrial_park"
    COMMUNITY = "community"
    TOWN = "town"
    VILLAGE = "village"
    # logistics
    LOGISTICS_PARK = "logistics_park"
    LOGISTICS_CENTER = "logistics_center"
    DISTRIBUTION_CENTER = "distribution_center"
    BONDED_ZONE = "bonded_zone"
    PORT = "port"
    DELIVERY_NETWORK = "delivery_network"
    # commerce
    COMMERCIAL_CIRCLE = "commercial_circle"
    LANDMARK = "landmark"
    MARKET = "market"
    STREET = "street"
    HOTEL = "hotel"
    # transport and lines
    RING = "ring"
    RING_SECTION = "ring_section"
    NATIONAL_ROAD = "national_road"
    EXPRESSWAY = "expressway"
    ROAD = "road"
    RAILWAY = "railway"
    STATION = "station"
    CORRIDOR = "corridor"
    RIVERSIDE_BELT = "riverside_belt"
    CHANNEL = "channel"
    RIVER = "river"
    WATERWAY = "waterway"
    # people, culture, tourism
    CAMPUS = "campus"
    HOSPITAL = "hospital"
    CARE = "care"
    VENUE = "venue"
    SCENIC_SITE = "scenic_site"
    HERITAGE_SITE = "heritage_site"
    FORMER_RESIDENCE = "former_residence"
    SPORTS_VENUE = "sports_venue"
    # industry and the rest
    INDUSTRIAL_BASE = "industrial_base"
    ENTERPRISE = "enterprise"
    PLATFORM = "platform"
    PROJECT = "project"
    OUTWARD_TARGET = "outward_target"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A heading of the document and a short verbatim quote under it."""

    id: str
    heading: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One concept of the layout (一湾辐射, 商圈…), which groups features and claims."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A named thing of the plan.

    Attributes
    ----------
    geometry
        WGS-84, or None when the place is not known.
    accuracy_m
        Positional accuracy in metres (about one standard deviation); None only when unlocated.
    source
        Where the geometry comes from; for an unlocated feature, what was looked for.
    parent
        Id of the feature this one belongs to (a landmark's circle, a section's ring).
    districts
        Adcodes whose union is the geometry, when the plan means whole districts.
    anchor
        Id of the point feature that stands for this area in routing, such as a county's seat.
    """

    id: str
    name: str
    kind: Kind
    theme: str
    clause: str
    status: Status
    source: str
    role: str = ""
    name_en: str = ""
    geometry: BaseGeometry | None = None
    accuracy_m: float | None = None
    parent: str | None = None
    districts: tuple[str, ...] = ()
    anchor: str | None = None
    note: str = ""

    @property
    def is_located(self) -> bool:
        """Whether the feature has a usable geometry."""
        return self.geometry is not None and not self.geometry.is_empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A number that a claim is checked with, and who says it."""

    value: float
    origin: Origin
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence of the plan that can be checked in space."""

    id: str
    predicate: str
    theme: str
    clause: str
    sentence: str
    subjects: tuple[str, ...]
    objects: tuple[str, ...] = ()
    params: Mapping[str, Parameter] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A layout concept of the plan (环线产业圈, 一湾辐射…), measured as a whole.

    `roles` are ids of features by role, `params` numbers with their origin; which a family takes
    stands in `spatialplan.model.families`.
    """

    id: str
    family: str
    theme: str
    clause: str
    name: Text
    roles: Mapping[str, tuple[str, ...]]
    params: Mapping[str, Parameter] = field(default_factory=lambda: MappingProxyType({}))

    def role(self, name: str) -> tuple[str, ...]:
        """Return the ids of the features of a role; empty when the plan names none."""
        return self.roles.get(name, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One planning document as data.

    `adcode` is the prefecture's administrative code, from which its districts follow. A plan of
    another country gives `bounds` (west, south, east, north in degrees) instead, and names its
    areas by OSM ids such as ``relation/2804753``.
    """

    id: str
    title: Text
    number: str
    date: str
    adcode: str
    crs: str
    horizon: int
    issuer: str
    clauses: tuple[Clause, ...]
    themes: tuple[Theme, ...]
    features: tuple[Feature, ...]
    claims: tuple[Claim, ...]
    source: str = ""
    bounds: tuple[float, float, float, float] | None = None
    concepts: tuple[Concept, ...] = ()

    def features_digest(self) -> str:
        """Return a digest of the features: by it a file tells what state of a pack it is of."""
        digest = hashlib.sha256()
        for feature in self.features:
            values = {one.name: getattr(feature, one.name) for one in fields(feature)}
            shape = values.pop("geometry")
            values["geometry"] = None if shape is None else shape.wkb_hex
            digest.update(repr(sorted(values.items())).encode("utf-8", "replace"))
        return digest.hexdigest()

    def feature(self, feature_id: str) -> Feature:
        """Return the feature with this id; KeyError when there is none."""
        for feature in self.features:
            if feature.id == feature_id:
                return feature
        raise KeyError(feature_id)

    def clause(self, clause_id: str) -> Clause:
        """Return the clause with this id; KeyError when there is none."""
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise KeyError(clause_id)

    def claim(self, claim_id: str) -> Claim:
        """Return the claim with this id; KeyError when there is none."""
        for claim in self.claims:
            if claim.id == claim_id:
                return claim
        raise KeyError(claim_id)

    def concept(self, concept_id: str) -> Concept:
        """Return the concept with this id; KeyError when there is none."""
        for concept in self.concepts:
            if concept.id == concept_id:
                return concept
        raise KeyError(concept_id)
