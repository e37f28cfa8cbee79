"""The learning panel on real files: profiles, names, rounds that are found again."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from astrolib.collection import PreparedSpectra, SpectrumCollection
from astrolib.core.errors import ParameterError
from astrolib.core.progress import silent
from astrolib.core.spectrum import Spectrum
from astrolib.widgets import LearnPanel
from astrolib.widgets.wiring import learn_functions

PLAN = {"classes": ("shell", "absorption"), "targets": ("shell",), "batch_size": 10, "audit_size": 3}
GRID = np.linspace(6519, 6732, 40)


@pytest.fixture
def spectra():
    rng = np.random.default_rng(0)
    wavelength = np.linspace(6400, 6800, 300)
    return [
        Spectrum(wavelength, rng.normal(1, 0.1, 300), target=f"Star {number}" if number else "")
        for number in range(30)
    ]


@pytest.fixture
def prepared(tmp_path, spectra):
    ids = [spectrum.id for spectrum in spectra]
    flux = np.stack([np.interp(GRID, one.wavelength, one.flux) for one in spectra]).astype(np.float32)
    with PreparedSpectra.create(tmp_path / "prepared", GRID, {"name": "test"}) as writer:
        writer.append(ids, flux, target=[one.target for one in spectra])
    return PreparedSpectra.open(tmp_path / "prepared")


@pytest.fixture
def collection(tmp_path, spectra):
    held = SpectrumCollection.create(tmp_path / "collection")
    held.append(spectra[:20])
    return held


def test_a_profile_has_both_shapes_or_says_what_is_missing(prepared, collection, spectra, tmp_path):
    functions = learn_functions(prepared, collection, tmp_path / "rounds", **PLAN)
    held, lost = (functions.profile(spectra[row].id) for row in (3, 25))
    assert (held.raw.id, held.medium, held.missing) == (spectra[3].id, "vacuum", "")
    assert np.array_equal(held.flux, prepared.flux[3])
    assert lost.raw is None
    assert lost.missing.startswith("The raw spectrum is not here")
    alone = learn_functions(prepared.folder, None, tmp_path / "rounds", **PLAN).profile(spectra[3].id)
    assert alone.raw is None
    assert alone.missing.startswith("No collection")


def test_people_know_spectra_by_their_targets(prepared, spectra, tmp_path):
    functions = learn_functions(prepared, None, tmp_path / "rounds", **PLAN)
    assert functions.titles([spectra[0].id, spectra[5].id]) == [spectra[0].id, "Star 5"]
    assert functions.titles([]) == []


def test_rounds_are_found_again_and_those_of_other_classes_refused(prepared, tmp_path):
    folder = tmp_path / "rounds"
    functions = learn_functions(prepared, None, folder, **PLAN)
    assert list(functions.reopen()) == []
    first = functions.learn({}, None, silent, silent)
    second = functions.learn(dict.fromkeys(first.batch["id"], "absorption"), first, silent, silent)
    found = functions.reopen()
    assert [one.number for one in found] == [0, 1]
    assert list(found[-1].batch["id"]) == list(second.batch["id"])
    other = learn_functions(prepared, None, folder, **PLAN | {"targets": ("absorption",)})
    with pytest.raises(ParameterError, match="other classes or targets"):
        other.reopen()


def test_a_panel_on_files_opens_with_a_batch(prepared, collection, tmp_path):
    options = {name: PLAN[name] for name in ("batch_size", "audit_size")}
    panel = LearnPanel(
        prepared.folder,
        collection.folder,
        "halpha",
        PLAN["classes"],
        PLAN["targets"],
        tmp_path / "rounds",
        **options,
    )
    assert len(asyncio.run(panel.ready()).batch) == 10
    assert panel.state.n_batch == 10
