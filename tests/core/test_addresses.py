"""A person may give any address; a document leads to public ones, or back to the same server."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolib.core.addresses import AddressGuard, Origin, is_public, origin
from astrolib.core.errors import AddressError

LOOPBACK = AddressGuard.of("http://127.0.0.1:8080/ssap?")


def test_origin_knows_default_ports() -> None:
    assert origin("https://Archive.example/x?y=1") == Origin("https", "archive.example", 443)
    assert origin("ftp://127.0.0.1:2121/pub/") == Origin("ftp", "127.0.0.1", 2121)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "archive.example/x",
        "file:///etc/passwd",
        "gopher://archive.example/",
        "http://",
        "http://person:secret@archive.example/",
        "http://person@archive.example/",
        "http://archive.example\\@127.0.0.1/",
        "http://archive.example/a b",
        "http://archive.example/\r\nHost: other",
        "http://archive.example:99999/",
        "http://archive.example:0/",
        "http://[::1/",
    ],
)
def test_malformed_addresses_are_refused(address: str) -> None:
    with pytest.raises(AddressError):
        origin(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8080/other",
        "HTTP://127.0.0.1:8080/",
        "https://archive.example/",
        "http://8.8.8.8/",
    ],
)
def test_same_origin_and_public_addresses_pass(address: str) -> None:
    LOOPBACK.check(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8081/",
        "https://127.0.0.1:8080/",
        "http://localhost:8080/",
        "http://LOCALHOST./",
        "http://a.localhost/",
        "http://127.1/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1]/",
        "http://[64:ff9b::7f00:1]/",
        "ftp://archive.example/",
        "file:///etc/passwd",
    ],
)
def test_a_document_leads_nowhere_private(address: str) -> None:
    with pytest.raises(AddressError):
        LOOPBACK.check(address)


def test_ftp_stays_on_the_given_host() -> None:
    guard = AddressGuard.of("ftp://127.0.0.1/pub/")
    guard.check("ftp://127.0.0.1/pub/night/a.fits")
    with pytest.raises(AddressError, match="leads to ftp"):
        guard.check("ftp://archive.example/a.fits")


def test_the_resolved_address_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def to_metadata(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", to_metadata)
    with pytest.raises(AddressError, match=r"resolves to 169\.254\.169\.254"):
        LOOPBACK.check_resolved("http://archive.example/")


def test_an_unknown_host_is_said_to_be_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(AddressError, match="unknown host"):
        LOOPBACK.check_resolved("http://archive.example/")


@settings(deadline=None)
@given(st.ip_addresses(v=4, network="127.0.0.0/8") | st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_private_ipv4_is_not_public_in_any_dress(ip: ipaddress.IPv4Address) -> None:
    number = int(ip)
    dressed = [
        str(ip),
        str(ipaddress.IPv6Address((0xFFFF << 32) | number)),
        str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80))),
        str(ipaddress.IPv6Address((0x64FF9B << 96) | number)),
        str(ipaddress.IPv6Address(number)),
    ]
    assert not any(is_public(text) for text in dressed)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_an_origin_or_refused(text: str) -> None:
    for address in (text, f"http://{text}", f"http://127.0.0.1:8080{text}"):
        with suppress(AddressError):
            LOOPBACK.check(address)
