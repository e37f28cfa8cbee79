"""A trail's image and what is fitted to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from astrolib.movers.frames.psf import Moffat
from astrolib.movers.trails.fit import fit_trail
from astrolib.movers.trails.model import Trail, draw, moffat_profile, round_profile, unit_trail

TRAIL = Trail(40.3, 38.8, 25.0, 0.7, 4000.0)
ROWS, COLUMNS = np.mgrid[:80, :80].astype(float)


def picture(trail: Trail, profile) -> np.ndarray:
    return draw(trail, profile, COLUMNS.ravel(), ROWS.ravel()).reshape(ROWS.shape)


def smeared(psf: Moffat, trail: Trail) -> np.ndarray:
    """Return a profile added up at many places of a line: what the closed form stands for."""
    steps = (np.arange(300) + 0.5) / 300 - 0.5
    dx, dy = steps * trail.length * np.cos(trail.angle), steps * trail.length * np.sin(trail.angle)
    parts = (psf.at(COLUMNS - trail.x - x, ROWS - trail.y - y) for x, y in zip(dx, dy, strict=True))
    return trail.flux * sum(parts) / len(steps)


@pytest.mark.parametrize("beta", [2.4, 3.0, 6.0])
def test_a_trail_is_the_profile_of_a_star_drawn_along_a_line(beta: float) -> None:
    psf = Moffat(4.0, 0.12, 0.5, beta)
    expected = smeared(psf, TRAIL)
    assert np.abs(picture(TRAIL, moffat_profile(psf)) - expected).max() < 2e-3 * expected.max()


@pytest.mark.parametrize(("number", "name"), [(2, "length"), (3, "angle")])
def test_slopes_are_those_of_the_image(number: int, name: str) -> None:
    profile, step = round_profile(4.0), 1e-4
    x, y = COLUMNS.ravel(), ROWS.ravel()
    less, more = (replace(TRAIL, **{name: getattr(TRAIL, name) + by}) for by in (-step, step))
    change = unit_trail(more, profile, x, y)[0] - unit_trail(less, profile, x, y)[0]
    image, slopes = unit_trail(TRAIL, profile, x, y)
    assert np.allclose(change / (2 * step), slopes[number], atol=1e-4 * image.max())


def test_a_trail_without_noise_is_found_as_it_is() -> None:
    psf = Moffat(4.0, 0.1, 1.0, 2.6)
    image, sigma = smeared(psf, TRAIL).astype(np.float32), np.ones((80, 80), np.float32)
    fit = fit_trail(image, sigma, Trail(42.0, 38.0, 20.0, 0.6, 0.0), moffat_profile(psf))
    assert fit is not None
    assert (fit.trail.x, fit.trail.y) == pytest.approx((TRAIL.x, TRAIL.y), abs=0.01)
    assert fit.trail.length == pytest.approx(TRAIL.length, abs=0.05)
    assert fit.trail.flux == pytest.approx(TRAIL.flux, rel=0.005)


def test_errors_are_what_the_noise_makes_of_the_middle() -> None:
    rng = np.random.default_rng(3)
    profile, sigma = round_profile(4.0), np.full((80, 80), 10.0, np.float32)
    pulls = []
    for _ in range(60):
        image = (picture(TRAIL, profile) + rng.normal(0, 10, (80, 80))).astype(np.float32)
        fit = fit_trail(image, sigma, TRAIL, profile)
        assert fit is not None
        dx, dy = fit.trail.x - TRAIL.x, fit.trail.y - TRAIL.y
        c, s = np.cos(TRAIL.angle), np.sin(TRAIL.angle)
        pulls.append(((dx * c + dy * s) / fit.along, (dy * c - dx * s) / fit.across))
    assert np.all(np.abs(np.std(pulls, axis=0) - 1) < 0.3)


@pytest.mark.parametrize(
    "off", [(40.0, -60.0), (40.0, 200.0), (-60.0, 40.0), (200.0, 40.0), (-300.0, -300.0), (1e9, 40.0)]
)
def test_what_lies_off_the_frame_is_not_fitted(off: tuple[float, float]) -> None:
    """On any side, near or far: a fit on the way to somewhere else ends there."""
    image, sigma = np.zeros((80, 80), np.float32), np.ones((80, 80), np.float32)
    assert fit_trail(image, sigma, replace(TRAIL, x=off[0], y=off[1]), round_profile(4.0)) is None


def test_what_is_not_to_be_used_is_not_fitted() -> None:
    image, sigma = np.zeros((80, 80), np.float32), np.full((80, 80), np.inf, np.float32)
    assert fit_trail(image, sigma, TRAIL, round_profile(4.0)) is None
