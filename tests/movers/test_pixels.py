"""What is broken in a frame is marked before anything is searched."""

from __future__ import annotations

import astropy.units as u
import numpy as np
import pytest
from astropy.time import Time
from astropy.wcs import WCS

from astrolib.images.frame import ReducedFrame
from astrolib.movers.pixels import prepare


def _frame(data: np.ndarray) -> ReducedFrame:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.cdelt = -1e-4, 1e-4
    return ReducedFrame(
        data=data.astype(np.float32), wcs=wcs, mid=Time(2460000.5, format="jd") + 0 * u.s, exposure=60.0,
        gain=1.0, read_noise=5.0, zero_point=25.0, band="r", station="950", saturate=np.inf, name="one.fits",
        uncertainty=None, mask=None,
    )  # fmt: skip


@pytest.mark.parametrize("step", [-100.0, 60.0])
@pytest.mark.parametrize("rows", [slice(333, None), slice(0, 700), slice(130, 900)])
def test_a_bad_column_is_marked_to_its_ends(step: float, rows: slice) -> None:
    """Wherever it begins: a piece of a dead column that is left makes peaks along a line in every frame."""
    data = np.random.default_rng(5).normal(100, 10, (1000, 600))
    truth = np.zeros(data.shape, bool)
    truth[rows, 100] = True
    data[truth] += step
    bad = prepare(_frame(data)).bad
    assert np.count_nonzero(truth & ~bad) <= 2
    assert np.count_nonzero(bad[:, :90]) + np.count_nonzero(bad[:, 110:]) < 20
