"""The whole journey in Chromium through the hub: prepare, map, learn in three rounds, verify ten, export."""

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
from astropy.table import Table

from astrolib.collection import SpectrumCollection, read_spectra
from astrolib.core.votable import read_votable
from astrolib.labels import LabelStore, label_table
from astrolib.models import TrainedModel

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1800)]

START = 180.0  # seconds until the hub answers on a busy machine
LONG = 600_000  # milliseconds a training may take there
KEYS = {
    "single peak": "s",
    "double peak": "d",
    "shell": "h",
    "emission in absorption": "e",
    "absorption": "a",
    "other": "o",
    "bad": "b",
}
ROUNDS, CANDIDATES = 3, 10


@dataclass(frozen=True)
class Hub:
    """A running hub, as a person sees it on the terminal."""

    home: Path
    url: str
    user: str
    password: str

    @property
    def work(self) -> Path:
        """Where the notebooks of this journey leave their products."""
        return self.home / "users" / self.user / "first-light"


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


def truth_of(hub: Hub) -> dict[str, str]:
    """Return what the profile of each simulated spectrum is, by its id."""
    sky = hub.home / "sky"
    rows = Table.read(sky / "truth.ecsv")["file", "label"]
    return {read_spectra(sky / file)[0].id: str(label) for file, label in rows}


# ---- what a person does -------------------------------------------------------------------------


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
    before = cells(page).first.locator(".jp-InputPrompt").first.inner_text()
    for _ in range(10):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        for _ in range(20):
            if cells(page).first.locator(".jp-InputPrompt").first.inner_text() != before:
                return
            page.wait_for_timeout(250)
    pytest.fail("no cell runs")


def appears(path: Path, seconds: float = 120) -> Path:
    """Return a product once a cell has left it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if path.exists():
            return path
        time.sleep(0.5)
    pytest.fail(f"{path.name} never came")


def find(page: Any, hub: Hub) -> None:
    open_notebook(page, hub, "10_find_spectra.ipynb")
    run_all(page)
    page.get_by_label("Radius", exact=True).press("Enter")
    page.get_by_text("Found 180 spectra.").wait_for()
    page.get_by_role("grid").focus()
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Download 180 spectra").click()
    page.get_by_text("180 requested, 180 delivered").wait_for(timeout=180_000)


def prepare_and_map(page: Any, hub: Hub) -> None:
    open_notebook(page, hub, "30_prepare_and_map.ipynb")
    run_all(page)
    page.get_by_text("of 180 spectra are prepared").wait_for(timeout=180_000)
    appears(hub.work / "som.html")
    page.locator(".astrolib-map").first.wait_for()


def label_batch(page: Any, truth: dict[str, str]) -> int:
    """Answer every spectrum of the batch with the truth, by keyboard; return how many."""
    deck = page.locator(".astrolib-learn .astrolib-deck[data-object][data-phase=ready]")
    deck.wait_for(timeout=LONG)
    total = int(page.locator(".astrolib-learn-head [aria-label=Answered]").get_attribute("aria-valuemax"))
    for number in range(1, total + 1):
        on_show = deck.get_attribute("data-object")
        deck.press(KEYS[truth[on_show]])
        page.get_by_text(f"{number} of {total} answered").wait_for()
        if number < total:
            other = f"[data-phase=ready]:not([data-object='{on_show}'])"
            page.locator(f".astrolib-learn .astrolib-deck[data-object]{other}").wait_for()
    return total


def learn(page: Any, hub: Hub, truth: dict[str, str], pictures: Path) -> int:
    """Label and train in three rounds; return how many labels that took."""
    open_notebook(page, hub, "40_learn_actively.ipynb")
    run_all(page)
    page.locator(".astrolib-learn .astrolib-deck[data-phase=ready]").wait_for(timeout=LONG)
    labels = 0
    for number in range(1, ROUNDS + 1):
        picture(page, pictures, f"batch-{number}")
        labels += label_batch(page, truth)
        page.get_by_role("button", name="Next round").click()
        page.get_by_role("heading", name=f"Round {number}", exact=True).wait_for(timeout=LONG)
        page.get_by_text("Go on, or stop?").wait_for()
        picture(page, pictures, f"round-{number}")
        if number < ROUNDS:
            page.keyboard.press("Enter")
    page.get_by_role("button", name="Classify everything").click()
    page.get_by_text("Every spectrum of the pool has its answer").wait_for(timeout=LONG)
    page.get_by_role("button", name="Save the model").click()
    page.get_by_text("Model of round 3 saved").wait_for()
    return labels


def verify(page: Any, hub: Hub, pictures: Path) -> None:
    open_notebook(page, hub, "50_verify_candidates.ipynb")
    run_all(page)
    deck = page.locator(".astrolib-deck[data-object][data-phase=ready]")
    deck.wait_for(timeout=LONG)
    for _ in range(CANDIDATES):
        on_show = deck.get_attribute("data-object")
        deck.press("a")
        page.locator(f".astrolib-deck[data-phase=ready]:not([data-object='{on_show}'])").wait_for()
    picture(page, pictures, "verify")
    (hub.work / "candidates.csv").unlink()
    run_all(page)
    appears(hub.work / "candidates.csv")


def picture(page: Any, folder: Path, name: str) -> None:
    """Keep what is on the screen, for people to look at."""
    page.wait_for_timeout(1000)
    page.screenshot(path=folder / f"{name}.png")


def test_prepare_map_learn_verify_export(page: Any, hub: Hub, tmp_path: Path):
    log_in(page, hub)
    find(page, hub)
    prepare_and_map(page, hub)
    picture(page, tmp_path, "map")
    truth = truth_of(hub)
    labels = learn(page, hub, truth, tmp_path)
    verify(page, hub, tmp_path)

    said = label_table(LabelStore(hub.home / "labels.sqlite").events(question="halpha"))
    assert len(said) == labels
    assert {row["label"] == truth[row["id"]] for row in said} == {True}
    assert not any(said["score_visible"])
    assert set(TrainedModel.load(hub.work / "model.keras").classes) == set(KEYS)
    scored = Table.read(hub.work / "candidates.ecsv")
    assert len(scored) <= len(SpectrumCollection.open(hub.work / "collection")) == 180
    found = Table.read(hub.work / "candidates.csv")
    assert (found["verdict"] == "accept").sum() == CANDIDATES
    assert len(read_votable(hub.work / "candidates.vot").get_first_table().array) == len(found)
