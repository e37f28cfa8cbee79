"""Files appear whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from astrolib.core.files import sha256, whole_file, write_json, write_text

SIZE = 4_000_000
WRITER = """
import itertools, sys
from pathlib import Path
from astrolib.core.files import whole_file
path = Path(sys.argv[1])
for turn in itertools.count():
    letter = b"ab"[turn % 2 : turn % 2 + 1]
    with whole_file(path) as temporary, temporary.open("wb") as stream:
        for _ in range(100):
            stream.write(letter * (int(sys.argv[2]) // 100))
    print(turn, flush=True)
"""


def test_a_written_file_replaces_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_text(path, "old")
    write_json(path, {"name": "Ondřejov"})
    assert path.read_text(encoding="utf-8") == '{\n  "name": "Ondřejov"\n}\n'
    assert list(tmp_path.iterdir()) == [path] or {p.name for p in tmp_path.iterdir()} == {
        "a.json",
        "astrolib-home",
    }


def test_an_error_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "a.txt"
    write_text(path, "old")

    def interrupted() -> None:
        with whole_file(path) as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "old"
    assert list(folder.iterdir()) == [path]


def test_a_new_file_has_the_rights_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "a.txt", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o640


def test_threads_that_write_leave_the_umask_alone(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        threads = [
            threading.Thread(
                target=lambda n=n: [write_text(tmp_path / f"{n}-{i}.txt", "x") for i in range(50)]
            )
            for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        after = os.umask(0o077)
    finally:
        os.umask(before)
    assert after == 0o077
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*.txt")} == {0o600}


def test_kill_9_leaves_the_old_file_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    for attempt in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(SIZE)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        writer.stdout.readline()  # the first file is there
        time.sleep(0.003 * attempt)
        os.kill(writer.pid, signal.SIGKILL)
        writer.communicate()
        content = path.read_bytes()
        assert len(content) == SIZE
        assert content in (b"a" * SIZE, b"b" * SIZE)


def test_a_folder_has_one_hash_of_names_and_contents(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "below" / "b.txt").write_text("b")
    first = sha256(folder)
    (folder / "below" / "b.txt").rename(folder / "below" / "c.txt")
    assert len(first) == 64
    assert sha256(folder) != first
    assert sha256(folder / "a.txt") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
