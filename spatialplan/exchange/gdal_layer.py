"""Write one layer by GDAL, and prove that every row is there."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError

from spatialplan.errors import OutputError
from spatialplan.exchange.columns import Column, as_arrays
from spatialplan.exchange.shapes import Part

__all__ = ["FAILURES", "as_wkb", "cannot_write", "prove", "write_layer", "write_unproved"]

_FULL, _LONGEST_REASON = 2**16, 120
FAILURES = (DataSourceError, DataLayerError, FeatureError, FieldError, RuntimeError)


def write_layer(
    path: Path,
    part: Part,
    columns: Sequence[Column],
    *,
    driver: str,
    encoding: str = "UTF-8",
    options: Mapping[str, Any],
) -> None:
    """Write a part of a layer as the layer `part.name` of the file `path`.

    Raises
    ------
    OutputError
        When GDAL fails, or does not find again what it wrote: a disk may be full.
    """
    write_unproved(path, part, columns, driver=driver, encoding=encoding, options=options)
    prove(path, part)


def write_unproved(
    path: Path,
    part: Part,
    columns: Sequence[Column],
    *,
    driver: str,
    encoding: str = "UTF-8",
    options: Mapping[str, Any],
) -> None:
    """Do the same for a format that cannot be asked for its rows."""
    data, masks = as_arrays(columns)
    crs = part.table.frame.crs if part.geometry is not None else None
    try:
        with warnings.catch_warnings():
            # What a format changes is found by comparing, and told; GDAL's own hints add nothing.
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.simplefilter("ignore", UserWarning)
            pyogrio.raw.write(
                path,
                as_wkb(part),
                data,
                [column.name for column in columns],
                field_mask=masks,
                layer=part.name,
                driver=driver,
                geometry_type=part.shape,
                crs=None if crs is None else crs.to_wkt(),
                encoding=encoding,
                **options,
            )
    except FAILURES as error:
        raise cannot_write(path, error) from error


def as_wkb(part: Part) -> np.ndarray[Any, Any] | None:
    """Return the geometry as GDAL takes it; None for a plain table."""
    if part.geometry is None:
        return None
    geometry = np.array([*part.geometry, None], dtype=object)[:-1]
    written: np.ndarray[Any, Any] = shapely.to_wkb(geometry, output_dimension=3)
    return written


def prove(path: Path, part: Part) -> None:
    """Raise an error when the file does not hold every row."""
    try:
        found = pyogrio.read_info(path, layer=part.name, force_feature_count=True)["features"]
    except FAILURES as error:
        raise cannot_write(path, error) from error
    if found != len(part.table.frame):
        raise cannot_write(path, f"{found}/{len(part.table.frame)}")


def cannot_write(path: Path, why: object) -> OutputError:
    """Return the error of a file that GDAL could not write."""
    if shutil.disk_usage(path.parent).free < _FULL:
        return OutputError(
            f"写不出 {path.name}：磁盘空间不足；请腾出空间或换一个 --out 文件夹，原有文件未动",
            f"cannot write {path.name}: the disk is full; free space or choose another --out; "
            "the previous files are as they were",
        )
    said = " ".join(str(why).split())[:_LONGEST_REASON]
    return OutputError(
        f"写不出 {path.name}（{said}）；请检查磁盘空间和输出文件夹的权限，原有文件未动",
        f"cannot write {path.name} ({said}); check the free disk space and the permissions of the "
        "output folder; the previous files are as they were",
    )
