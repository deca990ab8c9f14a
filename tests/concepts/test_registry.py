"""Every family has its measure, and every concept of the packs is measured."""

from __future__ import annotations

import pytest

from spatialplan.concepts import MEASURES
from spatialplan.io.plans import find_pack, list_packs, read_plan
from spatialplan.model.families import FAMILIES


def test_measures_are_the_families() -> None:
    assert set(MEASURES) == set(FAMILIES)


@pytest.mark.parametrize("name", list_packs())
def test_packs_name_their_concepts(name: str) -> None:
    families = {concept.family for concept in read_plan(find_pack(name)).concepts}
    assert families >= {"riverside", "circles", "logistics", "regions", "routes"}
    assert ("ring" in families) == (name == "xiangtan")
