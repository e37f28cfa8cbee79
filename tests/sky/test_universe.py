"""The universe on disk: whole, the same again, and read as what it is."""

from __future__ import annotations

from pathlib import Path

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.table import QTable

from astrolib.collection import read_spectra
from astrolib.core.errors import RefusedError
from astrolib.core.spectrum import Spectrum
from astrolib.sky import CLASSES, LAMOST, ONDREJOV, make_spectra
from astrolib.spectra import middle_of_exposure


@pytest.fixture(scope="module")
def truth(universe: Path) -> QTable:
    return QTable.read(universe / "truth.ecsv", format="ascii.ecsv")


def read(universe: Path, truth: QTable, archive: str) -> list[tuple[Spectrum, dict]]:
    rows = truth[truth["archive"] == archive]
    return [
        (read_spectra(universe / row["file"])[0], dict(zip(row.colnames, row, strict=True))) for row in rows
    ]


def test_each_file_has_its_row_of_truth(universe: Path, truth: QTable):
    files = {path.relative_to(universe).as_posix() for path in universe.rglob("*.fits")}
    assert set(truth["file"].tolist()) == files
    assert len(files) == 36
    assert set(truth["label"].tolist()) <= set(CLASSES)


def test_everything_says_that_it_is_simulated(universe: Path, truth: QTable):
    assert truth.meta["simulated"] is True
    for path in universe.rglob("*.fits"):
        assert fits.getheader(path)["SIMULATD"] is True


def test_ondrejov_files_are_read_as_what_they_are(universe: Path, truth: QTable):
    for spectrum, row in read(universe, truth, "ondrejov"):
        assert spectrum.target == row["star"]
        assert (spectrum.medium, spectrum.rest_frame) == ("air", "heliocentric")
        assert (spectrum.ra, spectrum.dec) == (row["ra"].value, row["dec"].value)
        assert spectrum.wavelength == pytest.approx(ONDREJOV.wavelength, abs=1e-6)
        assert spectrum.exptime == row["exptime"]
        middle = middle_of_exposure(
            spectrum.obstime, spectrum.time_scale, spectrum.time_ref, spectrum.exptime
        )
        assert middle.utc.mjd == pytest.approx(row["mjd"].value, abs=1e-8)


def test_lamost_files_are_read_as_what_they_are(universe: Path, truth: QTable):
    for spectrum, row in read(universe, truth, "lamost"):
        assert spectrum.target == row["star"]
        assert (spectrum.medium, spectrum.rest_frame) == ("vacuum", "heliocentric")
        assert (spectrum.ra, spectrum.dec) == (row["ra"].value, row["dec"].value)
        assert spectrum.wavelength == pytest.approx(LAMOST.wavelength, abs=1e-6)
        assert spectrum.ivar is not None
        assert spectrum.mask is not None
        assert (spectrum.time_scale, spectrum.time_ref) == ("UTC", "middle")


def test_the_same_star_is_in_both_archives(truth: QTable):
    archives = {
        star: set(truth["archive"][truth["star"] == star].tolist()) for star in set(truth["star"].tolist())
    }
    assert set(map(frozenset, archives.values())) == {frozenset({"ondrejov", "lamost"})}


def test_made_again_it_is_left_as_it_is(universe: Path):
    before = {path: path.stat().st_mtime_ns for path in universe.rglob("*")}
    make_spectra(universe, stars=12, seed=3)
    assert {path: path.stat().st_mtime_ns for path in universe.rglob("*")} == before


def test_another_universe_is_not_written_over_it(universe: Path):
    with pytest.raises(RefusedError, match="another universe"):
        make_spectra(universe, stars=12, seed=4)


def test_a_universe_that_was_cut_short_is_made_whole(universe: Path, tmp_path: Path):
    (tmp_path / "ondrejov").mkdir()
    (tmp_path / "ondrejov" / "sim0001-1.fits").write_bytes(b"half a file")
    make_spectra(tmp_path, stars=12, seed=3)
    for path in universe.rglob("*.fits"):
        assert (tmp_path / path.relative_to(universe)).read_bytes() == path.read_bytes()


def test_fewer_stars_than_fields_are_refused(tmp_path: Path):
    with pytest.raises(RefusedError, match="ask for 3"):
        make_spectra(tmp_path / "sky", stars=2)
    assert not (tmp_path / "sky").exists()


def test_the_default_universe_has_plenty_about_its_main_target(tmp_path: Path):
    calls: list[tuple[int, int]] = []
    truth = make_spectra(tmp_path, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (360, 360)
    place = SkyCoord(truth["ra"], truth["dec"])
    main = truth["star"] == "Sim Cas"
    assert set(truth["kind"][main].tolist()) == {"double peak"}
    assert np.sum(place.separation(place[main][0]) < 1 * u.deg) >= 60


@pytest.mark.parametrize("stars", [3, 4, 5])
def test_even_a_few_stars_leave_no_field_empty(tmp_path, stars):
    truth = make_spectra(tmp_path, stars=stars)
    assert {"Sim Cas", "Sim Lac", "Sim Per"} <= set(truth["star"].tolist())
    plates = truth[truth["archive"] == "lamost"]
    assert len(set(zip(plates["mjd"].value, plates["ra"].value // 30, strict=True))) == 3


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"stars": 10_000}, "ask for 3 to 9999"),
        ({"seed": -1}, "seed -1"),
        ({"folder": "file"}, "it is a file"),
        ({"folder": "foreign"}, "another universe"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(tmp_path, asked, reason):
    (tmp_path / "file").touch()
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "truth.ecsv").write_text("of something else")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(RefusedError, match=reason):
        make_spectra(tmp_path / asked.pop("folder", "new"), **asked)
    assert sorted(tmp_path.rglob("*")) == before
