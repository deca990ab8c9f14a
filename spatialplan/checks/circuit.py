"""ring_closed: whether the sections of a ring form one circuit, and where its gaps are."""

from __future__ import annotations

import shapely

from spatialplan.checks.context import Context, parameter
from spatialplan.checks.judging import conclude, no_line
from spatialplan.measures.ring import RingClosure, ring_closure
from spatialplan.model.plan import Claim, Origin, Parameter
from spatialplan.model.verdict import Mark, Part, State, Verdict
from spatialplan.text import Text

__all__ = ["ring_closed"]

SIDES = ("北", "东北", "东", "东南", "南", "西南", "西", "西北")
SIDES_EN = ("north", "north-east", "east", "south-east", "south", "south-west", "west",
            "north-west")  # fmt: skip
# A circuit is closed when all of it is there.
WHOLE = Parameter(value=100.0, origin=Origin.PLAN)


def ring_closed(context: Context, claim: Claim) -> Verdict:
    """Judge whether the sections form a closed circuit, and locate every gap."""
    gone = [part for key in claim.subjects if (part := no_line(context, key)) is not None]
    if gone:
        return conclude(context, claim, gone, unit="%", threshold=WHOLE)
    join = parameter(claim, "gap_m")
    join_m = join.value if join else 0.0
    ring = ring_closure([context.shapes[key] for key in claim.subjects], join_m)
    # A gap barely over the joining distance may be the generalisation of the lines.
    slack = 2 * max(context.accuracy(key) for key in claim.subjects)
    if ring.is_closed:
        state = State.HOLDS
    elif ring.gaps[0].length_m <= join_m + min(slack, join_m):
        state = State.UNCERTAIN
    else:
        state = State.FAILS
    marks = tuple(_gap_mark(context, ring, i) for i in range(len(ring.gaps)))
    cause = _cause(ring, marks)
    part = Part(
        subject=claim.subjects[0], object=None, state=state, value=100 * ring.closure, cause=cause
    )
    change = Text("补上缺口路段后闭合", "closing the gaps with roads of the ring's class")
    return conclude(
        context,
        claim,
        [part],
        unit="%",
        threshold=WHOLE,
        cause=cause,
        would_change=change if ring.gaps else None,
        marks=marks,
    )


def _side(bearing_deg: float) -> int:
    return round(bearing_deg / 45) % 8


def _gap_mark(context: Context, ring: RingClosure, position: int) -> Mark:
    gap = ring.gaps[position]
    side = _side(gap.bearing_deg)
    km = gap.length_m / 1000
    label = Text(
        f"{SIDES[side]}侧缺口 {km:.2f} 公里", f"gap of {km:.2f} km in the {SIDES_EN[side]}"
    )
    return Mark(role="gap", geometry=context.to_wgs84(gap.line), label=label)


def _cause(ring: RingClosure, marks: tuple[Mark, ...]) -> Text:
    share, km = 100 * ring.closure, ring.perimeter_m / 1000
    if not marks:
        return Text(f"{km:.1f} 公里闭合成环", f"a closed circuit of {km:.1f} km")
    ends = [shapely.get_coordinates(mark.geometry).round(4).tolist() for mark in marks]
    zh = "；".join(
        f"{mark.label.zh}，自 {tuple(a)} 至 {tuple(b)}"
        for mark, (a, b) in zip(marks, ends, strict=True)
    )
    en = "; ".join(
        f"{mark.label.en} from {tuple(a)} to {tuple(b)}"
        for mark, (a, b) in zip(marks, ends, strict=True)
    )
    return Text(f"未闭合，闭合度 {share:.1f}%：{zh}", f"not closed, closure {share:.1f}%: {en}")
