"""`astrolib hub` becomes JupyterHub with the shipped configuration."""

from __future__ import annotations

import os
import sys

import pytest

from astrolib.cli import main
from astrolib.core import paths


def test_the_hub_takes_the_place_of_this_process(monkeypatch):
    started: list = []

    def become(program, arguments):
        started.extend([program, *arguments])
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "execv", become)
    assert main(["hub"]) == 1
    config = paths.shipped("hub_config") / "jupyterhub_config.py"
    assert started == [sys.executable, sys.executable, "-P", "-m", "jupyterhub", "-f", str(config)]
    assert config.is_file()


def test_the_hub_takes_no_argument():
    with pytest.raises(SystemExit):
        main(["hub", "elsewhere"])
