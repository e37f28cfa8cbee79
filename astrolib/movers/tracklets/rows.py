"""What was measured on the pixels, as rows of detections and tracklets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from astrolib.movers.frames.pixels import FWHM_PER_SIGMA
from astrolib.movers.frames.registered import Registered
from astrolib.movers.tracklets.found import Detection, Found, Tracklet
from astrolib.movers.tracklets.path import fit_path
from astrolib.movers.tracklets.tables import DETECTION, REMOVED, TRACKLET

_ALIKE = 0.15  # errors below this count alike in the path [arcsec]
_REGISTRATION = 0.02
"""Error of a frame's place on the grid [pixel]; it adds to that of every position."""

_STEP = 0.5  # pixels over which a direction on the sky is taken


def tabulate(
    field: Registered, stage: str, candidates: Sequence[Tracklet], removed: list[dict[str, Any]]
) -> Found:
    """Return the tables of a stage; tracklets are numbered as they come."""
    tracklets, detections = [], []
    for number, candidate in enumerate(candidates, 1):
        name = f"{stage}-{number:04d}"
        rows = [_detection(field, one, name) for one in candidate.measured]
        tracklets.append(_tracklet(field, candidate, rows, stage, name))
        detections += rows
    return Found(TRACKLET.table(tracklets), DETECTION.table(detections), REMOVED.table(removed))


def position_angle(field: Registered, x: float, y: float, angle: float) -> float:
    """Return the position angle [deg, east of north] of a direction on the grid."""
    ra, dec = field.to_sky(
        x + _STEP * np.array([-1, 1]) * np.cos(angle), y + _STEP * np.array([-1, 1]) * np.sin(angle)
    )
    east = ((ra[1] - ra[0] + 180) % 360 - 180) * np.cos(np.radians(dec[0]))
    return float(np.degrees(np.arctan2(east, dec[1] - dec[0])) % 360)


def _detection(field: Registered, one: Detection, name: str) -> dict[str, Any]:
    original, psf = field.originals[one.frame], field.psfs[one.frame]
    ra, dec = field.to_sky(np.array(one.x), np.array(one.y))
    x, y = field.to_frame(one.frame, np.array(one.x), np.array(one.y))
    pa = position_angle(field, one.x, one.y, one.angle)
    shape_pa, flat = _shape(field, one, pa)
    return {
        "tracklet_id": name,
        "obstime": original.mid.utc.isot,
        "ra": float(ra),
        "dec": float(dec),
        **_errors(one, pa, field.scale),
        "mag": float(field.flux_to_mag(one.frame, np.array(one.flux))),
        "rms_mag": 1.0857 * one.flux_error / one.flux,
        "band": original.band,
        "snr": one.flux / one.flux_error,
        "exptime": original.exposure,
        "fwhm": psf.fwhm * field.scale,
        "ellipticity": 1 - flat,
        "theta": shape_pa % 180,
        "trail_length": one.length * field.scale,
        "trail_pa": pa,
        "x": float(x),
        "y": float(y),
        "flags": one.flags,
        "frame": original.name,
    }


def _errors(one: Detection, pa: float, scale: float) -> dict[str, float]:
    """Return the errors of right ascension and declination [arcsec], and their correlation."""
    along2, across2 = ((value**2 + _REGISTRATION**2) * scale**2 for value in (one.along, one.across))
    sine, cosine = np.sin(np.radians(pa)), np.cos(np.radians(pa))
    east2 = along2 * sine**2 + across2 * cosine**2
    north2 = along2 * cosine**2 + across2 * sine**2
    both = (along2 - across2) * sine * cosine
    return {
        "rms_ra": float(np.sqrt(east2)),
        "rms_dec": float(np.sqrt(north2)),
        "rms_corr": float(both / np.sqrt(east2 * north2)),
    }


def _shape(field: Registered, one: Detection, pa: float) -> tuple[float, float]:
    """Return the position angle [deg] and the axis ratio of a star drawn along a trail."""
    psf = field.psfs[one.frame]
    own_pa = position_angle(field, one.x, one.y, psf.theta)
    size = (psf.fwhm / FWHM_PER_SIGMA) ** 2
    parts = ((size / (1 - psf.ellipticity), own_pa), (size * (1 - psf.ellipticity), own_pa + 90))
    matrix = sum(_stretched(value, angle) for value, angle in (*parts, (one.length**2 / 12, pa)))
    values, vectors = np.linalg.eigh(np.asarray(matrix))
    east, north = vectors[:, 1]
    return float(np.degrees(np.arctan2(east, north))), float(np.sqrt(values[0] / values[1]))


def _stretched(value: float, pa: float) -> np.ndarray[Any, Any]:
    direction = np.array([np.sin(np.radians(pa)), np.cos(np.radians(pa))])
    return value * np.outer(direction, direction)


def _tracklet(
    field: Registered, candidate: Tracklet, rows: list[dict[str, Any]], stage: str, name: str
) -> dict[str, Any]:
    minutes = field.minutes[[one.frame for one in candidate.measured]]
    ra, dec = (np.array([row[key] for row in rows]) for key in ("ra", "dec"))
    square = np.array([row["rms_ra"] ** 2 + row["rms_dec"] ** 2 for row in rows]) / 2
    # Nearly one error for all where all are small: unequal ones would move the time to which the motion on a
    # bent path refers. A faint row, which may be far off, counts less.
    error = np.sqrt(square + _ALIKE**2)
    path = fit_path(minutes, ra, dec, error * np.sqrt(square.mean() / np.mean(error**2)))
    return {
        "tracklet_id": name,
        "n_detections": len(rows),
        "rate": path.rate,
        "position_angle": path.position_angle,
        "rate_err": path.rate_err,
        "position_angle_err": path.position_angle_err,
        "rms": path.rms,
        "rms_curved": path.rms_curved,
        "curvature": path.curvature,
        "curvature_err": path.curvature_err,
        "mag": float(np.median([row["mag"] for row in rows])),
        "snr": float(np.median([row["snr"] for row in rows])),
        "score": candidate.score,
        "stage": stage,
        "kind": candidate.kind,
        "known_status": "not asked",
    }
