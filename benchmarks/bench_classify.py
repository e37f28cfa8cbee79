"""Classify prepared spectra into ``candidates.ecsv``, against the same network on an array in memory."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from astrolib.collection import PreparedSpectra
from astrolib.models import TrainedModel, build, classify, prediction
from astrolib.models.backend import load

PIXELS, CLASSES = 140, ("single peak", "double peak", "other")
BLOCK = 50_000


def prepared_spectra(folder: Path, n: int) -> PreparedSpectra:
    """Write `n` spectra of noise: what is in them costs nothing more or less."""
    rng = np.random.default_rng(0)
    with PreparedSpectra.create(folder, np.linspace(6519, 6732, PIXELS), {"name": "bench"}) as writer:
        for start in range(0, n, BLOCK):
            rows = range(start, min(start + BLOCK, n))
            flux = rng.standard_normal((len(rows), PIXELS), dtype=np.float32)
            writer.append([f"{row:016x}" for row in rows], flux)
    return PreparedSpectra.open(folder)


def anonymous_gigabytes() -> float:
    """Return the resident memory that no file backs [GB]."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) / 1e6


class Network:
    """Counts the time that is spent inside the network, and the peak of memory."""

    def __init__(self) -> None:
        self.seconds = self.peak = 0.0
        self._model_predict: Callable[..., np.ndarray] = prediction.predict_batch

    def __call__(self, model: object, batch: np.ndarray) -> np.ndarray:
        """Answer for one batch."""
        begin = time.perf_counter()
        answers = self._model_predict(model, batch)
        self.seconds += time.perf_counter() - begin
        self.peak = max(self.peak, anonymous_gigabytes())
        return answers


def measured(n: int, folder: Path) -> Iterator[str]:
    """Yield the lines of the report."""
    spectra = prepared_spectra(folder / "prepared", n)
    model = TrainedModel.of(build(PIXELS, len(CLASSES)), spectra, CLASSES)
    rng = np.random.default_rng(1)
    model = model.calibrated(np.array(spectra.flux[:200]), rng.integers(0, 3, 200), np.ones(200))
    network = prediction.predict_batch = Network()

    ours = time.perf_counter()
    classify(spectra, model, folder / "candidates.ecsv")
    ours = time.perf_counter() - ours
    yield f"{n} spectra, {load().backend.backend()}: {ours:.1f} s, {n / ours:.0f} a second"
    yield f"outside the network {1 - network.seconds / ours:.1%} of it"
    yield f"peak of resident memory without mapped files {network.peak:.2f} GB"

    n_peer = min(n, 200_000)
    array = np.array(spectra.flux[:n_peer])[..., None]
    model.model.predict(array[:BLOCK], batch_size=prediction.BATCH, verbose=0)
    peer = time.perf_counter()
    model.model.predict(array, batch_size=prediction.BATCH, verbose=0)
    peer = (time.perf_counter() - peer) / n_peer * n
    yield f"plain predict {peer:.1f} s ({n_peer} scaled)   ratio {ours / peer:.3f}"


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spectra", type=int, default=1_000_000)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with tempfile.TemporaryDirectory() as folder:
        for line in measured(parser.parse_args().spectra, Path(folder)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
