"""What was measured on the pixels, as rows of detections and tracklets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from astropy.table import QTable

from astrolib.movers.frames.registered import Registered
from astrolib.movers.tracklets.path import fit_path
from astrolib.movers.tracklets.tables import DETECTION, REMOVED, TRACKLET

_ALIKE = 0.15  # errors below this count alike in the path [arcsec]
_REGISTRATION = 0.02
"""Error of a frame's place on the grid [pixel]; it adds to that of every position."""

_STEP = 0.5  # pixels over which a direction on the sky is taken


@dataclass(frozen=True)
class Found:
    """What a stage found.

    Parameters
    ----------
    tracklets, detections, removed : QTable
        As in `astrolib.movers.tracklets.tables`.
    """

    tracklets: QTable
    detections: QTable
    removed: QTable


@dataclass(frozen=True)
class Measured:
    """One source in one frame, trailed or not.

    Parameters
    ----------
    frame : int
        Which, by time.
    x, y : float
        Place on the grid [pixel].
    angle : float
        Direction of the motion, from +x to +y [rad].
    along, across : float
        Standard errors of the place [pixel].
    length : float
        Of the trail [pixel]; 0 for a point.
    flux, flux_error : float
        [ADU of the frame]
    flags : str
        Words with commas.
    """

    frame: int
    x: float
    y: float
    angle: float
    along: float
    across: float
    length: float
    flux: float
    flux_error: float
    flags: str = ""


@dataclass(frozen=True)
class Candidate:
    """One object: what was measured of it, and what it is.

    Parameters
    ----------
    measured : tuple of Measured
        By time.
    kind : str
        As in the table of tracklets.
    score : float
        Significance of all frames together.
    """

    measured: tuple[Measured, ...]
    kind: str
    score: float


def tabulate(
    field: Registered, stage: str, candidates: Sequence[Candidate], removed: list[dict[str, Any]]
) -> Found:
    """Return the tables of a stage; tracklets are numbered as they come."""
    tracklets, detections = [], []
    for number, candidate in enumerate(candidates, 1):
        name = f"{stage}-{number:04d}"
        rows = [_detection(field, one, name) for one in candidate.measured]
        tracklets.append(_tracklet(field, candidate, rows, stage, name))
        detections += rows
    return Found(TRACKLET.table(tracklets), DETECTION.table(detections), REMOVED.table(removed))


def removed_tracklet(
    tracklet: Any, detections: QTable, stage: str, reason: str, amount: float, limit: float = np.nan
) -> dict[str, Any]:
    """Return the row of the trail of what was removed for a tracklet, at its first place.

    Parameters
    ----------
    tracklet : QTable.Row
        Which.
    detections : QTable
        Its own and perhaps others'.
    stage, reason : str
        That removed it, and why.
    amount, limit : float
        What it has of what is asked, and what is asked.
    """
    first = detections[np.asarray(detections["tracklet_id"]) == str(tracklet["tracklet_id"])][0]
    return {
        "stage": stage,
        "filter": reason,
        "amount": amount,
        "limit": limit,
        "kind": "",
        "frame": str(first["frame"]),
        "x": float(first["x"]),
        "y": float(first["y"]),
        "ra": float(first["ra"].value),
        "dec": float(first["dec"].value),
        "rate": float(tracklet["rate"].value),
        "snr": float(tracklet["snr"]),
    }


def position_angle(field: Registered, x: float, y: float, angle: float) -> float:
    """Return the position angle [deg, east of north] of a direction on the grid."""
    ra, dec = field.to_sky(
        x + _STEP * np.array([-1, 1]) * np.cos(angle), y + _STEP * np.array([-1, 1]) * np.sin(angle)
    )
    east = ((ra[1] - ra[0] + 180) % 360 - 180) * np.cos(np.radians(dec[0]))
    return float(np.degrees(np.arctan2(east, dec[1] - dec[0])) % 360)


def _detection(field: Registered, one: Measured, name: str) -> dict[str, Any]:
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


def _errors(one: Measured, pa: float, scale: float) -> dict[str, float]:
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


def _shape(field: Registered, one: Measured, pa: float) -> tuple[float, float]:
    """Return the position angle [deg] and the axis ratio of a star drawn along a trail."""
    psf = field.psfs[one.frame]
    own_pa = position_angle(field, one.x, one.y, psf.theta)
    size = (psf.fwhm / 2.3548) ** 2
    parts = ((size / (1 - psf.ellipticity), own_pa), (size * (1 - psf.ellipticity), own_pa + 90))
    matrix = sum(_stretched(value, angle) for value, angle in (*parts, (one.length**2 / 12, pa)))
    values, vectors = np.linalg.eigh(np.asarray(matrix))
    east, north = vectors[:, 1]
    return float(np.degrees(np.arctan2(east, north))), float(np.sqrt(values[0] / values[1]))


def _stretched(value: float, pa: float) -> np.ndarray[Any, Any]:
    direction = np.array([np.sin(np.radians(pa)), np.cos(np.radians(pa))])
    return value * np.outer(direction, direction)


def _tracklet(
    field: Registered, candidate: Candidate, rows: list[dict[str, Any]], stage: str, name: str
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
