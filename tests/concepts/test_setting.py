"""What concepts are measured with: the map in the plan's CRS, seats once, categories by name."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import Point

from spatialplan.concepts.setting import build_setting
from spatialplan.model.inputs import Inputs
from spatialplan.model.village import Village
from spatialplan.text import Text
from tests.checks.world import CRS, context_of, degrees, feature, metres, network_of


def inputs_of(*rows: tuple[str, str, tuple[float, float]], **more: object) -> Inputs:
    """Return inputs with objects as (name, kind, place in metres of the world)."""
    objects = gpd.GeoDataFrame(
        {"name": [r[0] for r in rows], "kind": [r[1] for r in rows], "accuracy_m": 30.0},
        geometry=[degrees(Point(r[2])) for r in rows], crs="EPSG:4326",
    )  # fmt: skip
    nothing = gpd.GeoDataFrame({"class": [], "name": []}, geometry=[], crs="EPSG:4326")
    values = {
        "network": network_of(), "objects": objects, "boundaries": {}, "villages": (),
        "districts": gpd.GeoDataFrame({"adcode": [], "name": []}, geometry=[], crs="EPSG:4326"),
        "water": nothing, "rails": nothing, "sources": (),
    }  # fmt: skip
    return Inputs(**{**values, **more})


def built(inputs: Inputs):
    return build_setting(context_of([feature("a", (0, 0))]), (), inputs)


def test_towns_of_the_map_do_not_double_the_official_townships() -> None:
    both = inputs_of(("甲镇", "township", (0, 0)), ("甲", "town", (50, 0)))
    assert list(built(both).townships["name"]) == ["甲镇"]
    mapped = inputs_of(("甲", "town", (50, 0)), ("乙", "village", (90, 0)), ("丙", "shop", (0, 9)))
    assert list(built(mapped).townships["name"]) == ["甲", "乙"]


def test_frames_are_in_metres_and_villages_without_a_place_are_only_counted() -> None:
    at = degrees(Point(1000, 2000))
    villages = [
        Village(code=str(i), name="村", township="镇", district="县", district_code="1",
                lon=lon, lat=lat, accuracy_m=10.0, source="t")
        for i, (lon, lat) in enumerate([(at.x, at.y), (None, None)])
    ]  # fmt: skip
    setting = built(inputs_of(("甲镇", "township", (0, 0)), villages=tuple(villages)))
    assert setting.n_villages == 2
    (point,) = metres(setting.villages.to_crs("EPSG:4326").geometry.iloc[0]).coords
    assert point == pytest.approx((1000, 2000), abs=0.01)
    assert setting.objects.crs == CRS


def test_categories_come_in_the_order_of_the_table_under_their_names() -> None:
    table = {"food": Text("餐饮", "food"), "commerce": Text("商业", "commerce")}
    setting = built(inputs_of(("甲", "shop", (0, 0)), categories=table))
    assert (setting.objects["category"] == "").all()
    assert setting.categories_in(["zoo", "commerce", "food"]) == ("food", "commerce", "zoo")
    assert setting.category_name("food").zh == "餐饮"
    assert setting.category_name("zoo").zh == "zoo"
