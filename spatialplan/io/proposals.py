"""Better coordinates, proposed in a file that the user edits, and taken over only when accepted.

The proposal file is TOML with one ``[[proposal]]`` per feature and ``accept = false``. Applying it
changes the lines of accepted features in ``features.geojson`` and no other byte. Nothing is applied
unless everything can be.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

from spatialplan.errors import PackError
from spatialplan.io.feature_lines import (
    feature_at,
    feature_spans,
    read_text,
    rebuilt,
    replace_file,
    with_values,
)
from spatialplan.io.plans import read_plan
from spatialplan.io.proposal_checks import (
    OLD,
    Place,
    Proposal,
    check_proposals,
    distance_m,
    is_at,
)
from spatialplan.io.reviewed_files import keep_decisions, one_line, read_toml, refusal, sealed
from spatialplan.io.reviewed_files import quote as _quote
from spatialplan.model.evidence import Evidence
from spatialplan.model.plan import Feature, Plan, Status
from spatialplan.text import Text

__all__ = ["Applied", "apply_proposals", "refuse_embedded", "write_proposals"]

LOCATED_M = 200.0  # a place this accurate counts as located, else approximate
DECIMALS = 6
HEADER = """\
# 坐标改进建议（spatialplan refine 写出，尚未改动任何数据）
# 用法：逐条核对名称、对象和移动距离；认可的把 accept = false 改成 accept = true，
#       再运行 spatialplan refine 规划 --accept 本文件。其余各项请勿修改，未认可的条目不起作用。
# 坐标为 WGS-84 经纬度（度），精度与距离为米。
# OpenStreetMap 数据 © OpenStreetMap contributors，ODbL 1.0。
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of one accepted proposal.

    `changed` is False when the feature already stood at the new place. Positions are (longitude,
    latitude, accuracy in metres); `old` is None for a feature that was unlocated.
    """

    id: str
    name: str
    changed: bool
    old: Place | None
    new: Place
    moved_m: float | None
    message: Text


def write_proposals(evidence: Sequence[Evidence], plan: Plan, path: Path) -> int:
    """Write what the evidence proposes, none of it accepted; return how many proposals there are.

    Raises
    ------
    OutputError
        When the file cannot be written, or one with accepted proposals is there: what the user
        decided is not overwritten.
    """
    keep_decisions(path)
    entries = [_entry(plan.feature(e.feature), e) for e in evidence if e.proposed is not None]
    text = "\n".join([HEADER, f"plan = {_quote(plan.id)}", *(f"\n{entry}" for entry in entries)])
    replace_file(path, sealed(f"{text}\n"))
    return len(entries)


def _entry(feature: Feature, evidence: Evidence) -> str:
    """Return the lines of one proposal."""
    proposed, old = evidence.proposed, _position(feature)
    if proposed is None:
        raise ValueError(feature.id)
    lon, lat = round(proposed.point.x, DECIMALS), round(proposed.point.y, DECIMALS)
    rows: dict[str, str | float] = {"id": feature.id, "name": feature.name}
    if old is None:
        about = "规划未定位，建议采用下列坐标"
    else:
        moved = distance_m(old, (lon, lat))
        about = f"移动 {moved:.0f} 米，精度由 ±{old[2]:g} 米改进为 ±{proposed.accuracy_m:g} 米"
        rows |= dict(zip(OLD, old, strict=True)) | {"moved_m": round(moved, 1)}
    rows |= {
        "new_lon": lon, "new_lat": lat, "new_accuracy_m": float(proposed.accuracy_m),
        "osm_id": evidence.osm_id, "osm_name": evidence.osm_name,
        "score": round(float(evidence.score or 0.0), 3), "source": proposed.source,
    }  # fmt: skip
    lines = [
        "[[proposal]]",
        f"# {one_line(feature.name)}：{about}",
        f"# 依据：{one_line(evidence.cause.zh)}",
        *(f"{k} = {_quote(v) if isinstance(v, str) else repr(float(v))}" for k, v in rows.items()),
        "accept = false",
    ]
    return "\n".join(lines)


def _position(feature: Feature) -> Place | None:
    """Return a point feature's place and accuracy; None when it is unlocated."""
    if feature.geometry is None:
        return None
    point = shapely.get_coordinates(feature.geometry)[0]
    return float(point[0]), float(point[1]), float(feature.accuracy_m or 0.0)


def refuse_embedded(pack_folder: Path) -> None:
    """Refuse to change a pack inside an installed package: an upgrade would undo it.

    Raises
    ------
    PackError
        When the folder lies in site-packages.
    """
    if "site-packages" in pack_folder.resolve().parts:
        raise PackError(
            f"“{pack_folder.name}”是随软件安装的数据包，升级会还原；"
            "请把它复制到自己的文件夹，再对那个文件夹运行",
            f"{pack_folder.name!r} belongs to the installed package; copy it to a folder of your "
            "own and run on that",
        )


def apply_proposals(path: Path, pack_folder: Path) -> list[Applied]:
    """Take over the accepted proposals; all of them or, when one cannot be, none.

    The feature gets the new point, accuracy, status and source; its note keeps the former ones.
    A feature that already stands at the new place is left alone and told.

    Raises
    ------
    PackError
        When a file cannot be read, the pack has errors, or any entry is broken, names no feature
        of the pack, or accepts a place for a feature that has moved since; all are told.
    OutputError
        When ``features.geojson`` cannot be written; the old one stays whole.
    """
    raw, plan = read_toml(path), read_plan(pack_folder)
    file = pack_folder / "features.geojson"
    text = read_text(file)
    spans = feature_spans(text, file)
    entries, problems = check_proposals(path, raw, plan.id, text, spans)
    if problems:
        raise refusal(path, problems)
    accepted = {entry.id: entry for entry in entries if entry.accept}
    done = {id: _apply(entry, feature_at(text, spans[id])) for id, entry in accepted.items()}
    edits = {
        id: _edited(text[slice(*spans[id])], accepted[id])
        for id, one in done.items()
        if one.changed
    }
    if edits:
        replace_file(file, rebuilt(text, spans, edits).encode())
    return list(done.values())


def _apply(entry: Proposal, feature: Mapping[str, Any]) -> Applied:
    """Return what taking over an entry does."""
    changed = not is_at(feature, entry.new)
    moved = None if entry.old is None else distance_m(entry.old, entry.new)
    if not changed:
        message = Text(
            f"“{entry.name}”已在建议的位置，未改动", f"{entry.name} is there already, unchanged"
        )
    elif entry.old is None or moved is None:
        message = Text(
            f"“{entry.name}”原未定位，现定位，精度 ±{entry.new[2]:g} 米",
            f"{entry.name} was unlocated, now located within {entry.new[2]:g} m",
        )
    else:
        before, after = entry.old[2], entry.new[2]
        message = Text(
            f"“{entry.name}”移动 {moved:.0f} 米，精度由 ±{before:g} 改为 ±{after:g} 米",
            f"{entry.name} moved {moved:.0f} m, accuracy {before:g} to {after:g} m",
        )
    return Applied(
        id=entry.id, name=entry.name, changed=changed, old=entry.old, new=entry.new,
        moved_m=moved, message=message,
    )  # fmt: skip


def _edited(line: str, entry: Proposal) -> str:
    """Return a feature's text with the new place, and the former one in its note."""
    properties = json.loads(line)["properties"]
    former = f"原未定位（{properties['source']}）"
    if entry.old is not None:
        lon, lat, accuracy = entry.old
        former = (
            f"原位置 {lon:.{DECIMALS}f},{lat:.{DECIMALS}f}（±{accuracy:g} 米，"
            f"{properties['status']}；{properties['source']}）"
        )
    lon, lat, accuracy = entry.new
    values = {
        "status": str(Status.LOCATED if accuracy <= LOCATED_M else Status.APPROXIMATE),
        "accuracy_m": int(accuracy) if accuracy == int(accuracy) else accuracy,
        "source": entry.source,
        "note": "；".join(part for part in (properties.get("note"), former) if part),
    }
    return with_values(line, {"type": "Point", "coordinates": [lon, lat]}, values)
