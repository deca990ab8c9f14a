"""The embedded inputs of one plan, read once."""

from __future__ import annotations

import pytest

from spatialplan import loading
from spatialplan.io.plans import find_pack, read_plan
from spatialplan.model.inputs import Inputs


@pytest.fixture(scope="session")
def xiangtan() -> Inputs:
    return loading.load_inputs(read_plan(find_pack("xiangtan")))
