"""Every dialect of SSAP and ObsCore gives the same table, and what is not said stays unsaid."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from astrolib.archive.answer import Answer
from astrolib.archive.dali import results
from astrolib.archive.ssap import answer_of
from astrolib.core.errors import ServiceError
from astrolib.core.schema import SPECTRUM_OFFER
from astrolib.core.votable import read_votable


def answer(fields: str, *rows: str, around: str = "", infos: str = "") -> Answer:
    cells = "".join(f"<TR>{''.join(f'<TD>{cell}</TD>' for cell in row.split('|'))}</TR>" for row in rows)
    text = (
        f'<VOTABLE version="1.4"><RESOURCE type="results">{infos}{around}<TABLE>{fields}'
        f"<DATA><TABLEDATA>{cells}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
    )
    return answer_of(results(read_votable(text.encode()), "a service"))


def field(name: str, kind: str = "char", **more: str) -> str:
    size = ' arraysize="*"' if kind == "char" else ""
    return (
        f'<FIELD name="{name}" ID="{name}" datatype="{kind}"{size} '
        + " ".join(f'{key}="{value}"' for key, value in more.items())
        + "/>"
    )


ACCREF = field("url", utype="ssa:Access.Reference")


@pytest.mark.parametrize("utype", ["ssa:Access.Reference", "SSA:access.reference", "Access.Reference",
                                   "spec:Spectrum.Access.Reference", "obscore:Access.Reference"])  # fmt: skip
def test_the_case_and_prefix_of_a_utype_do_not_matter(utype: str) -> None:
    found = answer(field("u", utype=utype), "http://a.example/1.fits")
    assert found.offer["accref"].tolist() == ["http://a.example/1.fits"]
    assert found.offer["pubdid"].tolist() == ["http://a.example/1.fits"]


def test_wavelengths_come_in_angstrom_ascending_whatever_the_unit() -> None:
    ends = field("lo", "double", utype="ssa:Char.SpectralAxis.Coverage.Bounds.Start", unit="keV") + field(
        "hi", "double", utype="ssa:Char.SpectralAxis.Coverage.Bounds.Stop", unit="keV"
    )
    found = answer(ACCREF + ends, "http://a.example/|1|2")
    assert found.offer["band_min"].to_value("Angstrom") == pytest.approx([6.1992], rel=1e-4)
    assert found.offer["band_max"].to_value("Angstrom") == pytest.approx([12.3984], rel=1e-4)


def test_a_unit_that_nobody_knows_gives_no_number() -> None:
    size = field("size", "double", utype="ssa:Access.Size", unit="floppies")
    assert np.isnan(answer(ACCREF + size, "http://a.example/|3").offer["size"][0])


def test_a_size_is_kilobytes_unless_it_says_otherwise() -> None:
    bare, bytes_ = (field("size", "long", utype="ssa:Access.Size", **unit) for unit in ({}, {"unit": "byte"}))
    assert answer(ACCREF + bare, "http://a.example/|50").offer["size"].value == [50]
    assert answer(ACCREF + bytes_, "http://a.example/|50000").offer["size"].value == [50]


def test_resolving_power_is_stated_or_follows_from_the_resolution() -> None:
    fields = (
        ACCREF
        + field("mid", "double", utype="ssa:Char.SpectralAxis.Coverage.Location.Value", unit="m")
        + field("res", "double", utype="ssa:Char.SpectralAxis.Resolution", unit="m")
        + field("power", "double", utype="ssa:Char.SpectralAxis.ResPower")
    )
    found = answer(fields, "http://a.example/|6.5e-7|5e-11|", "http://a.example/|6.5e-7|5e-11|1800")
    assert found.offer["resolving_power"].tolist() == pytest.approx([13000, 1800])


def test_a_position_in_another_frame_is_not_taken_for_equatorial() -> None:
    fields = (
        ACCREF + '<FIELD name="p" datatype="double" arraysize="2" '
        'utype="ssa:Char.SpatialAxis.Coverage.Location.Value"/>'
        + field("frame", utype="ssa:CoordSys.SpaceFrame.Name")
    )
    found = answer(
        fields, "http://a.example/|10 20|ICRS", "http://a.example/|10 20|GALACTIC", "http://a/||ICRS"
    )
    assert found.offer["ra"].value == pytest.approx([10, np.nan, np.nan], nan_ok=True)
    assert found.offer["dec"].value == pytest.approx([20, np.nan, np.nan], nan_ok=True)


MIDDLE = {"utype": "ssa:Char.TimeAxis.Coverage.Location.Value", "unit": "d"}


def test_an_epoch_without_a_scale_stays_without() -> None:
    found = answer(ACCREF + field("t", "double", **MIDDLE), "http://a.example/|55197.5", "http://a.example/|")
    assert found.offer["obstime"].tolist() == ["2010-01-01T12:00:00.000", ""]
    assert found.offer["time_scale"].tolist() == ["", ""]
    assert found.offer["time_ref"].tolist() == ["middle", ""]


@pytest.mark.parametrize(
    ("system", "value", "scale"),
    [
        ('timeorigin="MJD-origin" timescale="TDB"', "55197.5", "TDB"),
        ('timeorigin="JD-origin" timescale="UTC"', "2455198.0", "UTC"),
        ('timeorigin="2455197.5" timescale="TCB"', "0.5", ""),
    ],
)
def test_timesys_gives_origin_and_scale(system: str, value: str, scale: str) -> None:
    found = answer(
        ACCREF + field("t", "double", **MIDDLE, ref="sys"),
        f"http://a.example/|{value}",
        around=f'<TIMESYS ID="sys" refposition="TOPOCENTER" {system}/>',
    )
    row = found.offer[0]
    assert (row["obstime"], row["time_scale"]) == ("2010-01-01T12:00:00.000", scale)


def test_an_stc_group_gives_the_scale_of_the_column_it_names() -> None:
    group = (
        '<GROUP utype="stc:CatalogEntryLocation"><PARAM name="s" datatype="char" arraysize="*" value="TT" '
        'utype="stc:AstroCoordSystem.TimeFrame.TimeScale"/><FIELDref ref="{}"/></GROUP>'
    )
    fields = ACCREF + field("t", "double", **MIDDLE)
    assert answer(group.format("t") + fields, "http://a.example/|55197.5").offer["time_scale"] == ["TT"]
    assert answer(group.format("url") + fields, "http://a.example/|55197.5").offer["time_scale"] == [""]


def test_a_start_is_called_a_start() -> None:
    fields = field("access_url") + field("t_min", "double", unit="d")
    found = answer(fields, "http://a.example/|55197.5")
    assert (found.offer["obstime"][0], found.offer["time_ref"][0]) == ("2010-01-01T12:00:00.000", "start")


@pytest.mark.parametrize("value", ["-1e9", "1e300", "2455197.5"])
def test_a_day_that_is_no_mjd_is_no_epoch(value: str) -> None:
    assert answer(ACCREF + field("t", "double", **MIDDLE), f"http://a.example/|{value}").offer["obstime"] == [
        ""
    ]


def test_an_iso_text_is_an_epoch_too() -> None:
    fields = ACCREF + field("t", utype="ssa:Char.TimeAxis.Coverage.Location.Value")
    found = answer(fields, "http://a.example/|2010-01-01T12:00:00Z", "http://a.example/|yesterday")
    assert found.offer["obstime"].tolist() == ["2010-01-01T12:00:00.000", ""]


@pytest.mark.parametrize("value", ["J2000", "0000-01-01", "2010-01-01T12:00:00+02:00", "2010.5"])
def test_a_text_that_is_no_date_is_no_epoch(value: str) -> None:
    fields = ACCREF + field("t", utype="ssa:Char.TimeAxis.Coverage.Location.Value")
    assert answer(fields, f"http://a.example/|{value}").offer["obstime"].tolist() == [""]


def test_an_origin_of_time_that_nobody_can_read_gives_no_epoch() -> None:
    found = answer(
        ACCREF + field("t", "double", **MIDDLE, ref="sys"),
        "http://a.example/|55197.5",
        around='<TIMESYS ID="sys" refposition="TOPOCENTER" timeorigin="creation" timescale="UTC"/>',
    )
    assert (found.status, found.offer["obstime"].tolist()) == ("found", [""])


def test_an_answer_cut_short_before_its_first_row_is_failed() -> None:
    found = answer(ACCREF, infos='<INFO name="QUERY_STATUS" value="OVERFLOW"/>')
    assert (found.status, found.truncated) == ("failed", True)
    assert "cut short" in found.reason


def test_overflow_is_truncated_and_an_empty_table_is_none() -> None:
    overflow = '<INFO name="QUERY_STATUS" value="OVERFLOW"/>'
    assert answer(ACCREF, "http://a.example/", infos=overflow).truncated
    assert answer(ACCREF).status == "none"


@pytest.mark.parametrize(
    "infos",
    ['<INFO name="QUERY_STATUS" value="ERROR">Bad POS</INFO>', '<INFO name="Error" value="Bad POS"/>'],
)
def test_an_error_of_the_service_is_no_empty_answer(infos: str) -> None:
    with pytest.raises(ServiceError, match="the service says: Bad POS"):
        answer(ACCREF, infos=infos)


def test_an_answer_without_a_table_is_an_error() -> None:
    with pytest.raises(ServiceError, match="without a table"):
        results(read_votable(b"<VOTABLE><RESOURCE/></VOTABLE>"), "a service")


def test_the_recorded_answer_of_an_old_service(shared: Path) -> None:
    """SSAP 1.0 of 2008: no prefix in a namespace that is none, a constant size in bytes, no band."""
    path = shared / "data" / "vo" / "ssa" / "result.xml"
    found = answer_of(results(read_votable(path), path.name))
    assert (found.status, len(found), found.truncated) == ("found", 36, False)
    SPECTRUM_OFFER.check(found.offer)
    assert set(found.offer["size"].value) == {800.0}
    assert all(address.startswith("http://vaosa-vm1") for address in found.offer["accref"])
    assert np.all(np.abs(found.offer["ra"].value - 180) < 0.5)
    assert found.native.colnames[:2] == ["Score", "AcRef"]


def test_the_recorded_answer_of_a_current_service(shared: Path) -> None:
    path = shared / "data" / "vo" / "datalink" / "datalink-ssa.xml"
    row = answer_of(results(read_votable(path), path.name)).offer[0]
    assert row["pubdid"] == "ivo://org.gavo.dc/~?flashheros/data/ca90/f0011.mt"
    assert row["datalink"].startswith("http://example.com/datalink?ID=ivo://org.gavo.dc/~%3Fflashheros")
    assert 3000 < row["band_min"].value < row["band_max"].value < 10000
    assert (row["time_scale"], row["time_ref"]) == ("TT", "middle")
