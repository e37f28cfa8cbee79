"""ADES files of others: what the official schema accepts is read and written back equal, the rest refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from astrolib.movers.formats import Document, FormatError, check_submission, read_ades, write_ades
from astrolib.movers.formats.ades_psv import format_psv, parse_psv
from astrolib.movers.formats.ades_xml import format_xml, parse_xml

Convert = Callable[[Path], bytes]

REASONS = {
    "noobscontext.xml": "lacks obsContext",
    "badleaptime.xml": "no leap second",
    "badtime.xml": "does not end in Z",
    "badtime8.xml": "'12016-08-29T12:32:34.Z' is not a time",
    "baddec1.xml": "dec '-90.000872' is below the range",
    "badra1.xml": "ra '360.00000' is above the range",
    "badra3.xml": "rmsCorr '1.01' is above the range",
    "badver3.xml": "attribute 'bogus'",
    "trksub_9chars.xml": "trkSub 'gf00360dc' has 9 characters, more than 8",
    "sample1.xml": "lacks obsContext",
    "adesmaster.xml": "no version",
}
"""Why each invalid file is refused, as the file that goes with it says."""


@pytest.fixture(scope="session")
def files(shared: Path) -> list[Path]:
    """Return every ADES file."""
    found = [path for path in sorted((shared / "data" / "mpc").rglob("*")) if path.suffix in (".xml", ".psv")]
    assert len(found) > 25
    return found


def without_local_use(document: Document) -> list[dict[str, str]]:
    """Return the fields of all records but the one that has no place in PSV."""
    return [{k: v for k, v in one.fields.items() if k != "localUse"} for one in document.records]


def test_every_file_is_read_or_refused_with_its_reason(files: list[Path], tmp_path: Path) -> None:
    """Both forms are written from each file that is read, and give the same records."""
    for path in files:
        if path.name in REASONS:
            with pytest.raises(FormatError) as refused:
                read_ades(path)
            assert REASONS[path.name] in str(refused.value), path
            continue
        document = read_ades(path)
        for name in ("again.xml", "again.psv"):
            write_ades(document, tmp_path / name)
        assert read_ades(tmp_path / "again.xml") == document, path
        assert without_local_use(read_ades(tmp_path / "again.psv")) == without_local_use(document), path


def test_the_official_schema_agrees(
    files: list[Path], tmp_path: Path, official: Callable[..., str], convert: Convert
) -> None:
    """Whatever it accepts as version 2022 is read, and what is written from it is accepted as well."""
    accepted = 0
    for path in files:
        content = path.read_bytes() if path.suffix == ".xml" else convert(path)
        if official(content):
            continue
        accepted += 1
        document = read_ades(path)
        assert parse_xml(content) == document, path
        assert not official(format_xml(document).encode()), path
        (tmp_path / "again.psv").write_text(format_psv(document))
        assert not official(convert(tmp_path / "again.psv")), path
    assert accepted == 3


def test_the_official_converter_reads_our_psv(files: list[Path], tmp_path: Path, convert: Convert) -> None:
    """It finds in it the records that we wrote, in both versions."""
    for path in files:
        if path.name in REASONS:
            continue
        document = read_ades(path)
        (tmp_path / "ours.psv").write_text(format_psv(document), encoding="utf-8")
        converted = parse_xml(convert(tmp_path / "ours.psv"))
        assert converted == parse_psv(format_psv(document)), path
        assert without_local_use(converted) == without_local_use(document), path


def test_texts_keep_their_precision(shared: Path) -> None:
    """Nothing is read as a number: zeros at the end, signs and points stay."""
    path = shared / "data" / "mpc" / "validpsv" / "raDec" / "goodradec3.xml.psv"
    fields = next(read_ades(path).records).fields
    assert (fields["ra"], fields["dec"], fields["rmsCorr"]) == ("0.", "90.", "1.00")
    path = shared / "data" / "mpc" / "input" / "2023MQ5.psv"
    assert next(read_ades(path).records).fields["dec"] == "+40.61177"


def test_names_in_every_script_survive(shared: Path) -> None:
    """Texts are those of the author, in XML and in PSV."""
    path = shared / "data" / "mpc" / "validxml" / "codings" / "goodutf8.xml"
    document = read_ades(path)
    assert parse_psv(format_psv(document)) == document
    assert any("Χόβερκράφτ" in text for group in document.blocks[0].context for _, text in group.items)


def test_what_may_be_submitted(shared: Path) -> None:
    """An old version, observations without context, and what the Center adds are no submission."""
    mpc = shared / "data" / "mpc"
    check_submission(read_ades(mpc / "input" / "319.xml"))
    with pytest.raises(FormatError, match="version 2017"):
        check_submission(read_ades(mpc / "input" / "2023MQ5.psv"))
