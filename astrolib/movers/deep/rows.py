"""What the deep search found, measured and put into tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.deep.candidates import Candidate
from astrolib.movers.deep.joint import most_likely
from astrolib.movers.deep.search import Deep, removed_row
from astrolib.movers.difference.measuring import Measured, measure, nearest
from astrolib.movers.frames.registered import Registered
from astrolib.movers.tracklets import rows

Values = NDArray[np.float64]

_SHOWS = 2.0  # a frame's row is kept from this score
_FAINT = 5.0  # median score below which places of single frames do not tell the path
_BRIGHT = 10.0  # from this score the flux is taken at the maximum, below where the path says
_CURVED = 16.0  # by how much a curved path lessens chi squared where the path is curved
_ROUNDS = 2  # of measuring and fitting: a place is looked for only near the path
_MOST_BENT = 0.3  # sagitta over the length of a path
_EDGE = 6.0  # nearer to the edge an image is cut [pixel]
_PLAIN = 20.0  # significance from which three places may be bent though more frames could show them
_UNLIKE = 0.35  # of the light of three places on a bend, by which one may differ beside its errors
_OFF = 3.0  # errors from the path, beyond which a row is another source
_VARIES = 0.15  # of a mover's light, from frame to frame
_UNSURE = 0.3  # of a place, whatever its light [pixel]


def tabulate(field: Registered, deep: Deep, least: int = 3) -> rows.Found:
    """Return the tables of the deep search.

    Parameters
    ----------
    field : Registered
        The frames.
    deep : Deep
        What was found in them.
    least : int
        Rows that a tracklet has at least.
    """
    found, removed = [], list(deep.removed)
    for candidate in deep.candidates:
        track, shows = _shown(field, deep, candidate)
        reason = _why_none(candidate, track, shows, least)
        if reason:
            x, y = float(candidate.x[0]), float(candidate.y[0])
            removed.append(removed_row(field, 0, x, y, reason, candidate.significance, ""))
        else:
            measured = tuple(track.row(int(number)) for number in shows)
            found.append(rows.Candidate(measured, "mover", candidate.significance))
    return rows.tabulate(field, "deep", found, removed)


def _why_none(candidate: Candidate, track: _Track, shows: NDArray[np.intp], least: int) -> str:
    """Return why what these frames show is no mover; nothing if it is one."""
    if len(shows) < least:
        return "shown by too few frames"
    if not candidate.curved or len(shows) > 3:
        return ""
    could = np.count_nonzero(np.isfinite(track.forced.flux_err))
    # Any three faint places have a bend: where more frames could show it, they are no path that needs one.
    if could > 3 and candidate.significance < _PLAIN:
        return "three places off a line"
    flux, error = track.free.flux[shows], track.free.flux_err[shows]
    off = np.abs(flux - np.median(flux))
    return "three places of unlike light" if np.any(off > 3 * error + _UNLIKE * np.median(flux)) else ""


def _shown(field: Registered, deep: Deep, candidate: Candidate) -> tuple[_Track, NDArray[np.intp]]:
    """Measure a candidate, and say which frames show it: whole, where there are three of them."""
    track, good = _track(field, deep, candidate, candidate.curved)
    if good.sum() < len(field) == 3:
        # Three places off a straight line may be on a curved one.
        track, good = _track(field, deep, candidate, True)
    whole = good & _whole(deep.difference.sigma, track.free.x, track.free.y)
    return track, np.flatnonzero(whole if whole.sum() >= 3 else good)


def _track(
    field: Registered, deep: Deep, candidate: Candidate, curved: bool
) -> tuple[_Track, NDArray[np.bool_]]:
    """Measure a candidate, and say which frames show it on its path."""
    # Of three frames two make a straight path shine; what is bent is where it was found.
    bent = curved and len(field) == 3
    x, y = (candidate.x, candidate.y) if bent else _joint_path(field, deep, candidate.x, candidate.y)
    free = measure(field, deep.difference, x, y)
    shown = free.score[free.score > _SHOWS]
    if len(shown) and np.median(shown) > _FAINT:
        for _ in range(_ROUNDS):
            x, y = _path(field, free, free.score > _SHOWS, curved)
            free = measure(field, deep.difference, x, y)
    forced = measure(field, deep.difference, x, y, free=False)
    off = np.hypot(free.x - x, free.y - y) / np.sqrt(
        np.trace(free.covariance, axis1=1, axis2=2) / 2 + _UNSURE**2
    )
    good = (free.score > _SHOWS) & (forced.score > 1.0) & (off < _OFF) & _inside(field, free.x, free.y)
    return _Track(field, deep, free, forced, x, y), good


def _joint_path(field: Registered, deep: Deep, x: Values, y: Values) -> tuple[Values, Values]:
    """Return the path on which all frames show most: straight, or curved where that shows much more."""
    *straight, shown = most_likely(field, deep.difference, x, y, 1)
    if len(field) > 3:
        *bent, more = most_likely(field, deep.difference, x, y, 2)
        if more**2 - shown**2 > _CURVED:
            return bent[0], bent[1]
    return straight[0], straight[1]


def _inside(field: Registered, x: Values, y: Values) -> NDArray[np.bool_]:
    """Say in which frames a place is so far from the edge that its image is whole."""
    inside = np.ones(len(x), bool)
    for number, (pixels, place) in enumerate(zip(field.pixels, field.places, strict=True)):
        ny, nx = pixels.data.shape
        column, row = x[number] - place.dx, y[number] - place.dy
        inside[number] = _EDGE < column < nx - 1 - _EDGE and _EDGE < row < ny - 1 - _EDGE
    return inside


def _whole(sigma: NDArray[np.float32], x: Values, y: Values) -> NDArray[np.bool_]:
    """Say in which frames nothing near a place is masked or outside."""
    whole = np.ones(len(x), bool)
    for dy in (-2, 0, 2):
        for dx in (-2, 0, 2):
            whole &= np.isfinite(nearest(sigma, x + dx, y + dy))
    return whole


def _doubt(field: Registered, free: Measured, shows: NDArray[np.bool_]) -> Values:
    """Return how far each place may be off [pixel]: by noise, and where its light is unlike the others'.

    What adds to the light of one frame, or takes from it (a neighbour, the edge of a mask), moves its place
    by as great a share of the star's width.
    """
    width = np.array([psf.fwhm for psf in field.psfs])
    usual = np.median(free.flux[shows])
    unlike = (free.flux - usual) ** 2 - (2 * free.flux_err) ** 2 - (_VARIES * usual) ** 2
    spoilt = width * np.sqrt(np.where(shows, np.maximum(unlike, 0), 0)) / usual
    return np.sqrt(np.trace(free.covariance, axis1=1, axis2=2) / 2 + 0.05**2 + spoilt**2)


def _path(field: Registered, free: Measured, shows: NDArray[np.bool_], curved: bool) -> tuple[Values, Values]:
    """Return the places of the fitted path at all times: straight, or curved where that is significant.

    Three places say nothing of a curve; there what was found as one stays one.

    No frame counts more than twice the usual one, and what stands off the path counts less (a brighter
    neighbour draws places towards it).
    """
    if shows.sum() < 2:
        return free.x, free.y
    minutes, error = field.minutes, _doubt(field, free, shows)
    error = np.maximum(error, np.median(error[shows]) / 2)
    if curved and shows.sum() == 3:
        return _robust(minutes, free, error, shows, 2)
    straight = _robust(minutes, free, error, shows, 1)
    if shows.sum() > 3:
        bent = _robust(minutes, free, error, shows, 2)
        gain = _unlike(straight, free, error, shows) - _unlike(bent, free, error, shows)
        off = np.hypot(bent[0] - straight[0], bent[1] - straight[1]).max()
        length = np.hypot(np.ptp(straight[0]), np.ptp(straight[1]))
        if gain > _CURVED and off < _MOST_BENT * length + 3:
            return bent
    return straight


def _robust(
    minutes: Values, free: Measured, error: Values, shows: NDArray[np.bool_], degree: int
) -> tuple[Values, Values]:
    weight = np.where(shows, 1 / error, 0.0)
    for _ in range(4):
        fitted = [
            np.polyval(np.polyfit(minutes, place, degree, w=weight), minutes) for place in (free.x, free.y)
        ]
        off = np.hypot(free.x - fitted[0], free.y - fitted[1]) / error
        weight = np.where(shows, 1 / error / np.sqrt(1 + (off / 2.5) ** 4), 0.0)
    return np.asarray(fitted[0]), np.asarray(fitted[1])


def _unlike(path: tuple[Values, Values], free: Measured, error: Values, shows: NDArray[np.bool_]) -> float:
    """Return the chi squared of a path, with none worse than three errors in each coordinate."""
    off = np.hypot(free.x - path[0], free.y - path[1]) / error
    return float(np.minimum(off[shows] ** 2, 18.0).sum())


@dataclass(frozen=True, eq=False)
class _Track:
    """One mover: measured freely, measured on its fitted path, and that path."""

    field: Registered
    deep: Deep
    free: Measured
    forced: Measured
    x: Values
    y: Values

    def row(self, number: int) -> rows.Measured:
        """Return the measurement in one frame."""
        flux_from = self.free if self.free.score[number] > _BRIGHT else self.forced
        slope = [np.gradient(place, self.field.minutes)[number] for place in (self.x, self.y)]
        angle = float(np.arctan2(slope[1], slope[0]))
        length = float(np.hypot(*slope)) * self.field.originals[number].exposure / 60.0
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        along, across = np.sqrt(np.diag(turn @ self.free.covariance[number] @ turn.T))
        scale = self.deep.difference.scale[number]
        return rows.Measured(
            frame=number,
            x=float(self.free.x[number]),
            y=float(self.free.y[number]),
            angle=angle,
            along=float(along),
            across=float(across),
            length=length,
            flux=float(flux_from.flux[number] * scale),
            flux_error=float(flux_from.flux_err[number] * scale),
        )
