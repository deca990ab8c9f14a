"""Cells, columns and phrases that the tables of a logistics concept share."""

from __future__ import annotations

import math
from collections.abc import Sequence

from shapely.geometry.base import BaseGeometry

from spatialplan.concepts.logistics_sites import Site
from spatialplan.model.profile import Cell, Column
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = [
    "gravest",
    "listed",
    "lon_lat",
    "minutes_column",
    "number",
    "place_state",
    "role_name",
    "said_min",
    "site_names",
    "text_column",
    "unusable",
    "way_state",
]

SHOWN = 6
_ROLES = {
    "hubs": Text("枢纽", "hub"),
    "nodes": Text("节点", "node"),
    "seats": Text("县（市）驻地", "county seat"),
    "stations": Text("铁路车站", "rail station"),
    "ports": Text("港口", "port"),
    "townships": Text("乡镇", "township"),
}
_STATES = {
    State.HOLDS: Text("可达", "reached"),
    State.FAILS: Text("不成立", "fails"),
    State.UNCERTAIN: Text("归属未定", "not settled"),
    State.UNROUTABLE: Text("无法路由", "cannot be routed"),
    State.NO_DATA: Text("无数据", "no data"),
}
_GRAVITY = (State.FAILS, State.NO_DATA, State.UNROUTABLE, State.UNCERTAIN, State.HOLDS)


def number(value: float, digits: int = 1) -> Cell:
    """Return a number as a cell: rounded, None when it is not known.

    Examples
    --------
    >>> number(3.14159), number(float("nan")), number(float("inf"))
    (3.1, None, None)
    """
    return round(float(value), digits) + 0.0 if math.isfinite(value) else None


def text_column(key: str, zh: str, en: str) -> Column:
    """Return a column of words."""
    return Column(key=key, name=Text(zh, en))


def minutes_column(key: str, zh: str, en: str, unit: str = "min") -> Column:
    """Return a column of numbers with one digit; minutes unless told otherwise."""
    return Column(key=key, name=Text(zh, en), unit=unit, digits=1)


def role_name(role: str) -> Text:
    """Return what a role is called."""
    return _ROLES[role]


def place_state(state: State) -> Text:
    """Return what the state of a place is called in a table."""
    return Text("已上路网", "on the network") if state is State.HOLDS else _STATES[state]


def way_state(state: State) -> Text:
    """Return what the state of a way to a place is called in a table."""
    return _STATES[state]


def said_min(minutes: float, delta: float) -> Text:
    """Return a time with its uncertainty.

    Examples
    --------
    >>> said_min(12.34, 3.2).zh, said_min(12.34, 0.2).en
    ('12.3 分钟（±3.2）', '12.3 min (±0.2)')
    """
    return Text(f"{minutes:.1f} 分钟（±{delta:.1f}）", f"{minutes:.1f} min (±{delta:.1f})")


def listed(names: Sequence[str]) -> Text:
    """Return names in a row, the first few of many.

    Examples
    --------
    >>> listed(["甲", "乙"]).zh, listed(list("abcdefgh")).en
    ('甲、乙', 'a, b, c, d, e, f and 2 more')
    """
    more = len(names) - SHOWN
    shown = names[:SHOWN]
    if more <= 0:
        return Text("、".join(shown), ", ".join(shown))
    return Text("、".join(shown) + f"等 {len(names)} 处", ", ".join(shown) + f" and {more} more")


def lon_lat(point: BaseGeometry) -> str:
    """Return longitude and latitude of a WGS-84 point.

    Examples
    --------
    >>> from shapely import Point
    >>> lon_lat(Point(112.94321, 27.8))
    '112.943, 27.800'
    """
    ((lon, lat),) = point.coords
    return f"{lon:.3f}, {lat:.3f}"


def site_names(sites: Sequence[Site]) -> Text:
    """Return the names of places in a row."""
    return listed([site.name for site in sites])


def unusable(sites: Sequence[Site]) -> list[Site]:
    """Return the places that are not on the network."""
    return [site for site in sites if site.state is not State.HOLDS]


def gravest(states: Sequence[State]) -> State:
    """Return the state that decides the whole; NO_DATA where there is none."""
    return min(states, key=_GRAVITY.index) if states else State.NO_DATA
