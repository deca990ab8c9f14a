"""Small hand-made results of a coverage and a siting run with hostile names, for output tests."""

from __future__ import annotations

import dataclasses
from datetime import date

import geopandas as gpd
import pandas as pd
from shapely import LineString, Point, box

from spatialplan.model.coverage import (
    AreaShare,
    Chain,
    CoverageChange,
    CoverageResult,
    FacilityLoad,
    Leg,
    Service,
    VillageService,
)
from spatialplan.model.delivery import Demand, Facility, Tier
from spatialplan.model.limit import Limit
from spatialplan.model.siting import (
    Objective,
    ProposedSite,
    Selection,
    SitingResult,
    Unservable,
)
from spatialplan.model.table import (
    DatumFinding,
    DatumScore,
    ImportedRow,
    ImportedTable,
    ImportResult,
    Meaning,
    RawTable,
    ReadTable,
    RosterMatch,
    RowState,
    TableKind,
)
from spatialplan.model.verdict import (
    Confidence,
    Measure,
    State,
    Verdict,
    VillageState,
)
from spatialplan.text import Text
from tests.sample import FORMULA, HOSTILE, LONG, sample_plan

QUARTER = Limit(value=15, by="time")
HALF = Limit(value=30, by="time")
STATES = (
    VillageState.COVERED,
    VillageState.NOT_COVERED,
    VillageState.UNCERTAIN,
    VillageState.UNROUTABLE,
    VillageState.NO_DATA,
)
CAUSES = (
    Text("最近为“站甲”，6.0 分钟", "the nearest is 站甲, 6.0 min"),
    Text("太远：最近为“站甲”，21.0 分钟，超出 6.0 分钟", "too far: 站甲 in 21.0 min, 6.0 over"),
    Text("15.2 分钟，与限值之差在位置精度 ±1.1 分钟之内", "15.2 min, within ±1.1 min of the limit"),
    Text("路网不连通：所在路网片与主路网有缺口 0.42 公里，在 (112.9300, 27.8600)",
         "the roads there are cut off by a gap of 0.42 km at (112.9300, 27.8600)"),
    Text("无坐标：名录有此村，表中没有", "no coordinates: on the roster, not in the table"),
)  # fmt: skip
NAMES = ("甲村", HOSTILE, FORMULA, LONG, "戊村 😀\u202etxt")


def _demand(number: int) -> Demand:
    placed = number != 4
    return Demand(
        id=f"43030200100{number + 1}",
        name=NAMES[number],
        township="样例镇" if number < 3 else HOSTILE,
        district="雨湖区",
        district_code="430302",
        on_roster=True,
        lon=112.85 + 0.03 * number if placed else None,
        lat=27.84 + 0.02 * (number % 3) if placed else None,
        accuracy_m=30.0 if placed else None,
        population=float(100 * (number + 1)),
        parent="",
        source="用户表" if placed else "",
        origin=f"villages.xlsx［Sheet1］第 {number + 2} 行" if placed else "",
    )


def _place(demand: Demand) -> tuple[float, float]:
    return demand.lon or 0.0, demand.lat or 0.0


def sample_facilities() -> tuple[Facility, ...]:
    """Return two stations and a hub; one station has no coordinates."""

    def facility(number: int, name: str, tier: Tier, lon: float | None) -> Facility:
        return Facility(
            id=f"station:{number}",
            name=name,
            tier=tier,
            township="样例镇",
            district="雨湖区",
            village="",
            parent="",
            lon=lon,
            lat=None if lon is None else 27.85,
            accuracy_m=None if lon is None else 30.0,
            capacity=250.0 if number == 0 else None,
            opened=None,
            closed=None,
            origin=f"stations.xlsx［Sheet1］第 {number + 2} 行",
        )

    return (
        facility(0, "站甲", Tier.STATION, 112.86),
        facility(1, HOSTILE, Tier.STATION, None),
        facility(2, "县中心", Tier.HUB, 112.95),
    )


def _service(number: int, minutes: float, facility: str = "station:0") -> Service:
    demand = _demand(number)
    line = LineString([_place(demand), (112.86, 27.845), (112.86, 27.85)])
    return Service(
        facility=facility,
        time_min=minutes,
        distance_m=minutes * 500,
        straight_m=minutes * 400,
        delta=1.1,
        path=line,
    )


def _chain(number: int, state: VillageState) -> Chain:
    demand = _demand(number)
    first = Leg(
        start=demand.id,
        end="station:0",
        tier=Tier.STATION,
        time_min=6.0,
        distance_m=3000.0,
        limit=QUARTER,
        state=state,
        cause=CAUSES[number],
        path=LineString([_place(demand), (112.86, 27.85)]),
    )
    second = Leg(
        start="station:0",
        end="station:2",
        tier=Tier.HUB,
        time_min=12.0,
        distance_m=9000.0,
        limit=None,
        state=VillageState.COVERED,
        cause=Text("到“县中心”12.0 分钟", "12.0 min to 县中心"),
        path=LineString([(112.86, 27.85), (112.95, 27.85)]),
    )
    return Chain(
        legs=(first, second),
        state=state,
        weakest=0,
        parents_match=state is VillageState.COVERED,
        cause=CAUSES[number],
        time_min=18.0,
        distance_m=12_000.0,
        round_trip_h=0.6,
        fits_workday=True,
    )


def _village(number: int) -> VillageService:
    state = STATES[number]
    minutes = (6.0, 21.0, 15.2)
    reaches = number < 3
    return VillageService(
        demand=_demand(number),
        states=(state, VillageState.COVERED if reaches else state),
        causes=(CAUSES[number], CAUSES[number]),
        nearest=_service(number, minutes[number]) if reaches else None,
        second=None,
        chain=_chain(number, state) if reaches else None,
    )


def sample_import() -> ImportResult:
    """Return an import of four rows, one of each state, with one row put aside."""
    cells = (
        ("村表", "", ""),
        ("行政村", "经度", "纬度"),
        ("甲村", "112.85", "27.84"),
        (HOSTILE, "27.86", "112.88"),
        (FORMULA, "112.91", "27.88"),
        (LONG, "无", ""),
    )
    raw = RawTable(file="villages.xlsx", sheet="Sheet1", numbers=(1, 2, 3, 4, 5, 6), cells=cells)
    read = ReadTable(
        raw=raw,
        header=(1,),
        columns=("行政村", "经度", "纬度"),
        meanings={Meaning.NAME: 0, Meaning.LON: 1, Meaning.LAT: 2},
        body=(2, 3, 4, 5),
        aside={0: Text("标题行", "title"), 1: Text("表头", "header")},
    )
    notes = (
        (),
        (Text("经纬度写反，已对调", "longitude and latitude were swapped"),),
        (Text("位于“岳塘区”，表中写“雨湖区”", "lies in 岳塘区, the table says 雨湖区"),),
        (Text("无坐标", "no coordinates"),),
    )
    rows = tuple(
        ImportedRow(
            number=raw.numbers[at],
            state=state,
            notes=notes[at - 2],
            cells=cells[at],
            name=cells[at][0],
            code="",
            old_name="",
            township="样例镇",
            district="雨湖区",
            village=f"43030200100{at - 1}",
            lon=None if at == 5 else 112.85 + 0.03 * (at - 2),
            lat=None if at == 5 else 27.84,
            accuracy_m=None if at == 5 else 30.0,
            population=None,
            capacity=None,
            tier="",
            parent="",
            opened=None,
            closed=None,
        )
        for at, state in zip(read.body, RowState, strict=True)
    )
    scores = (
        DatumScore(key="wgs84", label=Text("WGS-84", "WGS-84"), points=3, inside_share=1.0,
                   road_median_m=42.0, score=-12.5),
        DatumScore(key="gcj02", label=Text("GCJ-02（高德）", "GCJ-02"), points=3, inside_share=0.67,
                   road_median_m=310.0, score=-31.0),
    )  # fmt: skip
    datum = DatumFinding(
        key="wgs84",
        decided_by="evidence",
        suspected="wgs84",
        scores=scores,
        said=Text("按 WGS-84 读：证据最合", "read as WGS-84, which fits best"),
    )
    roster = RosterMatch(
        village=tuple(row.village for row in rows),
        how=tuple(Text("同名", "same name") for _ in rows),
        certain=(True, True, False, True),
        missing=("430302001005",),
        twice={"430302001001": (0, 2)},
        unknown=(),
    )
    table = ImportedTable(read=read, kind=TableKind.VILLAGE, rows=rows, datum=datum)
    return ImportResult(kind=TableKind.VILLAGE, tables=(table,), roster=roster)


def _share(
    level: str, name: str, limit: Limit, counts: tuple[int, int, int, int, int]
) -> AreaShare:
    covered, not_covered, uncertain, unroutable, no_data = counts
    return AreaShare(
        level=level,
        name=name,
        district="雨湖区",
        limit=limit,
        total=sum(counts),
        covered=covered,
        not_covered=not_covered,
        uncertain=uncertain,
        unroutable=unroutable,
        no_data=no_data,
        p50=15.2 if covered else None,
        p90=21.0 if covered else None,
        population=1500.0,
        population_covered=100.0 * covered,
    )


def _areas() -> gpd.GeoDataFrame:
    rows = [
        ("", "", HALF.key, "15–30 分钟", 15.0, 30.0, box(112.8, 27.8, 112.93, 27.9)),
        ("", "", QUARTER.key, "0–15 分钟", 0.0, 15.0, box(112.83, 27.83, 112.9, 27.87)),
        ("station:0", "站甲", QUARTER.key, "0–15 分钟", 0.0, 15.0,
         box(112.83, 27.83, 112.9, 27.87)),
    ]  # fmt: skip
    columns = ["facility", "name", "limit", "label", "low", "high", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), crs="EPSG:4326")


def sample_change() -> CoverageChange:
    """Return a scenario that one village gains by and one loses by."""
    rows = [
        (_demand(0), "covered", "not_covered", 6.0, 22.0, "loses"),
        (_demand(1), "not_covered", "covered", 21.0, 4.0, "gains"),
        (_demand(4), "no_data", "no_data", float("nan"), float("nan"), "same"),
    ]
    frame = pd.DataFrame(
        [
            {"id": d.id, "name": d.name, "township": d.township, "district": d.district,
             "limit": QUARTER.key, "before": before, "after": after, "cost_before": old,
             "cost_after": new, "kind": kind}
            for d, before, after, old, new, kind in rows
        ]
    )  # fmt: skip
    shapes = [None if d.lon is None or d.lat is None else Point(d.lon, d.lat) for d, *_ in rows]
    marks = gpd.GeoDataFrame(
        {
            "kind": ["station_added", "road_closed"],
            "label": ["新增“站乙”", "封闭“湘江桥”"],
            "label_en": ["add 站乙", "close 湘江桥"],
        },
        geometry=[Point(112.88, 27.86), LineString([(112.9, 27.84), (112.92, 27.84)])],
        crs="EPSG:4326",
    )
    return CoverageChange(
        title=Text("加一站、封一桥", "One station more, one bridge less"),
        steps=(Text("新增“站乙”", "add 站乙"), Text("封闭“湘江桥”", "close 湘江桥")),
        frame=gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326"),
        marks=marks,
    )


def sample_coverage(*, change: bool = False) -> CoverageResult:
    """Return a coverage result with one village of each state and two limits."""
    stations = sample_facilities()
    loads = (
        FacilityLoad(facility=stations[0], used=True, cause=Text("", ""), villages=3,
                     population=600.0, residual=350.0),
        FacilityLoad(facility=stations[1], used=False, cause=Text("无坐标", "no coordinates"),
                     villages=0, population=None, residual=None),
        FacilityLoad(facility=stations[2], used=True, cause=Text("", ""), villages=0,
                     population=None, residual=None),
    )  # fmt: skip
    shares = (
        _share("township", "样例镇", QUARTER, (1, 1, 1, 0, 0)),
        _share("township", HOSTILE, QUARTER, (0, 0, 0, 1, 1)),
        _share("district", "雨湖区", QUARTER, (1, 1, 1, 1, 1)),
        _share("city", "湘潭市", QUARTER, (1, 1, 1, 1, 1)),
        _share("township", "样例镇", HALF, (3, 0, 0, 0, 0)),
        _share("township", HOSTILE, HALF, (0, 0, 0, 1, 1)),
        _share("district", "雨湖区", HALF, (3, 0, 0, 1, 1)),
        _share("city", "湘潭市", HALF, (3, 0, 0, 1, 1)),
    )
    villages = tuple(_village(number) for number in range(5))
    ids = [v.demand.id for v in villages]
    nan = float("nan")
    accessibility = pd.DataFrame(
        {
            "e2sfca": [0.8, 0.2, 0.4, 0.0, nan], "e2sfca_class": [2, 0, 1, 0, -1],
            "gravity": [1.2, 0.1, 0.3, 0.0, nan], "gravity_class": [2, 0, 1, 0, -1],
            "cumulative": [1.0, 0.0, 1.0, 0.0, nan], "cumulative_class": [1, 0, 1, 0, -1],
            "detour": [1.2, 1.3, 1.25, nan, nan], "detour_class": [0, 1, 0, -1, -1],
        },
        index=pd.Index(ids, name="id"),
    )  # fmt: skip
    claim = next(c for c in sample_plan().claims if c.predicate == "covers")
    verdict = Verdict(
        claim_id=claim.id,
        state=State.FAILS,
        measure=Measure(value=20.0, unit="%", threshold=100.0),
        cause=Text("5 个村中 1 个已覆盖，1 个未覆盖", "1 of 5 villages covered, 1 not"),
        would_change=Text("需补 1 个村的坐标", "needs the place of 1 village"),
        confidence=Confidence.MEDIUM,
    )
    return CoverageResult(
        plan=sample_plan(),
        limits=(QUARTER, HALF),
        mode="drive",
        day=date(2026, 11, 22).isoformat(),
        tier=Tier.STATION,
        villages=villages,
        facilities=loads,
        shares=shares,
        areas=_areas(),
        catchments=gpd.GeoDataFrame(
            {"facility": ["station:0"], "name": ["站甲"]},
            geometry=[box(112.8, 27.8, 112.95, 27.9)],
            crs="EPSG:4326",
        ),
        accessibility=accessibility,
        verdicts=(verdict,),
        imports=(sample_import(),),
        sources=(),
        notes=(
            Text("路网范围之外一律无数据", "beyond the roads there is no data"),
            Text(HOSTILE, HOSTILE),
        ),
        network_extent=box(112.7, 27.7, 113.1, 28.0),
        version="0.0-test",
        change=sample_change() if change else None,
    )


def sample_siting() -> SitingResult:
    """Return a siting result with two proposed sites and one village that nothing can cover."""
    demands = tuple(_demand(number) for number in range(5))
    sites = tuple(
        ProposedSite(
            rank=rank + 1,
            id=f"new:{rank + 1}",
            name=demands[rank + 1].name,
            township=demands[rank + 1].township,
            district="雨湖区",
            lon=float(demands[rank + 1].lon or 0),
            lat=float(demands[rank + 1].lat or 0),
            accuracy_m=30.0,
            serves=(demands[rank + 1].id,),
            newly_covered=(demands[rank + 1].id,),
            weight=1.0,
        )
        for rank in range(2)
    )
    trade_off = pd.DataFrame(
        {"sites": [0, 1, 2], "covered": [1, 2, 3], "weight": [1.0, 2.0, 3.0],
         "share": [1 / 3, 2 / 3, 1.0], "gap": [0.0, 0.0, 0.0]}
    )  # fmt: skip
    return SitingResult(
        plan=sample_plan(),
        objective=Objective.LSCP,
        limit=QUARTER,
        weighted=False,
        selection=Selection(sites=(1, 2), assigned=(0, 1, 2, -1, -1), uncoverable=(3, 4),
                            value=2.0, bound=2.0, gap=0.0, optimal=True, seconds=0.01),
        sites=sites,
        existing=sample_facilities()[:1],
        villages=demands,
        covered_before=(demands[0].id,),
        covered_after=tuple(d.id for d in demands[:3]),
        unservable=(Unservable(demand=demands[3], state=STATES[3], cause=CAUSES[3]),
                    Unservable(demand=demands[4], state=STATES[4], cause=CAUSES[4])),
        links=tuple((s.serves[0], s.id, LineString([(s.lon, s.lat), (s.lon + 0.001, s.lat)]))
                    for s in sites),
        trade_off=trade_off,
        sources=(),
        notes=(Text("位置精度未计入优化", "positional accuracy is not in the optimisation"),),
        version="0.0-test",
    )  # fmt: skip


def without_positions(result: CoverageResult) -> CoverageResult:
    """Return the result with every village lacking data, as before any table was given."""
    villages = tuple(
        dataclasses.replace(
            village,
            demand=dataclasses.replace(village.demand, lon=None, lat=None, accuracy_m=None),
            states=(VillageState.NO_DATA, VillageState.NO_DATA),
            causes=(CAUSES[4], CAUSES[4]),
            nearest=None,
            second=None,
            chain=None,
        )
        for village in result.villages
    )
    empty = result.areas.iloc[:0]
    return dataclasses.replace(
        result, villages=villages, areas=empty, catchments=result.catchments.iloc[:0]
    )
