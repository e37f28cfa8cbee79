"""Run a notebook without people: check everything, execute it in a child process, record how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astrolib.core.files import sha256
from astrolib.jobs import contract, execution, inputs, notebook, output, record, values, verdict
from astrolib.jobs.events import Event
from astrolib.jobs.execution import Limits
from astrolib.jobs.verdict import Failure, Status


@dataclass(frozen=True)
class Plan:
    """A run that is checked, and not begun.

    Parameters
    ----------
    notebook : Path
        The notebook. It is never changed.
    document : dict
        What will be executed: the notebook with its parameters put in.
    parameters : mapping
        The values of all its parameters, `out` among them.
    inputs : mapping of str
        SHA-256 of each file and folder that a parameter names.
    sha256 : str
        That of the notebook, which somebody may change while the run goes on.
    """

    notebook: Path
    document: dict[str, Any]
    parameters: Mapping[str, Any]
    inputs: Mapping[str, str]
    sha256: str

    @property
    def out(self) -> Path:
        """The folder for the products."""
        return self.parameters["out"]


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


def plan(path: Path, parameters: Mapping[str, Any], out: Path) -> Plan:
    """Check a run without writing anything.

    Parameters
    ----------
    path : Path
        The notebook.
    parameters : mapping
        Values by name, as read from JSON or given in Python; `out` is not among them.
    out : Path
        The folder for the products, ``run.json``, ``progress.jsonl`` and the executed notebook. It must not
        be there yet, or be empty.

    Raises
    ------
    RefusedError
        If the notebook, a parameter or `out` is not what it must be.
    """
    document = notebook.load(path)
    agreed = contract.of_document(document, path)
    complete = inputs.absolute(agreed.complete({**parameters, "out": output.folder(out)}))
    inputs.check(complete)
    prepared = notebook.prepared(document, agreed.cell, _injected(complete))
    return Plan(path, prepared, complete, inputs.hashes(complete), sha256(path))


def run(
    planned: Plan,
    *,
    limits: Limits | None = None,
    environment: Mapping[str, str] | None = None,
    watch: Callable[[Event], None] = lambda event: None,
    stop: Callable[[], bool] = lambda: False,
) -> Run:
    """Run what is planned, in a child process of which nothing is left when this returns.

    Parameters
    ----------
    planned : Plan
        From `plan`.
    limits : Limits, optional
        What the run may use; by default, as much as it likes.
    environment : mapping, optional
        What the environment of the notebook holds beside ours.
    watch : callable, optional
        Called with every line of ``progress.jsonl``.
    stop : callable, optional
        Asked four times a second whether the run shall be aborted.

    Returns
    -------
    Run
        How it ended. A notebook that fails is an answer, not an exception.

    Raises
    ------
    OutputError
        If another run has taken the folder since it was checked.
    RecordError
        If the disk is full, say.
    """
    limits = limits or Limits()
    output.claim(planned.out)
    executed = planned.out / planned.notebook.name
    clock = record.Clock()
    ended = execution.execute(
        planned.document, executed, limits=limits, environment=environment or {}, watch=watch, stop=stop
    )
    status, failure = verdict.judge(ended, limits, planned.parameters)
    content = {
        "status": status,
        "error": failure.as_dict() if failure else None,
        "notebook": {"name": planned.notebook.name, "sha256": planned.sha256},
        **record.origin(planned.parameters, planned.inputs),
        **clock.read(),
        "peak_memory_bytes": ended.peak_memory,
    }
    record.write(planned.out / output.RECORD, content)
    return Run(status, executed, content, failure)


def run_notebook(path: Path, parameters: Mapping[str, Any], out: Path, **how: Any) -> Run:
    """Check and run a notebook: `plan`, then `run` with the keywords `how`."""
    return run(plan(path, parameters, out), **how)


def _injected(parameters: Mapping[str, Any]) -> str:
    """Return the source of the cell that sets the parameters: names from the contract, and literals."""
    lines = (f"{name} = {values.to_source(value)}" for name, value in parameters.items())
    return "\n".join(["# The parameters of this run", "from pathlib import Path", "", *lines])
