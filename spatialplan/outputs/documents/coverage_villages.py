"""The workbook's sheets of a coverage run by village: states, services, causes, uncovered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from spatialplan.model.coverage import CoverageResult, Service, VillageService
from spatialplan.model.limit import Limit
from spatialplan.model.verdict import VillageState
from spatialplan.outputs import coverage_causes, coverage_summary, wording
from spatialplan.outputs.documents.workbook_sheet import Column, Sheet
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang, Text

__all__ = [
    "ADDRESS",
    "address",
    "beyond",
    "chain_states",
    "frame_of",
    "open_villages",
    "over",
    "place_names",
    "uncovered_sheet",
    "villages_sheet",
    "yes_no",
]

Row = dict[str, Any]

_OPEN = (VillageState.NOT_COVERED, VillageState.UNCERTAIN)
ADDRESS = (
    Column("id", Text("编号", "Id"), 15),
    Column("name", Text("村（居）", "Village"), 20),
    Column("township", Text("乡镇街道", "Township"), 15),
    Column("district", Text("县市区", "District"), 10),
)
_SERVICES = (
    Column("nearest", Text("最近站点", "Nearest"), 18),
    Column("nearest_min", Text("最近（分钟）", "Nearest (min)"), 9, digits=1),
    Column("nearest_km", Text("最近（公里）", "Nearest (km)"), 9, digits=2),
    Column("second", Text("次近站点", "Second nearest"), 18),
    Column("second_min", Text("次近（分钟）", "Second (min)"), 9, digits=1),
    Column("second_km", Text("次近（公里）", "Second (km)"), 9, digits=2),
)


def place_names(result: CoverageResult) -> dict[str, str]:
    """Return the name of every village and facility by its id."""
    return {
        **{load.facility.id: load.facility.name for load in result.facilities},
        **{village.demand.id: village.demand.name for village in result.villages},
    }


def over(village: VillageService, limit: Limit) -> float | None:
    """Return by how much the nearest facility lies beyond the limit, in the limit's unit."""
    if village.nearest is None:
        return None
    found = village.nearest
    return (found.time_min if limit.by == "time" else found.distance_m) - limit.value


def beyond(village: VillageService, limit: Limit) -> float | None:
    """Return by how much the limit is exceeded, None where it is not or nothing is reached.

    An uncertain village may well lie within the limit.
    """
    found = over(village, limit)
    return found if found is not None and found > 0 else None


def open_villages(result: CoverageResult, at: int) -> list[VillageService]:
    """Return villages not covered or uncertain for a limit: by district, township, worst first."""
    limit = result.limits[at]
    rank: dict[tuple[str, str], int] = {}
    for village in result.villages:
        rank.setdefault((village.demand.district, village.demand.township), len(rank))
    districts = list(dict.fromkeys(district for district, _ in rank))
    return sorted(
        (village for village in result.villages if village.states[at] in _OPEN),
        key=lambda village: (
            districts.index(village.demand.district),
            rank[village.demand.district, village.demand.township],
            -(over(village, limit) or 0.0),
        ),
    )


def address(village: VillageService) -> Row:
    """Return who a village is, where, and where its place comes from."""
    place = village.demand
    return {
        "id": place.id,
        "name": place.name,
        "township": place.township,
        "district": place.district,
        "population": place.population,
        "lon": place.lon,
        "lat": place.lat,
        "accuracy_m": place.accuracy_m,
        "parent": place.parent,
        "source": place.source,
        "origin": place.origin,
    }


def _service(found: Service | None, prefix: str, names: dict[str, str]) -> Row:
    return {
        prefix: "" if found is None else names.get(found.facility, found.facility),
        f"{prefix}_min": None if found is None else found.time_min,
        f"{prefix}_km": None if found is None else found.distance_m / 1000,
        f"{prefix}_straight": None if found is None else found.straight_m / 1000,
        f"{prefix}_delta": None if found is None else found.delta,
    }


def yes_no(value: bool | None, lang: Lang) -> str:
    """Return the answer in words, empty where it is not known."""
    if value is None:
        return ""
    return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")


def _chain(village: VillageService, lang: Lang) -> Row:
    chain = village.chain
    if chain is None:
        return {"chain": "", "chain_cause": "", "parents": "", "workday": ""}
    weakest = None if chain.weakest is None else chain.legs[chain.weakest]
    return {
        "chain": str(chain.state),
        "chain_min": chain.time_min,
        "chain_km": None if chain.distance_m is None else chain.distance_m / 1000,
        "weakest": "" if weakest is None else coverage_summary.tier_name(weakest.tier, lang),
        "chain_cause": chain.cause.say(lang),
        "parents": yes_no(chain.parents_match, lang),
        "round_trip": chain.round_trip_h,
        "workday": yes_no(chain.fits_workday, lang),
    }


def _by_limit(result: CoverageResult, at: int) -> tuple[Column, Column, Column]:
    """Return the columns of one limit: state, class of cause, cause."""
    limit, text = result.limits[at], result.limits[at].label
    return (
        Column(f"state_{limit.key}", text, 11, read_style().village_states),
        Column(f"class_{limit.key}", Text(f"原因类别（{text.zh}）", f"Class ({text.en})"), 15),
        Column(f"cause_{limit.key}", Text(f"原因（{text.zh}）", f"Cause ({text.en})"), 44),
    )


def _delta_column(result: CoverageResult) -> Column:
    unit = Text("分钟", "min") if result.limits[0].by == "time" else Text("米", "m")
    title = Text(f"位置误差 ±（{unit.zh}）", f"Uncertainty ± ({unit.en})")
    return Column("nearest_delta", title, 10, digits=1)


def chain_states() -> dict[str, Symbol]:
    """Return the states of legs and chains: they pass or fail, nothing is covered by them."""
    labels = {
        VillageState.COVERED: Text("达标", "Passes"),
        VillageState.NOT_COVERED: Text("不达标", "Fails"),
    }
    return {"": Symbol(label=Text("", ""))} | {
        key: replace(symbol, label=labels[VillageState(key)]) if key in labels else symbol
        for key, symbol in read_style().village_states.items()
    }


def _chain_columns() -> tuple[Column, ...]:
    return (
        Column("chain", Text("三级链条", "Chain"), 11, chain_states()),
        Column("weakest", Text("薄弱环节（到）", "Weakest leg (to)"), 11),
        Column("chain_min", Text("全程（分钟）", "Whole chain (min)"), 9, digits=1),
        Column("chain_km", Text("全程（公里）", "Whole chain (km)"), 9, digits=2),
        Column("parents", Text("隶属相符", "Parents match"), 8),
        Column("round_trip", Text("往返（小时）", "Round trip (h)"), 9, digits=2),
        Column("workday", Text("一个工作日内往返", "Within a working day"), 10),
        Column("chain_cause", Text("链条原因", "Cause of the chain"), 40),
    )


def villages_sheet(result: CoverageResult, lang: Lang) -> Sheet:
    """Return every village, one row each: states, services, causes, chain, place."""
    names = place_names(result)
    limits = [_by_limit(result, at) for at in range(len(result.limits))]
    classes = [coverage_causes.village_causes(result, at) for at in range(len(result.limits))]
    rows = []
    for number, village in enumerate(result.villages):
        row = address(village) | {"on_roster": yes_no(village.demand.on_roster, lang)}
        row |= _service(village.nearest, "nearest", names)
        row |= _service(village.second, "second", names) | _chain(village, lang)
        for at, (state, kind, cause) in enumerate(limits):
            row[state.key] = str(village.states[at])
            row[kind.key] = coverage_causes.cause_label(classes[at][number], lang)
            row[cause.key] = village.causes[at].say(lang)
        rows.append(row)
    columns = (
        *ADDRESS,
        *(state for state, _, _ in limits),
        limits[0][1],
        *_SERVICES,
        *(kind for _, kind, _ in limits[1:]),
        *(cause for _, _, cause in limits),
        Column("nearest_straight", Text("最近直线（公里）", "Straight (km)"), 9, digits=2),
        _delta_column(result),
        *_chain_columns(),
        Column("population", Text("人口", "Population"), 9),
        Column("lon", Text("经度", "Longitude"), 11),
        Column("lat", Text("纬度", "Latitude"), 11),
        Column("accuracy_m", Text("位置精度（米）", "Accuracy (m)"), 10),
        Column("on_roster", Text("在名录", "On the roster"), 8),
        Column("parent", Text("表中所属站点", "Parent in the table"), 18),
        Column("source", Text("位置来源", "Source"), 16),
        Column("origin", Text("出处（文件、表、行）", "Origin"), 30),
    )
    printed = len(ADDRESS) + len(limits) + 1 + len(_SERVICES)
    return Sheet(
        name=Text("各村", "Villages"),
        columns=columns,
        frame=frame_of(rows, columns),
        frozen=2,
        printed=printed,
    )


def frame_of(rows: Sequence[Row], columns: Sequence[Column]) -> pd.DataFrame:
    """Return the rows as a frame with these columns, absent values as None."""
    # dtype object: a column without any value stays empty cells and not the number NaN
    return pd.DataFrame(rows, columns=[column.key for column in columns], dtype=object)


def uncovered_sheet(result: CoverageResult, lang: Lang) -> Sheet:
    """Return villages not covered or uncertain, for each limit, and how far they are over it."""
    names = place_names(result)
    rows = [
        {
            **address(village),
            **_service(village.nearest, "nearest", names),
            **_service(village.second, "second", names),
            "limit": limit.label.say(lang),
            "state": str(village.states[at]),
            "over": beyond(village, limit),
            "unit": wording.unit_name(limit.unit, lang),
            "cause": village.causes[at].say(lang),
        }
        for at, limit in enumerate(result.limits)
        for village in open_villages(result, at)
    ]
    columns = (
        Column("limit", Text("限值", "Limit"), 9),
        Column("district", Text("县市区", "District"), 10),
        Column("township", Text("乡镇街道", "Township"), 15),
        Column("name", Text("村（居）", "Village"), 20),
        Column("state", Text("状态", "State"), 11, read_style().village_states),
        Column("over", Text("超出限值", "Beyond the limit"), 9, digits=2),
        Column("unit", Text("单位", "Unit"), 7),
        *_SERVICES,
        Column("cause", Text("原因", "Cause"), 44),
        Column("population", Text("人口", "Population"), 9),
        _delta_column(result),
        Column("id", Text("编号", "Id"), 15),
    )
    return Sheet(
        name=Text("未覆盖", "Not covered"),
        columns=columns,
        frame=frame_of(rows, columns),
        frozen=4,
    )
