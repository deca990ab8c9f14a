"""Write the GeoPackage: every drawn layer and every table, each with its QGIS style inside."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pyogrio
from pyogrio.errors import DataSourceError

from spatialplan import files
from spatialplan.errors import OutputError
from spatialplan.model.basemap import Basemap
from spatialplan.model.check_result import CheckResult
from spatialplan.outputs import wording
from spatialplan.outputs.qgis import qml, qml_fields, qml_labels, qml_renderers
from spatialplan.outputs.qgis.tables import (
    CRS,
    Shape,
    SpatialTable,
    plain_tables,
    spatial_tables,
)
from spatialplan.text import Lang

__all__ = ["remove_companions", "write_geopackage", "write_tables"]

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


def _write_spatial(table: SpatialTable, path: Path) -> None:
    frame = table.frame.to_crs(CRS)
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


def remove_companions(path: Path) -> None:
    """Remove what SQLite keeps beside a file; a stale log would be replayed into a new file."""
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def write_tables(
    spatial: Sequence[SpatialTable],
    plain: Mapping[str, pd.DataFrame],
    path: Path,
    *,
    stamp: str,
    lang: Lang,
) -> None:
    """Write tables as a GeoPackage in CGCS2000 (EPSG:4490), the spatial ones with their styles.

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
            for table in spatial:
                _write_spatial(table, temporary)
            for name, frame in plain.items():
                _write_plain(name, frame, temporary)
            _add_styles(temporary, spatial, moment, lang)
        except (DataSourceError, sqlite3.Error) as error:
            raise OutputError(
                f"写不出 GeoPackage {path}（{error}）；请检查磁盘空间和文件夹权限",
                f"cannot write the GeoPackage {path} ({error}); check disk space and permissions",
            ) from error
        finally:
            remove_companions(temporary)
        remove_companions(path)


def write_geopackage(
    result: CheckResult, basemap: Basemap, path: Path, *, stamp: str, lang: Lang = "zh"
) -> None:
    """Write the result of a plan check and the basemap as a GeoPackage in CGCS2000 (EPSG:4490).

    Spatial layers are split by shape; ``features_all``, ``villages_all`` and ``claims`` hold every
    row, drawn or not. The same input and stamp make the same bytes.

    Parameters
    ----------
    stamp
        The run's date or moment; it becomes the date of change of every table.

    Raises
    ------
    OutputError
        When the file cannot be written. An older file stays whole.
    """
    tables = list(spatial_tables(result, basemap, lang))
    write_tables(tables, plain_tables(result, lang), path, stamp=stamp, lang=lang)
