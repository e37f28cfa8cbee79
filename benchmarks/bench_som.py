"""Train a map of 20 x 20 neurons on 12,936 simulated spectra of 1,863 pixels, ten passes, against MiniSom.

Both start from the same spectra and see each ten times; MiniSom has its own defaults and starts from random
spectra. Its ten passes take ten minutes and more, so that each way runs once, ours after one warm-up pass.
The quantisation and topographic errors of both are printed beside the times: a fast map that is worse would
be no gain.

Run it as ``python benchmarks/bench_som.py``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from minisom import MiniSom
from numpy.typing import NDArray

from astrolib.models.map import Topology, match, quantisation_error, topographic_error, train
from astrolib.sky import simulate

SPECTRA, PIXELS = 12_936, 1_863
SIDE, PASSES = 20, 10
SEED = 20261121
LEAST = 50  # times faster


def main() -> None:
    """Print a row each, and fail where ours is not 50 times as fast at an equal or better error."""
    print(f"simulating {SPECTRA} spectra", flush=True)
    flux = np.ascontiguousarray(_middle(simulate(SPECTRA, "ondrejov", seed=SEED).flux))
    topology = Topology(SIDE, SIDE, "rectangular")
    train(flux, topology, epochs=1, seed=SEED)
    ours = _row("batch map", flux, topology, lambda: train(flux, topology, epochs=PASSES, seed=SEED))
    theirs = _row("MiniSom", flux, topology, lambda: _minisom(flux))
    ratio = theirs[0] / ours[0]
    print(f"{ratio:.0f} times as fast, error {ours[1] / theirs[1]:.3f} of MiniSom's")
    sys.exit(ratio < LEAST or ours[1] > theirs[1])


def _middle(flux: NDArray[np.float32]) -> NDArray[np.float32]:
    first = (flux.shape[1] - PIXELS) // 2
    return flux[:, first : first + PIXELS]


def _minisom(flux: NDArray[np.float32]) -> NDArray[np.float32]:
    som = MiniSom(SIDE, SIDE, PIXELS, random_seed=SEED)
    som.random_weights_init(flux)
    som.train(flux, PASSES, random_order=True, use_epochs=True)
    return som.get_weights().reshape(SIDE * SIDE, PIXELS).astype(np.float32)


def _row(
    name: str, flux: NDArray[np.float32], topology: Topology, work: Callable[[], NDArray[np.float32]]
) -> tuple[float, float]:
    """Return the time to train [s] and the quantisation error of one way, and print them."""
    begin = time.perf_counter()
    weights = work()
    seconds = time.perf_counter() - begin
    matches = match(flux, weights)
    error = quantisation_error(matches)
    rate = PASSES * len(flux) / seconds
    torn = topographic_error(matches, topology)
    print(f"{name:<12} {seconds:9.2f} s {rate:9.0f} samples/s   errors {error:.4f} {torn:.4f}", flush=True)
    return seconds, error


if __name__ == "__main__":
    main()
