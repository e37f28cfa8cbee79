"""A night of made-up tracklets, and a site that reports them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from astropy.table import QTable
from astropy.time import Time, TimeDelta

from astrolib.labels.validation import Validation
from astrolib.movers.tracklets.tables import DETECTION, TRACKLET
from astrolib.report import Site, read_site

SITE = """
station = "950"
observatory = "La Palma"
observers = ["A. Observer", "B. Watcher"]
measurers = ["C. Measurer"]
fundingSource = "a grant"
comments = ["Reduced on the night itself."]

[submitter]
name = "D. Sender"
institution = "An Observatory, 1 Hill Road"

[telescope]
aperture = 2.5
design = "Reflector"
detector = "CCD"
fRatio = 3.3
pixelScale = 0.333

[catalogues]
astCat = "Gaia3E"
photCat = "PS1_DR2"
"""


@dataclass
class Night:
    """Tables of a search, and words on them that a test may change."""

    tracklets: QTable
    detections: QTable
    said: list[Validation]


def said_of(tracklet_id: str, who: str = "anna", verdict: str = "valid", *frames: str) -> Validation:
    """Return a word on a tracklet."""
    time = datetime(2026, 11, 20, 12, tzinfo=UTC).isoformat()
    return Validation(tracklet_id, who, verdict, time, frozenset(frames), False)


def make_night(count: int = 3, frames: int = 4, *, seed: int = 1) -> Night:
    """Return tracklets T0, T1, ... that `anna` calls valid; T1 is a numbered object, T2 a provisional one."""
    rng = np.random.default_rng(seed)
    start = Time("2026-11-19T22:30:15.250", scale="utc")
    known = {1: "(433) Eros", 2: "2014 BA1"}
    tracklets, detections = [], []
    for number in range(count):
        name = f"T{number}"
        ra, dec = 30 + 0.1 * number, -0.02 + 0.01 * number
        tracklets.append(
            {
                "tracklet_id": name, "n_detections": frames, "rate": 0.5, "position_angle": 100.0,
                "mag": 20.5, "kind": "mover", "known_name": known.get(number, ""),
                "known_status": "known" if number in known else "none",
            }
        )  # fmt: skip
        for frame in range(frames):
            time = start + TimeDelta(510.0 * frame, format="sec")
            detections.append(
                {
                    "tracklet_id": name, "obstime": time.isot, "ra": ra + 0.001 * frame,
                    "dec": dec - 0.0002 * frame, "rms_ra": 0.05 + 0.01 * rng.random(), "rms_dec": 0.06,
                    "rms_corr": 0.1, "mag": 20.5 + 0.05 * frame, "rms_mag": 0.08, "band": "r", "snr": 13.0,
                    "exptime": 60.0, "fwhm": 1.2, "flags": "", "frame": f"r{frame}.fits",
                }
            )  # fmt: skip
    said = [said_of(f"T{number}") for number in range(count)]
    return Night(TRACKLET.table(tracklets), DETECTION.table(detections), said)


@pytest.fixture
def night() -> Night:
    """Return three validated tracklets of four positions."""
    return make_night()


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    """Return a whole site file."""
    path = tmp_path / "site.toml"
    path.write_text(SITE)
    return path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return the site of that file."""
    path = tmp_path_factory.mktemp("site") / "site.toml"
    path.write_text(SITE)
    return read_site(path)


@pytest.fixture
def word() -> Callable[..., Validation]:
    """Return what makes a word on a tracklet."""
    return said_of


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return an empty folder for the products."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder
