"""Sentences about the datum of a table and of its rows."""

from __future__ import annotations

from collections.abc import Sequence

from spatialplan.measures.datum import Datum
from spatialplan.measures.datum_words import label_of
from spatialplan.measures.ground import FAR_M
from spatialplan.model.table import DatumScore
from spatialplan.text import Text

__all__ = [
    "against_doubt",
    "lean_doubt",
    "mixed_doubt",
    "moved_note",
    "old_doubt",
    "open_doubt",
    "said_of",
    "widened",
    "zone_doubt",
]


def moved_note(key: str) -> tuple[Text, ...]:
    """Return what was done to a row in a shifted datum; nothing for any other."""
    if key not in {Datum.GCJ02, Datum.BD09}:
        return ()
    label = label_of(key)
    return (
        Text(
            f"坐标由 {label.zh} 换算到 WGS-84", f"coordinates converted from {label.en} to WGS-84"
        ),
    )


def old_doubt() -> Text:
    """Return why Xian 80 and Beijing 54 are not converted."""
    return Text(
        "西安80、北京54 的换算参数不公开，坐标未换算，可差 150 米；请换成 CGCS2000 再导入",
        "parameters of Xian 80 and Beijing 54 are not public: not converted, up to 150 m off "
        "CGCS2000; convert to CGCS2000 and import again",
    )


def against_doubt(key: str, best: str) -> Text:
    """Return that the evidence contradicts what the table or the file says."""
    said, better = label_of(key), label_of(best)
    return Text(
        f"注明是 {said.zh}，但点位明显更像 {better.zh}；未换算，请核对，或用 --datum {best} 指定",
        f"said to be {said.en}, but the points clearly look like {better.en}; not converted, "
        f"check it or give --datum {best}",
    )


def mixed_doubt(one: str, other: str) -> Text:
    """Return that a sheet seems to mix two datums."""
    a, b = label_of(one), label_of(other)
    return Text(
        f"表中可能混有 {a.zh} 和 {b.zh} 两种坐标，未换算；请分开导入，或加一列写明坐标系，"
        "都一样的用 --datum 指定",
        f"the sheet may mix {a.en} and {b.en}; not converted: import them apart or add a column "
        f"that names the datum; give --datum if they are all the same",
    )


def lean_doubt(lean: str) -> Text:
    """Return that another datum is likely, but not sure."""
    label = label_of(lean)
    return Text(
        f"坐标可能是 {label.zh}，证据不足，未换算；请用 --datum {lean} 或 --datum wgs84 指定",
        f"the coordinates may be {label.en}; not sure, so not converted: give --datum {lean} or "
        f"--datum wgs84",
    )


def open_doubt() -> Text:
    """Return that nothing tells the datum."""
    return Text(
        "看不出是哪种坐标系，请核实后用 --datum 指定",
        "nothing tells the datum; find out and give --datum",
    )


def widened(shift_m: float) -> Text:
    """Return what an undecided datum costs."""
    return Text(
        f"坐标系未定，精度放宽至多 {shift_m:.0f} 米",
        f"accuracy is widened by up to {shift_m:.0f} m because the datum is open",
    )


def zone_doubt(key: str) -> Text:
    """Return that no central meridian fits eastings without prefix."""
    return Text(
        f"平面坐标没有带号，按哪条中央子午线都不落在本市，暂按 {key}；请用 --datum EPSG:代码 指定",
        f"plane coordinates without zone: no central meridian puts them into the city; {key} "
        f"assumed, give --datum EPSG:code",
    )


def said_of(
    key: str,
    by: str,
    rows: int,
    suspected: str,
    scores: Sequence[DatumScore],
    told: Sequence[Text] = (),
) -> Text:
    """Return which datum rows were read in, on whose word, with the scores and what is told."""
    zh, en = {
        "user": ("按用户指定", "as the user gave"),
        "column": ("按表中注明", "as the table says"),
        "file": ("按文件自带坐标系", "as the file says"),
        "evidence": ("证据充分", "on overwhelming evidence"),
        "none": ("证据不足，按原数使用", "undecided, numbers taken as they are"),
    }[by]
    label = label_of(key)
    said_zh, said_en = (
        f"{rows} 行坐标按 {label.zh} 读：{zh}",
        f"{rows} rows read as {label.en}: {en}",
    )
    if suspected == key:
        said_zh += f"；倾向于就是它，--datum {key} 即可确认"
        said_en += f"; the evidence leans to it, --datum {key} confirms"
    elif suspected:
        other = label_of(suspected)
        said_zh += f"；更像 {other.zh}，可用 --datum {suspected} 指定"
        said_en += f"; they look more like {other.en}, --datum {suspected} confirms"
    if scores:
        top = max(score.score for score in scores)
        said_zh += "（" + "；".join(_score_words(s, top).zh for s in scores) + "）"
        said_en += " (" + "; ".join(_score_words(s, top).en for s in scores) + ")"
    texts = (Text(said_zh, said_en), *told)
    return Text("；".join(t.zh for t in texts), "; ".join(t.en for t in texts))


def _score_words(score: DatumScore, top: float) -> Text:
    share, behind = score.inside_share, score.score - top
    road = f"{'≥' if score.road_median_m >= FAR_M else ''}{score.road_median_m:.0f}"
    return Text(
        f"{score.key}：在所填县区内 {share:.0%}，距路中位数 {road} 米，得分 {behind:.1f}",
        f"{score.key}: {share:.0%} in the stated district, median {road} m from roads, "
        f"score {behind:.1f}",
    )
