"""A setting of the tiny world for the tests of regions and routes, and its drives."""

from __future__ import annotations

import dataclasses
from functools import cache

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Point, affinity

from spatialplan import loading, pipeline
from spatialplan.checks.context import build_context
from spatialplan.checks.routes import Route, find_route
from spatialplan.concepts.regions_travel import answers, drives
from spatialplan.concepts.setting import Setting
from spatialplan.io.plans import find_pack, read_plan
from spatialplan.model.check_result import CheckResult
from spatialplan.model.inputs import Inputs
from spatialplan.model.plan import Concept, Origin, Parameter
from spatialplan.model.profile import Profile
from spatialplan.model.verdict import State
from spatialplan.settings import Settings
from spatialplan.text import Text
from tests.checks.world import CRS, ORIGIN, claim, context_of, feature, features_at


def frame_of(names, shapes, **columns):
    """Return a frame in the plan's CRS of shapes in metres of the world."""
    moved = [affinity.translate(shape, *ORIGIN) for shape in shapes]
    return gpd.GeoDataFrame({"name": list(names), **columns}, geometry=moved, crs=CRS)


def setting_of(features, claims=(), districts=None, townships=None, **more) -> Setting:
    """Return a setting of features; districts {name: polygon}, townships {name: (x, y, accuracy)}."""
    towns = townships or {}
    # The farthest snap that any claim asks for bounds them all.
    features = [*features, feature("snap", None)]
    claims = [*claims, claim("connected", "snap", "snap", id="snap", snap_m=3000)]
    areas = districts or {}
    empty = frame_of([], [])
    return Setting(
        context=context_of(features, claims, **more),
        verdicts={},
        objects=empty,
        townships=frame_of(
            towns, [Point(x, y) for x, y, _ in towns.values()],
            accuracy_m=np.array([a for *_, a in towns.values()], dtype=float),
        ),
        villages=empty,
        n_villages=0,
        districts=frame_of(areas, areas.values(), adcode=[str(i) for i in range(len(areas))]),
        water=empty,
    )  # fmt: skip


def concept_of(family, params=None, **roles) -> Concept:
    """Return a concept; roles are words of ids."""
    return Concept(
        id="x", family=family, theme="t", clause="c", name=Text("概念", "Concept"),
        roles={name: tuple(ids.split()) for name, ids in roles.items()},
        params={k: Parameter(value=v, origin=Origin.PLAN) for k, v in (params or {}).items()},
    )  # fmt: skip


def finding(profile: Profile, word: str):
    """Return the one finding whose question holds a word."""
    (found,) = [one for one in profile.findings if word in one.question.zh]
    return found


def rows(profile: Profile, key: str) -> list[dict]:
    """Return the rows of an exhibit by column."""
    (table,) = [one for one in profile.exhibits if one.key == key]
    names = [column.key for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def whole_run(plan, inputs: Inputs, family: str, settings: Settings | None = None) -> CheckResult:
    """Check a plan with the concepts of one family only."""
    mine = tuple(concept for concept in plan.concepts if concept.family == family)
    alone = dataclasses.replace(plan, concepts=mine)
    return pipeline.check(alone, inputs, settings or Settings())


@cache
def embedded_inputs(city: str):
    """Return the plan of an embedded city and its inputs, read once."""
    plan = read_plan(find_pack(city))
    return plan, loading.load_inputs(plan)


def embedded(city: str, family: str, settings: Settings | None = None) -> Profile:
    """Return the profile of an embedded city's concept of a family."""
    plan, inputs = embedded_inputs(city)
    (profile,) = whole_run(plan, inputs, family, settings).profiles
    return profile


def check_shape(profile: Profile) -> None:
    """Every row has a cell per column, keys are unique, texts are whole in both languages."""
    keys = [table.key for table in profile.exhibits]
    assert len(set(keys)) == len(keys)
    for table in profile.exhibits:
        assert len({column.key for column in table.columns}) == len(table.columns)
        for row in table.rows:
            assert len(row) == len(table.columns), table.key
            assert not any(isinstance(v, float) and not np.isfinite(v) for v in row), table.key
    texts = [profile.answer, *profile.notes, *(m.label for m in profile.marks)]
    texts += [t for f in profile.findings for t in (f.question, f.answer)]
    for text in texts:
        assert text.zh
        assert text.en
        for word in ("None", "nan", "  ", "；；", "{"):
            assert word not in text.zh
            assert word not in text.en


PLACES = {
    "a": (0, 500),
    "b": (4000, 3000),
    "c": (10_000, -300),
    "d": (10_000, 2000),
    "i": (6000, 4100),
}


@pytest.mark.parametrize("shortest", [False, True])
def test_drives_agree_with_the_route_of_a_pair(shortest: bool) -> None:
    context = setting_of(features_at(20.0, **PLACES)).context
    joined = 0
    for start in PLACES:
        others = [key for key in PLACES if key != start]
        for goal, drive in zip(
            others, drives(context, start, others, 1500.0, shortest=shortest), strict=True
        ):
            route = find_route(context, start, goal, 1500.0, shortest=shortest)
            if drive is None:
                assert not isinstance(route, Route)
                continue
            joined += 1
            assert isinstance(route, Route)
            assert drive.distance_m == pytest.approx(route.distance_m)
            assert drive.time_min == pytest.approx(route.time_min)
            assert drive.delta_min == pytest.approx(route.delta_min)
            assert drive.line.length == pytest.approx(drive.distance_m)
            assert drive.edge_m.sum() + sum(drive.access_m) == pytest.approx(drive.distance_m)
    # Of four places on one piece, d is only led to.
    assert joined == 3 * 2 + 3


@pytest.mark.parametrize("shortest", [False, True])
def test_the_leg_to_the_road_decides_where_a_line_is_entered(shortest: bool) -> None:
    """2 km of road and 140 m beside it, against 2.1 km that end on the line itself."""
    line = LineString([(2000, 140), (2100, 0)])
    context = setting_of(features_at(a=(0, 0), line=line)).context
    (drive,) = drives(context, "a", ["line"], 1500.0, shortest=shortest)
    assert drive is not None
    assert drive.distance_m == pytest.approx(2100, abs=0.01)


def test_one_way_is_driven_one_way() -> None:
    context = setting_of(features_at(**PLACES)).context
    (up,) = drives(context, "c", ["d"], 1500.0)
    (down,) = drives(context, "d", ["c"], 1500.0)
    assert up is not None
    assert down is None
    (told,) = answers(context, "d", ["c"], 1500.0)
    assert told.state is State.UNROUTABLE
    assert "单行" in told.cause.zh


def test_an_estimate_keeps_the_state_of_the_map() -> None:
    far = features_at(a=(0, 0), far=(30_000, 0))
    (plain,) = answers(setting_of(far).context, "a", ["far"], 1500.0)
    asked = setting_of(far, settings=Settings(estimate=True)).context
    (guess,) = answers(asked, "a", ["far"], 1500.0)
    assert (plain.state, plain.time_min, plain.estimated) == (State.NO_DATA, None, False)
    assert (guess.state, guess.estimated, guess.drive) == (State.NO_DATA, True, None)
    # Projected metres are within 1 per mille of the ellipsoid's here.
    assert guess.distance_m == pytest.approx(30_000 * 1.4, rel=0.001)
    assert {mark.role for mark in guess.marks} == {"estimate"}
    assert "估算" in guess.cause.zh


@pytest.mark.parametrize("city", ["xiangtan", "yiyang"])
def test_drives_agree_on_real_roads(city: str) -> None:
    plan, inputs = embedded_inputs(city)
    features = pipeline.resolve_districts(plan, inputs.boundaries)
    context = build_context(plan, features, inputs.network, (), {}, frozenset(), Settings())
    (concept,) = [c for c in plan.concepts if c.family == "regions"]
    keys = [key for ids in concept.roles.values() for key in ids if context.is_located(key)]
    for start in keys[:4]:
        for goal, drive in zip(keys, drives(context, start, keys, 3000.0), strict=True):
            route = find_route(context, start, goal, 3000.0)
            assert (drive is None) == (not isinstance(route, Route)), (start, goal)
            if drive is not None and isinstance(route, Route):
                assert drive.time_min == pytest.approx(route.time_min, abs=1e-6)
