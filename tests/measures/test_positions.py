"""Positions of rows in a tiny city of two districts, 甲区 west and 乙县 east of 112.95°."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import box

from spatialplan.errors import DataError
from spatialplan.measures import datum as shifts
from spatialplan.measures.ground import Ground
from spatialplan.measures.positions import read_positions
from spatialplan.model.table import Meaning, RawTable, ReadTable
from tests.network.lines import make_network

METRES = Transformer.from_crs("EPSG:4326", "EPSG:4547", always_xy=True)
TRUE = [(112.8451, 27.8291), (112.9012, 27.7764), (113.0123, 27.8555)]


@cache
def ground():
    districts = gpd.GeoDataFrame(
        {"adcode": ["430301", "430321"], "name": ["甲区", "乙县"]},
        geometry=[box(112.8, 27.7, 112.95, 27.9), box(112.95, 27.7, 113.1, 27.9)],
        crs="EPSG:4326",
    )
    road = [METRES.transform(lon, 27.8) for lon in (112.8, 113.1)]
    return Ground(districts=districts, network=make_network(road))


def table(headings, rows, **raw):
    """Return a table whose first row is row 1 of the sheet and holds the headings."""
    cells = (tuple(headings), *(tuple(map(str, row)) for row in rows))
    n = len(cells)
    return ReadTable(
        raw=RawTable(
            file="村.xlsx", sheet="表1", numbers=tuple(range(1, n + 1)), cells=cells, **raw
        ),
        header=(0,),
        columns=tuple(headings),
        meanings={Meaning(name): at for at, name in enumerate(headings)},
        body=tuple(range(1, n)),
        aside={},
    )


def offsets(positions, true=TRUE):
    """Return how far the positions are from the truth, in metres."""
    here = METRES.transform([p.lon for p in positions], [p.lat for p in positions])
    there = METRES.transform(*zip(*true, strict=True))
    return np.hypot(*(np.array(here) - np.array(there)))


def decimals(points, order=(0, 1)):
    return [[f"{point[at]:.7f}" for at in order] for point in points]


def shifted(forward):
    lon, lat = forward(*np.array(TRUE).T)
    return list(zip(lon, lat, strict=True))


def test_a_right_table_is_left_alone():
    rows = [[112.84510000000001, 27.8291], [112.9012, 27.776400000000002], [113.0123, 27.8555]]
    for datum in ("wgs84", "CGCS2000", None):
        positions, finding = read_positions(table(["lon", "lat"], rows), ground(), datum)
        assert [[p.lon, p.lat] for p in positions] == rows  # bit for bit
        assert finding.key == "wgs84"
        assert not any(p.repairs for p in positions)
        assert not any(p.doubts for p in positions)
    assert (finding.decided_by, finding.suspected) == ("none", "")  # three rows tell nothing
    assert "--datum" in finding.said.zh
    assert "--datum" in finding.said.en


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(
    ("datum", "forward"), [("gcj02", shifts.gcj02_from_wgs84), ("bd09", shifts.bd09_from_wgs84)]
)
def test_shifted_and_swapped_tables_come_back(datum, forward, order):
    rows = decimals(shifted(forward), order)
    positions, finding = read_positions(table(["lon", "lat"], rows), ground(), datum)
    assert offsets(positions).max() < 0.05
    assert (finding.key, finding.decided_by) == (datum, "user")
    repairs = [p.repairs for p in positions]
    assert all("换算" in r[-1].zh for r in repairs)
    assert all(("对调" in r[0].zh) == (order == (1, 0)) for r in repairs)


@pytest.mark.parametrize("headings", [["x", "y"], ["lon", "lat"]])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(
    ("code", "read_as"),
    [("EPSG:4525", "EPSG:4525"), ("EPSG:4526", "EPSG:4526"), ("EPSG:4497", "EPSG:4497"),
     ("EPSG:4546", "EPSG:4546"), ("EPSG:4547", "EPSG:4547"), ("EPSG:4508", "EPSG:4546")],
)  # fmt: skip
def test_gauss_krueger_comes_back_with_and_without_zone(code, read_as, order, headings):
    forward = Transformer.from_crs("EPSG:4326", code, always_xy=True)
    plane = [forward.transform(*point) for point in TRUE]
    rows = [[f"{point[at]:.2f}" for at in order] for point in plane]
    positions, finding = read_positions(table(headings, rows), ground())
    assert offsets(positions).max() < 0.05
    assert (finding.key, finding.decided_by) == (read_as, "evidence")
    told = any("对调" in text.zh for p in positions for text in p.repairs)
    assert told == (headings == ["lon", "lat"] and order == (1, 0))  # x, y do not say which is east
    assert all(p.accuracy_m == 30 and not p.doubts for p in positions)


def test_zone_given_by_the_user_holds_for_numbers_without_it():
    forward = Transformer.from_crs("EPSG:4326", "EPSG:4547", always_xy=True)
    rows = [[f"{v:.2f}" for v in forward.transform(*point)] for point in TRUE]
    for code in ("EPSG:4547", "epsg:4526"):
        positions, finding = read_positions(table(["x", "y"], rows), ground(), code)
        assert offsets(positions).max() < 0.05
        assert finding.decided_by == "user"
    away, finding = read_positions(table(["x", "y"], rows), ground(), "EPSG:4546")
    assert all("本市之外 2" in p.problem.zh for p in away)


def test_plane_coordinates_that_fit_no_meridian_are_doubtful():
    positions, finding = read_positions(table(["x", "y"], [[500_000, 2_500_000]]), ground())
    assert finding.decided_by == "none"
    assert "EPSG:4547" in positions[0].doubts[0].zh
    assert "本市之外" in positions[0].problem.zh


@pytest.mark.parametrize(
    ("lon", "lat", "repair", "doubt"),
    [
        ("112845100", "27829100", "10^6", ""),
        ("11284510", "2782910", "10^5", ""),
        ("1125042.36", "274944.76", "连写", ""),
        ("1125042", "274945", "连写", "10^4"),
        ("112°50′42.36″E", "27°49′44.76″N", "", ""),
        ("27°49′44.76″N", "112°50′42.36″E", "对调", ""),
    ],
)
def test_other_writings_of_degrees(lon, lat, repair, doubt):
    (position,), _ = read_positions(table(["lon", "lat"], [[lon, lat]]), ground(), "wgs84")
    assert offsets([position], TRUE[:1])[0] < 15
    assert [repair in text.zh for text in position.repairs] == ([True] if repair else [])
    assert [doubt in text.zh for text in position.doubts] == ([True] if doubt else [])


def test_one_cell_holds_both_or_the_columns_do():
    rows = [
        ["", "", "112.8451，27.8291"],
        ["112.9012", "27.7764", "无"],
        ["113.0123,27.8555", "", ""],
    ]
    positions, _ = read_positions(table(["lon", "lat", "lonlat"], rows), ground(), "wgs84")
    assert offsets(positions).max() < 0.01


@pytest.mark.parametrize(
    ("lon", "lat", "why"),
    [("", "", "没有坐标"), ("无", "/", "没有坐标"), ("0", "0", "没有坐标"), ("0.0", "0.000", "没有坐标"),
     ("112.9", "", "只填了一个"), ("0", "27.8", "只填了一个"), ("12.9451", "27.8291", "不是中国境内"),
     ("112.9", "278.291", "不是中国境内"), ("石鼓村", "27.8", "读不出"), ("112°61′", "27.8", "满 60"),
     ("E112.9", "E27.8", "不是中国境内"),
     ("1129451", "274944", "不是中国境内"), ("1125662", "274944", "不是中国境内")],
)  # fmt: skip
def test_rows_without_a_place_say_why(lon, lat, why):
    rows = [[lon, lat], ["112.8451", "27.8291"]]
    positions, _ = read_positions(table(["lon", "lat"], rows), ground(), "wgs84")
    assert len(positions) == 2
    assert (positions[0].lon, positions[0].lat, positions[0].accuracy_m) == (None, None, None)
    assert why in positions[0].problem.zh
    assert positions[1].problem is None


def test_a_table_without_coordinates_is_said_to_have_none():
    positions, finding = read_positions(table(["name"], [["石鼓村"], ["红星村"]]), ground())
    assert [p.problem.zh for p in positions] == ["没有坐标"] * 2
    assert finding.said.zh == "表中没有可用的坐标"
    assert finding.decided_by == ""  # nothing is left to tell with --datum


def test_the_datum_column_holds_row_by_row():
    gcj, bd = shifted(shifts.gcj02_from_wgs84), shifted(shifts.bd09_from_wgs84)
    rows = [[*TRUE[0], "国家2000"], [*gcj[1], "高德"], [*bd[2], "百度坐标"]]
    positions, finding = read_positions(table(["lon", "lat", "datum"], rows), ground())
    assert offsets(positions).max() < 0.05
    assert finding.decided_by == "column"
    assert [p.accuracy_m for p in positions] == [30, 30, 30]
    again, finding = read_positions(table(["lon", "lat", "datum"], rows), ground(), "wgs84")
    assert finding.decided_by == "user"
    assert offsets(again)[1] > 500


def test_old_datums_are_doubtful_and_not_converted():
    rows = [[*TRUE[0], "西安80"], [*TRUE[1], "北京54坐标系"]]
    positions, finding = read_positions(table(["lon", "lat", "datum"], rows), ground())
    assert [(p.lon, p.lat) for p in positions] == TRUE[:2]
    assert all("西安80" in p.doubts[0].zh and p.accuracy_m == 180 for p in positions)
    assert finding.decided_by == "column"
    forward = Transformer.from_crs("EPSG:4326", "EPSG:4526", always_xy=True)
    plane = [[*(f"{v:.2f}" for v in forward.transform(*TRUE[0])), "西安80"]]
    (position,), _ = read_positions(table(["x", "y", "datum"], plane), ground())
    assert offsets([position], TRUE[:1])[0] < 0.05
    assert position.accuracy_m == 180


def test_an_unknown_word_for_the_datum_is_told():
    (position,), finding = read_positions(
        table(["lon", "lat", "datum"], [[*TRUE[0], "某某系"]]), ground()
    )
    assert finding.decided_by == "none"
    assert any("某某系" in text.zh for text in position.doubts)


@pytest.mark.parametrize("wrong", ["gcj", "EPSG:999999", "西安80", "4547"])
def test_a_wrong_datum_lists_the_right_ones(wrong):
    with pytest.raises(DataError, match="gcj02"):
        read_positions(table(["lon", "lat"], []), ground(), wrong)


@pytest.mark.parametrize(
    "crs", ["EPSG:4326", "EPSG:4490", "OGC:CRS84", "EPSG:4547", "EPSG:3857", ""]
)
def test_geometry_is_read_in_the_crs_of_the_file(crs):
    forward = Transformer.from_crs("EPSG:4326", crs or "EPSG:4326", always_xy=True)
    points = (None, *(forward.transform(*point) for point in TRUE), None)
    rows = [["甲"], ["乙"], ["丙"], ["丁"]]
    positions, finding = read_positions(table(["name"], rows, points=points, crs=crs), ground())
    assert offsets(positions[:3]).max() < 0.01
    assert positions[3].problem.zh == "没有坐标"
    assert finding.decided_by == ("file" if crs else "none")
    if crs in {"EPSG:4326", "EPSG:4490", "OGC:CRS84"}:
        assert [(p.lon, p.lat) for p in positions[:3]] == list(points[1:4])


def test_geometry_in_an_old_datum_is_doubtful():
    points = (None, (500_000.0 - 15_000, 3_080_000.0))
    (position,), finding = read_positions(
        table(["name"], [["甲"]], points=points, crs="EPSG:2383"), ground()
    )
    assert finding.key == "EPSG:2383"
    assert "西安80" in position.doubts[0].zh


def test_places_that_cannot_be_right_are_doubtful():
    rows = [
        ["112.8451", "27.8291", "甲区"],
        ["112.8451", "27.8291", "乙县"],  # in the other district, and on top of the first
        ["112.9476", "27.8000", "乙县"],  # 240 m beyond the boundary: within its accuracy
        ["112.9400", "27.8000", "430321"],
        ["113.1500", "27.8000", "乙县"],  # 4.9 km outside the city: near enough, but in no district
        ["113.2500", "27.8000", "乙县"],
    ]
    positions, _ = read_positions(table(["lon", "lat", "district"], rows), ground(), "wgs84")
    said = [[text.zh for text in p.doubts] for p in positions]
    assert said == [
        ["与第 3 行坐标完全相同，请核对"],
        ["表中写的是乙县，点位落在甲区，请核对", "与第 2 行坐标完全相同，请核对"],
        [],
        ["表中写的是乙县，点位落在甲区，请核对"],
        ["表中写的是乙县，点位落在本市之外，请核对"],
        ["点位在本市之外 15 公里，请核对"],
    ]


def test_places_far_outside_the_city_are_refused():
    rows = [["113.6000", "27.8000"], ["113.6200", "27.8000"], ["122.9451", "27.8000"], TRUE[0]]
    positions, _ = read_positions(table(["lon", "lat"], rows), ground(), "wgs84")
    assert [p.lon for p in positions] == [113.6, None, None, TRUE[0][0]]
    assert "本市之外 49 公里，请核对" in positions[0].doubts[0].zh
    assert positions[1].problem.zh == "坐标在本市之外 51 公里，疑为录入错误"
    assert (positions[2].lat, positions[2].accuracy_m) == (None, None)
    assert "疑为录入错误" in positions[2].problem.zh
    vague, _ = read_positions(
        table(["lon", "lat", "accuracy"], [[*rows[1], "3km"]]), ground(), "wgs84"
    )
    assert vague[0].problem is None  # may lie within 50 km


@pytest.mark.parametrize(
    ("lon", "lat", "metres"),
    [("112.9", "27.8291", 30), ("112.8451", "27.8", 30), ("112.9", "27.83", 556.6),
     ("112.9", "27.8", 5566)],
)  # fmt: skip
def test_zeros_that_spreadsheets_drop_cost_no_accuracy(lon, lat, metres):
    (position,), _ = read_positions(table(["lon", "lat"], [[lon, lat]]), ground(), "wgs84")
    assert position.accuracy_m == pytest.approx(metres, rel=0.01)


def test_the_callers_district_goes_before_the_tables():
    rows = [["112.8451", "27.8291", "乙县"]]
    read = table(["lon", "lat", "district"], rows)
    (position,), _ = read_positions(read, ground(), "wgs84", districts=["甲区"])
    assert position.doubts == ()
    with pytest.raises(DataError):
        read_positions(read, ground(), "wgs84", districts=[])


@pytest.mark.parametrize(
    ("lon", "given", "metres"),
    [("112.8451", "", 30), ("112.84", "", 556.6), ("112.8451", "±5", 5), ("112.8451", "5米", 5),
     ("112.8451", "1.5km", 1500), ("112.84", "50", 50), ("112.8451", "约", 30), ("112.8451", "0", 30)],
)  # fmt: skip
def test_accuracy_is_told_or_half_of_the_last_place(lon, given, metres):
    rows = [[lon, "27.82" if lon == "112.84" else "27.8291", given]]
    (position,), _ = read_positions(table(["lon", "lat", "accuracy"], rows), ground(), "wgs84")
    assert position.accuracy_m == pytest.approx(metres, rel=0.01)


def test_an_open_datum_widens_the_accuracy():
    (position,), finding = read_positions(table(["lon", "lat"], [TRUE[0]]), ground())
    assert (finding.decided_by, finding.suspected) == ("none", "")
    assert position.accuracy_m == 30 + 1250  # BD-09 would be 1,230 m away
    assert position.doubts == ()
    assert "--datum" in finding.said.zh
    assert "1250 米" in finding.said.zh


CELLS = st.sampled_from(
    ["112.8451", "27.8291", "112°50′42″", "27-49-44", "无", "", "0", "38386512", "3080000", "386512",
     "112.8451,27.8291", "abc", "112845100", "27829100", "1125042", "1e9", "-112.9", "N27.8", "E113"]
) | st.text(max_size=12)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, CELLS), max_size=8), st.randoms())
def test_any_table_keeps_its_rows_and_order_does_not_matter(rows, random):
    read = table(["lon", "lat", "lonlat", "datum", "accuracy"], rows)
    positions, finding = read_positions(read, ground())
    assert len(positions) == len(rows)
    for p in positions:
        assert (
            (p.lon is None) == (p.lat is None) == (p.accuracy_m is None) == (p.problem is not None)
        )
        assert p.lon is None or (np.isfinite([p.lon, p.lat]).all() and p.accuracy_m > 0)
    order = list(range(len(rows)))
    random.shuffle(order)
    turned = ReadTable(
        raw=read.raw, header=read.header, columns=read.columns, meanings=read.meanings,
        body=tuple(read.body[at] for at in order), aside={},
    )  # fmt: skip
    again, same = read_positions(turned, ground())
    assert again == [positions[at] for at in order]
    assert same == finding
