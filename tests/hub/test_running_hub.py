"""What people meet at a hub that runs: logging in, their server, and the limits of what they reach."""

from __future__ import annotations

import psutil
import pytest

from .conftest import Hub

pytestmark = pytest.mark.slow


def test_listens_on_loopback_only(hub: Hub) -> None:
    hub.member("anna", server=True)
    listening = [
        connection.laddr.ip
        for process in hub.left_behind()
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 4  # the hub, the proxy and its API, anna's server
    assert set(listening) == {"127.0.0.1"}
