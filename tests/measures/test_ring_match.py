"""Sections of a ring on the network: share found, classes, speeds, both carriageways."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, affinity

from spatialplan.measures.ring_match import class_shares, match_sections, section_figures
from tests.measures.test_ring_world import lines, roads

LONG = [(0, 0), (4000, 0)]
OFF = [(0, 8), (4000, 8)]


def figures_of(network, *sections, accuracy_m=10.0):
    matches = match_sections(network, lines(*sections), np.full(len(sections), accuracy_m))
    return matches, section_figures(network, matches, len(sections))


def test_a_section_beside_its_road_is_found():
    network = roads(primary=[LONG])
    matches, figures = figures_of(network, OFF)
    assert figures["found_share"].tolist() == [1.0]
    assert figures["drawn_m"].tolist() == [4000]
    assert figures["speed_kmh"][0] == pytest.approx(60)
    assert matches.on_ring.tolist() == [True]


def test_half_a_road_is_half_found_and_unfound_is_not_a_class():
    network = roads(primary=[[(0, 0), (2000, 0)]])
    matches, figures = figures_of(network, OFF)
    assert figures["found_share"][0] == pytest.approx(0.5, abs=0.01)
    assert class_shares(network, matches)["share"].tolist() == [1.0]


def test_a_section_far_from_every_road_has_no_figures():
    matches, figures = figures_of(roads(primary=[LONG]), [(0, 500), (4000, 500)])
    assert figures["found_share"].tolist() == [0.0]
    assert figures[["speed_kmh", "accuracy_m"]].isna().all(axis=None)
    assert class_shares(roads(primary=[LONG]), matches).empty
    assert not matches.on_ring.any()


def test_roads_across_are_not_matched():
    crossings = [[(x, -100), (x, 100)] for x in range(0, 4001, 40)]
    matches, figures = figures_of(roads(tertiary=crossings), OFF)
    assert figures["found_share"].tolist() == [0.0]
    assert not matches.on_ring.any()


def test_mean_speed_is_length_over_time():
    network = roads(primary=[[(0, 0), (2000, 0)]], tertiary=[[(2000, 0), (4000, 0)]])
    matches, figures = figures_of(network, OFF)
    assert figures["speed_kmh"][0] == pytest.approx(40, rel=0.01)  # 4 km in 2 + 4 minutes
    table = class_shares(network, matches)
    assert set(table["road_class"]) == {"primary", "tertiary"}
    assert table["share"].to_list() == pytest.approx([0.5, 0.5], abs=0.01)
    assert dict(zip(table["road_class"], table["speed_kmh"], strict=True)) == pytest.approx(
        {"primary": 60, "tertiary": 30}, rel=1e-3
    )


def test_both_carriageways_are_of_the_ring_and_the_street_beside_is_not():
    network = roads(
        primary=[LONG, [(4000, 20), (0, 20)]],
        tertiary=[[(1000, 14), (1150, 14)], [(0, 12), (0, 300)]],
    )
    matches, figures = figures_of(network, OFF)
    assert matches.on_ring.tolist() == [True, True, False, False]
    assert class_shares(network, matches)["road_class"].tolist() == ["primary"]
    assert figures["found_share"].tolist() == [1.0]


def test_an_edge_that_leaves_the_ring_is_not_of_it():
    network = roads(primary=[[(0, 0), (1000, 0), (1000, 3000)], [(1000, 0), (4000, 0)]])
    matches, _ = figures_of(network, OFF)
    assert matches.on_ring.tolist() == [False, True]


@given(st.floats(0, 360), st.floats(-1e4, 1e4))
@settings(max_examples=15, deadline=None)
def test_neither_place_nor_bearing_matters(turn, shift):
    def move(shape):
        return affinity.translate(affinity.rotate(shape, turn, origin=(0, 0)), shift, -shift)

    network = roads(primary=[LONG], tertiary=[[(500, 15), (4000, 15)]], move=move)
    section = move(MultiLineString([LineString(OFF)]))
    matches = match_sections(network, [section], np.array([10.0]))
    assert section_figures(network, matches, 1)["found_share"][0] == pytest.approx(1.0)
    assert matches.length_m.sum() == pytest.approx(4000)
