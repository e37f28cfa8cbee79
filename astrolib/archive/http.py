"""One guarded HTTP client: addresses, time, size and truncation are checked, and nothing is cached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

import requests
import urllib3
from requests.utils import get_environ_proxies, select_proxy

from astrolib.archive.failure import LIBRARY_ERRORS, ours
from astrolib.archive.part import PartFile
from astrolib.archive.refusal import (
    StatusError,
    check_not_html,
    check_status,
    media_type,
    shown,
)
from astrolib.archive.retry import Clock, PassingError, persist
from astrolib.archive.session import guarded_session
from astrolib.core.addresses import AddressGuard
from astrolib.core.errors import ServiceError
from astrolib.core.settings import Settings

MAX_REDIRECTS = 5
_CHUNK = 65536


@dataclass(frozen=True)
class Reply:
    """A whole answer.

    Parameters
    ----------
    content : bytes
        The body, decoded.
    address : str
        Where it came from, after redirects.
    media_type : str
        As the service says, in lower case and without parameters.
    """

    content: bytes
    address: str
    media_type: str


class Client:
    """Fetches over HTTP what a person asked for, and what the answers lead to.

    Each call has one deadline for everything: connecting, TLS, headers, body, redirects and retries. Only
    the system's resolver keeps its own time. Behind a proxy of the environment the peer is the proxy, so
    that there each host is resolved and checked before it is asked for.

    Parameters
    ----------
    guard : AddressGuard
        Decides which addresses may be fetched.
    settings : Settings
        Deadline, retries and largest size.
    clock : Clock, optional
        Where the time between attempts comes from.
    """

    def __init__(self, guard: AddressGuard, settings: Settings, *, clock: Clock | None = None) -> None:
        self.guard, self.settings, self.clock = guard, settings, clock or Clock()
        self._session = guarded_session(guard, settings.downloads)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, address: str, params: Mapping[str, str] | None = None, *, html: bool = False) -> Reply:
        """Fetch a document into memory.

        Parameters
        ----------
        address : str
            http or https.
        params : mapping, optional
            Query parameters; they replace those of the same name in `address`.
        html : bool
            Whether a web page is welcome; elsewhere it is a service's way to say that something is wrong.

        Raises
        ------
        AddressError
            If the guard refuses the address, or one that it redirects to.
        ServiceError
            If no whole, sensible answer comes within the deadline.
        """
        address = with_params(address, params or {})

        def attempt(end: float) -> Reply:
            with self._open(address, {"Accept-Encoding": "gzip"}, end) as response:
                content = b"".join(self._chunks(response))
                if not html:
                    check_not_html(content, str(response.url))
                return Reply(content, str(response.url), media_type(response))

        return self._persist(attempt)

    def save(self, address: str, path: Path) -> None:
        """Fetch a file to `path`, going on where an earlier call was interrupted (see `PartFile`).

        Raises
        ------
        AddressError, ServiceError
            As for `get`. A web page counts as an error.
        AstrolibError
            If it cannot be written.
        """
        part = PartFile(path)

        def attempt(end: float) -> None:
            headers = {"Accept-Encoding": "identity"} | part.headers()
            try:
                with self._open(address, headers, end) as response:
                    rest = part.accepts(response)
                    chunks = self._chunks(response)
                    part.write(chunks if rest else _no_page(chunks, str(response.url)), rest=rest)
            except StatusError as error:
                if error.code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not part.size:
                    raise
                part.forget()
                raise PassingError("the file has changed meanwhile", where=error.where) from error

        self._persist(attempt)
        part.forget()

    def _persist(self, attempt: Any) -> Any:
        return persist(
            attempt, deadline=self.settings.deadline, retries=self.settings.retries, clock=self.clock
        )

    @contextmanager
    def _open(self, address: str, headers: dict[str, str], end: float) -> Iterator[requests.Response]:
        first = address
        for _ in range(MAX_REDIRECTS + 1):
            with self._explained(address, end), self._send(address, headers, end) as response:
                if not response.is_redirect:
                    check_status(response)
                    yield response
                    return
                address = urljoin(address, response.headers["Location"])
        raise ServiceError("redirects without end", where=first, remedy="check the address")

    def _send(self, address: str, headers: dict[str, str], end: float) -> requests.Response:
        self.guard.check(address)
        proxies = get_environ_proxies(address)
        if select_proxy(address, proxies):
            self.guard.check_resolved(address)
        return self._session.get(
            address,
            headers=headers,
            proxies=proxies,
            stream=True,
            allow_redirects=False,
            timeout=urllib3.Timeout(total=max(end - self.clock.now(), 0.001)),  # type: ignore[arg-type]
        )

    @contextmanager
    def _explained(self, address: str, end: float) -> Iterator[None]:
        """Turn what the libraries raise into errors of ours."""
        try:
            yield
        except LIBRARY_ERRORS as error:
            over = self.clock.now() >= end - 0.01
            raise ours(error, address, self.settings.deadline, over=over) from error

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        limit = self.settings.max_file_mb * 1e6
        received = 0
        for chunk in response.iter_content(_CHUNK):
            received += len(chunk)
            if received > limit:
                raise ServiceError(
                    f"more than {self.settings.max_file_mb:g} MB",
                    where=shown(str(response.url)),
                    remedy="raise max_file_mb, or ask for less",
                )
            yield chunk


def _no_page(chunks: Iterator[bytes], address: str) -> Iterator[bytes]:
    """Go through a file's chunks, unless it begins as a web page."""
    for number, chunk in enumerate(chunks):
        if number == 0:
            check_not_html(chunk, address)
        yield chunk


def with_params(address: str, params: Mapping[str, str]) -> str:
    """Return `address` with query parameters, in place of those of the same name in any case."""
    if not params:
        return address
    parts = urlsplit(address)
    taken = {name.lower() for name in params}
    pieces = [piece for piece in parts.query.split("&") if piece]
    kept = [piece for piece in pieces if unquote(piece.split("=")[0]).lower() not in taken]
    query = "&".join([*kept, urlencode(params, quote_via=quote, safe=",/:")])
    return urlunsplit(parts._replace(query=query, fragment=""))
