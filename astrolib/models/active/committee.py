"""Several networks as one: their mean answers better than each, and where they differ nobody knows.

Few labels and a rare class need three things that a plain training does not have. Classes are drawn with odds
that grow with the square root of their labels, so that a target with ten labels is seen beside thousands of
others. Each draw is varied within what nature does to a spectrum anyway: a shift of up to a pixel, and noise.
And the number of steps does not shrink with the labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from astrolib.core.progress import Progress
from astrolib.models import backend
from astrolib.models.network import build
from astrolib.models.prediction import predict
from astrolib.models.training import EpochEnd, train

if TYPE_CHECKING:
    import keras

MEMBERS = 2
EPOCHS = 6
BATCH = 64
FEWEST_DRAWS = 7000
"""Spectra drawn an epoch, at least; as many as there are labels where there are more."""

NOISE = 0.03
"""Largest standard deviation of the added noise, on the scale of the prepared flux."""


def train_committee(
    flux: NDArray[np.float32],
    labels: NDArray[np.int64],
    n_classes: int,
    *,
    seed: int,
    folder: Path,
    progress: Progress,
    epoch_end: EpochEnd,
) -> list[keras.Model]:
    """Train the members one after another; killed and called again, it goes on where it was.

    Parameters
    ----------
    flux : ndarray of float32, shape (n, pixels)
        Labelled spectra.
    labels : ndarray of int, shape (n,)
        Numbers of their classes.
    n_classes : int
        Classes of the network; some may have no label yet.
    seed : int
        Of weights, draws and variations.
    folder : Path
        For checkpoints; the caller removes it when all is well.
    progress : Progress
        Told the epochs done, of all members.
    epoch_end : callable
        Given each epoch's line of `astrolib.models.training.Training.history`, with ``member`` from 1 and
        ``network`` itself.
    """
    members = []
    for number in range(MEMBERS):
        network = build(flux.shape[1], n_classes, seed=_seed(seed, number))
        drawn = draws(labels, np.random.default_rng((seed, number)))
        varied = vary(flux[drawn], np.random.default_rng((seed, number, 1)))

        def told(line: Mapping[str, Any], member: int = number, network: keras.Model = network) -> None:
            progress(member * EPOCHS + line["epoch"], MEMBERS * EPOCHS)
            epoch_end({**line, "member": member + 1, "network": network})

        train(
            network,
            varied,
            labels[drawn],
            epochs=EPOCHS,
            batch_size=BATCH,
            seed=_seed(seed, number),
            folder=folder / f"member-{number + 1}",
            epoch_end=told,
        )
        members.append(network)
    return members


def joined(members: Sequence[keras.Model]) -> keras.Model:
    """Return one network that answers with the mean of the members' probabilities."""
    keras = backend.load()
    inputs = keras.Input(members[0].input_shape[1:])
    named = [
        keras.Model(member.inputs, member.outputs[0], name=f"member_{number}")
        for number, member in enumerate(members, start=1)
    ]
    return keras.Model(inputs, keras.layers.Average()([member(inputs) for member in named]), name="committee")


def answers_of(
    members: Sequence[keras.Model], flux: NDArray[np.float32], progress: Progress
) -> NDArray[np.float32]:
    """Return the probabilities of each member, shape (members, spectra, classes)."""
    total = len(members) * len(flux)
    answers = []
    for number, member in enumerate(members):
        scored = partial(_after, progress, number * len(flux), total)
        answers.append(predict(member, flux, scored))
    return np.stack(answers)


def features_of(member: keras.Model, flux: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what a member's last layer decides on, of length 1, shape (spectra, features)."""
    features = predict(backend.load().Model(member.inputs, member.layers[-1].input), flux)
    return features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), np.float32(1e-6))


def draws(labels: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw the rows of an epoch: a class with n labels is drawn in proportion to the root of n."""
    counts = np.bincount(labels)
    odds = 1 / np.sqrt(counts[labels])
    return rng.choice(len(labels), max(FEWEST_DRAWS, len(labels)), p=odds / odds.sum())


def vary(flux: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Shift spectra by up to a pixel, and add noise of up to `NOISE`."""
    shift = rng.uniform(-1, 1, (len(flux), 1)).astype(np.float32)
    left, right = np.roll(flux, 1, axis=1), np.roll(flux, -1, axis=1)
    left[:, 0], right[:, -1] = flux[:, 0], flux[:, -1]
    neighbour = np.where(shift > 0, left, right)
    noise = NOISE * rng.random((len(flux), 1), dtype=np.float32)
    moved = flux + np.abs(shift) * (neighbour - flux)
    return moved + noise * rng.standard_normal(flux.shape, dtype=np.float32)


def _after(progress: Progress, before: int, total: int, done: int, _: int) -> None:
    progress(before + done, total)


def _seed(seed: int, number: int) -> int:
    return int(np.random.SeedSequence((seed, number)).generate_state(1)[0] >> 16)
