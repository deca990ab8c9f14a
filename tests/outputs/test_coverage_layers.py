"""The frames of coverage and siting runs: every village and row, their columns, their layers."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, box

from spatialplan.model.coverage import CoverageResult
from spatialplan.model.delivery import Tier
from spatialplan.model.limit import Limit
from spatialplan.outputs import coverage_layers as layers
from spatialplan.outputs import siting_layers
from spatialplan.outputs.style import class_symbols, read_style
from spatialplan.outputs.web import columns, coverage_data
from tests.coverage_sample import (
    CAUSES,
    HALF,
    QUARTER,
    sample_coverage,
    sample_siting,
    without_positions,
)
from tests.sample import FORMULA, HOSTILE, sample_basemap

STATES = ["covered", "not_covered", "uncertain", "unroutable", "no_data"]


def ids(result: CoverageResult) -> list[str]:
    return [layer.id for layer in layers.build_coverage_layers(result, sample_basemap())]


# ---- villages -----------------------------------------------------------------------------------


def test_every_village_has_one_row_and_no_invented_place():
    frame = layers.villages_frame(sample_coverage())
    assert frame["state"].tolist() == STATES
    assert frame["name"].tolist()[1:3] == [HOSTILE, FORMULA]
    assert frame.geometry.isna().tolist() == [False, False, False, False, True]
    assert (frame.geometry.x[0], frame.geometry.y[0]) == (112.85, 27.84)
    assert frame.crs == "EPSG:4326"


def test_states_and_causes_are_by_limit_in_the_readers_language():
    frame = layers.villages_frame(sample_coverage(), "en")
    assert frame["state_15min"].tolist() == STATES
    assert frame["state_30min"].tolist() == ["covered"] * 3 + STATES[3:]
    assert frame["cause"].tolist() == frame["cause_15min"].tolist() == [c.en for c in CAUSES]


def test_services_and_chains_are_in_minutes_and_kilometres():
    frame = layers.villages_frame(sample_coverage())
    second = frame.iloc[1]
    assert (second["nearest_name"], second["nearest_min"], second["nearest_km"]) == (
        "站甲", 21.0, 10.5,
    )  # fmt: skip
    assert (second["chain_state"], second["chain_min"], second["chain_km"]) == (
        "not_covered", 18.0, 12.0,
    )  # fmt: skip
    assert (second["weakest"], second["round_trip_h"], second["fits_workday"]) == (
        "乡镇站", 0.6, True,
    )  # fmt: skip
    assert second["parents_match"] is False or not second["parents_match"]
    last = frame.iloc[4]
    assert (last["nearest_id"], last["second_name"], last["chain_state"]) == ("", "", "")
    assert frame[["nearest_min", "chain_km"]].iloc[4].isna().all()
    assert pd.isna(last["fits_workday"])


def test_accessibility_keeps_its_classes_and_the_villages_without_value():
    result = sample_coverage()
    frame = layers.villages_frame(result)
    assert frame["e2sfca_class"].tolist() == [2, 0, 1, 0, -1]
    assert frame["detour"].tolist()[:3] == [1.2, 1.3, 1.25]
    long = layers.accessibility_frame(result)
    assert long["measure"].value_counts().to_dict() == {
        "e2sfca": 4, "gravity": 4, "cumulative": 4, "detour": 3,
    }  # fmt: skip
    turned = dataclasses.replace(result, accessibility=result.accessibility.iloc[::-1])
    assert layers.villages_frame(turned)["e2sfca_class"].tolist() == [2, 0, 1, 0, -1]


def test_a_run_without_accessibility_has_its_columns_all_the_same():
    result = dataclasses.replace(sample_coverage(), accessibility=pd.DataFrame())
    frame = layers.villages_frame(result)
    assert frame["gravity"].isna().all()
    assert (frame["gravity_class"] == -1).all()
    assert not [layer for layer in ids(result) if layer.startswith("accessibility")]


# ---- the rest -----------------------------------------------------------------------------------


def test_facilities_keep_those_without_a_place():
    frame = layers.facilities_frame(sample_coverage())
    assert frame["used"].tolist() == [True, False, True]
    assert frame["cause"].tolist() == ["", "无坐标", ""]
    assert frame["residual"].iloc[0] == 350.0
    assert frame["tier_name"].tolist() == ["乡镇站", "乡镇站", "县级中心"]
    assert frame.geometry.isna().tolist() == [False, True, False]


def test_paths_and_legs_name_both_ends():
    paths = layers.paths_frame(sample_coverage())
    assert paths[["minutes", "km", "state"]].to_numpy().tolist() == [
        [6.0, 3.0, "covered"], [21.0, 10.5, "not_covered"], [15.2, 7.6, "uncertain"],
    ]  # fmt: skip
    legs = layers.chain_frame(sample_coverage())
    assert legs["leg"].tolist() == [1, 2] * 3
    assert legs["weakest"].tolist() == [True, False] * 3
    assert legs["limit"].tolist() == ["15min", ""] * 3
    assert legs.iloc[1][["start", "end", "tier", "minutes"]].tolist() == [
        "station:0", "station:2", "hub", 12.0,
    ]  # fmt: skip


def test_bands_are_by_the_order_of_the_limits_of_their_unit():
    result = sample_coverage()
    far = Limit(value=5000, by="length")
    extra = gpd.GeoDataFrame(
        {"facility": [""], "name": [""], "limit": [far.key], "label": ["x"], "low": [0.0],
         "high": [5000.0]}, geometry=[box(112.8, 27.8, 112.9, 27.9)], crs="EPSG:4326",
    )  # fmt: skip
    both = pd.concat([result.areas, extra], ignore_index=True)
    frame = layers.areas_frame(dataclasses.replace(result, areas=both), "en")
    assert frame["band"].tolist() == ["second", "near", "near", "near"]
    assert frame["unit"].tolist() == ["time"] * 3 + ["length"]
    assert frame["label"].tolist() == ["15–30 min", "0–15 min", "0–15 min", "0–5 km"]


def test_shares_are_as_the_run_counted_them():
    frame = layers.shares_frame(sample_coverage())
    assert len(frame) == 8
    city = frame[(frame["level"] == "city") & (frame["limit"] == "15min")].iloc[0]
    assert city[[*STATES, "total"]].tolist() == [1, 1, 1, 1, 1, 5]


def test_change_and_steps_are_empty_without_a_scenario():
    plain = sample_coverage()
    assert len(layers.change_frame(plain)) == len(layers.change_marks_frame(plain)) == 0
    told = sample_coverage(change=True)
    assert layers.change_frame(told, "en")["kind_label"].tolist() == [
        "Loses coverage", "Gains coverage", "No change",
    ]  # fmt: skip
    assert layers.change_marks_frame(told)["symbol"].tolist() == ["added", "removed"]


def test_layers_are_those_with_something_to_draw():
    assert ids(sample_coverage(change=True)) == [
        "districts", "areas-time", "water", "rails", "roads", "places", "catchments", "paths",
        "accessibility-e2sfca", "accessibility-gravity", "accessibility-cumulative",
        "accessibility-detour", "villages-covered", "villages-not_covered", "villages-uncertain",
        "villages-unroutable", "changes-loses", "changes-gains", "steps", "facilities-station",
        "facilities-hub",
    ]  # fmt: skip
    bare = ids(without_positions(sample_coverage()))
    assert not [layer for layer in bare if layer.startswith(("villages", "paths", "areas"))]
    [areas] = [
        x for x in layers.build_coverage_layers(sample_coverage(), sample_basemap())
        if x.source == "areas"
    ]  # fmt: skip
    assert areas.frame["facility"].tolist() == ["", ""], "only the dissolved are drawn"


def test_a_run_without_facilities_or_rows_still_has_its_columns():
    result = dataclasses.replace(
        without_positions(sample_coverage()), facilities=(), shares=(), accessibility=pd.DataFrame()
    )
    assert layers.facilities_frame(result).columns[0] == "id"
    assert len(layers.chain_frame(result)) == len(layers.shares_frame(result)) == 0
    assert layers.areas_frame(result).columns.tolist()[-2:] == ["unit", "band"]


# ---- siting -------------------------------------------------------------------------------------


def test_siting_tells_each_village_before_and_after():
    frame = siting_layers.villages_frame(sample_siting())
    assert frame["state"].tolist() == ["before", "newly", "newly", "unservable", "unservable"]
    assert frame["site"].tolist() == ["", "new:1", "new:2", "", ""]
    assert frame["cause"].tolist() == ["", "", "", CAUSES[3].zh, CAUSES[4].zh]
    fewer = dataclasses.replace(sample_siting(), unservable=())
    assert siting_layers.villages_frame(fewer)["state"].tolist()[3:] == ["left", "left"]


def test_sites_links_and_existing():
    result = sample_siting()
    assert siting_layers.sites_frame(result)["rank"].tolist() == [1, 2]
    assert siting_layers.sites_frame(result)["newly_covered"].tolist() == [1, 1]
    assert siting_layers.links_frame(result)["site"].tolist() == ["new:1", "new:2"]
    assert siting_layers.existing_frame(result)["tier"].tolist() == [str(Tier.STATION)]
    drawn = siting_layers.build_siting_layers(result, sample_basemap())
    assert [x.id for x in drawn][5:] == [
        "links", "villages-before", "villages-newly", "villages-unservable", "existing", "sites",
    ]  # fmt: skip


# ---- style and the page's columns ---------------------------------------------------------------


@pytest.mark.parametrize("vocabulary", ["tiers", "siting", "changes", "steps"])
def test_symbols_differ_by_more_than_colour(vocabulary: str):
    symbols = getattr(read_style(), vocabulary)
    points = [s for key, s in symbols.items() if key != "link"]
    assert len({(s.shape, s.hollow, s.size_mm) for s in points}) == len(points)


def test_bands_and_classes_differ_without_colour():
    style = read_style()
    assert len({(s.dash, s.width_px) for s in style.bands.values()}) == len(style.bands)
    sizes = [s.size_mm for key, s in style.classes.items() if key != "none"]
    assert sizes == sorted(set(sizes))
    assert [s.label.en for s in class_symbols(style, 3)] == [
        "Lowest", "Middle", "Highest",
    ]  # fmt: skip


def test_a_path_is_kept_once_and_comes_back_within_its_tolerance():
    paths = columns.Paths()
    line = LineString([(112.9, 27.8), (112.95, 27.80001), (113.0, 27.8), (113.0, 27.9)])
    assert paths.number(line) == paths.number(LineString(line.coords)) == 0
    assert paths.number(None) is None
    [[deltas]], left = paths.encode([])
    assert left == 0
    lon, lat = sum(deltas[0::2]), sum(deltas[1::2])
    assert (lon, lat) == (11_300_000, 2_790_000)
    assert deltas[:4] == [11_290_000, 2_780_000, 10_000, 0], "the middle vertex is within 10 m"


def test_paths_beyond_the_budget_are_left_out_the_least_wanted_first(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(columns, "PATH_BUDGET", 4)
    paths = columns.Paths()
    for number in range(3):
        paths.number(LineString([(112 + number, 27), (112.5 + number, 27.5)]))
    lines, left = paths.encode([2, 0])
    assert left == 1
    assert [line is None for line in lines] == [False, True, False]


def test_the_page_is_told_only_the_steps_that_are_drawn():
    result = sample_coverage(change=True)
    assert result.change is not None
    marks = result.change.marks.copy()
    marks.loc[0, "geometry"] = None
    change = dataclasses.replace(result.change, marks=marks)
    said = coverage_data.told(dataclasses.replace(result, change=change), "zh")
    assert said["change"]["marks"] == ["封闭“湘江桥”"]


def test_the_page_is_told_the_states_of_every_limit_and_shared_legs_once():
    said = coverage_data.told(sample_coverage(), "zh")
    assert said["villages"]["states"] == ["01234", "00034"]
    chains = said["villages"]["chain"]
    assert [chain[8][1] for chain in chains[:3]] == [1, 1, 1], "one leg from station to hub"
    assert [limit["key"] for limit in said["limits"]] == [QUARTER.key, HALF.key]
    assert said["areas"][0][0] == ["district", "雨湖区", "雨湖区", 5, 1, 1, 1, 1, 1]
    assert said["areas"][1][-1][3:] == [5, 3, 0, 0, 1, 1]
