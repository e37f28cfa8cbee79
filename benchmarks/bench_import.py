"""`import astrolib`, against a Python that imports nothing: whole processes."""

from __future__ import annotations

import subprocess
import sys

from peer import compare


def python(code: str) -> None:
    """Run `code` in a fresh interpreter."""
    subprocess.run([sys.executable, "-c", code], check=True)


if __name__ == "__main__":
    compare(
        "import astrolib (peer: an empty program)", lambda: python("import astrolib"), lambda: python("pass")
    )
