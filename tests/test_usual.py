"""Answers go the short way where the wave is the usual one, and end in the right box where it is not."""

import pytest
from asking import CLOSES, WAVE, ask, client, codes_of

from data import waves
from surveys import ballots, opening
from surveys.pulse_link import PulseLink
from surveys.questionnaire import builtin
from surveys.submission import Submission


def pulses(desk, name=WAVE):
    return [pulse for pulse, _ in codes_of(desk, name).values()]


def answered(forms, code, value):
    return forms.post("/p", data={"code": code, "answers": "1", "T1": str(value)}).status_code


def held(desk, name):
    """What was answered in a wave, opened with its key."""
    with desk.store.reading() as db:
        wave = waves.wave(db, name)
        rows = db.execute("SELECT sealed FROM box JOIN ballot USING (nullifier) WHERE wave_id = ?", [wave.wave_id])
        boxes = [sealed for (sealed,) in rows.fetchall()]
    private = desk.keys.read(wave.wave_id)["box"]
    return sorted(Submission.from_bytes(ballots.unseal(private, sealed)).answers["T1"] for sealed in boxes)


@pytest.fixture
def looked_up(monkeypatch):
    """How many links were looked up each time."""
    find, times = PulseLink.find, []
    monkeypatch.setattr(PulseLink, "find", lambda desk, secrets: times.append(len(secrets)) or find(desk, secrets))
    return times


def test_only_the_first_answers_of_a_wave_have_their_link_looked_up(desk, looked_up):
    ask(desk, asks="pulse")
    forms = client(desk)

    assert [answered(forms, code, value) for value, code in enumerate(pulses(desk)[:4], start=1)] == [303] * 4
    assert (held(desk, WAVE), looked_up) == ([1, 2, 3, 4], [1])


def test_answers_of_the_next_wave_are_sealed_for_that_one(desk):
    ask(desk, asks="pulse")
    forms = client(desk)
    assert answered(forms, pulses(desk)[0], 2) == 303
    with desk.store.writing() as db:
        waves.set_state(db, waves.wave(db, WAVE).wave_id, "closed")
    opening.open_wave(desk, "Next", asks="pulse", questionnaire=builtin("pulse"), closes=CLOSES)

    assert [answered(forms, code, 5) for code in pulses(desk, "Next")[:3]] == [303] * 3

    assert (held(desk, WAVE), held(desk, "Next")) == ([2], [5, 5, 5])


def test_a_mistake_comes_back_with_everything_filled_in_though_the_link_was_not_looked_up_yet(desk):
    ask(desk, asks="pulse")
    forms = client(desk)
    first, second = pulses(desk)[:2]

    assert answered(forms, first, 3) == 303
    assert answered(forms, second, 9) == 422
    assert held(desk, WAVE) == [3]


def test_a_code_that_nobody_has_is_unknown_after_others_answered_too(desk):
    ask(desk, asks="pulse")
    forms = client(desk)

    assert answered(forms, pulses(desk)[0], 3) == 303
    assert answered(forms, ballots.code(bytes(16)), 3) == 404
    assert held(desk, WAVE) == [3]


def test_a_wave_that_reached_its_end_is_over_on_the_short_way_too(desk, clock):
    ask(desk, asks="pulse")
    forms = client(desk)
    assert answered(forms, pulses(desk)[0], 3) == 303

    clock.now = CLOSES

    assert answered(forms, pulses(desk)[1], 3) == 410
    assert held(desk, WAVE) == [3]
