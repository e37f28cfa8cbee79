"""A name is found, known to nobody, or could not be asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from astrolib.archive import resolve_name
from astrolib.core import paths
from astrolib.core.errors import RefusedError
from astrolib.core.settings import Settings

Serve = Callable[[Callable[[Any], None]], Any]
LIVE = Settings(profile="live", deadline=5, retries=0)
FOUND = b"""<?xml version="1.0"?><Sesame><Target option="SNV"><name>gamma Cas</name><Resolver name="S=Simbad">
<jpos>00:56:42.5</jpos><jradeg>14.17712</jradeg><jdedeg>+60.71674</jdedeg></Resolver></Target></Sesame>"""
NOBODY = b"""<Sesame><Target option="SNV"><name>nothing</name>
<Resolver name="S=Simbad"><INFO>*** Nothing found ***</INFO></Resolver>
<Resolver name="V=VizieR"><INFO>*** Nothing found ***</INFO></Resolver></Target></Sesame>"""
TROUBLE = b"""<Sesame><Target option="SNV"><Resolver name="S=Simbad"><ERROR>refused</ERROR></Resolver>
<Resolver name="V=VizieR"><INFO>*** Nothing found ***</INFO></Resolver></Target></Sesame>"""


def sesame(serve: Serve, body: bytes, name: str = "gamma Cas", status: int = 200) -> tuple[Any, Any]:
    server = serve(lambda request: request.reply(status, body, "text/xml"))
    return resolve_name(name, LIVE, sesame=server.address + "SNV"), server


def test_sesame_finds_a_star(serve: Serve) -> None:
    answer, server = sesame(serve, FOUND)
    assert answer.status == "found"
    assert (answer.position.ra.deg, answer.position.dec.deg) == pytest.approx((14.17712, 60.71674))
    assert server.asked == ["/SNV?gamma%20Cas"]


def test_a_name_that_nobody_knows_is_none(serve: Serve) -> None:
    assert sesame(serve, NOBODY)[0].status == "none"


@pytest.mark.parametrize(
    "body",
    [
        TROUBLE,
        b"<Sesame/>",
        b"not XML",
        b'<!DOCTYPE a [<!ENTITY b "c">]><Sesame>&b;</Sesame>',
        FOUND.replace(b"14.17712", b"nan"),
        FOUND.replace(b"14.17712", b"east"),
    ],
)
def test_what_could_not_be_asked_is_failed(serve: Serve, body: bytes) -> None:
    answer, _ = sesame(serve, body)
    assert answer.status == "failed"
    assert answer.reason


def test_a_server_in_trouble_is_failed(serve: Serve) -> None:
    assert sesame(serve, b"", status=500)[0].status == "failed"


def test_a_name_cannot_change_the_address(serve: Serve) -> None:
    _, server = sesame(serve, NOBODY, "x&y=1#z/../?a")
    assert server.asked == ["/SNV?x%26y%3D1%23z/../%3Fa"]


def local_archive(serve: Serve) -> Any:
    def answer(request: Any) -> None:
        if request.path.startswith("/ssap"):
            request.reply(body=b"<VOTABLE/>")
        elif request.path == "/names?name=SIM%200005":
            request.reply(body=json.dumps({"name": "SIM 0005", "ra": 10.5, "dec": -20.25}).encode())
        elif request.path == "/names?name=broken":
            request.reply(body=b"[]")
        else:
            request.reply(404)

    server = serve(answer)
    told = {name: f"{server.address}{name}?" for name in ("ssap", "names", "scs")}
    paths.archive_address_file().write_text(json.dumps(told | {"pid": 1}))
    return server


def test_the_local_archive_answers_offline(serve: Serve, quick: Settings) -> None:
    local_archive(serve)
    found = resolve_name("SIM 0005", quick)
    assert (found.status, found.position.ra.deg, found.position.dec.deg) == ("found", 10.5, -20.25)
    assert resolve_name("gamma Cas", quick).status == "none"
    assert resolve_name("broken", quick).status == "failed"


def test_the_environment_names_the_local_archive(
    serve: Serve, quick: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = local_archive(serve)
    paths.archive_address_file().unlink()
    assert resolve_name("SIM 0005", quick).status == "failed"
    monkeypatch.setenv("ASTROLIB_LOCAL_ARCHIVE", server.address + "ssap?")
    monkeypatch.setenv("ASTROLIB_LOCAL_NAMES", server.address + "names?")
    assert resolve_name("SIM 0005", quick).status == "found"


def test_without_a_local_archive_the_remedy_is_named(quick: Settings) -> None:
    answer = resolve_name("gamma Cas", quick)
    assert answer.status == "failed"
    assert "astrolib sky serve" in answer.reason


def test_an_empty_name_is_refused() -> None:
    with pytest.raises(RefusedError):
        resolve_name("  ")
