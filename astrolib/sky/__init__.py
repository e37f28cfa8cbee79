"""A simulated universe with known truth, and a local archive that serves it.

Other rooms never import this one: they reach it over HTTP, as any archive. `spectra` simulates H-alpha
spectra; `archive` serves a folder of FITS files over SSAP, DataLink and SODA.
"""

from astrolib.sky.archive.app import build_app
from astrolib.sky.archive.index import Index, build_index
from astrolib.sky.archive.serve import serve
from astrolib.sky.spectra.classes import CLASSES, SHOWCASE, SURVEY
from astrolib.sky.spectra.instrument import LAMOST, ONDREJOV, Instrument
from astrolib.sky.spectra.simulate import Simulation, observe, simulate
from astrolib.sky.spectra.stars import draw_stars
from astrolib.sky.spectra.survey import survey
from astrolib.sky.spectra.universe import make_spectra

__all__ = [
    "CLASSES",
    "LAMOST",
    "ONDREJOV",
    "SHOWCASE",
    "SURVEY",
    "Index",
    "Instrument",
    "Simulation",
    "build_app",
    "build_index",
    "draw_stars",
    "make_spectra",
    "observe",
    "serve",
    "simulate",
    "survey",
]
