"""A folder served by this archive and by DaCHS is the same to whoever asks.

DaCHS is the archive that working data centres run. Both are asked through the same client code.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.table import QTable
from astropy.time import Time

from astrolib.archive import Cutout, SpectrumQuery, fetch, find_service, search
from astrolib.collection import read_spectra
from astrolib.core.spectrum import Spectrum
from astrolib.sky import Index, build_index

pytestmark = [pytest.mark.archive, pytest.mark.slow]

NUMBERS = ("ra", "dec", "exptime", "band_min", "band_max")


@dataclass(frozen=True)
class Archives:
    """The addresses of the two."""

    ours: str
    dachs: str


@pytest.fixture(scope="module")
def folder(shared: Path, universe: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with our files and with those that DaCHS' own example brings."""
    folder = tmp_path_factory.mktemp("folder")
    for path in (universe / "ondrejov").iterdir():
        shutil.copy(path, folder)
    subprocess.run([sys.executable, shared / "dachs" / "make_spectra.py", folder], check=True)
    return folder


@pytest.fixture(scope="module")
def archives(
    shared: Path, folder: Path, running: Callable[[Index], AbstractContextManager[str]]
) -> Iterator[Archives]:
    """Serve the folder by both, and let DaCHS go back to its own spectra afterwards."""
    if os.geteuid() != 0 or shutil.which("dachs") is None:
        pytest.skip("DaCHS is not installed, or this is not root")
    try:
        dachs = _start_dachs(shared, folder)
        with running(build_index(folder)) as address:
            yield Archives(f"{address}/ssap?", dachs)
    finally:
        _start_dachs(shared)


def _start_dachs(shared: Path, *folder: Path) -> str:
    command = ["bash", shared / "dachs" / "start", *folder]
    environment = os.environ | {"PYTHON": sys.executable}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]


def offer(address: str, **question: object) -> QTable:
    """Return what an archive offers, by file name."""
    answer = search(find_service(address), SpectrumQuery(**question))
    assert answer.status == "found", answer.reason
    table = answer.offer
    table["file"] = [did.rsplit("/", 1)[-1].rsplit("?", 1)[-1] for did in table["pubdid"]]
    table.sort("file")
    return table


def delivered(address: str, folder: Path, cutout: Cutout | None = None) -> list[Spectrum]:
    """Return the spectra that an archive delivers, by file name."""
    delivery = fetch(offer(address), folder, given=address, cutout=cutout)
    assert not delivery.missing
    return [read_spectra(file.path)[0] for file in delivery.files]


def test_both_offer_the_same(archives: Archives, folder: Path):
    ours, theirs = offer(archives.ours), offer(archives.dachs)
    assert ours["file"].tolist() == theirs["file"].tolist()
    assert len(ours) == len(list(folder.iterdir())) == 84
    assert ours["target"].tolist() == theirs["target"].tolist()
    for name in NUMBERS:
        # DaCHS keeps wavelengths in single precision.
        assert np.allclose(ours[name].value, theirs[name].value, rtol=2e-7, atol=1e-12), name
    assert np.abs((Time(list(ours["obstime"])) - Time(list(theirs["obstime"]))).sec).max() < 1e-3
    assert ours["time_ref"].tolist() == theirs["time_ref"].tolist()


@pytest.mark.parametrize(
    "question",
    [
        {"target": "Sim Cas"},
        {"position": SkyCoord(14.2, 60.7, unit="deg"), "radius": 0.5 * u.deg},
        {"position": SkyCoord(50, 25, unit="deg"), "radius": 5 * u.deg},
        {"band": (6500 * u.AA, 6600 * u.AA)},
        {"time": (Time("2012-01-01"), Time("2014-01-01"))},
    ],
    ids=["target", "circle", "wide circle", "band", "time"],
)
def test_both_find_the_same(archives: Archives, question: dict[str, object]):
    ours, theirs = (offer(address, **question) for address in (archives.ours, archives.dachs))
    assert ours["file"].tolist() == theirs["file"].tolist()


def test_both_deliver_the_same_wavelengths_and_fluxes(archives: Archives, folder: Path, tmp_path: Path):
    ours = delivered(archives.ours, tmp_path / "ours")
    theirs = delivered(archives.dachs, tmp_path / "theirs")
    originals = [read_spectra(path)[0] for path in sorted(folder.iterdir())]
    for one, other, original in zip(ours, theirs, originals, strict=True):
        assert np.array_equal(one.wavelength, original.wavelength)
        assert np.array_equal(one.flux, original.flux)
        assert one.wavelength == pytest.approx(other.wavelength, rel=1e-12)
        assert np.array_equal(one.flux, other.flux)
        assert one.target == other.target


def test_both_cut_the_same(archives: Archives, tmp_path: Path):
    cutout = Cutout(6540 * u.AA, 6590 * u.AA)
    ours = delivered(archives.ours, tmp_path / "ours", cutout)
    theirs = delivered(archives.dachs, tmp_path / "theirs", cutout)
    for one, other in zip(ours, theirs, strict=True):
        assert one.wavelength == pytest.approx(other.wavelength, rel=1e-12)
        assert np.array_equal(one.flux, other.flux)
