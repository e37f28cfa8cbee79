"""To specutils and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import astropy.units as u
import numpy as np

from astrolib.core.errors import UnreadableFileError
from astrolib.core.spectrum import Spectrum

if TYPE_CHECKING:
    import specutils

_ARRAYS = ("wavelength", "flux", "ivar", "mask")


def to_specutils(spectrum: Spectrum) -> specutils.Spectrum:
    """Return the spectrum for specutils, with everything that is known of it in its ``meta``."""
    import specutils  # takes 1 s to import, and only some need it
    from astropy.nddata import InverseVariance  # likewise

    return specutils.Spectrum(
        spectral_axis=spectrum.wavelength * u.AA,
        flux=spectrum.flux * u.Unit(spectrum.flux_unit),
        uncertainty=None if spectrum.ivar is None else InverseVariance(spectrum.ivar),
        mask=spectrum.mask,
        meta={name: value for name, value in vars(spectrum).items() if name not in (*_ARRAYS, "id")},
    )


def from_specutils(spectrum: specutils.Spectrum, **known: Any) -> Spectrum:
    """Return a spectrum of specutils as a record.

    Parameters
    ----------
    spectrum : specutils.Spectrum
        Of one dimension, on a spectral axis of any kind that converts to a length.
    **known
        Fields of `Spectrum` that are known; they win over those of that name in its ``meta``.

    Raises
    ------
    UnreadableFileError
        If it has more than one dimension, or an axis that is no wavelength.
    """
    where = str(known.get("source", spectrum.meta.get("source", "")))
    if spectrum.flux.ndim != 1:
        raise UnreadableFileError(
            f"a spectrum of {spectrum.flux.ndim} dimensions", where=where, remedy="give its rows one by one"
        )
    try:
        wavelength = spectrum.spectral_axis.to_value(u.AA, u.spectral())
    except u.UnitConversionError as error:
        unit = spectrum.spectral_axis.unit
        raise UnreadableFileError(
            f"its axis is in {unit}", where=where, remedy="calibrate it in wavelength"
        ) from error
    order = slice(None, None, -1) if wavelength[0] > wavelength[-1] else slice(None)
    mask = None if spectrum.mask is None else spectrum.mask[order]
    carried = {name: spectrum.meta[name] for name in _fields() if name in spectrum.meta}
    return Spectrum(
        wavelength[order],
        spectrum.flux.value[order],
        **{"flux_unit": spectrum.flux.unit.to_string(), **carried, **known},
        ivar=_inverse_variance(spectrum.uncertainty, order),
        mask=mask,
    )


def _inverse_variance(uncertainty: Any, order: slice) -> np.ndarray | None:
    from astropy.nddata import VarianceUncertainty  # takes 0.4 s, and whoever comes here has paid it

    if uncertainty is None:
        return None
    with np.errstate(divide="ignore"):
        ivar = uncertainty.represent_as(VarianceUncertainty).array ** -1.0
    return np.where(np.isfinite(ivar), ivar, 0)[order]


def _fields() -> set[str]:
    return set(Spectrum.__dataclass_fields__) - set(_ARRAYS) - {"flux_unit"}
