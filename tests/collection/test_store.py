"""A collection on disk: nothing lost, nothing twice, and only what is asked for is read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import astropy.units as u
import numpy as np
import pyarrow.parquet as pq
import pytest
from astropy.coordinates import SkyCoord
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from astrolib.collection import SpectrumCollection, parts
from astrolib.core.errors import ParameterError, UnreadableFileError
from astrolib.core.schema import COLLECTED_SPECTRUM
from astrolib.core.spectrum import Spectrum

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
FINITE = st.floats(-1e6, 1e6) | st.just(np.nan)


def star(number: int, pixels: int = 5, **known) -> Spectrum:
    flux = np.random.default_rng(number).normal(1, 0.1, pixels)
    return Spectrum(np.linspace(6500, 6600, pixels), flux, **{"target": f"star {number}", **known})


@st.composite
def any_spectrum(draw) -> Spectrum:
    n = draw(st.integers(2, 8))
    steps = draw(arrays("f8", n, elements=st.floats(1e-3, 10)))
    flux = draw(arrays("f4", n, elements=st.floats(-1e3, 1e3, width=32) | st.just(np.nan)))
    flux[0] = 1
    return Spectrum(
        np.cumsum(steps) + 3000,
        flux,
        ivar=draw(st.none() | arrays("f4", n, elements=st.floats(0, 100, width=32))),
        mask=draw(st.none() | arrays("?", n)),
        target=draw(TEXT),
        licence=draw(TEXT),
        ra=draw(FINITE),
        exptime=draw(FINITE),
        medium=draw(st.sampled_from(["air", "vacuum", "unknown"])),
    )


@pytest.fixture
def collection(tmp_path: Path) -> SpectrumCollection:
    return SpectrumCollection.create(tmp_path / "collection")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(spectra=st.lists(any_spectrum(), max_size=6))
def test_what_goes_in_comes_out(spectra, tmp_path_factory):
    folder = tmp_path_factory.mktemp("round") / "collection"
    SpectrumCollection.create(folder).append(spectra)
    first = {spectrum.id: spectrum for spectrum in reversed(spectra)}

    found = list(SpectrumCollection.open(folder))

    assert {spectrum.id for spectrum in found} == set(first)
    for spectrum in found:
        _assert_same(spectrum, first[spectrum.id])


def _assert_same(one: Spectrum, other: Spectrum) -> None:
    for name in Spectrum.__dataclass_fields__:
        mine, theirs = getattr(one, name), getattr(other, name)
        if isinstance(theirs, np.ndarray | float):
            np.testing.assert_array_equal(mine, theirs)
        else:
            assert mine == theirs


def test_the_columns_are_the_documented_ones(collection):
    collection.append([star(1, mask=np.zeros(5), ivar=np.ones(5))])

    (part,) = collection.folder.glob("*.parquet")
    schema = pq.read_schema(part)

    assert [str(schema.field(name).type.value_type) for name in ("wavelength", "flux", "ivar", "mask")] == [
        *("double", "float", "float", "bool")
    ]
    documented = {
        "id",
        "source",
        "accref",
        "target",
        "ra",
        "dec",
        "obstime",
        "time_scale",
        "time_ref",
        "licence",
    }
    documented |= {"instrument", "resolving_power", "medium", "rest_frame", "flux_unit", "exptime"}
    assert documented <= set(schema.names)
    COLLECTED_SPECTRUM.check(collection.metadata)


def test_the_same_spectrum_is_not_written_twice(collection):
    assert len(collection.append([star(1), star(2), star(1)])) == 2
    assert collection.append([star(2), star(3, target="another name")]) == (star(3).id,)

    assert len(collection) == 3
    assert len(SpectrumCollection.open(collection.folder)) == 3


def test_an_append_of_nothing_writes_nothing(collection):
    assert collection.append([]) == ()
    assert list(collection.folder.iterdir()) == []
    assert len(collection.metadata) == 0


def test_an_append_that_fails_leaves_no_part(collection):
    def spectra():
        yield star(1)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        collection.append(spectra())
    assert list(collection.folder.iterdir()) == []
    assert len(collection) == 0


def test_an_older_handle_sees_what_was_appended_through_another(collection):
    other = SpectrumCollection.open(collection.folder)
    other.append([star(1)])

    collection.refresh()

    assert collection.spectrum(star(1).id).target == "star 1"


def test_two_processes_append_at_once_and_nothing_is_lost(collection):
    program = """
import sys, numpy as np
from pathlib import Path
from astrolib.collection import SpectrumCollection
from astrolib.core.spectrum import Spectrum
first = int(sys.argv[2])
collection = SpectrumCollection.open(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for n in range(first, first + 20):
    collection.append([Spectrum([1.0, 2.0], [1.0, n]), Spectrum([1.0, 2.0], [2.0, n % 5])])
"""
    command = [sys.executable, "-c", program, str(collection.folder)]
    workers = [
        subprocess.Popen([*command, first], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for first in ("0", "100")
    ]
    for worker in workers:
        worker.stdout.readline()
    for worker in workers:
        worker.stdin.write("\n")
        worker.stdin.flush()
    for worker in workers:
        worker.communicate(timeout=120)
        assert worker.returncode == 0

    found = SpectrumCollection.open(collection.folder)
    assert len(found) == 45
    assert sorted(spectrum.flux[1] for spectrum in found if spectrum.flux[0] == 1) == [
        *range(20),
        *range(100, 120),
    ]


def test_opening_reads_no_pixel(collection, monkeypatch):
    collection.append([star(n) for n in range(5)])
    read = []
    original = pq.ParquetFile.read

    def spy(self, columns=None, **more):
        read.extend(columns)
        return original(self, columns=columns, **more)

    monkeypatch.setattr(pq.ParquetFile, "read", spy)
    assert len(SpectrumCollection.open(collection.folder).metadata) == 5
    assert read
    assert not set(read) & set(parts.ARRAYS)


def test_row_groups_and_parts_are_bounded(collection, monkeypatch):
    monkeypatch.setattr(parts, "MAX_PIXELS_IN_GROUP", 20)
    monkeypatch.setattr(parts, "MAX_GROUPS_IN_PART", 3)

    collection.append(star(n, pixels=3 + n % 7) for n in range(60))

    footers = [pq.read_metadata(part) for part in collection.folder.glob("*.parquet")]
    assert len(footers) > 3
    assert max(footer.num_row_groups for footer in footers) == 3
    assert [spectrum.target for spectrum in collection] == [f"star {n}" for n in range(60)]
    assert collection.spectrum(star(41, pixels=3 + 41 % 7).id).target == "star 41"


@pytest.mark.parametrize("damage", [lambda b: b[:-30], lambda b: b"", lambda b: b"PAR1" + bytes(50)])
def test_a_broken_part_is_named_in_one_line(collection, damage):
    collection.append([star(1)])
    (part,) = collection.folder.glob("*.parquet")
    part.write_bytes(damage(part.read_bytes()))

    with pytest.raises(UnreadableFileError) as refusal:
        SpectrumCollection.open(collection.folder)
    assert part.name in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_part_of_another_kind_is_named_with_what_it_lacks(collection):
    import pyarrow as pa

    pq.write_table(pa.table({"id": ["a"]}), collection.folder / "part-0.parquet")

    with pytest.raises(UnreadableFileError, match=r"part-0\.parquet: no column accref"):
        SpectrumCollection.open(collection.folder)


def test_a_part_that_vanishes_is_named(collection):
    collection.append([star(1)])
    (part,) = collection.folder.glob("*.parquet")
    part.unlink()

    with pytest.raises(UnreadableFileError, match="part-"):
        collection.spectrum(star(1).id)


def test_what_is_not_there_is_refused(collection, tmp_path):
    with pytest.raises(ParameterError, match="no spectrum 'nobody'"):
        collection.spectrum("nobody")
    with pytest.raises(ParameterError, match="no collection"):
        SpectrumCollection.open(tmp_path / "nowhere")
    collection.append([star(1)])
    with pytest.raises(ParameterError, match="it is there already"):
        SpectrumCollection.create(collection.folder)


def test_progress_counts_the_written(collection):
    seen = []

    collection.append([star(n) for n in range(4)], progress=lambda done, total: seen.append((done, total)))

    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.fixture
def sample(collection) -> SpectrumCollection:
    collection.append(
        [
            star(
                0,
                ra=10.0,
                dec=60.0,
                instrument="CCD700",
                resolving_power=13_000.0,
                obstime="2010-01-01T21:00:00",
            ),
            star(
                1,
                ra=10.001,
                dec=60.0,
                instrument="LAMOST LRS",
                resolving_power=1800.0,
                obstime="2012-03-04T00:00:00",
            ),
            star(2, ra=200.0, dec=-5.0, instrument="LAMOST LRS", licence='CC-BY "4.0"'),
            star(3, target="<img onerror=alert(1)>", source="obj=1 OR 1"),
        ]
    )
    return collection


@pytest.mark.parametrize(
    ("conditions", "targets"),
    [
        ({"instrument": "LAMOST LRS"}, ["star 1", "star 2"]),
        ({"instrument": ["CCD700", "X"]}, ["star 0"]),
        ({"resolving_power": (1000, 5000)}, ["star 1"]),
        ({"resolving_power": (None, 1e6)}, ["star 0", "star 1"]),
        ({"obstime": ("2011", "2013")}, ["star 1"]),
        ({"ra": (0.1 * u.rad, 4 * u.rad)}, ["star 0", "star 1", "star 2"]),
        ({"cone": (SkyCoord(10, 60, unit="deg"), 3 * u.arcsec)}, ["star 0", "star 1"]),
        ({"cone": (SkyCoord(10, 60, unit="deg"), 1 * u.arcsec), "instrument": "CCD700"}, ["star 0"]),
        ({"mask": np.array([False, True, False, True])}, ["star 1", "<img onerror=alert(1)>"]),
        ({}, ["star 0", "star 1", "star 2", "<img onerror=alert(1)>"]),
    ],
)
def test_select(sample, conditions, targets):
    assert list(sample.select(**conditions)["target"]) == targets


def test_select_by_identity_keeps_the_order(sample):
    wanted = [sample.ids[2], sample.ids[0]]

    assert list(sample.select(ids=wanted)["id"]) == wanted


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({"colour": "red"}, "no column 'colour'"),
        ({"resolving_power": "high"}, "give text for a column of text"),
        ({"target": 7}, "give text for a column of text"),
        ({"ra": (1 * u.s, None)}, "ra cannot be compared"),
        ({"ids": ["nobody"]}, "no spectrum 'nobody'"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(sample, conditions, message):
    with pytest.raises(ParameterError, match=message):
        sample.select(**conditions)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lamost", 2),
        ("LAMOST 2012", 1),
        ("ccd", 1),
        ("img", 1),
        ("4.0", 1),
        ("nothing", 0),
        ("", 0),
        ("star lamost", 2),
    ],
)
def test_search(sample, text, found):
    assert len(sample.search(text)) == found


@given(text=st.text(max_size=20))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_text_is_taken_for_query_syntax(sample, text):
    assert len(sample.search(text)) <= 4


@pytest.mark.parametrize(
    "text", ['"', "star AND", "NEAR(", "* OR *", "target:star", "a'; DROP TABLE texts", "^"]
)
def test_query_syntax_is_only_text(sample, text):
    sample.search(text)
    assert len(sample.search("star")) == 3


def test_search_finds_what_was_appended_after_the_first_search(sample):
    assert len(sample.search("nova")) == 0
    sample.append([star(9, target="nova Cyg")])
    assert len(sample.search("nova")) == 1
