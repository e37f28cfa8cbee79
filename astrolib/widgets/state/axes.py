"""What stands on the axes: the units people think in, and the labels that say them."""

from __future__ import annotations

from collections.abc import Sequence

from astrolib.core.spectrum import Spectrum

PER_ANGSTROM: dict[str, float] = {"angstrom": 1.0, "nm": 0.1, "micron": 1e-4}
SYMBOLS: dict[str, str] = {"angstrom": "Å", "nm": "nm", "micron": "µm", "km/s": "km/s"}


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
