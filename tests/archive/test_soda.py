"""A cutout is asked for as the service describes it, or it is said that there is none."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import astropy.units as u
import pytest

from astrolib.archive.dali import Results, results
from astrolib.archive.datalink import links, whole_file
from astrolib.archive.soda import Cutout, cutout_address
from astrolib.core.errors import RefusedError, ServiceError
from astrolib.core.votable import read_votable

HALPHA = Cutout(6550 * u.AA, 6580 * u.AA)
ROW = (
    "<TR><TD>ivo://a/{id}</TD><TD>{url}</TD><TD>{service}</TD><TD>{error}</TD><TD>{semantics}</TD>"
    "<TD>application/fits</TD></TR>"
)
BAND = (
    '<PARAM name="BAND" datatype="double" arraysize="2" unit="m" value=""><VALUES>'
    '<MIN value="6.2e-7"/><MAX value="6.8e-7"/></VALUES></PARAM>'
)


def row(**cells: str) -> str:
    return ROW.format(**{"id": "1", "url": "", "service": "", "error": "", "semantics": "#cutout"} | cells)


def descriptor(address: str, inputs: str = BAND, name: str = "soda", standard: str = "SODA#sync-1.0") -> str:
    return (
        f'<RESOURCE type="meta" ID="{name}" utype="adhoc:service">'
        f'<PARAM name="accessURL" datatype="char" arraysize="*" value="{address}"/>'
        f'<PARAM name="standardID" datatype="char" arraysize="*" value="ivo://ivoa.net/std/{standard}"/>'
        '<GROUP name="inputParams"><PARAM name="ID" datatype="char" arraysize="*" ref="id" value=""/>'
        f"{inputs}</GROUP></RESOURCE>"
    )


def document(rows: str, *services: str) -> Results:
    names = ("ID", "access_url", "service_def", "error_message", "semantics", "content_type")
    fields = "".join(f'<FIELD name="{name}" datatype="char" arraysize="*"/>' for name in names)
    table = f"<TABLE>{fields}<DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE>"
    text = f'<VOTABLE version="1.4"><RESOURCE type="results">{table}</RESOURCE>{"".join(services)}</VOTABLE>'
    return results(read_votable(text.encode()), "a DataLink document")


def asked(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def test_the_band_goes_out_in_metres_and_padded_for_air_and_vacuum() -> None:
    address = cutout_address(
        document(row(service="soda"), descriptor("http://a.example/get")), "ivo://a/1", HALPHA
    )
    low, high = (float(end) for end in asked(address)["BAND"][0].split())
    assert asked(address)["ID"] == ["ivo://a/1"]
    assert 6545e-10 < low < 6550e-10 / 1.00028
    assert 6580e-10 * 1.00028 < high < 6585e-10


def test_the_service_that_the_link_names_is_taken() -> None:
    services = [descriptor(f"http://{name}.example/", name=name) for name in ("first", "second")]
    found = cutout_address(document(row(service="second"), *services), "ivo://a/1", HALPHA)
    assert found.startswith("http://second.example/?")


def test_an_asynchronous_service_is_not_taken_for_a_synchronous_one() -> None:
    linked = document(row(service="soda"), descriptor("http://a.example/", standard="SODA#async-1.0"))
    with pytest.raises(ServiceError, match="no cutout"):
        cutout_address(linked, "ivo://a/1", HALPHA)


def test_a_service_that_cuts_only_the_sky_is_no_cutout_of_a_spectrum() -> None:
    circle = '<PARAM name="CIRCLE" datatype="double" arraysize="3" value=""/>'
    with pytest.raises(ServiceError, match="fetch whole files"):
        cutout_address(
            document(row(service="soda"), descriptor("http://a.example/", circle)), "ivo://a/1", HALPHA
        )


def test_a_band_that_the_spectrum_does_not_cover_is_said() -> None:
    linked = document(row(service="soda"), descriptor("http://a.example/"))
    with pytest.raises(ServiceError, match="covers 6200 to 6800 angstrom only"):
        cutout_address(linked, "ivo://a/1", Cutout(4000 * u.AA, 4100 * u.AA))


def test_a_calibration_is_asked_for_only_where_it_is_offered() -> None:
    options = (
        '<PARAM name="FLUXCALIB" datatype="char" arraysize="*" value=""><VALUES>'
        '<OPTION value="RELATIVE"/><OPTION value="NORMALIZED"/></VALUES></PARAM>'
    )
    linked = document(row(service="soda"), descriptor("http://a.example/", BAND + options))
    normalised = Cutout(HALPHA.band_min, HALPHA.band_max, "NORMALIZED")
    assert asked(cutout_address(linked, "ivo://a/1", normalised))["FLUXCALIB"] == ["NORMALIZED"]
    with pytest.raises(ServiceError, match="choose RELATIVE, NORMALIZED"):
        cutout_address(linked, "ivo://a/1", Cutout(HALPHA.band_min, HALPHA.band_max, "ABSOLUTE"))
    with pytest.raises(ServiceError, match="does not calibrate"):
        cutout_address(document(row(), descriptor("http://a.example/")), "ivo://a/1", normalised)


def test_whole_file_is_the_link_to_this() -> None:
    linked = document(
        row(semantics="#preview", url="http://a.example/p.png")
        + row(semantics="#this", url="http://a.example/1.fits")
    )
    assert whole_file(linked) == "http://a.example/1.fits"
    with pytest.raises(ServiceError, match="names no file"):
        whole_file(document(row(semantics="#preview", url="http://a.example/p.png")))


def test_a_document_of_errors_is_an_error() -> None:
    with pytest.raises(ServiceError, match="NotFoundFault"):
        links(document(row(error="NotFoundFault: ivo://a/1")))


@pytest.mark.parametrize(
    ("low", "high"), [(6580 * u.AA, 6550 * u.AA), (0 * u.AA, 1 * u.AA), (6550, 6580), (1 * u.s, 2 * u.s)]
)
def test_a_cutout_that_cannot_be_meant_is_refused(low: object, high: object) -> None:
    with pytest.raises(RefusedError):
        Cutout(low, high)  # type: ignore[arg-type]


def test_recorded_descriptor_of_a_spectral_service(shared: Path) -> None:
    path = shared / "data" / "vo" / "datalink" / "datalink-ssa.xml"
    recorded = results(read_votable(path), path.name)
    address = cutout_address(recorded, "ivo://org.gavo.dc/~?flashheros/data/ca90/f0011.mt", HALPHA)
    assert address.startswith("http://dc.zah.uni-heidelberg.de/flashheros/q/sdl/dlget?ID=ivo://org.gavo.dc/")


def test_recorded_descriptors_of_images_offer_no_cutout_of_a_spectrum(shared: Path) -> None:
    path = shared / "data" / "vo" / "datalink" / "cutout1.xml"
    recorded = results(read_votable(path), path.name)
    assert whole_file(recorded).startswith("https://www.cadc-ccda")
    with pytest.raises(ServiceError):
        cutout_address(recorded, "ivo://cadc.nrc.ca/MACHO?54150/cal054150r", Cutout(1 * u.m, 2 * u.m))
