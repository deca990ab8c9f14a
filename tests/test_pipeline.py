"""The whole check on the tiny world: rows, order, districts, notes, refusals."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import pytest
import shapely
from shapely import Point, box

from spatialplan import __version__, pipeline
from spatialplan.errors import CrsError
from spatialplan.model.inputs import Inputs
from spatialplan.model.source import Provenance
from spatialplan.model.verdict import State, VillageState
from spatialplan.model.village import Village
from spatialplan.settings import Settings
from spatialplan.text import Text

from .checks.world import claim, degrees, feature, features_at, network_of, places_of, plan_of

WEST, EAST = degrees(box(0, -1000, 4000, 4000)), degrees(box(4000, -1000, 9000, 4000))
BOUNDARIES = {"430302": WEST, "430304": EAST, "430100": degrees(box(20_000, 0, 21_000, 1000))}
OSM = Provenance(
    id="osm",
    title=Text("道路", "roads"),
    date="2026",
    licence="ODbL",
    attribution="©",
    accuracy=Text("", ""),
)


def village(code, district="430302", lon=None):
    return Village(code=code, name=f"村{code}", township="镇", district="区", district_code=district, lon=lon,
                   lat=None if lon is None else 27.8, accuracy_m=None if lon is None else 50.0, source="名录")  # fmt: skip


VILLAGES = [
    village("2", lon=112.9),
    village("1"),
    village("3", "430304"),
    village("3", "430304"),
    village("4", "430371"),
]
FEATURES = [
    *features_at(1.0, a=(1000, 0), b=(9000, 0)),
    feature("west", districts=("430302",)), feature("city", districts=("430302", "430304")), feature("x"),
]  # fmt: skip
CLAIMS = [
    claim("connected", "a", "b", id="z"), claim("within", "a", "west", id="y"), claim("near", "a", "x", id="m", max_km=1),
    claim("covers", "x", "city", id="b"), claim("within", "west", "city", id="a"), claim("within", "b", "west", id="c"),
]  # fmt: skip


def run(features=FEATURES, claims=CLAIMS, network=None, settings=None, **more):
    home = {code: shape for code, shape in BOUNDARIES.items() if code[:4] == "4303"}
    empty = gpd.GeoDataFrame({"class": [], "name": []}, geometry=[], crs="EPSG:4326")
    inputs = Inputs(
        network=network or network_of(), objects=places_of(), boundaries=BOUNDARIES,
        districts=gpd.GeoDataFrame({"adcode": list(home), "name": list(home)},
                                   geometry=list(home.values()), crs="EPSG:4326"),
        villages=tuple(VILLAGES), water=empty, rails=empty, sources=(OSM,),
        notes=(Text("读取说明", "what was read"),),
    )  # fmt: skip
    return pipeline.check(plan_of(features, claims), inputs, settings or Settings(), **more)


def test_one_verdict_for_each_claim_in_order():
    result = run()
    assert [v.claim_id for v in result.verdicts] == ["z", "y", "m", "b", "a", "c"]
    assert [v.state.value for v in result.verdicts] == [
        "holds",
        "holds",
        "no_data",
        "no_data",
        "holds",
        "fails",
    ]
    assert (result.version, result.sources) == (__version__, (OSM,))


def test_village_rows_in_are_rows_out():
    rows = run().villages
    assert [row.code for row in rows] == ["2", "1", "3", "3", "4"]
    assert all(row.state is VillageState.NO_DATA for row in rows)
    assert [row.lon for row in rows] == [112.9, None, None, None, None]
    assert "无坐标" in rows[1].cause.zh
    assert "服务点" in rows[0].cause.zh
    assert (rows[0].name, rows[0].township, rows[0].district_code) == ("村2", "镇", "430302")


def test_districts_become_geometry():
    features = {f.id: f for f in run().features}
    assert features["west"].geometry.equals(WEST)
    assert features["city"].geometry.area == pytest.approx(WEST.area + EAST.area)
    assert features["x"].geometry is None
    assert [f.id for f in run().features] == [f.id for f in FEATURES]


def test_unknown_district_is_refused():
    with pytest.raises(KeyError):
        run([*FEATURES, feature("lost", districts=("999999",))])


def test_districts_of_other_prefectures_do_not_hide_the_whole():
    verdict = run().verdicts[3]
    assert verdict.state is State.NO_DATA
    assert "名录 5 个村，1 个有坐标" in verdict.cause.zh


def test_prefecture_without_districts_is_counted_once():
    villages = [village("1", "430300"), village("2", "430300")]
    counts = pipeline._village_counts(plan_of([], []), villages)
    assert counts == {"430300": (2, 0)}


def test_network_in_another_crs_is_refused():
    network = dataclasses.replace(network_of(), crs="EPSG:4546")
    with pytest.raises(CrsError, match="EPSG:4546"):
        run(network=network)


def test_notes_state_extent_speeds_and_assumptions():
    notes = "".join(note.zh for note in run().notes)
    assert "路网 7 个节点、5 条边" in notes
    assert "范围之外一律为“无数据”" in notes
    assert "street 60" in notes
    assert "假设" in notes
    assert "估算" not in notes
    assert "估算" in "".join(note.zh for note in run(settings=Settings(estimate=True)).notes)
    assert all(note.en for note in run().notes)


def test_extent_comes_out_in_degrees():
    extent = run().network_extent
    assert shapely.covers(extent, degrees(Point(0, 0)))
    assert not shapely.covers(extent, degrees(Point(30_000, 0)))


def test_progress_is_told():
    told = []
    run(progress=lambda done, total: told.append((done, total)))
    assert told == [(i, 6) for i in range(7)]


def test_plan_without_claims_or_places():
    result = run([feature("x")], [])
    assert result.verdicts == ()
    assert len(result.villages) == 5


def test_order_of_features_does_not_change_a_verdict():
    one, other = run(), run(FEATURES[::-1])
    assert [v.state for v in one.verdicts] == [v.state for v in other.verdicts]
    assert [v.measure for v in one.verdicts] == [v.measure for v in other.verdicts]


def test_evidence_and_network_issues_are_told():
    result = run()
    assert [found.feature for found in result.evidence] == [f.id for f in FEATURES]
    assert [issue.rank for issue in result.network_issues] == list(
        range(1, len(result.network_issues) + 1)
    )
    assert result.notes[0].zh == "读取说明"
