"""One raw chip of the sky calibrated: bias, dark and flat taken out, bad pixels and cosmic rays masked."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from astrolib.core.errors import UnreadableFileError
from astrolib.images.cosmic import Noise, cosmic_rays
from astrolib.images.masters import Masters
from astrolib.images.mesh import background, background_between
from astrolib.images.photon_transfer import WRONG
from astrolib.images.raw import RawChip
from astrolib.images.sources import find_sources

_WINDOW = 1024  # pixels in the middle, from which the first seeing is taken
_SEEING = 3.5  # pixels, where no star tells
_POOR_FLAT = 0.005  # standard error of a pixel, from where a person should know
_MOST_MASKED = 0.5
_MOST_COUNTS = 1e8  # ADU: no converter counts so far

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Calibrated:
    """The image of a chip without what the camera put into it.

    Parameters
    ----------
    data, uncertainty : ndarray of float32, shape (ny, nx)
        Pixels, the sky left in, and their standard deviation [ADU].
    mask, hit : ndarray of bool, shape (ny, nx)
        Which pixels must not be used, and which of them cosmic rays hit.
    level, noise : ndarray of float32, shape (ny, nx)
        The sky and its standard deviation [ADU].
    seeing : float
        How wide stars are across their narrowest direction, by which hits were told from them [pixel].
    gain, read_noise, saturate : float
        [electrons/ADU], [electrons], [ADU].
    notes : tuple of str
        Which masters were missing.
    """

    data: Image
    uncertainty: Image
    mask: Mask
    hit: Mask
    level: Image
    noise: Image
    seeing: float
    gain: float
    read_noise: float
    saturate: float
    notes: tuple[str, ...]


def calibrate(chip: RawChip, masters: Masters, seeing: float = math.nan) -> Calibrated:
    """Calibrate the image of a chip.

    Parameters
    ----------
    chip : RawChip
        Of the sky.
    masters : Masters
        Of the same chip.
    seeing : float
        How wide stars are across their narrowest direction [pixel]; NaN where the frame has to tell.

    Raises
    ------
    UnreadableFileError
        If the header lacks the gain, or the flats show another one by their noise; if the read noise is not
        known, or most pixels are of no use.
    """
    gain, read_noise = _gain(chip, masters.gain), _read_noise(chip, masters)
    data, variance, notes = _corrected(chip, masters, gain, read_noise)
    bad = ~(np.isfinite(data) & np.isfinite(variance))
    if masters.bad is not None:
        bad |= masters.bad
    bad |= binary_dilation(chip.saturated(), np.ones((3, 3), dtype=bool))
    if np.mean(bad) > _MOST_MASKED:
        raise UnreadableFileError(
            f"{np.mean(bad):.0%} of its pixels are bad, or saturated (from {chip.saturation:g} ADU)",
            where=chip.label,
            remedy="leave it out, or correct the saturation level (SATURATE)",
        )
    lost = ~np.isfinite(data)
    data[lost] = np.median(data[~lost])
    variance[~np.isfinite(variance)] = np.inf
    level, noise = background(data, bad)
    if not math.isfinite(seeing):
        seeing = _first_seeing(data - level, noise, gain, bad)
    hit = cosmic_rays(data - level, Noise(noise, gain), seeing, bad)
    level, noise = background_between(data, bad | hit, (level, noise), seeing)
    return Calibrated(
        data,
        np.sqrt(variance),
        bad | hit,
        hit,
        level,
        noise,
        seeing,
        gain,
        read_noise,
        _saturation(chip, masters),
        notes,
    )


def _gain(chip: RawChip, of_flats: float) -> float:
    """Return the gain [electrons/ADU], and look whether it and the other numbers of the detector can be."""
    header = chip.header
    shown = f" (the flats show {of_flats:.2g} electrons/ADU)" if math.isfinite(of_flats) else ""
    if not header.gain > 0:
        raise _refused(chip, f"its gain is {header.gain:g}{shown}".replace("its gain is nan", "no gain"))
    if max(header.gain / of_flats, of_flats / header.gain) > WRONG:
        raise _refused(chip, f"its gain is {header.gain:g}{shown}")
    if header.read_noise < 0:
        raise _refused(chip, f"its read noise is {header.read_noise:g}")
    if header.saturation <= 0:
        raise _refused(chip, f"its level of saturation (SATURATE) is {header.saturation:g}")
    return header.gain


def _read_noise(chip: RawChip, masters: Masters) -> float:
    """Return the read noise of the header, or of the bias frames, or the shortest dark [electrons]."""
    if math.isfinite(chip.header.read_noise):
        return chip.header.read_noise
    if math.isnan(masters.noise):
        raise _refused(chip, "no read noise, and no bias frames of its size and binning to measure it")
    return chip.header.gain * masters.noise


def _refused(chip: RawChip, what: str) -> UnreadableFileError:
    return UnreadableFileError(
        what, where=chip.label, remedy="correct the key, or write it into [detector] of the header map"
    )


def _corrected(
    chip: RawChip, masters: Masters, gain: float, read_noise: float
) -> tuple[Image, Image, tuple[str, ...]]:
    """Return pixels and their variance [ADU], and which masters were missing."""
    notes = masters.lacking(chip.header.exposure)
    data = np.array(masters.without_bias(chip))
    data[np.abs(data) > _MOST_COUNTS] = np.nan
    variance = np.asarray(np.maximum(data, 0) / gain + (read_noise / gain) ** 2, dtype=np.float32)
    flat = masters.flats.get(chip.header.filter)
    if flat is None:
        return data, variance, (*notes, f"no flat in {chip.header.filter or 'no filter'}")
    light = np.where(flat.mean > 0, flat.mean, np.float32(np.nan))
    data /= light
    variance = variance / light**2 + (data * flat.error / light) ** 2
    if (known := float(np.nanmedian(flat.error))) > _POOR_FLAT:
        notes = [*notes, f"the flat in {chip.header.filter} is known to {known:.1%} only"]
    return data, np.asarray(variance, dtype=np.float32), tuple(notes)


def _first_seeing(clean: Image, noise: Image, gain: float, bad: Mask) -> float:
    """Return how wide stars are across their narrowest direction, from the middle of the frame [pixel]."""
    rows, columns = (slice(max(0, (size - _WINDOW) // 2), (size + _WINDOW) // 2) for size in clean.shape)
    cut, around, never = clean[rows, columns].copy(), noise[rows, columns].copy(), bad[rows, columns].copy()
    found = find_sources(cut, around, gain=gain, mask=never, threshold=8.0)
    if not math.isfinite(found.fwhm):
        return _SEEING
    usual = float(np.median(found.shape.ellipticity[found.stars])) if found.stars.any() else 0.0
    return found.fwhm * math.sqrt(1 - usual)


def _saturation(chip: RawChip, masters: Masters) -> float:
    """Return the level from which a pixel of the reduced frame may be saturated [ADU]."""
    if not math.isfinite(chip.header.saturation):
        return math.inf
    flat = masters.flats.get(chip.header.filter)
    most = 1.0 if flat is None else float(np.nanpercentile(flat.mean, 99.9))
    level = chip.level
    level += 0.0 if masters.bias is None else float(np.nanmedian(masters.bias.mean))
    return 0.99 * (chip.header.saturation - level) / max(most, 1.0)
