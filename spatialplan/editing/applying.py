"""Apply the accepted changes of a list to a pack: all of them, or none."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spatialplan.editing.change_checks import check_changes
from spatialplan.editing.change_rows import REMAKE, change_problem, read_changes
from spatialplan.editing.change_shapes import as_geojson, is_same
from spatialplan.editing.changes import NUMBER, Change, ChangeKind, Value
from spatialplan.editing.pack_features import PackFeatures, attributes_of, read_features
from spatialplan.errors import PackError
from spatialplan.io.feature_lines import (
    feature_line,
    read_text,
    rebuilt,
    replace_file,
    with_values,
)
from spatialplan.io.plans import read_plan, validate_pack
from spatialplan.io.problems import Problem
from spatialplan.io.proposals import LOCATED_M
from spatialplan.io.reviewed_files import read_toml, refusal
from spatialplan.model.plan import Status

__all__ = ["AppliedChange", "apply_changes"]

ORDER = ("id", "name", "name_en", "kind", "role", "theme", "clause", "status", NUMBER, "source",
         "parent", "note")  # fmt: skip
BLANK = '{"type": "Feature", "properties": {}, "geometry": null}'


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedChange:
    """What became of one accepted change; `changed` is False when the pack has it already."""

    change: Change
    changed: bool


def apply_changes(path: Path, folder: Path) -> list[AppliedChange]:
    """Apply what a reviewer accepted; the lines of other features keep every byte.

    A change that the pack has already is left alone and told, so that a list can be accepted
    twice, or in parts.

    Raises
    ------
    PackError
        When a file cannot be read, the pack has errors, or any accepted change is broken,
        half-filled, made for another state of the pack, or would break the pack; all are told.
    OutputError
        When ``features.geojson`` cannot be written; the old one stays whole.
    """
    raw, pack = read_toml(path), read_features(folder)
    changes, problems = read_changes(path, raw)
    if raw.get("plan") != pack.plan.id:
        zh = f"属于规划“{raw.get('plan')}”，不是“{pack.plan.id}”"
        en = f"it belongs to {raw.get('plan')!r}, not {pack.plan.id!r}"
        problems.insert(0, change_problem(path, "plan", zh, en, REMAKE))
    accepted = [change for change in changes if change.accept]
    open_ones = [change for change in accepted if not _is_done(change, pack)]
    problems += check_changes(path, open_ones, pack)
    if problems:
        raise refusal(path, problems)
    text = _text(pack, open_ones)
    if broken := _broken(pack, text):
        raise refusal(path, broken)
    if open_ones:
        _replace(pack, text)
        read_plan(folder)
    return [AppliedChange(change=one, changed=one in open_ones) for one in accepted]


def _is_done(change: Change, pack: PackFeatures) -> bool:
    """Whether the pack stands already as the change wants it."""
    raw = pack.raw.get(change.id)
    if change.kind is ChangeKind.DELETED or raw is None:
        return change.kind is ChangeKind.DELETED and raw is None
    if change.kind is not ChangeKind.ADDED and change.was == pack.digest(change.id):
        return False
    now = attributes_of(raw) | {"name_en": raw["properties"].get("name_en") or ""}
    wanted = {**change.new, **_status(change, raw["properties"])}
    is_there = change.new_shape is None or is_same(
        pack.plan.feature(change.id).geometry, change.new_shape, pack.plan.crs
    )
    return is_there and all(now[key] == value for key, value in wanted.items())


def _text(pack: PackFeatures, changes: Sequence[Change]) -> str:
    """Return the features with the changes made."""
    edits: dict[str, str | None] = {}
    added = []
    lines = {id: pack.text[slice(*span)] for id, span in pack.spans.items()}
    like = next(iter(lines.values()), BLANK)
    for change in changes:
        if change.kind is ChangeKind.DELETED:
            edits[change.id] = None
        elif change.kind is ChangeKind.ADDED:
            added.append(feature_line(_feature(change), like))
        else:
            edits[change.id] = _edited(lines[change.id], change)
    return rebuilt(pack.text, pack.spans, edits, added)


def _edited(line: str, change: Change) -> str:
    feature = json.loads(line)
    values = {**change.new, **_status(change, feature["properties"])}
    shape = change.new_shape
    geometry = feature["geometry"] if shape is None else as_geojson(shape)
    return with_values(line, geometry, {key: _plain(value) for key, value in values.items()})


def _feature(change: Change) -> dict[str, Any]:
    """Return a new feature as GeoJSON, its properties in the order of the pack."""
    values = {"id": change.id, **change.new, **_status(change, {})}
    plain = {key: _plain(values[key]) for key in ORDER if key in values}
    return {
        "type": "Feature",
        "properties": {key: value for key, value in plain.items() if value is not None},
        "geometry": None if change.new_shape is None else as_geojson(change.new_shape),
    }


def _status(change: Change, properties: Mapping[str, Any]) -> dict[str, Value]:
    """Return the status by the accuracy where the reviewer left it open."""
    is_drawn = change.new_shape is not None or properties.get("status") != Status.UNLOCATED
    is_asked = change.new_shape is not None or NUMBER in change.new
    if change.new.get("status", "") != "" or not (is_drawn and is_asked):
        return {}
    accuracy = change.new.get(NUMBER) or properties.get(NUMBER)
    if not isinstance(accuracy, int | float):
        return {}
    return {"status": str(Status.LOCATED if accuracy <= LOCATED_M else Status.APPROXIMATE)}


def _plain(value: Value) -> str | float | int | None:
    """Return a value as JSON: whole metres without a point, nothing for an empty text."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value == "" else value


def _broken(pack: PackFeatures, text: str) -> list[Problem]:
    """Return the errors that the pack would have with a new text of its features."""
    with tempfile.TemporaryDirectory() as aside:
        copy = Path(aside) / pack.plan.id
        copy.mkdir()
        for name in ("plan.toml", "claims.toml"):
            shutil.copyfile(pack.folder / name, copy / name)
        (copy / pack.file.name).write_bytes(text.encode())
        return [problem for problem in validate_pack(copy) if problem.severity == "error"]


def _replace(pack: PackFeatures, text: str) -> None:
    """Write the features, unless another program has written them since they were read."""
    if read_text(pack.file) != pack.text:
        raise PackError(
            f"{pack.file} 刚被别的程序改动，未写入；请重新运行",
            f"{pack.file} was just changed by another program; nothing written, run again",
        )
    replace_file(pack.file, text.encode())
