"""Figures of a night as SVG, in the colours of the page that shows them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 620, 220
"""Of a figure over the night [pixels]."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 14, 34
_TICKS = 5
_MARKS = ("circle", "square", "diamond", "triangle")


@dataclass(frozen=True, eq=False)
class Series:
    """Points of one kind: their name, hours and values, and the errors of the values or none."""

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    error: NDArray[np.float64] | None = None


def over_the_night(series: Sequence[Series], label: str, *, downwards: bool = False) -> str:
    """Draw values against the time [hours UTC].

    Parameters
    ----------
    series : sequence of Series
        Each with a colour and a mark of its own.
    label : str
        Of the vertical axis.
    downwards : bool
        Whether values grow downwards.
    """
    x = _Axis.of(np.concatenate([one.x for one in series]), _LEFT, WIDTH - _RIGHT)
    bottom, top = HEIGHT - _BOTTOM, _TOP
    y = _Axis.of(np.concatenate([one.y for one in series]), *((top, bottom) if downwards else (bottom, top)))
    parts = [_grid(x, y, label)]
    parts += [_points(one, number, x, y) for number, one in enumerate(series)]
    return _svg(WIDTH, HEIGHT, "".join(parts), label)


def residual_field(residuals: NDArray[np.float64], shape: tuple[int, int], rms: float) -> str:
    """Draw the residuals of the astrometry: as arrows where the stars are, and against each other.

    Parameters
    ----------
    residuals : ndarray, shape (4, n)
        x, y [pixel], east and north [arcsec].
    shape : (int, int)
        Rows and columns of the frame.
    rms : float
        Of a coordinate; arrows of this length are a twentieth of the frame's height [arcsec].
    """
    high = 240.0
    wide = high * shape[1] / shape[0]
    scale = high / shape[0]
    stretch = high / 20 / max(rms, 1e-6)
    arrows = "".join(
        f'<line class="arrow" x1="{x * scale:.1f}" y1="{high - y * scale:.1f}" '
        f'x2="{x * scale + east * stretch:.1f}" y2="{high - y * scale - north * stretch:.1f}"/>'
        f'<circle class="star" cx="{x * scale:.1f}" cy="{high - y * scale:.1f}" r="1.2"/>'
        for x, y, east, north in residuals.T
    )
    most = max(0.1, 4 * rms)
    centre, half = wide + 40 + high / 2, high / 2
    dots = "".join(
        f'<circle class="series-1" cx="{centre + np.clip(east / most, -1, 1) * half:.1f}" '
        f'cy="{half - np.clip(north / most, -1, 1) * half:.1f}" r="1.8"/>'
        for east, north in residuals[2:].T
    )
    body = (
        f'<g transform="translate(4,4)"><rect class="frame" width="{wide:.1f}" height="{high}"/>'
        f'<svg class="inside" width="{wide:.1f}" height="{high}">{arrows}</svg>'
        f'<rect class="frame" x="{wide + 40:.1f}" width="{high}" height="{high}"/>'
        f'<circle class="ring" cx="{centre:.1f}" cy="{half}" r="{half * rms / most:.1f}"/>'
        f'<line class="rule" x1="{centre - half:.1f}" x2="{centre + half:.1f}" y1="{half}" y2="{half}"/>'
        f'<line class="rule" x1="{centre:.1f}" x2="{centre:.1f}" y1="0" y2="{high}"/>{dots}'
        f'<text x="0" y="{high + 16}">residuals, enlarged</text>'
        f'<text x="{centre:.1f}" y="{high + 16}" text-anchor="middle">east, north: edge {most:.2f} arcsec'
        "</text></g>"
    )
    return _svg(wide + high + 52, high + 26, body, "residuals of the astrometry")


def cells(values: NDArray[np.float64], shape: tuple[int, int], label: str, digits: int = 2) -> str:
    """Draw medians over the frame as a table of shaded cells, the first row below."""
    high = 240.0
    wide = max(120.0, high * shape[1] / shape[0])
    low, top = (float(np.nanmin(values)), float(np.nanmax(values))) if np.isfinite(values).any() else (0, 1)
    up, across = values.shape
    parts = []
    for row, column in np.ndindex(up, across):
        value = float(values[row, column])
        x, y = column * wide / across, high - (row + 1) * high / up
        share = (value - low) / ((top - low) or 1) if math.isfinite(value) else 0
        text = f"{value:.{digits}f}" if math.isfinite(value) else "-"
        parts.append(
            f'<rect class="cell" x="{x:.1f}" y="{y:.1f}" width="{wide / across:.1f}" '
            f'height="{high / up:.1f}" fill-opacity="{0.08 + 0.5 * share:.2f}"/>'
            f'<text x="{x + wide / across / 2:.1f}" y="{y + high / up / 2 + 4:.1f}" '
            f'text-anchor="middle">{text}</text>'
        )
    body = (
        f'<g transform="translate(4,4)">{"".join(parts)}'
        f'<rect class="frame" width="{wide:.1f}" height="{high}"/>'
        f'<text x="{wide / 2:.1f}" y="{high + 16}" text-anchor="middle">{escape(label)}</text></g>'
    )
    return _svg(wide + 8, high + 26, body, label)


@dataclass(frozen=True)
class _Axis:
    """From values to pixels, with round values in between."""

    low: float
    high: float
    first: float
    last: float

    @classmethod
    def of(cls, values: NDArray[np.float64], first: float, last: float) -> _Axis:
        known = values[np.isfinite(values)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        margin = 0.08 * (high - low) or max(abs(high) * 0.01, 0.05)
        return cls(low - margin, high + margin, first, last)

    def __call__(self, value: float) -> float:
        return self.first + (self.last - self.first) * (value - self.low) / (self.high - self.low)

    @property
    def ticks(self) -> list[float]:
        rough = (self.high - self.low) / _TICKS
        unit = 10 ** math.floor(math.log10(rough))
        step = next(each * unit for each in (1, 2, 5, 10) if each * unit >= rough)
        return [
            float(f"{n * step:.10g}")
            for n in range(math.ceil(self.low / step), math.floor(self.high / step) + 1)
        ]


def _grid(x: _Axis, y: _Axis, label: str) -> str:
    lines = [
        f'<line class="rule" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>'
        f'<text x="{_LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g}</text>'
        for value in y.ticks
    ]
    lines += [
        f'<text x="{x(value):.1f}" y="{HEIGHT - _BOTTOM + 16}" text-anchor="middle">{_clock(value)}</text>'
        for value in x.ticks
    ]
    middle = (HEIGHT - _BOTTOM) / 2
    return (
        "".join(lines)
        + f'<text transform="translate(14,{middle}) rotate(-90)" text-anchor="middle">{escape(label)}</text>'
        f'<text x="{(_LEFT + WIDTH) / 2}" y="{HEIGHT - 4}" text-anchor="middle">UTC</text>'
    )


def _clock(hours: float) -> str:
    minutes = round(hours * 60)
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _points(series: Series, number: int, x: _Axis, y: _Axis) -> str:
    colour, mark = f"series-{number % 8 + 1}", _MARKS[number % len(_MARKS)]
    parts = []
    for row, (hour, value) in enumerate(zip(series.x, series.y, strict=True)):
        if not (math.isfinite(hour) and math.isfinite(value)):
            continue
        if series.error is not None and math.isfinite(series.error[row]):
            low, high = y(value - series.error[row]), y(value + series.error[row])
            parts.append(
                f'<line class="{colour}" x1="{x(hour):.1f}" x2="{x(hour):.1f}" '
                f'y1="{low:.1f}" y2="{high:.1f}"/>'
            )
        parts.append(_mark(mark, x(hour), y(value), colour))
    return "".join(parts)


def _mark(mark: str, x: float, y: float, colour: str) -> str:
    if mark == "circle":
        return f'<circle class="{colour}" cx="{x:.1f}" cy="{y:.1f}" r="3.4"/>'
    corners = {
        "square": ((-3, -3), (3, -3), (3, 3), (-3, 3)),
        "diamond": ((0, -4.4), (4.4, 0), (0, 4.4), (-4.4, 0)),
        "triangle": ((0, -4), (4, 3.4), (-4, 3.4)),
    }[mark]
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
    return f'<polygon class="{colour}" points="{points}"/>'


def legend(names: Sequence[str]) -> str:
    """Draw the names of series with their colours and marks, on one line."""
    parts, x = [], 8.0
    for number, name in enumerate(names):
        parts.append(_mark(_MARKS[number % len(_MARKS)], x, 10, f"series-{number % 8 + 1}"))
        parts.append(f'<text x="{x + 9:.0f}" y="14">{escape(name)}</text>')
        x += 26 + 7.5 * len(name)
    return _svg(x, 20, "".join(parts), "legend")


def _svg(width: float, height: float, body: str, label: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'role="img" aria-label="{escape(label)}">{body}</svg>'
    )
