"""Write the GeoPackage: every drawn layer and every table, each with its QGIS style inside."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from spatialplan import files
from spatialplan.errors import OutputError
from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.model.plan import Plan
from spatialplan.model.source import Provenance
from spatialplan.outputs import wording
from spatialplan.outputs.qgis import (
    package_schema,
    package_words,
    qml,
    qml_fields,
    qml_labels,
    qml_renderers,
)
from spatialplan.outputs.qgis import relations as qgis_relations
from spatialplan.outputs.qgis.relations import Relation
from spatialplan.outputs.qgis.tables import (
    CRS,
    PLAIN,
    PlainNames,
    Shape,
    SpatialTable,
    plain_tables,
    spatial_tables,
)
from spatialplan.text import Lang, Text

__all__ = ["Contents", "remove_companions", "write_geopackage", "write_tables"]

_VERSION = "1.3"  # QGIS 3.22 warns about 1.4 on every opening
_GEOMETRY: dict[Shape, str] = {
    "point": "Point",
    "line": "MultiLineString",
    "area": "MultiPolygon",
}
_UNLABELLED = ("catchments", "verdicts")  # lie over named things, or one over the other
_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT, f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT,
    styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT, ui TEXT, update_time DATETIME
)
"""
_CONTENTS = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)
VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)
"""
_STYLE = """
INSERT INTO layer_styles (
    f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,
    styleSLD, useAsDefault, description, owner, ui, update_time
) VALUES ('', '', ?, ?, ?, ?, '', 1, '', '', NULL, ?)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a GeoPackage holds and says of itself.

    Attributes
    ----------
    recipe
        The map whose groups and labels name the spatial tables.
    plain
        Tables without geometry by name; `names` tells what readers call them.
    relations
        Between plain tables.
    values
        The names of themes and concepts by id.
    crs
        In which places are stored.
    """

    plan: Plan
    recipe: str
    spatial: Sequence[SpatialTable]
    plain: Mapping[str, pd.DataFrame]
    names: PlainNames
    relations: Sequence[Relation]
    values: Mapping[str, Text]
    sources: Sequence[Provenance]
    notes: Sequence[Text]
    version: str
    crs: str


def _write_spatial(table: SpatialTable, crs: str, path: Path) -> None:
    frame = table.frame.to_crs(crs)
    kind = _GEOMETRY[table.shape]
    if (frame.geometry.geom_type == "MultiPoint").any():
        kind = "MultiPoint"
    pyogrio.write_dataframe(
        frame,
        path,
        layer=table.name,
        driver="GPKG",
        geometry_type=kind,
        promote_to_multi=kind.startswith("Multi"),
        dataset_options={"VERSION": _VERSION},
    )


def _write_plain(name: str, frame: pd.DataFrame, path: Path) -> None:
    pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG")


def _style_qml(table: SpatialTable, lang: Lang) -> str:
    """Return the style that QGIS applies when the layer is dragged into any project."""
    labels = qml_labels.labeling(table.source, table.shape)
    root = ET.Element(
        "qgis",
        {
            "version": "3.22.16",
            "styleCategories": "AllStyleCategories",
            "labelsEnabled": "0" if labels is None or table.source in _UNLABELLED else "1",
            "hasScaleBasedVisibilityFlag": "0",
        },
    )
    root.append(qml_renderers.renderer(table.frame, table.source, table.shape, lang=lang))
    if labels is not None:
        root.append(labels)
    qml_fields.add_fields(root, table.source, table.frame, lang)
    return qml.to_text(root)


def _add_styles(path: Path, tables: Sequence[SpatialTable], moment: str, lang: Lang) -> None:
    """Store the styles and give every table the same date of change."""
    with closing(sqlite3.connect(path)) as base:
        geometry = dict(base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
        base.execute(_STYLES)
        base.execute(_CONTENTS, (moment,))
        base.executemany(
            _STYLE,
            [
                (table.name, geometry[table.name], table.name, _style_qml(table, lang), moment)
                for table in tables
            ],
        )
        base.execute("UPDATE gpkg_contents SET last_change = ?", (moment,))
        base.commit()
        base.execute("VACUUM")  # what an update leaves behind holds the time of writing
    _settle(path)


def _settle(path: Path) -> None:
    """Set the counters of SQLite's header that depend on how often a busy machine had to write.

    They are the change counter and its copy, offsets 24 and 92 of the database file format.
    """
    with path.open("r+b") as file:
        for offset in (24, 92):
            file.seek(offset)
            file.write((1).to_bytes(4, "big"))


def remove_companions(path: Path) -> None:
    """Remove what SQLite keeps beside a file; a stale log would be replayed into a new file."""
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _records(contents: Contents, moment: str, lang: Lang) -> list[dict[str, str]]:
    """Return what the file says of itself and of each of its sources, as Dublin Core."""
    plan = contents.plan
    about = " ".join(part for part in (plan.title.say(lang), plan.number, plan.date) if part)
    whole = {
        "title": plan.title.say(lang),
        "identifier": f"{plan.id} features-sha256:{plan.features_digest()}",
        "description": "\n".join([about, *(note.say(lang) for note in contents.notes)]),
        "creator": f"spatialplan {contents.version}",
        "date": moment,
        "language": lang,
    }
    parts = [
        {
            "title": source.title.say(lang),
            "identifier": source.id,
            "date": source.date,
            "rights": source.licence,
            "creator": source.attribution,
            "description": source.accuracy.say(lang),
        }
        for source in contents.sources
    ]
    return [whole, *parts]


def _describe(path: Path, contents: Contents, moment: str, lang: Lang) -> None:
    """Store names, words, sources and relations of the tables."""
    words = [
        *package_words.spatial_words(contents.spatial, contents.recipe, contents.values, lang),
        *package_words.plain_words(contents.plain, contents.names, lang),
    ]
    with closing(sqlite3.connect(path)) as base:
        package_schema.add_schema(base, words)
        package_schema.add_metadata(base, _records(contents, moment, lang), moment)
        package_schema.add_relations(base, contents.relations, contents.plain)
        base.commit()


def write_tables(contents: Contents, path: Path, *, stamp: str, lang: Lang) -> None:
    """Write tables as a GeoPackage of version 1.3, the spatial ones with their styles.

    The same tables and stamp make the same bytes.

    Parameters
    ----------
    stamp
        The run's date or moment; it becomes the date of change of every table.

    Raises
    ------
    OutputError
        When the file cannot be written. An older file stays whole.
    """
    moment = wording.moment(stamp).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with files.aside(path) as temporary:
        temporary.unlink()  # GDAL wants to make the file itself
        try:
            for table in contents.spatial:
                _write_spatial(table, contents.crs, temporary)
            for name, frame in contents.plain.items():
                _write_plain(name, frame, temporary)
            _describe(temporary, contents, moment, lang)
            _add_styles(temporary, contents.spatial, moment, lang)
        except (DataSourceError, DataLayerError, sqlite3.Error) as error:
            raise OutputError(
                f"写不出 GeoPackage {path}（{error}）；请检查磁盘空间和文件夹权限",
                f"cannot write the GeoPackage {path} ({error}); check disk space and permissions",
            ) from error
        finally:
            remove_companions(temporary)
        remove_companions(path)


def write_geopackage(
    result: CheckResult,
    basemap: Basemap,
    path: Path,
    *,
    stamp: str,
    lang: Lang = "zh",
    crs: str = CRS,
) -> None:
    """Write the result of a plan check and the basemap as a GeoPackage.

    Spatial layers are split by theme and shape; ``features_all``, ``villages_all`` and ``claims``
    hold every row, drawn or not. The same input and stamp make the same bytes.

    Parameters
    ----------
    stamp
        The run's date or moment; it becomes the date of change of every table.
    crs
        In which places are stored, CGCS2000 (EPSG:4490) or the plan's projected one.

    Raises
    ------
    OutputError
        When the file cannot be written. An older file stays whole.
    """
    plan, plain = result.plan, plain_tables(result, lang)
    contents = Contents(
        plan=plan,
        recipe="overview",
        spatial=list(spatial_tables(result, basemap, lang)),
        plain=plain,
        names=PLAIN,
        relations=list(qgis_relations.present(qgis_relations.OF_CHECK, plain)),
        values={concept.id: concept.name for concept in plan.concepts}
        | {theme.id: theme.name for theme in plan.themes},
        sources=result.sources,
        notes=result.notes,
        version=result.version,
        crs=crs,
    )
    write_tables(contents, path, stamp=stamp, lang=lang)
