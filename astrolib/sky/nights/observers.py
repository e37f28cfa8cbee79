"""Where observers stand: the parallax constants of the Minor Planet Center, for some of its codes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from astropy.time import Time

from astrolib.core.errors import RefusedError
from astrolib.sky.nights.psf import Values

GEOCENTRE = "500"

EARTH_RADIUS = 6378.14 / 149_597_870.7
"""At the equator [au]."""

OBSERVERS: Mapping[str, tuple[float, float, float]] = {
    GEOCENTRE: (0.0, 0.0, 0.0),
    "000": (0.0, 0.62411, 0.77873),  # Greenwich
    "046": (14.2881, 0.65881, 0.74982),  # Klet
    "557": (14.78, 0.645, 0.762),  # Ondrejov
    "568": (204.5278, 0.94171, 0.33725),  # Maunakea
    "703": (249.2674, 0.84532, 0.53321),  # Catalina
    "807": (289.1941, 0.86560, -0.49980),  # Cerro Tololo
    "809": (289.2663, 0.87344, -0.48605),  # La Silla
    "950": (342.1176, 0.87764, 0.47847),  # La Palma
    "F51": (203.7441, 0.93624, 0.35154),  # Pan-STARRS 1
    "G96": (249.2113, 0.84511, 0.53361),  # Mount Lemmon
    "J04": (343.4885, 0.88147, 0.47143),  # Tenerife
    "W84": (289.1934, 0.86560, -0.49980),  # Dark Energy Camera
}
"""Longitude east [deg], and rho cos phi', rho sin phi' [radii of the Earth's equator]."""


def place(code: str, moment: Time) -> Values:
    """Return where an observer is, from the Earth's centre along the axes of the ICRS [au].

    The Earth's axis is taken as that of the ICRS and UT1 as UTC: right to some thousandths of the parallax.

    Raises
    ------
    RefusedError
        If nobody of this code is known.
    """
    if code not in OBSERVERS:
        known = ", ".join(OBSERVERS)
        raise RefusedError(f"no observer {code[:20]!r} in the simulation", remedy=f"take one of {known}")
    longitude, across, up = OBSERVERS[code]
    turned = np.radians(280.46061837 + 360.98564736629 * (moment.utc.jd - 2451545.0) + longitude)
    return EARTH_RADIUS * np.array([across * np.cos(turned), across * np.sin(turned), up])
