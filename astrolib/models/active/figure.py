"""The last audit and the way there, as an SVG: a picture for a notebook that runs without people."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import numpy as np

from astrolib.models.active.round import Round

WIDTH, LEFT, RIGHT, ROW, CURVE, FOOT = 720, 190, 30, 30, 170, 50
"""Of the picture [pixels]: its width, the names, the margin, one bar, the curve and its axis."""

_MEASURES = {"precision": "#1f5fa8", "completeness": "#b3541e"}
_INK, _GRID = "#333", "#ddd"


def sketch_rounds(finished: Round) -> str:
    """Draw what the audit says of each target, and F1 over the labels of all rounds.

    Returns
    -------
    str
        The SVG. Bars are intervals at the level of the audit.
    """
    bars = list(_bars(finished))
    top = ROW * len(bars) + FOOT
    height = top + CURVE + FOOT
    level = max((figures["level"] for figures in finished.audit.values()), default=0.9)
    body = [*_axis(ROW * len(bars), f"share of the pool, with {level:.0%} intervals"), *bars]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'font-family="sans-serif" font-size="12" fill="{_INK}">'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(body)}'
        f"{''.join(_curve(finished, top))}</svg>"
    )


def _bars(finished: Round) -> Iterator[str]:
    measured = [(name, measure) for name in finished.audit for measure in _MEASURES]
    for row, (name, measure) in enumerate(measured):
        figures, colour, y = finished.audit[name], _MEASURES[measure], ROW * row + ROW // 2
        low, high = _across(figures[f"{measure}_low"]), _across(figures[f"{measure}_high"])
        label = escape(f"{measure} of {name}"[:30])
        value = figures[measure]
        dot = "" if np.isnan(value) else f'<circle cx="{_across(value):.1f}" cy="{y}" r="5" fill="{colour}"/>'
        yield (
            f'<text x="{LEFT - 10}" y="{y + 4}" text-anchor="end">{label}</text>'
            f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="3"/>'
            f"{dot}"
        )


def _axis(bottom: int, title: str) -> Iterator[str]:
    for value in np.linspace(0, 1, 6):
        x = _across(value)
        yield (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{bottom}" stroke="{_GRID}"/>'
            f'<text x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{value:.1f}</text>'
        )
    yield f'<text x="{(LEFT + WIDTH) // 2}" y="{bottom + 34}" text-anchor="middle">{title}</text>'


def _curve(finished: Round, top: int) -> Iterator[str]:
    """Draw F1 of each round that an audit has judged."""
    labels = np.asarray(finished.history["n_labels"], dtype=float)
    f1 = np.asarray(finished.history["f1"], dtype=float)
    most = max(float(labels.max()), 1.0)
    for value in (0.0, 0.5, 1.0):
        y = top + CURVE * (1 - value)
        yield (
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_GRID}"/>'
            f'<text x="{LEFT - 10}" y="{y + 4:.1f}" text-anchor="end">{value:.1f}</text>'
        )
    points = [
        f"{_across(n / most):.1f},{top + CURVE * (1 - value):.1f}"
        for n, value in zip(labels, f1, strict=True)
        if np.isfinite(value)
    ]
    yield f'<polyline points="{" ".join(points)}" fill="none" stroke="{_INK}" stroke-width="1.5"/>'
    for point in points:
        across, down = point.split(",")
        yield f'<circle cx="{across}" cy="{down}" r="3.5" fill="{_INK}"/>'
    said = "labels" if points else "labels; no audit has been answered yet"
    foot = top + CURVE
    yield f'<text x="{LEFT - 120}" y="{top + CURVE // 2}">mean F1</text>'
    yield f'<text x="{LEFT}" y="{foot + 15}">0</text>'
    yield f'<text x="{WIDTH - RIGHT}" y="{foot + 15}" text-anchor="end">{most:.0f}</text>'
    yield f'<text x="{(LEFT + WIDTH) // 2}" y="{foot + 34}" text-anchor="middle">{said}</text>'


def _across(share: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * share
