"""The point-spread function of a frame is that of what stands still, where that is enough."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.time import Time
from astropy.wcs import WCS

from astrolib.images import ReducedFrame
from astrolib.movers.frames.pixels import Pixels, prepare
from astrolib.movers.frames.psf import Moffat, fit_psf

SIDE, FWHM, TRAIL = 300, 3.6, 3.0  # [pixel]
STARS = [(50, 50), (150, 60), (250, 50), (60, 250)]


@pytest.fixture(scope="module")
def pixels() -> Pixels:
    """Return a frame of four stars, and of twelve brighter movers that trail a little."""
    y, x = np.mgrid[:SIDE, :SIDE]
    star, image = Moffat(FWHM, beta=3.0), np.random.default_rng(4).normal(0, 5, (SIDE, SIDE))
    for column, row in STARS:
        image += 20_000 * star.at(x - column, y - row)
    places = [(column, row) for column in (60, 120, 180, 240) for row in (110, 155, 200)]
    for flux, (column, row) in zip(np.linspace(40_000, 80_000, len(places)), places, strict=True):
        for along in np.linspace(-TRAIL / 2, TRAIL / 2, 7):
            image += flux / 7 * star.at(x - column - along, y - row)
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    return prepare(
        ReducedFrame(
            data=image.astype(np.float32), wcs=wcs, mid=Time(2460000.5, format="jd"), exposure=60.0, gain=1.0,
            read_noise=5.0, zero_point=25.0, band="r", station="950", saturate=np.inf, name="one.fits",
            uncertainty=None, mask=None,
        )
    )  # fmt: skip


def _standing(pixels: Pixels, count: int) -> np.ndarray:
    """Say which sources are the first few stars."""
    off = [np.hypot(pixels.sources["x"] - x, pixels.sources["y"] - y) for x, y in STARS[:count]]
    return np.min(off, axis=0) < 1.5


def test_movers_that_trail_do_not_widen_it(pixels: Pixels) -> None:
    assert fit_psf(pixels).ellipticity > 0.08
    told = fit_psf(pixels, _standing(pixels, 4))
    assert told.stars == 4
    assert told.fwhm == pytest.approx(FWHM, rel=0.03)
    assert told.ellipticity < 0.04


def test_where_too_little_stands_still_all_tell_it(pixels: Pixels) -> None:
    assert fit_psf(pixels, _standing(pixels, 2)) == fit_psf(pixels)
