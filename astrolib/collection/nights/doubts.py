"""Where header, name and pixels of a raw file disagree, or something is missing: what a person is asked.

A doubt is never settled by guessing. It says why it is one, and which answers there are; what a person
answers takes the place of what the header said, and other questions may follow from that.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from astrolib.collection.nights import instants
from astrolib.collection.nights.header import KINDS, angle
from astrolib.collection.nights.pixels import WINDOW
from astrolib.core.errors import RefusedError

if TYPE_CHECKING:
    from astrolib.collection.nights.sorting import SortedFile

LEAVE_OUT = "leave out"
"""The answer after which a file is used for nothing."""

AS_IT_IS = "use as it is"
"""The answer that the header is right, whatever else speaks against it."""

SHORTEST = 0.01
"""A bias may say that it was exposed this long: the shortest that some cameras know [s]."""

Change = dict[str, Any]
"""The parts of a file that an answer gives another value."""

_APART = 0.5  # degrees between pointings of one header; the field of a large camera
_MANY_STARS = 8  # in the middle of a frame that should have none
_TWILIGHT = 5000.0  # ADU above the bias level, from where on a flat of the sky may have more stars,
_OF_TWILIGHT = 60  # so many in a megapixel
_LIGHT = 1000.0  # ADU above the bias level that no dark collects
_LITTLE_LIGHT = 100.0  # ADU above the bias level: less is no flat
_SHARE_OF_FLAT = 0.3  # of a flat's light, in a dark
_FULL = 0.95  # of the saturation level, in a flat
_BRIGHT, _PHOTONS = 5000.0, 0.3  # a level [ADU], and its share in the variance, that only light has


@dataclass(frozen=True)
class Doubt:
    """A question about a file.

    Parameters
    ----------
    about : str
        What is asked: ``kind``, ``filter``, ``exposure``, ``time``, ``pointing`` or ``pixels``.
    rule : str
        Which rule asks, in a few words; files of which the same is asked can be answered together.
    reason : str
        Why, in a sentence.
    answers : tuple of str
        Those that can be chosen.
    free : str
        What may be typed instead; '' where only `answers` are possible.
    """

    about: str
    rule: str
    reason: str
    answers: tuple[str, ...]
    free: str = ""


def doubts(file: SortedFile) -> tuple[Doubt, ...]:
    """Return what must be asked about a file: of each thing the first question that is open."""
    if file.left_out:
        return ()
    asked: dict[str, Doubt] = {}
    for rule in _RULES:
        for doubt in rule(file):
            if doubt.about not in file.settled:
                asked.setdefault(doubt.about, doubt)
    if "kind" in asked:  # what else is asked depends on what it is
        return (asked["kind"],)
    return tuple(asked.values())


def settle(file: SortedFile, about: str, answer: str) -> SortedFile:
    """Return the file as it is after an answer.

    Raises
    ------
    RefusedError
        If nothing is asked about that, or the answer is none of those that are possible.
    """
    doubt = next((one for one in file.doubts if one.about == about), None)
    if doubt is None:
        raise RefusedError(f"nothing is asked about its {about}", where=file.name, remedy="look at it again")
    answer = answer.strip()
    possible = answer in doubt.answers or (doubt.free and _changes(file, about, answer))
    if not possible:
        expected = ", ".join((*doubt.answers, *filter(None, [doubt.free])))
        raise RefusedError(f"{answer!r} is no answer", where=file.name, remedy=f"answer one of: {expected}")
    return settled(file, about, answer)


def settled(file: SortedFile, about: str, answer: str) -> SortedFile:
    """Return the file with an answer that was given before; see `settle`."""
    changes = _changes(file, about, answer) or {}
    replaced = {**{name: getattr(file, name) for name in changes}, **file.replaced}
    return dataclasses.replace(file, settled={**file.settled, about: answer}, replaced=replaced, **changes)


def _changes(file: SortedFile, about: str, answer: str) -> Change | None:
    return None if answer in (LEAVE_OUT, AS_IT_IS) else _TAKES[about](file, answer)


# ---- what an answer changes ---------------------------------------------------------------------


def _take_kind(_file: SortedFile, answer: str) -> Change | None:
    return {"kind": answer} if answer in KINDS else None


def _take_filter(_file: SortedFile, answer: str) -> Change | None:
    return {"filter": answer} if 0 < len(answer) <= 40 else None


def _take_exposure(_file: SortedFile, answer: str) -> Change | None:
    try:
        seconds = float(answer.removesuffix("s"))
    except ValueError:
        return None
    return {"exposure": seconds} if 0 < seconds < math.inf else None


def _take_time(file: SortedFile, answer: str) -> Change | None:
    if answer in file.starts:
        return {"start": file.starts[answer]}
    found, problem = instants.starts({"typed": answer}, {"start": ("typed",)}, 0.0)
    return None if problem else {"start": found["typed"]}


def _take_pointing(file: SortedFile, answer: str) -> Change | None:
    if answer in file.pointings:
        ra, dec = file.pointings[answer]
    else:
        words = answer.replace(",", " ").split()
        half = len(words) // 2
        ra = angle(" ".join(words[:half]), 15.0, 1.0)
        dec = angle(" ".join(words[half:]), 1.0, 1.0)
    good = 0 <= ra <= 360 and abs(dec) <= 90
    return {"ra": ra, "dec": dec} if good else None


_TAKES: dict[str, Callable[[SortedFile, str], Change | None]] = {
    "kind": _take_kind,
    "filter": _take_filter,
    "exposure": _take_exposure,
    "time": _take_time,
    "pointing": _take_pointing,
    "pixels": lambda _file, _answer: None,
}


# ---- the rules ----------------------------------------------------------------------------------


def _kind_unsaid(file: SortedFile) -> Iterator[Doubt]:
    if not file.kind:
        said = (
            f"{file.kind_said} is not in the header map"
            if file.kind_said
            else "The header does not say what it is"
        )
        name = f"; the name says {file.name_says}" if file.name_says else ""
        yield Doubt("kind", "kind not said", f"{said}{name}.", (*KINDS, LEAVE_OUT))


def _name_disagrees(file: SortedFile) -> Iterator[Doubt]:
    if file.kind and file.name_says and file.name_says != file.kind:
        reason = f"The header says {file.kind} ({file.kind_said}), the name says {file.name_says}."
        yield Doubt("kind", "name disagrees", reason, (file.kind, file.name_says, LEAVE_OUT))


def _exposed_bias(file: SortedFile) -> Iterator[Doubt]:
    if file.kind == "bias" and file.exposure > SHORTEST:
        reason = f"The header says bias, and an exposure of {file.exposure:g} s."
        yield Doubt("kind", "exposed bias", reason, ("bias", "dark", LEAVE_OUT))


def _lit(file: SortedFile) -> Iterator[Doubt]:
    """Ask about a bias or dark that collected light."""
    if file.kind in ("bias", "dark") and (why := _light(file)):
        reason = f"The header says {file.kind}, but {why}."
        yield Doubt("kind", f"lit {file.kind}", reason, (file.kind, "flat", "science", LEAVE_OUT))


def _light(file: SortedFile) -> str:
    """Return what shows that a frame collected light; '' where nothing does."""
    light, flat = file.level - file.bias_level, file.night_flat - file.bias_level
    if flat > _LITTLE_LIGHT and light > _SHARE_OF_FLAT * flat:
        return f"its level of {file.level:.0f} ADU is that of the night's flats ({file.night_flat:.0f})"
    if light > _LIGHT:
        return f"its level is {light:.0f} ADU above that without light"
    gain = file.gain if file.gain > 0 else 1.0
    if math.isnan(light) and file.level > _BRIGHT and file.noise**2 * gain > _PHOTONS * file.level:
        return f"its level of {file.level:.0f} ADU has the noise of light"
    return f"there are {file.stars} stars in it" if file.stars > 2 * _MANY_STARS else ""


def _starry_flat(file: SortedFile) -> Iterator[Doubt]:
    light = file.level - (file.bias_level if math.isfinite(file.bias_level) else 0.0)
    megapixels = math.prod(min(side, WINDOW) / 1024 for side in file.shape)
    most = _MANY_STARS if light < _TWILIGHT else max(_MANY_STARS, _OF_TWILIGHT * megapixels)
    if file.kind == "flat" and file.stars > most:
        reason = f"The header says flat, but there are {file.stars} stars in the middle of it."
        yield Doubt("kind", "stars in a flat", reason, ("flat", "science", LEAVE_OUT))


def _unlit_flat(file: SortedFile) -> Iterator[Doubt]:
    light = file.level - file.bias_level
    if file.kind == "flat" and light < _LITTLE_LIGHT:
        reason = f"The header says flat, but its level is only {light:.0f} ADU above that without light."
        yield Doubt("kind", "flat without light", reason, ("flat", "bias", LEAVE_OUT))
    elif file.kind == "flat" and file.level > _FULL * file.saturation:
        reason = f"The flat is saturated: its level is {file.level:.0f} ADU of at most {file.saturation:.0f}."
        yield Doubt("pixels", "saturated flat", reason, (LEAVE_OUT, AS_IT_IS))


def _exposure_unsaid(file: SortedFile) -> Iterator[Doubt]:
    if file.kind == "science" and not file.exposure > 0:
        said = (
            "does not say how long it was exposed"
            if math.isnan(file.exposure)
            else f"says {file.exposure:g} s"
        )
        reason = f"A science frame needs an exposure, and the header {said}."
        yield Doubt("exposure", "no exposure", reason, (LEAVE_OUT,), "seconds")


def _filter_unsaid(file: SortedFile) -> Iterator[Doubt]:
    if file.kind in ("flat", "science") and not file.filter:
        reason = f"The header does not say through which filter this {file.kind} frame was taken."
        yield Doubt("filter", "no filter", reason, ("clear", LEAVE_OUT), "the filter's name")


def _time_unsure(file: SortedFile) -> Iterator[Doubt]:
    if file.kind != "science":
        return
    if not file.start:
        reason = f"Nobody knows when it was taken: {file.time_problem or 'the header has no key of time'}."
        yield Doubt("time", "no time", reason, (LEAVE_OUT,), "start in UTC, as 2010-01-01T21:00:00")
    elif (apart := instants.apart(file.starts)) > instants.TOLERANCE:
        said = ", ".join(f"{key} leads to {value}" for key, value in file.starts.items())
        reason = f"The keys of time are {apart:.1f} s apart at the start of the exposure: {said}."
        yield Doubt("time", "times disagree", reason, (*file.starts, LEAVE_OUT))


def _pointing_unsure(file: SortedFile) -> Iterator[Doubt]:
    if file.kind != "science":
        return
    whole = {keys: place for keys, place in file.pointings.items() if math.isfinite(sum(place))}
    if not math.isfinite(file.ra + file.dec):
        reason = "The header does not say where the telescope pointed."
        yield Doubt("pointing", "no pointing", reason, (LEAVE_OUT,), "RA and Dec, as 14 03 13 +54 20 41")
    elif (apart := _separation(file)) > _APART:
        said = ", ".join(f"{keys} {_place(*place)}" for keys, place in file.pointings.items())
        reason = f"The header points to places {apart:.1f} degrees apart: {said}."
        yield Doubt("pointing", "pointings disagree", reason, (*whole, LEAVE_OUT), "RA and Dec")


def _separation(file: SortedFile) -> float:
    """Return the largest difference between pointings [deg], coordinate by coordinate: one may be half."""
    most = 0.0
    for ra, dec in file.pointings.values():
        across = abs((ra - file.ra + 180) % 360 - 180) * math.cos(math.radians(file.dec))
        most = max([most, *(value for value in (across, abs(dec - file.dec)) if math.isfinite(value))])
    return most


def _place(ra: float, dec: float) -> str:
    return " ".join(
        f"{value:{form}}" if math.isfinite(value) else "?" for value, form in ((ra, ".4f"), (dec, "+.4f"))
    )


def _not_raw(file: SortedFile) -> Iterator[Doubt]:
    if file.reduced:
        reason = f"It has been reduced before: {file.reduced}."
        yield Doubt("pixels", "not raw", reason, (LEAVE_OUT, AS_IT_IS))


_RULES: tuple[Callable[[SortedFile], Iterator[Doubt]], ...] = (
    _kind_unsaid,
    _name_disagrees,
    _exposed_bias,
    _lit,
    _starry_flat,
    _unlit_flat,
    _exposure_unsaid,
    _filter_unsaid,
    _time_unsure,
    _pointing_unsure,
    _not_raw,
)
