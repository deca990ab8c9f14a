"""Plan packs: ``plan.toml``, ``features.geojson`` and ``claims.toml`` become a `Plan`."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import shapely
from shapely.geometry import shape

from spatialplan import resources
from spatialplan.errors import PackError
from spatialplan.io import validation
from spatialplan.io.problems import Problem, RawPack
from spatialplan.model.plan import (
    Claim,
    Clause,
    Concept,
    Feature,
    Kind,
    Origin,
    Parameter,
    Plan,
    Status,
    Theme,
)
from spatialplan.text import Text

__all__ = ["find_pack", "list_packs", "read_plan", "validate_pack"]

FILES = ("plan.toml", "features.geojson", "claims.toml")


def list_packs() -> list[str]:
    """Return the names of the packs that travel with the package."""
    return sorted(path.parent.name for path in resources.layers_dir().glob("*/plan.toml"))


def find_pack(name_or_folder: str) -> Path:
    """Return the folder of the user's own pack by path, or of an embedded pack by name.

    Raises
    ------
    PackError
        When there is no such pack; the message lists the embedded ones.
    """
    for folder in (Path(name_or_folder), resources.layers_dir() / name_or_folder):
        if (folder / "plan.toml").is_file():
            return folder
    known = "、".join(list_packs())
    raise PackError(
        f"找不到规划数据包“{name_or_folder}”：内置的有 {known}；"
        "自己的数据包请给出含 plan.toml 的文件夹路径",
        f"no plan pack {name_or_folder!r}: embedded are {', '.join(list_packs())}; "
        "for your own give the folder that holds plan.toml",
    )


def validate_pack(folder: Path) -> list[Problem]:
    """Return every problem of a pack at once, errors and warnings, in file order."""
    raw, problems = _read_raw(folder)
    return problems + (validation.check(raw) if raw is not None else [])


def read_plan(folder: Path) -> Plan:
    """Read a pack.

    Raises
    ------
    PackError
        When the pack has errors; the message tells the first and how many there are.
    """
    raw, problems = _read_raw(folder)
    problems += validation.check(raw) if raw is not None else []
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or raw is None:
        first, more = errors[0], len(errors)
        raise PackError(
            f"数据包 {folder} 有 {more} 个错误，第一个：{first.say('zh')}；"
            f"运行 spatialplan validate {folder} 查看全部",
            f"pack {folder} has {more} errors, the first: {first.say('en')}; "
            f"run: spatialplan validate {folder}",
        )
    return _plan(raw)


def _read_raw(folder: Path) -> tuple[RawPack | None, list[Problem]]:
    """Read the three files as plain data; None when one cannot be parsed."""
    parsed: dict[str, Any] = {}
    problems: list[Problem] = []
    for name in FILES:
        try:
            text = (folder / name).read_text(encoding="utf-8-sig")
            parsed[name] = json.loads(text) if name.endswith("json") else tomllib.loads(text)
        except FileNotFoundError:
            problems.append(
                Problem.error(
                    name, "", f"缺少文件 {folder / name}", f"missing file {folder / name}",
                    "用 spatialplan new 新建骨架对照补齐", "compare with: spatialplan new",
                )
            )  # fmt: skip
        except UnicodeDecodeError as error:
            problems.append(
                Problem.error(
                    name, "", f"不是 UTF-8 编码（第 {error.start} 字节）",
                    f"not UTF-8 (byte {error.start})",
                    "用 UTF-8 另存", "save it as UTF-8",
                )
            )  # fmt: skip
        except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
            problems.append(
                Problem.error(
                    name, "", f"语法错误：{error}", f"syntax error: {error}",
                    "按提示的行列修改", "mend it at the line and column given",
                )
            )  # fmt: skip
    if problems:
        return None, problems
    return RawPack(
        folder=folder.resolve().name,
        plan=parsed["plan.toml"],
        features=parsed["features.geojson"],
        claims=parsed["claims.toml"],
    ), []


def _plan(raw: RawPack) -> Plan:
    head = raw.plan["plan"]
    return Plan(
        id=head["id"],
        title=Text(zh=head["title"], en=head.get("title_en") or head["title"]),
        number=head.get("number", ""),
        date=str(head.get("date", "")),
        adcode=head["adcode"],
        crs=head["crs"],
        horizon=head["horizon"],
        issuer=head.get("issuer", ""),
        source=head.get("source", ""),
        bounds=_bounds(head),
        clauses=tuple(
            Clause(id=c["id"], heading=c["heading"], quote=c["quote"]) for c in raw.plan["clauses"]
        ),
        themes=tuple(
            Theme(id=t["id"], name=Text(zh=t["name"], en=t.get("name_en") or t["name"]))
            for t in raw.plan["themes"]
        ),
        features=tuple(_feature(f) for f in raw.features["features"]),
        claims=tuple(_claim(c) for c in raw.claims["claims"]),
        concepts=tuple(_concept(c) for c in raw.plan.get("concepts", ())),
    )


def _bounds(head: Mapping[str, Any]) -> tuple[float, float, float, float] | None:
    if "bounds" not in head:
        return None
    west, south, east, north = map(float, head["bounds"])
    return west, south, east, north


def _feature(raw: Mapping[str, Any]) -> Feature:
    p = raw["properties"]
    geometry = shapely.force_2d(shape(raw["geometry"])) if raw["geometry"] else None
    return Feature(
        id=p["id"],
        name=p["name"],
        name_en=p.get("name_en") or "",
        kind=Kind(p["kind"]),
        role=p.get("role") or "",
        theme=p["theme"],
        clause=p["clause"],
        status=Status(p["status"]),
        accuracy_m=None if p.get("accuracy_m") is None else float(p["accuracy_m"]),
        source=p["source"],
        parent=p.get("parent") or None,
        districts=tuple(p.get("districts") or ()),
        anchor=p.get("anchor") or None,
        note=p.get("note") or "",
        geometry=geometry,
    )


def _claim(raw: Mapping[str, Any]) -> Claim:
    return Claim(
        id=raw["id"],
        predicate=raw["predicate"],
        theme=raw["theme"],
        clause=raw["clause"],
        sentence=raw["sentence"],
        subjects=tuple(raw["subjects"]),
        objects=tuple(raw.get("objects", ())),
        params=_params(raw),
    )


def _concept(raw: Mapping[str, Any]) -> Concept:
    return Concept(
        id=raw["id"],
        family=raw["family"],
        theme=raw["theme"],
        clause=raw["clause"],
        name=Text(zh=raw["name"], en=raw.get("name_en") or raw["name"]),
        roles=MappingProxyType({role: tuple(keys) for role, keys in raw["roles"].items()}),
        params=_params(raw),
    )


def _params(raw: Mapping[str, Any]) -> Mapping[str, Parameter]:
    return MappingProxyType(
        {
            key: Parameter(
                value=float(value["value"]),
                origin=Origin(value["origin"]),
                note=value.get("note", ""),
            )
            for key, value in raw.get("params", {}).items()
        }
    )
