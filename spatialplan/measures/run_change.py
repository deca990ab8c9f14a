"""Tell what changed between two runs of one plan, and why.

A verdict depends on the claim itself, on where its features are, on the data, on the settings and
on the code. What of these differs between the runs is known; a verdict that differs was changed by
one of them, and by which is certain only when one alone differs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import pyproj

from spatialplan.errors import DataError
from spatialplan.model.run_record import (
    ClaimChange,
    ClaimRecord,
    FeatureRecord,
    Reason,
    RunChange,
    RunRecord,
)
from spatialplan.text import Text

__all__ = ["compare_runs"]

GEOD = pyproj.Geod(ellps="WGS84")
WORDS = {
    "predicate": Text("谓词", "predicate"),
    "subjects": Text("主体", "subjects"),
    "objects": Text("客体", "objects"),
    "params": Text("参数", "parameters"),
}


def compare_runs(old: RunRecord, new: RunRecord) -> RunChange:
    """Return the claims whose state or value differs, with every reason that may be behind it.

    Values count as equal to nine digits.

    Raises
    ------
    DataError
        When the runs are of different plans.
    """
    if old.plan != new.plan:
        raise DataError(
            f"两次结果属于不同的规划（{old.plan}、{new.plan}），不能比较",
            f"the runs are of different plans ({old.plan}, {new.plan})",
        )
    general = tuple(_general(old, new))
    ids = dict.fromkeys([*new.claims, *old.claims])
    pairs = ((key, old.claims.get(key), new.claims.get(key)) for key in ids)
    return RunChange(
        old=old,
        new=new,
        general=general,
        claims=tuple(
            ClaimChange(
                id=key,
                old=before,
                new=after,
                reasons=(*_own(old, new, before, after), *general)
                if before and after
                else tuple(_own(old, new, before, after)),
            )
            for key, before, after in pairs
            if not _is_same(before, after)
        ),
    )


def _is_same(before: ClaimRecord | None, after: ClaimRecord | None) -> bool:
    if before is None or after is None:
        return False
    if before.value is None or after.value is None:
        return before.state is after.state and before.value is after.value
    return before.state is after.state and math.isclose(
        before.value, after.value, rel_tol=1e-9, abs_tol=1e-12
    )


def _general(old: RunRecord, new: RunRecord) -> Iterator[tuple[Reason, Text]]:
    """Yield what differs for all claims alike: data, settings, version."""
    data = [*_differing(old.sources, new.sources), *_differing(old.amounts, new.amounts)]
    for reason, zh, en, shown in (
        (Reason.DATA, "数据不同", "other data", data),
        (Reason.SETTINGS, "设置不同", "other settings", _differing(old.settings, new.settings)),
        (Reason.CODE, "程序版本不同", "other version",
         [f"{old.version} → {new.version}"] if old.version != new.version else []),
    ):  # fmt: skip
        if shown:
            yield reason, Text(f"{zh}：{'；'.join(shown)}", f"{en}: {'; '.join(shown)}")


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    """Return what was changed, dropped and added, in words of no language."""
    shown = [f"{key} {old[key]} → {new[key]}" for key in sorted(old.keys() & new.keys())
             if old[key] != new[key]]  # fmt: skip
    shown += [f"− {key} {old[key]}" for key in sorted(old.keys() - new.keys())]
    return shown + [f"+ {key} {new[key]}" for key in sorted(new.keys() - old.keys())]


def _own(
    old: RunRecord, new: RunRecord, before: ClaimRecord | None, after: ClaimRecord | None
) -> Iterator[tuple[Reason, Text]]:
    """Yield what differs for one claim: its definition, its features' places."""
    if before is None or after is None:
        zh, en = ("新增论断", "new claim") if before is None else ("论断已删去", "claim dropped")
        yield Reason.CLAIM, Text(zh, en)
        return
    parts = [key for key in WORDS if before.definition[key] != after.definition[key]]
    if parts:
        zh = "、".join(WORDS[key].zh for key in parts)
        en = ", ".join(WORDS[key].en for key in parts)
        yield Reason.CLAIM, Text(f"论断改动：{zh}", f"the claim was edited: {en}")
    said = [
        text
        for key in dict.fromkeys((*before.features(), *after.features()))
        if (text := _moved(old.features.get(key), new.features.get(key))) is not None
    ]
    if said:
        zh, en = "；".join(text.zh for text in said), "; ".join(text.en for text in said)
        yield Reason.PLACE, Text(f"位置改动：{zh}", f"places were edited: {en}")


def _moved(before: FeatureRecord | None, after: FeatureRecord | None) -> Text | None:
    """Say how the place of a feature differs; None where it does not."""
    if before is None or after is None or (before.shape, before.accuracy_m) == (
        after.shape, after.accuracy_m
    ):  # fmt: skip
        return None
    name = after.name
    if before.place is None or after.place is None:
        known = after.place is not None
        return Text(
            f"“{name}”{'已定位' if known else '不再有位置'}",
            f"{name} {'is located now' if known else 'is no longer located'}",
        )
    metres = GEOD.inv(*before.place, *after.place)[2]
    zh, en = [], []
    if before.shape != after.shape:
        zh.append(f"移动 {metres:.0f} 米" if metres >= 1 else "形状改动")
        en.append(f"moved by {metres:.0f} m" if metres >= 1 else "other shape")
    if before.accuracy_m != after.accuracy_m:
        zh.append(f"精度 {before.accuracy_m:g} → {after.accuracy_m:g} 米")
        en.append(f"accuracy {before.accuracy_m:g} → {after.accuracy_m:g} m")
    return Text(f"“{name}”{'、'.join(zh)}", f"{name} {', '.join(en)}")
