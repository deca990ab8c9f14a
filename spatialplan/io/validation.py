"""Find every problem of a plan pack at once, each with file, id and remedy."""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyproj
import shapely
from shapely.errors import GEOSException, ShapelyError
from shapely.geometry import shape

from spatialplan.io import structure
from spatialplan.io.problems import Problem, RawPack, missing_key
from spatialplan.model.families import FAMILIES, RoleSpec
from spatialplan.model.plan import Kind, Origin, Status
from spatialplan.model.predicates import PREDICATES, ParamSpec, PredicateSpec

__all__ = ["check"]

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
QUOTE_MAX = 120
GEOGRAPHIC_NAMES = ("CRS84", "4326", "4490")


def check(raw: RawPack) -> list[Problem]:
    """Return the problems of a pack in file order; empty when it is sound.

    When the files do not have the shape of a pack, only that is told: the rest would be noise.
    """
    if problems := structure.check(raw):
        return problems
    problems = [*_check_plan(raw)]
    themes = {row["id"] for row in raw.plan["themes"]}
    clauses = {row["id"] for row in raw.plan["clauses"]}
    features, claims = raw.features["features"], raw.claims["claims"]
    known = {feature["properties"]["id"]: feature["properties"] for feature in features}
    problems += _duplicates("features.geojson", [f["properties"]["id"] for f in features])
    problems += _check_crs_member(raw.features)
    for feature in features:
        problems += _check_feature(feature, themes, clauses, known)
    problems += _duplicates("claims.toml", [claim["id"] for claim in claims])
    for claim in claims:
        problems += _check_claim(claim, themes, clauses, known)
    concepts = raw.plan.get("concepts", [])
    problems += _duplicates("plan.toml", [concept["id"] for concept in concepts])
    for concept in concepts:
        problems += _check_concept(concept, themes, clauses, known)
    return problems


def _duplicates(file: str, ids: Iterable[str]) -> list[Problem]:
    return [
        Problem.error(
            file, id, f"id 重复 {count} 次", f"id appears {count} times",
            "每个 id 只用一次", "use each id once",
        )
        for id, count in Counter(ids).items()
        if count > 1
    ]  # fmt: skip


def _unknown(file: str, id: str, key: str, value: object, known: Iterable[str]) -> Problem:
    names = sorted(known)
    near = difflib.get_close_matches(str(value), names, n=3)
    hint_zh = f"是否指 {'、'.join(near)}" if near else f"可用：{'、'.join(names[:60])}"
    hint_en = f"did you mean {', '.join(near)}" if near else f"known: {', '.join(names[:60])}"
    return Problem.error(
        file, id, f"“{key}”的值“{value}”不存在", f"{key} {value!r} does not exist", hint_zh, hint_en
    )


def _check_plan(raw: RawPack) -> Iterator[Problem]:
    file, head = "plan.toml", raw.plan["plan"]
    if head["id"] != raw.folder:
        yield Problem.error(
            file, "plan", f"id“{head['id']}”与文件夹名“{raw.folder}”不同",
            f"id {head['id']!r} differs from the folder {raw.folder!r}",
            "改成一致", "make them equal",
        )  # fmt: skip
    yield from _check_projected(file, head["crs"])
    yield from _check_bounds(file, head.get("bounds"))
    for section in ("themes", "clauses"):
        yield from _duplicates(file, [row["id"] for row in raw.plan[section]])
    for row in raw.plan["clauses"]:
        if len(row["quote"]) > QUOTE_MAX:
            yield Problem.error(
                file, row["id"], f"引文超过 {QUOTE_MAX} 字",
                f"quote longer than {QUOTE_MAX} characters",
                "只引关键的一句", "quote the decisive sentence only",
            )  # fmt: skip


def _check_bounds(file: str, bounds: Any) -> Iterator[Problem]:
    if bounds is None:
        return
    numbers = [b for b in bounds if isinstance(b, int | float) and not isinstance(b, bool)]
    if len(numbers) == len(bounds) == 4:
        west, south, east, north = numbers
        if -180 <= west < east <= 180 and -90 <= south < north <= 90:
            return
    yield Problem.error(
        file, "plan", f"bounds 应为 [西, 南, 东, 北] 经纬度，却是 {bounds!r:.60}",
        f"bounds should be [west, south, east, north], is {bounds!r:.60}",
        "按此顺序写四个数", "write four numbers in this order",
    )  # fmt: skip


def _check_projected(file: str, name: str) -> Iterator[Problem]:
    remedy = ("用米制投影，如湘潭 EPSG:4547、益阳 EPSG:4546",
              "use a projected CRS in metres such as EPSG:4547")  # fmt: skip
    try:
        crs = pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError:
        yield Problem.error(
            file, "plan", f"坐标系“{name}”无法识别", f"CRS {name!r} is unknown", *remedy
        )
        return
    if not crs.is_projected or crs.axis_info[0].unit_name != "metre":
        yield Problem.error(
            file, "plan", f"坐标系“{name}”不是以米为单位的投影坐标系",
            f"CRS {name!r} is not projected in metres", *remedy,
        )  # fmt: skip


def _check_crs_member(features: Mapping[str, Any]) -> list[Problem]:
    name = str(((features.get("crs") or {}).get("properties") or {}).get("name", ""))
    if not name or any(part in name for part in GEOGRAPHIC_NAMES):
        return []
    return [
        Problem.error(
            "features.geojson", "", f"坐标系是 {name}", f"the CRS is {name}",
            "转换为 WGS-84/CGCS2000 经纬度", "convert to longitude and latitude (WGS-84)",
        )
    ]  # fmt: skip


def _check_feature(
    feature: Mapping[str, Any],
    themes: set[str],
    clauses: set[str],
    known: Mapping[str, Mapping[str, Any]],
) -> Iterator[Problem]:
    file, p = "features.geojson", feature["properties"]
    id = p["id"]
    if not ID.fullmatch(id):
        yield Problem.error(
            file, id, "id 只能用小写字母、数字和连字符",
            "an id has lower-case letters, digits and hyphens only", "改名", "rename it",
        )  # fmt: skip
    for key, values in (("kind", list(Kind)), ("status", list(Status)),
                        ("theme", themes), ("clause", clauses)):  # fmt: skip
        if p[key] not in values:
            yield _unknown(file, id, key, p[key], map(str, values))
    for key in ("parent", "anchor"):
        if p.get(key) and p[key] not in known:
            yield _unknown(file, id, key, p[key], known)
    yield from _check_place(file, id, p, feature.get("geometry"))


def _check_place(
    file: str, id: str, p: Mapping[str, Any], geometry: Mapping[str, Any] | None
) -> Iterator[Problem]:
    unlocated = p.get("status") == Status.UNLOCATED
    if unlocated and (geometry or p.get("districts")):
        yield Problem.error(
            file, id, "状态为 unlocated 却有几何", "status is unlocated but there is a geometry",
            "改为 located/approximate 并写精度，或删除几何",
            "use located/approximate with accuracy_m, or drop the geometry",
        )  # fmt: skip
    if not unlocated and not geometry and not p.get("districts"):
        yield Problem.error(
            file, id, "没有几何，也没有 districts", "no geometry and no districts",
            "补几何，或将 status 改为 unlocated", "add one, or set status to unlocated",
        )  # fmt: skip
    if geometry and p.get("districts"):
        yield Problem.error(
            file, id, "geometry 与 districts 同时存在", "both geometry and districts are given",
            "只留一个", "keep one",
        )  # fmt: skip
    accuracy = p.get("accuracy_m")
    if not unlocated and not (isinstance(accuracy, int | float) and accuracy > 0):
        yield Problem.error(
            file, id, f"accuracy_m 应为正数，却是 {accuracy!r}",
            f"accuracy_m should be positive, is {accuracy!r}",
            "写明位置精度（米）", "state the positional accuracy in metres",
        )  # fmt: skip
    if geometry:
        yield from _check_geometry(file, id, geometry)


def _check_geometry(file: str, id: str, raw: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        geometry = shape(dict(raw))
        coords = shapely.get_coordinates(geometry)
        reason = "" if geometry.is_valid else shapely.is_valid_reason(geometry)
    except (ShapelyError, GEOSException, ValueError, TypeError, KeyError, IndexError,
            AttributeError) as error:  # fmt: skip
        reason, coords = f"{type(error).__name__}: {error}", None
    if coords is None or reason or len(coords) == 0:
        yield Problem.error(
            file, id, f"几何损坏：{reason or '空'}", f"broken geometry: {reason or 'empty'}",
            "在 QGIS 中修复几何后重新导出", "repair it in QGIS and export again",
        )  # fmt: skip
        return
    x, y = coords.T
    if not ((abs(x) <= 180).all() and (abs(y) <= 90).all()):
        yield Problem.error(
            file, id, f"坐标超出经纬度范围：({x[0]:.6g}, {y[0]:.6g})",
            f"coordinates are not degrees: ({x[0]:.6g}, {y[0]:.6g})",
            "经度在前；投影坐标请先转换为经纬度", "longitude first; convert projected coordinates",
        )  # fmt: skip


def _check_claim(
    claim: Mapping[str, Any],
    themes: set[str],
    clauses: set[str],
    known: Mapping[str, Mapping[str, Any]],
) -> Iterator[Problem]:
    file, id = "claims.toml", claim["id"]
    for key, values in (("theme", themes), ("clause", clauses)):
        if claim[key] not in values:
            yield _unknown(file, id, key, claim[key], values)
    subjects, objects = claim["subjects"], claim.get("objects", [])
    for name in [*subjects, *objects]:
        if name not in known:
            yield _unknown(file, id, "subjects/objects", name, known)
    predicate = claim["predicate"]
    if predicate not in PREDICATES:
        yield _unknown(file, id, "predicate", predicate, PREDICATES)
        return
    spec = PREDICATES[predicate]
    if (
        spec.places_subjects
        and subjects
        and all(known.get(s, {}).get("status") == Status.UNLOCATED for s in subjects)
    ):
        yield Problem.warning(
            file, id, "主体要素均未定位，只能得出“无数据”",
            "no subject is located, so the verdict can only be 'no data'",
            "在 features.geojson 补上位置", "locate them in features.geojson",
        )  # fmt: skip
    yield from _check_arity(file, id, spec, len(subjects), len(objects))
    yield from _check_params(file, id, spec.params, claim.get("params", {}))


def _check_arity(
    file: str, id: str, spec: PredicateSpec, subjects: int, objects: int
) -> Iterator[Problem]:
    for zh, en, count, least in (("主体", "subjects", subjects, spec.min_subjects),
                                 ("客体", "objects", objects, spec.min_objects)):  # fmt: skip
        if count < least:
            yield Problem.error(
                file, id, f"{zh}至少 {least} 个，现有 {count} 个",
                f"needs {least} {en}, has {count}", "补足，或改用别的谓词",
                "add them, or use another predicate",
            )  # fmt: skip
    if objects and not spec.takes_objects:
        yield Problem.error(
            file, id, f"该谓词不用客体，却有 {objects} 个", f"takes no objects, has {objects}",
            "删去 objects", "drop objects",
        )  # fmt: skip


def _check_concept(
    concept: Mapping[str, Any],
    themes: set[str],
    clauses: set[str],
    known: Mapping[str, Mapping[str, Any]],
) -> Iterator[Problem]:
    file, id = "plan.toml", concept["id"]
    for key, values in (("theme", themes), ("clause", clauses), ("family", set(FAMILIES))):
        if concept[key] not in values:
            yield _unknown(file, id, key, concept[key], values)
    if concept["family"] not in FAMILIES:
        return
    spec, roles = FAMILIES[concept["family"]], concept["roles"]
    for role, names in roles.items():
        if role not in spec.roles:
            yield _unknown(file, id, "roles", role, spec.roles)
        for name in names:
            if name not in known:
                yield _unknown(file, id, f"roles.{role}", name, known)
    for role, wanted in spec.roles.items():
        yield from _check_role(file, id, role, wanted, len(roles.get(role, ())))
    yield from _check_params(file, id, spec.params, concept.get("params", {}))


def _check_role(file: str, id: str, role: str, wanted: RoleSpec, count: int) -> Iterator[Problem]:
    if count < wanted.least or (wanted.most is not None and count > wanted.most):
        most = "" if wanted.most is None else f"–{wanted.most}"
        yield Problem.error(
            file, id,
            f"角色“{role}”（{wanted.meaning.zh}）应有 {wanted.least}{most} 个，现有 {count} 个",
            f"role {role!r} takes {wanted.least}{most} features, has {count}",
            "补足或删去", "add or drop some",
        )  # fmt: skip


def _check_params(
    file: str, id: str, spec: Mapping[str, ParamSpec], params: Mapping[str, Any]
) -> Iterator[Problem]:
    for name, value in params.items():
        if name not in spec:
            yield _unknown(file, id, "params", name, spec)
            continue
        number = value.get("value") if isinstance(value, dict) else None
        origin = value.get("origin") if isinstance(value, dict) else None
        is_number = isinstance(number, int | float) and not isinstance(number, bool)
        if not is_number or not (math.isfinite(float(number or 0)) and float(number or 0) >= 0):
            yield Problem.error(
                file, id, f"参数“{name}”不是非负数值", f"parameter {name!r} is no number from 0",
                '写成 { value = 数字, origin = "plan" 或 "assumed" }',
                'write { value = number, origin = "plan" or "assumed" }',
            )  # fmt: skip
        if origin not in list(Origin):
            yield _unknown(file, id, f"params.{name}.origin", origin, map(str, Origin))
    for name, param in spec.items():
        if param.default is None and not param.optional and name not in params:
            yield missing_key(file, id, f"params.{name}")
