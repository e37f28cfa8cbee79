"""One-dimensional convolutional networks that tell spectra by their profile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

from astrolib.core.errors import ParameterError
from astrolib.models import backend

if TYPE_CHECKING:
    import keras

MIN_PIXELS = 8
"""Three poolings by two leave one pixel."""

MOMENTUM = 0.9
"""Of batch normalisation: the 0.99 of keras takes hundreds of steps to settle, and few labels give few."""


def build(n_pixels: int, n_classes: int, name: str = "profile", seed: int = 0) -> keras.Model:
    """Build a network, not yet trained.

    Parameters
    ----------
    n_pixels : int
        Length of a prepared spectrum, at least 8.
    n_classes : int
        At least 2.
    name : {'profile', 'published'}
        ``profile`` is small and fast; ``published`` is that of Skoda, Podsztavek and Tvrdik (2020,
        A&A 643, A122).
    seed : int
        Of the initial weights and of the dropout.

    Returns
    -------
    keras.Model
        From float32 ``(spectra, n_pixels, 1)`` to probabilities ``(spectra, n_classes)``.

    Raises
    ------
    ParameterError
        If there is no network of that name, or a size is too small.
    """
    if name not in NETWORKS:
        raise ParameterError(f"no network {name!r}", remedy=f"known are {', '.join(NETWORKS)}")
    if n_pixels < MIN_PIXELS or n_classes < 2:
        raise ParameterError(
            f"{n_pixels} pixels and {n_classes} classes",
            remedy=f"give at least {MIN_PIXELS} pixels and 2 classes",
        )
    layers, seeds = backend.load().layers, count(seed * 1000)
    inputs = layers.Input((n_pixels, 1))
    features = NETWORKS[name](layers, inputs, seeds)
    outputs = _dense(layers, n_classes, "softmax", seeds)(features)
    return backend.load().Model(inputs, outputs, name=name)


def _profile(layers: Any, tensor: Any, seeds: Iterator[int]) -> Any:
    for filters, kernel, pool in ((16, 7, True), (32, 5, True), (64, 3, True), (64, 3, False)):
        tensor = _convolution(layers, filters, kernel, seeds, use_bias=False)(tensor)
        tensor = layers.ReLU()(layers.BatchNormalization(momentum=MOMENTUM)(tensor))
        tensor = layers.MaxPooling1D(2)(tensor) if pool else tensor
    tensor = _dense(layers, 128, "relu", seeds)(layers.Flatten()(tensor))
    return layers.Dropout(0.5, seed=next(seeds))(tensor)


def _published(layers: Any, tensor: Any, seeds: Iterator[int]) -> Any:
    for filters in (64, 128, 256):
        for _ in range(2):
            tensor = _convolution(layers, filters, 3, seeds, activation="relu")(tensor)
        tensor = layers.MaxPooling1D(2)(tensor)
    tensor = layers.Flatten()(tensor)
    for _ in range(2):
        tensor = layers.Dropout(0.5, seed=next(seeds))(_dense(layers, 512, "relu", seeds)(tensor))
    return tensor


def _convolution(layers: Any, filters: int, kernel: int, seeds: Iterator[int], **options: Any) -> Any:
    return layers.Conv1D(filters, kernel, padding="same", kernel_initializer=_glorot(seeds), **options)


def _dense(layers: Any, units: int, activation: str, seeds: Iterator[int]) -> Any:
    return layers.Dense(units, activation, kernel_initializer=_glorot(seeds))


def _glorot(seeds: Iterator[int]) -> Any:
    """Return the default initial weights of keras, with a seed of their own."""
    return backend.load().initializers.GlorotUniform(next(seeds))


NETWORKS: dict[str, Callable[[Any, Any, Iterator[int]], Any]] = {"profile": _profile, "published": _published}
