"""A hub that is stopped, killed, started twice, or finds its port taken."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys

import pytest
import requests

from .conftest import Hub, until
from .kernel import run_code

pytestmark = pytest.mark.slow


def test_a_killed_hub_leaves_the_kernels_and_finds_them_again(own_hub: Hub) -> None:
    own_hub.start()
    url, password = own_hub.url, own_hub.password
    anna = own_hub.member("anna", server=True)
    token = {"Authorization": f"token {anna.token()}"}
    server = f"{url}user/anna/api"
    kernel = requests.post(f"{server}/kernels", headers=token, timeout=60).json()["id"]
    assert run_code(server, kernel, token, "import os; kept = 42; print(os.getpid())").isdigit()
    cookies = anna.http.cookies

    own_hub.kill()
    assert requests.get(f"{server}/status", headers=token, timeout=30).status_code in (200, 403, 500, 502)
    own_hub.start()

    assert "The hub has come back: users and password are kept, 1 server running" in own_hub.said()
    assert (own_hub.url, own_hub.password) == (url, password)
    assert run_code(server, kernel, token, "print(kept)") == "42"
    back = own_hub.person("anna")
    back.http.cookies = cookies
    assert back.http.get(f"{url}user/anna/lab", timeout=60).status_code == 200
    proxies = [
        process for process in own_hub.left_behind() if "proxy_server.py" in " ".join(process.cmdline())
    ]
    assert len(proxies) == 1


def test_stopped_in_good_order_it_stops_the_servers_and_keeps_users_and_password(own_hub: Hub) -> None:
    own_hub.start()
    password = own_hub.password
    own_hub.member("anna", server=True)
    (own_hub.home / "users" / "anna" / "mine.txt").write_text("mine")
    assert own_hub.stop() == 0
    assert "The hub and 1 server of its users stop." in own_hub.said()
    assert not (own_hub.home / "run" / "hub.json").exists()
    until(lambda: not own_hub.left_behind(), "nothing is left running", 20)

    own_hub.start()
    assert "The hub has come back: users and password are kept, no servers running" in own_hub.said()
    assert own_hub.password == password
    assert (own_hub.home / "users" / "anna" / "mine.txt").read_text() == "mine"


def test_a_second_hub_in_the_same_home_is_refused_in_one_line(own_hub: Hub) -> None:
    own_hub.start()
    second = Hub(own_hub.home)
    second.output = own_hub.home.parent / "second.txt"
    second.start(wait=False)
    assert second.process is not None
    assert second.process.wait(timeout=60) == 2
    assert second.said().strip() == f"A hub is already running in {own_hub.home}: {own_hub.url}"
    assert own_hub.process is not None
    assert own_hub.process.poll() is None


def test_a_taken_port_is_replaced_and_told(own_hub: Hub) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = stranger.getsockname()[1]
        (own_hub.home / "hub").mkdir(parents=True)
        (own_hub.home / "hub" / "ports.json").write_text(json.dumps({"public": taken}))
        own_hub.start()
        assert f"Port {taken} is in use by another program, so the hub took" in own_hub.said()
        assert requests.get(own_hub.url, timeout=30).status_code == 200


def test_a_broken_site_file_is_named_and_nothing_starts(own_hub: Hub) -> None:
    folder = own_hub.home / "hub" / "conf.d"
    folder.mkdir(parents=True)
    (folder / "10-broken.py").write_text("import no_such_module")
    own_hub.start(wait=False)
    assert own_hub.process is not None
    assert own_hub.process.wait(timeout=60) == 2
    said = own_hub.said().strip()
    assert said.count("\n") == 0
    assert "10-broken.py: ModuleNotFoundError" in said


def test_an_archive_that_cannot_start_costs_the_hub_nothing(own_hub: Hub) -> None:
    folder = own_hub.home / "hub" / "conf.d"
    folder.mkdir(parents=True)
    (folder / "10-no-archive.py").write_text("c.JupyterHub.services[0]['command'][4:] = ['/no/such/archive']")
    own_hub.start()
    until(lambda: "No such file" in (own_hub.home / "hub" / "archive.log").read_text(), "the log tells", 20)
    assert requests.get(f"{own_hub.url}hub/health", timeout=10).status_code == 200


def test_a_reused_process_number_is_not_stopped(own_hub: Hub) -> None:
    own_hub.start()
    own_hub.member("anna", server=True)
    own_hub.kill()
    servers = [process for process in own_hub.left_behind() if "jupyterhub.singleuser" in process.cmdline()]
    for process in servers:
        process.kill()
        process.wait(timeout=10)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"]) as stranger:
        _pretend(own_hub, stranger.pid)
        own_hub.start()
        assert "no servers running" in own_hub.said()
        assert stranger.poll() is None
        stranger.kill()


def _pretend(hub: Hub, number: int) -> None:
    """Write into the hub's database that a server was the process `number`, an hour ago."""
    database = sqlite3.connect(hub.home / "hub" / "jupyterhub.sqlite")
    (text,) = database.execute("select state from spawners where state like '%pid%'").fetchone()
    state = json.loads(text)
    state |= {"pid": number, "born": state["born"] - 3600}
    database.execute("update spawners set state = ? where state = ?", (json.dumps(state), text))
    database.commit()
    database.close()
