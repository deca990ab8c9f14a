"""Change: each kind is found where it was made, and redrawing alone is no change."""

from __future__ import annotations

import dataclasses
import itertools
import time
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pyproj
import pytest
from shapely import box

from spatialplan.errors import DataError
from spatialplan.io import osm_pbf
from spatialplan.io.osm_categories import read_categories
from spatialplan.measures.change import OsmChange, compare_osm, verdict_changes
from spatialplan.measures.point_change import POINT_CHANGES
from spatialplan.measures.road_change import ROAD_CHANGES
from spatialplan.model.osm import Mode, OsmData
from spatialplan.model.plan import Origin
from spatialplan.model.verdict import Confidence, Measure, State, Verdict
from spatialplan.text import Text
from tests.osm_world import at, poi, way, world

LINE = {i: at(500.0 * i, 0.0) for i in range(11)}  # along the parallel, 500 m each
SIDE = {20 + i: at(2500.0, 500.0 * i) for i in range(5)}  # across, from the middle
NODES = LINE | SIDE
BASE = [way(1, [0, 1, 2, 3, 4, 5], name="人民路", road_class="secondary", ref="S1"),
        way(2, [5, 6, 7, 8, 9, 10], name="人民路", road_class="secondary", ref="S1"),
        way(3, [5, 21, 22], name="南街")]  # fmt: skip


def changes(found: OsmChange) -> dict[str, list[str]]:
    rows = zip(found.roads["change"], found.roads["osm_id"], strict=True)
    return {key: [i for _, i in group] for key, group in itertools.groupby(rows, lambda r: r[0])}


def compare(ways: list[dict[str, Any]], nodes: dict[int, tuple[float, float]] | None = None,
            before: list[dict[str, Any]] | None = None) -> OsmChange:  # fmt: skip
    old = world(NODES, before or BASE, date="2025-01-19")
    found = compare_osm(old, world(nodes or NODES, ways))
    km = found.summary
    after = km["before_km"] + km["opened_km"] - km["closed_km"] + km["redrawn_km"]
    assert after == pytest.approx(km["after_km"])
    return found


def test_nothing_changed() -> None:
    found = compare(BASE)
    assert len(found.roads) == 0
    assert len(found.points) == 0
    assert (found.old.date, found.new.date) == ("2025-01-19", "2026-04-04")
    assert found.roads.crs == found.points.crs == "EPSG:4326"
    assert found.summary["before_km"] == found.summary["after_km"] == 6.0
    assert {k for k, v in found.summary.items() if v} == {"before_km", "after_km"}
    assert {f"roads_{c}" for c in ROAD_CHANGES} <= set(found.summary)
    assert {f"pois_{c}" for c in POINT_CHANGES} <= set(found.summary)


def test_opened_and_closed() -> None:
    found = compare([*BASE[:2], way(4, [8, 40]), way(5, [22, 23, 24])],
                    NODES | {40: at(4000.0, -800.0)})  # fmt: skip
    assert changes(found) == {"opened": ["way/4", "way/5"], "closed": ["way/3"]}
    assert found.roads["km"].to_numpy() == pytest.approx([0.8, 1.0, 1.0], abs=0.03)
    assert found.summary["opened_km"] == 1.8
    assert found.summary["closed_km"] == 1.0
    closed = found.roads.iloc[2]
    assert (closed["name"], closed["was_id"]) == ("南街", "")
    assert closed.geometry.coords[0] == NODES[5]


def test_tags_changed() -> None:
    found = compare([{**BASE[0], "road_class": "primary"}, {**BASE[1], "ref": "G240", "oneway": 1},
                     {**BASE[2], "name": "南大街"}])  # fmt: skip
    rows = found.roads.set_index("change")
    assert rows[["osm_id", "was_id", "was", "now"]].to_numpy().tolist() == [
        ["way/1", "way/1", "secondary", "primary"],
        ["way/3", "way/3", "南街", "南大街"],
        ["way/2", "way/2", "S1", "G240"],
        ["way/2", "way/2", "both", "forward"],
    ]
    assert list(rows.index) == ["reclassified", "renamed", "ref", "oneway"]
    assert found.summary["reclassified_km"] == 2.5


def test_split_and_joined_ways_are_the_same_road() -> None:
    split = [way(1, [0, 1, 2], name="人民路", road_class="secondary", ref="S1"),
             way(7, [2, 3, 4, 5], name="人民路", road_class="secondary", ref="S1"), *BASE[1:]]  # fmt: skip
    found = compare(split)
    assert changes(found) == {"renumbered": ["way/7"]}
    assert found.roads["was_id"].tolist() == ["way/1"]
    assert (
        found.summary["opened_km"] == found.summary["closed_km"] == found.summary["redrawn_km"] == 0
    )
    assert changes(compare(BASE, before=split)) == {}  # joined again: way 7 is in way 1
    everything_anew = [{**w, "way_id": w["way_id"] + 100} for w in BASE]
    assert changes(compare(everything_anew)) == {"renumbered": ["way/101", "way/102", "way/103"]}


def test_split_and_reclassified() -> None:
    found = compare([way(1, [0, 1, 2], name="人民路", road_class="secondary", ref="S1"),
                     way(7, [2, 3, 4, 5], name="人民路", road_class="primary", ref="S1"), *BASE[1:]])  # fmt: skip
    assert changes(found) == {"renumbered": ["way/7"], "reclassified": ["way/7"]}
    row = found.roads.iloc[1]
    assert (row["was_id"], row["was"], row["now"]) == ("way/1", "secondary", "primary")


def test_second_carriageway_is_new() -> None:
    """12 m beside a road that is still there, which got a vertex for the junction."""
    nodes = NODES | {30 + i: at(500.0 * i, 12.0) for i in range(6)} | {50: at(250.0, 0.0)}
    ways = [
        {**BASE[0], "nodes": [0, 50, 1, 2, 3, 4, 5]},
        *BASE[1:],
        way(8, range(30, 36), oneway=1),
    ]
    assert changes(compare(ways, nodes)) == {"opened": ["way/8"]}


def test_vertices_and_small_shifts_are_no_change() -> None:
    nodes = NODES | {i: at(500.0 * i, 8.0) for i in range(1, 5)}
    assert changes(compare(BASE, nodes)) == {}


def test_turned_way_is_no_change() -> None:
    turned = [{**BASE[0], "nodes": [5, 4, 3, 2, 1, 0], "oneway": -1}, *BASE[1:]]
    before = [{**BASE[0], "oneway": 1}, *BASE[1:]]
    assert changes(compare(turned, before=before)) == {}
    kept = [{**BASE[0], "nodes": [5, 4, 3, 2, 1, 0], "oneway": 1}, *BASE[1:]]
    found = compare(kept, before=before)
    assert found.roads[["change", "was", "now"]].to_numpy().tolist() == [
        ["oneway", "backward", "forward"]
    ]


def test_moved_and_lengthened() -> None:
    found = compare(BASE, NODES | {3: at(1500.0, 60.0)})
    assert changes(found) == {"moved": ["way/1"]}
    assert found.summary["opened_km"] == 0
    longer = [*BASE[:2], way(3, [5, 21, 22, 23], name="南街")]
    found = compare(longer)
    assert found.roads[["change", "was", "now"]].to_numpy().tolist() == [
        ["moved", "1.00 km", "1.50 km"]
    ]
    assert found.summary["redrawn_km"] == 0.5


def test_partly_new_way_counts_its_new_part() -> None:
    """Way 9 takes the last 500 m of way 3 and goes on for 1 km."""
    found = compare(
        [*BASE[:2], way(3, [5, 21], name="南街"), way(9, [21, 22, 23, 24], name="南街")]
    )
    assert changes(found) == {"opened": ["way/9"]}
    assert found.roads["km"].iloc[0] == pytest.approx(1.0, abs=0.03)
    assert found.summary["redrawn_km"] == 0


def test_lengths_are_geodesic() -> None:
    found = compare(BASE)
    lon, lat = np.array([NODES[i] for i in range(11)]).T
    expected = pyproj.Geod(ellps="GRS80").line_length(lon, lat) / 1000
    assert found.summary["before_km"] == pytest.approx(round(expected + 1.0, 1), abs=0.1)


def points(old: list[dict[str, Any]], new: list[dict[str, Any]], layer: str = "pois") -> OsmChange:
    return compare_osm(
        world(NODES, BASE, **{layer: old}),
        world(NODES, BASE, **{layer: new}),  # type: ignore[arg-type]
    )


def rows(found: OsmChange) -> list[list[Any]]:
    return found.points[["change", "osm_id", "was_id"]].to_numpy().tolist()


def post(osm_id: str, x: float, name: str, **more: Any) -> dict[str, Any]:
    return poi(
        osm_id, at(x, 0), name=name, **{"category": "post", "kind": "amenity=post_office", **more}
    )


def test_points_come_and_go() -> None:
    found = points([post("node/1", 0, "甲")], [post("node/2", 5000, "乙")])
    assert rows(found) == [["come", "node/2", ""], ["gone", "node/1", ""]]
    assert found.points["layer"].tolist() == ["pois", "pois"]
    assert (found.summary["pois_come"], found.summary["pois_gone"]) == (1, 1)
    assert found.points.geometry.iloc[1].coords[0] == at(0, 0)


def test_points_moved_renamed_and_recategorised() -> None:
    found = points([post("node/1", 0, "甲"), post("node/2", 500, "乙"), post("node/3", 900, "丙")],
                   [post("node/1", 50, "甲"), post("node/2", 510, "乙邮局"),
                    post("node/3", 900, "丙", kind="amenity=post_depot")])  # fmt: skip
    assert rows(found) == [["moved", "node/1", "node/1"], ["renamed", "node/2", "node/2"],
                           ["recategorised", "node/3", "node/3"]]  # fmt: skip
    assert found.points["moved_m"].iloc[0] == pytest.approx(50, abs=0.5)
    assert found.points["was"].tolist() == ["", "乙", "amenity=post_office"]
    assert found.points["now"].tolist() == ["", "乙邮局", "amenity=post_depot"]


def test_node_that_became_an_area_is_met_again() -> None:
    found = points([post("node/1", 0, "邮政所"), post("node/2", 40, "邮政所"), post("node/3", 300, "")],
                   [post("way/1", 45, "邮政所"), post("way/2", 12, "邮政所"), post("way/3", 320, "")])  # fmt: skip
    assert rows(found) == [["renumbered", "way/1", "node/2"], ["renumbered", "way/2", "node/1"],
                           ["renumbered", "way/3", "node/3"]]  # fmt: skip


@pytest.mark.parametrize(
    "new",
    [
        post("way/1", 120, "邮政所"),
        post("way/1", 10, "他所"),
        post("way/1", 10, "邮政所", category="bank"),
    ],
)
def test_other_points_are_not_met(new: dict[str, Any]) -> None:
    assert rows(points([post("node/1", 0, "邮政所")], [new])) == [
        ["come", "way/1", ""],
        ["gone", "node/1", ""],
    ]


def test_unnamed_points_are_met_only_near() -> None:
    assert len(rows(points([post("node/1", 0, "")], [post("way/1", 50, "")]))) == 2


def test_every_point_is_met_once_at_most() -> None:
    old = [post(f"node/{i}", 10.0 * i, "同名") for i in range(5)]
    new = [post(f"way/{i}", 10.0 * i + 3, "同名") for i in range(3)]
    found = points(old, new)
    assert found.summary["pois_renumbered"] == 3
    assert found.summary["pois_gone"] == 2
    assert found.points["was_id"][:0].tolist() == []


def test_places() -> None:
    found = points([poi("node/1", at(0, 0), name="甲村", kind="hamlet")],
                   [poi("node/1", at(0, 0), name="甲村", kind="village")], "places")  # fmt: skip
    assert rows(found) == [["recategorised", "node/1", "node/1"]]
    assert found.points["layer"].tolist() == ["places"]


def test_only_the_common_area_is_compared() -> None:
    west, east = at(-1e5, 0)[0], at(2200, 0)[0]
    small = box(west, 42.4, east, 42.7)
    old = world(NODES, BASE[:1], area=small, pois=[post("node/1", 0, "甲")])
    new = world(NODES, BASE, pois=[post("node/1", 0, "甲"), post("node/2", 4000, "乙")])
    found = compare_osm(old, new)
    assert len(found.roads) == len(found.points) == 0
    assert found.summary["after_km"] == 2.5
    with pytest.raises(DataError, match="没有重叠"):
        compare_osm(world(NODES, BASE, area=box(0, 0, 1, 1)), new)
    with pytest.raises(DataError, match="出行方式"):
        compare_osm(world(NODES, BASE, mode=Mode.WALK), new)


def test_empty_extracts() -> None:
    nothing = world({}, [])
    full = world(NODES, BASE, pois=[post("node/1", 0, "甲")])
    assert len(compare_osm(nothing, nothing).roads) == 0
    assert compare_osm(nothing, full).summary["opened_km"] == 6.0
    found = compare_osm(full, nothing)
    assert found.summary["closed_km"] == 6.0
    assert found.summary["pois_gone"] == 1


@pytest.mark.parametrize("seed", range(5))
def test_forth_and_back(seed: int) -> None:
    """What is opened one way is closed the other way, to the metre."""
    rng = np.random.default_rng(seed)
    nodes = {i: at(*rng.uniform(0, 3000, 2)) for i in range(40)}

    def draw() -> OsmData:
        chosen = np.flatnonzero(rng.random(30) < 0.7)
        return world(nodes, [way(int(i), [i, (7 * i + 1) % 40, (i + 3) % 40]) for i in chosen])

    one, other = draw(), draw()
    ahead, back = compare_osm(one, other), compare_osm(other, one)
    for a, b in (("opened", "closed"), ("closed", "opened")):
        assert ahead.summary[f"{a}_km"] == back.summary[f"{b}_km"]
        assert ahead.summary[f"roads_{a}"] == back.summary[f"roads_{b}"]
    ids = {f"way/{i}" for i in np.setdiff1d(other.roads.way_id, one.roads.way_id)}
    said = ahead.roads[ahead.roads["change"].isin(["opened", "renumbered"])]["osm_id"]
    assert set(said) == ids
    assert len(said) == len(ids)


def verdict(claim_id: str, state: State, value: float | None) -> Verdict:
    return Verdict(
        claim_id=claim_id, state=state, measure=Measure(value=value, unit="m", threshold=9.0, origin=Origin.PLAN),
        cause=Text("", ""), would_change=Text("", ""), confidence=Confidence.HIGH,
    )  # fmt: skip


def test_verdict_changes() -> None:
    old = [verdict("a", State.HOLDS, 1.0), verdict("b", State.HOLDS, 1.0), verdict("c", State.NO_DATA, None),
           verdict("d", State.FAILS, 3.0), verdict("e", State.FAILS, 3.0)]  # fmt: skip
    new = [verdict("d", State.FAILS, 2.0), verdict("a", State.HOLDS, 1.0 + 1e-12),
           verdict("b", State.FAILS, 1.0), verdict("c", State.NO_DATA, None),
           verdict("f", State.HOLDS, None)]  # fmt: skip
    got = [dataclasses.astuple(row) for row in verdict_changes(old, new)]
    assert got == [
        ("d", State.FAILS, State.FAILS, 3.0, 2.0, "m"),
        ("b", State.HOLDS, State.FAILS, 1.0, 1.0, "m"),
        ("f", None, State.HOLDS, None, None, "m"),
        ("e", State.FAILS, None, 3.0, None, "m"),
    ]
    assert verdict_changes(old, old) == ()


def test_blanks_and_width_are_no_new_name() -> None:
    found = points([post("node/1", 0, "邮政所（甲）")], [post("node/1", 0, " 邮政所(甲)\u00a0")])
    assert len(found.points) == 0


@pytest.fixture(scope="module")
def andorra(raw_data: Path) -> tuple[OsmData, OsmData]:
    categories = read_categories()
    area = box(1.40, 42.42, 1.80, 42.67)
    old, new = (
        osm_pbf.read_osm(
            raw_data / f"osm/andorra-{day}.osm.pbf", area, Mode.DRIVE, categories=categories
        )
        for day in ("2025-01-19", "2026-04-04")
    )
    return old, new


def raw_ways(path: Path) -> dict[int, tuple[str, str, float]]:
    """Class, name and km of every highway of a file, read without the package."""
    geod = pyproj.Geod(ellps="WGS84")
    out = {}
    for item in osmium.FileProcessor(str(path)).with_locations():
        if item.is_way() and "highway" in item.tags:
            xy = [(n.lon, n.lat) for n in item.nodes if n.location.valid()]
            km = geod.line_length(*zip(*xy, strict=True)) / 1000
            out[item.id] = (item.tags["highway"], item.tags.get("name", ""), km)
    return out


def test_andorra_against_an_independent_count(
    andorra: tuple[OsmData, OsmData], raw_data: Path
) -> None:
    """2025-01-19 to 2026-04-04: 69 roads opened (17.5 km), 35 closed (13.6 km)."""
    start = time.perf_counter()
    found = compare_osm(*andorra)
    assert time.perf_counter() - start < 10
    assert (found.old.date, found.new.date) == ("2025-01-19", "2026-04-04")
    raw = [raw_ways(raw_data / f"osm/andorra-{d}.osm.pbf") for d in ("2025-01-19", "2026-04-04")]
    read = [set(data.roads.way_id.tolist()) for data in andorra]
    for total, ids, ways in zip(("before_km", "after_km"), read, raw, strict=True):
        assert found.summary[total] == pytest.approx(sum(ways[i][2] for i in ids), abs=0.06)

    def ids(*kinds: str, same_id: bool | None = None) -> set[int]:
        table = found.roads[found.roads["change"].isin(kinds)]
        if same_id is not None:
            table = table[(table["osm_id"] == table["was_id"]) == same_id]
        return {int(i.removeprefix("way/")) for i in table["osm_id"]}

    assert ids("opened", "renumbered") == read[1] - read[0]
    assert ids("closed") <= read[0] - read[1]
    common = read[0] & read[1]
    assert ids("reclassified", same_id=True) == {i for i in common if raw[0][i][0] != raw[1][i][0]}
    assert ids("renamed", same_id=True) <= {i for i in common if raw[0][i][1] != raw[1][i][1]}
    # What was opened was not in the old file, or not open to cars; what is renumbered never was.
    unseen = ids("opened") - set(raw[0])
    assert unseen
    assert {i for i in ids("opened") if i in raw[0]} <= set(raw[0]) - read[0]
    km = found.summary
    assert (km["roads_opened"], km["roads_closed"], km["opened_km"], km["closed_km"]) == (
        69,
        35,
        17.5,
        13.6,
    )
    assert km["after_km"] == pytest.approx(
        km["before_km"] + km["opened_km"] - km["closed_km"] + km["redrawn_km"]
    )


def test_andorra_points_add_up(andorra: tuple[OsmData, OsmData]) -> None:
    old, new = andorra
    found = compare_osm(old, new).summary
    for layer in ("places", "pois"):
        before, after = len(getattr(old, layer)), len(getattr(new, layer))
        assert after == before + found[f"{layer}_come"] - found[f"{layer}_gone"]
    gone = set(old.pois["osm_id"]) - set(new.pois["osm_id"])
    assert found["pois_gone"] + found["pois_renumbered"] == len(gone)


def test_andorra_to_itself_and_back(andorra: tuple[OsmData, OsmData]) -> None:
    old, new = andorra
    assert len(compare_osm(new, new).roads) == len(compare_osm(new, new).points) == 0
    ahead, back = compare_osm(old, new).summary, compare_osm(new, old).summary
    assert (ahead["opened_km"], ahead["closed_km"]) == (back["closed_km"], back["opened_km"])
    assert ahead["roads_reclassified"] == pytest.approx(back["roads_reclassified"], rel=0.4)
