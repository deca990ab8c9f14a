"""Conversions between WGS-84, GCJ-02 and BD-09, against the formulae as geotool-cn has them."""

from __future__ import annotations

import GeoToolCN
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spatialplan.measures import datum
from spatialplan.measures.datum import Datum

RNG = np.random.default_rng(20261122)
LON, LAT = RNG.uniform(74, 134, 500), RNG.uniform(4, 53, 500)
FORWARD = {Datum.GCJ02: datum.gcj02_from_wgs84, Datum.BD09: datum.bd09_from_wgs84}
THEIRS = {Datum.GCJ02: GeoToolCN.wgs84_to_gcj02, Datum.BD09: GeoToolCN.wgs84_to_bd09}


def metres(lon, lat, lon2, lat2):
    return 111_320 * np.hypot((lon2 - lon) * np.cos(np.radians(lat)), lat2 - lat)


@pytest.mark.parametrize("key", FORWARD)
def test_forward_is_the_published_formula(key):
    theirs = np.array([THEIRS[key](x, y) for x, y in zip(LON, LAT, strict=True)])
    ours = np.column_stack(FORWARD[key](LON, LAT))
    assert np.abs(ours - theirs).max() < 1e-12


@pytest.mark.parametrize("key", FORWARD)
def test_inverse_is_exact_where_one_step_errs_by_metres(key):
    x, y = FORWARD[key](LON, LAT)
    assert metres(LON, LAT, *datum.wgs84_from(key, x, y)).max() < 1e-6
    back = {Datum.GCJ02: GeoToolCN.gcj02_to_wgs84, Datum.BD09: GeoToolCN.bd09_to_wgs84}[key]
    one_step = np.array([back(a, b) for a, b in zip(x, y, strict=True)])
    assert metres(LON, LAT, one_step[:, 0], one_step[:, 1]).max() > 1.0


def test_shifts_in_xiangtan_are_the_measured_ones():
    lon, lat = np.array([112.9451]), np.array([27.8291])
    assert metres(lon, lat, *datum.gcj02_from_wgs84(lon, lat))[0] == pytest.approx(657, abs=10)
    assert metres(lon, lat, *datum.bd09_from_wgs84(lon, lat))[0] == pytest.approx(1230, abs=30)


@pytest.mark.parametrize("key", Datum)
def test_outside_china_nothing_moves(key):
    lon, lat = np.array([2.35, -74.0, 151.2, 1e9]), np.array([48.85, 40.7, -33.9, -1e9])
    assert np.array_equal(np.array(datum.wgs84_from(key, lon, lat)), np.array([lon, lat]))
    if key in FORWARD:
        assert np.array_equal(np.array(FORWARD[key](lon, lat)), np.array([lon, lat]))


def test_wgs84_is_returned_bit_for_bit():
    assert datum.wgs84_from(Datum.WGS84, LON, LAT) == (LON, LAT)


@settings(deadline=None)
@given(st.floats(73.5, 135), st.floats(3.5, 53.5), st.sampled_from([Datum.GCJ02, Datum.BD09]))
def test_there_and_back_anywhere(lon, lat, key):
    here = np.array([lon]), np.array([lat])
    assert metres(*here, *datum.wgs84_from(key, *FORWARD[key](*here)))[0] < 1e-6
