"""Read a proposal file and find everything that is wrong with it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyproj

from spatialplan.io.feature_lines import Span, feature_at
from spatialplan.io.problems import Problem

__all__ = ["OLD", "Place", "Proposal", "check_proposals", "distance_m", "is_at"]

SAME_DEG = 1e-7
MOVED_M = 1.0  # what a stated distance may differ from that of the coordinates, plus one percent
GEOD = pyproj.Geod(ellps="WGS84")
NUMBERS = ("new_lon", "new_lat", "new_accuracy_m", "score")
OLD = ("old_lon", "old_lat", "old_accuracy_m")
TEXTS = ("id", "name", "osm_id", "osm_name", "source")
KEYS = frozenset({*NUMBERS, *OLD, *TEXTS, "moved_m", "accept"})

Place = tuple[float, float, float]  # longitude, latitude, accuracy in metres


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One checked entry of the file."""

    id: str
    name: str
    old: Place | None
    new: Place
    source: str
    accept: bool


def check_proposals(
    path: Path, raw: Mapping[str, Any], pack: str, text: str, spans: Mapping[str, Span]
) -> tuple[list[Proposal], list[Problem]]:
    """Return the sound entries of a file, and every problem of it against the pack's features."""
    problems: list[Problem] = []
    if raw.get("plan") != pack:
        zh = f"属于规划“{raw.get('plan')}”，不是“{pack}”"
        problems.append(
            _problem(path, "plan", zh, f"it belongs to {raw.get('plan')!r}, not {pack!r}")
        )
    entries = _check_entries(path, raw, problems)
    for entry in entries:
        problems += _check_target(path, entry, text, spans)
    return entries, problems


def _problem(path: Path, id: str, zh: str, en: str) -> Problem:
    return Problem.error(
        path.name, id, zh, en,
        "改正后重试，或重新运行 spatialplan refine", "mend it, or run spatialplan refine again",
    )  # fmt: skip


def _check_entries(path: Path, raw: Mapping[str, Any], problems: list[Problem]) -> list[Proposal]:
    """Return the sound entries; what is wrong with the others is added to `problems`."""
    rows = raw.get("proposal", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        problems.append(_problem(path, "", "proposal 不是 [[proposal]] 条目",
                                 "proposal is no list of [[proposal]]"))  # fmt: skip
        return []
    entries = []
    for number, row in enumerate(rows, 1):
        wrong = [*_check_row(row)]
        id = str(row.get("id") or f"第 {number} 条")
        problems += [_problem(path, id, zh, en) for zh, en in wrong]
        if not wrong:
            entries.append(_proposal(row))
    counts = Counter(entry.id for entry in entries)
    for id, count in counts.items():
        if count > 1:
            problems.append(_problem(path, id, f"出现 {count} 次", f"it appears {count} times"))
    return entries


def _check_row(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one entry, in both languages."""
    has_old = any(key in row for key in (*OLD, "moved_m"))
    numbers = (*NUMBERS, *((*OLD, "moved_m") if has_old else ()))
    for key in sorted(set(row) - KEYS):
        yield f"多出的项“{key}”", f"unknown key {key!r}"
    broken = [key for key in TEXTS if not isinstance(row.get(key), str)]
    broken += [key for key in numbers if not _is_number(row.get(key))]
    for key in broken:
        yield f"“{key}”缺失或不是应有的类型", f"{key!r} is missing or of a wrong type"
    if not isinstance(row.get("accept"), bool):
        yield "accept 只能是 true 或 false（不加引号）", "accept must be true or false, unquoted"
    if broken:
        return
    for prefix in ("new", "old")[: 1 + has_old]:
        lon, lat, accuracy = (row[f"{prefix}_{key}"] for key in ("lon", "lat", "accuracy_m"))
        if not (abs(lon) <= 180 and abs(lat) <= 90 and 0 < accuracy < math.inf):
            yield f"{prefix}_ 的坐标或精度超出范围", f"{prefix}_ position or accuracy out of range"
            return
    if has_old:
        moved = distance_m((row["old_lon"], row["old_lat"]), (row["new_lon"], row["new_lat"]))
        if abs(moved - row["moved_m"]) > MOVED_M + moved / 100:
            yield (
                f"moved_m 是 {row['moved_m']:g}，按坐标应为 {moved:.1f}：坐标被改动过",
                f"moved_m is {row['moved_m']:g}, by the coordinates {moved:.1f}: they were edited",
            )
        if row["new_accuracy_m"] >= row["old_accuracy_m"]:
            yield "新精度并不优于原精度", "the new accuracy is no better than the old"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _proposal(row: Mapping[str, Any]) -> Proposal:
    return Proposal(
        id=row["id"],
        name=row["name"],
        old=(row["old_lon"], row["old_lat"], row["old_accuracy_m"]) if "old_lon" in row else None,
        new=(row["new_lon"], row["new_lat"], row["new_accuracy_m"]),
        source=row["source"],
        accept=row["accept"],
    )


def _check_target(
    path: Path, entry: Proposal, text: str, spans: Mapping[str, Span]
) -> Iterator[Problem]:
    """Yield why an entry cannot be taken over: no such feature, or it has changed since."""
    if entry.id not in spans:
        yield _problem(path, entry.id, "数据包中没有这个要素", "the pack has no such feature")
        return
    feature = feature_at(text, spans[entry.id])
    is_at_new = is_at(feature, entry.new)
    if not entry.accept or is_at_new or is_at(feature, entry.old):
        return
    yield _problem(
        path, entry.id, f"“{entry.name}”在数据包中的位置已不是建议所依据的原位置，拒绝改动",
        f"{entry.name} no longer stands where the proposal found it; refused",
    )  # fmt: skip


def is_at(feature: Mapping[str, Any], place: Place | None) -> bool:
    """Whether a feature is a point at a place, so accurate, or unlocated (None)."""
    properties, geometry = feature["properties"], feature.get("geometry")
    if place is None or geometry is None or properties.get("districts"):
        return place is None and geometry is None and not properties.get("districts")
    if geometry.get("type") != "Point":
        return False
    lon, lat, *_ = geometry["coordinates"]
    near = max(abs(lon - place[0]), abs(lat - place[1])) <= SAME_DEG
    return near and math.isclose(properties.get("accuracy_m") or 0.0, place[2])


def distance_m(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the geodesic distance of two places (longitude, latitude, …) in metres."""
    return float(GEOD.inv(a[0], a[1], b[0], b[1])[2])
