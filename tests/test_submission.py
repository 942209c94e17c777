import pytest

from surveys.questionnaire import builtin
from surveys.submission import KINDS, NetworkSubmission, Submission, Trouble, read, read_network

PULSE = builtin("quarterly")
COLLEAGUES = {f"m{n}": f"Person {n}" for n in range(20)}
CONSENT = {"map": ["yes"], "introductions": ["no"]}


def fields(troubles):
    return [trouble.field for trouble in troubles]


def test_answers_are_read_by_item_and_those_left_out_are_not_there():
    form = {"code": "X", "answers": "1", "T1": "4", "C1": " 5 ", "L1": "", "comment": " All well.\r\nReally. "}

    assert read(form, PULSE) == Submission({"T1": 4, "C1": 5}, "All well.\nReally.")


@pytest.mark.parametrize("value", ["0", "6", "-1", "4.0", "yes", "٤", "11"])
def test_a_value_outside_the_scale_is_refused_beside_its_field(value):
    assert read({"T1": value, "C1": "3"}, PULSE) == [
        Trouble("T1", "Please choose one of the 5 answers, or leave this one out.")
    ]


def test_a_statement_of_another_questionnaire_is_refused():
    assert read({"T1": "4", "X9": "4"}, PULSE) == [Trouble("X9", "This statement is not asked this time.")]


def test_every_wrong_field_gets_its_own_sentence():
    assert fields(read({"T1": "9", "C1": "9", "L1": "3", "comment": "x" * 501}, PULSE)) == ["T1", "C1", "comment"]


def test_a_comment_of_five_hundred_characters_fits_and_one_more_does_not():
    assert read({"comment": "é" * 500}, PULSE) == Submission({}, "é" * 500)
    assert "501 characters; 500 fit" in read({"comment": "é" * 501}, PULSE)[0].sentence


def test_a_line_end_counts_once_however_the_browser_sends_it():
    assert isinstance(read({"comment": "\r\n".join(["12345678"] * 55)}, PULSE), Submission)


def test_control_characters_do_not_reach_a_box():
    assert read({"comment": "a\x00b\x1b[31mc\ud800"}, PULSE) == Submission({}, "ab[31mc")


def test_a_form_on_which_nothing_was_chosen_is_not_a_submission():
    assert fields(read({"code": "X", "answers": "1", "comment": "  "}, PULSE)) == [""]


def test_rather_not_say_throughout_is_a_submission_that_takes_earlier_answers_back():
    assert read(dict.fromkeys((item.id for item in PULSE.items), ""), PULSE) == Submission({}, "")


def test_a_comment_is_refused_where_none_is_asked_for():
    from dataclasses import replace

    assert fields(read({"T1": "3", "comment": "Hello."}, replace(PULSE, comment=None))) == ["comment"]


def test_a_submission_comes_back_from_its_bytes_unchanged():
    said = Submission({"T1": 4, "C1": 1}, "Zażółć „gęślą” jaźń — 日本\n")

    assert Submission.from_bytes(said.to_bytes()) == said


def test_the_bytes_do_not_depend_on_the_order_in_which_somebody_answered():
    assert Submission({"T1": 4, "C1": 1}).to_bytes() == Submission({"C1": 1, "T1": 4}).to_bytes()


def test_ties_are_read_by_question_with_their_strength():
    form = {"work": ["m1", "m2", "m3"], "often-m1": ["daily"], "often-m2": ["monthly"], "help": ["m2"], "meet": ["m9"]}

    said = read_network(form | {"avoid": ["m5"]} | CONSENT, COLLEAGUES)

    assert said.named == {"work": {"m1": 3.0, "m2": 1.0, "m3": 2.0}, "help": {"m2": 1.0}, "meet": {"m9": 1.0}}
    assert (said.map, said.introductions, said.avoid) == (True, False, ("m5",))
    assert [(tie.source, tie.target, tie.kind) for tie in said.ties("m0")][-2:] == [
        ("m0", "m2", "help"),
        ("m0", "m9", "meet"),
    ]


@pytest.mark.parametrize(
    ("question", "cap"), [("work", 15), ("help", 10), ("energy", 5), ("meet", 5), ("reach", 5), ("avoid", 15)]
)
def test_more_names_than_fit_are_refused(question, cap):
    form = {"work_nobody": ["1"]} | CONSENT if question != "work" else CONSENT

    assert isinstance(read_network(form | {question: list(COLLEAGUES)[:cap]}, COLLEAGUES, KINDS), NetworkSubmission)
    troubles = read_network(form | {question: list(COLLEAGUES)[: cap + 1]}, COLLEAGUES, KINDS)
    assert fields(troubles) == [question]
    assert f"up to {cap} fit" in troubles[0].sentence
    assert ("about how many more" in troubles[0].sentence) == (question != "avoid")


def test_about_how_many_more_there_are_is_read_where_no_more_fit():
    full = {"work": list(COLLEAGUES)[:15], "more-work": ["6"], "more-help": ["0"], "more-meet": [""]} | CONSENT

    assert read_network(full, COLLEAGUES).more == {"work": 6}


@pytest.mark.parametrize("typed", ["many", "-1", "1000", "2.5", "²", "9" * 5_000])
def test_a_number_that_cannot_be_right_is_told_beside_its_question(typed):
    form = {"work": ["m1"], "meet": list(COLLEAGUES)[:5], "more-meet": [typed]} | CONSENT

    (trouble,) = read_network(form, COLLEAGUES)
    assert (trouble.field, "a number up to 999" in trouble.sentence) == ("meet", True)


def test_more_names_than_fit_are_not_counted_while_there_is_room():
    (trouble,) = read_network({"work": ["m1"], "more-work": ["3"]} | CONSENT, COLLEAGUES)

    assert (trouble.field, "still room for names" in trouble.sentence) == ("work", True)


def test_energy_and_whose_input_is_hard_to_get_are_read_where_they_are_asked_and_refused_where_not():
    form = {"work": ["m1"], "energy": ["m2"], "reach": ["m3"]} | CONSENT

    assert [(tie.target, tie.kind) for tie in read_network(form, COLLEAGUES, KINDS).ties("m0")] == [
        ("m1", "work"), ("m2", "energy"), ("m3", "reach"),
    ]  # fmt: skip
    (trouble,) = read_network(form, COLLEAGUES)
    assert (trouble.field, "not asked this time" in trouble.sentence) == ("work", True)


@pytest.mark.parametrize("kind", ["energy", "meet", "reach"])
def test_other_names_alone_do_not_make_an_answer(kind):
    assert fields(read_network({"work_skip": ["1"], kind: ["m1"]} | CONSENT, COLLEAGUES, KINDS)) == ["work"]


@pytest.mark.parametrize("question", [*KINDS, "avoid"])
def test_somebody_who_may_not_be_named_is_refused(question):
    form = {"work": ["m1"]} | CONSENT

    assert fields(read_network(form | {question: ["m1", "stranger"]}, COLLEAGUES, KINDS)) == [question]


@pytest.mark.parametrize("answer", [[], [""], ["maybe"], ["on"]])
@pytest.mark.parametrize("choice", ["map", "introductions"])
def test_both_choices_about_a_name_must_be_made(choice, answer):
    assert fields(read_network({"work": ["m1"]} | CONSENT | {choice: answer}, COLLEAGUES)) == [choice]


def test_whom_one_works_with_needs_names_or_a_word_that_there_are_none():
    assert fields(read_network(CONSENT, COLLEAGUES)) == ["work"]
    assert read_network({"work_nobody": ["1"]} | CONSENT, COLLEAGUES).silent is False
    assert read_network({"work_skip": ["1"]} | CONSENT, COLLEAGUES).silent is True


def test_names_and_nobody_at_once_are_refused():
    assert fields(read_network({"work": ["m1"], "work_nobody": ["1"]} | CONSENT, COLLEAGUES)) == ["work"]
    assert fields(read_network({"work": ["m1"], "work_skip": ["1"]} | CONSENT, COLLEAGUES)) == ["work"]


def test_nobody_fits_is_an_answer_and_a_skipped_question_is_none():
    said = read_network({"work_nobody": ["1"], "help_skip": ["1"]} | CONSENT, COLLEAGUES)

    assert said.skipped == {"help", "meet"}


def test_somebody_who_turns_to_people_but_skips_the_first_question_is_not_silent():
    assert read_network({"work_skip": ["1"], "help": ["m1"]} | CONSENT, COLLEAGUES).silent is False


def test_a_name_chosen_twice_counts_once():
    assert read_network({"work": ["m1", "m1"]} | CONSENT, COLLEAGUES).named["work"] == {"m1": 2.0}


def test_a_frequency_that_is_not_offered_is_refused():
    assert fields(read_network({"work": ["m1"], "often-m1": ["hourly"]} | CONSENT, COLLEAGUES)) == ["work"]
