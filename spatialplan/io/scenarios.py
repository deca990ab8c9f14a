"""Read a scenario file (TOML): what would change at the stations and on the roads.

::

    title = "加一站、封一桥"

    [[station]]
    action = "add"          # add | move | close
    name = "新站"
    lon = 112.91            # WGS-84
    lat = 27.85

    [[road]]
    action = "close"        # close | open
    name = "湘江三桥"        # or ref = "G320", or near = [112.91, 27.85] with radius_m
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from spatialplan.errors import DataError, SourceError
from spatialplan.model.delivery import Tier
from spatialplan.model.scenario import Action, RoadStep, Scenario, StationStep
from spatialplan.text import Text

__all__ = ["read_scenario"]

_ASSUMED_ACCURACY_M = 50.0
_ASSUMED_RADIUS_M = 200.0
_STATION = {
    "action",
    "name",
    "tier",
    "township",
    "district",
    "lon",
    "lat",
    "accuracy_m",
    "capacity",
}
_ROAD = {"action", "name", "ref", "near", "radius_m", "line", "class"}
_TEXTS = ("name", "township", "district", "ref", "class")
_TOP = {"title", "title_en", "station", "road"}
_MOST_LAT, _MOST_LON = 90.0, 180.0


def read_scenario(path: Path) -> Scenario:
    """Return the scenario of a file; stations first, then roads, each in the file's order.

    Raises
    ------
    SourceError
        When the file cannot be read or is not TOML.
    DataError
        When a step lacks what it needs or holds unknown keys; every problem is told at once.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(
            f"读不了情景文件 {path}（{error}）；请存成 UTF-8 的 TOML 文件",
            f"cannot read the scenario {path} ({error}); save it as UTF-8 TOML",
        ) from error
    problems = [_unknown(key) for key in raw if key not in _TOP]
    problems += _wrong_texts(raw, ("title", "title_en"))
    steps: list[StationStep | RoadStep] = []
    for kind, keys in (("station", _STATION), ("road", _ROAD)):
        rows = raw.get(kind, [])
        if not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
            problems.append(
                Text(f"{kind} 要写成 [[{kind}]] 段", f"{kind} must be [[{kind}]] sections")
            )
            continue
        for number, row in enumerate(rows, start=1):
            found = [_unknown(key) for key in row if key not in keys]
            found += _wrong_texts(row, _TEXTS)
            found += _station_problems(row) if kind == "station" else _road_problems(row)
            problems += [
                Text(f"[[{kind}]] 第 {number} 段{one.zh}", f"[[{kind}]] {number}: {one.en}")
                for one in found
            ]
            if not found:
                steps.append(_station(row) if kind == "station" else _road(row))
    if not steps and not problems:
        problems.append(
            Text("没有任何 [[station]] 或 [[road]] 段", "no [[station]] and no [[road]] section")
        )
    if problems:
        raise DataError(
            f"情景文件 {path.name} 有 {len(problems)} 处问题："
            f"{'；'.join(one.zh for one in problems)}；请改正后再运行",
            f"the scenario {path.name} has {len(problems)} problems: "
            f"{'; '.join(one.en for one in problems)}",
        )
    title = str(raw.get("title", path.stem))
    return Scenario(title=Text(title, str(raw.get("title_en", title))), steps=tuple(steps))


def _number(row: Mapping[str, Any], key: str) -> float | None:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _unknown(key: str) -> Text:
    return Text(f"未知的键 {key}", f"unknown key {key}")


def _wrong_texts(row: Mapping[str, Any], keys: Iterable[str]) -> list[Text]:
    """Tell of keys that hold no text although they must."""
    return [
        Text(f"的 {key} 要写成文字（加引号）", f"{key} must be text in quotes")
        for key in keys
        if not isinstance(row.get(key, ""), str)
    ]


def _is_place(value: object) -> bool:
    """Whether `value` is a pair of longitude and latitude."""
    if not (isinstance(value, list) and len(value) == 2):
        return False
    if any(isinstance(part, bool) or not isinstance(part, int | float) for part in value):
        return False
    # What is not a number compares false.
    return bool(abs(value[0]) <= _MOST_LON and abs(value[1]) <= _MOST_LAT)


def _station_problems(row: Mapping[str, Any]) -> list[Text]:
    action, found = row.get("action"), []
    if action not in (Action.ADD, Action.MOVE, Action.CLOSE):
        found.append(Text("的 action 只能是 add、move、close", "action must be add, move or close"))
    if not str(row.get("name", "")).strip():
        found.append(Text("没有 name", "no name"))
    if row.get("tier", Tier.STATION) not in list(Tier):
        found.append(Text(f"的 tier 只能是 {'、'.join(Tier)}", f"tier: one of {', '.join(Tier)}"))
    if action != Action.CLOSE and not _is_place([row.get("lon"), row.get("lat")]):
        found.append(
            Text(
                "没有有效的 lon、lat（WGS-84 度，经度在前）",
                "no valid lon and lat (WGS-84 degrees, longitude first)",
            )
        )
    for key in ("accuracy_m", "capacity"):
        value = _number(row, key)
        if key in row and (value is None or value < 0):
            found.append(Text(f"的 {key} 不是非负数", f"{key} is no number of 0 or more"))
    return found


def _road_problems(row: Mapping[str, Any]) -> list[Text]:
    action, found = row.get("action"), []
    if action not in (Action.CLOSE, Action.OPEN):
        found.append(Text("的 action 只能是 close、open", "action must be close or open"))
    if action == Action.CLOSE and not (row.get("name") or row.get("ref") or "near" in row):
        found.append(
            Text("要用 name、ref 或 near 说明封哪条路", "tell the road by name, ref or near")
        )
    if "near" in row and not _is_place(row["near"]):
        found.append(Text("的 near 要写成 [经度, 纬度]", "near must be [longitude, latitude]"))
    if "radius_m" in row and not (_number(row, "radius_m") or 0) > 0:
        found.append(Text("的 radius_m 不是正数", "radius_m is not positive"))
    return found + (_opening_problems(row) if action == Action.OPEN else [])


def _opening_problems(row: Mapping[str, Any]) -> list[Text]:
    line, found = row.get("line"), []
    if not (isinstance(line, list) and len(line) > 1 and all(map(_is_place, line))):
        found.append(
            Text(
                "的 line 要写成 [[经度, 纬度], [经度, 纬度], …]",
                "line must be [[longitude, latitude], [longitude, latitude], …]",
            )
        )
    if not row.get("class"):
        found.append(Text("没有 class（道路等级）", "no class of road"))
    return found


def _station(row: Mapping[str, Any]) -> StationStep:
    accuracy_m = _number(row, "accuracy_m")
    return StationStep(
        action=Action(row["action"]),
        name=str(row["name"]).strip(),
        tier=Tier(row.get("tier", Tier.STATION)),
        township=str(row.get("township", "")),
        district=str(row.get("district", "")),
        lon=_number(row, "lon"),
        lat=_number(row, "lat"),
        accuracy_m=_ASSUMED_ACCURACY_M if accuracy_m is None else accuracy_m,
        capacity=_number(row, "capacity"),
    )


def _road(row: Mapping[str, Any]) -> RoadStep:
    near = row.get("near")
    return RoadStep(
        action=Action(row["action"]),
        name=str(row.get("name", "")).strip(),
        ref=str(row.get("ref", "")).strip(),
        near=None if near is None else (float(near[0]), float(near[1])),
        radius_m=_number(row, "radius_m") or _ASSUMED_RADIUS_M,
        line=tuple((float(x), float(y)) for x, y in row.get("line", [])),
        road_class=str(row.get("class", "")),
    )
