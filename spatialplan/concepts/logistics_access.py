"""What hubs and nodes reach: motorway, rail, port, county seats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatialplan.checks.routes import find_route
from spatialplan.concepts.logistics_sites import Site, Sites
from spatialplan.concepts.logistics_times import Entry, Times
from spatialplan.concepts.logistics_words import (
    gravest,
    role_name,
    said_min,
    unusable,
)
from spatialplan.concepts.setting import Setting
from spatialplan.model.network import Snaps
from spatialplan.model.profile import Finding
from spatialplan.model.verdict import Part, State
from spatialplan.text import Text

__all__ = ["Access", "access_finding", "hub_finding", "parted_seats"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What was measured of the reach of hubs and nodes.

    `entries` holds the way of each centre to its nearest motorway junction, `junctions` all of
    them.
    """

    setting: Setting
    sites: Sites
    times: Times
    junctions: Snaps
    entries: Sequence[Entry | None]

    def centre_sites(self) -> list[Site]:
        """Return the hubs and nodes in the order of the rows."""
        return [self.sites.sites[int(i)] for i in self.times.rows]

    def nearest(self, centre: int, role: str) -> tuple[str, float, float, float] | None:
        """Return name, minutes, ± and km of the nearest place of a role; None where none is."""
        columns = self.times.columns(self.sites.of(role))
        minutes = self.times.minutes[centre, columns]
        if not np.isfinite(minutes).any():
            return None
        best = int(columns[np.nanargmin(minutes)])
        return (
            self.sites.name(int(self.times.targets[best])),
            float(self.times.minutes[centre, best]),
            float(self.times.delta_min[centre, best]),
            float(self.times.km[centre, best]),
        )


def hub_finding(access: Access, snap_m: float, claims: tuple[str, ...]) -> Finding:
    """Answer whether the hubs are placed, on the network and joined to every county seat."""
    question = Text(
        "枢纽是否落位，能否通达各县（市）？", "Is the hub there, and does it reach every county?"
    )
    centres = access.centre_sites()
    hubs = np.array([row for row, s in enumerate(centres) if s.role == "hubs"], dtype=np.int64)
    lost = unusable([centres[row] for row in hubs])
    if len(lost) == len(hubs):
        causes = [site.cause for site in lost if site.cause is not None]
        return Finding(
            question=question,
            answer=Text("；".join(c.zh for c in causes), "; ".join(c.en for c in causes)),
            state=gravest([site.state for site in lost]),
            claims=claims,
        )
    seats = access.times.columns(access.sites.of("seats"))
    minutes = access.times.minutes[np.ix_(hubs, seats)]
    best = _least(minutes)
    names = [access.sites.sites[int(access.times.targets[column])] for column in seats]
    cut_off = [site for site, value in zip(names, best, strict=True) if np.isnan(value)]
    states = [site.state for site in lost]
    states += [State.UNROUTABLE if s.state is State.HOLDS else s.state for s in cut_off]
    zh, en = (
        f"{len(hubs) - len(lost)}/{len(hubs)} 处枢纽已上路网",
        (f"{len(hubs) - len(lost)} of {len(hubs)} hubs on the network"),
    )
    value = None
    if np.isfinite(best).any():
        far = int(np.nanargmax(best))
        hub = int(hubs[np.nanargmin(minutes[:, far])])
        value = float(best[far])
        said = said_min(value, float(access.times.delta_min[hub, seats[far]]))
        zh += f"，到县（市）驻地最远为{names[far].name} {said.zh}"
        en += f"; the farthest county seat is {names[far].name}, {said.en}"
    causes = [site.cause for site in lost if site.cause is not None]
    causes += [part.cause for part in parted_seats(access, snap_m)]
    zh += "".join(f"；{cause.zh}" for cause in causes)
    en += "".join(f"; {cause.en}" for cause in causes)
    if not names:
        zh, en = f"{zh}；规划未列县（市）驻地", f"{en}; the plan names no county seat"
    return Finding(
        question=question,
        answer=Text(zh, en),
        state=gravest([State.HOLDS, *states]),
        value=value,
        unit="min" if value is not None else "",
        claims=claims,
    )


def parted_seats(access: Access, snap_m: float) -> list[Part]:
    """Return why no hub on the network reaches a county seat, with the gap where there is one."""
    centres = access.centre_sites()
    hubs = [row for row, s in enumerate(centres) if s.role == "hubs" and s.state is State.HOLDS]
    parts = []
    for at in access.sites.of("seats") if hubs else ():
        column = int(access.times.columns(np.array([at]))[0])
        if np.isnan(access.times.minutes[hubs, column]).all():
            ends = centres[hubs[0]].key, access.sites.sites[int(at)].key
            found = find_route(access.setting.context, *ends, snap_m, may_estimate=False)
            if isinstance(found, Part):
                parts.append(found)
    return parts


def _least(minutes: Floats) -> Floats:
    """Return the least of each column, nan where there is none."""
    least = np.where(np.isnan(minutes), np.inf, minutes).min(axis=0, initial=np.inf)
    return np.where(np.isfinite(least), least, np.nan)


def access_finding(access: Access, role: str, roles: Sequence[str]) -> Finding:
    """Answer how far the places of a role are from motorway, and from rail and port if named."""
    who = role_name(role)
    ways = [Text("高速出入口", "motorway"), *map(role_name, roles)]
    question = Text(
        f"{who.zh}到{'、'.join(way.zh for way in ways)}多远？",
        f"How far is the {who.en} from the {', '.join(way.en for way in ways)}?",
    )
    parts, states, worst = [], [], np.nan
    centres = access.centre_sites()
    for row, site in enumerate(centres):
        if site.role != role:
            continue
        said, missed, minutes = _said_access(access, row, roles)
        if site.state is not State.HOLDS:
            states.append(site.state)
            parts.append(site.cause or Text(site.name, site.name))
            continue
        states += [State.NO_DATA] * len(missed)
        parts.append(
            Text(
                f"{site.name}：" + "、".join(t.zh for t in [*said, *missed]),
                f"{site.name}: " + ", ".join(t.en for t in [*said, *missed]),
            )
        )
        worst = np.fmax(worst, np.max(minutes, initial=-np.inf))
    value = float(worst) if np.isfinite(worst) else None
    return Finding(
        question=question,
        answer=Text("；".join(p.zh for p in parts), "; ".join(p.en for p in parts)),
        state=gravest([State.HOLDS, *states]),
        value=value,
        unit="" if value is None else "min",
    )


def _said_access(
    access: Access, row: int, roles: Sequence[str]
) -> tuple[list[Text], list[Text], list[float]]:
    """Return what one hub reaches, what is not known, and the times."""
    said, missed, minutes = [], [], []
    entry = access.entries[row]
    if entry is None:
        missed.append(Text("高速出入口图上无数据", "no motorway junction on the map"))
    elif not entry.is_nearest:
        missed.append(
            Text(
                "高速出入口因周边路网不全未能核查",
                "no nearest motorway junction, for not all is mapped around",
            )
        )
    else:
        time = said_min(entry.minutes, entry.delta_min)
        minutes.append(entry.minutes)
        said.append(Text(f"高速出入口 {time.zh}", f"motorway junction {time.en}"))
    for role in roles:
        found = access.nearest(row, role)
        word = role_name(role)
        if found is None:
            missed.append(Text(f"{word.zh}无数据", f"no data for the {word.en}"))
            continue
        time = said_min(found[1], found[2])
        minutes.append(found[1])
        said.append(Text(f"{found[0]} {time.zh}", f"{found[0]} {time.en}"))
    return said, missed, minutes
