"""Clipped means: as ccdproc's, in blocks, without what does not belong."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.nddata import CCDData
from astropy.stats import mad_std
from hypothesis import given
from hypothesis import strategies as st

from astrolib.images.combine import _median, combine


def _frames(count: int, shape: tuple[int, int] = (70, 90)) -> list[np.ndarray]:
    rng = np.random.default_rng(count)
    frames = [rng.normal(1000, 5, shape).astype(np.float32) for _ in range(count)]
    for frame in frames:
        frame[tuple(rng.integers(0, 70, (2, 8)))] += 4000
    return frames


@given(st.integers(1, 33), st.integers(0, 100))
def test_the_median_is_numpys(count, seed):
    values = np.random.default_rng(seed).normal(size=(count, 7)).astype(np.float32)
    assert np.allclose(_median(values.copy()), np.median(values, axis=0))


@pytest.mark.parametrize("count", [5, 8, 11])
def test_the_mean_is_that_of_ccdproc(count):
    from ccdproc import Combiner  # only here: it takes seconds to import

    frames = _frames(count)
    found = combine(frames, sigma=3.0)
    peer = Combiner([CCDData(frame, unit="adu") for frame in frames])
    peer.sigma_clipping(low_thresh=3.0, high_thresh=3.0, func="median", dev_func=mad_std)
    assert np.allclose(found.mean, peer.average_combine().data, rtol=1e-6)
    assert found.rejected > 0


def test_hits_are_clipped_and_noise_is_told():
    frames = _frames(9)
    found = combine(frames, least=3.5)
    assert np.abs(found.mean - 1000).max() < 12
    assert np.median(found.error) == pytest.approx(5 / 3, rel=0.15)
    assert np.median(found.spread) == pytest.approx(5, rel=0.15)


def test_few_frames_are_not_clipped_by_chance():
    rng = np.random.default_rng(5)
    frames = [rng.normal(0, 5, (100, 100)).astype(np.float32) for _ in range(3)]
    assert combine(frames, sigma=3.0).rejected > 10 * combine(frames, sigma=3.0, least=5.0).rejected


def test_what_is_no_number_does_not_count():
    frames = _frames(6)
    plain = combine(frames, least=3.5)
    frames.append(np.full_like(frames[0], np.nan))
    frames[2] = frames[2].copy()
    frames[2][:10] = np.inf
    found = combine(frames, least=3.5)
    assert np.allclose(found.mean[10:], plain.mean[10:])
    assert np.isfinite(found.mean).all()
    assert np.abs(found.mean[:10] - 1000).max() < 14
    for frame in frames:
        frame[5, 5] = np.nan
    assert np.isnan(combine(frames).mean[5, 5])


def test_frames_are_scaled():
    frames = [np.full((4, 6), level, dtype=np.float32) for level in (10, 20, 40)]
    assert np.allclose(combine(frames, scales=[4, 2, 1]).mean, 40)


def test_it_reads_some_rows_at_a_time():
    class Counted:
        shape = (1000, 400)
        most = 0

        def __getitem__(self, rows: slice) -> np.ndarray:
            Counted.most = max(Counted.most, rows.stop - rows.start)
            return np.ones((rows.stop - rows.start, 400), dtype=np.float32)

    assert combine([Counted(), Counted(), Counted()]).mean.shape == (1000, 400)
    assert Counted.most < 200
