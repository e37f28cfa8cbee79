"""The command as a whole: help everywhere, errors on one line, a quick start."""

from __future__ import annotations

import subprocess
import sys

import pytest

from astrolib import __version__
from astrolib.cli import command, main
from astrolib.core.errors import ParameterError, ServiceError


@pytest.mark.parametrize(
    "words", [[], ["hub"], ["sky"], ["sky", "make"], ["sky", "serve"], ["doctor"]], ids=" ".join
)
def test_every_command_has_help(capsys, words):
    with pytest.raises(SystemExit) as ending:
        main([*words, "--help"])
    assert ending.value.code == 0
    assert capsys.readouterr().out.startswith("usage: astrolib")


def test_run_has_help_without_a_notebook(capsys):
    assert main(["run", "--help"]) == 0
    assert "--out DIR" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["no-such"], [], ["sky"], ["sky", "make"], ["doctor", "--no-such"]])
def test_a_wrong_command_line_is_one_line_and_status_2(capsys, words):
    with pytest.raises(SystemExit) as ending:
        main(words)
    assert ending.value.code == 2
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert shown.endswith("--help\n")


@pytest.mark.parametrize(
    ("error", "status"), [(ParameterError("x", remedy="y"), 2), (ServiceError("x", remedy="y"), 1)]
)
def test_an_error_of_ours_is_one_line_and_tells_refused_from_failed(monkeypatch, capsys, error, status):
    def fail(argv):
        raise error

    monkeypatch.setattr(command.parameters, "shield", fail)
    assert main([]) == status
    assert capsys.readouterr().err == "astrolib: x; y\n"


@pytest.mark.parametrize(
    ("file", "remedy"), [("run.json", "check the path"), ("{home}/sky/a.fits", "set ASTROLIB_HOME")]
)
def test_an_error_of_the_system_is_one_line_with_a_remedy(monkeypatch, capsys, astrolib_home, file, remedy):
    file = file.format(home=astrolib_home)

    def fail(argv):
        raise OSError(28, "No space left on device", file)

    monkeypatch.setattr(command.parameters, "shield", fail)
    assert main([]) == 1
    shown = capsys.readouterr().err
    assert shown.startswith(f"astrolib: {file}: No space left on device; {remedy}")
    assert shown.count("\n") == 1


@pytest.mark.parametrize("words", [["sky", "serve"], ["run", "find_movers", "-p", "known", "local"]])
def test_a_home_that_is_a_file_is_one_line_and_refused(tmp_path, monkeypatch, capsys, words):
    (tmp_path / "home").write_text("")
    monkeypatch.setenv("ASTROLIB_HOME", str(tmp_path / "home"))
    more = ["-p", "frames", str(tmp_path), "--out", str(tmp_path / "out")] if words[0] == "run" else []
    assert main([*words, *more]) == 2
    shown = capsys.readouterr().err
    assert str(tmp_path / "home") in shown
    assert shown.endswith("set ASTROLIB_HOME to a folder that you can write\n")
    assert shown.count("\n") == 1


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"astrolib {__version__}\n"


def test_help_needs_no_numerical_package():
    command_line = [sys.executable, "-X", "importtime", "-m", "astrolib", "--help"]
    answer = subprocess.run(command_line, capture_output=True, text=True, check=True)
    imported = {line.rsplit("|", 1)[-1].strip() for line in answer.stderr.splitlines()}
    assert not imported & {"numpy", "astropy", "papermill", "requests", "IPython"}
