"""Time one way against another in the same run: in turn, medians, and the ratio pair by pair."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def compare(
    name: str, ours: Callable[[], object], peer: Callable[[], object], *, runs: int = 5, unit: str = "s"
) -> float:
    """Run both in turn after one warm-up each, print a row, and return the median of ours / peer.

    Parameters
    ----------
    name : str
        What is measured.
    ours, peer : callable
        Each does the whole work once.
    runs : int
        Counted pairs.
    unit : str
        Unit of the printed times.
    """
    ours(), peer()
    pairs = [(_seconds(ours), _seconds(peer)) for _ in range(runs)]
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{name:<50} {mine:9.3f} {unit}   peer {theirs:9.3f} {unit}   ratio {ratio:7.3f}")
    return ratio


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
