"""Measurements on spectra, as plain functions on arrays: as much as looking needs.

=========== ============================================================
air         air and vacuum wavelengths, by a named formula
velocity    the velocity axis about a line
lines       the line list and the telluric bands
barycentric from the observatory's frame to the barycentre's
normalise   a robust continuum for the eye
=========== ============================================================
"""

import importlib
from typing import Any

from astrolib.spectra.air import air_to_vacuum, vacuum_to_air
from astrolib.spectra.lines import Band, Line, line, line_list, telluric_bands
from astrolib.spectra.normalise import continuum, normalise
from astrolib.spectra.velocity import velocity, wavelength_at

__all__ = [
    "Band",
    "Line",
    "air_to_vacuum",
    "barycentric_correction",
    "continuum",
    "correction_of",
    "line",
    "line_list",
    "middle_of_exposure",
    "normalise",
    "site",
    "telluric_bands",
    "vacuum_to_air",
    "velocity",
    "wavelength_at",
]

_BARYCENTRIC = {"barycentric_correction", "correction_of", "middle_of_exposure", "site"}


def __getattr__(name: str) -> Any:
    """Import `barycentric` when it is first needed: looking needs none of it, and it takes a second."""
    if name not in _BARYCENTRIC:
        raise AttributeError(f"module 'astrolib.spectra' has no attribute {name!r}")
    return getattr(importlib.import_module("astrolib.spectra.barycentric"), name)
