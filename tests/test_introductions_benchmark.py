"""Rapport's ranking of pairs beside its rivals on real networks; `make introductions` prints the tables."""

import subprocess
import sys

import numpy as np
import pytest
from conftest import REPOSITORY, full

sys.path.insert(0, str(REPOSITORY))

from analytics import rivals
from benchmarks import introductions, later_ties


@pytest.fixture(scope="module")
def found():
    if not later_ties.DATA.exists():
        pytest.skip(f"no real data at {later_ties.DATA}")
    return introductions.measure(introductions.QUICK, 7)


@pytest.mark.skipif(not full, reason="some minutes; RAPPORT_FULL=1 runs it")
def test_everything_that_rapport_claims_holds_on_all_five_organizations(real_data):
    found = introductions.measure(introductions.FULL, 7, real_data)

    assert [one for one in introductions.bounds(found) if not one.holds] == []


def test_the_small_organizations_are_read_as_in_the_research(found):
    read = [one for one in introductions.bounds(found) if "SCIENCE.md" in one.claim]

    assert len(read) == 2
    assert all(one.holds for one in read), read


def test_open_pairs_and_new_ties_are_as_many_as_in_the_research(real_data):
    published = {
        ("Kapferer", "work"): (39, 665, 67),
        ("Kapferer", "social"): (39, 583, 120),
        ("EIES", "t1>t2"): (48, 1014, 45),
        ("Burkhardt-Brass", "w1>w2"): (73, 2294, 102),
        ("Burkhardt-Brass", "w4>w5"): (73, 2297, 102),
        ("InVS15", "week 1>2"): (217, 21754, 649),
        ("EU e-mail", "H1>H2"): (610, 183731, 1092),
    }
    counted = {
        (one.organization, one.name): (len(one.ties_only.heard), len(one.ties_only.pairs), one.ties_only.later.sum())
        for one in later_ties.five(real_data)
    }

    assert {name: counted[name] for name in published} == published


def test_what_else_was_asked_is_from_the_same_wave_or_before(real_data):
    """Burkhardt's second transition knows of the third wave only who came to be tied."""
    second = list(later_ties.burkhardt_brass(real_data))[1]
    contact, tied = second.asked.contact.toarray(), second.asked.tied.toarray()

    assert (contact[tied > 0] >= np.log1p(3)).all()
    unheard_of = contact[second.ties_only.pairs.a, second.ties_only.pairs.b] == 0
    assert second.ties_only.later[unheard_of].any()  # ties that nothing before spoke of are not spoken of


def test_every_method_and_every_claim_stands_in_the_tables(found):
    printed = "\n".join(introductions.report(found))

    for name in (rivals.REFERENCE, rivals.STACKED, "random", "SVD", "ALS", introductions.TIES, introductions.ASKED):
        assert printed.count(f"  {name} ") >= 4, name
    assert "HIDDEN TIES, AUC: recovers unreported ties, not future ones" in printed
    assert all(one.claim in printed for one in introductions.bounds(found))


def test_a_claim_that_does_not_hold_is_said(found):
    worse = found.five.copy()
    worse.loc[worse["method"] == introductions.ASKED, ["auc", "beyond_high"]] = (0.6, -0.01)
    poor = introductions.Results(worse, found.others, found.hidden, found.slopes)

    printed = "\n".join(introductions.report(poor))

    assert "DOES NOT HOLD  Rapport, with what else was asked: mean AUC" in printed
    assert "NOT MET" in printed


def test_the_tables_say_loudly_that_real_networks_are_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(introductions, "DATA", tmp_path / "nowhere")

    assert introductions.main(["--quick"]) == 0
    assert introductions.main([]) == 2
    assert "NO REAL DATA" in capsys.readouterr().out


def test_the_command_starts_from_its_own_folder():
    command = [sys.executable, "introductions.py", "--help"]
    run = subprocess.run(command, cwd=REPOSITORY / "benchmarks", capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    assert "--quick" in run.stdout
