"""The rules by which header, name and pixels of a raw file are held against each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from astrolib.collection.nights import instants
from astrolib.collection.nights.doubt import AS_IT_IS, LEAVE_OUT, Doubt
from astrolib.collection.nights.header import KINDS
from astrolib.collection.nights.pixels import WINDOW

if TYPE_CHECKING:
    from astrolib.collection.nights.sorted_file import SortedFile

SHORTEST = 0.01
"""A bias may say that it was exposed this long: the shortest that some cameras know [s]."""

_APART = 0.5  # degrees between pointings of one header; the field of a large camera
_MANY_STARS = 8  # in the middle of a frame that should have none
_TWILIGHT = 5000.0  # ADU above the bias level, from where on a flat of the sky may have more stars,
_OF_TWILIGHT = 60  # so many in a megapixel
_LIGHT = 1000.0  # ADU above the bias level that no dark collects
_LITTLE_LIGHT = 100.0  # ADU above the bias level: less is no flat
_SHARE_OF_FLAT = 0.3  # of a flat's light, in a dark
_FULL = 0.95  # of the saturation level, in a flat
_MOST_BITS = 65_535.0  # of the usual converter, where the header names no level of saturation
_QUIET = 0.1  # of the noise of its light, in a flat: only full pixels are so alike
_BRIGHT, _PHOTONS = 5000.0, 0.3  # a level [ADU], and its share in the variance, that only light has


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
        answers = ("flat", "dark" if file.exposure > SHORTEST else "bias", LEAVE_OUT)
        yield Doubt("kind", "flat without light", reason, answers)
    elif file.kind == "flat" and (why := _full(file)):
        yield Doubt("pixels", "saturated flat", f"The flat is saturated: {why}.", (LEAVE_OUT, AS_IT_IS))


def _full(file: SortedFile) -> str:
    """Return what shows that the pixels of a flat are full; '' where nothing does."""
    most = file.saturation if math.isfinite(file.saturation) else _MOST_BITS
    if file.level > _FULL * most:
        return f"its level is {file.level:.0f} ADU of at most {most:.0f}"
    light = file.level - (file.bias_level if math.isfinite(file.bias_level) else 0.0)
    if light > _BRIGHT and file.gain > 0 and file.noise < _QUIET * math.sqrt(light / file.gain):
        return f"its pixels are alike to {file.noise:.1f} ADU, which so much light ({light:.0f} ADU) is not"
    return ""


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


RULES: tuple[Callable[[SortedFile], Iterator[Doubt]], ...] = (
    _kind_unsaid,
    _name_disagrees,
    _lit,
    _exposed_bias,
    _starry_flat,
    _unlit_flat,
    _exposure_unsaid,
    _filter_unsaid,
    _time_unsure,
    _pointing_unsure,
    _not_raw,
)
"""In the order in which they ask: of each thing the first that finds something does."""
