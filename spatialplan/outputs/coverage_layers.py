"""Turn a `CoverageResult` into the frames and layers that every output draws or writes.

The frames by village and by facility come from `coverage_frames`, those of areas and of a scenario
are here; their columns are a contract. Geometry is WGS-84.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from spatialplan.model.basemap import Basemap
from spatialplan.model.coverage import CoverageResult
from spatialplan.outputs.coverage_frames import (
    MEASURES,
    SCALES,
    accessibility_frame,
    chain_frame,
    facilities_frame,
    paths_frame,
    villages_frame,
)
from spatialplan.outputs.layers import WGS84, Layer, draw_recipe
from spatialplan.outputs.style import read_recipe, read_style
from spatialplan.text import Lang, Text

__all__ = [
    "MEASURES",
    "SCALES",
    "accessibility_frame",
    "areas_frame",
    "build_coverage_layers",
    "catchments_frame",
    "chain_frame",
    "change_frame",
    "change_marks_frame",
    "coverage_frames",
    "draw_coverage",
    "facilities_frame",
    "paths_frame",
    "shares_frame",
    "villages_frame",
]

_UNITS = {
    "time": Text("服务范围（时间）", "Service areas (time)"),
    "length": Text("服务范围（路程）", "Service areas (distance)"),
}
_KILOMETRE_M = 1000.0
# Words by which a mark of a scenario says what it does; other marks take place where it moves.
_STEPS = {"added": "added", "opened": "added", "closed": "removed", "removed": "removed"}


# ---- areas and counts ----------------------------------------------------------------------------


def _band_label(low: float, high: float, key: str, lang: Lang) -> str:
    if key.endswith("min"):
        return f"{low:g}–{high:g} {'分钟' if lang == 'zh' else 'min'}"
    return f"{low / _KILOMETRE_M:g}–{high / _KILOMETRE_M:g} {'公里' if lang == 'zh' else 'km'}"


def areas_frame(result: CoverageResult, lang: Lang = "zh") -> gpd.GeoDataFrame:
    """Return the service areas, widest band first: dissolved (``facility`` empty) and by facility.

    ``band`` is the key of its symbol: ``near``, ``second``, ``third``, ``far``, by the order of
    the limits of its ``unit`` (``time`` or ``length``).
    """
    areas = result.areas
    keys = list(read_style().bands)
    unit = ["time" if key.endswith("min") else "length" for key in areas["limit"]]
    order = areas.assign(unit=unit).groupby("unit")["high"].rank(method="dense").astype(int) - 1
    said = zip(areas["low"], areas["high"], areas["limit"], strict=True)
    return areas.assign(
        label=[_band_label(low, high, key, lang) for low, high, key in said],
        unit=unit,
        band=[keys[min(number, len(keys) - 1)] for number in order],
    )


def catchments_frame(result: CoverageResult) -> gpd.GeoDataFrame:
    """Return for each used facility the area from which it is the nearest."""
    return result.catchments


def shares_frame(result: CoverageResult) -> pd.DataFrame:
    """Return the villages of each area by state, for each limit; ``limit`` is its key."""
    columns = ["limit", "level", "name", "district", "total", "covered", "not_covered",
               "uncertain", "unroutable", "no_data", "p50", "p90", "population",
               "population_covered"]  # fmt: skip
    rows = [
        {"limit": share.limit.key}
        | {column: getattr(share, column) for column in columns if column != "limit"}
        for share in result.shares
    ]
    frame = pd.DataFrame(rows, columns=columns)
    numbers = ["p50", "p90", "population", "population_covered"]
    return frame.astype(dict.fromkeys(numbers, float))


# ---- before and after ----------------------------------------------------------------------------


def _nothing(columns: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(columns=columns), geometry=[], crs=WGS84)


def change_frame(result: CoverageResult, lang: Lang = "zh") -> gpd.GeoDataFrame:
    """Return what a scenario does to each village and limit; empty without a scenario.

    The columns of `CoverageChange.frame` and ``kind_label``.
    """
    columns = ["id", "name", "township", "district", "limit", "before", "after", "cost_before",
               "cost_after", "kind"]  # fmt: skip
    if result.change is None:
        return _nothing([*columns, "kind_label"])
    kinds = read_style().changes
    frame = result.change.frame
    return frame.assign(kind_label=[kinds[kind].label.say(lang) for kind in frame["kind"]])


def change_marks_frame(result: CoverageResult, lang: Lang = "zh") -> gpd.GeoDataFrame:
    """Return the steps of a scenario as ``kind``, ``label``, ``symbol``; empty without one.

    ``symbol`` is ``added``, ``removed`` or ``moved``, told from the last word of the kind.
    """
    if result.change is None:
        return _nothing(["kind", "label", "symbol"])
    marks = result.change.marks
    label = marks["label" if lang == "zh" else "label_en"]
    return marks.drop(columns="label_en").assign(
        label=label, symbol=[_STEPS.get(kind.rsplit("_", 1)[-1], "moved") for kind in marks["kind"]]
    )


def build_coverage_layers(
    result: CoverageResult, basemap: Basemap, lang: Lang = "zh"
) -> list[Layer]:
    """Return the layers of ``maps/coverage.toml`` that have something to draw, bottom to top.

    Villages are split by their state for the first limit, changes are those of that limit.
    """
    frames = coverage_frames(result, lang)
    is_first = frames["changes"]["limit"].eq(result.limits[0].key)
    return draw_coverage(basemap, frames | {"changes": frames["changes"][is_first]})


def coverage_frames(result: CoverageResult, lang: Lang) -> dict[str, gpd.GeoDataFrame]:
    """Return the frames of the recipe by source: dissolved areas, changes of every limit."""
    areas, changes = areas_frame(result, lang), change_frame(result, lang)
    return {
        "areas": areas[areas["facility"] == ""],
        "catchments": catchments_frame(result),
        "paths": paths_frame(result, lang),
        "accessibility": accessibility_frame(result, lang),
        "villages": villages_frame(result, lang),
        "changes": changes[changes["kind"] != "same"],
        "steps": change_marks_frame(result, lang),
        "facilities": facilities_frame(result, lang),
    }


def draw_coverage(basemap: Basemap, frames: Mapping[str, gpd.GeoDataFrame]) -> list[Layer]:
    """Return the layers of ``maps/coverage.toml`` from frames by source."""
    style = read_style()
    labels = {
        "state": {key: symbol.label for key, symbol in style.village_states.items()},
        "tier": {key: symbol.label for key, symbol in style.tiers.items()},
        "kind": {key: symbol.label for key, symbol in style.changes.items()},
        "measure": MEASURES,
        "unit": _UNITS,
    }
    return draw_recipe(read_recipe("coverage"), basemap, frames, labels)
