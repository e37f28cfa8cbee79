"""What every test shares."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
ARCHIVE = "http://127.0.0.1:8080/beclass/q/ssa/ssap.xml?"

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
BROWSER_PATIENCE = 60_000  # until the browser shows what a test waits for [ms]

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


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of Chromium, or skip the test where there is none."""
    pytest.importorskip("playwright", reason="playwright is not installed")
    found = [
        path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))
    ]
    if not found:
        pytest.skip("no Chromium here; install it to run the browser tests")
    return found[0]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """Run Chromium without a window; for one module, as playwright keeps an event loop running."""
    from playwright.sync_api import sync_playwright  # without a browser it is not needed

    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield chrome
        chrome.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """Return a fresh page of 1400 x 1000 pixels, without cookies of another test."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(BROWSER_PATIENCE)
    yield context.new_page()
    context.close()


def _answers(holding: bytes = b"<VOTABLE") -> bool:
    try:
        with urllib.request.urlopen(ARCHIVE + "REQUEST=queryData&MAXREC=1000", timeout=20) as answer:
            content = answer.read()
    except OSError:
        return False
    return holding in (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
