"""List files that a web server shows as an index, and those of an FTP server, in a folder and below."""

from __future__ import annotations

from html.parser import HTMLParser
from posixpath import normpath
from urllib.parse import unquote, urljoin, urlsplit

from astrolib.archive import ftp
from astrolib.archive.answer import Answer, answered
from astrolib.archive.http import Client
from astrolib.archive.walk import Place, walked
from astrolib.core import settings as core_settings
from astrolib.core.addresses import AddressGuard, origin
from astrolib.core.errors import AddressError, ServiceError
from astrolib.core.settings import Settings

_MAX_LINKS = 100_000


def list_address(address: str, settings: Settings | None = None) -> Answer:
    """List the files below an http, https or ftp address that may hold spectra.

    Parameters
    ----------
    address : str
        Of a folder. Nothing above it and no other server is looked at.
    settings : Settings, optional
        Those in force by default.

    Returns
    -------
    Answer
        ``found``, ``none`` or ``failed``; ``truncated`` where a part could not be listed.

    Raises
    ------
    AddressError
        If the address is malformed.
    """
    settings = settings or core_settings.load()
    guard = AddressGuard.of(address)
    start = urlsplit(address)._replace(query="", fragment="").geturl().rstrip("/") + "/"
    if guard.given.scheme == "ftp":
        return answered(address, lambda: _over_ftp(guard, start, settings))
    return answered(address, lambda: _over_http(guard, start, settings))


def _over_ftp(guard: AddressGuard, start: str, settings: Settings) -> Answer:
    with ftp.opened(guard, start, settings) as connection:
        return walked(start, lambda folder: ftp.entries(connection, folder), settings)


def _over_http(guard: AddressGuard, start: str, settings: Settings) -> Answer:
    with Client(guard, settings) as client:

        def look(folder: str) -> list[Place]:
            page = client.get(folder, html=True)
            if not is_below(page.address, start):
                raise AddressError(
                    "it leads out of the listing", where=folder, remedy="list that address itself"
                )
            if page.media_type not in ("text/html", "application/xhtml+xml"):
                raise ServiceError("no listing", where=folder, remedy="give the address of a folder")
            return places(page.content.decode("utf-8", "replace"), page.address, start)

        return walked(start, look, settings)


def places(page: str, address: str, start: str) -> list[Place]:
    """Return the files and folders that an index page names, each once.

    Parameters
    ----------
    page : str
        HTML as Apache, nginx, lighttpd or Python's own server writes it.
    address : str
        Where the page came from.
    start : str
        Address of the outermost folder; links that do not lie below it and below the page are left out.
    """
    reader = _Links()
    reader.feed(page)
    found: dict[str, Place] = {}
    for target in reader.targets:
        try:
            link = urljoin(address, target)
            if is_below(link, start) and is_below(link, address) and not urlsplit(link).query:
                link = urlsplit(link)._replace(fragment="").geturl()
                name = unquote(link.rstrip("/").rsplit("/", 1)[-1])
                found[link] = Place(link, name, link.endswith("/"))
        except (ValueError, AddressError):
            continue
    return list(found.values())


def is_below(address: str, folder: str) -> bool:
    """Say whether an address lies within a folder of the same server, however it is spelt."""
    path, base = (_plain_path(each) for each in (address, folder))
    base = base if base.endswith("/") else base.rsplit("/", 1)[0] + "/"
    return origin(address) == origin(folder) and (path == base or (path.startswith(base) and path != base))


def _plain_path(address: str) -> str:
    """Return the path without escapes and dots; a trailing slash stays."""
    path = unquote(unquote(urlsplit(address).path)).replace("\\", "/") or "/"
    plain = "/" + normpath(path).lstrip("/")
    return plain + "/" if path.endswith("/") and plain != "/" else plain


class _Links(HTMLParser):
    """Collects the targets of links."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and len(self.targets) < _MAX_LINKS:
            self.targets += [value.strip() for name, value in attrs if name == "href" and value]
