"""Read 2,000 FITS spectra into a collection, against a loop with specutils over the same files.

The files have SDSS's ``spec-`` layout, which both know. The peer is told the format, which spares it half its
time, and keeps its spectra in memory; ours finds the layout, checks each file, and writes to disk.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from pathlib import Path

import numpy as np
import specutils
from astropy.io import fits
from peer import compare

from astrolib.collection import SpectrumCollection, read_spectra

FILES = 2000
PIXELS = 3842
SEED = 20261121


def main() -> None:
    """Print the row."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"writing {FILES} files of {PIXELS} pixels", flush=True)
        paths = [_write(folder / f"spec-{n:05d}.fits", n) for n in range(FILES)]
        print("reading them, each way in turn", flush=True)
        compare(
            f"read {FILES} FITS spectra into a collection",
            lambda: _ours(paths, folder / "collection"),
            lambda: _theirs(paths),
            runs=3,
        )


def _ours(paths: list[Path], folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    collection = SpectrumCollection.create(folder)
    collection.append(spectrum for path in paths for spectrum in read_spectra(path))
    assert len(collection) == FILES


def _theirs(paths: list[Path]) -> None:
    with warnings.catch_warnings(action="ignore"):
        spectra = [specutils.Spectrum.read(path, format="SDSS-III/IV spec") for path in paths]
    assert len(spectra) == FILES


def _write(path: Path, number: int) -> Path:
    rng = np.random.default_rng(SEED + number)
    columns = [
        fits.Column("flux", "E", array=rng.normal(10, 1, PIXELS)),
        fits.Column("loglam", "E", array=3.58 + 0.0001 * np.arange(PIXELS)),
        fits.Column("ivar", "E", array=np.ones(PIXELS)),
        fits.Column("and_mask", "J", array=np.zeros(PIXELS)),
    ]
    primary = fits.PrimaryHDU()
    primary.header.update({"TELESCOP": "SDSS 2.5-M", "PLATEID": 266, "MJD": 55602, "FIBERID": number + 1})
    primary.header.update({"PLUG_RA": 147.3, "PLUG_DEC": -0.01, "EXPTIME": 3600.0, "VACUUM": True})
    primary.header.update({f"FILL{n:04d}": n for n in range(100)})  # real headers are long
    info = fits.BinTableHDU.from_columns([fits.Column("MJD", "J", array=[55602])])
    fits.HDUList([primary, fits.BinTableHDU.from_columns(columns, name="COADD"), info]).writeto(path)
    return path


if __name__ == "__main__":
    main()
