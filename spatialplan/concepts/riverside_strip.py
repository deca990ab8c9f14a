"""The river unrolled: belts, areas, crossings and tributaries by chainage."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiLineString

from spatialplan.concepts.riverside_belts import belts_extent
from spatialplan.concepts.riverside_scene import Scene, bank_name
from spatialplan.model.profile import Strip, StripBand, StripEvent
from spatialplan.text import Text

__all__ = ["unrolled"]

NEAR_M = 150.0  # a tributary that ends this near to the axis, or its accuracy, joins it
AWAY_M = 1000.0  # and its other end lies farther off than this
MOUTH_M = 500.0  # mouths nearer to each other are one
BELTS = Text("廊带", "Belts")
AREA = Text("规划区", "Plan's area")
INSIDE = Text("规划区内", "inside")


def unrolled(scene: Scene) -> tuple[Strip, ...]:
    """Return the strip diagram of the river from upstream to downstream."""
    context = scene.setting.context
    bands = [*_inside(scene)]
    for key, run in belts_extent(scene):
        label = Text(scene.name(key), context.features[key].name_en or scene.name(key))
        bands.append(
            StripBand(
                track=BELTS,
                start_km=run.start_m / 1000,
                end_km=run.end_m / 1000,
                label=label,
                tone="belt",
            )
        )
    events = [*_bridges(scene), *_areas(scene), *_mouths(scene)]
    name = scene.name(scene.river_id)
    river = context.features[scene.river_id].name_en or name
    strip = Strip(
        title=Text(f"{name}自上游向下游展开", f"{river} unrolled, downstream"),
        length_km=float(scene.river.axis.length) / 1000,
        bands=tuple(bands),
        events=tuple(sorted(events, key=lambda event: (event.km, event.kind, event.label.zh))),
    )
    return (strip,)


def _inside(scene: Scene) -> list[StripBand]:
    """Return the stretches of the axis in the plan's area."""
    axis = scene.river.axis
    districts = scene.setting.districts.geometry.to_numpy()
    stretches = shapely.get_parts(shapely.intersection(axis, shapely.union_all(districts)))
    merged = shapely.get_parts(shapely.line_merge(MultiLineString(list(_lines(stretches)))))
    bands = []
    for line in merged:
        ends = shapely.get_point(line, np.array([0, -1]))
        start, end = sorted((shapely.line_locate_point(axis, ends) / 1000).tolist())
        bands.append(
            StripBand(track=AREA, start_km=start, end_km=end, label=INSIDE, tone="section")
        )
    return sorted(bands, key=lambda band: band.start_km)


def _lines(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    lines: NDArray[np.object_] = shapes[shapely.get_dimensions(shapes) == 1]
    return lines


def _bridges(scene: Scene) -> list[StripEvent]:
    events = []
    for number, bridge in enumerate(scene.bridges, start=1):
        zh, en = f"{number} 号", f"No. {number}"
        label = Text(f"{zh} {bridge.name}", f"{en} {bridge.name}") if bridge.name else Text(zh, en)
        events.append(StripEvent(km=bridge.km, label=label, kind="bridge"))
    return events


def _areas(scene: Scene) -> list[StripEvent]:
    events = []
    for k, key in enumerate(scene.areas):
        chainage = float(scene.beside.chainage_m[k])
        if np.isfinite(chainage):
            bank = bank_name(int(scene.beside.side[k]))
            english = scene.setting.context.features[key].name_en or scene.name(key)
            label = Text(f"{scene.name(key)}（{bank.zh}）", f"{english} ({bank.en})")
            events.append(StripEvent(km=chainage / 1000, label=label, kind="place"))
    return events


def _mouths(scene: Scene) -> list[StripEvent]:
    """Return where the lines of other water join the axis."""
    axis, water = scene.river.axis, scene.setting.water
    lines = water.geometry.to_numpy()
    is_line = shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING
    lines, names = lines[is_line], water["name"].fillna("").to_numpy()[is_line]
    near_m = max(NEAR_M, scene.river.accuracy_m)
    ends = np.array([shapely.get_point(lines, 0), shapely.get_point(lines, -1)], dtype=object)
    gap = shapely.distance(ends, axis)
    joins = (gap.min(axis=0) <= near_m) & (gap.max(axis=0) > near_m + AWAY_M)
    mouth = ends[gap.argmin(axis=0), np.arange(len(lines))][joins]
    at = shapely.line_locate_point(axis, mouth)
    events: list[StripEvent] = []
    for k in np.argsort(at, kind="stable").tolist():
        is_end = at[k] <= near_m or at[k] >= axis.length - near_m
        if is_end or (events and at[k] / 1000 - events[-1].km <= MOUTH_M / 1000):
            continue
        name = str(names[joins][k])
        label = Text(f"{name}汇入", f"{name} joins") if name else Text("支流汇入", "tributary")
        events.append(StripEvent(km=float(at[k]) / 1000, label=label, kind="gate"))
    return events
