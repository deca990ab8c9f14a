"""Kernel density by hand, against direct summation and against scipy's Gaussian estimate."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import gaussian_kde
from shapely import Point

from spatialplan.errors import DataError
from spatialplan.measures.kernel_density import core_area, kernel_density, peak_near

H, CELL = 500.0, 100.0
clouds = arrays(
    float, st.tuples(st.integers(1, 12), st.just(2)), elements=st.integers(-3000, 3000).map(float)
)


def density_at(x, y, points, h):
    """The definition itself: a loop over points, per km²."""
    total = 0.0
    for px, py in points:
        d = np.hypot(x - px, y - py)
        if d < h:
            total += 3 / (np.pi * h**2) * (1 - (d / h) ** 2) ** 2
    return total * 1e6


def mass(surface):
    return surface.per_km2.sum() * (surface.grid.cell_m / 1000) ** 2


def test_one_point_by_hand():
    surface = kernel_density(np.array([50.0]), np.array([50.0]), H, CELL)
    x, y = surface.grid.centres()
    at = {(cx, cy): surface.per_km2[r, c] for c, cx in enumerate(x) for r, cy in enumerate(y)}
    assert at[50.0, 50.0] == pytest.approx(3 / (np.pi * 0.25))
    assert at[250.0, 50.0] == pytest.approx(3 / (np.pi * 0.25) * (1 - 0.16) ** 2)
    assert at[50.0, 450.0] == pytest.approx(3 / (np.pi * 0.25) * (1 - 0.64) ** 2)
    assert at[550.0, 50.0] == 0.0  # the kernel ends at its radius


@settings(max_examples=30)
@given(clouds)
def test_equals_direct_summation(points):
    surface = kernel_density(points[:, 0], points[:, 1], H, CELL)
    x, y = surface.grid.centres()
    rng = np.random.default_rng(1)
    for row, column in zip(rng.integers(0, len(y), 8), rng.integers(0, len(x), 8), strict=True):
        expected = density_at(x[column], y[row], points, H)
        assert surface.per_km2[row, column] == pytest.approx(expected)


@given(clouds)
def test_no_mass_is_lost_at_the_edge(points):
    """Every point counts as one, wherever it lies in its cell; the raster's sum errs below 2 %."""
    surface = kernel_density(points[:, 0], points[:, 1], H, CELL)
    assert mass(surface) == pytest.approx(len(points), rel=0.02)


def test_finer_cells_keep_the_mass_better():
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0, 5000, (2, 200))
    errors = [abs(mass(kernel_density(x, y, H, cell)) - 200) for cell in (250.0, 100.0, 25.0)]
    assert errors[2] < errors[0]
    assert errors[2] < 0.02


@given(clouds, st.integers(-40, 40), st.integers(-40, 40))
def test_translation_by_whole_cells_and_order(points, right, up):
    surface = kernel_density(points[:, 0], points[:, 1], H, CELL)
    moved = points[::-1] + np.array([right * CELL, up * CELL])
    other = kernel_density(moved[:, 0], moved[:, 1], H, CELL)
    assert other.per_km2 == pytest.approx(surface.per_km2, abs=1e-9)
    assert other.grid.column - surface.grid.column == right


@given(clouds)
def test_quarter_turn(points):
    surface = kernel_density(points[:, 0] + 50, points[:, 1] + 50, H, CELL)
    turned = kernel_density(-points[:, 1] - 50, points[:, 0] + 50, H, CELL)
    assert turned.per_km2.max() == pytest.approx(surface.per_km2.max())
    assert mass(turned) == pytest.approx(mass(surface))


def test_agrees_with_scipys_gaussian_of_equal_variance():
    """A quartic kernel of radius h has variance h²/8 along each axis.

    Over some thousand points of a smooth cloud the shape of the kernel hardly matters: both are
    the cloud blurred by the same variance. What is left are the fourth moments, and chance.
    """
    rng = np.random.default_rng(7)
    points = rng.normal(0, 1500, (4000, 2))
    surface = kernel_density(points[:, 0], points[:, 1], 1200.0, 200.0)
    sigma = 1200.0 / np.sqrt(8)
    scipys = gaussian_kde(
        points.T, bw_method=sigma / np.sqrt(np.linalg.det(np.cov(points.T)) ** 0.5)
    )
    x, y = surface.grid.centres()
    cx, cy = np.meshgrid(x, y)
    theirs = scipys(np.vstack([cx.ravel(), cy.ravel()])).reshape(cx.shape) * len(points) * 1e6
    dense = theirs > theirs.max() / 4
    assert surface.per_km2[dense] == pytest.approx(theirs[dense], rel=0.08)
    assert np.corrcoef(surface.per_km2.ravel(), theirs.ravel())[0, 1] > 0.999


def test_batches_change_nothing(monkeypatch):
    rng = np.random.default_rng(5)
    x, y = rng.uniform(0, 3000, (2, 100))
    whole = kernel_density(x, y, H, CELL)
    monkeypatch.setattr("spatialplan.measures.kernel_density.BATCH", 7)
    assert kernel_density(x, y, H, CELL).per_km2 == pytest.approx(whole.per_km2)


def test_no_points_no_surface_and_wrong_input_is_refused():
    none = np.empty(0)
    assert kernel_density(none, none, H, CELL) is None
    with pytest.raises(DataError, match="缺失坐标"):
        kernel_density(np.array([np.nan]), np.array([0.0]), H, CELL)
    for cell in (0.0, 500.0):
        with pytest.raises(DataError, match="带宽"):
            kernel_density(none, none, H, cell)


def two_clusters():
    """Twelve points at (50, 50), six at (3050, 50)."""
    x = np.repeat([50.0, 3050.0], [12, 6])
    return kernel_density(x, np.full(18, 50.0), H, CELL)


def test_peak_is_the_densest_within_the_radius():
    surface = two_clusters()
    peak = peak_near(surface, 400.0, 50.0, 1000.0)
    assert (peak.x, peak.y, peak.is_summit) == (50.0, 50.0, True)
    assert peak.per_km2 == pytest.approx(12 * 3 / (np.pi * 0.25))
    other = peak_near(surface, 2800.0, 50.0, 1000.0)
    assert (other.x, other.is_summit) == (3050.0, True)
    assert other.per_km2 == pytest.approx(peak.per_km2 / 2)


def test_a_slope_is_no_summit_and_emptiness_has_no_peak():
    surface = two_clusters()
    slope = peak_near(surface, 550.0, 50.0, 220.0)
    assert (slope.x, slope.y, slope.is_summit) == (350.0, 50.0, False)
    assert peak_near(surface, 1550.0, 50.0, 300.0) is None
    assert peak_near(surface, 99_000.0, 0.0, 300.0) is None


def test_core_is_a_disc_of_known_radius_round_one_cluster():
    surface = two_clusters()
    core = core_area(surface, peak_near(surface, 0.0, 0.0, 1000.0), 0.5)
    # (1 − r²/h²)² = ½ at r = h √(1 − √½) = 0.541 h; linear interpolation of cells shaves it.
    radius = H * np.sqrt(1 - np.sqrt(0.5))
    assert core.area == pytest.approx(np.pi * radius**2, rel=0.05)
    assert core.centroid.distance(Point(50, 50)) < 1.0
    assert not core.covers(Point(3050, 50))  # the other cluster reaches half the peak, but apart


def test_core_shrinks_with_the_share_and_is_valid():
    rng = np.random.default_rng(11)
    points = rng.normal(0, 900, (300, 2))
    surface = kernel_density(points[:, 0], points[:, 1], H, CELL)
    peak = peak_near(surface, 0.0, 0.0, 5000.0)
    cores = [core_area(surface, peak, share) for share in (0.1, 0.3, 0.5, 0.9)]
    assert all(core.is_valid and core.covers(Point(peak.x, peak.y)) for core in cores)
    assert all(shapely.covers(a.buffer(1e-6), b) for a, b in pairwise(cores))
    for share in (0.0, 1.0):
        with pytest.raises(DataError):
            core_area(surface, peak, share)
