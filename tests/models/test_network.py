import numpy as np
import pytest

from astrolib.core.errors import ParameterError
from astrolib.models import build
from astrolib.models.network import NETWORKS
from astrolib.models.prediction import predict


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_answers_with_probabilities(name):
    model = build(16, 3, name)
    answers = predict(model, np.zeros((5, 16), dtype=np.float32))
    assert answers.shape == (5, 3)
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)


def test_the_published_network_has_the_published_layers():
    layers = [type(layer).__name__ for layer in build(140, 3, "published").layers]
    block = ["Conv1D", "Conv1D", "MaxPooling1D"]
    assert layers == ["InputLayer", *3 * block, "Flatten", *2 * ["Dense", "Dropout"], "Dense"]


def test_the_seed_decides_the_initial_weights():
    one, same, other = (build(16, 3, seed=seed).get_weights() for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not np.array_equal(one[0], other[0])


@pytest.mark.parametrize("wrong", [(4, 3, "profile"), (16, 1, "profile"), (16, 3, "oracle")])
def test_an_impossible_network_is_refused(wrong):
    with pytest.raises(ParameterError):
        build(*wrong)


@pytest.mark.parametrize("n", [1, 33, 5000])
def test_every_spectrum_gets_its_own_answer_whatever_the_batch(n):
    model = build(16, 3, seed=4)
    flux = np.random.default_rng(0).normal(size=(n, 16)).astype(np.float32)
    reports = []
    answers = predict(model, flux, lambda done, total: reports.append((done, total)))
    np.testing.assert_allclose(answers, model.predict(flux[..., None], verbose=0), rtol=1e-4, atol=1e-6)
    assert reports[-1] == (n, n)


def test_no_spectra_give_no_answers():
    assert predict(build(16, 3), np.empty((0, 16), dtype=np.float32)).shape == (0, 3)
