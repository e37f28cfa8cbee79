"""One hub per home, its ports and passwords, and what a killed hub left behind."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from traitlets.config import Config

from hub_config.announce import Announcer, people_address, ready_text
from hub_config.instance import HubRunning, claim, remove_address, stop_stale_proxy, write_address
from hub_config.layout import HERE, Layout
from hub_config.passwords import LETTERS, keep_password, new_password
from hub_config.ports import Ports, choose_ports, keep_ports, last_ports
from hub_config.site_config import SiteConfigError, load_site
from hub_config.start import begin, refuse_on_error


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "home").make()


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_with_secrets_are_open_to_their_owner_only(layout: Layout) -> None:
    assert [mode(folder) for folder in (layout.hub, layout.users, layout.logs)] == [0o700] * 3


def test_a_home_that_is_a_file_is_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home").touch()
    monkeypatch.setenv("ASTROLIB_HOME", str(tmp_path / "home"))
    with pytest.raises(SystemExit) as ending, refuse_on_error():
        begin()
    assert ending.value.code == 2
    told = "".join(capsys.readouterr())
    assert f"{tmp_path / 'home'}: " in told
    assert "set ASTROLIB_HOME to a folder that you can write" in told


def test_a_password_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = keep_password(tmp_path / "password")
    assert keep_password(tmp_path / "password") == first
    assert mode(tmp_path / "password") == 0o600
    assert len(first) == 19
    assert set(first) <= set(LETTERS + "-")
    assert new_password() != new_password()


@pytest.mark.parametrize("written", ["short", "pässwörter", ""])
def test_a_password_that_cannot_be_used_is_refused_naming_the_file(tmp_path: Path, written: str) -> None:
    (tmp_path / "password").write_text(written)
    with pytest.raises(ValueError, match="password: a password takes at least 8"):
        keep_password(tmp_path / "password")


def test_one_hub_per_home(tmp_path: Path) -> None:
    first = claim(tmp_path / "lock")
    with pytest.raises(HubRunning):
        claim(tmp_path / "lock")
    os.close(first)
    os.close(claim(tmp_path / "lock"))


def test_the_address_file_holds_no_password_and_is_removed_by_its_writer_only(layout: Layout) -> None:
    write_address(layout.address, "http://127.0.0.1:8000/", "astronomer")
    written = json.loads(layout.address.read_text())
    assert set(written) == {"url", "pid", "user"}
    layout.address.write_text(json.dumps({**written, "pid": 1}))
    remove_address(layout.address)
    assert layout.address.exists()
    write_address(layout.address, "http://127.0.0.1:8000/", "astronomer")
    remove_address(layout.address)
    assert not layout.address.exists()


def test_a_free_port_is_kept_and_a_busy_one_replaced(busy_port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = int(probe.getsockname()[1])
    chosen = choose_ports(Ports(public=busy_port, hub=free, proxy_api=free))
    assert chosen.public != busy_port
    assert chosen.hub == free
    assert len({chosen.public, chosen.hub, chosen.proxy_api}) == 3


def test_ports_are_remembered_and_nonsense_is_not(tmp_path: Path) -> None:
    keep_ports(tmp_path / "ports.json", Ports(1234, 1235, 1236))
    assert last_ports(tmp_path / "ports.json") == Ports(1234, 1235, 1236)
    (tmp_path / "ports.json").write_text('{"public": "8000; rm", "hub": 700000, "proxy_api": 4444}')
    assert last_ports(tmp_path / "ports.json") == Ports(8000, 8081, 4444)
    assert last_ports(tmp_path / "missing.json") == Ports()


def test_only_the_proxy_of_a_killed_hub_is_stopped(tmp_path: Path) -> None:
    script, pid_file = tmp_path / "proxy_server.py", tmp_path / "proxy.pid"
    script.write_text("import time; time.sleep(60)")
    proxy = subprocess.Popen([sys.executable, str(script)])
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        pid_file.write_text(str(stranger.pid))
        assert not stop_stale_proxy(pid_file, script)
        assert stranger.poll() is None
        pid_file.write_text(str(proxy.pid))
        assert stop_stale_proxy(pid_file, script)
        assert proxy.poll() is not None
        assert not pid_file.exists()
    finally:
        for process in (proxy, stranger):
            process.kill()
            process.wait()


def test_what_is_told_when_the_hub_is_ready(layout: Layout) -> None:
    told = Announcer(layout, "abcd-efgh", Ports(), Ports(), again=False)
    text = ready_text(told, "http://127.0.0.1:8000/", 0)
    assert "The hub is ready." in text
    assert "address    http://127.0.0.1:8000/" in text
    assert "user name  astronomer" in text
    assert "password   abcd-efgh" in text
    assert "trust one another" in text
    back = ready_text(replace(told, again=True), "http://127.0.0.1:8000/", 2)
    assert "has come back: users and password are kept, 2 servers running" in back
    assert "is in use" not in back


def test_a_port_taken_meanwhile_is_told(layout: Layout) -> None:
    told = Announcer(layout, "abcd-efgh", Ports(public=8003, hub=8082), Ports(), again=True)
    assert "Port 8000 is in use by another program, so the hub took 8003." in ready_text(told, "http://x/", 0)
    assert "stop and start those servers" in ready_text(told, "http://x/", 1)


def test_a_hub_that_listens_everywhere_is_reached_by_the_name_of_its_machine() -> None:
    assert people_address("http://0.0.0.0:8000/") == f"http://{socket.gethostname()}:8000/"
    assert people_address("http://127.0.0.1:8000/") == "http://127.0.0.1:8000/"


def test_site_files_run_in_order_and_the_later_one_wins(tmp_path: Path) -> None:
    ours, site = tmp_path / "ours", tmp_path / "site"
    for folder, name, value in ((ours, "10-a", 1), (ours, "20-b", 2), (site, "05-c", 3)):
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.py").write_text(f"c.Spawner.cpu_limit = {value}")
    (ours / "pam.py.example").write_text("raise SystemExit")
    c = Config()
    run = load_site(c, [ours, site, tmp_path / "missing"])
    assert [path.name for path in run] == ["10-a.py", "20-b.py", "05-c.py"]
    assert c.Spawner.cpu_limit == 3


@pytest.mark.parametrize("path", sorted((HERE / "conf.d").glob("*.py.example")), ids=lambda path: path.name)
def test_the_examples_run_on_top_of_the_default(tmp_path: Path, path: Path) -> None:
    if path.name in ("oauth.py.example", "slurm.py.example"):
        compile(path.read_text(), str(path), "exec")  # what they import is not installed here
        return
    shutil.copy(path, tmp_path / path.stem)
    c = Config()
    c.Spawner.environment = {"ASTROLIB_HOME": "/srv", "PATH": "/bin"}
    assert [run.name for run in load_site(c, [tmp_path])] == [path.stem]


@pytest.mark.parametrize("text", ["c.Spawner.cpu_limit = = 1", "import no_such_module", "1 / 0"])
def test_a_site_file_that_fails_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "50-broken.py").write_text(text)
    with pytest.raises(SiteConfigError, match=r"50-broken\.py: \w+Error: .*mend it"):
        load_site(Config(), [tmp_path])
