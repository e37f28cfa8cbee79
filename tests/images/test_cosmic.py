"""Cosmic rays are masked, stars are not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import binary_dilation, label

from astrolib.images.cosmic import Noise, cosmic_rays, sharpness
from astrolib.sky.nights import defects
from astrolib.sky.nights.psf import Psf

GAIN = 2.0


def _noise(drawn):
    return Noise(np.full(drawn.data.shape, drawn.noise, dtype=np.float32), GAIN)


@pytest.mark.parametrize(
    "psf", [Psf(3.2, 0.12, 1.0, 2.5), Psf(3.8, 0.05, 0.2, 4.0), Psf(4.6, 0.15, 2.0, 3.0)]
)
def test_hits_are_masked_and_stars_are_not(stars, psf):
    masked, of_hits, of_stars = [], [], []
    for seed in range(3):
        drawn = stars(psf, count=300, seed=seed)
        hits = defects.cosmic_rays(drawn.data.shape, 25, np.random.default_rng(seed)) / GAIN
        mask = cosmic_rays(drawn.data + hits, _noise(drawn), psf.fwhm * np.sqrt(1 - psf.ellipticity))
        strong = hits > 5 * drawn.noise
        masked.append(mask[strong])
        number, count = label(hits > 0, np.ones((3, 3)))
        pixels = [strong & (number == hit) for hit in range(1, count + 1)]
        of_hits += [mask[some].mean() >= 0.5 for some in pixels if some.any()]
        star = (drawn.light > 2 * drawn.noise) & ~binary_dilation(hits > 0, np.ones((3, 3)))
        of_stars.append(mask[star])
    assert np.mean(np.concatenate(masked)) >= 0.95
    assert np.mean(of_hits) >= 0.95
    assert np.mean(np.concatenate(of_stars)) < 1e-3


def test_what_is_as_wide_as_a_star_is_never_hit(stars):
    psf = Psf(3.4, 0.0, 0.0, 3.0)
    drawn = stars(psf, count=40)
    trail = defects.satellite_trail(drawn.data.shape, psf.fwhm, 40 * drawn.noise, np.random.default_rng(3))
    rng = np.random.default_rng(0)
    light = drawn.light + trail
    data = (rng.poisson((light + 400) * GAIN) / GAIN - 400).astype(np.float32)
    mask = cosmic_rays(data, _noise(drawn), psf.fwhm)
    assert mask[light > 5 * drawn.noise].mean() < 1e-3


def test_pixels_that_are_bad_anyway_are_left_alone():
    data = np.zeros((40, 40), dtype=np.float32)
    data[10, 10] = data[20, 20] = 500
    never = np.zeros(data.shape, dtype=bool)
    never[10, 10] = True
    mask = cosmic_rays(data, Noise(np.ones_like(data), GAIN), 3.0, never)
    assert mask[20, 20]
    assert not mask[10, 10]


def test_nothing_is_hit_beside_a_bad_column(stars):
    drawn = stars(Psf(3.4, 0.0, 0.0, 3.0), count=40)
    data = drawn.data.copy()
    data[:, 200] -= 50 * drawn.noise
    data[:, 300] += 50 * drawn.noise
    never = np.zeros(data.shape, dtype=bool)
    never[:, [200, 300]] = True
    mask = cosmic_rays(data, _noise(drawn), 3.4, never)
    assert mask[:, 195:206].mean() < 1e-3
    assert mask[:, 295:306].mean() < 1e-3


def test_a_wider_star_is_less_sharp():
    assert sharpness(1, 5.0) < sharpness(1, 3.0) < sharpness(2, 3.0)


def test_a_star_that_the_edge_of_the_chip_cuts_is_no_hit(stars):
    psf = Psf(3.4, 0.05, 0.0, 3.0)
    drawn = stars(psf, count=60, faintest=4.5)
    for place in zip(np.rint(drawn.y).astype(int), np.rint(drawn.x).astype(int), strict=True):
        cut = drawn.data[place[0] + 2 :, : place[1] - 1]  # their centres lie just outside
        if min(cut.shape) > 40:
            light = drawn.light[place[0] + 2 :, : place[1] - 1]
            noise = np.full(cut.shape, drawn.noise, dtype=np.float32)
            mask = cosmic_rays(cut, Noise(noise, GAIN), psf.fwhm)
            assert not mask[0][light[0] > 10 * drawn.noise].any()
            assert not mask[:, -1][light[:, -1] > 10 * drawn.noise].any()


def test_the_edges_of_a_track_are_masked_with_it(stars):
    drawn = stars(Psf(2.7, 0.0, 0.0, 3.0), count=0)
    across, along = np.arange(60, 540), np.arange(60, 540)
    track = np.zeros(drawn.data.shape, dtype=np.float32)
    track[along, across] = 30 * drawn.noise
    track[along, across + 1] = 7 * drawn.noise
    mask = cosmic_rays(drawn.data + track, _noise(drawn), 2.7)
    assert mask[track > 0].mean() > 0.97
    assert mask[track == 0].mean() < 0.003
