"""Evidence: what the map says of a plan's feature, and the better place it may propose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shapely import Point

from spatialplan.model.plan import Kind
from spatialplan.text import Text

__all__ = ["KIND_TAGS", "Candidate", "Evidence", "EvidenceState", "Proposed"]


class EvidenceState(StrEnum):
    """What the map says of a feature; a gap in the map is never reported as a missing thing.

    `NOT_FOUND`: things are mapped around the place, and none bears the name. `NO_DATA`: nothing is
    mapped there, or neither the plan nor the map knows where to look.
    """

    CONFIRMED = "confirmed"
    PROBABLE = "probable"
    CONTRADICTED = "contradicted"
    NOT_FOUND = "not_found"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A mapped object whose name is alike.

    Attributes
    ----------
    osm_id
        ``node/1`` where the source has ids, else a stable label of name and place.
    name
        The object's name; `matched` is the one of its names that is alike (an old one, say).
    kind
        ``railway=station`` or the source's own word.
    score
        Similarity of the names in [0, 1].
    distance_m
        To the feature's shape; None when the feature is unlocated.
    kind_fits
        Whether such an object can be such a feature (`KIND_TAGS`); None when that is not known.
    point
        WGS-84.
    """

    osm_id: str
    name: str
    matched: str
    kind: str
    score: float
    distance_m: float | None
    kind_fits: bool | None
    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A better coordinate for a feature, for the user to accept: WGS-84, accuracy in metres."""

    point: Point
    accuracy_m: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the map says of one feature.

    `osm_id` … `distance_m` tell of the best match and are empty without one. `osm_ids` has one id
    for each distinct place that matches equally well; more than one means homonyms. `candidates`
    are at most three, the best first, also of what did not count as a match.
    """

    feature: str
    state: EvidenceState
    cause: Text
    osm_id: str = ""
    osm_name: str = ""
    kind: str = ""
    score: float | None = None
    distance_m: float | None = None
    osm_ids: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    proposed: Proposed | None = None


SETTLEMENT = (
    "city town township county district municipality suburb borough quarter neighbourhood village "
    "hamlet isolated_dwelling locality place=* boundary=administrative"
)
AREA = f"{SETTLEMENT} landuse=*"
INDUSTRY = "landuse=industrial industrial=* man_made=works office=* building=industrial place=*"
LOGISTICS = (
    "landuse=industrial landuse=commercial industrial=* building=warehouse office=logistics "
    "office=company amenity=post_depot landuse=depot landuse=railway"
)
SHOPS = "shop=* amenity=marketplace landuse=retail landuse=commercial building=retail"
SIGHTS = "tourism=* historic=* leisure=* natural=* boundary=national_park boundary=protected_area"
SHOWS = "tourism=* leisure=* amenity=theatre amenity=arts_centre amenity=library"
VENUES = f"{SHOWS} amenity=conference_centre amenity=exhibition_centre amenity=events_venue"
ROADS = "road highway=* express major local links motorway trunk primary secondary tertiary"

# Which objects can be which feature: a tag, a key with any value (``shop=*``), or a bare kind or
# category of the source. Kinds that nobody maps as one object (corridors, projects) have no entry:
# of them a name alone is never proof. Meant to be edited.
KIND_TAGS: Mapping[Kind, frozenset[str]] = MappingProxyType({
    kind: frozenset(tags.split())
    for kind, tags in {
        Kind.DISTRICT: SETTLEMENT,
        Kind.CORE: SETTLEMENT,
        Kind.TOWN: SETTLEMENT,
        Kind.VILLAGE: SETTLEMENT,
        Kind.COMMUNITY: f"{AREA} building=apartments",
        Kind.OUTWARD_TARGET: f"{SETTLEMENT} province state boundary=administrative {SIGHTS}",
        Kind.FUNCTIONAL_AREA: AREA,
        Kind.DEVELOPMENT_AREA: AREA,
        Kind.DEVELOPMENT_ZONE: f"{AREA} office=government {INDUSTRY}",
        Kind.INDUSTRIAL_PARK: INDUSTRY,
        Kind.INDUSTRIAL_BASE: INDUSTRY,
        Kind.LOGISTICS_PARK: LOGISTICS,
        Kind.LOGISTICS_CENTER: LOGISTICS,
        Kind.DISTRIBUTION_CENTER: LOGISTICS,
        Kind.BONDED_ZONE: LOGISTICS,
        Kind.PORT: "harbour port industrial=port landuse=* amenity=ferry_terminal",
        Kind.COMMERCIAL_CIRCLE: f"{SHOPS} {AREA} place=square",
        Kind.LANDMARK: f"{SHOPS} {SIGHTS} building=* place=square amenity=* office=*",
        Kind.MARKET: SHOPS,
        Kind.STREET: f"{ROADS} {SHOPS} tourism=attraction place=*",
        Kind.HOTEL: "tourism=hotel tourism=guest_house tourism=hostel tourism=motel building=hotel",
        Kind.RING_SECTION: ROADS,
        Kind.RING: ROADS,
        Kind.NATIONAL_ROAD: ROADS,
        Kind.EXPRESSWAY: ROADS,
        Kind.ROAD: ROADS,
        Kind.RAILWAY: "rail railway=rail railway=* route=railway",
        Kind.STATION: (
            "station halt railway=station railway=halt building=train_station amenity=bus_station "
            "public_transport=station"
        ),
        Kind.RIVER: "river stream canal lake bank waterway=* natural=water",
        Kind.WATERWAY: "river stream canal lake bank waterway=* natural=water",
        Kind.CAMPUS: "amenity=university amenity=college amenity=school landuse=education",
        Kind.HOSPITAL: "amenity=hospital amenity=clinic healthcare=*",
        Kind.CARE: "amenity=social_facility amenity=nursing_home healthcare=* social_facility=*",
        Kind.VENUE: VENUES,
        Kind.SCENIC_SITE: f"{SIGHTS} place=island place=islet island islet",
        Kind.HERITAGE_SITE: f"{SIGHTS} amenity=place_of_worship highway=pedestrian",
        Kind.FORMER_RESIDENCE: "tourism=* historic=*",
        Kind.SPORTS_VENUE: "leisure=* sport=* building=stadium",
        Kind.ENTERPRISE: f"{INDUSTRY} shop=*",
        Kind.PLATFORM: "office=* amenity=research_institute building=office",
    }.items()
})  # fmt: skip
