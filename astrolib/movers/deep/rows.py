"""What the deep search found, measured and put into tables."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from astrolib.movers.deep.candidates import Candidate
from astrolib.movers.deep.search import Deep
from astrolib.movers.deep.tracks import Track, shown
from astrolib.movers.frames.registered import Registered
from astrolib.movers.tracklets import rows
from astrolib.movers.tracklets.found import Found, Tracklet
from astrolib.movers.tracklets.removed import removed_place

_PLAIN = 20.0  # significance from which three places may be bent though more frames could show them
_UNLIKE = 0.35  # of the light of three places on a bend, by which one may differ beside its errors


def tabulate(field: Registered, deep: Deep, least: int = 3) -> Found:
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
        track, shows = shown(field, deep, candidate)
        reason = _why_none(candidate, track, shows, least)
        if reason:
            x, y = float(candidate.x[0]), float(candidate.y[0])
            told = {"stage": "deep", "filter": reason, "amount": candidate.significance, "kind": ""}
            removed.append(removed_place(field, 0, x, y, told))
        else:
            measured = tuple(track.row(int(number)) for number in shows)
            found.append(Tracklet(measured, "mover", candidate.significance))
    return rows.tabulate(field, "deep", found, removed)


def _why_none(candidate: Candidate, track: Track, shows: NDArray[np.intp], least: int) -> str:
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
