"""A GeoPackage of a pack's features as a run writes it, and edits of it as a GIS makes them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from spatialplan.io import boundaries
from spatialplan.io.plans import read_plan
from spatialplan.model.plan import Feature, Plan

DIMENSIONS = {"point": 0, "line": 1, "area": 2}
MULTI = {"point": shapely.MultiPoint, "line": shapely.MultiLineString, "area": shapely.MultiPolygon}
KINDS = {"point": "Point", "line": "MultiLineString", "area": "MultiPolygon"}


def shape_of(feature: Feature) -> shapely.Geometry | None:
    if feature.districts:
        return shapely.union_all([boundaries.district_boundary(c) for c in feature.districts])
    return feature.geometry


def rows_of(plan: Plan) -> gpd.GeoDataFrame:
    themes = {theme.id: theme.name.zh for theme in plan.themes}
    names = {feature.id: feature.name for feature in plan.features}
    rows = [
        {"id": f.id, "name": f.name, "kind": str(f.kind), "role": f.role, "theme": f.theme,
         "theme_name": themes[f.theme], "clause": f.clause,
         "heading": plan.clause(f.clause).heading, "quote": plan.clause(f.clause).quote,
         "status": str(f.status), "accuracy_m": f.accuracy_m, "source": f.source,
         "parent": f.parent or "", "parent_name": names.get(f.parent or "", ""), "note": f.note,
         "evidence": "", "match_score": None}
        for f in plan.features
    ]  # fmt: skip
    frame = pd.DataFrame(rows).astype({"accuracy_m": float, "match_score": float})
    return gpd.GeoDataFrame(frame, geometry=[shape_of(f) for f in plan.features], crs=4326)


def write_package(folder: Path, path: Path, crs: str = "EPSG:4490", *, split: bool = True) -> Path:
    """Write the feature tables of a pack, one for each theme and shape, or one for each shape."""
    frame = rows_of(read_plan(folder))
    drawn = frame[frame.geometry.notna()]
    for shape, dimension in DIMENSIONS.items():
        shapes = [
            [p for p in shapely.get_parts(g) if shapely.get_dimensions(p) == dimension]
            for g in drawn.geometry
        ]
        part = drawn[[bool(parts) for parts in shapes]]
        found = [parts for parts in shapes if parts]
        many = shape == "point" and any(len(parts) > 1 for parts in found)
        gathered = [
            parts[0] if shape == "point" and not many else MULTI[shape](parts) for parts in found
        ]
        part = part.set_geometry(gpd.GeoSeries(gathered, index=part.index, crs=4326)).to_crs(crs)
        groups = part.groupby("theme", sort=False) if split else [("", part)]
        for theme, rows in groups:
            name = f"features_{theme.replace('-', '_')}_{shape}" if theme else f"features_{shape}"
            pyogrio.write_dataframe(
                rows, path, layer=name, driver="GPKG",
                geometry_type="MultiPoint" if many else KINDS[shape],
                dataset_options={"VERSION": "1.3"},
            )  # fmt: skip
    plain = pd.DataFrame(frame.drop(columns="geometry"))
    pyogrio.write_dataframe(plain, path, layer="features_all", driver="GPKG")
    villages = gpd.GeoDataFrame(
        {"name": ["甲村"]}, geometry=gpd.points_from_xy([112.9], [27.8]), crs=4490
    )
    pyogrio.write_dataframe(villages, path, layer="villages", driver="GPKG")
    with closing(sqlite3.connect(path)) as base:
        base.execute("UPDATE gpkg_contents SET last_change = '2026-06-01T00:00:00.000Z'")
        base.commit()
    return path


def tables(path: Path, ending: str = "") -> list[str]:
    names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    return [n for n in names if n.startswith("features_") and n.endswith(ending)]


def holds(path: Path, table: str, id: str) -> bool:
    with closing(sqlite3.connect(path)) as base:
        found = base.execute(f'SELECT count(*) FROM "{table}" WHERE id = ?', (id,))
        return bool(found.fetchone()[0])


def table_of(path: Path, id: str) -> str:
    """Return the spatial table that holds a feature."""
    return next(n for n in tables(path) if n != "features_all" and holds(path, n, id))


def rewrite(path: Path, table: str, frame: gpd.GeoDataFrame) -> None:
    """Put a changed table in the place of the old one."""
    kind = pyogrio.read_info(path, layer=table)["geometry_type"]
    extra = {"geometry_type": kind} if kind else {}
    pyogrio.write_dataframe(frame, path, layer=table, driver="GPKG", **extra)


def edit(path: Path, feature: str, geometry=None, table: str | None = None, **values) -> None:
    """Change a feature's row: its geometry (degrees) or cells."""
    name = table or table_of(path, feature)
    frame = pyogrio.read_dataframe(path, layer=name)
    row = frame.index[frame["id"] == feature][0]
    for column, value in values.items():
        frame.loc[row, column] = value
    if geometry is not None:
        shapes = list(frame.geometry)
        moved = gpd.GeoSeries([geometry], crs=4326).to_crs(frame.crs)[0]
        shapes[row] = moved
        frame = frame.set_geometry(gpd.GeoSeries(shapes, crs=frame.crs))
    rewrite(path, name, frame)


def add(path: Path, table: str, geometry, **values) -> None:
    """Append a row, with a geometry (degrees) or None."""
    frame = pyogrio.read_dataframe(path, layer=table)
    rows = pd.DataFrame([values], columns=[c for c in frame.columns if c != "geometry"])
    if "geometry" in frame.columns:
        shape = (
            None if geometry is None else gpd.GeoSeries([geometry], crs=4326).to_crs(frame.crs)[0]
        )
        merged = pd.concat(
            [pd.DataFrame(frame.drop(columns="geometry")).astype(object), rows.astype(object)],
            ignore_index=True,
        )
        frame = gpd.GeoDataFrame(merged, geometry=[*frame.geometry, shape], crs=frame.crs)
    else:
        frame = pd.concat([frame.astype(object), rows.astype(object)], ignore_index=True)
    if "accuracy_m" in frame:
        frame["accuracy_m"] = frame["accuracy_m"].astype(float)
    rewrite(path, table, frame)


def delete(path: Path, id: str, only: Sequence[str] | None = None) -> None:
    """Delete a feature's rows from all tables, or from some."""
    for name in only or tables(path):
        if holds(path, name, id):
            frame = pyogrio.read_dataframe(path, layer=name)
            rewrite(path, name, frame[frame["id"] != id])
