"""Turn a `CheckResult` and the basemap into the layers that every output draws or writes.

Web map, GeoPackage and QGIS project all start from `build_layers`, so they show the same things
under the same names. Geometry is WGS-84. `draw_recipe` does the same for any frames.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.model.evidence import Evidence
from spatialplan.model.verdict import Verdict
from spatialplan.outputs.profile_frames import sketches_frame
from spatialplan.outputs.style import LayerSpec, Recipe, read_style
from spatialplan.text import Lang, Text

__all__ = [
    "PAGE_ISSUES",
    "WGS84",
    "Layer",
    "build_layers",
    "claims_frame",
    "draw_recipe",
    "features_frame",
    "issues_frame",
    "marks_frame",
    "villages_frame",
]

WGS84 = "EPSG:4326"
# A full extract holds thousands of road doubts: a page shows those to mend first.
PAGE_ISSUES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One drawable layer: a frame with geometry, and how the recipe names and places it.

    `source` names the frame: of the basemap ``districts``, ``water``, ``roads``, ``rails`` or
    ``places``, of a plan check ``network_issues``, ``villages``, ``features``, ``sketches`` or
    ``verdicts``; `value` is the theme id, state, concept or other value that a split layer stands
    for.
    """

    id: str
    source: str
    value: str
    group: Text
    label: Text
    frame: gpd.GeoDataFrame
    visible: bool
    labels: bool


def _evidence_row(found: Evidence | None, lang: Lang) -> dict[str, object]:
    """Return what the map says of a feature, empty where it was not asked."""
    return {
        "evidence": str(found.state) if found else "",
        "osm_id": found.osm_id if found else "",
        "osm_name": found.osm_name if found else "",
        "match_score": found.score if found else None,
        "match_distance_m": found.distance_m if found else None,
        "evidence_cause": found.cause.say(lang) if found else "",
    }


def features_frame(result: CheckResult, lang: Lang = "zh") -> gpd.GeoDataFrame:
    """Return all features, located or not, one row each, in the plan's order.

    The columns from ``evidence`` on say what the map knows of each; without evidence they are
    empty.
    """
    plan = result.plan
    themes = {theme.id: theme.name.say(lang) for theme in plan.themes}
    clauses = {clause.id: clause for clause in plan.clauses}
    names = {feature.id: feature.name for feature in result.features}
    evidence = {found.feature: found for found in result.evidence}
    rows: list[dict[str, object]] = [
        {
            "id": f.id,
            "name": f.name,
            "kind": str(f.kind),
            "role": f.role,
            "theme": f.theme,
            "theme_name": themes[f.theme],
            "clause": f.clause,
            "heading": clauses[f.clause].heading,
            "quote": clauses[f.clause].quote,
            "status": str(f.status),
            "accuracy_m": f.accuracy_m,
            "source": f.source,
            "parent": f.parent or "",
            "parent_name": names.get(f.parent or "", ""),
            "note": f.note,
            **_evidence_row(evidence.get(f.id), lang),
        }
        for f in result.features
    ]
    frame = pd.DataFrame(rows)
    for column in ("accuracy_m", "match_score", "match_distance_m"):
        frame[column] = frame[column].astype(float)
    return gpd.GeoDataFrame(frame, geometry=[f.geometry for f in result.features], crs=WGS84)


def _claim_row(result: CheckResult, verdict: Verdict, lang: Lang) -> dict[str, object]:
    claim = result.claim(verdict.claim_id)
    themes = {theme.id: theme.name.say(lang) for theme in result.plan.themes}
    measure = verdict.measure
    return {
        "claim": claim.id,
        "sentence": claim.sentence,
        "theme": claim.theme,
        "theme_name": themes[claim.theme],
        "clause": claim.clause,
        "quote": result.plan.clause(claim.clause).quote,
        "predicate": claim.predicate,
        "state": str(verdict.state),
        "value": measure.value,
        "unit": measure.unit,
        "threshold": measure.threshold,
        "origin": str(measure.origin) if measure.origin else "",
        "cause": verdict.cause.say(lang),
        "would_change": verdict.would_change.say(lang),
        "confidence": str(verdict.confidence),
        "estimated": verdict.estimated,
        "subjects": "；".join(result.plan.feature(s).name for s in claim.subjects),
        "objects": "；".join(result.plan.feature(o).name for o in claim.objects),
        "evidence": "；".join(verdict.evidence),
    }


def claims_frame(result: CheckResult, lang: Lang = "zh") -> pd.DataFrame:
    """Return one row per claim with its verdict, in the plan's order."""
    frame = pd.DataFrame([_claim_row(result, verdict, lang) for verdict in result.verdicts])
    for column in ("value", "threshold"):
        frame[column] = frame[column].astype(float)
    return frame


def marks_frame(result: CheckResult, lang: Lang = "zh") -> gpd.GeoDataFrame:
    """Return the drawable evidence of all verdicts: claim columns plus ``role`` and ``label``."""
    rows, shapes = [], []
    for verdict in result.verdicts:
        row = _claim_row(result, verdict, lang)
        for mark in verdict.all_marks():
            rows.append({**row, "role": mark.role, "label": mark.label.say(lang)})
            shapes.append(mark.geometry)
    columns = [*_claim_row(result, result.verdicts[0], lang), "role", "label"]
    frame = pd.DataFrame(rows, columns=columns)
    for column in ("value", "threshold"):
        frame[column] = frame[column].astype(float)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84)


def villages_frame(result: CheckResult, lang: Lang = "zh") -> gpd.GeoDataFrame:
    """Return every village of the roster with its state; geometry is None without coordinates."""
    rows = [
        {
            "code": v.code,
            "name": v.name,
            "township": v.township,
            "district": v.district,
            "state": str(v.state),
            "time_min": v.time_min,
            "accuracy_m": v.accuracy_m,
            "source": v.source,
            "cause": v.cause.say(lang),
            "lon": v.lon,
            "lat": v.lat,
        }
        for v in result.villages
    ]
    columns = ["code", "name", "township", "district", "state", "time_min", "accuracy_m",
               "source", "cause", "lon", "lat"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    for column in ("time_min", "accuracy_m", "lon", "lat"):
        frame[column] = frame[column].astype(float)
    points = gpd.points_from_xy(frame["lon"], frame["lat"], crs=WGS84)
    shapes = gpd.GeoSeries(points, index=frame.index).where(frame["lon"].notna(), None)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84)


def issues_frame(result: CheckResult, lang: Lang = "zh") -> gpd.GeoDataFrame:
    """Return every doubt about the mapped roads, the first to mend first; ``value`` is in km."""
    kinds = read_style().issues
    issues = sorted(result.network_issues, key=lambda issue: issue.rank)
    rows = [
        {
            "rank": issue.rank,
            "kind": issue.kind,
            "kind_label": kinds[issue.kind].label.say(lang),
            "message": issue.message.say(lang),
            "value": issue.value,
            "villages": issue.villages,
        }
        for issue in issues
    ]
    columns = ["rank", "kind", "kind_label", "message", "value", "villages"]
    types = {"rank": "int64", "value": "float64", "villages": "int64"}
    frame = pd.DataFrame(rows, columns=columns).astype(types)
    return gpd.GeoDataFrame(frame, geometry=[issue.geometry for issue in issues], crs=WGS84)


def build_layers(
    result: CheckResult, basemap: Basemap, recipe: Recipe, lang: Lang = "zh"
) -> list[Layer]:
    """Return the recipe's layers that have something to draw, from the bottom to the top."""
    frames = {
        "network_issues": issues_frame(result, lang),
        "villages": villages_frame(result, lang),
        "features": features_frame(result, lang),
        "sketches": sketches_frame(result, lang),
        "verdicts": marks_frame(result, lang),
    }
    states = read_style().village_states
    labels = {
        "theme": {theme.id: theme.name for theme in result.plan.themes},
        "state": {state: symbol.label for state, symbol in states.items()},
        "concept": {concept.id: concept.name for concept in result.plan.concepts},
    }
    return draw_recipe(recipe, basemap, frames, labels)


def draw_recipe(
    recipe: Recipe,
    basemap: Basemap,
    frames: Mapping[str, gpd.GeoDataFrame],
    labels: Mapping[str, Mapping[str, Text]],
) -> list[Layer]:
    """Return the recipe's layers that have something to draw, from the bottom to the top.

    `frames` are by source, those of the basemap aside; `labels` name the values of the columns
    that layers are split by.
    """
    known = {
        "districts": basemap.districts,
        "water": basemap.water,
        "roads": basemap.roads,
        "rails": basemap.rails,
        "places": basemap.places,
        **frames,
    }
    layers: list[Layer] = []
    for spec in recipe.layers:
        frame = known[spec.source]
        shapes = frame.geometry.to_numpy()
        drawn = frame[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
        layers.extend(_split(spec, drawn, labels.get(spec.by, {})))
    return layers


def _split(spec: LayerSpec, frame: gpd.GeoDataFrame, labels: Mapping[str, Text]) -> Iterator[Layer]:
    if frame.empty:
        return
    parts = [("", frame)] if not spec.by else list(frame.groupby(spec.by, sort=False))
    for value, part in parts:
        key = str(value)
        yield Layer(
            id=f"{spec.id}-{key}" if key else spec.id,
            source=spec.source,
            value=key,
            group=spec.group,
            label=labels.get(key, spec.label),
            frame=part.reset_index(drop=True),
            visible=spec.visible,
            labels=spec.labels,
        )
