"""The browser of nights in JupyterLab: questions answered by keyboard, hostile names as text."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from astropy.io import fits

from astrolib.collection.nights import Ledger, sort_files

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=window.hacked=1>"


def write(path, kind, level, *, exposure=60.0, stars=0, **cards):
    """Write a small frame."""
    rng = np.random.default_rng(list(path.name.encode()))
    data = rng.normal(level, 5.0, (96, 128))
    y, x = np.mgrid[:96, :128]
    for cx, cy in rng.uniform(8, 88, (stars, 2)):
        data += 3000 * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 4)
    hdu = fits.PrimaryHDU(data.astype(np.float32))
    hdu.header.update({"IMAGETYP": kind, "EXPTIME": exposure, "INSTRUME": "CCD", **cards})
    hdu.writeto(path)


@pytest.fixture
def raw(tmp_path):
    """Return a folder with a night of which three things are in doubt."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for number in range(3):
        write(folder / f"bias{number}.fits", "bias", 1000, exposure=0.0)
        write(folder / f"flat{number}.fits", "flat", 20000, FILTER="r")
        place = {"RA": "10:00:00", "DEC": "+20:00:00", "OBJECT": HOSTILE}
        place["DATE-OBS"] = f"2026-03-01T21:0{number}:00"
        write(folder / f"m{number}.fits", "light", 1300, stars=20, FILTER="r", **place)
        write(folder / f"n{number}.fits", "light", 1300, stars=20, **place)
    write(folder / "flat9.fits", "bias", 20000, exposure=0.0)
    return folder


@pytest.fixture
def opened(request, lab, page, tmp_path, raw):
    """Return the page with a browser on it, and the ledger that it writes to."""
    ledger = Ledger(tmp_path / "nights.sqlite")
    night = ledger.night("INT/NEARBY/2026-03-01", "ada")
    ledger.add_frames(night, sort_files(raw.glob("*.fits"))[0], "ada")
    ledger.night("INT/NEARBY/2026-03-02", "ada")
    page.console_errors = []
    page.on("pageerror", lambda error: page.console_errors.append(str(error)))
    cell = f"""
from pathlib import Path
from astrolib.collection.nights import Ledger
from astrolib.widgets import NightBrowser
NightBrowser(Ledger(Path({str(ledger.path)!r})), {night!r}, who="bob")
"""
    notebook = lab([cell])
    notebook.open(page, dark=request.param)
    notebook.run(page)
    page.get_by_text("4 open questions").wait_for()
    return page, ledger, night


@pytest.mark.parametrize("opened", [False, True], ids=["light", "dark"], indirect=True)
def test_a_night_is_looked_through_and_its_questions_answered(opened, tmp_path, raw):
    page, ledger, night = opened
    assert page.locator(".astrolib-nights-item .astrolib-nights-name").all_inner_texts() == [
        *("INT", "NEARBY", "2026-03-01", HOSTILE, "2026-03-02")
    ]
    page.wait_for_function(
        "document.querySelectorAll('.astrolib-nights-thumb canvas[width=\"128\"]').length > 4"
    )
    page.locator(".astrolib-nights").screenshot(path=tmp_path / "night.png")
    page.get_by_text("The header does not say through which filter").wait_for()
    page.get_by_placeholder("the filter's name").fill("g")
    page.keyboard.press("Enter")
    page.get_by_text("1 open question", exact=True).wait_for()
    page.keyboard.press("2")  # the field that had the focus is gone, and keys go on working
    page.get_by_text("through which filter this flat").wait_for()
    page.locator(".astrolib-nights-card input").first.fill("g")
    page.keyboard.press("Enter")
    page.locator(".astrolib-nights-card").wait_for(state="detached")
    files = {one.name: one for one in ledger.files(night)}
    assert {files[f"n{number}.fits"].filter for number in range(3)} == {"g"}
    assert (files["flat9.fits"].kind, files["flat9.fits"].filter) == ("flat", "g")
    assert {one.who for one in ledger.events() if one.kind == "answer"} == {"bob"}
    assert {one.state for one in ledger.frames(night)} == {"loaded"}
    assert page.evaluate("window.hacked") is None
    assert page.console_errors == []


@pytest.mark.parametrize("opened", [False], ids=["light"], indirect=True)
def test_nights_are_added_moved_and_filled_by_hand(opened, tmp_path, raw):
    page, ledger, night = opened
    page.get_by_label("Move 2026-03-01 to another state").select_option("loaded")
    page.get_by_text("Moved to loaded.").wait_for()
    page.get_by_label("Move 2026-03-01 to another state").select_option("lost")
    page.get_by_label("Lost to").fill("clouds & <wind>")
    page.keyboard.press("Enter")
    page.get_by_text("Last: loaded → lost: clouds & <wind>, by bob").wait_for()
    page.get_by_label("Move 2026-03-01 to another state").select_option("loaded")
    page.get_by_text("Moved to loaded.").wait_for()
    page.get_by_label("Surveys, projects, nights and fields").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add night").click()
    page.get_by_label("Name of the night").fill("2026-03-03")
    page.keyboard.press("Enter")
    page.get_by_text("No file yet.").wait_for()
    shutil.copytree(raw, tmp_path / "other")
    for path in (tmp_path / "other").glob("*.fits"):
        fits.setval(path, "OBSERVER", value="eve")
    (tmp_path / "other" / "bad.fits").write_text("nonsense")
    page.get_by_role("button", name="Load raw files").click()
    page.get_by_placeholder("folder of the raw files").fill(str(tmp_path / "other"))
    page.keyboard.press("Enter")
    page.get_by_text("13 files sorted, 13 of them new; 1 not read: bad.fits").wait_for()
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Note", exact=True).fill("clouds")
    page.keyboard.press("Enter")
    page.locator(".astrolib-nights-note", has_text="clouds").wait_for()
    [added] = [one.entry for one in ledger.tree() if one.entry.name == "2026-03-03"]
    assert added.facts["note"] == "clouds"
    assert (len(ledger.frames(added.id)), ledger.entry(night).state) == (13, "loaded")
    assert page.console_errors == []
