"""List and fetch files over FTP, anonymously, from the host that a person gave and no other."""

from __future__ import annotations

import ftplib
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from astrolib.archive.connection import TimedSocket
from astrolib.archive.failure import root_cause
from astrolib.archive.refusal import one_line, shown
from astrolib.archive.walk import Place
from astrolib.core.addresses import AddressGuard
from astrolib.core.errors import AddressError, ServiceError
from astrolib.core.settings import Settings

_UNIX_LINE = re.compile(r"([-dl])[-rwxsStT]{9}\S*\s+\d+\s+\S+\s+\S+\s+(\d+)\s+\w{3}\s+\d+\s+[\d:]+\s(.+)")


class _TimedFTP(ftplib.FTP):
    """FTP with one deadline for everything: commands, listings and data.

    The address that the server names for the data connection is ignored, as ftplib does by default, so
    that it cannot send us elsewhere.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        super().__init__(timeout=seconds)

    def _remaining(self) -> float:
        return max(self._end - time.monotonic(), 0.001)

    def connect(self, *args: Any, **kinds: Any) -> str:
        """Connect to the server, and answer its welcome."""
        self.host, self.port = args[0], args[1]
        connection = socket.create_connection((self.host, self.port), self._remaining())
        self.af = connection.family
        timed = TimedSocket(connection, self._remaining())
        self.sock, self.file = timed, timed.makefile("r", encoding=self.encoding)  # type: ignore[assignment]
        self.welcome = self.getresp()
        return self.welcome

    def ntransfercmd(self, cmd: str, rest: Any = None) -> Any:
        """Open a data connection that keeps to what is left of the time."""
        self.timeout = self._remaining()
        connection, size = super().ntransfercmd(cmd, rest)
        return TimedSocket(connection, self._remaining()), size


@contextmanager
def opened(guard: AddressGuard, address: str, settings: Settings) -> Iterator[ftplib.FTP]:
    """Log in to the server of an address.

    Raises
    ------
    AddressError
        If it is not the server that the person gave.
    ServiceError
        If it does not answer as it should within the deadline.
    """
    guard.check(address)
    parts = urlsplit(address)
    connection = _TimedFTP(settings.deadline)
    try:
        connection.connect(parts.hostname, parts.port or ftplib.FTP_PORT)
        connection.login()
        yield connection
    except (OSError, EOFError, ftplib.Error, ValueError) as error:
        raise ServiceError(
            f"FTP failed ({root_cause(error)})",
            where=shown(address),
            remedy="check the address, or raise deadline",
        ) from error
    finally:
        connection.close()


def save(guard: AddressGuard, address: str, part: Path, settings: Settings) -> None:
    """Fetch one file to `part`.

    Raises
    ------
    AddressError, ServiceError
        As for `opened`; also if the file is larger than `max_file_mb`.
    """
    limit = settings.max_file_mb * 1e6
    with opened(guard, address, settings) as connection, part.open("wb") as stream:

        def store(block: bytes) -> None:
            if stream.tell() + len(block) > limit:
                raise ServiceError(
                    f"more than {settings.max_file_mb:g} MB", where=shown(address), remedy="raise max_file_mb"
                )
            stream.write(block)

        connection.retrbinary(f"RETR {path_of(address)}", store)


def path_of(address: str) -> str:
    """Return the path of an FTP address as the server is to be told it.

    Raises
    ------
    AddressError
        If it holds control characters, which would be commands of their own.
    """
    path = unquote(urlsplit(address).path) or "/"
    if one_line(path) != path.strip():
        raise AddressError("control characters in its path", where=shown(address), remedy="check the address")
    return path


def entries(connection: ftplib.FTP, address: str) -> list[Place]:
    """Return what lies in a folder: by MLSD (RFC 3659), else by the lines of LIST.

    Raises
    ------
    ServiceError
        If the server refuses both.
    """
    try:
        facts = list(connection.mlsd(path_of(address), ["type", "size"]))
    except ftplib.error_perm:
        return _from_lines(connection, address)
    wanted = ("dir", "file")
    return [
        _from_facts(name, fact, address)
        for name, fact in facts
        if fact.get("type") in wanted and _is_below(name)
    ]


def _from_facts(name: str, fact: dict[str, str], address: str) -> Place:
    folder = fact["type"] == "dir"
    return Place(_below(address, name, folder), name, folder, _kilobytes(fact))


def _from_lines(connection: ftplib.FTP, address: str) -> list[Place]:
    lines: list[str] = []
    try:
        connection.retrlines(f"LIST {path_of(address)}", lines.append)
    except ftplib.error_perm as error:
        raise ServiceError(
            one_line(error), where=shown(address), remedy="ask for the right to read it"
        ) from error
    return [place for line in lines if (place := _from_line(line, address))]


def _from_line(line: str, address: str) -> Place | None:
    match = _UNIX_LINE.fullmatch(line.strip())
    if match is None or match[1] == "l" or not _is_below(match[3]):
        return None
    folder = match[1] == "d"
    return Place(_below(address, match[3], folder), match[3], folder, float(match[2]) / 1000)


def _kilobytes(fact: dict[str, str]) -> float:
    size = fact.get("size", "")
    return float(size) / 1000 if size.isdecimal() else float("nan")


def _is_below(name: str) -> bool:
    """Say whether a name is that of something in the folder: many servers list the folder itself as well."""
    return name not in (".", "..") and "/" not in name


def _below(address: str, name: str, folder: bool) -> str:
    return address.rstrip("/") + "/" + quote(name, safe="") + ("/" if folder else "")
