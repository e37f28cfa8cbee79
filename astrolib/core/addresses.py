"""Which addresses may be asked: more where a person gave one, less where a document did."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from astrolib.core.errors import AddressError

DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port of an address."""

    scheme: str
    host: str
    port: int


def origin(address: str) -> Origin:
    """Return the origin of an http, https or ftp address.

    Raises
    ------
    AddressError
        If it is of another scheme, names no host, or carries a user name, a backslash or control characters.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise AddressError(
            f"malformed ({error})", where=_shown(address), remedy="check the address"
        ) from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or port == 0:
        raise AddressError(
            "not an http, https or ftp address", where=_shown(address), remedy="give one of these"
        )
    if parts.username is not None or any(_is_odd(character) for character in address):
        raise AddressError(
            "a user name, white space or a backslash in it", where=_shown(address), remedy="remove it"
        )
    return Origin(parts.scheme, parts.hostname.lower(), port or DEFAULT_PORTS[parts.scheme])


@dataclass(frozen=True)
class AddressGuard:
    """Decides which addresses may be fetched on behalf of one that a person gave.

    The given address may be loopback or ftp. One found in a document must be public http(s), or have the
    scheme, host and port of the given one. It is asked again at each redirect, and for the address that
    the name resolves to.

    Parameters
    ----------
    given : Origin
        Origin of the address that the person gave.
    """

    given: Origin

    @classmethod
    def of(cls, address: str) -> AddressGuard:
        """Return the guard for an address that a person gave."""
        return cls(origin(address))

    def check(self, address: str) -> None:
        """Refuse an address by its text.

        Raises
        ------
        AddressError
            If it is neither http(s) nor of the given origin, or names a host that is not public.
        """
        found = origin(address)
        if found == self.given:
            return
        if found.scheme not in ("http", "https"):
            raise _refused(address, f"a document leads to {found.scheme}")
        literal = _literal(found.host)
        if (
            found.host.rstrip(".") == "localhost"
            or found.host.rstrip(".").endswith(".localhost")
            or (literal and not is_public(literal))
        ):
            raise _refused(address, "a document leads to an address that is not public")

    def check_peer(self, address: str, peer: str) -> None:
        """Refuse the numeric `peer` that the host of `address` was resolved to, unless it is public.

        Raises
        ------
        AddressError
            If `peer` is not public and `address` is not of the given origin.
        """
        if origin(address) != self.given and not is_public(peer):
            raise _refused(address, f"its host resolves to {peer}, which is not public")

    def check_resolved(self, address: str) -> None:
        """Resolve the host of `address` and refuse it unless every numeric address passes `check_peer`."""
        self.check(address)
        found = origin(address)
        if found == self.given:
            return
        try:
            answers = socket.getaddrinfo(found.host, found.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise AddressError(
                f"unknown host ({error})", where=_shown(address), remedy="check the network"
            ) from error
        for answer in answers:
            self.check_peer(address, str(answer[4][0]))


def is_public(numeric: str) -> bool:
    """Say whether a numeric IP address can be reached by everybody, IPv4 inside IPv6 included."""
    ip = ipaddress.ip_address(numeric.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        ip = _inner(ip)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _inner(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the IPv4 address that an IPv6 one leads to, if it does (RFC 4291, 3056, 4380 and 6052)."""
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)


def _is_odd(character: str) -> bool:
    """Say whether libraries disagree about an address with this character in it."""
    return character == "\\" or character.isspace() or not character.isprintable()


def _literal(host: str) -> str:
    """Return the numeric form of a literal host, ``127.1`` and ``0x7f000001`` included; '' for a name."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return ""


def _refused(address: str, what: str) -> AddressError:
    return AddressError(what, where=_shown(address), remedy="give that address yourself if you trust it")


def _shown(address: str) -> str:
    return repr(address[:200])
