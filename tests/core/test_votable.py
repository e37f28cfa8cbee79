"""A VOTable stays within itself, and holds what it claims, or is refused."""

from __future__ import annotations

import base64
import gzip
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolib.core.errors import AstrolibError, HostileFileError, UnreadableFileError
from astrolib.core.votable import read_votable

FIELD = '<FIELD name="a" datatype="double"/>'
ROW = "<TR><TD>1.5</TD></TR>"


def votable(fields: str = FIELD, data: str = f"<TABLEDATA>{ROW}</TABLEDATA>", table: str = "") -> bytes:
    inner = f"<TABLE {table}>{fields}<DATA>{data}</DATA></TABLE>"
    return f'<VOTABLE version="1.3"><RESOURCE>{inner}</RESOURCE></VOTABLE>'.encode()


def test_an_honest_table_is_read() -> None:
    table = read_votable(votable()).get_first_table()
    assert table.array["a"].tolist() == [1.5]


def test_an_odd_unit_is_no_warning() -> None:
    assert (
        len(
            read_votable(votable('<FIELD name="a" datatype="double" unit="Angstrom"/>'))
            .get_first_table()
            .array
        )
        == 1
    )


def test_a_gzipped_table_is_read() -> None:
    assert len(read_votable(gzip.compress(votable())).get_first_table().array) == 1


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://127.0.0.1:1/", "data.bin"])
def test_a_stream_elsewhere_is_never_followed(address: str) -> None:
    for kind in ("BINARY", "BINARY2", "FITS"):
        with pytest.raises(HostileFileError, match="STREAM names"):
            read_votable(votable(data=f'<{kind}><STREAM href="{address}"/></{kind}>'))


@pytest.mark.parametrize("stream", ["STREAM HREF", "STREAM xlink:href", "stream href", "v:STREAM href"])
def test_a_stream_elsewhere_is_no_empty_table_however_it_is_spelt(stream: str) -> None:
    element = stream.split()[0]
    with pytest.raises(HostileFileError, match="STREAM names"):
        read_votable(votable(data=f'<BINARY><{stream}="file:///etc/passwd"></{element}></BINARY>'))


def test_more_columns_than_anybody_has_are_refused() -> None:
    with pytest.raises(HostileFileError, match="more than 5000 columns"):
        read_votable(votable("".join(f'<FIELD name="a{i}" datatype="int"/>' for i in range(5001))))


def test_a_packed_stream_is_refused() -> None:
    bomb = base64.b64encode(gzip.compress(bytes(10_000_000))).decode()
    with pytest.raises(HostileFileError, match="encoded as 'gzip'"):
        read_votable(votable(data=f'<BINARY2><STREAM encoding="gzip">{bomb}</STREAM></BINARY2>'))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE VOTABLE [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE VOTABLE [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE VOTABLE [<!ENTITY % a SYSTEM "http://127.0.0.1:1/x.dtd"> %a;]>',
    ],
)
def test_entities_are_refused(doctype: str) -> None:
    with pytest.raises(HostileFileError, match="entities"):
        read_votable(doctype.encode() + votable())


def test_two_thousand_million_rows_are_refused() -> None:
    with pytest.raises(HostileFileError, match="2000000000 rows"):
        read_votable(votable(table='nrows="2000000000"'))


def test_more_rows_than_allowed_are_refused_though_not_claimed() -> None:
    with pytest.raises(HostileFileError, match="11 rows, more than 10"):
        read_votable(votable(data=f"<TABLEDATA>{ROW * 11}</TABLEDATA>"), max_rows=10)


@pytest.mark.parametrize(
    "hostile",
    [
        votable('<FIELD name="a" datatype="double" arraysize="100000000"/>'),
        votable('<FIELD name="a" datatype="double" arraysize="10000x10000"/>'),
        votable('<FIELD name="a" datatype="char" arraysize="1000000"/>', table='nrows="1000000"'),
        votable('<PARAM name="a" datatype="double" arraysize="100000000" value=""/>' + FIELD),
        votable("".join(f'<FIELD name="a{i}" datatype="double" arraysize="1000000"/>' for i in range(50))),
    ],
)
def test_values_that_are_claimed_but_cannot_be_there_are_refused(hostile: bytes) -> None:
    with pytest.raises(HostileFileError, match="values, more than it can hold"):
        read_votable(hostile)


def test_empty_arrays_of_fixed_size_are_no_crime() -> None:
    fields = '<FIELD name="a" datatype="double" arraysize="2"/>'
    rows = "<TR><TD></TD></TR>" * 1000
    assert (
        len(read_votable(votable(fields, f"<TABLEDATA>{rows}</TABLEDATA>")).get_first_table().array) == 1000
    )


def test_deep_nesting_is_refused() -> None:
    deep = b"<VOTABLE>" + b"<RESOURCE>" * 10_000 + b"</RESOURCE>" * 10_000 + b"</VOTABLE>"
    with pytest.raises(HostileFileError, match="nested"):
        read_votable(deep)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0",
        b"<html><body>Sorry</body></html>",
        votable()[:-20],
        gzip.compress(votable())[:-9],
        b"\x1f\x8b",
        b'<?xml version="1.0" encoding="UTF-18"?>' + votable(),
        b'<?xml version="1.0" encoding="shift_jis"?>' + votable(),
    ],
)
def test_what_is_no_votable_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="not a VOTable"):
        read_votable(content, where="answer of a service")


def test_the_error_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "saved.vot"
    path.write_bytes(b"no")
    with pytest.raises(UnreadableFileError, match=r"^saved\.vot: "):
        read_votable(path)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_damaged_table_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(votable('<FIELD name="a" datatype="double" arraysize="2*"/>' + FIELD))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(AstrolibError):
        read_votable(bytes(content))


def test_conformance_files_are_read_or_refused(shared: Path) -> None:
    refused = set()
    for path in sorted((shared / "data" / "votable_edge" / "votable").iterdir()):
        try:
            read_votable(path)
        except UnreadableFileError:
            refused.add(path.name)
    assert refused == {"no_resource.txt", "too_many_columns.xml.gz"}
