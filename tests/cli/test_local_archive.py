"""The service `local` of a run: one that runs already, or one of the run's own that ends with it."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest
import requests

from astrolib.archive.local import VARIABLES
from astrolib.cli.local_archive import local_archive
from astrolib.core import paths
from astrolib.core.errors import ServiceError
from astrolib.sky import make_spectra


def test_a_run_that_asks_another_service_gets_none():
    with local_archive({"service": "http://example.org/ssap?"}) as environment:
        assert environment == {}
    with local_archive({}) as environment:
        assert environment == {}


def test_an_archive_that_is_named_is_left_alone(monkeypatch):
    monkeypatch.setenv("ASTROLIB_LOCAL_ARCHIVE", "http://127.0.0.1:9/ssap?")
    with local_archive({"service": "local"}) as environment:
        assert environment == {}


@pytest.mark.slow
def test_a_run_starts_its_own_which_no_other_finds_and_which_ends_with_it():
    make_spectra(paths.universe_folder(), stars=6)
    with local_archive({"service": "local"}) as environment:
        assert set(environment) == set(VARIABLES.values())
        answer = requests.get(environment["ASTROLIB_LOCAL_ARCHIVE"], {"REQUEST": "queryData"}, timeout=20)
        assert b"VOTABLE" in answer.content
        assert not paths.archive_address_file().exists()
        servers = psutil.Process(os.getpid()).children()
    assert not any(server.is_running() for server in servers)


@pytest.mark.slow
def test_it_ends_also_when_the_run_is_killed():
    make_spectra(paths.universe_folder(), stars=6)
    script = "import time; from astrolib.cli.local_archive import local_archive\n"
    script += "with local_archive({'service': 'local'}): print(flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as run:
        assert run.stdout.readline() == b"\n"
        servers = psutil.Process(run.pid).children()
        run.kill()
    assert len(servers) == 1
    _, alive = psutil.wait_procs(servers, timeout=30)
    assert alive == []


@pytest.mark.slow
def test_one_that_does_not_start_says_why():
    folder = paths.universe_folder()
    folder.mkdir()
    (folder / "truth.ecsv").touch()
    with (
        pytest.raises(ServiceError, match=r"did not start \(.*no spectrum to serve"),
        local_archive({"service": "local"}),
    ):
        pass
