"""How a person's server is started, and found again after the hub died."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar

import psutil
from jupyterhub.spawner import LocalProcessSpawner, SimpleLocalProcessSpawner
from jupyterhub.utils import AnyTimeoutError, maybe_future, url_path_join, wait_for_http_server
from traitlets import Float, Unicode

from hub_config.turns import Turns

SAME_START = 10.0
"""Two start times of one process may differ by so much [s], after the clock was set."""


class SystemUserSpawner(LocalProcessSpawner):
    """Start each server as the system user of the same name, a few at a time.

    A process that outlived the hub is known by its number and its time of start: after a reboot the number
    may belong to a stranger, who must not be stopped.
    """

    turns: ClassVar[Turns] = Turns(4)
    logs = Unicode(config=True, help="The folder for what the servers write, one file per user.")
    born = Float(None, allow_none=True, help="When the server's process started [s since 1970].")

    async def run_pre_spawn_hook(self) -> None:
        """Wait for a turn, outside the time limit of the start, then run the site's hook."""
        await self.turns.enter(self._log_name)
        try:
            await maybe_future(super().run_pre_spawn_hook())
        except BaseException:
            self.turns.leave(self._log_name)
            raise

    async def start(self) -> tuple[str, int]:
        """Start the server and keep the turn until it answers; its words go to a file that stays."""
        try:
            with (Path(self.logs) / f"{self.user.name}.log").open("wb") as log:
                self.popen_kwargs = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT}
                ip, port = await super().start()
            self.born = start_time(self.pid)
            await self._answer(f"http://{ip}:{port}")
            return ip, port
        finally:
            self.turns.leave(self._log_name)

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """Tell the waiting person the place in the queue."""
        async for place in self.turns.places(self._log_name):
            text = (
                f"{place} in the queue; servers start a few at a time" if place else "Your server is starting"
            )
            yield {"progress": 20 if place else 60, "message": text}

    async def _answer(self, address: str) -> None:
        """Return once the server answers.

        Raises
        ------
        RuntimeError
            If it ends first.
        """
        url = url_path_join(address, self.server.base_url, "api")
        while True:
            status = await self.poll()
            if status is not None:
                raise RuntimeError(
                    f"the server of {self.user.name} ended with status {status} while starting"
                )
            try:
                await wait_for_http_server(url, timeout=2)
            except AnyTimeoutError:
                await asyncio.sleep(0.2)
            else:
                return

    async def _signal(self, sig: int) -> bool:
        if self.proc is None and not self._is_ours():
            return False
        return await super()._signal(sig)

    def _is_ours(self) -> bool:
        now = start_time(self.pid)
        return now is not None and self.born is not None and abs(now - self.born) < SAME_START

    def get_state(self) -> dict[str, Any]:
        """Return what a restarted hub needs to know."""
        return {**super().get_state(), "born": self.born}

    def load_state(self, state: dict[str, Any]) -> None:
        """Take up what an earlier hub knew."""
        super().load_state(state)
        self.born = state.get("born")

    def clear_state(self) -> None:
        """Forget the process."""
        super().clear_state()
        self.born = None


class HomeSpawner(SystemUserSpawner, SimpleLocalProcessSpawner):
    """Start each server as the hub's own user, in a home of its own.

    It keeps people's files in order, not apart: whoever runs code on a server may read all homes.
    """

    async def start(self) -> tuple[str, int]:
        """Make the home, open to its owner only, and start the server there."""
        home = Path(self.home_dir)
        home.mkdir(exist_ok=True, mode=0o700)
        home.chmod(0o700)
        return await super().start()

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Return the environment, the root of Jupyter's files being the home."""
        return {**super().user_env(env), "JUPYTERHUB_ROOT_DIR": self.home_dir}


def start_time(pid: int) -> float | None:
    """Return when the process `pid` started [s since 1970], or None where there is none."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else float(process.create_time())
    except psutil.Error:
        return None
