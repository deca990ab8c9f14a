"""Measure a riverside concept (一湾辐射): belts, areas by the bank, crossings, access to the core.

The questions: are its areas located, is the belt as long as the plan says, do the areas lie by the
bank, are the banks joined and which crossing matters most, how long is it to the core, do paths
accompany the banks.
"""

from __future__ import annotations

from itertools import chain

from spatialplan.concepts.riverside_access import access
from spatialplan.concepts.riverside_areas import areas, side_notes
from spatialplan.concepts.riverside_belts import belts, structure
from spatialplan.concepts.riverside_bridges import bridges
from spatialplan.concepts.riverside_critical import critical
from spatialplan.concepts.riverside_scene import Scene, read_scene
from spatialplan.concepts.riverside_strip import unrolled
from spatialplan.concepts.riverside_trips import read_travel
from spatialplan.concepts.riverside_walk import walk
from spatialplan.concepts.setting import Setting
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Finding, Profile
from spatialplan.model.verdict import State
from spatialplan.text import Text

__all__ = ["measure"]

QUESTION = Text("河流轴线是否可用", "Is there an axis of the river?")


def measure(setting: Setting, concept: Concept) -> Profile:
    """Return what was measured along a river and on its banks."""
    scene = read_scene(setting, concept)
    if isinstance(scene, Text):
        finding = Finding(question=QUESTION, answer=scene, state=State.NO_DATA)
        return Profile(concept=concept.id, answer=scene, findings=(finding,))
    travel = read_travel(scene)
    pieces = (
        belts(scene),
        areas(scene),
        structure(scene),
        bridges(scene),
        critical(scene, travel),
        access(scene, travel),
        walk(scene),
    )
    said = [piece.said for piece in pieces if piece.said is not None]
    findings = tuple(chain.from_iterable(piece.findings for piece in pieces))
    said = said or [findings[0].answer]
    return Profile(
        concept=concept.id,
        answer=Text("；".join(t.zh for t in said) + "。", "; ".join(t.en for t in said) + "."),
        findings=findings,
        exhibits=tuple(chain.from_iterable(piece.exhibits for piece in pieces)),
        marks=tuple(chain.from_iterable(piece.marks for piece in pieces)),
        notes=(
            *side_notes(scene),
            *chain.from_iterable(piece.notes for piece in pieces),
            *_axis_notes(scene),
        ),
        strips=unrolled(scene),
    )


def _axis_notes(scene: Scene) -> tuple[Text, ...]:
    """Tell what of the river's line was not used."""
    km = scene.river.left_out_m / 1000
    if km < 0.1:
        return ()
    return (
        Text(
            f"河流轴线有 {km:.1f} 公里与主线不相接，未计入。",
            f"{km:.1f} km of the river's line do not join the rest and are left out.",
        ),
    )
