"""The cell tagged ``parameters``, read and never executed.

It holds annotated assignments, each with a comment on its last line that ends with the unit if there is one::

    radius: float | None = 1.0  # search radius [deg]
    out: Path  # where the products go

and, beside them, at most imports from `pathlib`, `typing` and `__future__`. An assignment without a value is
a required parameter.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astrolib.jobs import types, values
from astrolib.jobs.notebook import NotebookError
from astrolib.jobs.types import ParameterType

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


def parameters(code: str, where: str) -> Iterator[Parameter]:
    """Give the parameters that a cell declares.

    Parameters
    ----------
    code : str
        The source of the cell.
    where : str
        Notebook and cell, for the error message.

    Raises
    ------
    NotebookError
        If the cell holds anything else than annotated literals, or one of a type that no parameter may have.
    """
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
