"""The frame of a spectrum's wavelengths: as given, or taken to another, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from astrolib.core.errors import ParameterError
from astrolib.core.spectrum import RestFrame
from astrolib.spectra.velocity import SPEED_OF_LIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping

Frame = Literal["as given", "heliocentric", "barycentric"]

_SITES = {"ondrejov": "ondrejov", "lamost": "xinglong", "sdss": "apo", "boss": "apo"}
"""What the name of an instrument holds, and the site that it stands on."""


def velocity_to_add(known: Mapping[str, Any], wanted: Frame) -> tuple[RestFrame, float]:
    """Return the frame that a spectrum ends in, and the velocity to add to it on the way.

    Parameters
    ----------
    known : mapping
        ``rest_frame``, and where a way is to go ``instrument``, ``ra``, ``dec`` [deg], ``obstime``,
        ``time_scale``, ``time_ref``, ``exptime`` [s], as a collection holds them.
    wanted : {'as given', 'heliocentric', 'barycentric'}
        Where to.

    Returns
    -------
    frame : str
        Of the wavelengths afterwards.
    velocity : float
        [km/s], positive while the Earth approaches the star, to be added to measured velocities: wavelengths
        are multiplied by 1 + velocity / c. It is 0 where the spectrum is in that frame already: what was
        applied is not applied again.

    Raises
    ------
    ParameterError
        If a way is to go and the frame, place, epoch or site is not known; or from barycentric to
        heliocentric, which nobody needs.
    """
    have: RestFrame = known["rest_frame"]
    if wanted == "as given" or wanted == have:
        return have, 0.0
    if have in ("unknown", "barycentric"):
        raise ParameterError(
            f"its wavelengths are {have}, not {wanted}",
            remedy="prepare it with frame 'as given', or say assume_rest_frame in a recipe of your own",
        )
    return wanted, _correction(known, have, wanted)


def shifted(wavelength: np.ndarray, velocity: float) -> np.ndarray:
    """Return wavelengths [angstrom] to which a velocity [km/s] was added."""
    return wavelength * (1 + velocity / SPEED_OF_LIGHT)


def _correction(known: Mapping[str, Any], have: RestFrame, wanted: Any) -> float:
    # Coordinates and sites take a second to import, and few spectra need them.
    from astropy.coordinates import EarthLocation, SkyCoord

    from astrolib.spectra.barycentric import barycentric_correction, middle_of_exposure, site

    if not np.isfinite([known["ra"], known["dec"]]).all():
        raise ParameterError("its position is not known", remedy="prepare it with frame 'as given'")
    middle = middle_of_exposure(*(known[name] for name in ("obstime", "time_scale", "time_ref", "exptime")))
    position = SkyCoord(known["ra"], known["dec"], unit="deg")
    if have == "topocentric":
        return barycentric_correction(position, site(_site(known["instrument"])), middle, wanted)
    # From the Sun to the barycentre the observatory does not matter: what it adds to both, goes out.
    anywhere = EarthLocation.from_geodetic(0, 0)
    to_barycentre = barycentric_correction(position, anywhere, middle, "barycentric")
    return to_barycentre - barycentric_correction(position, anywhere, middle, "heliocentric")


def _site(instrument: str) -> str:
    for word, name in _SITES.items():
        if word in instrument.lower():
            return name
    raise ParameterError(
        f"the site of {instrument!r:.60} is not known", remedy="prepare it with frame 'as given'"
    )
