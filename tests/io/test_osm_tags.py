"""What tags mean: tables of cases from the OpenStreetMap wiki, and what must hold of any value."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatialplan.errors import DataError
from spatialplan.io import osm_tags
from spatialplan.io.osm_categories import read_categories
from spatialplan.model.osm import Mode

DRIVE, TRUCK, WALK = Mode.DRIVE, Mode.TRUCK, Mode.WALK


@pytest.mark.parametrize(
    ("value", "kmh"),
    [
        ("50", 50), ("50 km/h", 50), ("50 kmh", 50), ("50kph", 50), ("30 mph", 48.28),
        ("30mph", 48.28), ("10 knots", 18.52), ("27.5", 27.5), ("50;30", 30), ("60|80", 60),
        ("100, 80", 80), ("CN:urban", 50), ("CN:rural", 70), ("CN:motorway", 120),
        ("RU:rural", 90), ("RU:urban", 60), ("DE:urban", 50), ("DE:zone:30", 30), ("DE:zone30", 30),
        ("FR:20", 20), ("walk", 5), ("DE:walk", 5), ("none;80", 80), ("signals;60", 60),
    ],
)  # fmt: skip
def test_speed_values(value, kmh) -> None:
    assert osm_tags.parse_speed_kmh(value) == pytest.approx(kmh, abs=0.01)


@pytest.mark.parametrize(
    "value", ["", "none", "signals", "variable", "fast", "0", "-50", "5000", "50 50", "五十", ";"]
)
def test_values_that_tell_no_speed(value) -> None:
    assert math.isnan(osm_tags.parse_speed_kmh(value))


@given(
    st.text(max_size=12) | st.from_regex(r"[A-Z]{2}:[a-z0-9:]{1,8}|\d{1,4}( ?mph)?", fullmatch=True)
)
def test_any_speed_value_is_believable_or_nan(value) -> None:
    speed = osm_tags.parse_speed_kmh(value)
    assert math.isnan(speed) or 1 <= speed <= 200


@given(st.lists(st.integers(5, 130), min_size=1, max_size=4))
def test_the_least_speed_of_a_list_counts(speeds) -> None:
    assert osm_tags.parse_speed_kmh(";".join(map(str, speeds))) == min(speeds)


def test_limits_by_mode() -> None:
    tags = {"maxspeed": "80", "maxspeed:hgv": "60"}
    assert osm_tags.maxspeed_kmh(tags, DRIVE) == 80
    assert osm_tags.maxspeed_kmh(tags, TRUCK) == 60
    assert math.isnan(osm_tags.maxspeed_kmh(tags, WALK))
    either = {"maxspeed:forward": "70", "maxspeed:backward": "50"}
    assert osm_tags.maxspeed_kmh(either, DRIVE) == 50
    assert math.isnan(osm_tags.maxspeed_kmh({}, TRUCK))


@pytest.mark.parametrize(
    ("tags", "closed_to"),
    [
        ({}, set()),
        ({"access": "no"}, {DRIVE, TRUCK, WALK}),
        ({"access": "private"}, {DRIVE, TRUCK, WALK}),
        ({"access": "destination"}, set()),
        ({"access": "no", "foot": "yes"}, {DRIVE, TRUCK}),
        ({"access": "no", "motor_vehicle": "permissive"}, {WALK}),
        ({"vehicle": "no"}, {DRIVE, TRUCK}),
        ({"vehicle": "no", "motorcar": "yes"}, {TRUCK}),
        ({"motor_vehicle": "agricultural;forestry"}, {DRIVE, TRUCK}),
        ({"motor_vehicle": "agricultural;destination"}, set()),
        ({"hgv": "no"}, {TRUCK}),
        ({"motor_vehicle": "no", "hgv": "delivery"}, {DRIVE}),
        ({"foot": "no"}, {WALK}),
        ({"motorroad": "yes"}, {WALK}),
        ({"highway": "cycleway"}, {WALK}),
        ({"highway": "cycleway", "foot": "designated"}, set()),
    ],
)
def test_access(tags, closed_to) -> None:
    assert {mode for mode in Mode if osm_tags.is_closed(tags, mode)} == closed_to


@pytest.mark.parametrize(
    ("tags", "barred_to"),
    [
        ({"barrier": "bollard"}, {DRIVE, TRUCK}),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, set()),
        ({"barrier": "gate"}, set()),
        ({"barrier": "gate", "access": "private"}, {DRIVE, TRUCK, WALK}),
        ({"barrier": "lift_gate", "access": "private", "foot": "yes"}, {DRIVE, TRUCK}),
        ({"barrier": "toll_booth"}, set()),
        ({"barrier": "kerb"}, set()),
        ({"barrier": "height_restrictor"}, {TRUCK}),
        ({"barrier": "wall"}, {DRIVE, TRUCK, WALK}),
        ({"barrier": "no", "access": "private"}, set()),
        ({"access": "no"}, set()),
    ],
)
def test_barriers(tags, barred_to) -> None:
    assert {mode for mode in Mode if osm_tags.is_barred(tags, mode)} == barred_to


@pytest.mark.parametrize(
    ("tags", "drive"),
    [
        ({"oneway": "yes"}, 1), ({"oneway": "true"}, 1), ({"oneway": "1"}, 1),
        ({"oneway": "-1"}, -1), ({"oneway": "reverse"}, -1), ({"oneway": "no"}, 0), ({}, 0),
        ({"oneway": "reversible"}, 0), ({"oneway": "alternating"}, 0),
        ({"junction": "roundabout"}, 1), ({"junction": "circular"}, 1),
        ({"junction": "roundabout", "oneway": "-1"}, -1),
        ({"highway": "motorway"}, 1), ({"highway": "motorway", "oneway": "no"}, 0),
        ({"highway": "motorway_link"}, 0),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, 0),
    ],
)  # fmt: skip
def test_oneway(tags, drive) -> None:
    assert osm_tags.oneway(tags, DRIVE) == osm_tags.oneway(tags, TRUCK) == drive
    assert osm_tags.oneway(tags, WALK) == 0


def test_walkers_have_oneways_of_their_own() -> None:
    assert osm_tags.oneway({"oneway": "yes", "oneway:foot": "-1"}, WALK) == -1


def test_tolls_by_mode() -> None:
    tags = {"toll": "no", "toll:hgv": "yes"}
    assert [osm_tags.is_toll(tags, mode) for mode in (DRIVE, TRUCK, WALK)] == [False, True, False]
    assert osm_tags.is_toll({"toll": "yes"}, TRUCK)


@pytest.mark.parametrize(
    ("tags", "bound"),
    [
        ({"restriction": "no_left_turn"}, {DRIVE, TRUCK}),
        ({"restriction": "no_u_turn", "except": "bus;motorcar"}, {TRUCK}),
        ({"restriction:hgv": "no_straight_on"}, {TRUCK}),
        ({"restriction:foot": "no_left_turn"}, {WALK}),
        ({"restriction:conditional": "no_left_turn @ (07:00-09:00)"}, set()),
    ],
)
def test_turn_restrictions(tags, bound) -> None:
    assert {mode for mode in Mode if osm_tags.restricts(tags, mode)} == bound


def test_names() -> None:
    tags = {"name": "湘江", "name:zh-Hans": "", "alt_name": "湘水", "short_name": "湘",
            "official_name": "湘水"}  # fmt: skip
    assert osm_tags.chinese_name(tags) == "湘江"
    assert osm_tags.chinese_name({"name": "Andorra la Vella", "name:zh": "安道尔城"}) == "安道尔城"
    assert osm_tags.chinese_name({}) == ""
    assert osm_tags.alternative_names(tags) == "湘水;湘"


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({"ref:admin:CN": "430302"}, "430302"),
        ({"ref:admin:CN:nbs": "430302101000"}, "430302101000"),
        ({"ref": "430381"}, "430381"),
        ({"ref": "12"}, ""),
        ({}, ""),
    ],
)
def test_division_codes(tags, code) -> None:
    assert osm_tags.adcode(tags) == code


class TestCategories:
    sort = staticmethod(read_categories().sorter().sort)

    @pytest.mark.parametrize(
        ("tags", "category", "kind"),
        [
            ({"amenity": "post_office"}, "logistics", "amenity=post_office"),
            ({"shop": "outpost"}, "logistics", "shop=outpost"),
            ({"shop": "bakery"}, "commerce", "shop=bakery"),
            ({"amenity": "cafe", "shop": "books"}, "food", "amenity=cafe"),
            ({"landuse": "industrial", "industrial": "warehouse"}, "logistics",
             "industrial=warehouse"),
            ({"landuse": "industrial"}, "industry", "landuse=industrial"),
            ({"railway": "station"}, "transport", "railway=station"),
            ({"tourism": "museum"}, "tourism", "tourism=museum"),
        ],
    )  # fmt: skip
    def test_the_first_fitting_category_is_taken(self, tags, category, kind) -> None:
        assert self.sort(tags) == (category, kind)

    @pytest.mark.parametrize(
        "tags", [{}, {"amenity": "bench"}, {"shop": "no"}, {"shop": "vacant"}, {"shop": ""}]
    )
    def test_what_is_no_point_of_interest(self, tags) -> None:
        assert self.sort(tags) is None

    def test_every_category_is_named_and_has_rules(self) -> None:
        categories = read_categories()
        assert list(categories.labels) == ["logistics", "health", "education", "transport", "food",
                                           "tourism", "commerce", "industry"]  # fmt: skip
        assert {category for *_, category in categories.rules} == set(categories.labels)
        pairs = [rule[:2] for rule in categories.rules]
        assert len(pairs) == len(set(pairs))

    @pytest.mark.parametrize(
        "text",
        [
            '[a]\nzh = "甲"\nen = "A"\ntags = ["amenity"]',
            '[a]\nzh = "甲"\ntags = []',
            "a = 1",
            "a =",
        ],
    )
    def test_a_wrong_table_is_told_with_its_file(self, tmp_path: Path, text) -> None:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=r"mine\.toml") as caught:
            read_categories(path)
        assert "\n" not in str(caught.value)
