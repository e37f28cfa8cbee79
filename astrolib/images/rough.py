"""Where a raw frame roughly looks: the WCS of its header, or its pointing and the size of its pixels."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
from astropy.coordinates import FK4, FK5, SkyCoord
from astropy.io.fits import Header
from astropy.time import Time
from astropy.wcs import WCS

from astrolib.core.errors import UnreadableFileError
from astrolib.images.placement import celestial
from astrolib.images.raw import RawChip

_SCALE_KEYS = ("PIXSCALE", "SECPIX", "SECPIX1", "PIXSCAL1", "SCALE")
_ARCSEC_OF_RADIAN = 206_264.806
_NO_SKY = ("", "LINEAR", "PIXEL", "X", "Y")  # an axis of pixels
_TURNS = (0.0, 180.0, 90.0, 270.0)


def rough_wcs(chip: RawChip) -> list[WCS]:
    """Return the rough WCS of a trimmed chip, and other ways to lie: the first that fits the stars is right.

    A WCS of the header may be that of the other side of the pier, turned by 180 degrees; one of an equinox
    other than J2000 is taken to ICRS by its reference point. Without a WCS a single chip is believed to be
    centred on its pointing, to within a few degrees turned by a multiple of 90 degrees, and perhaps mirrored.
    The size of its pixels is in ``PIXSCALE`` or the like, or follows from ``XPIXSZ`` [micrometre] and
    ``FOCALLEN`` [mm].

    Raises
    ------
    UnreadableFileError
        If the header tells neither, or a WCS that cannot be.
    """
    if not all(str(chip.cards.get(key, "")).strip() in _NO_SKY for key in ("CTYPE1", "CTYPE2")):
        told = _of_header(chip)
        return [told, _turned(told, chip.shape)]
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
    wcs = celestial(_of_j2000(chip.cards), (rows, columns), chip.label)
    wcs.wcs.crpix -= [chip.trim[1].start, chip.trim[0].start]
    if wcs.sip is not None:
        wcs.sip.crpix[:] = wcs.wcs.crpix
    wcs.wcs.set()
    return wcs


def _of_j2000(cards: Header) -> Header:
    """Return cards whose WCS is in ICRS: its reference point is moved, and the little turn let be."""
    system = str(cards.get("RADESYS", cards.get("RADECSYS", ""))).strip().upper()
    equinox = cards.get("EQUINOX", cards.get("EPOCH", 1950.0 if system.startswith("FK4") else 2000.0))
    place = cards.get("CRVAL1"), cards.get("CRVAL2")
    known = all(isinstance(value, int | float) and math.isfinite(value) for value in (*place, equinox))
    if equinox == 2000 or not known or not 1800 < equinox < 2200 or abs(place[1]) > 90:
        return cards
    frame = (
        FK4(equinox=Time(equinox, format="byear"))
        if equinox < 1984
        else FK5(equinox=Time(equinox, format="jyear"))
    )
    there = SkyCoord(*place, unit="deg", frame=frame).icrs
    cards = cards.copy()
    cards["CRVAL1"], cards["CRVAL2"] = float(there.ra.deg), float(there.dec.deg)
    cards["RADESYS"] = "ICRS"
    for key in ("EQUINOX", "EPOCH", "RADECSYS"):
        cards.remove(key, ignore_missing=True)
    return cards


def _turned(wcs: WCS, shape: tuple[int, int]) -> WCS:
    """Return a WCS turned by 180 degrees about the middle of the chip, without distortion."""
    turned = WCS(naxis=2)
    turned.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    turned.wcs.cunit, turned.wcs.crval, turned.wcs.radesys = wcs.wcs.cunit, wcs.wcs.crval, wcs.wcs.radesys
    turned.wcs.crpix = np.array([shape[1] + 1, shape[0] + 1]) - wcs.wcs.crpix
    turned.wcs.cd = -wcs.pixel_scale_matrix
    turned.wcs.set()
    return turned


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
