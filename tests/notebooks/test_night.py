"""The notebook of a night runs unattended: sorted, reduced, searched, and each step in the ledger."""

from __future__ import annotations

import pytest
from astropy.io import fits
from astropy.table import QTable

from astrolib.collection.nights import Ledger
from astrolib.jobs import run_notebook
from astrolib.sky import make_night

pytestmark = pytest.mark.slow

NIGHT = "survey/project/2025-03-04"


@pytest.fixture
def small_night(tmp_path):
    """Return the folder of a night of one field, in which a flat calls itself bias."""
    make_night(tmp_path / "night", fields=1, frames=4, movers=5, seed=3)
    flat = sorted((tmp_path / "night" / "raw").glob("flat*.fits"))[0]
    fits.setval(flat, "IMAGETYP", value="BIAS")
    return tmp_path / "night"


def test_a_night_unattended(notebooks, small_night, tmp_path):
    given = {"raw": small_night / "raw", "catalogue": small_night / "catalogue.ecsv", "night": NIGHT}
    run = run_notebook(notebooks / "60_a_night.ipynb", given, tmp_path / "out")
    assert run.status == "done", run.failure
    out = tmp_path / "out"
    assert (out / "reduced" / "night.html").exists()
    tracklets = QTable.read(out / "movers" / "tracklets.ecsv")
    assert len(tracklets) >= 2
    assert len(list((out / "movers" / "blink").glob("*.fits"))) == len(tracklets)

    ledger = Ledger()
    night = ledger.night(NIGHT, "me")
    assert ledger.entry(night).state == "searched"
    frames = ledger.frames(night)
    assert sum(one.state == "reduced" for one in frames) == 4
    [(asked, doubt)] = ledger.questions(night)
    assert (asked.state, doubt.rule) == ("created", "name disagrees")
