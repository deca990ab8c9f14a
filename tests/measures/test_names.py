"""Names: one normal form, alternative names, and what makes two names alike or different."""

from __future__ import annotations

import csv
import re
import time

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from spatialplan import resources
from spatialplan.measures.name_words import read_form
from spatialplan.measures.names import (
    is_distinctive,
    name_similarity,
    name_variants,
    normalise_name,
    rank_of,
    similar_pairs,
)

PLACES = ("湘潭市", "湘潭县", "岳塘区", "雨湖区", "湘乡市", "韶山市", "益阳市", "安化县", "南县")

EQUAL = [
    ("湘潭北站", "湘潭北站 "),
    ("湘潭北站", "湘 潭·北-站"),
    ("韶山非遗博览园", "韶山非遺博覽園".replace("遺", "遗").replace("覽", "览")),
    ("湘潭縣", "湘潭县"),
    ("第一中学", "一中"),
    ("湘潭市第一中學", "湘潭市一中"),
    ("十八总", "18总"),
    ("２４小时智慧图书馆", "24小时智慧图书馆"),
    ("①号码头", "一号码头"),
    ("320国道", "G320"),
    ("320国道", "国道320线"),
    ("沪昆北站（湘潭北站）", "湘潭北站"),
    ("十八总河街(十八总商业街)", "十八总商业街"),
    ("中南电子商务产业园（中南科创园）", "中南科创园"),
    ("益阳医专（益阳医学高等专科学校）", "益阳医学高等专科学校"),
    ("易俗河镇（县城）", "易俗河镇"),
    ("桃花江镇（原桃花江公社）", "桃花江公社"),
    ("昭山“山市晴岚”文化旅游项目", "山市晴岚"),
    ("《最忆韶山冲》演艺", "最忆韶山冲"),
]
ALIKE = [  # the same thing spelt otherwise: a match by name alone
    ("湘潭火车站", "湘潭站"),
    ("湘潭综保区", "湘潭综合保税区"),
    ("天易经开区", "湘潭天易经济开发区"),
    ("益阳高新区", "益阳国家高新技术产业开发区"),
    ("中国（中部）岳塘国际商贸城", "岳塘国际商贸城"),
    ("毛泽东故居", "毛泽东同志故居"),
    ("奥士康", "奥士康科技股份有限公司"),
    ("岳塘", "岳塘区"),
    ("七星村", "七星村村民委员会"),
    ("七星村", "七星"),
    ("昭山", "昭山景区"),
    ("东山书院", "湘乡东山书院"),
    ("盘龙大观园", "湘潭盘龙大观园"),
    ("砂子岭片区", "砂子岭"),
]
SIMILAR = [  # worth a look, not a proof
    ("窑湾历史文化街区", "窑湾文化旅游街区"),
    ("十八总商业街", "十八总河街"),
    ("岳塘经开区荷塘现代综合物流园", "荷塘物流园"),
    ("建设路口时尚消费商圈", "建设路口"),
    ("万楼", "湘潭万楼"),
    ("龙塘乡", "龙塘镇"),
]
DIFFERENT = [
    ("湘潭站", "湘潭北站"),
    ("湘潭站", "湘潭东站"),
    ("湘潭东站", "湘潭北站"),
    ("益阳站", "益阳南站"),
    ("湘潭北站", "益阳北站"),
    ("湘潭站", "湘潭汽车站"),
    ("湘潭站", "湘潭"),
    ("昭山站", "昭山"),
    ("建设路口", "建设路"),
    ("福星中路", "福星东路"),
    ("东二环", "北二环"),
    ("河东", "河西"),
    ("大东山", "东山"),
    ("湘潭市一中", "湘潭市第二中学"),
    ("湘潭市", "湘潭县"),
    ("湘潭市人民医院", "湘潭县人民医院"),
    ("湘潭市中心医院", "韶山市中心医院"),
    ("湘潭市体育馆", "湘潭市图书馆"),
    ("白石镇", "白石村"),
    ("韶山村", "韶山"),
    ("花石镇", "花石小学"),
    ("湘潭大学", "湘潭大学兴湘学院"),
    ("湘潭大学", "湘潭"),
    ("天易物流园", "南洲物流园"),
    ("万达广场", "人民广场"),
    ("砂子岭批发零售商圈", "零售商圈"),
    ("岳塘区", "岳塘大道"),
]


@pytest.mark.parametrize(("a", "b"), EQUAL)
def test_equal_names(a: str, b: str) -> None:
    assert name_similarity(a, b, PLACES) == 1


@pytest.mark.parametrize(("a", "b"), ALIKE)
def test_alike_names_would_confirm(a: str, b: str) -> None:
    assert 0.88 <= name_similarity(a, b, PLACES) < 1


@pytest.mark.parametrize(("a", "b"), SIMILAR)
def test_similar_names_lie_between(a: str, b: str) -> None:
    assert 0.75 <= name_similarity(a, b, PLACES) < 0.88


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_different_names_do_not_match(a: str, b: str) -> None:
    assert name_similarity(a, b, PLACES) < 0.7


def test_generic_words_alone_are_no_likeness() -> None:
    assert name_similarity("天易物流园", "南洲物流园") < 0.3
    assert name_similarity("万达广场", "人民广场") < 0.3


def test_contained_name_is_weaker_than_equal() -> None:
    contained = name_similarity("湘潭大学", "湘潭大学兴湘学院")
    assert contained < name_similarity("湘潭大学", "湘潭大学") == 1


@pytest.mark.parametrize(
    ("numeral", "digits"),
    [("一", "1"), ("十", "10"), ("十八", "18"), ("二十", "20"), ("三十五", "35"), ("一百", "100"),
     ("一百二十三", "123"), ("一百零二", "102"), ("三二", "32"), ("贰拾", "20"), ("零售", "零售"),
     ("百货", "百货"), ("万达", "万达"), ("千里", "千里")],
)  # fmt: skip
def test_numerals(numeral: str, digits: str) -> None:
    assert normalise_name(numeral) == digits


def test_brackets_that_only_qualify_are_no_names() -> None:
    assert name_variants("京东（湘潭高新区）") == ("京东湘潭高新区", "京东")
    assert name_variants("昭山文化产业园（国家级文化产业示范园区）")[-1] == "昭山文化产业园"
    assert "昭山" not in name_variants("湖南健康产业园核心区（昭山）")


def test_leading_places() -> None:
    assert dict(read_form("湖南省湘潭市岳塘区荷塘物流园").stems) == {
        "湖南": "省",
        "湘潭": "市",
        "岳塘": "区",
    }
    assert dict(read_form("湘潭大学", frozenset({"湘潭"})).stems) == {"湘潭": ""}
    for whole in ("湘潭市", "高新区物流园", "步步高超市", "小区幼儿园", "城市学院", "经开区管委会"):
        assert not read_form(whole).stems, whole


def test_ranks_and_distinctive_names() -> None:
    assert [rank_of(n) for n in ("湘潭市", "湘潭县", "七星村", "万楼")] == [2, 3, 6, 0]
    assert [is_distinctive(n) for n in ("中心医院", "创业孵化基地", "文化旅游中心")] == [False] * 3
    assert [is_distinctive(n) for n in ("万楼", "湖南省博物馆", "碧桂园凤凰酒店")] == [True] * 3


def test_nothing_is_like_nothing() -> None:
    assert (
        name_similarity("", "") == name_similarity("——", "——") == name_similarity("", "万楼") == 0
    )
    assert name_variants("（）") == name_variants("") == ()


chinese = st.text(
    st.sampled_from(
        "湘潭市县区镇乡村站东西南北大学院路口街第一二十百0189中国（）()“”·文化物流园广场零 "
    ),
    max_size=14,
)
anything = st.text(max_size=30) | chinese


@given(anything)
@example("ﷺ")
@example("Ⅻ中")
@example("第第一中")
@example("\ud800")
def test_normal_form_is_stable(name: str) -> None:
    form = normalise_name(name)
    assert normalise_name(form) == form
    assert all(normalise_name(variant) == variant for variant in name_variants(name))


@given(anything)
@example("零")
@example("集团")
def test_a_name_is_itself(name: str) -> None:
    assume(normalise_name(name))
    assert name_similarity(name, name) == 1
    pairs = similar_pairs([name], [name], cutoff=0.9)
    assert pairs.score.tolist() == [1]


@given(anything, anything)
def test_similarity_is_symmetric_and_bounded(a: str, b: str) -> None:
    score = name_similarity(a, b, PLACES)
    assert 0 <= score <= 1
    assert score == name_similarity(b, a, PLACES)


@settings(deadline=None)
@given(st.lists(chinese, max_size=8), st.lists(chinese, max_size=8))
def test_long_lists_give_the_same_as_single_pairs(left: list[str], right: list[str]) -> None:
    pairs = similar_pairs(left, right, cutoff=0.75, places=PLACES)
    found = dict(
        zip(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True), pairs.score, strict=True)
    )
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            score = name_similarity(a, b, PLACES)
            assert found.get((i, j), 0.0) == (score if score >= 0.75 else 0.0)


def test_roster_names_find_themselves_among_all() -> None:
    with (resources.layers_dir() / "base" / "villages.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        villages = [row["name"] for row in csv.DictReader(file)]
    short = [re.sub(r"村?(村民委员会|村委会)$", "村", name) for name in villages]
    start = time.perf_counter()
    pairs = similar_pairs(short[:250], villages, cutoff=0.88)
    assert time.perf_counter() - start < 5
    hit = set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))
    assert all((i, i) in hit for i in range(250))
