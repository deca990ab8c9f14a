"""GeoParquet 1.1: every type and every shape, nothing lost."""

from __future__ import annotations

import geopandas as gpd

from spatialplan.exchange.columns import columns_of
from spatialplan.exchange.ledger import Done, Ledger, Order
from spatialplan.exchange.names import file_names
from spatialplan.exchange.needed import need
from spatialplan.exchange.package import Package
from spatialplan.exchange.reference import in_crs

__all__ = ["write"]


def write(package: Package, order: Order) -> Done:
    """Write a .parquet for each layer, as GeoParquet, and for each plain table."""
    need("pyarrow", "GeoParquet")
    ledger = Ledger()
    paths = []
    for table, name in zip(
        package.tables, file_names([t.name for t in package.tables]), strict=True
    ):
        path = order.folder / f"{name}.parquet"
        ledger.name(table, name, [(c.name, c.name) for c in columns_of(table)])
        frame = in_crs(table, order.crs).frame
        if isinstance(frame, gpd.GeoDataFrame):
            frame.to_parquet(path, index=False, schema_version="1.1.0", write_covering_bbox=True)
        else:
            frame.to_parquet(path, index=False, engine="pyarrow")
        paths.append(path)
    return ledger.done(paths)
