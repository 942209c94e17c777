"""Who has few ties while some are silent, beside other ways to say so: benchmarks/silence.py prints the tables."""

import subprocess
import sys

import numpy as np
import pytest
from companies import members, ties
from conftest import REPOSITORY, full

sys.path.insert(0, str(REPOSITORY))

from analytics import network
from analytics.adjacency import matrices
from benchmarks import silence

needs_networks = pytest.mark.skipif(not silence.REAL.exists(), reason="needs the real networks")


@pytest.fixture(scope="module")
def found():
    """Few draws, so that only what is far apart is told apart."""
    return silence.measure(silence.NETWORKS.values(), silence.QUICK, 7)


@needs_networks
@pytest.mark.skipif(not full, reason="two minutes; RAPPORT_FULL=1 runs it")
def test_everything_that_rapport_claims_holds_with_many_draws():
    both = [silence.measure(each.values(), silence.FULL, 7) for each in (silence.NETWORKS, silence.OTHERS)]

    assert [one for one in silence.bounds(*both) if not one.holds] == []


@needs_networks
def test_few_claims_are_false_and_many_more_are_made_than_by_the_rate_between_teams(found):
    for ways in found.values():
        ours, theirs = ways["Rapport"], ways["rate between two teams"]
        assert ours.false <= 0.15
        assert ours.found > 0.5
        assert ours.found > 1.5 * theirs.found
        assert ours.off < 0.1


@needs_networks
def test_every_way_and_every_claim_stands_in_the_tables(found):
    printed = "\n".join(silence.report(found, found))

    assert all(printed.count(f"\n  {name} ") == 8 for name in silence.WAYS)
    assert all(one.claim in printed for one in silence.bounds(found, found))


def test_rivals_give_what_can_be_reckoned_by_hand():
    # x: a, b answered, c is silent; a named b. One of four names inside x, none of four to y, where d answered.
    m = matrices(network.graph(members({"a": "x", "b": "x", "c": "x", "d": "y"}), ties(("a", "b"))))
    answered = np.array([True, True, False, True])
    inside, between = 1.5 / 5, 0.5 / 6

    assert silence.between_teams(m, answered)[0] == pytest.approx(1.5 / (4 + 0.5 / inside))
    assert silence.between_teams(m, answered)[3] == pytest.approx(0.5 / (2 + 0.5 / between))
    assert silence.leave_one_out(m, answered) == pytest.approx(1.5 / (1 + 2 * 2 + 1))


def test_the_command_says_what_it_can_do():
    command = [sys.executable, "benchmarks/silence.py", "--help"]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    assert "--quick" in run.stdout
