"""On a device that many use: codes short enough to type, and nothing of one person left for the next."""

import re
from datetime import timedelta

import pytest
from asking import CLOSES, WAVE, ask, client, opened_boxes, served
from test_form_pages import Page
from test_mail import typed

from data.records import Problem
from surveys import ballots, closing, links, opening
from surveys.language import languages

pytestmark = pytest.mark.usefixtures("counting_here")

SHORT = re.compile(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}")


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
    assert ballots.secret_from(code) == ballots.stretched(pulse)
    assert client(desk).post("/p", data={"code": code, "answers": "1", "T1": "4"}).status_code == 303
    assert [box.answers["T1"] for box in opened_boxes(desk)] == [4]


@pytest.mark.parametrize("mark", ["O", "0"])
def test_letters_that_are_misread_are_read_as_digits(mark):
    assert ballots.stretched(f"{mark}{mark}00-1111-ABCD") == ballots.stretched("0000-ILil-abcd")


def test_after_the_close_a_short_code_opens_the_results_and_its_mark_is_gone_with_the_keys(desk, clock):
    everyone = ask(desk, asks="pulse", short_codes=True)
    forms = client(desk)
    for pulse, _ in everyone.values():
        forms.post("/p", data={"code": pulse, "answers": "1", "T1": "4"})
    clock.now = CLOSES + timedelta(hours=1)
    closing.close_wave(desk, WAVE)

    for pulse, _ in everyone.values():
        assert "Wave 2026-Q4 closed on" in forms.post("/p", data={"code": pulse}).text
    assert desk.keys.waves() == {}
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
        assert ballots.nullifier(ballots.stretched(pulse)) in known


def test_who_guesses_short_codes_is_stopped_before_they_cost_anything_and_links_go_on_working(desk, monkeypatch):
    pulse, _ = ask(desk, short_codes=True)["m00"]
    forms = client(desk)
    for guess in range(30):
        assert forms.post("/p", data={"code": f"0000-0000-{guess:04}"}).status_code == 404

    def dear(_code):
        raise AssertionError("A guess was worked on.")

    [long] = Page(forms.post("/p", data={"code": ballots.code(ballots.stretched(pulse))})).filled["code"]
    monkeypatch.setattr(ballots, "stretched", dear)
    assert forms.post("/p", data={"code": "0000-0000-9999"}).status_code == 429
    assert forms.post("/p", data={"code": long}).status_code == 200


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


# ------------------------------------------------------------------------------------------------------ a shared device


def test_at_a_kiosk_every_page_leads_back_to_the_box_for_a_code(desk):
    pulse, _ = ask(desk, short_codes=True)["m00"]
    forms = client(desk)

    box = forms.get("/kiosk")
    form = forms.post("/p", data=Page(box).filled | {"code": pulse})
    trouble = forms.post("/p", data=Page(form).filled | {"T1": "9"})
    unknown = forms.post("/p", data={"kiosk": "1", "code": "nothing"})
    sent = forms.post("/p", data=Page(form).filled | {"T1": "4"})
    thanks = forms.get(sent.headers["location"])

    assert 'autocomplete="off"' in box.text
    assert [page.status_code for page in (box, form, trouble, unknown, sent, thanks)] == [200, 200, 422, 404, 303, 200]
    assert all(Page(page).filled["kiosk"] == ["1"] for page in (box, form, trouble, unknown))
    assert all('href="/kiosk"' in page.text for page in (form, trouble, thanks))
    assert sent.headers["location"] == "/kiosk/thanks"
    assert '<meta http-equiv="refresh" content="60;url=/kiosk">' in thanks.text


def test_elsewhere_no_page_speaks_of_a_kiosk(desk):
    pulse, _ = ask(desk, short_codes=True)["m00"]
    forms = client(desk)

    pages = [forms.get("/p"), forms.post("/p", data={"code": pulse}), forms.get("/p/thanks")]
    assert not [page for page in pages if "kiosk" in page.text or "http-equiv" in page.text]


@pytest.mark.parametrize("language", languages())
def test_a_language_that_is_chosen_at_a_kiosk_stays_there(desk, language):
    pulse, _ = ask(desk, short_codes=True)["m00"]

    form = client(desk).post("/p", data={"code": pulse, "kiosk": "1", "language": language})
    sent = client(desk).post("/p", data=Page(form).filled | {"T1": "4"})

    assert f'<html lang="{language}"' in form.text
    assert sent.headers["location"] == f"/kiosk/thanks#{language}"


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
        assert page.url == f"{address}/kiosk"
        page.get_by_label("Code from your slip").fill(pulse)
        page.keyboard.press("Enter")
        page.locator("[name=T1][value='4']").wait_for()
        assert page.locator("fieldset :checked").count() == 0
    page.context.close()
