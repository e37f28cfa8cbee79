"""The addresses of the archive, as a Starlette application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from astrolib.core.errors import AstrolibError, ParameterError
from astrolib.sky.archive import datalink, image, neighbours, preview, sdm, soda, ssap, stars
from astrolib.sky.archive.entry import Entry, read_entry
from astrolib.sky.archive.index import Index
from astrolib.sky.archive.parameters import Parameters
from astrolib.sky.archive.soda import NotFoundError, NothingLeftError
from astrolib.sky.archive.votable import DATALINK_TYPE, MEDIA_TYPE, error_document

MAX_BODY = 1_000_000
"""Largest form that is read [byte]."""

_FORM = "application/x-www-form-urlencoded"

_AVAILABLE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<availability xmlns="http://www.ivoa.net/xml/VOSIAvailability/v1.0"><available>true</available></availability>'
)

Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]
Answer = Callable[[Index, Parameters, str], Response]


def build_app(
    index: Index, *, hosts: tuple[str, ...] = ("127.0.0.1", "localhost"), lifespan: Lifespan | None = None
) -> Starlette:
    """Return the application that serves an index.

    Parameters
    ----------
    index : Index
        What there is to serve.
    hosts : tuple of str
        The names by which it may be asked: a page that calls itself otherwise is not answered.
    lifespan : callable, optional
        What to do when it starts and ends.
    """
    routes = [Route(path, _endpoint(answer), methods=["GET", "POST"]) for path, answer in _ANSWERS.items()]
    routes += [
        Route("/spectrum/{key:path}", _by_key(_spectrum)),
        Route("/file/{key:path}", _by_key(_file)),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))],
        exception_handlers={AstrolibError: _refused, OSError: _lost},
        lifespan=lifespan,
    )
    app.state.index = index
    return app


def _endpoint(answer: Answer) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        query = Parameters([*request.query_params.multi_items(), *await _form(request)])
        return await run_in_threadpool(answer, request.app.state.index, query, str(request.base_url))

    return endpoint


async def _form(request: Request) -> list[tuple[str, str]]:
    if not request.headers.get("content-type", "").startswith(_FORM):
        return []
    body = b""
    chunks: AsyncIterator[bytes] = request.stream()
    async for chunk in chunks:
        body += chunk
        if len(body) > MAX_BODY:
            raise ParameterError(f"a form of more than {MAX_BODY} bytes", remedy="ask for less at a time")
    return parse_qsl(body.decode("utf-8", "replace"))


def _ssap(index: Index, query: Parameters, base: str) -> Response:
    try:
        return Response(ssap.answer(index, query, base), media_type=MEDIA_TYPE)
    except (
        ParameterError
    ) as error:  # SSAP 1.1, section 8.10.2: an error is a VOTable, and HTTP's status is 200
        return Response(error_document(error), media_type=MEDIA_TYPE)


def _cone(search: Callable[[Index, Parameters], bytes]) -> Answer:
    def answer(index: Index, query: Parameters, base: str) -> Response:
        try:
            return Response(search(index, query), media_type=MEDIA_TYPE)
        except ParameterError as error:
            return Response(stars.error_document(error), media_type=MEDIA_TYPE)

    return answer


def _image(index: Index, query: Parameters, base: str) -> Response:
    content, media = image.answer(index.catalogue, query)
    return Response(content, media_type=media)


def _datalink(index: Index, query: Parameters, base: str) -> Response:
    return Response(datalink.answer(index, query, base), media_type=DATALINK_TYPE)


def _soda(index: Index, query: Parameters, base: str) -> Response:
    content, media = soda.process(index, query)
    return Response(content, media_type=media)


def _preview(index: Index, query: Parameters, base: str) -> Response:
    spectrum = read_entry(soda.find(index, query.only("ID")).path)
    return Response(preview.svg(spectrum), media_type=preview.SVG_TYPE)


def _names(index: Index, query: Parameters, base: str) -> Response:
    return JSONResponse(stars.resolve(index, query.only("NAME")))


def _skybot(index: Index, query: Parameters, base: str) -> Response:
    content, media, status = index.skybot.answer(query)
    return Response(content, media_type=media, status_code=status)


def _availability(index: Index, query: Parameters, base: str) -> Response:
    return Response(_AVAILABLE, media_type="text/xml")


_ANSWERS: dict[str, Answer] = {
    "/ssap": _ssap,
    "/scs": _cone(stars.cone_search),
    "/simbad": _cone(lambda index, query: neighbours.simbad(index.catalogue, query)),
    "/gaia": _cone(lambda index, query: neighbours.gaia(index.catalogue, query)),
    "/hips2fits": _image,
    "/skybot": _skybot,
    "/datalink": _datalink,
    "/soda": _soda,
    "/preview": _preview,
    "/names": _names,
    "/availability": _availability,
}


def _by_key(answer: Callable[[Entry], Response]) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        key = request.path_params["key"]
        entry = request.app.state.index.by_key.get(key)
        if entry is None:
            raise NotFoundError("no file of this name", where=repr(key[:200]), remedy="ask the SSAP service")
        return answer(entry)

    return endpoint


def _spectrum(entry: Entry) -> Response:
    content = sdm.to_votable(read_entry(entry.path), entry)
    return Response(content, media_type=MEDIA_TYPE)


def _file(entry: Entry) -> Response:
    return FileResponse(entry.path, media_type=sdm.FITS_TYPE, stat_result=entry.path.stat())


def _refused(request: Request, error: Exception) -> Response:
    """Say in a line of plain text what was wrong (SODA 1.0, section 4.2)."""
    if isinstance(error, NothingLeftError):
        return Response(status_code=204)
    if isinstance(error, NotFoundError):
        return PlainTextResponse(f"NotFoundFault: {error}", status_code=404)
    if isinstance(error, ParameterError):
        return PlainTextResponse(f"UsageFault: {error}", status_code=400)
    return PlainTextResponse(f"Fault: {error}", status_code=500)


def _lost(request: Request, error: Exception) -> Response:
    return PlainTextResponse(
        "Fault: the file is not there any more; start the archive again", status_code=410
    )
