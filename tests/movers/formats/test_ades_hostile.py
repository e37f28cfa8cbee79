"""ADES files that a stranger made: nothing in them is followed, expanded or believed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from astrolib.core.errors import HostileFileError
from astrolib.movers.formats import FormatError, read_ades, write_ades
from astrolib.movers.formats.ades_document import Block, Document, Record
from astrolib.movers.formats.ades_psv import format_psv, parse_psv
from astrolib.movers.formats.ades_xml import format_xml, parse_xml

OPTICAL = (
    "<optical><trkSub>a</trkSub><mode>CCD</mode><stn>F51</stn><obsTime>2016-08-29T12:32:34Z</obsTime>"
    "<ra>1</ra><dec>-0.5</dec><astCat>Gaia2</astCat><remarks>{}</remarks></optical>"
)
PLAIN = f'<ades version="2022">{OPTICAL.format("Ejército")}</ades>'

BOMB = """<!DOCTYPE ades [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<ades version="2022"><optical><remarks>&b;</remarks></optical></ades>"""
OUTSIDE = """<!DOCTYPE ades [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<ades version="2022"><optical><remarks>&x;</remarks></optical></ades>"""
ELSEWHERE = '<!DOCTYPE ades SYSTEM "http://127.0.0.1/ades.dtd"><ades version="2022"/>'


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, ELSEWHERE])
def test_a_document_type_is_refused(text: str) -> None:
    """Neither entities nor addresses outside are looked at."""
    with pytest.raises(HostileFileError, match="document type"):
        parse_xml(text.encode())


def test_nesting_has_an_end() -> None:
    """A tower of elements is refused, not climbed."""
    tower = "<a>" * 5000 + "</a>" * 5000
    text = f'<ades version="2022"><optical><localUse>{tower}</localUse></optical></ades>'
    with pytest.raises(HostileFileError, match="nested"):
        parse_xml(text.encode())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not XML"),
        ("<ades", "not XML"),
        ("<html/>", "root is 'html'"),
        ('<ades version="2022"/>', "no observation"),
        ('<ades version="2021"/>', "version '2021'"),
        ('<ades version="2022" xmlns="urn:x"/>', "attribute 'xmlns'"),
        (PLAIN.replace("<ra>", '<ra unit="deg">'), "attribute 'unit'"),
        (PLAIN.replace("<ra>1", "<ra><b>1</b>"), "elements, not a text"),
        (PLAIN.replace("<optical>", "<optical>hello"), "the text 'hello'"),
        (PLAIN.replace("1</ra>", "1\x00</ra>"), "not XML"),
        (PLAIN.replace("optical", "visual"), "must not hold 'visual'"),
    ],
)
def test_what_is_not_ades_is_refused(text: str, reason: str) -> None:
    """With the reason."""
    with pytest.raises(FormatError, match=reason):
        parse_xml(text.encode())


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-7", "latin-1",
     "cp1252", "cp500", "cp037", "iso8859-15"],
)  # fmt: skip
def test_encodings(encoding: str) -> None:
    """A document in any encoding that it declares is read."""
    declared = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{declared}"?>\n{PLAIN}'
    assert next(parse_xml(text.encode(encoding)).records).fields["remarks"] == "Ejército"


def test_another_encoding_than_declared() -> None:
    """Bytes that are not in the encoding are refused, not replaced."""
    with pytest.raises(FormatError, match="not in utf-8"):
        parse_xml(PLAIN.encode("latin-1"))
    with pytest.raises(FormatError, match="not in zip"):
        parse_xml(f'<?xml version="1.0" encoding="zip"?>{PLAIN}'.encode())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("trkSub|mode\na|CCD", "no version"),
        ("# version=2022\n! name x", "outside a group"),
        ("# version=2022\n# observatory\n! mpcCode 950", "without observations"),
        ("# version=2022\na|1|2", "before a line of keywords"),
        ("# version=2022\ntrkSub|colour\n", "no keyword 'colour'"),
        ("# version=2022\ntrkSub|mode|stn|obsTime|ra|dec\n", "lacks astCat"),
        ("# version=2022\ntrkSub|trkSub\n", "stands twice"),
        ("# version=2022\ntrkSub|mode|stn|obsTime|ra|dec|astCat\n", "without values"),
        (
            "# version=2022\ntrkSub|mode|stn|obsTime|ra|dec|astCat\na|CCD|F51|2016-08-29T12:32:34Z|1|1|G|G",
            "8 values",
        ),
        (
            "# version=2022\ntrkSub|mode|stn|obsTime|ra|dec|astCat\na|CCD|F51|2016-08-29T12:32:34Z|1||G",
            "lacks dec",
        ),
    ],
)
def test_what_is_not_psv_is_refused(text: str, reason: str) -> None:
    """With the reason."""
    with pytest.raises(FormatError, match=reason):
        parse_psv(text)


def test_a_second_table_stands_alone(convert: Callable[[Path], bytes], tmp_path: Path) -> None:
    """It has a context of its own, or none: so the official converter reads it, and so it comes back."""
    head = "# observatory\n! mpcCode 950\n# submitter\n! name A\n# measurers\n! name A\n"
    head += "# telescope\n! design r\n! aperture 1\n! detector CCD\n"
    keys = "trkSub|mode|stn|obsTime|ra|dec|astCat"
    row = "a|CCD|950|2016-08-29T12:32:34Z|1|1|G"
    first, second = f"{keys}\n{row}\n", f"{keys}|mag|band\n{row}|20|G\n"
    text = f"# version=2022\n{head}{first}{second}{head}{first}{head}{second}"
    (tmp_path / "a.psv").write_text(text)
    document = parse_psv(text)
    assert [len(block.context) for block in document.blocks] == [4, 0, 4, 4]
    assert parse_xml(convert(tmp_path / "a.psv")) == document
    assert parse_psv(format_psv(document)) == document
    assert parse_xml(format_xml(document).encode()) == document


def test_a_line_end_in_a_text_has_no_place_in_psv(tmp_path: Path) -> None:
    """It is refused, and the file that is there stays."""
    fields = dict(next(parse_xml(PLAIN.encode()).records).fields) | {"remarks": "two\nlines"}
    document = Document((Block((Record("optical", fields),)),))
    path = tmp_path / "a.psv"
    path.write_text("before")
    with pytest.raises(FormatError, match="no field of PSV"):
        write_ades(document, path)
    assert path.read_text() == "before"
    write_ades(document, tmp_path / "a.xml")
    assert read_ades(tmp_path / "a.xml") == document


def test_control_characters_are_not_written(tmp_path: Path) -> None:
    """XML cannot hold them."""
    fields = dict(next(parse_xml(PLAIN.encode()).records).fields) | {"remarks": "a\x0bb"}
    with pytest.raises(FormatError):
        write_ades(Document((Block((Record("optical", fields),)),)), tmp_path / "a.xml")
    assert not list(tmp_path.iterdir())
