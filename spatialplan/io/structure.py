"""The shape of a pack's files: which keys hold texts, numbers, lists and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from spatialplan.io.problems import Problem, RawPack, missing_key

__all__ = ["check"]

Keys = Mapping[str, type]

PLAN_KEYS: Keys = {"id": str, "title": str, "adcode": str, "crs": str, "horizon": int}
PLAN_OPTIONAL: Keys = {
    "title_en": str, "number": str, "issuer": str, "source": str, "bounds": list,
}  # fmt: skip
THEME_KEYS: Keys = {"id": str, "name": str}
CLAUSE_KEYS: Keys = {"id": str, "heading": str, "quote": str}
FEATURE_KEYS: Keys = dict.fromkeys(
    ("id", "name", "kind", "theme", "clause", "status", "source"), str
)
FEATURE_OPTIONAL: Keys = {
    "name_en": str, "role": str, "parent": str, "anchor": str, "note": str, "districts": list,
}  # fmt: skip
CLAIM_KEYS: Keys = {
    "id": str, "predicate": str, "theme": str, "clause": str, "sentence": str, "subjects": list,
}  # fmt: skip
CLAIM_OPTIONAL: Keys = {"objects": list, "params": dict}
CONCEPT_KEYS: Keys = {
    "id": str, "family": str, "theme": str, "clause": str, "name": str, "roles": dict,
}  # fmt: skip
CONCEPT_OPTIONAL: Keys = {"name_en": str, "params": dict}
WORDS = {
    str: ("文字", "text"), int: ("整数", "a whole number"),
    list: ("列表", "a list"), dict: ("表", "a table"),
}  # fmt: skip


def check(raw: RawPack) -> list[Problem]:
    """Return every place where a file does not have the shape of a pack."""
    return [*_check_plan(raw.plan), *_check_features(raw.features), *_check_claims(raw.claims)]


def _check_plan(plan: Mapping[str, Any]) -> Iterator[Problem]:
    file, head = "plan.toml", plan.get("plan")
    if isinstance(head, dict):
        yield from _check_keys(file, "plan", head, PLAN_KEYS, PLAN_OPTIONAL)
    else:
        yield missing_key(file, "", "[plan]")
    for section, keys in (("themes", THEME_KEYS), ("clauses", CLAUSE_KEYS)):
        rows = plan.get(section)
        if not isinstance(rows, list) or not rows:
            yield missing_key(file, "", f"[[{section}]]")
            continue
        for number, row in enumerate(rows, 1):
            yield from _check_row(file, f"{section} {number}", row, keys, {})
    yield from _check_concepts(file, plan.get("concepts", []))


def _check_concepts(file: str, rows: Any) -> Iterator[Problem]:
    if not isinstance(rows, list):
        yield _wrong(file, "", "concepts", rows, list)
        return
    for number, row in enumerate(rows, 1):
        where = f"concepts {number}"
        yield from _check_row(file, where, row, CONCEPT_KEYS, CONCEPT_OPTIONAL)
        roles = row.get("roles") if isinstance(row, dict) else None
        if not isinstance(roles, dict):
            continue
        for role, keys in roles.items():
            if isinstance(keys, list):
                yield from _check_texts(file, _name(row, where), roles, role)
            else:
                yield _wrong(file, _name(row, where), f"roles.{role}", keys, list)


def _check_features(features: Mapping[str, Any]) -> Iterator[Problem]:
    file, rows = "features.geojson", features.get("features")
    if not isinstance(rows, list):
        yield missing_key(file, "", "features")
        return
    crs = features.get("crs") or {}
    if not isinstance(crs, dict) or not isinstance(crs.get("properties") or {}, dict):
        yield _wrong(file, "", "crs", crs, dict)
    for number, row in enumerate(rows, 1):
        where = f"features {number}"
        if not isinstance(row, dict):
            yield _wrong(file, where, "feature", row, dict)
            continue
        properties = row.get("properties")
        yield from _check_row(file, where, properties, FEATURE_KEYS, FEATURE_OPTIONAL)
        if not isinstance(row.get("geometry"), dict | None):
            yield _wrong(file, _name(properties, where), "geometry", row["geometry"], dict)
        if isinstance(properties, dict):
            yield from _check_texts(file, _name(properties, where), properties, "districts")
            yield from _check_characters(file, _name(properties, where), properties)


def _check_claims(claims: Mapping[str, Any]) -> Iterator[Problem]:
    file, rows = "claims.toml", claims.get("claims")
    if not isinstance(rows, list) or not rows:
        yield missing_key(file, "", "[[claims]]")
        return
    for number, row in enumerate(rows, 1):
        where = f"claims {number}"
        yield from _check_row(file, where, row, CLAIM_KEYS, CLAIM_OPTIONAL)
        if isinstance(row, dict):
            for key in ("subjects", "objects"):
                yield from _check_texts(file, _name(row, where), row, key)


def _name(row: Any, where: str) -> str:
    id = row.get("id") if isinstance(row, dict) else None
    return id if isinstance(id, str) and id else where


def _check_row(file: str, where: str, row: Any, keys: Keys, optional: Keys) -> Iterator[Problem]:
    if not isinstance(row, dict):
        yield _wrong(file, where, where, row, dict)
        return
    yield from _check_keys(file, _name(row, where), row, keys, optional)


def _check_keys(
    file: str, id: str, row: Mapping[str, Any], keys: Keys, optional: Keys
) -> Iterator[Problem]:
    for key, wanted in keys.items():
        value = row.get(key)
        if value is None or value in ("", []):
            yield missing_key(file, id, key)
        elif not _fits(value, wanted):
            yield _wrong(file, id, key, value, wanted)
    for key, wanted in optional.items():
        value = row.get(key)
        if value is not None and not _fits(value, wanted):
            yield _wrong(file, id, key, value, wanted)


def _fits(value: Any, wanted: type) -> bool:
    return isinstance(value, wanted) and not isinstance(value, bool)


def _check_texts(file: str, id: str, row: Mapping[str, Any], key: str) -> Iterator[Problem]:
    values = row.get(key)
    if isinstance(values, list):
        for value in values:
            if not isinstance(value, str):
                yield _wrong(file, id, key, value, str)


def _check_characters(file: str, id: str, row: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield texts with half a character, which JSON can escape and no output can hold."""
    for key, value in row.items():
        if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
            yield Problem.error(
                file, id, f"“{key}”含有不完整的字符（\\ud800 一类）",
                f"{key!r} holds half a character (such as \\ud800)",
                "重新输入这段文字", "type the text again",
            )  # fmt: skip


def _wrong(file: str, id: str, key: str, value: Any, wanted: type) -> Problem:
    zh, en = WORDS[wanted]
    shown = repr(value)[:40]
    return Problem.error(
        file, id, f"“{key}”应为{zh}，却是 {shown}", f"{key!r} should be {en}, is {shown}",
        "改成正确的类型", "give it the right type",
    )  # fmt: skip
