"""A network that has seen only the simulated sky meets spectra of real stars."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from astrolib.collection import SpectrumCollection
from astrolib.spectra import prepare

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "real_spectra.py"
EMISSION = {"single peak", "double peak", "shell"}
SIMULATED = 1500


@pytest.fixture(scope="module")
def script():
    specification = importlib.util.spec_from_file_location("real_spectra", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    sys.modules["real_spectra"] = module  # its records look their module up
    specification.loader.exec_module(module)
    yield module
    del sys.modules["real_spectra"]


@pytest.fixture(scope="module")
def answers(script, shared, tmp_path_factory):
    """What the network says of each real spectrum, by file name."""
    folder = tmp_path_factory.mktemp("real")
    trial = next(each for each in script.trials() if each.name == "published")
    sky, truth = script.simulated(folder, SIMULATED)
    spectra, _ = script.real(shared / "data" / "spectra")
    collection = SpectrumCollection.create(folder / "real")
    collection.append(spectra)
    learned = prepare(sky, folder / "learned", trial.recipe).prepared
    asked = prepare(collection, folder / "asked", trial.recipe).prepared
    model = script.trained(learned, truth, trial, folder / "training")
    return {answer.file: answer for answer in script.answered(model, asked, trial)}


@pytest.mark.slow
@pytest.mark.parametrize(
    "file",
    [
        "gamma-cas-emission.fits",
        "bt-cmi-ondrejov.fits",
        "bt-cmi-lamost.fits",
        "vl070030.fits",
        "a201504150031.fits",
    ],
)
def test_strong_emission_is_seen(answers, file):
    assert answers[file].says in EMISSION


@pytest.mark.slow
def test_vega_absorbs(answers):
    assert answers["alpha-lyr-absorption.fits"].says == "absorption"


@pytest.mark.slow
def test_nine_in_ten_of_ondrejov_are_named_as_a_person_did(answers):
    of_ondrejov = [each for each in answers.values() if each.instrument == "Ondrejov" and each.sure]

    assert len(of_ondrejov) == 13
    assert sum(each.right for each in of_ondrejov) >= 12


@pytest.mark.slow
def test_every_spectrum_that_was_looked_at_is_answered(script, answers):
    assert set(answers) == set(script.LABELS)
