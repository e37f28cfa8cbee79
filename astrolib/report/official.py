"""The check of a report by the official tools of ADES: the schema of submissions, and its converters.

The converters are scripts that keep their state in globals and end the process on an error, so that each runs
in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import ades
from lxml import etree

from astrolib.core.errors import RefusedError

_SCHEMA = Path(ades.__file__).parent / "data" / "xsd" / "submit.xsd"
_CONVERTERS = {".psv": ("ades.psvtoxml",), ".txt": ("ades.mpc80coltoxml", "--submission")}
_LONGEST_RUN = 300.0  # seconds


def check(files: Mapping[str, str]) -> None:
    """Check the files of a report.

    Parameters
    ----------
    files : mapping of str
        Text of each file by its name; the suffix tells the format.

    Raises
    ------
    RefusedError
        If the tools refuse one of them.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / name
            path.write_text(text, encoding="utf-8")
            if fault := _fault(path):
                raise RefusedError(
                    f"iau-ades refuses it ({fault[:300]})",
                    where=name,
                    remedy="look at what it names; nothing was written",
                )


def _fault(path: Path) -> str:
    xml = path
    if converter := _CONVERTERS.get(path.suffix):
        xml = path.with_name(f"{path.name}.xml")
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", *converter, str(path), str(xml)],
            capture_output=True,
            text=True,
            timeout=_LONGEST_RUN,
            check=False,
        )
        if done.returncode or not xml.is_file() or "Error" in done.stdout:
            return " ".join((done.stdout + done.stderr).split())
    schema = etree.XMLSchema(etree.parse(str(_SCHEMA)))
    return "" if schema.validate(etree.parse(str(xml))) else str(schema.error_log[0])
