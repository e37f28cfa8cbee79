"""One raw chip of the sky into a reduced frame: calibrated, cleaned, placed and measured."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import sep
from astropy.time import Time
from astropy.wcs import WCS
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from astrolib.core.errors import UnreadableFileError
from astrolib.images.astrometry import Solution, solve
from astrolib.images.cosmic import Noise, cosmic_rays
from astrolib.images.frame import ReducedFrame
from astrolib.images.masters import Masters
from astrolib.images.mesh import background
from astrolib.images.photometry import ZeroPoint, depth, zero_point
from astrolib.images.placement import celestial
from astrolib.images.raw import RawChip
from astrolib.images.reference import Reference
from astrolib.images.sources import MASKED, Sources, find_sources

_WINDOW = 1024  # pixels in the middle, from which the first seeing is taken
_SEEING = 3.5  # pixels, where no star tells
_MOST_MASKED = 0.5
_SOLVED = 4000  # sources that astrometry needs at most
_RADIUS = 1.2  # degrees about a frame within which stars are looked for

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Reduction:
    """A reduced frame, and what was learnt on the way.

    Parameters
    ----------
    frame : ReducedFrame
        The product.
    sources : Sources
        What was found in it.
    solution : Solution
        Its place on the sky.
    zero : ZeroPoint
        Its photometric zero point.
    sky : float
        Median level of the sky [ADU].
    noise : float
        Median standard deviation of a pixel of empty sky [ADU].
    cosmic : int
        Pixels that cosmic rays hit.
    notes : tuple of str
        What was missing, as ``no flat in r``.
    """

    frame: ReducedFrame
    sources: Sources
    solution: Solution
    zero: ZeroPoint
    sky: float
    noise: float
    cosmic: int
    notes: tuple[str, ...] = ()

    @property
    def scale(self) -> float:
        """Arcseconds a pixel."""
        return 3600 * float(np.sqrt(np.abs(np.linalg.det(self.frame.wcs.pixel_scale_matrix))))

    @property
    def seeing(self) -> float:
        """Full width at half maximum of the stars [arcsec]."""
        return self.sources.fwhm * self.scale

    @property
    def depth(self) -> float:
        """Magnitude of a star of signal-to-noise ratio 5."""
        return depth(self.noise, self.sources.fwhm, self.zero.value)


def reduce_chip(chip: RawChip, masters: Masters, reference: Reference, name: str) -> Reduction:
    """Reduce the image of one chip.

    Parameters
    ----------
    chip : RawChip
        Of the sky, with a rough WCS.
    masters : Masters
        Of the same chip.
    reference : Reference
        Stars about the field.
    name : str
        File name of the product.

    Raises
    ------
    UnreadableFileError
        If the header lacks time, exposure, gain or a rough WCS, most pixels are of no use, or the stars of
        the catalogue are not found in it.
    """
    mid, gain, read_noise = _needed(chip, masters)
    rough = _rough(chip)
    data, uncertainty, bad, notes = _calibrated(chip, masters, gain, read_noise)
    saturated = binary_dilation(chip.saturated(), np.ones((3, 3), dtype=bool))
    if np.mean(bad | saturated) > _MOST_MASKED:
        raise UnreadableFileError(
            f"{np.mean(bad | saturated):.0%} of its pixels are saturated or bad",
            where=chip.label,
            remedy="leave it out",
        )
    level, noise = background(data, bad | saturated)
    clean = data - level
    fwhm = _first_seeing(clean, noise, gain, bad | saturated)
    hit = cosmic_rays(clean, Noise(noise, gain), fwhm, bad | saturated)
    mask = bad | saturated | hit
    limit = _saturation(chip, masters)
    found = find_sources(clean, noise, gain=gain, mask=mask, saturate=limit - float(np.median(level)))
    _flag_masked(found, mask)
    solution, zero = _placed(chip, found, reference, rough, mid, gain)
    frame = ReducedFrame(
        data,
        solution.wcs,
        mid,
        chip.header.exposure,
        gain,
        read_noise,
        zero.value,
        chip.header.filter,
        chip.header.station,
        limit,
        name,
        uncertainty,
        mask,
    )
    middle = float(np.median(level)), float(np.median(noise))
    return Reduction(frame, found, solution, zero, *middle, int(hit.sum()), notes)


def _needed(chip: RawChip, masters: Masters) -> tuple[Time, float, float]:
    """Return the middle of the exposure, the gain and the read noise, or say which is missing."""
    header = chip.header
    if not header.exposure > 0:
        raise UnreadableFileError(
            f"its exposure is {header.exposure} s", where=chip.label, remedy="name its key in the header map"
        )
    mid = header.middle
    if mid is None or header.time_problem:
        raise UnreadableFileError(
            header.time_problem or "no time", where=chip.label, remedy="name its key in the header map"
        )
    if not header.gain > 0:
        raise UnreadableFileError(
            "no gain", where=chip.label, remedy="write it into [detector] of the header map"
        )
    noise = header.read_noise
    if not math.isfinite(noise) and masters.bias is not None:
        noise = header.gain * float(np.median(masters.bias.spread))
    if not math.isfinite(noise):
        raise UnreadableFileError(
            "no read noise, and no bias frames to measure it",
            where=chip.label,
            remedy="write it into [detector] of the header map",
        )
    return mid, header.gain, noise


def _rough(chip: RawChip) -> WCS:
    """Return the WCS of the header for the trimmed image."""
    wcs = celestial(chip.cards, chip.stored.shape, chip.label)
    wcs.wcs.crpix -= [chip.trim[1].start, chip.trim[0].start]
    if wcs.sip is not None:
        wcs.sip.crpix[:] = wcs.wcs.crpix
    wcs.wcs.set()
    return wcs


def _calibrated(
    chip: RawChip, masters: Masters, gain: float, read_noise: float
) -> tuple[Image, Image, Mask, tuple[str, ...]]:
    """Return pixels, their standard deviation [ADU], which are bad, and which masters were missing."""
    notes = [f"no {name}" for name in ("bias", "dark") if getattr(masters, name) is None]
    data = np.array(masters.without_bias(chip))
    variance = np.maximum(data, 0) / np.float32(gain) + np.float32((read_noise / gain) ** 2)
    bad = np.zeros(data.shape, dtype=bool) if masters.bad is None else masters.bad.copy()
    flat = masters.flats.get(chip.header.filter)
    if flat is None:
        notes.append(f"no flat in {chip.header.filter or 'no filter'}")
    else:
        light = np.where(flat.mean > 0, flat.mean, np.float32(1))
        data /= light
        variance = variance / light**2 + (data * flat.error / light) ** 2
    lost = ~(np.isfinite(data) & np.isfinite(variance))
    if lost.any():
        data[lost], variance[lost] = np.median(data[~lost]), np.inf
    return data, np.sqrt(variance), bad | lost, tuple(notes)


def _first_seeing(clean: Image, noise: Image, gain: float, mask: Mask) -> float:
    """Return how wide stars are across their narrowest direction, from the middle of the frame [pixel]."""
    rows, columns = (slice(max(0, (size - _WINDOW) // 2), (size + _WINDOW) // 2) for size in clean.shape)
    cut = rows, columns
    found = find_sources(
        np.ascontiguousarray(clean[cut]),
        np.ascontiguousarray(noise[cut]),
        gain=gain,
        mask=np.ascontiguousarray(mask[cut]),
        threshold=8.0,
    )
    if not math.isfinite(found.fwhm):
        return _SEEING
    usual = float(np.median(found.shape.ellipticity[found.stars])) if found.stars.any() else 0.0
    return found.fwhm * math.sqrt(1 - usual)


def _saturation(chip: RawChip, masters: Masters) -> float:
    """Return the level from which a pixel of the reduced frame may be saturated [ADU]."""
    if not math.isfinite(chip.header.saturation):
        return math.inf
    flat = masters.flats.get(chip.header.filter)
    most = 1.0 if flat is None else float(np.percentile(flat.mean, 99.9))
    level = float(np.median(chip.level))
    level += 0.0 if masters.bias is None else float(np.median(masters.bias.mean))
    return 0.99 * (chip.header.saturation - level) / max(most, 1.0)


def _flag_masked(found: Sources, mask: Mask) -> None:
    """Flag sources with masked pixels in their core."""
    if len(found) and math.isfinite(found.fwhm):
        bad, _, _ = sep.sum_circle(
            mask.astype(np.float32), found.shape.x, found.shape.y, found.fwhm, subpix=1
        )
        found.flags[bad > 0] |= MASKED


def _placed(
    chip: RawChip, found: Sources, reference: Reference, rough: WCS, mid: Time, gain: float
) -> tuple[Solution, ZeroPoint]:
    ny, nx = chip.shape
    ra, dec = rough.all_pix2world(nx / 2, ny / 2, 0)
    near = reference.near(float(ra), float(dec), _RADIUS)
    usable = np.flatnonzero(found.shape.good)[:_SOLVED]
    places = np.stack([found.shape.x[usable], found.shape.y[usable]], axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = found.shape.sigma[usable] * found.flux_err[usable] / found.flux[usable]
    errors = np.where((errors > 0) & (errors < 1), errors, 1.0)
    solution = solve(places, errors, near, rough, mid, (ny, nx), chip.label)
    source = usable[solution.source]
    magnitude, origin = near.magnitude(chip.header.filter)
    whole = found.flags[source] == 0
    zero = zero_point(
        found.flux[source][whole],
        found.flux_err[source][whole],
        magnitude[solution.star][whole],
        origin,
    )
    if not math.isfinite(zero.value):
        raise UnreadableFileError(
            f"only {zero.stars} stars of known magnitude",
            where=chip.label,
            remedy="give a catalogue with magnitudes in its band",
        )
    return solution, zero
