"""The proxy as the hub starts it, and the moments when the hub is ready and when it stops."""

from __future__ import annotations

import asyncio
from typing import Any

import traitlets
from jupyterhub.httpclient import fetch
from jupyterhub.proxy import ConfigurableHTTPProxy
from jupyterhub.utils import url_path_join


class HubProxy(ConfigurableHTTPProxy):
    """Start the proxy, and call `on_ready` once a person would see the hub through it.

    `on_ready` takes the public address and the number of servers that are running; `on_stop`, the latter.
    """

    on_ready = traitlets.Callable(config=True)
    on_stop = traitlets.Callable(config=True)
    _watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the proxy, also after it died; the hub is said to be ready only once."""
        await super().start()
        if self._watch is None:
            self._watch = asyncio.create_task(self._say_when_ready())

    def stop(self) -> None:
        """Stop the proxy, and tell how many servers are being stopped with the hub."""
        if self.app.cleanup_servers:
            self.on_stop(self.running_servers())
        super().stop()

    def running_servers(self) -> int:
        """Return how many users' servers are running."""
        return sum(spawner.active for user in self.app.users.values() for spawner in user.spawners.values())

    async def _say_when_ready(self) -> None:
        health = url_path_join(self.public_url, self.hub.base_url, "health").replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        while not await _answers(health):
            await asyncio.sleep(0.3)
        self.on_ready(self.public_url, self.running_servers())


async def _answers(url: str) -> bool:
    try:
        response: Any = await fetch(url, raise_for_status=False)
    except OSError:
        return False
    return bool(response.status == 200)
