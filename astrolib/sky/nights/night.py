"""A raw night in a folder, and the truth about it.

- ``raw/*.fits``: bias, dark, flat and science frames as they come from the telescope.
- ``catalogue.ecsv``: the reference catalogue (`reference.reference_catalogue`).
- ``reduced/FIELD/*.fits``: the science frames, reduced with the true bias, dark, flat and WCS.
- ``truth/frames.ecsv``: one row a science frame and chip with its zero point, seeing, sky and true pointing.
- ``truth/stars.ecsv``: one row a star or galaxy (`reference.star_truth`).
- ``truth/places.fits``: one row a star on a science frame and chip with its pixel, magnitude and light [ADU].
- ``truth/movers.ecsv``: one row a mover on a science frame and chip (`truth.mover_truth`).
- ``truth/ephemerides.ecsv``: what others know of the movers (`known.ephemerides`).
- ``truth/hits.fits``: one row a pixel that a particle hit, with the electrons it left there.
- ``truth/flat-CHIP.fits``: the true flat, dark current and bad pixels of a chip.

Pixels of the truth are 0-based, on the frame without overscan. A mover's flux and signal-to-noise ratio leave
the vignetting out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from astropy.table import QTable, Table, vstack

from astrolib.core.errors import RefusedError
from astrolib.core.files import whole_file
from astrolib.core.progress import Progress, silent
from astrolib.images.writing import write_frame
from astrolib.sky.nights import calibrations
from astrolib.sky.nights.cameras import NightCamera, camera_of
from astrolib.sky.nights.chip_shot import ChipShot, ShotTruth, take
from astrolib.sky.nights.detector import Detector, draw_detector
from astrolib.sky.nights.known import EPHEMERIDES
from astrolib.sky.nights.programme import NightField, Shot, draw_field
from astrolib.sky.nights.raw import chip_header, exposure_header, write_raw
from astrolib.sky.nights.reference import reference_catalogue

NIGHT = "night"
"""The folder of the night within a simulated universe."""

FRAMES = "truth/frames.ecsv"
"""Written last: a folder that holds it is whole."""

USUAL: dict[str, Any] = {"camera": "small", "seed": 1, "fields": 2, "frames": 5, "movers": 14}
"""The night that is written where nothing else is asked for."""

MOST_FIELDS = 4


def make_night(
    folder: Path,
    *,
    camera: str = USUAL["camera"],
    seed: int = USUAL["seed"],
    fields: int = USUAL["fields"],
    frames: int = USUAL["frames"],
    movers: int = USUAL["movers"],
    progress: Progress | None = None,
) -> QTable:
    """Write a night; a folder that already holds this night is left as it is.

    Parameters
    ----------
    folder : Path
        Where; made if it is not there.
    camera : {'small', 'mosaic'}
        One chip of 1024 x 1024, or four of 2048 x 4096.
    seed : int
        Of all that is random.
    fields, frames, movers : int
        Fields, exposures of each, and objects that move in each.
    progress : Progress, optional
        Told how many frames are written.

    Returns
    -------
    QTable
        ``truth/frames.ecsv``.

    Raises
    ------
    RefusedError
        If there is no such camera, a number is out of range, or the folder is a file or holds another night.
    """
    telescope = camera_of(camera)
    recipe = {"camera": camera, "seed": seed, "fields": fields, "frames": frames, "movers": movers}
    _check(folder, recipe)
    if (folder / FRAMES).exists():
        return _kept(folder, recipe)
    return _Night(folder, telescope, recipe, progress or silent).write()


def make_ephemerides(folder: Path) -> None:
    """Write what SkyBoT knows of the night that `make_night` writes by default, and nothing else.

    Nothing where there is a night already.
    """
    if not (folder / EPHEMERIDES).exists():
        (folder / EPHEMERIDES).parent.mkdir(parents=True, exist_ok=True)
        _Night(folder, camera_of(USUAL["camera"]), USUAL, silent).write_ephemerides()


def _check(folder: Path, recipe: dict[str, Any]) -> None:
    if folder.exists() and not folder.is_dir():
        raise RefusedError("it is a file", where=folder, remedy="name a folder")
    if recipe["seed"] < 0:
        raise RefusedError(f"seed {recipe['seed']}", remedy="give a whole number from 0")
    for name, most in (("fields", MOST_FIELDS), ("frames", 99), ("movers", 999)):
        if not 1 <= recipe[name] <= most:
            raise RefusedError(f"{recipe[name]} {name}", remedy=f"ask for 1 to {most}")


def _kept(folder: Path, recipe: dict[str, Any]) -> QTable:
    refusal = RefusedError("it holds another night", where=folder, remedy="name another folder")
    try:
        table = QTable.read(folder / FRAMES, format="ascii.ecsv")
    except Exception as error:  # astropy's parsers raise anything
        raise refusal from error
    if {name: table.meta.get(name) for name in recipe} != recipe:
        raise refusal
    return table


@dataclass
class _Night:
    """Writes a night."""

    folder: Path
    camera: NightCamera
    recipe: dict[str, Any]
    progress: Progress

    def write(self) -> QTable:
        detectors, fields, rng = self._drawn()
        for name in ("raw", "truth", *(f"reduced/{field.name}" for field in fields)):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._calibrations(detectors, rng)
        shots = list(self._science(detectors, fields, rng))
        self._truth(detectors, fields, shots, rng)
        return self._table(FRAMES, vstack([shot.frame for shot in shots]), self.recipe)

    def write_ephemerides(self) -> None:
        _, fields, _ = self._drawn()
        self._table(EPHEMERIDES, vstack([field.ephemerides for field in fields]))

    def _drawn(self) -> tuple[list[Detector], list[NightField], np.random.Generator]:
        """Return the chips and the fields, and what further chance comes from."""
        rng = np.random.default_rng(self.recipe["seed"])
        detectors = [draw_detector(self.camera, chip, rng) for chip in self.camera.chips]
        fields = [
            draw_field(number, self.camera, self.recipe["frames"], self.recipe["movers"], rng)
            for number in range(self.recipe["fields"])
        ]
        return detectors, fields, rng

    @property
    def _total(self) -> int:
        science = self.recipe["fields"] * self.recipe["frames"]
        return calibrations.BIASES + calibrations.DARKS + calibrations.FLATS + science

    def _calibrations(self, detectors: list[Detector], rng: np.random.Generator) -> None:
        flats = 0
        for done, frame in enumerate(calibrations.plan(), start=1):
            chips = [calibrations.expose(frame, flats, detector, rng) for detector in detectors]
            flats += frame.kind == "flat"
            whole = exposure_header(self.camera, frame.kind, frame.start, frame.seconds, frame.kind, None)
            cards = [chip_header(self.camera, chip) for chip in self.camera.chips]
            write_raw(self.folder / "raw" / f"{frame.name}.fits", self.camera, chips, cards, whole)
            self.progress(done, self._total)

    def _science(
        self, detectors: list[Detector], fields: list[NightField], rng: np.random.Generator
    ) -> Iterator[ShotTruth]:
        """Write the science frames by time, and give the truth of each chip."""
        shots = [(field, shot) for field in fields for shot in field.shots]
        first = self._total - len(shots)
        trailed = set(rng.choice(len(shots), max(1, len(shots) // 5), replace=False).tolist())
        order = sorted(range(len(shots)), key=lambda number: shots[number][1].exposure.start)
        for done, number in enumerate(order, start=first + 1):
            field, shot = shots[number]
            taken = [take(field, shot, detector, number in trailed, rng) for detector in detectors]
            self._write_shot(field, shot, taken, rng)
            yield from (one.truth for one in taken)
            self.progress(done, self._total)

    def _write_shot(
        self, field: NightField, shot: Shot, taken: list[ChipShot], rng: np.random.Generator
    ) -> None:
        east, north = rng.normal(0, 3.0, 2) / 3600
        believed = shot.pointing[0] + east / np.cos(np.radians(shot.pointing[1])), shot.pointing[1] + north
        turn = shot.turn + 0.15  # the camera was mounted a little askew
        whole = exposure_header(self.camera, "science", shot.start, 60.0, field.name, believed)
        cards = [chip_header(self.camera, chip, believed, turn) for chip in self.camera.chips]
        write_raw(
            self.folder / "raw" / f"{shot.name}.fits", self.camera, [one.raw for one in taken], cards, whole
        )
        for one in taken:
            write_frame(one.reduced, self.folder / "reduced" / field.name / one.reduced.name)

    def _truth(
        self,
        detectors: list[Detector],
        fields: list[NightField],
        shots: list[ShotTruth],
        rng: np.random.Generator,
    ) -> None:
        stars = vstack([field.stars for field in fields])
        self._table("catalogue.ecsv", reference_catalogue(stars, rng))
        self._table("truth/stars.ecsv", stars)
        self._table(EPHEMERIDES, vstack([field.ephemerides for field in fields]))
        self._table("truth/movers.ecsv", vstack([shot.movers for shot in shots], metadata_conflicts="silent"))
        self._fits("truth/places.fits", vstack([shot.places for shot in shots]))
        self._fits("truth/hits.fits", vstack([shot.hits for shot in shots]))
        for detector in detectors:
            units = [fits.PrimaryHDU(detector.flat), fits.ImageHDU(detector.dark, name="DARK")]
            units.append(fits.ImageHDU(detector.bad.astype(np.uint8), name="BAD"))
            with whole_file(self.folder / "truth" / f"flat-{detector.chip.name}.fits") as temporary:
                fits.HDUList(units).writeto(temporary, overwrite=True)

    def _table(self, name: str, table: Any, meta: dict[str, Any] | None = None) -> Any:
        table.meta = {"comment": "Simulated: no telescope ever saw this", **(meta or {})}
        with whole_file(self.folder / name) as temporary:
            table.write(temporary, format="ascii.ecsv", overwrite=True)
        return table

    def _fits(self, name: str, table: Table) -> None:
        with whole_file(self.folder / name) as temporary:
            table.write(temporary, format="fits", overwrite=True)
