"""Raw frames as files: one unit a chip, and headers as telescopes write them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from astropy import units as u
from astropy.coordinates import Angle
from astropy.io import fits
from astropy.time import Time
from numpy.typing import NDArray

from astrolib.core.files import whole_file
from astrolib.sky.nights.cameras import Chip, NightCamera, chip_wcs
from astrolib.sky.nights.programme import BAND

Raw = NDArray[np.uint16]

KEYWORD = {"bias": "BIAS", "dark": "DARK", "flat": "FLAT", "science": "OBJECT"}
"""What IMAGETYP says of each kind of frame."""


def write_raw(
    path: Path, camera: NightCamera, chips: list[Raw], cards: list[fits.Header], whole: fits.Header
) -> None:
    """Write a raw frame, whole or not at all.

    Parameters
    ----------
    path : Path
        The file.
    camera : NightCamera
        Of one chip, or of several: these become extensions.
    chips : list of ndarray of uint16
        The pixels of each chip, overscan included.
    cards : list of Header
        Of each chip.
    whole : Header
        Of the whole exposure.
    """
    if len(camera.chips) == 1:
        units: list[fits.PrimaryHDU | fits.ImageHDU] = [fits.PrimaryHDU(chips[0], whole + cards[0])]
    else:
        units = [fits.PrimaryHDU(header=whole)]
        for chip, pixels, header in zip(camera.chips, chips, cards, strict=True):
            units.append(fits.ImageHDU(pixels, header, name=chip.name))
    with whole_file(path) as temporary:
        fits.HDUList(units).writeto(temporary, overwrite=True)


def exposure_header(
    camera: NightCamera,
    kind: str,
    start: Time,
    seconds: float,
    target: str,
    pointing: tuple[float, float] | None,
) -> fits.Header:
    """Return the cards of an exposure; calibrations have no pointing, bias and dark no filter."""
    header = fits.Header()
    header["TELESCOP"], header["INSTRUME"], header["OBSCODE"] = (
        camera.telescope,
        camera.instrument,
        camera.station,
    )
    header["IMAGETYP"] = (KEYWORD[kind], "kind of frame")
    header["OBJECT"] = target
    header["EXPTIME"] = (seconds, "[s]")
    header["TIMESYS"] = "UTC"
    clock = start.isot.split("T")
    if camera.instrument == "WFC":
        header["DATE-OBS"], header["UTSTART"] = (
            (clock[0], "date of the start"),
            (clock[1], "start of exposure"),
        )
        filter_key = "WFFBAND"
    else:
        header["DATE-OBS"] = (start.isot, "start of exposure")
        filter_key = "FILTER"
    if kind in ("flat", "science"):
        header[filter_key] = BAND
    if pointing:
        header["RA"] = Angle(pointing[0] * u.deg).to_string(u.hour, sep=":", precision=2, pad=True)
        header["DEC"] = Angle(pointing[1] * u.deg).to_string(
            u.deg, sep=":", precision=1, pad=True, alwayssign=True
        )
    header["SIMULATD"] = (True, "no telescope ever saw this")
    return header


def chip_header(
    camera: NightCamera, chip: Chip, pointing: tuple[float, float] | None = None, turn: float = 0.0
) -> fits.Header:
    """Return the cards of a chip; with a pointing also the WCS that the telescope believes in."""
    header = fits.Header()
    height, width = camera.shape
    header["GAIN"], header["RDNOISE"] = (chip.gain, "[e-/ADU]"), (chip.read_noise, "[e-]")
    header["SATURATE"] = (camera.full_well, "[ADU]")
    header["TRIMSEC"] = f"[1:{width},1:{height}]"
    header["BIASSEC"] = f"[{width + 1}:{width + camera.overscan},1:{height}]"
    if pointing:
        wcs = chip_wcs(camera, chip, pointing, turn)
        wcs.sip = None  # the telescope does not know the distortion
        wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
        cards = wcs.to_header()
        for key in ("DATE-REF", "MJDREF", "LATPOLE", "LONPOLE"):
            cards.remove(key, ignore_missing=True)
        header.update(cards)
    return header
