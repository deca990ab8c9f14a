"""What if: apply a scenario to stations and roads, assess again, and tell who gains and loses."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from spatialplan.delivery.options import Options
from spatialplan.delivery.parents import area_key
from spatialplan.delivery.placing import WGS84, to_wgs84, transformer
from spatialplan.delivery.run import assess
from spatialplan.errors import DataError
from spatialplan.measures.names import normalise_name
from spatialplan.model.coverage import CoverageChange, CoverageResult, VillageService
from spatialplan.model.delivery import Demand, Facility
from spatialplan.model.inputs import Inputs
from spatialplan.model.limit import Limit
from spatialplan.model.network import StreetNetwork
from spatialplan.model.scenario import Action, RoadStep, Scenario, StationStep
from spatialplan.model.verdict import VillageState
from spatialplan.network.edit import close_roads, find_roads, open_roads, part_near
from spatialplan.text import Text

__all__ = ["compare_scenario"]

SAME = {"time": 0.05, "length": 50.0}  # minutes, metres: less is no change worth telling
_UNKNOWN = (float("nan"), float("nan"))
COLUMNS = ["id", "name", "township", "district", "limit", "before", "after", "cost_before",
           "cost_after", "kind"]  # fmt: skip


@dataclass(slots=True)
class _World:
    """Stations and roads while the steps change them, and what to tell and draw of each step."""

    facilities: list[Facility]
    network: StreetNetwork
    said: list[Text] = field(default_factory=list)
    marks: list[tuple[str, Text, BaseGeometry]] = field(default_factory=list)


def compare_scenario(
    inputs: Inputs,
    before: CoverageResult,
    demand: Sequence[Demand],
    facilities: Sequence[Facility],
    options: Options,
    scenario: Scenario,
) -> CoverageResult:
    """Return the result with what the scenario would change.

    Raises
    ------
    DataError
        When a step names a station or a road that is not there.
    """
    world = _World(facilities=list(facilities), network=inputs.network)
    for number, step in enumerate(scenario.steps, start=1):
        if isinstance(step, StationStep):
            _station(world, step, number)
        else:
            _road(world, step)
    changed = dataclasses.replace(inputs, network=world.network)
    # Covered by the same tier as before, or before and after could not be compared.
    tier = before.tier if any(f.is_open(options.day) for f in facilities) else None
    after = assess(before.plan, changed, demand, world.facilities, options, tier=tier)
    marks = pd.DataFrame(
        [{"kind": kind, "label": label.zh, "label_en": label.en} for kind, label, _ in world.marks],
        columns=["kind", "label", "label_en"],
    )
    change = CoverageChange(
        title=scenario.title,
        steps=tuple(world.said),
        frame=_frame(before.villages, after.villages, options.limits),
        marks=gpd.GeoDataFrame(marks, geometry=[shape for *_, shape in world.marks], crs=WGS84),
    )
    return dataclasses.replace(before, change=change)


def _station(world: _World, step: StationStep, number: int) -> None:
    """Add, move or close a facility."""
    place = shapely.Point(step.lon or 0.0, step.lat or 0.0)
    if step.action is Action.ADD:
        world.facilities.append(
            Facility(
                id=f"scenario:{number}", name=step.name, tier=step.tier, township=step.township,
                district=step.district, village="", parent="", lon=step.lon, lat=step.lat,
                accuracy_m=step.accuracy_m, capacity=step.capacity, opened=None, closed=None,
                origin="",
            )
        )  # fmt: skip
        _tell(world, "station_added", Text(f"新增“{step.name}”", f"add {step.name}"), place)
        return
    at = _find(world.facilities, step)
    old = world.facilities[at]
    if step.action is Action.CLOSE:
        del world.facilities[at]
        where = (
            shapely.Point()
            if old.lon is None or old.lat is None
            else shapely.Point(old.lon, old.lat)
        )
        _tell(world, "station_closed", Text(f"撤销“{old.name}”", f"close {old.name}"), where)
        return
    world.facilities[at] = dataclasses.replace(
        old, lon=step.lon, lat=step.lat, accuracy_m=step.accuracy_m
    )
    _tell(world, "station_moved", Text(f"迁移“{old.name}”", f"move {old.name}"), place)


def _find(facilities: Sequence[Facility], step: StationStep) -> int:
    """Return the one facility that a step names."""
    hits = [
        number
        for number, f in enumerate(facilities)
        if normalise_name(f.name) == normalise_name(step.name)
        and (not step.township or area_key(f.township) == area_key(step.township))
        and (not step.district or area_key(f.district) == area_key(step.district))
    ]
    if len(hits) > 1:
        hits = [number for number in hits if facilities[number].tier is step.tier] or hits
    if len(hits) != 1:
        found = f"有 {len(hits)} 个，请加 township、district 或 tier 区分" if hits else "没有"
        found_en = f"{len(hits)} times; add township, district or tier" if hits else "not at all"
        raise DataError(
            f"情景要改动站点“{step.name}”，站点表里{found}；请核对名称",
            f"the scenario changes station {step.name}, which the tables hold {found_en}",
        )
    return hits[0]


def _road(world: _World, step: RoadStep) -> None:
    """Close or open roads; the network is another one afterwards."""
    network = world.network
    if step.action is Action.OPEN:
        line = _projected(np.array([shapely.LineString(step.line)], dtype=object), network.crs)
        world.network = open_roads(network, line, [step.road_class], [step.name])
        name = step.name or step.road_class
        shape = shapely.LineString(step.line)
        _tell(world, "road_opened", Text(f"开通“{name}”", f"open {name}"), shape)
        return
    near = None
    if step.near is not None:
        point = _projected(np.array([shapely.Point(step.near)], dtype=object), network.crs)[0]
        near = (point.x, point.y)
    found = find_roads(
        network, name=step.name or None, ref=step.ref or None, near=near, radius_m=step.radius_m
    )
    said = "、".join(part for part in (step.name, step.ref) if part) or str(step.near)
    if not found.any():
        raise DataError(
            f"情景要封闭的道路“{said}”在路网里找不到；请核对名称、编号，或把 near 移近、"
            "radius_m 加大（内置路网多数道路无名称）",
            f"the scenario closes a road that the network does not have there: {said}",
        )
    if near is not None:
        network, found = part_near(network, found, near, step.radius_m)
    lines = to_wgs84(network.geometry[found], network.crs)
    km = float(network.length_m[found].sum()) / 1000
    world.network = close_roads(network, found)
    label = Text(f"封闭“{said}”{km:.2f} 公里", f"close {said}, {km:.2f} km")
    _tell(world, "road_closed", label, shapely.line_merge(shapely.union_all(lines)))


def _tell(world: _World, kind: str, said: Text, shape: BaseGeometry) -> None:
    world.said.append(said)
    world.marks.append((kind, said, shape))


def _projected(shapes: NDArray[np.object_], crs: str) -> NDArray[np.object_]:
    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer(WGS84, crs).transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(shapes, move), dtype=object)


def _frame(
    before: Sequence[VillageService], after: Sequence[VillageService], limits: Sequence[Limit]
) -> gpd.GeoDataFrame:
    """Return the change of every village for every limit."""
    rows, shapes = [], []
    for old, new in zip(before, after, strict=True):
        village = old.demand
        for position, limit in enumerate(limits):
            costs = _cost(old, limit), _cost(new, limit)
            states = old.states[position], new.states[position]
            # The nearest is so by the first limit: by another cost it may differ for no reason.
            kind = _kind(states, costs if limit.by == limits[0].by else _UNKNOWN, SAME[limit.by])
            place = (village.id, village.name, village.township, village.district)
            rows.append((*place, limit.key, *map(str, states), *costs, kind))
            at = None if village.lon is None or village.lat is None else (village.lon, village.lat)
            shapes.append(None if at is None else shapely.Point(at))
    frame = pd.DataFrame(rows, columns=COLUMNS).astype({"cost_before": float, "cost_after": float})
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84)


def _cost(village: VillageService, limit: Limit) -> float:
    """Return the cost to the nearest facility in the limit's unit, nan where none is reached."""
    if village.nearest is None:
        return float("nan")
    return village.nearest.time_min if limit.by == "time" else village.nearest.distance_m


def _kind(
    states: tuple[VillageState, VillageState], costs: tuple[float, float], same: float
) -> str:
    """Return what the change means for the village."""
    old, new = states
    if old is not new:
        if new is VillageState.COVERED:
            return "gains"
        return "loses" if old is VillageState.COVERED else "other"
    saved = costs[0] - costs[1]
    if not np.isfinite(saved) or abs(saved) < same:
        return "same"
    return "nearer" if saved > 0 else "farther"
