"""The client reaches only where it may, in bounded time, and takes no bad answer for a good one."""

from __future__ import annotations

import gzip
import os
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from astrolib.archive.connection import reach
from astrolib.archive.http import Client, with_params
from astrolib.archive.retry import PassingError
from astrolib.core.addresses import AddressGuard
from astrolib.core.errors import AddressError, AstrolibError, ServiceError
from astrolib.core.settings import Settings

Serve = Callable[[Callable[[Any], None]], Any]


def client(server: Any, settings: Settings, clock: Any = None) -> Client:
    return Client(AddressGuard.of(server.address), settings, clock=clock)


def test_a_document_is_fetched_with_its_parameters(serve: Serve, quick: Settings) -> None:
    server = serve(lambda request: request.reply(body=b"whole", kind="text/xml; charset=utf-8"))
    reply = client(server, quick).get(
        server.address + "ssap?REQUEST=x&a=1", {"request": "queryData", "POS": "1,2"}
    )
    assert (reply.content, reply.media_type) == (b"whole", "text/xml")
    assert server.asked == ["/ssap?a=1&request=queryData&POS=1,2"]


def test_a_packed_answer_is_unpacked(serve: Serve, quick: Settings) -> None:
    server = serve(lambda request: request.reply(body=gzip.compress(b"whole"), Content_Encoding="gzip"))
    assert client(server, quick).get(server.address).content == b"whole"


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{other}/",
        "http://localhost:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "//127.0.0.1:{other}/",
    ],
)
def test_a_redirect_leads_nowhere_private(serve: Serve, quick: Settings, target: str) -> None:
    other = serve(lambda request: request.reply(body=b"secret"))

    def lead_away(request: Any) -> None:
        to = target.format(other=other.server_port, port=server.server_port)
        request.reply(302, Location=to)

    server = serve(lead_away)
    with pytest.raises(AddressError):
        client(server, quick).get(server.address)
    assert other.asked == []


def test_a_redirect_on_the_same_server_is_followed(serve: Serve, quick: Settings) -> None:
    def answer(request: Any) -> None:
        if request.path == "/":
            request.reply(301, Location="/new")
        else:
            request.reply(body=b"moved")

    server = serve(answer)
    reply = client(server, quick).get(server.address)
    assert (reply.content, reply.address) == (b"moved", server.address + "new")


def test_redirects_without_end_are_given_up(serve: Serve, quick: Settings) -> None:
    server = serve(lambda request: request.reply(302, Location="/again"))
    with pytest.raises(ServiceError, match="redirects without end"):
        client(server, quick).get(server.address)


def test_a_name_that_is_rebound_is_refused_before_a_byte_is_sent(
    serve: Serve, quick: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = serve(lambda request: request.reply(body=b"secret"))
    real = socket.getaddrinfo

    def rebound(host: str, *rest: Any, **kinds: Any) -> Any:
        return real("127.0.0.1" if host == "archive.example" else host, *rest, **kinds)

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    guarded = Client(AddressGuard.of("http://127.0.0.1:1/"), quick)
    with pytest.raises(AddressError, match=r"resolves to 127\.0\.0\.1"):
        guarded.get(f"http://archive.example:{secret.server_port}/")
    assert secret.asked == []


def test_behind_a_proxy_hosts_are_resolved_and_checked_first(
    serve: Serve, quick: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve(lambda request: request.reply(body=b"through the proxy"))
    addresses = {"public.example": "8.8.8.8", "inside.example": "10.0.0.1"}
    real = socket.getaddrinfo

    def resolve(host: str, *rest: Any, **kinds: Any) -> Any:
        return real(addresses.get(host, host), *rest, **kinds)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setenv("http_proxy", proxy.address)
    guarded = Client(AddressGuard.of("http://given.example/"), quick)
    assert guarded.get("http://public.example/x").content == b"through the proxy"
    with pytest.raises(AddressError, match="not public"):
        guarded.get("http://inside.example/x")
    assert proxy.asked == ["http://public.example/x"]


def hang(request: Any) -> None:
    time.sleep(30)


def drip_headers(request: Any) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(300):
        request.wfile.write(b"X-More: 1\r\n")
        request.wfile.flush()
        time.sleep(0.1)


def drip_body(request: Any) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n")
    for _ in range(300):
        request.wfile.write(b"x")
        request.wfile.flush()
        time.sleep(0.1)


def drip_chunks(request: Any) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(300):
        request.wfile.write(b"1\r\nx\r\n")
        request.wfile.flush()
        time.sleep(0.1)


@pytest.mark.parametrize("slow", [hang, drip_headers, drip_body, drip_chunks])
def test_the_deadline_holds_for_the_whole(serve: Serve, slow: Callable[[Any], None]) -> None:
    server = serve(slow)
    with pytest.raises(ServiceError, match=r"no whole answer within 0\.4 s"):
        client(server, Settings(deadline=0.4, retries=2)).get(server.address)


def test_a_listener_that_never_speaks_tls_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(ServiceError, match="no whole answer"):
            Client(AddressGuard.of(address), Settings(deadline=0.4)).get(address)


def truncate(request: Any) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
    request.close_connection = True


def reset(request: Any) -> None:
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(request.connection.detach())


@pytest.mark.parametrize("broken", [truncate, reset])
def test_a_broken_answer_is_asked_for_again_and_then_fails(serve: Serve, broken: Any, fake_time: Any) -> None:
    server = serve(broken)
    with pytest.raises(PassingError, match=r"no connection .*\(3 tries\)"):
        client(server, Settings(deadline=60, retries=2), fake_time.clock).get(server.address)
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_service_is_asked_again(serve: Serve, fake_time: Any, status: int) -> None:
    def second_time_lucky(request: Any) -> None:
        request.reply(200 if len(server.asked) > 1 else status, b"whole")

    server = serve(second_time_lucky)
    reply = client(server, Settings(deadline=60, retries=2), fake_time.clock).get(server.address)
    assert reply.content == b"whole"
    assert len(fake_time.slept) == 1


def test_retry_after_is_honoured_within_the_deadline(serve: Serve, fake_time: Any) -> None:
    server = serve(
        lambda request: request.reply(429 if len(server.asked) < 2 else 200, b"ok", Retry_After="7")
    )
    client(server, Settings(deadline=60, retries=2), fake_time.clock).get(server.address)
    assert fake_time.slept == [7.0]


def test_retry_after_beyond_the_deadline_fails_at_once(serve: Serve, fake_time: Any) -> None:
    server = serve(lambda request: request.reply(503, Retry_After="3600"))
    with pytest.raises(PassingError, match=r"503 \(1 try\)"):
        client(server, Settings(deadline=60, retries=2), fake_time.clock).get(server.address)
    assert fake_time.slept == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_an_error_is_not_repeated_and_says_what_the_service_said(
    serve: Serve, quick: Settings, status: int
) -> None:
    server = serve(
        lambda request: request.reply(status, b"<html><h1>Bad\x1b[31m POS</h1></html>", "text/html")
    )
    with pytest.raises(ServiceError, match=rf"it answered {status} Bad \[31m POS"):
        client(server, Settings(deadline=5, retries=2)).get(server.address)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><title>Login</title>",
        b"\xef\xbb\xbf\n <HTML><body>Please log in</body></HTML>",
        b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="y"><body>Please log in</body></html>',
    ],
)
def test_a_web_page_in_place_of_data_fails(
    serve: Serve, quick: Settings, tmp_path: Path, page: bytes
) -> None:
    server = serve(lambda request: request.reply(200, page, "application/fits"))
    with pytest.raises(ServiceError, match="a web page in place of data"):
        client(server, quick).get(server.address)
    with pytest.raises(ServiceError, match="a web page in place of data"):
        client(server, quick).save(server.address, tmp_path / "part")


def test_more_than_allowed_is_not_read(serve: Serve) -> None:
    server = serve(lambda request: request.reply(body=bytes(3_000_000)))
    with pytest.raises(ServiceError, match=r"more than 1 MB"):
        client(server, Settings(max_file_mb=1)).get(server.address)


def test_a_packed_bomb_is_not_unpacked(serve: Serve) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    server = serve(lambda request: request.reply(body=bomb, Content_Encoding="gzip"))
    with pytest.raises(ServiceError, match=r"more than 1 MB"):
        client(server, Settings(max_file_mb=1)).get(server.address)


def test_no_cookie_and_no_password_of_the_person_goes_out(
    serve: Serve, quick: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login person password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    sent: list[dict[str, str]] = []

    def note(request: Any) -> None:
        sent.append(dict(request.headers))
        request.reply(body=b"x", Set_Cookie="a=b")

    server = serve(note)
    with client(server, quick) as guarded:
        guarded.get(server.address)
        guarded.get(server.address)
    assert not any(name in headers for headers in sent for name in ("Authorization", "Cookie"))


def test_a_connection_refused_is_a_failure_in_passing(quick: Settings) -> None:
    with pytest.raises(PassingError, match="refused"):
        Client(AddressGuard.of("http://127.0.0.1:9/"), quick).get("http://127.0.0.1:9/")


@pytest.mark.parametrize("address", ["http://" + "a" * 300 + "/", "http://a..b/", "http://xn--\u00e9/"])
def test_an_impossible_host_is_an_error_of_ours(quick: Settings, address: str) -> None:
    with pytest.raises(AstrolibError):
        Client(AddressGuard.of(address), quick).get(address)


def test_a_download_goes_on_where_it_was_interrupted(serve: Serve, tmp_path: Path, fake_time: Any) -> None:
    whole = bytes(range(256)) * 400
    ranges: list[str | None] = []

    def interrupted(request: Any) -> None:
        ranges.append(request.headers.get("Range"))
        start = int(ranges[-1].split("=")[1].rstrip("-")) if ranges[-1] else 0
        request.send_response(206 if start else 200)
        request.send_header("ETag", '"one"')
        request.send_header("Content-Length", str(len(whole) - start))
        if start:
            assert request.headers["If-Range"] == '"one"'
            request.send_header("Content-Range", f"bytes {start}-{len(whole) - 1}/{len(whole)}")
        request.end_headers()
        request.wfile.write(whole[start:] if start else whole[:70_000])
        request.close_connection = True

    server = serve(interrupted)
    part = tmp_path / "part"
    client(server, Settings(retries=1), fake_time.clock).save(server.address, part)
    assert part.read_bytes() == whole
    assert ranges[0] is None
    assert ranges[1] is not None
    assert not (tmp_path / "part.etag").exists()


def test_a_file_that_changed_meanwhile_is_fetched_anew(serve: Serve, quick: Settings, tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.write_bytes(b"old beginning")
    (tmp_path / "part.etag").write_text('"old"')
    server = serve(lambda request: request.reply(body=b"new file", ETag='"new"'))
    client(server, quick).save(server.address, part)
    assert part.read_bytes() == b"new file"


def test_a_part_longer_than_the_file_is_fetched_anew(serve: Serve, tmp_path: Path, fake_time: Any) -> None:
    part = tmp_path / "part"
    part.write_bytes(b"longer than all of it")
    (tmp_path / "part.etag").write_text('"old"')
    server = serve(
        lambda request: request.reply(416) if request.headers.get("Range") else request.reply(body=b"short")
    )
    client(server, Settings(retries=1), fake_time.clock).save(server.address, part)
    assert part.read_bytes() == b"short"


def test_another_part_than_asked_for_is_refused(serve: Serve, quick: Settings, tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.write_bytes(b"old beginning")
    (tmp_path / "part.etag").write_text('"old"')
    server = serve(lambda request: request.reply(206, b"x", Content_Range="bytes 0-0/20"))
    with pytest.raises(ServiceError, match="another part"):
        client(server, quick).save(server.address, part)


def test_a_folder_that_cannot_be_written_is_said_and_not_retried(
    serve: Serve, tmp_path: Path, fake_time: Any
) -> None:
    server = serve(lambda request: request.reply(body=b"x"))
    with pytest.raises(AstrolibError, match="cannot be written"):
        client(server, Settings(retries=2), fake_time.clock).save(server.address, tmp_path / "no" / "part")
    assert len(server.asked) == 1


def test_parameters_leave_a_signed_address_as_it_is() -> None:
    assert with_params("http://a/x?Sig=%2Fa+b&c", {}) == "http://a/x?Sig=%2Fa+b&c"
    assert (
        with_params("http://a/x?Sig=%2Fa+b&id=old#top", {"ID": "a b&c"})
        == "http://a/x?Sig=%2Fa+b&ID=a%20b%26c"
    )


def test_all_addresses_of_a_host_are_tried_in_the_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        seen: list[str] = []
        with reach("http", "localhost", port, 2.0, lambda shown, peer: seen.append(peer)) as sock:
            assert sock.getpeername()[1] == port
        assert "127.0.0.1" in seen


def test_a_server_that_speaks_no_tls_is_not_asked_again(fake_time: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak_plainly() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.0 400 this is no TLS\r\n\r\n")

        threading.Thread(target=speak_plainly, daemon=True).start()
        address = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(ServiceError, match="check the address"):
            Client(AddressGuard.of(address), Settings(), clock=fake_time.clock).get(address)
    assert fake_time.slept == []
