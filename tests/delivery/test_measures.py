"""Accessibility, notes and the verdicts on claims of a run."""

from __future__ import annotations

import numpy as np
import pytest

from spatialplan.model.plan import Origin
from spatialplan.model.verdict import Confidence, State
from tests.checks.world import claim, feature
from tests.delivery.world import facility, roads, run, village

MAIN = roads([(0, 0), (40_000, 0)])


class TestAccessibility:
    VILLAGES = (
        village("A", (0, 0), population=100.0),
        village("B", (9000, 0), population=300.0),
        village("C", (40_000, 0), population=50.0),
        village("D", population=10.0),
    )

    def table(self, *stations, villages=VILLAGES, limits=("12min",)):
        return run(MAIN, villages, stations, *limits).accessibility

    def test_supply_is_conserved(self) -> None:
        """Of the stations that somebody reaches within 30 minutes."""
        stations = (
            facility("甲", (1000, 0), capacity=40.0),
            facility("乙", (8000, 0), capacity=70.0),
        )
        found = self.table(*stations)
        people = np.array([100.0, 300.0, 50.0, 10.0])
        assert np.nansum(found["e2sfca"] * people) == pytest.approx(110.0)
        assert found.loc["C", "e2sfca"] == 0
        assert np.isnan(found.loc["D", "e2sfca"])
        assert found.loc["D", "e2sfca_class"] == -1

    def test_by_hand(self) -> None:
        """One station: A at 1.67 min and B at 13.33 min weigh 1 and 0.68."""
        found = self.table(facility("甲", (1000, 0), capacity=40.0))
        ratio = 40 / (100 + 0.68 * 300)
        assert found.loc["A", "e2sfca"] == pytest.approx(ratio)
        assert found.loc["B", "e2sfca"] == pytest.approx(0.68 * ratio)
        assert found.loc["A", "gravity"] == pytest.approx(40 / (1000 / 600), rel=1e-3)
        assert found["cumulative"].tolist()[:3] == [40.0, 0.0, 0.0]
        assert found.loc["A", "detour"] == pytest.approx(1, abs=1e-6)

    def test_on_the_spot_counts_as_a_minute(self) -> None:
        assert self.table(facility("甲", (0, 0), capacity=40.0)).loc["A", "gravity"] == 40.0

    def test_ones_where_an_amount_is_missing(self) -> None:
        """Then a station is one, and a village is one."""
        stations = (facility("甲", (1000, 0), capacity=40.0), facility("乙", (8000, 0)))
        villages = [village("A", (0, 0)), village("B", (9000, 0), population=5.0)]
        found = self.table(*stations, villages=villages)
        assert found["e2sfca"].sum() == pytest.approx(2.0)
        assert found["cumulative"].tolist() == [1.0, 1.0]

    def test_opportunities_within_half_an_hour_without_a_limit_of_time(self) -> None:
        found = self.table(facility("甲", (1000, 0)), limits=("5km",))
        assert found["cumulative"].tolist()[:3] == [1.0, 1.0, 0.0]

    def test_without_stations(self) -> None:
        found = self.table()
        assert found.index.tolist() == ["A", "B", "C", "D"]


class TestClaims:
    AREAS = (
        feature("mail"),
        feature("city", districts=("430001", "430002")),
        feature("east", districts=("430001",)),
    )
    NEAR, FAR = (100, 0), (30_000, 0)

    def verdict(self, *places, objects="city", share=90.0, east=0, strangers=(), **more):
        """The first `east` villages lie in the eastern county."""
        villages = [
            village(str(n), at, district_code="430001" if n < east else "430002")
            for n, at in enumerate(places)
        ]
        villages += [village(f"x{n}", at, on_roster=False) for n, at in enumerate(strangers)]
        claims = [claim("covers", "mail", objects, share_pct=share)]
        (found,) = run(
            MAIN, villages, [facility("站", (0, 0))], claims=claims, features=self.AREAS, **more
        ).verdicts
        return found

    def test_holds_when_enough_are_covered_whatever_the_rest(self) -> None:
        found = self.verdict(*[self.NEAR] * 9, None)
        assert (found.state, found.measure.value, found.measure.threshold) == (
            State.HOLDS,
            90.0,
            90.0,
        )
        assert found.confidence is Confidence.MEDIUM
        assert found.measure.origin is Origin.PLAN
        assert "10 个村中已覆盖 9 个，未覆盖 0 个，尚不能定论 1 个" in found.cause.zh

    def test_fails_when_too_few_would_be_even_with_the_open_ones(self) -> None:
        assert self.verdict(*[self.NEAR] * 7, self.FAR, self.FAR, None).state is State.FAILS

    def test_open_otherwise(self) -> None:
        found = self.verdict(*[self.NEAR] * 8, self.FAR, None)
        assert (found.state, found.confidence) == (State.NO_DATA, Confidence.LOW)
        assert self.verdict(*[self.NEAR] * 8, (0, 9000), (0, 9000), None).state is State.UNROUTABLE

    def test_without_villages(self) -> None:
        found = self.verdict()
        assert (found.state, found.measure.value) == (State.NO_DATA, None)

    def test_rows_that_are_not_on_the_roster_do_not_count(self) -> None:
        assert self.verdict(*[self.NEAR] * 10, strangers=[self.FAR] * 5).measure.value == 100.0

    def test_worst_of_several_areas(self) -> None:
        found = self.verdict(self.FAR, *[self.NEAR] * 9, objects="city east", east=1)
        assert [part.state for part in found.parts] == [State.HOLDS, State.FAILS]
        assert (found.state, found.measure.value) == (State.FAILS, 0.0)

    def test_area_of_all_districts_takes_codes_of_no_district_too(self) -> None:
        """Functional zones have statistical codes of their own."""
        villages = [village("A", (100, 0), district_code="430071")]
        claims = [claim("covers", "mail", "city east", share_pct=90.0)]
        (found,) = run(
            MAIN, villages, [facility("站", (0, 0))], claims=claims, features=self.AREAS
        ).verdicts
        assert [part.state for part in found.parts] == [State.HOLDS, State.NO_DATA]


def test_notes_tell_limits_roads_and_what_is_left_out() -> None:
    villages = [village("A", (0, 0), population=1.0), village("B", (9, 0))]
    said = [n.zh for n in run(MAIN, villages, [facility("站", (0, 0))], "5km", workday_h=8.0).notes]
    assert "乡镇站点" in said[0]
    assert "5 公里" in said[0]
    assert "street 36" in said[1]
    assert "两倍" in said[2]
    assert "1 个村没有人口" in said[3]


def test_no_note_on_population_where_nobody_asks_for_it() -> None:
    said = [n.zh for n in run(MAIN, [village("A", (0, 0))], [facility("站", (0, 0))]).notes]
    assert not any("人口" in line for line in said)
