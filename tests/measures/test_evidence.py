"""Evidence: every state in a world worked out by hand, homonyms, proposals, and the real packs."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, Point, box

from spatialplan.errors import CrsError
from spatialplan.io import base, boundaries
from spatialplan.io.plans import find_pack, read_plan
from spatialplan.measures.candidates import kind_fits
from spatialplan.measures.evidence import match_features
from spatialplan.model.evidence import KIND_TAGS, Evidence, EvidenceState
from spatialplan.model.plan import Feature, Kind, Status

CRS = "EPSG:4547"
AREA = box(112.5, 27.5, 113.1, 28.1)
EXTENT = box(112.4, 27.4, 113.2, 28.2)
EAST_M = 1 / 98_560  # a metre in degrees of longitude at 27.8°N


def place(east_m: float) -> tuple[float, float]:
    """Return a point so many metres east of 112.8°E, 27.8°N."""
    return 112.8 + east_m * EAST_M, 27.8


def feature(name: str, kind: Kind, at: float | None = 0.0, **more: Any) -> Feature:
    values: dict[str, Any] = {
        "id": "f", "name": name, "kind": kind, "theme": "t", "clause": "1", "source": "手工",
        "status": Status.UNLOCATED if at is None else Status.APPROXIMATE,
        "geometry": None if at is None else Point(place(at)),
        "accuracy_m": None if at is None else 1000.0,
    }  # fmt: skip
    return Feature(**{**values, **more})


def thing(name: str, kind: str, at: float, osm_id: str = "node/1", **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": kind, "osm_id": osm_id, "geometry": Point(place(at)), **more}


def frame(things: Sequence[dict[str, Any]]) -> gpd.GeoDataFrame:
    columns = ["name", "kind", "osm_id", "old_name", "alt_name", "category"]
    table = {c: [t.get(c, "") for t in things] for c in columns}
    if any("accuracy_m" in t for t in things):
        table["accuracy_m"] = [t.get("accuracy_m", np.nan) for t in things]
    return gpd.GeoDataFrame(table, geometry=[t["geometry"] for t in things], crs="EPSG:4326")


def look(
    subject: Feature, *things: dict[str, Any], tolerance_m: float = 500.0, **more: Any
) -> Evidence:
    options: dict[str, Any] = {"crs": CRS, "extent": EXTENT, "area": AREA, **more}
    [found] = match_features([subject], frame(things), tolerance_m=tolerance_m, **options)
    assert "" not in (found.cause.zh, found.cause.en)
    return found


def crowd(at: float, n: int = 12) -> list[dict[str, Any]]:
    """Many named things of no interest."""
    return [
        thing(f"甲乙{chr(0x4E30 + i)}丙小卖部", "shop=convenience", at + 5 * i, f"node/9{i}")
        for i in range(n)
    ]


HOTEL = feature("盘龙大酒店", Kind.HOTEL)


def test_name_kind_and_distance_confirm() -> None:
    found = look(HOTEL, thing("盘龙大酒店", "tourism=hotel", 900))
    assert (found.state, found.osm_id, found.score) == (EvidenceState.CONFIRMED, "node/1", 1.0)
    assert found.distance_m == pytest.approx(900, rel=0.01)
    assert found.osm_ids == ("node/1",)
    assert "相距 90" in found.cause.zh


@pytest.mark.parametrize(
    ("name", "kind", "at", "state", "why"),
    [
        ("盘龙宾馆", "tourism=hotel", 900, "confirmed", "0.97"),  # 宾馆 is a spelling of 酒店
        ("盘龙大观园酒店", "tourism=hotel", 900, "not_found", "没有"),  # 0.63 alike
        ("盘龙大酒店", "highway=bus_stop", 900, "probable", "类型不同"),
        ("盘龙大酒店", "", 900, "probable", "类型无从判断"),
        ("盘龙大酒店", "tourism=hotel", 2500, "probable", "距离超出"),
        ("盘龙大酒店", "highway=bus_stop", 2500, "not_found", "没有"),  # two weak tests
        ("盘龙大酒店", "tourism=hotel", 9000, "contradicted", "9.0 公里"),
        ("盘龙宾馆", "tourism=hotel", 9000, "contradicted", "9.0 公里"),
        ("盘龙大酒店", "highway=bus_stop", 9000, "not_found", "没有"),
        (
            "湘潭盘龙大酒店",
            "tourism=hotel",
            9000,
            "not_found",
            "没有",
        ),  # not equal: no contradiction
        ("盘龙大酒店", "tourism=hotel", 40_000, "not_found", "没有"),  # beyond the plan's area
    ],
)
def test_states_of_a_located_feature(name: str, kind: str, at: float, state: str, why: str) -> None:
    found = look(HOTEL, thing(name, kind, at), *crowd(0), places=["湘潭市"])
    assert found.state == state
    assert why in found.cause.zh


def test_similar_name_is_probable() -> None:
    found = look(
        feature("窑湾文化旅游街区", Kind.HERITAGE_SITE),
        thing("窑湾历史文化街区", "tourism=attraction", 10),
    )
    assert found.state is EvidenceState.PROBABLE
    assert "名称只是相近" in found.cause.zh
    assert found.proposed is None


def test_tolerance_and_object_accuracy_widen_the_search() -> None:
    exact = feature("万楼", Kind.SCENIC_SITE, accuracy_m=10.0)
    tower = thing("万楼", "tourism=attraction", 400)
    assert look(exact, tower, tolerance_m=100).state is EvidenceState.CONTRADICTED
    assert look(exact, tower, tolerance_m=500).state is EvidenceState.CONFIRMED
    vague = {**tower, "accuracy_m": 600.0}
    assert look(exact, vague, tolerance_m=100).state is EvidenceState.CONFIRMED


def test_no_match_is_not_found_only_where_things_are_mapped() -> None:
    assert look(HOTEL, *crowd(0)).state is EvidenceState.NOT_FOUND
    assert look(HOTEL, *crowd(0, 9)).state is EvidenceState.NO_DATA
    assert look(HOTEL, *crowd(5000)).state is EvidenceState.NO_DATA
    outside = feature("盘龙大酒店", Kind.HOTEL, 60_000)
    found = look(outside, *crowd(60_000))
    assert found.state is EvidenceState.NO_DATA
    assert "范围之外" in found.cause.zh


def test_named_roads_do_not_count_as_mapped_things() -> None:
    lines = [
        {"name": f"甲{chr(0x4E30 + i)}路", "kind": "highway=primary", "osm_id": f"way/{i}",
         "geometry": LineString([place(0), place(100 + i)])}
        for i in range(20)
    ]  # fmt: skip
    assert look(HOTEL, *lines).state is EvidenceState.NO_DATA


def test_area_that_contains_the_object_confirms() -> None:
    district = feature(
        "岳塘区",
        Kind.DISTRICT,
        geometry=box(*place(-9000), *place(9000)).buffer(0.05),
        districts=("430304",),
    )
    found = look(district, thing("岳塘区", "suburb", 5000))
    assert (found.state, found.distance_m) == (EvidenceState.CONFIRMED, 0.0)
    assert found.proposed is None


def test_rank_of_the_main_name_counts_for_its_short_name() -> None:
    county = feature("湘潭县", Kind.DISTRICT)
    city = thing("湘潭市", "city", 4000, alt_name="湘潭")
    assert look(county, city).candidates == ()
    assert look(feature("湘潭", Kind.TOWN), city).state is EvidenceState.PROBABLE


@pytest.mark.parametrize("column", ["old_name", "alt_name"])
def test_old_and_other_names_match_and_are_told(column: str) -> None:
    found = look(
        feature("下摄司", Kind.TOWN),
        thing("岳塘新村", "suburb", 100, **{column: "湘河口; 下摄司"}),
    )
    assert found.state is EvidenceState.CONFIRMED
    assert found.candidates[0].matched == "下摄司"
    assert "又名“下摄司”" in found.cause.zh


def test_homonyms_within_reach_are_probable_with_all_ids() -> None:
    near, far = (
        thing("盘龙大酒店", "tourism=hotel", 100),
        thing("盘龙大酒店", "tourism=hotel", -900, "node/2"),
    )
    found = look(HOTEL, near, far)
    assert found.state is EvidenceState.PROBABLE
    assert found.osm_ids == ("node/1", "node/2")
    assert found.proposed is None
    assert "2 处" in found.cause.zh


def test_distance_tells_homonyms_apart() -> None:
    near, far = (
        thing("盘龙大酒店", "tourism=hotel", 100),
        thing("盘龙大酒店", "tourism=hotel", 9000, "node/2"),
    )
    found = look(HOTEL, near, far)
    assert (found.state, found.osm_ids) == (EvidenceState.CONFIRMED, ("node/1",))
    two_far = look(HOTEL, {**near, "geometry": Point(place(-9000))}, far, *crowd(0))
    assert two_far.state is EvidenceState.NOT_FOUND
    assert len(two_far.candidates) == 2


def test_pieces_of_one_thing_are_no_homonyms() -> None:
    node, building = (
        thing("湘潭站", "railway=station", 100),
        thing("湘潭站", "building=train_station", 180, "way/2"),
    )
    found = look(feature("湘潭站", Kind.STATION), node, building)
    assert (found.state, found.osm_ids) == (EvidenceState.CONFIRMED, ("node/1",))
    pieces = [
        {"name": "福星中路", "kind": "highway=primary", "osm_id": f"way/{i}",
         "geometry": LineString([place(i * 800), place(i * 800 + 700)])}
        for i in range(6)
    ]  # fmt: skip
    road = look(feature("福星中路", Kind.STREET), *pieces)
    assert (road.state, road.osm_ids) == (EvidenceState.CONFIRMED, ("way/0",))
    assert road.proposed is None  # a line is no point


LOST = feature("唐兴寺", Kind.HERITAGE_SITE, None)


def test_unlocated_feature_with_one_match_is_probable_and_proposed() -> None:
    found = look(LOST, thing("唐兴寺", "historic=temple", 3000))
    assert (found.state, found.distance_m) == (EvidenceState.PROBABLE, None)
    assert found.proposed is not None
    assert found.proposed.point.equals(Point(place(3000)))
    assert found.proposed.accuracy_m == 50
    assert "node/1" in found.proposed.source


def test_unlocated_feature_stays_without_data() -> None:
    temple = thing("唐兴寺", "historic=temple", 3000)
    for things in (
        [{**temple, "kind": "highway=bus_stop"}],  # another kind
        [{**temple, "geometry": Point(113.15, 27.8)}],  # mapped, but outside the prefecture
        [{**temple, "name": "唐兴桥"}],
        crowd(0),
    ):
        found = look(LOST, *things)
        assert (found.state, found.proposed) == (EvidenceState.NO_DATA, None)
    vague = feature("文化旅游中心", Kind.VENUE, None)
    assert look(vague, thing("文化旅游中心", "tourism=museum", 0)).state is EvidenceState.NO_DATA


def test_unlocated_homonyms_are_probable_without_proposal() -> None:
    here = thing("唐兴寺", "historic=temple", 3000)
    found = look(LOST, here, {**here, "osm_id": "node/2", "geometry": Point(place(9000))})
    assert (found.state, found.osm_ids) == (EvidenceState.PROBABLE, ("node/1", "node/2"))
    assert found.proposed is None


def test_area_of_the_parent_tells_where_to_look() -> None:
    county = feature("桃江县", Kind.DISTRICT, id="county", geometry=box(112.6, 27.6, 112.81, 27.9))
    child = feature("唐兴寺", Kind.HERITAGE_SITE, None, parent="county")
    things = [
        thing("唐兴寺", "historic=temple", -300),
        thing("唐兴寺", "historic=temple", 9000, "node/2"),
    ]
    found = match_features(
        [county, child], frame(things), crs=CRS, extent=EXTENT, area=AREA, tolerance_m=500
    )[1]
    assert (found.state, found.osm_ids) == (EvidenceState.PROBABLE, ("node/1",))
    assert found.proposed is not None


def test_proposal_needs_kind_and_better_accuracy() -> None:
    hotel = thing("盘龙大酒店", "tourism=hotel", 900)
    found = look(HOTEL, hotel)
    assert found.proposed is not None
    assert (found.proposed.accuracy_m, found.proposed.point.x) == (50.0, place(900)[0])
    assert look(HOTEL, {**hotel, "geometry": Point(place(2500))}).proposed is not None
    assert look(HOTEL, {**hotel, "kind": "highway=bus_stop"}).proposed is None
    assert look(HOTEL, {**hotel, "accuracy_m": 1000.0}).proposed is None
    assert look(HOTEL, {**hotel, "geometry": Point(place(9000))}).proposed is None  # contradicted
    exact = feature("盘龙大酒店", Kind.HOTEL, accuracy_m=50.0)
    assert look(exact, hotel, tolerance_m=2000).proposed is None


def test_most_accurate_of_one_place_is_proposed() -> None:
    vague = thing("楠竹山镇", "town", 100, "node/1", accuracy_m=1500.0)
    sharp = thing("楠竹山镇", "town", 800, "node/2", accuracy_m=300.0)
    found = look(feature("楠竹山", Kind.TOWN), vague, sharp)
    assert found.osm_id == "node/2"
    assert found.proposed is not None
    assert found.proposed.accuracy_m == 300


def test_candidates_are_told_even_where_nothing_counts() -> None:
    things = [
        thing("盘龙大酒店", "highway=bus_stop", 9000 + 2000 * i, f"node/{i}") for i in range(5)
    ]
    found = look(HOTEL, *things, *crowd(0))
    assert (found.state, found.osm_id, found.score) == (EvidenceState.NOT_FOUND, "", None)
    assert [c.osm_id for c in found.candidates] == ["node/0", "node/1", "node/2"]
    assert not any(c.kind_fits for c in found.candidates)


def test_rows_without_name_shape_or_id() -> None:
    things = [
        {**thing("盘龙大酒店", "tourism=hotel", 0), "geometry": None},
        {**thing("盘龙大酒店", "tourism=hotel", 0), "geometry": Point()},
        {**thing("", "tourism=hotel", 0)},
        {**thing("盘龙大酒店", "tourism=hotel", 100), "osm_id": ""},
    ]
    found = look(HOTEL, *things)
    assert found.state is EvidenceState.CONFIRMED
    assert found.osm_id == "盘龙大酒店@112.80101,27.80000"
    assert "@" not in found.cause.zh
    missing = frame(things[3:]).assign(old_name=None, alt_name=np.nan)
    assert (
        match_features([HOTEL], missing, crs=CRS, extent=EXTENT, tolerance_m=9)[0].osm_name
        == "盘龙大酒店"
    )


def test_nothing_mapped_and_nothing_planned() -> None:
    empty = frame([])
    assert match_features([], empty, crs=CRS, extent=EXTENT, tolerance_m=9) == []
    found = match_features([HOTEL, LOST], empty, crs=CRS, extent=EXTENT, tolerance_m=9)
    assert [e.state for e in found] == [EvidenceState.NO_DATA] * 2


def test_crs_is_demanded() -> None:
    things = frame([thing("盘龙大酒店", "tourism=hotel", 0)])
    with pytest.raises(CrsError, match="没有坐标系"):
        match_features(
            [HOTEL],
            things.set_crs(None, allow_override=True),
            crs=CRS,
            extent=EXTENT,
            tolerance_m=9,
        )
    with pytest.raises(CrsError, match="EPSG:4326"):
        match_features([HOTEL], things, crs="EPSG:4326", extent=EXTENT, tolerance_m=9)
    projected = match_features([HOTEL], things.to_crs(CRS), crs=CRS, extent=EXTENT, tolerance_m=9)
    assert projected[0].state is EvidenceState.CONFIRMED


def test_kinds_without_entry_are_not_known() -> None:
    assert kind_fits(Kind.DELIVERY_NETWORK, "office=company") is None
    assert kind_fits(Kind.HOTEL, "") is None
    assert kind_fits(Kind.MARKET, "x=y", "commerce") is False
    assert all(tags for tags in KIND_TAGS.values())


def test_order_of_objects_and_features_does_not_matter() -> None:
    things = [
        thing("唐兴寺", "historic=temple", 3000), thing("唐兴寺", "historic=temple", 9000, "node/2"),
        thing("盘龙大酒店", "tourism=hotel", 100, "node/3"), thing("盘龙大酒店", "tourism=hotel", 130, "node/4"),
        thing("盘龙宾馆", "tourism=hotel", 110, "node/5"), *crowd(0),
    ]  # fmt: skip
    features = [HOTEL, feature("唐兴寺", Kind.HERITAGE_SITE, None, id="g")]
    options: dict[str, Any] = {"crs": CRS, "extent": EXTENT, "area": AREA, "tolerance_m": 500.0}
    expected = match_features(features, frame(things), **options)
    assert [e.feature for e in expected] == ["f", "g"]
    rng = random.Random(7)
    for _ in range(5):
        rng.shuffle(things)
        assert match_features(features, frame(things), **options) == expected
    assert match_features(features[::-1], frame(things), **options) == expected[::-1]


@pytest.mark.parametrize(
    ("pack", "stations"),
    [
        ("xiangtan", ["xiangtan-station", "hukun-north-station", "shaoshan-station"]),
        (
            "yiyang",
            ["yiyang-station", "yiyang-east-station", "yiyang-south-station", "anhua-station"],
        ),
    ],
)
def test_real_stations_are_confirmed(pack: str, stations: list[str]) -> None:
    plan = read_plan(find_pack(pack))
    area = shapely.union_all(boundaries.read_districts(plan.adcode).geometry.to_numpy())
    found = match_features(
        plan.features, base.read_places(), crs=plan.crs, extent=area, area=area, tolerance_m=2000
    )
    by_id = {e.feature: e for e in found}
    assert [by_id[s].state for s in stations] == [EvidenceState.CONFIRMED] * len(stations)
    assert all(by_id[s].kind == "station" and (by_id[s].distance_m or 0) < 50 for s in stations)
    assert not [e.feature for e in found if e.state is EvidenceState.CONTRADICTED]


def test_stations_of_the_raw_file_keep_their_own_names(raw_data: Path) -> None:
    table = gpd.pd.read_csv(raw_data / "places" / "stations_bbox.csv")
    name, lon, lat = (
        next(c for c in table.columns if c in options)
        for options in (("name", "name_zh"), ("lon", "longitude"), ("lat", "latitude"))
    )
    table = table[table[name].notna()]
    objects = gpd.GeoDataFrame(
        {"name": table[name].to_numpy(), "kind": "railway=station"},
        geometry=gpd.points_from_xy(table[lon], table[lat]), crs="EPSG:4326",
    )  # fmt: skip
    features = [
        feature(title, Kind.STATION, geometry=point, accuracy_m=50.0, id=f"s{i}")
        for i, (title, point) in enumerate(zip(objects["name"], objects.geometry, strict=True))
    ]
    found = match_features(
        features, objects, crs=CRS, extent=box(108, 24, 115, 31), tolerance_m=100
    )
    assert {e.state for e in found} == {EvidenceState.CONFIRMED}
    assert [e.osm_name for e in found] == [f.name for f in features]


def test_a_large_map_is_quick() -> None:
    rng = np.random.default_rng(5)
    words = [
        "湘",
        "潭",
        "荷",
        "塘",
        "云",
        "湖",
        "桥",
        "石",
        "鼓",
        "白",
        "马",
        "龙",
        "清",
        "溪",
        "乌",
        "金",
    ]
    ends = ["村", "小学", "超市", "大酒店", "路", "公园", "卫生室", "农贸市场", "站", "广场"]
    pick = rng.integers(0, len(words), (20_000, 4))
    end = rng.integers(0, len(ends), 20_000)
    names = ["".join(words[i] for i in row) + ends[e] for row, e in zip(pick, end, strict=True)]
    xy = rng.uniform((112.5, 27.5), (113.1, 28.1), (20_000, 2))
    objects = gpd.GeoDataFrame(
        {"name": names, "kind": "place"}, geometry=gpd.points_from_xy(*xy.T), crs="EPSG:4326"
    )
    features = [feature(name, Kind.TOWN, id=f"f{i}") for i, name in enumerate(names[:200])]
    start = time.perf_counter()
    found = match_features(features, objects, crs=CRS, extent=EXTENT, tolerance_m=500)
    assert len(found) == 200
    assert time.perf_counter() - start < 8
