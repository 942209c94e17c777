import hashlib
import re
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pandas as pd
import pytest
from asking import CLOSES, WAVE, ask, client, codes_of, left_in_latin_letters, opened_boxes

from dashboard.wording_network import BROKERS
from data import audit, organization, roster, ties, waves
from data.records import Tie
from data.ties import NetworkAnswer
from surveys import closing, network_link, opening, questionnaire, stored, terms, web
from surveys.language import languages
from surveys.submission import Submission

CONSENT = {"map": "yes", "introductions": "no"}


class Page(HTMLParser):
    """What a form holds: every field with its values, and those that are filled in."""

    def __init__(self, response):
        super().__init__()
        self.text = response.text
        self.offered, self.filled, self.ids = {}, {}, set()
        self.feed(response.text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids.add(found.get("id"))
        if tag in ("input", "button") and "name" in found:
            self.offered.setdefault(found["name"], []).append(found.get("value", ""))
            if "checked" in found or (tag == "input" and found.get("type") not in ("radio", "checkbox")):
                self.filled.setdefault(found["name"], []).append(found.get("value", ""))


# ------------------------------------------------------------------------------------------------------ the pulse form


def test_a_code_opens_the_statements_of_the_wave(desk):
    pulse, _ = ask(desk)["m00"]

    response = client(desk).post("/p", data={"code": pulse})

    page = Page(response)
    assert response.status_code == 200
    assert page.offered["T1"] == ["1", "2", "3", "4", "5", ""]
    assert [name for name in page.offered if name not in ("code", "answers", "translate")] == [
        "T1", "C1", "L1", "B1", "T2", "C2", "L2", "B2",
    ]  # fmt: skip
    assert page.filled == {"code": [pulse], "answers": ["1"]}


def test_the_form_says_what_was_promised_and_where_the_answers_count(desk):
    pulse, _ = ask(desk)["m00"]

    text = client(desk).post("/p", data={"code": pulse}).text

    assert (
        "Your answers are sealed until 11 December and anonymous after it. "
        "Figures are made once, for groups of at least 5 people." in text
    )
    assert "Your answers count in <strong>Engineering</strong>." in text
    assert "only someone who holds both this server and its key file could read your answers; after it, nobody" in text
    assert "You can come back with the same link until 11 December, 18:00 UTC; only your last answers count." in text


def test_where_a_trustee_holds_the_key_the_form_says_so(desk):
    pulse, _ = ask(desk, passphrase="correct horse")["m00"]  # noqa: S106  invented here

    text = client(desk).post("/p", data={"code": pulse}).text

    assert "only someone who holds this server, its key file and the trustee’s passphrase could read your" in text


def test_the_close_is_told_in_the_organizations_own_time(desk):
    pulse, _ = ask(desk)["m00"]
    with desk.store.writing() as db:
        organization.set_setting(db, "timezone", "Pacific/Auckland")

    text = client(desk).post("/p", data={"code": pulse}).text

    assert "sealed until 12 December and" in text
    assert "until 12 December, 07:00 Auckland time" in text


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: code.replace("0", "O").replace("1", "l"),
    ],
)
def test_capitals_dashes_and_lookalikes_in_a_code_do_not_matter(desk, typed):
    pulse, _ = ask(desk)["m00"]

    assert client(desk).post("/p", data={"code": typed(pulse)}).status_code == 200


def test_answers_go_sealed_into_a_box_and_lead_to_a_thank_you(desk):
    pulse, _ = ask(desk)["m00"]
    forms = client(desk)

    sent = forms.post("/p", data={"code": pulse, "answers": "1", "T1": "4", "C1": "", "comment": "Well done."})
    thanks = forms.get(sent.headers["location"])

    assert (sent.status_code, sent.headers["location"]) == (303, "/p/thanks")
    assert thanks.status_code == 200
    assert "Thank you. Your answers are sealed." in thanks.text
    assert opened_boxes(desk) == [Submission({"T1": 4}, "Well done.")]


def test_only_the_last_answers_of_a_link_count(desk):
    pulse, _ = ask(desk)["m00"]
    forms = client(desk)

    for value in ("1", "5", "3"):
        assert forms.post("/p", data={"code": pulse, "answers": "1", "T1": value}).status_code == 303

    assert opened_boxes(desk) == [Submission({"T1": 3}, "")]


def test_answers_are_never_shown_back(desk):
    pulse, _ = ask(desk)["m00"]
    forms = client(desk)
    before = forms.post("/p", data={"code": pulse}).text

    forms.post("/p", data={"code": pulse, "answers": "1", "T1": "4", "comment": "Mine."})

    assert forms.post("/p", data={"code": pulse}).text == before


def test_opening_a_link_spends_nothing_and_keeps_nothing(desk):
    pulse, _ = ask(desk)["m00"]
    forms = client(desk)

    for _ in range(3):
        forms.post("/p", data={"code": pulse})

    assert opened_boxes(desk) == []


def test_a_wrong_field_comes_back_with_a_sentence_beside_it_and_everything_else_filled_in(desk):
    pulse, _ = ask(desk)["m00"]
    sent = {"code": pulse, "answers": "1", "T1": "9", "C1": "4", "L1": "", "comment": "<b>&"}

    response = client(desk).post("/p", data=sent)

    page = Page(response)
    assert response.status_code == 422
    assert '<p class="trouble" id="T1-trouble">Please choose one of the 5 answers' in response.text
    assert '<a href="#T1">People in this team do what they say they will do.</a>' in response.text
    assert "T1" in page.ids
    assert (page.filled["C1"], page.filled["L1"]) == (["4"], [""])
    assert "&lt;b&gt;&amp;</textarea>" in response.text
    assert opened_boxes(desk) == []


def test_a_statement_that_is_not_asked_this_time_is_refused(desk):
    pulse, _ = ask(desk)["m00"]

    response = client(desk).post("/p", data={"code": pulse, "answers": "1", "T1": "4", "T4": "4"})

    assert response.status_code == 422
    assert "T4: This statement is not asked this time." in response.text


@pytest.mark.parametrize("code", ["", "nonsense", "00000-00000-00000-00000-00000-0", "<script>", "A" * 4000])
@pytest.mark.parametrize("form", ["/p", "/n"])
def test_an_unknown_code_is_told_kindly_and_can_be_mended(desk, form, code):
    ask(desk)

    response = client(desk).post(form, data={"code": code, "answers": "1"})

    assert response.status_code == 404
    assert "We do not know this code" in response.text
    assert f'action="{form}"' in response.text
    assert "<script>" not in response.text.partition("<body>")[2]


def test_a_link_of_one_form_does_not_open_the_other(desk):
    pulse, network = ask(desk)["m00"]
    forms = client(desk)

    assert forms.post("/n", data={"code": pulse}).status_code == 404
    assert forms.post("/p", data={"code": network}).status_code == 404


def test_answers_on_the_stroke_of_the_close_are_too_late(desk, clock):
    pulse, _ = ask(desk)["m00"]
    forms = client(desk)
    clock.now = CLOSES - timedelta(seconds=1)
    assert forms.post("/p", data={"code": pulse, "answers": "1", "T1": "5"}).status_code == 303

    clock.now = CLOSES
    late = forms.post("/p", data={"code": pulse, "answers": "1", "T1": "1"})

    assert late.status_code == 410
    assert "What you sent before then is safe and counts" in late.text
    assert forms.post("/p", data={"code": pulse}).status_code == 410
    assert opened_boxes(desk) == [Submission({"T1": 5}, "")]


def test_a_wave_that_is_being_counted_takes_no_answers(desk):
    pulse, _ = ask(desk)["m00"]
    with desk.store.writing() as db:
        waves.set_state(db, waves.wave(db, WAVE).wave_id, "closing")

    assert client(desk).post("/p", data={"code": pulse, "answers": "1", "T1": "5"}).status_code == 410


def test_a_wave_that_closes_while_the_answers_travel_says_so(desk):
    pulse, _ = ask(desk)["m00"]

    response = client(Elsewhere(desk, TooLate())).post("/p", data={"code": pulse, "answers": "1", "T1": "5"})

    assert response.status_code == 410


def test_answers_that_cannot_be_kept_come_back_whole_with_the_request_to_try_again(desk):
    pulse, _ = ask(desk)["m00"]

    response = client(Elsewhere(desk, FullDisk())).post(
        "/p", data={"code": pulse, "answers": "1", "T1": "5", "comment": "Kept."}
    )

    page = Page(response)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "10"
    assert "Nothing is lost: they are all still filled in below." in response.text
    assert page.filled["T1"] == ["5"]
    assert "Kept.</textarea>" in response.text


@pytest.mark.parametrize(("people", "explained"), [(12, True), (4, False)])
@pytest.mark.usefixtures("counting_here")
def test_what_the_numbers_mean_is_explained_where_there_are_numbers(desk, clock, people, explained):
    everyone = ask(desk, people=12)
    forms = client(desk)
    for pulse, _ in list(everyone.values())[:people]:
        forms.post("/p", data={"code": pulse, "answers": "1", "T1": "4", "T2": "5"})
    clock.now = CLOSES
    closing.close_wave(desk, WAVE)

    said = forms.post("/p", data={"code": everyone["m00"][0]}).text

    assert ("Scores go from 0 to 100." in said) == explained
    assert ("Too few people answered to make figures." in said) != explained


@pytest.mark.usefixtures("counting_here")
def test_after_the_close_a_link_opens_the_figures_of_the_organization(desk, clock):
    everyone = ask(desk, people=12)
    forms = client(desk)
    for pulse, _ in everyone.values():
        forms.post("/p", data={"code": pulse, "answers": "1", "T1": "4", "T2": "5", "C1": "4", "C2": "2", "L1": "3"})
    answer(forms, everyone["m00"][1], work=["m01"])
    clock.now = CLOSES
    closing.close_wave(desk, WAVE)

    response = forms.post("/p", data={"code": everyone["m00"][0]})

    assert response.status_code == 200
    assert "figures of Larkfield as a whole" in response.text
    assert re.search(r"<span>Trust</span> <span>\d+</span>", response.text)
    assert re.search(r'<span>Boundaries</span></p>\s*<p class="note">Not shown', response.text)
    assert forms.post("/p", data={"code": everyone["m00"][0], "answers": "1", "T1": "1"}).status_code == 410
    in_arabic = [
        forms.post(path, data={"code": code, "language": "ar"}).text
        for path, code in zip(("/p", "/n"), everyone["m00"], strict=True)
    ]
    assert re.search(r"<span>الثقة</span> <span>\d+</span>", in_arabic[0])
    assert any(languages()["ar"].say(standing) in in_arabic[1] for standing in network_link.STANDINGS.values())
    assert [left_in_latin_letters(text) for text in in_arabic] == [[], []]


def test_a_form_that_is_too_large_is_refused_before_it_is_read(desk):
    pulse, network = ask(desk)["m00"]
    forms = client(desk)

    assert forms.post("/p", data={"code": pulse, "answers": "1", "comment": "x" * 16_384}).status_code == 413
    assert forms.post("/n", data={"code": network, "answers": "1", "work": "x" * 65_536}).status_code == 413
    assert forms.post("/n", data={"code": network, "answers": "1", "work": "x" * 16_384}).status_code == 422


@pytest.mark.parametrize(
    "body",
    [{"json": {"code": "x"}}, {"content": b"\xff\xfe\x00"}, {"files": {"code": ("a.txt", b"x")}}, {"content": b""}],
)
def test_what_is_not_a_form_is_refused_with_a_page(desk, body):
    ask(desk)

    response = client(desk).post("/p", **body)

    assert response.status_code in (400, 404)
    assert response.headers["content-type"].startswith("text/html")


def test_guessing_codes_is_slowed_down_and_working_links_are_not(desk, clock):
    pulse, _ = ask(desk)["m00"]
    forms = client(desk)
    guesses = [forms.post("/p", data={"code": "nonsense"}).status_code for _ in range(31)]
    assert guesses == [404] * 30 + [429]

    assert forms.post("/p", data={"code": pulse}).status_code == 200
    clock.now += timedelta(minutes=1)
    assert forms.post("/p", data={"code": "nonsense"}).status_code == 404


def test_one_link_cannot_send_without_end(desk):
    everyone = ask(desk)
    (pulse, _), (other, _) = everyone["m00"], everyone["m01"]
    forms = client(desk)
    answer = {"answers": "1", "T1": "4"}

    sent = [forms.post("/p", data={"code": pulse} | answer).status_code for _ in range(21)]

    assert sent == [303] * 20 + [429]
    assert forms.post("/p", data={"code": other} | answer).status_code == 303


# ---------------------------------------------------------------------------------------------------- the network form


def test_a_short_roster_is_a_list_by_team_without_oneself_and_without_those_who_left(desk):
    _, network = ask(desk, people=6)["m00"]
    with desk.store.writing() as db:
        db.execute("UPDATE member SET active = false WHERE member_id = 'm05'")

    page = Page(client(desk).post("/n", data={"code": network}))

    assert sorted(page.offered["work"]) == ["m01", "m02", "m03", "m04"]
    assert page.text.index("Design") < page.text.index("Engineering")
    assert "find" not in page.offered


def test_neither_choice_about_a_name_is_made_for_anybody(desk):
    _, network = ask(desk)["m00"]

    page = Page(client(desk).post("/n", data={"code": network}))

    assert page.offered["map"] == page.offered["introductions"] == ["yes", "no"]
    assert {name for name, values in page.filled.items() if values != [""]} == {"code", "answers"}


def test_the_first_sentence_says_that_names_are_the_point(desk):
    _, network = ask(desk)["m00"]

    text = client(desk).post("/n", data={"code": network}).text

    assert re.search(r'<div class="panel">\s*<p>This part uses names: that is its point\. Your manager sees', text)


def test_names_are_kept_with_what_was_agreed(desk):
    _, network = ask(desk)["m00"]
    sent = {"work": ["m01", "m02"], "often-m01": "daily", "help": "m02", "meet": "m03", "avoid": "m04"}

    response = client(desk).post("/n", data={"code": network, "answers": "1"} | sent | CONSENT)

    assert (response.status_code, response.headers["location"]) == (303, "/n/thanks")
    assert held(desk, "m00") == NetworkAnswer(
        "m00",
        (
            Tie("m00", "m02", "help", 1.0),
            Tie("m00", "m03", "meet", 1.0),
            Tie("m00", "m01", "work", 3.0),
            Tie("m00", "m02", "work", 2.0),
        ),
        map=True,
        introductions=False,
        avoid=("m04",),
    )


def test_a_member_who_skips_the_questions_has_not_answered_them(desk):
    _, network = ask(desk)["m00"]

    sent = client(desk).post("/n", data={"code": network, "answers": "1", "work_skip": "1"} | CONSENT)

    assert sent.status_code == 303
    assert held(desk, "m00") is None
    with desk.store.reading() as db:
        assert ties.consents(db).to_dict("records") == [{"member_id": "m00", "map": True, "introductions": False}]


def test_missing_choices_come_back_with_every_name_still_ticked(desk):
    _, network = ask(desk)["m00"]

    response = client(desk).post(
        "/n", data={"code": network, "answers": "1", "work": ["m01", "m02"], "often-m02": "monthly", "map": "no"}
    )

    page = Page(response)
    assert response.status_code == 422
    assert "introductions-trouble" in page.ids
    assert "map-trouble" not in page.ids
    assert (page.filled["work"], page.filled["often-m02"], page.filled["map"]) == (["m01", "m02"], ["monthly"], ["no"])
    assert held(desk, "m00") is None


def test_a_wave_shows_the_questions_about_names_that_it_asks(desk):
    _, network = ask(desk, names=["energy", "reach"])["m00"]

    page = Page(client(desk).post("/n", data={"code": network}))

    assert [name for name in page.offered if f"q-{name}" in page.ids] == ["work", "energy", "reach", "avoid"]
    assert {"energy_nobody", "energy_skip", "more-energy", "reach_nobody", "reach_skip", "more-reach"} <= set(
        page.offered
    )
    assert "more-avoid" not in page.offered


def test_names_for_a_question_that_is_not_asked_are_refused(desk):
    _, network = ask(desk)["m00"]

    sent = client(desk).post("/n", data={"code": network, "answers": "1", "work": "m01", "reach": "m02"} | CONSENT)

    assert sent.status_code == 422
    assert "not asked this time" in sent.text
    assert held(desk, "m00") is None


def test_too_many_names_come_back_with_all_of_them_and_room_for_how_many_more(desk):
    _, network = ask(desk, people=20)["m00"]
    forms = client(desk)
    many = [f"m{n:02}" for n in range(1, 18)]

    refused = forms.post("/n", data={"code": network, "answers": "1", "work": many, "more-work": "4"} | CONSENT)

    page = Page(refused)
    assert refused.status_code == 422
    assert "You chose 17 names and up to 15 fit. They are all still here" in page.text
    assert (sorted(page.filled["work"]), page.filled["more-work"]) == (many, ["4"])
    answer(forms, network, work=many[:15], **{"more-work": "6"})
    assert held(desk, "m00").more == {"work": 6}
    assert "<td>about 6 more</td><td>you work together</td>" in forms.post("/n", data={"code": network}).text
    changing = Page(forms.post("/n", data={"code": network, "change": "1"}))
    assert changing.filled["more-work"] == ["6"]


@pytest.mark.parametrize("people", [14, 70])
def test_with_whom_one_works_is_offered_first_where_it_helps_and_not_where_it_would_mislead(desk, people):
    _, network = ask(desk, people=people, names=("help", "energy", "meet", "reach"))["m00"]

    text = client(desk).post("/n", data={"code": network, "find": "work", "work": ["m05", "m07"]}).text

    first = {}
    for question in text.split('data-question="')[1:]:
        listed = question.partition('<p class="team">You work with them</p>')[2]
        boxes = re.findall(
            r'type="checkbox" name="(\w+)" value="(m\d\d)"', re.split('class="(?:team|beyond)"', listed)[0]
        )
        first |= {kind: [who for of, who in boxes if of == kind] for kind, _ in boxes}
    assert first == {"help": ["m05", "m07"], "energy": ["m05", "m07"]}


def test_whom_one_works_with_is_listed_once_and_stays_chosen(desk):
    _, network = ask(desk)["m00"]

    page = Page(client(desk).post("/n", data={"code": network, "find": "work", "work": ["m05", "m07"], "help": "m07"}))

    assert sorted(page.offered["help"]) == sorted(page.offered["work"])
    assert page.filled["help"] == ["m07"]


def test_above_fifty_colleagues_one_searches_and_what_was_chosen_stays(desk):
    _, network = ask(desk, people=70)["m00"]
    forms = client(desk)
    first = Page(forms.post("/n", data={"code": network}))
    assert "work" not in first.offered
    assert first.offered["find"] == ["", "work", "help", "meet", "avoid"]  # the first is what the Enter key presses

    sent = {
        "code": network,
        "answers": "1",
        "find": "work",
        "find-work": "nov hana",
        "work": "m01",
        "often-m01": "daily",
    }
    found = Page(forms.post("/n", data=sent | {"help": "m02", "map": "yes"}))

    assert found.offered["work"] == ["m01", "m67"]
    assert (found.filled["work"], found.filled["often-m01"], found.filled["map"]) == (["m01"], ["daily"], ["yes"])
    assert (found.filled["help"], found.filled["find-work"]) == (["m02"], ["nov hana"])
    assert held(desk, "m00") is None


def test_a_search_that_finds_nobody_says_how_to_try_again(desk):
    _, network = ask(desk, people=60)["m00"]

    text = client(desk).post("/n", data={"code": network, "find": "work", "find-work": "Xq<"}).text

    assert "Nobody else fits ‘Xq&lt;’. Try the beginning of a first or last name." in text


def later_form(desk, clock, member_id):
    """The network form of a second wave, as one member meets it: their code, and the page."""
    clock.now = CLOSES
    closing.close_wave(desk, WAVE)
    opening.open_wave(desk, "later", asks="network", questionnaire=None, closes=CLOSES + timedelta(days=14))
    code = codes_of(desk, "later")[member_id][1]
    return code, client(desk).post("/n", data={"code": code}).text


def not_paired(desk):
    with desk.store.reading() as db:
        return ties.avoid(db).to_numpy().tolist()


@pytest.mark.usefixtures("counting_here")
def test_a_wish_not_to_be_paired_stands_in_the_form_of_the_next_wave_until_its_member_takes_it_away(desk, clock):
    _, network = ask(desk, asks="network")["m00"]
    answer(client(desk), network, work=["m01"], avoid=["m04", "m06"])

    code, text = later_form(desk, clock, "m00")
    ticked = re.findall(r'name="(\w+)" value="(m\d\d)" checked', text)
    answer(client(desk), code, work=["m01"], avoid=[value for _, value in ticked])
    kept = not_paired(desk)
    answer(client(desk), code, work=["m01"], avoid=["m06"])

    assert ticked == [("avoid", "m04"), ("avoid", "m06")]
    assert kept == [["m00", "m04"], ["m00", "m06"]]
    assert not_paired(desk) == [["m00", "m06"]]


@pytest.mark.usefixtures("counting_here")
def test_a_wish_not_to_be_paired_is_kept_by_who_skips_the_names_and_about_who_is_away(desk, clock):
    _, network = ask(desk, asks="network")["m00"]
    answer(client(desk), network, work=["m01"], avoid=["m04", "m06"])
    with desk.store.writing() as db:
        db.execute("UPDATE member SET active = FALSE WHERE member_id = 'm04'")

    code, text = later_form(desk, clock, "m00")
    answer(client(desk), code, work_skip="1", avoid=["m06"])

    assert "Elif" not in text
    assert not_paired(desk) == [["m00", "m04"], ["m00", "m06"]]
    clock.now += timedelta(days=15)
    own = client(desk).post("/n", data={"code": code}).text
    for name in ("Elif Ruiz", "Grace Ruiz"):
        assert f"You asked not to be paired with <strong>{name}</strong>. Only the matching reads this." in own


def test_the_same_link_later_opens_the_members_own_page(desk):
    _, network = ask(desk)["m00"]
    forms = client(desk)
    answer(forms, network, work=["m01"], help=["m01"], avoid=["m04"])

    text = forms.post("/n", data={"code": network}).text

    assert "What is held about you, Ana Ruiz" in text
    assert "<td>Ben Ruiz</td><td>you work together, weekly; you turn to them</td>" in text
    assert "You asked not to be paired with <strong>Elif Ruiz</strong>. Only the matching reads this." in text
    assert "Nobody has been shown your name with anything about you." in text


def test_the_own_page_shows_names_of_every_question(desk):
    _, network = ask(desk, names=("help", "energy", "meet", "reach"))["m00"]
    forms = client(desk)
    answer(forms, network, work=["m01"], energy=["m01"], reach=["m02"])

    text = forms.post("/n", data={"code": network}).text

    assert "<td>you work together, weekly; they leave you with more energy</td>" in text
    assert "<td>Chidi Ruiz</td><td>their input is hard to get</td>" in text


def placed(desk, **other):
    """A close that worked out where m00 stands."""
    row = {
        "member_id": "m00", "standing": "few_ties", "persistent": True, "unheard": 0.1, "in_ties": 4, "out_ties": 1,
        "betweenness": 1.0, "burt_constraint": 0.5, "x": 0.0, "y": 0.0, "visible_from": CLOSES.date() + timedelta(7),
        "bridge": 0.85, "helped": 5, "wanted": 12, "energized": 6,
    }  # fmt: skip
    with desk.store.writing() as db:
        (wave,) = waves.waves(db)
        waves.mark_closed(db, wave.wave_id, CLOSES.date())
        nobody = ties.introductions(db, wave.wave_id).drop(columns="wave_id")
        ties.keep_network(db, wave.wave_id, pd.DataFrame([row | other]), nobody)


def test_the_own_page_tells_what_was_made_of_the_names_and_never_how_many_exactly(desk, clock):
    _, network = ask(desk)["m00"]
    forms = client(desk)
    answer(forms, network, work=["m01"])
    placed(desk)
    clock.now = CLOSES + timedelta(days=1)

    text = forms.post("/n", data={"code": network}).text

    assert "few ties were recorded for you. It was the same in the network wave before." in text
    assert "by name from 18 December" in text
    assert "somebody they work with or turn to: fewer than five." in text
    assert "turn to you when they are stuck: five or more." in text
    assert "find your input hard to get: ten or more." in text
    assert "leave them with more energy: five or more. Only you can read this." in text
    assert "Colleagues reach one another through you." in text


@pytest.mark.parametrize("role", BROKERS)
def test_the_own_page_tells_first_between_whom_somebody_stands_where_those_who_lead_may_read_it(desk, clock, role):
    _, network = ask(desk)["m00"]
    placed(desk, broker=role)
    clock.now = CLOSES + timedelta(days=1)

    text = client(desk).post("/n", data={"code": network}).text

    told = BROKERS[role].replace("their own", "your own")
    assert f"Colleagues reach one another through you, {told}." in text


def test_the_own_page_is_silent_on_what_was_not_worked_out(desk, clock):
    _, network = ask(desk)["m00"]
    placed(desk, bridge=0.79, helped=None, wanted=None, energized=None, persistent=False)
    clock.now = CLOSES + timedelta(days=1)

    text = client(desk).post("/n", data={"code": network}).text

    assert "few ties were recorded for you. Your manager" in text
    assert not any(said in text for said in ("when they are stuck", "hard to get", "Colleagues reach one another"))


@pytest.mark.parametrize(
    ("choices", "days", "standing", "seen"),
    [
        ({"map": "no", "introductions": "no"}, 9, "few_ties", ["An unnamed dot in your team, without ties."]),
        (
            {"map": "yes", "introductions": "no"}, 1, "few_ties",
            ["An unnamed dot in your team, without ties; from 18 December your name. Until then you can hide it."],
        ),
        (
            {"map": "yes", "introductions": "yes"}, 9, "few_ties",
            [
                "Your name on the map, the ties to people who named you as you named them, and what stands above.",
                "Suggestions to introduce you to somebody who agreed to it too.",
            ],
        ),
        ({"map": "yes", "introductions": "no"}, 9, "seen_by_others", ["An unnamed dot in your team, without ties."]),
    ],
)  # fmt: skip
def test_the_own_page_tells_what_those_who_lead_see_now(desk, clock, *, choices, days, standing, seen):
    _, network = ask(desk)["m00"]
    forms = client(desk)
    answer(forms, network, work=["m01"], **choices)
    assert "<li>Nothing. The map is made when" in forms.post("/n", data={"code": network}).text
    placed(desk, standing=standing)
    clock.now = CLOSES + timedelta(days=days)

    page = forms.post("/n", data={"code": network}).text

    now = page.partition("What those who lead you see of you now")[2].partition("</ul>")[0]
    assert re.findall("<li>(.*)</li>", now) == seen


def test_a_member_withdraws_from_introductions_in_one_tap(desk):
    _, network = ask(desk)["m00"]
    forms = client(desk)
    answer(forms, network, work=["m01"], introductions="yes")
    button = r'name="map" value="yes">\s*<input type="hidden" name="introductions" value="no">\s*<button name="consent"'
    assert re.search(button, forms.post("/n", data={"code": network}).text)

    after = forms.post("/n", data={"code": network, "consent": "1", "map": "yes", "introductions": "no"}).text

    assert "Suggest me to nobody any more" not in after
    assert held(desk, "m00").introductions is False


def test_the_own_page_does_not_tell_who_named_its_owner(desk):
    everyone = ask(desk)
    forms = client(desk)
    answer(forms, everyone["m00"][1], work=["m01"])
    answer(forms, everyone["m02"][1], work=["m00"])

    assert "Chidi" not in forms.post("/n", data={"code": everyone["m00"][1]}).text


def test_a_member_changes_what_they_said_while_the_wave_is_open(desk):
    _, network = ask(desk)["m00"]
    forms = client(desk)
    answer(forms, network, work=["m01"], **{"often-m01": ["monthly"]})

    form = Page(forms.post("/n", data={"code": network, "change": "1"}))
    assert (form.filled["work"], form.filled["often-m01"], form.filled["map"]) == (["m01"], ["monthly"], ["yes"])
    answer(forms, network, work=["m02"])

    assert held(desk, "m00").ties == (Tie("m00", "m02", "work", 2.0),)


def test_a_member_hides_their_name_also_after_the_close(desk, clock):
    _, network = ask(desk)["m00"]
    forms = client(desk)
    answer(forms, network, work=["m01"])
    clock.now = CLOSES + timedelta(days=3)

    response = forms.post("/n", data={"code": network, "consent": "1", "map": "no", "introductions": "yes"})

    assert response.status_code == 200
    assert "Your manager does not see your name on the map." in response.text
    with desk.store.reading() as db:
        assert ties.consents(db).to_dict("records") == [{"member_id": "m00", "map": False, "introductions": True}]


def test_choices_that_cannot_be_read_change_nothing(desk):
    _, network = ask(desk)["m00"]
    forms = client(desk)
    answer(forms, network, work=["m01"])

    response = forms.post("/n", data={"code": network, "consent": "1", "map": "maybe"})

    assert response.status_code == 422
    with desk.store.reading() as db:
        assert ties.consents(db)["map"].tolist() == [True]


def test_everything_is_erased_only_after_a_second_word(desk):
    everyone = ask(desk)
    forms = client(desk)
    network = everyone["m00"][1]
    answer(forms, network, work=["m01"])
    answer(forms, everyone["m02"][1], work=["m00", "m01"])

    asked_first = forms.post("/n", data={"code": network, "erase": "ask"})
    assert "Erase everything named about you, Ana Ruiz?" in asked_first.text
    assert held(desk, "m00") is not None

    erased = forms.post("/n", data={"code": network, "erase": "yes"})
    assert "Everything named about you is erased." in erased.text
    assert held(desk, "m00") is None
    assert held(desk, "m02").ties == (Tie("m02", "m01", "work", 2.0),)
    with desk.store.reading() as db:
        assert audit.entries(db)["subject"].tolist() == ["m00"]


def test_the_own_page_tells_who_looked(desk, clock):
    _, network = ask(desk)["m00"]
    forms = client(desk)
    answer(forms, network, work=["m01"])
    with desk.store.writing() as db:
        for subject in ("m00", "m01", WAVE):
            audit.note(
                db, happened=clock.now, who="administrator", action="network", subject=subject, detail="of " + subject
            )

    text = forms.post("/n", data={"code": network}).text

    assert "<td>7 September, 08:00</td><td>administrator</td><td>network of m00</td>" in text
    assert f"network of {WAVE}" in text
    assert "of m01" not in text


def test_names_on_the_stroke_of_the_close_are_too_late_and_the_own_page_stays(desk, clock):
    _, network = ask(desk)["m00"]
    forms = client(desk)
    clock.now = CLOSES

    late = forms.post("/n", data={"code": network, "answers": "1", "work": "m01"} | CONSENT)

    assert late.status_code == 410
    assert held(desk, "m00") is None
    assert "You have not answered the questions about names" in forms.post("/n", data={"code": network}).text


def test_somebody_who_has_left_can_still_erase_what_is_held(desk):
    _, network = ask(desk)["m00"]
    forms = client(desk)
    answer(forms, network, work=["m01"])
    with desk.store.writing() as db:
        db.execute("UPDATE member SET active = false WHERE member_id = 'm00'")

    assert forms.post("/n", data={"code": network, "erase": "yes"}).status_code == 200
    assert held(desk, "m00") is None


# -------------------------------------------------------------------------------------------------- everybody's pages


def test_the_privacy_page_describes_every_table_and_column_there_is(desk):
    ask(desk)
    text = client(desk).get("/privacy").text

    with desk.store.reading() as db:
        columns = db.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
    described = {
        (table, column)
        for table, block in re.findall(
            r"<summary><span>(\w+) <small>(?:(?!<summary>).)*?(<ul>.*?</ul>)", text, re.DOTALL
        )
        for column in re.findall(r"<code>(\w+)</code>", block)
    }
    assert described == set(columns)
    assert len(columns) > 50


def test_the_privacy_page_tells_what_holds_for_the_wave_in_hand(desk):
    ask(desk, k=6, smallest_group=7)

    text = client(desk).get("/privacy").text

    assert f"Wave {WAVE}, open until 11 December, 18:00 UTC" in text
    assert "for groups of at least 6 people who answered" in text


@pytest.mark.parametrize("language", languages())
def test_a_sensitive_statement_says_on_the_form_and_on_the_privacy_page_from_how_many_answers_it_is_shown(
    desk, language
):
    say = languages()[language].say
    cultures = questionnaire.choose(questionnaire.builtin("quarterly"), ["cultures"])
    pulse, _ = ask(desk, questionnaire=cultures)["m00"]
    forms, accepting = client(desk), {"accept-language": language}

    form = forms.post("/p", data={"code": pulse}, headers=accepting).text
    privacy = forms.get("/privacy", headers=accepting).text

    note = say("Sensitive: counted by itself, and shown only from {count} answers.", count=10)
    marked = [item.id for item in cultures.items if item.sensitive]
    assert re.findall(r'aria-describedby="([A-Z]\d)-note">', form) == marked == ["X2", "X4"]
    assert [f'<p class="note" id="{item}-note">{note}</p>' in form for item in marked] == [True, True]
    assert say("Sensitive statements are counted by themselves and shown from {count} answers.", count=10) in privacy


def test_a_wave_without_sensitive_statements_does_not_speak_of_them(desk):
    pulse, _ = ask(desk)["m00"]
    forms = client(desk)

    assert "ensitive" not in forms.post("/p", data={"code": pulse}).text
    assert "Sensitive statements" not in forms.get("/privacy").text


def test_the_privacy_page_shows_the_fingerprint_of_what_is_asked(desk):
    ask(desk)
    with desk.store.reading() as db:
        frozen = waves.wave(db, WAVE).questionnaire
    whole = hashlib.sha256(frozen.encode()).hexdigest()

    text = client(desk).get("/privacy").text

    assert f"<code>{whole}</code>" in text
    assert f"<code>{whole[:4]} {whole[4:8]} {whole[8:12]} {whole[12:16]}</code>" in text
    assert whole in {asked.whole for asked in terms.fingerprints(questionnaire.builtin("pulse"))}


def test_another_word_in_one_statement_is_another_fingerprint():
    ours = questionnaire.builtin("quarterly")
    other = replace(ours, items=(replace(ours.items[0], text=ours.items[0].text + " "), *ours.items[1:]))

    assert terms.fingerprints(ours) != terms.fingerprints(other)


def test_the_privacy_page_says_of_every_table_to_whom_it_is_shown_and_until_when(desk):
    ask(desk)
    with desk.store.writing() as db:
        organization.set_setting(db, "quarters_kept", "8")

    text = client(desk).get("/privacy").text

    assert stored.HELD.keys() == {table.name for table in stored.tables()}
    assert text.count("Shown to: ") == len(stored.HELD)
    assert "Shown to: nobody. Until: the close." in text
    assert "Until: 8 quarters have passed since the wave closed." in text
    assert "13 quarters" not in text


def test_the_privacy_page_works_before_the_first_wave(desk):
    assert "No wave has been opened yet." in client(desk).get("/privacy").text


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("form.css", "text/css; charset=utf-8"),
        ("form.js", "text/javascript; charset=utf-8"),
        ("network.js", "text/javascript; charset=utf-8"),
        ("logo-light.svg", "image/svg+xml"),
        ("fonts/noto-sans-form.woff2", "font/woff2"),
        ("fonts/noto-sans-latin-600-normal.woff2", "font/woff2"),
    ],
)
def test_our_own_files_are_served_for_long(desk, path, media_type):
    response = client(desk).get(f"/assets/{path}")

    assert (response.status_code, response.headers["content-type"]) == (200, media_type)
    assert "max-age=31536000" in response.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    ["../web.py", "..%2fweb.py", "%2e%2e/%2e%2e/pyproject.toml", "/etc/passwd", "fonts", "", "form.css/", "nothing"],
)
def test_nothing_else_is_served(desk, path):
    assert client(desk).get(f"/assets/{path}").status_code == 404


def test_the_icon_is_ours(desk):
    assert client(desk).get("/favicon.ico").content.startswith(b"\x89PNG")


@pytest.mark.parametrize(("made_up", "seen"), [("yes", True), ("no", False)])
def test_a_made_up_company_says_so_on_every_page(desk, made_up, seen):
    pulse, network = ask(desk)["m00"]
    with desk.store.writing() as db:
        organization.set_setting(db, "made_up", made_up)
    forms = client(desk)

    pages = [forms.get(path) for path in ("/p", "/n", "/p/thanks", "/n/thanks", "/privacy")]
    pages += [forms.post(form, data={"code": code}) for form, code in (("/p", pulse), ("/n", network), ("/p", "x"))]
    pages += [forms.post("/p", data={"code": pulse, "comment": "x" * 20_000})]

    assert [("Made-up company" in page.text) for page in pages] == [seen] * len(pages)


def test_names_and_titles_are_written_and_never_run(desk):
    _, network = ask(desk)["m00"]
    evil = "<img src=x onerror=alert(1)>"
    with desk.store.writing() as db:
        organization.set_setting(db, "organization", evil)
        db.execute("UPDATE member SET name = ?", [evil])
        db.execute("UPDATE team SET path = path || ?", [evil])

    text = client(desk).post("/n", data={"code": network}).text

    assert "<img" not in text
    assert "&lt;img src=x" in text


def test_what_breaks_is_told_as_a_page_and_logged_without_a_value(desk, caplog):
    pulse, _ = ask(desk)["m00"]

    response = client(Elsewhere(desk, None)).post("/p", data={"code": pulse, "answers": "1", "T1": "4"})

    assert response.status_code == 503
    assert pulse not in caplog.text
    assert "AttributeError" in caplog.text


def test_making_the_routes_opens_nothing():
    def never():
        raise AssertionError("the desk was asked for")

    assert {route.path for route in web.routes(never)} >= {
        "/p",
        "/n",
        "/privacy",
        "/assets/{path:path}",
        "/favicon.ico",
    }


class Elsewhere:
    """The same desk with another intake."""

    def __init__(self, desk, intake):
        self._desk = desk
        self.intake = intake

    def __getattr__(self, name):
        return getattr(self._desk, name)


class FullDisk:
    def cast(self, nullifier, sealed, wave_id):  # noqa: ARG002  an intake's signature
        future = Future()
        future.set_exception(OSError("No space left on device"))
        return future


class TooLate:
    def cast(self, nullifier, sealed, wave_id):  # noqa: ARG002  an intake's signature
        future = Future()
        future.set_result(False)
        return future


def answer(forms, code, **fields):
    response = forms.post("/n", data={"code": code, "answers": "1"} | CONSENT | fields)
    assert response.status_code == 303


def held(desk, member_id):
    with desk.store.reading() as db:
        assert roster.members(db)
        return ties.answer(db, waves.wave(db, WAVE).wave_id, member_id)
