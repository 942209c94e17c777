"""How well a survey was answered: the same answer to everything, and what the share that answered permits."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from analytics import precision, quality
from dashboard.quality import decimals
from data import bulk
from surveys.questionnaire import asked, builtin, to_json


def test_the_same_answer_to_everything_is_a_share_of_those_who_answered_enough():
    assert quality.straight_lined(12, 240) == 5
    assert quality.straight_lined(0, 100) == 0


def test_nobody_who_answered_enough_is_no_share():
    with pytest.raises(ValueError, match="Nobody answered enough"):
        quality.straight_lined(0, 0)


@pytest.mark.parametrize(
    ("answered", "word"), [(100, "high"), (80, "high"), (79, "fair"), (65, "fair"), (64, "low"), (0, "low")]
)
def test_a_response_rate_is_high_from_eighty_and_fair_from_sixty_five(answered, word):
    assert quality.response(answered, 100) == word


def test_where_nobody_was_asked_there_is_no_response_rate():
    with pytest.raises(ValueError, match="Nobody was asked"):
        quality.response(0, 0)


# ---------------------------------------------------------------------------------------------------- as it is read

HERE = """
from dashboard import overall, parts, quality
page = parts.gather("overview")
wave = page.pulses[-1]
{}.show(page, wave)
"""


@pytest.fixture
def section(desk, monkeypatch):
    """Draw one section of a page over these findings of the organization: kind, subject, then its other fields."""
    from larkfield import Company, administrator_of, frame, keep

    from dashboard import context

    def draw(name, *findings):
        keep(desk, Company(waves=1))
        with desk.store.writing() as db:
            wave_id = db.execute("SELECT wave_id FROM wave").fetchone()[0]
            db.execute("UPDATE wave SET questionnaire = ?", [to_json(asked(builtin("quarterly"), 0))])
            told = [
                {"team_id": "organization", "kind": kind, "subject": subject, **fields}
                for kind, subject, fields in findings
            ]
            bulk.insert(db, "finding", frame(told).assign(wave_id=wave_id))
        monkeypatch.setattr(context, "viewer", lambda: administrator_of(desk))
        app = AppTest.from_string(HERE.format(name), default_timeout=60).run()
        assert not app.exception, app.exception[0].message
        return app

    context.use(desk)
    yield draw
    context.leave()


def words(app):
    """Everything that stands on the page, in reading order of its kinds."""
    tables = [str(cell) for table in app.table for cell in table.value.to_numpy().ravel()]
    return " ".join([*(each.value for each in (*app.header, *app.markdown)), *tables])


GOOD = {"value": 0.85, "low": 0.8, "high": 0.9, "respondents": "240", "word": "good"}
HARDLY = {"value": 0.25, "low": 0.0, "high": 0.45, "respondents": "240", "word": "hardly"}


def test_what_is_known_of_the_questions_is_said_with_its_interval(section):
    said = words(
        section(
            "quality",
            ("alpha", "trust", GOOD),
            ("omega", "trust", {"value": 0.85, "respondents": "240", "word": "good"}),
            ("icc2", "trust", HARDLY),
            ("straight", "pulse", {"value": 5, "respondents": "240", "word": "≤5 %"}),
            ("response", "pulse", {"respondents": "240", "word": "fair"}),
        )
    )
    assert ".85 (.80 to .90)" in said
    assert ".25 (.00 to .45)" in said
    assert "hardly" in said
    assert "≤5 % gave the same answer to everything" in said
    assert "speak for most people asked" in said
    assert "there is none here" in said


def test_where_too_few_answered_the_section_says_from_when_on_there_is_something(section):
    said = words(section("quality", ("alpha", "trust", {"reason": "fewer_than_100"})))
    assert "shows once 100 people have answered" in said
    assert "Alpha" not in said


def test_a_wave_from_before_says_that_nobody_looked(section):
    assert "before Rapport looked at its questions" in words(section("quality"))


def test_what_goes_with_the_outcome_is_told_in_the_words_of_the_statements(section):
    driver = {"value": 0.55, "low": 0.45, "high": 0.65, "respondents": "240"}
    app = section(
        "overall", ("drivers", "O1", {"value": 20, "respondents": "240"}), ("driver", "T1 O1", driver),
        ("driver", "C1 O1", {**driver, "value": 0.35}),
    )  # fmt: skip
    said = words(app)
    assert "People in this team do what they say they will do" in said
    assert ".55 (.45 to .65)" in said
    assert said.index("strongly") < said.index("clearly")
    assert "20 statements" in said
    assert "turned round" not in said
    assert not [word for word in ("drive", "cause", "because") if word in said.lower()]


def test_a_statement_that_says_the_opposite_is_told_of_as_turned_round(section):
    """Whoever checks up on others does not find it good: 'goes with' alone would say that they do."""
    driver = {"value": 0.55, "low": 0.45, "high": 0.65, "respondents": "240"}
    said = words(section("overall", ("drivers", "O1", {"value": 20}), ("driver", "T5 O1", driver)))
    assert "I feel I have to check up on other people's work. :gray[(turned round)]" in said
    assert "disagreeing with it" in said
    assert "Overall, my working ties here are good." in said


def test_no_more_than_three_statements_are_told_of_for_each_outcome(section):
    pairs = [("driver", f"{item} O1", {"value": 0.3 + n / 20, "low": 0.2, "high": 0.6}) for n, item in
             enumerate(("T1", "C1", "L1", "B1"))]  # fmt: skip
    app = section("overall", ("drivers", "O1", {"value": 20, "respondents": "240"}), *pairs)
    [table] = app.table
    assert len(table.value) == 3
    assert ".45" in words(app)
    assert ".30" not in words(app).replace("(.20", "")


@pytest.mark.parametrize(
    ("looked_at", "said"),
    [(20, "Nothing goes with the outcome more than chance"), (0, "No dimension is answered consistently enough")],
)
def test_where_nothing_goes_with_the_outcome_the_section_says_so(section, looked_at, said):
    assert said in words(section("overall", ("drivers", "O1", {"value": looked_at, "respondents": "240"})))


def test_where_too_few_answered_nothing_is_drawn(section):
    hidden = {"reason": "fewer_than_100"}
    app = section("overall", ("drivers", "O1", hidden), ("themes", "", {"reason": "fewer_than_40_comments"}))
    assert not app.header
    assert not app.markdown


def test_themes_are_their_words_and_a_band(section):
    app = section(
        "overall",
        ("themes", "", {"respondents": "40–99"}),
        ("theme", "1", {"word": "meetings, agenda", "respondents": "20–39"}),
        ("theme", "2", {"word": "*shift*, handover", "respondents": "10–19"}),
    )
    said = words(app)
    assert said.index("meetings, agenda") < said.index("handover")
    assert "20–39" in said
    assert "Of 40–99 comments" in said
    assert "*shift*" not in said.replace("\\*", "")


def test_comments_without_a_theme_are_said_to_have_none(section):
    assert "No theme stands out" in words(section("overall", ("themes", "", {"respondents": "40–99"})))


def test_dimensions_seen_alike_and_split_are_named_and_others_are_not(section, desk):
    from larkfield import read

    from dashboard import quality as shown

    words_of = {"trust": "strong", "communication": "mixed", "collaboration": "strong", "boundaries": "split"}
    section("overall", *(("agreement", name, {"word": word}) for name, word in words_of.items()))
    page = read(desk)
    said = shown.alike(page, page.pulses[-1], "organization")
    assert said == "Seen alike: trust and collaboration. Opinions are split: boundaries."
    assert shown.alike(page, page.pulses[-1], "Platform") == ""


@pytest.mark.parametrize(("high", "grid", "printed"), [(-0.02, 0.05, ".00"), (0.0, 0.05, ".00"), (-0.06, 0.05, "−.05")])
def test_an_interval_that_ends_at_nought_ends_at_no_minus_nought(high, grid, printed):
    _, end = precision.outward(np.array([-0.12]), np.array([high]), np.array([grid]), within=(-1.0, 1.0))
    assert decimals(float(end[0])) == printed
    assert f"{precision.outward(np.array([0.0]), np.array([0.0]), np.array([5.0]))[1][0]:.0f}" == "0"
