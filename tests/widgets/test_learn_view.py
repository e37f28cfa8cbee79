"""The learning panel's view: what it sends to the page, and what it does with what the page sends."""

from __future__ import annotations

import asyncio
import json

import numpy as np
import pytest

from astrolib.core.errors import AstrolibError
from astrolib.labels import LabelStore
from astrolib.widgets import LearnPanel
from astrolib.widgets.state.background import Foreground
from astrolib.widgets.state.learn import LearnState
from astrolib.widgets.state.learn_functions import Profile
from astrolib.widgets.view.learn_figures import number
from astrolib.widgets.view.learn_stage import ProfileStage

from . import learn_fakes
from .learn_fakes import CLASSES, TARGETS


@pytest.fixture
def panel(tmp_path):
    learner = learn_fakes.FakeLearner(tmp_path / "rounds.json")
    store = LabelStore(tmp_path / "labels.sqlite")
    state = LearnState(
        learner.functions,
        "halpha",
        CLASSES,
        TARGETS,
        name="test",
        store=store,
        who="ada",
        background=Foreground(),
    )
    made = LearnPanel(state=state)
    made.changed._background = Foreground()
    return made


def ask(panel, what, value=None):
    panel.controls._handle_custom_msg({"do": what, "value": value}, [])


def answer_all(panel, value="absorption"):
    for object_id in panel.state.deck.order.ids:
        press = {"press": f"{object_id}-{value}", "action": "answer", "object": object_id, "value": value}
        panel.deck.controls._handle_custom_msg(press, [])


def rounds(panel, count):
    for _ in range(count):
        ask(panel, "tab", "label")
        answer_all(panel)
        ask(panel, "next")


def test_it_opens_with_the_first_batch_on_the_deck(panel):
    now = panel.controls.now
    assert (now["phase"], now["number"], now["left"], now["model"]) == ("labelling", 0, 6, False)
    assert panel.deck.state is panel.state.deck
    assert len(panel.stage.viewer.spectra) == 1


def test_the_head_follows_each_answer(panel):
    seen = []
    panel.controls.observe(lambda change: seen.append(change["new"]["answered"]), "now")
    answer_all(panel)
    assert list(dict.fromkeys(seen)) == [1, 2, 3, 4, 5, 6]


def test_the_next_batch_comes_to_the_page_when_it_comes_to_the_front(panel):
    rounds(panel, 1)
    assert (panel.controls.now["tab"], panel.deck) == ("statistics", None)
    ask(panel, "tab", "label")
    assert panel.deck.state is panel.state.deck


def test_nothing_sent_to_the_page_tells_an_audit_from_a_query(panel):
    rounds(panel, 1)
    ask(panel, "tab", "label")
    sent = [panel.controls.now, panel.deck.controls.now, panel.figures.figures, panel.stage.shown()]
    words = json.dumps(sent)
    assert "reason" not in words
    assert "query" not in words
    assert "stratum" not in words
    assert panel.stage.prepared.answer == ""


def test_the_models_answer_is_shown_when_asked_for(panel):
    rounds(panel, 1)
    ask(panel, "tab", "label")
    ask(panel, "score", True)
    label, probability = panel.state.score_of(panel.state.deck.current)
    assert panel.stage.prepared.answer == f"The model says {label}, probability {probability:.2f}."
    ask(panel, "score", False)
    assert panel.stage.prepared.answer == ""


def test_the_figures_are_json_and_hold_every_round(panel):
    rounds(panel, 2)
    sent = json.loads(json.dumps(panel.figures.figures, allow_nan=False))
    assert [row["round"] for row in sent["audits"]["single peak"]] == [1, 2]
    assert sent["history"]["n_labels"] == [6, 12]
    assert np.array(sent["confusion"]).shape == (len(CLASSES),) * 2
    assert sent["counts"] == dict.fromkeys(CLASSES, 0) | {"absorption": 12}
    assert "Go on." in sent["advice"]
    assert [told["epoch"] for told in panel.figures.epochs] == list(range(1, 9))


def test_a_number_that_is_none_stays_none():
    assert [number(value) for value in (1, np.float32(0.5), np.nan, np.inf, None, np.ma.masked, "x")] == [
        *(1.0, 0.5),
        *([None] * 5),
    ]


def test_answers_that_are_no_class_are_counted_aside(panel):
    answer_all(panel, "not sure")
    assert panel.figures.figures["aside"] == {"not sure": 6}


def test_a_row_of_what_changed_shows_its_spectrum_and_only_one_is_chosen(panel):
    rounds(panel, 2)
    table = panel.changed.table
    table.selected = (0,)
    table.selected = (0, 2)
    assert table.selected == (2,)
    (spectrum,) = panel.changed.stage.viewer.spectra
    assert spectrum.target == "Star 2"


def test_before_the_second_round_nothing_can_have_changed(panel):
    assert "nothing can have changed" in panel.changed.note.value
    rounds(panel, 1)
    assert panel.changed.table not in panel.changed.children


def test_only_what_is_known_can_be_asked_for(panel):
    ask(panel, "open('/etc/passwd')")
    assert panel.controls.now["phase"] == "labelling"


def test_a_spectrum_without_its_raw_one_is_shown_with_the_reason():
    stage = ProfileStage()
    grid = np.full(50, np.nan)
    stage.show(Profile("a", None, grid, np.ones(50, np.float32), "No collection was given."))
    assert (stage.missing.value, stage.viewer.spectra) == ("No collection was given.", ())
    assert stage.prepared.x_label == "pixel"
    assert np.isfinite(np.frombuffer(stage.prepared.points, "<f4")).all()


def test_the_axes_say_unit_and_medium(panel):
    assert panel.stage.prepared.x_label == "wavelength in vacuum [Å]"
    assert panel.stage.shown()["medium"] == "vacuum"


def test_ready_gives_the_round(panel):
    assert asyncio.run(panel.ready()).number == 0


def test_cells_get_the_audit_as_a_table(panel):
    assert len(panel.audit) == 0
    rounds(panel, 2)
    assert list(panel.audit["class"]) == list(TARGETS)
    assert set(panel.audit["round"]) == {2}
    assert (panel.audit["precision_low"] < panel.audit["precision"]).all()


def test_a_cell_learns_that_the_loop_could_not_begin(panel):
    panel.state.round, panel.state.error = None, "no prepared spectra"
    with pytest.raises(AstrolibError, match="no prepared spectra"):
        asyncio.run(panel.ready())
