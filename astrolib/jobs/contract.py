"""The contract of a notebook: which parameters it takes, and whether given values keep to it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astrolib.core.errors import ParameterError
from astrolib.jobs import declaration, notebook, values
from astrolib.jobs.declaration import Parameter
from astrolib.jobs.notebook import NotebookError
from astrolib.jobs.types import ParameterType

TAG = "parameters"


@dataclass(frozen=True)
class Contract:
    """The parameters of a notebook.

    Parameters
    ----------
    notebook : Path
        Where it was read from.
    cell : int
        Index of the parameters cell.
    parameters : tuple of Parameter
        In the order of the cell; `out` is among them.
    """

    notebook: Path
    cell: int
    parameters: tuple[Parameter, ...]

    def parse(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """Return the values that texts stand for.

        Raises
        ------
        ParameterError
            If a parameter is unknown or ill-typed.
        """
        return {name: self._value(name, text, values.from_text) for name, text in texts.items()}

    def check(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return values read from JSON, or given in Python, in their declared types.

        Raises
        ------
        ParameterError
            If a parameter is unknown or ill-typed.
        """
        return {name: self._value(name, value, values.from_json) for name, value in given.items()}

    def complete(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked values of all parameters, the defaults of those not given among them.

        Raises
        ------
        ParameterError
            If a parameter is unknown, ill-typed or missing.
        """
        checked = self.check(given)
        missing = [p.name for p in self.parameters if p.required and p.name not in checked]
        if missing:
            remedy = " ".join(f"-p {name} VALUE" for name in missing)
            raise self._error(f"no value for {', '.join(missing)}", f"give {remedy}")
        return {p.name: checked.get(p.name, p.default) for p in self.parameters}

    def _value(self, name: str, given: Any, read: Any) -> Any:
        parameter = self._find(name)
        try:
            return read(parameter.type, given)
        except (ValueError, OverflowError, RecursionError) as error:
            raise self._error(
                f"{name} = {str(given)[:80]!r} is not of type {parameter.type}",
                f"give {parameter.type.expected}",
            ) from error

    def _find(self, name: str) -> Parameter:
        known = {parameter.name: parameter for parameter in self.parameters}
        if name in known:
            return known[name]
        near = difflib.get_close_matches(name, known, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"it takes {', '.join(known)}"
        raise self._error(f"unknown parameter {name[:80]!r}", remedy)

    def _error(self, what: str, remedy: str) -> ParameterError:
        return ParameterError(what, where=self.notebook.name, remedy=remedy)


def read(path: Path) -> Contract:
    """Read the contract of a notebook.

    Parameters
    ----------
    path : Path
        The ``.ipynb``.

    Raises
    ------
    NotebookError
        If it is no notebook, has not exactly one cell tagged ``parameters``, no parameter ``out: Path``, or
        that cell holds anything else than annotated literals.
    """
    return of_document(notebook.load(path), path)


def of_document(document: dict[str, Any], path: Path) -> Contract:
    """Return the contract of a notebook that is already read; see `read`."""
    cells = notebook.tagged(document, TAG)
    if len(cells) != 1:
        raise NotebookError(
            f"{len(cells)} cells are tagged {TAG!r}", where=path.name, remedy="tag exactly one code cell"
        )
    where = f"{path.name}, cell {cells[0] + 1}"
    parameters = tuple(declaration.parameters(notebook.source(document["cells"][cells[0]]), where))
    names = [parameter.name for parameter in parameters]
    if twice := [name for name in names if names.count(name) > 1]:
        raise NotebookError(f"{twice[0]} is declared twice", where=where, remedy="declare it once")
    if ParameterType("Path") not in (p.type for p in parameters if p.name == "out"):
        raise NotebookError(
            "it does not take out", where=where, remedy="add the line: out: Path  # where the products go"
        )
    return Contract(path, cells[0], parameters)
