"""A real IVOA archive (GAVO DaCHS) with 60 synthetic spectra answers as it should."""

from __future__ import annotations

from pathlib import Path

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io.votable.tree import TableElement

from astrolib.archive import Answer, Cutout, SpectrumQuery, fetch, find_service, search
from astrolib.core.errors import AddressError
from astrolib.core.votable import read_votable

pytestmark = pytest.mark.archive


def ask(address: str, **query: object) -> Answer:
    return search(find_service(address), SpectrumQuery(**query))  # type: ignore[arg-type]


@pytest.fixture
def everything(archive_address: str) -> Answer:
    return ask(archive_address)


def wavelengths(path: Path) -> np.ndarray:
    """Return a spectrum's wavelengths [angstrom]."""
    table: TableElement = read_votable(path).get_first_table()
    return np.asarray(table.array["spectral"], dtype=float)


def test_all_spectra_are_found(everything: Answer) -> None:
    assert (everything.status, len(everything), everything.truncated) == ("found", 60, False)
    assert len(everything.native) == 60
    offer = everything.offer
    assert len(set(offer["pubdid"])) == 60
    assert set(offer["time_ref"]) == {"middle"}
    assert np.all((offer["band_min"] < 6563 * u.AA) & (offer["band_max"] > 6563 * u.AA))
    assert np.all(np.abs(offer["resolving_power"] - 13000) < 100)
    assert all(address.startswith("http://127.0.0.1:8080/") for address in offer["datalink"])


def test_a_target_is_found_by_name(archive_address: str) -> None:
    answer = ask(archive_address, target="SIM 0005")
    assert answer.offer["target"].tolist() == ["SIM 0005"]
    assert ask(archive_address, target="no such star").status == "none"


def test_a_cone_holds_what_lies_within_its_radius(archive_address: str, everything: Answer) -> None:
    places = SkyCoord(everything.offer["ra"], everything.offer["dec"])
    for radius in (1 * u.arcsec, 12 * u.deg, 40 * u.deg):
        answer = ask(archive_address, position=places[0], radius=radius)
        within = places.separation(places[0]) <= radius
        assert sorted(answer.offer["pubdid"]) == sorted(everything.offer["pubdid"][within])


def test_a_band_selects_what_overlaps_it(archive_address: str) -> None:
    assert len(ask(archive_address, band=(6550 * u.AA, 6580 * u.AA))) == 60
    assert ask(archive_address, band=(4000 * u.AA, 5000 * u.AA)).status == "none"


def test_maxrec_cuts_and_says_so(archive_address: str) -> None:
    answer = ask(archive_address, max_records=7)
    assert (answer.status, len(answer), answer.truncated) == ("found", 7, True)


def test_all_files_arrive_and_hold_spectra(everything: Answer, tmp_path: Path) -> None:
    delivery = fetch(everything.offer, tmp_path, given=everything.address)
    assert (delivery.requested, len(delivery.files), delivery.missing) == (60, 60, ())
    wave = wavelengths(delivery.files[0].path)
    assert len(wave) == 1997
    assert wave[0] == pytest.approx(delivery.files[0].row["band_min"], abs=0.01)


def test_a_cutout_holds_halpha_only(everything: Answer, tmp_path: Path) -> None:
    cutout = Cutout(6550 * u.AA, 6580 * u.AA, "NORMALIZED")
    delivery = fetch(everything.offer[:5], tmp_path, given=everything.address, cutout=cutout)
    assert len(delivery.files) == 5
    for file in delivery.files:
        wave = wavelengths(file.path)
        assert 6547 < wave.min() <= 6550
        assert 6580 <= wave.max() < 6583


def test_a_cutout_beyond_the_spectrum_is_missing(everything: Answer, tmp_path: Path) -> None:
    cutout = Cutout(4000 * u.AA, 4100 * u.AA)
    delivery = fetch(everything.offer[:2], tmp_path, given=everything.address, cutout=cutout)
    assert len(delivery.missing) == 2
    assert "covers 62" in delivery.missing[0].reason


def test_the_archive_is_private_to_whoever_gave_another_address(everything: Answer, tmp_path: Path) -> None:
    delivery = fetch(everything.offer[:1], tmp_path, given="http://archive.example/")
    assert "not public" in delivery.missing[0].reason
    with pytest.raises(AddressError):
        fetch(everything.offer[:1], tmp_path, given="http://")
