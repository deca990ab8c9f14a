"""The tables of the GeoPackage: one per source, theme and shape, and the plain ones beside them.

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
from spatialplan.outputs.township_frames import check_townships
from spatialplan.text import Lang, Text

__all__ = [
    "BASEMAP",
    "CRS",
    "PARTS",
    "PLAIN",
    "SHAPE_NAMES",
    "SPLIT",
    "TABLES",
    "PlainNames",
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
    "table_name",
    "without_places",
]

CRS = "EPSG:4490"

Shape = Literal["point", "line", "area"]
Tables = Mapping[str, Mapping[Shape, str]]
# By table: the source that its columns mean, and what readers call it.
PlainNames = Mapping[str, tuple[str, Text]]
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
        "townships": {"area": "townships"},
        "features": {
            "area": "features_{}_area",
            "line": "features_{}_line",
            "point": "features_{}_point",
        },
        "sketches": {
            "area": "concept_marks_{}_area",
            "line": "concept_marks_{}_line",
            "point": "concept_marks_{}_point",
        },
        "verdicts": {
            "area": "verdict_marks_{}_area",
            "line": "verdict_marks_{}_line",
            "point": "verdict_marks_{}_point",
        },
    }
)
# Sources with a table for each value of a column; its name has the value in the place of {}.
SPLIT: Mapping[str, str] = MappingProxyType(
    {"features": "theme", "sketches": "concept", "verdicts": "theme"}
)
# What readers call the plain tables.
PLAIN: PlainNames = {
    "claims": ("verdicts", Text("全部论断与结论", "All claims and verdicts")),
    "feature_claims": ("feature_claims", Text("要素与论断", "Features and claims")),
    "concepts": ("concepts", Text("布局结构：总的回答", "Layout concepts: answers")),
    "concept_findings": ("findings", Text("布局结构：逐问回答", "Layout concepts: findings")),
    "concept_values": ("exhibits", Text("布局结构：量算表", "Layout concepts: tables")),
    "features_all": ("features", Text("全部要素（含未定位）", "All features, unlocated too")),
    "villages_all": ("villages", Text("全部村（含无坐标）", "All villages, unlocated too")),
    "sources": ("sources", Text("数据来源", "Sources")),
    "notes": ("notes", Text("使用须知", "Notes")),
}
SHAPE_NAMES: dict[Shape, Text] = {
    "point": Text("点", "points"),
    "line": Text("线", "lines"),
    "area": Text("面", "areas"),
}
# How a feature takes part in a claim.
PARTS: Mapping[str, Text] = MappingProxyType(
    {"subject": Text("主体", "Subject"), "object": Text("客体", "Object")}
)
_DIMENSIONS: Mapping[Shape, int] = MappingProxyType({"point": 0, "line": 1, "area": 2})


@dataclass(frozen=True, slots=True, kw_only=True)
class SpatialTable:
    """A table with geometry: where its rows come from and what shape they have.

    `value` is the theme or concept of all its rows, empty where the source is not split.
    """

    name: str
    source: str
    value: str
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
    """Yield every spatial table in the order of `tables`; of a split source those with rows.

    Parameters
    ----------
    frames
        The rows of each source; those without geometry are left out.
    tables
        The table's name for each source and shape.
    """
    for source, names in tables.items():
        frame = frames[source]
        split = SPLIT.get(source)
        values = [""] if split is None else list(dict.fromkeys(frame[split]))
        for value in values:
            mine = frame if split is None else frame[frame[split] == value]
            parts = split_shapes(mine)
            for shape, name in names.items():
                if split is None or shape in parts:
                    yield SpatialTable(
                        name=table_name(name, value),
                        source=source,
                        value=value,
                        shape=shape,
                        frame=parts.get(shape, mine.iloc[:0]),
                    )


def table_name(name: str, value: str) -> str:
    """Return the name of a table for a theme or concept; ids have hyphens, names underscores."""
    return name.format(value.replace("-", "_"))


def spatial_tables(
    result: CheckResult, basemap: Basemap, lang: Lang = "zh"
) -> Iterator[SpatialTable]:
    """Yield every spatial table of a plan check in a fixed order, the empty ones too."""
    frames = {
        **basemap_frames(basemap),
        "network_issues": layers.issues_frame(result, lang),
        "villages": layers.villages_frame(result, lang),
        "townships": check_townships(result, basemap, lang),
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


def _feature_claims(result: CheckResult, lang: Lang) -> pd.DataFrame:
    """Return one row for each part that a feature takes in a claim, with the claim's verdict."""
    claims = layers.claims_frame(result, lang).set_index("claim", drop=False)
    told = ["claim", "sentence", "clause", "state", "value", "unit", "threshold", "cause"]
    rows = [
        (feature, part, claim.id)
        for verdict in result.verdicts
        for claim in [result.claim(verdict.claim_id)]
        for part, features in (("subject", claim.subjects), ("object", claim.objects))
        for feature in features
    ]
    parts = pd.DataFrame(rows, columns=["feature", "part", "of"])
    parts.insert(1, "feature_name", [result.plan.feature(key).name for key in parts["feature"]])
    return parts.join(claims[told], on="of").drop(columns="of")


def without_places(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return every row of a frame, placed or not, as a plain table."""
    return pd.DataFrame(frame.drop(columns="geometry"))


def plain_tables(result: CheckResult, lang: Lang = "zh") -> dict[str, pd.DataFrame]:
    """Return the tables without geometry: verdicts, concepts, features, villages.

    ``concept_values`` has a row for each cell of each table of the concepts.
    """
    features = layers.features_frame(result, lang)
    villages = layers.villages_frame(result, lang)
    return {
        "claims": layers.claims_frame(result, lang),
        "feature_claims": _feature_claims(result, lang),
        "concepts": profile_frames.concepts_frame(result, lang),
        "concept_findings": profile_frames.findings_frame(result, lang),
        "concept_values": profile_frames.values_frame(result, lang),
        "features_all": without_places(features),
        "villages_all": without_places(villages),
        "sources": sources_table(result.sources, lang),
        "notes": notes_table(result.notes, lang),
    }
