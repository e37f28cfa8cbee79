import numpy as np
import pytest
from scipy.special import softmax

from astrolib.core.errors import ParameterError
from astrolib.models.audit import draw
from astrolib.models.calibration import Calibration, calibrate, entropy
from astrolib.models.judge import calibration_error


def sample(n, seed, temperature=1.0, bias=(0, 0, 0)):
    """Draw labels from true probabilities, and return them with those of a network that errs by so much."""
    rng = np.random.default_rng(seed)
    true = rng.normal(0, 2, (n, 3))
    true = np.exp(true) / np.exp(true).sum(axis=1, keepdims=True)
    labels = (rng.random(n)[:, None] > true.cumsum(axis=1)).sum(axis=1)
    wrong = np.exp((np.log(true) - bias) * temperature)
    return labels, (wrong / wrong.sum(axis=1, keepdims=True)).astype(np.float32), true


def test_it_recovers_how_sure_and_how_shifted_the_network_is():
    labels, probabilities, true = sample(20_000, 0, temperature=2, bias=(1.5, -1, 0))
    calibration = calibrate(labels, probabilities, np.ones(len(labels)))
    assert calibration.temperature == pytest.approx(2, rel=0.05)
    assert np.abs(calibration.apply(probabilities) - true).mean() < 0.01
    assert calibration.error < 0.02 < 0.1 < calibration.error_before


def test_few_labels_change_little():
    labels, probabilities, _ = sample(20_000, 1)
    few = calibrate(labels[:5], probabilities[:5], np.ones(5))
    assert 0.5 < few.temperature < 2
    assert np.abs(few.bias).max() < 1.5


def test_weights_restore_the_proportions_of_the_sky():
    labels, probabilities, true = sample(60_000, 2)
    drawn = np.where(labels == 0, 1.0, 0.05)  # an audit that took every spectrum of class 0
    taken = np.random.default_rng(3).random(len(labels)) < drawn
    arguments = labels[taken], probabilities[taken]
    assert np.abs(calibrate(*arguments, 1 / drawn[taken]).apply(probabilities) - true).mean() < 0.02
    assert np.abs(calibrate(*arguments, np.ones(taken.sum())).apply(probabilities) - true).mean() > 0.1


def test_an_audit_tells_how_sure_a_network_may_be_of_rare_targets():
    """Most answers are about the targets, most weight is in the bulk; both must hold."""
    rng = np.random.default_rng(7)
    truth = rng.permutation(np.repeat([0, 1, 2], (59_700, 200, 100)))
    centres = 4 * np.array([[0, 0], [1, 0], [0.6, 0.8]])
    squares = ((centres[truth] + rng.normal(size=(len(truth), 2)) - centres[:, None]) ** 2).sum(axis=2).T
    overconfident = softmax(2 * (np.log([597, 2, 1]) - squares / 2), axis=1).astype(np.float32)
    sample = draw(overconfident, (1, 2), 500, rng)
    found = calibrate(truth[sample.rows], overconfident[sample.rows], sample.weight)
    assert found.temperature == pytest.approx(2, rel=0.3)
    before, after = overconfident, found.apply(overconfident)
    for target in (1, 2):
        near = (after[:, target] > 0.05) & (after[:, target] < 0.95)
        right = (truth[near] == target).mean()
        assert abs(after[near, target].mean() - right) < 0.1
        assert after[:, target].sum() == pytest.approx((truth == target).sum(), rel=0.3)
    score = [-np.log(np.maximum(each[np.arange(len(truth)), truth], 1e-12)).sum() for each in (before, after)]
    assert score[1] < 0.85 * score[0]


def test_the_error_is_that_of_labels_not_seen():
    labels, probabilities, _ = sample(40, 4)
    calibration = calibrate(labels, probabilities, np.ones(40))
    seen = calibration_error(labels, calibration.apply(probabilities), np.ones(40))
    assert calibration.error != seen


def test_a_class_without_labels_and_certain_answers_are_no_trouble():
    labels, answers = np.array([0, 1, 0, 1]), np.eye(3, dtype=np.float32)[[0, 1, 0, 0]]
    calibrated = calibrate(labels, answers, np.ones(4)).apply(answers)
    assert np.isfinite(calibrated).all()
    np.testing.assert_allclose(calibrated.sum(axis=1), 1, rtol=1e-5)


def test_the_identity_changes_nothing_and_survives_json():
    probabilities = np.array([[0.2, 0.8]], dtype=np.float32)
    again = Calibration.of_dict(Calibration.identity(2).as_dict())
    assert np.array_equal(again.apply(probabilities), probabilities)


@pytest.mark.parametrize("weights", [[], [0.0], [np.nan], [-1.0]])
def test_labels_without_weight_are_refused(weights):
    with pytest.raises(ParameterError, match="audit"):
        calibrate(np.zeros(len(weights), int), np.full((len(weights), 2), 0.5), weights)


def test_entropy_is_zero_for_certainty_and_log_2_for_a_coin():
    np.testing.assert_allclose(
        entropy(np.array([[1, 0], [0.5, 0.5]], dtype=np.float32)), [0, np.log(2)], atol=1e-5
    )
