"""What a service says when it does not give what was asked for: status, complaint, web page."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import requests

from astrolib.archive.retry import PassingError
from astrolib.core.errors import ServiceError

_PASSING = (429, 502, 503, 504)
_COMPLAINT_BYTES = 20_000
_COMPLAINT_LENGTH = 200


class StatusError(ServiceError):
    """A service answered with a status that is no success, and will not pass.

    Parameters
    ----------
    code : int
        The HTTP status.
    """

    def __init__(self, code: int, said: str, *, where: str) -> None:
        super().__init__(f"it answered {code} {said}".rstrip(), where=where, remedy="check the request")
        self.code = code


def check_status(response: requests.Response) -> None:
    """Raise unless the answer is a success with a body.

    Raises
    ------
    PassingError
        For 429, 502, 503 and 504, with what Retry-After asks for.
    StatusError
        For any other status from 300 on.
    ServiceError
        For 204: there is no content.
    """
    code, where = response.status_code, shown(str(response.url))
    if code in _PASSING:
        raise PassingError(f"it answered {code}", where=where, wait=_retry_after(response))
    if code == HTTPStatus.NO_CONTENT:
        raise ServiceError("it answered 204, no content", where=where, remedy="ask for what it covers")
    if code >= HTTPStatus.MULTIPLE_CHOICES:
        said = complaint(response.raw.read(_COMPLAINT_BYTES, decode_content=True))
        raise StatusError(code, said, where=where)


def check_not_html(content: bytes, address: str) -> None:
    """Raise `ServiceError` if the content is a web page."""
    head = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or (
        head.startswith((b"<?xml", b"<!--")) and b"<html" in head
    ):
        raise ServiceError(
            f"a web page in place of data ({complaint(content)})",
            where=shown(address),
            remedy="open the address in a browser",
        )


def complaint(content: bytes) -> str:
    """Return the words of an error document, without markup, cut to a line."""
    text = content[:_COMPLAINT_BYTES].decode("utf-8", "replace")
    text = re.sub(r"(?is)<(script|style|head)\b.*?</\1>", " ", text)
    return one_line(html.unescape(re.sub(r"(?s)<[^>]*>", " ", text)))[:_COMPLAINT_LENGTH]


def media_type(response: requests.Response) -> str:
    """Return the media type in lower case, without parameters."""
    return response.headers.get("Content-Type", "").split(";")[0].strip().lower()


def one_line(said: object) -> str:
    """Return a text from outside on one line, without control characters."""
    return "".join(character if character.isprintable() else " " for character in str(said)).strip()


def shown(address: str) -> str:
    """Return an address for an error message: without its query, and cut to a line."""
    return one_line(address.split("?")[0])[:_COMPLAINT_LENGTH]


def _retry_after(response: requests.Response) -> float | None:
    """Read Retry-After, in seconds or as a date (RFC 9110, section 10.2.3)."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        return None
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)
