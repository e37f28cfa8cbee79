"""Small raw frames of a made-up telescope, and ledgers to put them into."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from astrolib.collection.nights import Ledger, sort_files

SIDE = 128
BIAS, FLAT, SKY = 1000.0, 20000.0, 300.0


def star_field(seed: int, stars: int = 30) -> np.ndarray:
    """Return a picture of stars, to be added to a level."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:SIDE, :SIDE]
    image = np.zeros((SIDE, SIDE))
    for cx, cy in rng.uniform(8, SIDE - 8, (stars, 2)):
        image += 5000 * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * 1.5**2))
    return image


def write_frame(path: Path, level: float, noise: float = 5.0, stars: int = 0, **cards: Any) -> Path:
    """Write a frame; a card whose value is None is left out, and ``_`` in a name stands for ``-``."""
    rng = np.random.default_rng(abs(hash(path.name)) % 2**32)
    data = rng.normal(level, noise, (SIDE, SIDE)) + (star_field(1, stars) if stars else 0)
    hdu = fits.PrimaryHDU(np.clip(data, 0, 65535).astype(np.uint16))
    given = {"TELESCOP": "Little", "INSTRUME": "CCD", "DATE_OBS": "2026-03-01T21:00:00", **cards}
    for name, value in given.items():
        if value is not None:
            hdu.header[name.replace("_", "-")] = value
    path.parent.mkdir(parents=True, exist_ok=True)
    hdu.writeto(path)
    return path


def science(path: Path, **cards: Any) -> Path:
    """Write a frame of stars."""
    given = {"IMAGETYP": "object", "EXPTIME": 60.0, "FILTER": "r", "OBJECT": "field 1"}
    place = {"RA": "10:00:00", "DEC": "+20:00:00"}
    return write_frame(path, BIAS + SKY, 12.0, 30, **{**given, **place, **cards})


def calibration(path: Path, kind: str, **cards: Any) -> Path:
    """Write a bias, dark or flat."""
    level, noise, exposure = {
        "bias": (BIAS, 5.0, 0.0),
        "dark": (BIAS + 20, 6.0, 60.0),
        "flat": (FLAT, 100.0, 5.0),
    }[kind]
    band = "r" if kind == "flat" else None
    return write_frame(path, level, noise, **{"IMAGETYP": kind, "EXPTIME": exposure, "FILTER": band, **cards})


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Return a folder with a small, whole night, of which nothing is in doubt."""
    folder = tmp_path / "raw"
    for number in range(3):
        for kind in ("bias", "dark", "flat"):
            calibration(folder / f"{kind}{number}.fits", kind)
        for field in (1, 2):
            science(
                folder / f"r{field}{number}.fits",
                OBJECT=f"field {field}",
                RA=f"1{field}:00:00",
                DATE_OBS=f"2026-03-01T2{field}:0{number}:00",
            )
    return folder


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "nights.sqlite")


@pytest.fixture
def night(ledger: Ledger) -> str:
    return ledger.night("survey/project/2026-03-01", "ada")


@pytest.fixture
def filled(ledger: Ledger, night: str, raw: Path) -> Ledger:
    """Return a ledger that holds the night of `raw`."""
    files, refused = sort_files(raw.glob("*.fits"))
    assert not refused
    ledger.add_frames(night, files, "ada")
    return ledger
