"""What is said of a coverage run: counts that add up, causes by class, exact requests."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spatialplan.model.table import DatumFinding, RowState
from spatialplan.model.verdict import VillageState
from spatialplan.outputs import coverage_causes, coverage_requests, coverage_summary
from spatialplan.outputs.coverage_causes import Cause
from spatialplan.text import Text
from tests.coverage_sample import sample_coverage, without_positions
from tests.sample import HOSTILE


def _with_village(result, number, **changes):
    villages = list(result.villages)
    villages[number] = dataclasses.replace(villages[number], **changes)
    return dataclasses.replace(result, villages=tuple(villages))


def _with_demand(result, number, **changes):
    demand = dataclasses.replace(result.villages[number].demand, **changes)
    return _with_village(result, number, demand=demand)


def test_the_answer_counts_each_state_for_each_limit():
    first, second, chain = coverage_summary.answer(sample_coverage())
    assert first == (
        "名录 5 个村（居），15 分钟内（驾车，到最近的乡镇站）：已覆盖 1 个，未覆盖 1 个，"
        "不确定 1 个，无法路由 1 个，无数据 1 个（缺坐标、路网或站点资料，不等于没有服务）。"
        "有明确结论的 2 个村中已覆盖 50.0%。其中 2 个村有人口数，共 300 人，已覆盖 100 人（33.3%）。"
    )
    assert second.startswith("30 分钟内：已覆盖 3 个，未覆盖 0 个，不确定 0 个，")
    assert "有明确结论的 3 个村中已覆盖 100%。" in second
    assert chain.startswith("三级链条：1 个村全程达标，1 个不达标，1 个不确定，")
    assert "2 个村隶属不符" in chain


def test_without_any_data_no_rate_is_told():
    for sentence in coverage_summary.answer(without_positions(sample_coverage())):
        assert "无数据 5 个" in sentence
        assert "说不出覆盖率" in sentence
        assert "%" not in sentence


def test_rows_beyond_the_roster_are_said_apart():
    result = _with_demand(sample_coverage(), 0, on_roster=False)
    said = coverage_summary.answer(result)[0]
    assert said.startswith("名录 4 个村（居），15 分钟内（驾车，到最近的乡镇站）：已覆盖 0 个，")
    assert said.endswith("另有 1 行不在名录（已覆盖 1），不计入以上数字。")
    assert "1 rows are not on the roster" in coverage_summary.answer(result, "en")[0]
    assert "全程达标" in coverage_summary.answer(result)[2]
    assert coverage_summary.answer(result)[2].startswith("三级链条：0 个村全程达标，")
    for number in range(1, 5):
        result = _with_demand(result, number, on_roster=False)
    said = coverage_summary.answer(result)[0]
    assert said.startswith("表中 5 个村（居），")
    assert "不在名录" not in said


@given(listed=st.lists(st.booleans(), min_size=5, max_size=5))
def test_roster_and_other_rows_make_up_all(listed):
    result = sample_coverage()
    for number, on_roster in enumerate(listed):
        result = _with_demand(result, number, on_roster=on_roster)
    for level in ("township", "district"):
        *areas, total = coverage_summary.tally_areas(result, 0, level)
        beyond = coverage_summary.tally_strangers(result, 0)
        assert total.total == (sum(listed) or 5) == sum(area.total for area in areas)
        assert total.total + (beyond.total if beyond else 0) == 5
        assert total.located + (beyond.located if beyond else 0) == 4
        # the run's own figures are of all rows and may only stand beside all of them
        assert (total.share is not None) == (total.total == 5)


def test_causes_are_counted_on_the_roster_only():
    result = _with_demand(sample_coverage(), 1, on_roster=False)
    assert Cause.TOO_FAR not in {tally.cause for tally in coverage_summary.causes(result)}


def test_a_scenario_is_part_of_the_answer():
    plain = coverage_summary.answer(sample_coverage())
    *before, first, second = coverage_summary.answer(sample_coverage(change=True))
    assert before == ["情景之前（现状）：" + said for said in plain]
    assert first == (
        "情景“加一站、封一桥”，15 分钟内：之前 已覆盖 1、未覆盖 1、无数据 1；"
        "之后 已覆盖 1、未覆盖 1、无数据 1；新增覆盖 1 个村，失去覆盖 1 个村。"
    )
    assert second == (
        "情景“加一站、封一桥”，30 分钟内：之前 —；之后 —；新增覆盖 0 个村，失去覆盖 0 个村。"
    )


def test_a_scenario_tells_before_and_after_apart():
    result = sample_coverage(change=True)
    frame = result.change.frame.assign(after=["covered", "covered", "uncertain"])
    changed = dataclasses.replace(result, change=dataclasses.replace(result.change, frame=frame))
    said = coverage_summary.answer(changed)[3]
    assert "之前 已覆盖 1、未覆盖 1、无数据 1；之后 已覆盖 2、不确定 1；" in said
    # a row that is not on the roster is not counted
    said = coverage_summary.answer(_with_demand(changed, 0, on_roster=False))[3]
    assert "之前 未覆盖 1、无数据 1；之后 已覆盖 1、不确定 1；" in said
    assert "新增覆盖 1 个村，失去覆盖 0 个村" in said


def test_areas_add_up_to_the_total_and_carry_the_run_s_figures():
    result = sample_coverage()
    for at in range(2):
        for level in ("township", "district"):
            *areas, total = coverage_summary.tally_areas(result, at, level)
            for state in VillageState:
                assert sum(area.counts[state] for area in areas) == total.counts[state]
            assert sum(area.located for area in areas) == total.located == 4
            assert total.total == 5
            assert all(area.share is not None for area in (*areas, total))
            assert {area.share.limit for area in (*areas, total)} == {result.limits[at]}
    first = coverage_summary.tally_areas(result, 1, "township")[0]
    assert (first.name, first.district, first.counts["covered"]) == ("样例镇", "雨湖区", 3)


def test_townships_of_a_district_stay_together_in_the_roster_s_order():
    result = sample_coverage()
    for number, district in enumerate(("雨湖区", "岳塘区", "雨湖区", "岳塘区", "雨湖区")):
        result = _with_demand(result, number, district=district)
    *areas, _ = coverage_summary.tally_areas(result, 0, "township")
    assert [area.district for area in areas] == ["雨湖区", "雨湖区", "岳塘区", "岳塘区"]


def test_causes_follow_states_and_places():
    result = sample_coverage()
    assert coverage_causes.village_causes(result, 0) == [
        None, Cause.TOO_FAR, Cause.NEAR_LIMIT, Cause.CUT_OFF, Cause.NO_PLACE,
    ]  # fmt: skip
    tallies = {tally.cause: tally.counts for tally in coverage_summary.causes(result)}
    assert tallies == {
        Cause.TOO_FAR: (1, 0), Cause.NEAR_LIMIT: (1, 0), Cause.CUT_OFF: (1, 1),
        Cause.NO_PLACE: (1, 1),
    }  # fmt: skip


def test_uncertain_far_from_the_limit_is_a_station_unseen():
    result = sample_coverage()
    near = dataclasses.replace(result.villages[2].nearest, time_min=17.0)
    villages = [*result.villages]
    villages[2] = dataclasses.replace(villages[2], nearest=near)
    result = dataclasses.replace(result, villages=tuple(villages))
    assert coverage_causes.village_causes(result, 0)[2] is Cause.UNSEEN
    said = coverage_requests.requests(result)
    assert sum("近处站点的坐标" in line for line in said) == 1
    assert not any("更准确的坐标" in line for line in said)


@pytest.mark.parametrize(
    ("lon", "used", "cause"),
    [
        (112.9, True, Cause.NO_ROADS),
        (112.9, False, Cause.NO_STATIONS),
        (100.0, False, Cause.NO_ROADS),
    ],
)
def test_no_data_with_a_place_lacks_roads_or_stations(lon, used, cause):
    result = _with_demand(sample_coverage(), 4, lon=lon, lat=27.85)
    loads = tuple(dataclasses.replace(load, used=used) for load in result.facilities)
    result = dataclasses.replace(result, facilities=loads)
    assert coverage_causes.village_causes(result, 0)[4] is cause


def test_requests_are_exact():
    said = coverage_summary.requests(sample_coverage())
    assert said == [
        "名录上有、表中没有的 1 个村的坐标（雨湖区 1）",
        f"1 个没有坐标的站点的坐标（{HOSTILE}）",
        "1 个无法路由的村（雨湖区 1）：请核对坐标，或补画缺失的路段",
        "1 个不确定的村（雨湖区 1）更准确的坐标",
        "核对导入表中存疑的 1 行（见“导入情况”和加注的原表）",
        "改正导入表中位置不能用的 1 行（见“导入情况”和加注的原表）",
        "核对表中重复出现的 1 个村",
    ]


def test_of_a_bare_roster_the_tables_are_asked_for():
    bare = without_positions(sample_coverage())
    for number in range(5):
        bare = _with_demand(bare, number, origin="", population=None)
    bare = dataclasses.replace(bare, imports=(), facilities=())
    assert coverage_summary.requests(bare) == [
        "未给村级点位表：请用 spatialplan template villages 生成带名录的空表，填好经纬度后以 --villages 给出",
        "名录上有、表中没有的 5 个村的坐标（雨湖区 5）",
        "未给站点表：请用 spatialplan template stations 生成空表，填好后以 --stations 给出；没有站点就无法判断任何村",
        "5 个村的人口数，有了才能按人口计算覆盖率",
    ]
    assert all("{" not in said for said in coverage_summary.requests(bare, "en"))


def test_a_missing_hub_table_and_an_open_datum_are_asked_for():
    result = sample_coverage()
    table = result.imports[0].tables[0]
    datum = DatumFinding(key="wgs84", decided_by="none", suspected="gcj02", scores=(),
                         said=Text("", ""))  # fmt: skip
    tables = (dataclasses.replace(table, datum=datum),)
    imports = (dataclasses.replace(result.imports[0], tables=tables),)
    result = dataclasses.replace(result, imports=imports, facilities=result.facilities[:2])
    said = coverage_summary.requests(result)
    assert "要看三级链条全程，请以 --hubs 给出县级中心表" in said
    assert "villages.xlsx［Sheet1］ 的坐标系没有定论，请核实后用 --datum 指明" in said


@pytest.mark.parametrize("blank", [True, False])
def test_blank_cells_are_asked_for_and_not_blamed(blank):
    result = sample_coverage()
    table = result.imports[0].tables[0]
    datum = DatumFinding(key="wgs84", decided_by="none", suspected="", scores=(), said=Text("", ""))
    place = (" ", "") if blank else ("112,9", "")
    rows = tuple(
        dataclasses.replace(
            row, state=RowState.REJECTED, lon=None, lat=None, cells=(row.name, *place)
        )
        for row in table.rows
    )
    tables = (dataclasses.replace(table, datum=datum, rows=rows),)
    imports = (dataclasses.replace(result.imports[0], tables=tables),)
    said = "\n".join(coverage_summary.requests(dataclasses.replace(result, imports=imports)))
    assert ("坐标系没有定论" in said) != blank
    assert ("改正导入表中位置不能用的 4 行" in said) != blank
    assert "1 个村的坐标（雨湖区 1）" in said


@example(part=9999, rest=1)
@example(part=1, rest=9999)
@given(part=st.integers(0, 10**6), rest=st.integers(0, 10**6))
def test_only_the_whole_is_100_percent_and_only_nothing_is_0(part, rest):
    said = coverage_summary.percent(part, part + rest)
    if part + rest == 0:
        assert said == "—"
        return
    assert (said == "100%") == (rest == 0)
    assert (said == "0%") == (part == 0)
    assert abs(float(said[:-1]) - 100 * part / (part + rest)) <= 0.1


def test_a_missing_share_is_not_a_number():
    assert coverage_summary.percent(float("nan"), 1) == "—"
