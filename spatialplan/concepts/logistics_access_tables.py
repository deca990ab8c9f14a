"""The tables of what hubs and nodes reach, the ways drawn, and the motorway junctions."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point

from spatialplan.concepts.logistics_access import Access, parted_seats
from spatialplan.concepts.logistics_sites import TOWNSHIPS
from spatialplan.concepts.logistics_times import Entry
from spatialplan.concepts.logistics_words import (
    gravest,
    minutes_column,
    number,
    place_state,
    role_name,
    site_names,
    text_column,
    unusable,
    way_state,
)
from spatialplan.measures.channel_entries import cluster
from spatialplan.model.profile import Cell, Column, Exhibit
from spatialplan.model.verdict import Mark, State
from spatialplan.text import Text

__all__ = ["access_exhibits", "access_marks"]

Floats = NDArray[np.float64]

LIMITS_MIN = (30.0, 60.0)  # the bands of a table, no standard
SAME_JUNCTION_M = 1000.0  # ramps of one interchange


def access_exhibits(access: Access, seats: Access) -> list[Exhibit]:
    """Return the tables of reach: transport, county seats, townships.

    Where no hub or node lies on the network only the first remain.
    """
    title = Text("枢纽与节点到高速、铁路、港口", "Hubs and nodes to motorway, rail and port")
    tables = [_transport(access, "transport", title)]
    if len(seats.times.rows):
        title = Text("县（市）驻地到高速、铁路、港口", "County seats to motorway, rail and port")
        tables.append(_transport(seats, "seat-transport", title))
    if any(site.state is State.HOLDS for site in access.centre_sites()):
        if len(access.sites.of("seats")):
            tables.append(_seats(access))
        if len(access.sites.of(TOWNSHIPS)):
            tables.append(_townships(access))
    return tables


def _transport(access: Access, key: str, title: Text) -> Exhibit:
    rows = []
    for row, site in enumerate(access.centre_sites()):
        entry = access.entries[row]
        cells: list[Cell] = [
            site.name, role_name(site.role), site.district or None, place_state(site.state),
            number(site.accuracy_m, 0) if site.state is not State.NO_DATA else None,
            *_entry_cells(entry),
        ]  # fmt: skip
        for role in ("stations", "ports"):
            found = access.nearest(row, role)
            cells += [None] * 4 if found is None else [found[0], *map(number, found[1:])]
        rows.append((*cells, site.cause))
    return Exhibit(
        key=key,
        title=title,
        columns=(
            text_column("name", "地点", "place"),
            text_column("role", "作用", "role"),
            text_column("county", "所在县（市、区）", "county"),
            text_column("state", "状态", "state"),
            Column(key="accuracy", name=Text("点位精度", "accuracy"), unit="m", digits=0),
            minutes_column("junction-min", "到高速出入口", "to motorway junction"),
            minutes_column("junction-delta", "到高速出入口 ±", "to motorway junction ±"),
            minutes_column("junction-km", "到高速出入口里程", "to motorway junction", "km"),
            minutes_column("junction-most", "到高速出入口上限", "to motorway junction, at most"),
            *_nearest_columns("station", "最近铁路车站", "nearest station"),
            *_nearest_columns("port", "最近港口", "nearest port"),
            text_column("cause", "原因", "cause"),
        ),
        rows=tuple(rows),
        note=Text(
            "按最快路径，时间含两端接驳；“±”由点位与道路精度推出。",
            "By the quickest way, legs to the road included; ± follows from the accuracy.",
        ),
    )


def _entry_cells(entry: Entry | None) -> tuple[Cell, ...]:
    """Return minutes, ±, km; and minutes at most where a nearer junction may not be mapped."""
    if entry is None:
        return (None, None, None, None)
    if not entry.is_nearest:
        return (None, None, None, number(entry.minutes))
    return (number(entry.minutes), number(entry.delta_min), number(entry.km), None)


def _nearest_columns(key: str, zh: str, en: str) -> tuple[Column, ...]:
    return (
        text_column(key, zh, en),
        minutes_column(f"{key}-min", f"{zh}用时", f"{en}, time"),
        minutes_column(f"{key}-delta", f"{zh}用时 ±", f"{en}, time ±"),
        minutes_column(f"{key}-km", f"{zh}里程", f"{en}, distance", "km"),
    )


def _seats(access: Access) -> Exhibit:
    times, rows = access.times, []
    for row, site in enumerate(access.centre_sites()):
        for at in access.sites.of("seats"):
            seat, column = access.sites.sites[int(at)], int(times.columns(np.array([at]))[0])
            reached = np.isfinite(times.minutes[row, column])
            known = gravest([site.state, seat.state])
            state = State.UNROUTABLE if known is State.HOLDS and not reached else known
            rows.append(
                (
                    site.name,
                    seat.name,
                    way_state(state),
                    number(times.minutes[row, column]),
                    number(times.delta_min[row, column]),
                    number(times.km[row, column]),
                )
            )
    return Exhibit(
        key="seats",
        title=Text("枢纽与节点到县（市）驻地", "Hubs and nodes to county seats"),
        columns=(
            text_column("from", "枢纽或节点", "hub or node"),
            text_column("to", "县（市）驻地", "county seat"),
            text_column("state", "状态", "state"),
            minutes_column("min", "用时", "time"),
            minutes_column("delta", "用时 ±", "time ±"),
            minutes_column("km", "里程", "distance", "km"),
        ),
        rows=tuple(rows),
    )


def _townships(access: Access) -> Exhibit:
    at = access.sites.of(TOWNSHIPS)
    columns = access.times.columns(at)
    states = [access.sites.sites[int(i)].state for i in at]
    blank = sum(state is State.NO_DATA for state in states)
    rows = []
    for row, site in enumerate(access.centre_sites()):
        minutes = access.times.minutes[row, columns]
        known = minutes[np.isfinite(minutes)]
        counts: list[Cell] = [None] * 6
        if site.state is State.HOLDS:
            counts = _counts(minutes, access.times.delta_min[row, columns])
            counts += [len(at) - blank - len(known), blank]
        rows.append(
            (
                site.name,
                place_state(site.state),
                len(known) if site.state is State.HOLDS else None,
                *(number(f(known)) if len(known) else None for f in (np.min, np.median, np.max)),
                *counts,
            )
        )
    return Exhibit(
        key="townships",
        title=Text("枢纽与节点到各乡镇", "Hubs and nodes to the townships"),
        columns=(
            text_column("name", "枢纽或节点", "hub or node"),
            text_column("state", "状态", "state"),
            Column(key="reached", name=Text("可达乡镇", "townships reached"), digits=0),
            minutes_column("least", "最近", "least"),
            minutes_column("median", "中位", "median"),
            minutes_column("greatest", "最远", "greatest"),
            Column(key="within-30", name=Text("30 分钟内", "within 30 min"), digits=0),
            Column(key="open-30", name=Text("30 分钟内外未定", "30 min not settled"), digits=0),
            Column(key="within-60", name=Text("60 分钟内", "within 60 min"), digits=0),
            Column(key="open-60", name=Text("60 分钟内外未定", "60 min not settled"), digits=0),
            Column(key="unroutable", name=Text("无法路由", "cannot be routed"), digits=0),
            Column(key="no-data", name=Text("无数据", "no data"), digits=0),
        ),
        rows=tuple(rows),
        note=_townships_note(access, len(at)),
    )


def _counts(minutes: Floats, delta: Floats) -> list[Cell]:
    """Return how many lie within each limit for certain, and how many on either side of it."""
    cells: list[Cell] = []
    for limit in LIMITS_MIN:
        cells.append(int((minutes + delta <= limit).sum()))
        cells.append(int((np.abs(minutes - limit) < delta).sum()))
    return cells


def _townships_note(access: Access, total: int) -> Text:
    lost = unusable([access.sites.sites[int(i)] for i in access.sites.of(TOWNSHIPS)])
    zh = f"规划范围内有坐标的乡镇驻地 {total} 处；30、60 分钟为分档，非规划标准。"
    en = f"{total} township seats with coordinates; 30 and 60 min are bands, no standard."
    if lost:
        said = site_names(lost)
        zh, en = f"{zh}不在路网上：{said.zh}。", f"{en} Not on the network: {said.en}."
    return Text(zh, en)


def access_marks(access: Access, snap_m: float) -> list[Mark]:
    """Return the ways of hubs to county seats, gaps that part them, and the motorway junctions."""
    context, times = access.setting.context, access.times
    marks = []
    for row, site in enumerate(access.centre_sites()):
        if site.role != "hubs":
            continue
        for at in access.sites.of("seats"):
            column = int(times.columns(np.array([at]))[0])
            line = times.line(row, column)
            if line is None or line.length == 0:
                continue
            name, minutes = access.sites.name(int(at)), times.minutes[row, column]
            label = Text(
                f"{site.name}—{name} {minutes:.0f} 分钟", f"{site.name} – {name} {minutes:.0f} min"
            )
            marks.append(Mark(role="path", geometry=context.to_wgs84(line), label=label))
    gaps = [mark for part in parted_seats(access, snap_m) for mark in part.marks]
    return marks + gaps + _junction_marks(access)


def _junction_marks(access: Access) -> list[Mark]:
    """Return one point for each interchange within the plan's districts or used by a centre."""
    points, context = access.junctions, access.setting.context
    xy = np.column_stack([points.x, points.y])
    which = cluster(xy, SAME_JUNCTION_M)
    area = access.setting.districts.union_all()
    inside = np.asarray(shapely.intersects_xy(area, xy[:, 0], xy[:, 1]))
    used = [entry.point for entry in access.entries if entry is not None]
    inside[used] = True
    marks = []
    for label in np.unique(which[inside]):
        middle = xy[which == label].mean(axis=0)
        geometry = context.to_wgs84(Point(*middle))
        name = Text("高速公路出入口", "motorway junction")
        marks.append(Mark(role="point", geometry=geometry, label=name))
    return marks
