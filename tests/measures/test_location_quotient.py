"""Location quotients by hand, and what holds for all counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spatialplan.errors import DataError
from spatialplan.measures.location_quotient import location_quotient

counts = arrays(float, (3, 4), elements=st.integers(0, 40).map(float))


def test_by_hand():
    area = np.array([60.0, 30.0, 10.0])
    found = location_quotient(np.array([[6.0, 3.0, 1.0], [0.0, 3.0, 3.0]]), area)
    assert found[0] == pytest.approx([1.0, 1.0, 1.0])
    assert found[1] == pytest.approx([0.0, 0.5 / 0.3, 0.5 / 0.1])


def test_what_the_area_lacks_and_empty_places_are_unknown():
    found = location_quotient(np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([5.0, 0.0]))
    assert found[0, 0] == 1.0
    assert np.isnan(found[0, 1])
    assert np.isnan(found[1]).all()
    assert np.isnan(location_quotient(np.array([[1.0]]), np.array([0.0]))).all()


@given(counts)
def test_the_area_is_the_mean_of_its_places(table):
    """Weighted by the places' expected counts the quotients come to 1."""
    area = table.sum(axis=0)
    found = location_quotient(table, area)
    total = table.sum(axis=1)
    for c in np.flatnonzero(area > 0):
        known = total > 0
        mean = (found[known, c] * total[known]).sum() / total[known].sum()
        assert mean == pytest.approx(1.0)


@given(counts, st.integers(2, 9))
def test_scale_does_not_matter(table, factor):
    area = table.sum(axis=0) + 1
    found = location_quotient(table, area)
    assert location_quotient(table * factor, area) == pytest.approx(found, nan_ok=True)
    assert location_quotient(table, area * factor) == pytest.approx(found, nan_ok=True)


def test_wrong_counts_are_refused():
    with pytest.raises(DataError):
        location_quotient(np.array([[-1.0]]), np.array([1.0]))
    with pytest.raises(DataError):
        location_quotient(np.array([[1.0]]), np.array([np.nan]))
