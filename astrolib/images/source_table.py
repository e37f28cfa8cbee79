"""The sources of a frame as a table, with their places on the sky."""

from __future__ import annotations

import numpy as np
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.core.schema import Column, TableSchema
from astrolib.images.frame import ReducedFrame
from astrolib.images.mesh import background
from astrolib.images.moments import Shapes
from astrolib.images.sources import Sources, find_sources

SOURCE = TableSchema(
    "sources of a frame",
    (
        Column("x", "float", "centre, 0 is that of the first pixel", "pix"),
        Column("y", "float", "centre, 0 is that of the first pixel", "pix"),
        Column("ra", "float", "right ascension", "deg"),
        Column("dec", "float", "declination", "deg"),
        Column("flux", "float", "of the whole source", "adu"),
        Column("flux_err", "float", "standard deviation of the flux", "adu"),
        Column("mag", "float", "magnitude; NaN without a zero point", "mag"),
        Column("snr", "float", "flux over its standard deviation"),
        Column("fwhm", "float", "full width at half maximum, geometric mean of both axes", "arcsec"),
        Column("ellipticity", "float", "1 - b/a"),
        Column("theta", "float", "of the long axis, east of north, 0 to 180", "deg"),
        Column("peak", "float", "brightest pixel, without the sky", "adu"),
        Column("flags", "int", "sum of BLENDED, SATURATED, EDGE, MASKED and UNSHAPED"),
    ),
)
"""What was measured of each source."""


def detect(frame: ReducedFrame, threshold: float = 3.0) -> QTable:
    """Return the sources of a frame with their places on the sky, the brightest first.

    Parameters
    ----------
    frame : ReducedFrame
        Reduced and placed on the sky.
    threshold : float
        Standard deviations above the sky, in five pixels, after smoothing.

    Returns
    -------
    astropy.table.QTable
        Of schema `SOURCE`.
    """
    level, noise = background(frame.data, frame.mask)
    saturate = frame.saturate - float(np.median(level))
    found = find_sources(
        frame.data - level, noise, gain=frame.gain, mask=frame.mask, saturate=saturate, threshold=threshold
    )
    return source_table(found, frame)


def source_table(found: Sources, frame: ReducedFrame) -> QTable:
    """Return measured sources as a table of schema `SOURCE`."""
    form = found.shape
    ra, dec, theta, scale = on_the_sky(frame, form)
    with np.errstate(invalid="ignore", divide="ignore"):
        mag = frame.zero_point - 2.5 * np.log10(found.flux)
    columns = {
        "x": form.x,
        "y": form.y,
        "ra": ra,
        "dec": dec,
        "flux": found.flux,
        "flux_err": found.flux_err,
        "mag": mag,
        "snr": found.flux / found.flux_err,
        "fwhm": found.width * form.sigma * scale,
        "ellipticity": form.ellipticity,
        "theta": theta,
        "peak": found.peak,
        "flags": found.flags,
    }
    units = {column.name: column.unit for column in SOURCE.columns}
    table = QTable(columns, units={name: unit for name, unit in units.items() if unit})
    return SOURCE.check(table)


def on_the_sky(
    frame: ReducedFrame, form: Shapes
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return right ascension, declination, angle of the long axis east of north [deg], arcsec a pixel."""
    ra, dec = frame.wcs.all_pix2world(form.x, form.y, 0)
    along = frame.wcs.all_pix2world(form.x + np.cos(form.theta), form.y + np.sin(form.theta), 0)
    across = frame.wcs.all_pix2world(form.x - np.sin(form.theta), form.y + np.cos(form.theta), 0)
    east = _wrapped(along[0] - ra) * np.cos(np.radians(dec))
    theta = np.degrees(np.arctan2(east, along[1] - dec)) % 180
    east_across = _wrapped(across[0] - ra) * np.cos(np.radians(dec))
    area = np.abs(east * (across[1] - dec) - east_across * (along[1] - dec))
    return ra, dec, theta, 3600 * np.sqrt(area)


def _wrapped(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    return (degrees + 180) % 360 - 180
