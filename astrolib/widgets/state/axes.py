"""What stands on the axes: the units people think in, and the labels that say them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from astrolib.core.spectrum import Spectrum

XUnit = Literal["angstrom", "nm", "micron", "km/s"]

PER_ANGSTROM: dict[str, float] = {"angstrom": 1.0, "nm": 0.1, "micron": 1e-4}
SYMBOLS: dict[str, str] = {"angstrom": "Å", "nm": "nm", "micron": "µm", "km/s": "km/s"}


class RestLine(Protocol):
    """A line of the list: name, group, and wavelength at rest in air and vacuum [angstrom]."""

    name: str
    group: str
    air: float
    vacuum: float


@dataclass(frozen=True)
class SpectrumFunctions:
    """The science that a viewer calls.

    Parameters
    ----------
    to_air, to_vacuum : callable
        Wavelengths [angstrom] in the other medium -> in this one.
    velocity, wavelength_at : callable
        (wavelength, line) -> velocity [km/s] about the line, and (velocity, line) -> wavelength [angstrom].
    normalise : callable
        (wavelength, flux) -> flux over its continuum.
    line_list : callable
        () -> the lines at rest.
    """

    to_air: Callable[[np.ndarray], np.ndarray]
    to_vacuum: Callable[[np.ndarray], np.ndarray]
    velocity: Callable[..., np.ndarray]
    wavelength_at: Callable[..., np.ndarray]
    normalise: Callable[[np.ndarray, np.ndarray], np.ndarray]
    line_list: Callable[[], Sequence[RestLine]]


def x_label(unit: str, medium: str, line: str, spectra: Sequence[Spectrum]) -> str:
    """Return the label of the wavelength axis: medium and unit are always said."""
    unknown = sum(spectrum.medium == "unknown" for spectrum in spectra)
    if unknown and unknown == len(spectra):
        where = ", medium unknown"
    else:
        where = f" in {medium}" + (f", {unknown} of {len(spectra)} unknown" if unknown else "")
    if unit == "km/s":
        return f"velocity about {line} [km/s], wavelength{where}"
    return f"wavelength{where} [{SYMBOLS[unit]}]"


def y_label(normalised: bool, stacked: bool, spectra: Sequence[Spectrum]) -> str:
    """Return the label of the flux axis with its unit; spectra in several units are said to be."""
    units = {spectrum.flux_unit for spectrum in spectra}
    quantity = "flux / continuum" if normalised else "flux"
    quantity += " + offset" if stacked else ""
    if normalised or units <= {""}:
        return quantity
    return f"{quantity} [{_pretty(units.pop()) if len(units) == 1 else 'mixed units'}]"


def _pretty(unit: str) -> str:
    return unit.replace("Angstrom", "Å").replace("angstrom", "Å") or "no unit"
