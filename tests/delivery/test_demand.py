"""Roster and imported rows made demand and facilities: none is lost, their order does not matter."""

from __future__ import annotations

import itertools
from datetime import date
from types import MappingProxyType

import pytest

from spatialplan.delivery.demand import demand_of, facilities_of
from spatialplan.model.delivery import Tier
from spatialplan.model.table import (
    DatumFinding,
    ImportedRow,
    ImportedTable,
    ImportResult,
    RawTable,
    ReadTable,
    RowState,
    TableKind,
)
from spatialplan.model.village import Village
from spatialplan.text import Text


def roster_village(code, **more):
    values = {
        "code": code, "name": f"{code}村委会", "township": "甲镇", "district": "东县",
        "district_code": "430001", "lon": None, "lat": None, "accuracy_m": None, "source": "名录",
    }  # fmt: skip
    return Village(**{**values, **more})


def row(number, **more):
    values = {
        "number": number, "state": RowState.ACCEPTED, "notes": (), "cells": (), "name": f"行{number}",
        "code": "", "old_name": "", "township": "", "district": "", "village": "", "lon": 112.9,
        "lat": 27.8, "accuracy_m": 30.0, "population": None, "capacity": None, "tier": "",
        "parent": "", "opened": None, "closed": None,
    }  # fmt: skip
    return ImportedRow(**{**values, **more})


def imported(kind, *tables):
    """Return an import of sheets named 1, 2, …; positions are not looked at."""
    read = [
        ReadTable(
            raw=RawTable(file="表.xlsx", sheet=str(number), numbers=(), cells=()), header=(),
            columns=(), meanings=MappingProxyType({}), body=(), aside=MappingProxyType({}),
        )
        for number, _ in enumerate(tables, start=1)
    ]  # fmt: skip
    finding = DatumFinding(
        key="wgs84", decided_by="file", suspected="", scores=(), said=Text("", "")
    )
    return ImportResult(
        kind=kind, roster=None,
        tables=tuple(
            ImportedTable(read=one, kind=kind, rows=tuple(rows), datum=finding)
            for one, rows in zip(read, tables, strict=True)
        ),
    )  # fmt: skip


ROSTER = [roster_village("A"), roster_village("B", lon=112.5, lat=27.5, accuracy_m=400.0)]


class TestDemand:
    def test_without_a_table_the_roster_is_the_demand(self) -> None:
        a, b = demand_of(ROSTER, None)
        assert (a.id, a.is_placed, a.origin, a.on_roster) == ("A", False, "", True)
        assert (b.lon, b.lat, b.accuracy_m, b.source) == (112.5, 27.5, 400.0, "名录")

    def test_row_goes_before_the_roster(self) -> None:
        table = [row(3, village="B", population=120.0, parent="站")]
        _, b = demand_of(ROSTER, imported(TableKind.VILLAGE, table))
        assert (b.lon, b.accuracy_m, b.source) == (112.9, 30.0, "用户表")
        assert (b.population, b.parent, b.origin) == (120.0, "站", "表.xlsx［1］ 第 3 行")

    def test_row_without_a_place_keeps_the_rosters_and_its_figures(self) -> None:
        table = [row(3, village="B", lon=None, lat=None, accuracy_m=None, population=7.0)]
        _, b = demand_of(ROSTER, imported(TableKind.VILLAGE, table))
        assert (b.lon, b.accuracy_m, b.source, b.population) == (112.5, 400.0, "名录", 7.0)
        assert b.origin

    def test_rows_that_are_not_on_the_roster_follow(self) -> None:
        tables = [row(3, village="Z"), row(4)], [row(3, district="东县"), row(9, village="A")]
        demand = demand_of(ROSTER, imported(TableKind.VILLAGE, *tables))
        assert [d.id for d in demand] == ["A", "B", "row:1", "row:2", "row:3"]
        assert [d.on_roster for d in demand] == [True, True, False, False, False]
        assert demand[4].district_code == "430001"
        assert demand[0].origin == "表.xlsx［2］ 第 9 行"

    def test_every_row_is_in_an_origin(self) -> None:
        rows = [
            row(n, village=code) for n, code in enumerate(["A", "A", "", "B", "Z", "A"], start=2)
        ]
        demand = demand_of(ROSTER, imported(TableKind.VILLAGE, rows))
        said = "；".join(d.origin for d in demand)
        assert all(f"第 {one.number} 行" in said for one in rows)

    def test_of_two_rows_the_better_one_whatever_their_order(self) -> None:
        rows = [
            row(2, village="A", state=RowState.DOUBTFUL, lon=112.90),
            row(3, village="A", lon=112.91, accuracy_m=50.0),
            row(4, village="A", lon=112.92, accuracy_m=30.0),
            row(5, village="A", lon=112.93, accuracy_m=30.0, population=9.0),
            row(6, village="A", state=RowState.REJECTED, lon=None, lat=None),
        ]
        for order in itertools.permutations(rows):
            a, _ = demand_of(ROSTER, imported(TableKind.VILLAGE, order))
            assert (a.lon, a.population) == (112.92, 9.0)

    def test_rows_that_contradict_make_the_place_vague(self) -> None:
        """0.01° of latitude are 1,108 m here."""
        rows = [row(2, village="A"), row(3, village="A", lat=27.81)]
        a, _ = demand_of(ROSTER, imported(TableKind.VILLAGE, rows))
        assert a.accuracy_m == pytest.approx(1108, abs=2)
        alike = [row(2, village="A"), row(3, village="A")]
        assert demand_of(ROSTER, imported(TableKind.VILLAGE, alike))[0].accuracy_m == 30.0

    @pytest.mark.parametrize(("lat", "accuracy"), [(27.801, None), (27.81, 1108)])
    def test_unknown_accuracy_stays_so_unless_the_rows_are_farther_apart(
        self, lat, accuracy
    ) -> None:
        rows = [row(2, village="A", accuracy_m=None), row(3, village="A", lat=lat, accuracy_m=None)]
        a, _ = demand_of(ROSTER, imported(TableKind.VILLAGE, rows))
        assert a.accuracy_m == (accuracy and pytest.approx(accuracy, abs=2))


class TestFacilities:
    def test_one_for_each_row(self) -> None:
        tables = (
            [row(2, tier="point", capacity=9.0), row(3, name="")],
            [row(2, opened=date(2026, 1, 1), parent="中心")],
        )
        found = facilities_of(imported(TableKind.STATION, *tables), ROSTER)
        assert [f.id for f in found] == ["station:1", "station:2", "station:3"]
        assert [f.tier for f in found] == [Tier.POINT, Tier.STATION, Tier.STATION]
        assert [f.name for f in found] == ["行2", "第 3 行", "行2"]
        assert (found[0].capacity, found[2].opened, found[2].parent) == (
            9.0,
            date(2026, 1, 1),
            "中心",
        )
        assert facilities_of(imported(TableKind.HUB, [row(2)]), ROSTER)[0].tier is Tier.HUB

    def test_areas_left_out_are_those_of_its_village(self) -> None:
        rows = [row(2, village="A"), row(3, village="A", township="乙镇", district="西县"), row(4)]
        found = facilities_of(imported(TableKind.STATION, rows), ROSTER)
        assert [(f.township, f.district, f.village) for f in found] == [
            ("甲镇", "东县", "A"), ("乙镇", "西县", "A"), ("", "", ""),
        ]  # fmt: skip
