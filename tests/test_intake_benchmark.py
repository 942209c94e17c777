"""The benchmark of the intake: that its claims follow from what was measured. `make intake` runs it."""

import sys

import pytest
from conftest import REPOSITORY, full, in_a_thread

sys.path.insert(0, str(REPOSITORY))

from benchmarks import intake

FAST, SLOW = (intake.Taken(1.0, [milliseconds] * rate) for milliseconds, rate in ((100.0, 500), (600.0, 100)))


def broken(**measured) -> list[str]:
    given = {"syncs": 700.0, "ours": [FAST] * 3, "rival": [SLOW] * 3, "beside": FAST, "drawn": 9}
    return [one.claim for one in intake.bounds(intake.Results(**(given | measured))) if not one.holds]


def test_every_claim_holds_of_a_quick_intake():
    assert broken() == []


@pytest.mark.parametrize(
    ("measured", "claim"),
    [
        ({"ours": [intake.Taken(1.0, [100.0] * 399)] * 3, "rival": [intake.Taken(1.0, [600.0] * 50)] * 3}, "400"),
        ({"rival": [intake.Taken(1.0, [300.0] * 130)] * 3}, "four times"),
        ({"beside": SLOW}, "300 ms"),
    ],
)
def test_a_slow_intake_breaks_its_claim(measured, claim):
    [said] = broken(**measured)
    assert claim in said


def test_a_rate_counts_answers_and_the_slowest_are_those_at_the_end():
    taken = intake.Taken(2.0, [float(at) for at in range(1, 101)])
    assert taken.rate == 50
    assert taken.slowest(0.99) == pytest.approx(99, abs=1)


@pytest.mark.skipif(not full, reason="a minute of servers; RAPPORT_FULL=1 runs it")
def test_it_runs(capsys):
    assert in_a_thread(intake.main, ["--quick"]) == 0
    assert "WHAT RAPPORT CLAIMS" in capsys.readouterr().out
