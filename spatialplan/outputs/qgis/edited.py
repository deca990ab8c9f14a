"""Keep what people did in QGIS: an edited GeoPackage or project is not overwritten by the next run.

A run gives all tables one moment of change and its project no date; who edits them sets others.
"""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from spatialplan.outputs.qgis.writer import ZIP_DATE

__all__ = ["keep_edited"]


def keep_edited(folder: Path, aside: Path, name: str) -> list[Path]:
    """Copy an edited GeoPackage and project of a run under free names, and return the copies.

    Parameters
    ----------
    folder
        Where the next run will put its files.
    aside
        Where the copies are made, to be moved into `folder` with the new files.
    name
        Of the files, without ending.
    """
    kept = []
    for ending, is_edited in ((".gpkg", _is_edited_package), (".qgz", _is_edited_project)):
        old = folder / f"{name}{ending}"
        if old.is_file() and is_edited(old):
            kept.append(_copied(old, aside / _free(folder, f"{name}_edited", ending)))
    return kept


def _free(folder: Path, stem: str, ending: str) -> str:
    number, found = 2, f"{stem}{ending}"
    while (folder / found).exists():
        found, number = f"{stem}{number}{ending}", number + 1
    return found


def _is_edited_package(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
            moments = base.execute("SELECT count(DISTINCT last_change) FROM gpkg_contents")
            return int(moments.fetchone()[0]) > 1
    except sqlite3.Error:
        return True  # somebody's own file, or one that is damaged


def _is_edited_project(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(entry.date_time != ZIP_DATE for entry in archive.infolist())
    except zipfile.BadZipFile:
        return True


def _copied(old: Path, new: Path) -> Path:
    """Copy a file; of a GeoPackage also what still lies in its log."""
    if old.suffix == ".gpkg":
        try:
            with closing(sqlite3.connect(old)) as base, closing(sqlite3.connect(new)) as copy:
                base.backup(copy)
        except sqlite3.Error:
            new.unlink(missing_ok=True)
        else:
            return new
    shutil.copyfile(old, new)
    return new
