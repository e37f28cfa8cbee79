"""What is started beside the hub and inside it: the local archive, and the servers' environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from hub_config.layout import HERE, Layout, notebooks_folder


def archive_service(layout: Layout) -> dict[str, Any]:
    """Return the managed service that serves the simulated universe on loopback.

    A supervisor stands between, so that an archive that fails again and again costs the hub nothing.
    """
    command = [sys.executable, "-P", "-m", "astrolib", "sky", "serve", "--port", "0"]
    return {
        "name": "archive",
        "command": [
            sys.executable,
            "-P",
            str(HERE / "supervise.py"),
            str(layout.hub / "archive.log"),
            *command,
        ],
        "environment": {"ASTROLIB_HOME": str(layout.home), "HOME": str(Path.home())},
    }


def server_environment(layout: Layout) -> dict[str, str]:
    """Return the environment that each user's server gets beside JupyterHub's own."""
    return {
        "ASTROLIB_HOME": str(layout.home),
        "ASTROLIB_NOTEBOOKS": str(notebooks_folder()),
        "JUPYTERHUB_ACTIVITY_INTERVAL": "3600",  # a big room must not overload the hub with reports
        "JUPYTER_CONFIG_PATH": str(HERE / "singleuser"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
    }
