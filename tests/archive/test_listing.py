"""A web server's index is walked downward only, within bounds, and what is left out is said."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolib.archive import list_address, listing
from astrolib.archive.listing import is_below, places
from astrolib.core.errors import AddressError
from astrolib.core.settings import Settings

Serve = Callable[[Callable[[Any], None]], Any]
BASE = "http://a.example/spectra/"

APACHE = """<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN"><html><head>
<title>Index of /spectra</title></head><body><h1>Index of /spectra</h1><table>
<tr><th><a href="?C=N;O=D">Name</a></th><th><a href="?C=M;O=A">Last</a></th></tr>
<tr><td><a href="/">Parent Directory</a></td></tr>
<tr><td><a href="night1/">night1/</a></td><td>2010-01-01</td></tr>
<tr><td><a href="gamma%20Cas.fits">gamma Cas.fits</a></td><td>12K</td></tr></table></body></html>"""
NGINX = """<html><head><title>Index of /spectra/</title></head><body><h1>Index of /spectra/</h1><hr><pre>
<a href="../">../</a>\n<a href="night1/">night1/</a>   01-Jan-2010 00:00   -
<a href="gamma%20Cas.fits">gamma Cas.fits</a>   01-Jan-2010 00:00   12345\n</pre><hr></body></html>"""
LIGHTTPD = """<!DOCTYPE html><html><body><div class="list"><table><tbody><tr class="d"><td class="n">
<a href="../">..</a>/</td></tr><tr class="d"><td class="n"><a href="night1/">night1</a>/</td></tr>
<tr><td class="n"><a href="gamma%20Cas.fits">gamma Cas.fits</a></td></tr></tbody></table></div>
</body></html>"""
PYTHON = """<!DOCTYPE HTML><html><body><h1>Directory listing for /spectra/</h1><hr><ul>
<li><a href="night1/">night1/</a></li><li><a href="gamma%20Cas.fits">gamma Cas.fits</a></li></ul>
</body></html>"""


@pytest.mark.parametrize("page", [APACHE, NGINX, LIGHTTPD, PYTHON])
def test_the_usual_servers_are_understood(page: str) -> None:
    found = {(place.name, place.is_folder, place.address) for place in places(page, BASE, BASE)}
    assert found == {
        ("night1", True, BASE + "night1/"),
        ("gamma Cas.fits", False, BASE + "gamma%20Cas.fits"),
    }


@pytest.mark.parametrize(
    "target",
    [
        "../",
        "/",
        "/other/a.fits",
        "http://b.example/spectra/a.fits",
        "https://a.example/spectra/a.fits",
        "//b.example/a.fits",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "night1/../../a.fits",
        "%2e%2e/a.fits",
        "..%2fa.fits",
        "%252e%252e/a.fits",
        "..\\a.fits",
        "?C=N;O=D",
        "a.fits?x=1",
        "http://[::1",
        "mailto:a@b.example",
    ],
)
def test_a_link_leads_neither_up_nor_away(target: str) -> None:
    assert places(f'<a href="{target}">x</a>', BASE, BASE) == []


def test_a_real_tree_is_listed(tmp_path: Path, quick: Settings) -> None:
    root = tmp_path / "root"
    for name in (
        "top.fits",
        "night 1/a.fits",
        "night 1/b.txt",
        "night 1/deep/c.vot",
        ".hidden.fits",
        "x/y.png",
    ):
        path = root / "spectra" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    (root / "outside.fits").write_bytes(b"x")
    handler = functools.partial(QuietHandler, directory=str(root))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/spectra"
        answer = list_address(address, quick)
        empty = list_address(address + "/x/", quick)
        server.shutdown()
    assert (answer.status, answer.truncated, answer.address) == ("found", False, address)
    assert sorted(answer.offer["title"]) == ["a.fits", "c.vot", "top.fits"]
    assert f"{address}/night%201/a.fits" in answer.offer["accref"]
    assert empty.status == "none"


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def page(*names: str) -> bytes:
    return "".join(f'<a href="{name}">{name}</a>' for name in names).encode()


def test_loops_end(serve: Serve, quick: Settings) -> None:
    server = serve(lambda request: request.reply(200, page("./", "a/", "/top/a/", "1.fits"), "text/html"))
    answer = list_address(server.address + "top/", quick)
    assert answer.truncated  # a/a/a/... has no end but ours
    assert "levels deep" in answer.reason
    assert len(answer) == 9


def test_more_folders_than_anybody_has_are_not_walked(
    serve: Serve, quick: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("astrolib.archive.walk.MAX_FOLDERS", 20)
    server = serve(
        lambda request: request.reply(200, page(*(f"{n}/" for n in range(10)), "a.fits"), "text/html")
    )
    answer = list_address(server.address, quick)
    assert answer.truncated
    assert len(server.asked) == 20


def test_more_files_than_allowed_are_said(serve: Serve) -> None:
    server = serve(lambda request: request.reply(200, page(*(f"{n}.fits" for n in range(10))), "text/html"))
    answer = list_address(server.address, Settings(max_rows=4))
    assert (len(answer), answer.truncated) == (4, True)
    assert "more than 4 files" in answer.reason


def test_a_folder_that_fails_is_said(serve: Serve, quick: Settings) -> None:
    def answer(request: Any) -> None:
        if request.path == "/bad/":
            request.reply(500)
        else:
            request.reply(200, page("bad/", "a.fits"), "text/html")

    found = list_address(serve(answer).address, quick)
    assert (found.status, len(found), found.truncated) == ("found", 1, True)
    assert "500" in found.reason


def test_a_failure_is_no_empty_folder(serve: Serve, quick: Settings) -> None:
    assert list_address(serve(lambda request: request.reply(503)).address, quick).status == "failed"
    assert (
        list_address(serve(lambda request: request.reply(200, b"x", "image/png")).address, quick).status
        == "failed"
    )
    assert list_address("http://127.0.0.1:9/", quick).status == "failed"


def test_a_folder_that_redirects_out_of_the_listing_is_left(serve: Serve, quick: Settings) -> None:
    def answer(request: Any) -> None:
        if request.path == "/top/away/":
            request.reply(302, Location="/secret/")
        elif request.path == "/secret/":
            request.reply(200, page("s.fits"), "text/html")
        else:
            request.reply(200, page("away/", "a.fits"), "text/html")

    found = list_address(serve(answer).address + "top/", quick)
    assert list(found.offer["title"]) == ["a.fits"]
    assert "leads out" in found.reason


def test_a_malformed_address_is_refused() -> None:
    with pytest.raises(AddressError):
        list_address("gopher://a.example/")


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_page_gives_only_what_lies_below(text: str) -> None:
    for content in (text, f'<a href="{text}">x</a>', f"<a href={text}>"):
        for place in places(content, BASE, BASE):
            assert is_below(place.address, BASE)
            assert place.address.startswith(BASE)


def test_the_number_of_links_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_MAX_LINKS", 5)
    assert len(places("".join(f'<a href="{n}.fits">' for n in range(50)), BASE, BASE)) == 5
