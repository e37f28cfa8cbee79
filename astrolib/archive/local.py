"""Where the local archive is, if it runs."""

from __future__ import annotations

import json
import os

from astrolib.archive.http import Client
from astrolib.core import paths
from astrolib.core.addresses import AddressGuard
from astrolib.core.errors import AstrolibError
from astrolib.core.settings import Settings

TITLE = "The archive on this machine"
REMEDY = "start it with `astrolib sky serve`"
VARIABLES = {
    "ssap": "ASTROLIB_LOCAL_ARCHIVE",
    "names": "ASTROLIB_LOCAL_NAMES",
    "scs": "ASTROLIB_LOCAL_SCS",
    "simbad": "ASTROLIB_LOCAL_SIMBAD",
    "gaia": "ASTROLIB_LOCAL_GAIA",
    "hips2fits": "ASTROLIB_LOCAL_HIPS2FITS",
    "skybot": "ASTROLIB_LOCAL_SKYBOT",
}
"""The environment variables that name the local archive's services."""

_PATIENCE = Settings(deadline=5, retries=0)


def addresses() -> dict[str, str]:
    """Return the addresses of the local archive by service, of those in `VARIABLES`.

    What the environment names (`VARIABLES`) is believed; what ``run/archive.json`` says counts only if it
    answers, or if it is the archive that the environment names.

    Returns
    -------
    dict
        Empty if no local archive runs.
    """
    named = {
        service: os.environ[variable] for service, variable in VARIABLES.items() if os.environ.get(variable)
    }
    left = _left_by_the_archive()
    if "ssap" in named:
        return (left if left.get("ssap") == named["ssap"] else {}) | named
    return (left if _answers(left.get("ssap", "")) else {}) | named


def _left_by_the_archive() -> dict[str, str]:
    try:
        told = json.loads(paths.archive_address_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(told, dict):
        return {}
    return {name: told[name] for name in VARIABLES if isinstance(told.get(name), str)}


def _answers(address: str) -> bool:
    if not address:
        return False
    try:
        with Client(AddressGuard.of(address), _PATIENCE) as client:
            client.get(address, {"REQUEST": "queryData", "MAXREC": "0"})
    except AstrolibError:
        return False
    return True
