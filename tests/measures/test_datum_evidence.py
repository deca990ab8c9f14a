"""The evidence on the datum: tiny worlds, simulated tables of Xiangtan, and what must stay open.

Tables are drawn as sheets are: some villages beside mapped roads (log-normal distances), the rest
anywhere, roads and boundaries that are themselves off, receivers' noise, rows of a wrong district.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Transformer
from shapely import Point, box

from spatialplan.io import base, boundaries
from spatialplan.measures import datum as shifts
from spatialplan.measures.datum import Datum
from spatialplan.measures.datum_choice import _by_evidence
from spatialplan.measures.datum_evidence import Ground, Weights, weigh_datums
from spatialplan.measures.datum_notes import said_of
from spatialplan.measures.ground import CITY
from spatialplan.measures.positions import read_positions
from tests.measures.test_positions import table
from tests.network.lines import make_network

DEGREES = Transformer.from_crs("EPSG:4547", "EPSG:4326", always_xy=True)
WRITE = {
    Datum.WGS84: lambda lon, lat: (lon, lat),
    Datum.GCJ02: shifts.gcj02_from_wgs84,
    Datum.BD09: shifts.bd09_from_wgs84,
}
X0, Y0 = 385_000.0, 3_075_000.0


@cache
def grid(places=False):
    """Return a city of 40 × 40 km with roads every 5 km, west and east districts."""
    lines = [[(X0 + k, Y0), (X0 + k, Y0 + 40_000)] for k in range(2500, 40_000, 5000)]
    lines += [[(X0, Y0 + k), (X0 + 40_000, Y0 + k)] for k in range(2500, 40_000, 5000)]
    districts = gpd.GeoDataFrame(
        {"adcode": ["1", "2"], "name": ["甲区", "乙县"]},
        geometry=[
            box(X0, Y0, X0 + 20_000, Y0 + 40_000),
            box(X0 + 20_000, Y0, X0 + 40_000, Y0 + 40_000),
        ],
        crs="EPSG:4547",
    ).to_crs("EPSG:4326")
    named = gpd.GeoDataFrame(
        {"name": [f"石{k}村" for k in range(30)], "accuracy_m": 50.0},
        geometry=[Point(*xy) for xy in middles(30)], crs="EPSG:4547",
    ).to_crs("EPSG:4326")  # fmt: skip
    return Ground(
        districts=districts, network=make_network(*lines), places=named if places else None
    )


def on_roads(n, rng):
    """Return points on roads, spread over the city."""
    along, across = rng.uniform(6000, 34_000, n), rng.integers(1, 7, n) * 5000.0 + 2500
    flip = rng.random(n) < 0.5
    return np.column_stack([X0 + np.where(flip, along, across), Y0 + np.where(flip, across, along)])


def middles(n):
    """Return points in the middle of blocks, 2.5 km from roads and far from the boundary."""
    at = [
        (x, y) for x in range(5000, 36_000, 5000) for y in range(5000, 36_000, 5000) if x != 20_000
    ]
    return np.array(at[:n], float) + np.array([X0, Y0])


def write(xy, datum):
    return tuple(
        np.array(v) for v in WRITE[datum](*(np.array(v) for v in DEGREES.transform(*xy.T)))
    )


def weigh(ground, xy, datum, names=None):
    lon, lat = write(xy, datum)
    return weigh_datums(ground, lon, lat, np.full(len(xy), CITY), names or [""] * len(xy))


@pytest.mark.parametrize("datum", Datum)
def test_points_on_roads_tell_the_datum(datum):
    weights = weigh(grid(), on_roads(60, np.random.default_rng(1)), datum)
    assert weights.is_sure
    assert weights.best is datum
    assert weights.open == (datum,)
    assert weights.road_median_m[list(Datum).index(datum)] < 15  # half of the sampling step


def test_points_far_from_roads_and_boundaries_tell_nothing():
    weights = weigh(grid(), middles(40), Datum.GCJ02)
    assert weights.lead < 0.1
    assert weights.leaning is None
    assert weights.open == tuple(Datum)


def test_few_points_decide_nothing():
    assert not weigh(grid(), on_roads(9, np.random.default_rng(1)), Datum.GCJ02).is_sure


def test_one_place_written_a_hundred_times_is_one_point():
    xy = np.repeat(on_roads(1, np.random.default_rng(1)), 100, axis=0)
    weights = weigh(grid(), xy, Datum.GCJ02)
    assert weights.points == 1
    assert not weights.is_sure


def test_one_valley_decides_nothing():
    rng = np.random.default_rng(2)  # a crossing: all points within one cell of 3 km
    along = rng.uniform(-1400, 1400, 60)
    flip = rng.random(60) < 0.5
    centre = (
        np.floor((X0 + 12_500) / 3000) * 3000 + 1500,
        np.floor((Y0 + 12_500) / 3000) * 3000 + 1500,
    )
    roads = [[(centre[0] - 20_000, centre[1]), (centre[0] + 20_000, centre[1])],
             [(centre[0], centre[1] - 9000), (centre[0], centre[1] + 20_000)]]  # fmt: skip
    ground = Ground(districts=grid().districts, network=make_network(*roads))
    xy = np.column_stack([np.where(flip, along, 0.0), np.where(flip, 0.0, along)]) + centre
    weights = weigh(ground, xy, Datum.WGS84)
    assert weights.lead > 7
    assert weights.without_cell < 3
    assert not weights.is_sure


def test_another_shift_is_not_taken_for_a_datum():
    """Points moved 500 m north-west lie on no roads in any datum, but would after another shift."""
    xy = on_roads(80, np.random.default_rng(3)) + np.array([-350.0, 350.0])
    assert not weigh(grid(), xy, Datum.WGS84).is_sure


@pytest.mark.parametrize("pair", [(Datum.WGS84, Datum.GCJ02), (Datum.GCJ02, Datum.BD09)])
def test_a_sheet_of_two_datums_is_doubtful_and_not_converted(pair):
    xy = on_roads(80, np.random.default_rng(4))
    halves = [write(xy[k::2], datum) for k, datum in enumerate(pair)]
    lon, lat = np.concatenate(halves, axis=1)
    weights = weigh_datums(grid(), lon, lat, np.full(80, CITY), [""] * 80)
    assert weights.is_mixed
    assert {weights.best, weights.partner} == set(pair)
    rows = [[repr(float(x)), repr(float(y))] for x, y in zip(lon, lat, strict=True)]
    positions, finding = read_positions(table(["lon", "lat"], rows), grid())
    assert finding.decided_by == "none"
    assert all("混有" in p.doubts[0].zh for p in positions)
    assert "混有" in finding.said.zh
    assert [p.lon for p in positions] == lon.tolist()


def test_a_quarter_of_another_datum_stops_an_otherwise_sure_decision():
    xy = on_roads(120, np.random.default_rng(8))
    parts = write(xy[:90], Datum.GCJ02), write(xy[90:], Datum.WGS84)
    weights = weigh_datums(grid(), *np.concatenate(parts, axis=1), np.full(120, CITY), [""] * 120)
    assert min(weights.lead - 7, weights.shift - 3, weights.without_cell - 3) > 0
    assert not weights.is_sure
    assert set(weights.open) == {Datum.GCJ02, Datum.WGS84}


def test_stated_districts_tell_where_there_are_no_roads():
    rng = np.random.default_rng(5)
    x = np.concatenate([rng.uniform(-550, -250, 20), rng.uniform(250, 550, 20)]) + X0 + 20_000
    xy = np.column_stack([x, rng.uniform(2000, 38_000, 40) + Y0])
    roadless = Ground(districts=grid().districts, network=make_network([(0, 0), (1000, 0)]))
    area = np.repeat([0, 1], 20)
    weights = weigh_datums(roadless, *write(xy, Datum.BD09), area, [""] * 40)
    assert weights.best is Datum.BD09
    assert weights.lead > 7
    assert weights.inside_share.tolist()[2] == 1.0
    assert weights.road_median_m.tolist() == [3000.0] * 3


def test_mapped_villages_of_the_same_name_tell():
    names = [f"石{k}村委会" for k in range(30)]
    weights = weigh(grid(places=True), middles(30), Datum.GCJ02, names)
    assert weights.is_sure
    assert weights.best is Datum.GCJ02
    strangers = weigh(grid(places=True), middles(30), Datum.GCJ02, [f"土{k}村" for k in range(30)])
    assert strangers.lead < 0.1


@pytest.mark.parametrize("seed", range(3))
def test_order_of_rows_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    xy = on_roads(50, rng) + rng.normal(0, 80, (50, 2))
    lon, lat = write(xy, Datum.BD09)
    area = rng.integers(-1, 2, 50)
    order = rng.permutation(50)
    one = weigh_datums(grid(), lon, lat, area, [""] * 50)
    two = weigh_datums(grid(), lon[order], lat[order], area[order], [""] * 50)
    assert one.scores == two.scores
    assert (one.shift, one.mixture, one.without_cell) == (two.shift, two.mixture, two.without_cell)


def test_a_wrong_word_of_the_file_is_doubted_and_not_overruled():
    xy = on_roads(60, np.random.default_rng(6))
    lon, lat = write(xy, Datum.GCJ02)
    points = (None, *zip(lon.tolist(), lat.tolist(), strict=True))
    read = table(["name"], [["村"]] * 60, points=points, crs="EPSG:4326")
    positions, finding = read_positions(read, grid())
    assert (finding.key, finding.decided_by, finding.suspected) == ("wgs84", "file", "gcj02")
    assert all("--datum gcj02" in p.doubts[0].zh for p in positions)
    assert [p.lon for p in positions] == lon.tolist()


# Xiangtan ---------------------------------------------------------------------------------------


@cache
def xiangtan():
    return Ground(
        districts=boundaries.read_districts("430300"),
        network=base.read_embedded_network("EPSG:4547"),
    )


@cache
def mapped_roads():
    """Return the roads of the city that villages lie on, with their accuracy and length."""
    network = xiangtan().network
    length = shapely.length(network.geometry)
    kept = shapely.within(network.geometry, xiangtan().city) & (length > 1)
    kept &= ~np.array([str(c).startswith("motorway") for c in network.road_class])
    return network.geometry[kept], network.accuracy_m[kept], length[kept]


def beside_roads(n, rng, middle=None):
    """Return points off mapped roads by log-normal distances round `middle`, or round 80–300 m."""
    lines, accuracy, length = mapped_roads()
    edge = rng.choice(len(lines), n, p=length / length.sum())
    at = rng.random(n) * length[edge]
    near, far = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines[edge], np.clip(at + d, 0, length[edge])))
        for d in (-5, 5)
    )  # fmt: skip
    ahead = (far - near) / np.maximum(np.linalg.norm(far - near, axis=1), 1e-9)[:, None]
    aside = np.column_stack([-ahead[:, 1], ahead[:, 0]]) * rng.choice([-1, 1], n)[:, None]
    spread = 1.0 if middle is None else 0.6
    middle = middle or rng.uniform(80, 300)
    gap = np.minimum(rng.lognormal(np.log(middle), spread, n), 3000)
    off = rng.normal(0, 1, (n, 2)) * (accuracy[edge] * rng.uniform(0.35, 1.05))[:, None]
    return near + aside * gap[:, None] + off


def anywhere(n, rng):
    west, south, east, north = xiangtan().city.bounds
    xy = np.column_stack(
        [rng.uniform(west, east, 6 * n + 60), rng.uniform(south, north, 6 * n + 60)]
    )
    return xy[shapely.contains_xy(xiangtan().city, *xy.T)][:n]


def wobble(xy, rng):
    """Return a smooth displacement of 150 m over 3 km: the boundaries' own inaccuracy."""
    waves = rng.normal(0, 1 / 3000, (30, 2))
    phases = rng.uniform(0, 2 * np.pi, (2, 30))
    return (
        150 * np.sqrt(2 / 30) * np.stack([np.cos(xy @ waves.T + p).sum(axis=1) for p in phases], 1)
    )


def draw(n, share_on_roads, rng, middle=None):
    """Return true points and the names of the districts that their rows state."""
    on_roads = rng.random((n, 1)) < share_on_roads
    xy = np.where(on_roads, beside_roads(n, rng, middle), anywhere(n, rng))
    stated = xiangtan().district_at(xy + wobble(xy, rng))
    wrong = rng.random(n) < rng.uniform(0, 0.08)
    stated[wrong] = rng.integers(0, 5, wrong.sum())
    names = [*xiangtan().districts["name"], ""]
    return xy + rng.normal(0, rng.uniform(3, 60), (n, 2)), [names[k] for k in stated]


def dms(value):
    degrees, rest = divmod(value * 3600, 3600)
    return f"{degrees:.0f}°{rest // 60:.0f}′{rest % 60:.3f}″"


FORMATS = [
    lambda lon, lat: (f"{lon:.7f}", f"{lat:.7f}"),
    lambda lon, lat: (f"{lat:.7f}", f"{lon:.7f}"),
    lambda lon, lat: (dms(lon), dms(lat)),
    lambda lon, lat: (f"N{lat:.7f}", f"E{lon:.7f}"),
    lambda lon, lat: (f"{lon * 1e6:.0f}", f"{lat * 1e6:.0f}"),
]


def sheet(xy, stated, datum, rng):
    """Write a table in a random format, with some rows lacking coordinates."""
    lon, lat = write(xy, datum)
    how = FORMATS[rng.integers(len(FORMATS))]
    lost = rng.random(len(xy)) < 0.05
    rows = [
        [*(("无", "") if gone else how(a, b)), name]
        for a, b, name, gone in zip(lon.tolist(), lat.tolist(), stated, lost, strict=True)
    ]
    return table(["lon", "lat", "district"], rows), lost


def outcome(n, share, rng, middle=None):
    """Return whether a random table's datum was decided, whether leaned to, and whether rightly.

    What is not decided must be left as it is, no farther from the truth than the accuracy that it
    is given, and the table must say how to decide it; only strong leanings make rows doubtful.
    """
    datum = list(Datum)[rng.integers(3)]
    xy, stated = draw(n, share, rng, middle)
    read, lost = sheet(xy, stated, datum, rng)
    positions, finding = read_positions(read, xiangtan())
    assert len(positions) == n
    assert [p.lon is None for p in positions] == lost.tolist()
    decided = finding.decided_by == "evidence"
    known = ~lost
    here = xiangtan().project(
        np.array([p.lon for p in positions], float)[known],
        np.array([p.lat for p in positions], float)[known],
    )
    off = np.linalg.norm(here - xy[known], axis=1)
    if decided and finding.key == datum:
        assert off.max() < 1.0
    if finding.key == datum or not decided:
        assert (off < [p.accuracy_m for p in positions if p.lon is not None]).all()
    if not decided:
        assert finding.key == "wgs84"
        assert "--datum" in finding.said.zh
        doubted = [any("--datum" in t.zh for t in p.doubts) for p in positions if p.lon is not None]
        ranked = sorted(score.score for score in finding.scores)
        assert all(doubted) or not any(doubted)
        assert ranked[-1] - ranked[-2] >= 3.5 or "混有" in finding.said.zh or not any(doubted)
    return (
        decided,
        finding.suspected != "",
        (finding.key if decided else finding.suspected) == datum,
    )


def test_scatter_about_seats_drowns_no_errors():
    """Points 2 km about villages lean by chance, which is told once, not in every row."""
    rng = np.random.default_rng(7)
    drowned = 0
    for _ in range(24):
        xy = beside_roads(40, rng)[rng.integers(0, 40, 170)] + rng.normal(0, 2000, (170, 2))
        rows = [[repr(a), repr(b)] for a, b in np.transpose(write(xy, Datum.WGS84)).tolist()]
        positions, finding = read_positions(table(["lon", "lat"], rows), xiangtan())
        assert finding.key == "wgs84"
        assert finding.decided_by == "evidence" or "--datum" in finding.said.zh
        drowned += any("--datum" in t.zh for p in positions for t in p.doubts)
    assert drowned <= 2


@pytest.mark.parametrize(("shift", "lead", "mixture", "strong"), [
    (1.0, 3.6, 9.0, True), (1.0, 3.4, 9.0, False), (-1.0, 6.0, 9.0, False),
    (1.0, 0.1, -3.6, True), (1.0, 5.0, -3.4, False), (-1.0, 0.1, -7.0, False),
])  # fmt: skip
def test_half_the_deciding_lead_makes_rows_doubtful(shift, lead, mixture, strong):
    weights = Weights(
        score=np.array([-lead, 0.0, -50.0]), inside_share=np.ones(3), road_median_m=np.ones(3),
        points=20, shift=shift, mixture=mixture, partner=Datum.WGS84, without_cell=0.0,
    )  # fmt: skip
    lon, lat = write(middles(2), Datum.WGS84)
    assert bool(_by_evidence(np.arange(2), weights, lon, lat).doubts) is strong
    swapped = replace(weights, score=np.array([0.0, -lead, -50.0]), partner=Datum.GCJ02)
    doubts = _by_evidence(np.arange(2), swapped, lon, lat).doubts
    assert bool(doubts) is (strong and mixture < 0)  # a leaning to the numbers as they are is none


def test_a_capped_distance_is_said_to_be_one():
    weights = weigh(grid(), middles(2) + np.array([200_000.0, 0.0]), Datum.WGS84)
    assert weights.points == 0
    said = said_of("wgs84", "none", 2, "", weights.scores)
    assert "≥3000 米" in said.zh
    near = said_of("wgs84", "none", 9, "", weigh(grid(), middles(9), Datum.WGS84).scores)
    assert "≥" not in near.zh


def test_two_hundred_random_tables_are_never_read_wrongly():
    """Of 20–300 rows, any share of them beside mapped roads: 2 in 5 are decided, none wrongly."""
    rng = np.random.default_rng(20261122)
    rows = np.exp(rng.uniform(np.log(20), np.log(300), 200)).astype(int)
    told = np.array([outcome(n, rng.uniform(), rng) for n in rows.tolist()])
    decided, leaned, right = told.T
    assert right[decided].all()
    assert right[decided | leaned].mean() >= 0.99
    assert decided.mean() > 0.3
    large = rows >= 150
    assert (decided | leaned)[large].mean() >= 0.95
    assert decided[large].mean() > 0.6


def test_two_hundred_tables_of_points_on_streets_are_told():
    """Service points stand on streets, some 40 m off the mapped line; one in five anywhere.

    The datum of at least 99 in 100 such tables is found out, and the rest are doubtful, not wrong.
    """
    rng = np.random.default_rng(20261123)
    rows = np.exp(rng.uniform(np.log(40), np.log(200), 200)).astype(int)
    told = np.array([outcome(n, rng.uniform(0.8, 1), rng, 40.0) for n in rows.tolist()])
    decided, _, right = told.T
    assert right[decided].all()
    assert decided.mean() >= 0.99
