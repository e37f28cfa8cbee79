"""`astrolib sky` writes a universe, and refuses to serve what cannot be served."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from astrolib.cli import main


def test_a_universe_is_made(tmp_path, capsys):
    assert main(["sky", "make", str(tmp_path / "sky"), "--stars", "6"]) == 0
    shown = capsys.readouterr()
    stars, night, served = shown.out.splitlines()
    assert stars == f"6 stars in {tmp_path / 'sky'}"
    assert night == f"10 science frames of 2 fields in {tmp_path / 'sky' / 'night'}"
    assert served.startswith(f"`astrolib sky serve {tmp_path / 'sky'}` serves all of it")
    assert "spectra 100 %" in shown.err.splitlines()
    assert shown.err.splitlines()[-1] == "night 100 %"
    assert (tmp_path / "sky" / "truth.ecsv").exists()
    assert (tmp_path / "sky" / "night" / "truth" / "frames.ecsv").exists()


def test_a_folder_without_spectra_is_refused(tmp_path, capsys):
    assert main(["sky", "serve", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_port_in_use_is_refused(tmp_path):
    main(["sky", "make", str(tmp_path), "--stars", "6"])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "astrolib", "sky", "serve", str(tmp_path), "--port", port]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert answer.returncode == 2
    assert answer.stderr == (
        f"astrolib: port {port}: cannot be served (Address already in use); give another --port, or none\n"
    )


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(SystemExit) as refusal:
        main(["sky", "serve", "--port", port])
    assert refusal.value.code == 2
