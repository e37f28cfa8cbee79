"""The simulated universe, as far as an archive serves it: spectra, and what SkyBoT knows of the night."""

from __future__ import annotations

from pathlib import Path

from astrolib.sky.nights.night import NIGHT, make_ephemerides
from astrolib.sky.spectra.universe import TRUTH, make_spectra


def make_universe(folder: Path) -> None:
    """Make what is missing of the universe in a folder; the frames of its night only `make_night` writes."""
    if not (folder / TRUTH).exists():
        make_spectra(folder)
    make_ephemerides(folder / NIGHT)
