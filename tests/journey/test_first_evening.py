"""A new user's first evening, in Chromium through the hub: log in, find, look, label, come back."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from astrolib.labels import LabelStore, label_table

pytestmark = [pytest.mark.browser, pytest.mark.slow]

START = 180.0  # seconds until the hub answers on a busy machine
KEYS = "SDHEAOQB"
N_LABELS = 50


@dataclass(frozen=True)
class Hub:
    """A running hub, as a person sees it on the terminal."""

    home: Path
    url: str
    user: str
    password: str


@pytest.fixture(scope="module")
def hub(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """Start `astrolib hub` and read from its output what a person reads."""
    base = tmp_path_factory.mktemp("evening")
    output = base / "output.txt"
    environment = os.environ | {"ASTROLIB_HOME": str(base / "home")}
    with (
        output.open("wb") as stream,
        subprocess.Popen(
            [sys.executable, "-m", "astrolib", "hub"],
            env=environment,
            cwd=base,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            said = _said(output, process)
            yield Hub(base / "home", *(re.search(rf"^ +{word} +(\S+)$", said, re.M)[1] for word in _WORDS))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


_WORDS = ("address", "user name", "password")


def _said(output: Path, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        if "    password" in (said := output.read_text()):
            return said
        time.sleep(0.2)
    pytest.fail(f"the hub did not start:\n{output.read_text()}")


def log_in(page: Any, hub: Hub) -> None:
    page.goto(hub.url)
    page.get_by_label("Username").fill(hub.user)
    page.get_by_label("Password").fill(hub.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("menuitem", name="Kernel", exact=True).wait_for(timeout=180_000)


def open_notebook(page: Any, hub: Hub, name: str) -> None:
    page.goto(f"{hub.url}user/{hub.user}/lab/tree/notebooks/{name}")
    page.locator(f".jp-mod-current[title*='{name}']").wait_for()
    cells(page).first.wait_for()


def cells(page: Any) -> Any:
    """Return the code cells of the notebook that is in front."""
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell")


def run_all(page: Any) -> None:
    """Choose Run All Cells; once more, as a person would, where the kernel was not there yet."""
    prompt = cells(page).first.locator(".jp-InputPrompt").first
    for _ in range(10):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        for _ in range(20):
            if prompt.inner_text() != "[ ]:":
                return
            page.wait_for_timeout(250)
    pytest.fail("no cell runs")


def deck(page: Any) -> Any:
    return page.locator(".astrolib-deck[data-object]")


def test_log_in_find_look_label_close_and_come_back(page: Any, browser: Any, hub: Hub):
    log_in(page, hub)

    open_notebook(page, hub, "10_find_spectra.ipynb")
    run_all(page)
    page.get_by_label("Radius", exact=True).press("Enter")
    page.get_by_text("Found 180 spectra.").wait_for()
    page.get_by_role("grid").focus()
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Download 180 spectra").click()
    page.get_by_text("180 requested, 180 delivered").wait_for(timeout=180_000)

    open_notebook(page, hub, "20_look_and_label.ipynb")
    run_all(page)
    deck(page).wait_for(timeout=120_000)
    for number in range(N_LABELS):
        on_show = deck(page).get_attribute("data-object")
        deck(page).press(KEYS[number % len(KEYS)])
        page.locator(f".astrolib-deck[data-object]:not([data-object='{on_show}'])").wait_for()
    place = deck(page).get_attribute("data-object")
    page.context.close()

    again = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    log_in(again, hub)
    open_notebook(again, hub, "20_look_and_label.ipynb")
    run_all(again)
    deck(again).wait_for(timeout=120_000)
    assert deck(again).get_attribute("data-object") == place
    again.get_by_text(f"{N_LABELS} of 180").first.wait_for()
    again.context.close()

    labels = label_table(LabelStore(hub.home / "labels.sqlite").events())
    assert len(labels) == N_LABELS
    assert set(labels["who"]) == {hub.user}
