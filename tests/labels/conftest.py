"""A store, and events that say something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from astrolib.labels import LabelEvent, LabelStore

BEGIN = datetime(2026, 1, 31, 21, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> LabelStore:
    return LabelStore(tmp_path / "labels.sqlite")


@pytest.fixture
def say() -> Callable[..., LabelEvent]:
    """Return a function that makes events of one question, a second apart."""
    made: list[LabelEvent] = []

    def event(object_id: str, value: str, who: str = "ada", kind: str = "answer", **more: Any) -> LabelEvent:
        when = BEGIN + timedelta(seconds=len(made))
        question = more.pop("question", "halpha")
        made.append(LabelEvent(object_id, question, 1, kind, value, who, **({"when": when} | more)))  # type: ignore[arg-type]
        return made[-1]

    return event
