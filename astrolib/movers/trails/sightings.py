"""The trails of one frame: peaks of the filter bank, fitted, the satellites' set apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.trails.bank import Response, peaks, respond
from astrolib.movers.trails.fit import Fit, fit_trail
from astrolib.movers.trails.model import Trail
from astrolib.movers.trails.plate import Plate

DETECTED = 5.0
"""Score above which a peak of the bank is fitted."""

_FAINTEST = 4.5  # flux over its error
_MOST = 400  # fits a frame
_LONGER = 1.15  # times the longest trail asked for: a satellite


@dataclass(frozen=True, eq=False)
class Sighting:
    """A trail in one frame.

    Parameters
    ----------
    frame : int
        Which.
    fit : Fit
        In the frame's pixels.
    place : ndarray, shape (2,)
        The middle on the grid (x, y).
    """

    frame: int
    fit: Fit
    place: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sightings:
    """What one frame shows.

    Parameters
    ----------
    found : list of Sighting
        The brightest first.
    satellites : list of Trail
        Lines too long for what is searched for.
    response : Response
        Of the filter bank.
    plate : Plate
        The frame; the satellites' lines are not to be used.
    """

    found: list[Sighting]
    satellites: list[Trail]
    response: Response
    plate: Plate


def sight(number: int, plate: Plate, longest: float) -> Sightings:
    """Return the trails of a frame, none longer than `longest` pixels."""
    response = respond(plate.signal, plate.sigma, plate.profile.fwhm)
    found: list[Sighting] = []
    satellites: list[Trail] = []
    for _, start in peaks(response, DETECTED)[:_MOST]:
        if any(covers(one.fit.trail, start, plate.profile.fwhm) for one in found):
            continue
        if any(_on_line(line, start, plate.profile.fwhm) for line in satellites):
            continue
        fit = fit_trail(plate.signal, plate.sigma, start, plate.profile.simple, gain=plate.gain)
        if fit is None or fit.snr < _FAINTEST:
            continue
        if fit.trail.length > _LONGER * longest:
            satellites.append(fit.trail)
            plate = replace(plate, sigma=_without(plate, fit.trail))
            found = [one for one in found if not _on_line(fit.trail, one.fit.trail, plate.profile.fwhm)]
        elif fit.chi2 < tolerable(fit.snr) and not any(
            covers(one.fit.trail, fit.trail, plate.profile.fwhm) for one in found
        ):
            found.append(Sighting(number, fit, np.array([fit.trail.x, fit.trail.y]) + plate.shift))
    return Sightings(found, satellites, response, plate)


def tolerable(snr: float) -> float:
    """Return the largest chi^2 of a trail: what is bright shows that no profile is perfect."""
    return 1.8 + (0.04 * snr) ** 2


def covers(trail: Trail, other: Trail, width: float) -> bool:
    """Tell whether the middle of `other` lies on `trail`."""
    along, across = _within(trail, other)
    return abs(across) < width and abs(along) < trail.length / 2 + width


def _on_line(line: Trail, other: Trail, width: float) -> bool:
    along, across = _within(line, other)
    return abs(across) < 2 * width + 0.02 * abs(along)


def _within(trail: Trail, other: Trail) -> tuple[float, float]:
    c, s = np.cos(trail.angle), np.sin(trail.angle)
    dx, dy = other.x - trail.x, other.y - trail.y
    return dx * c + dy * s, dy * c - dx * s


def _without(plate: Plate, line: Trail) -> NDArray[np.float32]:
    """Return the noise with a strip along the line, across the whole frame, not to be used."""
    y, x = np.ogrid[: plate.sigma.shape[0], : plate.sigma.shape[1]]
    c, s = np.cos(line.angle), np.sin(line.angle)
    across = np.abs((y - line.y) * c - (x - line.x) * s)
    along = np.abs((x - line.x) * c + (y - line.y) * s)
    strip = across < 1.5 * plate.profile.fwhm + 0.004 * along
    return np.where(strip, np.float32(np.inf), plate.sigma)
