"""Reduce a raw night against ccdproc's plain loop in the same run, on files of one small camera.

Seven biases, five darks, seven flats and two science frames of 1024 x 1024. The peer does what its guide
does: overscan, trim, clipped averages, bias, dark and flat, then astroscrappy's cosmic rays. Placing frames
on the sky and measuring them, which ccdproc has no part for, is listed apart. Printed last are the shares of
the true hits that each masks, and of the pixels of stars.
"""

from __future__ import annotations

import tempfile
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from astropy import units as u
from astropy.io import fits
from astropy.nddata import CCDData
from astropy.stats import mad_std
from astropy.table import Table
from astropy.utils.exceptions import AstropyWarning
from peer import compare
from scipy.ndimage import binary_dilation

from astrolib.images import calibrate, make_masters, open_chips, read_reference, reduce_chip
from astrolib.sky.nights.night import make_night

SEED = 20261121


def main() -> None:
    """Make the night, and compare step by step."""
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore", AstropyWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        folder = Path(name)
        make_night(folder, seed=SEED, fields=1, frames=2, movers=3)
        raw = folder / "raw"
        compare(
            "masters: 7 biases, 5 darks, 7 flats",
            partial(our_masters, raw),
            partial(peer_masters, raw),
            runs=3,
        )
        ours, theirs = our_masters(raw), peer_masters(raw)
        frame = raw / "field1-01.fits"
        compare(
            "a frame calibrated, cosmic rays masked",
            partial(our_frame, frame, ours),
            partial(peer_frame, frame, theirs),
            runs=3,
        )
        compare(
            "the night: masters and two frames", partial(our_night, raw), partial(peer_night, raw), runs=3
        )
        reference = read_reference(folder / "catalogue.ecsv")
        compare(
            "a frame reduced, placed and measured too",
            lambda: reduce_chip(open_chips(frame)[0], ours, reference, frame.name),
            partial(peer_frame, frame, theirs),
            runs=3,
        )
        for who, mask in (("ours", our_frame(frame, ours).mask), ("ccdproc", peer_frame(frame, theirs).mask)):
            hits, stars = _shares(folder, frame.name, np.asarray(mask, dtype=bool))
            print(
                f"{who:<8} masks {hits:7.2%} of the pixels that were hit and {stars:8.4%} of those of stars"
            )


def our_masters(raw: Path) -> Any:
    """Return our masters."""
    bias, dark, flat = (
        [open_chips(path)[0] for path in sorted(raw.glob(f"{kind}-*"))] for kind in ("bias", "dark", "flat")
    )
    return make_masters(bias, dark, {"r": flat})


def our_frame(path: Path, masters: Any) -> Any:
    """Return our calibrated frame."""
    return calibrate(open_chips(path)[0], masters)


def our_night(raw: Path) -> None:
    """Calibrate the night."""
    masters = our_masters(raw)
    for path in sorted(raw.glob("field*")):
        our_frame(path, masters)


def peer_masters(raw: Path) -> dict[str, Any]:
    """Return the masters as ccdproc's guide makes them."""
    import ccdproc  # the peer alone needs it

    average = partial(
        ccdproc.combine,
        method="average",
        sigma_clip=True,
        sigma_clip_low_thresh=4,
        sigma_clip_high_thresh=4,
        sigma_clip_func=np.ma.median,
        sigma_clip_dev_func=mad_std,
    )
    bias = average([_trimmed(path) for path in sorted(raw.glob("bias-*"))])
    darks = [ccdproc.subtract_bias(_trimmed(path), bias) for path in sorted(raw.glob("dark-*"))]
    dark = average(darks)
    dark.header["EXPTIME"] = 60.0
    flats = [
        _without_dark(ccdproc.subtract_bias(_trimmed(path), bias), dark)
        for path in sorted(raw.glob("flat-*"))
    ]
    flat = average(flats, scale=lambda pixels: 1 / np.median(pixels))
    return {"bias": bias, "dark": dark, "flat": flat}


def peer_frame(path: Path, masters: dict[str, Any]) -> Any:
    """Return the frame as ccdproc's guide calibrates it."""
    import ccdproc  # the peer alone needs it

    frame = _without_dark(ccdproc.subtract_bias(_trimmed(path), masters["bias"]), masters["dark"])
    frame = ccdproc.flat_correct(frame, masters["flat"])
    return ccdproc.cosmicray_lacosmic(
        frame, sigclip=4.5, gain=1.5, readnoise=5.0, satlevel=90_000, gain_apply=False
    )


def peer_night(raw: Path) -> None:
    """Calibrate the night as ccdproc's guide does."""
    masters = peer_masters(raw)
    for path in sorted(raw.glob("field*")):
        peer_frame(path, masters)


def _trimmed(path: Path) -> Any:
    import ccdproc  # the peer alone needs it

    frame = CCDData.read(path, unit="adu")
    frame = ccdproc.subtract_overscan(frame, fits_section=frame.header["BIASSEC"], median=True)
    return ccdproc.trim_image(frame, fits_section=frame.header["TRIMSEC"])


def _without_dark(frame: Any, dark: Any) -> Any:
    import ccdproc  # the peer alone needs it

    return ccdproc.subtract_dark(frame, dark, exposure_time="EXPTIME", exposure_unit=u.s, scale=True)


def _shares(folder: Path, name: str, mask: np.ndarray) -> tuple[float, float]:
    """Return which share of the pixels that were clearly hit is masked, and of those of stars."""
    hits, places = (
        table[np.char.strip(np.asarray(table["frame"], dtype=str)) == name]
        for table in (Table.read(folder / "truth" / f"{each}.fits") for each in ("hits", "places"))
    )
    strong = hits[hits["electrons"] > 5 * 27.0]
    with fits.open(folder / "truth" / "flat-CCD1.fits") as true:
        away = true["BAD"].data > 0
    away[hits["y"], hits["x"]] = True
    star = np.zeros(mask.shape, dtype=bool)
    for row in places[(places["adu"] > 3000) & (places["adu"] < 3e5)]:
        x, y = round(row["x"]), round(row["y"])
        star[max(y - 3, 0) : y + 4, max(x - 3, 0) : x + 4] = True
    star &= ~binary_dilation(away, np.ones((3, 3), dtype=bool))
    return float(mask[strong["y"], strong["x"]].mean()), float(mask[star].mean())


if __name__ == "__main__":
    main()
