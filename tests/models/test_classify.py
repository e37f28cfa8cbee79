import numpy as np
import pytest
from astropy.table import QTable, Table
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolib.core.errors import ParameterError
from astrolib.models import TrainedModel, build, classify
from astrolib.models import classification as room
from astrolib.models.calibration import Calibration, entropy
from astrolib.models.candidate_file import candidate_writer

from .conftest import CLASSES, write_prepared


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, profiles):
    return write_prepared(tmp_path_factory.mktemp("classify") / "prepared", profiles.flux)


@pytest.fixture(scope="module")
def model(prepared):
    plain = TrainedModel.of(build(24, 3), prepared, CLASSES)
    rng = np.random.default_rng(0)
    return plain.calibrated(prepared.flux[:50], rng.integers(0, 3, 50), np.ones(50))


def test_every_spectrum_gets_its_calibrated_probabilities(prepared, model, tmp_path, monkeypatch):
    monkeypatch.setattr(room, "CHUNK", 128)
    reports = []
    done = classify(prepared, model, tmp_path / "c.ecsv", lambda *report: reports.append(report))
    table = QTable.read(tmp_path / "c.ecsv", format="ascii.ecsv")
    expected = model.probabilities(prepared.flux)
    assert table.colnames == ["id", "label", *CLASSES, "entropy"]
    assert np.array_equal(table["id"], prepared.ids)
    assert np.array_equal(np.stack([table[name] for name in CLASSES], axis=1), expected)
    assert np.array_equal(table["label"], np.array(CLASSES)[expected.argmax(axis=1)])
    assert np.array_equal(table["entropy"], entropy(expected))
    assert reports == [(128, 300), (256, 300), (300, 300)]
    assert done.counts == {name: int((table["label"] == name).sum()) for name in CLASSES}
    assert sum(done.expected.values()) == pytest.approx(300, rel=1e-4)


def test_the_file_says_where_its_answers_come_from(prepared, model, tmp_path):
    classify(prepared, model, tmp_path / "c.ecsv")
    meta = Table.read(tmp_path / "c.ecsv", format="ascii.ecsv").meta
    assert (meta["recipe"], meta["recipe_hash"]) == ("toy", prepared.recipe_hash)
    assert meta["calibration"]["n_labels"] == 50


def test_spectra_of_another_recipe_are_refused_and_nothing_is_written(model, profiles, tmp_path):
    other = write_prepared(tmp_path / "other", profiles.flux, resolution=1800)
    with pytest.raises(ParameterError, match="the model learned from"):
        classify(other, model, tmp_path / "c.ecsv")
    assert not (tmp_path / "c.ecsv").exists()


def test_a_class_with_the_name_of_a_column_is_refused(tmp_path):
    with (
        pytest.raises(ParameterError, match="rename the class"),
        candidate_writer(tmp_path / "c.ecsv", ["id", "b"], {}),
    ):
        pass


# astropy strips white space about the values that it reads.
texts = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)


@settings(max_examples=30)
@given(
    ids=st.lists(texts, min_size=1, max_size=8),
    classes=st.lists(texts.map("c{}".format), min_size=2, max_size=3, unique=True),
    data=st.data(),
)
def test_astropy_reads_back_whatever_names_there_are(tmp_path_factory, ids, classes, data):
    folder = tmp_path_factory.mktemp("ecsv")
    rows = st.lists(st.floats(0, 1, width=32), min_size=len(classes), max_size=len(classes))
    probabilities = np.array([data.draw(rows) for _ in ids], dtype=np.float32)
    with candidate_writer(folder / "c.ecsv", classes, {"a": 1}) as writer:
        answers = writer.append(np.array(ids), probabilities)
    table = QTable.read(folder / "c.ecsv", format="ascii.ecsv")
    assert table["id"].tolist() == ids
    assert table["label"].tolist() == [classes[answer] for answer in answers]
    for name, column in zip(classes, probabilities.T, strict=True):
        assert table[name].dtype == np.float32
        assert np.array_equal(table[name], column)
    assert np.array_equal(table["entropy"], entropy(probabilities))
    assert table.meta == {"a": 1}


def test_an_identity_that_spans_lines_is_refused(tmp_path):
    with (
        pytest.raises(ParameterError, match="line break"),
        candidate_writer(tmp_path / "c.ecsv", ["a", "b"], {}) as writer,
    ):
        writer.append(np.array(["one\ntwo"]), np.array([[0.5, 0.5]], dtype=np.float32))
    assert not (tmp_path / "c.ecsv").exists()


def test_the_identity_of_a_calibration_is_kept_without_arithmetic():
    probabilities = np.eye(3, dtype=np.float32)
    assert Calibration.identity(3).apply(probabilities) is probabilities
