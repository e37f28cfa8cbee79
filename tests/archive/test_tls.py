"""Over TLS the certificate is checked, and the deadline holds as it does in the clear."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from astrolib.archive.http import Client
from astrolib.core.addresses import AddressGuard
from astrolib.core.errors import ServiceError
from astrolib.core.settings import Settings

Serve = Callable[[Callable[[Any], None]], Any]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a certificate for localhost that only itself vouches for, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "cert.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(made)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    return made, key


@pytest.fixture
def secure(serve: Serve, certificate: tuple[Path, Path]) -> Callable[[Callable[[Any], None]], str]:
    """Give a function that starts a server behind TLS and returns its address."""

    def start(answer: Callable[[Any], None]) -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server = serve(answer)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        return f"https://localhost:{server.server_port}/"

    return start


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: Any, fake_time: Any) -> None:
    address = secure(lambda request: request.reply(body=b"whole"))
    with pytest.raises(ServiceError, match="self-signed certificate"):
        Client(AddressGuard.of(address), Settings(), clock=fake_time.clock).get(address)
    assert fake_time.slept == []


def test_a_certificate_of_the_site_is_trusted(
    secure: Any, certificate: tuple[Path, Path], quick: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    address = secure(lambda request: request.reply(body=b"whole"))
    with Client(AddressGuard.of(address), quick) as client:
        assert client.get(address).content == b"whole"
        assert client.get(address).content == b"whole"
        wrong = address.replace("localhost", "127.0.0.1")
    with pytest.raises(ServiceError, match=r"127\.0\.0\.1"), Client(AddressGuard.of(wrong), quick) as client:
        client.get(wrong)


def test_a_server_that_drips_is_given_up(
    secure: Any, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def drip(request: Any) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n")
        for _ in range(300):
            request.wfile.write(b"x")
            time.sleep(0.1)

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    address = secure(drip)
    with pytest.raises(ServiceError, match="no whole answer within"):
        Client(AddressGuard.of(address), Settings(deadline=0.6)).get(address)
