from dataclasses import replace

import pytest

from data.records import Problem
from surveys import submission
from surveys.questionnaire import asked, builtin, builtin_ids, choose, from_json, key, load, outcomes, to_json, turns

CORE = ["trust", "communication", "collaboration", "boundaries"]

TEAM = """
id = "team"
title = "How is it going?"

[dimensions]
trust = "Trust"

[[items]]
id = "T1"
dimension = "trust"
text = "People do what they say."
"""

ARMY = """
id = "army"
title = "Leadership in the company"

[dimensions]
leadership = "Leadership"
""" + "".join(
    f'[[items]]\nid = "{item}"\ndimension = "leadership"\ntext = "Statement {item}."\n'
    for item in "AF06 AF07 AP12 AP17 AP33 AP34 AS14 AS15 AS16 AS17 AS28".split()
)


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "team.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_long_form_asks_five_statements_of_each_of_four_dimensions_and_two_outcomes():
    quarterly = builtin("quarterly")

    assert list(quarterly.dimensions) == [*CORE, "overall"]
    assert [(item.id, item.alone) for item in quarterly.items if item.dimension == "overall"] == [
        ("O1", True),
        ("O2", True),
    ]
    for dimension in CORE:
        items = [item for item in quarterly.items if item.dimension == dimension]
        assert [item.anchor for item in items] == [True, False, False, False, False]
        assert [item.reverse for item in items] == [False, False, False, False, True]
    assert quarterly.comment


@pytest.mark.parametrize(("wave", "turn"), [(0, "2"), (1, "3"), (2, "4"), (3, "2")])
def test_a_pulse_asks_its_anchors_and_one_more_of_each_dimension_in_turn(wave, turn):
    items = [item.id for item in asked(builtin("pulse"), wave).items]

    assert items == ["T1", "C1", "L1", "B1", f"T{turn}", f"C{turn}", f"L{turn}", f"B{turn}"]


def test_a_pulse_never_asks_a_reverse_keyed_statement():
    assert not any(item.reverse for item in builtin("pulse").items)


def test_a_questionnaire_that_does_not_rotate_is_asked_as_it_is_in_every_wave():
    assert asked(builtin("quarterly"), 7) == builtin("quarterly")


def test_what_a_wave_asks_does_not_rotate_any_more():
    once = asked(builtin("pulse"), 1)

    assert asked(once, 2) == once


@pytest.mark.parametrize("questionnaire_id", builtin_ids())
def test_a_wave_keeps_its_questions_as_json_and_reads_them_back_unchanged(questionnaire_id):
    questionnaire = asked(builtin(questionnaire_id), 2)

    assert from_json(to_json(questionnaire)) == questionnaire


def test_the_key_says_how_each_item_is_scored():
    frame = key(builtin("quarterly")).set_index("item")

    assert frame.loc["T5"].to_dict() == {"dimension": "trust", "reverse": True, "low": 1, "high": 5}
    assert frame.index[frame["reverse"]].tolist() == ["T5", "C5", "L5", "B5"]


def test_a_statement_counted_alone_and_a_sensitive_one_have_no_dimension_in_the_key(written):
    extra = "".join(
        f'[[items]]\nid = "{name}"\ndimension = "trust"\ntext = "{name}."\n{name} = true\n'
        for name in ("alone", "sensitive")
    )
    frame = key(load(written(TEAM + extra))).set_index("item")

    assert frame.index.tolist() == ["T1", "alone", "sensitive"]
    assert frame["dimension"].dropna().to_dict() == {"T1": "trust"}


ROTATING = """id = "own"
title = "Our own"
rotates = true

[dimensions]
trust = "Trust"

[modules]
food = "Food"

[[items]]
id = "T1"
dimension = "trust"
text = "We trust each other."
anchor = true

[[items]]
id = "T2"
dimension = "trust"
text = "We keep our word."

[[items]]
id = "T3"
dimension = "trust"
text = "I was lied to."
sensitive = true

[[items]]
id = "F1"
dimension = "food"
text = "Lunch is good."
"""


def test_only_what_its_file_calls_an_outcome_is_one(written):
    """Not the single statement of a dimension, nor one of a module of the file's own, which are counted alone too."""
    own = choose(load(written(ROTATING)), ["food"])
    single = load(written(TEAM))
    named = load(written(TEAM + '[[items]]\nid = "T2"\ndimension = "trust"\ntext = "Overall."\noutcome = true\n'))

    assert [outcomes(asked(form, number)) for form in (own, single) for number in range(4)] == [[]] * 8
    assert outcomes(asked(named, 0)) == ["T2"]
    assert all(item.alone for item in asked(named, 0).items)
    assert outcomes(from_json(to_json(asked(named, 0)))) == ["T2"]


def test_a_sensitive_statement_does_not_take_the_turn_of_those_that_make_the_score(written):
    own = choose(load(written(ROTATING)), ["food"])
    waves = [asked(own, number) for number in range(4)]

    assert [[item.id for item in wave.items] for wave in waves] == [["T1", "T2", "T3"], ["T1", "T2", "F1"]] * 2
    assert [key(wave).dropna()["item"].tolist() for wave in waves] == [["T1", "T2"]] * 4


def test_a_wave_keeps_of_a_plain_questionnaire_what_it_always_kept(written):
    kept = to_json(load(written(TEAM)))

    assert kept == (
        '{"id": "team", "title": "How is it going?", "dimensions": {"trust": "Trust"}, "items": [{"id": "T1", '
        '"dimension": "trust", "text": "People do what they say.", "reverse": false, "anchor": false, '
        '"informed_by": "", "seeds": []}], "scale": {"low": 1, "high": 5, "labels": ["Strongly disagree", '
        '"Disagree", "Neither", "Agree", "Strongly agree"]}, "rotates": false}'
    )


def test_the_only_statement_of_a_dimension_is_counted_alone_so_that_no_score_is_that_one_statement(written):
    two = TEAM + '[[items]]\nid = "T2"\ndimension = "trust"\ntext = "People keep their word."\n'

    assert [item.alone for item in asked(load(written(TEAM)), 0).items] == [True]
    assert [item.alone for item in asked(load(written(two)), 0).items] == [False, False]


def test_a_file_may_name_statements_of_the_bank_beside_its_own(written):
    items = 'items = ["B3", {id = "Q1", dimension = "trust", text = "We keep our word."}, "AL1"]'
    mixed = load(written(TEAM[: TEAM.index("[[items]]")].replace("[dimensions]", f"{items}\n[dimensions]")))

    assert [(item.id, item.dimension) for item in mixed.items] == [
        ("B3", "boundaries"),
        ("Q1", "trust"),
        ("AL1", "listening"),
    ]
    assert mixed.dimensions == {"trust": "Trust", "boundaries": "Boundaries", "listening": "Active listening"}


def test_a_statement_that_the_bank_does_not_have_names_the_nearest(written):
    path = written('id = "team"\ntitle = "How?"\nitems = ["T1", "TT2"]\n')

    with pytest.raises(
        Problem, match=r"team\.toml, item number 2: the bank has no statement 'TT2'\. Did you mean 'T2'\?"
    ):
        load(path)


def test_after_as_many_waves_as_it_says_a_questionnaire_asks_the_same_again():
    pulse = builtin("pulse")

    assert turns(pulse) == 3
    assert asked(pulse, 1) == asked(pulse, 4) != asked(pulse, 2)


def test_other_peoples_instruments_load_with_one_dimension_and_a_usual_scale(written):
    army = load(written(ARMY))

    assert len(army.items) == 11
    assert (army.scale.low, army.scale.high, army.scale.labels[0]) == (1, 5, "Strongly disagree")
    assert army.comment is None


def test_a_scale_without_labels_is_labelled_by_its_numbers(written):
    six = load(written(TEAM + "[scale]\nlow = 1\nhigh = 6\n"))

    assert six.scale.choices()[-1] == (6, "6")


def test_a_file_written_on_windows_loads(written):
    path = written("")
    path.write_bytes(("\ufeff" + TEAM.replace("\n", "\r\n")).encode("utf-8"))

    assert load(path).items[0].text == "People do what they say."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('dimension = "trust"', 'dimension = "thrust"'), "team.toml, item 'T1': dimension 'thrust' is not defined"),
        (('dimension = "trust"', 'dimension = "thrust"'), "Did you mean 'trust'?"),
        (('text = "People do what they say."', 'text = " "'), "item 'T1': text = ' '. Expected one line of text"),
        (('text = "People do what they say."', ""), "item 'T1': text is missing. Expected one line of text"),
        (('id = "T1"', 'id = "1 T"'), "item number 1: id '1 T'. Expected letters, digits and _"),
        (('id = "T1"', 'id = "comment"'), "item 'comment': this id is a field of the form itself"),
        (('id = "T1"', 'id = "language"'), "item 'language': this id is a field of the form itself"),
        (('id = "T1"', 'id = "T1"\nrevers = true'), "item 'T1': 'revers' is not a known key"),
        (('id = "T1"', 'id = "T1"\nrevers = true'), "Did you mean 'reverse'?"),
        (('id = "T1"', 'id = "T1"\nreverse = "yes"'), "item 'T1': reverse = 'yes'. Expected true or false."),
        (('id = "T1"', 'id = "T1"\nseeds = "002"'), "item 'T1': seeds = '002'. Expected a list of texts."),
        (('trust = "Trust"', 'trust = "Trust"\nfun = "Fun"'), "dimension 'fun' has no item. Expected at least one"),
        (('trust = "Trust"', 'Trust = "Trust"'), "dimension 'Trust'. Expected lower-case letters"),
        (('title = "How', 'titel = "How'), "team.toml: 'titel' is not a known key"),
        (('title = "How', 'titel = "How'), "Did you mean 'title'?"),
        (('id = "team"', 'id = "team"\nrotates = true'), "it rotates and has no anchor"),
        (('id = "team"', 'id = "team'), "team.toml: this is not valid TOML: "),
        (('id = "team"', 'id = "team'), "at line 2"),
        (('id = "team"', 'id = "team"\nlanguage = "German"'), "language 'German'. Expected the code of a language"),
        (('id = "team"', 'id = "team"\nmodules = ["x"]'), "modules = ['x']. Expected one line for each"),
        (('trust = "Trust"', 'trust = "Trust"\n[modules]\ntrust = "T"'), "'trust' is a dimension and a module"),
        (('trust = "Trust"', 'trust = "Trust"\n[modules]\nfun = "Fun"'), "dimension 'fun' has no item"),
    ],
)
def test_a_mistake_is_named_with_file_place_value_expectation_and_nearest_match(written, change, sentence):
    broken = TEAM.replace(*change, 1)
    assert broken != TEAM

    with pytest.raises(Problem) as problem:
        load(written(broken))

    assert sentence in str(problem.value)


@pytest.mark.parametrize(
    ("scale", "sentence"),
    [
        ("low = 5\nhigh = 1", "it goes from 5 to 1. Expected from two to eleven points"),
        ("low = 1\nhigh = 100", "it goes from 1 to 100"),
        ("low = 1.5\nhigh = 5", "low = 1.5. Expected a whole number"),
        ('low = 1\nhigh = 2\nlabels = ["No"]', "labels = ['No']. Expected 2 different ones, for 1 to 2."),
    ],
)
def test_a_scale_that_cannot_be_is_refused(written, scale, sentence):
    with pytest.raises(Problem) as problem:
        load(written(f"{TEAM}[scale]\n{scale}\n"))

    assert f"team.toml, [scale]: {sentence}" in str(problem.value)


def test_an_id_that_stands_twice_is_refused(written):
    with pytest.raises(Problem, match=r"item 'T1' is there 2 times\. Expected each id once\."):
        load(written(TEAM + TEAM[TEAM.index("[[items]]") :]))


def test_a_questionnaire_without_items_is_refused(written):
    with pytest.raises(Problem, match="it has no items"):
        load(written(TEAM[: TEAM.index("[[items]]")]))


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\xff", b"[" * 100_000, b""])
def test_a_file_that_is_no_questionnaire_is_one_sentence(tmp_path, content):
    path = tmp_path / "rubbish.toml"
    path.write_bytes(content)

    with pytest.raises(Problem, match=r"rubbish\.toml"):
        load(path)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(Problem, match="there is no such questionnaire file"):
        load(tmp_path / "nothing.toml")


def test_an_unknown_id_names_the_nearest():
    with pytest.raises(Problem, match=r"There is no questionnaire 'quartely'.*Did you mean 'quarterly'"):
        builtin("quartely")


def test_more_items_than_a_sealed_box_holds_are_refused(written):
    item = TEAM[TEAM.index("[[items]]") :]
    many = TEAM + "".join(item.replace("T1", f"statement_number_{n}") for n in range(80))

    with pytest.raises(Problem, match="its 81 items are too many for one sealed box"):
        load(written(many))


def test_the_longest_answers_of_any_questionnaire_that_loads_fit_one_sealed_box(written):
    item = TEAM[TEAM.index("[[items]]") :]
    many = load(written(TEAM + "".join(item.replace("T1", f"statement_number_{n}") for n in range(70))))
    full = submission.read(
        {item.id: "5" for item in many.items} | {"comment": "𝒜" * 500}, replace(many, comment="Anything else?")
    )

    assert len(full.to_bytes()) <= 4096 - 2


def test_lists_within_lists_without_end_are_not_readable(written):
    with pytest.raises(Problem, match=r"^team\.toml: this is not readable: it has lists within lists"):
        load(written("a = " + "[" * 100_000))


def test_a_folder_in_place_of_a_file_is_told_as_one(tmp_path):
    (tmp_path / "team.toml").mkdir()

    with pytest.raises(Problem, match=r"team\.toml: this is a folder\. Expected a text file in TOML\.$"):
        load(tmp_path / "team.toml")


@pytest.mark.parametrize(
    ("good", "long"),
    [
        ('title = "How is it going?"', f'title = "{"x" * 10_000}"'),
        ('id = "team"', f'id = "{"x" * 250}"'),
        ('id = "team"', f'id = "team"\nmodules = "{"x" * 10_000}"'),
        ('id = "team"', f'id = "team"\n{"x" * 10_000} = 1'),
        ('dimension = "trust"', f'dimension = "{"x" * 290}"'),
    ],
)
def test_a_long_value_is_not_repeated_whole_in_the_sentence_about_it(written, good, long):
    with pytest.raises(Problem) as told:
        load(written(TEAM.replace(good, long)))

    assert "x" * 70 in str(told.value)
    assert "x" * 90 not in str(told.value)
