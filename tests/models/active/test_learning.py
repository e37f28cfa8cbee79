"""Rounds of active learning on a pool of known truth."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time

import numpy as np
import pytest
from astropy.table import QTable

from astrolib.core.errors import ParameterError
from astrolib.datasets import LeakError
from astrolib.models import TrainedModel
from astrolib.models.active import Plan, Round, committee, find_before, learn_round, replay
from astrolib.models.audit import AMBIGUOUS, UNANSWERED


def answered(round_, labels, truth):
    return labels | {str(identity): truth[str(identity)] for identity in round_.batch["id"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("rounds")


@pytest.fixture(scope="module")
def loop(pool, plan, folder):
    """Return the first four rounds, each with the labels it learned from."""
    prepared, truth = pool
    rounds, labels, before = [], {}, None
    for number in range(4):
        before = learn_round(prepared, labels, plan, before, folder=folder / f"{number}")
        rounds.append((before, labels))
        labels = answered(before, labels, truth)
    return rounds


def test_the_first_batch_needs_no_model_and_meets_the_rare(pool, plan, tmp_path):
    prepared, truth = pool

    first = learn_round(prepared, {}, plan, folder=tmp_path)

    seen = [truth[str(identity)] for identity in first.batch["id"]]
    assert first.number == 0
    assert first.model is None
    assert len(set(first.batch["id"])) == plan.batch_size
    assert np.mean([label != "plain" for label in seen]) > 2 * 0.07
    assert not (tmp_path / "model.keras").exists()


def test_rounds_learn_to_find_the_targets(loop, pool):
    prepared, truth = pool
    last, labels = loop[-1]

    says = np.array(last.plan.classes)[last.probabilities.argmax(axis=1)]
    wanted = np.array([truth[identity] for identity in prepared.ids.tolist()])

    for target in last.plan.targets:
        found = np.mean(says[wanted == target] == target)
        assert found > 0.8, target
    assert len(labels) == 20 + 2 * 40


def test_a_batch_repeats_nothing_and_says_why_each_is_asked(loop):
    last, labels = loop[-1]
    reason = np.asarray(last.batch["reason"])

    assert not set(map(str, last.batch["id"])) & labels.keys()
    assert len(set(last.batch["id"])) == len(last.batch)
    assert np.count_nonzero(reason == "audit") == last.plan.audit_size
    assert np.count_nonzero(reason == "query") == last.plan.batch_size
    assert np.isnan(last.batch["weight"][reason == "query"]).all()
    assert last.batch["weight"][reason == "audit"].sum() == pytest.approx(len(last.ids) - len(labels))


def test_the_last_audit_judges_and_does_not_teach(loop, folder):
    audited = {str(row["id"]) for row in loop[2][0].batch if row["reason"] == "audit"}
    frozen = QTable.read(folder / "3" / "dataset.ecsv", format="ascii.ecsv")
    part = dict(zip(map(str, frozen["id"]), map(str, frozen["part"]), strict=True))

    assert {part[identity] for identity in audited} == {"audit"}
    assert {name for identity, name in part.items() if identity not in audited} == {"train"}
    assert loop[3][0].confusion.sum() == len(audited)


def test_the_audit_after_it_teaches(loop, folder):
    audited = {str(row["id"]) for row in loop[1][0].batch if row["reason"] == "audit"}
    frozen = QTable.read(folder / "3" / "dataset.ecsv", format="ascii.ecsv")
    part = dict(zip(map(str, frozen["id"]), map(str, frozen["part"]), strict=True))

    judging = {int(identity, 16) // 2 for identity, name in part.items() if name == "audit"}
    free = {identity for identity in audited if int(identity, 16) // 2 not in judging}  # of another object
    assert len(free) > 15
    assert {part[identity] for identity in free} == {"train"}


def test_figures_come_with_the_first_answered_audit(loop):
    assert all(figures["n"] == 0 for figures in loop[1][0].audit.values())
    assert np.isnan(loop[1][0].history["f1"][-1])
    for target, figures in loop[3][0].audit.items():
        assert figures["n"] == 20, target
        for name in ("precision", "completeness"):
            assert 0 <= figures[f"{name}_low"] <= figures[name] <= figures[f"{name}_high"] <= 1
    assert loop[3][0].history["round"].tolist() == [0, 1, 2, 3]
    assert loop[3][0].history["n_labels"].tolist() == [0, 20, 60, 100]


def test_a_round_is_read_back_as_it_was_written(loop, pool, folder):
    written = loop[3][0]

    read = Round.read(folder / "3", pool[0])

    assert read.batch["id"].tolist() == written.batch["id"].tolist()
    assert read.history.colnames == written.history.colnames
    assert np.array_equal(read.probabilities, written.probabilities)
    assert np.array_equal(read.draw.strata, written.draw.strata)
    assert read.plan == written.plan
    assert read.audit == written.audit
    assert read.model.probabilities(pool[0].flux[:9]) == pytest.approx(written.probabilities[:9], abs=1e-5)


def test_audit_json_holds_no_nan(loop, folder):
    text = (folder / "1" / "audit.json").read_text()

    told = json.loads(text, parse_constant=lambda name: pytest.fail(name))

    assert told["narrow"]["precision"] is None


def test_the_round_before_is_found_by_the_labels_that_grew_from_it(loop, pool, plan, folder):
    prepared, truth = pool
    labels = answered(*loop[3], truth)

    found = find_before(folder, prepared, labels, plan)

    assert found.number == 3
    assert find_before(folder, prepared, loop[2][1], plan).number == 1
    other = Plan(plan.classes, ("wide",), plan.batch_size, plan.audit_size)
    assert find_before(folder, prepared, labels, other) is None


def test_the_rounds_can_be_worked_out_again(loop, pool, tmp_path):
    rounds = [one for one, _ in loop]
    then = {one.asked: labels for one, labels in loop}

    assert replay(pool[0], rounds, then.__getitem__, tmp_path / "again") == [True] * 4


def test_labels_of_no_class_teach_nothing_and_are_not_asked_again(pool, plan, tmp_path):
    prepared, truth = pool
    labels = dict(list(truth.items())[:200])
    unsure = list(labels)[:50]
    labels |= dict.fromkeys(unsure, "not sure")

    one = learn_round(prepared, labels, plan, folder=tmp_path)

    assert (one.known[prepared.rows(unsure)] == AMBIGUOUS).all()
    assert (one.known == UNANSWERED).sum() == len(prepared) - 200
    frozen = QTable.read(tmp_path / "dataset.ecsv", format="ascii.ecsv")
    assert not set(map(str, frozen["id"])) & set(unsure)
    assert not set(map(str, one.batch["id"])) & set(unsure)


def test_a_pool_that_is_labelled_wholly_leaves_nothing_to_ask(pool, plan, tmp_path):
    one = learn_round(*pool, plan, folder=tmp_path)

    assert len(one.batch) == 0
    assert one.advice == "Stop: every spectrum of the pool has a label."


def test_labels_that_belong_nowhere_are_refused(pool, plan, tmp_path):
    with pytest.raises(ParameterError, match="none of 1 labels is of these spectra"):
        learn_round(pool[0], {"stranger": "wide"}, plan, folder=tmp_path)


def test_a_spectrum_with_two_labels_is_refused(pool, plan, tmp_path):
    twice = QTable({"id": [pool[0].ids[0]] * 2, "label": ["wide", "plain"]})
    with pytest.raises(ParameterError, match="is labelled twice"):
        learn_round(pool[0], twice, plan, folder=tmp_path)


def with_twins(labels, pool):
    """Label the other spectrum of each object too."""
    prepared, truth = pool
    rows = prepared.rows(list(labels)) ^ 1
    return labels | {identity: truth[identity] for identity in prepared.ids[rows].tolist()}


def test_no_object_teaches_and_judges(loop, pool, plan, tmp_path):
    prepared, truth = pool
    labels = with_twins(answered(*loop[3], truth), pool)

    learn_round(prepared, labels, plan, loop[3][0], folder=tmp_path)

    frozen = QTable.read(tmp_path / "dataset.ecsv", format="ascii.ecsv")
    parts = {}
    for identity, part in zip(map(str, frozen["id"]), map(str, frozen["part"]), strict=True):
        parts.setdefault(int(identity, 16) // 2, set()).add(part)
    assert {len(found) for found in parts.values()} == {1}
    assert "audit" in set(frozen["part"])


def test_a_place_that_teaches_and_judges_stops_the_round(loop, pool, plan, tmp_path, monkeypatch):
    prepared, truth = pool
    labels = with_twins(answered(*loop[3], truth), pool)
    monkeypatch.setattr(type(prepared), "objects", lambda self: self.ids)  # nobody saw that they are one

    with pytest.raises(LeakError):
        learn_round(prepared, labels, plan, loop[3][0], folder=tmp_path / "leak")
    assert not (tmp_path / "leak" / "round.json").exists()


@pytest.mark.parametrize("strategy", ["entropy", "least_confidence", "disagreement", "random"])
def test_each_strategy_asks_for_a_whole_batch(pool, plan, tmp_path, strategy):
    prepared, truth = pool
    chosen = Plan(plan.classes, plan.targets, 20, 5, strategy)

    one = learn_round(prepared, dict(list(truth.items())[:300]), chosen, folder=tmp_path)

    assert len(one.batch) == 25


def test_the_model_of_a_round_is_one_file_for_another_day(loop, pool, folder):
    model = TrainedModel.load(folder / "3" / "model.keras")

    model.check(pool[0])
    assert model.classes == loop[3][0].plan.classes
    assert model.calibration.n_labels == 20


def test_what_progress_raises_ends_the_round(pool, plan, tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    prepared, truth = pool
    with pytest.raises(KeyboardInterrupt):
        learn_round(prepared, dict(list(truth.items())[:200]), plan, folder=tmp_path, progress=stop)
    assert not (tmp_path / "round.json").exists()


def _learn(prepared, labels, plan, folder, marker, epochs, draws):
    committee.EPOCHS, committee.FEWEST_DRAWS = epochs, draws  # a new process knows nothing of the fixture

    def told(line):
        if line["member"] == 1 and marker is not None:
            marker.touch()
            time.sleep(60)  # to be killed here

    learn_round(prepared, labels, plan, folder=folder, epoch_end=told)


@pytest.mark.slow
def test_a_round_that_was_killed_goes_on_and_comes_out_the_same(pool, plan, tmp_path):
    prepared, truth = pool
    labels = dict(list(truth.items())[:200])
    context = multiprocessing.get_context("spawn")
    marker = tmp_path / "trained"
    few = committee.EPOCHS, committee.FEWEST_DRAWS
    arguments = (prepared, labels, plan, tmp_path / "killed", marker, *few)
    child = context.Process(target=_learn, args=arguments)
    child.start()
    deadline = time.monotonic() + 300
    while not marker.exists():
        assert child.is_alive(), "the round ended before it was killed"
        assert time.monotonic() < deadline
        time.sleep(0.1)
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert list((tmp_path / "killed").rglob("checkpoint.npz"))

    resumed = learn_round(prepared, labels, plan, folder=tmp_path / "killed")
    unbroken = learn_round(prepared, labels, plan, folder=tmp_path / "unbroken")

    assert resumed.batch["id"].tolist() == unbroken.batch["id"].tolist()
    assert not (tmp_path / "killed" / "training").exists()
