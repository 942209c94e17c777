"""A killed server loses nothing that it acknowledged, and the check finds what is lost. `make kills` runs more."""

import sys
from dataclasses import replace
from functools import partial

import pytest
from conftest import REPOSITORY, full, in_a_thread

sys.path.insert(0, str(REPOSITORY))

from benchmarks import answering, kills

KILL = kills.Kill(acknowledged=200, on_their_way=16, lost=0, twice=0)
RESTART = kills.Restart(seconds=1.5, processor=1.4)
RUN = kills.Run([KILL] * 3, [RESTART] * 2, told=270, counted=270)
A, B, C = (bytes([at]) * 32 for at in range(3))


def broken(*of_one_kill, rival: int = 5, **of_the_run) -> list[str]:
    changed = replace(RUN, kills=[KILL, *of_one_kill], **of_the_run)
    found = kills.Results(changed, kills.Run([replace(KILL, lost=rival)], [], told=270, counted=260))
    return [one.claim for one in kills.bounds(found) if not one.holds]


def test_every_claim_holds_where_nothing_is_lost():
    assert broken(KILL) == []


@pytest.mark.parametrize(
    ("kill", "run", "claim"),
    [
        (replace(KILL, lost=1), {}, "acknowledged is lost"),
        (replace(KILL, twice=1), {}, "two boxes"),
        (KILL, {"restarts": [RESTART, replace(RESTART, seconds=2.0)]}, "less than 2 s"),
        (KILL, {"counted": 269}, "counts everybody"),
        (KILL, {"counted": 271}, "counts everybody"),
        (KILL, {"rival": 0}, "rival loses"),
    ],
)
def test_one_kill_in_which_something_went_wrong_breaks_its_claim(kill, run, claim):
    [said] = broken(kill, **run)
    assert claim in said


@pytest.mark.parametrize(
    ("found", "lost", "twice"),
    [
        ([(A, 1), (B, 4)], 0, 0),
        ([(A, 1), (B, 2), (C, 5)], 0, 0),
        ([(B, 4)], 1, 0),
        ([(A, 1), (B, 3)], 1, 0),
        ([(A, 1), (B, 4), (b"nobody", 6)], 1, 0),
        ([(A, 1), (B, 4), (B, 2)], 0, 1),
    ],
    ids=["the newer arrived", "it did not", "none kept", "an older one", "from nobody", "two boxes"],
)
def test_kept_must_be_what_was_acknowledged_or_what_was_on_its_way(found, lost, twice):
    told = answering.Told({}, kept={A: 1, B: 2}, sent={A: 1, B: 4, C: 5})

    assert kills.compared(told, found) == (lost, twice)


@pytest.mark.parametrize("number", [1, 4, 5, 123_456_789])
def test_a_number_is_read_back_from_the_choices_it_was_written_as(number):
    assert answering.number(answering.written(number)) == number


@pytest.mark.usefixtures("counting_here")
def test_a_killed_server_loses_nothing_and_one_that_acknowledges_too_early_is_found_out(tmp_path):
    ours = in_a_thread(partial(kills.run, tmp_path / "ours", kills.OURS, kills=2, people=60))
    rival = in_a_thread(partial(kills.run, tmp_path / "rival", ("-c", kills.TOO_EARLY), kills=3, people=60))

    assert ours.total("acknowledged") > 0
    assert (ours.total("lost"), ours.total("twice")) == (0, 0)
    assert ours.counted == ours.told
    assert rival.total("lost") > 0


@pytest.mark.skipif(not full, reason="minutes of servers; RAPPORT_FULL=1 runs it")
def test_it_runs(capsys):
    in_a_thread(kills.main, ["--kills", "20"])
    failed = [line for line in capsys.readouterr().out.splitlines() if "DOES NOT HOLD" in line]
    assert [line for line in failed if "restart" not in line] == []  # other tests may slow a start down
