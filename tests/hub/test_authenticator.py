"""Who the shared password lets in, and what is asked of a name."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import HTTPError

from hub_config.authenticator import GuardedPasswordAuthenticator, client_address, printable

SHARED, ADMIN = "quiet-stars-shine", "a-much-longer-password-for-the-admin-only"


def request(address: str = "192.0.2.7", **headers: str) -> HTTPServerRequest:
    connection = SimpleNamespace(context=SimpleNamespace(remote_ip=address, protocol="http"))
    named = HTTPHeaders({name.replace("_", "-"): value for name, value in headers.items()} | {"Host": "hub"})
    line = RequestStartLine("POST", "/hub/login", "HTTP/1.1")
    return HTTPServerRequest(start_line=line, headers=named, connection=connection)


def log_in(authenticator: GuardedPasswordAuthenticator, name: str, password: str) -> dict[str, Any] | None:
    handler = SimpleNamespace(request=request(), settings={})
    data = {"username": name, "password": password}
    return asyncio.run(authenticator.get_authenticated_user(handler, data))


@pytest.fixture
def authenticator() -> GuardedPasswordAuthenticator:
    return GuardedPasswordAuthenticator(
        user_password=SHARED, admin_password=ADMIN, admin_users={"admin"}, allow_all=True
    )


def test_any_name_with_the_shared_password_is_a_plain_user(
    authenticator: GuardedPasswordAuthenticator,
) -> None:
    model = log_in(authenticator, "Anna", SHARED)
    assert model is not None
    assert (model["name"], model["admin"]) == ("anna", False)


def test_the_shared_password_does_not_make_an_admin(authenticator: GuardedPasswordAuthenticator) -> None:
    assert log_in(authenticator, "admin", SHARED) is None
    model = log_in(authenticator, "admin", ADMIN)
    assert model is not None
    assert model["admin"]


@pytest.mark.parametrize(
    "password", ["", "wrong", SHARED + " ", SHARED.upper(), "pässwörd", "\0", "☃" * 5000]
)
def test_a_wrong_password_is_wrong_whatever_it_is_made_of(
    authenticator: GuardedPasswordAuthenticator, password: str
) -> None:
    assert log_in(authenticator, "anna", password) is None


def test_five_wrong_ones_lock_out_even_the_right_one_and_the_log_says_so(
    authenticator: GuardedPasswordAuthenticator, caplog: pytest.LogCaptureFixture
) -> None:
    authenticator.log = logging.getLogger("hub-test")
    for _ in range(5):
        assert log_in(authenticator, "anna", "wrong") is None
    assert "Locked out: anna from 192.0.2.7" in caplog.text
    with pytest.raises(HTTPError, match="Try again in 5 minutes") as refused:
        log_in(authenticator, "anna", SHARED)
    assert refused.value.status_code == 429
    assert log_in(authenticator, "bela", SHARED) is not None


@pytest.mark.parametrize("name", ["anna", "team-3", "a.b_c", "x@uni.example", "0", "a" * 64])
def test_names_that_make_good_folders_are_accepted(
    authenticator: GuardedPasswordAuthenticator, name: str
) -> None:
    assert authenticator.validate_username(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        ".hidden",
        "-rf",
        "a b",
        "a\nb",
        "anna\n",
        "škoda",
        "a" * 65,
        "a\0",
        "{x}",
        "~",
    ],
)
def test_names_that_are_no_folders_are_refused_with_the_rule(
    authenticator: GuardedPasswordAuthenticator, name: str
) -> None:
    with pytest.raises(HTTPError, match="letters a to z"):
        log_in(authenticator, name, SHARED)


@given(st.text(max_size=80))
def test_no_accepted_name_leaves_its_folder(name: str) -> None:
    if GuardedPasswordAuthenticator().validate_username(name):
        assert "/" not in name
        assert not name.startswith((".", "-"))
        assert name.isascii()
        assert name.isprintable()


def test_a_form_without_a_password_is_refused(authenticator: GuardedPasswordAuthenticator) -> None:
    handler = SimpleNamespace(request=request(), settings={})
    with pytest.raises(HTTPError) as refused:
        asyncio.run(authenticator.authenticate(handler, {"username": "anna"}))
    assert refused.value.status_code == 400


def test_the_address_is_what_our_proxy_saw_not_what_the_client_claims() -> None:
    spoofed = request("127.0.0.1", X_Forwarded_For="1.2.3.4, 192.0.2.9", X_Real_Ip="5.6.7.8")
    assert client_address(spoofed, []) == "192.0.2.9"
    assert client_address(request("192.0.2.1"), []) == "192.0.2.1"
    behind = request("127.0.0.1", X_Forwarded_For="203.0.113.5, 10.1.1.1")
    assert client_address(behind, ["10.1.1.1"]) == "203.0.113.5"


def test_no_line_is_forged_in_the_log() -> None:
    assert printable("1.2.3.4\n2026 INFO all is well\x1b[2J") == "1.2.3.4?2026 INFO all is well?[2J"
    assert len(printable("x" * 1000)) == 64
