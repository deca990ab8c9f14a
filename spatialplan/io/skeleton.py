"""Write a commented skeleton of a plan pack that validates."""

from __future__ import annotations

from pathlib import Path

from spatialplan.errors import PackError
from spatialplan.io.validation import ID

__all__ = ["write_skeleton"]

PLAN = """\
# 规划数据包（一）：文件信息、主题、条款。说明见 layers/README.md
# 改完后运行：spatialplan validate {name}

[plan]
id = "{name}"                   # 与文件夹同名
title = "示例市现代服务业规划"
title_en = "Example plan"
number = ""                     # 文号，没有则留空
date = ""                       # 印发日期 YYYY-MM-DD
issuer = ""                     # 印发机关
adcode = "430300"               # 地市行政区划代码，六位
crs = "EPSG:4547"               # 以米为单位的投影坐标系：3 度带 CGCS2000，中央经线最近者
horizon = 2025                  # 规划目标年
source = "文件全文来源"

[[themes]]                      # 主题：规划的布局概念，一个概念一段
id = "logistics"
name = "物流"
name_en = "Logistics"

[[clauses]]                     # 条款：要素和论断都要引用
id = "1"
heading = "一、物流布局"
quote = "原文中的一句话，逐字照录，不超过 120 字"

# 布局结构（可选）：作为整体量测的概念，类别与角色见 layers/README.md
[[concepts]]
id = "hubs"
family = "logistics"
theme = "logistics"
clause = "1"
name = "物流枢纽"
name_en = "Logistics hubs"
[concepts.roles]
hubs = ["hub"]
stations = ["station"]
"""

FEATURES = """\
{
"type": "FeatureCollection",
"说明": "规划数据包（二）：要素。坐标为 WGS-84/CGCS2000，经度在前。没有位置的要素 geometry 写 null、status 写 unlocated，不要编造。",
"features": [
{"type": "Feature", "properties": {"id": "district", "name": "雨湖区", "kind": "district", "theme": "logistics", "clause": "1", "status": "located", "accuracy_m": 200, "source": "县区界（geotool-cn，运行时读取）", "districts": ["430302"]}, "geometry": null},
{"type": "Feature", "properties": {"id": "hub", "name": "示例物流园", "kind": "logistics_park", "role": "一枢纽", "theme": "logistics", "clause": "1", "status": "unlocated", "source": "待补：请提供坐标"}, "geometry": null},
{"type": "Feature", "properties": {"id": "station", "name": "湘潭站", "kind": "station", "theme": "logistics", "clause": "1", "status": "located", "accuracy_m": 50, "source": "OpenStreetMap (ODbL)"}, "geometry": {"type": "Point", "coordinates": [112.90801, 27.87957]}}
]
}
"""

CLAIMS = """\
# 规划数据包（三）：论断，即规划中可在空间上核查的句子。谓词表见 layers/README.md

[[claims]]
id = "station-in-district"
theme = "logistics"
clause = "1"
predicate = "within"            # 主体位于客体区域之内
subjects = ["station"]
objects = ["district"]
sentence = "湘潭站位于雨湖区"

[[claims]]
id = "hub-near-station"
theme = "logistics"
clause = "1"
predicate = "near"              # 主体到最近客体的路网距离不超过上限
subjects = ["hub"]
objects = ["station"]
sentence = "物流园邻近铁路车站"
[claims.params]
# origin：plan = 规划原文数字；assumed = 假设，待核
max_km = { value = 10, origin = "assumed", note = "示例阈值" }
"""


def write_skeleton(folder: Path) -> list[Path]:
    """Write ``plan.toml``, ``features.geojson`` and ``claims.toml`` into a new folder.

    Raises
    ------
    PackError
        When the name is no id, or the folder exists.
    """
    name = folder.name
    if not ID.fullmatch(name):
        raise PackError(
            f"数据包名称“{name}”只能用小写字母、数字和连字符，例如 changsha",
            f"pack name {name!r}: use lower-case letters, digits and hyphens, such as changsha",
        )
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise PackError(
            f"文件夹 {folder} 已存在；请换一个名称，或先移走它",
            f"folder {folder} exists; choose another name or move it away",
        ) from None
    except OSError as error:
        raise PackError(
            f"建不了文件夹 {folder}（{error.strerror}）；请换一个位置",
            f"cannot make folder {folder} ({error.strerror}); choose another place",
        ) from error
    texts = {
        "plan.toml": PLAN.format(name=name), "features.geojson": FEATURES, "claims.toml": CLAIMS,
    }  # fmt: skip
    paths = []
    for file, text in texts.items():
        path = folder / file
        path.write_text(text, encoding="utf-8", newline="\n")
        paths.append(path)
    return paths
