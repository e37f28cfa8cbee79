"""With system users, whoever runs code on a server reads the own home and no other."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from .conftest import ROOT, Hub, until
from .kernel import run_code

EXAMPLE = ROOT / "hub_config" / "conf.d" / "system-users.py.example"
NAMES = ("astrotest-anna", "astrotest-bela")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can start servers as other users"),
    pytest.mark.skipif(shutil.which("useradd") is None, reason="there is no useradd here"),
]


@pytest.fixture
def accounts() -> Iterator[dict[str, str]]:
    """Return the passwords of two accounts that exist for this test only."""
    base = Path(tempfile.mkdtemp(prefix="astrolib-homes-"))
    base.chmod(0o755)
    passwords = {name: secrets.token_hex(8) for name in NAMES}
    for name, password in passwords.items():
        subprocess.run(["useradd", "-m", "-b", base, "-s", "/bin/bash", name], check=True)
        (base / name).chmod(0o700)
        subprocess.run(["chpasswd"], input=f"{name}:{password}".encode(), check=True)
    yield passwords
    for name in NAMES:
        subprocess.run(["userdel", "-f", name], check=False, stderr=subprocess.DEVNULL)
    shutil.rmtree(base)


def readable_python() -> list[str]:
    """Return lines of configuration that name a Python which other users may run."""
    executable = Path(sys.executable).resolve()
    if all(folder.stat().st_mode & 0o001 for folder in executable.parents):
        return []
    system = Path(f"/usr/bin/python3.{sys.version_info.minor}")
    if not system.exists():
        pytest.skip("other users may not run this Python, and the system has none of its version")
    packages = os.pathsep.join([sysconfig.get_path("purelib"), str(ROOT)])
    return [f"c.Spawner.cmd[0] = {str(system)!r}", f"c.Spawner.environment['PYTHONPATH'] = {packages!r}"]


@pytest.fixture
def hub_of_accounts(accounts: dict[str, str], own_hub: Hub) -> Hub:
    """Return a running hub with the example for system users."""
    folder = own_hub.home / "hub" / "conf.d"
    folder.mkdir(parents=True)
    shutil.copy(EXAMPLE, folder / "50-system-users.py")
    rules = [f"c.PAMAuthenticator.allowed_groups = {set(NAMES)!r}", "c.PAMAuthenticator.admin_groups = set()"]
    (folder / "60-test.py").write_text("\n".join([*rules, *readable_python()]) + "\n")
    own_hub.start()
    return own_hub


def test_a_server_runs_as_its_user_and_cannot_read_another_home(
    hub_of_accounts: Hub, accounts: dict[str, str]
) -> None:
    anna, bela = NAMES
    home = Path(f"~{bela}").expanduser()
    (home / "secret.txt").write_text("bela's secret")
    shutil.chown(home / "secret.txt", bela)
    person = hub_of_accounts.person(anna)
    assert person.log_in(accounts[bela]).status_code == 403
    assert person.log_in(accounts[anna]).status_code == 302
    assert person.start_server() in (201, 202)
    until(person.server_ready, "the server is ready", 120)
    token = {"Authorization": f"token {person.token()}"}
    server = f"{hub_of_accounts.url}user/{anna}/api"
    kernel = requests.post(f"{server}/kernels", headers=token, timeout=60).json()["id"]
    tried = run_code(server, kernel, token, attempt(home / "secret.txt"))
    assert tried == f"{anna} PermissionError"
    owners = {process.username() for process in psutil.process_iter() if _is_server(process, anna)}
    assert owners == {anna}
    delivered = Path(f"~{anna}").expanduser() / "notebooks"
    assert delivered.owner() == anna


def attempt(path: Path) -> str:
    """Return code that tells who runs it and what comes of reading `path`."""
    return (
        "import getpass\n"
        f"try:\n    print(getpass.getuser(), open({str(path)!r}).read())\n"
        "except OSError as error:\n    print(getpass.getuser(), type(error).__name__)"
    )


def _is_server(process: psutil.Process, name: str) -> bool:
    try:
        return process.environ().get("JUPYTERHUB_USER") == name
    except psutil.Error:
        return False
