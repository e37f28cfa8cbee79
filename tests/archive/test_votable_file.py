"""An offer comes from a VOTable on disk or at an address, and only if it names spectra."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from astropy.table import Table

from astrolib.archive import fetch, read_offer
from astrolib.core.errors import RefusedError
from astrolib.core.settings import Settings

Serve = Callable[[Callable[[Any], None]], Any]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Return a table as a person saves it, with a column of addresses known only by its name."""
    path = tmp_path / "saved.vot"
    rows = Table({"accref": ["http://127.0.0.1:1/1.fits", "http://127.0.0.1:1/2.fits"], "my_class": [1, 2]})
    rows.write(path, format="votable")
    return path


def test_a_saved_table_is_an_offer(saved: Path, quick: Settings) -> None:
    answer = read_offer(saved, quick)
    assert (answer.status, len(answer), answer.address) == ("found", 2, str(saved))
    assert answer.native["my_class"].tolist() == [1, 2]


def test_a_saved_table_vouches_for_no_private_address(saved: Path, tmp_path: Path, quick: Settings) -> None:
    answer = read_offer(saved, quick)
    delivery = fetch(answer.offer, tmp_path / "new", given=answer.address, settings=quick)
    assert all("give that address yourself" in row.reason for row in delivery.missing)


def test_a_table_at_an_address_is_an_offer(serve: Serve, saved: Path, quick: Settings) -> None:
    server = serve(lambda request: request.reply(body=saved.read_bytes(), kind="application/x-votable+xml"))
    answer = read_offer(server.address + "saved.vot", quick)
    assert (answer.status, answer.address) == ("found", server.address + "saved.vot")


def test_a_table_without_addresses_is_failed(tmp_path: Path, quick: Settings) -> None:
    path = tmp_path / "catalogue.vot"
    Table({"ra": [1.0], "dec": [2.0]}).write(path, format="votable")
    answer = read_offer(path, quick)
    assert answer.status == "failed"
    assert "name the column of addresses accref" in answer.reason


def test_what_is_no_table_is_failed_and_what_is_not_there_is_refused(tmp_path: Path, quick: Settings) -> None:
    path = tmp_path / "text.vot"
    path.write_text("no table")
    assert read_offer(path, quick).status == "failed"
    with pytest.raises(RefusedError, match="no such file"):
        read_offer(tmp_path / "nowhere.vot", quick)


def test_recorded_answers_are_offers(shared: Path, quick: Settings) -> None:
    assert len(read_offer(shared / "data" / "vo" / "ssa" / "result.xml", quick)) == 36
    assert read_offer(shared / "data" / "vo" / "scs" / "result.xml", quick).status == "failed"
