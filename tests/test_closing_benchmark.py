"""The benchmark of the close: that its claims follow from what was measured. `make close` runs it."""

import sys

import pytest
from conftest import REPOSITORY

sys.path.insert(0, str(REPOSITORY))

from benchmarks import closing


def broken(**measured) -> list[str]:
    given = {"people": 9, "seconds": 60.0, "steps": {}, "megabytes": 2000.0, "plain": 1.0, "counted": 9}
    return [one.claim for one in closing.bounds(closing.Results(**(given | measured))) if not one.holds]


def test_every_claim_holds_of_a_quick_and_small_close():
    assert broken() == []


@pytest.mark.parametrize(
    ("measured", "claim"),
    [
        ({"seconds": 61.0}, "minute"),
        ({"megabytes": 2001.0}, "2 GB"),
        ({"counted": 8}, "once"),
        ({"counted": 10}, "once"),
    ],
)
def test_a_slow_large_or_wrong_close_breaks_its_claim(measured, claim):
    [said] = broken(**measured)
    assert claim in said


def test_it_closes_a_small_organization_and_counts_everybody(capsys):
    assert closing.main(["--quick"]) == 0
    assert "2,000 of 2,000" in capsys.readouterr().out
