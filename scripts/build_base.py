"""Rebuild the embedded base data in ``layers/base/`` from the raw files, byte for byte.

Usage: python scripts/build_base.py RAW_DATA_FOLDER [OUT_FOLDER]

The raw folder holds ``roads/``, ``places/``, ``water/`` and ``rosters/`` as described in
``layers/base/README.md``.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import box, mapping

from spatialplan.network.noding import node_lines

CRS = "EPSG:4547"
WINDOW = box(112.79, 27.65, 113.14, 28.04)  # extent of the urban road file
PREFECTURES = box(110.6, 27.0, 113.3, 29.6)
MOTORWAYS = {"G0421", "G4", "G60", "changtan_west"}
GRID_M = 70.0  # one grid unit of the generalised urban file, about 65 m
HELD_M = 120.0  # a highway this near an urban line is the same road
COARSE_M = 150.0  # vertices rounded to 0.001 degree; chords of the highways 30 m
JUMP_KM = 6.0
BESIDE_M = 500.0


def urban_roads(raw: Path) -> gpd.GeoDataFrame:
    """Return the urban roads with motorways told from trunk roads by their judged names."""
    roads = gpd.read_file(raw / "roads/xiangtan_osm_major_roads.geojson")
    judged = gpd.read_file(raw / "roads/xiangtan_ring_expressway_candidates.geojson")
    motorway_runs = set(judged.loc[judged["section"].isin(MOTORWAYS), "run"])
    express = roads["class"] == "express"
    motorway = express & roads["run"].isin(motorway_runs)
    road_class = roads["class"].mask(express, "trunk").mask(motorway, "motorway")
    return gpd.GeoDataFrame(
        {"class": road_class, "ref": "", "name": "", "source": "osm-urban", "accuracy_m": 40.0},
        geometry=roads.geometry,
        crs=roads.crs,
    )


def national_roads(raw: Path, urban: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the runs of the national highways that the urban roads do not hold already.

    Inside the urban window they fill gaps of the generalised file, which dropped short runs.
    """
    rows = []
    for ref in ("G107", "G319", "G320"):
        table = pd.read_csv(raw / f"roads/{ref}.csv")
        rows += [
            (ref, shapely.LineString(run.sort_values("seq")[["lon", "lat"]].to_numpy()))
            for _, run in table.groupby("run")
            if len(run) > 1
        ]
    frame = gpd.GeoDataFrame(
        {"class": "national", "ref": [ref for ref, _ in rows], "name": ""},
        geometry=[line for _, line in rows],
        crs="EPSG:4326",
    )
    held = urban.to_crs(CRS).buffer(HELD_M, cap_style="flat").union_all()
    frame["geometry"] = frame.geometry.intersection(PREFECTURES)
    frame["geometry"] = frame.to_crs(CRS).geometry.difference(held).to_crs("EPSG:4326")
    frame = frame.explode(ignore_index=True)
    frame = frame[frame.geom_type.eq("LineString") & ~frame.is_empty]
    frame = frame[frame.to_crs(CRS).length > HELD_M / 2].reset_index(drop=True)
    return frame.assign(source="osm-national", accuracy_m=50.0)


def coarse_roads(raw: Path) -> gpd.GeoDataFrame:
    """Return the coarse edges outside the urban window, straight-line jumps dropped."""
    frame = gpd.read_file(raw / "roads/osm_coarse_edges.geojson")
    inside = shapely.covered_by(frame.geometry.to_numpy(), WINDOW)
    frame = frame[(frame["len_km"] <= JUMP_KM) & ~inside]
    frame = frame[frame.geometry.intersects(PREFECTURES)]
    frame = frame[~frame.geometry.normalize().duplicated()]
    return gpd.GeoDataFrame(
        {"class": "unknown", "ref": "", "name": "", "source": "osm-coarse", "accuracy_m": 100.0},
        geometry=frame.geometry.to_numpy(),
        crs="EPSG:4326",
        index=range(len(frame)),
    )


def noded_roads(raw: Path) -> gpd.GeoDataFrame:
    """Return all roads noded into one network, in WGS-84."""
    urban = urban_roads(raw)
    frame = pd.concat([urban, national_roads(raw, urban), coarse_roads(raw)])
    frame = frame.reset_index(drop=True).to_crs(CRS)
    level = np.full(len(frame), "street", dtype=object)
    level[frame["class"] == "motorway"] = "motorway"
    level[frame["class"] == "links"] = "link"
    tolerance = np.where(frame["source"] == "osm-urban", GRID_M, COARSE_M)
    noded = node_lines(frame.geometry.to_numpy(), level, tolerance)
    pieces = frame.drop(columns="geometry").iloc[noded.origin].reset_index(drop=True)
    return gpd.GeoDataFrame(pieces, geometry=noded.geometry, crs=CRS).to_crs("EPSG:4326")


def rails(raw: Path) -> gpd.GeoDataFrame:
    """Return the railways: the urban file, and the coarse one outside its window."""
    urban = gpd.read_file(raw / "roads/xiangtan_osm_railways.geojson")[["geometry"]]
    coarse = gpd.read_file(raw / "roads/osm_coarse_rail.geojson")
    coarse = coarse[coarse["len_km"] <= 2 * JUMP_KM][["geometry"]]
    coarse = coarse[~coarse.geometry.normalize().duplicated()]
    coarse["geometry"] = coarse.geometry.intersection(PREFECTURES).difference(WINDOW)
    frame = pd.concat([urban.assign(accuracy_m=40.0), coarse.assign(accuracy_m=100.0)])
    frame = frame[~frame.is_empty].explode(ignore_index=True)
    return frame.assign(**{"class": "rail", "source": "osm"})


def water(raw: Path) -> gpd.GeoDataFrame:
    """Return rivers and lakes: OSM in the urban window, Natural Earth lakes and WDBII beyond."""
    urban = gpd.read_file(raw / "roads/xiangtan_osm_water.geojson")
    urban["class"] = np.where(urban.geom_type.str.contains("Polygon"), "lake", "river")
    urban["geometry"] = urban.geometry.make_valid()
    lakes = gpd.read_file(raw / "water/ne_10m_lakes_bbox.geojson")[["geometry"]]
    rivers = gpd.read_file(raw / "water/wdbii_rivers_bbox.geojson")[["geometry"]]
    parts = [urban.assign(source="osm", accuracy_m=40.0)]
    for frame, kind, source, accuracy in (
        (lakes, "lake", "natural-earth", 1000.0),
        (rivers, "river", "wdbii", 2000.0),
    ):
        frame["geometry"] = frame.geometry.make_valid().intersection(PREFECTURES)
        frame["geometry"] = frame.geometry.difference(WINDOW)
        frame["geometry"] = frame.geometry.simplify(0.002)
        parts.append(frame.assign(source=source, accuracy_m=accuracy, **{"class": kind}))
    merged = pd.concat(parts)
    is_area = merged["class"] == "lake"
    # Rounded as it will be written, so that what is valid here is valid in the file.
    rounded = shapely.set_precision(merged.geometry.to_numpy(), 1e-4)
    merged["geometry"] = np.where(is_area, rounded, merged.geometry.to_numpy())
    # Making valid may leave collections of multipolygons and stray lines: areas keep their areas.
    merged = merged.explode(ignore_index=True).explode(ignore_index=True)
    wanted = np.where(merged["class"] == "lake", "Polygon", "LineString")
    merged = merged[~merged.is_empty & (merged.geom_type == wanted)]
    return merged.assign(name="").reset_index(drop=True)


def places(raw: Path) -> list[dict[str, Any]]:
    """Return located townships, stations and populated places with their sources."""
    seats = pd.read_csv(raw / "places/township_seats_merged.csv", dtype={"code": str})
    seats = seats[seats["lon"].notna()]
    rows = [
        place(r["code"], r["name"], "", "township", r, r["accuracy_m"], r["source"])
        for r in seats.to_dict("records")
    ]
    stations = pd.read_csv(raw / "places/stations_bbox.csv")
    rows += [
        place("", r["name"], "", "station", r, 50, "OpenStreetMap (ODbL) " + r["source_date"])
        for r in stations.to_dict("records")
    ]
    cities = pd.read_csv(raw / "places/geonames_cities500_bbox.csv")
    cities = cities[cities["prefecture"].isin(["湘潭市", "益阳市"])].fillna("")
    cities = cities[~cities["name"].isin(seats["name"])]  # the same places, once
    rows += [
        place("", r["name"], r["name_alt"], "town", r, 1500, "GeoNames (CC BY 4.0)")
        for r in cities.to_dict("records")
    ]
    return rows


def place(
    code: str, name: str, alt: str, kind: str, at: dict[str, Any], accuracy: float, source: str
) -> dict[str, Any]:
    """Return one row of the places table."""
    lon, lat = f"{at['lon']:.5f}", f"{at['lat']:.5f}"
    return {
        "code": code, "name": name, "name_alt": alt, "kind": kind, "lon": lon, "lat": lat,
        "accuracy_m": int(accuracy), "source": source,
    }  # fmt: skip


def villages(raw: Path) -> list[dict[str, Any]]:
    """Return the full village rosters of both prefectures, coordinates where a name matched."""
    located = pd.read_csv(raw / "places/village_points_by_name_match.csv", dtype=str)
    points = located.set_index("village_code")[["lon", "lat", "source"]].to_dict("index")
    rows = []
    for prefecture in ("4303", "4309"):
        for r in pd.read_csv(raw / f"rosters/villages_{prefecture}.csv", dtype=str).to_dict(
            "records"
        ):
            at = points.get(r["code"])
            rows.append(
                {
                    **r,
                    "lon": f"{float(at['lon']):.5f}" if at else "",
                    "lat": f"{float(at['lat']):.5f}" if at else "",
                    "accuracy_m": 2000 if at else "",
                    "source": at["source"] if at else "",
                }
            )
    return rows


def extent(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return where roads are mapped: the urban window, and close to every road beyond it.

    Beyond the window the source holds a few roads only, so a place that is not near one of them
    has no data rather than no road.
    """
    beyond = roads[roads["source"] != "osm-urban"].to_crs(CRS)
    around = gpd.GeoSeries([beyond.buffer(BESIDE_M, 2).union_all().simplify(50)], crs=CRS)
    area = around.to_crs("EPSG:4326").iloc[0].union(WINDOW)
    return gpd.GeoDataFrame({"name": ["extent"]}, geometry=[area], crs="EPSG:4326")


def write_geojson(frame: gpd.GeoDataFrame, path: Path, attribution: str, digits: int) -> None:
    """Write one feature per line, coordinates rounded, in the frame's order."""
    columns = [c for c in frame.columns if c != "geometry"]
    records = frame[columns].to_dict("records")
    lines = [
        json.dumps(
            {"type": "Feature", "properties": tidy(p), "geometry": rounded(g, digits)},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for p, g in zip(records, frame.geometry, strict=True)
    ]
    head = json.dumps({"attribution": attribution}, ensure_ascii=False)[1:-1]
    text = '{"type":"FeatureCollection",' + head + ',"features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def tidy(properties: dict[str, Any]) -> dict[str, Any]:
    """Drop empty texts; whole numbers as integers."""
    kept = {k: v for k, v in properties.items() if v != ""}
    return {k: int(v) if isinstance(v, float) and v.is_integer() else v for k, v in kept.items()}


def rounded(geometry: shapely.Geometry, digits: int) -> dict[str, Any]:
    """Return the GeoJSON geometry with rounded coordinates."""

    def walk(value: Any) -> Any:
        if isinstance(value, float):
            return round(value, digits)
        return [walk(v) for v in value]

    shape = mapping(geometry)
    return {"type": shape["type"], "coordinates": walk(shape["coordinates"])}


def write_csv(rows: Iterable[dict[str, Any]], path: Path) -> None:
    """Write rows as UTF-8 CSV with line feeds."""
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(raw: Path, out: Path) -> None:
    """Write every file of the base folder."""
    out.mkdir(parents=True, exist_ok=True)
    osm = "© OpenStreetMap contributors, ODbL 1.0"
    roads = noded_roads(raw)
    write_geojson(roads, out / "roads.geojson", osm, 5)
    write_geojson(extent(roads), out / "extent.geojson", osm, 4)
    write_geojson(rails(raw), out / "rails.geojson", osm, 5)
    write_geojson(water(raw), out / "water.geojson", f"{osm}; Natural Earth; WDBII", 4)
    write_csv(places(raw), out / "places.csv")
    write_csv(villages(raw), out / "villages.csv")


if __name__ == "__main__":
    default = Path(__file__).resolve().parent.parent / "layers" / "base"
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else default)
