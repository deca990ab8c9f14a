"""Riversides on the embedded cities and on Andorra, with tolerances argued from the data."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from spatialplan import loading, pipeline
from spatialplan.checks import CHECKS
from spatialplan.checks.context import build_context
from spatialplan.concepts import riverside
from spatialplan.concepts.riverside_scene import Scene, read_scene
from spatialplan.concepts.riverside_trips import Travel, read_travel
from spatialplan.concepts.setting import Setting, build_setting
from spatialplan.io.plans import find_pack, read_plan
from spatialplan.measures.crossings import find_spots
from spatialplan.measures.river import river_of
from spatialplan.model.osm import Mode, ReadingChoice
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Profile
from spatialplan.model.verdict import State
from spatialplan.network.edit import close_roads
from spatialplan.network.od import cost_matrix
from spatialplan.network.snap import snap_to_main
from spatialplan.settings import Settings
from spatialplan.text import Text
from tests.conftest import ROOT

GEOD = Geod(ellps="GRS80")
CLAIMS = ("length", "counts")
# Roads lie on a 65 m grid and so does the axis, which is drawn in strokes of about a kilometre.
SPOT_M = 200.0
# The river's crossings by roads of the urban window, read off the OSM lines over the OSM water at
# street scale: the first is in Zhuzhou, the second the motorway G4 on the boundary.
BRIDGES = (
    (113.0745, 27.8551), (113.0293, 27.8425), (112.9891, 27.8122), (112.9573, 27.8034),
    (112.9295, 27.7957), (112.8825, 27.8381), (112.9059, 27.8540), (112.9310, 27.8642),
    (112.9559, 27.8905), (112.9653, 27.9154), (112.9922, 27.9378),
)  # fmt: skip


def load(
    pack: Path, pbf: Path | None = None, cache: Path | None = None, mode: Mode = Mode.DRIVE
) -> tuple[Setting, Concept]:
    plan = read_plan(pack)
    inputs = loading.load_inputs(plan, pbf, ReadingChoice(mode=mode), cache=cache)
    features = pipeline.resolve_districts(plan, inputs.boundaries)
    counts = pipeline._village_counts(plan, inputs.villages)
    codes = frozenset(inputs.districts["adcode"])
    context = build_context(plan, features, inputs.network, [], counts, codes, Settings())
    verdicts = [CHECKS[c.predicate](context, c) for c in plan.claims if c.predicate in CLAIMS]
    concept = next(c for c in plan.concepts if c.family == "riverside")
    return build_setting(context, verdicts, inputs), concept


def scene_of(setting: Setting, concept: Concept) -> Scene:
    scene = read_scene(setting, concept)
    assert not isinstance(scene, Text)
    return scene


def table(profile: Profile, key: str) -> list[dict[str, object]]:
    exhibit = next(e for e in profile.exhibits if e.key == key)
    keys = [column.key for column in exhibit.columns]
    return [dict(zip(keys, row, strict=True)) for row in exhibit.rows]


def state(profile: Profile, word: str) -> State:
    return next(f.state for f in profile.findings if word in f.question.zh)


@pytest.fixture(scope="module")
def xiangtan() -> tuple[Setting, Concept]:
    return load(find_pack("xiangtan"))


@pytest.fixture(scope="module")
def profile(xiangtan: tuple[Setting, Concept]) -> Profile:
    return riverside.measure(*xiangtan)


def test_xiangtan_crossings_are_the_bridges_on_the_map(profile: Profile) -> None:
    certain = [row for row in table(profile, "crossings") if row["state"] is State.HOLDS]
    assert len(certain) == len(BRIDGES)
    for row, (lon, lat) in zip(certain, BRIDGES, strict=True):
        assert GEOD.inv(row["lon"], row["lat"], lon, lat)[2] < SPOT_M
    assert {row["lines"] for row in certain} == {2}, (
        "both carriageways are drawn, and are one bridge"
    )
    named = {round(float(str(row["km"]))): str(row["name"]) for row in certain if row["name"]}
    assert named[41].startswith("东二环")
    assert named[66].startswith("北二环"), "the arch bridge of the northern ring"
    motorways = [round(float(str(r["km"]))) for r in certain if r["class"].zh == "高速公路"]
    assert motorways == [36, 68]


def test_the_jump_over_the_river_in_the_coarse_network_is_in_doubt(profile: Profile) -> None:
    (row,) = [row for row in table(profile, "crossings") if row["state"] is State.UNCERTAIN]
    assert GEOD.inv(row["lon"], row["lat"], 113.118, 27.691)[2] < SPOT_M


def test_the_mapped_banks_agree(xiangtan: tuple[Setting, Concept], raw_data: Path) -> None:
    """Judged by the water itself, the same edges and no others cross."""
    setting, concept = xiangtan
    scene = scene_of(setting, concept)
    frame = gpd.read_file(raw_data / "roads" / "xiangtan_osm_water.geojson", columns=["class"])
    water = frame.to_crs(setting.context.plan.crs).geometry.to_numpy()
    river = river_of(setting.shape("xiang-river"), water, 150.0)
    assert river.mapped_share == pytest.approx(1.0, abs=0.01)
    spots = find_spots(setting.context.network, river)
    assert spots.is_mapped.all()
    assert spots.edge.tolist() == scene.spots.edge.tolist()
    # The river is 0.5 to 1.3 km wide, so a bridge's edge lies over water for about as long.
    certain = spots.straight_m < 2000
    lines = setting.context.network.geometry[spots.edge[certain]]
    over = shapely.length(shapely.intersection(lines, river.surface))
    assert ((over > 400) & (over < 1300)).all()


def test_xiangtan_belts_and_areas(profile: Profile) -> None:
    gallery = table(profile, "belts")[0]
    # Its ends are the two ring bridges, and the axis is its line: 65 m at either end.
    assert gallery["along"] == pytest.approx(24.4, abs=0.2)
    assert gallery["state"] is State.UNCERTAIN, "24.4 ± 3 km against 20 ± 3 km"
    areas = {row["area"]: row for row in table(profile, "areas")}
    assert len(areas) == 24
    assert sum(row["state"] is State.NO_DATA for row in areas.values()) == 10
    banks = {name: row["bank"].zh for name, row in areas.items() if row["bank"]}
    # 湘潭北站 lies west of the river, 下摄司 and 仰天湖 east; 易俗河's accuracy reaches over it.
    assert (banks["沪昆北站片区"], banks["下摄司片区"]) == ("左岸", "右岸")
    assert (banks["仰天湖文旅片区"], banks["天易新城"]) == ("右岸", "岸别不定")
    assert areas["沪昆北站片区"]["state"] is State.FAILS, "the station is 5.7 km from the river"
    assert areas["竹埠港片区"]["state"] is State.HOLDS
    assert state(profile, "步道") is State.NO_DATA


@pytest.fixture(scope="module")
def travel(xiangtan: tuple[Setting, Concept]) -> Travel:
    return read_travel(scene_of(*xiangtan))


@pytest.mark.parametrize("number", [7, 9, 11])
def test_a_closure_agrees_with_closing_the_roads(travel: Travel, number: int) -> None:
    """The whole edges taken out, places snapped anew: the same times by another way."""
    scene, trips = travel.scene, travel.trips
    assert trips is not None
    context = scene.setting.context
    closed = np.zeros(context.network.n_edges, dtype=bool)
    closed[scene.spots.edge[scene.bridges[number].spots]] = True
    network = close_roads(context.network, closed)
    keys = [*travel.keys, *travel.goals()]
    xy = np.array([context.xy[context.access[key].points[0]] for key in keys])
    snaps = snap_to_main(network, xy[:, 0], xy[:, 1], 1500.0, 150.0)
    assert snaps.is_snapped.all()
    cost = cost_matrix(network, snaps, xy, snaps, xy, by="time") / 60_000
    n = len(travel.keys)
    # Places beside each other need no road there, and their search counts no straight link.
    far = cost[:n, n:].T > 1
    np.testing.assert_allclose(trips.closed_min[number][far], cost[:n, n:].T[far], atol=0.02)
    assert trips.uses[number].any()
    assert (trips.closed_min[number] - trips.time_min).max() > 1


def test_xiangtan_access_is_sane(profile: Profile, travel: Travel) -> None:
    rows = {row["area"]: row for row in table(profile, "access") if row["minutes"] is not None}
    assert len(rows) == 14
    for row in rows.values():
        speed = float(str(row["km"])) / float(str(row["minutes"])) * 60
        assert 20 < speed < 70, "between the access leg and the expressway"
    assert state(profile, "到核心") is State.HOLDS
    assert not travel.barred
    assert state(profile, "断开") is State.HOLDS, "no single bridge cuts an area off"


def test_yiyang_is_measured_as_far_as_its_river_is_known() -> None:
    setting, concept = load(find_pack("yiyang"))
    found = riverside.measure(setting, concept)
    assert state(found, "过江通道相连") is State.NO_DATA
    assert "不能当作桥" in next(f for f in found.findings if "过江" in f.question.zh).answer.zh
    assert state(found, "资江干流生态廊道") is State.NO_DATA
    states = {row["area"]: row["state"] for row in table(found, "areas")}
    assert states["高铁新城"] is State.FAILS, "8 km from the river, both known to 2.5 km together"
    assert State.HOLDS not in states.values()
    assert len(table(found, "access")) == 7
    (strip,) = found.strips
    assert not [event for event in strip.events if event.kind == "bridge"]


@pytest.fixture(scope="module")
def andorra(raw_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return raw_data / "osm" / "andorra-2026-04-04.osm.pbf", tmp_path_factory.mktemp("store")


def test_andorra(andorra: tuple[Path, Path]) -> None:
    setting, concept = load(ROOT / "tests" / "packs" / "andorra", *andorra)
    scene = scene_of(setting, concept)
    found = riverside.measure(setting, concept)
    assert scene.river.left_out_m == 0, "culverts and the confluence do not part the river"
    # The valley road alone crosses tens of times; every named bridge of the axis is among them.
    assert len(scene.bridges) == pytest.approx(74, abs=10)
    names = {row["name"] for row in table(found, "crossings")}
    assert {"Pont de Paris", "Pont de Madrid", "Pont de Molleres"} <= names
    tunnels = [r for r in table(found, "crossings") if "隧道" in r["class"].zh]
    assert any("Túnel" in str(row["name"]) for row in tunnels)
    assert {row["state"] for row in table(found, "areas")} == {State.HOLDS}
    assert state(found, "步道") is State.NO_DATA
    # Sant Julià is reached by the CG-1 alone.
    assert state(found, "断开") is State.UNROUTABLE


def test_andorra_on_foot(andorra: tuple[Path, Path]) -> None:
    pack = ROOT / "tests" / "packs" / "andorra"
    found = riverside.measure(*load(pack, *andorra, mode=Mode.WALK))
    left, right = table(found, "walking")
    # A settled valley floor with tracks: most of each bank has a path, and steep woods have none.
    for bank in (left, right):
        assert 50 < float(str(bank["share"])) <= 100
        assert 0 < float(str(bank["gap"])) < 10
    assert state(found, "步道") is State.UNCERTAIN
