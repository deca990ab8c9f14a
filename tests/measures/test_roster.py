"""Rows against the roster: the right village, or none and why; both real rosters come back whole."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spatialplan.io.base import read_villages
from spatialplan.measures import roster_names as names
from spatialplan.measures.roster import RosterQuery, match_roster
from spatialplan.model.village import Village

CITIES = ("430300", "430900")
ENDING = re.compile(
    r"(?:村民委员会|村委会|社区居民委员会|社区居委会|居民委员会|居委会|社区|村)会?$"
)


def village(number, name, township="姜畲镇", district="雨湖区", **more):
    codes = {"雨湖区": "430302", "岳塘区": "430304", "湘潭县": "430321", "湘潭九华示范区": "430373"}
    towns = {"姜畲镇": "101", "鹤岭镇": "102", "长城乡": "200", "和平街道": "002", "石鼓镇": "105"}
    values = {
        "code": f"{codes[district]}{towns[township]}{number:03d}",
        "name": name,
        "township": township,
        "district": district,
        "district_code": codes[district],
        "lon": None,
        "lat": None,
        "accuracy_m": None,
        "source": "",
    }
    return Village(**(values | more))


QUANTANG = village(1, "泉塘子村委会")
GUANGMING = village(2, "光明村委会")
GUANGMING_TOWN = village(3, "光明社区居委会")
SHIBA = village(4, "石坝村委会")
RED_JIANG = village(5, "红星村委会")
RED_HE = village(1, "红星村委会", "鹤岭镇", lon=112.80, lat=27.95, accuracy_m=2000.0)
RED_SHI = village(
    1, "红星村村民委员会", "石鼓镇", "湘潭县", lon=112.60, lat=27.60, accuracy_m=2000.0
)
HONGJIA = village(2, "洪家村社区", "和平街道", "湘潭九华示范区")
TEN = village(2, "十里村委会", "长城乡")
ROSTER = (QUANTANG, GUANGMING, GUANGMING_TOWN, SHIBA, RED_JIANG, RED_HE, RED_SHI, HONGJIA, TEN)


def match(name="", roster=ROSTER, **more):
    return match_roster([RosterQuery(name=name, **more)], roster)


def one(name="", roster=ROSTER, **more):
    found = match(name, roster, **more)
    return found.village[0], found.certain[0], found.how[0].zh


def code_of(name="", roster=ROSTER, **more):
    return one(name, roster, **more)[0]


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    "name",
    [
        "泉塘子村委会", "泉塘子村", "泉塘子村民委员会", "泉塘子村村委会", "泉塘子", " 泉 塘 子 村 ",
        "泉塘子村\u200b", "12、泉塘子村", "姜畲镇泉塘子村", "湖南省湘潭市雨湖区姜畲镇泉塘子村委会",
        "泉塘子村（姜畲镇）", "泉塘子村(原老屋村)", "泉塘子村（由老屋村、新屋村合并）", "泉塘子村（原",
    ],
)  # fmt: skip
def test_writings_of_one_village(name):
    assert one(name, township="姜畲镇")[:2] == (QUANTANG.code, True)


@pytest.mark.parametrize("name", ["十里村", "10里村", "１０里村委会", "拾里村"])
def test_numerals(name):
    assert one(name, township="长城乡")[:2] == (TEN.code, True)


@pytest.mark.parametrize(
    "township", ["姜畲", "姜畲镇", "姜畲乡", "姜畲街道办事处", "姜畲镇人民政府", "雨湖区姜畲镇"]
)
def test_townships_are_found_in_all_writings(township):
    assert one("红星村", township=township)[:2] == (RED_JIANG.code, True)


def test_same_core_goes_to_the_same_ending():
    assert one("光明村", township="姜畲镇")[:2] == (GUANGMING.code, True)
    assert one("光明社区", township="姜畲镇")[:2] == (GUANGMING_TOWN.code, True)
    assert one("光明居委会", township="姜畲镇")[:2] == (GUANGMING_TOWN.code, True)
    village_code, certain, how = one("光明", township="姜畲镇")
    assert (village_code, certain) == ("", False)
    assert "光明村委会（姜畲镇）、光明社区居委会（姜畲镇）" in how


def test_other_ending_is_likely_at_most():
    assert one("石坝社区", township="姜畲镇")[:2] == (SHIBA.code, False)
    assert one("洪家村", township="和平街道")[:2] == (HONGJIA.code, False)
    both = match_roster(
        [RosterQuery(name=name, township="姜畲镇") for name in ("石坝社区", "石坝村")], ROSTER
    )
    assert both.village == ("", SHIBA.code)
    assert "已有另一行" in both.how[0].zh


# ---------------------------------------------------------------- namesakes


def test_namesakes_by_township_district_and_location():
    assert code_of("红星村", township="鹤岭镇") == RED_HE.code
    assert one("红星村", district="湘潭县")[:2] == (RED_SHI.code, False)
    assert one("红星村", lon=112.81, lat=27.951)[:2] == (RED_HE.code, False)


def test_a_namesake_out_of_reach_is_not_chosen():
    found = match("红星村", lon=112.83, lat=27.95)  # 2.9 km from the one in 鹤岭镇
    assert found.village == ("",)
    assert "红星村委会（姜畲镇）" in found.how[0].zh
    assert found.unknown == ()  # it names several, not none


def test_namesakes_at_one_place_are_not_told_apart():
    near = replace(RED_SHI, lon=112.81, lat=27.95)
    assert code_of("红星村", (RED_HE, near), lon=112.805, lat=27.95) == ""


def test_a_city_is_not_the_county_of_its_name():
    assert code_of("红星村", (RED_HE, RED_SHI), district="湘潭县") == RED_SHI.code
    assert code_of("红星村", (RED_HE, RED_SHI), district="湘潭") == RED_SHI.code
    assert code_of("红星村", (RED_HE, RED_SHI), district="湘潭市") == ""


def test_a_name_alone_is_never_certain():
    assert one("泉塘子村")[:2] == (QUANTANG.code, False)


def test_a_township_that_lacks_the_village_matches_no_other():
    found = match("泉塘子村", township="长城乡")
    assert found.village == ("",)
    assert "泉塘子村委会（姜畲镇）" in found.how[0].zh
    assert found.unknown == (0,)


def test_an_unknown_township_needs_a_witness():
    assert code_of("泉塘子村", township="响塘乡") == ""
    assert one("泉塘子村", township="响塘乡", district="雨湖区")[:2] == (QUANTANG.code, False)
    assert one("泉塘子村", township="姜舍镇")[:2] == (QUANTANG.code, False)


def test_another_city_is_doubted():
    assert code_of("泉塘子村", district="岳麓区") == ""
    assert one("红星村", township="鹤岭镇", district="岳麓区")[:2] == (RED_HE.code, False)
    assert one("长沙市岳麓区姜畲镇泉塘子村")[:2] == (QUANTANG.code, False)
    assert one("红星村", township="鹤岭镇", district="湘潭市")[:2] == (RED_HE.code, True)


def test_a_district_against_the_roster_is_doubted_but_zones_lie_in_any():
    assert one("红星村", township="鹤岭镇", district="湘潭县")[:2] == (RED_HE.code, False)
    assert one("洪家村社区", township="和平街道", district="雨湖区")[:2] == (HONGJIA.code, True)
    assert code_of("泉塘子村", district="湘潭县") == ""


def test_townships_that_contradict_each_other_are_doubted():
    found, certain, how = one("鹤岭镇泉塘子村", township="姜畲镇")
    assert (found, certain) == (QUANTANG.code, False)
    assert "矛盾" in how


# ---------------------------------------------------------------- codes


@pytest.mark.parametrize(
    "code", [SHIBA.code, f"{SHIBA.code}.0", f" '{SHIBA.code}", "4.30302101004E+11"]
)
def test_codes_decide(code):
    assert one("", code=code)[:2] == (SHIBA.code, True)
    assert one("石坝居委会", code=code)[:2] == (SHIBA.code, True)


@pytest.mark.parametrize("code", ["4.30302E+11", "43030210100", "4303021010041", "不详"])
def test_lost_codes_are_told_and_not_used(code):
    found, certain, how = one("石坝村", township="姜畲镇", code=code)
    assert (found, certain) == (SHIBA.code, True)
    assert f"编码“{code}”" in how
    assert code_of("", code=code) == ""


def test_a_township_code_stands_for_the_township():
    assert one("红星村", code="430302102")[:2] == (RED_HE.code, True)
    assert one("红星村", code="430302102000")[:2] == (RED_HE.code, True)
    assert one("红星村", code="430321")[:2] == (RED_SHI.code, False)


def test_code_against_a_certain_name_gives_the_name_in_doubt_and_says_both():
    found, certain, how = one("石坝村", township="姜畲镇", code=QUANTANG.code)
    assert (found, certain) == (SHIBA.code, False)
    assert QUANTANG.code in how
    assert "泉塘子村委会" in how
    assert "石坝村" in how


def test_code_against_a_village_of_the_same_core_is_a_contradiction_too():
    assert one("光明村", township="姜畲镇", code=GUANGMING_TOWN.code)[:2] == (GUANGMING.code, False)


def test_code_against_a_name_without_township_decides_nothing():
    assert one("石坝村", code=QUANTANG.code)[:2] == ("", False)


def test_code_with_an_unknown_name_is_used_in_doubt():
    found, certain, how = one("幸福村", township="姜畲镇", code=QUANTANG.code)
    assert (found, certain) == (QUANTANG.code, False)
    assert "幸福村" in how
    assert code_of("幸福村", township="长城乡", code=QUANTANG.code) == ""


def test_an_unknown_code_is_told_and_the_name_used():
    found, certain, how = one("石坝村", township="姜畲镇", code="430302101999")
    assert (found, certain) == (SHIBA.code, True)
    assert "430302101999" in how


def test_code_and_name_against_the_township_are_used_in_doubt():
    found, certain, how = one("石坝村", township="长城乡", code=SHIBA.code)
    assert (found, certain) == (SHIBA.code, False)
    assert "长城乡" in how


# ---------------------------------------------------------------- old names, slips


def test_old_names():
    assert one("新和村（原石坝村）", township="姜畲镇")[:2] == (SHIBA.code, False)
    assert one("新和村", old_name="石坝", township="姜畲镇")[:2] == (SHIBA.code, False)
    merged = match("新和村（由石坝村、泉塘子村合并）", township="姜畲镇")
    assert merged.village == ("",)
    assert "石坝村委会" in merged.how[0].zh


@pytest.mark.parametrize("name", ["泉唐子村", "全塘子村委会"])
def test_slips_of_long_names_are_likely_inside_the_township(name):
    assert one(name, township="姜畲镇")[:2] == (QUANTANG.code, False)
    assert code_of(name) == ""
    assert code_of(name, township="长城乡") == ""


@pytest.mark.parametrize("name", ["泉塘村", "泉塘坝村", "新塘子村", "石桥村", "石坝岭村"])
def test_other_villages_are_no_slips(name):
    assert code_of(name, township="姜畲镇") == ""


def test_a_similar_name_is_hinted_at():
    assert "石坝村委会（姜畲镇）" in one("石桥村", township="姜畲镇")[2]


def test_the_last_village_and_the_last_row_of_a_township_fit_together():
    inside = [v for v in ROSTER if v.township == "姜畲镇"]
    rows = [RosterQuery(name=v.name, township="姜畲镇") for v in inside if v is not SHIBA]
    found = match_roster([*rows, RosterQuery(name="石垻村", township="姜畲镇")], ROSTER)
    assert (found.village[-1], found.certain[-1]) == (SHIBA.code, False)
    more = [
        *rows,
        RosterQuery(name="石垻村", township="姜畲镇"),
        RosterQuery(name="某村", township="姜畲镇"),
    ]
    assert match_roster(more, ROSTER).village[-2] == ""


def test_a_slip_for_a_village_that_has_its_row_is_unknown():
    found = match_roster(
        [RosterQuery(name=name, township="姜畲镇") for name in ("泉塘子村", "泉唐子村")], ROSTER
    )
    assert found.village == (QUANTANG.code, "")
    assert found.unknown == (1,)


def test_a_slip_means_the_village_without_a_row():
    roster = [village(1, "白石岭村"), village(2, "白沙岭村")]
    rows = [RosterQuery(name=name, township="姜畲镇") for name in ("白石岭村", "白山岭村")]
    assert match_roster(rows, roster).village == tuple(v.code for v in roster)
    assert match_roster(rows[1:], roster).village == ("",)


def test_two_names_cannot_both_be_one_village():
    found = match_roster(
        [RosterQuery(name=name, township="姜畲镇") for name in ("全塘子村", "泉唐子村")], ROSTER
    )
    assert found.village == ("", "")
    assert "泉塘子村委会" in found.how[0].zh


# ---------------------------------------------------------------- the roster as a whole


def test_missing_twice_unknown():
    rows = [
        RosterQuery(name="泉塘子村", township="姜畲镇"),
        RosterQuery(name="某某村", township="姜畲镇"),
        RosterQuery(name="泉塘子村委会", township="姜畲镇"),
        RosterQuery(name="", township="姜畲镇"),
        RosterQuery(name="", code=TEN.code),
    ]
    found = match_roster(rows, ROSTER)
    assert found.twice == {QUANTANG.code: (0, 2)}
    assert found.unknown == (1, 3)
    assert found.missing == tuple(v.code for v in ROSTER if v not in (QUANTANG, TEN))
    assert match_roster([], ROSTER).missing == tuple(v.code for v in ROSTER)
    assert match_roster(rows, []).unknown == (0, 1, 2, 3, 4)


def _codes(villages):
    return tuple(v.code for v in villages)


@pytest.mark.parametrize("city", CITIES)
def test_real_rosters_come_back_to_themselves(city):
    villages = read_villages(city)
    rows = [RosterQuery(name=v.name, township=v.township, district=v.district) for v in villages]
    found = match_roster(rows, villages)
    assert found.village == _codes(villages)
    assert all(found.certain)
    assert found.missing == ()
    inside = [RosterQuery(name=f"{v.district}{v.township}{v.name}") for v in villages]
    assert match_roster(inside, villages).village == _codes(villages)


@pytest.mark.parametrize("city", CITIES)
def test_real_names_alone_are_right_or_ambiguous(city):
    villages = read_villages(city)
    for rows in (
        [RosterQuery(name=v.name) for v in villages],
        [RosterQuery(name=ENDING.sub("", v.name)) for v in villages],
        [RosterQuery(name=v.name, district=v.district) for v in villages],
    ):
        found = match_roster(rows, villages)
        pairs = list(zip(found.village, villages, strict=True))
        assert all(code in ("", v.code) for code, v in pairs)
        assert sum(code == v.code for code, v in pairs) >= 0.8 * len(villages)


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize("column", range(5))
def test_real_names_with_other_endings(city, column):
    endings = {
        "village": ("村", "村委会", "村民委员会", "村村委会", ""),
        "community": ("社区", "居委会", "居民委员会", "社区居民委员会", ""),
    }
    villages = read_villages(city)
    rows = []
    for v in villages:
        kind = names.read_village_name(names.plain_form(v.name)).kind
        name = ENDING.sub("", v.name) + endings[kind][column] if kind else v.name
        rows.append(RosterQuery(name=name, township=v.township))
    found = match_roster(rows, villages)
    pairs = list(zip(found.village, villages, strict=True))
    assert all(code in ("", v.code) for code, v in pairs)
    cores = Counter((v.township, ENDING.sub("", v.name).removesuffix("村")) for v in villages)
    for code, v in pairs:  # 光明 without an ending is 光明村 or 光明社区, where both are
        both = column == 4 and cores[v.township, ENDING.sub("", v.name).removesuffix("村")] > 1
        assert code == v.code or both


@pytest.mark.parametrize("city", CITIES)
def test_a_village_that_the_roster_lacks_matches_no_other(city):
    villages = read_villages(city)
    rows = [RosterQuery(name=v.name, township=v.township) for v in villages]
    roster = [v for at, v in enumerate(villages) if at % 7]
    found = match_roster(rows, roster)
    kept = set(_codes(roster))
    wrong = [
        (v.name, how.zh) for v, code, how in zip(villages, found.village, found.how, strict=True)
        if code and code != v.code
    ]  # fmt: skip
    assert wrong == []
    assert {code for code in found.village if code} == kept


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_of_rows_and_roster_does_not_matter(random):
    villages = [
        v for v in read_villages("430300") if v.township in ("姜畲镇", "鹤岭镇", "先锋街道")
    ]
    rows = [RosterQuery(name=v.name, township=v.township) for v in villages]
    rows += [replace(row, name=row.name[1:]) for row in rows[::3]]
    rows += [RosterQuery(name=row.name) for row in rows[::5]]
    straight = match_roster(rows, villages)
    order = random.sample(range(len(rows)), len(rows))
    shuffled = match_roster([rows[at] for at in order], random.sample(villages, len(villages)))
    assert [straight.village[at] for at in order] == list(shuffled.village)
    assert [straight.how[at] for at in order] == list(shuffled.how)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.builds(
            RosterQuery,
            name=st.text(
                st.sampled_from("光明村社区泉塘子石坝红星居委会（原镇）()十1 "), max_size=9
            )
            | st.text(max_size=6),
            code=st.sampled_from(["", "430302101004", "4.3E+11", "430302101", "x"]),
            old_name=st.text(st.sampled_from("石坝村、和光明"), max_size=6),
            township=st.sampled_from(["", "姜畲镇", "姜畲", "鹤岭", "某镇"]),
            district=st.sampled_from(["", "雨湖区", "湘潭", "某县"]),
            lon=st.none() | st.floats(112, 113),
            lat=st.none() | st.floats(27, 28),
        ),
        max_size=6,
    )
)
def test_hostile_rows_keep_the_account(rows):
    found = match_roster(rows, ROSTER)
    assert len(found.village) == len(found.how) == len(found.certain) == len(rows)
    assert set(found.village) - {""} == set(_codes(ROSTER)) - set(found.missing)
    assert all(code for code, sure in zip(found.village, found.certain, strict=True) if sure)
    assert all(found.village[at] == "" for at in found.unknown)
    assert all(how.zh and how.en for how in found.how)
    for code, positions in found.twice.items():
        assert [at for at, have in enumerate(found.village) if have == code] == list(positions)


def test_speed():
    villages = read_villages("430900")
    rows = [RosterQuery(name=v.name[1:], township=v.township) for v in villages]
    start = time.perf_counter()
    match_roster(rows, villages)
    assert time.perf_counter() - start < 1.0
