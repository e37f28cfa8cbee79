"""A whole night in Chromium through the hub: make, reduce, search, validate twenty by keyboard, report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.table import QTable

from astrolib.collection.nights import Ledger
from astrolib.labels import LabelStore
from astrolib.labels.validation import MOVER, validations
from astrolib.movers.formats import read_ades, read_obs80
from astrolib.report import Submissions

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1800)]

LONG = 900  # seconds a night may take on a busy machine
OBJECTS = 20
NEAR = 1.5  # arcsec


def real_movers(folder: Path) -> set[str]:
    """Return the tracklets that follow a simulated mover."""
    detections = QTable.read(folder / "movers" / "detections.ecsv")
    truth = QTable.read(folder / "night" / "truth" / "movers.ecsv")
    real = set()
    for name in set(detections["tracklet_id"]):
        rows = detections[detections["tracklet_id"] == name]
        real |= {str(name)} if np.mean([on_truth(row, truth) for row in rows]) >= 0.6 else set()
    return real


def on_truth(row: Any, truth: QTable) -> bool:
    """Return whether a mover stood there then."""
    then = truth[[str(moment)[:19] == str(row["obstime"])[:19] for moment in truth["obstime"]]]
    east = (then["ra"] - row["ra"]).to_value("arcsec") * np.cos(row["dec"].to_value("rad"))
    return bool((np.hypot(east, (then["dec"] - row["dec"]).to_value("arcsec")) < NEAR).any())


def validate(page: Any, real: set[str]) -> dict[str, str]:
    """Blink objects and answer by keyboard; return what was said."""
    deck = page.locator(".astrolib-deck[data-object]:not([data-object=''])").first
    deck.wait_for(timeout=LONG * 1000)
    page.locator(".astrolib-blink-canvas").wait_for()
    said = {}
    for _ in range(OBJECTS):
        on_show = deck.get_attribute("data-object")
        said[on_show] = "valid" if on_show in real else "invalid"
        deck.press("v" if on_show in real else "i")
        others = f":not([data-object='']):not([data-object='{on_show}'])"
        page.locator(f".astrolib-deck[data-object]{others}").first.wait_for()
    return said


def test_make_reduce_search_validate_report(page: Any, hub: Any, person: Any, tmp_path: Path):
    ada = person(page)
    ada.log_in()
    night = hub.work.with_name("first-night")

    ada.open("60_a_night.ipynb")
    ada.run_all()
    page.locator(".astrolib-nights-main").first.wait_for(timeout=LONG * 1000)
    ada.picture(tmp_path, "browser")
    ada.product(night / "reduced" / "night.html", LONG)
    ada.product(night / "movers" / "removed.ecsv", LONG)
    followed = page.locator(".astrolib-nights-head [data-state=searched]")
    followed.wait_for(state="attached", timeout=LONG * 1000)
    ada.picture(tmp_path, "searched")
    tracklets = QTable.read(night / "movers" / "tracklets.ecsv")
    assert "known" in set(tracklets["known_status"])
    assert "failed" not in set(tracklets["known_status"])
    real = real_movers(night)
    assert len(real) >= OBJECTS

    ada.open("70_validate_movers.ipynb")
    ada.run_all()
    said = validate(page, real)
    ada.picture(tmp_path, "blink")
    events = LabelStore(hub.home / "labels.sqlite").events(question=MOVER)
    assert {one.tracklet_id: one.verdict for one in validations(events)} == said

    ada.open("80_report_night.ipynb")
    ada.run_all()
    lines = read_obs80(ada.product(night / "report" / "mpc.txt")).observations
    ada.picture(tmp_path, "report")
    document = read_ades(night / "report" / "ades.psv")
    valid = {name for name, verdict in said.items() if verdict == "valid"}
    rows = QTable.read(night / "movers" / "detections.ecsv")
    assert len(lines) == sum(np.isin(rows["tracklet_id"], list(valid)))
    assert document
    (submission,) = Submissions(Ledger(hub.home / "nights.sqlite")).all()
    assert submission.written
