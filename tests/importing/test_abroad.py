"""Places of tables outside China: as they are written, or doubtful, or none."""

from __future__ import annotations

from types import MappingProxyType

import geopandas as gpd
import pytest
from pyproj import Transformer
from shapely import box

from spatialplan.importing.abroad import is_abroad, read_positions_abroad
from spatialplan.model.table import Meaning, RawTable, ReadTable
from spatialplan.text import Text

ANDORRA = gpd.GeoDataFrame({"adcode": ["a"]}, geometry=[box(1.4, 42.4, 1.8, 42.7)], crs="EPSG:4326")
HUNAN = gpd.GeoDataFrame({"adcode": ["b"]}, geometry=[box(112, 27, 113, 28)], crs="EPSG:4326")


def read(*rows, meanings=(Meaning.LON, Meaning.LAT), points=None, crs=""):
    raw = RawTable(
        file="表.csv",
        sheet="",
        numbers=tuple(range(1, len(rows) + 1)),
        cells=rows,
        points=points,
        crs=crs,
    )
    return ReadTable(
        raw=raw, header=(), columns=("a", "b"), body=tuple(range(len(rows))),
        meanings=MappingProxyType({m: at for at, m in enumerate(meanings)}),
        aside=MappingProxyType[int, Text]({}),
    )  # fmt: skip


def only(table):
    (place,), finding = read_positions_abroad(table, ANDORRA)
    assert (finding.key, finding.suspected) == ("wgs84", "")
    return place, finding.decided_by


def test_which_plans_are_abroad() -> None:
    assert is_abroad(ANDORRA)
    assert not is_abroad(HUNAN)
    assert not is_abroad(HUNAN.iloc[:0])


def test_decimals_and_degrees_minutes_seconds() -> None:
    place, by = only(read(("1.528393", "42.507319")))
    assert (place.lon, place.lat, place.accuracy_m, place.doubts, by) == (
        1.528393,
        42.507319,
        30.0,
        (),
        "evidence",
    )
    place, _ = only(read(("1°31′30″", "42°30′")))
    assert (place.lon, place.lat) == pytest.approx((1.525, 42.5))
    assert place.accuracy_m > 900
    place, _ = only(read(("1.52, 42.51",), meanings=[Meaning.LONLAT]))
    assert (place.lon, place.lat) == (1.52, 42.51)


@pytest.mark.parametrize(
    "cells", [("", ""), ("1.5", ""), ("x", "42.5"), ("1.5", "95"), ("378000", "4700000")]
)
def test_without_a_place(cells) -> None:
    place, _ = only(read(cells))
    assert place.lon is place.lat is place.accuracy_m is None
    assert place.problem.zh


def test_no_columns_of_coordinates() -> None:
    assert only(read(("a", "b"), meanings=[Meaning.NAME]))[0].problem.zh == "没有坐标"


def test_swapped_columns_are_doubtful() -> None:
    """Nothing tells for certain which is which."""
    place, _ = only(read(("42.5", "1.5")))
    assert (place.lon, place.lat) == (42.5, 1.5)
    assert place.doubts[0].zh == "不在规划区域内，请核对"


def test_points_of_the_file() -> None:
    place, by = only(read(("9", "9"), points=((1.5283929, 42.5073187),), crs="EPSG:4326"))
    assert (place.lon, place.lat, by) == (1.5283929, 42.5073187, "file")
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:25831", always_xy=True).transform(1.53, 42.51)
    place, _ = only(read(("9", "9"), points=((x, y),), crs="EPSG:25831"))
    assert (place.lon, place.lat) == pytest.approx((1.53, 42.51), abs=1e-9)
    place, _ = only(read(("1.5", "42.5"), points=(None,), crs="EPSG:4326"))
    assert (place.lon, place.lat) == (1.5, 42.5)
