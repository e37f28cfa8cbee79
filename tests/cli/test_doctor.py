"""`astrolib doctor` finds what is missing, says what to do, and fails only where something essential is."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import metadata

import pytest

from astrolib import models
from astrolib.cli import checks, main


def test_every_line_has_a_level_and_this_environment_passes(capsys):
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(checks.ALL)
    assert {line.split()[0] for line in lines} <= {"ok", "warn"}


def test_a_home_that_cannot_be_written_fails(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("ASTROLIB_HOME", str(tmp_path / "file" / "home"))
    assert checks.home().level == "fail"
    assert "set ASTROLIB_HOME" in checks.home().text
    assert main(["doctor"]) == 1


def test_an_old_or_missing_package_fails_by_name(monkeypatch):
    installed = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "0.0.1" if name == "numpy" else installed(name))
    assert checks.packages().level == "fail"
    assert "numpy 0.0.1 is older than" in checks.packages().text

    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert "numpy is missing" in checks.packages().text


@pytest.mark.parametrize(
    ("version", "floor", "below"),
    [("4.10.0", "4.6.2", False), ("4.6", "4.6.2", True), ("4.6.2rc1", "4.6.2", False), ("dev", "1", True)],
)
def test_versions_compare_as_numbers(monkeypatch, version, floor, below):
    monkeypatch.setattr(metadata, "version", lambda name: version)
    assert bool([*checks._below({"x": floor}, required=True)]) is below


def test_settings_that_cannot_be_read_fail(monkeypatch):
    monkeypatch.setenv("ASTROLIB_PROFILE", "no-such")
    assert checks.setting().level == "fail"


def test_the_local_archive_is_asked(monkeypatch):
    class Archive(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    assert checks.archive().level == "warn"
    with HTTPServer(("127.0.0.1", 0), Archive) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("ASTROLIB_LOCAL_ARCHIVE", f"http://127.0.0.1:{server.server_port}/ssap?")
        assert checks.archive().level == "ok"
        server.shutdown()
    assert checks.archive().level == "warn"


def test_programs_that_are_not_installed_are_named(monkeypatch):
    monkeypatch.setattr(checks.shutil, "which", lambda name: None if name == "scamp" else f"/usr/bin/{name}")
    assert checks.tools().text.startswith("SCAMP not installed")
    assert checks.tools().level == "warn"


@pytest.mark.parametrize(
    ("backend", "gpu", "tool", "level", "text"),
    [
        ("tensorflow", False, None, "ok", "on the CPU"),
        ("jax", True, "/usr/bin/nvidia-smi", "ok", "on the GPU"),
        ("tensorflow", True, "/usr/bin/nvidia-smi", "warn", "unset KERAS_BACKEND"),
        ("tensorflow", False, "/usr/bin/nvidia-smi", "warn", "pip install 'jax"),
    ],
)
def test_what_networks_train_on(monkeypatch, backend, gpu, tool, level, text):
    monkeypatch.setattr(models.backend, "choose", lambda: backend)
    monkeypatch.setattr(models.backend, "sees_gpu", lambda: gpu)
    monkeypatch.setattr(checks.shutil, "which", lambda name: tool)
    assert checks.networks().level == level
    assert text in checks.networks().text


def test_without_a_backend_networks_fail_and_say_what_to_install(monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setattr(models.backend, "find_spec", lambda name: None)
    assert checks.networks().level == "fail"
    assert "install tensorflow-cpu" in checks.networks().text
