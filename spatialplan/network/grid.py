"""A raster over the plane: cells in rows from the south and columns from the west."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

__all__ = ["Grid"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Square cells of `cell_m` metres; `column` and `row` number its first cell from the origin.

    Grids of one cell size share their cell borders, so that the rasters of two areas fit.
    """

    column: int
    row: int
    columns: int
    rows: int
    cell_m: float

    @classmethod
    def around(cls, x: Floats, y: Floats, cell_m: float, margin_m: float) -> Grid:
        """Return the grid that covers points and a margin around them."""
        low = np.floor((np.array([x.min(), y.min()]) - margin_m) / cell_m).astype(int)
        high = np.floor((np.array([x.max(), y.max()]) + margin_m) / cell_m).astype(int) + 1
        columns, rows = high - low
        return cls(column=int(low[0]), row=int(low[1]), columns=int(columns), rows=int(rows),
                   cell_m=cell_m)  # fmt: skip

    def cell_of(self, x: Floats, y: Floats) -> tuple[Ints, Ints]:
        """Return column and row of points, counted from this grid's first cell."""
        column = np.floor(x / self.cell_m).astype(np.int64) - self.column
        row = np.floor(y / self.cell_m).astype(np.int64) - self.row
        return column, row

    def centres(self) -> tuple[Floats, Floats]:
        """Return x of the columns' centres and y of the rows'."""
        x = np.arange(self.column, self.column + self.columns, dtype=np.float64)
        y = np.arange(self.row, self.row + self.rows, dtype=np.float64)
        return (x + 0.5) * self.cell_m, (y + 0.5) * self.cell_m

    def box(self) -> Polygon:
        """Return the covered rectangle."""
        x, y = self.column * self.cell_m, self.row * self.cell_m
        return shapely.box(x, y, x + self.columns * self.cell_m, y + self.rows * self.cell_m)
