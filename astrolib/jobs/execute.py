"""The child of a run: it executes a notebook in a kernel of this very Python, by papermill.

It is started as ``python -m astrolib.jobs.execute PREPARED FILE PROGRESS``. The kernel works in the folder
where the run was asked for, so relative paths mean what they meant there. The executed notebook is written to
FILE, whole, before and after each cell, and without papermill's marks: it calls cells completed that never
ran. What happens goes line by line to PROGRESS. When the standard input closes, the parent is gone, and this
process ends with everything that it started.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from subprocess import Popen
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from jupyter_core.utils import run_sync
from nbclient.exceptions import DeadKernelError
from papermill.engines import NBClientEngine

from astrolib.core.files import write_json
from astrolib.core.progress import append_event
from astrolib.jobs import processes

SECONDS_TO_START = 120
CONTRACT_NAMES = "from pathlib import Path; from typing import Literal"
"""What a parameters cell may use, whether or not a cell before it imports them."""
KERNEL = "astrolib.jobs.kernel.TellingKernel"
TRACEBACK_LINES = 30

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class ThisPython(AsyncKernelManager):
    """Starts kernels of the Python that runs here, whatever kernelspecs are installed or missing."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The one kernelspec."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        argv += [f"--IPKernelApp.exec_lines={CONTRACT_NAMES}", f"--IPKernelApp.kernel_class={KERNEL}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")

    @property
    def process(self) -> Popen[Any]:
        """The kernel's process, once it was started."""
        assert isinstance(self.provisioner, LocalProvisioner)
        assert self.provisioner.process
        return self.provisioner.process

    def killed_by(self) -> int:
        """Return the signal that ended the kernel; 0 where it left by itself."""
        return max(-(self.process.poll() or 0), 0)


class Reporter:
    """Writes down what the cells do.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook that is executed, in place.
    file : Path
        Where it is kept.
    progress : Path
        The file of progress.
    """

    def __init__(self, notebook: Any, file: Path, progress: Path) -> None:
        self.notebook, self.file, self.progress = notebook, file, progress
        self.failed = False

    def start(self, cell: Any, cell_index: int) -> None:
        """Note that a cell starts."""
        self.save()
        self._append(cell_index, "start", source=_first_line(cell.source))

    def end(self, cell: Any, cell_index: int, execute_reply: Any) -> None:
        """Note that a cell has ended, well or not."""
        self.save()
        if execute_reply["content"]["status"] == "ok":
            self._append(cell_index, "end")

    def error(self, cell: Any, cell_index: int, execute_reply: Any) -> None:
        """Note the exception that a cell raised, unless its author expects it."""
        if "raises-exception" in cell.metadata.get("tags", []):
            return self._append(cell_index, "end")
        self.failed = True
        content = execute_reply["content"]
        traceback = _COLOUR.sub("", "\n".join(content.get("traceback", []))).splitlines()
        self._append(
            cell_index,
            "error",
            source=cell.source,
            type=content.get("ename", ""),
            ours=bool(content.get("ours")),
            message=_COLOUR.sub("", content.get("evalue", "")),
            traceback=traceback[-TRACEBACK_LINES:],
        )

    def save(self) -> None:
        """Write the notebook as it stands."""
        document = json.loads(nbformat.writes(self.notebook))
        for part in (document, *document["cells"]):
            part["metadata"].pop("papermill", None)
        write_json(self.file, document)

    def _append(self, index: int, state: str, **more: Any) -> None:
        event = {"cell": index + 1, "cells": len(self.notebook.cells), "state": state}
        append_event(self.progress, event | more)


def execute(document: dict[str, Any], file: Path, progress: Path) -> bool:
    """Execute a prepared notebook, and say whether every cell ended well.

    Parameters
    ----------
    document : dict
        The notebook as JSON, of format 4.
    file : Path
        Where the executed notebook is kept.
    progress : Path
        The file to which events are appended.
    """
    notebook = nbformat.v4.upgrade(nbformat.from_dict(document))
    notebook.metadata["papermill"] = {}
    reporter, manager = Reporter(notebook, file, progress), ThisPython(kernel_name="python3")
    try:
        _run_cells(reporter, manager, progress)
    except DeadKernelError:
        append_event(progress, {"state": "died", "signal": manager.killed_by()})
        return False
    finally:
        reporter.save()
        run_sync(manager.shutdown_kernel)()
    return not reporter.failed


def _run_cells(reporter: Reporter, manager: ThisPython, progress: Path) -> None:
    def started(notebook: Any) -> None:
        append_event(progress, {"state": "kernel", "pid": manager.process.pid})

    NBClientEngine.execute_notebook(
        reporter.notebook,
        "python3",
        output_path=None,  # the reporter writes it
        progress_bar=False,
        km=manager,
        start_timeout=SECONDS_TO_START,
        iopub_timeout=SECONDS_TO_START,
        on_notebook_start=started,
        on_cell_execute=reporter.start,
        on_cell_executed=reporter.end,
        on_cell_error=reporter.error,
    )


def _first_line(source: str) -> str:
    return source.strip().splitlines()[0][:120]


def _end() -> None:
    """End with everything that was started here."""
    processes.end_descendants(os.getpid())
    os._exit(1)


def main() -> int:
    """Execute the notebook named on the command line; 0 where every cell ended well."""
    processes.adopt_orphans()
    processes.when_parent_ends(_end)
    prepared, file, progress = map(Path, sys.argv[1:])
    try:
        return 0 if execute(json.loads(prepared.read_text(encoding="utf-8")), file, progress) else 1
    finally:
        processes.end_descendants(
            os.getpid()
        )  # while they are still ours: orphans are adopted by this process


if __name__ == "__main__":
    sys.exit(main())
