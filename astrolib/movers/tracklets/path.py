"""The path of a moving object over a night: straight and curved, with errors.

Positions are weighed by their errors and fitted in the plane that touches the sky at their mean, against time
from their mean. Errors come from the fit's covariance, widened by the scatter where that exceeds what the
errors promise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

ARCSEC = 3600.0


@dataclass(frozen=True, eq=False)
class Path:
    """A fitted path.

    Parameters
    ----------
    time : float
        The mean time, to which everything refers [min, as the times given].
    ra, dec : float
        Place of the tangent point [deg].
    coefficients : ndarray, shape (2, degree + 1)
        East and north of the tangent point [arcsec], powers of the time rising [min].
    rate, rate_err : float
        Of the straight path, which is the mean motion of a curved one [arcsec/min].
    position_angle, position_angle_err : float
        East of north, 0 to 360 [deg].
    rms, rms_curved : float
        Residual from the straight and from the curved path, both coordinates together [arcsec]; `rms_curved`
        is NaN below four times.
    curvature, curvature_err : float
        Acceleration across the motion, positive towards a growing position angle [arcsec/min^2]; NaN below
        four times.
    """

    time: float
    ra: float
    dec: float
    coefficients: Values
    rate: float
    rate_err: float
    position_angle: float
    position_angle_err: float
    rms: float
    rms_curved: float
    curvature: float
    curvature_err: float

    @property
    def curved(self) -> bool:
        """Whether the curvature is significant: beyond five times its error."""
        return bool(abs(self.curvature) > 5 * self.curvature_err)

    def at(self, minutes: Values) -> tuple[Values, Values]:
        """Return ra and dec [deg] at times [min] by the path of `coefficients`."""
        east, north = _at(self.coefficients, np.atleast_1d(minutes) - self.time)
        return sky_at(east, north, self.ra, self.dec)


def plane_at(ra: Values, dec: Values, ra0: float, dec0: float) -> tuple[Values, Values]:
    """Return east and north of a tangent point [arcsec] (gnomonic projection)."""
    difference, dec_rad, dec0_rad = np.radians(np.asarray(ra) - ra0), np.radians(dec), np.radians(dec0)
    sine, cosine = np.sin(dec_rad), np.cos(dec_rad)
    depth = np.sin(dec0_rad) * sine + np.cos(dec0_rad) * cosine * np.cos(difference)
    east = cosine * np.sin(difference) / depth
    north = (np.cos(dec0_rad) * sine - np.sin(dec0_rad) * cosine * np.cos(difference)) / depth
    return np.degrees(east) * ARCSEC, np.degrees(north) * ARCSEC


def sky_at(east: Values, north: Values, ra0: float, dec0: float) -> tuple[Values, Values]:
    """Return ra and dec [deg] of a point on the tangent plane [arcsec]."""
    xi, eta = np.radians(np.asarray(east) / ARCSEC), np.radians(np.asarray(north) / ARCSEC)
    dec0_rad = np.radians(dec0)
    depth = np.cos(dec0_rad) - eta * np.sin(dec0_rad)
    ra = ra0 + np.degrees(np.arctan2(xi, depth))
    dec = np.arctan2(np.sin(dec0_rad) + eta * np.cos(dec0_rad), np.hypot(xi, depth))
    return ra % 360.0, np.degrees(dec)


def fit_path(minutes: Values, ra: Values, dec: Values, error: Values, *, degree: int | None = None) -> Path:
    """Fit a path to positions.

    Parameters
    ----------
    minutes : ndarray, shape (n,)
        Times, at least two different [min].
    ra, dec : ndarray, shape (n,)
        [deg]
    error : ndarray, shape (n,)
        Of one coordinate [arcsec].
    degree : int, optional
        Of the path that `at` follows: 1 or 2. Where it is left out, 2 if the curvature is significant.
    """
    time = float(np.average(minutes, weights=1 / error**2))
    ra0, dec0 = _mean_direction(ra, dec)
    plane = np.stack(plane_at(ra, dec, ra0, dec0))
    straight, covariance, rms = _fit(minutes - time, plane, error, 1)
    curvature = curvature_err = rms_curved = np.nan
    if len(np.unique(minutes)) > 3:
        bent, bent_covariance, rms_curved = _fit(minutes - time, plane, error, 2)
        curvature = 2 * _across(bent)
        curvature_err = 2 * np.sqrt(bent_covariance[2, 2])
    use_bent = degree == 2 if degree else bool(abs(curvature) > 5 * curvature_err)
    motion = straight[:, 1]
    if use_bent and np.isfinite(curvature):
        # The bend is no error of the mean motion, nor do unequal errors move the time to which that refers.
        motion = np.polyfit(minutes - time, _at(bent, minutes - time).T, 1)[0]
        straight, covariance = bent, bent_covariance
    rate = float(np.hypot(*motion))
    rate_err = float(np.sqrt(covariance[1, 1]))
    return Path(
        time, ra0, dec0, straight, rate, rate_err,
        float(np.degrees(np.arctan2(*motion)) % 360.0),
        float(np.degrees(np.arctan2(rate_err, rate))) if rate > 0 else 180.0,
        rms, rms_curved, float(curvature), float(curvature_err),
    )  # fmt: skip


def _at(coefficients: Values, times: Values) -> Values:
    """Return east and north [arcsec] at times, shape (2, n)."""
    return np.asarray(coefficients @ np.vander(times, coefficients.shape[1], increasing=True).T)


def _mean_direction(ra: Values, dec: Values) -> tuple[float, float]:
    ra_rad, dec_rad = np.radians(ra), np.radians(dec)
    x, y, z = (
        np.mean(part)
        for part in (np.cos(dec_rad) * np.cos(ra_rad), np.cos(dec_rad) * np.sin(ra_rad), np.sin(dec_rad))
    )
    return float(np.degrees(np.arctan2(y, x)) % 360.0), float(np.degrees(np.arctan2(z, np.hypot(x, y))))


def _fit(times: Values, plane: Values, error: Values, degree: int) -> tuple[Values, Values, float]:
    """Return coefficients (2, degree + 1), their covariance (one coordinate), and the rms [arcsec]."""
    design = np.vander(times, degree + 1, increasing=True)
    weighted = design / error[:, None]
    covariance = np.linalg.pinv(weighted.T @ weighted)
    coefficients = (covariance @ weighted.T @ (plane / error).T).T
    residual = plane - coefficients @ design.T
    freedom = 2 * (len(times) - degree - 1)
    scatter = float(np.sum((residual / error) ** 2) / freedom) if freedom else 1.0
    widened = np.asarray(covariance * max(1.0, scatter), np.float64)
    return coefficients, widened, float(np.sqrt(np.mean(np.sum(residual**2, axis=0))))


def _across(coefficients: Values) -> float:
    """Return the part of the second-order coefficient that is perpendicular to the motion."""
    east, north = coefficients[:, 1]
    rate = np.hypot(east, north) or 1.0
    return float((coefficients[0, 2] * north - coefficients[1, 2] * east) / rate)
