"""Load what a run needs, and write what it found: the steps between reading and writing files."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from spatialplan import pipeline
from spatialplan.errors import OutputError
from spatialplan.io import base, boundaries, osm_pbf
from spatialplan.model.basemap import Basemap
from spatialplan.model.network import StreetNetwork
from spatialplan.model.plan import Plan
from spatialplan.model.source import Provenance
from spatialplan.model.verdict import CheckResult
from spatialplan.network.classes import drawn_class
from spatialplan.outputs.documents import report, result_json, workbook
from spatialplan.outputs.files import ensure_folder
from spatialplan.outputs.qgis import geopackage
from spatialplan.outputs.qgis import project as qgis
from spatialplan.outputs.web import folium_map
from spatialplan.settings import Settings
from spatialplan.text import Lang

__all__ = ["Inputs", "basemap", "load_inputs", "run_check", "time_stamp", "write_outputs"]

MARGIN_M = 20_000.0  # roads are fetched this far beyond the plan's area: the detours of its edge
BASEMAP_MARGIN_M = 8_000.0
SIMPLIFY_DEG = 0.0002


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything a check looks at besides the plan; frames and boundaries in WGS-84."""

    network: StreetNetwork
    places: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    sources: tuple[Provenance, ...]


def time_stamp() -> str:
    """Return the time that outputs state; SOURCE_DATE_EPOCH fixes it for reproducible files."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC).astimezone()
    return now.strftime("%Y-%m-%d %H:%M:%S %z")


def load_inputs(plan: Plan, pbf: Path | None = None) -> Inputs:
    """Return network, places and districts: from an OSM extract when given, else embedded.

    Raises
    ------
    SourceError
        When the extract cannot be read or does not cover the plan.
    """
    districts = boundaries.read_districts(plan.adcode)
    known = base.read_sources()
    shared = (known["places"], known["roster"], known["districts"], known["water"])
    places = base.read_places()
    if pbf is None:
        network = base.read_embedded_network(plan.crs)
        return Inputs(
            network=network,
            places=places,
            districts=districts,
            sources=(*network.provenance, *shared),
        )
    area = _margin(districts, plan.crs)
    extract = osm_pbf.read_extract(pbf, area)
    network = osm_pbf.network_from_extract(extract, plan.crs, area)
    mapped = districts["name"].isin(list(extract.boundaries))
    districts = districts.assign(
        geometry=[
            extract.boundaries[name] if here else shape
            for name, here, shape in zip(districts["name"], mapped, districts.geometry, strict=True)
        ]
    )
    return Inputs(
        network=network,
        places=pd.concat([extract.places, places], ignore_index=True),
        districts=districts,
        sources=(
            extract.provenance,
            *(s for s in shared if s.id != "districts" or not mapped.all()),
        ),
    )


def _margin(districts: gpd.GeoDataFrame, crs: str) -> BaseGeometry:
    """Return the bounds of the prefecture with the margin, in WGS-84."""
    min_x, min_y, max_x, max_y = districts.to_crs(crs).total_bounds
    around = box(min_x - MARGIN_M, min_y - MARGIN_M, max_x + MARGIN_M, max_y + MARGIN_M)
    west, south, east, north = gpd.GeoSeries([around], crs=crs).to_crs("EPSG:4326").total_bounds
    return box(west, south, east, north)


def run_check(
    plan: Plan,
    inputs: Inputs,
    settings: Settings,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> CheckResult:
    """Return the verdicts of a plan on the loaded inputs."""
    shapes = dict(zip(inputs.districts["adcode"], inputs.districts.geometry, strict=True))
    for code in sorted({code for f in plan.features for code in f.districts} - set(shapes)):
        shapes[code] = boundaries.district_boundary(code)
    return pipeline.check(
        plan,
        inputs.network,
        inputs.places,
        base.read_villages(plan.adcode),
        shapes,
        inputs.sources,
        settings,
        progress,
    )


def basemap(plan: Plan, inputs: Inputs) -> Basemap:
    """Return the light basemap around the plan's districts, WGS-84."""
    around = inputs.districts.to_crs(plan.crs).union_all().buffer(BASEMAP_MARGIN_M)
    area = gpd.GeoSeries([around], crs=plan.crs).to_crs("EPSG:4326").iloc[0].simplify(0.005)
    network = inputs.network
    roads = gpd.GeoDataFrame(
        {
            "class": [drawn_class(c) for c in network.road_class],
            "ref": network.ref.astype(str),
            "name": network.name.astype(str),
        },
        geometry=network.geometry,
        crs=network.crs,
    ).to_crs("EPSG:4326")
    rails, water = base.read_base_lines("rails"), base.read_base_lines("water")
    return Basemap(
        districts=inputs.districts,
        water=_clip(water, area)[["class", "name", "geometry"]],
        roads=_merge(_clip(roads, area)),
        rails=_clip(rails, area)[["class", "geometry"]],
        places=_clip(inputs.places, area)[["name", "kind", "accuracy_m", "source", "geometry"]],
    )


def _clip(frame: gpd.GeoDataFrame, area: BaseGeometry) -> gpd.GeoDataFrame:
    shapely.prepare(area)
    return frame[shapely.intersects(area, frame.geometry.to_numpy())].reset_index(drop=True)


def _merge(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Join the pieces of equal class, ref and name into long lines, drawn once."""
    keys = ["class", "ref", "name"]
    whole = roads.dissolve(by=keys, sort=True, as_index=False)
    whole["geometry"] = shapely.line_merge(whole.geometry.to_numpy())
    parts = whole.explode(ignore_index=True)
    parts["geometry"] = parts.geometry.simplify(SIMPLIFY_DEG)
    return parts[[*keys, "geometry"]]


def write_outputs(
    result: CheckResult, ground: Basemap, folder: Path, *, stamp: str, lang: Lang = "zh"
) -> list[Path]:
    """Write every output; all of them, or none when one fails.

    Raises
    ------
    OutputError
        When the folder cannot be written to; the previous files stay.
    """
    ensure_folder(folder)
    name = result.plan.id
    aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    try:
        folium_map.write_map(result, ground, aside / f"{name}_map.html", stamp=stamp, lang=lang)
        report.write_report(result, ground, aside / f"{name}_report.html", stamp=stamp, lang=lang)
        workbook.write_workbook(result, aside / f"{name}_tables.xlsx", stamp=stamp, lang=lang)
        gpkg, project = aside / f"{name}.gpkg", aside / f"{name}.qgz"
        geopackage.write_geopackage(result, ground, gpkg, stamp=stamp, lang=lang)
        qgis.write_project(result, ground, gpkg, project, stamp=stamp, lang=lang)
        result_json.write_result(result, aside / "result.json", stamp=stamp)
        order = ("_map.html", "_report.html", "_tables.xlsx", ".gpkg", ".qgz")
        paths = [aside / f"{name}{end}" for end in order] + [aside / "result.json"]
        return [_move(path, folder) for path in paths]
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _move(path: Path, folder: Path) -> Path:
    target = folder / path.name
    try:
        # A write-ahead log left by a program that died would be replayed into the new file.
        if target.suffix == ".gpkg":
            geopackage.remove_companions(target)
        path.replace(target)
    except OSError as error:
        raise OutputError(
            f"换不了文件 {target}（{error.strerror}）；请关闭正在打开它的程序后重试",
            f"cannot replace {target} ({error.strerror}); close the program that has it open",
        ) from error
    return target
