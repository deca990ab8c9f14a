"""Measure a ring concept (环线产业圈): the ring as a circuit, its links and the belt along it.

The sections are joined to a circuit and its gaps measured; the roads under it, the ways across its
gaps and the drive round it are looked for on the network; the plan's claims of its sections, its
platforms and the points of interest within the belt are counted.
"""

from __future__ import annotations

from spatialplan.concepts.ring_facts import RingFacts, measure_ring
from spatialplan.concepts.ring_findings import answer, findings, nothing_located
from spatialplan.concepts.ring_links import Belt, links_of, measure_belt
from spatialplan.concepts.ring_strip import marks, strips
from spatialplan.concepts.ring_tables import exhibits
from spatialplan.concepts.setting import Setting
from spatialplan.measures.ring_drive import tour_minutes
from spatialplan.model.plan import Concept, Origin
from spatialplan.model.profile import Profile
from spatialplan.text import Text

__all__ = ["measure"]


def measure(setting: Setting, concept: Concept) -> Profile:
    """Measure closure, gaps and what closes them, class and speed, the drive, links and belt."""
    facts = measure_ring(setting, concept)
    if facts is None:
        found = nothing_located(concept)
        said = found[0].answer
        return Profile(
            concept=concept.id, answer=Text(f"{said.zh}。", f"{said.en}."), findings=found
        )
    links = links_of(setting, concept)
    belt = measure_belt(setting, concept, facts)
    found = findings(setting, concept, facts, links, belt)
    return Profile(
        concept=concept.id,
        answer=answer(facts, found),
        findings=found,
        exhibits=exhibits(setting, facts, links, belt),
        marks=marks(setting, facts, belt),
        notes=_notes(facts, belt),
        strips=strips(setting, concept, facts, links, belt),
    )


def _notes(facts: RingFacts, belt: Belt) -> tuple[Text, ...]:
    """Return the doubts that belong beside the numbers."""
    notes = []
    if facts.missed:
        zh, en = "、".join(t.zh for t in facts.missed), ", ".join(t.en for t in facts.missed)
        notes.append(
            Text(f"{zh}落在缺口内，绕行时不经过", f"in a gap, so that the drive omits it: {en}")
        )
    joined = sum(leg.joined_m for leg in facts.legs[0])
    if joined > 0:
        notes.append(
            Text(
                f"绕行中按相接通过路网断口共 {joined:.0f} 米（概化所致，不当作缺口）",
                f"the drive passes {joined:.0f} m of breaks in the mapped road as joined",
            )
        )
    times = [tour_minutes(legs) for legs in facts.legs]
    if times[0] is not None and times[0] == times[1]:
        notes.append(
            Text(
                "两个方向时间相同：所用路网在此没有单行信息",
                "both directions take the same time: the roads used have no one-ways here",
            )
        )
    if belt.width.origin is Origin.ASSUMED:
        km = belt.width.value / 1000
        notes.append(
            Text(
                f"产业带单侧宽度 {km:g} 公里为假设，待核",
                f"the width of the belt, {km:g} km on either side, is assumed",
            )
        )
    if belt.gathering is not None and belt.gathering.edge:
        edge = belt.gathering.edge
        notes.append(
            Text(
                f"{edge} 个兴趣点离产业带边线不超过其位置误差，归属难定",
                f"{edge} points lie within their accuracy of the edge of the belt",
            )
        )
    return tuple(notes)
