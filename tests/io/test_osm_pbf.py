"""The reader: a small world counted by hand, doubtful data, bad files, and Andorra."""

from __future__ import annotations

import gzip
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely
from shapely import box

from spatialplan.errors import SourceError
from spatialplan.io.osm_categories import read_categories
from spatialplan.io.osm_pbf import read_osm
from spatialplan.io.osm_tags import CLASSES
from spatialplan.model.osm import Mode, OsmData
from tests.osm_files import write_osm

CATEGORIES = read_categories()
WORLD = box(-180, -90, 180, 90)
HERE = box(112.0, 27.0, 113.0, 28.0)


def read(path: Path, area=HERE, mode=Mode.DRIVE, **options) -> OsmData:
    return read_osm(path, area, mode, categories=CATEGORIES, **options)


def grid(*rows) -> list:
    """Nodes id 1, 2 … on a line east of (112.5, 27.5), a hundredth of a degree apart."""
    return [(i + 1, 112.5 + i / 100, 27.5, *row) for i, row in enumerate(rows)]


PLAIN = [()] * 8


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def roads_of(folder: Path, ways, nodes=None, **options):
    """Read hand-made ways over eight nodes in a row; return the roads and the counts."""
    path = write_osm(folder / "小世界.osm.pbf", nodes or grid(*PLAIN), ways)
    data = read(path, **options)
    return data.roads, data.counts


def visits(roads) -> dict[int, list[list[int]]]:
    """Node ids visited by way id, one list per run."""
    found: dict[int, list[list[int]]] = {}
    for way, (begin, end) in zip(roads.way_id, pairwise(roads.first), strict=True):
        found.setdefault(int(way), []).append(roads.node_id[roads.node[begin:end]].tolist())
    return found


class TestRoads:
    def test_what_is_read_of_a_way(self, folder) -> None:
        tags = {
            "highway": "trunk", "name": "韶山大道", "name:en": "Shaoshan Ave", "ref": "G320",
            "surface": "asphalt", "oneway": "-1", "maxspeed": "60", "bridge": "viaduct",
            "layer": "1", "toll": "yes",
        }  # fmt: skip
        tunnel = {"highway": "tertiary", "junction": "roundabout", "tunnel": "yes", "layer": "-1"}
        roads, counts = roads_of(folder, [(10, [1, 2, 3], tags), (11, [3, 4, 5], tunnel)])
        assert visits(roads) == {10: [[1, 2, 3]], 11: [[3, 4, 5]]}
        assert roads.road_class.tolist() == ["trunk", "tertiary"]
        assert roads.name.tolist() == ["韶山大道", ""]
        assert roads.ref.tolist() == ["G320", ""]
        assert roads.surface.tolist() == ["asphalt", ""]
        assert roads.junction.tolist() == ["", "roundabout"]
        assert roads.oneway.tolist() == [-1, 1]
        assert np.array_equal(roads.maxspeed_kmh, [60, np.nan], equal_nan=True)
        assert roads.bridge.tolist() == [True, False]
        assert roads.tunnel.tolist() == [False, True]
        assert roads.layer.tolist() == [1, -1]
        assert roads.toll.tolist() == [True, False]
        assert roads.lon == pytest.approx([112.5, 112.51, 112.52, 112.53, 112.54], abs=1e-7)
        assert not roads.barred_node.any()
        assert counts == {"roads": 2}

    def test_modes_take_their_own_ways(self, folder) -> None:
        ways = [
            (10, [1, 2], {"highway": "motorway"}),
            (11, [2, 3], {"highway": "residential"}),
            (12, [3, 4], {"highway": "footway", "name": "步道"}),
            (13, [4, 5], {"highway": "residential", "hgv": "no"}),
            (14, [5, 6], {"highway": "construction"}),
        ]
        for mode, taken in (
            (Mode.DRIVE, {10, 11, 13}),
            (Mode.TRUCK, {10, 11}),
            (Mode.WALK, {11, 12, 13}),
        ):
            roads, counts = roads_of(folder, ways, mode=mode)
            assert set(roads.way_id.tolist()) == taken
            assert sum(counts.values()) == len(ways)

    def test_closed_ways_are_counted_and_may_be_asked_for(self, folder) -> None:
        ways = [
            (10, [1, 2], {"highway": "service", "access": "private"}),
            (11, [2, 3], {"highway": "service"}),
        ]
        roads, counts = roads_of(folder, ways)
        assert visits(roads) == {11: [[2, 3]]}
        assert counts == {"roads": 1, "roads_closed": 1}
        roads, counts = roads_of(folder, ways, access=False)
        assert counts == {"roads": 2}

    def test_ferries_and_tolls_are_options(self, folder) -> None:
        ways = [
            (10, [1, 2], {"highway": "motorway", "toll": "yes"}),
            (11, [2, 3], {"highway": "primary"}),
            (12, [3, 4], {"route": "ferry", "name": "渡口"}),
            (13, [4, 5], {"route": "ferry", "motor_vehicle": "no"}),
        ]
        roads, counts = roads_of(folder, ways)
        assert counts == {"roads": 2, "roads_ferry": 2}
        roads, counts = roads_of(folder, ways, ferries=True, tolls=False)
        assert visits(roads) == {11: [[2, 3]], 12: [[3, 4]]}
        assert roads.road_class.tolist() == ["primary", "ferry"]
        assert counts == {"roads": 2, "roads_toll": 1, "roads_closed": 1}

    def test_barriers_close_a_node_to_the_mode(self, folder) -> None:
        nodes = grid((), ({"barrier": "bollard"},), ({"barrier": "gate"},),
                     ({"barrier": "gate", "access": "private"},), ())  # fmt: skip
        nodes.append((9, 112.6, 27.5, {"barrier": "bollard"}))  # on no road
        ways = [(10, [1, 2, 3, 4, 5], {"highway": "residential"})]
        for mode, barred in ((Mode.DRIVE, [2, 4]), (Mode.WALK, [4])):
            roads, counts = roads_of(folder, ways, nodes, mode=mode)
            assert roads.node_id[roads.barred_node].tolist() == barred
            assert counts["barriers"] == len(barred)
        roads, _ = roads_of(folder, ways, nodes, access=False)
        assert not roads.barred_node.any()

    def test_ways_are_kept_whole_where_they_touch_the_area(self, folder) -> None:
        nodes = [(1, 112.9, 27.5), (2, 113.2, 27.5), (3, 113.4, 27.5),  # crosses the east border
                 (4, 112.5, 28.4), (5, 113.4, 27.4),  # bounds meet the area, the line does not
                 (6, 111.9, 27.5), (7, 113.1, 27.5)]  # passes right through  # fmt: skip
        ways = [(10, [1, 2, 3], {"highway": "primary"}), (11, [4, 5], {"highway": "primary"}),
                (12, [6, 7], {"highway": "primary"})]  # fmt: skip
        corner = shapely.Polygon([(112, 27), (113, 27), (113, 27.6), (112.4, 28), (112, 28)])
        roads, counts = roads_of(folder, ways, nodes, area=corner)
        assert visits(roads) == {10: [[1, 2, 3]], 12: [[6, 7]]}
        assert counts == {"roads": 2, "roads_outside": 1}

    def test_missing_nodes_part_a_way_instead_of_bridging_the_gap(self, folder) -> None:
        ways = [(10, [1, 2, 99, 3, 4, 98, 5], {"highway": "primary", "name": "断"}),
                (11, [97, 96], {"highway": "primary"})]  # fmt: skip
        roads, counts = roads_of(folder, ways)
        assert visits(roads) == {10: [[1, 2], [3, 4]]}
        assert roads.name.tolist() == ["断", "断"]
        assert counts == {"roads": 1, "roads_missing_nodes": 2}

    def test_repeated_nodes_and_ids_and_short_ways(self, folder) -> None:
        same = (9, 112.5, 27.5)  # where node 1 is
        ways = [(10, [1, 2, 2, 3], {"highway": "primary", "name": ""}),
                (10, [4, 5], {"highway": "primary"}),
                (11, [1, 9], {"highway": "primary"}),
                (12, [6], {"highway": "primary"}), (13, [], {"highway": "primary"})]  # fmt: skip
        roads, counts = roads_of(folder, ways, [*grid(*PLAIN), same])
        assert visits(roads) == {10: [[1, 2, 2, 3]], 11: [[1, 9]]}
        assert counts == {"roads": 2, "roads_duplicate": 1, "roads_too_short": 2}

    def test_areas_are_no_roads(self, folder) -> None:
        square = {"highway": "service", "area": "yes"}
        _, counts = roads_of(
            folder, [(10, [1, 2, 3, 1], square), (11, [1, 2], {"highway": "service"})]
        )
        assert counts == {"roads": 1, "roads_area": 1}


def square(x: float, y: float, size: float, first: int) -> list:
    corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
    return [(first + i, *corner) for i, corner in enumerate(corners)]


ROAD = (1, [1, 2], {"highway": "primary"})
RING = (0, 1, 2, 3, 0)


def ring(first: int) -> list[int]:
    return [first + i for i in RING]


class TestFeatures:
    def world(self, folder: Path) -> OsmData:
        nodes = [
            (1, 112.5, 27.5), (2, 112.51, 27.5),
            (3, 112.6, 27.6, {"place": "village", "name": "龙山村", "name:en": "Longshan",
                              "old_name": "龙山大队", "alt_name": "龙山;上龙山",
                              "population": "1,204"}),
            (4, 112.61, 27.6, {"place": "hamlet"}),
            (5, 112.62, 27.6, {"place": "locality", "name": "晒谷坪"}),
            (6, 114.0, 27.6, {"place": "village", "name": "外省村"}),
            (7, 112.7, 27.6, {"amenity": "post_office", "name": "邮政支局"}),
            (8, 112.7, 27.61, {"amenity": "bench"}),
            (9, 112.72, 27.605, {"place": "village", "name": "和平村"}),
            *square(112.7, 27.7, 0.1, 20), *square(112.74, 27.74, 0.02, 30),
            *square(112.71, 27.6, 0.02, 40), *square(112.8, 27.6, 0.02, 50),
            *square(112.2, 27.2, 0.2, 60),
        ]  # fmt: skip
        ways = [
            ROAD,
            (20, ring(20), {}), (30, ring(30), {}),
            (40, ring(40), {"place": "village", "name": "和平村"}),  # has a node of its own
            (50, ring(50), {"landuse": "industrial", "name": "高新区"}),
            (60, ring(60), {"boundary": "administrative", "admin_level": "6"}),
            (70, [1, 2], {"railway": "rail", "name": "沪昆线"}),
            (71, [1, 2], {"railway": "abandoned"}),
            (72, [1, 2], {"waterway": "river", "name": "湘江"}),
            (73, [1, 2], {"waterway": "stream"}),
            (74, [1, 2], {"natural": "water"}),  # not closed: no area
            (75, ring(50), {"building": "yes", "shop": "mall"}),
            (76, [1, 99], {"waterway": "river"}),
        ]  # fmt: skip
        relations = [
            (80, [("w", 20, "outer"), ("w", 30, "inner")],
             {"type": "multipolygon", "natural": "water", "name": "水府庙水库"}),
            (81, [("w", 60, "outer")],
             {"type": "boundary", "boundary": "administrative", "admin_level": "6",
              "name": "雨湖区", "ref:admin:CN": "430302"}),
            (82, [("w", 60, "outer"), ("w", 999, "outer")],
             {"type": "boundary", "boundary": "administrative", "admin_level": "5", "name": "某市"}),
            (83, [("w", 60, "outer")],
             {"type": "boundary", "boundary": "administrative", "admin_level": "2", "name": "中国"}),
            (84, [("w", 1, "from"), ("n", 2, "via"), ("w", 1, "to")],
             {"type": "restriction", "restriction": "no_u_turn"}),
            (85, [("w", 72, "from"), ("n", 2, "via"), ("w", 1, "to")],
             {"type": "restriction", "restriction": "no_left_turn"}),
        ]  # fmt: skip
        return read(write_osm(folder / "a.osm.pbf", nodes, ways, relations))

    def test_places(self, folder) -> None:
        data = self.world(folder)
        places = data.places.set_index("osm_id")
        assert places.index.tolist() == ["node/3", "node/4", "node/9"]
        village = places.loc["node/3"]
        assert village["kind"] == "village"
        assert village["name"] == village["name_zh"] == "龙山村"
        assert village["name_en"] == "Longshan"
        assert village["old_name"] == "龙山大队"
        assert village["alt_name"] == "龙山;上龙山"
        assert village["population"] == 1204
        assert np.isnan(places.loc["node/4", "population"])
        assert places.loc["node/4", "name"] == ""
        assert data.counts["places"] == 3
        assert data.counts["places_outside"] == 1
        assert data.counts["places_other_kind"] == 1
        assert data.counts["places_with_own_node"] == 1
        assert data.places.crs == "EPSG:4326"

    def test_points_of_interest(self, folder) -> None:
        pois = self.world(folder).pois.set_index("osm_id")
        assert dict(pois["category"]) == {
            "node/7": "logistics", "way/50": "industry", "way/75": "commerce",
        }  # fmt: skip
        assert dict(pois["kind"])["way/75"] == "shop=mall"
        ground = box(112.8, 27.6, 112.82, 27.62)
        assert ground.contains(pois.loc["way/50", "geometry"])

    def test_water_and_boundaries_have_holes(self, folder) -> None:
        data = self.world(folder)
        water = data.water.set_index("osm_id")
        assert dict(water["class"]) == {"way/72": "river", "relation/80": "lake"}
        lake = water.loc["relation/80", "geometry"]
        assert lake.area == pytest.approx(0.1**2 - 0.02**2)
        assert not lake.contains(shapely.Point(112.75, 27.75))
        assert data.counts["water_open_lines"] == 1
        assert data.boundaries[["osm_id", "admin_level", "name", "adcode"]].to_numpy().tolist() == [
            ["relation/81", 6, "雨湖区", "430302"]
        ]
        assert shapely.area(data.boundaries.geometry.to_numpy()).tolist() == pytest.approx([0.04])

    def test_rails_restrictions_and_what_was_lost(self, folder) -> None:
        data = self.world(folder)
        assert data.rails[["osm_id", "class", "name"]].to_numpy().tolist() == [
            ["way/70", "rail", "沪昆线"]
        ]
        assert data.restrictions == 1  # the other starts from no road
        assert data.counts["areas_incomplete"] == 1
        assert data.counts["features_missing_nodes"] == 1

    def test_provenance(self, folder) -> None:
        provenance = self.world(folder).provenance
        assert provenance.date == "2026-04-04"
        assert "a.osm.pbf" in provenance.title.zh
        assert "OpenStreetMap contributors" in provenance.attribution

    def test_duplicated_objects_count_once(self, folder) -> None:
        cafe = {"amenity": "cafe"}
        nodes = [
            (1, 112.5, 27.5),
            (2, 112.51, 27.5),
            (3, 112.6, 27.6, cafe),
            (3, 112.6, 27.6, cafe),
        ]
        data = read(write_osm(folder / "a.osm.pbf", nodes, [ROAD]))
        assert data.pois["osm_id"].tolist() == ["node/3"]
        assert data.counts["pois_duplicate"] == 1

    def test_a_broken_outline_still_has_a_point_inside(self, folder) -> None:
        bowtie = [(10, 112.5, 27.5), (11, 112.6, 27.6), (12, 112.6, 27.5), (13, 112.5, 27.6)]
        flat = [(20, 112.5, 27.5), (21, 112.6, 27.5), (22, 112.7, 27.5)]
        ways = [ROAD, (2, [10, 11, 12, 13, 10], {"amenity": "school"}),
                (3, [20, 21, 22, 20], {"amenity": "school"}),
                (4, [20, 21], {"amenity": "school"})]  # fmt: skip
        data = read(write_osm(folder / "a.osm.pbf", [*grid((), ()), *bowtie, *flat], ways))
        assert data.pois["osm_id"].tolist() == ["way/2", "way/3", "way/4"]
        assert (data.pois.geom_type == "Point").all()
        assert data.pois.within(box(112.5, 27.5, 112.7, 27.6).buffer(1e-9)).all()


@pytest.mark.parametrize("name", ["same.osm", "same.osm.bz2", "same.osm.pbf", "空 格.osm.gz"])
def test_formats_read_alike(folder, name) -> None:
    ways = [(10, [1, 2, 3], {"highway": "primary", "name": "人民路"})]
    roads = read(write_osm(folder / name, grid(*PLAIN), ways)).roads
    assert visits(roads) == {10: [[1, 2, 3]]}
    assert roads.name.tolist() == ["人民路"]


class TestBadFiles:
    def fails(self, path: Path, *words: str, area=HERE) -> None:
        with pytest.raises(SourceError) as caught:
            read(path, area)
        for line in (caught.value.text.zh, caught.value.text.en):
            assert "\n" not in line
            assert path.name in line
        assert all(word in caught.value.text.zh for word in words), caught.value.text.zh

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("empty.osm.pbf", b""),
            ("page.osm.pbf", b"<!DOCTYPE html><html>\n404</html>"),
            ("zip.osm.pbf", gzip.compress(b"x" * 9999)),
            ("zeros.osm.pbf", bytes(5000)),
            ("text.txt", b"hello"),
            ("broken.osm", b"<osm version='0.6'><node id='1'"),
            ("empty.osm", b""),
        ],
    )
    def test_what_is_no_osm_file(self, folder, name, content) -> None:
        path = folder / name
        path.write_bytes(content)
        self.fails(path, "读不了 OSM 文件", "请给出完整的 .osm.pbf 文件")

    def test_a_missing_file_and_a_folder(self, folder) -> None:
        self.fails(folder / "none.osm.pbf", "读不了 OSM 文件")
        (folder / "dir.osm.pbf").mkdir()
        self.fails(folder / "dir.osm.pbf", "读不了 OSM 文件")

    @pytest.mark.parametrize("share", [0.001, 0.3, 0.9, 0.9999])
    def test_a_file_cut_short(self, raw_data: Path, folder, share) -> None:
        whole = (raw_data / "osm/andorra-2026-04-04.osm.pbf").read_bytes()
        path = folder / "cut.osm.pbf"
        path.write_bytes(whole[: int(len(whole) * share)])
        self.fails(path, "读不了 OSM 文件", area=WORLD)

    def test_a_spoilt_file(self, raw_data: Path, folder) -> None:
        spoilt = bytearray((raw_data / "osm/andorra-2026-04-04.osm.pbf").read_bytes())
        spoilt[len(spoilt) // 2 : len(spoilt) // 2 + 1000] = bytes(1000)
        path = folder / "spoilt.osm.pbf"
        path.write_bytes(spoilt)
        self.fails(path, "读不了 OSM 文件", area=WORLD)

    def test_a_file_of_another_place(self, raw_data: Path) -> None:
        self.fails(raw_data / "osm/andorra-2026-04-04.osm.pbf", "没有道路", "换成覆盖本市")

    def test_a_file_without_objects_or_roads(self, folder) -> None:
        self.fails(write_osm(folder / "bare.osm.pbf", []), "没有道路")
        self.fails(write_osm(folder / "nodes.osm.pbf", grid(*PLAIN)), "没有道路")

    def test_a_file_without_the_nodes_of_its_ways(self, folder) -> None:
        self.fails(write_osm(folder / "ways.osm.pbf", [], [ROAD]), "读不了 OSM 文件", "osmium sort")

    def test_a_file_with_its_ways_first(self, folder) -> None:
        path = folder / "unsorted.osm.pbf"
        with osmium.SimpleWriter(str(path)) as writer:
            writer.add_way(osmium.osm.mutable.Way(id=1, nodes=[1, 2], tags={"highway": "primary"}))
            for id_ in (1, 2):
                at = (112.5 + id_ / 100, 27.5)
                writer.add_node(osmium.osm.mutable.Node(id=id_, location=at))
        self.fails(path, "读不了 OSM 文件", "osmium sort")


@pytest.fixture(scope="module")
def andorra(raw_data: Path) -> Path:
    return raw_data / "osm" / "andorra-2026-04-04.osm.pbf"


@pytest.fixture(scope="module")
def whole(andorra: Path) -> OsmData:
    return read(andorra, WORLD)


class TestAndorra:
    """Plain counts of pyosmium, without any of the reader's filters."""

    def test_every_highway_is_accounted_for(self, andorra, whole) -> None:
        ways = osmium.FileProcessor(str(andorra), osmium.osm.WAY)
        classes = Counter(way.tags["highway"] for way in ways if "highway" in way.tags)
        assert sum(classes.values()) == 8265
        told = {key: n for key, n in whole.counts.items() if key.startswith("roads")}
        services = classes["services"] + classes["rest_area"]  # points of interest
        assert sum(told.values()) == 8265 - services + told.get("roads_ferry", 0)
        drivable = sum(n for name, n in classes.items() if name in CLASSES[Mode.DRIVE])
        assert told["roads"] + told["roads_closed"] + told.get("roads_area", 0) == drivable

    def test_places(self, andorra, whole) -> None:
        nodes = osmium.FileProcessor(str(andorra), osmium.osm.NODE)
        plain = Counter(node.tags["place"] for node in nodes if "place" in node.tags)
        kinds = Counter(whole.places["kind"][whole.places["osm_id"].str.startswith("node/")])
        assert kinds["village"] == plain["village"] == 34
        assert kinds["hamlet"] == plain["hamlet"] == 27
        assert kinds == Counter({kind: plain[kind] for kind in kinds})

    def test_points_of_interest(self, andorra, whole) -> None:
        exact = {(k, v) for k, v, _ in CATEGORIES.rules if v != "*"}
        wild = {k for k, v, _ in CATEGORIES.rules if v == "*"}
        off = ("", "no", "vacant", "disused")

        def fits(tags) -> bool:
            return any((k, v) in exact or (k in wild and v not in off) for k, v in tags)

        plain = {
            f"{'node' if thing.is_node() else 'way'}/{thing.id}"
            for thing in osmium.FileProcessor(
                str(andorra), osmium.osm.NODE | osmium.osm.WAY
            ).with_filter(osmium.filter.EmptyTagFilter())
            if fits(thing.tags)
            and not (thing.is_way() and thing.tags.get("highway", "") in CLASSES[Mode.DRIVE])
        }
        read_ids = set(whole.pois["osm_id"])
        assert len(read_ids) == len(whole.pois)
        assert {id_ for id_ in read_ids if not id_.startswith("relation/")} == plain
        shops = osmium.FileProcessor(str(andorra), osmium.osm.NODE)
        assert sum("shop" in node.tags for node in shops) == 308

    def test_parishes_are_closed_areas(self, whole) -> None:
        parishes = whole.boundaries[whole.boundaries["admin_level"] == 7]
        assert sorted(parishes["name"]) == [
            "Andorra la Vella", "Canillo", "Encamp", "Escaldes-Engordany", "La Massana", "Ordino",
            "Sant Julià de Lòria",
        ]  # fmt: skip
        area_km2 = parishes.to_crs("EPSG:25831").area.sum() / 1e6
        assert area_km2 == pytest.approx(468, rel=0.01)  # official area of the country
        assert parishes.is_valid.all()

    def test_a_part_of_the_land(self, andorra, whole) -> None:
        """A smaller area gives a subset, and what lies well inside it stays the same."""
        area = box(1.50, 42.48, 1.56, 42.53)
        part = read(andorra, area)
        assert set(part.roads.way_id) < set(whole.roads.way_id)
        inside = whole.places[whole.places.intersects(area)]
        assert sorted(part.places["osm_id"]) == sorted(inside["osm_id"])
        assert part.counts["roads"] + part.counts["roads_outside"] == whole.counts["roads"]

    def test_roads_alone_are_the_same_roads(self, andorra, whole) -> None:
        alone = read(andorra, WORLD, roads_only=True)
        for name in ("way_id", "node", "node_id", "lon", "oneway", "name", "barred_node"):
            assert np.array_equal(getattr(alone.roads, name), getattr(whole.roads, name)), name
        told = [
            {k: n for k, n in data.counts.items() if k in ("roads", "roads_closed", "barriers")}
            for data in (alone, whole)
        ]
        assert told[0] == told[1]
        assert alone.restrictions == whole.restrictions
        assert len(alone.places) + len(alone.pois) + len(alone.water) == 0

    def test_reading_twice_gives_the_same(self, andorra, whole) -> None:
        again = read(andorra, WORLD)
        assert again.counts == whole.counts
        assert np.array_equal(again.roads.node, whole.roads.node)
        assert again.pois.equals(whole.pois)
