"""The notebook in which movers are validated runs unattended, on a simulated field and on a search."""

from __future__ import annotations

import pytest
from astropy.table import QTable

from astrolib.jobs import run_notebook
from astrolib.labels import LabelEvent, LabelStore
from astrolib.movers.blink import read_blink
from astrolib.report import read_validations

pytestmark = pytest.mark.slow

NOTEBOOK = "70_validate_movers.ipynb"


def test_a_simulated_field_is_searched_and_what_was_said_is_kept(notebooks, tmp_path):
    made = run_notebook(notebooks / NOTEBOOK, {"planted": 3, "decoys": 1}, tmp_path / "made")
    assert made.status == "done", made.failure
    folder = tmp_path / "made" / "movers"
    tracklets, planted = (QTable.read(folder / f"{name}.ecsv") for name in ("tracklets", "planted"))
    assert 5 <= len(tracklets) <= 20
    assert set(planted["tracklet_id"]) == set(tracklets["tracklet_id"][tracklets["planted"]])
    for name in tracklets["tracklet_id"]:
        pixels = read_blink(folder / "blink" / f"{name}.fits").pixels
        assert 3 <= len(pixels) <= 5  # a mover may enter or leave
        assert pixels.shape[1:] == (200, 200)

    name = str(tracklets["tracklet_id"][0])
    LabelStore().append(LabelEvent(name, "mover", 1, "answer", "valid", "ada"))
    LabelStore().append(LabelEvent("of another night", "mover", 1, "answer", "valid", "ada"))
    again = run_notebook(notebooks / NOTEBOOK, {"movers": folder}, tmp_path / "again")
    assert again.status == "done", again.failure
    (said,) = read_validations(folder / "validations.ecsv")
    assert (said.tracklet_id, said.who, said.verdict) == (name, "ada", "valid")


def test_a_search_that_is_not_there_is_not_made_up(notebooks, tmp_path):
    run = run_notebook(notebooks / NOTEBOOK, {"movers": tmp_path}, tmp_path / "run")
    assert run.status == "failed"
    assert "run find_movers first" in str(run.failure)
