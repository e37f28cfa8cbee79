"""What every test shares."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import hypothesis
import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
ARCHIVE = "http://127.0.0.1:8080/beclass/q/ssa/ssap.xml?"

# An example that is slow because the machine is busy is no fault of the code.
hypothesis.settings.register_profile("astrolib", deadline=None)
hypothesis.settings.load_profile("astrolib")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real files beside the project."""
    if not (SHARED / "data" / "MANIFEST.md").exists():
        pytest.skip("the real files (../shared) are not here")
    return SHARED


@pytest.fixture(autouse=True)
def astrolib_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an ASTROLIB_HOME of its own, and none of the person's settings."""
    folder = tmp_path / "astrolib-home"
    for name in [name for name in os.environ if name.startswith("ASTROLIB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ASTROLIB_HOME", str(folder))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    return folder


@pytest.fixture(scope="session")
def archive_address(shared: Path) -> str:
    """Return the SSAP address of a real IVOA archive with 60 synthetic spectra, started if need be."""
    if not _answers():
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            pytest.skip("no archive answers on 127.0.0.1:8080, and it starts only as root on Debian")
        start = shared / "dachs" / "start"
        subprocess.run([start], env=os.environ | {"PYTHON": sys.executable}, check=True, timeout=500)
    for _ in range(60):  # it may just be taking in other spectra
        if _answers(b"sim000059"):
            return ARCHIVE
        time.sleep(1)
    pytest.skip("the archive on 127.0.0.1:8080 holds other spectra")


def _answers(holding: bytes = b"<VOTABLE") -> bool:
    try:
        with urllib.request.urlopen(ARCHIVE + "REQUEST=queryData&MAXREC=1000", timeout=20) as answer:
            content = answer.read()
    except OSError:
        return False
    return holding in (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
