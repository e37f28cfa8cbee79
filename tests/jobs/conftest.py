"""Tiny notebooks, written where a test wants them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MakeNotebook = Callable[..., Path]


def code(source: str, *tags: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {"tags": list(tags)},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


@pytest.fixture
def make_notebook(tmp_path: Path) -> MakeNotebook:
    """Return a function that writes a notebook: its parameters cell, and then one cell a source."""

    def make(parameters: str = "out: Path", *sources: str, name: str = "tiny") -> Path:
        imports = "from pathlib import Path\nfrom typing import Literal"
        cells = [code(imports), code(parameters, "parameters"), *map(code, sources)]
        # A kernelspec that is not installed must not matter.
        metadata = {"kernelspec": {"name": "no-such-kernel", "display_name": "x", "language": "python"}}
        path = tmp_path / f"{name}.ipynb"
        path.write_text(
            json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4})
        )
        return path

    return make
