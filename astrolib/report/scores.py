"""Scores of digest2 for reported tracklets, where it is installed; never needed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from astropy.time import Time

from astrolib.core import paths
from astrolib.movers.formats import Record
from astrolib.report.bands import one_character

CODES = "digest2.obscodes"
"""The observatories' codes and places, as the Minor Planet Center lists them; looked for in ASTROLIB_HOME."""

SCORED = "scored"

_FAILURES = (RuntimeError, ValueError, TypeError, KeyError, OSError)


@dataclass(frozen=True)
class Score:
    """What digest2 says of a tracklet: 0 to 100 for an orbit of the class, NaN where it was not scored.

    Parameters
    ----------
    status : str
        ``scored``, or ``not scored: ...`` with the reason.
    neo, interesting : float
        NoID scores of the classes NEO and Int.
    rms : float
        Of the positions around a great circle [arcsec].
    """

    status: str
    neo: float = float("nan")
    interesting: float = float("nan")
    rms: float = float("nan")


def score(tracklets: Sequence[Sequence[Record]]) -> list[Score]:
    """Return the score of each tracklet, given as its records; one that cannot be scored says why."""
    if find_spec("digest2") is None:
        return [Score("not scored: digest2 is not installed")] * len(tracklets)
    codes = _codes()
    if codes is None:
        return [Score(f"not scored: no {CODES} in {paths.home()}")] * len(tracklets)
    try:
        import digest2  # compiled, and loads its model: only where scores are wanted

        with digest2.Digest2(obscodes_path=str(codes)) as engine:
            return [_score(digest2, engine, records) for records in tracklets]
    except (ImportError, *_FAILURES) as error:  # optional: what goes wrong in it must not stop a report
        return [Score(f"not scored: {' '.join(str(error).split())[:200]}")] * len(tracklets)


def _score(digest2: Any, engine: Any, records: Sequence[Record]) -> Score:
    try:
        result = engine.classify_tracklet([_observation(digest2, record) for record in records], is_ades=True)
    except _FAILURES as error:
        return Score(f"not scored: {' '.join(str(error).split())[:200]}")
    return Score(SCORED, float(result.noid.NEO), float(result.noid.Int), float(result.rms))


def _observation(digest2: Any, record: Record) -> Any:
    fields = record.fields
    return digest2.Observation(
        mjd=Time(fields["obsTime"].removesuffix("Z"), format="isot", scale="utc").mjd,
        ra=float(fields["ra"]),
        dec=float(fields["dec"]),
        mag=float(fields.get("mag", 0)),
        band=one_character(fields["band"]) if "band" in fields else "V",
        obscode=fields["stn"],
        rms_ra=float(fields.get("rmsRA", 0)),
        rms_dec=float(fields.get("rmsDec", 0)),
    )


def _codes() -> Path | None:
    named = os.environ.get("DIGEST2_OBSCODES", "")
    candidates = [Path(named)] if named else []
    return next((path for path in (*candidates, paths.home() / CODES) if path.is_file()), None)
