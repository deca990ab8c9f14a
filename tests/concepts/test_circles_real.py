"""Circles on the embedded cities and on Andorra, with tolerances argued from the data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from spatialplan import loading, pipeline
from spatialplan.checks.context import build_context
from spatialplan.concepts import circles
from spatialplan.concepts.circles_measured import Measured, take_measures
from spatialplan.concepts.setting import Setting, build_setting
from spatialplan.io.plans import find_pack, read_plan
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Exhibit, Profile
from spatialplan.model.verdict import State
from spatialplan.settings import Settings
from tests.conftest import ROOT

# Areas are drawn from cells of 100 m and cut at water: half a cell along an edge of some 7 km.
AREA_KM2 = 0.2


def load(pack: Path, pbf: Path | None = None, cache: Path | None = None) -> tuple[Setting, Concept]:
    plan = read_plan(pack)
    inputs = loading.load_inputs(plan, pbf, cache=cache)
    features = pipeline.resolve_districts(plan, inputs.boundaries)
    counts = pipeline._village_counts(plan, inputs.villages)
    codes = frozenset(inputs.districts["adcode"])
    context = build_context(plan, features, inputs.network, [], counts, codes, Settings())
    return build_setting(context, [], inputs), plan.concept("circles")


def table(profile: Profile, key: str) -> Exhibit:
    return next(exhibit for exhibit in profile.exhibits if exhibit.key == key)


def rows(exhibit: Exhibit) -> dict[str, dict[str, object]]:
    keys = [column.key for column in exhibit.columns]
    return {str(row[0]): dict(zip(keys, row, strict=True)) for row in exhibit.rows}


@pytest.fixture(scope="module")
def xiangtan() -> tuple[Profile, Measured]:
    setting, concept = load(find_pack("xiangtan"))
    return circles.measure(setting, concept), take_measures(setting, concept)


@pytest.fixture(scope="module")
def yiyang() -> Profile:
    return circles.measure(*load(find_pack("yiyang")))


@pytest.fixture(scope="module")
def andorra(
    raw_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Setting, Profile, Measured]:
    pbf = raw_data / "osm" / "andorra-2026-04-04.osm.pbf"
    cache = tmp_path_factory.mktemp("store")
    setting, concept = load(ROOT / "tests" / "packs" / "andorra", pbf, cache)
    return setting, circles.measure(setting, concept), take_measures(setting, concept)


def test_xiangtan_has_eight_circles_and_seven_places(xiangtan: tuple[Profile, Measured]) -> None:
    found = rows(table(xiangtan[0], "circles"))
    assert len(found) == 8
    assert found["韶山创意演出文旅消费圈"]["walk"] is None
    levels = [str(row["level"].zh) for row in found.values()]
    assert levels == ["市级"] * 4 + ["县级"] * 2 + ["文旅"] * 2
    assert "7 处能落到图上（均为概略位置）" in xiangtan[0].answer.zh


def test_xiangtan_walks(xiangtan: tuple[Profile, Measured]) -> None:
    """Below the full disc of 1200 m (4.5 km²), above a lone street (2.2 km², less at a river)."""
    found = rows(table(xiangtan[0], "circles"))
    expect = {
        "建设路口时尚消费商圈": 3.31, "东方红广场都市休闲商圈": 3.31, "基建营生活服务商圈": 2.68,
        "砂子岭批发零售商圈": 2.09, "易俗河县域商圈": 3.29,
    }  # fmt: skip
    for name, km2 in expect.items():
        assert found[name]["walk"] == pytest.approx(km2, abs=AREA_KM2)
        assert found[name]["walk"] < np.pi * 1.2**2
    # The coach to the next town is no walk: all areas by car are some dozen times larger.
    assert all(row["drive"] > 10 * row["walk"] for row in found.values() if row["walk"])


def test_xiangtan_landmarks_are_never_claimed(xiangtan: tuple[Profile, Measured]) -> None:
    """Centres and landmarks are known to 1–1.2 km: no walk of 1.2 km can be told by that."""
    states = [part.state for part in xiangtan[1].landmarks]
    assert states.count(State.UNCERTAIN) == 4
    assert states.count(State.NO_DATA) == 8
    assert len(states) == 12
    finding = xiangtan[0].findings[1]
    assert finding.state is State.NO_DATA
    assert set(finding.claims) == {
        "shaziling-gathers", "jijianying-gathers", "jianshe-gathers", "dongfanghong-gathers",
    }  # fmt: skip


def test_xiangtan_has_no_points_of_interest(xiangtan: tuple[Profile, Measured]) -> None:
    profile = xiangtan[0]
    assert [f.state for f in profile.findings[2:4]] == [State.NO_DATA, State.NO_DATA]
    assert all(row["points"] is None for row in rows(table(profile, "circles")).values())
    assert not {"offer", "cores"} & {exhibit.key for exhibit in profile.exhibits}
    assert "--pbf" in profile.findings[2].answer.zh


def test_xiangtan_county_circles_and_the_way_to_the_city(
    xiangtan: tuple[Profile, Measured],
) -> None:
    """Yisuhe is across the river from Yuetang, Xiangxiang some 40 km west by the old G320."""
    found = rows(table(xiangtan[0], "circles"))
    assert found["易俗河县域商圈"]["to_city"] == pytest.approx(7.3, abs=1.5)
    assert found["湘乡市县城县域商圈"]["to_city"] == pytest.approx(41, abs=2)
    assert {c.name: c.state for c in xiangtan[1].counties} == {
        "湘潭县": State.HOLDS, "湘乡市": State.HOLDS, "韶山市": State.NO_DATA,
    }  # fmt: skip


def test_xiangtan_counts_only_placed_villages(xiangtan: tuple[Profile, Measured]) -> None:
    reach = table(xiangtan[0], "reach")
    assert "村 957 个，有坐标 19 个，其余 938 个无坐标" in reach.note.zh
    for row in reach.rows:
        assert sum(row[2:7]) == 19
        assert sum(row[7:12]) == 30
    share = sum(row["share"] or 0.0 for row in rows(table(xiangtan[0], "competition")).values())
    assert share == pytest.approx(100)


def test_xiangtan_marks_lie_in_the_city(xiangtan: tuple[Profile, Measured]) -> None:
    marks = xiangtan[0].marks
    assert {mark.role for mark in marks} == {"area", "catchment"}
    frame = shapely.box(112.0, 27.3, 113.3, 28.1)
    assert all(frame.contains(mark.geometry) for mark in marks)
    jianshe = next(m for m in marks if m.role == "area" and "建设路口" in m.label.zh)
    assert jianshe.geometry.contains(shapely.Point(112.92, 27.828))


def test_yiyang_circles_of_one_coordinate_are_told(yiyang: Profile) -> None:
    """Two of three placed circles stand at the centre of Heshan for want of their own place."""
    overlap = next(row for row in table(yiyang, "overlaps").rows if row[2] < 1)
    assert overlap[4] is State.UNCERTAIN
    assert overlap[6] == pytest.approx(100, abs=0.1)
    assert any("同一坐标" in note.zh for note in yiyang.notes)
    assert yiyang.findings[0].value == 3
    assert [f.state for f in yiyang.findings] == [
        State.NO_DATA, State.NO_DATA, State.NO_DATA, State.NO_DATA, State.HOLDS, State.HOLDS,
    ]  # fmt: skip
    assert "1422 个村没有坐标" in yiyang.findings[4].answer.zh


def test_andorra_points_are_those_of_the_map(andorra: tuple[Setting, Profile, Measured]) -> None:
    """The avenue is the country's shopping street: it holds a third of all points on 0.5 %."""
    setting, _, measured = andorra
    offer, i = measured.offer, measured.ground.position("avenue-circle")
    inside = setting.objects[
        (setting.objects["category"] != "") & setting.objects.covered_by(measured.ground.walk[i])
    ]
    assert offer.counts[i].sum() == len(inside)
    assert offer.city.sum() == pytest.approx(1160, rel=0.02)
    assert offer.counts[i].sum() == pytest.approx(363, rel=0.05)
    assert offer.per_km2[i] == pytest.approx(156, rel=0.1)
    share = offer.counts[i] / offer.counts[i].sum()
    entropy = -sum(p * np.log(p) for p in share if p > 0)
    assert offer.evenness[i] == pytest.approx(entropy / np.log(len(offer.categories)))
    assert len(offer.categories) == 8
    shops = offer.categories.index("commerce")
    assert offer.quotient[i, shops] > 1.2  # more shops than the country at large


def test_andorra_core_lies_on_the_avenue(andorra: tuple[Setting, Profile, Measured]) -> None:
    """The pack's centre is on the avenue to 100 m: peak and centre must agree."""
    core = next(c for c in andorra[2].cores if c.circle.id == "avenue-circle")
    assert core.state is State.HOLDS
    assert core.is_summit
    assert core.offset_m < core.delta_m + 100
    assert core.points > 200
    mark = next(m for m in andorra[1].marks if m.role == "core" and "大道" in m.label.zh)
    assert mark.geometry.contains(shapely.Point(1.5342, 42.5091))  # Illa Carlemany is in it
    assert not mark.geometry.contains(shapely.Point(1.5240, 42.5088))  # Pyrénées is not


def test_andorra_landmarks(andorra: tuple[Setting, Profile, Measured]) -> None:
    states = {part.object: part.state for part in andorra[2].landmarks}
    assert states["illa"] is State.HOLDS
    assert states["epizen"] is State.FAILS  # 8 km down the valley
    assert states["pyrenees"] is State.UNCERTAIN  # 700 m straight, 1.2 km round by car roads
    assert andorra[1].findings[1].state is State.FAILS


def test_andorra_reach_and_competition(andorra: tuple[Setting, Profile, Measured]) -> None:
    """The whole country is within an hour; Pas de la Casa is 28 km by the CG-2, half an hour."""
    _, profile, measured = andorra
    tally = measured.reach.tally("village", 60.0)
    assert tally[State.HOLDS] >= 61
    assert sum(tally.values()) == 63
    pas = rows(table(profile, "circles"))["Pas de la Casa"]
    assert pas["to_city"] == pytest.approx(28, rel=0.1)
    assert pas["to_city_min"] == pytest.approx(30, abs=5)
    found = measured.competition
    assert found.shares.sum() == pytest.approx(1)
    assert found.columns[np.argmax(found.shares)] == measured.ground.position("avenue-circle")
    assert found.by_points
