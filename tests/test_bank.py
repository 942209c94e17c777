"""The bank as SCIENCE §2 lists it, and what a wave asks of it when modules are chosen."""

import csv
import re

import pytest

from data.records import Problem
from surveys.questionnaire import asked, bank, builtin, builtin_ids, choose, from_json, key, load, to_json, turns

SENSITIVE = {"K4", "K5", "X2", "X4", "E3"}
OUTCOMES = {"O1", "O2"}

OWN_MODULE = """
id = "team"
title = "How is it going?"

[dimensions]
trust = "Trust"

[modules]
focus = "Focus"

[[items]]
id = "Q1"
dimension = "trust"
text = "People do what they say."

[[items]]
id = "Q2"
dimension = "focus"
text = "I can work without a break when I need to."
"""


@pytest.fixture
def rows(real_data):
    with (real_data.parent / "question_bank.csv").open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def ids(questionnaire):
    return [item.id for item in questionnaire.items]


# -------------------------------------------------------------------------------------------------------- what it holds


def test_the_bank_has_four_dimensions_of_five_fourteen_modules_and_two_outcomes():
    by_dimension = {}
    for item in bank().items:
        by_dimension.setdefault(item.dimension, []).append(item.id)

    assert len(bank().items) == 79
    assert [len(by_dimension[name]) for name in ("trust", "communication", "collaboration", "boundaries")] == [5] * 4
    assert len(bank().modules) == 14
    assert all(3 <= len(by_dimension[module]) <= 5 for module in bank().modules)
    assert set(by_dimension["overall"]) == OUTCOMES


def test_every_statement_is_worded_keyed_and_sourced_as_in_the_published_bank(rows):
    assert ids(bank()) == list(rows)
    for item in bank().items:
        row = rows[item.id]
        sources = row["seeds"].replace("all", "000,001,002,003,004")
        construct = row["informed_by"].removesuffix(" (sensitive: higher reporting threshold)")
        assert (item.text, item.informed_by, ",".join(item.seeds)) == (row["text"], construct, sources)
        assert (item.reverse, item.anchor) == (row["reverse"] == "1", row["role"] == "anchor")
        assert re.sub(r"^Module: | \(.*", "", row["dimension"]) == bank().name_of(item.dimension)


def test_the_sensitive_statements_and_the_outcomes_are_marked_and_no_others():
    assert {item.id for item in bank().items if item.sensitive} == SENSITIVE
    assert {item.id for item in bank().items if item.alone} == OUTCOMES
    assert {item.id for item in bank().items if item.outcome} == OUTCOMES


@pytest.mark.parametrize("questionnaire_id", builtin_ids())
def test_our_questionnaires_take_every_statement_from_the_bank(questionnaire_id):
    assert set(builtin(questionnaire_id).items) <= set(bank().items)


# ------------------------------------------------------------------------------------------------------------- modules


def test_no_module_is_asked_unless_it_is_chosen():
    for number in range(4):
        for questionnaire_id in builtin_ids():
            dimensions = asked(builtin(questionnaire_id), number).dimensions
            assert not set(dimensions) & set(bank().modules)


def test_the_long_form_asks_chosen_modules_in_full_before_the_outcomes():
    form = asked(choose(builtin("quarterly"), ["listening", "tone"]), 0)

    assert ids(form)[20:] == ["AL1", "AL2", "AL3", "AL4", "P1", "P2", "P3", "O1", "O2"]
    assert list(form.dimensions)[-2:] == ["listening", "tone"]
    assert not any(item.alone for item in form.items if item.id not in OUTCOMES)


def test_the_long_form_takes_three_modules_and_not_four():
    three = ["listening", "tone", "support"]

    assert len(choose(builtin("quarterly"), three).items) == 20 + 4 + 3 + 4 + 2
    with pytest.raises(Problem, match="expected up to 3 in a wave of 'quarterly'"):
        choose(builtin("quarterly"), [*three, "remote"])


def test_a_module_named_twice_is_asked_once():
    assert choose(builtin("quarterly"), ["tone", "tone"]) == choose(builtin("quarterly"), ["tone"])


def test_a_pulse_asks_one_statement_more_of_each_chosen_module_in_turn():
    pulse = choose(builtin("pulse"), ["listening", "tone"])
    last = [asked(pulse, number).items[-1] for number in range(7)]

    assert [item.id for item in last] == ["AL1", "P1", "AL2", "P2", "AL3", "P3", "AL1"]
    assert all(len(asked(pulse, number).items) == 9 for number in range(7))
    assert turns(pulse) == 6


def test_the_one_statement_of_a_module_in_a_pulse_makes_no_score():
    """A score needs k answers and a single statement eight: a dimension of one statement would go around that."""
    pulse = choose(builtin("pulse"), list(bank().modules))

    assert {item.id for number in range(turns(pulse)) for item in asked(pulse, number).items if not item.alone} == {
        f"{letter}{place}" for letter in "TCLB" for place in range(1, 5)
    }


def test_a_pulse_never_asks_a_reverse_keyed_statement_of_a_module():
    every = choose(builtin("pulse"), list(bank().modules))

    assert not any(item.reverse for item in every.items)


@pytest.mark.parametrize("questionnaire_id", builtin_ids())
def test_a_sensitive_statement_is_counted_by_itself_wherever_it_is_asked(questionnaire_id):
    form = choose(builtin(questionnaire_id), ["empathy", "cultures", "conflict"])
    met = {item.id: item for number in range(turns(form)) for item in asked(form, number).items}
    scored = set(key(form).dropna()["item"])

    assert met.keys() >= {"E3", "X2"}
    assert all(met[item].alone for item in met.keys() & SENSITIVE)
    assert not scored & SENSITIVE


def test_what_a_wave_with_modules_asks_is_kept_whole_and_read_back_unchanged():
    for questionnaire_id in builtin_ids():
        form = asked(choose(builtin(questionnaire_id), ["listening", "conflict"]), 3)
        assert from_json(to_json(form)) == form


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("listning", r"There is no module 'listning'\. Did you mean 'listening'\?"),
        ("Recognition", r"There is no module 'Recognition'\. Did you mean 'recognition'\?"),
        ("xyzzy", r"There is no module 'xyzzy'\. Known are 'empathy', 'listening',"),
        ("trust", r"Module 'trust': questionnaire 'quarterly' asks it already\."),
    ],
)
def test_a_module_that_cannot_be_is_one_sentence(name, sentence):
    with pytest.raises(Problem, match=sentence):
        choose(builtin("quarterly"), [name])


def test_a_questionnaire_may_have_modules_of_its_own(tmp_path):
    (tmp_path / "team.toml").write_text(OWN_MODULE)
    team = load(tmp_path / "team.toml")

    assert ids(asked(team, 0)) == ["Q1"]
    assert ids(asked(choose(team, ["focus", "tone"]), 0)) == ["Q1", "Q2", "P1", "P2", "P3"]


def test_a_statement_of_ones_own_with_the_id_of_a_modules_is_refused(tmp_path):
    (tmp_path / "team.toml").write_text(OWN_MODULE.replace('"Q1"', '"P1"'))

    with pytest.raises(Problem, match="item 'P1' is there 2 times"):
        choose(load(tmp_path / "team.toml"), ["tone"])


def test_a_questionnaire_of_sensitive_statements_only_has_no_score(tmp_path):
    (tmp_path / "team.toml").write_text('id = "team"\ntitle = "How?"\nitems = ["K4", "K5"]\n')

    assert key(asked(load(tmp_path / "team.toml"), 0))["dimension"].isna().all()
