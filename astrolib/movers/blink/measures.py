"""What the positions of a tracklet give when some of them do not count: motion, residuals, mean shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from astropy.table import QTable
from astropy.time import Time
from numpy.typing import NDArray

from astrolib.movers.tracklets.path import Path, Values, fit_path, plane_at

_LEAST_ERROR = 1e-3  # [arcsec]; a position without an error would weigh everything


@dataclass(frozen=True, eq=False)
class Motion:
    """The straight path through the positions that count, and how far each position is from it.

    Parameters
    ----------
    path : Path or None
        None where fewer than two positions at different times count.
    east, north : ndarray of float64, shape (n,)
        Observed minus fitted, east with cos dec [arcsec]; NaN where there is no path.
    """

    path: Path | None
    east: Values
    north: Values


def motion(detections: QTable, counts: NDArray[np.bool_]) -> Motion:
    """Fit the straight path of one tracklet.

    Parameters
    ----------
    detections : QTable
        Its rows, of the schema `DETECTION`.
    counts : ndarray of bool, shape (n,)
        Which of them are the object's own.
    """
    minutes = Time([str(value) for value in detections["obstime"]], scale="utc").mjd * 1440.0
    minutes -= minutes.min() if minutes.size else 0.0
    nowhere = np.full(len(detections), np.nan)
    if np.unique(minutes[counts]).size < 2:
        return Motion(None, nowhere, nowhere)
    ra, dec = (detections[name].to_value("deg") for name in ("ra", "dec"))
    path = fit_path(minutes[counts], ra[counts], dec[counts], _error(detections)[counts], degree=1)
    expected = plane_at(*path.at(minutes), path.ra, path.dec)
    east, north = (
        seen - fitted for seen, fitted in zip(plane_at(ra, dec, path.ra, path.dec), expected, strict=True)
    )
    return Motion(path, east, north)


def _error(detections: QTable) -> Values:
    both = [detections[name].to_value("arcsec") for name in ("rms_ra", "rms_dec")]
    return np.maximum(np.nan_to_num(np.hypot(*both) / np.sqrt(2.0), nan=1.0), _LEAST_ERROR)


def mean_shape(detections: QTable, counts: NDArray[np.bool_]) -> dict[str, float]:
    """Return the mean ``fwhm`` [arcsec], ``ellipticity`` and ``theta`` [deg] of the positions that count.

    An axis has no head: angles are doubled before their mean is taken, each weighed by its ellipticity, as
    the axis of a round image says nothing.
    """
    rows = detections[counts]
    shape, theta = np.asarray(rows["ellipticity"], float), np.radians(rows["theta"].to_value("deg"))
    axis = np.nansum(shape * np.exp(2j * theta)) if len(rows) else 0.0
    angle = float(np.degrees(np.angle(axis)) / 2.0 % 180.0) if axis else np.nan
    return {"fwhm": _mean(rows["fwhm"].to_value("arcsec")), "ellipticity": _mean(shape), "theta": angle}


def _mean(values: Values) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else np.nan
