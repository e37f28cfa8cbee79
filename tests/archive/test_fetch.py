"""Every row that was asked for is delivered or missing with a reason, and one bad file stops nothing."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import astropy.units as u
import pytest
from astropy.table import QTable
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolib.archive import Cutout, fetch, list_folder
from astrolib.archive.content import may_hold_spectrum, stem, suffix
from astrolib.core.errors import AddressError
from astrolib.core.schema import SPECTRUM_OFFER
from astrolib.core.settings import Settings

Serve = Callable[[Callable[[Any], None]], Any]
FITS = b"SIMPLE  =                    T".ljust(2880)
VOTABLE = b'<?xml version="1.0"?>\n<VOTABLE version="1.3"><RESOURCE/></VOTABLE>'
HALPHA = Cutout(6550 * u.AA, 6580 * u.AA)


def offer(*rows: dict[str, Any] | str) -> QTable:
    full = [
        row if isinstance(row, dict) else {"accref": row, "pubdid": f"ivo://a/{row[-8:]}"} for row in rows
    ]
    return SPECTRUM_OFFER.table(full)


def test_files_arrive_with_their_rows(serve: Serve, quick: Settings, tmp_path: Path) -> None:
    server = serve(lambda request: request.reply(body=FITS + request.path.encode()))
    wanted = offer(
        *({"accref": f"{server.address}{n}.fits", "pubdid": f"ivo://a/{n}", "ra": float(n)} for n in "123")
    )
    seen: list[tuple[int, int]] = []
    delivery = fetch(
        wanted,
        tmp_path / "new",
        given=server.address,
        settings=quick,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert [file.id for file in delivery.files] == ["ivo://a/1", "ivo://a/2", "ivo://a/3"]
    assert [file.row["ra"] for file in delivery.files] == [1.0, 2.0, 3.0]
    assert [file.path.read_bytes()[2880:] for file in delivery.files] == [b"/1.fits", b"/2.fits", b"/3.fits"]
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_one_bad_file_never_stops_the_rest(serve: Serve, quick: Settings, tmp_path: Path) -> None:
    def answer(request: Any) -> None:
        if request.path == "/gone":
            request.reply(404)
        elif request.path == "/page":
            request.reply(body=b"<html>Please log in</html>")
        elif request.path == "/empty":
            request.reply(body=b"")
        elif request.path == "/refused":
            request.reply(
                body=b'<VOTABLE><INFO name="QUERY_STATUS" value="ERROR">No such spectrum</INFO></VOTABLE>'
            )
        elif request.path == "/short":
            request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + FITS)
            request.close_connection = True
        else:
            request.reply(body=FITS)

    server = serve(answer)
    names = ["gone", "page", "empty", "refused", "short", "good"]
    bad = [
        "http://127.0.0.1:1/x",
        "file:///etc/passwd",
        "/etc/passwd",
        "ftp://127.0.0.1/x",
        "",
    ]
    wanted = offer(
        *(server.address + name for name in names), *({"accref": each, "pubdid": each} for each in bad)
    )
    delivery = fetch(wanted, tmp_path, given=server.address, settings=quick)
    assert [file.accref for file in delivery.files] == [server.address + "good"]
    assert delivery.requested == len(wanted) == len(delivery.files) + len(delivery.missing)
    expected = [
        "404",
        "web page",
        "empty file",
        "No such spectrum",
        "no connection",
        "not public",
        "outside the folder",
        "outside the folder",
        "leads to ftp",
        "no address",
    ]
    for part, row in zip(expected, delivery.missing, strict=True):
        assert part in row.reason
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [delivery.files[0].path.name]


def test_what_is_there_is_not_fetched_again(serve: Serve, quick: Settings, tmp_path: Path) -> None:
    server = serve(lambda request: request.reply(body=FITS))
    first = fetch(offer(server.address + "1.fits"), tmp_path, given=server.address, settings=quick)
    second = fetch(offer(server.address + "1.fits"), tmp_path, given=server.address, settings=quick)
    assert len(server.asked) == 1
    assert first.files[0].path == second.files[0].path


def test_rows_that_share_an_address_share_a_file(serve: Serve, quick: Settings, tmp_path: Path) -> None:
    server = serve(lambda request: request.reply(body=FITS))
    delivery = fetch(offer(*[server.address + "1"] * 5), tmp_path, given=server.address, settings=quick)
    assert len(delivery.files) == 5
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("body", "suffix"),
    [
        (FITS, ".fits"),
        (VOTABLE, ".vot"),
        (gzip.compress(FITS), ".fits.gz"),
        (b"# %ECSV 1.0\n", ".ecsv"),
        (b"6500 1.0\n", ".dat"),
    ],
)
def test_the_content_gives_the_suffix(
    serve: Serve, quick: Settings, tmp_path: Path, body: bytes, suffix: str
) -> None:
    server = serve(lambda request: request.reply(body=body))
    delivery = fetch(offer(server.address + "sim.fits"), tmp_path, given=server.address, settings=quick)
    assert delivery.files[0].path.name.endswith(suffix)


def test_an_interrupted_download_goes_on_in_the_next_call(
    serve: Serve, quick: Settings, tmp_path: Path
) -> None:
    whole = FITS + bytes(200_000)

    def answer(request: Any) -> None:
        start = request.headers.get("Range", "bytes=0-")[6:-1]
        if start == "0":
            request.wfile.write(
                f'HTTP/1.1 200 OK\r\nETag: "a"\r\nContent-Length: {len(whole)}\r\n\r\n'.encode()
                + whole[:90_000]
            )
            request.close_connection = True
        else:
            request.reply(
                206,
                whole[int(start) :],
                Content_Range=f"bytes {start}-{len(whole) - 1}/{len(whole)}",
                ETag='"a"',
            )

    server = serve(answer)
    wanted = offer(server.address + "1.fits")
    assert len(fetch(wanted, tmp_path, given=server.address, settings=quick).missing) == 1
    delivery = fetch(wanted, tmp_path, given=server.address, settings=quick)
    assert delivery.files[0].path.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_row_without_a_cutout_is_missing_and_its_whole_file_is_not_fetched(
    serve: Serve, quick: Settings, tmp_path: Path
) -> None:
    empty = (
        b'<VOTABLE version="1.4"><RESOURCE type="results"><TABLE>'
        b'<FIELD name="ID" datatype="char" arraysize="*"/>'
        b"<DATA><TABLEDATA/></DATA></TABLE></RESOURCE></VOTABLE>"
    )
    server = serve(lambda request: request.reply(body=empty if "link" in request.path else FITS))
    wanted = offer(
        {"accref": server.address + "1", "pubdid": "ivo://a/1"},
        {"accref": server.address + "2", "pubdid": "ivo://a/2", "datalink": server.address + "link"},
    )
    delivery = fetch(wanted, tmp_path, given=server.address, cutout=HALPHA, settings=quick)
    assert [row.reason.split(";")[-1].strip() for row in delivery.missing] == [
        "fetch whole files instead"
    ] * 2
    assert server.asked == ["/link"]


def test_an_accref_that_is_a_datalink_document_leads_to_the_file(
    serve: Serve, quick: Settings, tmp_path: Path
) -> None:
    def answer(request: Any) -> None:
        fields = "".join(
            f'<FIELD name="{n}" datatype="char" arraysize="*"/>' for n in ("access_url", "semantics")
        )
        row = f"<TR><TD>{server.address}file</TD><TD>#this</TD></TR>"
        table = f"<TABLE>{fields}<DATA><TABLEDATA>{row}</TABLEDATA></DATA></TABLE>"
        document = f'<VOTABLE version="1.4"><RESOURCE type="results">{table}</RESOURCE></VOTABLE>'
        request.reply(body=FITS if request.path == "/file" else document.encode())

    server = serve(answer)
    wanted = offer(
        {"accref": server.address + "links", "format": "application/x-votable+xml;content=datalink"}
    )
    delivery = fetch(wanted, tmp_path, given=server.address, settings=quick)
    assert delivery.files[0].path.suffix == ".fits"


def test_a_datalink_document_leads_nowhere_private(serve: Serve, quick: Settings, tmp_path: Path) -> None:
    wanted = offer({"accref": "http://127.0.0.1:1/1", "datalink": "http://169.254.169.254/links"})
    delivery = fetch(wanted, tmp_path, given="http://127.0.0.1:1/", cutout=HALPHA, settings=quick)
    assert "not public" in delivery.missing[0].reason


def test_files_of_a_folder_stay_where_they_are(tmp_path: Path, quick: Settings) -> None:
    source = tmp_path / "spectra"
    source.mkdir()
    (source / "a.fits").write_bytes(FITS)
    listed = list_folder(source)
    delivery = fetch(listed.offer, tmp_path / "new", given=listed.address, settings=quick)
    assert [file.path for file in delivery.files] == [source / "a.fits"]
    cut = fetch(listed.offer, tmp_path / "new", given=listed.address, cutout=HALPHA, settings=quick)
    assert "not cut" in cut.missing[0].reason


def test_nothing_asked_for_is_nothing_missing(tmp_path: Path, quick: Settings) -> None:
    delivery = fetch(offer(), tmp_path, given="http://127.0.0.1:1/", settings=quick)
    assert (delivery.requested, delivery.files, delivery.missing) == (0, (), ())


def test_a_malformed_given_address_is_refused(tmp_path: Path, quick: Settings) -> None:
    with pytest.raises(AddressError):
        fetch(offer(), tmp_path, given="gopher://a.example/", settings=quick)


@settings(deadline=None)
@given(
    st.text(max_size=80)
    | st.sampled_from(["../../etc/passwd", "http://a/%2e%2e%2f%2e%2e%2fx", "a/..", "con:\0"])
)
def test_no_address_makes_an_unsafe_name(address: str) -> None:
    for name in (stem(address), stem(f"http://a.example/{address}".replace("[", "(").replace("]", ")"))):
        assert name.isascii()
        assert not set(name) & set("/\\:\0 ")
        assert not name.startswith((".", "-"))
        assert len(name) < 100


def test_two_addresses_never_share_a_name() -> None:
    assert stem("http://a/1.fits") != stem("http://b/1.fits")
    assert stem("http://a/1.fits") != stem("http://a/1.fits", "6550")


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("a.fits", True),
        ("A.FITS.GZ", True),
        ("a.vot", True),
        ("a.png", False),
        (".a.fits", False),
        ("fits", False),
    ],
)
def test_a_suffix_tells_what_may_hold_a_spectrum(name: str, may: bool) -> None:
    assert may_hold_spectrum(name) is may


def test_a_votable_of_nothing_but_beginnings_is_judged_at_once(tmp_path: Path) -> None:
    """A pattern that looks for the end of each would take hours."""
    path = tmp_path / "x"
    path.write_bytes(b"<VOTABLE>" + b"<INFO QUERY_STATUS " * 3400)
    assert suffix(path, "http://a.example/") == ".vot"


@pytest.mark.parametrize("accref", ["http://[::1/", "http://a.example:port/", "a\0b", "file:///a%00b"])
def test_what_is_neither_address_nor_path_is_missing_and_the_rest_goes_on(
    serve: Serve, quick: Settings, tmp_path: Path, accref: str
) -> None:
    server = serve(lambda request: request.reply(body=FITS))
    delivery = fetch(offer(accref, server.address + "/good"), tmp_path, given=server.address, settings=quick)
    assert (len(delivery.files), len(delivery.missing)) == (1, 1)
    assert any(remedy in delivery.missing[0].reason for remedy in ("correct it", "check the", "list its"))
