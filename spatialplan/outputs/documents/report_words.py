"""The fixed sentences of the report in both languages."""

from __future__ import annotations

from spatialplan.text import Lang, Text

__all__ = ["words"]

_WORDS = {
    "slash": Text("／", " / "),
    "colon": Text("：", ": "),
    "comma": Text("，", ", "),
    "semicolon": Text("；", "; "),
    "report": Text("规划空间核查报告", "Spatial check of a plan"),
    "number": Text("规划文号", "Number"),
    "issuer": Text("发布机关", "Issued by"),
    "date": Text("发布日期", "Date"),
    "horizon": Text("规划期末", "Horizon"),
    "checked": Text("核查时间", "Checked"),
    "version": Text("核查软件", "Software"),
    "answer": Text("核查结论", "Answer"),
    "supply": Text("请补充以下资料，可进一步得出结论：", "To get further, please supply:"),
    "claims": Text("规划论断（条）", "Claims"),
    "villages": Text("行政村（个）", "Villages"),
    "overview": Text("规划要素与核查证据总览", "Plan features and evidence: overview"),
    "scorecard": Text("各布局结构的论断核查情况", "Claims by theme and verdict"),
    "figure": Text("图", "Figure "),
    "table": Text("表", "Table "),
    "summary": Text("论断核查汇总", "Verdicts by theme"),
    "attention": Text("不成立与不确定的论断", "Claims that fail or are uncertain"),
    "all": Text("全部论断及结论", "All claims and verdicts"),
    "villages_head": Text("村级服务覆盖", "Villages and their service"),
    "villages_table": Text("各县市区行政村状态", "Villages by district and state"),
    "villages_note": Text(
        "“无数据”指村没有坐标，或缺少路网、服务点资料，不等于没有服务；逐村见工作簿“村级状态”表。",
        "“No data” means that coordinates, roads or service points are not known there, which is "
        "not absence of service; the sheet “Villages” of the workbook lists each village.",
    ),
    "map_head": Text("地图证据与路网数据质量", "Evidence of the map and quality of its roads"),
    "evidence": Text("要素证据汇总", "What the map says of the features"),
    "evidence_note": Text(
        "“图上未见”指周围有地名而无此名，“无数据”指那里没有可比的地图对象；两者都不等于实地没有。",
        "“Not on the map”: names are mapped around the place, but not this one; “no data”: nothing "
        "there to compare with. Neither means that the thing does not exist.",
    ),
    "issues": Text("路网数据质量：最先要补的路", "Quality of the road data: what to mend first"),
    "issues_lead": Text(
        "共有 {total} 处路网疑点，下表为次序最前的 {shown} 处；"
        "全部见工作簿“路网疑点”表和 GeoPackage。",
        "There are {total} doubts about the mapped roads; the table has the first {shown}. All are "
        "in the workbook's sheet “Road doubts” and in the GeoPackage.",
    ),
    "issues_drawn": Text(
        "网络地图只画次序最前的 {drawn} 处。", "The web map draws only the first {drawn}."
    ),
    "rank": Text("次序", "Rank"),
    "doubt": Text("疑点", "Doubt"),
    "length": Text("涉及里程", "Roads concerned"),
    "cut_off": Text("涉及的村", "Villages concerned"),
    "place": Text("经纬度", "Longitude, latitude"),
    "unlocated": Text("未定位的规划要素", "Unlocated plan features"),
    "sources": Text("数据来源、许可与精度", "Sources, licences and accuracy"),
    "clauses": Text("条款出处", "Clauses"),
    "theme": Text("布局结构", "Theme"),
    "district": Text("县市区", "District"),
    "located": Text("有坐标", "Located"),
    "total": Text("合计", "Total"),
    "scores_note": Text(
        "点数字看这些论断；每条论断再连到规划原文和依据。",
        "Each number leads to its claims; each claim to its clause and its evidence.",
    ),
    "concepts": Text("布局结构", "Layout concepts"),
    "concepts_table": Text("布局结构逐项回答", "Layout concepts: the answers"),
    "concept": Text("布局结构", "Concept"),
    "concept_answer": Text("回答", "Answer"),
    "findings": Text("各项判断", "Findings"),
    "findings_of": Text("{}：逐问回答", "{}: findings"),
    "question": Text("问题", "Question"),
    "related": Text("相关论断（编号）", "Claims (numbers)"),
    "unknown_note": Text(
        "表中“—”表示未知或不适用，不是 0。", "In the tables — means not known, never 0."
    ),
    "rows_left": Text("另有 {} 行未列出，全部见工作簿。", "{} more rows are in the workbook."),
    "why": Text("论断依据", "What each verdict rests on"),
    "why_link": Text("依据", "evidence"),
    "why_note": Text(
        "每条论断的核查方法、参数、所用要素的定位状态、精度和图上印证，以及分项结果；位置来源见工作簿“要素”表，"
        "全部分项见“明细”表。",
        "For each claim: method, parameters, how well the places used are known, what the map says "
        "of them, and the worst parts. Sources of places and all parts are in the workbook.",
    ),
    "method": Text("方法", "Method"),
    "params": Text("参数", "Parameters"),
    "features_used": Text("所用要素", "Features"),
    "others_used": Text("其他依据", "Other evidence"),
    "parts": Text("分项", "Parts"),
    "parts_left": Text("另有 {} 项，见工作簿。", "{} more are in the workbook."),
    "back": Text("返回", "back"),
    "verdict": Text("结论", "Verdict"),
    "claim": Text("论断", "Claim"),
    "value": Text("实测", "Measured"),
    "threshold": Text("限值", "Threshold"),
    "cause": Text("原因", "Cause"),
    "change": Text("怎样会改变结论", "What would change it"),
    "confidence": Text("可信度", "Confidence"),
    "estimated": Text("估算", "estimate"),
    "clause": Text("条款", "Clause"),
    "kind": Text("类别", "Kind"),
    "name": Text("名称", "Name"),
    "looked": Text("查找情况", "Looked for in"),
    "source": Text("数据", "Data"),
    "source_date": Text("日期", "Date"),
    "licence": Text("许可与署名", "Licence and attribution"),
    "accuracy": Text("精度", "Accuracy"),
    "contents": Text("目　录", "Contents"),
    "page_of": Text("第 | 页　共 | 页", "Page | of |"),
    "essence": Text("要点", "In short"),
    "causes_head": Text("原因与建议", "Causes and proposals"),
    "causes": Text("论断未成立的原因", "Why claims do not hold, or are not decided"),
    "cause_class": Text("原因", "Cause"),
    "remedy": Text("怎么办", "What to do"),
    "claims_count": Text("论断数", "Claims"),
    "claims_are": Text("论断编号", "Numbers of the claims"),
    "wanted": Text("最需要补位置的规划要素", "Plan features whose place is wanted most"),
    "wanted_note": Text(
        "未定位要素中，未能判断的论断等待最多的 {shown} 个；共有 {claims} 条论断缺位置，"
        "一条论断可同时缺几处，故不设合计。",
        "The {shown} unlocated features that most undecided claims wait for. {claims} claims lack "
        "places; one claim may lack several, so the column has no total.",
    ),
    "proposals": Text("建议", "Proposals"),
    "propose_mend": Text(
        "“{claim}”不成立：{cause}。{change}。", "“{claim}” fails: {cause}. {change}."
    ),
    "propose_cause": Text("{number} 条论断{cause}：{do}。", "{number} claims, {cause}: {do}."),
    "supply_head": Text("需要补充的资料", "What to supply"),
    "exhibits": Text("布局结构明细表", "Layout concepts: tables"),
    "exhibits_see": Text("明细表见{}。", "Tables: {}."),
    "all_note": Text(
        "未能判断的论断，原因之后写明需要什么。",
        "Where a claim is left open, what it needs follows the cause.",
    ),
    "method_head": Text("方法与数据限制", "Method and limits of the data"),
    "none": Text("没有。", "None."),
    "origin_note": Text(
        "限值后括号注明来源：“规划”为规划原文数字，“假设”为核查所设、可修改的参数，不是标准。",
        "In brackets after each threshold: “plan” is the plan's own figure, “assumed” an editable "
        "parameter of the check and not a standard.",
    ),
    "states_note": Text(
        "结论分五种：成立；不成立；不确定（限值落在位置精度之内）；无法路由（距道路过远或处于不连通的路网）；"
        "无数据（没有坐标或没有路网数据）。地图缺失不作为服务缺失。",
        "Verdicts: holds; fails; uncertain (the threshold lies within positional accuracy); cannot "
        "be routed (too far from any road, or in a disconnected piece); no data (no coordinates or "
        "no mapped roads). A gap in the map is never counted as a gap in service.",
    ),
}


def words(lang: Lang) -> dict[str, str]:
    """Return the sentences in `lang` by key."""
    return {key: text.say(lang) for key, text in _WORDS.items()}
