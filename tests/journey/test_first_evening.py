"""A new user's first evening, in Chromium through the hub: log in, find, look, label, come back."""

from __future__ import annotations

from typing import Any

import pytest

from astrolib.labels import LabelStore, label_table

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KEYS = "SDHEAOQB"
N_LABELS = 50


def deck(page: Any) -> Any:
    return page.locator(".astrolib-deck[data-object]")


def test_log_in_find_look_label_close_and_come_back(page: Any, browser: Any, hub: Any, person: Any):
    ada = person(page)
    ada.log_in()
    ada.find()

    ada.open("20_look_and_label.ipynb")
    ada.run_all()
    deck(page).wait_for(timeout=120_000)
    for number in range(N_LABELS):
        on_show = deck(page).get_attribute("data-object")
        deck(page).press(KEYS[number % len(KEYS)])
        page.locator(f".astrolib-deck[data-object]:not([data-object='{on_show}'])").wait_for()
    place = deck(page).get_attribute("data-object")
    page.context.close()

    again = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    back = person(again)
    back.log_in()
    back.open("20_look_and_label.ipynb")
    back.run_all()
    deck(again).wait_for(timeout=120_000)
    assert deck(again).get_attribute("data-object") == place
    again.get_by_text(f"{N_LABELS} of 180").first.wait_for()
    again.context.close()

    labels = label_table(LabelStore(hub.home / "labels.sqlite").events())
    assert len(labels) == N_LABELS
    assert set(labels["who"]) == {hub.user}
