"""What was delivered enters the collection; what is bad is listed, and the rest goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from astrolib.archive import Delivered, Delivery
from astrolib.collection import SpectrumCollection, collect
from astrolib.core.outcome import Missing
from astrolib.core.schema import SPECTRUM_OFFER


@pytest.fixture
def collection(tmp_path: Path) -> SpectrumCollection:
    return SpectrumCollection.create(tmp_path / "collection")


def offered(**row) -> dict:
    table = SPECTRUM_OFFER.table([row])
    return {name: getattr(table[name][0], "value", table[name][0]) for name in table.colnames}


def delivered(path: Path, **row) -> Delivered:
    return Delivered(f"ivo://x/{path.name}", path, f"http://x/{path.name}", offered(**row))


def gather(collection, *files, missing=(), **more):
    return collect(Delivery(tuple(files), tuple(missing)), collection, **more)


def test_files_become_spectra_with_their_origin(collection, write):
    outcome = gather(collection, delivered(write("lamost-dr1.fits")), delivered(write("sdss.fits")))

    assert (outcome.status, outcome.requested, outcome.delivered, outcome.missing) == ("found", 2, 2, ())
    first = next(iter(collection))
    assert (first.source, first.accref) == ("ivo://x/lamost-dr1.fits", "http://x/lamost-dr1.fits")


def test_the_offer_fills_what_the_file_does_not_say(collection, write):
    row = {
        **{
            "target": "nova",
            "ra": 10.0,
            "dec": 20.0,
            "exptime": 5.0,
            "instrument": "X",
            "resolving_power": 99.0,
        },
        **{"obstime": "2020-01-01T00:00:00.000", "time_scale": "UTC", "time_ref": "middle"},
    }
    gather(collection, delivered(write("sdm.vot"), **row))

    (spectrum,) = collection
    for name, value in row.items():
        assert getattr(spectrum, name) == value, name


def test_the_offer_overrides_nothing(collection, write, layout):
    row = {
        **{
            "target": "nova",
            "ra": 10.0,
            "dec": 20.0,
            "exptime": 5.0,
            "instrument": "X",
            "resolving_power": 99.0,
        },
        **{"obstime": "2020-01-01T00:00:00.000", "time_scale": "TAI", "time_ref": "start"},
    }
    gather(collection, delivered(write(layout.name), **row))

    (spectrum,) = collection
    for name in set(layout.truth) & set(row):
        if layout.truth[name] != "":
            expected = layout.truth[name]
            assert getattr(spectrum, name) == (
                expected if isinstance(expected, str) else pytest.approx(expected)
            )


@pytest.mark.parametrize(("seconds", "scale"), [("27.5", "UTC"), ("40.0", "")])
def test_a_missing_scale_is_taken_from_the_same_moment_only(collection, write, seconds, scale):
    row = {"obstime": f"2012-08-25T22:15:{seconds}", "time_scale": "UTC", "time_ref": "middle"}
    gather(collection, delivered(write("sdm.fits", TIMESYS=None), **row))

    (spectrum,) = collection
    assert spectrum.time_scale == scale
    assert spectrum.obstime == "2012-08-25T22:15:27.965"


def test_a_bad_file_is_listed_and_the_rest_goes_on(collection, write, tmp_path):
    broken = tmp_path / "broken.fits"
    broken.write_bytes(b"SIMPLE  = nothing")
    clocks = write("iraf-log.fits", TIME_OBS="21:00:00")
    never = Missing("ivo://x/never", "it did not arrive")

    outcome = gather(
        collection,
        *[delivered(path) for path in (broken, clocks, tmp_path / "gone.fits", write("sdss.fits"))],
        missing=[never],
        truncated=True,
    )

    assert (outcome.status, outcome.requested, outcome.delivered) == ("found", 5, 1)
    assert outcome.truncated
    reasons = {row.id: row.reason for row in outcome.missing}
    assert reasons["ivo://x/never"] == "it did not arrive"
    assert reasons["ivo://x/broken.fits"].startswith("broken.fits: ")
    assert "TIME-OBS says" in reasons["ivo://x/iraf-log.fits"]
    assert reasons["ivo://x/iraf-log.fits"].endswith("correct the one that is wrong, or take it out")
    assert not any("\n" in reason for reason in reasons.values())


def test_where_nothing_can_be_read_it_failed(collection, tmp_path):
    (tmp_path / "page.html").write_text("<html>503</html>")

    outcome = gather(collection, delivered(tmp_path / "page.html"))

    assert outcome.status == "failed"
    assert "page.html" in outcome.reason


def test_nothing_asked_is_none(collection):
    assert gather(collection).status == "none"


def test_a_spectrum_that_is_there_already_counts_as_delivered(collection, write):
    path = write("sdss.fits")
    gather(collection, delivered(path))

    assert gather(collection, delivered(path)).delivered == 1
    assert len(collection) == 1


def test_the_orders_of_an_echelle_keep_their_number(collection, shared):
    gather(collection, delivered(shared / "data" / "spectra" / "multispec_equispec.fits"))

    assert [spectrum.source for spectrum in collection] == [
        f"ivo://x/multispec_equispec.fits[{n}]" for n in (1, 2)
    ]


def test_progress_counts_files(collection, write):
    seen = []
    files = [delivered(write(name)) for name in ("sdss.fits", "sdm.fits")]

    gather(collection, *files, progress=lambda done, total: seen.append((done, total)))

    assert seen == [(1, 2), (2, 2)]
    assert not np.isnan(next(iter(collection)).flux).all()
