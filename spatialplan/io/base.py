"""The embedded base data of ``layers/base/``: network, places, village roster, water, rail."""

from __future__ import annotations

import csv
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import shape

from spatialplan import resources
from spatialplan.model.network import SpeedTable, StreetNetwork
from spatialplan.model.osm import Mode
from spatialplan.model.source import Provenance
from spatialplan.model.village import Village
from spatialplan.network.build import network_from_lines
from spatialplan.text import Text

__all__ = [
    "read_base_lines",
    "read_embedded_network",
    "read_places",
    "read_sources",
    "read_speeds",
    "read_villages",
]

WGS84 = "EPSG:4326"


def _base(name: str) -> Path:
    return resources.layers_dir() / "base" / name


@cache
def read_sources() -> dict[str, Provenance]:
    """Return the provenance of every embedded source by id."""
    with _base("sources.toml").open("rb") as file:
        raw = tomllib.load(file)
    return {
        key: Provenance(
            id=key,
            title=Text(zh=value["title"], en=value["title_en"]),
            date=value["date"],
            licence=value["licence"],
            attribution=value["attribution"],
            accuracy=Text(zh=value["accuracy"], en=value["accuracy_en"]),
        )
        for key, value in raw.items()
    }


def read_speeds(mode: Mode = Mode.DRIVE) -> SpeedTable:
    """Return the visible table of assumed speeds of a mode."""
    with _base("speeds.toml").open("rb") as file:
        raw = tomllib.load(file)
    kmh = {key: float(value) for key, value in raw["kmh"].items()}
    if mode is Mode.DRIVE:
        return SpeedTable(kmh=kmh, access_kmh=float(raw["access_kmh"]), source=raw["source"])
    own = raw[mode.value]
    if mode is Mode.TRUCK:
        speeds = {key: value * float(own["factor"]) for key, value in kmh.items()}
        access_kmh = float(raw["access_kmh"]) * float(own["factor"])
    else:
        speeds = dict.fromkeys([*kmh, *own["classes"]], float(own["kmh"]))
        access_kmh = float(own["access_kmh"])
    speeds["ferry"] = kmh["ferry"]
    return SpeedTable(kmh=speeds, access_kmh=access_kmh, source=own["source"])


def read_base_lines(name: str) -> gpd.GeoDataFrame:
    """Return ``roads``, ``rails``, ``water`` or ``extent`` in WGS-84; absent texts are empty."""
    raw: dict[str, Any] = json.loads(_base(f"{name}.geojson").read_text(encoding="utf-8"))
    table = pd.DataFrame([feature["properties"] for feature in raw["features"]])
    for column in ("name", "ref"):
        table[column] = table[column].fillna("") if column in table else ""
    geometry = [shape(feature["geometry"]) for feature in raw["features"]]
    return gpd.GeoDataFrame(table, geometry=geometry, crs=WGS84)


def read_embedded_network(crs: str) -> StreetNetwork:
    """Return the embedded OSM snapshot as a routable network in `crs`."""
    roads = read_base_lines("roads")
    extent = read_base_lines("extent").to_crs(crs).geometry.iloc[0]
    sources = read_sources()
    # Ends that coincide in the file must coincide after projection: both come from equal numbers.
    return network_from_lines(
        roads.to_crs(crs).geometry.to_numpy(),
        road_class=roads["class"].tolist(),
        name=roads["name"].tolist(),
        ref=roads["ref"].tolist(),
        accuracy_m=roads["accuracy_m"].to_numpy(dtype=float),
        crs=crs,
        extent=shapely.make_valid(extent),
        speeds=read_speeds(),
        provenance=tuple(sources[key] for key in ("osm", "osm-national", "osm-coarse")),
    )


def read_places() -> gpd.GeoDataFrame:
    """Return township seats, stations and populated places in WGS-84, source per row."""
    table = pd.read_csv(_base("places.csv"), dtype={"code": str}, keep_default_na=False)
    table["accuracy_m"] = table["accuracy_m"].astype(float)
    points = gpd.points_from_xy(table["lon"].astype(float), table["lat"].astype(float))
    return gpd.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=points, crs=WGS84)


def read_villages(adcode: str) -> list[Village]:
    """Return the village roster of a prefecture by its administrative code, in code order."""
    prefix = adcode[:4]
    with _base("villages.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["code"].startswith(prefix)]
    return [
        Village(
            code=row["code"],
            name=row["name"],
            township=row["township"],
            district=row["district"],
            district_code=row["district_code"],
            lon=float(row["lon"]) if row["lon"] else None,
            lat=float(row["lat"]) if row["lat"] else None,
            accuracy_m=float(row["accuracy_m"]) if row["accuracy_m"] else None,
            source=row["source"],
        )
        for row in rows
    ]
