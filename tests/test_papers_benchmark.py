"""The benchmark of reports: that its claims follow from what was measured. `make papers` runs it."""

import sys

import pytest
from conftest import REPOSITORY, full, in_a_thread

sys.path.insert(0, str(REPOSITORY))

from benchmarks import papers


def broken(**measured) -> list[str]:
    given = {"teams": 1000, "every": 300.0, "one": [1.0] * 3, "printed": [1.0] * 3}
    return [one.claim for one in papers.bounds(papers.Results(**(given | measured))) if not one.holds]


def test_every_claim_holds_of_quick_reports():
    assert broken() == []


@pytest.mark.parametrize(
    ("measured", "claim"),
    [
        ({"every": 301.0}, "300 s"),
        ({"teams": 999, "every": 300.0}, "300 s"),
        ({"one": [0.1, 1.1, 1.1]}, "within a second"),
        ({"printed": [0.3, 0.3, 9.0]}, "browser"),
    ],
)
def test_slow_reports_break_their_claim(measured, claim):
    [said] = broken(**measured)
    assert claim in said


@pytest.mark.skipif(not full, reason="a minute of made-up waves and a browser; RAPPORT_FULL=1 runs it")
def test_it_runs(capsys):
    assert in_a_thread(papers.main, ["--quick"]) == 0
    assert "WHAT RAPPORT CLAIMS" in capsys.readouterr().out
