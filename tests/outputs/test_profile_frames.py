"""Profiles as frames: every finding, cell and mark once, unknown never 0, drawn in order."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from spatialplan.model.profile import Column
from spatialplan.model.verdict import State
from spatialplan.outputs import layers, profile_frames
from spatialplan.outputs.style import read_recipe, read_style
from spatialplan.text import Text
from tests.sample import (
    FORMULA,
    HOSTILE,
    SKETCH_ROLES,
    bare_result,
    sample_basemap,
    sample_profiles,
    sample_result,
)

LENGTH = Column(key="length", name=Text("长度", "Length"), unit="km", digits=2)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (None, "—"), (float("nan"), "—"), (float("inf"), "—"), ("", "—"), (0, "0"), (0.0, "0.00"),
        (-0.001, "0.00"), (-3.14159, "-3.14"), (12345, "12,345"), (12345.678, "12,345.68"),
        ("=1+1", "=1+1"), (Text("北", "North"), "北"), (State.NO_DATA, "– 无数据"),
    ],
)  # fmt: skip
def test_cells_are_said_as_readers_write_them(cell: object, said: str):
    assert profile_frames.cell_text(cell, LENGTH, "zh") == said


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_number_is_finite_or_unknown(value: float):
    number = profile_frames.cell_number(value)
    said = profile_frames.cell_text(value, LENGTH, "en")
    assert (number is None) == (said == "—") == (not np.isfinite(value))
    if number is not None and abs(value) < 1e12:
        assert float(said.replace(",", "")) == pytest.approx(value, abs=0.0051)


def test_headings_carry_their_unit():
    assert profile_frames.heading(LENGTH, "zh") == "长度（公里）"
    assert profile_frames.heading(LENGTH, "en") == "Length (km)"
    assert profile_frames.heading(dataclasses.replace(LENGTH, unit=""), "zh") == "长度"


def test_every_finding_has_a_row():
    frame = profile_frames.findings_frame(sample_result())
    assert frame[["concept", "number"]].to_numpy().tolist() == [
        ["belt", 1], ["belt", 2], ["belt", 3], ["hubs", 1],
    ]  # fmt: skip
    assert frame["state"].tolist() == ["fails", "unroutable", "holds", "no_data"]
    assert frame["claims"].tolist() == ["c2", "", "c1；c4", ""]
    assert frame["value"].isna().tolist() == [False, True, False, True]
    assert frame.loc[2, ["question", "answer"]].tolist() == [HOSTILE, FORMULA]


def test_every_cell_has_a_row_and_the_unknown_have_no_number():
    exhibits = [exhibit for profile in sample_profiles() for exhibit in profile.exhibits]
    frame = profile_frames.values_frame(sample_result())
    assert len(frame) == sum(len(exhibit.rows) * len(exhibit.columns) for exhibit in exhibits)
    lengths = frame[frame["field"] == "length"].set_index("row_name")
    assert lengths["value_number"].to_dict() == pytest.approx(
        {"北段": 1234.567, "西段": np.nan, FORMULA: 0.0, "=1+1": -3.14159, "nan": np.nan},
        nan_ok=True,
    )
    assert lengths["value_text"].tolist() == ["1,234.57", "—", "0.00", "-3.14", "—"]
    assert set(lengths["unit"]) == {"km"}
    assert frame[frame["exhibit"] == "sections"]["row"].max() == 5


def test_concepts_are_summed_up():
    frame = profile_frames.concepts_frame(sample_result(), "en").set_index("concept")
    counts = frame[[str(state) for state in State]]
    assert counts.loc["belt"].tolist() == [1, 1, 0, 1, 0]
    assert counts.loc["hubs"].tolist() == [0, 0, 0, 0, 1]
    assert frame.loc["belt", "answer"].startswith("The ring is open")
    assert frame.loc["belt", "family_name"] == "ring belt"


def test_each_mark_is_drawn_once_areas_lowest_and_roles_in_the_order_of_the_style():
    frame = profile_frames.sketches_frame(sample_result())
    marks = sample_profiles()[0].marks
    assert sorted(frame["mark"]) == sorted(f"belt-{n}" for n in range(1, len(marks) + 1))
    for key, role, shape in zip(frame["mark"], frame["role"], frame.geometry, strict=True):
        given_mark = marks[int(key.removeprefix("belt-")) - 1]
        assert (role, shape) == (given_mark.role, given_mark.geometry)
    dimensions = shapely.get_dimensions(frame.geometry.to_numpy()).tolist()
    assert dimensions == sorted(dimensions, reverse=True)
    order = list(read_style().sketches)
    lines = [order.index(role) for role in frame["role"][np.equal(dimensions, 1)]]
    assert lines == sorted(lines)
    assert frame.crs == "EPSG:4326"


def test_without_concepts_the_frames_are_empty_with_their_columns():
    bare = bare_result()
    assert len(profile_frames.sketches_frame(bare)) == 0
    for make in (
        profile_frames.concepts_frame, profile_frames.findings_frame, profile_frames.values_frame,
    ):  # fmt: skip
        empty, full = make(bare), make(sample_result())
        assert len(empty) == 0
        assert empty.columns.tolist() == full.columns.tolist()
        numbers = full.select_dtypes("number").columns
        assert empty.dtypes[numbers].tolist() == full.dtypes[numbers].tolist()


def test_each_concept_with_sketches_is_a_layer_of_its_name_and_off():
    drawn = layers.build_layers(sample_result(), sample_basemap(), read_recipe("overview"))
    [layer] = [layer for layer in drawn if layer.source == "sketches"]
    assert (layer.id, layer.group.zh, layer.label.zh) == ("sketches-belt", "布局结构", "环线产业圈")
    assert not layer.visible
    sources = list(dict.fromkeys(layer.source for layer in drawn))
    assert sources.index("features") < sources.index("sketches") < sources.index("verdicts")
    bare = layers.build_layers(bare_result(), sample_basemap(), read_recipe("overview"))
    assert "sketches" not in {layer.source for layer in bare}


def test_roles_differ_by_more_than_colour():
    roles = read_style().sketches
    assert set(roles) == set(SKETCH_ROLES)
    assert len({(s.shape, s.hollow) for s in roles.values()}) == len(roles)
    lines = {role: (s.dash, role in profile_frames.SPOTTED) for role, s in roles.items()}
    assert len(set(lines.values())) >= len(roles) - 1
    assert lines["section"] == lines["area"] == ("", False), "one is a line, the other an outline"
    assert len({s.color for s in roles.values()}) >= 11


def test_every_colour_is_dark_enough_for_paper():
    for symbol in read_style().sketches.values():
        red, green, blue = (int(symbol.color[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in
                  (red, green, blue)]  # fmt: skip
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert 1.05 / (luminance + 0.05) > 3, symbol.label.en
