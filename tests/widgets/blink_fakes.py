"""A made-up search: tracklets that are right or wrong, and whoever measures them, without any science."""

from __future__ import annotations

import numpy as np

from astrolib.core.errors import RefusedError
from astrolib.movers.blink.vigilance import Watch
from astrolib.widgets.state.blink_functions import (
    BlinkFunctions,
    Cutouts,
    Evidence,
    Known,
    Measured,
    Position,
)
from astrolib.widgets.state.verify_functions import Fact

HOSTILE = "<img src=x onerror=window.hacked=1>"
SIZE = 64


def make_cutouts(n: int = 4, size: int = SIZE, seed: int = 1) -> Cutouts:
    """Return frames with a star that rests and an object that moves by 4 pixels a frame."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices((size, size))
    x, y = size / 2 + 4.0 * np.arange(n), np.full(n, size / 2)
    pixels = rng.normal(200 + 30 * np.arange(n)[:, None, None], 5, (n, size, size))
    for frame in range(n):
        for left, low, peak in ((12, 14, 900), (x[frame], y[frame], 120)):
            pixels[frame] += peak * np.exp(-0.25 * ((columns - left) ** 2 + (rows - low) ** 2))
    nothing = np.zeros(n, int)
    return Cutouts(pixels.astype(np.float32), x, y, nothing, nothing, 0.333, (0.0, 1.0), (-1.0, 0.0))


def make_evidence(identity: str, n: int = 4, size: int = SIZE) -> Evidence:
    """Return what is known of a made-up tracklet; its third frame has no position."""
    if identity == "gone":
        raise RefusedError("no such tracklet", where=identity)
    positions = tuple(
        Position(
            f"r{number}.fits",
            f"2026-03-01T22:{10 + 8 * number:02d}:30.000",
            number * 0.14,
            number != 2,
            *((20.1 + 0.1 * number, 0.08, 12.0, 1.2, 0.07, 140.0) if number != 2 else ()),
            flags="blended" if number == 1 else "",
        )
        for number in range(n)
    )
    apart = {"separation": 3.2, "allowed": 10.0, "motion": 0.01, "motion_allowed": 0.02}
    nearby = ({"name": HOSTILE, "matches": True, "mag": 20.0} | apart,)
    return Evidence(
        identity,
        make_cutouts(n, size),
        positions,
        Known("known", f"{HOSTILE}: O−C +0.10″", nearby),
        (Fact("found by", "the ordinary search"),),
        (Fact("probability", "0.93"),),
    )


def make_measured(identity: str, without: frozenset[str]) -> Measured:
    """Return a measurement that says which positions were left out."""
    frames = [f"r{number}.fits" for number in (0, 1, 3)]
    residuals = dict.fromkeys(frames, (0.05, -0.04, 0.08, np.nan))
    kept = [frame for frame in frames if frame not in without]
    said = (Fact("positions", str(len(kept))), Fact("rate", "0.52 ″/min"))
    return Measured(said, residuals, {"fwhm": 1.2, "ellipticity": np.nan, "theta": 140.0}, "\n".join(kept))


def make_watch() -> list[Watch]:
    """Return how well a made-up person told what was planted."""
    return [Watch("ada", np.nan, 5, 4, 2, 1), Watch("ada", 20.25, 5, 4, 0, 0)]


FUNCTIONS = BlinkFunctions(make_evidence, make_measured, make_watch)
