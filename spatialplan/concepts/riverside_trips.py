"""Trips of a riverside concept: from each area to the core, and from bank to bank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatialplan.concepts.riverside_scene import Scene
from spatialplan.measures.crossings_cut import cut_decks
from spatialplan.measures.crossings_loss import Trips, close_in_turn
from spatialplan.model.verdict import Mark, State
from spatialplan.text import Text

__all__ = ["Loss", "Travel", "bridge_loss", "core_of", "read_travel"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """Which areas travel where.

    Attributes
    ----------
    keys, side
        The areas that lie by a road, and their banks (1, -1, 0 not told): the origins of `trips`.
    has_core
        Whether the first destination is the core; the others are `others`, areas of the bank that
        has fewer, reached from the areas of the opposite bank.
    barred
        Why other located areas (and the core) cannot be routed.
    """

    scene: Scene
    trips: Trips | None
    keys: tuple[str, ...]
    side: tuple[int, ...]
    has_core: bool
    others: tuple[str, ...]
    barred: dict[str, State]

    def to_core(self) -> Floats:
        """Return the minutes from each area to the core, inf where no path leads."""
        if self.trips is None or not self.has_core:
            return np.full(len(self.keys), np.nan)
        return np.asarray(self.trips.time_min[0])

    def counted(self) -> NDArray[np.bool_]:
        """Whether each destination and origin are a trip: to the core, or to the other bank."""
        side = np.array(self.side)
        places = dict(zip(self.keys, self.side, strict=True))
        rows = [np.ones(len(side), dtype=bool)] if self.has_core else []
        rows += [side * places[key] < 0 for key in self.others]
        return np.array(rows, dtype=bool).reshape(-1, len(side))

    def goals(self) -> list[str]:
        """Return the ids of the destinations."""
        core = core_of(self.scene)
        return [*([core] if core and self.has_core else []), *self.others]

    def detour(self, bridge: int, destination: int, origin: int) -> tuple[Mark, ...]:
        """Return the path of a trip, and the path with a bridge closed."""
        if self.trips is None:
            return ()
        context = self.scene.setting.context
        start = self.scene.name(self.keys[origin])
        end = self.scene.name(self.goals()[destination])
        words = ((None, Text("平时", "as it is")), (bridge, Text("断桥后", "bridge closed")))
        marks = []
        for closed, when in words:
            line = self.trips.line(destination, origin, closed)
            if line is not None:
                label = Text(f"{start}—{end}（{when.zh}）", f"{start} – {end} ({when.en})")
                marks.append(Mark(role="path", geometry=context.to_wgs84(line), label=label))
        return tuple(marks)


def core_of(scene: Scene) -> str | None:
    """Return the id of the core, None where the concept names none."""
    core = scene.concept.role("core")
    return core[0] if core else None


def read_travel(scene: Scene) -> Travel:
    """Return the trips, with each bridge closed in turn."""
    barred: dict[str, State] = {}
    entry: dict[str, Ints] = {}
    core = core_of(scene)
    wanted = [*scene.areas, *([core] if core and scene.setting.context.is_located(core) else [])]
    for key in dict.fromkeys(wanted):
        points = _points(scene, key)
        if len(points):
            entry[key] = points
        else:
            barred[key] = _why(scene, key)
    sides = dict(zip(scene.areas, scene.beside.side.tolist(), strict=True))
    keys = tuple(key for key in scene.areas if key in entry)
    banks = {side: tuple(key for key in keys if sides[key] == side) for side in (1, -1)}
    fewer = min(banks.values(), key=len)
    others = fewer if all(banks.values()) else ()
    has_core = core in entry
    goals = [*([core] if core and has_core else []), *others]
    trips = None
    if keys and goals:
        context = scene.setting.context
        decks = cut_decks(context.network, context.snaps, scene.spots, scene.bridge_of_spot())
        origins, ends = [entry[key] for key in keys], [entry[key] for key in goals]
        trips = close_in_turn(decks, origins, ends, len(scene.bridges))
    return Travel(
        scene=scene,
        trips=trips,
        keys=keys,
        side=tuple(int(sides[key]) for key in keys),
        has_core=has_core,
        others=others,
        barred=barred,
    )


def _points(scene: Scene, key: str) -> Ints:
    """Return the points at which a feature is entered from the road."""
    context = scene.setting.context
    access, snap_m = context.access[key], scene.setting.parameter(scene.concept, "snap_m").value
    offset = context.snaps.offset_m[access.points]
    return access.points[offset <= min(snap_m, access.limit_m)]


def _why(scene: Scene, key: str) -> State:
    """Return whether roads are mapped where a place that meets none lies."""
    context = scene.setting.context
    x, y = context.xy[context.access[key].points].T
    is_covered = shapely.intersects_xy(context.network.extent, x, y).any()
    return State.UNROUTABLE if is_covered else State.NO_DATA


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What closing a bridge costs some trips: those that use it, the minutes added, those cut off.

    The minutes are over the trips that still arrive; nan where there is none.
    """

    used: int
    mean_min: float
    max_min: float
    cut: int


def bridge_loss(travel: Travel, rows: slice) -> list[Loss]:
    """Return the loss of each bridge for the trips to some destinations."""
    if travel.trips is None:
        return []
    counted = travel.counted()[rows] & np.isfinite(travel.trips.time_min[rows])
    losses = []
    for b in range(len(travel.scene.bridges)):
        extra = travel.trips.extra_min[b, rows][counted]
        arrives = extra[np.isfinite(extra)]
        losses.append(
            Loss(
                used=int((travel.trips.uses[b, rows] & counted).sum()),
                mean_min=float(arrives.mean()) if len(arrives) else np.nan,
                max_min=float(arrives.max()) if len(arrives) else np.nan,
                cut=int(np.isinf(extra).sum()),
            )
        )
    return losses
