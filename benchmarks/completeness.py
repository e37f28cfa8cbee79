"""How much of what moves is found: eight regimes of simulated fields, scored against the truth.

Run it as ``python benchmarks/completeness.py [REGIME ...]``; it prints a row a regime, and draws the share
that was found against magnitude and rate into ``docs/images``. The seeds are none of those on which the
search was tuned (1000 to 1019 and 3000 to 3049).
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.core.files import write_text
from astrolib.movers.search import find_movers
from astrolib.sky.nights.field import floor_field
from astrolib.sky.nights.regimes import REGIMES
from astrolib.sky.nights.score import Score, score

SEEDS = range(2001, 2006)
ASKED = {
    "sparse": 0.98,
    "crowded": 0.92,
    "packed": 0.80,
    "three": 0.95,
    "slow": 0.90,
    "fast": 0.85,
    "faint": 0.95,
    "deep": 0.70,
}
IMAGES = Path(__file__).parents[1] / "docs" / "images"
WIDTH, HEIGHT, MARGIN = 420, 260, 46
COLOURS = ("#1b6ca8", "#c4572d", "#2d7d46", "#7a4fa3", "#8a6d1b", "#b03a6f", "#3a8f8f", "#555555")

HEAD = (
    f"{'regime':<9}{'asked':>7}{'found':>19}{'false':>7}{'twice':>7}"
    f"{'pos':>8}{'across':>8}{'bound':>8}{'mag':>8}{'s':>7}"
)

Points = list[tuple[float, float, bool]]


def main() -> None:
    """Measure the regimes that are named, or all."""
    regimes = sys.argv[1:] or list(REGIMES)
    points: dict[str, Points] = {}
    print(HEAD, flush=True)
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        jobs = {regime: [pool.submit(_measure, regime, seed) for seed in SEEDS] for regime in regimes}
        for regime, fields in jobs.items():
            measured = [field.result() for field in fields]
            print(_row(regime, measured), flush=True)
            points[regime] = [point for field in measured for point in field.points]
    if len(points) == len(REGIMES):
        write_text(IMAGES / "completeness-magnitude.svg", _drawing(points, 0, "magnitude", log=False))
        write_text(IMAGES / "completeness-rate.svg", _drawing(points, 1, "rate [arcsec/min]", log=True))


@dataclass(frozen=True)
class Measured:
    """One field: how many were found, missed, false and found twice, each mover's fate, residuals, time.

    The residuals are arrays: along and across the motion, the formal error along it [arcsec], magnitude, the
    mover's signal-to-noise ratio and its rate [arcsec/min].
    """

    found: int
    missed: int
    false: int
    twice: int
    points: Points
    residuals: dict[str, NDArray[np.float64]]
    seconds: float


def _measure(regime: str, seed: int) -> Measured:
    """Search one field."""
    field = floor_field(regime, seed)
    begin = time.process_time()
    movers = find_movers(field.frames)
    seconds = time.process_time() - begin
    judged = score(movers.tracklets[movers.tracklets["kind"] == "mover"], movers.detections, field.truth)
    residuals = {
        name: np.asarray(judged.residuals[name], float) for name in ("along", "across", "mag", "snr", "rate")
    }
    return Measured(
        len(judged.found),
        len(judged.missed),
        len(judged.false),
        len(judged.duplicates),
        _points(judged, field.truth),
        residuals | {"error": _formal(judged, movers.detections)},
        seconds,
    )


def _points(judged: Score, truth: QTable) -> Points:
    fates = {**dict.fromkeys(judged.found, True), **dict.fromkeys(judged.missed, False)}
    rows = {int(row["mover"]): row for row in truth}
    return [
        (float(rows[mover]["mag"].value), float(rows[mover]["rate"].value), fate)
        for mover, fate in fates.items()
    ]


def _formal(judged: Score, detections: QTable) -> NDArray[np.float64]:
    """Return the formal error along the motion of each residual [arcsec]: the Cramer-Rao bound of its fit."""
    rows = {(str(row["tracklet_id"]), str(row["frame"])): row for row in detections}
    errors = []
    for residual in judged.residuals:
        row = rows[judged.found[int(residual["mover"])], str(residual["frame"])]
        angle = float(row["trail_pa"].to_value("rad"))
        east, north = (
            float(row[name].to_value("arcsec")) * part
            for name, part in (("rms_ra", np.sin(angle)), ("rms_dec", np.cos(angle)))
        )
        errors.append(np.sqrt(east**2 + north**2 + 2 * float(row["rms_corr"]) * east * north))
    return np.asarray(errors)


def _row(regime: str, fields: list[Measured]) -> str:
    """Return the row of a regime.

    Positions (the 68 % radius, across, and along over the bound) and magnitudes (the median) are those above
    an SNR of 20 and below 4 arcsec/min, or of all trails.
    """
    found, missed, false, twice = (
        sum(getattr(field, name) for field in fields) for name in ("found", "missed", "false", "twice")
    )
    along, across, mag, snr, rate, error = (
        np.concatenate([field.residuals[name] for field in fields])
        for name in ("along", "across", "mag", "snr", "rate", "error")
    )
    good = rate > 4 if regime == "fast" else (snr > 20) & (rate < 4)
    radius, off, bound = (
        float(np.quantile(values, 0.68)) if len(values) else np.nan
        for values in (
            np.hypot(along, across)[good],
            np.abs(across)[good],
            (np.abs(along) / error)[good],
        )
    )
    return (
        f"{regime:<9}{ASKED[regime]:7.2f}{found:5d} of {found + missed:3d}{found / (found + missed):7.3f}"
        f"{false / len(fields):7.2f}{twice:7d}{radius:8.3f}{off:8.3f}{bound:8.2f}"
        f"{float(np.median(mag[good])) if good.any() else np.nan:8.3f}"
        f"{np.mean([field.seconds for field in fields]):7.1f}"
    )


def _drawing(points: dict[str, Points], axis: int, label: str, *, log: bool) -> str:
    """Return curves of the share that was found in bins of equal numbers, one a regime."""
    values = np.array([one[axis] for regime in points.values() for one in regime])
    scale = np.log10 if log else np.asarray
    low, high = float(scale(values).min()), float(scale(values).max())
    right, top = WIDTH - 84, 14

    def x_of(value: float) -> float:
        return MARGIN + (float(scale(value)) - low) / (high - low) * (right - MARGIN)

    def y_of(share: float) -> float:
        return HEIGHT - MARGIN + share * (top - HEIGHT + MARGIN)

    parts = [_line(MARGIN, y_of(share), right, y_of(share), "#dddddd") for share in (0, 0.25, 0.5, 0.75, 1)]
    parts += [_text(MARGIN - 6, y_of(share) + 4, f"{share:g}", "end") for share in (0, 0.5, 1)]
    for value in _ticks(low, high, log):
        parts += [_line(x_of(value), y_of(0), x_of(value), y_of(0) + 4, "#888888")]
        parts += [_text(x_of(value), y_of(0) + 18, f"{value:g}", "middle")]
    parts.append(_text((MARGIN + right) / 2, HEIGHT - 8, label, "middle"))
    parts.append(_text(2, 10, "found", "start"))
    for number, (regime, movers) in enumerate(points.items()):
        curve = " ".join(f"{x_of(value):.1f},{y_of(share):.1f}" for value, share in _curve(movers, axis))
        colour = COLOURS[number]
        parts.append(f'<polyline points="{curve}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(_text(right + 10, 24 + 18 * number, regime, "start", colour))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12">' + "".join(parts) + "</svg>\n"
    )


def _curve(movers: Points, axis: int) -> list[tuple[float, float]]:
    ordered = sorted(movers, key=lambda one: one[axis])
    return [
        (float(np.median([one[axis] for one in part])), float(np.mean([one[2] for one in part])))
        for part in (ordered[first : first + 40] for first in range(0, len(ordered), 40))
        if len(part) >= 15
    ]


def _ticks(low: float, high: float, log: bool) -> list[float]:
    if not log:
        return [float(value) for value in range(int(np.ceil(low)), int(high) + 1)]
    return [value for value in (0.02, 0.1, 0.5, 2.0, 10.0) if low <= np.log10(value) <= high]


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#444444") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{text}</text>'


if __name__ == "__main__":
    main()
