"""Measure a circles concept: commercial circles (商圈) of a city, its counties and its culture.

The circle is the service area of its centre: on foot the convenience circle of about 15 minutes, by
car what drives there in time. Inside it are counted its landmarks and the points of interest; the
density core is held against the plan's centre; villages and townships travel to it by road.
"""

from __future__ import annotations

from spatialplan.concepts.circles_answer import answer
from spatialplan.concepts.circles_findings import findings
from spatialplan.concepts.circles_marks import marks, notes
from spatialplan.concepts.circles_measured import take_measures
from spatialplan.concepts.circles_tables import exhibits
from spatialplan.concepts.setting import Setting
from spatialplan.model.plan import Concept
from spatialplan.model.profile import Profile

__all__ = ["measure"]


def measure(setting: Setting, concept: Concept) -> Profile:
    """Measure service areas, landmarks, offer, density core, reach and competition of circles."""
    measured = take_measures(setting, concept)
    return Profile(
        concept=concept.id,
        answer=answer(measured),
        findings=findings(setting, measured),
        exhibits=exhibits(setting, measured),
        marks=marks(setting, measured),
        notes=notes(setting, concept, measured),
    )
