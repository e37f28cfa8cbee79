"""The whole journey in Chromium through the hub: prepare, map, learn in three rounds, verify ten, export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from astropy.table import Table

from astrolib.collection import SpectrumCollection, read_spectra
from astrolib.core.votable import read_votable
from astrolib.labels import LabelStore, label_table
from astrolib.models import TrainedModel

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1800)]

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


def truth_of(hub: Any) -> dict[str, str]:
    """Return what the profile of each simulated spectrum is, by its id."""
    sky = hub.home / "sky"
    rows = Table.read(sky / "truth.ecsv")["file", "label"]
    return {read_spectra(sky / file)[0].id: str(label) for file, label in rows}


# ---- what a person does -------------------------------------------------------------------------


def prepare_and_map(person: Any) -> None:
    page = person.page
    person.open("30_prepare_and_map.ipynb")
    person.run_all()
    page.get_by_text("of 180 spectra are prepared").wait_for(timeout=180_000)
    person.product(person.hub.work / "som.html")
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


def learn(person: Any, truth: dict[str, str], pictures: Path) -> int:
    """Label and train in three rounds; return how many labels that took."""
    page = person.page
    person.open("40_learn_actively.ipynb")
    person.run_all()
    page.locator(".astrolib-learn .astrolib-deck[data-phase=ready]").wait_for(timeout=LONG)
    labels = 0
    for number in range(1, ROUNDS + 1):
        person.picture(pictures, f"batch-{number}")
        labels += label_batch(page, truth)
        page.get_by_role("button", name="Next round").click()
        page.get_by_role("heading", name=f"Round {number}", exact=True).wait_for(timeout=LONG)
        page.get_by_text("Go on, or stop?").wait_for()
        person.picture(pictures, f"round-{number}")
        if number < ROUNDS:
            page.keyboard.press("Enter")
    page.get_by_role("button", name="Classify everything").click()
    page.get_by_text("Every spectrum of the pool has its answer").wait_for(timeout=LONG)
    page.get_by_role("button", name="Save the model").click()
    page.get_by_text("Model of round 3 saved").wait_for()
    return labels


def verify(person: Any, pictures: Path) -> None:
    page = person.page
    person.open("50_verify_candidates.ipynb")
    person.run_all()
    deck = page.locator(".astrolib-deck[data-object][data-phase=ready]")
    deck.wait_for(timeout=LONG)
    for _ in range(CANDIDATES):
        on_show = deck.get_attribute("data-object")
        deck.press("a")
        page.locator(f".astrolib-deck[data-phase=ready]:not([data-object='{on_show}'])").wait_for()
    person.picture(pictures, "verify")
    (person.hub.work / "candidates.csv").unlink()
    person.run_all()
    person.product(person.hub.work / "candidates.csv")


def test_prepare_map_learn_verify_export(page: Any, hub: Any, person: Any, tmp_path: Path):
    ada = person(page)
    ada.log_in()
    ada.find()
    prepare_and_map(ada)
    ada.picture(tmp_path, "map")
    truth = truth_of(hub)
    labels = learn(ada, truth, tmp_path)
    verify(ada, tmp_path)

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
