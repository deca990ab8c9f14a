"""Scenario files: what they say, and every problem told at once."""

from __future__ import annotations

import pytest

from spatialplan.errors import DataError, SourceError
from spatialplan.io.scenarios import read_scenario
from spatialplan.model.delivery import Tier
from spatialplan.model.scenario import Action, RoadStep, StationStep

WHOLE = """
title = "加一站、封一桥"
title_en = "One station, no bridge"

[[station]]
action = "add"
name = " 新站 "
tier = "point"
township = "姜畲镇"
lon = 112.79
lat = 27.87
accuracy_m = 10
capacity = 500

[[road]]
action = "close"
name = "湘江三桥"
near = [112.91, 27.85]

[[station]]
action = "close"
name = "旧站"
district = "雨湖区"

[[road]]
action = "open"
class = "local"
line = [[112.9, 27.8], [112.91, 27.81]]
"""


def read(tmp_path, text):
    path = tmp_path / "情景.toml"
    path.write_text(text, encoding="utf-8")
    return read_scenario(path)


def test_stations_then_roads_in_their_order(tmp_path) -> None:
    found = read(tmp_path, WHOLE)
    assert (found.title.zh, found.title.en) == ("加一站、封一桥", "One station, no bridge")
    assert found.steps == (
        StationStep(
            action=Action.ADD, name="新站", tier=Tier.POINT, township="姜畲镇", district="",
            lon=112.79, lat=27.87, accuracy_m=10.0, capacity=500.0,
        ),
        StationStep(
            action=Action.CLOSE, name="旧站", tier=Tier.STATION, township="", district="雨湖区",
            lon=None, lat=None, accuracy_m=50.0, capacity=None,
        ),
        RoadStep(
            action=Action.CLOSE, name="湘江三桥", ref="", near=(112.91, 27.85), radius_m=200.0,
            line=(), road_class="",
        ),
        RoadStep(
            action=Action.OPEN, name="", ref="", near=None, radius_m=200.0,
            line=((112.9, 27.8), (112.91, 27.81)), road_class="local",
        ),
    )  # fmt: skip


def test_title_is_the_files_name_when_none_is_given(tmp_path) -> None:
    found = read(tmp_path, '\ufeff[[road]]\naction = "close"\nref = "G320"\n')
    assert found.title.zh == found.title.en == "情景"


def test_exact_place_stays_exact(tmp_path) -> None:
    text = '[[station]]\naction = "add"\nname = "a"\nlon = 1\nlat = 2\naccuracy_m = 0\n'
    assert read(tmp_path, text).steps[0].accuracy_m == 0.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "没有任何"),
        ("x = 1", "未知的键 x"),
        ("station = 3", "station 要写成"),
        ('[[station]]\naction = "open"\nname = "a"', "add、move、close"),
        ('[[station]]\naction = "close"\nname = " "', "没有 name"),
        ('[[station]]\naction = "close"\nname = "a"\ntier = "x"', "tier 只能是"),
        ('[[station]]\naction = "add"\nname = "a"\nlon = 112.9', "没有有效的 lon、lat"),
        ('[[station]]\naction = "move"\nname = "a"\nlon = 27.8\nlat = 112.9', "经度在前"),
        ('[[station]]\naction = "add"\nname = "a"\nlon = true\nlat = 1', "没有有效的 lon、lat"),
        ('[[station]]\naction = "add"\nname = "a"\nlon = nan\nlat = 1', "没有有效的 lon、lat"),
        ('[[station]]\naction = "close"\nname = "a"\ncapacity = -1', "capacity 不是非负数"),
        ('[[station]]\naction = "close"\nname = "a"\ncapacity = nan', "capacity 不是非负数"),
        ('[[station]]\naction = "close"\nname = "a"\nlng = 1', "未知的键 lng"),
        ('[[station]]\naction = ["close"]\nname = "a"', "add、move、close"),
        ('[[road]]\naction = "close"', "用 name、ref 或 near"),
        ('[[road]]\naction = "add"\nname = "a"', "close、open"),
        ('[[road]]\naction = "close"\nnear = [112.9]', "near 要写成"),
        ('[[road]]\naction = "close"\nname = "a"\nradius_m = 0', "radius_m 不是正数"),
        ('[[road]]\naction = "open"\nclass = "local"\nline = [[1, 2]]', "line 要写成"),
        ('[[road]]\naction = "open"\nline = [[1, 2], [3, 4]]', "没有 class"),
        ('[[road]]\naction = "open"\nclass = 3\nline = [[1, 2], [3, 4]]', "class"),
        ('[[road]]\naction = "close"\nname = 3', "name"),
        ('[[station]]\naction = "close"\nname = "a"\ntownship = 3', "township"),
    ],
)
def test_problems(tmp_path, text, words) -> None:
    with pytest.raises(DataError) as told:
        read(tmp_path, text)
    assert words in told.value.text.zh


def test_all_problems_at_once(tmp_path) -> None:
    with pytest.raises(DataError, match="4 处问题") as told:
        read(tmp_path, 'x = 1\n[[station]]\naction = "y"\n[[road]]\naction = "close"\nname = "a"\n')
    assert "[[station]] 第 1 段没有 name" in told.value.text.zh
    assert "[[station]] 1: no name" in told.value.text.en
    assert told.value.text.en.replace("情景", "").isascii()


@pytest.mark.parametrize("content", [b"title = ", 'title = "情景"'.encode("gbk"), None])
def test_files_that_cannot_be_read(tmp_path, content) -> None:
    path = tmp_path / "a.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=r"a\.toml"):
        read_scenario(path)
