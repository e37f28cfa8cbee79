"""Desktop tools are told and heard through a hub on this machine; elsewhere a file is handed over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from astropy.table import Table
from pyvo import samp as pyvo_samp

from astrolib.archive import samp
from astrolib.core.settings import Settings

Serve = Callable[[Callable[[Any], None]], Any]
TABLE = "table.load.votable"


@pytest.fixture
def no_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    lock = tmp_path / "samp.lock"
    monkeypatch.setenv("SAMP_HUB", f"std-lockurl:{lock.as_uri()}")
    return lock


@pytest.fixture
def tool(no_hub: Path) -> Iterator[pyvo_samp.SAMPIntegratedClient]:
    """Start a hub, and give a desktop tool that is connected to it."""
    with pyvo_samp.conf.set_temp("use_internet", False):
        hub = pyvo_samp.SAMPHubServer(web_profile=False, addr="127.0.0.1", lockfile=str(no_hub))
        hub.start()
        client = pyvo_samp.SAMPIntegratedClient(name="tool", addr="127.0.0.1")
        client.connect(hub_params=hub.params)
        yield client
        client.disconnect()
        hub.stop()


def test_without_a_hub_a_file_is_handed_over(no_hub: Path, tmp_path: Path) -> None:
    sent = samp.send_table(Table({"a": [1, 2]}), "my/../candidates", tmp_path)
    assert (sent.receivers, sent.path) == (0, tmp_path / "my____candidates.vot")
    assert Table.read(sent.path)["a"].tolist() == [1, 2]
    assert "by hand" in sent.reason
    assert samp.receive_table(0.1).status == "failed"


def test_a_table_reaches_a_tool(tool: pyvo_samp.SAMPIntegratedClient, tmp_path: Path) -> None:
    got: list[str] = []

    def take(key: str, sender: str, message: str, mtype: str, params: dict[str, Any], extra: Any) -> None:
        got.append(params["url"])
        tool.ereply(message, pyvo_samp.SAMP_STATUS_OK, result={})

    tool.bind_receive_call(TABLE, take)
    sent = samp.send_table(Table({"a": [1, 2]}), "candidates", tmp_path)
    assert (sent.receivers, sent.reason) == (1, "")
    assert got == [sent.path.as_uri()]
    assert samp.send_spectrum(sent.path, "gamma Cas").receivers == 0


def test_a_tool_that_cannot_take_it_is_not_counted(
    tool: pyvo_samp.SAMPIntegratedClient, tmp_path: Path
) -> None:
    def decline(key: str, sender: str, message: str, mtype: str, params: dict[str, Any], extra: Any) -> None:
        tool.ereply(message, pyvo_samp.SAMP_STATUS_ERROR, error={"samp.errortxt": "not now"})

    tool.bind_receive_call(TABLE, decline)
    sent = samp.send_table(Table({"a": [1, 2]}), "candidates", tmp_path)
    assert (sent.receivers, "by hand" in sent.reason) == (0, True)


def sending(tool: pyvo_samp.SAMPIntegratedClient, address: str) -> None:
    """Send a table's address as soon as somebody listens."""

    def send() -> None:
        for _ in range(200):
            if tool.get_subscribed_clients(TABLE):
                tool.enotify_all(TABLE, url=address)
                return
            threading.Event().wait(0.05)

    threading.Thread(target=send, daemon=True).start()


def test_a_table_of_a_tool_is_an_offer(
    tool: pyvo_samp.SAMPIntegratedClient, serve: Serve, tmp_path: Path, quick: Settings
) -> None:
    path = tmp_path / "rows.vot"
    Table({"accref": ["http://a.example/1.fits"]}).write(path, format="votable")
    server = serve(lambda request: request.reply(body=path.read_bytes()))
    sending(tool, server.address + "rows.vot")
    answer = samp.receive_table(20, quick)
    assert (answer.status, len(answer)) == ("found", 1)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://169.254.169.254/x", "nonsense", ""])
def test_a_tool_leads_nowhere_private(
    tool: pyvo_samp.SAMPIntegratedClient, address: str, quick: Settings
) -> None:
    sending(tool, address)
    answer = samp.receive_table(20, quick)
    assert answer.status == "failed"
    assert "no table was sent" not in answer.reason
