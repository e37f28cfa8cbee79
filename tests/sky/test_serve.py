"""The archive as a service: found by others, gone without a trace, unmoved by what is sent to it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest
import requests
from astropy.io import fits

from astrolib.core import paths
from astrolib.core.errors import RefusedError
from astrolib.core.votable import read_votable
from astrolib.sky import Index, build_index

Start = Callable[[Path], tuple[subprocess.Popen[bytes], dict]]


@pytest.fixture
def start(astrolib_home: Path) -> Iterator[Start]:
    """Return a function that serves a folder in a process of its own and gives its record."""
    started: list[subprocess.Popen[bytes]] = []

    def serve(folder: Path) -> tuple[subprocess.Popen[bytes], dict]:
        code = f"from pathlib import Path; from astrolib.sky import serve; serve(Path({str(folder)!r}))"
        process = subprocess.Popen([sys.executable, "-c", code], env=os.environ, stderr=subprocess.PIPE)
        started.append(process)
        return process, _record_of(process)

    yield serve
    for process in started:
        process.kill()
        process.communicate()


def _record_of(process: subprocess.Popen[bytes]) -> dict:
    record = paths.archive_address_file()
    for _ in range(600):
        if process.poll() is not None:
            raise AssertionError(((process.stderr and process.stderr.read()) or b"").decode())
        if record.exists() and (found := json.loads(record.read_text()))["pid"] == process.pid:
            return found
        time.sleep(0.1)
    raise AssertionError("it left no address")


def test_it_makes_the_universe_and_leaves_its_address_until_it_is_stopped(start: Start):
    process, record = start(paths.universe_folder())
    assert (paths.universe_folder() / "truth.ecsv").exists()
    assert requests.get(record["names"], params={"name": "sim cas"}, timeout=20).json()["name"] == "Sim Cas"
    assert b"QUERY_STATUS" in requests.get(f"{record['ssap']}REQUEST=queryData&MAXREC=1", timeout=20).content
    assert record["scs"].startswith("http://127.0.0.1:")
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    assert not paths.archive_address_file().exists()


def test_of_two_the_record_is_that_of_the_last_and_only_it_takes_it_away(start: Start, universe: Path):
    first, one = start(universe)
    second, other = start(universe)
    assert one["ssap"] != other["ssap"]
    first.send_signal(signal.SIGTERM)
    first.wait(20)
    assert json.loads(paths.archive_address_file().read_text()) == other
    assert requests.get(other["ssap"], timeout=20).ok
    second.send_signal(signal.SIGINT)
    second.wait(20)
    assert not paths.archive_address_file().exists()


@pytest.mark.parametrize("make", [False, True])
def test_a_folder_without_spectra_is_refused(tmp_path: Path, make: bool):
    folder = tmp_path / "nothing"
    if make:
        folder.mkdir()
        (folder / "broken.fits").write_bytes(b"SIMPLE  =                    T" + b" " * 3000)
    with pytest.raises(RefusedError, match="no spectrum to serve"):
        build_index(folder)


def test_a_file_that_is_no_spectrum_is_named_and_the_others_are_served(universe: Path, tmp_path: Path):
    for path in sorted((universe / "ondrejov").iterdir())[:2]:
        shutil.copy(path, tmp_path)
    (tmp_path / "cut.fits").write_bytes(next(tmp_path.glob("*.fits")).read_bytes()[:3000])
    index = build_index(tmp_path)
    assert len(index.entries) == 2
    assert len(index.refused) == 1
    assert index.refused[0].startswith("cut.fits: ")


def test_files_of_others_in_the_layout_of_ondrejov_are_served(
    tmp_path: Path, running: Callable[[Index], AbstractContextManager[str]]
):
    """The least that a file needs, with a name that must not be taken for markup."""
    header = fits.Header(
        {"CRVAL1": 6500.0, "CDELT1": 0.25, "CRPIX1": 1.0, "CTYPE1": "LINEAR", "CUNIT1": "Angstrom"}
    )
    header.update({"OBJECT": "<b>&\"'", "RA": 10.5, "DEC": -20.25})
    header.update({"DATE-OBS": "2010-01-01 21:00:00", "EXPTIME": 600.0})
    fits.PrimaryHDU(np.linspace(0.9, 1.1, 400, dtype="f4"), header).writeto(tmp_path / "a b+c%.fits")
    with running(build_index(tmp_path)) as address:
        answer = requests.get(f"{address}/ssap?REQUEST=queryData&POS=10.5,-20.25&SIZE=0.01", timeout=20)
        assert b"<TD>&lt;b&gt;&amp;\"'</TD>" in answer.content
        assert b"<TD>55197.878472" in answer.content  # 21:00 and half of 600 s
        accref = answer.text.split("<TD>http://")[1].split("</TD>")[0]
        spectrum = requests.get(f"http://{accref}", timeout=20)
        table = read_votable(spectrum.content).get_first_table().array
        assert table["spectral"][0] == 6500.0
        assert len(table) == 400
        preview = requests.get(f"{address}/preview", params={"ID": _did(answer.text)}, timeout=20)
        assert b"<b>" not in preview.content


def _did(text: str) -> str:
    return text.split("<TD>ivo://")[1].split("</TD>")[0].join(["ivo://", ""])


@pytest.mark.parametrize(
    "path",
    [
        "/file/../truth.ecsv",
        "/file/%2e%2e/truth.ecsv",
        "/file/..%2f..%2fetc/passwd",
        "/file//etc/passwd",
        "/spectrum/truth.ecsv",
        "/spectrum/%00",
        "/soda?ID=ivo://x-astrolib.sky/~?../../etc/passwd",
        "/nothing",
    ],
)
def test_nothing_but_the_spectra_can_be_had(address: str, path: str):
    request = requests.Request("GET", address).prepare()
    request.url = address + path  # as it stands, without the client's tidying
    answer = requests.Session().send(request, timeout=20)
    assert answer.status_code == 404
    assert "root:" not in answer.text
    assert "Traceback" not in answer.text


def test_a_form_that_is_too_large_is_not_read(address: str):
    answer = requests.post(f"{address}/datalink", data={"ID": "x" * 2_000_000}, timeout=20)
    assert answer.status_code == 400
    assert "1000000 bytes" in answer.text


def test_a_page_that_names_itself_otherwise_is_not_answered(address: str):
    answer = requests.get(f"{address}/ssap?REQUEST=queryData", headers={"Host": "evil.example"}, timeout=20)
    assert answer.status_code == 400


def test_a_file_that_has_gone_is_said_to_be_gone(
    universe: Path, tmp_path: Path, running: Callable[[Index], AbstractContextManager[str]]
):
    source = next((universe / "ondrejov").iterdir())
    path = Path(shutil.copy(source, tmp_path))
    index = build_index(tmp_path)
    path.unlink()
    with running(index) as address:
        for kind in ("spectrum", "file"):
            answer = requests.get(f"{address}/{kind}/{path.name}", timeout=20)
            assert answer.status_code == 410
            assert "not there any more" in answer.text


def test_thirty_people_can_ask_at_once(address: str, index: Index):
    def ask(number: int) -> int:
        entry = index.entries[number % len(index.entries)]
        whole = requests.get(f"{address}/ssap?REQUEST=queryData", timeout=60)
        return len(whole.content) and requests.get(f"{address}/spectrum/{entry.key}", timeout=60).status_code

    with ThreadPoolExecutor(30) as people:
        assert set(people.map(ask, range(30))) == {200}


def test_it_says_that_it_is_available(address: str):
    assert b"<available>true</available>" in requests.get(f"{address}/availability", timeout=20).content
