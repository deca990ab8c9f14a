"""Compare an edited GeoPackage with the pack that it was made from: a list of changes to review.

Every row of the feature tables is unchanged, belongs to a change, or is told; every feature of the
pack is unchanged, changed, or held back because its rows are not clear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from spatialplan.editing import row_values
from spatialplan.editing.change_shapes import gathered, is_same, measure_change, shape_word
from spatialplan.editing.changes import Change, ChangeKind
from spatialplan.editing.feature_ids import ID, new_id
from spatialplan.editing.pack_features import PackFeatures, attributes_of, read_features
from spatialplan.editing.package_rows import PackageRows, Row, Told, read_package
from spatialplan.editing.row_sorting import Sorted, sort_rows
from spatialplan.errors import SourceError
from spatialplan.io import boundaries
from spatialplan.model.plan import Feature
from spatialplan.text import Text

__all__ = ["Reading", "absorb_package"]

_STALE = Text(
    "数据包在这份文件写出之后改过：清单里可能有别人改过的旧值，请逐条核对，或重新运行后再编辑",
    "the pack was changed after this file was written: some entries may undo what others changed; "
    "review each, or run again before editing",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an edited GeoPackage says: changes to review, and what is not taken.

    ``rows == unchanged_rows + changed_rows + sum(one.rows for one in told)``.
    """

    plan: str
    changes: tuple[Change, ...]
    told: tuple[Told, ...]
    rows: int
    unchanged_rows: int
    changed_rows: int


@dataclass(slots=True, kw_only=True)
class _Work:
    """What is gathered while the features are compared one by one."""

    pack: PackFeatures
    tables: tuple[str, ...]
    has_list: bool
    is_stale: bool
    changes: list[Change] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    unchanged_rows: int = 0
    changed_rows: int = 0

    def take(self, change: Change | None, rows: int) -> None:
        """Add a change, or none, with the number of rows that say so."""
        if change is None:
            self.unchanged_rows += rows
        else:
            self.changes.append(change)
            self.changed_rows += rows


def absorb_package(package: Path, folder: Path) -> Reading:
    """Return how the features of an edited GeoPackage differ from those of a pack.

    Raises
    ------
    PackError
        When the pack has errors.
    SourceError
        When the GeoPackage cannot be read, holds no feature tables or is of another plan.
    """
    pack, found = read_features(folder), read_package(package)
    _refuse_other_plan(package, found, pack)
    parted = sort_rows(found, pack.plan)
    is_stale = found.digest not in ("", pack.plan.features_digest())
    work = _Work(
        pack=pack, tables=found.tables, has_list=found.listed is not None, is_stale=is_stale
    )
    work.told += [*found.told, *parted.told]
    if is_stale:
        work.told.insert(0, Told(where=package.name, what=_STALE))
    for feature in pack.plan.features:
        if feature.id not in parted.held:
            _compare(work, feature, parted)
    _add(work, parted)
    return _reading(work, found)


def _refuse_other_plan(package: Path, found: PackageRows, pack: PackFeatures) -> None:
    if found.plan and found.plan != pack.plan.id:
        raise SourceError(
            f"{package} 是“{found.plan}”的成果，不是“{pack.plan.id}”的；请核对 --plan",
            f"{package} is of the plan {found.plan!r}, not of {pack.plan.id!r}; check --plan",
        )


def _reading(work: _Work, found: PackageRows) -> Reading:
    return Reading(
        plan=work.pack.plan.id,
        changes=tuple(work.changes),
        told=tuple(work.told),
        rows=found.count,
        unchanged_rows=work.unchanged_rows,
        changed_rows=work.changed_rows,
    )


def _compare(work: _Work, feature: Feature, parted: Sorted) -> None:
    """Compare one feature of the pack with its rows."""
    drawn, listed = parted.drawn.get(feature.id, []), parted.listed.get(feature.id)
    rows = [*drawn, *([listed] if listed is not None else [])]
    if _is_deleted(work, feature, drawn, listed):
        work.take(_deleted(work, feature), len(rows))
        return
    old, shape = feature.geometry, None
    if drawn:
        shape = _new_shape(work, feature, gathered(row.shape for row in drawn if row.shape))
    was = attributes_of(work.pack.raw[feature.id])
    new, told = row_values.edited(was, drawn, listed, is_new=not _is_placed(feature))
    work.told += told
    if shape is None and not new:
        work.take(None, len(rows))
        return
    if shape is not None:
        new = row_values.with_accuracy(new)
    hints = (f"按名称认作“{feature.id}”，请核对",) if feature.id in parted.by_name else ()
    change = Change(
        kind=ChangeKind.EDITED if shape is None else ChangeKind.MOVED,
        id=feature.id,
        name=feature.name,
        was=work.pack.digest(feature.id),
        old={key: was[key] for key in new},
        new=new,
        old_shape=None if shape is None else old,
        new_shape=shape,
        measures=(
            {} if shape is None or old is None else measure_change(old, shape, work.pack.plan.crs)
        ),
        hints=hints,
    )
    work.take(change, len(rows))


def _is_placed(feature: Feature) -> bool:
    return feature.geometry is not None or bool(feature.districts)


def _is_deleted(work: _Work, feature: Feature, drawn: Sequence[Row], listed: Row | None) -> bool:
    """Whether a feature was deleted: its row is gone from a table that is still there."""
    if drawn:
        if listed is None and work.has_list:
            work.told.append(
                _whole(
                    feature,
                    "只从 features_all 中删除，图上仍在，不算删除",
                    "gone from features_all only, still drawn: not deleted",
                )
            )
        return False
    if work.is_stale and listed is None:
        work.told.append(
            _whole(
                feature,
                "文件里没有它，可能是数据包后来才加的，不算删除",
                "not in the file, perhaps added to the pack later: not deleted",
            )
        )
        return False
    if not _is_placed(feature):
        return work.has_list and listed is None
    shape = "area" if feature.geometry is None else shape_word(feature.geometry)
    theme = feature.theme.replace("-", "_")
    if {f"features_{shape}", f"features_{theme}_{shape}", f"features_{feature.theme}_{shape}"} & {
        *work.tables
    }:
        return True
    work.told.append(
        _whole(
            feature,
            "它所在的表不在此文件中，不算删除",
            "its table is not in this file: not deleted",
        )
    )
    return False


def _whole(feature: Feature, zh: str, en: str) -> Told:
    return Told(where=f"{feature.id} {feature.name}", what=Text(zh, en))


def _deleted(work: _Work, feature: Feature) -> Change:
    plan, id = work.pack.plan, feature.id
    users = [claim.id for claim in plan.claims if id in (*claim.subjects, *claim.objects)]
    users += [c.id for c in plan.concepts if any(id in keys for keys in c.roles.values())]
    users += [f.id for f in plan.features if id in (f.parent, f.anchor)]
    hints = (f"仍被引用，采纳前须先改：{'、'.join(users)}",) if users else ()
    return Change(
        kind=ChangeKind.DELETED, id=id, name=feature.name, was=work.pack.digest(id),
        old_shape=feature.geometry, hints=hints,
    )  # fmt: skip


def _new_shape(work: _Work, feature: Feature, shape: BaseGeometry) -> BaseGeometry | None:
    """Return the shape that a feature got, None when it kept its own."""
    crs = work.pack.plan.crs
    if not feature.districts:
        return None if is_same(feature.geometry, shape, crs) else shape
    if all(code.isdecimal() for code in feature.districts):
        own = gathered([_union(feature.districts)])
        if not is_same(own, shape, crs):
            work.told.append(_whole(
                feature, "形状取自县区界（districts），改动不回传；要改请在数据包中换成自己的几何",
                "its shape is that of districts and is not taken back; give it a geometry of its "
                "own in the pack to change it",
            ))  # fmt: skip
    return None


def _union(codes: Sequence[str]) -> BaseGeometry:
    import shapely

    union: BaseGeometry = shapely.union_all([boundaries.district_boundary(code) for code in codes])
    return union


def _add(work: _Work, parted: Sorted) -> None:
    """Make a change of every feature that the pack does not have."""
    taken = {*work.pack.spans}
    for rows in parted.fresh:
        id, hints = _fresh_id(rows[0], taken)
        taken.add(id)
        shapes = [row.shape for row in rows if row.shape is not None]
        shape = gathered(shapes) if shapes else None
        new = row_values.fresh(rows, {theme.id for theme in work.pack.plan.themes})
        name = str(new["name"])
        hints += _doubts(work, name, shape)
        work.take(
            Change(kind=ChangeKind.ADDED, id=id, name=name, new=new, new_shape=shape,
                   hints=tuple(hints)),
            len(rows),
        )  # fmt: skip


def _fresh_id(row: Row, taken: set[str]) -> tuple[str, list[str]]:
    if row.id and ID.fullmatch(row.id) and row.id not in taken:
        return row.id, []
    id = new_id(row.name or row.id, str(row.values.get("kind", "")), taken)
    if not row.id:
        return id, []
    return id, [f"原填 id“{row.id}”不能用（只能用小写字母、数字和连字符，且不重复），改为 {id}"]


def _doubts(work: _Work, name: str, shape: BaseGeometry | None) -> list[str]:
    """Return what a new feature may be instead, for the reviewer."""
    plan = work.pack.plan
    doubts = [f"与已有要素“{f.id}”同名" for f in plan.features if f.name == name]
    doubts += [
        f"与被删除的“{change.id}”位置相同，是否只是改了 id"
        for change in work.changes
        if change.kind is ChangeKind.DELETED
        and shape is not None
        and is_same(change.old_shape, shape, plan.crs)
    ]
    return doubts
