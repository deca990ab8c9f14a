"""Who belongs to a wing, pole or zone: county seats and places that the plan counts in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from spatialplan.concepts.setting import Setting
from spatialplan.model.plan import Concept, Kind
from spatialplan.text import Text

__all__ = ["Region", "find_regions", "joined", "named"]

MOST_NAMES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A wing, pole or zone.

    Attributes
    ----------
    key
        Id of its feature.
    is_pole
        Whether it is a pole; else it is a wing or zone.
    members
        Features that stand for its counties in routing, in the plan's order.
    doubtful
        Members that lie nearer to its edge than both are accurate, unless the plan lists them.
    stands_for
        Feature that drives start from: the plan's anchor, its only member, or the region itself.
    townships
        Positions of the setting's townships inside it.
    """

    key: str
    is_pole: bool
    members: tuple[str, ...]
    doubtful: tuple[str, ...]
    stands_for: str
    townships: tuple[int, ...]


def find_regions(setting: Setting, concept: Concept) -> list[Region]:
    """Return the regions of a concept, wings before poles, located or not."""
    seats = concept.role("seats")
    keys = [(key, False) for key in concept.role("wings")]
    keys += [(key, True) for key in concept.role("poles")]
    return [_region(setting, key, seats, is_pole=is_pole) for key, is_pole in keys]


def named(setting: Setting, keys: Sequence[str], most: int = MOST_NAMES) -> Text:
    """Return the names of features as a list in words, cut off after the first few."""
    return joined([setting.context.name(key) for key in keys], most)


def joined(names: Sequence[str], most: int = MOST_NAMES) -> Text:
    """Return names as a list in words.

    Examples
    --------
    >>> joined(["甲", "乙", "丙"], 2).zh, joined(["A", "B", "C"], 2).en
    ('甲、乙等 3 处', 'A, B and 1 more')
    """
    shown = list(names[:most])
    more = len(names) - len(shown)
    if more <= 0:
        return Text("、".join(shown), ", ".join(shown))
    return Text(f"{'、'.join(shown)}等 {len(names)} 处", f"{', '.join(shown)} and {more} more")


def _region(setting: Setting, key: str, seats: Sequence[str], *, is_pole: bool) -> Region:
    inside = _seats_inside(setting, key, seats)
    listed = _listed(setting, key, seats, any_kind=not inside)
    members = tuple(dict.fromkeys([*(s for s in seats if s in {*inside, *listed}), *listed]))
    anchor = setting.context.features[key].anchor
    alone = members[0] if len(members) == 1 else key
    return Region(
        key=key,
        is_pole=is_pole,
        members=members,
        doubtful=tuple(s for s in inside if s not in listed and _is_at_edge(setting, key, s)),
        stands_for=anchor if anchor and setting.context.is_located(anchor) else alone,
        townships=_townships(setting, key),
    )


def _area(setting: Setting, key: str) -> bool:
    return setting.context.is_located(key) and "Polygon" in setting.shape(key).geom_type


def _seats_inside(setting: Setting, key: str, seats: Sequence[str]) -> list[str]:
    if not _area(setting, key):
        return []
    shape = setting.shape(key)
    return [s for s in setting.located(seats) if shape.covers(setting.shape(s))]


def _is_at_edge(setting: Setting, key: str, seat: str) -> bool:
    """Whether a seat lies nearer to the region's edge than the two are accurate."""
    gap = shapely.distance(setting.shape(key).boundary, setting.shape(seat))
    context = setting.context
    return bool(gap <= np.hypot(context.accuracy(key), context.accuracy(seat)))


def _listed(setting: Setting, key: str, seats: Sequence[str], *, any_kind: bool) -> list[str]:
    """Return what the plan counts in, each as the place that stands for it.

    Parameters
    ----------
    any_kind
        Whether things other than districts count too: where no seat lies inside.
    """
    features = setting.context.features
    found = []
    for claim in setting.claims_about((key,), "contains"):
        for thing in claim.objects:
            own = [s for s in seats if s in (thing, features[thing].anchor)]
            own = own or [s for s in seats if features[s].parent == thing]
            if own:
                found += own[:1]
            elif any_kind or features[thing].kind is Kind.DISTRICT:
                found.append(features[thing].anchor or thing)
    return found


def _townships(setting: Setting, key: str) -> tuple[int, ...]:
    if not _area(setting, key):
        return ()
    points = setting.townships.geometry.to_numpy()
    area = setting.shape(key)
    shapely.prepare(area)
    return tuple(np.flatnonzero(shapely.covers(area, points)).tolist())
