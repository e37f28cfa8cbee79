"""The truth of a simulated field is true of its pixels."""

from __future__ import annotations

import numpy as np
import pytest
import sep
from astropy.stats import SigmaClip
from hypothesis import given
from hypothesis import strategies as st

from astrolib.core.errors import RefusedError
from astrolib.sky import floor_field
from astrolib.sky.nights import REGIMES
from astrolib.sky.nights.psf import Psf, draw
from astrolib.sky.nights.snr import flux_of, snr

SMALL = (320, 320)


@pytest.fixture(scope="module")
def field():
    """A field without many stars, in which bright movers are alone."""
    return floor_field("sparse", 5, shape=(512, 512), movers=25)


def alone(field, frame):
    """Return the bright movers of a frame that stand off its edges, and its pixels without sky."""
    rows = field.truth[(field.truth["frame"] == frame.name) & (field.truth["snr"] > 20)]
    width = frame.data.shape[1]
    inside = (rows["x"] > 25) & (rows["x"] < width - 25) & (rows["y"] > 25) & (rows["y"] < width - 25)
    return rows[inside], frame.data - sep.Background(frame.data.copy()).back()


def test_a_movers_light_is_where_and_as_much_as_the_truth_says(field):
    errors, offsets = [], []
    for frame in field.frames:
        rows, pixels = alone(field, frame)
        flux, _, _ = sep.sum_ellipse(pixels, rows["x"], rows["y"], 8.0, 8.0, 0.0, 1.5)
        x, y, _ = sep.winpos(pixels, rows["x"], rows["y"], 1.7)
        errors += list(-2.5 * np.log10(np.maximum(flux, 1)) + frame.zero_point - rows["mag"].value)
        offsets += [*(x - rows["x"]), *(y - rows["y"])]
    assert len(errors) > 10
    assert abs(np.median(errors)) < 0.05
    assert abs(np.median(offsets)) < 0.05
    assert np.median(np.abs(offsets)) < 0.15


def test_headers_are_off_the_sky_by_the_pointing_error(field):
    off = []
    for frame in field.frames:
        rows = field.truth[field.truth["frame"] == frame.name]
        x, y = frame.wcs.all_world2pix(rows["ra"], rows["dec"], 0)
        off.append(np.hypot(np.median(x - rows["x"]), np.median(y - rows["y"])) * 0.333)
    assert 0.002 < np.mean(off) < 0.1


def test_the_noise_is_that_of_sky_and_read_out():
    fields = (floor_field("sparse", seed, shape=SMALL, movers=1) for seed in range(11, 20))
    frame, level = next(
        (one, level) for one in (field.frames[0] for field in fields) if (level := sky(one)) > 50
    )
    expected = np.sqrt(level * frame.gain + frame.read_noise**2) / frame.gain
    half = np.diff(frame.data, axis=1) / np.sqrt(2)
    clipped = SigmaClip(3)(half)
    assert np.ma.std(clipped) == pytest.approx(expected, rel=0.04)


def sky(frame):
    return float(np.median(frame.data))


def test_the_sky_of_some_fields_is_taken_out():
    levels = [sky(frames(seed)[0]) for seed in range(12)]
    assert min(levels) < 20
    assert max(levels) > 50


@pytest.mark.parametrize("name", REGIMES)
def test_a_field_is_of_its_regime(name):
    regime, truth = REGIMES[name], floor_field(name, 7, shape=SMALL, movers=40).truth
    assert len(np.unique(truth["frame"])) == regime.frames
    medians = [np.median(truth["snr"][truth["mover"] == mover]) for mover in whole(truth, regime.frames)]
    if medians:  # fast movers may all leave a small field
        assert regime.snr[0] * 0.85 < min(medians)
        assert max(medians) < regime.snr[1] * 1.15
    rate = truth["rate"][~truth["curved"]].to_value("arcsec/min")
    assert regime.rate[0] <= rate.min()
    assert rate.max() <= regime.rate[1]
    assert 0 < len(set(truth["mover"][truth["curved"]])) < 20


def whole(truth, frames):
    return [mover for mover in np.unique(truth["mover"]) if np.sum(truth["mover"] == mover) == frames]


def test_the_signal_to_noise_ratio_follows_the_formula():
    n = np.pi * (0.68 * 4.0) ** 2 + 1.36 * 4.0 * 10.0
    assert snr(3000.0, 500.0, 4.0, 10.0) == pytest.approx(1500 / np.sqrt(1500 + n * 500))


@given(st.floats(0.5, 500), st.floats(10, 1e4), st.floats(2, 8), st.floats(0, 100))
def test_a_ratio_gives_the_flux_that_gives_the_ratio(ratio, noise2, fwhm, trail):
    assert snr(flux_of(ratio, noise2, fwhm, trail), noise2, fwhm, trail) == pytest.approx(ratio)


@given(st.floats(2.5, 6), st.floats(0, 0.5), st.floats(0, 3.1), st.floats(2.2, 6), st.floats(-0.5, 0.5))
def test_a_point_keeps_its_light_place_and_width(fwhm, ellipticity, theta, beta, part):
    image = np.zeros((201, 201), dtype=np.float32)
    place = np.array([100 + part]), np.array([100 - part])
    draw(image, place, np.array([1e6]), Psf(fwhm, ellipticity, theta, beta), faintest=1e-3)
    y, x = np.indices(image.shape)
    assert image.sum() == pytest.approx(1e6, rel=0.04)  # some of the wings lies beyond the stamp
    assert (image * x).sum() / image.sum() == pytest.approx(place[0][0], abs=0.05)
    assert (image * y).sum() / image.sum() == pytest.approx(place[1][0], abs=0.05)
    assert np.count_nonzero(image > image.max() / 2) == pytest.approx(np.pi * fwhm**2 / 4, rel=0.4, abs=5)


def test_the_same_seed_is_the_same_field_and_another_is_another():
    first, again, other = (floor_field("slow", seed, shape=(128, 128), movers=3) for seed in (1, 1, 2))
    assert np.array_equal(first.frames[0].data, again.frames[0].data)
    assert not np.array_equal(first.frames[0].data, other.frames[0].data)


def test_frames_are_named_and_listed_in_no_order_of_time():
    orders = [np.argsort([frame.mid.mjd for frame in frames(seed)]).tolist() for seed in range(6)]
    assert any(order != sorted(order) for order in orders)


def frames(seed):
    return floor_field("sparse", seed, shape=(64, 64), movers=1).frames


def test_some_fields_are_dithered_and_some_are_still():
    spans = []
    for seed in range(12):
        places = [frame.wcs.pixel_to_world(31.5, 31.5) for frame in frames(seed)]
        spans.append(max(places[0].separation(place).arcsec for place in places))
    assert min(spans) < 0.5
    assert max(spans) > 3


def test_an_unknown_regime_is_refused():
    with pytest.raises(RefusedError, match="sparse, crowded"):
        floor_field("dense", 1)
