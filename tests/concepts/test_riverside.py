"""Riverside concepts in a tiny world: every answer by hand, every lack a state with a cause.

The river flows east along y = 0 with banks at y = ±300; streets at 60 km/h run along y = ±1000 and
cross it at x = 2 km and x = 8 km.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, MultiLineString, Point, affinity, box

from spatialplan.checks import CHECKS
from spatialplan.checks.context import build_context
from spatialplan.concepts import riverside
from spatialplan.concepts.setting import Setting
from spatialplan.model.plan import Concept, Kind, Origin, Parameter
from spatialplan.model.profile import Profile
from spatialplan.model.verdict import State
from spatialplan.network.build import network_from_lines
from spatialplan.settings import Settings
from spatialplan.text import Text
from tests.checks.world import CRS, ORIGIN, SPEEDS, claim, feature, metres, plan_of

AXIS = LineString([(-1000, 0), (11_000, 0)])
BED = box(-2000, -300, 12_000, 300)
NORTH = [[(0, 1000), (2000, 1000)], [(2000, 1000), (8000, 1000)], [(8000, 1000), (10_000, 1000)]]
SOUTH = [[(x, -y) for x, y in road] for road in NORTH]
ROADS = [*NORTH, *SOUTH, [(2000, -1000), (2000, 1000)], [(8000, -1000), (8000, 1000)]]
FAR = box(-50_000, -50_000, 50_000, 50_000)


def network(roads=ROADS, road_class=None, accuracy_m=0.0, extent=FAR, name=None):
    lines = np.empty(len(roads), dtype=object)
    lines[:] = [affinity.translate(LineString(road), *ORIGIN) for road in roads]
    kmh = {"street": 60.0, "footway": 5.0}
    return network_from_lines(
        lines, road_class=road_class or ["street"] * len(roads), name=name or [""] * len(roads),
        ref=[""] * len(roads), accuracy_m=np.full(len(roads), accuracy_m), crs=CRS,
        extent=affinity.translate(extent, *ORIGIN), speeds=replace(SPEEDS, kmh=kmh), provenance=(),
    )  # fmt: skip


def frame(*items, **columns):
    moved = [affinity.translate(item, *ORIGIN) for item in items]
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(moved, crs=CRS), crs=CRS)


def river(shape=AXIS, accuracy_m=30.0, **more):
    return feature("river", shape, accuracy_m, kind=Kind.RIVER, **more)


def world(*features, claims=(), water=(BED,), roads=None, districts=(FAR,)):
    """Return the setting of a plan of these features."""
    one = claim("connected", "river", "river", id="snap", snap_m=1500.0, max_min=60.0)
    plan = plan_of(features, [*claims, one])
    roads = network() if roads is None else roads
    context = build_context(plan, features, roads, (), {}, frozenset(), Settings())
    verdicts = {c.id: CHECKS[c.predicate](context, c) for c in claims}
    nothing = frame(osm_id=[], name=[], kind=[], category=[], accuracy_m=[], source=[])
    n = len(districts)
    return Setting(
        context=context, verdicts=verdicts, objects=nothing, townships=nothing, villages=nothing,
        n_villages=0, districts=frame(*districts, adcode=["1"] * n, name=["区"] * n),
        water=frame(*water, **{"class": ["bank"] * len(water), "name": ["x"] * len(water)}),
    )  # fmt: skip


def concept(belts="", areas="", core="", **params):
    roles = {"river": "river", "belts": belts, "areas": areas, "core": core}
    return Concept(
        id="bay", family="riverside", theme="t", clause="c", name=Text("湾区", "Bay"),
        roles=MappingProxyType({k: tuple(v.split()) for k, v in roles.items() if v}),
        params=MappingProxyType(
            {k: Parameter(value=v, origin=Origin.PLAN) for k, v in params.items()}
        ),
    )  # fmt: skip


PLACES = (feature("a", (2000, 1000)), feature("b", (9000, 1000)), feature("c", (5000, -1000)))
CORE = feature("k", (3000, -1000))


def measured(*features, belts="", areas="a b c", core="k", params=None, **more) -> Profile:
    setting = world(*(features or (river(), *PLACES, CORE)), **more)
    return riverside.measure(setting, concept(belts, areas, core, **(params or {})))


def table(profile, key):
    exhibit = next(e for e in profile.exhibits if e.key == key)
    keys = [column.key for column in exhibit.columns]
    return [dict(zip(keys, row, strict=True)) for row in exhibit.rows]


def finding(profile, word):
    return next(f for f in profile.findings if word in f.question.zh)


def says(cell):
    return cell.zh if isinstance(cell, Text) else cell


def test_areas_by_hand() -> None:
    rows = table(measured(params={"bank_m": 700.0}), "areas")
    assert [row["area"] for row in rows] == ["a", "c", "b"], "upstream first"
    a, c, b = rows
    assert [says(row["bank"]) for row in rows] == ["左岸", "右岸", "左岸"]
    assert a["chainage"] == pytest.approx(3.0, abs=1e-4)
    assert a["axis"] == pytest.approx(1.0, abs=1e-4)
    assert a["bank_km"] == pytest.approx(0.7, abs=1e-4)
    assert {row["state"] for row in (a, b, c)} == {State.UNCERTAIN}, "700 m ± 30 against 700 m"


@pytest.mark.parametrize(
    ("bank_m", "water", "state", "share"),
    [
        (740.0, (BED,), State.HOLDS, 100.0),
        (660.0, (BED,), State.FAILS, 0.0),
        (1040.0, (), State.HOLDS, 100.0),  # without banks the axis stands in …
        (740.0, (), State.UNCERTAIN, 0.0),  # … half a width of up to 500 m left open
        (460.0, (), State.FAILS, 0.0),
    ],
)
def test_by_the_bank(bank_m, water, state, share) -> None:
    found = finding(measured(params={"bank_m": bank_m}, water=water), "岸边")
    assert (found.state, found.value) == (state, share)


def test_criticality_and_access_by_hand() -> None:
    profile = measured()
    west, east = table(profile, "criticality")
    assert west["core_used"] == 1
    assert west["core_mean"] == pytest.approx(10 / 3, abs=0.01)
    assert west["core_max"] == pytest.approx(10, abs=0.01)
    assert (west["pair_used"], west["pair_cut"], west["core_cut"]) == (1, 0, 0)
    assert west["pair_mean"] == pytest.approx(3, abs=0.01)
    assert east["core_mean"] == pytest.approx(2 / 3, abs=0.01)
    assert east["pair_max"] == pytest.approx(6, abs=0.01)
    found = finding(profile, "断开")
    assert found.state is State.HOLDS
    assert found.value == pytest.approx(16 / 5, abs=0.01)
    assert (
        "断开 1 号通道（3.0 公里处）影响最大：平均多 3.2 分钟，最多 10.0 分钟（a—k）"
        in found.answer.zh
    )
    access = {row["area"]: row for row in table(profile, "access")}
    assert access["a"]["minutes"] == pytest.approx(3, abs=0.01)
    assert access["a"]["extra"] == pytest.approx(10, abs=0.01)
    assert (says(access["a"]["over"]), says(access["a"]["worst"])) == ("1 号", "1 号")
    assert (access["c"]["over"], access["c"]["extra"]) == (None, None)
    left, right, _ = table(profile, "banks")
    assert (left["areas"], left["routed"], left["farthest"]) == (2, 2, "b")
    assert left["median"] == pytest.approx(5.5, abs=0.01)
    assert right["longest"] == pytest.approx(2, abs=0.01)
    usual, around = (metres(m.geometry) for m in profile.marks if m.role == "path")
    assert usual.length == pytest.approx(3000, abs=5)
    assert around.length == pytest.approx(13_000, abs=20)
    assert "左岸 6 分钟、右岸 2 分钟" in profile.answer.zh


def test_another_crossing_matters_most_to_other_areas() -> None:
    found = finding(measured(areas="b c"), "断开")
    assert "断开 2 号通道" in found.answer.zh
    assert found.value == pytest.approx((2 + 0 + 6) / 3, abs=0.01)


def test_a_closure_that_costs_nothing() -> None:
    profile = measured(areas="c", core="k")
    found = finding(profile, "断开")
    assert (found.state, found.value) == (State.HOLDS, 0.0)
    assert not [m for m in profile.marks if m.role == "path"]


def test_crossings_by_hand() -> None:
    half = box(-5000, -9000, 5000, 9000)
    names = [""] * 6 + ["一桥", ""]
    profile = measured(roads=network(name=names), districts=(half,))
    one, two = table(profile, "crossings")
    assert (one["name"], two["name"]) == ("一桥", None)
    assert [says(row["inside"]) for row in (one, two)] == ["区内", "区外"]
    assert (one["km"], two["km"]) == pytest.approx((3, 9), abs=1e-3)
    at = metres(Point(one["lon"], one["lat"]))
    assert (at.x, at.y) == pytest.approx((2000, 0), abs=1)
    assert says(one["basis"]) == "水面"
    found = finding(profile, "过江通道相连")
    assert (found.value, found.answer.zh) == (2, "过江通道 2 处（规划区内 1 处）")
    crossing = [metres(m.geometry) for m in profile.marks if m.role == "crossing"]
    assert [round(line.length, -1) for line in crossing] == [2000, 2000]


def test_a_bridge_is_named_after_the_road_of_the_plan_that_runs_over_it() -> None:
    ring = feature("环线", LineString([(2010, -2000), (2010, 2000)]), 20.0, kind=Kind.RING_SECTION)
    beside = feature("堤路", LineString([(0, 10), (9000, 10)]), 20.0, kind=Kind.ROAD)
    profile = measured(river(), *PLACES, CORE, ring, beside)
    assert [row["name"] for row in table(profile, "crossings")] == ["环线", None]


def test_a_jump_of_generalised_roads_is_in_doubt() -> None:
    profile = measured(roads=network([*ROADS, [(5000, -3000), (5000, 3000)]]))
    states = [row["state"] for row in table(profile, "crossings")]
    assert states == [State.HOLDS, State.UNCERTAIN, State.HOLDS]
    assert "另有 1 处存疑" in finding(profile, "过江通道相连").answer.zh
    assert any("待核" in note.zh for note in profile.notes)


def test_a_coarse_axis_tells_no_bridges() -> None:
    """Although these roads leave even so wide a band on both sides."""
    profile = measured(river(accuracy_m=600.0), *PLACES, CORE, water=())
    found = finding(profile, "过江通道相连")
    assert (found.state, found.value) == (State.NO_DATA, None)
    assert "2 条道路不能当作桥" in found.answer.zh
    assert {e.key for e in profile.exhibits}.isdisjoint({"crossings", "criticality"})
    assert finding(profile, "到核心").value == pytest.approx(8, abs=0.01)


def test_mapped_water_tells_bridges_even_with_a_coarse_axis() -> None:
    profile = measured(river(accuracy_m=2000.0), *PLACES, CORE)
    assert finding(profile, "过江通道相连").value == 2


def test_no_crossing_is_not_reported_as_no_bridge() -> None:
    jetty = [(5000, -1000), (5000, 100)]
    profile = measured(roads=network([*NORTH, *SOUTH, jetty]))
    found = finding(profile, "过江通道相连")
    assert (found.state, found.value) == (State.UNROUTABLE, None)
    assert "1 条道路与轴线相交" in found.answer.zh
    assert "不等于" in found.answer.zh
    access = finding(profile, "到核心")
    assert access.state is State.UNROUTABLE
    assert "按已有路网到不了：a、b" in access.answer.zh


def test_the_only_bridge_is_told_to_cut_off() -> None:
    profile = measured(roads=network(ROADS[:-1]))
    found = finding(profile, "断开")
    assert found.state is State.UNROUTABLE
    assert "4 个行程中断" in found.answer.zh
    (row,) = table(profile, "criticality")
    assert (row["core_cut"], row["pair_cut"], row["core_max"]) == (2, 2, 0)
    access = {row["area"]: row for row in table(profile, "access")}
    assert says(access["a"]["worst"]) == "1 号，断后到不了"
    assert [m.label.zh for m in profile.marks if m.role == "path"] == ["a—k（平时）"]


def length_claim(km):
    return claim("length", "belt", id="len", length_km=km, tolerance_pct=10.0)


@pytest.mark.parametrize(
    ("km", "state"), [(6.0, State.HOLDS), (9.0, State.FAILS), (6.6, State.UNCERTAIN)]
)
def test_belts_against_the_plan(km, state) -> None:
    belt = feature("belt", LineString([(1000, 100), (7000, 100)]), 50.0)
    profile = measured(river(), *PLACES, CORE, belt, belts="belt", claims=[length_claim(km)])
    found = finding(profile, "belt")
    assert (found.state, found.claims) == (state, ("len",))
    assert found.value == pytest.approx(6, abs=0.01)
    (row,) = table(profile, "belts")
    assert (row["from"], row["to"], row["along"]) == pytest.approx((2, 8, 6), abs=0.01)
    assert row["off"] == pytest.approx(6 - km, abs=0.01)
    (strip,) = profile.strips
    band = next(b for b in strip.bands if b.tone == "belt")
    assert (band.start_km, band.end_km) == pytest.approx((2, 8), abs=0.01)


def test_belts_without_figure_elsewhere_or_nowhere() -> None:
    far = feature("far", LineString([(0, 9000), (5000, 9000)]), 50.0)
    bent = feature("bent", LineString([(1000, 400), (4000, 4400), (7000, 400)]), 50.0)
    lost = feature("lost")
    profile = measured(river(), *PLACES, CORE, far, bent, lost, belts="far bent lost")
    states = [finding(profile, key).state for key in ("far", "bent", "lost")]
    assert states == [State.FAILS, State.HOLDS, State.NO_DATA]
    far_row, bent_row, lost_row = table(profile, "belts")
    assert (far_row["along"], far_row["share"]) == (None, 0.0)
    assert bent_row["length"] == pytest.approx(10, abs=0.01)
    assert bent_row["along"] == pytest.approx(6, abs=0.01)
    assert set(lost_row.values()) == {"lost", None, State.NO_DATA}


def test_structure() -> None:
    claims = [claim("counts", "a x", id="two", count=2), claim("counts", "k", id="one", count=1)]
    profile = measured(
        river(), *PLACES, CORE, feature("x"), areas="a b c x", claims=claims, belts=""
    )
    (row,) = table(profile, "structure")
    assert (row["stated"], row["named"], row["located"], row["missing"]) == (2, 2, 1, "x")
    assert row["state"] is State.NO_DATA
    assert finding(profile, "落到图上").state is State.NO_DATA
    assert finding(profile, "落到图上").value == 3
    assert table(profile, "areas")[-1]["state"] is State.NO_DATA


def test_the_core_by_the_river_is_told_to_lie_on_either_bank() -> None:
    by_the_water = feature("k", (3000, -1000), 1500.0)
    profile = measured(river(), *PLACES, by_the_water)
    assert any("计在右岸" in note.zh for note in profile.notes)
    assert not any("计在" in note.zh for note in measured().notes)


def test_strip_runs_downstream() -> None:
    brook = LineString([(4000, 5000), (4000, 20)])
    (strip,) = measured(water=(BED, brook)).strips
    events = sorted((round(e.km, 1), e.kind) for e in strip.events)
    assert events == [
        (3.0, "bridge"), (3.0, "place"), (5.0, "gate"), (6.0, "place"), (9.0, "bridge"),
        (10.0, "place"),
    ]  # fmt: skip
    assert strip.length_km == pytest.approx(12, abs=0.01)


def test_walking_needs_paths() -> None:
    assert finding(measured(), "步道").state is State.NO_DATA
    path = [(-1000, 350), (11_000, 350)]
    roads = network([*ROADS, path], road_class=["street"] * len(ROADS) + ["footway"])
    profile = measured(roads=roads)
    left, right = table(profile, "walking")
    assert (left["share"], left["gap"]) == (100.0, 0.0)
    assert (right["share"], right["gap"]) == pytest.approx((0, 12), abs=0.01)
    assert finding(profile, "步道").state is State.UNCERTAIN
    coarse = measured(river(accuracy_m=100.0), *PLACES, CORE, roads=roads, water=())
    assert "没有岸线" in finding(coarse, "步道").answer.zh


@pytest.mark.parametrize(
    ("axis", "said"),
    [
        (None, "未定位"),
        (Point(0, 0), "没有线形"),
        (box(0, 0, 9, 9), "没有线形"),
    ],
)
def test_no_river(axis, said) -> None:
    profile = measured(river(axis), *PLACES, CORE)
    (found,) = profile.findings
    assert found.state is State.NO_DATA
    assert said in profile.answer.zh


def test_nothing_but_a_river() -> None:
    profile = measured(river(), areas="", core="", water=(), districts=())
    assert [f.question.zh for f in profile.findings] == [
        "两岸是否有过江通道相连",
        "断开任何一处过江通道，片区是否仍能通达",
        "滨江步道是否连续",
    ]
    assert finding(profile, "断开").state is State.NO_DATA
    assert [says(row["inside"]) for row in table(profile, "crossings")] == ["未知", "未知"]


@pytest.mark.parametrize(
    ("core", "state", "said"),
    [
        (feature("k"), State.NO_DATA, "未定位"),
        (feature("k", (5000, 5000)), State.UNROUTABLE, "不在道路旁"),
        (feature("k", (5000, 90_000)), State.NO_DATA, "不在道路旁"),
    ],
)
def test_no_core(core, state, said) -> None:
    profile = measured(river(), *PLACES, core)
    found = finding(profile, "到核心")
    assert (found.state, found.value) == (state, None)
    assert said in found.answer.zh
    # The banks are still joined, and a closure still costs.
    assert finding(profile, "断开").value == pytest.approx(3, abs=0.01)


def test_areas_away_from_any_road_are_told() -> None:
    hill, abroad = feature("hill", (5000, 4000)), feature("abroad", (5000, 90_000))
    profile = measured(river(), PLACES[0], hill, abroad, CORE, areas="a hill abroad")
    states = {row["area"]: row["state"] for row in table(profile, "access")}
    assert states == {"a": State.HOLDS, "hill": State.UNROUTABLE, "abroad": State.NO_DATA}
    found = finding(profile, "到核心")
    assert found.state is State.UNROUTABLE
    assert "hill、abroad" in found.answer.zh


def test_no_area_at_all_is_located() -> None:
    profile = measured(river(), feature("x"), CORE, areas="x")
    assert finding(profile, "岸边").state is State.NO_DATA
    assert finding(profile, "到核心").state is State.NO_DATA
    assert finding(profile, "断开").state is State.NO_DATA


def test_order_of_features_changes_nothing() -> None:
    one = measured()
    two = measured(*reversed((river(), *PLACES, CORE)), areas="c b a")
    assert one.answer == two.answer
    assert table(one, "criticality") == table(two, "criticality")


def test_parts_of_the_river_that_do_not_join_are_told() -> None:
    axis = MultiLineString([AXIS, LineString([(0, 30_000), (4000, 30_000)])])
    assert any(
        "4.0 公里与主线不相接" in note.zh for note in measured(river(axis), *PLACES, CORE).notes
    )


def test_no_english_in_chinese() -> None:
    profile = measured()
    texts = [f.answer.zh + f.question.zh for f in profile.findings]
    texts += [note.zh for note in profile.notes]
    texts += [c.name.zh for e in profile.exhibits for c in e.columns]
    texts += [e.note.zh for e in profile.exhibits if e.note]
    for text in texts:
        words = "".join(c if c.isascii() and c.isalpha() else " " for c in text).split()
        assert set(words) <= {"a", "b", "c", "k"}, text
    assert shapely.is_valid([m.geometry for m in profile.marks]).all()
