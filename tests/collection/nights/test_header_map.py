"""Header maps: what each telescope calls things, and what is refused."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from astrolib.collection.nights import header_map_for, instants, known_header_maps, read_header_map
from astrolib.collection.nights.header import angle
from astrolib.core.errors import SettingsError

INT = {
    "TELESCOP": "INT",
    "INSTRUME": "WFC",
    "OBSTYPE": "TARGET",
    "WFFBAND": "r",
    "EXPTIME": 60.0,
    "DATE-OBS": "2013-05-07",
    "UTSTART": "21:10:30.5",
    "MJD-OBS": 56419.9,
    "RA": "13:20:30.0",
    "DEC": "-07:30:00",
    "OBJECT": "field 7",
}


def read(name="standard", extension=None, **cards):
    return read_header_map(name).read(
        {key.replace("_", "-"): value for key, value in cards.items()}, extension
    )


def test_the_maps_that_ship():
    assert set(known_header_maps()) == {"standard", "int-wfc", "maxim-dl", "nina", "wise"}
    for known in known_header_maps().values():
        assert known.about


def test_an_int_frame():
    known = header_map_for(INT)
    found = known.read(INT, {"BIASSEC": "[10:50,1:4190]", "TRIMSEC": "[51:2098,1:4096]", "GAIN": 9.9})
    assert (known.name, found.kind, found.filter, found.station) == ("int-wfc", "science", "r", "950")
    assert found.starts == {"DATE-OBS": "2013-05-07T21:10:30.500"}
    assert found.middle.isot == "2013-05-07T21:11:00.500"
    assert found.pointings == {"RA, DEC": (pytest.approx(200.125), -7.5)}
    assert (found.sections.overscan, found.sections.trim) == (
        (slice(0, 4190), slice(9, 50)),
        (slice(0, 4096), slice(50, 2098)),
    )
    assert (found.gain, found.read_noise) == (9.9, 6.4)
    assert known.read(INT).gain == 2.8


def test_what_a_chip_says_goes_before_what_the_file_says():
    assert read(GAIN=1.0, extension={"GAIN": 2.0}).gain == 2.0
    assert read(GAIN=1.0, extension={}).gain == 1.0


def test_the_times_of_wise_are_in_the_middle():
    cards = {"TELESCOP": "WISE", "DATE_OBS": "2010-02-11T03:46:38.900", "MJD_OBS": 55238.15739468, "BAND": 3}
    known = header_map_for(cards)
    found = known.read(cards | {"EXPTIME": 8.8, "FILETYPE": "intensity image frame"})
    assert (known.name, found.filter, found.kind, found.station) == ("wise", "W3", "science", "C51")
    assert found.middle.isot == "2010-02-11T03:46:38.900"
    assert max(found.starts.values())[:22] == min(found.starts.values())[:22]


@pytest.mark.parametrize(
    ("cards", "start"),
    [
        ({"DATE_OBS": "2026-03-01T21:00:37", "TIMESYS": "TAI"}, "2026-03-01T21:00:00.000"),
        ({"DATE_OBS": "2026-03-01", "TIME_OBS": "21:00:00"}, "2026-03-01T21:00:00.000"),
        ({"DATE_AVG": "2026-03-01T21:00:30"}, "2026-03-01T21:00:00.000"),
        ({"DATE_END": "2026-03-01T21:01:00"}, "2026-03-01T21:00:00.000"),
        ({"MJD_OBS": 61100.875}, "2026-03-01T21:00:00.000"),
        ({"DATE_OBS": "2026-03-01"}, ""),
        ({"DATE_OBS": "yesterday"}, ""),
        ({"DATE_OBS": "2026-03-01T21:00:00", "TIMESYS": "LOCAL"}, ""),
    ],
)
def test_each_key_of_time_leads_to_the_start(cards, start):
    assert read(EXPTIME=60.0, **cards).start == start


@pytest.mark.parametrize(
    ("clock", "apart"),
    [("21:00:00", 0.0), ("21:00:01.5", 1.5), ("23:59:58", 3), ("somewhen", 0.0), (21.5, 0.0)],
)
def test_a_clock_beside_a_whole_date_is_held_against_it(clock, apart):
    date = "2026-03-02T00:00:01" if apart == 3 else "2026-03-01T21:00:00"
    assert instants.apart(read(EXPTIME=60.0, DATE_OBS=date, UT=clock).starts) == pytest.approx(apart)


@pytest.mark.parametrize(
    ("cards", "problem"),
    [
        ({"DATE_OBS": "2026-03-01", "UT": 21.5}, "DATE-OBS is '2026-03-01' and UT 21.5"),
        ({"JD": 2461101.375}, "JD is 2461101.375, of no moment that is known"),
    ],
)
def test_a_time_that_is_not_understood_is_named(cards, problem):
    found = read(EXPTIME=60.0, **cards)
    assert (found.start, found.time_problem) == ("", problem)


@pytest.mark.parametrize("text", ["garbage", "[0:0,0:0]", "[1:0,1:400]"])
def test_a_section_that_cannot_be_read_is_a_problem_and_not_none(text):
    found = read(BIASSEC=text)
    assert (found.sections.overscan, found.sections.problem) == (None, f"the overscan is {text!r}")
    assert read(BIASSEC="[33:40,1:8]", TRIMSEC="[32:1,8:1]").sections.problem == ""


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("BIAS", "bias"),
        ("Bias Frame", "bias"),
        ("zero", "bias"),
        ("Dark Frame", "dark"),
        ("FLAT,DOME", "flat"),
        ("Flat Field", "flat"),
        ("Light Frame", "science"),
        ("object", "science"),
        ("focus", "other"),
        ("dark flat", ""),
        ("sflat", "flat"),
        ("EXPOSE", "science"),
        ("galaxy", ""),
        ("", ""),
    ],
)
def test_the_kind_in_the_words_of_many_programs(word, kind):
    assert read(IMAGETYP=word).kind == kind


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[time]\nstart = "DATE-OBS"', "start in [time] is 'DATE-OBS'; write it as a list of texts"),
        ("[time]\nclock = [1]", "clock in [time] is [1]"),
        ('[detector]\ngain = "GAIN"', "gain in [detector] is 'GAIN'; write it as a list of keys and numbers"),
        ("[detector]\ngain = [[1]]", "gain in [detector] is [[1]]"),
        ("[detector]\noverscan = 5", "overscan in [detector] is 5"),
        (
            '[pointing]\npairs = ["RA", "DEC"]',
            "pairs in [pointing] is ['RA', 'DEC']; write it as pairs of keys",
        ),
        (
            '[pointing]\nra_unit = "parsec"',
            'ra_unit in [pointing] is \'parsec\'; write it as "hour" or "deg"',
        ),
        ('[filter]\nnames = ["r"]', "names in [filter] is ['r']"),
        ("[place]\nstation = 950", "station in [place] is 950"),
        ("recognise = 5", "recognise is 5"),
        ("extends = 5", "extends is 5; write it as a text"),
    ],
)
def test_a_value_of_another_form_is_refused_by_its_key(tmp_path, text, said):
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(SettingsError, match=re.escape(said)):
        read_header_map(tmp_path / "mine.toml")


def test_a_map_that_extends_itself_is_refused(tmp_path):
    (tmp_path / "mine.toml").write_text(f'extends = "{tmp_path / "mine.toml"}"')
    with pytest.raises(SettingsError, match=r'mine\.toml: extends itself; extend "standard"'):
        read_header_map(tmp_path / "mine.toml")


def test_nothing_is_made_up_for_an_empty_header():
    found = read()
    assert (found.kind, found.filter, found.start, found.middle, found.station) == ("", "", "", None, "")
    assert all(math.isnan(value) for value in (found.exposure, found.gain, found.saturation))
    assert found.pointings == {}


def test_ones_own_telescope_is_one_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\nextends = "standard"\n[kind]\nkeys = ["WHAT"]\nscience = ["sky"]\n'
        '[filter]\nkeys = ["GLASS"]\nnames = { "7" = "r" }\n[detector]\ngain = 1.5\n'
        '[place]\nstation = "557"\n'
    )
    found = read_header_map(path).read({"WHAT": "Sky", "GLASS": 7, "EXPTIME": 3, "GAIN": 9})
    assert (found.kind, found.filter, found.exposure) == ("science", "r", 3.0)
    assert (found.gain, found.station, found.map) == (1.5, "557", "mine")


def test_long_keys_are_found_with_or_without_their_word(tmp_path):
    (tmp_path / "mine.toml").write_text(
        '[recognise]\n"HIERARCH ESO DET NAME" = "fors"\n'
        '[kind]\nkeys = ["HIERARCH ESO DPR TYPE"]\n[detector]\ngain = ["ESO DET OUT1 CONAD"]\n'
    )
    known = read_header_map(tmp_path / "mine.toml")
    header = fits.Header()
    header["HIERARCH ESO DPR TYPE"], header["HIERARCH ESO DET OUT1 CONAD"] = "FLAT,SKY", 1.25
    header["HIERARCH ESO DET NAME"] = "FORS2"
    assert known.recognises(header)
    assert known.read(header).gain == 1.25
    assert known.read(header).kind_said == "ESO DPR TYPE = 'FLAT,SKY'"


def test_the_setting_of_an_amplifier_is_no_gain():
    cards = {"GAIN": 100, "EGAIN": 0.25}
    nina = header_map_for({"SWCREATE": "N.I.N.A. 3.1.2.9001 (x64)"})
    assert nina.name == "nina"
    assert nina.read(cards).gain == read(**cards).gain == 0.25
    assert math.isnan(nina.read({"GAIN": 100}).gain)


@pytest.mark.parametrize(
    ("said", "problem"),
    [("UTC approximate", ""), ("UTC(GPS)", ""), ("UTC-5", "TIMESYS is UTC-5"), ("LOCAL", "TIMESYS is LOCAL")],
)
def test_a_scale_may_say_by_which_clock(said, problem):
    found = read(EXPTIME=60.0, DATE_OBS="2026-03-01T21:00:00", TIMESYS=said)
    assert found.time_problem.startswith(problem)
    assert (found.start == "") == bool(problem)


def test_the_map_of_the_documentation_can_be_read(tmp_path):
    page = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "your-own-telescope.md"
    (tmp_path / "mine.toml").write_text(page.read_text().split("```toml\n")[1].split("```")[0])
    known = read_header_map(tmp_path / "mine.toml")
    cards = {"INSTRUME": "QHY600M", "FRAMETYP": "Light", "FILTPOS": 2, "DATE-OBS": "2026-03-01"}
    assert known.recognises(cards)
    found = known.read(cards | {"UT-START": "21:00:00", "TEL-RA": "10 00 00", "TEL-DEC": "-05 30 00"})
    assert (found.kind, found.filter, found.start) == ("science", "r", "2026-03-01T21:00:00.000")
    assert found.pointings == {"TEL-RA, TEL-DEC": (150.0, -5.5)}
    assert (found.gain, found.read_noise, found.station) == (0.78, 3.5, "557")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[detector]\ngian = 1.0", "gian in \\[detector\\] means nothing"),
        ("[detectors]\ngain = 1.0", "\\[detectors\\] means nothing"),
        ("name = ", "no TOML"),
        ('extends = "nobody"', "no header map"),
    ],
)
def test_a_map_with_a_mistake_is_refused_by_name(tmp_path, text, said):
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(SettingsError, match=said):
        read_header_map(tmp_path / "mine.toml")


def test_a_map_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="give int-wfc"):
        read_header_map(tmp_path / "none.toml")


@given(st.floats(0, 359.99), st.floats(-89.9, 89.9))
def test_sexagesimal_angles_are_read_as_they_are_written(ra, dec):
    from astropy.coordinates import Angle

    for separator in (" ", ":"):
        ra_text = Angle(ra, "deg").to_string("hour", sep=separator, precision=4)
        dec_text = Angle(dec, "deg").to_string("deg", sep=separator, precision=4)
        assert abs(angle(ra_text, 15.0, 1.0) - ra) < 1e-6 or ra > 359.99
        assert abs(angle(dec_text, 1.0, 1.0) - dec) < 1e-6


@given(
    st.dictionaries(
        st.sampled_from(["DATE-OBS", "EXPTIME", "RA", "DEC", "IMAGETYP", "GAIN", "BIASSEC", "MJD-OBS"]),
        st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.none()),
    )
)
def test_a_hostile_header_is_read_without_an_error(cards):
    for known in known_header_maps().values():
        known.read(cards)
