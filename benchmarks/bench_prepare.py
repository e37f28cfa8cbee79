"""Prepare 100,000 spectra of 3,909 pixels, with inverse variance and mask, in a process of its own.

Printed are spectra a second and the peak memory [MB]: all of it, and that without file-mapped pages. The
peer is pyarrow reading the same pixels and doing nothing: what is above it is ours. Then opening a million
prepared spectra of 140 pixels and reading all of them, in memory likewise.

Give a folder as the only argument to keep the collection (4 GB) for the next time.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from astrolib.collection import PreparedSpectra, SpectrumCollection
from astrolib.core.spectrum import Spectrum
from astrolib.spectra import prepare, read_recipe

SPECTRA = 100_000
PREPARED = 1_000_000
SEED = 20261121
LAMOST = 10 ** (3.5682 + 1e-4 * np.arange(3909))


def main() -> None:
    """Make what is not there, and run each step in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else name)
        if not (folder / "collection").exists():
            print(f"collecting {SPECTRA} spectra", flush=True)
            SpectrumCollection.create(folder / "collection").append(_spectra())
        for step in STEPS:
            command = [sys.executable, __file__, str(folder), step, str(Path(name) / step)]
            subprocess.run(command, check=True)


def _step(folder: Path, step: str, product: Path) -> None:
    begin = time.perf_counter()
    count = STEPS[step](folder, product)
    seconds = time.perf_counter() - begin
    peak, own = _memory("VmHWM"), _memory("RssAnon")
    rate = f"{seconds:7.1f} s {count / seconds:10.0f} a second"
    print(f"{step:<28} {rate}, peak {peak:5.0f} MB, without mapped pages {own:5.0f} MB at the end")


def _read(folder: Path, product: Path) -> int:
    count = 0
    for part in sorted((folder / "collection").glob("part-*.parquet")):
        for batch in pq.ParquetFile(part).iter_batches(134, columns=["wavelength", "flux", "ivar", "mask"]):
            count += len(batch)
    return count


def _prepare(recipe: str) -> Callable[[Path, Path], int]:
    def work(folder: Path, product: Path) -> int:
        collection = SpectrumCollection.open(folder / "collection")
        done = prepare(collection, product, read_recipe(recipe))
        assert len(done.prepared) + len(done.rejected) == len(collection)
        return len(collection)

    return work


def _write_prepared(folder: Path, product: Path) -> int:
    flux = np.random.default_rng(SEED).random((10_000, 140), dtype=np.float32)
    grid = np.linspace(6519, 6732, 140)
    with PreparedSpectra.create(product.with_name("million"), grid, {"name": "test"}) as writer:
        for first in range(0, PREPARED, len(flux)):
            writer.append([f"{number:016x}" for number in range(first, first + len(flux))], flux)
    return PREPARED


def _open_prepared(folder: Path, product: Path) -> int:
    prepared = PreparedSpectra.open(product.with_name("million"))
    assert prepared.rows(prepared.ids[-3:]).tolist() == [PREPARED - 3, PREPARED - 2, PREPARED - 1]
    assert sum(len(flux) for _, flux in prepared.chunks()) == PREPARED
    return PREPARED


STEPS: dict[str, Callable[[Path, Path], int]] = {
    "pyarrow reads the pixels": _read,
    "prepare, published-halpha": _prepare("published-halpha"),
    "prepare, halpha": _prepare("halpha"),
    "write a million of 140": _write_prepared,
    "open and read a million": _open_prepared,
}


def _spectra() -> Iterator[Spectrum]:
    rng = np.random.default_rng(SEED)
    noise = rng.normal(0, 1, 1_000_000).astype(np.float32)
    profile = np.exp(-0.5 * ((LAMOST - 6564.6) / 6) ** 2).astype(np.float32)
    slope = ((LAMOST / 6500) ** -2).astype(np.float32)
    for number in range(SPECTRA):
        first, level = int(rng.integers(noise.size - LAMOST.size)), float(rng.uniform(100, 5000))
        signal = slope * (1 + (rng.random() - 0.5) * profile)
        ivar = (30 / level) ** 2 * (0.5 + rng.random(LAMOST.size, dtype=np.float32))
        mask = np.zeros(LAMOST.size, dtype=bool)
        mask[rng.integers(LAMOST.size, size=3)] = True
        yield Spectrum(
            LAMOST,
            level * (signal + noise[first : first + LAMOST.size] / 30),
            ivar=ivar,
            mask=mask,
            source=f"ivo://archive/spectra?{number}",
            target=f"star {number}",
            ra=number * 0.0036,
            dec=number % 180 - 89.5,
            obstime="2015-01-01T12:00:00",
            time_scale="UTC",
            time_ref="middle",
            instrument="LAMOST LRS",
            resolving_power=1800.0,
            medium="vacuum",
            rest_frame="heliocentric",
        )


def _memory(key: str) -> float:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(key))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    if len(sys.argv) == 4:
        _step(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
    else:
        main()
