"""On a device that many use: codes short enough to type, and nothing of one person left for the next."""

import re
from datetime import timedelta

import pytest
from asking import CLOSES, WAVE, ask, client, opened_boxes, served
from test_form_pages import Page
from test_mail import typed

from data import waves
from data.records import Problem
from surveys import ballots, closing, limits, links, opening
from surveys.language import languages
from surveys.questionnaire import builtin

pytestmark = pytest.mark.usefixtures("counting_here")

SHORT = re.compile(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}")


def salt(desk):
    """What the short codes of the only wave are stretched with."""
    with desk.store.reading() as db:
        return waves.wave(db, WAVE).code_salt


# ---------------------------------------------------------------------------------------------------------- short codes


def test_a_wave_with_short_codes_has_pulse_codes_of_twelve_letters_and_network_codes_as_ever(desk):
    everyone = ask(desk, short_codes=True)

    assert all(SHORT.fullmatch(pulse) for pulse, _ in everyone.values())
    assert len({pulse for pulse, _ in everyone.values()}) == len(everyone)
    assert all(ballots.secret_from(network) for _, network in everyone.values())


def test_without_being_asked_for_no_code_is_short(desk):
    assert not any(ballots.is_short(pulse) for pulse, _ in ask(desk).values())


@pytest.mark.parametrize("spelled", [str, str.lower, lambda code: code.replace("-", " "), lambda code: code + "\n"])
def test_a_short_code_opens_its_form_however_it_is_typed_and_the_form_goes_on_with_a_long_one(desk, spelled):
    pulse, _ = ask(desk, short_codes=True)["m00"]

    opened = client(desk).post("/p", data={"code": spelled(pulse)})

    [code] = Page(opened).filled["code"]
    assert opened.status_code == 200
    assert ballots.secret_from(code) == ballots.stretched(pulse, salt(desk))
    assert client(desk).post("/p", data={"code": code, "answers": "1", "T1": "4"}).status_code == 303
    assert [box.answers["T1"] for box in opened_boxes(desk)] == [4]


@pytest.mark.parametrize("mark", ["O", "0"])
def test_letters_that_are_misread_are_read_as_digits(mark):
    salt = ballots.new_salt()
    assert ballots.stretched(f"{mark}{mark}00-1111-ABCD", salt) == ballots.stretched("0000-ILil-abcd", salt)


def test_after_the_close_a_short_code_opens_the_results_also_when_another_wave_has_short_codes(desk, clock):
    everyone = ask(desk, asks="pulse", short_codes=True)
    forms = client(desk)
    for pulse, _ in everyone.values():
        forms.post("/p", data={"code": pulse, "answers": "1", "T1": "4"})
    clock.now = CLOSES + timedelta(hours=1)
    closing.close_wave(desk, WAVE)
    assert desk.keys.waves() == {}
    opening.open_wave(
        desk, "next", asks="pulse", questionnaire=builtin("pulse"), closes=CLOSES + timedelta(days=90), short_codes=True
    )

    for pulse, _ in everyone.values():
        assert "Wave 2026-Q4 closed on" in forms.post("/p", data={"code": pulse}).text
    with pytest.raises(Problem, match="links were destroyed"):
        links.links(desk, WAVE)


def test_no_hash_in_the_file_is_one_of_a_short_code_that_was_not_stretched(desk):
    everyone = ask(desk, short_codes=True)

    with desk.store.reading() as db:
        known = {row[0] for row in db.execute("SELECT nullifier FROM ballot").fetchall()}
    key = desk.keys.read(next(iter(desk.keys.waves())))["pulse"]
    for member_id, (pulse, _) in everyone.items():
        plain = [pulse.encode(), pulse.replace("-", "").encode(), ballots.secret(key, member_id)]
        assert not {ballots.nullifier(each) for each in plain} & known
        assert ballots.nullifier(ballots.stretched(pulse, salt(desk))) in known
        assert ballots.nullifier(ballots.stretched(pulse, ballots.new_salt())) not in known


def test_of_short_codes_typed_at_random_one_in_a_thousand_has_to_be_worked_on():
    salt = ballots.new_salt()

    assert sum(ballots.checks(f"0000-{guess:08}", salt) for guess in range(20_000)) in range(5, 41)  # 20 ± 4.7 sigma


def test_however_many_codes_are_guessed_at_an_address_a_right_one_opens_its_form_there(desk, monkeypatch):
    pulse, _ = ask(desk, short_codes=True)["m00"]
    forms, worked_on, stretched = client(desk), [], ballots.stretched
    monkeypatch.setattr(ballots, "stretched", lambda code, salt: worked_on.append(code) or stretched(code, salt))
    last = pulse[-1]
    wrong = [f"{pulse[:-1]}{each}" for each in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" if each != last]

    refused = {forms.post("/p", data={"code": each}).status_code for each in [*wrong, *wrong]}
    assert forms.post("/p", data={"code": pulse}).status_code == 200
    assert refused == {404, 429}
    assert worked_on == [pulse]


def test_where_too_many_short_codes_wait_the_next_is_asked_to_try_again(desk, monkeypatch):
    pulse, _ = ask(desk, short_codes=True)["m00"]
    monkeypatch.setattr(limits, "WAITING", 0)

    busy = client(desk).post("/kiosk/p", data={"code": pulse, "language": "de"})

    assert busy.status_code == 503
    assert "Bitte versuchen Sie es gleich noch einmal" in busy.text
    assert 'href="/kiosk/p"' in busy.text


def test_short_codes_are_for_a_pulse_and_for_so_many_people_as_a_close_can_wait_for(desk, monkeypatch):
    with pytest.raises(Problem, match="Short codes open a pulse; a network wave has none"):
        ask(desk, asks="network", short_codes=True)
    monkeypatch.setattr(opening, "MOST_SHORT", 13)
    with pytest.raises(Problem, match="14 active people: short codes are for 13 at most"):
        ask(desk, short_codes=True)
    assert desk.keys.waves() == {}


def test_a_command_opens_a_wave_with_short_codes_and_prints_them_on_slips(desk, capsys, tmp_path):
    ask(desk)
    closing.close_wave(desk, WAVE)

    status, _ = typed(
        desk, capsys, "wave", "open", "next", "--asks", "pulse", "--closes", "2026-12-11", "--short-codes"
    )
    links_status, _ = typed(
        desk, capsys, "wave", "links", "next", "--out", tmp_path / "l.csv", "--slips", tmp_path / "s.pdf"
    )

    assert (status, links_status) == (0, 0)
    from pypdf import PdfReader

    printed = "".join(page.extract_text() for page in PdfReader(tmp_path / "s.pdf").pages)
    codes = re.findall(r"/p#(\S+?),", (tmp_path / "l.csv").read_text())
    assert len(codes) == 14
    assert all(SHORT.fullmatch(code) and code in printed for code in codes)
    assert printed.replace("\u200b", "").count("/kiosk") == 14


# ------------------------------------------------------------------------------------------------------ a shared device


def test_at_a_kiosk_every_page_leads_back_to_the_box_for_a_code_and_nowhere_else(desk, clock):
    pulse, _ = ask(desk, short_codes=True)["m00"]
    forms = client(desk)

    box = forms.get(forms.get("/kiosk").headers["location"])
    form = forms.post("/kiosk/p", data={"code": pulse})
    trouble = forms.post("/kiosk/p", data=Page(form).filled | {"T1": "9"})
    unknown = forms.post("/kiosk/p", data={"code": "nothing"})
    long = forms.post("/kiosk/p", data={"code": "x" * 20_000})
    sent = forms.post("/kiosk/p", data=Page(form).filled | {"T1": "4"})
    thanks = forms.get(sent.headers["location"])
    privacy = forms.get("/kiosk/privacy")
    clock.now = CLOSES + timedelta(hours=1)
    closed = forms.post("/kiosk/p", data=Page(form).filled | {"T1": "4"})
    closing.close_wave(desk, WAVE)
    results = forms.post("/kiosk/p", data={"code": pulse})

    pages = [form, trouble, unknown, long, thanks, privacy, closed, results]
    assert [page.status_code for page in (box, sent, *pages)] == [200, 303, 200, 422, 404, 413, 200, 200, 410, 200]
    assert 'autocomplete="off"' in box.text
    for page in pages:
        assert 'href="/kiosk/p"' in page.text
        assert not re.search(r'(?:href|action)="/(?!kiosk/|assets/)', page.text)


def test_elsewhere_no_page_speaks_of_a_kiosk(desk):
    pulse, _ = ask(desk, short_codes=True)["m00"]
    forms = client(desk)

    pages = [forms.get("/p"), forms.post("/p", data={"code": pulse}), forms.get("/p/thanks"), forms.get("/privacy")]
    assert not [page for page in pages if "kiosk" in page.text]


@pytest.mark.parametrize("language", languages())
def test_a_language_that_is_chosen_at_a_kiosk_stays_there(desk, language):
    pulse, _ = ask(desk, short_codes=True)["m00"]

    form = client(desk).post("/kiosk/p", data={"code": pulse, "language": language})
    sent = client(desk).post("/kiosk/p", data=Page(form).filled | {"T1": "4"})
    long = client(desk).post("/kiosk/p", data=Page(form).filled | {"code": "nothing"})

    assert all(f'<html lang="{language}"' in page.text for page in (form, long))
    assert sent.headers["location"] == f"/kiosk/p/thanks#{language}"


def test_who_leaves_without_sending_leaves_nothing_in_the_browser(desk, browser):
    pulse, _ = ask(desk, short_codes=True)["m00"]
    page = browser.new_context(viewport={"width": 768, "height": 1024}).new_page()
    with served(desk) as address:
        page.goto(f"{address}/kiosk")
        page.get_by_label("Code from your slip").fill(pulse.lower())
        page.keyboard.press("Enter")
        page.locator("[name=T1][value='4']").check()
        assert page.get_by_text("1 of 8").is_visible()
        page.get_by_text("Leave without sending").click()
        page.get_by_label("Code from your slip").wait_for()

        assert page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]
        assert page.url == f"{address}/kiosk/p"
        page.get_by_label("Code from your slip").fill(pulse)
        page.keyboard.press("Enter")
        page.locator("[name=T1][value='4']").wait_for()
        assert page.locator("fieldset :checked").count() == 0
    page.context.close()


def test_a_page_that_nobody_touches_makes_room_and_says_so_before(desk, browser):
    pulse, _ = ask(desk, short_codes=True)["m00"]
    page = browser.new_context(viewport={"width": 768, "height": 1024}).new_page()
    page.clock.install()
    with served(desk) as address:
        page.goto(f"{address}/kiosk#{pulse}")
        page.locator("[name=T1][value='4']").check()
        warning = page.get_by_role("alert")
        page.clock.run_for(59_000)
        assert not warning.is_visible()
        page.clock.run_for(2_000)
        assert warning.is_visible()
        page.get_by_role("button", name="Stay here").click()
        assert not warning.is_visible()
        page.clock.run_for(61_000)
        assert warning.is_visible()
        assert page.locator("fieldset :checked").count() == 1
        page.clock.run_for(30_000)
        page.get_by_label("Code from your slip").wait_for()
    page.context.close()


def test_a_place_on_a_page_is_not_taken_for_a_code(desk, browser):
    page = browser.new_context().new_page()
    ask(desk)
    asked = []
    page.on("request", lambda request: asked.append(request.method))
    with served(desk) as address:
        for place in ("introductions", "a-statement-of-ours"):
            page.goto("about:blank")
            page.goto(f"{address}/n#{place}")
    assert "POST" not in asked
    page.context.close()
