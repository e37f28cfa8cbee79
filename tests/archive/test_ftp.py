"""FTP is listed and fetched anonymously from the given host, within the deadline."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from astrolib.archive import fetch, ftp, list_address
from astrolib.core.settings import Settings

FITS = b"SIMPLE  =                    T".ljust(2880)
TREE = {
    "/pub": ["d night 1", "- a.fits"],
    "/pub/night 1": ["- b.fits", "- notes.md", "d .."],
    "/mixed": ["d closed", "- a.fits"],
    "/": ["d pub", "- secret.fits"],
}


class Session(socketserver.StreamRequestHandler):
    """As much of RFC 959 and 3659 as a listing and a download need."""

    def handle(self) -> None:
        self.say(220, "hello")
        self.data: socket.socket | None = None
        for line in self.rfile:
            command, _, argument = line.decode().strip().partition(" ")
            self.server.asked.append(line.decode().strip())  # type: ignore[attr-defined]
            if command == "QUIT":
                return
            getattr(self, f"on_{command.lower()}", self.unknown)(argument)

    def say(self, code: int, text: str) -> None:
        self.wfile.write(f"{code} {text}\r\n".encode())

    def unknown(self, argument: str) -> None:
        self.say(502, "not implemented")

    def on_user(self, argument: str) -> None:
        self.say(331, "password")

    def on_pass(self, argument: str) -> None:
        self.say(230, "welcome")

    def on_type(self, argument: str) -> None:
        self.say(200, "ok")

    def on_opts(self, argument: str) -> None:
        self.say(200, "ok")

    def finish(self) -> None:
        self.forget_data()
        super().finish()

    def forget_data(self) -> None:
        if self.data is not None:
            self.data.close()

    def on_pasv(self, argument: str) -> None:
        self.forget_data()
        self.data = socket.create_server(("127.0.0.1", 0))
        port = self.data.getsockname()[1]
        self.say(227, f"elsewhere (10,0,0,1,{port // 256},{port % 256})")  # an address that must be ignored

    def on_mlsd(self, argument: str) -> None:
        if not self.server.modern or argument.rstrip("/").endswith("closed"):  # type: ignore[attr-defined]
            return self.unknown(argument)
        kinds = {"d": "dir", "-": "file"}
        entries = TREE.get(argument.rstrip("/") or "/", [])
        return self.send("".join(f"type={kinds[e[0]]};size=2880; {e[2:]}\r\n" for e in entries).encode())

    def on_list(self, argument: str) -> None:
        if argument.rstrip("/").endswith("closed"):
            return self.say(550, "closed to you")
        entries = TREE.get(argument.rstrip("/") or "/", [])
        lines = [f"{entry[0]}rw-r--r--   1 ftp ftp  2880 Jan  1  2010 {entry[2:]}\r\n" for entry in entries]
        self.send(
            "".join([*lines, "lrwxrwxrwx 1 ftp ftp 4 Jan 1 2010 link.fits -> /etc/passwd\r\n"]).encode()
        )

    def on_retr(self, argument: str) -> None:
        self.send(FITS + argument.encode())

    def send(self, content: bytes) -> None:
        assert self.data is not None
        self.say(150, "here it comes")
        connection, _ = self.data.accept()
        with connection, suppress(OSError):
            for start in range(0, len(content), 500):
                connection.sendall(content[start : start + 500])
                time.sleep(self.server.pause)  # type: ignore[attr-defined]
        self.data.close()
        self.say(226, "done")


class FTPServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.modern, self.pause = True, 0.0
        super().__init__(("127.0.0.1", 0), Session)
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"ftp://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[FTPServer]:
    with FTPServer() as running:
        yield running
        running.shutdown()


@pytest.mark.parametrize("modern", [True, False])
def test_a_tree_is_listed_with_or_without_mlsd(server: FTPServer, quick: Settings, modern: bool) -> None:
    server.modern = modern
    answer = list_address(server.address + "/pub/", quick)
    assert (answer.status, answer.truncated) == ("found", False)
    assert answer.offer["accref"].tolist() == [
        f"{server.address}/pub/a.fits",
        f"{server.address}/pub/night%201/b.fits",
    ]
    assert answer.offer["size"].to_value("kbyte").tolist() == [2.88, 2.88]


def test_a_folder_that_is_closed_is_said(server: FTPServer, quick: Settings) -> None:
    answer = list_address(server.address + "/mixed/", quick)
    assert (answer.status, len(answer), answer.truncated) == ("found", 1, True)
    assert "closed to you" in answer.reason


def test_files_are_fetched(server: FTPServer, quick: Settings, tmp_path: Path) -> None:
    answer = list_address(server.address + "/pub/", quick)
    delivery = fetch(answer.offer, tmp_path, given=answer.address, settings=quick)
    assert [file.path.read_bytes()[2880:] for file in delivery.files] == [
        b"/pub/a.fits",
        b"/pub/night 1/b.fits",
    ]
    assert all(file.path.suffix == ".fits" for file in delivery.files)


def test_a_name_cannot_hold_a_second_command(server: FTPServer, quick: Settings, tmp_path: Path) -> None:
    answer = list_address(server.address + "/pub/", quick)
    answer.offer["accref"] = [f"{server.address}/pub/a.fits%0d%0aDELE%20x", f"{server.address}/pub/a.fits"]
    delivery = fetch(answer.offer, tmp_path, given=answer.address, settings=quick)
    assert "control characters" in delivery.missing[0].reason
    assert not any(line.startswith("DELE") for line in server.asked)


def test_another_host_is_not_asked(server: FTPServer, quick: Settings, tmp_path: Path) -> None:
    answer = list_address(server.address + "/pub/", quick)
    delivery = fetch(answer.offer, tmp_path, given="ftp://127.0.0.1:1/pub/", settings=quick)
    assert len(delivery.missing) == 2
    assert not any(line.startswith("RETR") for line in server.asked)


def test_a_server_that_drips_is_given_up(server: FTPServer, tmp_path: Path, quick: Settings) -> None:
    answer = list_address(server.address + "/pub/", quick)
    server.pause = 0.3
    delivery = fetch(answer.offer, tmp_path, given=answer.address, settings=Settings(deadline=0.6))
    assert "FTP failed" in delivery.missing[0].reason
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


def test_a_welcome_that_never_ends_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                for _ in range(300):
                    connection.sendall(b"2")
                    time.sleep(0.1)

        threading.Thread(target=drip, daemon=True).start()
        answer = list_address(f"ftp://127.0.0.1:{listener.getsockname()[1]}/", Settings(deadline=0.5))
    assert answer.status == "failed"


def test_a_file_that_is_too_large_is_refused(server: FTPServer, tmp_path: Path, quick: Settings) -> None:
    answer = list_address(server.address + "/pub/", quick)
    delivery = fetch(answer.offer, tmp_path, given=answer.address, settings=Settings(max_file_mb=0.001))
    assert "raise max_file_mb" in delivery.missing[0].reason


def test_no_server_is_a_failure(quick: Settings) -> None:
    assert list_address("ftp://127.0.0.1:9/", quick).status == "failed"


@pytest.mark.parametrize("name", [".", "..", "../above", "a/b"])
def test_a_listing_names_neither_itself_nor_what_lies_elsewhere(name: str) -> None:
    lines = [f"drwxr-xr-x 2 ftp ftp 4096 Jan 1 2010 {name}", "-rw-r--r-- 1 ftp ftp 9 Jan 1 2010 a.fits"]
    found = [ftp._from_line(line, "ftp://a.example/pub/") for line in lines]
    assert found[0] is None
    assert found[1] is not None


def test_a_size_that_no_disk_holds_stops_nothing() -> None:
    place = ftp._from_facts("a.fits", {"type": "file", "size": "9" * 5000}, "ftp://a.example/")
    assert place.name == "a.fits"
