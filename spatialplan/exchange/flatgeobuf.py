"""FlatGeobuf: one file for each shape of each layer."""

from __future__ import annotations

from dataclasses import replace

from spatialplan.exchange.columns import columns_of
from spatialplan.exchange.gdal_layer import write_layer
from spatialplan.exchange.ledger import Done, Ledger, Order
from spatialplan.exchange.names import file_names
from spatialplan.exchange.package import Package
from spatialplan.exchange.reference import in_crs
from spatialplan.exchange.shapes import split

__all__ = ["write"]


def write(package: Package, order: Order) -> Done:
    """Write a .fgb for each shape of each layer and for each plain table."""
    ledger = Ledger()
    parts = [p for t in package.tables for p in split(in_crs(t, order.crs), ledger)]
    paths = []
    for part, name in zip(parts, file_names([p.name for p in parts]), strict=True):
        columns = columns_of(part.table)
        ledger.name(part.table, name, [(c.name, c.name) for c in columns])
        path = order.folder / f"{name}.fgb"
        # The index has no place for rows without geometry.
        indexed = part.geometry is not None and all(g is not None for g in part.geometry)
        write_layer(
            path,
            replace(part, name=name),
            columns,
            driver="FlatGeobuf",
            options={"SPATIAL_INDEX": "YES" if indexed else "NO"},
        )
        paths.append(path)
    return ledger.done(paths)
