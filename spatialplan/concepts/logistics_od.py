"""Hubs and nodes among each other: the square tables of minutes and kilometres."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatialplan.concepts.logistics_access import Access
from spatialplan.concepts.logistics_words import (
    gravest,
    minutes_column,
    number,
    said_min,
    site_names,
    text_column,
    unusable,
)
from spatialplan.model.profile import Exhibit, Finding
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["matrix_exhibits", "od_finding"]

Floats = NDArray[np.float64]
QUESTION = Text("枢纽与节点之间多久可达？", "How far are hubs and nodes from each other?")


def _square(access: Access) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows and columns of the centres that lie on the network."""
    sites = access.centre_sites()
    rows = np.array([i for i, s in enumerate(sites) if s.state is State.HOLDS], dtype=np.int64)
    return rows, access.times.columns(access.times.rows[rows])


def od_finding(access: Access) -> Finding:
    """Answer how long the ways between hubs and nodes are, and which pair is farthest apart."""
    sites = access.centre_sites()
    lost = unusable(sites)
    rows, columns = _square(access)
    minutes = access.times.minutes[np.ix_(rows, columns)]
    away = ~np.eye(len(rows), dtype=bool)
    n_parted = int(np.isnan(minutes[away]).sum())
    said = site_names(lost)
    gap = Text(f"；未计入：{said.zh}" if lost else "", f"; left out: {said.en}" if lost else "")
    if not np.isfinite(minutes).any():
        state = gravest([site.state for site in lost]) if len(rows) < 2 else State.UNROUTABLE
        return Finding(
            question=QUESTION,
            answer=Text(
                f"路网上的枢纽与节点 {len(rows)} 处，无可达的一对{gap.zh}",
                f"{len(rows)} hubs and nodes on the network, no pair to be routed{gap.en}",
            ),
            state=state,
        )
    mean = float(np.nanmean(minutes))
    i, j = np.unravel_index(np.nanargmax(minutes), minutes.shape)
    a, b = sites[int(rows[i])].name, sites[int(rows[j])].name
    time = said_min(float(minutes[i, j]), float(access.times.delta_min[rows[i], columns[j]]))
    parted = f"，{n_parted} 对不可达" if n_parted else ""
    parted_en = f", {n_parted} pairs not to be routed" if n_parted else ""
    return Finding(
        question=QUESTION,
        answer=Text(
            f"{len(rows)} 处之间平均 {mean:.1f} 分钟，最远 {a}—{b} {time.zh}{parted}{gap.zh}",
            f"{len(rows)} places {mean:.1f} min apart on average, farthest {a} – {b} "
            f"{time.en}{parted_en}{gap.en}",
        ),
        state=State.UNROUTABLE if n_parted else State.HOLDS,
        value=mean,
        unit="min",
    )


def matrix_exhibits(access: Access) -> list[Exhibit]:
    """Return the square tables; none for fewer than two centres on the network."""
    rows, columns = _square(access)
    if len(rows) < 2:
        return []
    cells = np.ix_(rows, columns)
    return [
        _matrix(access, "od-min", "min", access.times.minutes[cells], rows),
        _matrix(access, "od-km", "km", access.times.km[cells], rows),
    ]


def _matrix(
    access: Access, key: str, unit: str, values: Floats, rows: NDArray[np.int64]
) -> Exhibit:
    sites = [access.centre_sites()[int(row)] for row in rows]
    lost = unusable(access.centre_sites())
    zh, en = ("用时", "minutes") if unit == "min" else ("里程", "kilometres")
    note_zh, note_en = (
        "行为起点、列为终点；单行道使两向可不相等。",
        ("From the row to the column; one-ways make the two directions differ."),
    )
    if lost:
        said = site_names(lost)
        note_zh, note_en = f"{note_zh}未列：{said.zh}。", f"{note_en} Left out: {said.en}."
    return Exhibit(
        key=key,
        title=Text(f"枢纽与节点间{zh}表", f"Between hubs and nodes, {en}"),
        columns=(
            text_column("from", "起点", "from"),
            *(minutes_column(site.key, site.name, site.name, unit) for site in sites),
        ),
        rows=tuple(
            (site.name, *(number(value) for value in line))
            for site, line in zip(sites, values, strict=True)
        ),
        note=Text(note_zh, note_en),
    )
