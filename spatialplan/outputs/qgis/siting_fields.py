"""What QGIS users read of the tables of a siting run: column names, words for codes, digits."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from spatialplan.outputs.style import read_style
from spatialplan.text import Lang, Text

__all__ = ["ALIASES", "DIGITS", "OWN_ALIASES", "TIPS", "vocabularies"]

Words = list[tuple[str, str]]

ALIASES: Mapping[str, Text] = MappingProxyType(
    {
        "state_label": Text("结果名称", "Outcome in words"),
        "site": Text("服务站点编号", "Site that serves it, id"),
        "site_name": Text("服务站点", "Site that serves it"),
        "serves": Text("服务村数", "Villages served"),
        "newly_covered": Text("新增覆盖村数", "Newly covered"),
        "weight": Text("新增权重（村或人）", "Weight added (villages or people)"),
        "sites": Text("新增站点数", "New sites"),
        "share": Text("占总权重的份额（0—1）", "Share of all weight (0–1)"),
        "gap": Text("最优性差距（0 为已证明最优）", "Gap (0 is proved optimal)"),
    }
)
_FROM_TABLE = Text("来自表格的行", "Row of the table")
# Columns that mean something else in one source than in the others.
OWN_ALIASES: Mapping[str, Mapping[str, Text]] = MappingProxyType(
    {
        "siting_villages": {
            "id": Text("村编号", "Id"),
            "state": Text("结果", "Outcome"),
            "origin": _FROM_TABLE,
            "cause": Text("无法安排的原因", "Why no site can be found"),
        },
        "sites": {"rank": Text("名次", "Rank"), "id": Text("站点编号", "Site, id")},
        "existing": {"id": Text("网点编号", "Facility, id"), "origin": _FROM_TABLE},
        "trade_off": {
            "covered": Text("已覆盖的村数", "Villages covered"),
            "weight": Text("已覆盖的权重（村或人）", "Weight covered (villages or people)"),
        },
    }
)
DIGITS: Mapping[str, int] = MappingProxyType({"share": 4, "gap": 4, "weight": 1})
TIPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sites": (
            "name", "rank", "serves", "newly_covered", "weight", "township", "district",
            "accuracy_m",
        ),
        "siting_villages": (
            "name", "state", "site_name", "cause", "township", "district", "population",
            "accuracy_m", "source", "origin",
        ),
        "existing": ("name", "tier", "township", "district", "capacity", "origin"),
        "links": ("village_name", "site_name"),
        "trade_off": (),
    }
)  # fmt: skip


def vocabularies(source: str, lang: Lang) -> dict[str, Words]:
    """Return by column the pairs of what readers see and what is stored."""
    style = read_style()
    if source == "existing":
        return {"tier": [(tier.label.say(lang), word) for word, tier in style.tiers.items()]}
    if source != "siting_villages":
        return {}
    yes = ((Text("是", "yes"), "true"), (Text("否", "no"), "false"))
    return {
        "state": [
            (symbol.label.say(lang), word)
            for word, symbol in style.siting.items()
            if symbol.sign  # others are no outcome of a village
        ],
        "on_roster": [(text.say(lang), word) for text, word in yes],
    }
