"""Backups made while people answer hold what was acknowledged before they began. `make backups` makes a hundred."""

import sys
from dataclasses import replace

import pytest
from conftest import REPOSITORY, full, in_a_thread

sys.path.insert(0, str(REPOSITORY))

from benchmarks import answering, backups

COPY = backups.Copy(seconds=0.5, meanwhile=40, acknowledged=500, missing=0)
A, B = (bytes([at]) * 32 for at in range(2))


def broken(*backed_up: backups.Copy) -> list[str]:
    spoilt = replace(COPY, missing=None)
    found = backups.Results([COPY, *backed_up], with_log=[spoilt], alone=[replace(COPY, missing=9)])
    return [one.claim for one in backups.bounds(found) if not one.holds]


def test_every_claim_holds_of_whole_backups_whatever_becomes_of_other_copies():
    assert broken(COPY) == []


@pytest.mark.parametrize(
    ("copy", "claim"),
    [
        (replace(COPY, missing=None), "each is restored"),
        (replace(COPY, missing=1), "holds every answer"),
        (replace(COPY, meanwhile=0), "while it is made"),
    ],
)
def test_one_backup_that_is_not_whole_breaks_its_claim(copy, claim):
    [said] = broken(COPY, copy)
    assert claim in said


@pytest.mark.parametrize(
    ("found", "missing"),
    [
        ([(A, 3), (B, 4)], 0),
        ([(A, 9), (B, 4), (b"later", 5)], 0),
        ([(A, 2), (B, 4)], 1),
        ([(B, 4)], 1),
        ([], 2),
    ],
    ids=["the same", "later ones", "an older one", "none of one", "none"],
)
def test_a_copy_lacks_whoever_has_no_answer_in_it_or_an_older_one(found, missing):
    assert backups.missing({A: 3, B: 4}, found) == missing


def test_what_was_acknowledged_is_taken_down_before_the_copy_begins():
    told = answering.Told({}, kept={A: 1}, acknowledged=1)

    def copy() -> None:
        told.kept[A], told.acknowledged = 2, 2

    assert backups.timed(told, copy)[1:] == (1, {A: 1})


def test_a_backup_beside_people_who_answer_is_restored_and_holds_all_that_they_were_told():
    [copy] = backups.measure(backups=1, people=200).backups

    assert copy.missing == 0
    assert copy.acknowledged > 0


@pytest.mark.skipif(not full, reason="minutes of copies; RAPPORT_FULL=1 runs it")
def test_it_runs(capsys):
    assert in_a_thread(backups.main, ["--backups", "10"]) == 0
    assert "WHAT RAPPORT CLAIMS" in capsys.readouterr().out
