"""What the libraries raise when no answer comes, as errors of ours."""

from __future__ import annotations

import requests
import urllib3

from astrolib.archive.refusal import one_line, shown
from astrolib.archive.retry import PassingError
from astrolib.core.errors import ServiceError

LIBRARY_ERRORS = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, UnicodeError)
"""What requests, urllib3, the sockets and the codecs of host names raise."""

_PASSING = (
    requests.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
    urllib3.exceptions.ProtocolError,
    ConnectionError,
)
_IN_TIME = (requests.Timeout, TimeoutError)


def ours(error: Exception, address: str, deadline: float, *, over: bool) -> ServiceError:
    """Return the error of ours that says what happened; a `PassingError` where another try may help.

    Parameters
    ----------
    error : Exception
        One of `LIBRARY_ERRORS`.
    address : str
        What was asked for.
    deadline : float
        The time that was given [s].
    over : bool
        Whether that time is over, whatever the error says.
    """
    if over or isinstance(error, _IN_TIME):
        return ServiceError(
            f"no whole answer within {deadline:g} s",
            where=shown(address),
            remedy="raise deadline, or ask for less",
        )
    if isinstance(error, _PASSING) and not isinstance(error, requests.exceptions.SSLError):
        return PassingError(f"no connection ({root_cause(error)})", where=shown(address))
    return ServiceError(root_cause(error), where=shown(address), remedy="check the address")


def root_cause(error: BaseException) -> str:
    """Return what began it: the libraries wrap one error into the next."""
    while cause := error.__cause__ or error.__context__:
        error = cause
    return one_line(error) or type(error).__name__
