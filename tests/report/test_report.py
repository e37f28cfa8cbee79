"""The report of a night: what goes into it, what does not, and that the official tools accept it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import astropy.units as u
import numpy as np
import pytest
from astropy.table import MaskedColumn, QTable, Table
from astropy.time import Time

from astrolib.collection.nights import Ledger
from astrolib.core.errors import RefusedError
from astrolib.movers.formats import read_ades, read_obs80
from astrolib.report import Site, Submissions, names_in_doubt, write_report

FILES = {"mpc.txt", "ades.psv", "ades.xml", "report.ecsv"}


def reasons(report: Any) -> dict[str, str]:
    """Return why each tracklet is not reported."""
    return {str(row["tracklet_id"]): str(row["reason"]) for row in report.summary}


def test_three_files_and_a_summary(night: Any, site: Site, out: Path) -> None:
    """All four appear, hold the same observations, and name each object as it is known."""
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert {path.name for path in out.iterdir()} == FILES
    assert read_ades(out / "ades.xml") == read_ades(out / "ades.psv")
    records, lines = list(read_ades(out / "ades.xml").records), read_obs80(out / "mpc.txt").observations
    assert len(records) == len(lines) == 12
    for record, line in zip(records, lines, strict=True):
        assert line.ra == pytest.approx(float(record.fields["ra"]), abs=1e-5)
        assert line.station == record.fields["stn"] == "950"
    names = [(one.fields.get("permID"), one.fields.get("provID")) for one in records[::4]]
    assert names == [(None, None), ("433", None), (None, "2014 BA1")]
    assert [line.line[:12] for line in lines[4::4]] == ["00433       ", "     K14B01A"]
    assert all(len(one.fields["trkSub"]) <= 8 for one in records)
    assert len({one.fields["trkSub"] for one in records}) == 3
    assert list(report.summary["validated_by"]) == ["anna"] * 3


def test_the_same_night_has_the_same_names(night: Any, site: Site, tmp_path: Path) -> None:
    """A `trkSub` follows from the positions."""
    texts = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        ledger = Ledger(folder / "nights.sqlite")
        write_report(night.tracklets, night.detections, night.said, site, folder, ledger=ledger)
        texts.append((folder / "ades.xml").read_text())
    assert texts[0] == texts[1]


def test_the_official_tools_accept_it(
    night: Any, site: Site, out: Path, official: Callable[[Path], str]
) -> None:
    """XML as it is, PSV and 80 columns as the official converters turn them into XML, for submission."""
    night.detections["mag"][3] = np.nan * night.detections["mag"].unit
    night.detections["trail_length"][5] = 4 * night.detections["trail_length"].unit
    night.detections["flags"] = ["edge"] + [""] * 11
    write_report(night.tracklets, night.detections, night.said, site, out)
    for name in ("ades.xml", "ades.psv", "mpc.txt"):
        assert not official(out / name), name


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ([], "not validated"),
        ([("bert", "invalid")], "invalid to bert"),
        ([("bert", "unsure")], "unsure to bert"),
        ([("anna", "valid"), ("bert", "invalid")], "invalid to bert, valid to anna"),
        ([("", "valid")], "called valid by nobody with a name"),
        ([("", "invalid"), ("anna", "valid")], "invalid to somebody, valid to anna"),
        ([("anna", "")], "not validated"),
    ],
)
def test_only_what_named_persons_call_valid(
    night: Any, site: Site, out: Path, word: Callable[..., Any], said: list[tuple[str, str]], reason: str
) -> None:
    """The summary says what they say of the others."""
    night.said = [one for one in night.said if one.tracklet_id != "T1"]
    night.said += [word("T1", who, verdict) for who, verdict in said]
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert reasons(report) == {"T0": "", "T1": reason, "T2": ""}
    assert "433" not in {one.fields.get("permID") for one in read_ades(out / "ades.xml").records}


def test_a_name_that_only_a_poor_ephemeris_allows_is_left_to_the_center(
    night: Any, site: Site, out: Path
) -> None:
    """It goes out under a name of our own, and whoever sends the report reads by how much it is off."""
    night.tracklets["oc_ra"][1], night.tracklets["oc_dec"][1] = -90 * u.arcsec, 29 * u.arcsec
    night.tracklets["oc_ra"][2], night.tracklets["oc_dec"][2] = -0.2 * u.arcsec, 0.1 * u.arcsec
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    (line,) = names_in_doubt(report.summary)
    assert line.endswith("without a designation: it may be (433) Eros, 95 arcsec from its ephemeris")
    records = read_ades(out / "ades.xml").records
    names = [(one.fields.get("permID"), one.fields.get("provID")) for one in records]
    assert names[::4] == [(None, None), (None, None), (None, "2014 BA1")]
    assert QTable.read(out / "report.ecsv")["known_off"][1].to_value("arcsec") == pytest.approx(
        94.56, abs=0.01
    )


@pytest.mark.parametrize("cell", ["far", "", None])
def test_a_strangers_table_whose_o_minus_c_is_no_angle(night: Any, site: Site, out: Path, cell: Any) -> None:
    """Says nothing of it, and is reported."""
    night.tracklets["oc_ra"] = [cell] * 3
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert np.isnan(report.summary["known_off"]).all()
    assert report.summary["reported"].all()


def test_names_that_are_ambiguous_are_left_to_the_center(night: Any, site: Site, out: Path) -> None:
    """Both are told to whoever sends the report."""
    night.tracklets["known_status"] = ["none", "ambiguous", "none"]
    night.tracklets["known_name"] = ["", "(433) Eros; 2001 A1", ""]
    (line,) = names_in_doubt(write_report(night.tracklets, night.detections, night.said, site, out).summary)
    assert line.endswith("it may be (433) Eros; 2001 A1")


def test_two_who_agree(night: Any, site: Site, out: Path, word: Callable[..., Any]) -> None:
    """Both are named; an unsure one takes nothing away."""
    night.said += [word("T0", "bert"), word("T0", "carl", "unsure")]
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert report.summary["validated_by"][0] == "anna, bert"


def test_a_fake_is_never_reported(night: Any, site: Site, out: Path) -> None:
    """Whatever anybody says of it."""
    night.tracklets["planted"] = [False, True, False]
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert reasons(report)["T1"] == "planted"
    assert len(read_obs80(out / "mpc.txt").observations) == 8


def test_a_night_of_fakes_has_no_report(night: Any, site: Site, out: Path) -> None:
    """Nothing is written, and nothing is in the ledger."""
    night.tracklets["planted"] = True
    with pytest.raises(RefusedError, match=r"nothing to report of 3 tracklets: planted"):
        write_report(night.tracklets, night.detections, night.said, site, out)
    assert not list(out.iterdir())
    assert not Submissions(Ledger()).all()


def test_positions_called_invalid_are_left_out(
    night: Any, site: Site, out: Path, word: Callable[..., Any]
) -> None:
    """One of four leaves three; two of four leave too few."""
    night.said[0] = word("T0", "anna", "valid", "r1.fits")
    night.said[1] = word("T1", "anna", "valid", "r0.fits", "r3.fits")
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert reasons(report)["T1"] == "2 good positions, fewer than 3"
    assert list(report.summary["n_positions"]) == [3, 0, 4]
    assert list(report.summary["n_left_out"]) == [1, 2, 0]
    times = [one.fields["obsTime"] for one in read_ades(out / "ades.xml").records][:3]
    assert "2026-11-19T22:38:45.250Z" not in times


def test_another_persons_invalid_position_counts(
    night: Any, site: Site, out: Path, word: Callable[..., Any]
) -> None:
    """What anybody saw in a frame is left out."""
    night.said.append(word("T0", "bert", "unsure", "r1.fits"))
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert report.summary["n_positions"][0] == 3


def test_a_pair_of_trails_needs_two(night: Any, site: Site, out: Path) -> None:
    """What is too fast for a third frame is reported with two positions; nothing else is."""
    night.detections = night.detections[[0, 1, 4, 5, 8, 9, 10]]
    night.tracklets["kind"] = ["two-trail pair", "mover", "mover"]
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert reasons(report) == {"T0": "", "T1": "2 good positions, fewer than 3", "T2": ""}


@pytest.mark.parametrize("kind", ["satellite", "variable", "ghost", "crosstalk"])
def test_what_is_no_minor_planet(night: Any, site: Site, out: Path, kind: str) -> None:
    """Is not reported as one."""
    night.tracklets["kind"] = [kind, "mover", "mover"]
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert reasons(report)["T0"] == f"it is a {kind}"


def test_a_position_that_is_none_takes_its_tracklet_out(night: Any, site: Site, out: Path) -> None:
    """The others go on."""
    night.detections["ra"][0] = np.nan * night.detections["ra"].unit
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert "no position" in reasons(report)["T0"]
    assert report.summary["reported"].sum() == 2


def test_one_object_is_not_in_two_places_at_once(night: Any, site: Site, out: Path) -> None:
    """Of two tracklets that are called after one known object neither is believed; others go on."""
    night.tracklets["known_name"] = ["(433) Eros", "433 Eros", ""]
    night.tracklets["known_status"] = ["known", "known", "none"]
    told = reasons(write_report(night.tracklets, night.detections, night.said, site, out))
    assert told == {
        "T0": "it is called 433, and so is T1, which is elsewhere then; call one of them invalid",
        "T1": "it is called 433, and so is T0, which is elsewhere then; call one of them invalid",
        "T2": "",
    }


def test_one_object_in_two_nights_is_one_object(night: Any, site: Site, out: Path) -> None:
    """The same known object at other times is reported under its name twice."""
    night.tracklets["known_name"] = ["(433) Eros", "(433) Eros", ""]
    night.tracklets["known_status"] = ["known", "known", "none"]
    later = night.detections["tracklet_id"] == "T1"
    times = Time(list(night.detections["obstime"][later])) + 1 * u.day
    night.detections["obstime"][later] = times.isot
    assert set(reasons(write_report(night.tracklets, night.detections, night.said, site, out)).values()) == {
        ""
    }


@pytest.mark.parametrize("flags", ["edge|x", "edge\n# version=2022", "\x07"])
def test_a_flag_that_is_no_text_takes_its_tracklet_out(night: Any, site: Site, out: Path, flags: str) -> None:
    """Nothing of it gets into a file."""
    night.detections["flags"] = [flags if name == "T0" else "" for name in night.detections["tracklet_id"]]
    told = reasons(write_report(night.tracklets, night.detections, night.said, site, out))
    assert "detections, flags" in told["T0"]
    assert (told["T1"], told["T2"]) == ("", "")


def test_positions_that_were_predicted_are_no_measurements(night: Any, site: Site, out: Path) -> None:
    """They are left out."""
    night.detections["flags"] = ["edge,predicted"] + [""] * 11
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert report.summary["n_positions"][0] == 3


def test_one_measurement_has_one_name(night: Any, site: Site, out: Path) -> None:
    """Of two tracklets with a common position the first is reported."""
    for name in ("ra", "dec"):
        night.detections[name][4:8] = night.detections[name][0:4]
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert reasons(report)["T1"] == "it shares a position with T0"


@pytest.mark.parametrize("status", ["ambiguous", "failed", "not asked", "none"])
def test_only_what_is_surely_known_gets_a_designation(night: Any, site: Site, out: Path, status: str) -> None:
    """Everything else goes under a name of our own."""
    night.tracklets["known_status"] = [status] * 3
    write_report(night.tracklets, night.detections, night.said, site, out)
    assert all(set(one.fields) & {"permID", "provID"} == set() for one in read_ades(out / "ades.xml").records)


def test_columns_beyond_the_fixed_ones_may_lack(night: Any, site: Site, out: Path) -> None:
    """Tables of others have neither kinds nor fakes nor known objects."""
    night.tracklets = night.tracklets[["tracklet_id", "n_detections"]]
    night.detections.remove_columns(["flags", "fwhm", "snr", "rms_corr", "trail_length"])
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert report.summary["reported"].all()


def test_a_masked_cell_is_no_number(night: Any, site: Site, out: Path) -> None:
    """What lies under a mask is not reported."""
    table = Table(night.detections)
    for name in ("mag", "rms_corr", "flags", "rms_ra"):
        masked = np.ma.masked_array(np.asarray(table[name]), mask=[True] + [False] * 11)
        table[name] = MaskedColumn(masked, unit=table[name].unit)
    night.tracklets["planted"] = np.ma.masked_array([False] * 3, mask=[False, False, True])
    report = write_report(night.tracklets, QTable(table), night.said, site, out)
    first = next(read_ades(out / "ades.xml").records).fields
    assert not set(first) & {"mag", "band", "rmsMag", "rmsCorr", "rmsRA", "remarks"}
    assert reasons(report)["T2"] == "planted"


def test_times_may_be_times(night: Any, site: Site, out: Path) -> None:
    """As astropy keeps them, in any scale."""
    night.detections["obstime"] = Time(list(night.detections["obstime"]), scale="utc").tai
    write_report(night.tracklets, night.detections, night.said, site, out)
    assert next(read_ades(out / "ades.xml").records).fields["obsTime"] == "2026-11-19T22:30:15.250Z"


def test_an_unknown_filter_stops_before_anything_is_written(night: Any, site: Site, out: Path) -> None:
    """It concerns all of them, and one line of the site file ends it."""
    night.detections["band"] = ["Clear"] * 12
    with pytest.raises(RefusedError, match=r"\[bands\]"):
        write_report(night.tracklets, night.detections, night.said, site, out)
    assert not list(out.iterdir())
    assert not Submissions(Ledger()).all()


def test_what_the_official_tools_refuse_is_not_written(
    night: Any, site: Site, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor entered."""
    monkeypatch.setattr("astrolib.report.writing.report_lines", lambda site, records: "COM nothing\n")
    with pytest.raises(RefusedError, match=r"mpc.txt: iau-ades refuses it"):
        write_report(night.tracklets, night.detections, night.said, site, out)
    assert not list(out.iterdir())
    assert not Submissions(Ledger()).all()


def test_digest2_is_never_needed(night: Any, site: Site, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not installed the summary says so, and the report is whole."""
    monkeypatch.setattr("astrolib.report.scores.find_spec", lambda name: None)
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert set(report.summary["digest2"]) == {"not scored: digest2 is not installed"}
    assert np.isnan(report.summary["digest2_neo"]).all()


def test_digest2_without_places_of_observatories(night: Any, site: Site, out: Path) -> None:
    """It says which file it lacks; it fetches none."""
    pytest.importorskip("digest2")
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert all(
        str(text).startswith("not scored: no digest2.obscodes in ") for text in report.summary["digest2"]
    )


def test_digest2_scores(
    night: Any, site: Site, out: Path, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A main-belt motion is no near-Earth object's."""
    pytest.importorskip("digest2")
    monkeypatch.setenv("DIGEST2_OBSCODES", str(shared / "data" / "mpc" / "digest2" / "digest2.obscodes"))
    report = write_report(night.tracklets, night.detections, night.said, site, out)
    assert set(report.summary["digest2"]) == {"scored"}
    assert (report.summary["digest2_neo"] >= 0).all()
    assert (report.summary["digest2_neo"] <= 100).all()


@pytest.fixture
def official(tmp_path: Path) -> Callable[[Path], str]:
    """Return what says why the official tools refuse a file for submission; '' where they accept it."""
    ades = pytest.importorskip("ades")
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(str(Path(ades.__file__).parent / "data" / "xsd" / "submit.xsd")))

    def fault(path: Path) -> str:
        xml = path
        if path.suffix != ".xml":
            xml = tmp_path / f"{path.name}.xml"
            tool = ["ades.psvtoxml"] if path.suffix == ".psv" else ["ades.mpc80coltoxml", "--submission"]
            done = subprocess.run(
                [sys.executable, "-m", *tool, str(path), str(xml)],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode or "rror" in done.stdout:
                return done.stdout
        return "" if schema.validate(etree.parse(str(xml))) else str(schema.error_log[0])

    return fault
