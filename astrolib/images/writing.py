"""Write a reduced frame as FITS, with the header that the design fixes."""

from __future__ import annotations

import math
from pathlib import Path

import astropy.units as u
import numpy as np
from astropy.io import fits

from astrolib.core.files import whole_file
from astrolib.images.frame import ReducedFrame


def write_frame(frame: ReducedFrame, path: Path) -> None:
    """Write a frame as FITS, whole or not at all, so that `read_frame` reads it back."""
    hdus = fits.HDUList([fits.PrimaryHDU(frame.data, _header(frame))])
    if frame.uncertainty is not None:
        hdus.append(fits.ImageHDU(frame.uncertainty, name="UNCERT"))
    if frame.mask is not None:
        hdus.append(fits.ImageHDU(frame.mask.astype(np.uint8), name="MASK"))
    with whole_file(path) as temporary:
        hdus.writeto(temporary, overwrite=True)


def card_text(text: str) -> str:
    """Return what a card can hold of a text (FITS Standard 4.0, section 4.2.1): others become ``?``."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text)[:68]


def _header(frame: ReducedFrame) -> fits.Header:
    """Return the cards of a frame; what is not known has none."""
    header = frame.wcs.to_header(relax=True)
    header["TIMESYS"] = ("UTC", "time scale")
    header["DATE-OBS"] = (_start(frame), "start of the exposure")
    for key in ("DATE-AVG", "MJD-OBS", "MJD-AVG", "DATE-BEG", "MJD-BEG", "DATE-END", "MJD-END"):
        header.remove(key, ignore_missing=True)
    header["EXPTIME"] = (frame.exposure, "[s]")
    cards = (
        ("GAIN", frame.gain, "[electron/ADU]"),
        ("RDNOISE", frame.read_noise, "[electron]"),
        ("MAGZPT", frame.zero_point, "[mag] of 1 ADU in the whole exposure"),
        ("SATURATE", frame.saturate, "[ADU]"),
    )
    for key, value, about in cards:
        if math.isfinite(value):
            header[key] = (float(value), about)
    for key, text in (("FILTER", frame.band), ("OBSCODE", frame.station)):
        if text:
            header[key] = card_text(text)
    header["BUNIT"] = "adu"
    return header


def _start(frame: ReducedFrame) -> str:
    start = frame.mid - frame.exposure / 2 * u.s
    start.precision = 6
    return start.isot
