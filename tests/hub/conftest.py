"""A hub that really runs, and people who talk to it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "hub_config" / "jupyterhub_config.py"
sys.path.append(str(ROOT))  # hub_config is no installed package

START_LIMIT = 60.0


def until(happened: Callable[[], object], what: str, limit: float = START_LIMIT, every: float = 0.2) -> None:
    """Wait until `happened()` is true."""
    end = time.monotonic() + limit
    while not happened():
        assert time.monotonic() < end, f"waited {limit:.0f} s in vain: {what}"
        time.sleep(every)


@dataclass
class Person:
    """Somebody with a browser: cookies, and the XSRF token that the hub gave."""

    url: str
    name: str
    http: requests.Session = field(default_factory=requests.Session)

    def xsrf(self) -> str:
        return self.http.cookies.get("_xsrf", path="/hub/") or ""

    def log_in(self, password: str, **headers: str) -> requests.Response:
        self.http.get(f"{self.url}hub/login", timeout=60)
        form = {"username": self.name, "password": password, "_xsrf": self.xsrf()}
        return self.http.post(
            f"{self.url}hub/login?next=/hub/home",
            data=form,
            headers=headers,
            allow_redirects=False,
            timeout=60,
        )

    def api(self, method: str, path: str, **kwargs: object) -> requests.Response:
        headers = {"X-XSRFToken": self.xsrf(), "Referer": f"{self.url}hub/home"}
        return self.http.request(method, f"{self.url}hub/api/{path}", headers=headers, timeout=60, **kwargs)

    def start_server(self) -> int:
        """Ask for a server; return the status of the request."""
        self.http.get(f"{self.url}hub/home", timeout=60)
        return self.api("POST", f"users/{self.name}/server").status_code

    def server_ready(self) -> bool:
        servers = self.api("GET", f"users/{self.name}").json().get("servers", {})
        return bool(servers.get("", {}).get("ready"))

    def token(self) -> str:
        """Make an API token that can do all that this person can."""
        return str(self.api("POST", f"users/{self.name}/tokens", json={"note": "test"}).json()["token"])


class Hub:
    """A hub in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.output = home.parent / "hub-output.txt"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, wait: bool = True) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
        environment |= {"ASTROLIB_HOME": str(self.home), "PYTHONPATH": str(ROOT)}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "-f", str(CONFIG)],
                cwd=self.home.parent,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if wait:
            until(self._up_or_ended, "the hub is ready")
            assert self.process.poll() is None, self.said()

    def _up_or_ended(self) -> bool:
        assert self.process is not None
        return "    password" in self.said() or self.process.poll() is not None

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def log(self) -> str:
        return (self.home / "hub" / "hub.log").read_text()

    @property
    def url(self) -> str:
        return str(json.loads((self.home / "run" / "hub.json").read_text())["url"])

    @property
    def password(self) -> str:
        found = re.search(r"^ +password +(\S+)", self.said(), re.MULTILINE)
        assert found, self.said()
        return found[1]

    def person(self, name: str) -> Person:
        return Person(self.url, name)

    def member(self, name: str, *, server: bool = False) -> Person:
        """Return somebody who is logged in, with a running server if asked."""
        person = self.person(name)
        assert person.log_in(self.password).status_code == 302
        if server and not person.server_ready():
            assert person.start_server() in (201, 202)
            until(person.server_ready, f"the server of {name} is ready", 180)
        return person

    def stop(self) -> int:
        """Stop it as Ctrl-C does; return its status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=90)

    def kill(self) -> None:
        """Kill it, and nothing of what it started."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def left_behind(self) -> list[psutil.Process]:
        """Return every process that belongs to this home."""
        return [process for process in psutil.process_iter() if _belongs(process, self.home)]

    def clean_up(self) -> None:
        """Stop the hub, and whatever a killed one left."""
        self.stop()
        for process in self.left_behind():
            process.kill()


def _belongs(process: psutil.Process, home: Path) -> bool:
    try:
        return process.environ().get("ASTROLIB_HOME") == str(home) and process.pid != os.getpid()
    except psutil.Error:
        return False


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """Return a running hub that the tests share; none of them stops it."""
    shared = Hub(tmp_path_factory.mktemp("hub") / "home")
    shared.start()
    yield shared
    shared.clean_up()


@pytest.fixture
def own_hub(tmp_path: Path) -> Iterator[Hub]:
    """Return a hub that the test starts, kills and starts again."""
    mine = Hub(tmp_path / "own-home")
    yield mine
    if mine.process is not None:
        mine.clean_up()
