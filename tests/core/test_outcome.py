"""Found, none and failed are told apart, and the books balance."""

from __future__ import annotations

import json

import pytest

from astrolib.core.outcome import Missing, Outcome

GONE = Missing("ivo://a/1", "it answered 404")


def test_the_books_balance() -> None:
    with pytest.raises(ValueError, match="3 requested, but 1 delivered and 1 missing"):
        Outcome("found", requested=3, delivered=1, missing=(GONE,))


def test_a_delivery_is_found_none_or_failed() -> None:
    assert Outcome.of_delivery(2, (GONE,), truncated=True).status == "found"
    assert Outcome.of_delivery(0, ()).status == "none"
    nothing = Outcome.of_delivery(0, (GONE,), truncated=True)
    assert (nothing.status, nothing.requested, nothing.truncated) == ("failed", 1, True)
    assert "404" in nothing.reason


def test_a_failure_says_why_on_one_line() -> None:
    assert Outcome.failed("no answer\nfrom the service").reason == "no answer from the service"


def test_the_json_has_the_agreed_keys() -> None:
    told = json.loads(json.dumps(Outcome.of_delivery(1, (GONE,)).as_dict()))
    assert told["missing"] == [{"id": "ivo://a/1", "reason": "it answered 404"}]
    assert {"status", "requested", "delivered", "missing", "truncated"} <= told.keys()
