"""Core, wings, poles: a tiny world by hand, degenerate inputs, the embedded cities, Andorra."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from shapely import box

from spatialplan import loading
from spatialplan.concepts.regions import measure
from spatialplan.io.plans import read_plan
from spatialplan.model.plan import Kind
from spatialplan.model.profile import Profile
from spatialplan.model.verdict import State
from spatialplan.settings import Settings
from tests.checks.world import claim, feature, metres
from tests.concepts.test_regions_world import (
    check_shape,
    concept_of,
    embedded,
    finding,
    rows,
    setting_of,
    whole_run,
)
from tests.conftest import ROOT

AREA = box(-500, -500, 8000, 3500)
EAST, WEST = box(3000, -1000, 11_000, 3500), box(-1000, -1000, 3500, 3500)


def world(*more, **shapes):
    places = {"core": (0, 0), "north": (4000, 3000), "end": (10_000, 0)}
    return [feature(key, shape) for key, shape in {**places, **shapes}.items()] + list(more)


def measured(features, claims=(), concept=None, **more) -> Profile:
    concept = concept or concept_of(
        "regions", core="core", wings="east", seats="core north end", targets="far"
    )
    profile = measure(setting_of(features, claims, **more), concept)
    check_shape(profile)
    return profile


def test_times_and_cohesion_by_hand() -> None:
    profile = measured(world(east=EAST, far=(20_000, 0)), districts={"县": AREA})
    table = rows(profile, "seat-times")
    assert [row["to-1"] for row in table] == pytest.approx([0, 7, 10], abs=1e-3)
    assert [row["to-2"] for row in table] == pytest.approx([7, 0, 9], abs=1e-3)
    (east,) = rows(profile, "cohesion")
    assert east["members"].zh == "north、end"
    assert east["within"] == pytest.approx(9, abs=1e-3)
    assert east["between"] == pytest.approx(8.5, abs=1e-3)
    assert east["ratio"] == pytest.approx(9 / 8.5, abs=1e-4)
    found = finding(profile, "对外更近")
    assert (found.state, found.unit) == (State.FAILS, "ratio")


def test_vague_seats_leave_cohesion_open() -> None:
    vague = [feature("end", (10_000, 0), 600.0) if f.id == "end" else f for f in world(east=EAST)]
    profile = measured([*vague, feature("far", (20_000, 0))])
    found = finding(profile, "对外更近")
    assert found.state is State.UNCERTAIN
    # Not for its edge, which is a kilometre off, but for the time.
    assert not any("归属" in note.zh for note in profile.notes)


def test_cohesion_of_a_part_is_told_as_such() -> None:
    """The road to d leads there only: four of six pairs within, two of three between back."""
    features = [*world(east=EAST, far=(20_000, 0)), feature("d", (10_000, 2000))]
    concept = concept_of("regions", core="core", wings="east", seats="core north end d")
    profile = measured(features, concept=concept)
    found = finding(profile, "对外更近")
    assert found.state is State.UNCERTAIN
    assert "仅据可算的内部 4/6 对、对外 5/6 对" in found.answer.zh
    (east,) = rows(profile, "cohesion")
    assert east["within"] == pytest.approx((9 + 9 + 11 + 2) / 4, abs=1e-3)


def test_core_to_seats_and_townships() -> None:
    towns = {"near": (1000, 0, 1.0), "gap": (6000, 4000, 1.0), "edge": (7900, 0, 1.0),
             "else": (9000, 0, 1.0)}  # fmt: skip
    area = box(-500, -500, 8000, 4500)
    profile = measured(world(east=EAST, far=(20_000, 0)), districts={"县": area}, townships=towns)
    assert [row["min"] for row in rows(profile, "core-to-seats")] == pytest.approx(
        [7, 10], abs=1e-3
    )
    county, total = rows(profile, "core-to-townships")
    assert (county["placed"], county["routed"], county["unroutable"]) == (3, 2, 1)
    assert county["least"] == pytest.approx(1, abs=1e-3)
    assert county["most"] == pytest.approx(7.9, abs=1e-3)
    assert (county["within-30"], county["doubtful"]) == (2, 0)
    assert list(total.values())[1:] == list(county.values())[1:]


def test_a_vague_township_lies_near_the_limit() -> None:
    """9 minutes from the core, known to 21.5 km at a minute each: it may be 30."""
    towns = {"vague": (9000, 0, 21_500.0)}
    profile = measured(
        world(east=EAST, far=(20_000, 0)),
        districts={"县": box(-500, -500, 12_000, 3500)},
        townships=towns,
    )
    assert rows(profile, "core-to-townships")[0]["doubtful"] == 1


def test_last_covered_point_towards_a_target_beyond() -> None:
    profile = measured(world(east=EAST, far=(20_000, 0)), districts={"县": AREA})
    (row,) = rows(profile, "outward")
    assert row["state"] is State.NO_DATA
    assert row["last-min"] == pytest.approx(10, abs=1e-3)
    assert row["short-km"] == pytest.approx(10, abs=0.01)
    assert row["min"] is None
    (mark,) = [m for m in profile.marks if m.role == "point"]
    assert metres(mark.geometry).distance(shapely.Point(10_000, 0)) < 0.01
    assert row["gateway"] == "1*"


def test_an_estimate_is_marked_and_proves_nothing() -> None:
    profile = measured(
        world(east=EAST, far=(20_000, 0)), districts={"县": AREA}, settings=Settings(estimate=True)
    )
    (row,) = rows(profile, "outward")
    assert row["state"] is State.NO_DATA
    assert row["estimated"].zh == "是"
    assert row["km"] == pytest.approx(28, rel=0.001)
    assert finding(profile, "对外是否打开").value is None


def test_gateway_on_the_way_to_a_target() -> None:
    features = world(east=EAST, far=(10_000, 200))
    profile = measured(features, districts={"县": AREA})
    (gate,) = rows(profile, "gateways")
    assert gate["from-1"] == pytest.approx(8, abs=1e-3)
    assert gate["towards"] == "far"
    (row,) = rows(profile, "outward")
    assert (row["state"], row["gateway"]) == (State.HOLDS, "1")
    (mark,) = [m for m in profile.marks if m.role == "gateway"]
    assert metres(mark.geometry).distance(shapely.Point(8000, 0)) < 0.01
    found = finding(profile, "门户")
    assert (found.state, found.value) == (State.HOLDS, 1.0)


def test_the_gateway_of_a_path_is_where_it_leaves_last() -> None:
    parts = {"西": box(-500, -500, 2000, 3500), "东": box(5000, -500, 8000, 3500)}
    profile = measured(world(east=EAST, far=(10_000, 200)), districts=parts)
    table = {round(row["from-1"]): row["towards"] for row in rows(profile, "gateways")}
    assert table == {2: None, 5: None, 8: "far"}


def test_poles_open_towards_the_targets_that_their_claims_name() -> None:
    features = [*world(east=EAST, west=WEST), feature("a", (11_500, 0)), feature("b", (-1500, 0)),
                feature("c", (11_000, 500)), feature("d", None),
                feature("o", (-1000, 0), kind=Kind.OUTWARD_TARGET)]  # fmt: skip
    claims = [
        claim("connected", "east", "b", id="k1"),
        claim("reaches", "east", "o", id="k2", max_min=5),
    ]
    concept = concept_of("regions", core="core", poles="east west", seats="core north end",
                         targets="a b c d")  # fmt: skip
    profile = measured(features, claims, concept)
    pairs = {(row["region"], row["target"]) for row in rows(profile, "outward")}
    # a and c by nearness of what stands for each pole, d without a place to the core.
    assert pairs == {("east", "b"), ("east", "o"), ("east", "a"), ("east", "c"), ("core", "d")}
    assert finding(profile, "east对外").claims == ("k1", "k2")
    assert any("直线最近的极" in note.zh for note in profile.notes)


def test_members_that_claims_list_go_by_their_anchor() -> None:
    features = [
        *world(), feature("east", None), feature("far", (20_000, 0)),
        feature("county", EAST, anchor="end", kind=Kind.DISTRICT),
        feature("other", None, kind=Kind.DISTRICT),
    ]  # fmt: skip
    claims = [claim("contains", "east", "county other north")]
    profile = measured(features, claims)
    (row,) = rows(profile, "cohesion")
    assert row["members"].zh == "north、end、other"
    assert finding(profile, "都在").state is State.NO_DATA
    assert row["pairs"] == "2/2, 4/4"


def test_a_seat_near_the_edge_leaves_cohesion_open() -> None:
    tight = box(3990, -1000, 11_000, 3500)
    profile = measured([*world(east=tight, far=(20_000, 0))])
    assert finding(profile, "对外更近").state is State.FAILS
    vague = [
        feature("north", (4000, 3000), 20.0) if f.id == "north" else f for f in world(east=tight)
    ]
    profile = measured([*vague, feature("far", (20_000, 0))])
    assert finding(profile, "对外更近").state is State.UNCERTAIN
    assert any("north" in note.zh for note in profile.notes)
    listed = [claim("contains", "east", "north")]
    profile = measured([*vague, feature("far", (20_000, 0))], listed)
    assert not any("north" in note.zh for note in profile.notes)


@pytest.mark.parametrize(
    ("change", "word", "state"),
    [
        ({"core": None}, "核心能否", State.NO_DATA),
        ({"north": (6000, 4000)}, "核心能否", State.UNROUTABLE),
        ({"end": None}, "对外更近", State.NO_DATA),
        ({"east": None}, "都在", State.NO_DATA),
        ({"far": None}, "对外是否打开", State.NO_DATA),
    ],
)
def test_degenerate_inputs_have_a_state(change: dict, word: str, state: State) -> None:
    shapes = {"east": EAST, "far": (20_000, 0), **change}
    profile = measured(world(**shapes), districts={"县": AREA}, townships={"t": (1000, 0, 1.0)})
    assert finding(profile, word).state is state


def test_no_core_road_leaves_townships_unknown() -> None:
    profile = measured(
        world(core=None, east=EAST, far=(20_000, 0)),
        districts={"县": AREA}, townships={"t": (1000, 0, 1.0)},
    )  # fmt: skip
    row = rows(profile, "core-to-townships")[0]
    assert row["placed"] == 1
    assert all(
        row[key] is None for key in ("routed", "unroutable", "unmapped", "within-30", "most")
    )


def test_only_a_core_and_no_districts() -> None:
    profile = measured(
        [feature("core", (0, 0))], concept=concept_of("regions", core="core", seats="core")
    )
    assert [f.state for f in profile.findings] == [State.HOLDS, State.NO_DATA]
    assert "没有驻地可算" in profile.answer.zh


# The embedded roads: coordinates of seats are known to 1.5 km, which is 3 minutes in town and 1.5
# to 2 on the road; the paths themselves are fixed by the snapshot.
SEAT_MIN = 3.0


@pytest.fixture(scope="module")
def yiyang() -> Profile:
    return embedded("yiyang", "regions")


@pytest.fixture(scope="module")
def xiangtan() -> Profile:
    return embedded("xiangtan", "regions")


def test_yiyang_has_its_core_wings_and_poles(yiyang: Profile) -> None:
    check_shape(yiyang)
    assert finding(yiyang, "都在").state is State.HOLDS
    members = {row["region"]: row["members"].zh for row in rows(yiyang, "cohesion")}
    assert members["益沅南湖区（服务业发展支撑区）"] == (
        "大码头街道（资阳城区）、南洲镇（南县县城）、琼湖街道（沅江市区）、大通湖区"
    )
    assert members["西南部一极（对接大湘西南）"] == "东坪镇（安化县城）"


def test_yiyang_gaps_of_the_map_are_told_as_such(yiyang: Profile) -> None:
    """Of the county seats the embedded roads join only the two halves of the city."""
    found = finding(yiyang, "核心能否")
    assert (found.state, found.value) == (State.UNROUTABLE, 2.0)
    assert "core-links-towns" in found.claims
    assert "wellness-to-changde" not in found.claims
    assert finding(yiyang, "对外更近").state is State.UNROUTABLE
    assert any("底图缺路" in note.zh for note in yiyang.notes)


def test_yiyang_central_pole_reaches_changsha_by_g319(yiyang: Profile) -> None:
    """About 85 km by the national road; the motorway is not in the embedded data."""
    table = {(row["region"], row["target"]): row for row in rows(yiyang, "outward")}
    row = table["中部一极（对接长株潭）", "长沙"]
    # Changsha's place is known to 5 km.
    assert row["km"] == pytest.approx(89, abs=5)
    gate = rows(yiyang, "gateways")[int(row["gateway"]) - 1]
    assert gate["road"] == "G319"
    assert "长沙" in gate["towards"]
    assert (gate["lon"], gate["lat"]) == (
        pytest.approx(112.494, abs=0.005), pytest.approx(28.316, abs=0.005),
    )  # fmt: skip
    assert finding(yiyang, "中部一极").state is State.HOLDS


def test_yiyang_southwest_ends_at_the_last_road(yiyang: Profile) -> None:
    table = {row["target"]: row for row in rows(yiyang, "outward")}
    row = table["张家界"]
    assert row["state"] is State.NO_DATA
    assert row["last-min"] == pytest.approx(19, abs=SEAT_MIN)
    assert row["short-km"] == pytest.approx(107, abs=5)
    assert table["大湘西"]["state"] is State.NO_DATA
    assert table["大湘西"]["last-min"] is None


def test_yiyang_estimates_only_on_request(yiyang: Profile) -> None:
    assert not any(row["estimated"] for row in rows(yiyang, "outward"))
    guessed = embedded("yiyang", "regions", Settings(estimate=True))
    row = next(r for r in rows(guessed, "outward") if r["target"] == "张家界")
    assert row["estimated"].zh == "是"
    assert row["state"] is State.NO_DATA
    # 110 km as the crow flies, times 1.4.
    assert row["km"] == pytest.approx(154, rel=0.05)


def test_xiangtan_zones(xiangtan: Profile) -> None:
    check_shape(xiangtan)
    seats = {row["seat"]: row for row in rows(xiangtan, "core-to-seats")}
    assert seats["易俗河"]["min"] == pytest.approx(15, abs=SEAT_MIN)
    assert seats["湘乡市县城"]["min"] == pytest.approx(57, abs=SEAT_MIN)
    assert seats["湘乡市县城"]["km"] == pytest.approx(45.8, abs=3)
    assert seats["韶山（城区）"]["state"] is State.UNROUTABLE
    assert finding(xiangtan, "对外更近").state is State.NO_DATA
    linked = finding(xiangtan, "互相联通")
    # Seven of eight zones reach each other; Shaoshan's roads are a piece of their own.
    assert linked.value == pytest.approx(42 / 56)
    assert "韶山" in linked.answer.zh


def test_xiangtan_gateways_are_where_its_roads_leave(xiangtan: Profile) -> None:
    """G320 in the west, G107 in the south, the roads of Zhaoshan to Changsha in the north."""
    gates = rows(xiangtan, "gateways")
    road = {row["road"]: row for row in gates if row["road"]}
    assert road["G320"]["lon"] == pytest.approx(112.329, abs=0.005)
    assert road["G107"]["lat"] == pytest.approx(27.360, abs=0.005)
    changsha = next(row for row in gates if "长沙" in (row["towards"] or ""))
    assert (changsha["lon"], changsha["lat"]) == (
        pytest.approx(113.014, abs=0.005), pytest.approx(27.976, abs=0.005),
    )  # fmt: skip
    # A boundary known to 200 m may add or drop a crossing that only just leaves.
    assert len(gates) == pytest.approx(27, abs=3)
    assert sum(row["class"].zh == "高速公路" for row in gates) == pytest.approx(7, abs=1)


@pytest.fixture(scope="module")
def andorra(raw_data: Path) -> Profile:
    plan = read_plan(ROOT / "tests" / "packs" / "andorra")
    pbf = raw_data / "osm" / "andorra-2026-04-04.osm.pbf"
    inputs = loading.load_inputs(plan, pbf)
    (profile,) = whole_run(plan, inputs, "regions").profiles
    return profile


def test_andorra_hangs_together_but_for_the_pass(andorra: Profile) -> None:
    """Pas de la Casa lies over the pass: Encamp's own parish is farther from it than the valley."""
    check_shape(andorra)
    found = finding(andorra, "核心能否")
    assert (found.state, found.value) == (State.HOLDS, 8.0)
    table = {row["region"]: row for row in rows(andorra, "cohesion")}
    canillo = next(row for name, row in table.items() if "Canillo" in name)
    encamp = next(row for name, row in table.items() if "Encamp" in name)
    assert canillo["state"] is State.HOLDS
    assert encamp["state"] is State.FAILS
    assert encamp["ratio"] == pytest.approx(1.25, abs=0.1)


def test_andorra_leaves_for_spain_by_the_cg1(andorra: Profile) -> None:
    gates = rows(andorra, "gateways")
    spain = next(row for row in gates if (row["road"] or "").startswith("CG-1"))
    assert spain["class"].zh == "快速路"
    # Sant Julià to the border is 5.5 km of main road; one carriageway leads in only.
    assert 2 < spain["from-2"] < 8
    assert "Seu" in spain["towards"]
    outward = {row["target"]: row for row in rows(andorra, "outward")}
    assert outward["Toulouse"]["state"] is State.NO_DATA
    assert outward["Toulouse"]["last-min"] is not None
