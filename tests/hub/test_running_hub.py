"""What people meet at a hub that runs: logging in, their server, and the limits of what they reach."""

from __future__ import annotations

import json
import stat

import psutil
import pytest
import requests

from .conftest import Hub, until

pytestmark = pytest.mark.slow

ALLOWED_REFUSALS = {403, 404}


def test_listens_on_loopback_only(hub: Hub) -> None:
    hub.member("anna", server=True)
    listening = [
        connection.laddr.ip
        for process in hub.left_behind()
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 4  # the hub, the proxy and its API, anna's server
    assert set(listening) == {"127.0.0.1"}


def test_keeps_its_things_in_its_home_and_its_secrets_private(hub: Hub) -> None:
    hub.member("anna", server=True)
    around = {path.name for path in hub.home.parent.iterdir()}
    assert around == {"home", "hub-output.txt"}
    for name in ("password", "admin-password", "cookie_secret"):
        assert stat.S_IMODE((hub.home / "hub" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((hub.home / "users" / "anna").stat().st_mode) == 0o700


def test_the_password_is_told_on_the_terminal_and_nowhere_else(hub: Hub) -> None:
    hub.member("anna", server=True)
    assert (hub.home / "hub" / "password").read_text().strip() == hub.password
    for path in (hub.home / "hub").glob("**/*.log"):
        assert hub.password not in path.read_text()
    assert hub.password not in (hub.home / "run" / "hub.json").read_text()
    for process in hub.left_behind():
        assert hub.password not in " ".join([*process.cmdline(), *process.environ().values()])


def test_the_python_proxy_of_this_environment_serves(hub: Hub) -> None:
    commands = [" ".join(process.cmdline()) for process in hub.left_behind()]
    assert any("hub_config/proxy_server.py" in command for command in commands)
    assert not any("node" in command.split()[0] for command in commands if command)


def test_the_local_archive_is_served_beside_it(hub: Hub) -> None:
    told = hub.home / "run" / "archive.json"
    until(told.exists, "the archive has told its address", 120)
    address = json.loads(told.read_text())["ssap"]
    assert address.startswith("http://127.0.0.1:")
    assert requests.get(address, timeout=30).status_code == 200


def test_answers_carry_cautious_headers(hub: Hub) -> None:
    headers = requests.get(f"{hub.url}hub/login", timeout=10).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "one group of people who trust one another" in requests.get(f"{hub.url}hub/login", timeout=10).text


def test_a_server_has_the_notebooks_one_kernel_and_its_home_as_root(hub: Hub) -> None:
    token = {"Authorization": f"token {hub.member('anna', server=True).token()}"}

    def ask(path: str) -> requests.Response:
        return requests.get(f"{hub.url}user/anna/api/{path}", headers=token, timeout=30)

    assert set(ask("kernelspecs").json()["kernelspecs"]) == {"python3"}
    assert "notebooks" in {entry["name"] for entry in ask("contents").json()["content"]}
    assert ask("contents/..%2Fbela").status_code == 404


def test_a_stranger_reaches_nothing(hub: Hub) -> None:
    hub.member("anna", server=True)
    assert requests.get(f"{hub.url}user/anna/api/contents", timeout=30).status_code == 403
    assert requests.get(f"{hub.url}hub/api/users", timeout=30).status_code == 403
    landed = requests.get(f"{hub.url}user/anna/lab", timeout=30)
    assert "/hub/login" in landed.url


@pytest.mark.parametrize("path", ["lab", "api/contents", "files/secret.txt", "api/kernels", "api/terminals"])
def test_nobody_reaches_another_persons_server_with_a_cookie(hub: Hub, path: str) -> None:
    hub.member("bela", server=True)
    (hub.home / "users" / "bela" / "secret.txt").write_text("bela's secret")
    anna = hub.member("anna", server=True)
    assert anna.http.get(f"{hub.url}user/anna/lab", timeout=60).status_code == 200
    answer = anna.http.get(f"{hub.url}user/bela/{path}", timeout=60)
    assert answer.status_code in ALLOWED_REFUSALS
    assert "bela's secret" not in answer.text


@pytest.mark.parametrize(
    "path", ["user/bela/api/contents", "user/bela/files/secret.txt", "hub/api/users/bela", "hub/api/users"]
)
def test_nobody_reaches_another_persons_things_with_a_token(hub: Hub, path: str) -> None:
    hub.member("bela", server=True)
    (hub.home / "users" / "bela" / "secret.txt").write_text("bela's secret")
    token = hub.member("anna", server=True).token()
    answer = requests.get(hub.url + path, headers={"Authorization": f"token {token}"}, timeout=60)
    assert answer.status_code in ALLOWED_REFUSALS
    assert "bela" not in answer.text.replace("/user/bela", "")


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_nobody_starts_or_stops_another_persons_server(hub: Hub, method: str) -> None:
    hub.member("bela", server=True)
    anna = hub.member("anna")
    assert anna.api(method, "users/bela/server").status_code in ALLOWED_REFUSALS


@pytest.mark.parametrize("path", ["hub/spawn", "hub/api/users/carla/server"])
def test_a_server_is_not_started_without_the_xsrf_token(hub: Hub, path: str) -> None:
    carla = hub.member("carla")
    carla.http.get(f"{hub.url}hub/home", timeout=30)
    for forged in ({}, {"X-XSRFToken": "2|aaaaaaaa|bbbb|1"}):
        answer = carla.http.post(
            hub.url + path, headers={**forged, "Origin": "http://evil.example"}, timeout=30
        )
        assert answer.status_code == 403
    assert not carla.server_ready()


def test_log_in_needs_the_forms_own_token(hub: Hub) -> None:
    form = {"username": "anna", "password": hub.password}
    assert requests.post(f"{hub.url}hub/login", data=form, timeout=30).status_code == 403


def test_five_wrong_passwords_lock_out_and_the_log_says_so(hub: Hub) -> None:
    dora = hub.person("dora")
    claimed = [
        {"X-Forwarded-For": f"10.0.0.{number}", "X-Real-IP": f"10.1.1.{number}"} for number in range(5)
    ]
    assert [dora.log_in("wrong", **claim).status_code for claim in claimed] == [403] * 5
    refused = dora.log_in(hub.password)
    assert refused.status_code == 429
    assert "Try again in 5 minutes" in refused.text
    assert "Locked out: dora from 127.0.0.1" in hub.log()
    assert hub.person("emil").log_in(hub.password).status_code == 302


@pytest.mark.parametrize("name", ["../etc", "a/b", ".ssh", "x\r\n2026 CRITICAL forged", "škoda"])
def test_a_name_that_is_no_folder_is_refused(hub: Hub, name: str) -> None:
    answer = hub.person(name).log_in(hub.password)
    assert answer.status_code == 403
    assert "letters a to z" in answer.text
    assert not any(line.startswith("2026 CRITICAL forged") for line in hub.log().splitlines())
    assert {path.name for path in (hub.home / "users").iterdir()} <= {"anna", "bela", "carla", "dora", "emil"}


def test_the_shared_password_does_not_open_the_admins_account(hub: Hub) -> None:
    assert hub.person("admin").log_in(hub.password).status_code == 403
    admin = hub.person("admin")
    assert admin.log_in((hub.home / "hub" / "admin-password").read_text().strip()).status_code == 302
    assert admin.http.get(f"{hub.url}hub/admin", timeout=30).status_code == 200
    hub.member("anna", server=True)
    assert admin.http.get(f"{hub.url}user/anna/api/contents", timeout=30).status_code in ALLOWED_REFUSALS
