"""Read what a run wrote, ``result.json``, back as a record to compare with another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from spatialplan.errors import SourceError
from spatialplan.model.run_record import ClaimRecord, FeatureRecord, RunRecord
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["read_result"]

SCHEMA = "spatialplan-result/1"
DEFINITION = ("predicate", "subjects", "objects", "params")


def read_result(path: Path) -> RunRecord:
    """Return the record of a run.

    Raises
    ------
    SourceError
        When the file cannot be read, or is not a result of `spatialplan run`.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SourceError(
            f"读不了 {path}（{error.strerror}）；请给出 spatialplan run 写出的 result.json",
            f"cannot read {path} ({error.strerror}); give a result.json of spatialplan run",
        ) from error
    except ValueError as error:
        raise _foreign(path) from error
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        raise _foreign(path)
    try:
        return _record(raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceError(
            f"{path} 不完整（{type(error).__name__}: {error}）；请重新运行 spatialplan run",
            f"{path} is not whole ({type(error).__name__}: {error}); run spatialplan run again",
        ) from error


def _foreign(path: Path) -> SourceError:
    return SourceError(
        f"{path} 不是 spatialplan run 写出的 result.json（应有 schema “{SCHEMA}”）",
        f"{path} is no result.json of spatialplan run (schema {SCHEMA!r} is missing)",
    )


def _record(raw: Mapping[str, Any]) -> RunRecord:
    plan = raw["plan"]
    return RunRecord(
        plan=plan["id"],
        title=_text(plan["title"]),
        version=raw["version"],
        stamp=raw["stamp"],
        themes=MappingProxyType({t["id"]: _text(t["name"]) for t in plan["themes"]}),
        sources=MappingProxyType({s["id"]: str(s["date"]) for s in raw["sources"]}),
        settings=MappingProxyType(dict(raw["settings"])),
        amounts=MappingProxyType(dict(raw["amounts"])),
        claims=MappingProxyType({v["claim"]: _claim(v) for v in raw["verdicts"]}),
        features=MappingProxyType({f["id"]: _feature(f) for f in raw["features"]}),
    )


def _text(raw: Mapping[str, str]) -> Text:
    return Text(zh=raw["zh"], en=raw["en"])


def _claim(raw: Mapping[str, Any]) -> ClaimRecord:
    measure = raw["measure"]
    return ClaimRecord(
        id=raw["claim"],
        theme=raw["theme"],
        sentence=raw["sentence"],
        definition=MappingProxyType({key: raw[key] for key in DEFINITION}),
        state=State(raw["state"]),
        value=measure["value"],
        unit=measure["unit"],
        cause=_text(raw["cause"]),
    )


def _feature(raw: Mapping[str, Any]) -> FeatureRecord:
    point = raw["point"]
    return FeatureRecord(
        id=raw["id"],
        name=raw["name"],
        status=raw["status"],
        accuracy_m=raw["accuracy_m"],
        place=None if point is None else (point["coordinates"][0], point["coordinates"][1]),
        shape=raw["shape"],
    )
