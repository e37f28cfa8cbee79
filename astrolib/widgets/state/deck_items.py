"""Objects of a deck, loaded before they are wanted."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from astrolib.widgets.state.background import Background

MOST_KEPT = 8


@dataclass
class Loading:
    """What has come of loading one object; `error` is one line, empty where it went well."""

    item: Any = None
    error: str = ""
    done: bool = False


class Prefetch:
    """Loads objects beside the kernel, and keeps the few that were asked for last.

    Parameters
    ----------
    load : callable
        Id -> whatever the stage shows.
    arrived : callable
        Called with the id when it is loaded or failed, on the kernel's loop.
    background : Background
        Where loading runs.
    """

    def __init__(
        self, load: Callable[[str], Any], arrived: Callable[[str], object], background: Background
    ) -> None:
        self._load, self._arrived, self._background = load, arrived, background
        self._kept: OrderedDict[str, Loading] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, object_id: str) -> Loading:
        """Return what is known of an object, and start loading it if nothing is, or if that failed before."""
        with self._lock:
            found = self._kept.pop(object_id, None)
            is_new = found is None or bool(found.error)
            loading = self._kept[object_id] = Loading() if found is None or is_new else found
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        if is_new:
            self._background.run(lambda: self._work(object_id, loading))
        return loading

    def _work(self, object_id: str, loading: Loading) -> None:
        try:
            loading.item = self._load(object_id)
        except Exception as error:  # noqa: BLE001 - in a thread it would be seen by nobody
            loading.error = " ".join(str(error).split()) or type(error).__name__
        loading.done = True
        self._background.back(lambda: self._arrived(object_id))
