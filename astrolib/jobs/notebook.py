"""A notebook as JSON: read it, find its tagged cells, put a cell in. nbformat is left to the child."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from astrolib.core.errors import RefusedError

INJECTED = "injected-parameters"


class NotebookError(RefusedError):
    """A file is no notebook, or its parameters cell is not what it must be."""


def load(path: Path) -> dict[str, Any]:
    """Read a notebook of format 4.

    Raises
    ------
    NotebookError
        If there is no such file, or it is no notebook of that format.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise NotebookError(
            f"not a notebook that can be read ({error})", where=path.name, remedy="give the path of an .ipynb"
        ) from error
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list) or not all(map(_is_cell, cells)):
        raise NotebookError(
            "not a notebook of format 4", where=path.name, remedy="save it again with JupyterLab"
        )
    return document


def source(cell: dict[str, Any]) -> str:
    """Return the source of a cell, which may be kept as one text or as lines."""
    return "".join(cell.get("source", ""))


def tagged(document: dict[str, Any], tag: str) -> list[int]:
    """Return the indices of the code cells that carry `tag`."""
    return [
        index
        for index, cell in enumerate(document["cells"])
        if cell.get("cell_type") == "code" and tag in _tags(cell)
    ]


def prepared(document: dict[str, Any], after: int, code: str) -> dict[str, Any]:
    """Return a copy without outputs, for the kernel of this Python, with a cell put in after one.

    Parameters
    ----------
    document : dict
        A notebook of format 4.
    after : int
        Index of the cell that the new one follows.
    code : str
        Source of the new cell; it is tagged ``injected-parameters``.
    """
    document = copy.deepcopy(document)
    cell: dict[str, Any] = {"cell_type": "code", "metadata": {"tags": [INJECTED]}, "source": code}
    if document.get("nbformat_minor", 0) >= 5:  # cells have had an id since format 4.5
        cell["id"] = INJECTED
    document["cells"] = [
        *document["cells"][: after + 1],
        cell,
        *(other for other in document["cells"][after + 1 :] if INJECTED not in _tags(other)),
    ]
    for other in document["cells"]:
        other["source"] = source(other)  # nbclient wants one text
        if other.get("cell_type") == "code":
            other |= {"outputs": [], "execution_count": None}
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    document["metadata"] = document.get("metadata", {}) | {"kernelspec": kernelspec}
    return document


def _is_cell(cell: Any) -> bool:
    return (
        isinstance(cell, dict)
        and isinstance(cell.get("metadata", {}), dict)
        and isinstance(cell.get("source", ""), str | list)
    )


def _tags(cell: dict[str, Any]) -> list[str]:
    return cell.get("metadata", {}).get("tags", [])
