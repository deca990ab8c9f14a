"""The tables of the GeoPackage: one per source and shape, and the plain ones beside them.

The QGIS project draws the same tables, so their names are decided here once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.model.source import Provenance
from spatialplan.outputs import layers, profile_frames
from spatialplan.text import Lang, Text

__all__ = [
    "BASEMAP",
    "CRS",
    "TABLES",
    "Shape",
    "SpatialTable",
    "Tables",
    "basemap_frames",
    "notes_table",
    "plain_tables",
    "shaped_tables",
    "sources_table",
    "spatial_tables",
    "split_shapes",
]

CRS = "EPSG:4490"

Shape = Literal["point", "line", "area"]
Tables = Mapping[str, Mapping[Shape, str]]
Geometries = NDArray[np.object_]

BASEMAP: Tables = MappingProxyType(
    {
        "districts": {"area": "districts"},
        "water": {"area": "water_area", "line": "water_line"},
        "rails": {"line": "rails"},
        "roads": {"line": "roads"},
        "places": {"point": "places"},
    }
)
TABLES: Tables = MappingProxyType(
    {
        **BASEMAP,
        "network_issues": {"line": "network_issues_line", "point": "network_issues_point"},
        "villages": {"point": "villages"},
        "features": {"area": "features_area", "line": "features_line", "point": "features_point"},
        "sketches": {
            "area": "concept_marks_area",
            "line": "concept_marks_line",
            "point": "concept_marks_point",
        },
        "verdicts": {
            "area": "verdict_marks_area",
            "line": "verdict_marks_line",
            "point": "verdict_marks_point",
        },
    }
)
_DIMENSIONS: Mapping[Shape, int] = MappingProxyType({"point": 0, "line": 1, "area": 2})


@dataclass(frozen=True, slots=True, kw_only=True)
class SpatialTable:
    """A table with geometry: where its rows come from and what shape they have."""

    name: str
    source: str
    shape: Shape
    frame: gpd.GeoDataFrame


def _gather(parts: Geometries, owner: NDArray[np.intp], shape: Shape) -> Geometries:
    single = shape == "point" and len(np.unique(owner)) == len(owner)
    if single:
        return parts
    makers: dict[Shape, Any] = {  # the three functions have no common typed signature
        "point": shapely.multipoints,
        "line": shapely.multilinestrings,
        "area": shapely.multipolygons,
    }
    position = np.unique(owner, return_inverse=True)[1]
    gathered: Geometries = makers[shape](parts, indices=position)
    return gathered


def split_shapes(frame: gpd.GeoDataFrame) -> dict[Shape, gpd.GeoDataFrame]:
    """Return the rows with geometry by shape; lines and areas as multi-part, without heights.

    A row of mixed shapes appears under each of them with its parts; rows without geometry are in
    the plain tables. The order and index of the rows stay.
    """
    shapes = frame.geometry.to_numpy()
    drawn = frame[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    parts, owner = shapely.get_parts(shapely.force_2d(drawn.geometry.to_numpy()), return_index=True)
    dimensions = shapely.get_dimensions(parts)
    found: dict[Shape, gpd.GeoDataFrame] = {}
    for shape, dimension in _DIMENSIONS.items():
        mask = dimensions == dimension
        if mask.any():
            rows = drawn.iloc[np.unique(owner[mask])]
            found[shape] = rows.set_geometry(
                gpd.GeoSeries(
                    _gather(parts[mask], owner[mask], shape), index=rows.index, crs=frame.crs
                )
            )
    return found


def basemap_frames(basemap: Basemap) -> dict[str, gpd.GeoDataFrame]:
    """Return the frames of the basemap by source."""
    return {
        "districts": basemap.districts,
        "water": basemap.water,
        "rails": basemap.rails,
        "roads": basemap.roads,
        "places": basemap.places,
    }


def shaped_tables(frames: Mapping[str, gpd.GeoDataFrame], tables: Tables) -> Iterator[SpatialTable]:
    """Yield every spatial table in the order of `tables`, the empty ones too.

    Parameters
    ----------
    frames
        The rows of each source; those without geometry are left out.
    tables
        The table's name for each source and shape.
    """
    for source, names in tables.items():
        parts = split_shapes(frames[source])
        for shape, name in names.items():
            part = parts.get(shape, frames[source].iloc[:0])
            yield SpatialTable(name=name, source=source, shape=shape, frame=part)


def spatial_tables(
    result: CheckResult, basemap: Basemap, lang: Lang = "zh"
) -> Iterator[SpatialTable]:
    """Yield every spatial table of a plan check in a fixed order, the empty ones too."""
    frames = {
        **basemap_frames(basemap),
        "network_issues": layers.issues_frame(result, lang),
        "villages": layers.villages_frame(result, lang),
        "features": layers.features_frame(result, lang),
        "sketches": profile_frames.sketches_frame(result, lang),
        "verdicts": layers.marks_frame(result, lang),
    }
    yield from shaped_tables(frames, TABLES)


def sources_table(sources: Sequence[Provenance], lang: Lang) -> pd.DataFrame:
    """Return one row per source of the data."""
    return pd.DataFrame(
        [
            {
                "id": source.id,
                "title": source.title.say(lang),
                "date": source.date,
                "licence": source.licence,
                "attribution": source.attribution,
                "accuracy": source.accuracy.say(lang),
            }
            for source in sources
        ],
        columns=["id", "title", "date", "licence", "attribution", "accuracy"],
    )


def notes_table(notes: Sequence[Text], lang: Lang) -> pd.DataFrame:
    """Return one row per note that belongs in every output."""
    return pd.DataFrame({"note": [note.say(lang) for note in notes]})


def plain_tables(result: CheckResult, lang: Lang = "zh") -> dict[str, pd.DataFrame]:
    """Return the tables without geometry: verdicts, concepts, features, villages, sources, notes.

    ``concept_values`` has a row for each cell of each table of the concepts.
    """
    features = layers.features_frame(result, lang)
    villages = layers.villages_frame(result, lang)
    return {
        "claims": layers.claims_frame(result, lang),
        "concepts": profile_frames.concepts_frame(result, lang),
        "concept_findings": profile_frames.findings_frame(result, lang),
        "concept_values": profile_frames.values_frame(result, lang),
        "features_all": pd.DataFrame(features.drop(columns="geometry")),
        "villages_all": pd.DataFrame(villages.drop(columns="geometry")),
        "sources": sources_table(result.sources, lang),
        "notes": notes_table(result.notes, lang),
    }
