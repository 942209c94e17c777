"""What goes with how it is overall: the interval, how many were looked at, and how seldom it is wrong."""

import numpy as np
import pytest
from scipy import stats

from analytics import drivers


def test_the_interval_of_a_single_correlation_is_that_of_scipy():
    random = np.random.default_rng(2)
    one = random.normal(size=150)
    other = one + random.normal(size=150)
    expected = stats.pearsonr(one, other)
    found = drivers.goes_with(float(expected.statistic), 150, 1)
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval()))


def test_the_more_are_looked_at_the_wider_the_interval():
    alone, among = (drivers.goes_with(0.5, 103, looked_at) for looked_at in (1, 40))
    assert among.low < alone.low < alone.high < among.high
    assert among.high == pytest.approx(float(np.tanh(np.arctanh(0.5) + stats.norm.ppf(1 - 0.05 / 80) / 10)))


def test_a_certain_but_small_correlation_is_not_worth_telling():
    assert not drivers.goes_with(0.15, 100_000, 1).worth_telling
    assert drivers.goes_with(0.25, 100_000, 1).worth_telling


def test_a_large_correlation_of_few_people_is_not_worth_telling_among_many():
    assert drivers.goes_with(0.4, 103, 1).worth_telling
    assert not drivers.goes_with(0.4, 103, 40).worth_telling


def test_nothing_is_worth_telling_against_the_outcome():
    assert not drivers.goes_with(-0.8, 500, 1).worth_telling


def test_two_answers_that_are_always_the_same_have_a_correlation_too():
    found = drivers.goes_with(1.0, 200, 10)
    assert found.worth_telling
    assert found.high <= 1


@pytest.mark.parametrize(("value", "people", "looked_at"), [(0.5, 3, 1), (0.5, 100, 0), (1.2, 100, 1)])
def test_what_cannot_be_a_correlation_is_refused(value, people, looked_at):
    with pytest.raises(ValueError, match=r"correlation"):
        drivers.goes_with(value, people, looked_at)


def test_of_forty_that_go_by_the_smallest_effect_one_survey_in_twenty_tells_of_any():
    """2,000 surveys of 200 people and forty statements that correlate .2 with the outcome, each by itself."""
    random = np.random.default_rng(11)
    many, people = 2000, 200
    outcome = random.normal(size=(many, people))
    wrong = np.zeros(many, dtype=bool)
    for _ in range(40):
        item = 0.2 * outcome + np.sqrt(0.96) * random.normal(size=(many, people))
        centred = [each - each.mean(axis=1, keepdims=True) for each in (item, outcome)]
        spread = np.sqrt((centred[0] ** 2).sum(axis=1) * (centred[1] ** 2).sum(axis=1))
        found = (centred[0] * centred[1]).sum(axis=1) / spread
        needed = next(r for r in np.arange(0.2, 0.9, 0.001) if drivers.goes_with(r, people, 40).worth_telling)
        wrong |= found >= needed
    assert wrong.mean() < 0.05
    assert wrong.mean() > 0.002
