"""The browser of nights: what a press does, once, and what the page is told."""

from __future__ import annotations

import json
import os
import threading

import numpy as np
import pytest
from astropy.io import fits

from astrolib.collection.nights import Ledger, thumbnail
from astrolib.core.errors import AstrolibError
from astrolib.widgets import NightBrowser
from astrolib.widgets.state.background import Background, Foreground
from astrolib.widgets.state.night import NightState
from astrolib.widgets.state.night_wiring import functions

PLACE = {"RA": "10:00:00", "DEC": "+20:00:00", "OBJECT": "<b>field</b>", "DATE-OBS": "2026-03-01T21:00:00"}


def write(path, kind, level, **cards):
    """Write a small frame."""
    data = np.random.default_rng(list(path.name.encode())).normal(level, 5.0, (40, 60)).astype(np.float32)
    hdu = fits.PrimaryHDU(data)
    hdu.header.update({"IMAGETYP": kind, "EXPTIME": 60.0, "INSTRUME": "CCD", **cards})
    hdu.writeto(path)


@pytest.fixture
def raw(tmp_path):
    """Return a folder with two frames without a filter, a bias that calls itself flat, and a sure frame."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for number in range(2):
        write(folder / f"m{number}.fits", "light", 1300, **PLACE)
    write(folder / "sure.fits", "light", 1300, FILTER="r", **PLACE)
    write(folder / "flat.fits", "bias", 1000, EXPTIME=0.0)
    return folder


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "nights.sqlite")


@pytest.fixture
def night(ledger):
    return ledger.night("survey/project/night", "ada")


@pytest.fixture
def state(ledger, night):
    return NightState(functions(ledger, "bob"), background=Foreground(), selected=night)


@pytest.fixture
def full(state, raw):
    state.load(str(raw))
    return state


def press(browser, action, subject="", name="press", **values):
    asked = {"press": name, "action": action, "object": subject, "value": json.dumps(values)}
    browser.controls._handle_custom_msg(asked, [])


# ---- the state ----------------------------------------------------------------------------------------


def test_it_opens_at_the_place_that_is_named_and_shows_the_way_to_it(state):
    assert [one.name for one in state.way()] == ["survey", "project", "night"]
    state.select("")
    assert (state.here, state.way(), state.contents.files) == (None, [], ())


def test_a_folder_is_sorted_into_the_open_night(full, ledger, night):
    assert full.said == "4 files sorted, 4 of them new."
    assert [one.name for one in full.contents.files] == ["flat.fits", "m0.fits", "m1.fits", "sure.fits"]
    assert full.places[night].frames == 4
    assert {one.who for one in ledger.events() if one.kind == "move"} == {"bob"}


def test_the_same_question_about_several_files_is_one(full):
    asked = {one.about: len(one.files) for one in full.contents.questions}
    assert asked == {"filter": 2, "kind": 1}


def test_one_answer_for_all_alike(full, ledger, night):
    question = full.contents.questions[0]
    full.answer(question.files[0][0], "filter", "g", alike=True)
    assert [one.about for one in full.contents.questions] == ["kind"]
    assert (full.said, full.error) == ("Answered: g.", "")


def test_each_file_says_who_did_what_to_it_last(full):
    last = {one.name: dict(one.facts)["last"] for one in full.contents.files}
    assert last["sure.fits"].startswith("created → loaded, by bob, ")
    assert last["m0.fits"].startswith("added, by bob, ")


def test_a_field_shows_its_own_files_alone(full):
    [field] = [one for one in full.places.values() if one.level == "field"]
    full.select(field.id)
    assert [one.name for one in full.contents.files] == ["sure.fits"]
    assert full.contents.lacking == ()


def test_what_is_refused_is_said_and_changes_nothing(full, ledger, night):
    before = len(ledger.events())
    full.move(night, "reported")
    assert "created cannot become reported" in full.error
    full.answer(full.contents.files[0].id, "filter", "r")
    assert "nothing is asked" in full.error
    full.add("field", "a/b")
    full.load("/nowhere")
    assert "no such folder" in full.error
    full.take_in("/nowhere")
    assert "no such file" in full.error
    assert len(ledger.events()) == before


def test_what_another_person_did_since_is_not_overwritten(full, ledger, night):
    ledger.move(night, "loaded", "ada")
    full.move(night, "lost", seen="created")
    assert "loaded by now" in full.error
    assert full.places[night].state == "loaded"


def test_what_is_done_elsewhere_is_followed_and_what_is_not_leaves_all_alone(full, ledger, night):
    full.follow()
    before = full.revision, full.said, full.done
    full.follow()
    assert (full.revision, full.said, full.done) == before
    Ledger(ledger.path).move(night, "loaded", "eve")
    full.follow()
    assert full.places[night].state == "loaded"
    assert (full.said, full.done) == before[1:]


def test_a_night_that_a_run_left_is_taken_in(full, ledger, night, tmp_path):
    ledger.extract(night, tmp_path / "out.sqlite")
    other = NightState(functions(Ledger(tmp_path / "other.sqlite"), "eve"), background=Foreground())
    other.take_in(str(tmp_path / "out.sqlite"))
    assert other.said.endswith("events taken in.")
    assert other.places[night].frames == 4


def test_the_kernel_is_free_while_files_are_sorted(ledger, night, raw):
    hold = threading.Event()

    class Slow(Background):
        def run(self, work):
            threading.Thread(target=lambda: (hold.wait(20), work()), daemon=True).start()

    state = NightState(functions(ledger, "bob"), background=Slow(), selected=night)
    state.load(str(raw))
    assert (state.phase, state.contents.files) == ("loading", ())
    hold.set()
    for _ in range(400):
        if state.contents.files:
            break
        threading.Event().wait(0.02)
    assert (state.phase, len(state.contents.files)) == ("ready", 4)


# ---- the view -----------------------------------------------------------------------------------------


def test_a_press_that_is_sent_twice_acts_once(full, ledger, night):
    browser = NightBrowser(state=full)
    for _ in range(3):
        press(browser, "move", night, state="loaded", seen="created")
    assert [one.kind for one in ledger.events(night)] == ["add", "move"]
    assert full.error == ""


def test_a_press_that_comes_again_to_a_new_kernel_acts_once(ledger, night):
    for _ in range(2):
        again = NightState(functions(ledger, "bob"), background=Foreground(), selected=night)
        press(NightBrowser(state=again), "move", night, state="loaded", seen="created")
        assert again.error == ""
    assert [one.kind for one in ledger.events(night)] == ["add", "move"]


def test_what_the_page_sends_is_never_trusted(full, ledger):
    browser, before = NightBrowser(state=full), len(ledger.events())
    for asked in (
        {},
        {"press": "1", "action": "explode", "value": "{}"},
        {"press": "2", "action": "move", "value": "[]"},
        {"press": "3", "action": "move", "object": "zz", "value": '{"state": 7}'},
        {"press": "4", "action": "answer", "object": None, "value": "no JSON"},
        {"press": "5", "action": "select", "object": "nowhere", "value": "{}"},
        {"thumbs": ["nobody", 7]},
    ):
        browser.controls._handle_custom_msg(asked, [])
    assert len(ledger.events()) == before


def test_the_page_is_told_names_as_text_and_no_more_than_it_shows(full, night):
    browser = NightBrowser(state=full)
    files = json.loads(browser.controls.files)
    assert files[-1]["target"] == "<b>field</b>"
    assert files[0]["exposure"] == 0.0
    assert "path" not in files[0]
    assert browser.controls.now["id"] == night
    assert browser.controls.now["allowed"] == ["loaded", "lost"]
    assert [one["level"] for one in browser.controls.tree] == ["survey", "project", "night", "field"]


def test_pictures_are_sent_as_bytes_and_a_file_that_is_gone_has_none(full, raw):
    browser, sent = NightBrowser(state=full), {}
    browser.controls.send = lambda told, buffers=None: sent.update({told.get("thumb"): (told, buffers)})
    (raw / "m0.fits").unlink()
    files = {one.name: one.id for one in full.contents.files}
    browser.controls._handle_custom_msg({"thumbs": list(files.values())}, [])
    told, [pixels] = sent[files["sure.fits"]]
    assert (told["height"], told["width"], len(pixels)) == (40, 60, 2400)
    assert sent[files["m0.fits"]][0]["width"] == 0


def test_it_closes(full):
    browser = NightBrowser(state=full)
    browser.close()
    full.select("")


# ---- small pictures -----------------------------------------------------------------------------------


def test_a_picture_is_small_with_its_top_row_first(tmp_path):
    data = np.random.default_rng(1).normal(100, 5, (300, 500)).astype(np.float32)
    data[:30, :50] = 9000  # bottom left
    fits.PrimaryHDU(data).writeto(tmp_path / "a.fits")
    seen = thumbnail(tmp_path / "a.fits")
    assert seen.dtype == np.uint8
    assert max(seen.shape) <= 160
    assert seen[-1, 0] > 250
    assert seen[0, -1] < 130


def test_the_chips_of_a_mosaic_stand_side_by_side(tmp_path):
    chips = [fits.ImageHDU(np.full((100, 50), 10.0 * n, np.float32)) for n in range(4)]
    fits.HDUList([fits.PrimaryHDU(), *chips]).writeto(tmp_path / "m.fits")
    seen = thumbnail(tmp_path / "m.fits")
    assert seen.shape[1] > 1.8 * seen.shape[0]
    assert list(np.unique(seen[0])) == sorted({int(seen[0, 2 + n * seen.shape[1] // 4]) for n in range(4)})


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (7, 3)])
@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_odd_images_have_a_picture(tmp_path, shape, value):
    fits.PrimaryHDU(np.full(shape, value, np.float32)).writeto(tmp_path / "a.fits")
    assert thumbnail(tmp_path / "a.fits").size > 0


def test_what_is_no_image_has_no_picture(tmp_path):
    fits.PrimaryHDU().writeto(tmp_path / "a.fits")
    os.mkfifo(tmp_path / "pipe.fits")
    for name in ("a.fits", "pipe.fits", "gone.fits"):
        with pytest.raises(AstrolibError):
            thumbnail(tmp_path / name)
