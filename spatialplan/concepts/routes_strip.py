"""A corridor unrolled: road classes and stops by chainage."""

from __future__ import annotations

from spatialplan.concepts.routes_corridor import Corridor, Leg
from spatialplan.concepts.setting import Setting
from spatialplan.measures.corridor import class_runs
from spatialplan.model.profile import Strip, StripBand, StripEvent
from spatialplan.network.classes import class_name, drawn_class
from spatialplan.text import Text

__all__ = ["unroll"]

TONES = {"motorway": "express", "trunk": "express", "major": "major", "national": "major",
         "links": "link"}  # fmt: skip
CLASSES = Text("道路等级", "Road class")
LEGS = Text("路段", "Legs")


def unroll(setting: Setting, corridor: Corridor) -> Strip | None:
    """Return the strip of a corridor; None where no leg is measured.

    A leg without a drive between two placed stops is as long as the straight line, and drawn as a
    gap; one to a stop without a place has no length of its own.
    """
    if not corridor.measured:
        return None
    bands: list[StripBand] = []
    events = [_event(setting, corridor.stops[0], 0.0)]
    km = 0.0
    for leg, stop in zip(corridor.legs, corridor.stops[1:], strict=True):
        own, end = _bands(setting, leg, km)
        bands += own
        km = end
        events.append(_event(setting, stop, km))
    name = setting.context.name(corridor.key)
    return Strip(
        title=Text(f"{name}沿线", f"Along {name}"),
        length_km=km,
        bands=tuple(bands),
        events=tuple(events),
        closed=corridor.stops[0] == corridor.stops[-1],
    )


def _event(setting: Setting, key: str, km: float) -> StripEvent:
    name = setting.context.name(key)
    if setting.context.is_located(key):
        return StripEvent(km=km, label=Text(name, name), kind="stop")
    return StripEvent(
        km=km, label=Text(f"{name}（未定位）", f"{name} (not located)"), kind="missing"
    )


def _bands(setting: Setting, leg: Leg, start_km: float) -> tuple[list[StripBand], float]:
    """Return the bands of a leg and the chainage at its end."""
    drive = leg.drive
    if drive is None:
        if leg.straight_m is None:
            return [], start_km
        end = start_km + leg.straight_m / 1000
        label = Text("未接通，按直线示意", "not joined, straight line")
        return [_band(CLASSES, start_km, end, label, "gap")], end
    names = setting.context.network.road_class[drive.edge].tolist()
    runs = class_runs(names, drive.edge_m, start_km * 1000 + drive.access_m[0])
    end = start_km + drive.distance_m / 1000
    bands = [
        _band(
            CLASSES,
            run.start_m / 1000,
            run.end_m / 1000,
            class_name(run.road_class),
            TONES.get(drawn_class(run.road_class), "local"),
        )
        for run in runs
    ]
    minutes = Text(f"{drive.time_min:.0f} 分钟", f"{drive.time_min:.0f} min")
    return [*bands, _band(LEGS, start_km, end, minutes, "section")], end


def _band(track: Text, start_km: float, end_km: float, label: Text, tone: str) -> StripBand:
    return StripBand(track=track, start_km=start_km, end_km=end_km, label=label, tone=tone)
