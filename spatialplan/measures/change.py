"""What changed between two extracts of one area, on the map and in the verdicts.

Nearness is measured in a transverse Mercator projection about the middle of the area, true to 0.1 %
within 280 km of its meridian. What is new in the map need not be new on the ground: it may have
been mapped, or opened to the mode, only now.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import pyproj
import shapely

from spatialplan.errors import DataError
from spatialplan.measures.point_change import POINT_CHANGES, compare_points
from spatialplan.measures.road_change import ROAD_CHANGES, WGS84, compare_roads
from spatialplan.model.osm import OsmData
from spatialplan.model.source import Provenance
from spatialplan.model.verdict import State, Verdict

__all__ = ["OsmChange", "VerdictChange", "compare_osm", "verdict_changes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmChange:
    """What changed from an old to a new extract; frames in WGS-84.

    Attributes
    ----------
    roads
        One row per way and change: ``change`` (one of `ROAD_CHANGES`; ``renumbered`` is the same
        road under another id), ``osm_id``, ``was_id``, ``class``, ``name``, ``was`` and ``now``
        (what changed, as text), ``km`` (opened and closed: of the part that is), ``geometry`` (the
        new one, of closed roads the old).
    points
        One row per place or POI and change: ``change`` (one of `POINT_CHANGES`), ``layer``
        (``places``, ``pois``), ``osm_id``, ``was_id``, ``category``, ``name``, ``was``, ``now``,
        ``moved_m``, ``geometry``.
    summary
        Numbers by change (``roads_opened``, ``pois_come``) and km to 0.1 (``opened_km``), with
        after_km = before_km + opened_km − closed_km + redrawn_km.
    """

    old: Provenance
    new: Provenance
    roads: gpd.GeoDataFrame
    points: gpd.GeoDataFrame
    summary: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChange:
    """A claim whose state or value differs; None where a run lacks the claim or the value."""

    claim_id: str
    old_state: State | None
    new_state: State | None
    old_value: float | None
    new_value: float | None
    unit: str


def compare_osm(old: OsmData, new: OsmData) -> OsmChange:
    """Return what changed from `old` to `new` in the area that both cover.

    Raises
    ------
    DataError
        When the two were read for different modes, or have no area in common.
    """
    if old.mode != new.mode:
        raise DataError(
            f"两份数据按不同出行方式读取（{old.mode}、{new.mode}），请用同一方式",
            f"the extracts were read for different modes ({old.mode}, {new.mode}); use one",
        )
    area = shapely.intersection(old.area, new.area)
    if area.area == 0:
        raise DataError("两份数据的范围没有重叠", "the extracts have no area in common")
    centre = area.centroid
    local = f"+proj=tmerc +lat_0={centre.y} +lon_0={centre.x} +k=1 +ellps=WGS84 +units=m"
    to_metres = pyproj.Transformer.from_crs(WGS84, local, always_xy=True)
    roads, km = compare_roads(old, new, area, to_metres)
    points = pd.concat(
        [
            compare_points("places", old.places, new.places, area, to_metres),
            compare_points("pois", old.pois, new.pois, area, to_metres),
        ],
        ignore_index=True,
    )
    kinds = [*("roads_" + roads["change"]), *(points["layer"] + "_" + points["change"])]
    names = [f"roads_{change}" for change in ROAD_CHANGES]
    names += [f"{layer}_{change}" for layer in ("places", "pois") for change in POINT_CHANGES]
    return OsmChange(
        old=old.provenance,
        new=new.provenance,
        roads=roads,
        points=gpd.GeoDataFrame(points, crs=WGS84),
        summary={name: kinds.count(name) for name in names} | km,
    )


def verdict_changes(old: Sequence[Verdict], new: Sequence[Verdict]) -> tuple[VerdictChange, ...]:
    """Return the claims whose state or value differs between two runs.

    In the order of `new`, then those that only `old` has. Values count as equal to nine digits.

    Examples
    --------
    >>> verdict_changes((), ())
    ()
    """
    before = {verdict.claim_id: verdict for verdict in old}
    after = {verdict.claim_id: verdict for verdict in new}
    rows = (
        _verdict_change(i, before.get(i), after.get(i)) for i in dict.fromkeys([*after, *before])
    )
    return tuple(
        row
        for row in rows
        if row.old_state != row.new_state or not _is_equal(row.old_value, row.new_value)
    )


def _verdict_change(claim_id: str, old: Verdict | None, new: Verdict | None) -> VerdictChange:
    return VerdictChange(
        claim_id=claim_id,
        old_state=old.state if old else None,
        new_state=new.state if new else None,
        old_value=old.measure.value if old else None,
        new_value=new.measure.value if new else None,
        unit=next(v.measure.unit for v in (new, old) if v is not None),
    )


def _is_equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9)
