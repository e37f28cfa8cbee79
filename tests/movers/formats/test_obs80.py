"""Observations in 80 columns: read, refused line by line, and written as they were."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from astrolib.movers.formats import (
    FormatError,
    Header,
    Identity,
    Observation,
    read_obs80,
    sift_obs80,
    write_obs80,
)
from astrolib.movers.formats.obs80 import format_obs80, parse_obs80

CCD = "     K16S99K 1C2022 12 25.38496508 32 36.283+17 10 35.94         21.98GV     G96"
OLD = "00005         A1948 11 06.8549  01 15.0     -00 00               10.2   CK004094"
ROVING = (
    "00009         V2000 08 01.00791 21 06 23.89 -25 09 14.4          10.0 R b8524247\n"
    "00009         v2000 08 01.00791 1 008.4545   +47.0285     617           b8524247"
)
SATELLITE = (
    "00003         S2010 12 18.12130 11 38 46.86 -02 09 57.7                L~0QlLC51\n"
    "00003         s2010 12 18.12130 1 - 6861.8061 +  799.8571 -  145.9541   ~0QlLC51"
)
SATELLITE_AU = (
    "    CJ96X040 3S1996 12 06.38895 16 45 09.4  -21 37 15                   55913249\n"
    "    CJ96X040 3s1996 12 06.38895 2 -0.00266005 -0.00945127 -0.00507492   55913249"
)
RADAR = (
    "04179         R1992 12 02.902778   4218031212  +    52351476   8510 253 JPLRS253\n"
    "04179         r1992 12 02.902778C         1000           008        253 JPLRS253"
)

LINES = f"""
{CCD}
{OLD}
A5896K00SI7G  C2000 09 21.49807 01 24 40.10 +00 32 31.5          19.7  cc0106608
00001        %C2010 04 09.44537 18 14 23.37 -21 47 01.4           7.5 Ro~0GFrH06
08459         E2014 03 14.00320010 38 58.470+09 15 58.74               g~18Jb244
m3390T3S5059  C2017 01 04.51885 10 41 28.296+17 20 44.71         21.4 wL~252UF51
    DJ93F02w  C1994 05 16.94489 14 16 27.83 -13 47 43.0                 23560950
    XJ79O020  A1979 07 26.37292 21 10 13.43 -13 23 16.4          18   T I3405675
0020DJ13S010  M1913 10 08.91844 21 23 15.80 +07 51 12.2                pJO002007
0141P      h 9C2015 08 26.21431 07 21 26.39 +26 33 00.1          18.7 Tq95367G40
0073P     bc  C2006 05 06.00281 18 19 25.53 +32 03 49.6                c56788246
J001SG10J010  C2006 05 06.00281 18 19 25.53 +32 03 49.6                c56788246
07968J96N020  C1996 12 14.12169 22 14 57.58 -11 06 41.8          20.4 V 28913695
     AB10234  C2006 05 06.00281 18 19 25.53 +32 03 49.6                c56788246
00019J02U00G* X1902 10 25.98085 03 37.9     +18 49               10     AN160024
~AZaz         A1801 01 01.82630 03 38 23.07 +16 17 25.5                 MC004535
     _QC0000+ B2026 02 01.000000 0 00 00.000-90 00 00.00         -1.0 G      X05
{ROVING}
{SATELLITE}
{SATELLITE_AU}
{RADAR}
""".replace("01.000000 0 00 00.000", "01.00000000 00 00.000")


def test_every_kind_of_line_comes_back() -> None:
    """Minor planets, comets, satellites, surveys; every precision; those who observe from elsewhere."""
    found = parse_obs80(LINES)
    assert format_obs80(found) == LINES.lstrip("\n")
    assert parse_obs80(format_obs80(found)) == found
    assert [one.kind for one in found.observations][-4:] == ["roving", "satellite", "satellite", "radar"]


def test_real_files(shared: Path, tmp_path: Path) -> None:
    """Real files are written as they were, byte by byte; radar lines too."""
    paths = [path for path in (shared / "data" / "mpc").rglob("*") if path.suffix in (".obs", ".mpc")]
    assert len(paths) == 6
    for path in paths:
        found = read_obs80(path)
        write_obs80(found, tmp_path / path.name)
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()
        assert read_obs80(tmp_path / path.name) == found


def test_what_a_line_says() -> None:
    """Names, time, place and magnitude, as the columns have them."""
    one = Observation(CCD)
    assert one.identity == Identity(prov_id="2016 SK99")
    assert one.obstime == "2022-12-25T09:14:20.976000Z"
    assert one.ra == pytest.approx(128.15117916666668, abs=1e-10)
    assert one.dec == pytest.approx(17.17665, abs=1e-10)
    assert (one.magnitude, one.band, one.catalogue, one.station) == ("21.98", "G", "V", "G96")
    assert (one.note, one.method, one.discovery) == ("1", "C", "")


def test_minus_nought_degrees_is_south() -> None:
    """The sign counts, also before 00."""
    line = OLD.replace("-00 00      ", "-00 30      ")
    assert Observation(line).dec == -0.5
    assert math.copysign(1, Observation(OLD).dec) == -1


def test_headers_stay_in_their_place() -> None:
    """Headers and blocks of several observatories keep their order; blank lines go."""
    text = f"COD 291\nCON R. S. McMillan [a@b.c]\nNET Gaia-DR2\n\n{CCD}\n\nCOD T12\nCOM é\n{OLD}\n"
    found = parse_obs80(text)
    assert [type(entry) for entry in found.entries] == [Header] * 3 + [Observation] + [Header] * 2 + [
        Observation
    ]
    assert format_obs80(found) == text.replace("\n\n", "\n")


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_line_ends(end: str) -> None:
    """Those of every system are read; a last line needs none; blanks after column 80 are none."""
    assert len(parse_obs80(f"{CCD}{end}{OLD}   ").observations) == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (CCD[:-1], "79 columns"),
        (CCD + "x", "81 columns"),
        (CCD.replace(" 1C", "\t1C"), "not printable ASCII"),
        (CCD.replace("K16S", "K１6S"), "not printable ASCII"),
        ("            " + CCD[12:], "name no object"),
        (CCD[:12] + "x" + CCD[13:], "column 13"),
        (CCD[:14] + "y" + CCD[15:], "column 15"),
        (CCD.replace("2022 12 25", "2022 13 25"), "no day of the calendar"),
        (CCD.replace("2022 12 25", "2022 02 30"), "no day of the calendar"),
        (CCD.replace("2022 12", "1422 12"), "before 1600"),
        (CCD.replace("25.384965", "25       "), "is no date"),
        (CCD.replace("2022 12", "2022a12"), "is no date"),
        (CCD.replace("08 32 36.283", "24 32 36.283"), "below 24 hours"),
        (CCD.replace("08 32 36.283", "08 60 36.283"), "below 24 hours"),
        (CCD.replace("08 32 36.283", "08 32 36.   "), "no right ascension"),
        (CCD.replace("08 32 36.283", " 8 32 36.283"), "no right ascension"),
        (CCD.replace("+17 10 35.94", " 17 10 35.94"), "no declination"),
        (CCD.replace("+17 10 35.94", "+90 00 00.01"), "from -90 to 90"),
        (CCD.replace("+17 10 35.94", "+17 10 60.00"), "from -90 to 90"),
        (CCD.replace("21.98", "35.98"), "no magnitude"),
        (CCD.replace("21.98", "21,98"), "no magnitude"),
        (CCD.replace("21.98G", "21.98?"), "no band"),
        (CCD[:72] + "12a45" + CCD[77:], "no packed reference"),
        (CCD[:77] + "G 6", "no observatory code"),
        ("COM " + "x" * 77, "header of 81 characters"),
        (ROVING.splitlines()[0], "without its second one"),
        (ROVING.splitlines()[1], "without a first one"),
        (ROVING.replace("+47.0285 ", "+97.0285 "), "nowhere on Earth"),
        (ROVING.replace("  617", "     "), "no longitude, latitude and altitude"),
        (ROVING.replace("247", "950"), "a roving observer at 950"),
        (ROVING.replace("v2000", "v2001"), "differ in object, date or station"),
        (SATELLITE.replace("6861.8061", "68618.061"), "its point where parallax type 1"),
        (SATELLITE.replace(" 1 - 6861", " 3 - 6861"), "no position of the satellite"),
        (SATELLITE_AU.replace("-0.00266005", "- 0.0266005"), "its point where parallax type 2"),
        (RADAR.replace("           008", "              "), "do not go together"),
        (RADAR.replace("  8510", "      "), "no frequency"),
        (RADAR.replace("253 JPLRS253\n", "251 JPLRS253\n"), "differ in the transmitter"),
        (RADAR.replace("  4218031212  +    52351476", " " * 27), "neither a delay nor a Doppler shift"),
    ],
)
def test_refused(line: str, reason: str) -> None:
    """With the number of the line and the reason; the lines around it are not lost."""
    with pytest.raises(FormatError, match=reason) as refused:
        parse_obs80(f"{OLD}\n{line}\n{OLD}\n", "a.obs")
    assert "a.obs, line " in str(refused.value)
    found, sifted = sift_obs80(f"{OLD}\n{line}\n{OLD}\n")
    assert len(found.observations) == 2
    assert sifted


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_nothing_in_it(text: str) -> None:
    """An empty file is no file of observations."""
    with pytest.raises(FormatError, match="no line"):
        parse_obs80(text)


def test_another_encoding(tmp_path: Path) -> None:
    """Names that are not in UTF-8 are not guessed at."""
    (tmp_path / "a.obs").write_bytes("OBS P. Pétain\n".encode("latin-1"))
    with pytest.raises(FormatError, match="byte 9 is not UTF-8"):
        read_obs80(tmp_path / "a.obs")


def test_nothing_invalid_is_written(tmp_path: Path) -> None:
    """And the file that is there stays."""
    found = parse_obs80(CCD)
    path = tmp_path / "a.obs"
    path.write_text("before")
    with pytest.raises(FormatError):
        write_obs80(type(found)((Observation(CCD[:-1]),)), path)
    assert path.read_text() == "before"


@st.composite
def lines(draw: st.DrawFn) -> str:
    """Draw an optical line of any precision."""
    name = draw(st.sampled_from(["     K16S99K", "00001       ", "0073P     af", "     abc1234"]))
    day = f"2{draw(st.integers(0, 999)):03d} {draw(st.integers(1, 12)):02d} {draw(st.integers(1, 28)):02d}"
    day += f".{draw(st.from_regex(r'[0-9]{1,6}', fullmatch=True)):<6}"
    minutes, seconds = draw(st.integers(0, 59)), draw(st.decimals(0, 59, places=3))
    places = draw(st.sampled_from([0, 1, 2, 3]))
    ra = f"{draw(st.integers(0, 23)):02d} {minutes:02d} {seconds:0{places + 2 + bool(places)}.{places}f}"
    places = min(places, 2)
    dec = f"{draw(st.sampled_from('+-'))}{draw(st.integers(0, 89)):02d} {minutes:02d} "
    dec += f"{seconds:0{places + 2 + bool(places)}.{places}f}"
    mag = draw(st.sampled_from(["     ", "21.98", " 9.5 ", "18   ", "-1.2 "]))
    return f"{name} KC{day}{ra:<12}{dec:<12}         {mag}V      291"


@given(lines())
def test_lines_of_any_precision_come_back(line: str) -> None:
    """Every column, and as the same record."""
    found = parse_obs80(line)
    assert format_obs80(found) == f"{line}\n"
    one = found.observations[0]
    assert 0 <= one.ra < 360
    assert -90 <= one.dec <= 90


@given(lines())
def test_the_official_decoder_reads_the_same(decode80: Callable[[str], dict[str, Any]], line: str) -> None:
    """Place and time, to the digits that it keeps."""
    one = Observation(line)
    try:
        told = decode80(line)
    except RuntimeError:  # where floating point ends below a whole minute it finds no way back
        reject()
    assert one.ra == pytest.approx(float(told["ra"]), abs=0.051)
    assert one.dec == pytest.approx(float(told["dec"]), abs=0.051)
    assert (
        one.obstime[:19] == told["obsTime"][:19]
        or abs(float(one.obstime[17:26]) - float(told["obsTime"][17:23])) < 0.01
    )
