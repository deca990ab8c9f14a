"""What must hold in any world: drawn at random, with gaps, one-ways, vague and lost places."""

from __future__ import annotations

import dataclasses
import random
from collections import Counter

import geopandas as gpd
import numpy as np
import pytest

from spatialplan.delivery import areas
from spatialplan.model.delivery import Tier
from spatialplan.model.verdict import VillageState
from tests.delivery.world import facility, roads, run, village

ORDER = {VillageState.NOT_COVERED: 0, VillageState.UNCERTAIN: 1, VillageState.COVERED: 2}
SEEDS = range(10)


@pytest.fixture(autouse=True)
def _nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = gpd.GeoDataFrame({"facility": [], "name": []}, geometry=[], crs="EPSG:4326")
    monkeypatch.setattr(areas, "draw", lambda *_: areas.Areas(areas=nothing, catchments=nothing))


def world(seed):
    """Return roads, villages and stations of a grid of streets with every third block missing."""
    rng = random.Random(seed)
    at = [(x, y) for x in range(5) for y in range(5)]
    lines, forward, backward = [], [], []
    for x, y in at:
        for dx, dy in ((1, 0), (0, 1)):
            if x + dx < 5 and y + dy < 5 and rng.random() < 0.75:
                lines.append([(2000 * x, 2000 * y), (2000 * (x + dx), 2000 * (y + dy))])
                one_way = rng.random()
                forward.append(one_way > 0.05)
                backward.append(not 0.05 < one_way < 0.1)
    network = roads(*lines, forward=forward, backward=backward)
    villages = [a_village(rng, n) for n in range(15)]
    stations = [a_station(rng, n) for n in range(5)]
    return rng, network, villages, stations


def spot(rng):
    if rng.random() < 0.15:
        return None
    return rng.uniform(-2500, 10_500), rng.uniform(-2500, 10_500)


def a_village(rng, number):
    return village(
        f"V{number}", spot(rng), accuracy_m=rng.choice([0.0, 30.0, 400.0, None]),
        township=rng.choice(["甲子镇", "乙丑镇", ""]), population=rng.choice([10.0, 200.0]),
    )  # fmt: skip


def a_station(rng, number, **more):
    return facility(
        f"S{number}", spot(rng), accuracy_m=rng.choice([0.0, 30.0, 400.0, None]),
        township=rng.choice(["甲子镇", "乙丑镇", "丙寅镇", ""]),
        capacity=rng.choice([50.0, 500.0]), **more,
    )  # fmt: skip


def pick(row):
    """Return what must not depend on the order of rows, but for ids that count them."""
    near = [s and (s.facility, s.time_min, s.distance_m) for s in (row.nearest, row.second)]
    link = row.chain and (
        row.chain.state,
        row.chain.cause,
        row.chain.time_min,
        row.chain.parents_match,
    )
    return row.demand, row.states, row.causes, *near, link


def never_lower(before, after):
    for old, new in zip(before.villages, after.villages, strict=True):
        for was, now in zip(old.states, new.states, strict=True):
            if was in ORDER:
                assert ORDER[now] >= ORDER[was], old.demand.id


@pytest.mark.parametrize("seed", SEEDS)
def test_another_station_never_lowers_coverage(seed) -> None:
    rng, network, villages, stations = world(seed)
    more = [*stations, a_station(rng, 9)]
    never_lower(*(run(network, villages, some, "8min", "4km") for some in (stations, more)))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_higher_limit_never_lowers_coverage(seed) -> None:
    _, network, villages, stations = world(seed)
    limits = [f"{n}min" for n in (2, 4, 7, 11)] + [f"{n}km" for n in (1, 2, 4, 7)]
    result = run(network, villages, stations, *limits)
    for row in result.villages:
        for part in (row.states[:4], row.states[4:]):
            judged = [ORDER.get(state, -1) for state in part]
            assert judged == sorted(judged), row.demand.id
    alone = run(network, villages, stations, "4min")
    assert [row.states[0] for row in alone.villages] == [row.states[1] for row in result.villages]


@pytest.mark.parametrize("seed", SEEDS)
def test_order_of_rows_does_not_matter(seed) -> None:
    rng, network, villages, stations = world(seed)
    stations += [a_station(rng, n, tier=Tier.POINT) for n in range(5, 9)]
    stations += [dataclasses.replace(a_station(rng, 9), tier=Tier.HUB)]
    first = run(network, villages, stations, "8min", "4km", hub_limit="20min")
    villages, stations = rng.sample(villages, len(villages)), rng.sample(stations, len(stations))
    again = run(network, villages, stations, "8min", "4km", hub_limit="20min")
    mixed = {row.demand.id: pick(row) for row in again.villages}
    assert {row.demand.id: pick(row) for row in first.villages} == mixed
    assert sorted(first.shares, key=repr) == sorted(again.shares, key=repr)
    loads = [{x.facility.id: x for x in result.facilities} for result in (first, again)]
    assert loads[0] == loads[1]
    table, other = first.accessibility, again.accessibility.loc[first.accessibility.index]
    assert np.allclose(table, other, equal_nan=True)


def test_namesakes_on_one_spot_are_told_apart_by_what_they_are() -> None:
    """Rows of one name have ids that count the rows: what serves must not depend on them."""
    network = roads([(0, 0), (9000, 0)])
    twins = [("甲子镇", 100.0), ("乙丑镇", 100.0), ("甲子镇", 8000.0)]
    seen = set()
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        stations = [
            facility("站", (twins[n][1], 0), township=twins[n][0], id=f"station:{row}")
            for row, n in enumerate(order, start=1)
        ]
        (row,) = run(network, [village("V", (0, 0))], stations).villages
        served = {s.id: (s.township, s.lon) for s in stations}
        seen.add((served[row.nearest.facility], served[row.second.facility]))
    assert len(seen) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_in_are_rows_out_and_figures_agree(seed) -> None:
    _, network, villages, stations = world(seed)
    stations.append(facility("中心", (0, 0), Tier.HUB))
    result = run(network, villages, stations, "8min", "4km")
    assert [row.demand for row in result.villages] == villages
    assert [load.facility for load in result.facilities] == stations
    assert result.accessibility.index.tolist() == [v.id for v in villages]
    for at, limit in enumerate(result.limits):
        city = next(s for s in result.shares if s.level == "city" and s.limit == limit)
        counts = Counter(str(row.states[at]) for row in result.villages)
        assert {str(s): getattr(city, str(s)) for s in VillageState} == {
            s: counts[s] for s in map(str, VillageState)
        }
    assert sum(load.villages for load in result.facilities) == sum(
        row.nearest is not None for row in result.villages
    )
    for row in result.villages:
        assert row.demand.is_placed or set(row.states) == {VillageState.NO_DATA}
        assert all(cause.zh and cause.en for cause in row.causes)
        assert (row.nearest is None) <= (row.second is None)
        if row.second is not None:
            assert row.nearest.time_min <= row.second.time_min
            assert row.nearest.facility != row.second.facility
        if row.chain.state is VillageState.COVERED:
            assert {leg.state for leg in row.chain.legs} == {VillageState.COVERED}
            assert row.chain.time_min == pytest.approx(sum(leg.time_min for leg in row.chain.legs))


@pytest.mark.parametrize("seed", SEEDS)
def test_supply_is_conserved(seed) -> None:
    """Σ P·A is the supply of the stations that some village reaches within half an hour."""
    _, network, villages, stations = world(seed)
    result = run(network, villages, stations, "30min")
    given = sum(
        v.population * a
        for v, a in zip(villages, result.accessibility["e2sfca"].fillna(0), strict=True)
    )
    reached = set()
    for one in stations:
        alone = run(network, villages, [one], "30min").villages
        if any(row.nearest is not None and row.nearest.time_min <= 30 for row in alone):
            reached.add(one.id)
    assert given == pytest.approx(sum(s.capacity for s in stations if s.id in reached))
