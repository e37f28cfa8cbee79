import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from astrolib.core.errors import AstrolibError, ParameterError, UnreadableFileError
from astrolib.models import build, train
from astrolib.models.fitting import CHECKPOINT, PROGRESS
from astrolib.models.judge import judge
from astrolib.models.prediction import predict

CLASSES = ("absorption", "none", "emission")


def network(seed=0):
    return build(24, 3, seed=seed)


def halves(profiles):
    return (profiles.flux[:200], profiles.labels[:200]), (profiles.flux[200:], profiles.labels[200:])


def lines(folder):
    return [json.loads(line) for line in (folder / PROGRESS).read_text().splitlines()]


def test_it_learns_and_tells_of_each_epoch(profiles, tmp_path):
    told = []
    model, (learned, kept) = network(), halves(profiles)
    training = train(
        model, *learned, epochs=15, validation=kept, folder=tmp_path / "run", epoch_end=told.append
    )
    assert judge(kept[1], predict(model, kept[0]), CLASSES).accuracy > 0.9
    assert [line["epoch"] for line in told] == list(range(1, len(told) + 1))
    assert {"loss", "val_loss", "val_accuracy", "f1", "seconds"} < set(told[0])
    assert [line["val_loss"] for line in lines(tmp_path / "run")] == [line["val_loss"] for line in told]
    assert list(training.curves["loss"]) == [line["loss"] for line in told]


def test_it_stops_early_and_keeps_the_best_weights(profiles):
    (flux, labels), kept = halves(profiles)
    model = network()
    shuffled = np.random.default_rng(1).permutation(labels)  # nothing to learn: it can only get worse
    training = train(model, flux, shuffled, epochs=40, validation=kept, patience=3)
    assert len(training.history) == training.best_epoch + 3 < 40
    answers = predict(model, kept[0])
    loss = -np.log(answers[np.arange(len(answers)), kept[1]]).mean()
    assert loss == pytest.approx(training.history[training.best_epoch - 1]["val_loss"], rel=1e-4)


def test_a_weight_of_zero_silences_a_spectrum(profiles):
    wrong = np.where(np.arange(300) < 150, 0, profiles.labels)
    weights = np.arange(300) >= 150
    model = network()
    train(model, profiles.flux, wrong, weights=weights, epochs=15)
    assert judge(profiles.labels, predict(model, profiles.flux), CLASSES).accuracy > 0.9


def test_a_finished_training_is_not_repeated(profiles, tmp_path):
    first = network()
    training = train(first, *profiles, epochs=2, folder=tmp_path)
    second, told = network(), []
    again = train(second, *profiles, epochs=2, folder=tmp_path, epoch_end=told.append)
    assert not told
    assert again.history == training.history
    assert np.array_equal(predict(first, profiles.flux), predict(second, profiles.flux))


def test_a_training_that_was_interrupted_goes_on_and_ends_as_if_unbroken(profiles, tmp_path):
    def interrupt(line):
        if line["epoch"] == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(network(), *profiles, epochs=4, folder=tmp_path, epoch_end=interrupt)
    resumed, unbroken = network(), network()
    train(resumed, *profiles, epochs=4, folder=tmp_path)
    train(unbroken, *profiles, epochs=4)
    np.testing.assert_allclose(
        predict(resumed, profiles.flux), predict(unbroken, profiles.flux), rtol=1e-3, atol=1e-5
    )
    assert [line["epoch"] for line in lines(tmp_path)] == [1, 2, 3, 4]


def test_the_checkpoint_of_another_training_is_refused(profiles, tmp_path):
    train(network(), *profiles, epochs=1, folder=tmp_path)
    other = profiles.labels.copy()
    other[0] = (other[0] + 1) % 3
    with pytest.raises(ParameterError, match=r"another training.*empty folder"):
        train(network(), profiles.flux, other, epochs=1, folder=tmp_path)


def test_a_checkpoint_that_is_none_is_refused(profiles, tmp_path):
    (tmp_path / CHECKPOINT).write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(UnreadableFileError, match="not a checkpoint"):
        train(network(), *profiles, epochs=1, folder=tmp_path)


@pytest.mark.parametrize(
    ("labels", "weights"), [([0, 1], None), ([0] * 300, [0] * 300), ([0] * 300, [1, -1] * 150)]
)
def test_what_does_not_fit_together_is_refused(profiles, labels, weights):
    with pytest.raises(ParameterError):
        train(network(), profiles.flux, labels, weights=weights, epochs=1)


def test_a_flux_that_is_not_finite_is_refused(profiles):
    flux = profiles.flux.copy()
    flux[7, 3] = np.nan
    with pytest.raises(ParameterError, match="not finite"):
        train(network(), flux, profiles.labels, epochs=1)


def test_a_network_that_runs_away_is_no_success(profiles):
    model = network()
    model.set_weights([weight * np.nan for weight in model.get_weights()])
    with pytest.raises(AstrolibError, match="the loss is nan in epoch 1"):
        train(model, *profiles, epochs=3)


CHILD = """
import os, signal, sys
from pathlib import Path
import numpy as np
from astrolib.models import build, train
from astrolib.models import checkpoint
from astrolib.models.prediction import predict

folder, dies_in = Path(sys.argv[1]), int(sys.argv[2])
rng = np.random.default_rng(0)
labels = rng.integers(0, 3, 300)
flux = rng.normal(0, 1, (300, 24)).astype(np.float32)
flux[:, 10:14] += (labels - 1)[:, None]

written, savez = 0, np.savez
def half_of_it(stream, **members):
    global written
    written += 1
    savez(stream, **members)
    if written == dies_in:
        stream.truncate(stream.tell() // 2)
        os.fsync(stream.fileno())
        os.kill(os.getpid(), signal.SIGKILL)
checkpoint.np.savez = half_of_it

model = build(24, 3)
train(model, flux, labels, epochs=5, validation=(flux[:50], labels[:50]), patience=9, folder=folder)
np.save(folder / "answers.npy", predict(model, flux))
"""


def run_child(folder: Path, dies_in: int = 0) -> int:
    environment = os.environ | {"TF_ENABLE_ONEDNN_OPTS": "0"}
    return subprocess.run([sys.executable, "-c", CHILD, folder, str(dies_in)], env=environment).returncode


@pytest.mark.slow
def test_killed_in_the_middle_of_a_checkpoint_it_goes_on_and_ends_as_if_unbroken(tmp_path):
    broken, unbroken = tmp_path / "broken", tmp_path / "unbroken"
    assert run_child(broken, dies_in=1) == -signal.SIGKILL  # before the first checkpoint was whole
    assert not (broken / CHECKPOINT).exists()
    assert run_child(broken, dies_in=3) == -signal.SIGKILL
    assert [line["epoch"] for line in lines(broken)] == [1, 2]
    with (broken / PROGRESS).open("a") as stream:
        stream.write('{"epoch": 3, "lo')  # and in the middle of a line
    assert run_child(broken) == 0
    assert run_child(unbroken) == 0
    assert [line["epoch"] for line in lines(broken)] == [1, 2, 3, 4, 5]
    np.testing.assert_allclose(
        np.load(broken / "answers.npy"), np.load(unbroken / "answers.npy"), rtol=1e-3, atol=1e-5
    )
