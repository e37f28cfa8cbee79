"""What belongs to a spectrum, and a part of it."""

from __future__ import annotations

import io
from pathlib import Path

import astropy.units as u
import numpy as np
import pytest
import pyvo
import requests
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.io.votable import parse

from astrolib.collection import read_spectra
from astrolib.core.spectrum import Spectrum
from astrolib.sky import Index

pytestmark = pytest.mark.filterwarnings(
    "ignore:The unit 'Angstrom' has been deprecated in the VOUnit standard"
)

BOTH = pytest.mark.parametrize("archive", ["ondrejov", "lamost"])


@pytest.fixture
def did(index: Index, archive: str) -> str:
    return next(entry.did for entry in index.entries if entry.key.startswith(archive))


def get(address: str, path: str, **query: str) -> requests.Response:
    return requests.get(f"{address}/{path}", params=query, timeout=20)


def spectrum_of(answer: requests.Response, folder: Path) -> Spectrum:
    path = folder / "spectrum.vot"
    path.write_bytes(answer.content)
    return read_spectra(path)[0]


@BOTH
def test_the_accref_gives_the_spectrum_exactly(address: str, index: Index, did: str, tmp_path: Path):
    entry = index.by_did[did]
    answer = get(address, f"spectrum/{entry.key}")
    assert answer.headers["content-type"] == "application/x-votable+xml"
    parse(io.BytesIO(answer.content), verify="exception")
    found, original = spectrum_of(answer, tmp_path), read_spectra(entry.path)[0]
    assert found.id == original.id
    for name in ("target", "ra", "dec", "medium", "rest_frame", "exptime", "instrument"):
        assert getattr(found, name) == getattr(original, name), name
    assert found.resolving_power == pytest.approx(original.resolving_power, rel=1e-6)
    assert (found.time_scale, found.time_ref) == ("UTC", "middle")
    if original.ivar is not None:
        assert found.ivar == pytest.approx(original.ivar, rel=1e-6)


def test_pyvo_follows_from_the_row_to_links_and_to_a_cutout(address: str):
    service = pyvo.dal.SSAService(f"{address}/ssap?")
    row = service.search(pos=SkyCoord(14.2, 60.7, unit="deg"), diameter=0.1 * u.deg)[0]
    links = row.getdatalink()
    assert list(links["semantics"]) == ["#this", "#progenitor", "#preview", "#proc"]
    assert links[0].access_url == row.acref
    cut = links.get_first_proc().process(band=(6.55e-7, 6.58e-7))
    table = parse(io.BytesIO(cut.read()), verify="exception").get_first_table().to_table()
    assert table["spectral"].min() >= 6550
    assert table["spectral"].max() <= 6580


def test_pyvo_asks_for_the_links_of_many_at_once(address: str, index: Index):
    answer = pyvo.dal.SSAService(f"{address}/ssap?").search(maxrec=100)
    links = list(answer.iter_datalinks())
    assert len(links) == len(index.entries)
    assert {link["ID"][0] for link in links} == set(index.by_did)


@BOTH
def test_the_links_lead_to_the_file_itself_and_to_a_drawing(address: str, index: Index, did: str):
    links = parse(io.BytesIO(get(address, "datalink", ID=did).content)).get_first_table().to_table()
    addresses = dict(zip(links["semantics"], links["access_url"], strict=True))
    original = requests.get(addresses["#progenitor"], timeout=20)
    assert original.content == index.by_did[did].path.read_bytes()
    assert original.headers["content-type"] == "application/fits"
    drawing = requests.get(addresses["#preview"], timeout=20)
    assert drawing.headers["content-type"] == "image/svg+xml"
    assert "<polyline" in drawing.text


@BOTH
def test_the_descriptor_of_the_cutout_gives_its_limits(address: str, index: Index, did: str):
    document = parse(io.BytesIO(get(address, "datalink", ID=did).content), verify="exception")
    service = next(one for one in document.resources if one.utype == "adhoc:service")
    band = next(param for param in service.groups[0].entries if param.name == "BAND")
    entry = index.by_did[did]
    assert (float(band.values.min), float(band.values.max)) == (entry.start, entry.end)
    assert (band.unit, band.xtype) == (u.m, "interval")


def test_an_unknown_id_gets_a_row_that_says_so(address: str, index: Index):
    answer = requests.post(
        f"{address}/datalink", data=[("ID", "ivo://nowhere"), ("id", index.entries[0].did)], timeout=20
    )
    table = parse(io.BytesIO(answer.content), verify="exception").get_first_table().to_table()
    assert table["error_message"][0].startswith("NotFoundFault")
    assert len(table) == 5


@BOTH
def test_a_cutout_is_the_part_of_the_whole(address: str, index: Index, did: str, tmp_path: Path):
    whole = read_spectra(index.by_did[did].path)[0]
    part = spectrum_of(get(address, "soda", ID=did, BAND="6.5e-7 6.6e-7"), tmp_path)
    inside = (whole.wavelength >= 6500) & (whole.wavelength <= 6600)
    assert np.array_equal(part.wavelength, whole.wavelength[inside])
    assert np.array_equal(part.flux, whole.flux[inside])


@BOTH
def test_the_limits_of_the_descriptor_leave_the_spectrum_whole(
    address: str, index: Index, did: str, tmp_path: Path
):
    entry = index.by_did[did]
    for band in (f"{entry.start!r} {entry.end!r}", "-Inf +Inf"):
        assert len(spectrum_of(get(address, "soda", ID=did, BAND=band), tmp_path)) == entry.pixels


@BOTH
def test_the_flux_is_recalibrated_on_request(address: str, did: str, tmp_path: Path):
    relative = spectrum_of(get(address, "soda", ID=did, FLUXCALIB="relative"), tmp_path)
    assert np.nanmax(relative.flux) == pytest.approx(1)
    normalised = spectrum_of(get(address, "soda", ID=did, FLUXCALIB="NORMALIZED"), tmp_path)
    assert np.nanmedian(normalised.flux) == pytest.approx(1, abs=0.05)


@BOTH
def test_a_cutout_comes_as_fits_too(address: str, did: str):
    answer = get(address, "soda", ID=did, BAND="6.5e-7 6.6e-7", FORMAT="application/fits")
    assert answer.headers["content-type"] == "application/fits"
    with fits.open(io.BytesIO(answer.content)) as hdus:
        assert hdus[1].columns.names[:2] == ["spectral", "flux"]
        assert 6500 <= hdus[1].data["spectral"].min() < 6502


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({}, 400, "no ID"),
        ({"ID": "ivo://nowhere"}, 404, "NotFoundFault"),
        ({"BAND": "1 2"}, 204, ""),
        ({"BAND": "6.6e-7 6.5e-7"}, 400, "BAND"),
        ({"BAND": "red"}, 400, "BAND"),
        ({"FORMAT": "application/pdf"}, 400, "FORMAT"),
        ({"FLUXCALIB": "ABSOLUTE"}, 400, "FLUXCALIB"),
    ],
)
def test_errors_are_one_line_of_plain_text(
    address: str, index: Index, query: dict[str, str], status: int, said: str
):
    named = query if not query or "ID" in query else query | {"ID": index.entries[0].did}
    answer = get(address, "soda", **named)
    assert answer.status_code == status
    assert said in answer.text
    assert "\n" not in answer.text
    if status != 204:
        assert answer.headers["content-type"].startswith("text/plain")
