"""What a blinking panel sends to the page, and what it does with what the page sends."""

from __future__ import annotations

import json
import uuid

import numpy as np
import pytest

from astrolib.labels import LabelStore
from astrolib.widgets import BlinkPanel
from astrolib.widgets.state.background import Foreground
from astrolib.widgets.state.blink import BlinkState

from .blink_fakes import FUNCTIONS, HOSTILE, make_cutouts


@pytest.fixture
def panel(tmp_path):
    store = LabelStore(tmp_path / "labels.sqlite")
    state = BlinkState(["a", "b"], FUNCTIONS, name="test", store=store, who="ada", background=Foreground())
    return BlinkPanel(state=state)


def press(panel, action, value="", object_id="", name=""):
    asked = {"press": name or uuid.uuid4().hex, "action": action, "object": object_id, "value": value}
    panel.stage._handle_custom_msg(asked, [])


def test_pixels_go_out_as_bytes_and_come_back_the_same(panel):
    sent = panel.stage.get_state(["about", "pixels"])
    cutouts = sent["about"]["cutouts"]
    pixels = np.frombuffer(sent["pixels"], "<f4").reshape(cutouts["frames"], cutouts["size"], -1)
    assert np.array_equal(pixels, make_cutouts().pixels)
    assert len(sent["pixels"]) == 4 * 4 * 64 * 64


def test_everything_else_is_json_and_hostile_names_are_text(panel):
    sent = panel.stage.get_state(["about", "verdicts", "watch", "view"])
    json.dumps(sent, allow_nan=False)
    assert sent["about"]["known"]["nearby"][0]["name"] == HOSTILE
    assert sent["about"]["positions"][2]["mag"] is None
    assert sent["verdicts"]["residuals"]["r0.fits"] == [0.05, -0.04, 0.08, None]


def test_the_score_is_not_on_the_page_of_who_is_blind(panel):
    assert "0.93" not in json.dumps(panel.stage.get_state(["about", "verdicts", "watch"]))
    press(panel, "score")
    assert panel.stage.verdicts["scores"] == [{"name": "probability", "value": "0.93"}]
    assert panel.stage.verdicts["blind"] is False


def test_a_position_pressed_again_by_the_same_press_is_said_once(panel):
    for _ in range(2):
        press(panel, "position", "r1.fits", "a", "p1")
    assert panel.stage.verdicts["invalid"] == ["r1.fits"]
    assert panel.state.saved.id == "p1"
    assert panel.stage.verdicts["lines"] == "r0.fits\nr3.fits"


def test_pixels_are_sent_once_an_object(panel):
    seen = []
    panel.stage.observe(lambda change: seen.append(change["name"]), ["about", "pixels"])
    press(panel, "position", "r1.fits", "a")
    press(panel, "score")
    assert seen == []
    panel.state.answer("valid")
    assert set(seen) == {"about"}  # both objects of the fake have the same pixels
    assert panel.stage.verdicts["id"] == "b"


def test_what_the_page_shows_is_recorded(panel):
    panel.stage.view = {"align": "object", "stretch": "asinh", "zoom": 3.8, "fps": 30, "evil": [1] * 9999}
    panel.state.answer("valid")
    assert panel.state.saved.shown == {
        "view": "blink",
        "align": "object",
        "stretch": "asinh",
        "zoom": 3.8,
        "fps": 30,
    }


def test_what_was_planted_is_on_the_page_only_at_the_end(panel):
    assert panel.stage.watch == {"left": 2, "rows": []}
    panel.state.answer("valid")
    panel.state.answer("valid")
    assert panel.stage.watch["rows"][1]["completeness"][0] == 0.8
    assert panel.stage.watch["rows"][0]["mag"] is None


def test_a_closed_panel_follows_no_more(panel):
    panel.close()
    panel.state.next()
    assert panel.stage.about["id"] == "a"
