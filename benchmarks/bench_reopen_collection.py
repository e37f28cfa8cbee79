"""Reopen a collection of 100,000 spectra, against the same as an astropy table in FITS.

Both end with the metadata as a table with units, and the rows of one instrument in a strip of the sky. The
spectra have 400 pixels (160 MB of flux). Ours reads no pixel; the peer reads them, as `QTable.read` does
unless told otherwise, or maps the file and reads nothing before it is asked for, the metadata included.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import astropy.units as u
import numpy as np
from astropy.table import QTable
from peer import compare

from astrolib.collection import SpectrumCollection
from astrolib.core.spectrum import Spectrum

SPECTRA = 100_000
PIXELS = 400
SEED = 20261121


def main() -> None:
    """Print the row."""
    with tempfile.TemporaryDirectory() as name:
        folder, table = Path(name) / "collection", Path(name) / "collection.fits"
        print(f"writing {SPECTRA} spectra of {PIXELS} pixels, twice", flush=True)
        collection = SpectrumCollection.create(folder)
        collection.append(_spectra())
        _write_fits(collection, table)
        print("reopening them, each way in turn", flush=True)
        for peer, mapped in (("astropy reads the table", False), ("astropy maps the file", True)):
            name = f"reopen {SPECTRA} spectra; {peer}"
            compare(name, lambda: _ours(folder), lambda mapped=mapped: _theirs(table, mapped))


def _ours(folder: Path) -> None:
    chosen = SpectrumCollection.open(folder).select(instrument="CCD700", dec=(10, 20))
    assert len(chosen) > 0


def _theirs(path: Path, mapped: bool) -> None:
    table = QTable.read(path, memmap=mapped)
    chosen = table[
        (table["instrument"] == "CCD700") & (table["dec"] >= 10 * u.deg) & (table["dec"] <= 20 * u.deg)
    ]
    assert len(chosen) > 0


def _spectra() -> Iterator[Spectrum]:
    rng = np.random.default_rng(SEED)
    wavelength = np.linspace(6300, 6700, PIXELS)
    for n in range(SPECTRA):
        yield Spectrum(
            wavelength,
            rng.normal(1, 0.1, PIXELS).astype("f4"),
            source=f"ivo://archive/spectra?{n}",
            accref=f"http://archive/spectra/{n}.fits",
            target=f"star {n // 3}",
            ra=n * 0.0036,
            dec=n % 180 - 89.5,
            obstime=f"2011-12-{1 + n % 31:02d}T21:29:50.880",
            time_scale="UTC",
            time_ref="middle",
            instrument="CCD700" if n % 2 else "LAMOST LRS",
        )


def _write_fits(collection: SpectrumCollection, path: Path) -> None:
    table = collection.metadata.copy()
    table["flux"] = np.array([spectrum.flux for spectrum in collection])
    table.write(path)


if __name__ == "__main__":
    main()
