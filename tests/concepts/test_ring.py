"""The ring concept on a square of 4 km sides: answers, tables, strip; and inputs that are not there."""

from __future__ import annotations

from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, affinity, box

from spatialplan.checks import CHECKS
from spatialplan.concepts import ring
from spatialplan.concepts.setting import Setting
from spatialplan.model.network import SpeedTable
from spatialplan.model.plan import Concept, Kind, Origin, Parameter
from spatialplan.model.profile import Profile
from spatialplan.model.verdict import State
from spatialplan.network.build import network_from_lines
from spatialplan.text import Text
from tests.checks.world import CRS, ORIGIN, claim, context_of, feature, metres

SPEEDS = SpeedTable(
    kmh={"primary": 60.0, "secondary": 40.0, "tertiary": 30.0}, access_kmh=30.0, source="test"
)
AREA = box(-3000, -3000, 7000, 7000)
SIDES = {
    "north": [(0, 4000), (4000, 4000)],
    "east": [(4000, 4000), (4000, 0)],
    "south": [(4000, 0), (0, 0)],
    "west": [(0, 0), (0, 4000)],
}
LANE = [(0, 0), (-1000, 2000), (0, 4000)]
OPEN = ("north", "east", "south")


def placed(shape):
    return affinity.translate(shape, *ORIGIN)


def sections(keys=tuple(SIDES), accuracy_m=5.0, **more):
    """Return the sections as features; the others of the square are not located."""
    return [
        feature(
            key, LineString(side) if key in keys else None, accuracy_m, kind=Kind.RING_SECTION,
            role=more.get(key, ""),
        )
        for key, side in SIDES.items()
    ]  # fmt: skip


def network(primary=tuple(SIDES), **others):
    drawn = [("primary", SIDES[key]) for key in primary]
    drawn += [(name, road) for name, group in others.items() for road in group]
    lines = np.empty(len(drawn), dtype=object)
    lines[:] = [placed(LineString(road)) for _, road in drawn]
    n = len(drawn)
    return network_from_lines(
        lines, road_class=[name for name, _ in drawn], name=[""] * n, ref=[""] * n,
        accuracy_m=np.full(n, 5.0), crs=CRS, extent=placed(AREA), speeds=SPEEDS, provenance=(),
    )  # fmt: skip


def frame(rows, **columns):
    shapes = gpd.GeoSeries([placed(shape) for shape in rows], crs=CRS)
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def pois(*rows):
    """Return points as (category, (x, y)), 10 m accurate."""
    return frame(
        [Point(xy) for _, xy in rows],
        category=[c for c, _ in rows],
        accuracy_m=10.0,
        kind="",
        name="",
    )


def rivers(*rows):
    """Return rivers as (name, shape)."""
    return frame(
        [s for _, s in rows], **{"class": ["river"] * len(rows)}, name=[n for n, _ in rows]
    )


def setting_of(features, claims=(), roads=None, **more):
    context = context_of(features, claims, roads or network())
    return Setting(
        context=context,
        verdicts={c.id: CHECKS[c.predicate](context, c) for c in claims},
        objects=more.get("objects", pois()),
        townships=pois(), villages=pois(), n_villages=0,
        districts=more.get("districts", frame([AREA], adcode=["1"], name=["甲"])),
        water=more.get("water", rivers()),
        categories={"commerce": Text("商业", "commerce"), "tourism": Text("文旅", "tourism"),
                    "industry": Text("产业", "industry")},
    )  # fmt: skip


def concept_of(places=(), keys=tuple(SIDES), **params):
    return Concept(
        id="ring", family="ring", theme="t", clause="c", name=Text("环线", "Ring"),
        roles=MappingProxyType({"sections": tuple(keys), "places": tuple(places)}),
        params=MappingProxyType(
            {k: Parameter(value=v, origin=Origin.PLAN) for k, v in params.items()}
        ),
    )  # fmt: skip


def measured(features, claims=(), roads=None, concept=None, **more) -> Profile:
    return ring.measure(setting_of(features, claims, roads, **more), concept or concept_of())


def table(profile, key):
    """Return a table as dictionaries."""
    (found,) = [exhibit for exhibit in profile.exhibits if exhibit.key == key]
    names = [column.key for column in found.columns]
    assert all(len(row) == len(names) for row in found.rows)
    return [dict(zip(names, row, strict=True)) for row in found.rows]


def finding(profile, word):
    (found,) = [one for one in profile.findings if word in one.question.zh]
    return found


def test_a_whole_ring():
    profile = measured(sections(), concept=concept_of(belt_m=500))
    assert profile.answer.zh == (
        "4 段均有线位；已闭合成环，周长 16.0 公里；绕行一周约 16 分钟、16.0 公里；规划未列联通对象。"
    )
    assert profile.answer.en.startswith("All 4 sections have a line; it is a closed circuit")
    assert [f.state for f in profile.findings[:2]] == [State.HOLDS, State.HOLDS]
    assert finding(profile, "绕行").value == pytest.approx(16, abs=0.01)
    (shape,) = table(profile, "shape")
    assert (shape["closure"], shape["bearings"], shape["winding"]) == (100, 360, 1)
    assert not [e for e in profile.exhibits if e.key in ("gaps", "closing", "links", "places")]
    assert not any(one.role in ("gap", "missing_link") for one in profile.marks)


def test_without_the_west_the_lane_would_close_it():
    profile = measured(sections(), roads=network(tertiary=[LANE]))
    assert finding(profile, "闭合").state is State.HOLDS
    profile = measured(
        sections(OPEN), roads=network(OPEN, tertiary=[LANE]), concept=concept_of(keys=OPEN)
    )
    whole = finding(profile, "闭合")
    assert (whole.state, whole.value) == (State.FAILS, pytest.approx(75))
    assert whole.answer.zh == "未闭合，闭合度 75.0%，西侧缺 4.00 公里"
    closing = finding(profile, "怎么补")
    assert closing.answer.zh == (
        "西侧沿现有支路 4.5 公里可绕通（9 分钟），改建这段道路最省，若按环线标准新建直线连接为 4.00 公里"
    )
    (gap,) = table(profile, "gaps")
    assert gap["side"].zh == "西"
    assert gap["existing"] == pytest.approx(4.472, abs=0.001)
    assert (gap["new"], gap["water"]) == (0, 0)
    assert gap["cost"] == pytest.approx(0.7 * 4.472, abs=0.001)
    rows = table(profile, "closing")
    assert [(row["option"].zh, row["class"].zh) for row in rows] == [
        ("最省", "支路"),
        ("直线新建", "新建"),
    ]
    assert rows[0]["speed"] == pytest.approx(30, abs=0.01)
    legs = [row for row in table(profile, "drive") if "缺口起点—" in row["leg"].zh]
    assert legs[0]["time"] == pytest.approx(8.944, abs=0.01)
    assert "西门落在缺口内，绕行时不经过" in [note.zh for note in profile.notes]
    (link,) = [mark for mark in profile.marks if mark.role == "missing_link"]
    assert metres(link.geometry).hausdorff_distance(LineString(LANE)) < 1


def test_where_no_road_leads_across_a_new_one_is_told_with_its_bridge():
    river = rivers(("涟水", LineString([(-3000, 2000), (1500, 2000)])))
    profile = measured(
        sections(OPEN), roads=network(OPEN), concept=concept_of(keys=OPEN), water=river
    )
    closing = finding(profile, "怎么补")
    assert closing.answer.zh == (
        "西侧现有道路不连通，至少新建 4.00 公里，若按环线标准新建直线连接为 4.00 公里，其中跨水 100 米"
    )
    assert finding(profile, "绕行").state is State.UNROUTABLE
    assert "已有路网上绕不成一周" in profile.answer.zh
    (strip,) = profile.strips
    assert [e.label.zh for e in strip.events if e.kind == "bridge"] == ["跨涟水（缺口内，待建）"]


def test_the_strip_is_the_whole_ring():
    river = rivers(("湘江", LineString([(3000, 3000), (3000, 5000)])))
    features = [
        *sections(OPEN),
        feature("park", (4300, 2000), 50.0),
        feature("far", (9500, 2000), 50.0),
    ]
    profile = measured(
        features, roads=network(OPEN, tertiary=[LANE]), water=river,
        concept=concept_of(["park", "far"], OPEN),
    )  # fmt: skip
    (strip,) = profile.strips
    assert strip.closed
    assert strip.length_km == pytest.approx(16)
    spans = {}
    for band in strip.bands:
        spans.setdefault(band.track.zh, []).append(
            (round(band.start_km), round(band.end_km), band.tone)
        )
    assert spans == {
        "路段": [(0, 2, "section"), (2, 6, "section"), (6, 10, "section"), (14, 16, "section")],
        "缺口": [(10, 14, "gap")],
        "等级": [(0, 10, "major"), (14, 16, "major")],
    }
    events = [(round(event.km, 2), event.label.zh, event.kind) for event in strip.events]
    assert events == [
        (0, "北门", "gate"), (1, "跨湘江", "bridge"), (4, "东门", "gate"),
        (4, "park 0.3 公里", "place"), (8, "南门", "gate"), (12, "西门（缺口内）", "gate"),
    ]  # fmt: skip


def test_links_are_those_of_the_claims():
    features = [*sections(), feature("campus", (2000, 4400)), feature("lost")]
    claims = [
        claim("connected", "north", "campus", id="a"), claim("connected", "north", "lost", id="b"),
        claim("meets", "east", "north", id="c", gap_m=200), claim("ring_closed", SIDES, id="d"),
    ]  # fmt: skip
    profile = measured(features, claims)
    rows = table(profile, "links")
    assert [(row["place"], row["state"], row["claim"]) for row in rows] == [
        ("campus", State.HOLDS, "a"), ("lost", State.NO_DATA, "b"), ("north", State.HOLDS, "c"),
    ]  # fmt: skip
    assert rows[0]["road"] == pytest.approx(0.4, abs=0.01)
    assert rows[0]["time"] == pytest.approx(0.8, abs=0.01)
    assert rows[0]["straight"] is None
    assert (rows[2]["road"], rows[2]["straight"]) == (None, 0)
    linked = finding(profile, "联通")
    assert (linked.state, linked.value, linked.claims) == (State.NO_DATA, 2, ("a", "b", "c"))
    assert linked.answer.zh == "规划所列联通 3 项中 2 项成立、1 项无数据"
    assert finding(profile, "闭合").claims == ("d",)


def test_places_at_the_edge_of_the_belt_are_uncertain():
    features = [
        *sections(), feature("in", (2000, 4300), 50.0), feature("edge", (2000, 4480), 50.0),
        feature("out", (2000, 4900), 50.0), feature("lost"), feature("zone", box(500, 500, 3700, 1500), 9.0),
    ]  # fmt: skip
    profile = measured(
        features, concept=concept_of(["in", "edge", "out", "lost", "zone"], belt_m=500)
    )
    rows = table(profile, "places")
    assert [row["state"] for row in rows] == [
        State.HOLDS, State.UNCERTAIN, State.FAILS, State.NO_DATA, State.HOLDS,
    ]  # fmt: skip
    assert [row["section"] for row in rows] == ["north", "north", "north", None, "east"]
    assert rows[4]["distance"] == pytest.approx(0.3)
    places = finding(profile, "平台园区")
    assert places.answer.zh == "沿线 4 处已定位平台园区中 2 处在带内、1 处在位置误差之内难定"


def test_location_quotients_by_hand():
    """North has 6 shops and 2 inns; the area 12 shops and 12 inns: 6/8 over 1/2 is 1.5, or near it."""
    shops = [("commerce", (1000 + 100 * n, 4100)) for n in range(6)]
    inns = [("tourism", (1000, 4200)), ("tourism", (1100, 4200))]
    inside = [("commerce", (2000, 2000 + n)) for n in range(6)]
    inside += [("tourism", (1800, 2000 + n)) for n in range(10)]
    abroad = [("commerce", (2000, 50_000))] * 9
    beyond = [("industry", (2500, 4505))]  # known to 10 m, so that it may lie in the belt
    profile = measured(
        sections(north="商贸与休闲", south="工业"), objects=pois(*shops, *inns, *inside, *abroad, *beyond),
        concept=concept_of(belt_m=500),
    )  # fmt: skip
    rows = {(row["section"], row["category"].zh): row for row in table(profile, "gathering")}
    shop = rows["north", "商业"]
    assert (shop["own"], shop["belt"], shop["city"], shop["all"]) == (6, 8, 12, 25)
    assert shop["quotient"] == pytest.approx(6 / 8 / (12 / 25))
    assert rows["north", "文旅"]["quotient"] == pytest.approx(2 / 8 / (12 / 25))
    assert (shop["few"].zh, rows["north", "文旅"]["few"].zh) == ("", "个数少")
    assert rows["south", "商业"]["quotient"] is None
    gathers = finding(profile, "聚集")
    assert "north商业成立" in gathers.answer.zh
    assert "north文旅不确定" in gathers.answer.zh
    assert "south产业无数据" in gathers.answer.zh
    assert gathers.state is State.NO_DATA
    assert "1 个兴趣点离产业带边线不超过其位置误差，归属难定" in [note.zh for note in profile.notes]


def test_without_points_nothing_is_said_of_gathering():
    profile = measured(sections())
    assert finding(profile, "聚集").state is State.NO_DATA
    assert finding(profile, "聚集").value is None
    assert not [e for e in profile.exhibits if e.key == "gathering"]


def test_a_section_that_is_not_located_leaves_closure_open():
    profile = measured(sections(OPEN), roads=network(OPEN, tertiary=[LANE]))
    there, whole = finding(profile, "是否有线位"), finding(profile, "闭合")
    assert (there.state, there.value) == (State.NO_DATA, 3)
    assert there.answer.zh == "4 段中 3 段有线位，west未定位成线"
    assert whole.state is State.NO_DATA
    assert whole.answer.zh.startswith("按已定位的路段，未闭合")
    last = table(profile, "sections")[-1]
    assert last["section"] == "west"
    assert last["along"] is last["found"] is last["speed"] is None


@pytest.mark.parametrize("shape", [None, Point(0, 0)])
def test_no_section_at_all(shape):
    features = [feature(key, shape) for key in SIDES]
    profile = measured(features)
    (only,) = profile.findings
    assert only.state is State.NO_DATA
    assert profile.answer.zh == "4 段均未定位成线。"
    assert (profile.exhibits, profile.marks, profile.strips) == ((), (), ())


def test_one_straight_section_is_no_ring():
    profile = measured(sections(("north",)), roads=network(("north",)))
    assert finding(profile, "绕行").state is State.NO_DATA
    assert "线位不足以成环" in profile.answer.zh
    assert profile.strips == ()


def test_a_ring_away_from_all_roads():
    roads = network((), tertiary=[[(6000, 6000), (6900, 6900)]])
    for keys in (tuple(SIDES), OPEN):
        profile = measured(sections(keys), roads=roads, concept=concept_of(keys=keys))
        assert finding(profile, "等级").state is State.NO_DATA
        assert finding(profile, "绕行").value is None
        rows = table(profile, "sections")
        assert [row["found"] for row in rows] == [0] * len(keys)
        assert all(row["class"] is None and row["speed"] is None for row in rows)
    assert finding(profile, "怎么补").state is State.UNROUTABLE
    (gap,) = table(profile, "gaps")
    assert gap["existing"] is gap["new"] is gap["cost"] is None


def test_a_gap_barely_over_the_limit_is_uncertain():
    west = [[(0, 0), (0, 1900)], [(0, 2105), (0, 4000)]]
    features = [
        *sections(OPEN, 20.0)[:3],
        *(feature(f"west{n}", LineString(w), 20.0) for n, w in enumerate(west)),
    ]
    profile = measured(features, roads=network(OPEN, secondary=west),
                       concept=concept_of(keys=(*OPEN, "west0", "west1")))  # fmt: skip
    assert finding(profile, "闭合").state is State.UNCERTAIN
    assert "概化误差之内" in finding(profile, "闭合").answer.zh


@given(st.permutations(list(SIDES)))
@settings(max_examples=8, deadline=None)
def test_the_order_of_sections_does_not_matter(order):
    profile = measured(sections(), concept=concept_of(keys=order))
    plain = measured(sections())
    assert profile.answer == plain.answer
    by_name = {row["section"]: row for row in table(profile, "sections")}
    for row in table(plain, "sections"):
        assert by_name[row["section"]]["along"] == pytest.approx(row["along"])


def test_every_sentence_is_in_both_languages():
    features = [*sections(OPEN), feature("park", (4300, 2000), 50.0)]
    profile = measured(
        features, [claim("connected", "north", "park", id="a")],
        network(OPEN, tertiary=[LANE]), concept_of(["park"], OPEN),
        water=rivers(("", LineString([(-3000, 2000), (1500, 2000)]))),
    )  # fmt: skip
    texts = [profile.answer, *profile.notes, *(m.label for m in profile.marks)]
    texts += [t for f in profile.findings for t in (f.question, f.answer)]
    texts += [c.name for e in profile.exhibits for c in e.columns] + [
        e.title for e in profile.exhibits
    ]
    for text in texts:
        assert text.zh
        assert text.en
        assert not any("一" <= letter <= "鿿" for letter in text.en.replace("环线", ""))
    assert all(shapely.is_valid(mark.geometry) for mark in profile.marks)
