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

from astrolib.archive import refusal
from astrolib.archive.retry import Clock, PassingError, persist
from astrolib.archive.session import guarded_session
from astrolib.core.addresses import AddressGuard
from astrolib.core.errors import AstrolibError, ServiceError
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
                    refusal.check_not_html(content, str(response.url))
                return Reply(content, str(response.url), refusal.media_type(response))

        return self._persist(attempt)

    def save(self, address: str, part: Path) -> None:
        """Fetch a file to `part`, going on where an earlier call was interrupted.

        What an interrupted call leaves is kept if the service gave a strong ETag, which then stands beside
        it in ``PART.etag``; the rest is asked for with If-Range (RFC 9110, section 13.1.5), so that a file
        that has changed is fetched anew.

        Raises
        ------
        AddressError, ServiceError
            As for `get`. A web page counts as an error.
        """
        tag_file = part.with_name(part.name + ".etag")

        def attempt(end: float) -> None:
            start = part.stat().st_size if tag_file.exists() and part.exists() else 0
            resume = {"Range": f"bytes={start}-", "If-Range": tag_file.read_text()} if start else {}
            try:
                with self._open(address, {"Accept-Encoding": "identity"} | resume, end) as response:
                    self._write(response, part, tag_file, start)
            except ServiceError as error:
                if error.what.startswith("it answered 416"):
                    tag_file.unlink(missing_ok=True)
                    raise PassingError("the file has changed meanwhile", where=error.where) from error
                raise

        self._persist(attempt)
        tag_file.unlink(missing_ok=True)

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
                    refusal.check_status(response)
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
        """Turn what requests and urllib3 raise into our errors; those that may pass are repeated."""
        try:
            yield
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, UnicodeError) as error:
            if self.clock.now() >= end - 0.01 or isinstance(error, requests.Timeout | TimeoutError):
                raise ServiceError(
                    f"no whole answer within {self.settings.deadline:g} s",
                    where=refusal.shown(address),
                    remedy="raise deadline, or ask for less",
                ) from error
            if isinstance(error, requests.exceptions.SSLError | UnicodeError) or not isinstance(
                error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError | OSError
            ):
                raise ServiceError(
                    refusal.root_cause(error), where=refusal.shown(address), remedy="check the address"
                ) from error
            raise PassingError(
                f"no connection ({refusal.root_cause(error)})", where=refusal.shown(address)
            ) from error

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        limit = self.settings.max_file_mb * 1e6
        received = 0
        for chunk in response.iter_content(_CHUNK):
            received += len(chunk)
            if received > limit:
                raise ServiceError(
                    f"more than {self.settings.max_file_mb:g} MB",
                    where=refusal.shown(str(response.url)),
                    remedy="raise max_file_mb, or ask for less",
                )
            yield chunk

    def _write(self, response: requests.Response, part: Path, tag_file: Path, start: int) -> None:
        resumed = response.status_code == HTTPStatus.PARTIAL_CONTENT
        if resumed and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            raise ServiceError("it sent another part than asked for", where=refusal.shown(str(response.url)))
        tag = response.headers.get("ETag", "")
        keep = tag.startswith('"')  # a weak tag says nothing about single bytes
        if keep:
            tag_file.write_text(tag)
        else:
            tag_file.unlink(missing_ok=True)
        with _opened(part, "ab" if resumed else "wb") as stream:
            for number, chunk in enumerate(self._chunks(response)):
                if number == 0 and not resumed:
                    refusal.check_not_html(chunk, str(response.url))
                _store(stream, chunk, part)


def _opened(part: Path, mode: str) -> Any:
    try:
        return part.open(mode, buffering=0)
    except OSError as error:
        raise _not_stored(error, part) from error


def _store(stream: Any, chunk: bytes, part: Path) -> None:
    try:
        stream.write(chunk)
    except OSError as error:
        raise _not_stored(error, part) from error


def _not_stored(error: OSError, part: Path) -> AstrolibError:
    return AstrolibError(
        f"cannot be written ({error.strerror})",
        where=part.parent,
        remedy="make room, or choose another folder",
    )


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
