#!/usr/bin/env python3
"""Start one user's server: deliver the notebooks into the home, then become JupyterHub's own command.

It runs as the user, wherever the spawner puts it: nothing is written into a home with the hub's rights.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from hub_config.layout import notebooks_folder
from hub_config.notebooks import deliver


def main() -> None:
    """Deliver what is new; whatever goes wrong there, the server starts."""
    try:
        written = deliver(notebooks_folder(), Path.home())
        print("notebooks delivered:", ", ".join(written) or "none new", flush=True)  # noqa: T201
    except OSError as error:
        print(f"notebooks not delivered: {error}", file=sys.stderr, flush=True)  # noqa: T201
    # -P: no file in the home may stand in for a module of the server
    os.execv(sys.executable, [sys.executable, "-P", "-m", "jupyterhub.singleuser", *sys.argv[1:]])  # noqa: S606


if __name__ == "__main__":
    main()
