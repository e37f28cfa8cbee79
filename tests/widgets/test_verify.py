"""Verifying candidates: verdicts are label events, and nothing that others are slow to say holds up a key."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from astrolib.archive import SkyImage
from astrolib.candidates import Candidates, Scores
from astrolib.collection import PreparedSpectra, SpectrumCollection
from astrolib.core.errors import AstrolibError
from astrolib.labels import LabelStore, current
from astrolib.models.map.spectrum_map import SpectrumMap
from astrolib.models.map.topology import Topology
from astrolib.widgets import VerifyPanel
from astrolib.widgets.state.background import Background, Foreground
from astrolib.widgets.state.verify import VerifyState
from astrolib.widgets.state.verify_lookup import MOST_AT_ONCE, Lookup
from astrolib.widgets.view import verify_content as content

from . import verify_fakes as fakes


@pytest.fixture
def store(tmp_path):
    return LabelStore(tmp_path / "labels.sqlite")


@pytest.fixture
def state(store):
    """Return a function: functions that differ from the fakes -> a state on which everything runs at once."""

    def made(**other):
        functions = fakes.functions(**other)
        return VerifyState(fakes.IDS, functions, name="test", store=store, who="ada", background=Foreground())

    return made


class Later(Background):
    """Keeps work until it is told to do it."""

    def __init__(self):
        self.work = []

    def run(self, work):
        self.work.append(work)

    def back(self, act):
        act()


# ---- verdicts ---------------------------------------------------------------------------------------


def test_a_verdict_is_a_label_event_with_what_was_shown(state, store):
    panel = VerifyPanel(state=state())
    panel.state.answer("accept")
    panel.state.toggle_flag("noteworthy")
    panel.state.write_note("again in spring")
    said = {one.object: (one.label, one.flags, one.note) for one in current(store.events())}
    assert said == {"c0": ("accept", (), ""), "c1": ("", ("noteworthy",), "again in spring")}
    event = store.events()[0]
    assert (event.question, event.score_visible) == ("candidate", True)
    assert event.shown["around"] == "found"
    assert event.shown["prepared"] is True


def test_it_opens_where_one_stopped(state):
    state().answer("reject")
    again = state()
    assert again.current == "c1"
    assert again.labels.label("c0") == "reject"


# ---- what others know ---------------------------------------------------------------------------------


def test_what_others_know_is_asked_for_the_one_on_show_and_those_that_come(state):
    asked = []
    made = state(around=lambda one: asked.append(one) or fakes.around(one))
    assert asked == ["c0", "c1", "c2"]
    made.next()
    assert asked == ["c0", "c1", "c2"]
    assert made.around.phase == "found"


def test_no_verdict_waits_for_a_service_that_hangs(store):
    hang = threading.Event()

    def ask(_):
        hang.wait(30)
        return SkyImage("none")

    slow = fakes.functions(around=ask, image=ask)
    state = VerifyState(fakes.IDS, slow, name="test", store=store, who="ada")
    for _ in range(200):
        if state.phase == "ready":
            break
        threading.Event().wait(0.02)
    assert state.around.phase == "asking"
    state.answer("accept")
    assert state.labels.label("c0") == "accept"
    hang.set()


def test_an_answer_that_comes_late_is_not_shown_beside_another_candidate():
    later = Later()
    lookup = Lookup(fakes.image, later)
    lookup.show("c0")
    lookup.show("c1")
    later.work[0]()
    assert (lookup.phase, lookup.answer) == ("asking", None)
    later.work[1]()
    assert lookup.phase == "found"


def test_only_a_few_questions_are_under_way_and_those_that_went_by_are_not_asked():
    later = Later()
    asked = []
    lookup = Lookup(lambda one: asked.append(one) or fakes.image(one), later)
    for number in range(20):
        lookup.show(f"c{number}")
    assert len(later.work) == MOST_AT_ONCE
    while later.work:
        later.work.pop(0)()
    assert asked == ["c0", "c1", "c19"]


@pytest.mark.parametrize("status", ["found", "none", "failed"])
def test_found_none_and_failed_are_told_apart(status):
    lookup = Lookup(lambda _: SkyImage(status, reason="why" * (status == "failed")), Foreground())
    lookup.show("c0")
    assert lookup.phase == status
    assert content.picture(lookup)[0]["reason"] == ("why" if status == "failed" else "")


def test_what_raises_failed_and_can_be_asked_again():
    answers = [fakes.image("c0"), ValueError("no\nluck")]

    def ask(_):
        answer = answers.pop()
        if isinstance(answer, Exception):
            raise answer
        return answer

    lookup = Lookup(ask, Foreground())
    lookup.show("c0")
    assert (lookup.phase, lookup.reason) == ("failed", "no luck")
    lookup.again()
    assert (lookup.phase, lookup.reason) == ("found", "")


# ---- what is sent to the page --------------------------------------------------------------------------


def test_the_trap_is_named_and_texts_stay_texts(state):
    sent = VerifyPanel(state=state()).stage.evidence.around
    assert [row["trap"] for row in sent["rows"]] == [False, True]
    assert sent["worst"] == {"name": fakes.HOSTILE, "mag": 6.5, "separation": 22.0, "brighter": 3.5}
    assert [answer["status"] for answer in sent["answers"]] == ["found", "found"]
    assert sent["rows"][0]["motion"] is None


def test_the_picture_is_sent_top_row_first(state):
    evidence = VerifyPanel(state=state()).stage.evidence
    grey = np.frombuffer(evidence.pixels, np.uint8).reshape(30, 30)
    assert np.unravel_index(grey.argmax(), grey.shape) == (29, 0)
    assert evidence.picture["side"] == 30


def test_curves_and_map_fit_together(state):
    evidence = VerifyPanel(state=state()).stage.evidence
    assert evidence.prepared == {"pixels": 40, "label": "wavelength in vacuum [Å]"}
    assert len(evidence.curves) == 3 * 40 * 4
    cells = np.frombuffer(evidence.cells, "<f4").reshape(9, 3)
    assert cells[:, 2].tolist() == pytest.approx(np.linspace(0, 1, 9).tolist())
    assert evidence.neuron["number"] == 4


def test_what_is_not_here_is_said_and_the_rest_is_shown(state):
    panel = VerifyPanel(state=state())
    panel.state.jump_to("c2")
    assert panel.stage.viewer.spectra == ()
    assert panel.stage.evidence.about["missing"] == ["The spectrum is not here."]
    assert (panel.stage.evidence.curves, panel.stage.evidence.neuron) == (b"", {})


def test_a_flat_picture_does_not_fail():
    assert content.stretched(np.full((4, 4), 7, np.float32)).dtype == np.uint8
    assert content.stretched(np.array([[np.nan, 1], [1, 2]], np.float32)).shape == (2, 2)


# ---- the way out ------------------------------------------------------------------------------------------


def test_export_says_what_became_of_it(state):
    def leave(kind):
        if kind == "samp":
            raise AstrolibError("no SAMP hub runs", remedy="start TOPCAT")
        return f"as {kind}"

    panel = VerifyPanel(state=state(leave=leave))
    panel._on_message(panel, {"leave": "csv"}, None)
    assert (panel.leaving.now["said"], panel.leaving.now["failed"]) == ("as csv", False)
    panel._on_message(panel, {"leave": "samp"}, None)
    assert (panel.leaving.now["said"], panel.leaving.now["failed"]) == (
        "no SAMP hub runs; start TOPCAT",
        True,
    )
    panel._on_message(panel, {"leave": "rm"}, None)
    assert panel.leaving.now["failed"] is True


# ---- on this machine --------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    """Return candidates of three spectra, two of one star, with their collection and prepared spectra."""
    collection = SpectrumCollection.create(tmp_path / "collection")
    spectra = [fakes.spectrum(number, "other" if number == 2 else "BU Tau") for number in range(3)]
    collection.append(spectra)
    with PreparedSpectra.create(tmp_path / "prepared", fakes.GRID, {"name": "fake"}) as writer:
        writer.append([spectra[0].id], np.zeros((1, fakes.GRID.size), np.float32))
    scores = Scores.of([one.id for one in spectra], ("a", "b"), [[0.9, 0.1], [0.95, 0.05], [0.6, 0.4]])
    return Candidates.of(scores, collection.metadata), tmp_path


def test_a_panel_on_files(files, store):
    scored, folder = files
    given = (scored, folder / "collection", folder / "prepared")
    panel = VerifyPanel(*given, folder=folder / "out", store=store, background=Foreground())
    first, second, third = (str(one) for one in scored.table["id"])
    assert panel.state.order.ids == (second, first, third)
    assert panel.state.item.missing == (f"The prepared spectrum is not here: {_said(panel)}",)
    assert [one.id for one in panel.stage.viewer.spectra] == [second, first]
    assert panel.state.around.phase == "failed"
    assert "where this object is" in content.neighbourhood(panel.state.around)["answers"][0]["reason"]
    panel.state.answer("accept")
    panel.state.leave("csv")
    assert panel.state.left == f"1 verdicts, 3 candidates in {folder / 'out' / 'candidates.csv'}"
    assert ",accept,single," in (folder / "out" / "candidates.csv").read_text()


def test_a_map_of_another_recipe_places_nobody(files, store):
    scored, folder = files
    topology = Topology(2, 2)
    weights = np.zeros((4, fakes.GRID.size), np.float32)
    first = [str(scored.table["id"][0])]
    given = (scored, folder / "collection", folder / "prepared")
    same = PreparedSpectra.open(folder / "prepared").recipe_hash
    for recipe_hash, says in (
        (same, ()),
        ("other", ("The map is of spectra that were prepared by another recipe.",)),
    ):
        som = SpectrumMap(topology, weights, fakes.GRID, recipe_hash)
        panel = VerifyPanel(*given, som, ids=first, store=store, background=Foreground())
        assert panel.state.item.missing == says
        assert (panel.state.item.neuron is None) == bool(says)


def _said(panel):
    return panel.state.item.missing[0].partition(": ")[2]
