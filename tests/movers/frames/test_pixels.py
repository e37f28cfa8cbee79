"""What is broken in a frame is marked before anything is searched."""

from __future__ import annotations

import astropy.units as u
import numpy as np
import pytest
from astropy.time import Time
from astropy.wcs import WCS

from astrolib.images.frame import ReducedFrame
from astrolib.movers.frames.pixels import prepare


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


def test_a_block_that_says_nothing_leaves_its_neighbours_good() -> None:
    """It is as bright as the sky, or columns beside it would be taken for bad ones."""
    data = np.random.default_rng(7).normal(100, 10, (700, 600))
    data[:, 200:203] = np.nan
    bad = prepare(_frame(data)).bad
    assert bad[:, 200:203].all()
    assert np.count_nonzero(np.delete(bad, np.s_[200:203], axis=1)) < 20


def test_the_width_of_stars_is_told_among_more_tracks_and_galaxies() -> None:
    """Tracks of particles are narrower or long, galaxies wider; neither is what a star looks like."""
    rng = np.random.default_rng(8)
    data = rng.normal(100, 10, (700, 700))
    rows, columns = np.mgrid[:700, :700]
    for fwhm, count in ((4.0, 25), (9.0, 40), (14.0, 40)):
        for x, y in rng.uniform(20, 680, (count, 2)):
            near = np.s_[int(y) - 19 : int(y) + 20, int(x) - 19 : int(x) + 20]
            off2 = (columns[near] - x) ** 2 + (rows[near] - y) ** 2
            data[near] += rng.uniform(400, 2000) * np.exp(-4 * np.log(2) * off2 / fwhm**2)
    for x, y, angle, length in rng.uniform((10, 10, 0, 3), (690, 690, np.pi, 12), (60, 4)):
        steps = np.arange(0, length, 0.5)
        data[
            (y + steps * np.sin(angle)).astype(int) % 700, (x + steps * np.cos(angle)).astype(int) % 700
        ] += 900
    assert prepare(_frame(data)).fwhm == pytest.approx(4.0, rel=0.12)


def test_the_core_of_a_source_beside_a_bad_column_is_not_taken_for_a_particle() -> None:
    """It stands high above what is masked beside it, but so it would above any neighbour."""
    data = np.random.default_rng(9).normal(100, 10, (700, 700))
    rows, columns = np.mgrid[:700, :700]
    places = [(40.0 + 30 * number, 350.0 + number % 7 - 3) for number in range(21)]
    for y, x in [*places, *((y, 100 + x / 2) for y, x in places)]:
        data += 900 * np.exp(-4 * np.log(2) * ((columns - x) ** 2 + (rows - y) ** 2) / 4.0**2)
    data[:, 350] -= 90
    data[353, 500], data[520, 351] = 3000, 3000
    bad = prepare(_frame(data)).bad
    assert bad[:, 350].all()
    assert bad[353, 500]
    assert bad[520, 351]
    for y, x in places:
        near = bad[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2]
        assert np.count_nonzero(near[:, np.arange(int(x) - 1, int(x) + 2) != 350]) == 0, (y, x)


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (1, 5), (3, 2)])
def test_a_compact_hit_is_marked_and_a_star_is_not(shape: tuple[int, int]) -> None:
    data = np.random.default_rng(3).normal(100, 10, (400, 400))
    rows, columns = np.mgrid[:400, :400]
    stars = np.random.default_rng(4).uniform(20, 380, (40, 2))
    for y, x in stars:
        data += 1500 * np.exp(-4 * np.log(2) * ((columns - x) ** 2 + (rows - y) ** 2) / 3.5**2)
    empty = np.array([[y, x] for y in range(15, 390, 25) for x in range(15, 390, 25)])
    far = np.hypot(*(empty[:, None] - stars).transpose(2, 0, 1)).min(axis=1) > 12
    hits = empty[far][:40]
    for y, x in hits:
        data[y : y + shape[0], x : x + shape[1]] += 400
    bad = prepare(_frame(data)).bad
    assert all(bad[y : y + shape[0], x : x + shape[1]].mean() > 0.6 for y, x in hits)
    lone = np.hypot(*(stars[:, None] - stars).transpose(2, 0, 1))
    lone[np.diag_indices(len(stars))] = np.inf
    for y, x in stars[lone.min(axis=1) > 8].astype(int):
        assert not bad[y - 1 : y + 2, x - 1 : x + 2].any()
