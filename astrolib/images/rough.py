"""Where a raw frame roughly looks: the WCS of its header, or its pointing and the size of its pixels."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
from astropy.wcs import WCS

from astrolib.core.errors import UnreadableFileError
from astrolib.images.placement import celestial
from astrolib.images.raw import RawChip

_SCALE_KEYS = ("PIXSCALE", "SECPIX", "SECPIX1", "PIXSCAL1", "SCALE")
_ARCSEC_OF_RADIAN = 206_264.806
_TURNS = (0.0, 180.0, 90.0, 270.0)


def rough_wcs(chip: RawChip) -> list[WCS]:
    """Return the rough WCS of a trimmed chip; of one that tells only where it looked, each way to lie.

    Without a WCS a single chip is believed to be centred on its pointing, to within a few degrees turned by a
    multiple of 90 degrees, and perhaps mirrored. The size of its pixels is in ``PIXSCALE`` or the like, or
    follows from ``XPIXSZ`` [micrometre] and ``FOCALLEN`` [mm].

    Raises
    ------
    UnreadableFileError
        If the header tells neither, or a WCS that cannot be.
    """
    if "CTYPE1" in chip.cards:
        return [_of_header(chip)]
    scale = _scale(chip)
    place = next((each for each in chip.header.pointings.values() if np.isfinite(each).all()), None)
    if chip.name or place is None or not math.isfinite(scale):
        raise UnreadableFileError(
            "no WCS (CTYPE1, CTYPE2), and no pointing with the size of a pixel (PIXSCALE)",
            where=chip.label,
            remedy="write a rough WCS into the header",
        )
    return [_centred(place, scale, turn, mirror, chip.shape) for mirror, turn in product((1, -1), _TURNS)]


def _of_header(chip: RawChip) -> WCS:
    rows, columns = chip.stored.shape
    wcs = celestial(chip.cards, (rows, columns), chip.label)
    wcs.wcs.crpix -= [chip.trim[1].start, chip.trim[0].start]
    if wcs.sip is not None:
        wcs.sip.crpix[:] = wcs.wcs.crpix
    wcs.wcs.set()
    return wcs


def _scale(chip: RawChip) -> float:
    """Return arcseconds a pixel; NaN where the header does not say."""
    found = [_number(chip, key) for key in _SCALE_KEYS]
    found.append(_ARCSEC_OF_RADIAN * _number(chip, "XPIXSZ") / 1000 / _number(chip, "FOCALLEN"))
    return next((value for value in found if 1e-3 < value < 1800), math.nan)


def _number(chip: RawChip, key: str) -> float:
    value = chip.cards.get(key)
    usable = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    return float(value) if usable else math.nan


def _centred(
    place: tuple[float, float], scale: float, turn: float, mirror: int, shape: tuple[int, int]
) -> WCS:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.cunit = ["deg", "deg"]
    wcs.wcs.crval = place
    wcs.wcs.crpix = [(shape[1] + 1) / 2, (shape[0] + 1) / 2]
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    wcs.wcs.cd = scale / 3600 * np.array([[-mirror * cosine, sine], [mirror * sine, cosine]])
    wcs.wcs.radesys = "ICRS"
    wcs.wcs.set()
    return wcs
