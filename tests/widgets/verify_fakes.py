"""Evidence about made-up candidates, for tests of the verifying panel."""

from __future__ import annotations

import astropy.units as u
import numpy as np
from astropy.coordinates import SkyCoord

from astrolib.archive import NEIGHBOUR, Neighbours, SkyImage
from astrolib.candidates import Around, what_is_around
from astrolib.core.spectrum import Spectrum
from astrolib.widgets.state.verify_functions import Evidence, Fact, Neuron, Prepared, VerifyFunctions

HOSTILE = "<img src=x onerror=window.hacked=1>"
IDS = ["c0", "c1", "c2"]
GRID = np.linspace(6519, 6732, 40)
LATTICE = np.array([[column, row] for row in range(3) for column in range(3)], dtype=float)


def spectrum(number: int, target: str = "BU Tau") -> Spectrum:
    wave = np.linspace(6500, 6740, 400)
    flux = 1 + (1 + number) * np.exp(-0.5 * ((wave - 6564) / 4) ** 2)
    return Spectrum(wave, flux, medium="vacuum", target=target, obstime=f"201{number}-01-01T21:00:00")


def evidence(identity: str) -> Evidence:
    """Return evidence; the last candidate lacks all that can be lacking."""
    scores, facts = (("single peak", 0.9), (HOSTILE, 0.1)), (Fact("entropy", "0.20"), Fact("S/N", HOSTILE))
    if identity == IDS[-1]:
        return Evidence(identity, "single peak", scores, facts, missing=("The spectrum is not here.",))
    flux = np.linspace(-1, 1, GRID.size).astype(np.float32)
    neuron = Neuron(LATTICE, np.arange(9, dtype=np.float32), True, 4, "row 1, column 1", flux, 0.5)
    spectra = tuple(spectrum(number, HOSTILE) for number in range(2))
    return Evidence(identity, "single peak", scores, facts, spectra, Prepared(GRID, flux, "vacuum"), neuron)


def neighbours(catalogue, position, epoch, radius) -> Neighbours:
    """Return the object itself, and a hostile trap 22 arcsec away."""
    rows = [
        {"name": "own", "separation": 0.1, "position_angle": 0.0, "mag": 10.0},
        {"name": HOSTILE, "separation": 22.0, "position_angle": 90.0, "mag": 6.5, "motion": 3.0},
    ]
    return Neighbours(
        catalogue.name, "found", NEIGHBOUR.table({"catalogue": catalogue.name, **row} for row in rows)
    )


def around(identity: str) -> Around:
    return what_is_around(SkyCoord(1 * u.deg, 2 * u.deg), None, neighbours)


def image(identity: str) -> SkyImage:
    pixels = np.random.default_rng(1).normal(100, 5, (30, 30)).astype(np.float32)
    pixels[0, 0] = 5000  # bottom left
    return SkyImage("found", pixels, 90.0, "fake")


def functions(**other) -> VerifyFunctions:
    given = {"evidence": evidence, "around": around, "image": image, "leave": lambda kind: f"as {kind}"}
    return VerifyFunctions(**given | other)
