"""The query panel without a browser: found, none and failed, what was chosen, and what became of it."""

from __future__ import annotations

import asyncio
import json
import queue
import threading
from pathlib import Path

import numpy as np
import pytest
from astropy.coordinates import SkyCoord

from astrolib.archive import Answer, Position, SpectrumQuery
from astrolib.core.errors import AddressError, RefusedError
from astrolib.core.outcome import Outcome
from astrolib.widgets import QueryPanel
from astrolib.widgets.state.background import Background, Foreground
from astrolib.widgets.state.functions import QueryFunctions
from astrolib.widgets.state.query import QueryPanelState

from . import archive_fakes


@pytest.fixture
def archive():
    return archive_fakes.FakeArchive()


def panel(archive, **form):
    state = QueryPanelState(
        QueryFunctions(**archive.functions()), Foreground(), **({"service": "test"} | form)
    )
    return QueryPanel(state=state)


def cells(made):
    return dict(zip([h["name"] for h in made.table.headings], json.loads(made.table.content), strict=True))


def test_found_fills_the_table_and_the_sky(archive):
    made = panel(archive, position="10 20")
    made.state.search()
    assert made.state.phase == "ready"
    assert made.controls.answer == {"status": "found", "truncated": False, "source": "ssap"}
    assert cells(made)["target"][:2] == ["BU Tau", "V923 Aql"]
    assert made.table.headings[0] == {"name": "target", "unit": "", "digits": None}
    places = np.frombuffer(made.sky.positions).reshape(-1, 2)
    np.testing.assert_allclose(places[3], [10.003, 19.997])
    assert made.sky.centre == (10, 20)
    assert made.sky.radius == pytest.approx(2 / 60)


def test_the_epoch_says_its_scale_and_empty_columns_are_left_out(archive):
    made = panel(archive)
    made.state.search()
    headings = {heading["name"]: heading["unit"] for heading in made.table.headings}
    assert headings["epoch"] == "UTC"
    assert cells(made)["epoch"][0] == "2010-01-01 21:00:00"
    assert "R" not in headings


def test_none_is_an_answer(archive):
    made = panel(archive, target="nothing", radius="")
    made.state.search()
    assert (made.state.phase, made.state.error, made.controls.answer["status"]) == ("ready", "", "none")
    assert made.controls.found == 0


def test_failed_never_looks_empty(archive):
    made = panel(archive, target="broken", radius="")
    made.state.search()
    assert (made.state.phase, made.state.error) == ("failed", "it answered 503; try again later")
    assert made.answer.status == "failed"


def test_a_truncated_answer_says_so(archive):
    made = panel(archive, target="cut", radius="")
    made.state.search()
    assert made.controls.answer == {"status": "found", "truncated": True, "source": "ssap"}


def test_a_question_that_cannot_be_read_is_not_sent_and_the_answer_stays(archive):
    made = panel(archive)
    made.state.search()
    made.state.form = made.state.form | {"position": "somewhere"}
    made.state.search()
    assert made.state.phase == "failed"
    assert made.state.error.startswith("position: 'somewhere' is no position")
    assert len(archive.asked) == 1
    assert len(made.answer) == 12


def test_an_unknown_service_is_refused_in_one_line(archive):
    def refuse(source, query, *, service, path):
        raise RefusedError(f"no known service is called {service!r}", remedy="give an address")

    functions = QueryFunctions(**(archive.functions() | {"ask": refuse}))
    state = QueryPanelState(functions, Foreground(), service="moon")
    state.search()
    assert state.error == "no known service is called 'moon'; give an address"
    assert state.answer.status == "failed"


def test_what_search_raises_is_shown(archive):
    def refuse(source, query, *, service, path):
        raise AddressError("points inside", where="http://10.0.0.1", remedy="give a public address")

    state = QueryPanelState(
        QueryFunctions(**(archive.functions() | {"ask": refuse})), Foreground(), service="x"
    )
    state.search()
    assert (state.phase, state.error) == ("failed", "http://10.0.0.1: points inside; give a public address")


def test_a_target_with_a_radius_is_searched_around(archive):
    made = panel(archive, target="BU Tau", radius="1", radius_unit="deg")
    phases = []
    made.state.observe(lambda change: phases.append(change["new"]), "phase")
    made.state.search()
    assert phases == ["resolving", "searching", "ready"]
    (query,) = archive.asked
    assert (query.target, query.position.ra.deg, query.radius_degrees) == ("", 10, 1)
    form = made.controls.form
    assert (form["target"], form["position"], form["position_of"]) == (
        "BU Tau",
        "10.000000 +20.000000",
        "BU Tau",
    )
    assert made.sky.centre == (10, 20)


def test_with_an_empty_radius_the_name_alone_is_sent(archive):
    made = panel(archive, target="BU Tau", radius="")
    made.state.search()
    made.search(radius="2")
    made.search(radius="")
    by_name, around, again = archive.asked
    assert [query.target for query in archive.asked] == ["BU Tau", "", "BU Tau"]
    assert (by_name.position, again.position) == (None, None)
    assert around.position is not None


def test_a_position_that_was_looked_up_goes_with_its_target(archive):
    places = {"BU Tau": SkyCoord(10, 20, unit="deg"), "4 Her": SkyCoord(30, 40, unit="deg")}
    functions = archive.functions() | {"resolve": lambda name: Position("found", name, places[name])}
    made = QueryPanel(service="test", **functions)
    made.search(target="BU Tau")
    made.search(target="4 Her")
    assert [query.position.ra.deg for query in archive.asked] == [10, 30]
    assert made.state.form["position_of"] == "4 Her"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nothing", "nobody who was asked knows where nothing is; type a position"),
        ("broken", "no name service"),
    ],
)
def test_a_name_nobody_knows_and_a_service_that_fails_differ(archive, name, says):
    made = panel(archive, target=name)
    made.state.search()
    assert (made.state.phase, made.answer.status, archive.asked) == ("failed", "failed", [])
    assert says in made.state.error
    assert made.state.form["target"] == name


@pytest.mark.parametrize(
    ("source", "path"),
    [("votable", "http://127.0.0.1:1/found.vot"), ("folder", "~/spectra"), ("listing", "ftp://127.0.0.1/x/")],
)
def test_other_sources_are_asked_for_all_they_list(archive, source, path):
    made = panel(archive, source=source, path=path, target="BU Tau", max_records="5")
    made.state.search()
    assert archive.places == [(source, "test", path.replace("~", str(Path.home())))]
    assert archive.asked == [SpectrumQuery(max_records=5)]
    assert made.controls.answer["source"] == source
    assert (made.sky.layout.display == "none") == (source != "votable")


def test_a_source_without_its_path_is_refused(archive):
    made = panel(archive, source="folder")
    made.state.search()
    assert made.state.error == "path: no folder; say where it is"
    assert archive.asked == []


def test_files_of_a_folder_are_taken_whole(archive):
    made = panel(archive, source="folder", path="x", part="cutout")
    made.search()
    made.state.form = made.state.form | {"source": "ssap"}
    made.download([0])
    assert archive.delivered[0][1] is None


def test_chosen_rows_are_linked_and_delivered(archive):
    made = panel(archive)
    made.state.search()
    made.table.set_state({"selected": [1, 3, 4]})
    assert made.sky.selected == made.state.selected == made.controls.selected == (1, 3, 4)
    assert list(made.chosen.offer["pubdid"]) == ["ivo://test/1", "ivo://test/3", "ivo://test/4"]
    made.state.download()
    assert archive.delivered == [(["ivo://test/1", "ivo://test/3", "ivo://test/4"], None)]
    assert made.state.phase == "delivered"
    assert made.state.progress == (3, 3)
    assert made.controls.outcome["delivered"] == 2
    assert made.controls.outcome["missing"][0]["id"] == "ivo://test/3"


def test_a_cutout_is_passed_on(archive):
    made = panel(archive, part="cutout", cut_min="6500", cut_max="6600")
    made.search()
    made.download([0])
    assert archive.delivered[0][1].band_max.to_value("AA") == 6600


def test_a_new_search_forgets_the_choice(archive):
    made = panel(archive)
    made.search()
    made.state.selected = (5,)
    made.search(target="BU Tau")
    assert made.state.selected == made.table.selected == ()


def test_cells_ask_and_go_on_with_the_answer(archive):
    made = QueryPanel(service="test", **archive.functions())
    assert made.search(target="BU Tau").status == "found"
    assert made.download().requested == 12
    assert isinstance(made.outcome, Outcome)
    with pytest.raises(RefusedError, match="no number"):
        made.search(position="1 1", radius="x")


def test_a_failed_download_says_so(archive):
    functions = archive.functions() | {"deliver": lambda *_: Outcome.failed("the disk is full")}
    state = QueryPanelState(QueryFunctions(**functions), Foreground(), service="test")
    state.search()
    state.selected = (0,)
    state.download()
    assert (state.phase, state.error) == ("failed", "the disk is full")


def test_only_the_newest_search_is_shown(archive):
    gates = {"slow": threading.Event(), "quick": threading.Event()}

    def ask(source, query, *, service, path):
        gates[query.target].wait(10)
        return Answer.of_offer(archive_fakes.offer(1 if query.target == "slow" else 2))

    async def two_searches():
        state = QueryPanelState(
            QueryFunctions(**(archive.functions() | {"ask": ask})), target="slow", radius=""
        )
        state.search()
        assert state.phase == "searching"
        state.form = state.form | {"target": "quick"}
        state.search()
        gates["quick"].set()
        await until(lambda: state.phase == "ready")
        gates["slow"].set()
        await asyncio.sleep(0.2)
        return len(state.answer)

    assert asyncio.run(two_searches()) == 2


def test_a_search_that_was_given_up_is_not_shown(archive):
    gate = threading.Event()

    def ask(source, query, *, service, path):
        gate.wait(10)
        return Answer("none")

    async def given_up():
        state = QueryPanelState(QueryFunctions(**(archive.functions() | {"ask": ask})), service="test")
        state.search()
        state.cancel()
        gate.set()
        await asyncio.sleep(0.2)
        return state.phase, state.answer

    assert asyncio.run(given_up()) == ("idle", None)


def test_results_come_back_on_the_loop():
    async def where():
        background, found = Background(), []
        background.run(lambda: background.back(lambda: found.append(threading.current_thread())))
        await until(lambda: found)
        return found[0]

    assert asyncio.run(where()) is threading.main_thread()


def test_a_hostile_name_travels_as_text(archive):
    made = panel(archive)
    made.state.search()
    assert archive_fakes.HOSTILE in cells(made)["target"]
    assert made.sky.names[2] == archive_fakes.HOSTILE


def test_two_threads_ask_and_give_up_without_losing_the_phase(archive):
    home = queue.SimpleQueue()
    background = Background()
    background.back = home.put
    state = QueryPanelState(QueryFunctions(**archive.functions()), background, service="test", radius="")

    def page():
        for _ in range(100):
            state.search()
            state.cancel()
        state.search()
        home.put(None)

    threading.Thread(target=page).start()
    while act := home.get():
        act()
    while state.busy:
        home.get()()
    assert (state.phase, state.error, len(state.answer)) == ("ready", "", 12)


async def until(true):
    for _ in range(200):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came true")
