"""A simulated universe with known truth, and a local archive that serves it.

Other rooms never import this one: they reach it over HTTP, as any archive. `spectra` simulates H-alpha
spectra, `nights` frames of the sky with what moves in them; `archive` serves a folder of FITS spectra over
SSAP, DataLink and SODA, and what SIMBAD, Gaia and SkyBoT would say of that sky.
"""

from astrolib.sky.archive.app import build_app
from astrolib.sky.archive.index import Index, build_index
from astrolib.sky.archive.serve import serve
from astrolib.sky.nights.field import SimulatedField, floor_field
from astrolib.sky.nights.night import NIGHT, make_night
from astrolib.sky.nights.score import Score, score
from astrolib.sky.spectra.classes import CLASSES, SHOWCASE, SURVEY
from astrolib.sky.spectra.instrument import LAMOST, ONDREJOV, Instrument
from astrolib.sky.spectra.simulate import Simulation, observe, simulate
from astrolib.sky.spectra.stars import draw_stars
from astrolib.sky.spectra.survey import survey
from astrolib.sky.spectra.universe import make_spectra
from astrolib.sky.universe import make_universe

__all__ = [
    "CLASSES",
    "LAMOST",
    "NIGHT",
    "ONDREJOV",
    "SHOWCASE",
    "SURVEY",
    "Index",
    "Instrument",
    "Score",
    "SimulatedField",
    "Simulation",
    "build_app",
    "build_index",
    "draw_stars",
    "floor_field",
    "make_night",
    "make_spectra",
    "make_universe",
    "observe",
    "score",
    "serve",
    "simulate",
    "survey",
]
