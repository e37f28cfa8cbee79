"""The contract of a notebook: the parameters of its one cell tagged ``parameters``, read and never executed.

The cell holds annotated assignments, each with a comment on its last line, which ends with the unit if there
is one::

    radius: float | None = 1.0  # search radius [deg]
    out: Path  # where the products go

and, beside them, at most imports from `pathlib`, `typing` and `__future__`. An assignment without a value is
a required parameter.
"""

from __future__ import annotations

import ast
import difflib
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astrolib.core.errors import ParameterError
from astrolib.jobs import notebook, types, values
from astrolib.jobs.notebook import NotebookError
from astrolib.jobs.types import ParameterType

TAG = "parameters"

_IMPORTED = ("pathlib", "typing", "__future__")
_UNIT = re.compile(r"\s*\[([^\[\]]*)\]$")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook.

    Parameters
    ----------
    name : str
        A Python identifier.
    type : ParameterType
        What its value may be.
    required : bool
        Whether it has no default.
    default : bool, int, float, str, Path, list or None
        The value where none is given.
    help : str
        What it means, on one line.
    unit : str
        The unit of its value; empty where there is none.
    """

    name: str
    type: ParameterType
    required: bool = True
    default: Any = None
    help: str = ""
    unit: str = ""


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
    parameters = tuple(_parameters(notebook.source(document["cells"][cells[0]]), where))
    names = [parameter.name for parameter in parameters]
    if twice := [name for name in names if names.count(name) > 1]:
        raise NotebookError(f"{twice[0]} is declared twice", where=where, remedy="declare it once")
    if ParameterType("Path") not in (p.type for p in parameters if p.name == "out" and p.required):
        raise NotebookError(
            "it does not take out", where=where, remedy="add the line: out: Path  # where the products go"
        )
    return Contract(path, cells[0], parameters)


def _parameters(code: str, where: str) -> Iterator[Parameter]:
    try:
        statements = ast.parse(code).body
    except (SyntaxError, ValueError) as error:
        raise NotebookError(f"not plain Python ({error})", where=where, remedy="mend the cell") from error
    comments = _comments(code)
    for statement in statements:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield _parameter(statement, statement.target.id, comments, where)
        elif not (isinstance(statement, ast.ImportFrom) and statement.module in _IMPORTED):
            raise NotebookError(
                f"{ast.unparse(statement)[:80]!r} is no annotated assignment",
                where=where,
                remedy="write NAME: TYPE = VALUE  # meaning [unit]",
            )


def _parameter(statement: ast.AnnAssign, name: str, comments: dict[int, str], where: str) -> Parameter:
    comment = comments.get(statement.end_lineno or 0, "")
    unit = _UNIT.search(comment)
    try:
        kind = types.from_annotation(statement.annotation)
    except ValueError as error:
        raise NotebookError(
            f"{name} is of type {ast.unparse(statement.annotation)}",
            where=where,
            remedy="use bool, int, float, str, Path, Literal, a list of one of these, or one of them | None",
        ) from error
    return Parameter(
        name,
        kind,
        required=statement.value is None,
        default=None if statement.value is None else _default(kind, statement.value, name, where),
        help=_UNIT.sub("", comment),
        unit=unit[1] if unit else "",
    )


def _default(kind: ParameterType, node: ast.expr, name: str, where: str) -> Any:
    try:
        return values.from_json(kind, _literal(node))
    except (ValueError, TypeError, RecursionError) as error:
        raise NotebookError(
            f"the default of {name}, {ast.unparse(node)[:80]}, is not of type {kind}",
            where=where,
            remedy=f"write {kind.expected} as a literal",
        ) from error


def _literal(node: ast.expr) -> Any:
    """Return the value of a literal; of calls, ``Path("...")`` alone is one."""
    if isinstance(node, ast.List):
        return [_literal(member) for member in node.elts]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Path":
        if len(node.args) != 1 or node.keywords:
            raise ValueError("Path takes one text")
        return Path(ast.literal_eval(node.args[0]))
    return ast.literal_eval(node)


def _comments(code: str) -> dict[int, str]:
    """Return the comment on each line, without its mark."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return {t.start[0]: t.string.lstrip("#").strip() for t in tokens if t.type == tokenize.COMMENT}
