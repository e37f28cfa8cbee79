"""The notebook of a night runs unattended: sorted, reduced, searched, and each step in the ledger."""

from __future__ import annotations

import pytest
from astropy.io import fits
from astropy.table import QTable

from astrolib.collection.nights import Ledger
from astrolib.jobs import run_notebook
from astrolib.sky import make_night

pytestmark = pytest.mark.slow

NIGHT = "survey/project/2025-03-04"


@pytest.fixture
def small_night(tmp_path):
    """Return the folder of a night of one field, in which a flat calls itself bias."""
    make_night(tmp_path / "night", fields=1, frames=4, movers=5, seed=3)
    flat = sorted((tmp_path / "night" / "raw").glob("flat*.fits"))[0]
    fits.setval(flat, "IMAGETYP", value="BIAS")
    return tmp_path / "night"


def test_a_night_unattended(notebooks, small_night, tmp_path):
    given = {"raw": small_night / "raw", "catalogue": small_night / "catalogue.ecsv", "night": NIGHT}
    run = run_notebook(notebooks / "60_a_night.ipynb", given, tmp_path / "out")
    assert run.status == "done", run.failure
    out = tmp_path / "out"
    assert (out / "reduced" / "night.html").exists()
    tracklets = QTable.read(out / "movers" / "tracklets.ecsv")
    assert len(tracklets) >= 2
    assert len(list((out / "movers" / "blink").glob("*.fits"))) == len(tracklets)

    ledger = Ledger()
    night = ledger.night(NIGHT, "me")
    assert ledger.entry(night).state == "searched"
    frames = ledger.frames(night)
    assert sum(one.state == "reduced" for one in frames) == 4
    [(asked, doubt)] = ledger.questions(night)
    assert (asked.state, doubt.rule) == ("created", "name disagrees")


DIALECT = """
name = "school"
extends = "standard"

[kind]
keys = ["FRAMETYP"]
bias = ["zero"]
science = ["light"]

[filter]
keys = ["GLASS"]
names = { "3" = "r" }

[exposure]
keys = ["SHUTTER"]

[time]
start = ["OPENED"]
clock = []

[pointing]
pairs = [["AIM-RA", "AIM-DEC"]]

[detector]
gain = 1.4
read_noise = 5.0
overscan = ["OVERSC"]

[place]
station = "950"
"""

WORDS = {"BIAS": "zero", "DARK": "dark", "FLAT": "flat", "OBJECT": "light"}
KEYS = {
    "EXPTIME": "SHUTTER",
    "DATE-OBS": "OPENED",
    "RA": "AIM-RA",
    "DEC": "AIM-DEC",
    "BIASSEC": "OVERSC",
}
"""The usual keys of a raw frame -> those of a telescope with words of its own."""


def translate(raw):
    """Rewrite the headers of raw frames in the dialect; nothing of the usual words is left."""
    for path in sorted(raw.glob("*.fits")):
        with fits.open(path, mode="update") as hdus:
            header = hdus[0].header
            header["FRAMETYP"] = WORDS[header.pop("IMAGETYP")]
            for usual, own in KEYS.items():
                if usual in header:
                    header[own] = header.pop(usual)
            if "FILTER" in header:
                header["GLASS"] = {"r": 3}[header.pop("FILTER")]
            for told_by_the_map in ("GAIN", "RDNOISE", "OBSCODE"):
                del header[told_by_the_map]


def test_a_telescope_with_words_of_its_own_is_reduced_by_its_header_map(notebooks, tmp_path):
    make_night(tmp_path / "night", fields=1, frames=3, movers=2, seed=3)
    raw = tmp_path / "night" / "raw"
    told = fits.getheader(raw / "field1-01.fits")
    gain, start = told["GAIN"], told["DATE-OBS"]
    translate(raw)
    (tmp_path / "school.toml").write_text(DIALECT.replace("1.4", str(gain)))
    given = {
        "raw": raw,
        "catalogue": tmp_path / "night" / "catalogue.ecsv",
        "night": NIGHT,
        "header_map": str(tmp_path / "school.toml"),
        "known": "none",
    }
    run = run_notebook(notebooks / "60_a_night.ipynb", given, tmp_path / "out")
    assert run.status == "done", run.failure
    headers = [fits.getheader(path) for path in (tmp_path / "out" / "reduced" / "frames").glob("*.fits")]
    assert len(headers) == 3
    assert {(one["EXPTIME"], one["FILTER"], one["OBSCODE"], one["GAIN"]) for one in headers} == {
        (told["EXPTIME"], "r", "950", gain)
    }
    assert start in {one["DATE-OBS"][: len(start)] for one in headers}
    assert not Ledger().questions(Ledger().night(NIGHT, "me"))
