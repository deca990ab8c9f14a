"""Say what a pair of numbers means: degrees, swapped, scaled or packed degrees, or metres.

In China longitudes (73–135) and latitudes (3–54) never overlap, nor do northings (1.9–6 million
metres) and eastings (150–850 thousand, or with the zone before them), so that the order of a pair
is beyond doubt. The datum is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from spatialplan.measures.datum_words import is_plain_degrees
from spatialplan.measures.degrees import NOTHING, Axis, Cell, Form, parse_cell, parse_pair
from spatialplan.measures.zones import epsg_of_zone
from spatialplan.model.table import Meaning, ReadTable
from spatialplan.text import Text

__all__ = ["Kind", "Reading", "read_numbers", "read_rows"]

LON, LAT = (73.0, 135.1), (3.0, 54.0)
NORTHING, EASTING = (1.9e6, 6.1e6), (1.5e5, 8.5e5)
METRES_A_DEGREE = 111_320.0
PLANE_M = 0.5
POINT_HALF_PLACE = 5e-8  # stored geometry holds full numbers: a centimetre

SWAPPED = Text("经度、纬度填反了，已对调", "longitude and latitude were swapped; put right")


class Kind(StrEnum):
    """What the numbers of a reading are."""

    DEGREES = "degrees"
    PLANE = "plane"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A pair of numbers understood, east first.

    Attributes
    ----------
    crs
        CRS where the numbers or the file say it, else empty.
    precision_m
        Half of the last written place, in metres; of the two numbers that with more places, because
        spreadsheets drop zeros at the end (112.90 becomes 112.9).
    is_stored
        Whether this is the file's own geometry with its CRS.
    """

    kind: Kind
    x: float
    y: float
    precision_m: float
    crs: str = ""
    is_stored: bool = False
    repairs: tuple[Text, ...] = ()
    doubts: tuple[Text, ...] = ()


def read_rows(read: ReadTable) -> list[Reading | Text]:
    """Read the coordinates of each body row, or why there are none.

    A point of the file's own geometry comes first, then longitude and latitude, x and y, and one
    cell for both; the first that holds anything counts.
    """
    return [_read_row(read, row) for row in read.body]


def _read_row(read: ReadTable, row: int) -> Reading | Text:
    points = read.raw.points
    point = points[row] if points is not None else None
    if point is not None:
        return _read_point(point, read.raw.crs)
    cells, found = read.raw.cells[row], read.meanings
    for first, second in ((Meaning.LON, Meaning.LAT), (Meaning.X, Meaning.Y)):
        if first not in found and second not in found:
            continue
        texts = [cells[found[m]] if m in found else "" for m in (first, second)]
        reading = _read_texts(texts, is_named=first is Meaning.LON)
        if reading is not NOTHING:
            return reading
    if Meaning.LONLAT in found:
        pair = parse_pair(cells[found[Meaning.LONLAT]])
        return pair if isinstance(pair, Text) else read_numbers(*pair, is_named=False)
    return NOTHING


def _read_texts(texts: Sequence[str], *, is_named: bool) -> Reading | Text:
    """Read two cells; one of them may hold both numbers."""
    cells = [parse_cell(text) for text in texts]
    missing = [cell is NOTHING for cell in cells]
    if all(missing):
        return NOTHING
    if any(missing) or texts[0] == texts[1]:
        pair = parse_pair(texts[missing.index(False)])
        if not isinstance(pair, Text):
            return read_numbers(*pair, is_named=False)
    first, second = cells
    for cell in (first, second):
        if isinstance(cell, Text) and cell is not NOTHING:
            return cell
    if isinstance(first, Text) or isinstance(second, Text):
        return Text("经度、纬度只填了一个", "only one of longitude and latitude is given")
    return read_numbers(first, second, is_named=is_named)


def _read_point(point: tuple[float, float], crs: str) -> Reading | Text:
    """Read a point of the file's geometry; without a CRS it is a pair of numbers like any other."""
    x, y = (float(value) for value in point)
    if not (np.isfinite(x) and np.isfinite(y)) or (x == 0 and y == 0):
        return NOTHING
    if crs and not is_plain_degrees(crs):
        return Reading(kind=Kind.PLANE, x=x, y=y, precision_m=0.0, crs=crs, is_stored=True)
    first, second = (
        Cell(value=v, form=Form.DECIMAL, axis=Axis.UNSAID, half_place=POINT_HALF_PLACE)
        for v in (x, y)
    )
    reading = read_numbers(first, second, is_named=bool(crs))
    if isinstance(reading, Text) or reading.kind is Kind.PLANE or not crs:
        return reading
    return replace(reading, crs=crs, is_stored=True)


def read_numbers(first: Cell, second: Cell, *, is_named: bool) -> Reading | Text:
    """Say what two numbers mean.

    Parameters
    ----------
    is_named
        Whether the headings say that the first is the longitude: then another order is a repair.
    """
    straight = first.axis is not Axis.LAT and second.axis is not Axis.LON
    turned = first.axis is not Axis.LON and second.axis is not Axis.LAT
    for allowed, lon, lat in ((straight, first, second), (turned, second, first)):
        if not allowed:
            continue
        for understand in WAYS:
            reading = understand(lon, lat)
            if reading is None:
                continue
            if lon is second and is_named:
                return replace(reading, repairs=(SWAPPED, *reading.repairs))
            return reading
    shown = f"{first.value:.10g}, {second.value:.10g}"
    return Text(
        f"（{shown}）不是中国境内的经纬度，也不是高斯平面坐标，请核对",
        f"({shown}) is neither longitude and latitude in China nor Gauss–Krüger; check it",
    )


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _degrees(lon: Cell, lat: Cell) -> Reading | None:
    if not (_within(lon.value, LON) and _within(lat.value, LAT)):
        return None
    precision = min(lon.half_place, lat.half_place) * METRES_A_DEGREE
    return Reading(kind=Kind.DEGREES, x=lon.value, y=lat.value, precision_m=precision)


def _scaled(lon: Cell, lat: Cell) -> Reading | None:
    for power in (6, 5, 7):
        scale = 10.0**power
        reading = _degrees(
            replace(lon, value=lon.value / scale, half_place=lon.half_place / scale),
            replace(lat, value=lat.value / scale, half_place=lat.half_place / scale),
        )
        if reading is not None:
            said = Text(
                f"坐标是度的 10^{power} 倍，已换算成度",
                f"coordinates were degrees × 10^{power}; turned into degrees",
            )
            return replace(reading, repairs=(said,))
    return None


def _packed(lon: Cell, lat: Cell) -> Reading | None:
    """Read DDDMMSS.s; whole numbers may as well be degrees × 10⁴, and a person should look."""
    parts = [_unpack(cell) for cell in (lon, lat)]
    if parts[0] is None or parts[1] is None:
        return None
    reading = _degrees(parts[0], parts[1])
    if reading is None:
        return None
    said = Text(
        "坐标按“度分秒连写”（如 1125642 为 112°56′42″）换算成度",
        "coordinates read as packed degrees, minutes, seconds (1125642 is 112°56′42″)",
    )
    if lon.half_place < 0.5 or lat.half_place < 0.5:
        return replace(reading, repairs=(said,))
    doubt = Text(
        "坐标也可能是度的 10^4 倍，不是度分秒连写，请核对",
        "the coordinates might be degrees × 10^4 instead of packed degrees; check them",
    )
    return replace(reading, repairs=(said,), doubts=(doubt,))


def _unpack(cell: Cell) -> Cell | None:
    degrees, rest = divmod(cell.value, 10_000.0)
    minutes, seconds = divmod(rest, 100.0)
    if cell.form is not Form.DECIMAL or degrees < 1 or minutes >= 60 or seconds >= 60:
        return None
    value = degrees + minutes / 60 + seconds / 3600
    return replace(cell, value=value, half_place=cell.half_place / 3600)


def _plane(east: Cell, north: Cell) -> Reading | None:
    if east.form is not Form.DECIMAL or not _within(north.value, NORTHING):
        return None
    zone, rest = divmod(east.value, 1e6)
    crs = epsg_of_zone(int(zone)) if zone else ""
    if not _within(rest, EASTING) or (zone and not crs):
        return None
    precision = max(PLANE_M, min(east.half_place, north.half_place))
    return Reading(kind=Kind.PLANE, x=east.value, y=north.value, precision_m=precision, crs=crs)


WAYS: tuple[Callable[[Cell, Cell], Reading | None], ...] = (_degrees, _plane, _scaled, _packed)
