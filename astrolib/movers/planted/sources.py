"""Moving sources added to copies of frames, with each frame's own point-spread function and noise."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.core.progress import Progress, silent
from astrolib.core.schema import Column, TableSchema
from astrolib.images.frame import ReducedFrame
from astrolib.movers.frames.pixels import Pixels, prepare
from astrolib.movers.frames.psf import fit_psf
from astrolib.movers.planted.light import add_light, flux_of, zero_point
from astrolib.movers.tracklets.path import sky_at

Values = NDArray[np.float64]

FAKE = TableSchema(
    "planted sources",
    (
        Column("fake", "int", "number of the mover"),
        Column("frame", "str", "file name of the frame"),
        Column("obstime", "str", "middle of the exposure, UTC, ISO 8601"),
        Column("ra", "float", "right ascension, ICRS", "deg"),
        Column("dec", "float", "declination, ICRS", "deg"),
        Column("x", "float", "column, 0 at the centre of the first pixel"),
        Column("y", "float", "row, 0 at the centre of the first pixel"),
        Column("mag", "float", "magnitude", "mag"),
        Column("flux", "float", "in the whole exposure", "adu"),
        Column("rate", "float", "of the motion", "arcsec / min"),
        Column("position_angle", "float", "of the motion, east of north", "deg"),
    ),
)
"""What was planted: one row a mover and frame."""

RATES = (0.05, 4.0)  # arcsec/min
RATIOS = (3.0, 30.0)  # signal-to-noise ratios in one frame
_STEP = 0.5  # between the points of which a trail is made [pixel]


def plant(
    frames: Sequence[ReducedFrame],
    n: int,
    seed: int,
    *,
    rates: tuple[float, float] = RATES,
    ratios: tuple[float, float] = RATIOS,
    progress: Progress | None = None,
) -> tuple[list[ReducedFrame], QTable]:
    """Return copies of frames with movers planted into them, and the truth about these.

    Parameters
    ----------
    frames : sequence of ReducedFrame
        Of one field; at least one.
    n : int
        Number of movers. Some may leave the frames; those rows are missing.
    seed : int
        Of their places, motions, magnitudes and noise.
    rates : (float, float)
        Ends between which rates are drawn, evenly in the logarithm [arcsec/min].
    ratios : (float, float)
        Likewise the signal-to-noise ratios in the middle frame.
    progress : Progress, optional
        Called after each frame.

    Returns
    -------
    frames : list of ReducedFrame
        In the order given; pixels alone differ, and not those of a frame that shows no sky.
    fakes : QTable
        Of the schema `FAKE`.
    """
    rng = np.random.default_rng(seed)
    middle = _middle(frames)
    if middle is None:
        return list(frames), FAKE.table()
    movers = _movers(middle, n, rng, rates, ratios)
    made, rows, progress = [], [], progress or silent
    for number, frame in enumerate(frames):
        data, planted = _planted(frame, middle.frame, movers, rng)
        made.append(dataclasses.replace(frame, data=data))
        rows += planted
        progress(number + 1, len(frames))
    return made, FAKE.table(rows)


@dataclasses.dataclass(frozen=True, eq=False)
class _Movers:
    """Planted movers: places in the middle frame [deg], motions [arcsec/min, deg], magnitudes."""

    ra: Values
    dec: Values
    rate: Values
    position_angle: Values
    mag: Values


def _middle(frames: Sequence[ReducedFrame]) -> Pixels | None:
    """Return the frame nearest to the middle of those that show the sky; None where none does."""
    ordered = sorted(frames, key=lambda frame: frame.mid)
    half = len(ordered) // 2
    by_distance = sorted(range(len(ordered)), key=lambda place: abs(place - half))
    prepared = (prepare(ordered[place]) for place in by_distance)
    return next((pixels for pixels in prepared if _shows_sky(pixels)), None)


def _shows_sky(pixels: Pixels) -> bool:
    """Return whether a frame has a pixel of use: a blank one has none, and its noise is no measure."""
    return pixels.rms > 0 and not pixels.bad.all()


def _movers(
    middle: Pixels,
    n: int,
    rng: np.random.Generator,
    rates: tuple[float, float],
    ratios: tuple[float, float],
) -> _Movers:
    ny, nx = middle.data.shape
    ra, dec = middle.frame.wcs.pixel_to_world_values(rng.uniform(0, nx - 1, n), rng.uniform(0, ny - 1, n))
    rate, ratio = (np.exp(rng.uniform(np.log(low), np.log(high), n)) for low, high in (rates, ratios))
    flux = flux_of(ratio, middle, fit_psf(middle))
    return _Movers(ra, dec, rate, rng.uniform(0, 360, n), zero_point(middle.frame) - 2.5 * np.log10(flux))


def _planted(
    frame: ReducedFrame, middle: ReducedFrame, movers: _Movers, rng: np.random.Generator
) -> tuple[NDArray[np.float32], list[dict[str, object]]]:
    """Return a frame's pixels with the movers in them, and the rows of those that are on it."""
    pixels, data = prepare(frame), frame.data.astype(np.float32, copy=True)
    if not _shows_sky(pixels):
        return data, []
    psf = fit_psf(pixels)
    minutes = (frame.mid - middle.mid).to_value("min")
    ra, dec = _place(movers, minutes)
    x, y = frame.wcs.world_to_pixel_values(ra, dec)
    ny, nx = data.shape
    rows: list[dict[str, object]] = []
    for number in np.flatnonzero((x > -0.5) & (x < nx - 0.5) & (y > -0.5) & (y < ny - 0.5)):
        flux = 10 ** (0.4 * (zero_point(frame) - movers.mag[number]))
        add_light(data, frame, psf, _trail(frame, movers, minutes, int(number)), flux, rng)
        rows.append(_row(frame, movers, int(number), (ra, dec, x, y), flux))
    return data, rows


def _place(movers: _Movers, minutes: float) -> tuple[Values, Values]:
    columns = (movers.ra, movers.dec, movers.rate, movers.position_angle)
    places = [place_at(*one, minutes) for one in zip(*columns, strict=True)]
    ra, dec = np.array(places, dtype=float).reshape(-1, 2).T
    return ra, dec


def place_at(ra: float, dec: float, rate: float, angle: float, minutes: float) -> tuple[float, float]:
    """Return the place [deg] of what moves from (ra, dec) at a rate [arcsec/min] and position angle [deg]."""
    turn, moved = np.radians(angle), rate * minutes
    found = sky_at(moved * np.sin(turn), moved * np.cos(turn), ra, dec)
    return float(found[0]), float(found[1])


def _trail(frame: ReducedFrame, movers: _Movers, minutes: float, number: int) -> tuple[Values, Values]:
    """Return the pixels over which a mover passes during the exposure, evenly in time."""
    one = _Movers(
        *(getattr(movers, name)[[number]] for name in ("ra", "dec", "rate", "position_angle", "mag"))
    )
    half = frame.exposure / 120.0
    (x0, x1), (y0, y1) = np.transpose(
        [
            [float(value[0]) for value in frame.wcs.world_to_pixel_values(*_place(one, minutes + part))]
            for part in (-half, half)
        ]
    )
    steps = max(1, int(np.ceil(np.hypot(x1 - x0, y1 - y0) / _STEP)))
    part = (np.arange(steps) + 0.5) / steps
    return x0 + part * (x1 - x0), y0 + part * (y1 - y0)


def _row(
    frame: ReducedFrame, movers: _Movers, number: int, places: tuple[Values, ...], flux: float
) -> dict[str, object]:
    ra, dec, x, y = (float(values[number]) for values in places)
    motion = {"rate": movers.rate[number], "position_angle": movers.position_angle[number]}
    where = {"ra": ra, "dec": dec, "x": x, "y": y, "mag": movers.mag[number], "flux": flux}
    return {"fake": number, "frame": frame.name, "obstime": frame.mid.utc.isot} | where | motion
