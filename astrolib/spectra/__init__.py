"""Measurements on spectra, as plain functions on arrays: as much as looking needs.

=========== ============================================================
air         air and vacuum wavelengths, by a named formula
velocity    the velocity axis about a line
lines       the line list and the telluric bands
barycentric from the observatory's frame to the barycentre's
normalise   a robust continuum for the eye
=========== ============================================================
"""

from astrolib.spectra.air import air_to_vacuum, vacuum_to_air
from astrolib.spectra.barycentric import barycentric_correction, correction_of, middle_of_exposure, site
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
