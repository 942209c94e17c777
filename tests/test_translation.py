"""Questionnaires in other languages: every text there, none of anything else, and never put on another statement."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from dashboard.cli import rapport
from data import roster
from data.records import Problem
from data.roster import RosterRow
from surveys.questionnaire import BANK, asked, bank, builtin, builtin_ids, choose, from_json, load, to_json
from surveys.translation import beside, labels, languages, of_the_bank, translated
from surveys.translation import load as load_translation

TEAM = """
id = "team"
title = "How is it going in {team}?"

[dimensions]
trust = "Trust"

[[items]]
id = "Q1"
dimension = "trust"
text = "People in {team} keep their word."
"""

GERMAN = """
name = "Deutsch"
reviewed = true
title = "Wie läuft es in {team}?"
rather_not_say = "Lieber nicht"

[scale]
labels = ["Gar nicht", "Eher nicht", "Teils", "Eher", "Voll"]

[dimensions]
trust = "Vertrauen"

[items]
Q1 = "In {team} hält man Wort."
"""


@pytest.fixture
def written(tmp_path):
    def write(german):
        (tmp_path / "team.toml").write_text(TEAM, encoding="utf-8")
        (tmp_path / "team.de.toml").write_text(german, encoding="utf-8")
        return tmp_path / "team.toml"

    return write


# ------------------------------------------------------------------------------------------------------------ the bank


def test_the_bank_is_there_in_german_french_spanish_and_one_language_from_right_to_left():
    assert {"de", "fr", "es"} < set(languages())
    assert [each for each in languages() if of_the_bank(each).direction == "rtl"] == ["ar"]


@pytest.mark.parametrize("language", languages())
def test_every_statement_has_words_of_its_own_in_every_language(language):
    texts = of_the_bank(language)

    assert list(texts.items) == [item.id for item in bank().items]
    assert len(set(texts.items.values())) == 79
    assert not set(texts.items.values()) & {item.text for item in bank().items}


@pytest.mark.parametrize("language", languages())
def test_what_no_native_reader_has_checked_says_so_in_its_language(language):
    texts = of_the_bank(language)

    assert not texts.reviewed
    assert texts.unreviewed
    assert texts.name


def test_a_language_that_is_not_there_names_those_that_are():
    with pytest.raises(Problem, match="The bank is not translated into 'it'"):
        of_the_bank("it")


# ---------------------------------------------------------------------------------------------------- putting it across


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("questionnaire_id", builtin_ids())
def test_what_a_wave_froze_is_shown_whole_in_another_language(language, questionnaire_id):
    frozen = from_json(to_json(asked(choose(builtin(questionnaire_id), ["listening", "cultures"]), 5)))
    shown = translated(frozen, of_the_bank(language))

    assert [item.id for item in shown.items] == [item.id for item in frozen.items]
    assert not {item.text for item in shown.items} & {item.text for item in frozen.items}
    assert [label for _, label in shown.scale.choices()] == list(of_the_bank(language).labels)
    assert [value for value, _ in shown.scale.choices()] == [1, 2, 3, 4, 5]
    assert shown.language == language


def test_a_statement_that_reads_otherwise_than_in_the_bank_is_never_shown_in_the_banks_words():
    frozen = asked(builtin("quarterly"), 0)
    own = replace(frozen, items=(replace(frozen.items[0], text="People here pay their debts."), *frozen.items[1:]))

    assert translated(own, of_the_bank("de")) is None


def test_another_scale_is_never_shown_with_the_banks_labels():
    frozen = asked(builtin("quarterly"), 0)
    own = replace(frozen, scale=replace(frozen.scale, labels=("1", "2", "3", "4", "5")))

    assert translated(own, of_the_bank("de")) is None


# ------------------------------------------------------------------------------------------------------- other people's


def test_a_translation_beside_a_questionnaire_belongs_to_it(written):
    path = written(GERMAN)
    (german,) = beside(path, load(path))
    shown = translated(asked(load(path), 0), german, load(path))

    assert (shown.title, shown.items[0].text) == ("Wie läuft es in {team}?", "In {team} hält man Wort.")
    assert german.unreviewed == ""


def test_another_questionnaire_beside_it_is_not_taken_for_a_translation(written):
    path = written(TEAM)

    assert beside(path, load(path)) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('Q1 = "In {team} hält man Wort."', ""), "team.de.toml, [items]: Q1 is missing"),
        (('Q1 = "In {team} hält man Wort."', 'Q1 = " "'), "[items]: Q1 = ' '. Expected one line of text"),
        (('Q1 = "In {team}', 'Q2 = "x"\nQ1 = "In {team}'), "[items]: 'Q2' is not a known key; known are 'Q1'."),
        (('"In {team} hält', '"In {tem} hält'), "Expected the same {…} as in 'People in {team} keep their word.'"),
        (
            ('title = "Wie läuft es in {team}?"', 'title = "Wie läuft es?"'),
            "title = 'Wie läuft es?'. Expected the same {…}",
        ),
        (('trust = "Vertrauen"', ""), "[dimensions]: trust is missing"),
        (('"Gar nicht", ', ""), "Expected 5 different ones."),
        (('"Gar nicht"', '"Voll"'), "Expected 5 different ones."),
        (("reviewed = true", "reviewed = false"), "unreviewed is missing"),
        (("reviewed = true", 'reviewed = true\ndirection = "up"'), "direction = 'up'. Expected 'ltr' or 'rtl'."),
        (("reviewed = true", "reviewed = true\nrevewed = true"), "Did you mean 'reviewed'?"),
        (("[items]", "[itms]"), "Did you mean 'items'?"),
    ],
)
def test_a_mistake_in_a_translation_is_one_sentence(written, change, sentence):
    broken = GERMAN.replace(*change, 1)
    assert broken != GERMAN
    path = written(broken)

    with pytest.raises(Problem) as problem:
        beside(path, load(path))

    assert sentence in str(problem.value)


def test_a_file_named_after_no_language_is_refused(tmp_path):
    path = tmp_path / "Deutsch.toml"
    path.write_text(BANK.with_name("bank.de.toml").read_text(encoding="utf-8"), encoding="utf-8")

    with pytest.raises(Problem, match=r"language 'Deutsch'\. Expected the code of a language"):
        load_translation(path, bank())


def test_the_command_reads_the_translations_beside_a_file(written):
    good = CliRunner().invoke(rapport, ["questionnaire", "check", str(written(GERMAN))])
    bad = CliRunner().invoke(rapport, ["questionnaire", "check", str(written(GERMAN.replace("Q1", "Q2")))])

    assert "In Deutsch: items 1, reviewed." in good.stdout
    assert "Forms show the statements as team.toml has them" in good.stderr
    assert "a wave does not freeze team.de.toml" in good.stderr
    assert bad.exit_code == 2
    assert "team.de.toml, [items]: 'Q2' is not a known key" in bad.stderr


def test_whoever_opens_a_wave_is_told_that_it_leaves_their_translations_out(written, staffed):
    words = ["wave", "open", "W", "--asks", "pulse", "--closes", "2126-12-11", "--db", str(staffed), "--questionnaire"]

    ours = CliRunner().invoke(rapport, [*words, str(written(GERMAN))])

    assert ours.exit_code == 0
    assert "a wave does not freeze team.de.toml" in ours.stderr


@pytest.fixture
def staffed(desk):
    """A database with eight people and nobody who holds it."""
    rows = [RosterRow(n + 2, f"m{n}", f"Name {n}", f"m{n}@example.org", "Studio") for n in range(8)]
    with desk.store.writing() as db:
        roster.apply(db, roster.plan(roster.teams(db), [], rows))
    desk.close()
    return desk.store.path


def test_the_usual_labels_are_in_the_language_of_the_page_and_other_labels_never(written):
    path = written(GERMAN)
    usual = asked(load(path), 0)
    own = replace(usual, scale=replace(usual.scale, labels=("1", "2", "3", "4", "5")))

    assert labels(usual, "de") == of_the_bank("de").labels
    assert labels(replace(usual, language="fr"), "en") == bank().scale.labels
    assert labels(own, "de") == labels(usual, "it") == ()
