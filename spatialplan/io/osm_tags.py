"""What OpenStreetMap tags mean to a traveller: class, access, direction, speed limit, names.

Pure rules on the tags of one object. A rule takes anything with ``get``: a dict, or pyosmium's tag
list, which is asked key by key because copying it costs more than the questions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from spatialplan.model.osm import Mode

__all__ = [
    "CLASSES",
    "Tags",
    "adcode",
    "alternative_names",
    "chinese_name",
    "is_barred",
    "is_closed",
    "is_toll",
    "is_yes",
    "maxspeed_kmh",
    "oneway",
    "parse_speed_kmh",
    "restricts",
]


class Tags(Protocol):
    """The tags of one object."""

    def get(self, key: str, default: str, /) -> str:
        """Return a tag's value, or the default where the tag is absent."""


_MOTOR = frozenset(
    {"motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary",
     "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential",
     "living_street", "service", "road", "track"}
)  # fmt: skip
_FOOT = frozenset({"footway", "path", "pedestrian", "steps", "cycleway", "bridleway", "corridor"})
CLASSES: Mapping[Mode, frozenset[str]] = MappingProxyType(
    {
        Mode.DRIVE: _MOTOR,
        Mode.TRUCK: _MOTOR,
        Mode.WALK: (_MOTOR | _FOOT) - {"motorway", "motorway_link"},
    }
)

# From the most specific key to the most general: the first one present decides.
_ACCESS: Mapping[Mode, tuple[str, ...]] = MappingProxyType(
    {
        Mode.DRIVE: ("motorcar", "motor_vehicle", "vehicle", "access"),
        Mode.TRUCK: ("hgv", "goods", "motor_vehicle", "vehicle", "access"),
        Mode.WALK: ("foot", "access"),
    }
)
_CLOSED = frozenset(
    {"no", "private", "agricultural", "forestry", "military", "emergency", "psv", "bus",
     "use_sidepath", "restricted"}
)  # fmt: skip
_ONLY_IF_SAID = frozenset({"cycleway", "bridleway"})  # not for walkers unless ``foot`` says so

_WALLS = frozenset({"fence", "wall", "hedge", "retaining_wall", "city_wall", "ditch"})
_STOPS_MOTORS = _WALLS | {
    "bollard", "block", "jersey_barrier", "log", "debris", "chain", "rope", "rock", "tank_trap",
    "cycle_barrier", "motorcycle_barrier", "stile", "turnstile", "kissing_gate",
    "full-height_turnstile", "horse_stile", "planter", "wedge",
}  # fmt: skip
_BARRIERS: Mapping[Mode, frozenset[str]] = MappingProxyType(
    {
        Mode.DRIVE: _STOPS_MOTORS,
        Mode.TRUCK: _STOPS_MOTORS | {"height_restrictor"},
        Mode.WALK: _WALLS,
    }
)

_ONEWAY: Mapping[Mode, tuple[str, ...]] = MappingProxyType(
    {
        Mode.DRIVE: ("oneway:motorcar", "oneway:motor_vehicle", "oneway"),
        Mode.TRUCK: ("oneway:hgv", "oneway:motor_vehicle", "oneway"),
        Mode.WALK: ("oneway:foot",),
    }
)
_DIRECTION: Mapping[str, int] = MappingProxyType(
    {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1, "no": 0, "false": 0, "0": 0}
)

# Legal limits where the tag names a zone instead of a number: China's by the road traffic rules
# (art. 45, roads with one lane each way), Russia's by its traffic rules; else the commonest.
_ZONE_KMH: Mapping[str, float] = MappingProxyType(
    {
        "CN:urban": 50.0, "CN:rural": 70.0, "CN:motorway": 120.0,
        "RU:urban": 60.0, "RU:rural": 90.0, "RU:motorway": 110.0, "RU:living_street": 20.0,
        "urban": 50.0, "rural": 80.0, "trunk": 100.0, "motorway": 120.0, "living_street": 20.0,
        "bicycle_road": 30.0, "walk": 5.0,
    }
)  # fmt: skip
_SPEED = re.compile(r"(\d+(?:\.\d+)?)\s*(mph|knots|km/h|kmh|kph)?")
_ZONE_NUMBER = re.compile(r"[A-Z]{2}:(?:zone:?)?(\d+)")
_UNIT_KMH = {"mph": 1.609344, "knots": 1.852}
_LEAST_KMH, _MOST_KMH = 1.0, 200.0  # a number outside is a slip of the mapper

_ADCODE_KEYS = ("ref:admin:CN", "ref:admin:CN:mca", "ref:admin:CN:nbs", "gb2260", "ref")
_ALTERNATIVE_KEYS = ("alt_name", "alt_name:zh", "official_name", "official_name:zh", "short_name",
                     "short_name:zh", "loc_name", "name:zh-Hant")  # fmt: skip


def is_yes(value: str) -> bool:
    """Whether a tag such as ``bridge`` or ``tunnel`` says that there is one, of whatever kind.

    Examples
    --------
    >>> is_yes("viaduct"), is_yes("no"), is_yes("")
    (True, False, False)
    """
    return value not in ("", "no", "false", "0")


def _limit(tags: Tags, mode: Mode) -> str:
    """Return the access value that holds for the mode; empty text where none is given."""
    for key in _ACCESS[mode]:
        if value := tags.get(key, ""):
            return value
    return ""


def _shuts(value: str) -> bool:
    return all(part.strip() in _CLOSED for part in value.split(";"))


def is_closed(tags: Tags, mode: Mode) -> bool:
    """Whether access tags close a way to the mode; the most specific tag decides.

    Conditional limits (``access:conditional``) are not read.

    Examples
    --------
    >>> is_closed({"access": "no", "motor_vehicle": "destination"}, Mode.DRIVE)
    False
    """
    value = _limit(tags, mode)
    if mode is Mode.WALK and not value:
        return tags.get("highway", "") in _ONLY_IF_SAID or tags.get("motorroad", "") == "yes"
    return _shuts(value)


def is_barred(tags: Tags, mode: Mode) -> bool:
    """Whether a node's barrier stops the mode: by its kind, unless access tags say otherwise.

    A gate without access tags is open: most of them stand open by day, and a closed one is tagged.
    """
    barrier = tags.get("barrier", "")
    if not is_yes(barrier):
        return False
    value = _limit(tags, mode)
    return _shuts(value) if value else barrier in _BARRIERS[mode]


def is_toll(tags: Tags, mode: Mode) -> bool:
    """Whether the mode pays on a way."""
    if mode is Mode.WALK:
        return False
    special = tags.get("toll:hgv", "") if mode is Mode.TRUCK else ""
    return is_yes(special or tags.get("toll", ""))


def oneway(tags: Tags, mode: Mode) -> int:
    """Return 1 for open along the way only, -1 against it only, 0 for both directions.

    Roundabouts and motorways are one-way unless tagged otherwise. A direction that changes with
    the time of day (``reversible``, ``alternating``) counts as open both ways.

    Examples
    --------
    >>> oneway({"highway": "primary", "junction": "roundabout"}, Mode.DRIVE)
    1
    >>> oneway({"highway": "primary", "oneway": "yes"}, Mode.WALK)
    0
    """
    for key in _ONEWAY[mode]:
        if value := tags.get(key, ""):
            return _DIRECTION.get(value, 0)
    if mode is Mode.WALK:
        return 0
    is_round = tags.get("junction", "") in ("roundabout", "circular")
    return 1 if is_round or tags.get("highway", "") == "motorway" else 0


def parse_speed_kmh(value: str) -> float:
    """Return the speed a ``maxspeed`` value means; nan where it means none that can be told.

    Of a list the least counts. ``none`` is nan: the speed of the class stands.

    Examples
    --------
    >>> parse_speed_kmh("50;30"), parse_speed_kmh("CN:urban"), parse_speed_kmh("walk")
    (30.0, 50.0, 5.0)
    >>> round(parse_speed_kmh("40 mph"), 2), parse_speed_kmh("none")
    (64.37, nan)
    """
    if not value:
        return float("nan")
    parts = [_one_speed(part.strip()) for part in re.split(r"[;|,]", value)]
    known = [speed for speed in parts if _LEAST_KMH <= speed <= _MOST_KMH]
    return min(known) if known else float("nan")


def _one_speed(value: str) -> float:
    """Return one value in km/h; 0 where it is no speed."""
    if match := _SPEED.fullmatch(value):
        return float(match[1]) * _UNIT_KMH.get(match[2], 1.0)
    if match := _ZONE_NUMBER.fullmatch(value):
        return float(match[1])
    return _ZONE_KMH.get(value) or _ZONE_KMH.get(value.rpartition(":")[2], 0.0)


def maxspeed_kmh(tags: Tags, mode: Mode) -> float:
    """Return the speed limit of a way for the mode, nan where there is none (always on foot)."""
    if mode is Mode.WALK:
        return float("nan")
    general = tags.get("maxspeed", "")
    if not general:
        ways = (tags.get("maxspeed:forward", ""), tags.get("maxspeed:backward", ""))
        general = ";".join(filter(None, ways))
    if mode is Mode.TRUCK:
        general = ";".join(filter(None, (general, tags.get("maxspeed:hgv", ""))))
    return parse_speed_kmh(general)


def restricts(tags: Tags, mode: Mode) -> bool:
    """Whether a turn restriction relation binds the mode."""
    if mode is Mode.WALK:
        return bool(tags.get("restriction:foot", ""))
    if not set(tags.get("except", "").split(";")).isdisjoint(_ACCESS[mode]):
        return False
    keys = ("restriction", "restriction:motorcar" if mode is Mode.DRIVE else "restriction:hgv")
    return any(tags.get(key, "") for key in keys)


def chinese_name(tags: Tags) -> str:
    """Return the Chinese name where there is one, else the local name, else empty text.

    Examples
    --------
    >>> chinese_name({"name": "Xiangtan", "name:zh": "湘潭"})
    '湘潭'
    """
    for key in ("name:zh", "name:zh-Hans"):
        if name := tags.get(key, ""):
            return name
    return tags.get("name", "")


def alternative_names(tags: Tags) -> str:
    """Return the other names an object goes by, each once, joined by semicolons."""
    found = [tags.get(key, "") for key in _ALTERNATIVE_KEYS]
    return ";".join(dict.fromkeys(filter(None, found)))


def adcode(tags: Tags) -> str:
    """Return the administrative division code of a boundary: its digits, empty where unknown.

    Examples
    --------
    >>> adcode({"ref:admin:CN": "430300"}), adcode({"ref": "AD-07"})
    ('430300', '')
    """
    for key in _ADCODE_KEYS:
        value = tags.get(key, "")
        if value.isdecimal() and len(value) in (6, 9, 12):
            return value
    return ""
