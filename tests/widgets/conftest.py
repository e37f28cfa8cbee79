"""A real JupyterLab and a real Chromium, for tests of what people see.

The fixture `lab` writes a notebook and gives a `Lab`; `page` is a fresh Chromium page. A test reads:

>>> notebook = lab(["import ipywidgets as w", "w.HTML('hello')"])
>>> notebook.open(page)
>>> notebook.run(page)
>>> page.get_by_text("hello").wait_for()
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

READY = 90  # JupyterLab's first start on a busy machine [s]
SHOWN = 60_000  # until the browser shows what was asked for [ms]

KERNEL_ANSWERS = """async () => {
  const context = jupyterapp.shell.currentWidget.context.sessionContext;
  await context.ready;
  await context.session.kernel.info;
}"""
CELLS = """() => jupyterapp.shell.currentWidget.content.widgets
  .filter(cell => cell.model.type === "code")
  .map(({ model: { sharedModel } }) => ({
    ran: sharedModel.execution_count !== null,
    error: sharedModel.outputs.filter(output => output.output_type === "error")
      .map(output => output.traceback.join("\\n")).join("\\n"),
  }))"""


@dataclass(frozen=True)
class Notebook:
    """A notebook in a running JupyterLab.

    Parameters
    ----------
    url : str
        Its address, token included.
    path : Path
        The file.
    """

    url: str
    path: Path

    def open(self, page: Any, *, dark: bool = False) -> None:
        """Show it in JupyterLab and wait for its kernel."""
        page.goto(self.url)
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=SHOWN)
        page.evaluate(KERNEL_ANSWERS)
        theme = "JupyterLab Dark" if dark else "JupyterLab Light"
        page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
        page.locator(f"body[data-jp-theme-name='{theme}']").wait_for(state="attached", timeout=SHOWN)

    def run(self, page: Any) -> None:
        """Run every cell; returns when the kernel has run them, and fails the test where one raised."""
        page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_function(f"({CELLS})().every(cell => cell.ran) || ({CELLS})().some(cell => cell.error)")
        errors = [cell["error"] for cell in page.evaluate(CELLS) if cell["error"]]
        if errors:
            pytest.fail(f"a cell of {self.path.name} raised:\n{errors[0]}")


@dataclass(frozen=True)
class Server:
    """A running JupyterLab."""

    port: int
    token: str
    root: Path

    def write(self, cells: list[str]) -> Notebook:
        """Write a notebook of these code cells."""
        name = f"notebook-{secrets.token_hex(4)}"
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        )
        path = self.root / f"{name}.ipynb"
        nbformat.write(notebook, path)
        address = f"http://127.0.0.1:{self.port}/lab/workspaces/{name}/tree/{path.name}?token={self.token}"
        return Notebook(address, path)


@contextmanager
def running_lab(base: Path) -> Iterator[Server]:
    """Run JupyterLab on a free loopback port, with all its folders in an empty one."""
    root = base / "notebooks"
    root.mkdir()
    server = Server(_free_port(), secrets.token_hex(16), root)
    with (
        (base / "lab.log").open("wb") as log,
        subprocess.Popen(
            _command(server), env=_environment(base), cwd=root, stdout=log, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            _wait(server, process, base / "lab.log")
            yield server
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="session")
def lab_server(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run JupyterLab for all tests."""
    with running_lab(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture
def lab(lab_server: Server) -> Callable[[list[str]], Notebook]:
    """Return a function that makes a notebook of the given cells."""
    return lab_server.write


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _command(server: Server) -> list[str]:
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser"),
        f"--ServerApp.port={server.port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={server.token}",
        f"--ServerApp.root_dir={server.root}",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]


def _environment(base: Path) -> dict[str, str]:
    """Return an environment whose Jupyter, IPython and astrolib folders lie under `base`."""
    settings = base / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    project = str(Path(__file__).resolve().parents[2])
    return os.environ | {
        "HOME": str(base),
        "ASTROLIB_HOME": str(base / "astrolib"),
        "JUPYTER_CONFIG_DIR": str(base / "config"),
        "JUPYTER_DATA_DIR": str(base / "data"),
        "JUPYTER_RUNTIME_DIR": str(base / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(base / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(base / "workspaces"),
        "IPYTHONDIR": str(base / "ipython"),
        "PYTHONPATH": os.pathsep.join(filter(None, [project, os.environ.get("PYTHONPATH", "")])),
    }


def _wait(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    address = f"http://127.0.0.1:{server.port}/api/status?token={server.token}"
    end = time.monotonic() + READY
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
