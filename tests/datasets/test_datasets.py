import astropy.units as u
import numpy as np
import pytest
from astropy.table import QTable, Table
from hypothesis import given
from hypothesis import strategies as st

from astrolib.collection.prepared import PreparedSpectra
from astrolib.core.errors import ParameterError, UnreadableFileError
from astrolib.datasets import Dataset, LeakError, check_leaks, freeze
from astrolib.datasets.split import split_objects

CLASSES = ("single", "double")
N = 60


@pytest.fixture
def prepared(tmp_path):
    """Return 60 spectra of 40 objects: the last 20 repeat the first 20 a second of arc away."""
    rng = np.random.default_rng(0)
    ra, dec = rng.uniform(0, 360, 40), rng.uniform(-60, 60, 40)
    ra, dec = np.append(ra, ra[:20]), np.append(dec, dec[:20] + 1 / 3600)
    with PreparedSpectra.create(tmp_path / "prepared", np.arange(6500.0, 6510), {"name": "toy"}) as writer:
        flux = rng.normal(size=(N, 10)).astype(np.float32)
        writer.append([f"{n:016x}" for n in range(N)], flux, ra=ra, dec=dec, target=[""] * N)
    return PreparedSpectra.open(tmp_path / "prepared")


@pytest.fixture
def labels(prepared):
    return Table({"id": prepared.ids, "label": np.where(np.arange(N) % 4, "double", "single")})


def test_spectra_of_one_object_are_in_one_part(prepared, labels):
    dataset = freeze(prepared, labels, CLASSES)
    part = dict(zip(dataset.table["id"], dataset.table["part"], strict=True))
    assert all(part[prepared.ids[n]] == part[prepared.ids[n + 40]] for n in range(20))
    assert set(part.values()) == {"train", "validation", "test"}


def test_every_class_is_in_every_part(prepared, labels):
    dataset = freeze(prepared, labels, CLASSES)
    for part in ("train", "validation", "test"):
        assert set(dataset.labels(part)) == {0, 1}


def test_a_place_planted_across_train_and_test_stops_the_build(prepared, labels):
    labels["part"] = np.where(np.arange(N) < 40, "train", "test")
    with pytest.raises(LeakError, match=f"{prepared.ids[0]} \\(train.*{prepared.ids[40]} \\(test"):
        freeze(prepared, labels, CLASSES)


def test_a_split_that_was_given_is_kept(prepared, labels):
    labels["part"] = np.where(np.arange(N) % 40 < 30, "train", "test")
    dataset = freeze(prepared, labels, CLASSES)
    assert set(dataset.ids("test")) == set(prepared.ids[(np.arange(N) % 40) >= 30])


def table(places, parts, objects=None):
    ids = [f"s{n}" for n in range(len(places))]
    ra, dec = np.array(places, dtype=float).T * u.deg
    columns = {"id": ids, "object": objects or ids, "part": parts, "ra": ra, "dec": dec}
    return QTable(columns)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((10, 20), (10, 20)),
        ((10, 20), (10, 20 + 2.9 / 3600)),
        ((359.9999, 0), (0.0001, 0)),
        ((0, 90), (180, 90)),
        ((100, -89.9999), (280, -89.99995)),
    ],
)
def test_places_that_are_the_same_leak(one, other):
    with pytest.raises(LeakError, match=r"s0 \(train.*s1 \(test.*places closer than 3\""):
        check_leaks(table([one, other], ["train", "test"]))


def test_places_apart_unknown_or_in_one_part_do_not():
    nan = float("nan")
    check_leaks(table([(10, 20), (10, 20 + 3.1 / 3600)], ["train", "test"]))
    check_leaks(table([(nan, nan), (nan, nan)], ["train", "test"]))
    check_leaks(table([(10, 20), (10, 20)], ["train", "train"]))


def test_the_same_object_or_spectrum_leaks_without_a_place():
    nan = float("nan")
    nowhere = [(nan, nan), (nan, nan)]
    with pytest.raises(LeakError, match="the same object"):
        check_leaks(table(nowhere, ["train", "test"], ["Vega", "Vega"]))
    twice = table(nowhere, ["train", "test"])
    twice["id"] = ["s0", "s0"]
    with pytest.raises(LeakError, match="the same id"):
        check_leaks(twice)


def test_a_manifest_comes_back_as_it_was(prepared, labels, tmp_path):
    dataset = freeze(prepared, labels, CLASSES, seed=3)
    dataset.save(tmp_path / "manifest.ecsv")
    loaded = Dataset.load(tmp_path / "manifest.ecsv")
    assert loaded.sha256 == dataset.sha256
    assert np.array_equal(loaded.ids("train"), dataset.ids("train"))
    assert np.array_equal(loaded.labels("train"), dataset.labels("train"))
    loaded.check(prepared)


def test_the_hash_depends_on_what_is_in_it_and_not_on_the_order_of_the_labels(prepared, labels):
    frozen = freeze(prepared, labels, CLASSES).sha256
    assert freeze(prepared, labels[::-1], CLASSES).sha256 == frozen
    assert freeze(prepared, labels, CLASSES, seed=1).sha256 != frozen
    assert freeze(prepared, labels, CLASSES[::-1]).sha256 != frozen
    labels["label"][0] = "double"
    assert freeze(prepared, labels, CLASSES).sha256 != frozen


def test_a_manifest_that_was_edited_is_refused(prepared, labels, tmp_path):
    path = tmp_path / "manifest.ecsv"
    freeze(prepared, labels, CLASSES).save(path)
    path.write_text(path.read_text().replace(" single ", " double ", 1))
    with pytest.raises(UnreadableFileError, match="changed after it was frozen"):
        Dataset.load(path)
    path.write_text("no table")
    with pytest.raises(UnreadableFileError, match="no manifest"):
        Dataset.load(path)


def test_a_dataset_knows_the_spectra_it_was_frozen_from(prepared, labels, tmp_path):
    dataset = freeze(prepared, labels, CLASSES)
    with PreparedSpectra.create(tmp_path / "other", prepared.wavelength, {"name": "toy"}) as writer:
        writer.append(prepared.ids, np.array(prepared.flux) + 1)
    with pytest.raises(ParameterError, match="frozen from"):
        dataset.check(PreparedSpectra.open(tmp_path / "other"))


def test_labels_that_cannot_be_frozen_are_refused(prepared, labels):
    with pytest.raises(ParameterError, match="labelled twice"):
        freeze(prepared, Table({"id": ["a", "a"], "label": ["single", "double"]}), CLASSES)
    with pytest.raises(ParameterError, match="no label 'shell'"):
        freeze(prepared, labels, (*CLASSES, "shell"))
    with pytest.raises(ParameterError, match="no spectrum 'stranger'"):
        freeze(prepared, Table({"id": ["stranger"], "label": ["single"]}), ["single"])
    with pytest.raises(ParameterError, match="add up to 1"):
        freeze(prepared, labels, CLASSES, fractions={"train": 0.5, "test": 0.1})


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), min_size=1, max_size=120),
    st.integers(0, 2**32 - 1),
)
def test_no_object_is_ever_in_two_parts_and_the_shares_are_kept(pairs, seed):
    objects, labels = np.array(pairs).astype(str).T
    parts = split_objects(objects, labels, {"train": 0.5, "test": 0.5}, seed)
    assert all(len(set(parts[objects == key])) == 1 for key in objects)
    n_objects = len(set(objects))
    trained = len({key for key, part in zip(objects, parts, strict=True) if part == "train"})
    assert abs(trained - n_objects / 2) <= 2
