"""Labels survive kill -9, and many writers."""

from __future__ import annotations

import multiprocessing
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from astrolib.labels import LabelEvent, LabelStore

WRITER = """
import sys
from pathlib import Path
from astrolib.labels import LabelEvent, LabelStore
store = LabelStore(Path(sys.argv[1]))
number = 0
while True:
    event = store.append(LabelEvent(f"o{number}", "halpha", 1, "answer", "shell", sys.argv[2]))
    print(event.id, flush=True)
    number += 1
"""


@pytest.mark.slow
def test_every_acknowledged_label_survives_thirty_kills(tmp_path):
    path = tmp_path / "labels.sqlite"
    chance = random.Random(14)
    acknowledged: set[str] = set()
    for round_number in range(30):
        acknowledged |= _killed_writer(path, f"writer {round_number}", chance.uniform(0.0, 0.25))
    kept = [event.id for event in LabelStore(path).events()]
    assert len(acknowledged) > 300
    assert acknowledged <= set(kept)
    assert len(kept) == len(set(kept))
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _killed_writer(path: Path, who: str, seconds: float) -> set[str]:
    """Let a process write for a moment after its first label, kill it, and return what it acknowledged."""
    command = [sys.executable, "-c", WRITER, str(path), who]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as writer:
        assert writer.stdout
        first = writer.stdout.readline()
        time.sleep(seconds)
        writer.kill()
        lines = (first + writer.stdout.read()).split("\n")
    return {line for line in lines[:-1] if line}


def _write(path: Path, who: str, n: int) -> None:
    store = LabelStore(path)
    for number in range(n):
        store.append(LabelEvent(f"o{number}", "halpha", 1, "answer", "shell", who, builds_on=""))


def test_threads_share_a_store(store):
    def write(who: str) -> None:
        for number in range(20):
            store.append(LabelEvent(f"o{number}", "halpha", 1, "answer", "shell", who, builds_on=""))

    threads = [threading.Thread(target=write, args=(f"person {number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [event.seq for event in store.events()] == list(range(1, 121))


def test_processes_share_a_file(tmp_path):
    path = tmp_path / "labels.sqlite"
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_write, args=(path, f"person {number}", 20)) for number in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert len(LabelStore(path).events()) == 60


def test_forked_child_gets_a_connection_of_its_own(store, say):
    store.append(say("a", "shell"))
    child = os.fork()
    if child == 0:
        store.append(say("b", "bad"))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    store.append(say("c", "bad"))
    assert [event.object for event in store.events()] == ["a", "b", "c"]
