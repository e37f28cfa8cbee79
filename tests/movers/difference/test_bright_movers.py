"""A small field with more bright movers than stars: nothing that the search takes from stars is theirs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from astropy.time import Time
from astropy.wcs import WCS

from astrolib.images import ReducedFrame
from astrolib.movers.difference.matched import match
from astrolib.movers.difference.measuring import Measured, measure
from astrolib.movers.difference.subtraction import Difference, subtract
from astrolib.movers.frames.psf import Moffat
from astrolib.movers.frames.registered import Registered
from astrolib.movers.frames.registering import register

SIDE, STARS, MOVERS = 300, 6, 9
SKY_NOISE, FLUX = 10.0, 60_000.0  # of a mover, whose signal is some 400 times its noise
TRANSPARENCY = np.array([1.0, 0.8, 0.9, 0.7, 0.95])
SEEING = np.array([3.6, 3.9, 3.4, 4.0, 3.7])  # [pixel]
STEP = 9.0  # of a mover from frame to frame [pixel]: its wings overlap


def _wcs() -> WCS:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval, wcs.wcs.crpix, wcs.wcs.cdelt = (180.0, 0.0), (150.5, 150.5), (-1e-4, 1e-4)
    return wcs


def _scene() -> tuple[np.ndarray, np.ndarray]:
    """Return the places of stars (stars, 2), and of movers in each frame (frames, movers, 2)."""
    rng = np.random.default_rng(11)
    grid = np.stack(np.meshgrid([60, 150, 240], [40, 95, 150, 205, 260]), axis=-1).reshape(-1, 2)
    places = grid + rng.uniform(-4, 4, grid.shape)
    rng.shuffle(places)
    angle = rng.uniform(0, 2 * np.pi, MOVERS)
    motion = STEP * np.stack((np.cos(angle), np.sin(angle)), axis=1)
    steps = np.arange(5)[:, None, None] - 2
    return places[:STARS], places[STARS:] + steps * motion


def _frame(number: int, stars: np.ndarray, movers: np.ndarray) -> ReducedFrame:
    rng = np.random.default_rng(number)
    y, x = np.mgrid[:SIDE, :SIDE]
    psf, image = Moffat(SEEING[number], beta=3.0), np.zeros((SIDE, SIDE))
    light = np.concatenate([np.linspace(0.5, 1.5, STARS), np.ones(len(movers))]) * FLUX
    for (column, row), flux in zip(np.concatenate([stars, movers]), light, strict=True):
        image += flux * TRANSPARENCY[number] * psf.at(x - column, y - row)
    image += rng.normal(0, 1, image.shape) * np.sqrt(SKY_NOISE**2 + image)
    return ReducedFrame(
        data=image.astype(np.float32), wcs=_wcs(), mid=Time(2460000.5 + number * 0.006, format="jd"),
        exposure=60.0, gain=1.0, read_noise=5.0, zero_point=25.0, band="r", station="950", saturate=np.inf,
        name=f"{number}.fits", uncertainty=None, mask=None,
    )  # fmt: skip


@pytest.fixture(scope="module")
def searched() -> tuple[Registered, Difference, list[Measured], np.ndarray]:
    """Return the field, its difference, what is measured at the true places of each mover, and these."""
    stars, movers = _scene()
    field = register([_frame(number, stars, places) for number, places in enumerate(movers)])
    place = np.array([[[at.dx, at.dy]] for at in field.places])
    difference = subtract(field, match(field))
    there = (movers + place).transpose(1, 2, 0)
    return field, difference, [measure(field, difference, *one) for one in there], there


def test_the_flux_scale_is_that_of_stars(searched):
    assert searched[1].scale == pytest.approx(TRANSPARENCY, rel=0.02)


def test_movers_are_measured_as_well_as_their_light_allows(searched):
    _, _, measured, there = searched
    off = [np.hypot(one.x - x, one.y - y) for one, (x, y) in zip(measured, there, strict=True)]
    assert np.quantile(off, 0.9) < 0.1
    score = np.concatenate([one.score for one in measured])
    assert np.median(score) > 150
    assert score.min() > 50


def test_stars_that_no_source_confirms_tell_no_scale(searched):
    """Where no star is seen twice the frames are taken for equally clear."""
    field = searched[0]
    pixels = [replace(one, sources=one.sources[:0]) for one in field.pixels[1:]]
    alone = replace(field, pixels=[field.pixels[0], *pixels])
    assert subtract(alone, match(field)).scale == pytest.approx(1)
