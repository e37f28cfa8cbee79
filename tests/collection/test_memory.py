"""Many spectra are collected and reopened without holding all of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys
from pathlib import Path
import numpy as np
from astrolib.collection import SpectrumCollection
from astrolib.core.spectrum import Spectrum

count, pixels, mode = int(sys.argv[2]), 4000, sys.argv[3]
wavelength = np.linspace(3700, 9000, pixels)

def spectra():
    rng = np.random.default_rng(1)
    for n in range(count):
        yield Spectrum(wavelength, rng.normal(1, 0.1, pixels).astype("f4"), target=f"star {n}")

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

folder = Path(sys.argv[1])
if mode == "write":
    collection = SpectrumCollection.create(folder)
    collection.append(list(spectra())[:1])
    before = peak()
    collection.append(spectra())
else:
    before = peak()
    collection = SpectrumCollection.open(folder)
    assert len(collection.metadata) == count
    sum(float(spectrum.flux[0]) for spectrum in collection)
print(peak() - before)
"""


def _megabytes(folder, count: int, mode: str) -> float:
    program = PROGRAM.replace("list(spectra())[:1]", "[next(spectra())]")
    command = [sys.executable, "-c", program, str(folder), str(count), mode]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=500)
    return float(done.stdout)


@pytest.mark.parametrize("count", [2_000, pytest.param(12_000, marks=pytest.mark.slow)])
def test_memory_does_not_grow_with_the_collection(tmp_path, count):
    """4,000 pixels of 12 bytes: 96 MB for the smaller count, 576 MB for the larger."""
    folder = tmp_path / "collection"

    assert _megabytes(folder, count, "write") < 90
    assert _megabytes(folder, count, "read") < 150
