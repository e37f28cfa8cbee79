"""Ask any source: an archive, a VOTable, a folder, a listing."""

from __future__ import annotations

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.table import Table

from astrolib.archive import Cutout, SpectrumQuery, ask
from astrolib.core.errors import RefusedError

ANY = SpectrumQuery()


@pytest.fixture
def folder(tmp_path):
    for name in ("a.fits", "b.fits", "c.fits"):
        (tmp_path / name).write_bytes(b"SIMPLE  =")
    return tmp_path


def test_a_folder_gives_its_files(folder):
    assert len(ask("folder", ANY, path=str(folder))) == 3


def test_more_than_max_records_is_said_to_be_truncated(folder):
    answer = ask("folder", SpectrumQuery(max_records=2), path=str(folder))
    assert (len(answer), answer.truncated) == (2, True)


def test_a_saved_votable_leads_to_the_service_that_it_came_from(tmp_path):
    table = Table({"accref": ["http://127.0.0.1:9/1", "http://127.0.0.1:9/2"]})
    table.write(tmp_path / "saved.vot", format="votable")
    path = str(tmp_path / "saved.vot")
    assert (
        ask("votable", ANY, path=path, service="http://127.0.0.1:9/ssap").address == "http://127.0.0.1:9/ssap"
    )


def test_a_saved_votable_vouches_for_nothing_where_no_archive_is_known(tmp_path):
    Table({"accref": ["http://127.0.0.1:9/1"]}).write(tmp_path / "saved.vot", format="votable")
    assert "://" not in ask("votable", ANY, path=str(tmp_path / "saved.vot")).address


@pytest.mark.parametrize(
    ("source", "query", "path", "says"),
    [
        ("folder", ANY, None, "no path"),
        ("ssap", ANY, "somewhere", "a path, but source is ssap"),
        ("folder", SpectrumQuery(target="x"), "somewhere", "cannot be searched"),
        ("listing", SpectrumQuery(target="x", radius=1 * u.deg), "http://127.0.0.1:9/", "cannot be searched"),
    ],
)
def test_what_does_not_belong_to_a_source_is_refused(source, query, path, says):
    with pytest.raises(RefusedError, match=says):
        ask(source, query, path=path)


def test_a_target_whose_position_nobody_knows_is_failed_and_not_none(monkeypatch):
    monkeypatch.setenv("ASTROLIB_LOCAL_ARCHIVE", "http://127.0.0.1:9/ssap?")
    answer = ask("ssap", SpectrumQuery(target="Nobody", radius=1 * u.deg))
    assert answer.status == "failed"
    assert "Nobody has no known position" in answer.reason


def test_plain_numbers_make_a_query():
    query = SpectrumQuery.of_numbers(target="x", ra=10, dec=-5, radius=0.5, band_min=6500, band_max=6600)
    assert query.target == ""
    assert query.position.separation(SkyCoord(10 * u.deg, -5 * u.deg)) == 0
    assert query.radius == 0.5 * u.deg
    np.testing.assert_allclose(query.band_metres, (6.5e-7, 6.6e-7))
    assert Cutout.of_query(query).band_max == 6600 * u.AA


def test_without_a_radius_no_position_is_sent():
    assert SpectrumQuery.of_numbers(target="x", ra=10, dec=-5) == SpectrumQuery(target="x")


@pytest.mark.parametrize("half", [{"ra": 1}, {"dec": 1}, {"band_min": 1}, {"band_max": 1}])
def test_half_a_pair_is_refused(half):
    with pytest.raises(RefusedError, match="only one of"):
        SpectrumQuery.of_numbers(**half)


def test_a_cutout_needs_a_band():
    with pytest.raises(RefusedError, match="band_min and band_max"):
        Cutout.of_query(ANY)
