"""The gain of a header is held against what the flats show by their noise."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits

from astrolib.core.errors import AstrolibError
from astrolib.images import make_masters, open_chips
from astrolib.images.calibration import calibrate
from astrolib.images.photon_transfer import gain_of_flats

SHAPE = (320, 300)


def _flat(level: float, gain: float, seed: int, slope: float = 1e-4) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    response = 1 - 0.3 * ((rows - 160) ** 2 + (columns - 150) ** 2) / 220**2
    response *= 1 + 0.02 * np.random.default_rng(0).standard_normal(SHAPE)  # of the chip, alike in all flats
    light = level * response / np.median(response) * (1 + slope * seed * columns)
    return (rng.poisson(light * gain) + rng.normal(0, 5, SHAPE)) / gain


@pytest.mark.parametrize("gain", [0.25, 0.8, 2.8, 8.0])
def test_the_gain_is_found_beside_gradients_and_unequal_pixels(gain):
    found = gain_of_flats(_flat(20_000, gain, 1), _flat(12_000, gain, 2), (20_000, 12_000), 5 / gain)
    assert found == pytest.approx(gain, rel=0.1)


def test_flats_without_noise_show_no_gain():
    flat = np.full(SHAPE, 1000.0)
    assert np.isnan(gain_of_flats(flat, flat, (1000, 1000)))


def _chips(folder, kind: str, pixels: list[np.ndarray], **cards: object) -> list:
    found = []
    for number, values in enumerate(pixels):
        header = fits.Header(
            {"IMAGETYP": kind, "EXPTIME": 0.0 if kind == "bias" else 10.0, "FILTER": "r", **cards}
        )
        path = folder / f"{kind}{number}.fits"
        fits.PrimaryHDU(np.rint(values + 1000).astype(np.uint16), header).writeto(path)
        found += open_chips(path)
    return found


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        ({"GAIN": 100}, r"its gain is 100 \(the flats show 0\.\d+ electrons/ADU\); .*\[detector\]"),
        ({}, r"no gain \(the flats show 0\.\d+ electrons/ADU\)"),
    ],
)
def test_the_setting_of_an_amplifier_is_not_taken_for_a_gain(tmp_path, cards, said):
    rng = np.random.default_rng(3)
    masters = make_masters(
        _chips(tmp_path, "bias", [rng.normal(0, 5 / 0.8, SHAPE) for _ in range(3)]),
        [],
        {"r": _chips(tmp_path, "flat", [_flat(20_000 - 2000 * seed, 0.8, seed) for seed in range(3)])},
    )
    assert masters.gain == pytest.approx(0.8, rel=0.1)
    sky = rng.poisson(400, SHAPE) / 0.8
    (science,) = _chips(tmp_path, "light", [sky], **cards)
    with pytest.raises(AstrolibError, match=said):
        calibrate(science, masters)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
@pytest.mark.parametrize("kind", ["bias", "dark"])
def test_few_frames_without_light_tell_the_read_noise(tmp_path, kind, count):
    rng = np.random.default_rng(5)
    frames = _chips(tmp_path, kind, [rng.normal(0, 5 / 0.8, SHAPE) for _ in range(count)])
    masters = make_masters(*((frames, []) if kind == "bias" else ([], frames)), {})
    (science,) = _chips(tmp_path, "light", [rng.poisson(400, SHAPE) / 0.8], EGAIN=0.8)
    assert calibrate(science, masters).read_noise == pytest.approx(5, rel=0.1)


def test_a_single_flat_is_noted(tmp_path):
    flats = _chips(
        tmp_path, "flat", [_flat(20_000, 0.8, seed, slope=0) for seed in range(9)], EGAIN=0.8, RDNOISE=5.0
    )
    (science,) = _chips(tmp_path, "light", [np.full(SHAPE, 500.0)], EGAIN=0.8, RDNOISE=5.0)
    notes = [calibrate(science, make_masters([], [], {"r": some})).notes for some in (flats, flats[:1])]
    assert [len(each) for each in notes] == [2, 3]
    assert notes[1][2].startswith("the flat in r is known to ")
