"""Connections that keep a deadline, and ask the guard about the address they reach before a byte is sent."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Callable
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from astrolib.core.addresses import DEFAULT_PORTS

Check = Callable[[str, str], None]
"""Raises `AddressError` unless an address may be reached at a numeric peer."""


class TimedSocket:
    """A socket whose timeout covers all that follows, and not each call anew.

    A server that sends one byte now and then keeps an ordinary socket waiting for ever.

    Parameters
    ----------
    sock : socket.socket
        Connected, plain or TLS.
    timeout : float or None
        Time for everything until the next `settimeout` [s].
    """

    def __init__(self, sock: socket.socket, timeout: float | None) -> None:
        self._sock = sock
        self.settimeout(timeout)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def __enter__(self) -> TimedSocket:
        return self

    def __exit__(self, *_: object) -> None:
        self._sock.close()

    def settimeout(self, timeout: float | None) -> None:
        """Start the time for everything that follows [s]."""
        self._end = None if timeout is None else time.monotonic() + timeout

    def arm(self) -> None:
        """Give the next call what is left of the time.

        Raises
        ------
        TimeoutError
            If nothing is left.
        """
        remaining = None if self._end is None else self._end - time.monotonic()
        if remaining is not None and remaining <= 0:
            raise TimeoutError("the time is over")
        self._sock.settimeout(remaining)

    def sendall(self, data: Any) -> None:
        """Send everything within what is left of the time."""
        self.arm()
        self._sock.sendall(data)

    def recv(self, size: int) -> bytes:
        """Receive up to `size` bytes within what is left of the time."""
        self.arm()
        return self._sock.recv(size)

    def makefile(self, mode: str = "rb", buffering: int | None = None, **kinds: Any) -> Any:
        """Return a buffered reader, of text where `mode` is ``r``, that keeps the time."""
        reader = io.BufferedReader(_TimedRaw(self._sock.makefile("rb", buffering=0), self))
        return reader if "b" in mode else io.TextIOWrapper(reader, **kinds)


class _TimedRaw(io.RawIOBase):
    def __init__(self, raw: Any, sock: TimedSocket) -> None:
        self._raw, self._sock = raw, sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.arm()
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def reach(scheme: str, host: str, port: int, timeout: float, check: Check) -> socket.socket:
    """Resolve a host once, check each numeric address, and connect to the first that answers.

    A name cannot mean one address to the guard and another to the connection.

    Raises
    ------
    AddressError
        If the guard refuses one of the addresses.
    OSError
        If the host is unknown, or none of its addresses answers in `timeout` [s].
    """
    end = time.monotonic() + timeout
    shown = f"{scheme}://[{host}]:{port}/" if ":" in host else f"{scheme}://{host.rstrip('.')}:{port}/"
    failure = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        check(shown, str(address[0]))
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(max(end - time.monotonic(), 0.001))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


def pools(check: Check) -> dict[str, type[HTTPConnectionPool]]:
    """Return the connection pools by scheme, for urllib3, whose connections ask `check`."""

    class Reaching:
        """Connects through `reach`, and keeps the time afterwards."""

        def _new_conn(self: Any) -> socket.socket:
            scheme = "https" if self.default_port == DEFAULT_PORTS["https"] else "http"
            try:
                return reach(scheme, self._dns_host, self.port, self.timeout, check)
            except socket.gaierror as error:
                raise NameResolutionError(self.host, self, error) from error
            except TimeoutError as error:
                raise ConnectTimeoutError(self, "no connection in time") from error
            except OSError as error:
                raise NewConnectionError(self, f"no connection ({error})") from error

        def connect(self: Any) -> None:
            super().connect()  # type: ignore[misc]
            self.sock = TimedSocket(self.sock, self.timeout)

    class Plain(Reaching, HTTPConnection):  # type: ignore[misc]
        pass

    class Secure(Reaching, HTTPSConnection):  # type: ignore[misc]
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
