"""Air and vacuum wavelengths, by a named formula for the refractive index of air."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from astrolib.core.errors import ParameterError

AirFormula = Literal["vald", "morton2000", "ciddor1996", "edlen1953"]

SHORTEST_IN_AIR = 2000.0
"""By convention wavelengths below this are given in vacuum, also in lists of air wavelengths [angstrom]."""

_ROUNDS = 5  # each round of the inversion gains a factor of about 3e-6 (the dispersion of air)


def vacuum_to_air(wavelength: ArrayLike, formula: AirFormula = "vald") -> NDArray[np.float64]:
    """Convert vacuum wavelengths to those in standard air (15 degrees Celsius, 101325 Pa, dry).

    Parameters
    ----------
    wavelength : array_like of float
        In vacuum [angstrom]. Those below `SHORTEST_IN_AIR` stay as they are.
    formula : {'vald', 'morton2000', 'ciddor1996', 'edlen1953'}
        Whose index of refraction. ``vald`` inverts the formula of N. Piskunov that `air_to_vacuum` uses, and
        so agrees with ``morton2000`` (Morton 2000, ApJS 130, 403, eq. 8, after Birch and Downs 1994) to
        1e-11; ``ciddor1996`` is Ciddor 1996 (Appl. Opt. 35, 1566, eq. 1); ``edlen1953`` is Edlen 1953
        (J. Opt. Soc. Am. 43, 339), the IAU standard of old.

    Returns
    -------
    ndarray of float64
        In air [angstrom].

    Raises
    ------
    ParameterError
        If nobody here knows the formula.
    """
    vacuum = np.asarray(wavelength, dtype=np.float64)
    if formula == "vald":
        air = _inverted(lambda air: air * _index_of_piskunov(air), vacuum)
    else:
        air = vacuum / _index(formula)(vacuum)
    return np.where(vacuum < SHORTEST_IN_AIR, vacuum, air)


def air_to_vacuum(wavelength: ArrayLike, formula: AirFormula = "vald") -> NDArray[np.float64]:
    """Convert wavelengths in standard air to those in vacuum: the inverse of `vacuum_to_air`.

    Parameters
    ----------
    wavelength : array_like of float
        In air [angstrom]. Those below `SHORTEST_IN_AIR` stay as they are.
    formula : {'vald', 'morton2000', 'ciddor1996', 'edlen1953'}
        Whose index of refraction; see `vacuum_to_air`. ``vald`` is the formula of N. Piskunov for the
        Vienna Atomic Line Database (Ryabchikova et al. 2015, Phys. Scr. 90, 054005), which takes H-alpha
        from 6562.801 to 6564.614.

    Returns
    -------
    ndarray of float64
        In vacuum [angstrom].

    Raises
    ------
    ParameterError
        If nobody here knows the formula.
    """
    air = np.asarray(wavelength, dtype=np.float64)
    if formula == "vald":
        vacuum = air * _index_of_piskunov(air)
    else:
        index = _index(formula)
        vacuum = _inverted(lambda vacuum: vacuum / index(vacuum), air)
    return np.where(air < SHORTEST_IN_AIR, air, vacuum)


def _inverted(
    function: Callable[[NDArray[np.float64]], NDArray[np.float64]], value: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Solve ``function(x) == value`` where the function is nearly the identity."""
    found = value
    for _ in range(_ROUNDS):
        found = found * (value / function(found))
    return found


def _index_of_piskunov(air: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the refractive index as a function of the wavelength in air [angstrom]."""
    s2 = (1e4 / air) ** 2
    return (
        1
        + 0.00008336624212083
        + 0.02408926869968 / (130.1065924522 - s2)
        + 0.0001599740894897 / (38.92568793293 - s2)
    )


def _index_of_morton(vacuum: NDArray[np.float64]) -> NDArray[np.float64]:
    s2 = (1e4 / vacuum) ** 2
    return 1 + 8.34254e-5 + 2.406147e-2 / (130 - s2) + 1.5998e-4 / (38.9 - s2)


def _index_of_ciddor(vacuum: NDArray[np.float64]) -> NDArray[np.float64]:
    s2 = (1e4 / vacuum) ** 2
    return 1 + 5.792105e-2 / (238.0185 - s2) + 1.67917e-3 / (57.362 - s2)


def _index_of_edlen(vacuum: NDArray[np.float64]) -> NDArray[np.float64]:
    s2 = (1e4 / vacuum) ** 2
    return 1 + 6.4328e-5 + 2.94981e-2 / (146 - s2) + 2.5540e-4 / (41 - s2)


_INDICES = {"morton2000": _index_of_morton, "ciddor1996": _index_of_ciddor, "edlen1953": _index_of_edlen}


def _index(formula: str) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    if formula not in _INDICES:
        raise ParameterError(
            f"unknown formula {formula!r} for air", remedy=f"choose one of vald, {', '.join(_INDICES)}"
        )
    return _INDICES[formula]
