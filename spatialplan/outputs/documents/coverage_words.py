"""The fixed sentences of the reports on coverage and siting in both languages."""

from __future__ import annotations

from spatialplan.outputs.documents import report_words
from spatialplan.text import Lang, Text

__all__ = ["words"]

_WORDS = {
    "report": Text("村级服务覆盖报告", "Coverage of villages"),
    "checked": Text("计算时间", "Made"),
    "answer": Text("结论", "Answer"),
    "supply": Text(
        "请补充以下资料，可使更多的村得出结论：", "To have more villages judged, please supply:"
    ),
    "supply_head": Text("需要补充的资料", "What to supply"),
    "complete": Text("资料齐全，没有需要补充的。", "Nothing is missing."),
    "first_page_more": Text("另有 {} 项，见“需要补充的资料”。", "{} more under “What to supply”."),
    "villages": Text("行政村（个）", "Villages"),
    "villages_within": Text("村 · {}", "villages · {}"),
    "within": Text("{}内", "within {}"),
    "map": Text("各村状态与站点（{}）", "Villages by state, and stations ({})"),
    "bars": Text("各地行政村状态构成", "Villages by area and state"),
    "areas_head": Text("分县市区", "By district"),
    "area_table": Text("各县市区行政村状态（{}）", "Villages by district and state ({})"),
    "township_table": Text(
        "未覆盖与不确定的村最多的乡镇（{}）", "Townships with most villages not covered ({})"
    ),
    "rate": Text("覆盖率", "Rate"),
    "judged_of": Text("（{share}，另 {rest} 个无结论）", "({share}; {rest} without answer)"),
    "judged_all": Text("（{share}）", "({share})"),
    "off_roster": Text("名录外（不计入合计）", "Not on the roster (not in the total)"),
    "median": Text("中位", "Median"),
    "median_in": Text("中位（{}）", "Median ({})"),
    "cut_off_table": Text("无法路由的村", "Villages that cannot be routed"),
    "cut_off_more": Text(
        "无法路由的村共 {total} 个，列 {shown} 个；全部见工作簿“各村”表。",
        "{total} villages cannot be routed, {shown} are shown; the workbook has all.",
    ),
    "loads_empty": Text("本次没有站点。", "There are no stations in this run."),
    "rate_note": Text(
        "覆盖率＝已覆盖÷（已覆盖＋未覆盖），不含不确定、无法路由和无数据的村；"
        "中位为到最近站点的中位数，只计算能到达站点的村。",
        "Rate = covered ÷ (covered + not covered), without villages that are uncertain, cannot be "
        "routed or have no data; the median is of the cost to the nearest station among villages "
        "that reach one.",
    ),
    "open_head": Text("未覆盖的村及原因", "Villages not covered, and why"),
    "causes": Text("未覆盖、不能判断的原因（村数）", "Causes (villages)"),
    "cause_class": Text("原因", "Cause"),
    "open_table": Text("未覆盖与不确定的村（{}）", "Villages not covered or uncertain ({})"),
    "open_more": Text(
        "共 {total} 个，下表每个县市区列超出最多的 {most} 个以内，共列 {shown} 个；"
        "全部见工作簿“未覆盖”表。",
        "{total} in all; the table shows at most the {most} farthest of each district, {shown} "
        "together. The workbook's sheet “Not covered” has all.",
    ),
    "village": Text("村（居）", "Village"),
    "township": Text("乡镇街道", "Township"),
    "state": Text("状态", "State"),
    "nearest": Text("最近站点", "Nearest"),
    "beyond": Text("超出限值", "Beyond"),
    "chain_head": Text("三级链条与薄弱环节", "Three-tier chain and weakest legs"),
    "chain_none": Text(
        "本次没有三级链条：需要站点表和县级中心表。",
        "No chain in this run: it needs tables of stations and of hubs.",
    ),
    "chain_table": Text("链条各段", "Legs of the chain"),
    "leg": Text("到达层级", "Leg to"),
    "weakest_of": Text("成为薄弱环节", "Weakest in"),
    "longest": Text("最长", "Longest"),
    "chain_worst": Text("不达标的链条（全程最长的在前）", "Chains that fail (longest first)"),
    "chain_more": Text(
        "不达标的链条共 {total} 条，列 {shown} 条；逐段见工作簿“三级链条”表。",
        "{total} chains fail, {shown} are shown; the workbook's sheet “Chain” has every leg.",
    ),
    "whole": Text("全程", "Whole"),
    "workday": Text(
        "往返核算：{fits} 个村可在一个工作日内往返，{late} 个不能，其余未知。",
        "Round trip: {fits} villages fit a working day, {late} do not, the rest is not known.",
    ),
    "foreign": Text(
        "隶属不符：{} 个村最近的站点或中心不属本乡镇、本县，链条因此不达标；不影响是否已覆盖。",
        "Parents do not match for {} villages: their nearest station or hub is of another township "
        "or county. Their chain fails for it; whether they are covered does not depend on it.",
    ),
    "loads_head": Text("站点负荷", "Load of stations"),
    "loads_table": Text("超负荷的站点（超出最多的在前）", "Overloaded stations (worst first)"),
    "loads_none": Text(
        "写明容量的 {} 个站点中没有超负荷的。",
        "None of the {} stations with a capacity is overloaded.",
    ),
    "loads_unknown": Text(
        "没有一个站点写明容量，无法判断负荷；请在站点表中填“容量”。",
        "No station has a capacity, so loads cannot be judged; fill in the column for it.",
    ),
    "loads_more": Text(
        "超负荷 {total} 个，列 {shown} 个；全部见工作簿“站点负荷”表。",
        "{total} are overloaded, {shown} are shown; the workbook has all.",
    ),
    "unused": Text("未参与计算的站点", "Stations that took no part"),
    "station": Text("站点", "Station"),
    "served": Text("对应的村", "Villages"),
    "load": Text("负荷", "Load"),
    "capacity": Text("容量", "Capacity"),
    "excess": Text("超出", "Beyond"),
    "count": Text("个数", "Number"),
    "change_head": Text("情景对比", "Scenario"),
    "change_table": Text("各限值下的变化（村数）", "Changes by limit (villages)"),
    "limit": Text("限值", "Limit"),
    "gains_table": Text("新增覆盖与失去覆盖的村", "Villages that gain or lose coverage"),
    "gains_more": Text(
        "共 {total} 个，列 {shown} 个；全部见工作簿“情景对比”表。",
        "{total} in all, {shown} are shown; the workbook's sheet “Scenario” has all.",
    ),
    "change": Text("变化", "Change"),
    "before": Text("之前", "Before"),
    "after": Text("之后", "After"),
    "access_head": Text("可达性", "Accessibility"),
    "access_table": Text("可达性指标", "Measures of accessibility"),
    "measure": Text("指标", "Measure"),
    "valued": Text("有值的村", "Villages with a value"),
    "lowest": Text("最低", "Lowest"),
    "highest": Text("最高", "Highest"),
    "access_note": Text(
        "两步移动搜索为每千人（千村）可得的容量，引力与累积机会为可及站点的容量或个数，均越大越好；"
        "绕行系数为路网距离与直线距离之比，越接近 1 越好。逐村见工作簿“可达性”表。",
        "E2SFCA is capacity per 1,000 people or villages, gravity and cumulative opportunities are "
        "capacity or number of stations in reach: more is better. The detour index is network over "
        "straight distance: nearer to 1 is better. The workbook has every village.",
    ),
    "claims_head": Text("规划中关于覆盖的论断", "The plan's claims on coverage"),
    "imports_head": Text("导入情况", "The tables that were read"),
    "imports_table": Text("各表的行", "Rows of each table"),
    "imports_none": Text("本次没有读入表。", "No table was read in this run."),
    "file": Text("文件［表］", "File [sheet]"),
    "rows": Text("行", "Rows"),
    "datum": Text("坐标系", "Datum"),
    "method": Text("方法", "Method"),
    "method_note": Text(
        "沿路网从村到最近的{tier}（{mode}，以 {day} 为准，两端含到路的直线），"
        "限值为 {limits}。结论分五种：已覆盖；未覆盖；不确定（限值落在位置精度之内）；"
        "无法路由（距道路过远或处于不连通的路网）；无数据（没有坐标、路网或站点资料）。"
        "地图缺失不作为服务缺失。限值为使用者所定，不是标准。",
        "From the village to the nearest {tier} along the roads ({mode}, as of {day}, "
        "with straight ends to the road), within {limits}. Five answers: covered; not covered; "
        "uncertain (the limit lies within positional accuracy); cannot be routed (too far from "
        "any road, or in a "
        "disconnected piece); no data (no coordinates, roads or stations). A gap in the map is "
        "never counted as a gap in service. Limits are the user's, not a standard.",
    ),
    "unnamed": Text("（未写）", "(not told)"),
    "siting_report": Text("新增站点选址报告", "Where to put new stations"),
    "sites_head": Text("建议新增的站点", "Proposed sites"),
    "sites_table": Text(
        "新增站点（增加最多的在前）", "Proposed sites, the one that adds most first"
    ),
    "rank": Text("序", "Rank"),
    "site": Text("位置", "Site"),
    "serves": Text("服务村数", "Serves"),
    "adds": Text("新增覆盖", "Newly covered"),
    "weight": Text("新增权重", "Weight added"),
    "place": Text("经纬度", "Longitude, latitude"),
    "sites_map": Text("建议新增站点的位置", "Where the proposed sites are"),
    "sites_total": Text("{} 处", "{} sites"),
    "sites_none": Text("没有可增设的站点。", "No site to propose."),
    "sites_more": Text(
        "建议 {total} 处，列 {shown} 处；全部见工作簿“新增站点”表。",
        "{total} are proposed, {shown} are shown; the workbook has all.",
    ),
    "unservable_head": Text("无法安排的村", "Villages without a site"),
    "unservable_table": Text("无法安排的村及原因", "Villages without a site, and why"),
    "unservable_none": Text("没有：每个村都有能服务它的点。", "None: every village has a site."),
    "unservable_more": Text(
        "共 {total} 个，列 {shown} 个；全部见工作簿“无法安排”表。",
        "{total} in all, {shown} are shown; the workbook has all.",
    ),
    "trade_head": Text("建多少与覆盖多少", "How many sites, how much coverage"),
    "trade_figure": Text("新增站点数与覆盖的权衡曲线", "New sites against coverage"),
    "trade_table": Text("权衡曲线", "Trade-off"),
    "new_sites": Text("新增站点", "New sites"),
    "covered_villages": Text("已覆盖的村", "Villages covered"),
    "share": Text("占比", "Share"),
    "gap": Text("最优性差距", "Gap"),
    "proved": Text("已证明最优", "proved optimal"),
    "trade_more": Text(
        "列 {shown} 行，全部 {total} 行见工作簿。", "{shown} of {total} rows; the workbook has all."
    ),
    "siting_method": Text(
        "模型为{model}；现有站点保留，限值 {limit}；权重为{weight}。"
        "{proof}求解用时 {seconds} 秒。位置精度不进入优化，选点须实地复核。",
        "Model: {model}; existing stations stay, limit {limit}; weights: {weight}. {proof} Solved "
        "in {seconds} s. Positional accuracy is not part of the optimisation: visit the sites.",
    ),
}


def words(lang: Lang) -> dict[str, str]:
    """Return the sentences in `lang` by key, those that all reports share among them."""
    return report_words.words(lang) | {key: text.say(lang) for key, text in _WORDS.items()}
