"""Trails in each frame's own profile, against the matched images that they are taken from."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

import numpy as np
import pytest

from astrolib.movers.difference.interpolation import cubic, nearest
from astrolib.movers.difference.matched import HALF, match, mean_profile
from astrolib.movers.difference.own_profile import scores_around
from astrolib.movers.difference.subtraction import subtract
from astrolib.movers.frames.registered import Registered
from astrolib.movers.frames.registering import register
from astrolib.sky.nights import floor_field


@pytest.fixture(scope="module")
def frames() -> Registered:
    """Return a small field, without movers to speak of."""
    return register(floor_field("deep", 3101, (400, 400), movers=4).frames)


def _alike(frames: Registered) -> Registered:
    """Return frames that all claim the mean profile."""
    alike = copy(frames)
    vars(alike)["psfs"] = [mean_profile(frames.psfs)] * len(frames)
    return alike


def test_with_the_mean_profile_it_is_the_matched_image(frames: Registered) -> None:
    """Of what does not move."""
    alike = _alike(frames)
    difference = subtract(alike, match(alike))
    x, y = np.full(len(frames), 203.0), np.full(len(frames), 187.0)
    score, weight = scores_around(alike, difference, x, y, 4)
    matched = difference.flux[:, 183:192, 199:208] / nearest(difference.sigma, x, y)[:, None, None]
    np.testing.assert_allclose(score, matched, atol=0.02)
    np.testing.assert_allclose(weight, 1 / nearest(difference.sigma, x, y), rtol=1e-3)


def test_no_frame_tells_less_than_its_matched_image(frames: Registered) -> None:
    """The filter of a frame's own profile is the best there is, and of worse or better seeing it gains."""
    difference = subtract(frames, match(frames))
    x, y = np.full(len(frames), 200.0), np.full(len(frames), 200.0)
    gain = scores_around(frames, difference, x, y, 4)[1] * nearest(difference.sigma, x, y)
    apart = np.abs(np.log([psf.fwhm / mean_profile(frames.psfs).fwhm for psf in frames.psfs]))
    assert np.all(gain > 0.999)
    assert gain[np.argmax(apart)] > 1.02


def test_a_frame_that_says_nothing_has_no_weight(frames: Registered) -> None:
    """Off its edge."""
    difference = subtract(frames, match(frames))
    x, y = np.full(len(frames), 200.0), np.full(len(frames), 200.0)
    x[2] = -30.0
    score, weight = scores_around(frames, difference, x, y, 4)
    assert weight[2] == 0
    assert not score[2].any()
    assert np.all(weight[[0, 1, 3]] > 0)


def test_a_trail_between_pixels_is_met_and_its_flux_comes_back(frames: Registered) -> None:
    """Drawn into the differences with the common profile."""
    alike = _alike(frames)
    difference = subtract(alike, match(alike))
    time = frames.minutes - frames.minutes.mean()
    x, y = 200.3 + 1.5 * time, 199.6 - 0.8 * time
    exposure = frames.originals[0].exposure / 60
    rows, columns = np.mgrid[: difference.flux.shape[1], : difference.flux.shape[2]].astype(float)
    flux = np.zeros_like(difference.flux)
    for number in range(len(frames)):
        for share in (np.arange(21) + 0.5) / 21 - 0.5:
            dx = columns - x[number] - 1.5 * exposure * share
            dy = rows - y[number] + 0.8 * exposure * share
            flux[number] += (
                1000 / 21 * cubic(difference.profile, HALF + dx, HALF + dy) * (np.hypot(dx, dy) < HALF)
            )
    score, weight = scores_around(alike, replace(difference, flux=flux), x, y, 3)
    seen = weight > 0
    assert np.all(np.argmax(score[seen].reshape(seen.sum(), -1), axis=1) == 24)
    np.testing.assert_allclose(score[seen, 3, 3] / weight[seen], 1000, rtol=0.02)
