"""JupyterLab and Chromium as the tests run them, for what is measured in a browser."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def of_tests(name: str) -> Any:
    """Return a module with which the tests run JupyterLab and Chromium."""
    path = Path(__file__).resolve().parents[1] / "tests" / name
    spec = importlib.util.spec_from_file_location(path.parent.name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.parent.name] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def lab(tools: Any) -> Iterator[Any]:
    """Run JupyterLab in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder, tools.running_lab(Path(folder)) as server:
        yield server
