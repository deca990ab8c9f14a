"""Headers by meaning, and rows sorted: none lost, none mistaken."""

from __future__ import annotations

import pytest

from spatialplan.io.tables.header_rows import is_data
from spatialplan.io.tables.headers import read_header
from spatialplan.io.tables.headings import heading_of
from spatialplan.model.table import Meaning, RawTable, ReadTable, TableKind

M = Meaning
VILLAGE, STATION, HUB = TableKind.VILLAGE, TableKind.STATION, TableKind.HUB


def table(text: str, merged: set[tuple[int, int]] = frozenset(), first: int = 1) -> RawTable:
    """One row per line, cells between bars."""
    rows = [[cell.strip(" ") for cell in line.split("|")] for line in text.strip("\n").split("\n")]
    width = max(map(len, rows))
    cells = tuple((*row, *[""] * (width - len(row))) for row in rows)
    numbers = tuple(range(first, first + len(cells)))
    return RawTable(file="表.csv", sheet="", numbers=numbers, cells=cells, merged=frozenset(merged))


def read(
    text: str, kind: TableKind = VILLAGE, merged: set[tuple[int, int]] = frozenset()
) -> ReadTable:
    found = read_header(table(text, merged), kind)
    sorted_rows = sorted([*found.body, *found.aside])
    assert sorted_rows == list(range(len(found.raw.cells)))
    assert set(found.header) <= set(found.aside)
    return found


def why(found: ReadTable, row: int) -> str:
    return found.aside[row].zh


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        (
            "经度 东经 lng lon longitude 经度(E) 经度（°） 网点所在经度 wgs84_lon 经 度 LON. GPS东 GPS经度 GPS东经",
            M.LON,
        ),
        ("纬度 北纬 lat 纬度(N) 村委会纬度 lat_gcj02 纬度(度) GPS北 GPS纬度", M.LAT),
        ("X坐标 x Ｘ 平面坐标X(m) 横坐标", M.X),
        ("Y坐标 y 纵坐标 坐标Y", M.Y),
        ("坐标 经纬度 位置坐标 GPS 经纬度坐标 坐标(经度,纬度) 站点地址坐标", M.LONLAT),
        (
            "乡镇 乡（镇、街道） 街道 所属乡镇 站点所属乡镇 所属镇 所在镇 所属乡 所在乡镇 town 乡镇名称",
            M.TOWNSHIP,
        ),
        ("区县 县市区 所属县 county 县（市、区） 所在区县", M.DISTRICT),
        ("编码 区划代码 行政区划代码 统计用区划代码 code 村级代码", M.CODE),
        ("人口 常住人口 户籍人口 人口数(人) 2023年末常住人口 population", M.POPULATION),
        ("户数 总户数（户） 居民户数", M.HOUSEHOLDS),
        ("容量 容量（人） 可服务人口 可服务的人口数 服务能力 capacity", M.CAPACITY),
        ("级别 类型 层级 站点级别 网点类型", M.TIER),
        ("隶属 上级站点 所属站点 归属 上级站点编码 所属服务站", M.PARENT),
        ("开通时间 启用日期 投入使用时间", M.OPENED),
        ("停运 撤销日期 停用时间", M.CLOSED),
        ("坐标系 坐标系统 经纬度坐标系", M.DATUM),
        ("精度 误差 坐标精度（米） 定位精度", M.ACCURACY),
        ("曾用名 原村名 原行政村名称", M.OLD_NAME),
    ],
)
@pytest.mark.parametrize("kind", [VILLAGE, STATION, HUB])
def test_words_mean_the_same_everywhere(words: str, meaning: M, kind: TableKind) -> None:
    for word in words.replace("经 度", "经\u3000\n度").split(" "):
        found = heading_of(word, kind)
        assert found is not None, word
        assert found.meaning is meaning, word


def test_names_depend_on_the_kind() -> None:
    for word in ["行政村", "村名", "村（社区）名称", "村居", "所在村", "站点落地村", "village"]:
        assert heading_of(word, VILLAGE).meaning is M.NAME
        assert heading_of(word, STATION).meaning is M.VILLAGE
    for word in ["站点名称", "网点名称", "服务站", "村级服务点名称", "寄递物流综合服务站名称"]:
        assert heading_of(word, STATION).meaning is M.NAME
    assert heading_of("服务站", VILLAGE).meaning is M.PARENT
    assert heading_of("名称", VILLAGE).meaning is heading_of("名称", HUB).meaning is M.NAME


@pytest.mark.parametrize(
    "word",
    [
        "序号",
        "备注",
        "联系电话",
        "地址",
        "手机号码",
        "负责人",
        "是否开通",
        "60岁以上人口",
        "贫困人口",
        "邮政编码",
        "乡镇代码",
        "面积",
        "坐标备注",
        "经度联系电话",
        "雨湖街道",
        "张家村",
        "白石镇运输服务站",
        "112.9",
        "东经112°54′",
        "2024",
        "日处理能力",
        "日处理能力（件/日）",
        "日投递能力",
        "日处理件数",
        "日均快递量（件）",
        "容量（件/天）",
        "容量(件)",
        "设计能力",
        "parcels per day",
    ],
)
@pytest.mark.parametrize("kind", [VILLAGE, STATION])
def test_words_without_meaning(word: str, kind: TableKind) -> None:
    found = heading_of(word, kind)
    assert found is None or found.meaning is None


def test_people_served_are_a_stations_capacity_and_a_villages_population() -> None:
    for word in ["服务人口", "覆盖人口", "服务人口数（人）"]:
        assert heading_of(word, VILLAGE).meaning is M.POPULATION
        assert heading_of(word, STATION).meaning is heading_of(word, HUB).meaning is M.CAPACITY
    found = read("站点名称|日处理能力|可服务人口|服务人口\n甲站|800|3000|2500", STATION)
    assert found.meanings == {M.NAME: 0, M.CAPACITY: 2}


@pytest.mark.parametrize("kind", [VILLAGE, STATION])
@pytest.mark.parametrize("town", ["所属镇", "所辖之镇", "片区负责乡", "包干街道", "主管村"])
def test_one_unknown_heading_that_ends_like_a_place_is_no_veto(town: str, kind: TableKind) -> None:
    found = read(f"{town}|所在村|经度|纬度|常住人口\n白石镇|张家村|112.91|27.83|1200", kind)
    assert found.header == (0,)
    assert found.body == (1,)
    assert (found.meanings[M.LON], found.meanings[M.LAT]) == (2, 3)
    assert found.meanings[M.POPULATION] == 4
    assert found.meanings[M.NAME if kind is VILLAGE else M.VILLAGE] == 1


def test_places_beside_a_few_words_are_data_still() -> None:
    found = read("张家村|白石镇|服务站|人口\n李家村|白石镇|服务站|人口")
    assert found.header == ()
    assert found.body == (0, 1)


def test_plain_table() -> None:
    found = read(
        """
2024年村级寄递物流点位表
填报单位：白石镇 | | 日期：2024-05-01
序号 | 行政村 | 所属乡镇 | 经度 | 纬度 | 常住人口（人） | 联系电话
1 | 张家村 | 白石镇 | 112.91 | 27.83 | 1200 | 13812345678
 | | | | | |
2 | 李家村 | 白石镇 | 112.95 | 27.85 | 900 | 112.9127.8
序号 | 行政村 | 所属乡镇 | 经度 | 纬度 | 常住人口（人） | 联系电话
3 | 合计村 | 白石镇 | 112.97 | 27.80 | 700 |
4 | | | | | |
合计 | 3 | | | | 2800 |
注：人口为2023年末数 | | | | | |
填表人：王五 | | 审核：赵六 | | | |
"""
    )
    assert found.header == (2,)
    assert found.meanings == {
        M.NAME: 1, M.TOWNSHIP: 2, M.LON: 3, M.LAT: 4, M.POPULATION: 5,
    }  # fmt: skip
    assert found.body == (3, 5, 7)
    assert [why(found, row) for row in (0, 1, 2, 4, 6, 8, 9, 10, 11)] == [
        "表头以上的标题或说明", "表头以上的标题或说明", "表头", "空行", "重复的表头",
        "只有序号，没有内容", "合计行", "注释、填表说明或签章", "注释、填表说明或签章",
    ]  # fmt: skip


def test_two_levels_written_flat() -> None:
    found = read(
        """
序号 | 行政村 | 坐标 | | 人口 |
 | | 经度 | 纬度 | 户籍 | 常住
1 | 张家村 | 112.91 | 27.83 | 5 | 6
"""
    )
    assert found.header == (0, 1)
    assert found.columns == ("序号", "行政村", "坐标/经度", "坐标/纬度", "人口/户籍", "人口/常住")
    assert found.meanings == {M.NAME: 1, M.LON: 2, M.LAT: 3, M.POPULATION: 5}
    assert found.body == (2,)


def test_two_levels_merged() -> None:
    found = read(
        """
点位表 | 点位表 | 点位表 | 点位表
站点名称 | 位置 | 位置 | 备注
站点名称 | x | y | 备注
甲站 | 112.91 | 27.83 | 好
""",
        STATION,
        merged={(0, 1), (0, 2), (0, 3), (1, 2), (2, 0), (2, 3)},
    )
    assert found.header == (1, 2)
    assert found.columns == ("站点名称", "位置/x", "位置/y", "备注")
    assert found.meanings == {M.NAME: 0, M.X: 1, M.Y: 2}
    assert found.body == (3,)


def test_data_is_never_a_second_level() -> None:
    found = read("村名 | 乡镇 | 类型\n张家村 | 白石镇 | 服务站\n李家村 | | 服务点")
    assert found.header == (0,)
    assert found.body == (1, 2)


@pytest.mark.parametrize(
    "heading", ["经度（度） | 经度（分） | 经度（秒）", "经度 | 经度分 | 经度秒"]
)
def test_degrees_apart_from_minutes_are_not_taken_for_coordinates(heading: str) -> None:
    found = read(f"村名 | {heading} | 纬度\n张家村 | 112 | 54 | 30 | 27.83")
    assert found.meanings == {M.NAME: 0, M.LAT: 4}
    assert any("度、分、秒" in note.zh for note in found.raw.notes)
    alone = read("村名 | 经度（度） | 纬度（度）\n张家村 | 112.9 | 27.8")
    assert alone.meanings == {M.NAME: 0, M.LON: 1, M.LAT: 2}


def test_merged_angle_over_its_parts() -> None:
    found = read(
        "村名 | 经度 | | | 纬度 | |\n | 度 | 分 | 秒 | 度 | 分 | 秒\n张家村 | 112 | 54 | 30 | 27 | 50 | 1"
    )
    assert found.header == (0, 1)
    assert found.meanings == {M.NAME: 0}


def test_exact_words_before_contained_ones() -> None:
    found = read("原经度记录 | 经度 | 纬度 | 村\n1.5 | 112.91 | 27.83 | 张家村")
    assert found.meanings[M.LON] == 1
    found = read("户籍人口 | 常住人口 | 村名\n5 | 6 | 张家村")
    assert found.meanings[M.POPULATION] == 1


def test_two_pairs_of_coordinates_are_told() -> None:
    found = read(
        "村名|经度(WGS84)|纬度(WGS84)|经度(GCJ02)|纬度(GCJ02)\n张家村|112.91|27.83|112.92|27.82"
    )
    assert (found.meanings[M.LON], found.meanings[M.LAT]) == (1, 2)
    assert sum("都像" in note.zh for note in found.raw.notes) == 2


def test_no_header_columns_by_contents() -> None:
    found = read(
        "430302001001|张家村|白石镇|112.91|27.83|800\n430302001002|李家居委会|白石镇|112.95|27.85|7"
    )
    assert found.header == ()
    assert found.columns == ("",) * 6
    assert found.meanings == {M.CODE: 0, M.NAME: 1, M.TOWNSHIP: 2, M.LON: 3, M.LAT: 4}
    assert found.body == (0, 1)


def test_no_header_and_doubt_leaves_columns_alone() -> None:
    found = read("甲|112.91|112.95|27.83\n乙|112.92|112.96|27.84")
    assert M.LON not in found.meanings
    assert found.meanings == {M.LAT: 3}
    found = read("13812345678|112912783|54\n13812345679|112912784|53")
    assert found.meanings == {}


def test_a_phone_column_is_no_coordinate() -> None:
    found = read("村名|联系电话|微信坐标\n张家村|112.91|27.83")
    assert found.meanings == {M.NAME: 0}


def test_names_only_table_has_all_its_rows() -> None:
    assert read("张家村|白石镇\n李家村|白石镇\n村名|乡镇\n王家村|白石镇").body[:2] == (0, 1)
    assert read("行政村|说明\n张家村|好\n李家村|").body == (1, 2)
    assert read("张家村\n李家村").body == (0, 1)
    assert read("村名\n张家村\n李家村").body == (1, 2)


def test_another_header_further_down_is_told() -> None:
    found = read("村名|经度|纬度\n张家村|112.91|27.83\n纬度|经度|村名\n27.83|112.91|李家村")
    assert found.body == (1, 3)
    assert "另一个表头" in why(found, 2)


@pytest.mark.parametrize(
    ("row", "is_total"),
    [
        ("合计|||||", True), ("|小 计||||3000", True), ("总计|957个|||5|", True),
        ("共 12 个村|||||", True), ("白石镇小计||||50|", True), ("|合计|||白石镇|9", True),
        ("|合计村|112.9|27.8||5", False), ("1|合计|112.9|27.8||5", False), ("合计|张家村||||5", False),
        ("|总计寺村||||", False),
    ],
)  # fmt: skip
def test_totals(row: str, *, is_total: bool) -> None:
    found = read(f"序号|村名|经度|纬度|乡镇|人口\n1|张家村|112.91|27.83|白石镇|5\n{row}")
    assert (found.aside.get(2) is not None) is is_total
    if is_total:
        assert why(found, 2) == "合计行"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("注：以上为常住人口||", "注释、填表说明或签章"), ("备注1：无||", "注释、填表说明或签章"),
        ("填表人：王|审核人：李|", "注释、填表说明或签章"), ("一、雨湖区||", None),
        ("单位：白石镇人民政府||", "注释、填表说明或签章"), ("注：坝村|112.9|27.8", None), ("注坝村||", None),
    ],
)  # fmt: skip
def test_notes(row: str, reason: str | None) -> None:
    found = read(f"村名|经度|纬度\n张家村|112.91|27.83\n{row}")
    told = found.aside.get(2)
    assert (told.zh if told else None) == reason


def test_column_numbers_units_and_sections() -> None:
    found = read(
        "村名|经度|纬度|人口\n甲|1|2|3\n张家村|112.91|27.83|5\n雨湖区|雨湖区|雨湖区|雨湖区\n李家村|112.9|27.8|3",
        merged={(3, 1), (3, 2), (3, 3)},
    )
    assert found.body == (2, 4)
    assert [why(found, row) for row in (1, 3)] == ["栏号", "分段小标题"]
    assert why(read("村名|经度|人口\n|（°）|（人）\n张家村|112.91|5"), 1) == "计量单位"
    assert read("村名|经度|纬度|人口\n张家村|1|2|3").body == (1,)
    assert read("村名|经度|纬度\n张家村|112.9|27.8\n1|2|3\n人|户|米").body == (1, 2, 3)


def test_merged_township_fills_every_row() -> None:
    found = read("乡镇|村名\n白石镇|张家村\n白石镇|李家村\n白石镇|", merged={(2, 0), (3, 0)})
    assert found.body == (1, 2)
    assert why(found, 3).startswith("空行，只有合并单元格")


def test_codes_under_a_vague_heading() -> None:
    assert read("编号|村名\n430302001001|张家村").meanings[M.CODE] == 0
    assert M.CODE not in read("编号|村名\n1|张家村").meanings


def test_named_fields_are_the_header_whatever_they_say() -> None:
    found = read_header(table("甲|乙\n张家村|112.91", first=0), VILLAGE)
    assert (found.header, found.body) == ((0,), (1,))


def test_empty_table() -> None:
    found = read_header(RawTable(file="空", sheet="", numbers=(), cells=()), VILLAGE)
    assert (found.header, found.columns, found.body, dict(found.aside)) == ((), (), (), {})


def test_values_are_no_headings() -> None:
    assert all(map(is_data, ("112.9", " 1,200 ", "-5", "1.2e-05", "112°54′", "无", "不详")))
    assert not any(map(is_data, ("2023年人口", "经度(°)", "", "X")))
