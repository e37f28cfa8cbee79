"""One round of active learning: 10,000 labels, a pool of a million spectra; what each part takes.

The peer is what a round cannot do without: the plain `predict` of the same networks on the pool in memory.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from astrolib.collection import PreparedSpectra
from astrolib.models import audit
from astrolib.models.active import Plan, committee, learn_round, query

POOL, LABELLED, PIXELS = 1_000_000, 10_000, 140
CLASSES = ("single peak", "double peak", "rest")


def make_pool(folder: Path, count: int) -> tuple[PreparedSpectra, dict[str, str]]:
    """Write plain profiles, one in a hundred in emission; return them with the labels of the first."""
    rng, x = np.random.default_rng(0), np.linspace(-1, 1, PIXELS)
    labels: dict[str, str] = {}
    with PreparedSpectra.create(folder, np.linspace(6519, 6732, PIXELS), {"name": "bench"}) as writer:
        for first in range(0, count, 50_000):
            kind = rng.choice(3, min(50_000, count - first), p=[0.007, 0.003, 0.99])
            width = np.array([0.1, 0.25, 0.12])[kind][:, None]
            height = np.array([1.0, 1.0, -0.6])[kind][:, None]
            flux = height * np.exp(-0.5 * (x / width) ** 2) + 0.1 * rng.standard_normal((len(kind), PIXELS))
            ids = [f"{number:016x}" for number in range(first, first + len(kind))]
            writer.append(ids, flux.astype(np.float32))
            if first < LABELLED:
                labels |= {name: CLASSES[of] for name, of in zip(ids[:LABELLED], kind, strict=False)}
    return PreparedSpectra.open(folder), labels


class Clock:
    """Times calls of functions where they are looked up."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def on(self, module: object, name: str) -> None:
        """Time every call of a function of a module."""
        function = getattr(module, name)

        def timed(*arguments: object, **keywords: object) -> object:
            begin = time.perf_counter()
            try:
                return function(*arguments, **keywords)
            finally:
                self.seconds[name] = self.seconds.get(name, 0) + time.perf_counter() - begin

        setattr(module, name, timed)


def main(count: int) -> None:
    """Time a round, part by part, then the peer."""
    clock = Clock()
    for module, name in (
        (committee, "train_committee"),
        (committee, "answers_of"),
        (audit, "draw"),
        (query, "choose"),
    ):
        clock.on(module, name)
    with TemporaryDirectory() as place:
        folder = Path(place)
        pool, labels = make_pool(folder / "prepared", count)
        _ = pool.flux
        begin = time.perf_counter()
        finished = learn_round(pool, labels, Plan(CLASSES, CLASSES[:2]), folder=folder / "round")
        whole = time.perf_counter() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        flux = np.array(pool.flux)
        assert finished.model is not None
        network, begin = finished.model.model, time.perf_counter()
        network.predict(flux[..., None], batch_size=4096, verbose=0)
        peer = time.perf_counter() - begin
    for name, seconds in clock.seconds.items():
        print(f"  {name:<20} {seconds:8.1f} s")
    print(f"  {'all else':<20} {whole - sum(clock.seconds.values()):8.1f} s")
    print(
        f"a round, {LABELLED} labels, {count} spectra   {whole:8.1f} s   peak {peak:.2f} GB, mapped pages too"
    )
    ratio = clock.seconds["answers_of"] / peer
    print(f"  predict alone        {peer:8.1f} s   answers_of / predict {ratio:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else POOL)
