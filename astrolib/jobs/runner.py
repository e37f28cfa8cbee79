"""Run a notebook without people: check everything, execute it in a child process, record how it ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astrolib.jobs import contract, execution, inputs, notebook, output, record, values, verdict
from astrolib.jobs.contract import Contract
from astrolib.jobs.events import Event
from astrolib.jobs.execution import Limits
from astrolib.jobs.verdict import Failure, Status


@dataclass(frozen=True)
class Run:
    """How a run ended.

    Parameters
    ----------
    status : {'done', 'failed', 'aborted'}
        ``done`` only where every cell ended well.
    notebook : Path
        The executed notebook, with the outputs so far.
    record : dict
        The content of ``run.json``, beside it.
    failure : Failure, optional
        Why it is not done.
    """

    status: Status
    notebook: Path
    record: dict[str, Any]
    failure: Failure | None = None


def run_notebook(
    path: Path,
    parameters: Mapping[str, Any],
    out: Path,
    *,
    limits: Limits | None = None,
    environment: Mapping[str, str] | None = None,
    watch: Callable[[Event], None] = lambda event: None,
    stop: threading.Event | None = None,
) -> Run:
    """Run a notebook with parameters, in a child process of which nothing is left when this returns.

    Parameters
    ----------
    path : Path
        The notebook. It is never changed.
    parameters : mapping
        Values by name, as read from JSON or given in Python; `out` is not among them.
    out : Path
        The folder for the products, ``run.json``, ``progress.jsonl`` and the executed notebook. It must not
        be there yet, or be empty.
    limits : Limits, optional
        What the run may use; by default, as much as it likes.
    environment : mapping, optional
        What the environment of the notebook holds beside ours.
    watch : callable, optional
        Called with every line of ``progress.jsonl``.
    stop : threading.Event, optional
        When it is set, by another thread or a signal handler, the run is aborted.

    Returns
    -------
    Run
        How it ended. A notebook that fails is an answer, not an exception.

    Raises
    ------
    RefusedError
        If the notebook, a parameter or `out` is not what it must be. Nothing was written then.
    """
    document = notebook.load(path)
    agreed = contract.of_document(document, path)
    folder = output.folder(out)
    complete = inputs.absolute(agreed.complete({**parameters, "out": folder}))
    inputs.check(complete)
    beginning = record.Beginning(path, complete, inputs.hashes(complete))
    folder.mkdir(parents=True, exist_ok=True)

    limits = limits or Limits()
    executed = folder / path.name
    ended = execution.execute(
        notebook.prepared(document, agreed.cell, _injected(complete)),
        executed,
        limits=limits,
        environment=environment or {},
        watch=watch,
        stop=stop or threading.Event(),
    )
    status, failure = verdict.judge(ended, limits, complete)
    content = record.write(folder, beginning, status, failure, ended.peak_memory)
    return Run(status, executed, content, failure)


def check(agreed: Contract, parameters: Mapping[str, Any], out: Path) -> None:
    """Refuse now what `run_notebook` would refuse.

    Raises
    ------
    RefusedError
        If a parameter or `out` is not what it must be.
    """
    inputs.check(inputs.absolute(agreed.complete({**parameters, "out": output.folder(out)})))


def _injected(parameters: Mapping[str, Any]) -> str:
    """Return the source of the cell that sets the parameters: names from the contract, and literals."""
    lines = (f"{name} = {values.to_source(value)}" for name, value in parameters.items())
    return "\n".join(["# The parameters of this run", "from pathlib import Path", "", *lines])
