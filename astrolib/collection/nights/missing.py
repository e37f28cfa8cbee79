"""What a night lacks before it can be reduced and searched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from astrolib.collection.nights.sorted_file import SortedFile

FEW = 3
"""Fewer calibration frames keep their cosmic rays, and fewer frames of a field cannot be linked."""


@dataclass(frozen=True)
class Lack:
    """What is missing.

    Parameters
    ----------
    what : str
        In a few words, as in ``no flat in r``.
    why : str
        What it would be good for.
    needed : bool
        Whether nothing can be done without it.
    """

    what: str
    why: str
    needed: bool


def missing(files: Sequence[SortedFile]) -> list[Lack]:
    """Return what a night of sorted files lacks, what is needed most first; files in doubt do not count."""
    used = [one for one in files if not one.left_out and not one.doubts]
    science = [one for one in used if one.kind == "science"]
    lacks = [*_science(science), *_bias(used, science), *_flats(used, science), *_darks(used, science)]
    return sorted(lacks, key=lambda lack: not lack.needed)


def _science(science: Sequence[SortedFile]) -> Iterator[Lack]:
    if not science:
        yield Lack("no science frame", "there is nothing to search", True)
    for (target, band), count in sorted(Counter((one.target, one.filter) for one in science).items()):
        if count < FEW:
            what = f"only {count} of {target or 'a field'} in {band or 'no filter'}"
            yield Lack(what, f"what moves is linked over {FEW} frames or more", False)


def _bias(used: Sequence[SortedFile], science: Sequence[SortedFile]) -> Iterator[Lack]:
    for camera, own in _cameras(science).items():
        count = sum(one.kind == "bias" for one in used if camera_of(one) == camera)
        yield from _count(count, f"bias{own}", "the zero level has a pattern", True)


def _flats(used: Sequence[SortedFile], science: Sequence[SortedFile]) -> Iterator[Lack]:
    for camera, own in _cameras(science).items():
        flats = [one.filter for one in used if one.kind == "flat" and camera_of(one) == camera]
        for band in sorted({one.filter for one in science if camera_of(one) == camera}):
            why = "pixels differ in how much light they count"
            yield from _count(flats.count(band), f"flat in {band}{own}", why, True)


def _darks(used: Sequence[SortedFile], science: Sequence[SortedFile]) -> Iterator[Lack]:
    for camera, own in _cameras(science).items():
        darks = [one.exposure for one in used if one.kind == "dark" and camera_of(one) == camera]
        longest = max(one.exposure for one in science if camera_of(one) == camera)
        if not darks:
            yield Lack(f"no dark{own}", "warm pixels stay; a cold camera does without", False)
        elif max(darks) < longest:
            what = f"no dark of {longest:g} s{own}"
            yield Lack(what, f"the longest has {max(darks):g} s, and is scaled", False)


def camera_of(file: SortedFile) -> tuple[str, tuple[int, int]]:
    """Return what frames must share that one may calibrate the other: camera and size."""
    return file.instrument, file.shape


def _cameras(science: Sequence[SortedFile]) -> dict[tuple[str, tuple[int, int]], str]:
    """Return the cameras of the science frames, and how each is named where there are several."""
    cameras = sorted({camera_of(one) for one in science})
    several = len(cameras) > 1
    return {
        (name, size): f" of {name or 'a camera'} ({size[1]} × {size[0]})" if several else ""
        for name, size in cameras
    }


def _count(count: int, what: str, why: str, needed: bool) -> Iterator[Lack]:
    if count == 0:
        yield Lack(f"no {what}", why, needed)
    elif count < FEW:
        yield Lack(f"only {count} {what}", "cosmic rays cannot be told in so few", False)
