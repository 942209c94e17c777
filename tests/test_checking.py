"""What the checker says of wording, and our reading grades beside those of the published bank."""

import csv
from statistics import mean

import pytest
from click.testing import CliRunner

from dashboard.cli import rapport
from surveys.checking import expected_reliability, grade, notices, syllables, wording
from surveys.questionnaire import bank, builtin, load
from surveys.translation import languages, of_the_bank

BAD = """
id = "bad"
title = "How is it going?"

[dimensions]
trust = "Trust"

[[items]]
id = "Q1"
dimension = "trust"
text = "My lead is fair and listens."

[[items]]
id = "Q2"
dimension = "trust"
text = "I don't hide my mistakes."
"""


@pytest.fixture
def rows(real_data):
    with (real_data.parent / "question_bank.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "bad.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


# ------------------------------------------------------------------------------------------------------------ our bank


def test_the_bank_passes_but_for_two_reversed_statements_of_one_module():
    """SCIENCE §2.2 gives the module on conflict two, K4 and K5; both are sensitive, and not asked for now."""
    assert notices(bank()) == [
        "dimension 'conflict': K4, K5 are reverse-keyed. Expected one at most: about one in five people misread them."
    ]


@pytest.mark.parametrize("questionnaire_id", ["pulse", "quarterly"])
def test_our_questionnaires_pass_without_a_notice(questionnaire_id):
    assert notices(builtin(questionnaire_id)) == []


@pytest.mark.parametrize("language", languages())
def test_no_statement_is_too_long_in_another_language(language):
    assert wording(of_the_bank(language).items, language) == []


def test_our_bank_reads_at_grade_three_none_above_eight_and_thirteen_words_at_most():
    """The figures of SCIENCE §2.1."""
    grades = [grade(item.text) for item in bank().items]

    assert mean(grades) == pytest.approx(3.0, abs=0.05)
    assert max(grades) < 8
    assert max(len(item.text.split()) for item in bank().items) == 13


def test_our_reading_grades_are_those_of_the_published_bank_to_a_syllable(rows):
    """The column `fk` comes from another counter, which hears three syllables in 'teammates' and one in 'going'."""
    for row in rows:
        words = int(row["words"])
        assert abs(grade(row["text"]) - float(row["fk"])) < 11.8 / words + 0.06, row["text"]
    same = [abs(grade(row["text"]) - float(row["fk"])) < 0.06 for row in rows]
    assert sum(same) >= 65
    assert mean(float(row["fk"]) for row in rows) == pytest.approx(mean(grade(row["text"]) for row in rows), abs=0.15)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *[(word, 1) for word in "I do time choice asked works phones".split()],
        *[
            (word, 2)
            for word in "people people's teammates something going doing conflict senior useful wanted".split()
        ],
        *[(word, 3) for word in "ideas admitted understood together disagree".split()],
        *[(word, 4) for word in "information interrupted professional responsible".split()],
    ],
)
def test_syllables_are_counted_as_a_dictionary_divides_them(word, count):
    assert syllables(word) == count


# ----------------------------------------------------------------------------------------------------- what it notices


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("My lead is fair and listens.", "'and' may join two statements"),
        ("I trust my lead or my team.", "'or' may join two statements"),
        ("Meetings are short/useful.", "'/' may join two statements"),
        ("We do not gossip.", "'not' makes disagreeing a double negation"),
        ("I never feel alone.", "'never' makes disagreeing"),
        ("People don't gossip.", "'don't' makes disagreeing"),
        ("People don’t gossip.", "'don’t' makes disagreeing"),
        ("Our team is obviously good.", "'obviously' says what is expected"),
        ("Do you trust your lead?", "a question cannot be agreed with"),
        ("I know " + "who to ask " * 7 + "here.", "24 words are long. Expected up to 20"),
        ("Interdepartmental communication facilitates organizational effectiveness.", "reading grade"),
    ],
)
def test_a_statement_worth_another_look_is_named_with_the_reason(text, sentence):
    assert any(sentence in notice for notice in wording({"Q1": text}, "en"))


@pytest.mark.parametrize(
    "text", ["I can say no when I am at my limit.", "I can stop work without worry.", "We brand our handouts.", "Fine."]
)
def test_words_that_only_look_alike_are_left_in_peace(text):
    assert wording({"Q1": text}, "en") == []


def test_in_another_language_only_the_length_is_looked_at():
    assert wording({"Q1": "Not and never, or always obviously?"}, "de") == []
    assert wording({"Q1": "wort " * 21}, "de") == [
        "item 'Q1': 21 words are long. Expected up to 20, to be read once on a phone."
    ]


def test_a_dimension_of_two_statements_is_told_what_reliability_it_can_reach(written):
    (sentence,) = [notice for notice in notices(load(written(BAD))) if notice.startswith("dimension")]

    assert "2 statements can be expected to reach a reliability of 0.67, 3 of 0.75 (Spearman–Brown" in sentence


def test_an_id_of_the_bank_under_another_name_is_told(written):
    named = BAD.replace('trust = "Trust"', 'trust = "Confidence"')

    assert named != BAD
    [told] = [each for each in notices(load(written(named))) if "is called" in each]
    assert told.startswith("dimension 'trust' is called 'Confidence' here and 'Trust' in the bank. Figures of one id")
    assert not [each for each in notices(load(written(BAD))) if "is called" in each]
    assert not [each for each in notices(load(written('language = "de"' + named))) if "is called" in each]


def test_reliability_grows_as_the_formula_says():
    """SCIENCE §2.3 for r = 0.5: one statement .50, two .67, three .75, four .80, five .83."""
    expected = [expected_reliability(items) for items in range(1, 6)]

    assert expected == pytest.approx([0.50, 0.67, 0.75, 0.80, 0.83], abs=0.005)


# --------------------------------------------------------------------------------------------------------- the command


def check(path):
    return CliRunner().invoke(rapport, ["questionnaire", "check", str(path)])


def test_the_command_prints_notices_and_ends_well(written):
    result = check(written(BAD))

    assert result.exit_code == 0
    assert "No mistake found" in result.stdout
    assert "bad.toml, item 'Q1': 'and' may join two statements." in result.stderr
    assert "bad.toml, item 'Q2': 'don't' makes disagreeing a double negation" in result.stderr


def test_the_command_says_which_statements_are_sensitive(written):
    result = check(written(BAD.replace('id = "Q2"', 'id = "Q2"\nsensitive = true')))

    assert "Sensitive, so counted by themselves and shown from ten answers: Q2." in result.stderr


def test_the_command_ends_with_a_mistake_where_there_is_one(written):
    result = check(written(BAD.replace('dimension = "trust"', 'dimension = "thrust"', 1)))

    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "Did you mean 'trust'?" in result.stderr
