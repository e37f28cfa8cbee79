"""A handful of candidates about which everything is known."""

from __future__ import annotations

import astropy.units as u
import numpy as np
import pytest
from astropy.table import QTable
from astropy.time import Time

from astrolib.archive import NEIGHBOUR, Neighbours
from astrolib.candidates import Candidates, Scores

CLASSES = ("single peak", "double peak", "absorption")
IDS = ["a1", "a2", "b1", "c1", "x"]


@pytest.fixture
def scores() -> Scores:
    rows = [[0.95, 0.04, 0.01], [0.80, 0.15, 0.05], [0.30, 0.60, 0.10], [0.05, 0.05, 0.90], [0.4, 0.3, 0.3]]
    return Scores.of(IDS, CLASSES, rows)


@pytest.fixture
def metadata() -> QTable:
    """Return metadata of four of the five: two spectra are of one star, one lies elsewhere."""
    return QTable(
        {
            "id": ["c1", "b1", "a2", "a1"],
            "target": ["gam Cas", "<b>", "BU Tau", "BU Tau"],
            "ra": [14.2, 50.0, 10.0, 10.0] * u.deg,
            "dec": [60.7, -10.0, 20.0002, 20.0] * u.deg,
            "obstime": ["", "2010-01-01T21:00:00", "2012-01-01T21:00:00", "2011-01-01T21:00:00"],
            "instrument": ["CCD700", "LAMOST", "LAMOST", "CCD700"],
        }
    )


@pytest.fixture
def candidates(scores, metadata) -> Candidates:
    return Candidates.of(scores, metadata)


@pytest.fixture
def answer():
    """Return a function: (catalogue name, rows) -> its answer."""

    def made(catalogue, *rows, status=None, reason=""):
        table = NEIGHBOUR.table({"catalogue": catalogue, **row} for row in rows)
        return Neighbours(catalogue, status or ("found" if rows else "none"), table, reason=reason)

    return made


@pytest.fixture
def sky(answer):
    """Return an ask: 10 mag everywhere; at BU Tau a star of 6 mag 22 arcsec away; SIMBAD fails at b1."""

    def ask(catalogue, position, epoch, radius):
        assert epoch is None or isinstance(epoch, Time)
        name = catalogue.name
        if np.isclose(position.ra.deg, 50) and name == "SIMBAD":
            return answer(name, status="failed", reason="it hangs")
        rows = [
            {
                "name": f"{name} own",
                "separation": 0.2,
                "position_angle": 0.0,
                "mag": 10.0,
                "band": "G",
                "kind": "*",
            }
        ]
        if np.isclose(position.ra.deg, 10):
            far = {"separation": 22.0 if name == "Gaia" else 22.4, "position_angle": 45.0}
            rows.append({"name": f"{name} bright", "mag": 6.0, "band": "G", "kind": "B", **far})
        return answer(name, *rows)

    return ask
