"""The frame of a spectrum's wavelengths: as given, or taken to another, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from astrolib.core.errors import ParameterError
from astrolib.core.spectrum import RestFrame
from astrolib.spectra.velocity import SPEED_OF_LIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    found = velocities_to_add([known], wanted)[0]
    if isinstance(found, ParameterError):
        raise found
    return found


def velocities_to_add(
    known: Sequence[Mapping[str, Any]], wanted: Frame
) -> list[tuple[RestFrame, float] | ParameterError]:
    """Return for each of many spectra what `velocity_to_add` returns, or why it cannot.

    Coordinates take as long for one as for a hundred, so those from one site go together.
    """
    found: list[Any] = [None] * len(known)
    together: dict[tuple[RestFrame, str], list[int]] = {}
    middles: dict[int, Any] = {}
    for row, each in enumerate(known):
        have: RestFrame = each["rest_frame"]
        if wanted in ("as given", have):
            found[row] = have, 0.0
            continue
        try:
            middles[row] = _middle(each, have, wanted)
            together.setdefault((have, _site(each["instrument"], have)), []).append(row)
        except ParameterError as error:
            found[row] = error
    for (have, place), rows in together.items():
        values = _corrections(
            [known[row] for row in rows], [middles[row] for row in rows], have, place, wanted
        )
        for row, value in zip(rows, values, strict=True):
            found[row] = wanted, float(value)
    return found


def shifted(wavelength: np.ndarray, velocity: float) -> np.ndarray:
    """Return wavelengths [angstrom] to which a velocity [km/s] was added."""
    return wavelength * (1 + velocity / SPEED_OF_LIGHT)


def _middle(known: Mapping[str, Any], have: RestFrame, wanted: Frame) -> Any:
    """Return the middle of the exposure, where it and the place are known and there is a way."""
    if have in ("unknown", "barycentric"):
        raise ParameterError(
            f"its wavelengths are {have}, not {wanted}",
            remedy="prepare it with frame 'as given', or say assume_rest_frame in a recipe of your own",
        )
    if not np.isfinite([known["ra"], known["dec"]]).all():
        raise ParameterError("its position is not known", remedy="prepare it with frame 'as given'")
    # Coordinates take a second to import, and few spectra need them.
    from astrolib.spectra.barycentric import middle_of_exposure

    return middle_of_exposure(*(known[name] for name in ("obstime", "time_scale", "time_ref", "exptime")))


def _corrections(
    known: Sequence[Mapping[str, Any]], middles: Sequence[Any], have: RestFrame, place: str, wanted: Any
) -> np.ndarray:
    from astropy.coordinates import EarthLocation, SkyCoord
    from astropy.time import Time

    from astrolib.spectra.barycentric import barycentric_corrections, site

    position = SkyCoord([each["ra"] for each in known], [each["dec"] for each in known], unit="deg")
    middle = Time(list(middles))
    if have == "topocentric":
        return barycentric_corrections(position, site(place), middle, wanted)
    # From the Sun to the barycentre the observatory does not matter: what it adds to both, goes out.
    anywhere = EarthLocation.from_geodetic(0, 0)
    to_barycentre = barycentric_corrections(position, anywhere, middle, "barycentric")
    return to_barycentre - barycentric_corrections(position, anywhere, middle, "heliocentric")


def _site(instrument: str, have: RestFrame) -> str:
    """Return the site that matters on the way: none for what left the Earth already."""
    if have != "topocentric":
        return ""
    for word, name in _SITES.items():
        if word in instrument.lower():
            return name
    raise ParameterError(
        f"the site of {instrument!r:.60} is not known", remedy="prepare it with frame 'as given'"
    )
