"""The columns of the templates: their headings, how to fill them, an example, what is allowed.

The headings are words that the reader of tables knows, in either language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from spatialplan.model.table import TableKind
from spatialplan.text import Text

__all__ = ["COLUMNS", "DATUMS", "SHEETS", "TIERS", "TemplateColumn"]

Allowed = Literal["text", "lon", "lat", "number", "date", "datum", "tier", "district", "township",
                  "village"]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateColumn:
    """A column to fill: heading, advice, example, width in characters, what its cells may hold."""

    heading: Text
    advice: Text
    example: str
    width: float
    allowed: Allowed = "text"


SHEETS: Mapping[TableKind, Text] = MappingProxyType(
    {
        TableKind.VILLAGE: Text("行政村点位", "Villages"),
        TableKind.STATION: Text("服务站点", "Stations"),
        TableKind.HUB: Text("县级中心", "Hubs"),
    }
)
TIERS = ("村级服务点", "乡镇运输服务站", "县级物流集散中心")
DATUMS = ("WGS84", "CGCS2000", "GCJ02（高德、腾讯）", "BD09（百度）", "不清楚")

_GIVEN = Text("已按名录填好，请勿改动；改名、合并的在备注里说明", "prefilled: do not change it")
_DISTRICT = TemplateColumn(
    heading=Text("县市区", "District"),
    advice=Text("先选县市区，乡镇的选项随之变化", "choose it first: the townships follow"),
    example="雨湖区", width=16, allowed="district",
)  # fmt: skip
_TOWNSHIP = TemplateColumn(
    heading=Text("乡镇街道", "Township"),
    advice=Text("选好县市区后再选；名录里没有的可以手填", "choose it after the district"),
    example="姜畲镇", width=16, allowed="township",
)  # fmt: skip
_VILLAGE = TemplateColumn(
    heading=Text("行政村", "Village"),
    advice=Text("站点所在的村或社区，选好乡镇后再选", "where it is; choose it after the township"),
    example="泉塘子村委会", width=24, allowed="village",
)  # fmt: skip
_PLACES = (
    TemplateColumn(
        heading=Text("经度", "Longitude"),
        advice=Text("十进制度，73 到 135 之间，小数不少于 5 位", "decimal degrees, 73 to 135"),
        example="112.801234", width=13, allowed="lon",
    ),
    TemplateColumn(
        heading=Text("纬度", "Latitude"),
        advice=Text("十进制度，3 到 54 之间，小数不少于 5 位", "decimal degrees, 3 to 54"),
        example="27.912345", width=13, allowed="lat",
    ),
    TemplateColumn(
        heading=Text("坐标系", "Datum"),
        advice=Text(
            "坐标取自哪里：手机定位、GPS 选 WGS84，测绘成果选 CGCS2000，高德、腾讯地图选 GCJ02，"
            "百度地图选 BD09；记不清就选“不清楚”，不要猜",
            "where the coordinates were taken; leave it open rather than guess",
        ),
        example="WGS84", width=20, allowed="datum",
    ),
)  # fmt: skip
_PARENT = TemplateColumn(
    heading=Text("隶属站点", "Parent"),
    advice=Text("上一级站点的名称，写法与站点表一致", "the station above, as its table names it"),
    example="姜畲镇运输服务站", width=24,
)  # fmt: skip
_REMARK = TemplateColumn(
    heading=Text("备注", "Remarks"),
    advice=Text("想说明的话，导入时不读", "anything to add; it is not read"), example="", width=30,
)  # fmt: skip
_OF_VILLAGES = (
    TemplateColumn(
        heading=Text("区划代码", "Code"), advice=_GIVEN, example="430302101203", width=15
    ),
    replace(_DISTRICT, advice=_GIVEN, allowed="text"),
    replace(_TOWNSHIP, advice=_GIVEN, allowed="text"),
    replace(_VILLAGE, advice=_GIVEN, allowed="text"),
    *_PLACES,
    TemplateColumn(
        heading=Text("人口", "Population"),
        advice=Text("常住人口，整数；没有就空着", "residents; empty where unknown"),
        example="1860", width=10, allowed="number",
    ),
    TemplateColumn(
        heading=Text("户数", "Households"),
        advice=Text("户数，整数；没有就空着", "households; empty where unknown"),
        example="520", width=10, allowed="number",
    ),
    _PARENT,
    _REMARK,
)  # fmt: skip
_OF_STATIONS = (
    TemplateColumn(
        heading=Text("站点名称", "Station name"),
        advice=Text("全称，一行一个站点，不要重名", "its full name, one row each, no name twice"),
        example="姜畲镇运输服务站", width=28,
    ),
    TemplateColumn(
        heading=Text("级别", "Tier"), advice=Text("从三级中选一级", "one of the three tiers"),
        example=TIERS[1], width=20, allowed="tier",
    ),
    _DISTRICT,
    _TOWNSHIP,
    _VILLAGE,
    *_PLACES,
    TemplateColumn(
        heading=Text("容量", "Capacity"),
        advice=Text(
            "可服务的人口数，不是件数；没有就空着",
            "people it can serve, not parcels; empty where unknown",
        ),
        example="3000", width=10, allowed="number",
    ),
    _PARENT,
    TemplateColumn(
        heading=Text("开通日期", "Opened"),
        advice=Text("年-月-日；早已开通的可以空着", "year-month-day; may be empty"),
        example="2024-05-01", width=13, allowed="date",
    ),
    TemplateColumn(
        heading=Text("停用日期", "Closed"),
        advice=Text("已停用的填停用日期，在用的空着", "empty while it is in use"),
        example="2026-03-31", width=13, allowed="date",
    ),
    _REMARK,
)  # fmt: skip
COLUMNS: Mapping[TableKind, Sequence[TemplateColumn]] = MappingProxyType(
    {
        TableKind.VILLAGE: _OF_VILLAGES,
        TableKind.STATION: _OF_STATIONS,
        TableKind.HUB: _OF_STATIONS,
    }
)
