"""Measurements on spectra as plain functions on arrays, and their preparation by recipes.

============= ============================================================
air           air and vacuum wavelengths, by a named formula
velocity      the velocity axis about a line
lines         the line list and the telluric bands
barycentric   from the observatory's frame to the barycentre's
frame         the frame of wavelengths: as given, or taken to another, once
normalise     a robust continuum for the eye
continua      the continuum of many spectra on one grid
resampling    from one grid to another
resolution    to a lower resolving power
carry         flux, inverse variance and mask through weights
scaling       each spectrum to a common range
robust        medians of many rows at once
profile       the strength, peaks and V/R of an emission line
peaks         how they are found
recipe        how spectra are prepared, as named files of values
way           what must be done to one spectrum
group         spectra of one grid as matrices
weights       blur and resampling as one matrix
quality       which spectra are not fit
unfit         what that is called, and the reason
preparation   a collection onto one grid
sketching     a few of them as a picture
============= ============================================================
"""

import importlib
from typing import Any

from astrolib.spectra.air import air_to_vacuum, vacuum_to_air
from astrolib.spectra.lines import Band, Line, line, line_list, telluric_bands
from astrolib.spectra.normalise import continuum, normalise
from astrolib.spectra.velocity import velocity, wavelength_at

__all__ = [
    "FLAGS",
    "Band",
    "Line",
    "Preparation",
    "Recipe",
    "air_to_vacuum",
    "barycentric_correction",
    "continuum",
    "correction_of",
    "degrade",
    "fit_continuum",
    "line",
    "line_list",
    "measure_profile",
    "middle_of_exposure",
    "normalise",
    "prepare",
    "read_recipe",
    "recipe_names",
    "resample",
    "scale",
    "site",
    "sketch",
    "telluric_bands",
    "vacuum_to_air",
    "velocity",
    "velocity_to_add",
    "wavelength_at",
]

_LATER = {
    "FLAGS": "unfit",
    "Preparation": "preparation",
    "Recipe": "recipe",
    "barycentric_correction": "barycentric",
    "correction_of": "barycentric",
    "degrade": "resolution",
    "fit_continuum": "continua",
    "measure_profile": "profile",
    "middle_of_exposure": "barycentric",
    "prepare": "preparation",
    "read_recipe": "recipe",
    "recipe_names": "recipe",
    "resample": "resampling",
    "scale": "scaling",
    "site": "barycentric",
    "sketch": "sketching",
    "velocity_to_add": "frame",
}


def __getattr__(name: str) -> Any:
    """Import what looking does not need when it is first needed: coordinates and scipy take a second."""
    if name not in _LATER:
        raise AttributeError(f"module 'astrolib.spectra' has no attribute {name!r}")
    return getattr(importlib.import_module(f"astrolib.spectra.{_LATER[name]}"), name)
