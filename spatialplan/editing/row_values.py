"""What the cells of a feature's rows say against the pack: edited, contradictory, or derived."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from spatialplan.editing.changes import ATTRIBUTES, NUMBER, REQUIRED, WORDS, Value
from spatialplan.editing.package_rows import DERIVED, Row, Told
from spatialplan.model.plan import Status
from spatialplan.text import Text

__all__ = ["edited", "fresh", "with_accuracy"]

Values = Mapping[str, Value]


def edited(
    was: Values, drawn: Sequence[Row], listed: Row | None, *, is_new: bool
) -> tuple[dict[str, Value], list[Told]]:
    """Return the attributes that the rows change, and what of them is not taken.

    Parameters
    ----------
    was
        The attributes in the pack.
    is_new
        Whether the pack does not place the feature: an empty cell of a row with geometry then
        says nothing, for somebody drew the row anew.
    """
    new: dict[str, Value] = {}
    told: list[Told] = []
    rows = drawn or ([listed] if listed is not None else [])
    where = _where(rows)
    for key in ATTRIBUTES:
        said = [row.values[key] for row in rows if key in row.values]
        if is_new and drawn:
            said = [value for value in said if value != ""]
        others = [value for value in dict.fromkeys(said) if not _is_equal(value, was[key])]
        if len(others) > 1:
            shown = "、".join(f"“{value}”" for value in others)
            told.append(
                _told(
                    where,
                    f"{WORDS[key]}在各表中改得不一样（{shown}），未取",
                    f"{key} was edited in different ways ({shown}): not taken",
                )
            )
        elif others and (why := _refused(key, others[0], was)):
            told.append(_told(where, why.zh, why.en))
        elif others:
            new[key] = others[0]
    if drawn and listed is not None:
        told += [*_only_listed(was, drawn, listed), *_derived(where, drawn, listed)]
    return new, told


def _only_listed(was: Values, drawn: Sequence[Row], listed: Row) -> Iterator[Told]:
    """Tell cells of ``features_all`` that neither the pack nor the drawn rows hold.

    The rows with geometry are what people edit and see; the other table may be edited in vain, or
    merely stale after an earlier edit was accepted.
    """
    strange = [
        key
        for key in ATTRIBUTES
        if key in listed.values
        and not _is_equal(listed.values[key], was[key])
        and any(not _is_equal(row.values.get(key, ""), listed.values[key]) for row in drawn)
    ]
    if strange:
        zh, en = "、".join(WORDS[key] for key in strange), ", ".join(strange)
        yield _told(
            _where([listed]),
            f"{zh}与图层中的不同，未取：图上要素以图层为准",
            f"{en} differ from the layer, which counts for drawn features: not taken",
        )


def _where(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    name = f"“{rows[0].name}”" if rows[0].name else ""
    return f"{rows[0].table} fid {rows[0].fid}{name}"


def _told(where: str, zh: str, en: str) -> Told:
    return Told(where=where, what=Text(zh, en))


def _is_equal(a: Value, b: Value) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-9)
    return a == b


def _refused(key: str, value: Value, was: Values) -> Text | None:
    """Return why an edited value cannot be one, None when it can."""
    if key in (*REQUIRED, "status") and not str(value).strip():
        return Text(f"{WORDS[key]}被清空，未取：它必填", f"{key} was emptied: it is required")
    if key == NUMBER and value == "":
        return Text("位置精度被清空，未取：已定位的要素必填", "the accuracy was emptied: not taken")
    if key == NUMBER and not isinstance(value, float):
        return Text(f"位置精度“{value}”不是数，未取", f"accuracy {value!r} is no number: not taken")
    if key == "status" and value == Status.UNLOCATED and was[NUMBER] != "":
        return Text(
            "状态不能改为 unlocated，未取：已有几何；要撤销定位请改数据包",
            "status cannot become unlocated while there is a geometry: not taken",
        )
    return None


def _derived(where: str, drawn: Sequence[Row], listed: Row) -> list[Told]:
    """Tell columns that a run makes and that are no longer the same in both tables."""
    strange = [
        key
        for key in DERIVED
        if any(row.values.get(key, "") not in ("", listed.values.get(key, "")) for row in drawn)
    ]
    if not strange:
        return []
    zh, en = "、".join(DERIVED[key] for key in strange), ", ".join(strange)
    return [
        _told(where, f"{zh}由程序生成，改动未取", f"{en}: made by the run, edits are not taken")
    ]


def with_accuracy(new: Values) -> dict[str, Value]:
    """Return edits of a feature that moved, with the accuracy and source to be stated anew.

    A status that was not edited is left open, to follow from the accuracy.
    """
    return {**new, **{key: new.get(key, "") for key in (NUMBER, "source", "status")}}


def fresh(rows: Sequence[Row], themes: Collection[str]) -> dict[str, Value]:
    """Return the attributes of a new feature: what its rows state, empty where to be filled in."""
    stated: dict[str, Value] = {}
    for row in rows:
        for key in ATTRIBUTES:
            value = row.values.get(key, "")
            if value != "" and key not in stated:
                stated[key] = value.strip() if key == "name" and isinstance(value, str) else value
    if "theme" not in stated and (theme := _theme_of(rows[0].table, themes)):
        stated["theme"] = theme
    is_drawn = any(row.shape is not None for row in rows)
    if is_drawn and stated.get("status") == Status.UNLOCATED:
        del stated["status"]
    if not is_drawn:
        stated["status"] = str(Status.UNLOCATED)
        stated.pop(NUMBER, None)
    asked = (*REQUIRED, "status", *((NUMBER,) if is_drawn else ()))
    return {key: stated.get(key, "") for key in ATTRIBUTES if key in stated or key in asked}


def _theme_of(table: str, themes: Collection[str]) -> str:
    """Return the theme whose table this is, by the table's name; empty for none."""
    found = re.fullmatch(r"features_(.+)_(?:point|line|area)", table)
    if found is None:
        return ""
    return next(
        (t for t in sorted(themes) if t.replace("-", "_") == found[1].replace("-", "_")), ""
    )
