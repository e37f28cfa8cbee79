import json

import numpy as np
import pytest

from astrolib.core.errors import ParameterError
from astrolib.models.judge import calibration_error, judge

CLASSES = ("single", "double", "other")


def certain(answers):
    return np.eye(3)[answers]


def test_the_figures_of_a_small_case_by_hand():
    labels, answers = [0, 0, 0, 1, 1, 2, 2, 2, 2, 2], [0, 0, 1, 1, 2, 2, 2, 2, 2, 0]
    verdict = judge(labels, certain(answers), CLASSES, targets=("single", "double"))
    assert verdict.confusion.tolist() == [[2, 1, 0], [0, 1, 1], [1, 0, 4]]
    assert verdict.accuracy == pytest.approx(0.7)
    assert verdict.precision == pytest.approx([2 / 3, 1 / 2, 4 / 5])
    assert verdict.recall == pytest.approx([2 / 3, 1 / 2, 4 / 5])
    assert verdict.macro_f1 == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_a_weight_counts_as_so_many_spectra():
    labels, answers, weights = [0, 1, 2], [0, 2, 2], [1, 2, 3]
    weighted = judge(labels, certain(answers), CLASSES, weights=weights)
    repeated = judge(np.repeat(labels, weights), certain(np.repeat(answers, weights)), CLASSES)
    assert np.array_equal(weighted.confusion, repeated.confusion)
    assert weighted.calibration_error == pytest.approx(repeated.calibration_error)


def test_what_nobody_can_know_is_no_number(tmp_path):
    verdict = judge([0, 0], certain([0, 2]), CLASSES)
    verdict.write(tmp_path / "metrics.json")
    written = json.loads((tmp_path / "metrics.json").read_text())
    assert written["classes"]["double"] == {"precision": None, "recall": None, "f1": None, "support": 0.0}
    assert written["classes"]["other"]["precision"] == 0
    assert written["macro_f1"] == pytest.approx((2 / 3 + 0) / 2)


def test_no_labels_give_no_figures():
    verdict = judge([], np.empty((0, 3)), CLASSES)
    assert np.isnan([verdict.accuracy, verdict.macro_f1, verdict.calibration_error]).all()


def test_the_calibration_error_of_a_network_that_is_too_sure():
    labels = np.array([0] * 70 + [1] * 30)
    probabilities = np.tile([0.9, 0.1], (100, 1))
    assert calibration_error(labels, probabilities, np.ones(100)) == pytest.approx(0.2)


@pytest.mark.parametrize(
    "change", [{"targets": ("triple",)}, {"labels": [0]}, {"classes": CLASSES[:2]}, {"weights": [1.0]}]
)
def test_what_does_not_fit_together_is_refused(change):
    given = {"labels": [0, 1], "probabilities": certain([0, 1]), "classes": CLASSES} | change
    with pytest.raises(ParameterError):
        judge(**given)
