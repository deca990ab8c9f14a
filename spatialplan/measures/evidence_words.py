"""What evidence says to people: the cause of each state, in both languages."""

from __future__ import annotations

from spatialplan.measures.candidates import Hits, MappedObjects
from spatialplan.model.plan import Feature
from spatialplan.text import Text

__all__ = [
    "contradiction",
    "homonyms",
    "match",
    "not_found",
    "outside",
    "real_id",
    "sparse",
    "unlocated",
]


def match(
    feature: Feature,
    objects: MappedObjects,
    hits: Hits,
    row: int,
    *,
    tolerance_m: float,
    confirm_score: float,
) -> Text:
    """Say what matches, and which test was passed only weakly."""
    label, score, metres = _label(objects, hits, row), hits.score[row], hits.distance_m[row]
    zh, en = f"与{label.zh}名称相似度 {score:.2f}", f"{label.en}, names {score:.2f} alike"
    if feature.is_located:
        zh, en = f"{zh}，相距 {metres:.0f} 米", f"{en}, {metres:.0f} m away"
    else:
        zh, en = f"{zh}，规划未给位置", f"{en}, not located by the plan"
    if score < confirm_score:
        zh, en = f"{zh}；名称只是相近", f"{en}; the names are only similar"
    if hits.fit[row] < 0:
        zh, en = f"{zh}；类型不同", f"{en}; of another kind"
    elif hits.fit[row] == 0:
        zh, en = f"{zh}；类型无从判断", f"{en}; the kind cannot be judged"
    if metres > max(feature.accuracy_m or 0.0, objects.accuracy_m[hits.index[row]], tolerance_m):
        zh, en = f"{zh}；距离超出位置精度", f"{en}; farther than the accuracy"
    return Text(zh, en)


def contradiction(objects: MappedObjects, hits: Hits, row: int) -> Text:
    """Say that the only thing of the name lies elsewhere."""
    label, km = _label(objects, hits, row), hits.distance_m[row] / 1000
    return Text(
        f"图上唯一的同名对象{label.zh}相距 {km:.1f} 公里，远超位置精度："
        "规划要素的坐标有误，或图上的是另一处",
        f"the only mapped object of the name, {label.en}, is {km:.1f} km away, far beyond the "
        "accuracy: the feature is misplaced, or the map shows another thing",
    )


def homonyms(feature: Feature, n: int) -> Text:
    """Say that several places match equally."""
    return Text(
        f"图上有 {n} 处与“{feature.name}”同样相符，不能确定是哪一处",
        f"{n} places match {feature.name} equally well; which one is meant is not known",
    )


def unlocated(feature: Feature) -> Text:
    """Say that neither plan nor map gives a place."""
    return Text(
        f"规划未给“{feature.name}”的位置，图上也没有可确认的同名对象",
        f"the plan does not locate {feature.name}, and the map has no certain object of the name",
    )


def outside(feature: Feature) -> Text:
    """Say that the place is beyond the mapped extent."""
    return Text(
        f"“{feature.name}”在地名数据的范围之外",
        f"{feature.name} lies outside the extent of the mapped objects",
    )


def sparse(n: int, around_m: float, least: int) -> Text:
    """Say that too little is mapped around the place."""
    km = around_m / 1000
    return Text(
        f"周围 {km:g} 公里内只有 {n} 个有名称的对象（少于 {least} 个），地名数据不足以判断",
        f"only {n} named objects are mapped within {km:g} km (fewer than {least}), too few to tell",
    )


def not_found(feature: Feature, n: int, around_m: float) -> Text:
    """Say that things are mapped there, but not this one."""
    km = around_m / 1000
    return Text(
        f"周围 {km:g} 公里内有 {n} 个有名称的对象，没有与“{feature.name}”名称、类型、位置都相符的",
        f"{n} named objects are mapped within {km:g} km, none matches {feature.name} by name, kind "
        "and place",
    )


def _label(objects: MappedObjects, hits: Hits, row: int) -> Text:
    """Name an object: its name, the other name that matched, id and kind."""
    at = int(hits.index[row])
    name, matched = objects.name[at], hits.matched[row]
    also = ("", "") if matched == name else (f"（又名“{matched}”）", f" (also {matched})")
    about = [part for part in (real_id(objects, at), objects.kind[at]) if part]
    return Text(
        f"“{name}”{also[0]}" + (f"（{'，'.join(about)}）" if about else ""),
        f"{name}{also[1]}" + (f" ({', '.join(about)})" if about else ""),
    )


def real_id(objects: MappedObjects, at: int) -> str:
    """Return the id of an object, empty where the source gave none."""
    osm_id: str = objects.osm_id[at]
    return "" if "@" in osm_id else osm_id
