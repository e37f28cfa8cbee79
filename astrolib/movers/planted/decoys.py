"""Decoys: tracklets like the false alarms of a search, made of noise peaks along a straight path."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from astropy.table import QTable, Row, vstack
from astropy.time import Time
from numpy.typing import NDArray
from scipy import ndimage

from astrolib.images.frame import ReducedFrame
from astrolib.movers.frames.pixels import FWHM_PER_SIGMA, Pixels, prepare
from astrolib.movers.frames.psf import Moffat, fit_psf
from astrolib.movers.planted.light import flux_of, zero_point
from astrolib.movers.planted.sources import RATES, place_at
from astrolib.movers.tracklets.named import named
from astrolib.movers.tracklets.path import fit_path
from astrolib.movers.tracklets.tables import DETECTION, PAIR, PLANTED, TRACKLET

Values = NDArray[np.float64]

_REACH = 5  # pixels about the path in which the highest peak is taken
_LEAST = 1.7  # signal-to-noise ratio of a peak
_MOST = 6.0  # beyond this it may be a source
_AWAY = 2.5  # from every detected source [FWHM]
_FEWEST = 3  # frames in which something moves along a path
_ATTEMPTS = 2000  # for each decoy that is asked for
_SHAPES = ("fwhm", "ellipticity", "theta", "band", "exptime")


def decoys(
    frames: Sequence[ReducedFrame], tracklets: QTable, detections: QTable, n: int, seed: int
) -> tuple[QTable, QTable, QTable]:
    """Return the tables of a search with decoys among them, and which these are.

    Nothing moves where a decoy is: each of its positions is the highest noise peak near a straight path, away
    from every detected source. Shapes and stages are those of tracklets that were found, so that nothing but
    the pixels gives it away.

    Parameters
    ----------
    frames : sequence of ReducedFrame
        Those that were searched; of fewer than three there are no decoys.
    tracklets, detections : QTable
        What was found; where it holds no mover there are no decoys, since they are shaped after one.
    n : int
        How many are wanted; fewer are made where noise peaks are rare.
    seed : int
        Of paths and shapes.

    Returns
    -------
    tracklets, detections : QTable
        Decoys have ``planted`` set, and names like all others.
    planted : QTable
        Of the schema `PLANTED`.
    """
    rng = np.random.default_rng(seed)
    models = tracklets[np.asarray(tracklets["kind"], str) != PAIR]
    if len(frames) < _FEWEST or not len(models):
        n = 0
    seen = [_Seen(frame) for frame in sorted(frames, key=lambda frame: frame.mid)] if n else []
    rows: list[dict[str, object]] = []
    made: list[dict[str, object]] = []
    for _ in range(_ATTEMPTS * n):
        track = _track(seen, rng) if len(made) < n else []
        if track:
            name = f"decoy-{len(made)}"
            rows += [one | _shape(detections, name, rng) for one in track]
            made.append(_tracklet(name, track, models[int(rng.integers(len(models)))]))
    fakes, parts = named(TRACKLET.table(made), DETECTION.table(rows))
    planted = PLANTED.table(
        {"tracklet_id": str(row["tracklet_id"]), "kind": "decoy", "mag": row["mag"].to_value("mag")}
        for row in fakes
    )
    return _behind(tracklets, fakes), _behind(detections, parts), planted


def _behind(table: QTable, more: QTable) -> QTable:
    return vstack([table, more], metadata_conflicts="silent") if len(more) else table.copy()


class _Seen:
    """A frame, its point-spread function, and the signal-to-noise ratio of a point at each pixel."""

    def __init__(self, frame: ReducedFrame) -> None:
        self.frame = frame
        self.pixels: Pixels = prepare(frame)
        self.psf: Moffat = fit_psf(self.pixels)
        smooth = ndimage.gaussian_filter(self.pixels.data, self.psf.fwhm / FWHM_PER_SIGMA)
        self.ratio = smooth / (1.4826 * np.median(np.abs(smooth - np.median(smooth))))
        self.minutes = float(frame.mid.utc.mjd * 1440.0)

    def peak(self, x: float, y: float) -> tuple[float, float, float] | None:
        """Return place and ratio of the highest peak near a place; None where there is none, or a source."""
        ny, nx = self.ratio.shape
        left, low = round(x) - _REACH, round(y) - _REACH
        if left < 1 or low < 1 or left + 2 * _REACH + 2 > nx or low + 2 * _REACH + 2 > ny:
            return None
        part = self.ratio[low : low + 2 * _REACH + 1, left : left + 2 * _REACH + 1]
        row, column = np.unravel_index(int(np.argmax(part)), part.shape)
        place = float(left + column), float(low + row)
        apart = np.hypot(self.pixels.sources["x"] - place[0], self.pixels.sources["y"] - place[1])
        near = bool((apart < _AWAY * self.psf.fwhm).any())
        ratio = float(part[row, column])
        if near or not _LEAST <= ratio <= _MOST or self.pixels.bad[int(place[1]), int(place[0])]:
            return None
        return (*place, ratio)


def _track(seen: Sequence[_Seen], rng: np.random.Generator) -> list[dict[str, object]]:
    """Return the detections along a random path, one in every frame; none where one frame has none."""
    middle = seen[len(seen) // 2]
    ny, nx = middle.ratio.shape
    ra, dec = middle.frame.wcs.pixel_to_world_values(rng.uniform(0, nx - 1), rng.uniform(0, ny - 1))
    rate, angle = np.exp(rng.uniform(np.log(RATES[0]), np.log(RATES[1]))), rng.uniform(0, 360)
    track = []
    for one in seen:
        place = place_at(float(ra), float(dec), rate, angle, one.minutes - middle.minutes)
        found = one.peak(*(float(value) for value in one.frame.wcs.world_to_pixel_values(*place)))
        if found is None:
            return []
        track.append(_detection(one, *found))
    return track


def _detection(seen: _Seen, x: float, y: float, ratio: float) -> dict[str, object]:
    ra, dec = seen.frame.wcs.pixel_to_world_values(x, y)
    scale = 3600.0 * np.sqrt(abs(np.linalg.det(seen.frame.wcs.pixel_scale_matrix)))
    error = float(scale * seen.psf.fwhm / FWHM_PER_SIGMA / ratio)
    flux = float(flux_of(np.array(ratio), seen.pixels, seen.psf))
    place = {"ra": float(ra), "dec": float(dec), "x": x, "y": y, "rms_ra": error, "rms_dec": error}
    light = {"mag": zero_point(seen.frame) - 2.5 * np.log10(flux), "rms_mag": 1.0857 / ratio, "snr": ratio}
    return place | light | {"frame": seen.frame.name, "obstime": seen.frame.mid.utc.isot}


def _shape(detections: QTable, name: str, rng: np.random.Generator) -> dict[str, object]:
    row = detections[int(rng.integers(len(detections)))]
    return {"tracklet_id": name} | {column: getattr(row[column], "value", row[column]) for column in _SHAPES}


def _tracklet(name: str, track: Sequence[dict[str, object]], like: Row) -> dict[str, object]:
    columns = {key: np.array([one[key] for one in track]) for key in ("ra", "dec", "rms_ra", "mag", "snr")}
    minutes = np.array([_minutes(str(one["obstime"])) for one in track])
    path = fit_path(minutes, columns["ra"], columns["dec"], columns["rms_ra"])
    fitted = ("rate", "rate_err", "position_angle", "position_angle_err", "rms", "rms_curved", "curvature")
    motion = {key: getattr(path, key) for key in (*fitted, "curvature_err")}
    light = {"mag": float(np.median(columns["mag"])), "snr": float(np.median(columns["snr"]))}
    shared = {key: str(like[key]) for key in ("stage", "kind")} | {"planted": True}
    shared |= {"known_status": "not asked" if str(like["known_status"]) == "not asked" else "none"}
    score = float(np.sqrt(np.sum(columns["snr"] ** 2)))
    return {"tracklet_id": name, "n_detections": len(track), "score": score} | motion | light | shared


def _minutes(obstime: str) -> float:
    return float(Time(obstime, scale="utc").mjd * 1440.0)
