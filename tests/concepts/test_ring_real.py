"""The rings of Xiangtan and Andorra, with tolerances argued from the accuracy of the data."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from pyproj import Geod

from spatialplan import loading, pipeline
from spatialplan.checks import CHECKS
from spatialplan.checks.context import build_context
from spatialplan.concepts import ring
from spatialplan.concepts.setting import Setting, build_setting
from spatialplan.io.plans import find_pack, read_plan
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Profile
from spatialplan.model.verdict import State
from spatialplan.settings import Settings
from tests.concepts.test_ring import finding, table
from tests.conftest import ROOT

GEOD = Geod(ellps="GRS80")
GRID_M = 65.0  # the lines of Xiangtan lie on this grid


def setting_of(
    folder: Path, pbf: Path | None = None, cache: Path | None = None
) -> tuple[Setting, Concept]:
    """Return what the ring is measured with: the claims of its sections judged, no others."""
    plan = read_plan(folder)
    inputs = loading.load_inputs(plan, pbf, cache=cache)
    concept = next(one for one in plan.concepts if one.family == "ring")
    features = pipeline.resolve_districts(plan, inputs.boundaries)
    context = build_context(plan, features, inputs.network, [], {}, frozenset(), Settings())
    about = set(concept.role("sections"))
    verdicts = [
        CHECKS[c.predicate](context, c) for c in plan.claims if about.issuperset(c.subjects)
    ]
    return build_setting(context, verdicts, inputs), concept


@pytest.fixture(scope="module")
def xiangtan() -> Profile:
    return ring.measure(*setting_of(find_pack("xiangtan")))


@pytest.fixture(scope="module")
def andorra(raw_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Profile:
    pbf = raw_data / "osm" / "andorra-2026-04-04.osm.pbf"
    folder = ROOT / "tests" / "packs" / "andorra"
    return ring.measure(*setting_of(folder, pbf, tmp_path_factory.mktemp("store")))


def test_closure_and_gap_of_xiangtan(xiangtan: Profile) -> None:
    whole = finding(xiangtan, "闭合")
    assert whole.state is State.FAILS
    assert whole.value == pytest.approx(82.8, abs=0.5)  # two grid steps at either end of 55 km
    assert whole.claims == ("ring-closed",)
    (gap,) = table(xiangtan, "gaps")
    assert gap["side"].zh == "西"
    assert gap["length"] == pytest.approx(9.50, abs=2 * GRID_M / 1000)
    ends = [tuple(map(float, gap[key].split(", "))) for key in ("start", "finish")]
    for end, read in zip(ends, ((112.8696, 27.7664), (112.8406, 27.8481)), strict=True):
        assert GEOD.inv(*end, *read)[2] < 2 * GRID_M
    (shape,) = table(xiangtan, "shape")
    assert shape["winding"] == 1
    assert shape["bearings"] == pytest.approx(294, abs=2)


def test_what_would_close_it(xiangtan: Profile) -> None:
    """Main roads lead from end to end over the bridge of the Lianshui west of its mouth.

    A way of about 40 vertices on the grid is known to about a grid step for each of its bends.
    """
    closing = finding(xiangtan, "怎么补")
    assert "改建这段道路最省" in closing.answer.zh
    best, straight = table(xiangtan, "closing")
    assert (best["class"].zh, straight["class"].zh) == ("主次干路", "新建")
    assert best["length"] == pytest.approx(14.3, abs=0.5)
    assert best["time"] == pytest.approx(20.4, abs=0.7)
    assert straight["length"] == pytest.approx(9.50, abs=2 * GRID_M / 1000)
    assert straight["water"] == pytest.approx(200, abs=2 * GRID_M)
    (way,) = [mark.geometry for mark in xiangtan.marks if mark.role == "missing_link"]
    bridge = shapely.Point(112.8483, 27.8260)  # read off the map at street scale
    near = shapely.shortest_line(bridge, way)
    assert GEOD.geometry_length(near) < 2 * GRID_M
    # It bends round the gap on its own side and does not run through the city.
    assert way.bounds[2] < 112.89


def test_sections_and_drive_of_xiangtan(xiangtan: Profile) -> None:
    rows = table(xiangtan, "sections")
    assert [row["class"].zh for row in rows] == ["快速路"] * 4
    assert all(row["found"] > 99 for row in rows)
    along = {row["section"]: row["along"] for row in rows}
    assert along["北二环"] == pytest.approx(15.2, abs=0.3)
    assert along["西二环"] == pytest.approx(2.7, abs=0.2)
    legs = [row for row in table(xiangtan, "drive") if row["direction"].en == "clockwise"]
    assert len(legs) == 5
    on_ring = [leg for leg in legs if leg["share"] > 50]
    assert len(on_ring) == 4
    # 45.8 km of ring and the 14.3 km round the gap, breaks of the grid passed over.
    assert sum(leg["length"] for leg in on_ring) == pytest.approx(45.8, rel=0.03)
    assert finding(xiangtan, "绕行").value == pytest.approx(67, abs=3)


def test_campuses_and_crossings_of_xiangtan(xiangtan: Profile) -> None:
    links = {row["place"]: row for row in table(xiangtan, "links")}
    assert links["湘潭大学"]["road"] == pytest.approx(0.40, abs=0.2)
    assert links["湖南科技大学"]["road"] == pytest.approx(4.58, abs=0.2)
    assert links["大学科技园"]["state"] is State.NO_DATA
    (strip,) = xiangtan.strips
    bridges = [(event.km, event.label.zh) for event in strip.events if event.kind == "bridge"]
    # The ring crosses the Xiang twice: in the north and in the east.
    xiang = [km for km, label in bridges if label == "跨湘江"]
    assert xiang == [pytest.approx(3.0, abs=0.4), pytest.approx(14.0, abs=0.4)]
    assert any("缺口内" in label for km, label in bridges if 34.5 < km < 44.0)
    assert strip.length_km == pytest.approx(55.3, abs=0.4)


def test_doubtful_places_of_xiangtan_are_not_counted_in(xiangtan: Profile) -> None:
    states = {row["place"]: row["state"] for row in table(xiangtan, "places")}
    assert states["湘潭大学"] is State.HOLDS
    assert states["湘潭高新区"] is State.UNCERTAIN  # 2.6 km off, known to 2.5 km
    assert states["楠竹山"] is State.FAILS
    assert states["大学科技园"] is State.NO_DATA
    assert finding(xiangtan, "聚集").state is State.NO_DATA


def test_the_valley_ring_of_andorra(andorra: Profile) -> None:
    """CG-3 to Ordino, over the pass to Canillo, CG-2 back: some 36 km, two thirds of it the pass."""
    assert finding(andorra, "闭合").state is State.HOLDS
    (strip,) = andorra.strips
    assert strip.length_km == pytest.approx(36, abs=1.5)
    along = [row["along"] for row in table(andorra, "sections")]
    assert sum(along) == pytest.approx(strip.length_km, abs=0.1)
    assert max(along) == pytest.approx(17.6, abs=1)
    rows = table(andorra, "drive")
    assert [row["joined"] for row in rows] == [0] * 8  # nothing is broken, no bend is cut
    for way in ("clockwise", "counter-clockwise"):
        legs = [row for row in rows if row["direction"].en == way]
        assert sum(leg["length"] for leg in legs) == pytest.approx(strip.length_km, rel=0.06)
    # One-ways count: the two directions are not each other's mirror.
    times = [
        sum(r["time"] for r in rows if r["direction"].en == way)
        for way in ("clockwise", "counter-clockwise")
    ]
    assert times[0] != times[1]
    assert times == [pytest.approx(49, abs=4)] * 2


def test_the_belt_of_andorra(andorra: Profile) -> None:
    rows = {(row["section"], row["category"].zh): row for row in table(andorra, "gathering")}
    shops = rows["西段（CG-3）", "商业"]
    assert shops["quotient"] == pytest.approx(
        (shops["own"] / shops["belt"]) / (shops["city"] / shops["all"])
    )
    assert shops["own"] > 80  # the shopping street of the capital
    assert shops["quotient"] > 1.1
    assert rows["北段（奥尔迪诺山口）", "文旅"]["quotient"] > 1.2
    assert rows["东段（CG-2）", "物流邮政"]["few"].zh == "个数少"
    assert finding(andorra, "聚集").state is State.UNCERTAIN
    assert sum(row["state"] is State.HOLDS for row in table(andorra, "places")) == 5
