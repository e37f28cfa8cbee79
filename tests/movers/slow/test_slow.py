"""Slow movers: the drift of places, and what feigns it."""

from __future__ import annotations

import astropy.units as u
import numpy as np
import pytest

from astrolib.movers import slow
from astrolib.movers.deep import search_deep
from astrolib.movers.frames.psf import Moffat
from astrolib.movers.frames.registering import register
from astrolib.movers.judging.confirming import confirm_slow
from astrolib.movers.slow.judge import SIGNIFICANT, judge
from astrolib.movers.slow.motion import alone, fit_motions, refit, without
from astrolib.movers.slow.scene import gains
from astrolib.movers.slow.stamps import Frame, add_sources
from astrolib.movers.tracklets.found import Found
from astrolib.sky.nights.field import floor_field
from astrolib.sky.nights.score import score

SIDE = 120
MINUTES = 8.5 * np.arange(-2, 3)
SEEING = (3.3, 4.4, 3.6, 4.0, 4.6)


Source = tuple[float, float, float, float, float | tuple[float, ...]]


def frames(*sources: Source, seed: int = 2) -> list[Frame]:
    """Return frames with sources given by x, y in the middle, their drift in pixels a frame, and flux."""
    rng = np.random.default_rng(seed)
    made = []
    for number, (minutes, seeing) in enumerate(zip(MINUTES, SEEING, strict=True)):
        blank = np.zeros((SIDE, SIDE), np.float32)
        frame = Frame(
            blank, blank, blank > 1, Moffat(seeing, 0.05, 0.3, 3.0), 10.0, 2.0, np.zeros(2), float(minutes)
        )
        for x, y, vx, vy, flux in sources:
            place = np.array([[x + vx * minutes / 8.5, y + vy * minutes / 8.5]])
            add_sources(blank, frame, place, np.broadcast_to(flux, 5)[[number]], 30)
        blank += rng.normal(0, 10, blank.shape).astype(np.float32)
        made.append(frame)
    return made


MOVER: tuple[Source, ...] = ((60.0, 60.0, 0.6, 0.3, 3000.0),)
PAIR: tuple[Source, ...] = ((58.8, 60.0, 0.0, 0.0, 6000.0), (61.6, 60.5, 0.0, 0.0, 4000.0))
BRIGHTENING = (1000.0, 1600.0, 2200.0, 2800.0, 3400.0)
BLEND: tuple[Source, ...] = ((59.0, 60.0, 0.0, 0.0, 3000.0), (61.0, 60.0, 0.0, 0.0, BRIGHTENING))


def test_a_drift_is_measured_with_its_error() -> None:
    seen = frames((60.3, 59.8, 0.6, -0.4, 3000.0))
    fitted = fit_motions(seen, np.array([[60.0, 60.0]]), np.zeros((1, 2)), 5)
    error = np.sqrt(np.diag(fitted.covariance[0])[2:4])
    assert np.all(np.abs(fitted.speed[0] * 8.5 - (0.6, -0.4)) < 4 * error * 8.5)
    assert np.median(fitted.flux) == pytest.approx(3000, rel=0.05)


def test_a_path_that_bends_is_followed() -> None:
    seen = [
        one
        for number, y in enumerate((61.5, 60.4, 60.0, 60.4, 61.5))
        for one in frames((60.0, y, 0.6, 0.0, 5000.0))[number : number + 1]
    ]
    fitted = fit_motions(seen, np.array([[60.0, 60.0]]), np.zeros((1, 2)), 5)
    ends = fitted.at(MINUTES[0])[0], fitted.at(MINUTES[-1])[0]
    assert fitted.bent[0]
    assert np.all(np.abs(ends - np.array([[58.8, 61.5], [61.2, 61.5]])) < 0.15)


def test_sources_that_are_subtracted_leave_noise() -> None:
    seen = frames((60.3, 59.8, 0.6, -0.4, 5000.0), (40.0, 45.0, 0.0, 0.0, 9000.0))
    start = np.array([[60.0, 60.0], [40.0, 45.0]])
    known = alone(seen, fit_motions(seen, start, np.zeros((2, 2)), 5))
    assert all(abs(float(np.std(one)) - 10) < 1 for one in without(seen, known))


def test_one_source_that_is_listed_twice_is_subtracted_once() -> None:
    seen = frames((60.3, 59.8, 0.0, 0.0, 5000.0))
    start = np.array([[60.0, 60.0], [60.5, 59.5]])
    known = alone(seen, fit_motions(seen, start, np.zeros((2, 2)), 5))
    assert all(abs(float(np.std(one)) - 10) < 1 for one in without(seen, known))


@pytest.mark.parametrize(
    ("sources", "moves"), [(MOVER, True), (MOVER + PAIR, True), (PAIR, False), (BLEND, False)]
)
def test_a_mover_lowers_chi_squared_more_than_a_variable_at_rest(
    sources: tuple[Source, ...], moves: bool
) -> None:
    seen = frames(*sources)
    known = fit_motions(seen, np.array([[60.0, 60.0]]), np.zeros((1, 2)), 5)
    clean = without(seen, known)
    moving, varying = gains(seen, refit(seen, known, clean, 5), clean, np.ones(5))
    assert (moving[0] - varying[0] > max(12, 0.25 * moving[0])) is np.bool_(moves)


@pytest.mark.parametrize(("sources", "moves"), [(MOVER, True), (BLEND, False)])
def test_a_blend_that_drifts_with_its_light_is_told_from_a_mover(
    sources: tuple[Source, ...], moves: bool
) -> None:
    seen = frames(*sources)
    known = fit_motions(seen, np.array([[60.0, 60.0]]), np.zeros((1, 2)), 5)
    clean = without(seen, known)
    verdicts = judge(seen, refit(seen, known, clean, 5), clean, (0.001, 0.6))
    assert verdicts.significance[0] > SIGNIFICANT
    assert verdicts.moves[0] is np.bool_(moves)


def test_a_drift_must_show_in_the_differences() -> None:
    """Beyond the width of a star; along what is there in all frames, a spike, they show nothing."""
    simulated = floor_field("slow", 3016, (400, 400), 8)
    field = register(simulated.frames)
    deep = search_deep(field)
    found = slow.search_slow(field, lines=deep.lines)
    feigned = found.detections.copy()
    feigned["dec"] += 12 * u.arcsec  # as they would move elsewhere, where nothing does
    found_there = Found(found.tracklets, feigned, found.removed)
    far = found.tracklets["rate"] > 0.08 * u.arcsec / u.min
    assert far.sum() >= 2
    kept = confirm_slow(field, deep.difference, found)
    assert len(kept.tracklets) == len(found.tracklets)
    refused = confirm_slow(field, deep.difference, found_there)
    assert not np.isin(found.tracklets["tracklet_id"][far], refused.tracklets["tracklet_id"]).any()
    assert np.count_nonzero(refused.removed["filter"] == "not confirmed in the differences") >= far.sum()


@pytest.mark.slow
def test_a_field_of_slow_movers_is_searched() -> None:
    field = floor_field("slow", 4, (800, 800), 12)
    found = slow.search_slow(register(field.frames))
    told = score(found.tracklets, found.detections, field.truth)
    assert told.completeness > 0.8
    assert len(told.false) + len(told.duplicates) <= 1


def test_fields_at_rest_have_hardly_a_slow_mover() -> None:
    fields = [floor_field("slow", seed, (320, 320), 0) for seed in (5, 6, 7, 8, 9)]
    assert sum(len(slow.search_slow(register(field.frames)).tracklets) for field in fields) <= 1
