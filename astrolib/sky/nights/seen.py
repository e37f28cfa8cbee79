"""Known objects as an observer sees them: another one than the night's own sees them elsewhere."""

from __future__ import annotations

import numpy as np
from astropy.table import QTable
from astropy.time import Time, TimeDelta

from astrolib.sky.nights import observers
from astrolib.sky.nights.known import STATION, positions
from astrolib.sky.nights.placement import from_plane
from astrolib.sky.nights.psf import Values

_VALID = 3.0  # so far from the night the paths are followed [d]
_MINUTE = TimeDelta(60, format="sec")


class Seen:
    """Known objects as an observer sees them at a moment, by their ephemerides.

    Parameters
    ----------
    known : QTable
        As `known.ephemerides` gives them.
    moment : Time
        When; days away from the night nobody is seen.
    observer : str
        Code of the Minor Planet Center.

    Attributes
    ----------
    ra, dec, distance : ndarray
        Astrometric place [deg], and distance from the observer [au].
    rates : tuple of ndarray
        To the east and to the north [arcsec/h].

    Raises
    ------
    RefusedError
        If nobody of this code is known.
    """

    def __init__(self, known: QTable, moment: Time, observer: str) -> None:
        if len(known) and np.min(np.abs((moment - Time(list(known["epoch"]), scale="utc")).jd)) > _VALID:
            known = known[:0]
        self.known, self.moment, self.observer = known, moment, observer
        self.ra, self.dec, self.distance = _places(known, moment, observer)
        before, after = (_places(known, moment + step, observer) for step in (-_MINUTE, _MINUTE))
        turn = ((after[0] - before[0] + 180) % 360 - 180) * np.cos(np.radians(self.dec))
        self.rates = turn * 3600 * 30, (after[1] - before[1]) * 3600 * 30


def _places(known: QTable, moment: Time, observer: str) -> tuple[Values, Values, Values]:
    """Return ra, dec [deg] and distance [au] of objects; the parallax follows from their distance."""
    if not len(known):
        return np.empty(0), np.empty(0), np.empty(0)
    east, north = positions(known, moment)
    touching = known["plane_ra"].to_value("deg"), known["plane_dec"].to_value("deg")
    ra, dec = (np.radians(value) for value in from_plane(east, north, *touching))
    toward = np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
    moved = observers.place(STATION, moment) - observers.place(observer, moment)
    seen = toward * known["distance"].to_value("AU") + moved[:, None]
    distance = np.linalg.norm(seen, axis=0)
    return np.degrees(np.arctan2(seen[1], seen[0])) % 360, np.degrees(np.arcsin(seen[2] / distance)), distance
