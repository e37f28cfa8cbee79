"""Train on simulated Ondrejov spectra, classify the real ones, and draw each mistake.

The real files lie beside the project, in ``data/spectra`` of the folder given as the first argument (by
default ``../shared``). Each was looked at; `LABELS` says what was seen, at the resolving power of its
telescope and on the grid of the recipe. ``--work FOLDER`` keeps the simulated spectra for the next time, and
``--pictures FOLDER`` is where the pictures of mistakes go.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from astropy.table import QTable
from numpy.typing import NDArray

from astrolib.collection import PreparedSpectra, SpectrumCollection, read_spectra
from astrolib.core.errors import AstrolibError
from astrolib.core.progress import silent
from astrolib.core.spectrum import Spectrum
from astrolib.models.active import committee
from astrolib.models.trained import TrainedModel
from astrolib.sky import CLASSES, LAMOST, ONDREJOV, SHOWCASE, draw_stars, observe
from astrolib.sky.spectra.simulate import nights, scattered, state_of
from astrolib.sky.spectra.truth import measure
from astrolib.spectra import Recipe, air_to_vacuum, prepare, read_recipe, sketch

SEED = 20261121
SPECTRA = 10_000
BAND = (6500.0, 6734.0)
"""Simulated, in air [angstrom]: a little more than the grids of the recipes."""

HELD = 0.1
"""Share of the simulated spectra that calibrate the network."""

FINE = 280
"""Points of a picture across."""

SINGLE, DOUBLE, ABSORPTION, BAD = "single peak", "double peak", "absorption", "bad"


@dataclass(frozen=True)
class Seen:
    """What a person saw in a real spectrum.

    Parameters
    ----------
    sharp : str
        Its class at the resolving power of its telescope.
    blurred : str
        Its class on the grid of 140 pixels.
    sure : bool
        False where another person might well answer otherwise.
    why : str
        What was seen.
    """

    sharp: str
    blurred: str
    sure: bool
    why: str


def _absorbs(why: str, sure: bool = True) -> Seen:
    return Seen(ABSORPTION, ABSORPTION, sure, why)


LABELS: Mapping[str, Seen] = {
    "alpha-lyr-absorption.fits": _absorbs("Vega, A0 V: wide wings and a deep core"),
    "gamma-cas-emission.fits": Seen(SINGLE, SINGLE, True, "gamma Cas, Be: one maximum of 4.9"),
    "bt-cmi-ondrejov.fits": Seen(DOUBLE, SINGLE, True, "maxima of 2.6, 3.9 angstrom apart, and a dip"),
    "bt-cmi-lamost.fits": Seen(SINGLE, SINGLE, True, "one smooth maximum"),
    "oe270005.fits": _absorbs("raw counts that slope; two minima, perhaps two stars", False),
    "a201402030013.fits": _absorbs("narrow deep core, wings"),
    "a201504150031.fits": Seen(DOUBLE, DOUBLE, False, "dip to 1.16 between 1.6 and 1.65: nearly a shell"),
    "rd270018.fits": _absorbs("broad, rounded core"),
    "re040028.fits": _absorbs("a core; one defect of a few pixels beside it"),
    "ua290012.fits": _absorbs("broad, flat core"),
    "uc090038.fits": _absorbs("a core, wings"),
    "ug230021.fits": _absorbs("noisy; a core, wings"),
    "uj020083.fits": _absorbs("a core, wings; helium"),
    "vc250033.fits": _absorbs("a core, wings"),
    "vd250003.fits": _absorbs("a core, wings; helium"),
    "vl070030.fits": Seen(DOUBLE, SINGLE, True, "maxima of 3.5 and 3.8 with a shallow dip"),
    "spec-55903-B90306_sp06-163.fits": _absorbs("a core, wings"),
    "spec-55959-GAC_094N27_V3_sp16-125.fits": Seen(SINGLE, SINGLE, False, "flat top, no dip beyond noise"),
    "spec-55967-B5596701_sp06-132.fits": _absorbs("a core, wings"),
    "spec-55967-GAC_073N44_V3_sp08-023.fits": _absorbs("noisy; a core"),
    "spec-55967-GAC_073N44_V4_sp06-093.fits": _absorbs("noisy; a core, wings"),
    "spec-55967-GAC_073N44_V4_sp08-055.fits": _absorbs("a core, wings; the last pixels are 0"),
    "spec-56094-kepler05B56094_2_sp05-217.fits": _absorbs("a core, wings"),
    "spec-56258-VB054N40V2_sp11-213.fits": _absorbs("broad core"),
    "spec-56265-VB069N07V2_sp04-027.fits": Seen(SINGLE, SINGLE, True, "one smooth maximum"),
    "spec-56266-GAC080N32V4_sp15-012.fits": _absorbs("noisy; a narrow core, wings"),
    "spec-56317-GAC083N57V3_sp06-125.fits": _absorbs("noisy; a broad core with bumps", False),
    "spec-55919-B5591903_sp01-001.fits": Seen(BAD, BAD, False, "noise; no line to be seen"),
    "spec-55919-B5591903_sp01-003.fits": _absorbs("a cool star: a narrow line"),
    "spec-55919-B5591903_sp01-005.fits": _absorbs("a cool star: a narrow line, bands"),
    "spec-55919-B5591903_sp01-006.fits": _absorbs("noisy; a narrow line"),
    "spec-55919-B5591903_sp01-007.fits": _absorbs("noisy; a narrow line"),
    "spec-55919-B5591903_sp01-008.fits": _absorbs("a core, wings"),
    "spec-55919-B5591903_sp01-009.fits": _absorbs("noisy; a narrow line"),
    "spec-55916-B5591606_sp01-001.fits": _absorbs("noisy; the line is hardly deeper than the noise", False),
}
"""By file name. What Vega and gamma Cas are is known from the literature; the rest is by eye."""


@dataclass(frozen=True)
class Trial:
    """One way to try it: a recipe, whose classes, and which of them."""

    name: str
    recipe: Recipe
    label: str  # column of the truth: as at the telescope, or as on the grid
    classes: tuple[str, ...]
    noise: float = 0.0  # largest standard deviation added to what is learned from, whose range is 2

    @property
    def slug(self) -> str:
        """Its name as part of a file's."""
        return self.name.replace(",", "").replace(" ", "-")


THREE = (SINGLE, DOUBLE, ABSORPTION)
SHARP = {
    "wave_min": 6539.0, "wave_max": 6590.0, "n_pixels": 200, "resolution": 0.0,
    "continuum": "none",
}  # fmt: skip


def trials() -> tuple[Trial, ...]:
    """Return what is tried."""
    published, ours, sharp = (
        read_recipe("published-halpha"),
        read_recipe("halpha"),
        read_recipe("halpha", **SHARP),
    )
    return (
        Trial("published", published, "blurred", CLASSES),
        Trial("published, noise added", published, "blurred", CLASSES, noise=0.4),
        Trial("ours, noise added", ours, "blurred", CLASSES, noise=0.4),
        Trial("sharp", sharp, "sharp", CLASSES),
        Trial("ours", ours, "blurred", CLASSES),
        Trial("published, sharp labels", published, "sharp", CLASSES),
        Trial("published, three classes", published, "blurred", THREE),
    )


def simulated(folder: Path, count: int, cool: float = 0.0) -> tuple[SpectrumCollection, QTable]:
    """Return simulated spectra as a collection, and their truth by id; made where they are not there.

    A share `cool` of those that only absorb are F to M stars.
    """
    truth = folder / "truth.ecsv"
    if not truth.exists():
        rng = np.random.default_rng(SEED)
        stars = scattered(draw_stars(count, rng, SHOWCASE, cool=cool), rng)
        mjd = rng.choice(nights(rng), count)
        seen = observe(stars, mjd, ONDREJOV.between(*BAND), rng, bad=SHOWCASE[BAD])
        spectra = [_spectrum(flux, number) for number, flux in enumerate(seen.flux)]
        SpectrumCollection.create(folder / "simulated").append(spectra)
        _truth(spectra, seen.truth).write(truth)
    return SpectrumCollection.open(folder / "simulated"), QTable.read(truth)


def _spectrum(flux: NDArray[np.float32], number: int) -> Spectrum:
    """Return a simulated spectrum with what a file of Ondrejov says; it has neither errors nor a mask."""
    return Spectrum(
        ONDREJOV.between(*BAND).wavelength, flux, source=f"simulated/{number}", target=f"simulated {number}",
        instrument="simulated", resolving_power=ONDREJOV.resolving_power, medium="air",
        rest_frame="heliocentric",
    )  # fmt: skip


def _truth(spectra: Sequence[Spectrum], sharp: QTable) -> QTable:
    """Return the classes at the telescope's resolving power, and at LAMOST's, to which they are brought."""
    snr = np.asarray(sharp["snr"]) * np.sqrt(LAMOST.pixel / ONDREJOV.pixel)
    blurred = measure(state_of(sharp), np.asarray(sharp["kind"]), snr, LAMOST)
    bad = np.asarray(sharp["label"]) == BAD
    return QTable(
        {
            "id": [spectrum.id for spectrum in spectra],
            "sharp": np.asarray(sharp["label"], dtype=str),
            "sharp_unsure": np.asarray(sharp["ambiguous"]),
            "blurred": np.where(bad, BAD, blurred["label"]),
            "blurred_unsure": blurred["ambiguous"] & ~bad,
        }
    )


def real(folder: Path) -> tuple[list[Spectrum], list[tuple[str, str]]]:
    """Return the spectra that were looked at, and why other files are not among them."""
    spectra, left_out = [], []
    for path in sorted(folder.rglob("*.fits")):
        try:
            found = read_spectra(path)
        except AstrolibError as error:
            left_out.append((path.name, str(error)))
            continue
        if path.name in LABELS:
            spectra.append(found[0])
        else:
            left_out.append((path.name, _why_not(found)))
    return spectra, left_out


def _why_not(found: Sequence[Spectrum]) -> str:
    if all(each.medium == "unknown" for each in found):
        return "nobody says whether its wavelengths are in air or in vacuum"
    return "its resolving power is not given, and no H-alpha at rest can be seen"


def trained(prepared: PreparedSpectra, truth: QTable, trial: Trial, folder: Path) -> TrainedModel:
    """Train on what anybody could tell, and calibrate on a tenth of it."""
    known = dict(zip(truth["id"], truth[trial.label], strict=True))
    unsure = set(truth["id"][truth[f"{trial.label}_unsure"]])
    rows = np.array(
        [row for row, id_ in enumerate(prepared.ids) if id_ not in unsure and known[id_] in trial.classes]
    )
    labels = np.array([trial.classes.index(known[id_]) for id_ in prepared.ids[rows]])
    held = np.random.default_rng(SEED).random(len(rows)) < HELD
    flux = noisy(prepared.flux[rows], trial.noise)

    def told(line: Mapping[str, Any]) -> None:
        print(f"  {line['member']}.{line['epoch']} loss {line['loss']:.3f}", flush=True)

    members = committee.train_committee(
        flux[~held], labels[~held], len(trial.classes), seed=SEED, folder=folder, progress=silent,
        epoch_end=told,
    )  # fmt: skip
    model = TrainedModel.of(committee.joined(members), prepared, trial.classes, seed=SEED)
    model = model.calibrated(flux[held], labels[held], np.ones(held.sum()))
    right = model.probabilities(flux[held]).argmax(axis=1) == labels[held]
    print(f"  {len(rows)} simulated; of {held.sum()} kept apart {right.mean():.3f} right", flush=True)
    return model


def noisy(flux: NDArray[np.float32], most: float) -> NDArray[np.float32]:
    """Add noise, of another size to each spectrum, and scale to [-1, 1] again as the recipes do."""
    rng = np.random.default_rng(SEED)
    sigma = most * rng.random((len(flux), 1), dtype=np.float32) ** 2
    flux = flux + sigma * rng.standard_normal(flux.shape, dtype=np.float32)
    low, high = flux.min(axis=1, keepdims=True), flux.max(axis=1, keepdims=True)
    return np.asarray(2 * (flux - low) / (high - low) - 1, dtype=np.float32)


def main() -> None:
    """Try all, print each answer, and draw the mistakes."""
    asked = _arguments()
    folder = asked.shared / "data" / "spectra"
    if not folder.is_dir():
        raise SystemExit(f"no real spectra in {folder}; say where: real_spectra.py FOLDER")
    with tempfile.TemporaryDirectory() as name:
        work = Path(asked.work or name)
        work.mkdir(parents=True, exist_ok=True)
        sky, truth = simulated(work, asked.spectra, asked.cool)
        spectra, left_out = real(folder)
        for name_, reason in left_out:
            print(f"left out: {name_}: {reason}")
        collection = SpectrumCollection.create(Path(name) / "real")
        collection.append(spectra)
        for number, trial in enumerate(trials()):
            if asked.only in ("", trial.name):
                _try(trial, number, sky, truth, collection, Path(name), asked.pictures)


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    beside = Path(__file__).resolve().parents[2] / "shared"
    parser.add_argument("shared", nargs="?", type=Path, default=beside)
    parser.add_argument("--spectra", type=int, default=SPECTRA, help="how many to simulate")
    parser.add_argument("--cool", type=float, default=0.0, help="share of cool stars among those that absorb")
    parser.add_argument("--only", default="", help="one trial, by name")
    parser.add_argument("--work", type=Path, help="keep the simulated spectra here")
    parser.add_argument("--pictures", type=Path, help="draw the mistakes here")
    return parser.parse_args()


def _try(
    trial: Trial, number: int, sky: SpectrumCollection, truth: QTable, collection: SpectrumCollection,
    folder: Path, pictures: Path | None,
) -> None:  # fmt: skip
    print(f"\n{trial.name}: recipe {trial.recipe.name}, labels {trial.label}", flush=True)
    learned = prepare(sky, folder / f"sky-{number}", trial.recipe)
    asked = prepare(collection, folder / f"real-{number}", trial.recipe)
    for row in asked.rejected:
        print(f"  rejected: {row['source']}: {row['reason']}")
    model = trained(learned.prepared, truth, trial, folder / f"training-{number}")
    model.check(asked.prepared)
    answers = list(answered(model, asked.prepared, trial))
    for answer in answers:
        print(answer.line)
    for instrument in ("Ondrejov", "LAMOST"):
        print(_count(instrument, [each for each in answers if each.instrument == instrument]))
    mistakes = [answer for answer in answers if not answer.right]
    if pictures and mistakes:
        draw(pictures / f"real-{trial.slug}.svg", mistakes, collection, asked.prepared)
    if pictures:
        double = [answer for answer in answers if LABELS[answer.file].sharp == DOUBLE]
        draw(pictures / f"real-{trial.slug}-doubles.svg", double, collection, asked.prepared)


@dataclass(frozen=True)
class Answer:
    """What the network says of one real spectrum, beside what a person said."""

    id: str
    file: str
    target: str
    instrument: str
    label: str
    sure: bool
    says: str
    probability: float
    right: bool

    @property
    def line(self) -> str:
        """One row of a Markdown table."""
        label = self.label + ("" if self.sure else " (unsure)")
        verdict = "" if self.right else "**mistake**"
        target = f"{self.target} | {self.file}"
        return f"| {target} | {label} | {self.says} | {self.probability:.2f} | {verdict} |"


def answered(model: TrainedModel, prepared: PreparedSpectra, trial: Trial) -> Iterator[Answer]:
    """Yield the answers, those of Ondrejov first."""
    chances = model.probabilities(prepared.flux)
    names = [str(source).rsplit("/", 1)[-1] for source in prepared.info["source"]]
    for row in sorted(range(len(names)), key=lambda row: (_instrument(names[row]) == "LAMOST", names[row])):
        seen = LABELS[names[row]]
        label, says = getattr(seen, trial.label), model.classes[int(chances[row].argmax())]
        yield Answer(
            str(prepared.ids[row]), names[row], str(prepared.info["target"][row]), _instrument(names[row]),
            label, seen.sure, says, float(chances[row].max()), says == label,
        )  # fmt: skip


def _instrument(file: str) -> str:
    return "LAMOST" if file.startswith("spec-") or "lamost" in file else "Ondrejov"


def _count(instrument: str, answers: Sequence[Answer]) -> str:
    sure = [each for each in answers if each.sure]
    right, right_sure = sum(each.right for each in answers), sum(each.right for each in sure)
    return f"{instrument}: {right} of {len(answers)} right; of the sure {right_sure} of {len(sure)}"


def draw(
    path: Path, answers: Sequence[Answer], collection: SpectrumCollection, prepared: PreparedSpectra
) -> None:
    """Draw each spectrum as it was observed, and below it what the network was shown and said."""
    path.parent.mkdir(parents=True, exist_ok=True)
    grid = np.linspace(prepared.wavelength[0], prepared.wavelength[-1], FINE)
    rows, names = [], []
    for answer in answers:
        spectrum = collection.spectrum(answer.id)
        air = spectrum.medium == "air"
        own = air_to_vacuum(spectrum.wavelength) if air else spectrum.wavelength
        flux = prepared.flux[prepared.rows([answer.id])[0]]
        rows += [np.interp(grid, own, spectrum.flux), np.interp(grid, prepared.wavelength, flux)]
        names += [answer.target.removeprefix("LAMOST "), f"says: {answer.says}"]
    path.write_text(sketch(grid, np.stack(rows), names))


if __name__ == "__main__":
    main()
