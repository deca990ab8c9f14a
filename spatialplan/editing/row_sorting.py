"""Part the rows of a GeoPackage: rows of the pack's features, of new ones, and what is unclear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely

from spatialplan.editing.change_shapes import shape_word
from spatialplan.editing.package_rows import PackageRows, Row, Told
from spatialplan.model.plan import Plan
from spatialplan.text import Text

__all__ = ["Sorted", "sort_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Rows by what they are about.

    Attributes
    ----------
    drawn, listed
        Of the pack's features by id: rows with geometry, and the row of ``features_all``.
    by_name
        Ids of unlocated features that a row without id was taken for because of its name.
    fresh
        Rows of features that the pack does not have, those of one feature together.
    held
        Ids that have a row that cannot be taken, so that nothing of them is.
    """

    drawn: Mapping[str, list[Row]]
    listed: Mapping[str, Row]
    by_name: frozenset[str]
    fresh: tuple[tuple[Row, ...], ...]
    held: frozenset[str]
    told: tuple[Told, ...]


def sort_rows(found: PackageRows, plan: Plan) -> Sorted:
    """Return the rows of a GeoPackage by the features of a plan."""
    told: list[Told] = []
    bad = {*_broken(found, told)}
    bad |= {*_repeated(found, bad, told)}
    held = {row.id for row in bad if row.id}
    with_it = [r for r in (*found.spatial, *(found.listed or ())) if r.id in held and r not in bad]
    told += [_told(row, "同一要素有别的行未取，本行一并搁置",
                   "another row of this feature is not taken, so neither is this one")
             for row in with_it]  # fmt: skip
    bad |= {*with_it}
    spatial = [row for row in found.spatial if row not in bad]
    listed = [row for row in found.listed or () if row not in bad]
    ids = {feature.id for feature in plan.features}
    drawn: dict[str, list[Row]] = {}
    for row in spatial:
        if row.id:
            drawn.setdefault(row.id, []).append(row)
    in_list = {row.id: row for row in listed if row.id}
    loose = [row for row in spatial if not row.id]
    by_name = _by_name(loose, plan, {*drawn, *held})
    fresh: list[tuple[Row, ...]] = [(row,) for row in loose if row not in by_name.values()]
    strange = sorted(({*drawn} | {*in_list}) - ids)
    together = {id: [*drawn.get(id, []), *([in_list[id]] if id in in_list else [])]
                for id in strange}  # fmt: skip
    fresh += [tuple(together[id]) for id in strange]
    fresh += [(row,) for row in listed if not row.id]
    return Sorted(
        drawn={id: rows for id, rows in drawn.items() if id in ids}
        | {id: [row] for id, row in by_name.items()},
        listed={id: row for id, row in in_list.items() if id in ids},
        by_name=frozenset(by_name),
        fresh=tuple(fresh),
        held=frozenset(held),
        told=tuple(told),
    )


def _told(row: Row, zh: str, en: str) -> Told:
    name = f"“{row.name}”" if row.name else ""
    return Told(where=f"{row.table} fid {row.fid}{name}", what=Text(zh, en), rows=1)


def _broken(found: PackageRows, told: list[Told]) -> list[Row]:
    """Return rows that cannot be taken for themselves; why is added to `told`."""
    broken = []
    for row in (*found.spatial, *(found.listed or ())):
        is_drawn = row.table in found.tables
        if not row.id and not row.name:
            one = _told(row, "既无 id 也无名称，未取", "neither id nor name: not taken")
        elif is_drawn and row.shape is None:
            one = _told(row, "几何为空，未取；要删除请删掉整行，要定位请画出几何",
                        "no geometry: not taken; delete the row, or draw it")  # fmt: skip
        elif row.shape is not None and not row.shape.is_valid:
            why = shapely.is_valid_reason(row.shape)
            one = _told(row, f"几何无效（{why}），未取；请用 QGIS“修复几何图形”修好后重试",
                        f"invalid geometry ({why}): not taken; repair it in QGIS")  # fmt: skip
        else:
            continue
        told.append(one)
        broken.append(row)
    return broken


def _repeated(found: PackageRows, bad: set[Row], told: list[Told]) -> list[Row]:
    """Return rows with an id that another row of the same shape has too."""
    repeated: list[Row] = []
    for rows in (found.spatial, found.listed or ()):
        keys = {row: (row.id, "" if row.shape is None else shape_word(row.shape))
                for row in rows if row.id and row not in bad}  # fmt: skip
        counts = Counter(keys.values())
        repeated += [row for row, key in keys.items() if counts[key] > 1]
    told += [_told(row, f"id“{row.id}”在同类几何中出现多次（复制或拆分所致），未取；"
                   "请合并，或清空新行的 id 作新增",
                   f"id {row.id!r} stands more than once (copied or split): not taken; merge the "
                   "rows, or clear the id of the new one")
             for row in repeated]  # fmt: skip
    return repeated


def _by_name(loose: Sequence[Row], plan: Plan, seen: set[str]) -> dict[str, Row]:
    """Return rows without id that bear the name of one unlocated feature, by its id."""
    names = Counter(row.name for row in loose)
    candidates: dict[str, list[str]] = {}
    for feature in plan.features:
        if feature.geometry is None and not feature.districts and feature.id not in seen:
            candidates.setdefault(feature.name, []).append(feature.id)
    return {
        candidates[row.name][0]: row
        for row in loose
        if names[row.name] == 1 and len(candidates.get(row.name, ())) == 1
    }
