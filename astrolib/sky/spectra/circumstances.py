"""Under what circumstances stars are seen: light, air, dust, and the motion of the Earth."""

from __future__ import annotations

import astropy.units as u
import numpy as np
from astropy.coordinates import EarthLocation, SkyCoord, get_body_barycentric_posvel
from astropy.table import Table
from astropy.time import Time
from astropy.utils import iers
from numpy.typing import NDArray

from astrolib.sky.spectra.instrument import Instrument
from astrolib.sky.spectra.stars import Arrays
from astrolib.spectra import site


def circumstances(
    stars: Table, mjd: NDArray[np.float64], seen_by: Instrument, rng: np.random.Generator
) -> Arrays:
    """Draw what an exposure owes to the night and to the sky.

    Parameters
    ----------
    stars : Table, shape (spectra,)
        With ``ra`` and ``dec`` [deg].
    mjd : ndarray, shape (spectra,)
        Middle of each exposure, UTC [d].
    seen_by : Instrument
        Through which spectrograph.
    rng : numpy.random.Generator
        The source of chance.

    Returns
    -------
    dict of ndarray, shape (spectra,)
        ``snr`` of a pixel near H-alpha, ``humidity`` (1 on a humid night), ``reddening`` [mag] and the
        heliocentric ``correction`` [km/s].
    """
    median, spread = seen_by.snr
    position = SkyCoord(stars["ra"], stars["dec"], unit="deg")
    return {
        "snr": median * np.exp(rng.normal(0, spread, len(stars))),
        "humidity": rng.uniform(0.1, 1.0, len(stars)) * (1.0 if seen_by.medium == "air" else 0.4),
        "reddening": rng.uniform(0, 0.6, len(stars)),
        "correction": heliocentric_correction(position, mjd, site(seen_by.site)),
    }


def heliocentric_correction(
    position: SkyCoord, mjd: NDArray[np.float64], location: EarthLocation
) -> NDArray[np.float64]:
    """Return the velocity of an observatory towards stars, in the frame of the Sun [km/s].

    That of `astropy.coordinates.SkyCoord.radial_velocity_correction`, but the Earth's motion is looked up
    once an epoch: a survey has hundreds of thousands of spectra in a few hundred nights.

    Parameters
    ----------
    position : SkyCoord, shape (spectra,)
        Of each star.
    mjd : ndarray, shape (spectra,)
        Middle of each exposure, UTC [d].
    location : EarthLocation
        Of the observatory.
    """
    epochs, which = np.unique(mjd, return_inverse=True)
    time = Time(epochs, format="mjd", scale="utc")
    with iers.conf.set_temp("auto_download", False), iers.conf.set_temp("auto_max_age", None):
        earth, sun = (get_body_barycentric_posvel(body, time)[1] for body in ("earth", "sun"))
        turning = location.get_gcrs_posvel(time)[1]
    velocity = (earth - sun + turning).xyz.to_value(u.km / u.s)
    direction = position.icrs.represent_as("unitspherical").to_cartesian().xyz.value
    return np.asarray(np.sum(direction * velocity[:, which], axis=0), dtype=np.float64)
