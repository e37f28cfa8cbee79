"""The official tools of ADES as oracles."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest


@cache
def _schema(name: str) -> Any:
    import ades  # the official package: the schema lies in it
    from lxml import etree

    return etree.XMLSchema(etree.parse(str(Path(ades.__file__).parent / "data" / "xsd" / f"{name}.xsd")))


def official_fault(document: bytes, schema: str = "general") -> str:
    """Return what the official schema finds wrong with a document, or ''."""
    from lxml import etree

    found = _schema(schema)
    return "" if found.validate(etree.fromstring(document)) else str(found.error_log[0].message)


def to_official_xml(path: Path, folder: Path) -> bytes:
    """Return a PSV or 80-column file as the official tools convert it to XML."""
    tool = "psvtoxml" if path.suffix == ".psv" else "mpc80coltoxml"
    out = folder / "official.xml"
    out.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", f"ades.{tool}", str(path), str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not out.exists():
        raise ValueError(done.stdout + done.stderr)
    if "Error in line" in done.stdout:
        raise ValueError(done.stdout)
    return out.read_bytes()


@pytest.fixture(scope="session")
def official() -> Callable[..., str]:
    """Return `official_fault`, where the official package is installed."""
    pytest.importorskip("ades")
    return official_fault


@pytest.fixture
def convert(tmp_path: Path) -> Callable[[Path], bytes]:
    """Return what turns a PSV or 80-column file into XML with the official tools."""
    pytest.importorskip("ades")
    return lambda path: to_official_xml(path, tmp_path)


@pytest.fixture(scope="session")
def decode80() -> Callable[[str], dict[str, Any]]:
    """Return the official decoder of one 80-column line."""
    mpc80coltoxml = pytest.importorskip("ades.mpc80coltoxml")

    def decode(line: str) -> dict[str, Any]:
        with contextlib.redirect_stdout(io.StringIO()):  # it talks
            return dict(mpc80coltoxml.decode80ColumnDataLine(line))

    return decode
