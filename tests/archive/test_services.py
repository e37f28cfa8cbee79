"""Whom to ask: by name, by address, the local archive, or found in the registry."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import astropy.units as u
import pytest
from astropy.coordinates import SkyCoord

from astrolib.archive import (
    Service,
    SpectrumQuery,
    cone_search,
    find_in_registry,
    find_service,
    known_services,
    search,
)
from astrolib.core import paths
from astrolib.core.addresses import origin
from astrolib.core.errors import AddressError, RefusedError
from astrolib.core.settings import Settings

Serve = Callable[[Callable[[Any], None]], Any]


def table(fields: dict[str, str], *rows: tuple[str, ...], infos: str = "") -> bytes:
    text = 'datatype="char" arraysize="*"'
    heads = "".join(
        f'<FIELD name="{name}" {text if kind == "char" else f"datatype={kind!r}"}/>'
        for name, kind in fields.items()
    )
    cells = "".join(f"<TR>{''.join(f'<TD>{cell}</TD>' for cell in row)}</TR>" for row in rows)
    inner = f"{infos}<TABLE>{heads}<DATA><TABLEDATA>{cells}</TABLEDATA></DATA></TABLE>"
    return f'<VOTABLE version="1.4"><RESOURCE type="results">{inner}</RESOURCE></VOTABLE>'.encode()


def test_known_services_have_sound_addresses() -> None:
    known = known_services()
    assert {"local", "ondrejov", "lamost", "eso"} <= known.keys()
    for name, service in known.items():
        assert service.name == name
        assert service.title
        assert name == "local" or origin(service.address).scheme in ("http", "https")


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RefusedError, match="local, ondrejov"):
        find_service("palomar")


@pytest.mark.parametrize("address", ["ftp://a.example/", "gopher://a.example/", "http://"])
def test_an_address_that_is_no_service_is_refused(address: str) -> None:
    with pytest.raises(AddressError):
        find_service(address)


def test_a_protocol_that_nobody_speaks_is_refused() -> None:
    with pytest.raises(RefusedError, match="protocol"):
        find_service("http://a.example/", "sia")  # type: ignore[arg-type]


def test_a_local_archive_that_does_not_run_is_failed_with_the_remedy(quick: Settings) -> None:
    answer = search(find_service("local"), SpectrumQuery(), quick)
    assert answer.status == "failed"
    assert "astrolib sky serve" in answer.reason


def test_an_address_that_was_left_by_a_dead_archive_does_not_count(quick: Settings) -> None:
    paths.archive_address_file().write_text(json.dumps({"ssap": "http://127.0.0.1:9/ssap?"}))
    assert find_service("local").address == ""
    paths.archive_address_file().write_text("[broken")
    assert find_service("local").address == ""


def test_the_local_archive_is_found(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(lambda request: request.reply(body=b"<VOTABLE/>"))
    paths.archive_address_file().write_text(json.dumps({"ssap": server.address + "ssap?"}))
    assert find_service("local").address == server.address + "ssap?"
    monkeypatch.setenv("ASTROLIB_LOCAL_ARCHIVE", "http://127.0.0.1:1234/ssap?")
    assert find_service("local").address == "http://127.0.0.1:1234/ssap?"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (500, b"", "500"),
        (200, b"<html>down for maintenance</html>", "web page"),
        (200, b"<VOTABLE", "not a VOTable"),
        (200, b'<!DOCTYPE a [<!ENTITY b "c">]><VOTABLE>&b;</VOTABLE>', "entities"),
        (
            200,
            table({"accref": "char"}).replace(b"<TABLE>", b'<TABLE nrows="2000000000">'),
            "2000000000 rows",
        ),
        (
            200,
            table({"accref": "char"}, infos='<INFO name="QUERY_STATUS" value="ERROR">no</INFO>'),
            "says: no",
        ),
        (200, b"<VOTABLE><RESOURCE/></VOTABLE>", "without a table"),
    ],
)
def test_a_bad_answer_is_failed_and_never_none(
    serve: Serve, quick: Settings, status: int, body: bytes, reason: str
) -> None:
    service = find_service(serve(lambda request: request.reply(status, body, "text/xml")).address)
    answer = search(service, SpectrumQuery(), quick)
    assert answer.status == "failed"
    assert reason in answer.reason
    assert len(answer) == 0


def test_an_honest_empty_answer_is_none(serve: Serve, quick: Settings) -> None:
    service = find_service(serve(lambda request: request.reply(body=table({"accref": "char"}))).address)
    assert search(service, SpectrumQuery(), quick).status == "none"


def test_rows_beyond_the_radius_are_cut(serve: Serve, quick: Settings) -> None:
    fields = {"accref": "char", "s_ra": "double", "s_dec": "double"}
    rows = [("http://a/near", "10.05", "20"), ("http://a/far", "10.2", "20"), ("http://a/unsaid", "", "")]
    service = find_service(serve(lambda request: request.reply(body=table(fields, *rows))).address)
    query = SpectrumQuery(position=SkyCoord(10 * u.deg, 20 * u.deg), radius=0.1 * u.deg)
    answer = search(service, query, quick)
    assert answer.offer["accref"].tolist() == ["http://a/near", "http://a/unsaid"]
    assert len(answer.native) == 2


def test_a_truncated_answer_with_nothing_near_is_failed_not_none(serve: Serve, quick: Settings) -> None:
    overflow = '<INFO name="QUERY_STATUS" value="OVERFLOW"/>'
    body = table(
        {"accref": "char", "s_ra": "double", "s_dec": "double"}, ("http://a/", "10", "25"), infos=overflow
    )
    service = find_service(serve(lambda request: request.reply(body=body)).address)
    query = SpectrumQuery(position=SkyCoord(10 * u.deg, 20 * u.deg), radius=0.1 * u.deg)
    answer = search(service, query, quick)
    assert answer.status == "failed"
    assert "raise max_records" in answer.reason


def test_a_service_that_ignores_maxrec_is_cut_and_said_so(serve: Serve, quick: Settings) -> None:
    body = table({"accref": "char"}, *((f"http://a/{n}",) for n in range(9)))
    service = find_service(serve(lambda request: request.reply(body=body)).address)
    answer = search(service, SpectrumQuery(max_records=4), quick)
    assert (len(answer), answer.truncated) == (4, True)


def test_obscore_is_asked_in_adql(serve: Serve, quick: Settings) -> None:
    fields = {"obs_publisher_did": "char", "access_url": "char", "em_min": "double", "em_max": "double"}
    body = table(fields, ("ivo://a/1", "http://a/1", "6.5e-7", "6.7e-7"))
    server = serve(lambda request: request.reply(body=body))
    answer = search(find_service(server.address + "tap", "obscore"), SpectrumQuery(target="x"), quick)
    assert answer.offer["pubdid"].tolist() == ["ivo://a/1"]
    assert answer.offer["band_min"].to_value("Angstrom") == pytest.approx([6500])
    asked = urlsplit(server.asked[0])
    assert asked.path == "/tap/sync"
    assert parse_qs(asked.query)["QUERY"][0].endswith("dataproduct_type = 'spectrum' AND target_name = 'x'")


REGISTERED = {"short_name": "char", "res_title": "char", "access_url": "char"}


def test_the_registry_names_services_at_public_addresses(serve: Serve, quick: Settings) -> None:
    rows = [
        ("LAMOST", "LAMOST spectra", "http://a.example/ssap?"),
        ("evil", "Inside", "http://169.254.169.254/ssap"),
        ("worse", "File", "file:///etc/passwd"),
    ]
    server = serve(lambda request: request.reply(body=table(REGISTERED, *rows)))
    answer = find_in_registry(["LAMOST", "it's"], quick, registry=server.address + "tap")
    assert answer.status == "found"
    assert [service.name for service in answer.services] == ["LAMOST"]
    asked = parse_qs(urlsplit(server.asked[0]).query)["QUERY"][0]
    assert "'LAMOST'" in asked
    assert "'it''s'" in asked


def test_a_registered_service_may_not_be_private(quick: Settings) -> None:
    service = Service("evil", "http://127.0.0.1:1/", found_in="http://registry.example/tap")
    with pytest.raises(AddressError):
        search(service, SpectrumQuery(), quick)


def test_the_registry_may_know_none_or_fail(serve: Serve, quick: Settings) -> None:
    empty = serve(lambda request: request.reply(body=table(REGISTERED)))
    assert find_in_registry(["x"], quick, registry=empty.address).status == "none"
    down = serve(lambda request: request.reply(503))
    assert find_in_registry(["x"], quick, registry=down.address).status == "failed"
    with pytest.raises(RefusedError):
        find_in_registry([" "], quick)


PLACE = SkyCoord(10 * u.deg, 20 * u.deg)


def test_a_cone_search_is_found_none_or_failed(serve: Serve, quick: Settings) -> None:
    found = serve(lambda request: request.reply(body=table({"id": "char", "ra": "double"}, ("a", "10.0"))))
    answer = cone_search(found.address + "scs?", PLACE, 6 * u.arcmin, quick)
    assert (answer.status, answer.table["id"].tolist()) == ("found", ["a"])
    assert found.asked == ["/scs?RA=10.00000000&DEC=20.00000000&SR=0.1"]
    none = serve(lambda request: request.reply(body=table({"id": "char"})))
    assert cone_search(none.address, PLACE, 6 * u.arcmin, quick).status == "none"
    down = serve(lambda request: request.reply(500))
    assert cone_search(down.address, PLACE, 6 * u.arcmin, quick).status == "failed"


@pytest.mark.parametrize("radius", [5, 5 * u.m, -1 * u.deg, 181 * u.deg])
def test_a_cone_that_cannot_be_meant_is_refused(radius: Any) -> None:
    with pytest.raises(RefusedError):
        cone_search("http://a.example/", PLACE, radius)


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("scs/result.xml", "found", ""),
        ("vo_conesearch/conesearch_error2.xml", "failed", "Error in input RA value"),
        ("vo_conesearch/conesearch_error4.xml", "failed", "Invalid data type"),
    ],
)
def test_recorded_cone_searches(
    serve: Serve, quick: Settings, shared: Path, name: str, status: str, said: str
) -> None:
    body = (shared / "data" / "vo" / name).read_bytes()
    server = serve(lambda request: request.reply(body=body, kind="text/xml"))
    answer = cone_search(server.address, PLACE, 1 * u.deg, quick)
    assert (answer.status, len(answer.table)) == (status, 1273 if status == "found" else 0)
    assert said in answer.reason
