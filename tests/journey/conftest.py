"""A hub, and a person at a browser who uses it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FIRST_CELL = 90.0  # seconds that imports take on a busy machine
START = 180.0  # seconds until the hub answers on a busy machine


@dataclass(frozen=True)
class Hub:
    """A running hub, as a person sees it on the terminal."""

    home: Path
    url: str
    user: str
    password: str

    @property
    def work(self) -> Path:
        """Where the notebooks leave their products."""
        return self.home / "users" / self.user / "first-light"


@dataclass(frozen=True)
class Person:
    """Somebody at a page of the hub."""

    page: Any
    hub: Hub

    def log_in(self) -> None:
        self.page.goto(self.hub.url)
        self.page.get_by_label("Username").fill(self.hub.user)
        self.page.get_by_label("Password").fill(self.hub.password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("menuitem", name="Kernel", exact=True).wait_for(timeout=180_000)

    def open(self, notebook: str) -> None:
        """Open a notebook, and wait for its kernel: one that is asked for twice may be started twice."""
        self.page.goto(f"{self.hub.url}user/{self.hub.user}/lab/tree/notebooks/{notebook}")
        self.page.locator(f".jp-mod-current[title*='{notebook}']").wait_for()
        self._first_cell.wait_for()
        idle = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-ExecutionIndicator[data-status='idle']"
        self.page.locator(idle).wait_for(timeout=START * 1000)

    def run_all(self) -> None:
        """Choose Run All Cells; again, as a person would, where not even the first cell comes to its end.

        What is asked of a kernel that is only just there may be lost: the prompt then keeps its star, or
        goes back to no number at all.
        """
        before = self._prompt.text_content() or ""
        for _ in range(3):
            self.page.get_by_role("menuitem", name="Run", exact=True).click()
            self.page.get_by_text("Run All Cells", exact=True).click()
            end = time.monotonic() + FIRST_CELL
            while time.monotonic() < end:
                now = self._prompt.text_content() or ""  # of a cell out of sight there is no inner text
                if now != before and re.search(r"\d", now):
                    return
                self.page.wait_for_timeout(250)
        pytest.fail("no cell runs")

    def find(self) -> None:
        """Search around the target of the notebook, and download all that is found."""
        self.open("10_find_spectra.ipynb")
        self.run_all()
        self.page.get_by_label("Radius", exact=True).press("Enter")
        self.page.get_by_text("Found 180 spectra.").wait_for()
        self.page.get_by_role("grid").focus()
        self.page.keyboard.press("Control+a")
        self.page.get_by_role("button", name="Download 180 spectra").click()
        self.page.get_by_text("180 requested, 180 delivered").wait_for(timeout=180_000)

    def product(self, path: Path, seconds: float = 120) -> Path:
        """Wait until a cell has left a product."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if path.exists():
                return path
            self.page.wait_for_timeout(500)
        pytest.fail(f"{path.name} never came")

    def picture(self, folder: Path, name: str) -> None:
        """Keep what is on the screen, for people to look at."""
        self.page.wait_for_timeout(1000)
        self.page.screenshot(path=folder / f"{name}.png")

    @property
    def _prompt(self) -> Any:
        return self._first_cell.locator(".jp-InputPrompt").first

    @property
    def _first_cell(self) -> Any:
        """The first code cell of the notebook that is in front."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").first


@pytest.fixture(scope="module")
def hub(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """Start `astrolib hub` and read from its output what a person reads."""
    base = tmp_path_factory.mktemp("journey")
    output = base / "output.txt"
    with (
        output.open("wb") as stream,
        subprocess.Popen(
            [sys.executable, "-m", "astrolib", "hub"],
            env=os.environ | {"ASTROLIB_HOME": str(base / "home"), "TF_CPP_MIN_LOG_LEVEL": "3"},
            cwd=base,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            said = _said(output, process)
            words = ("address", "user name", "password")
            yield Hub(base / "home", *(re.search(rf"^ +{word} +(\S+)$", said, re.M)[1] for word in words))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _said(output: Path, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        if "    password" in (said := output.read_text()):
            return said
        time.sleep(0.2)
    pytest.fail(f"the hub did not start:\n{output.read_text()}")


@pytest.fixture
def person(hub: Hub) -> Callable[[Any], Person]:
    """Return a function that seats somebody at a page."""
    return lambda page: Person(page, hub)
