"""Master bias, dark and flat of each chip, and the pixels that are of no use."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from astrolib.images.bad_pixels import bad_pixels
from astrolib.images.combine import SIGMA_OF_MAD, Combined, combine
from astrolib.images.photon_transfer import gain_of_flats, noise_between
from astrolib.images.raw import RawChip

Image = NDArray[np.float32]

_LONG = 0.5  # of the longest dark
_SAME_EXPOSURE = 0.01  # of the exposure: shutters differ by as much


@dataclass(frozen=True, eq=False)
class Masters:
    """What calibrates one chip; a part that the night has no frames for is None.

    Parameters
    ----------
    bias : Combined or None
        Without the level of the overscan [ADU].
    dark : Combined or None
        Dark current [ADU/s].
    flats : mapping of str to Combined
        By filter; the median of each is 1.
    bad : ndarray of bool
        Insensitive, hot and erratic pixels, and bad columns.
    noise : float
        Of a pixel without light, from the bias frames, or else the shortest darks [ADU]; NaN without any.
    gain : float
        What the flats show by their noise [electrons/ADU]; NaN where there are no two of a filter.
    whole_darks : mapping of float to Combined
        Dark frames by exposure [s] with the level of the electronics in them [ADU], where neither bias frames
        nor an overscan take it out: they cannot be scaled.
    """

    bias: Combined | None = None
    dark: Combined | None = None
    flats: Mapping[str, Combined] = field(default_factory=dict)
    bad: NDArray[np.bool_] | None = None
    whole_darks: Mapping[float, Combined] = field(default_factory=dict)
    noise: float = math.nan
    gain: float = math.nan

    def without_bias(self, chip: RawChip, rows: slice = slice(None)) -> Image:
        """Return rows of a raw chip without overscan, bias and dark current [ADU]."""
        pixels = chip[rows]
        if self.bias is not None:
            pixels = pixels - self.bias.mean[rows]
        if self.dark is not None and chip.header.exposure > 0:
            pixels = pixels - self.dark.mean[rows] * np.float32(chip.header.exposure)
        if self.whole_darks:
            pixels = pixels - self.whole_darks[self._nearest(chip.header.exposure)].mean[rows]
        return pixels

    def lacking(self, exposure: float) -> list[str]:
        """Return what is missing for a frame of this exposure [s], in a few words each."""
        if not self.whole_darks:
            return [f"no {name}" for name in ("bias", "dark") if getattr(self, name) is None]
        nearest = self._nearest(exposure)
        alike = math.isclose(nearest, exposure, rel_tol=_SAME_EXPOSURE)
        return [] if alike else [f"no bias, and a dark of {nearest:g} s for {exposure:g} s"]

    def _nearest(self, exposure: float) -> float:
        return min(self.whole_darks, key=lambda seconds: abs(seconds - exposure))


@dataclass(frozen=True)
class _Rows:
    """A raw chip freed of bias and dark current as its rows are read."""

    chip: RawChip
    masters: Masters

    @property
    def shape(self) -> tuple[int, ...]:
        return self.chip.shape

    def __getitem__(self, rows: slice) -> Image:
        return self.masters.without_bias(self.chip, rows)


def make_masters(
    bias: Sequence[RawChip], dark: Sequence[RawChip], flats: Mapping[str, Sequence[RawChip]]
) -> Masters:
    """Combine the calibration frames of one chip.

    Parameters
    ----------
    bias, dark : sequence of RawChip
        May be empty.
    flats : mapping of str to sequence of RawChip
        By filter.
    """
    masters = Masters(bias=_combined(bias, Masters()) if bias else None, noise=_read_noise(bias or dark))
    if dark and (bias or dark[0].levels):
        masters = replace(masters, dark=_dark(long_darks(dark), masters))
    elif dark:
        masters = replace(masters, whole_darks=_whole_darks(dark))
    made = {band: _flat(chips, masters) for band, chips in flats.items() if chips}
    gain = _gain([chips for chips in flats.values() if len(chips) > 1], masters)
    bad = bad_pixels(masters.bias, masters.dark or _longest(masters.whole_darks), list(made.values()))
    return replace(masters, flats=made, bad=bad, gain=gain)


def _combined(chips: Sequence[RawChip], masters: Masters, scales: Sequence[float] | None = None) -> Combined:
    rows = [_Rows(chip, masters) for chip in chips]
    sample = rows[0][slice(0, min(64, rows[0].shape[0]))] * (1.0 if scales is None else scales[0])
    return combine(rows, scales=scales, least=_noise(sample))


def long_darks(chips: Sequence[RawChip]) -> list[RawChip]:
    """Return the darks that tell a rate: short ones, as those for flats, hold nothing but read noise."""
    longest = max((chip.header.exposure for chip in chips), default=0.0)
    return [chip for chip in chips if chip.header.exposure >= _LONG * longest]


def _dark(chips: Sequence[RawChip], masters: Masters) -> Combined:
    return _combined(chips, masters, [1 / chip.header.exposure for chip in chips])


def _whole_darks(chips: Sequence[RawChip]) -> dict[float, Combined]:
    """Return dark frames by exposure, with all that is in them."""
    exposures = sorted({chip.header.exposure for chip in chips})
    alike = {seconds: [chip for chip in chips if chip.header.exposure == seconds] for seconds in exposures}
    return {seconds: _combined(some, Masters()) for seconds, some in alike.items()}


def _longest(darks: Mapping[float, Combined]) -> Combined | None:
    """Return the longest dark, of one second [ADU/s]."""
    if not darks:
        return None
    seconds, dark = np.float32(max(darks)), darks[max(darks)]
    return Combined(dark.mean / seconds, dark.error / seconds, dark.spread / seconds, dark.rejected)


def _flat(chips: Sequence[RawChip], masters: Masters) -> Combined:
    levels = [max(_level(chip, masters), 1.0) for chip in chips]
    flat = _combined(chips, masters, [1 / level for level in levels])
    middle = np.float32(np.nanmedian(flat.mean))
    with np.errstate(divide="ignore", invalid="ignore"):
        return Combined(flat.mean / middle, flat.error / middle, flat.spread / middle, flat.rejected)


def _read_noise(dark: Sequence[RawChip]) -> float:
    """Return the noise of a pixel without light, of two bias frames or of two of the shortest darks [ADU]."""
    if not dark:
        return math.nan
    shortest = min(chip.header.exposure for chip in dark)
    alike = [_Rows(chip, Masters()) for chip in dark if not chip.header.exposure > shortest]
    return noise_between(*alike[:2]) if len(alike) > 1 else _noise(alike[0][slice(0, 64)])


def _gain(several: Sequence[Sequence[RawChip]], masters: Masters) -> float:
    """Return the median gain over the filters, from two flats of each [electrons/ADU]."""
    noise = masters.noise if math.isfinite(masters.noise) else 0.0
    found = [
        gain_of_flats(
            _Rows(one, masters), _Rows(other, masters), (_level(one, masters), _level(other, masters)), noise
        )
        for one, other, *_ in several
    ]
    known = [gain for gain in found if math.isfinite(gain)]
    return float(np.median(known)) if known else math.nan


def _level(chip: RawChip, masters: Masters) -> float:
    """Return the level of a flat, from every sixteenth row."""
    rows = range(0, chip.shape[0], 16)
    return float(np.nanmedian([masters.without_bias(chip, slice(row, row + 1)) for row in rows]))


def _noise(pixels: Image) -> float:
    """Return the noise from the differences of neighbours, which gradients do not change."""
    apart = np.diff(pixels, axis=1)
    return SIGMA_OF_MAD * float(np.nanmedian(np.abs(apart - np.nanmedian(apart)))) / math.sqrt(2)
