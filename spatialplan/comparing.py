"""Compare two OpenStreetMap extracts for a plan: what changed on the map, and in the verdicts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyogrio
from shapely.geometry import box

from spatialplan import loading, pipeline
from spatialplan.files import aside, ensure_folder
from spatialplan.io import store
from spatialplan.measures.change import OsmChange, VerdictChange, compare_osm, verdict_changes
from spatialplan.model.plan import Plan
from spatialplan.settings import Settings

__all__ = ["compare_extracts", "write_change"]

WORLD = box(-180, -90, 180, 90)


def compare_extracts(
    plan: Plan | None, old: Path, new: Path, cache: Path | None = None
) -> tuple[OsmChange, tuple[VerdictChange, ...]]:
    """Return the changes between two extracts, and the verdicts they turn.

    With a plan only its area is compared; without one the whole files, and no verdict.
    """
    kept = cache or store.default_cache()
    area = WORLD if plan is None else loading.plan_area(plan)
    change = compare_osm(
        loading.read_extract(old, area, cache=kept), loading.read_extract(new, area, cache=kept)
    )
    if plan is None:
        return change, ()
    before, after = (
        pipeline.check(plan, loading.load_inputs(plan, path, cache=kept), Settings())
        for path in (old, new)
    )
    return change, verdict_changes(before.verdicts, after.verdicts)


def write_change(change: OsmChange, verdicts: tuple[VerdictChange, ...], path: Path) -> None:
    """Write roads, points and verdicts that changed as layers of one GeoPackage, aside first."""
    ensure_folder(path.parent)
    options = {"driver": "GPKG", "VERSION": "1.3"}
    rows = pd.DataFrame(
        [(v.claim_id, v.old_state, v.new_state, v.old_value, v.new_value, v.unit)
         for v in verdicts],
        columns=["claim", "old_state", "new_state", "old_value", "new_value", "unit"],
    ).astype({"claim": str, "old_state": str, "new_state": str, "unit": str})  # fmt: skip
    with aside(path) as temporary:
        temporary.unlink()  # GDAL makes the file itself
        change.roads.to_file(temporary, layer="roads", **options)
        change.points.to_file(temporary, layer="points", mode="a", **options)
        pyogrio.write_dataframe(rows, temporary, layer="verdicts", append=True, **options)
